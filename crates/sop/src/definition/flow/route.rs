//! Finds the lines between the symbols of a page.
//!
//! The page is a grid: a column for each performer with narrow tracks between the columns, a band
//! for each symbol with narrow tracks between the bands. Each line takes the cheapest free way
//! through it: short, with few corners, entering from above, not crossing another. Then lines that
//! share a symbol are taken out and laid anew in other orders, as long as that makes the whole better.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Direction;

/// The width of a column and the height of a band. All coordinates are in these units.
pub(super) const UNIT: i32 = 1_000;

/// To the right and down.
pub(super) type Point = (i32, i32);

pub(super) struct Plan {
    pub columns: usize,
    pub bands: usize,
    pub spots: Vec<Spot>,
    pub edges: Vec<Edge>,
}

/// Where a symbol stands. No band has two.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub column: usize,
    pub band: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    /// Which exit of its symbol it leaves by; lines of different exits are told apart from the start.
    pub exit: usize,
}

// What a line costs, in the unit of its length.
const BEND: u32 = 1_000;
const CROSSING: u32 = 4_000;
const MERGE: u32 = 1_500;
const SPLIT: u32 = 500;
const ENTER_FROM_SIDE: u32 = 200;
const ENTER_FROM_BELOW: u32 = 2_500;
/// A line that goes down the page leaves upwards, or the other way round.
const LEAVE_AWAY: u32 = 3_000;
/// Going down on the far left, or up on the far right.
const WRONG_SIDE: u32 = 300;

/// A few rounds settle any table that people can read; one that nobody can read is left as it is.
const ROUNDS_MAX: usize = 4;
/// How many places may be looked at for it.
const LOOKS_MAX: u32 = 200_000;

/// The corners of each edge's line from centre to centre.
///
/// More tracks are laid until every line finds a way. Exits of one decision run together only where
/// nothing else helps.
pub(super) fn routes(plan: &Plan) -> Vec<Vec<Point>> {
    const TRIES: [(i32, bool); 8] =
        [(1, false), (2, false), (3, false), (3, true), (6, true), (12, true), (24, true), (48, true)];
    let mut best: Option<Board<'_>> = None;
    for (tracks, may_share) in TRIES {
        let mut board = Board::new(plan, tracks, may_share);
        board.lay_all();
        let more = best.as_ref().is_none_or(|best| best.missing() > board.missing());
        if more {
            best = Some(board);
        }
        if best.as_ref().is_some_and(|best| best.missing() == 0) {
            break;
        }
    }
    best.map(|mut board| {
        board.improve();
        board.corners()
    })
    .unwrap_or_default()
}

/// A place on the grid: which of the vertical and of the horizontal tracks.
type Place = (usize, usize);

/// A line on its way through a place. Where it starts it does not come, where it ends it does not go.
#[derive(Clone, Copy)]
struct Pass {
    edge: usize,
    came: Option<Direction>,
    goes: Option<Direction>,
}

struct Board<'a> {
    plan: &'a Plan,
    may_share: bool,
    xs: Vec<i32>,
    ys: Vec<i32>,
    centres: Vec<Place>,
    paths: Vec<Vec<Place>>,
    passes: Vec<Vec<Pass>>,
    symbols: Vec<Option<usize>>,
    looks: u32,
}

impl<'a> Board<'a> {
    fn new(plan: &'a Plan, tracks: i32, may_share: bool) -> Self {
        let spread = |from: i32, to: i32, count: i32| {
            (0..count).map(move |nth| from + (to - from) * (2 * nth + 1) / (2 * count))
        };
        let mut xs = Vec::new();
        for column in 0..=plan.columns {
            let border = super::unit(column);
            // Symbols leave a tenth of a narrow column free on either side.
            if column == 0 {
                xs.extend(spread(border + 20, border + 100, tracks));
            } else if column == plan.columns {
                xs.extend(spread(border - 100, border - 20, tracks));
            } else {
                xs.extend(spread(border - 100, border + 100, 2 * tracks));
            }
            if column < plan.columns {
                xs.push(border + UNIT / 2);
            }
        }
        let mut ys = Vec::new();
        for band in 0..plan.bands {
            let top = super::unit(band);
            ys.extend(spread(top + 30, top + 120, tracks));
            ys.push(top + UNIT / 2);
            ys.extend(spread(top + 840, top + 960, tracks));
        }
        let place = |spot: &Spot| {
            let x = super::unit(spot.column) + UNIT / 2;
            let y = super::unit(spot.band) + UNIT / 2;
            (xs.partition_point(|at| *at < x), ys.partition_point(|at| *at < y))
        };
        let centres: Vec<Place> = plan.spots.iter().map(place).collect();
        let mut symbols = vec![None; xs.len() * ys.len()];
        for (nth, (x, y)) in centres.iter().enumerate() {
            symbols[y * xs.len() + x] = Some(nth);
        }
        Self {
            plan,
            may_share,
            symbols,
            looks: 0,
            paths: vec![Vec::new(); plan.edges.len()],
            passes: vec![Vec::new(); xs.len() * ys.len()],
            centres,
            xs,
            ys,
        }
    }

    /// Lays short lines before long ones: they have less choice.
    fn lay_all(&mut self) {
        let mut order: Vec<usize> = (0..self.plan.edges.len()).collect();
        order.sort_by_key(|edge| {
            let (from, to) = self.ends(*edge);
            (from.band.abs_diff(to.band), from.column.abs_diff(to.column), from.band)
        });
        for edge in order {
            self.lay(edge);
        }
    }

    /// Takes out the lines at one symbol, or at both ends of a line, and lays them anew in several
    /// orders, as long as that makes the whole better.
    fn improve(&mut self) {
        let edges = &self.plan.edges;
        let at = |symbols: &[usize]| -> Vec<usize> {
            let touches =
                |edge: &usize| symbols.contains(&edges[*edge].from) || symbols.contains(&edges[*edge].to);
            (0..edges.len()).filter(touches).collect()
        };
        let mut groups: Vec<Vec<usize>> = (0..self.centres.len()).map(|symbol| at(&[symbol])).collect();
        groups.extend(edges.iter().map(|edge| at(&[edge.from, edge.to])));
        let mut price = self.price_of_all();
        self.looks = 0;
        for _ in 0..ROUNDS_MAX {
            let before = price;
            for group in &groups {
                for order in orders(group) {
                    if self.looks > LOOKS_MAX {
                        return;
                    }
                    let old: Vec<Vec<Place>> = order.iter().map(|edge| self.take(*edge)).collect();
                    for edge in &order {
                        self.lay(*edge);
                    }
                    let complete = order
                        .iter()
                        .zip(&old)
                        .all(|(edge, old)| old.is_empty() || !self.paths[*edge].is_empty());
                    let now = self.price_of_all();
                    if complete && now < price {
                        price = now;
                        continue;
                    }
                    for edge in &order {
                        self.take(*edge);
                    }
                    for (edge, path) in order.iter().zip(old) {
                        self.put(*edge, path);
                    }
                }
            }
            if price == before {
                break;
            }
        }
    }

    fn missing(&self) -> usize {
        self.paths.iter().filter(|path| path.is_empty()).count()
    }

    fn corners(&self) -> Vec<Vec<Point>> {
        let corners = |path: &Vec<Place>| {
            let corner = |nth: usize| {
                let inner = nth > 0 && nth + 1 < path.len();
                !inner || step(path[nth - 1], path[nth]) != step(path[nth], path[nth + 1])
            };
            (0..path.len()).filter(|nth| corner(*nth)).map(|nth| self.point(path[nth])).collect()
        };
        self.paths.iter().map(corners).collect()
    }

    fn point(&self, (x, y): Place) -> Point {
        (self.xs[x], self.ys[y])
    }

    fn ends(&self, edge: usize) -> (Spot, Spot) {
        let edge = self.plan.edges[edge];
        (self.plan.spots[edge.from], self.plan.spots[edge.to])
    }

    fn index(&self, (x, y): Place) -> usize {
        y * self.xs.len() + x
    }

    fn put(&mut self, edge: usize, path: Vec<Place>) {
        for (at, pass) in passes_of(edge, &path) {
            let index = self.index(at);
            self.passes[index].push(pass);
        }
        self.paths[edge] = path;
    }

    fn take(&mut self, edge: usize) -> Vec<Place> {
        let path = std::mem::take(&mut self.paths[edge]);
        for place in &path {
            let index = self.index(*place);
            self.passes[index].retain(|pass| pass.edge != edge);
        }
        path
    }

    fn price_of_all(&self) -> u32 {
        let price = |(edge, path): (usize, &Vec<Place>)| -> u32 {
            let turns = passes_of(edge, path).map(|(at, pass)| self.passing(at, pass).unwrap_or(CROSSING));
            let moves = path.windows(2).map(|ends| self.moving(edge, ends[0], ends[1]));
            turns.chain(moves).sum()
        };
        self.paths.iter().enumerate().map(price).sum()
    }

    /// Finds the cheapest way for an edge among the lines that lie already (A*: what is left to go
    /// costs at least its length).
    fn lay(&mut self, edge: usize) {
        let Edge { from, to, .. } = self.plan.edges[edge];
        let (start, goal) = (self.centres[from], self.centres[to]);
        // A state is a place and how one came there; the last one stands for having arrived.
        let arrived = self.passes.len() * Direction::ALL.len();
        let mut best: Vec<u32> = vec![u32::MAX; arrived + 1];
        let mut came_from: Vec<usize> = vec![usize::MAX; arrived + 1];
        let mut queue = BinaryHeap::new();
        let (goal_x, goal_y) = self.point(goal);
        let left = |at: Place| {
            let (x, y) = self.point(at);
            x.abs_diff(goal_x) + y.abs_diff(goal_y)
        };
        let state = |at: Place, came: Direction| self.index(at) * Direction::ALL.len() + came as usize;
        for goes in Direction::ALL {
            let pass = Pass { edge, came: None, goes: Some(goes) };
            if let (Some(next), Some(price)) = (self.neighbour(start, goes), self.passing(start, pass)) {
                let price = price + self.moving(edge, start, next);
                best[state(next, goes)] = price;
                queue.push(Reverse((price + left(next), price, state(next, goes))));
            }
        }
        let mut looks = 0;
        while let Some(Reverse((_, price, here))) = queue.pop() {
            looks += 1;
            if here == arrived {
                break;
            }
            if price > best[here] {
                continue;
            }
            let (index, came) = (here / Direction::ALL.len(), Direction::ALL[here % Direction::ALL.len()]);
            let at = (index % self.xs.len(), index / self.xs.len());
            let mut reach = |next: usize, price: u32, left: u32| {
                if price < best[next] {
                    best[next] = price;
                    came_from[next] = here;
                    queue.push(Reverse((price + left, price, next)));
                }
            };
            if at == goal {
                if let Some(more) = self.passing(at, Pass { edge, came: Some(came), goes: None }) {
                    reach(arrived, price + more, 0);
                }
            } else if self.symbols[index].is_none() {
                for goes in Direction::ALL.into_iter().filter(|goes| *goes != came.opposite()) {
                    let Some(next) = self.neighbour(at, goes) else { continue };
                    let Some(more) = self.passing(at, Pass { edge, came: Some(came), goes: Some(goes) })
                    else {
                        continue;
                    };
                    reach(state(next, goes), price + more + self.moving(edge, at, next), left(next));
                }
            }
        }
        self.looks = self.looks.saturating_add(looks);
        if best[arrived] == u32::MAX {
            return;
        }
        let mut path = Vec::new();
        let mut here = came_from[arrived];
        while here != usize::MAX {
            let index = here / Direction::ALL.len();
            path.push((index % self.xs.len(), index / self.xs.len()));
            here = came_from[here];
        }
        path.push(start);
        path.reverse();
        self.put(edge, path);
    }

    fn neighbour(&self, (x, y): Place, goes: Direction) -> Option<Place> {
        match goes {
            Direction::Up => Some((x, y.checked_sub(1)?)),
            Direction::Right => (x + 1 < self.xs.len()).then_some((x + 1, y)),
            Direction::Down => (y + 1 < self.ys.len()).then_some((x, y + 1)),
            Direction::Left => Some((x.checked_sub(1)?, y)),
        }
    }

    fn moving(&self, edge: usize, from: Place, to: Place) -> u32 {
        let ((x1, y1), (x2, y2)) = (self.point(from), self.point(to));
        let length = x1.abs_diff(x2) + y1.abs_diff(y2);
        if x1 != x2 {
            return length;
        }
        let (start, end) = self.ends(edge);
        let width = super::unit(self.plan.columns).unsigned_abs().max(1);
        let from_left = x1.unsigned_abs();
        let wrong = if end.band > start.band { width.saturating_sub(from_left) } else { from_left };
        length + length * WRONG_SIDE / 1_000 * wrong / width
    }

    /// What it costs to pass a place beside the lines that pass it already; none if it is not free.
    fn passing(&self, at: Place, pass: Pass) -> Option<u32> {
        let mut price = self.port(at, pass)?;
        if let (Some(came), Some(goes)) = (pass.came, pass.goes)
            && came != goes
        {
            price += BEND;
        }
        let others = || self.passes[self.index(at)].iter().filter(|other| other.edge != pass.edge);
        for other in others() {
            let head_on = (pass.goes.is_some() && other.came == pass.goes.map(Direction::opposite))
                || (pass.came.is_some() && other.goes == pass.came.map(Direction::opposite));
            let together_in = pass.came.is_some() && pass.came == other.came;
            let together_out = pass.goes.is_some() && pass.goes == other.goes;
            if head_on || ((together_in || together_out) && !self.may_run_together(pass.edge, other.edge)) {
                return None;
            }
            if together_in || together_out {
                continue;
            }
            if let (Some(came), Some(goes)) = (pass.came, pass.goes) {
                let straight = came == goes && other.came == other.goes;
                if !straight {
                    return None; // they would touch at a corner
                }
                price += CROSSING;
            }
        }
        let together_in = pass.came.is_some() && others().any(|other| other.came == pass.came);
        let together_out = pass.goes.is_some() && others().any(|other| other.goes == pass.goes);
        match (together_in, together_out) {
            (false, true) if pass.came.is_some() => price += MERGE,
            (true, false) if pass.goes.is_some() => price += SPLIT,
            _ => {}
        }
        Some(price)
    }

    fn may_run_together(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.plan.edges[a], self.plan.edges[b]);
        a.to == b.to || (a.from == b.from && (self.may_share || a.exit == b.exit))
    }

    /// What it costs to leave or enter a symbol on this side. The last free side of a symbol is kept
    /// for lines the other way.
    fn port(&self, at: Place, pass: Pass) -> Option<u32> {
        let (start, end) = self.ends(pass.edge);
        let Some(symbol) = self.symbols[self.index(at)] else { return Some(0) };
        let others = || self.passes[self.index(at)].iter().filter(|other| other.edge != pass.edge);
        let mut price = 0;
        let (side, leaving) = match (pass.came, pass.goes) {
            (None, Some(goes)) => {
                let away = if end.band > start.band { Direction::Up } else { Direction::Down };
                price += if goes == away { LEAVE_AWAY } else { 0 };
                (goes, true)
            }
            (Some(came), None) => {
                price += match came {
                    Direction::Down => 0,
                    Direction::Left | Direction::Right => ENTER_FROM_SIDE,
                    Direction::Up => ENTER_FROM_BELOW,
                };
                (came.opposite(), false)
            }
            (None, None) | (Some(_), Some(_)) => return Some(0),
        };
        let outs = || others().filter_map(|other| other.goes);
        let ins = || others().filter_map(|other| other.came.map(Direction::opposite));
        let taken = Direction::ALL.into_iter().filter(|side| outs().chain(ins()).any(|taken| taken == *side));
        let (mine, theirs) = if leaving {
            (outs().any(|s| s == side), ins().count())
        } else {
            (ins().any(|s| s == side), outs().count())
        };
        let expected =
            self.plan.edges.iter().any(|edge| if leaving { edge.to == symbol } else { edge.from == symbol });
        let last_free = !mine && taken.count() == 3;
        (!(last_free && expected && theirs == 0)).then_some(price)
    }
}

/// Each member first once, the rest as they are and the other way round.
fn orders(group: &[usize]) -> Vec<Vec<usize>> {
    let mut orders = Vec::new();
    for nth in 0..group.len() {
        let rest = || group.iter().enumerate().filter(move |(other, _)| *other != nth).map(|(_, edge)| *edge);
        orders.push([group[nth]].into_iter().chain(rest()).collect());
        let mut backwards: Vec<usize> = rest().collect();
        backwards.reverse();
        orders.push([group[nth]].into_iter().chain(backwards).collect());
    }
    orders
}

/// The neighbouring places' direction.
fn step((x1, y1): Place, (x2, y2): Place) -> Direction {
    if x2 > x1 {
        Direction::Right
    } else if x2 < x1 {
        Direction::Left
    } else if y2 > y1 {
        Direction::Down
    } else {
        Direction::Up
    }
}

fn passes_of(edge: usize, path: &[Place]) -> impl Iterator<Item = (Place, Pass)> {
    path.iter().enumerate().map(move |(nth, at)| {
        let came = nth.checked_sub(1).map(|before| step(path[before], *at));
        let goes = path.get(nth + 1).map(|next| step(*at, *next));
        (*at, Pass { edge, came, goes })
    })
}
