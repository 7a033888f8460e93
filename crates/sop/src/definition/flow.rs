//! Draws the official flow table: which symbol of SOP-AP stands where, and which lines run between
//! them, for any sound SOP.
//!
//! The drawing is cut into table rows, because a row is as tall as its text: all places are percent
//! of the row's box, and only what has a fixed size (symbols, arrowheads, words) is moved by pixels.
//! The web page draws a row as SVG, a printed letter as Typst.
//!
//! A line leaves its symbol on one of the four sides and runs where nothing else is: lines cross at
//! right angles where they must, and only lines to one symbol, or from one symbol that does not
//! decide, run together. `route` finds the lines, `words` finds room for what is written at them.

mod route;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::{EndId, Outcome, Performer, Sop, Stage, StageRef, Step, StepNo, Target};
use route::{Point, UNIT};

/// A row of the table with what is drawn in its performers' columns.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnRow {
    pub kind: RowKind,
    /// How many symbols the row is deep, at least one; its height should allow for each of them.
    pub bands: usize,
    pub symbols: Vec<Symbol>,
    pub lines: Vec<Line>,
    pub arrows: Vec<Arrow>,
    pub labels: Vec<Label>,
    /// The labels again, for columns hardly wider than the symbols. What has no room there is left out.
    pub narrow_labels: Vec<Label>,
    /// The drawing in words, in Indonesian.
    pub description: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKind {
    Step(StepNo),
    /// The foot of a page, with the number of the next one.
    ToNextPage(usize),
    /// The head of a page, with the number of the one before.
    FromPreviousPage(usize),
}

/// A symbol, by its centre.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    pub shape: Shape,
    /// The performer's place among the columns.
    pub column: usize,
    pub x: f64,
    pub y: f64,
    /// The stage it stands for; none for connectors, and for the starts and ends of decisions.
    pub stage: Option<StageRef>,
}

/// The symbols of SOP-AP; the fifth is the arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Starts or ends the procedure.
    Capsule,
    Box,
    Diamond,
    /// Leads to another page.
    Connector,
}

/// A line along an axis, in percent of the row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub x1: f64,
    pub y1: f64,
    pub x2: f64,
    pub y2: f64,
}

/// An arrowhead: its tip is `dx`, `dy` pixels from the centre `x`, `y` of the symbol it touches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// Where it points.
    pub direction: Direction,
    pub x: f64,
    pub y: f64,
    pub dx: f64,
    pub dy: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Up,
    Right,
    Down,
    Left,
}

/// A word at a line: its baseline is `dx`, `dy` pixels from `x`, `y`.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub text: String,
    pub x: f64,
    pub y: f64,
    pub dx: f64,
    pub dy: f64,
    pub anchor: Anchor,
}

/// Which part of a label's text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A label longer than this is shortened to its first words.
const LABEL_CHARS_MAX: usize = 14;

/// Longer heads of columns are cut to one letter less and a full stop.
const HEAD_CHARS_MAX: usize = 5;

/// Draws the whole table, in the order of its rows.
///
/// It takes milliseconds rather than microseconds: keep the result for as long as the SOP.
pub fn draw(sop: &Sop) -> Vec<DrawnRow> {
    let pages = Pages::of(sop);
    let page = |page| {
        let sheet = Sheet::of(sop, &pages, page);
        sheet.draw(sop, &sheet.routes())
    };
    (0..pages.steps.len()).flat_map(page).collect()
}

/// The symbol of a stage. Only the stage at which cases begin depends on the rest of the SOP.
pub fn shape(sop: &Sop, step: &Step, stage: &Stage) -> Shape {
    let starts = step.no == sop.start && step.stages.first().is_some_and(|first| first.id == stage.id);
    let ends =
        stage.outcomes.iter().flat_map(|outcome| &outcome.to).any(|target| matches!(target, Target::End(_)));
    if stage.kind.decides() {
        Shape::Diamond
    } else if starts || ends {
        Shape::Capsule
    } else {
        Shape::Box
    }
}

/// The performers' columns in one short word each, for where there is no room for their heads.
pub fn short_heads(performers: &[Performer]) -> Vec<String> {
    let mut heads: Vec<String> = Vec::new();
    for performer in performers {
        let word = performer.column.split([' ', '/']).next().unwrap_or_default();
        let mut head = word.to_owned();
        if word.chars().count() > HEAD_CHARS_MAX {
            head = word.chars().take(HEAD_CHARS_MAX - 1).chain(['.']).collect();
        }
        let mut nth = 1;
        while heads.contains(&head) {
            nth += 1;
            head =
                word.chars().take(HEAD_CHARS_MAX - 2).chain([' ']).chain(nth.to_string().chars()).collect();
        }
        heads.push(head);
    }
    heads
}

/// What is written at the exits of a stage, in their order: whole labels where they are short, else
/// as many of their first words as tell them apart.
pub fn short_labels(stage: &Stage) -> Vec<String> {
    let first_words = |label: &str, count: usize| -> String {
        if label.chars().count() <= LABEL_CHARS_MAX {
            return label.to_owned();
        }
        let words: Vec<&str> = label.split_whitespace().take(count).collect();
        words.join(" ").trim_end_matches(|c: char| c.is_ascii_punctuation()).to_owned()
    };
    let longest =
        stage.outcomes.iter().map(|outcome| outcome.label.split_whitespace().count()).max().unwrap_or(1);
    let mut labels = Vec::new();
    for count in 1..=longest.max(1) {
        labels = stage.outcomes.iter().map(|outcome| first_words(&outcome.label, count)).collect();
        let distinct = labels.iter().enumerate().all(|(nth, label)| !labels[..nth].contains(label));
        if distinct {
            break;
        }
    }
    labels
}

impl Shape {
    /// Pixels from the centre to the edge.
    pub fn reach(self, towards: Direction) -> f64 {
        match (self, towards) {
            (Self::Capsule | Self::Box, Direction::Left | Direction::Right) => 16.0,
            (Self::Capsule | Self::Box, Direction::Up | Direction::Down) => 11.0,
            (Self::Diamond, Direction::Left | Direction::Right) => 20.0,
            (Self::Diamond, Direction::Up | Direction::Down) => 15.0,
            (Self::Connector, Direction::Left | Direction::Right | Direction::Down) => 13.0,
            (Self::Connector, Direction::Up) => 11.0,
        }
    }
}

impl Direction {
    const ALL: [Self; 4] = [Self::Up, Self::Right, Self::Down, Self::Left];

    pub fn opposite(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Right => Self::Left,
            Self::Down => Self::Up,
            Self::Left => Self::Right,
        }
    }

    pub fn is_vertical(self) -> bool {
        match self {
            Self::Up | Self::Down => true,
            Self::Right | Self::Left => false,
        }
    }
}

impl Anchor {
    /// The word for it in SVG.
    pub fn in_svg(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// The SOP cut at its page breaks, and the ways between its stages.
struct Pages<'a> {
    /// The rows of each page.
    steps: Vec<Vec<&'a Step>>,
    ways: Vec<Way>,
    crossings: Vec<Crossing>,
}

/// One or several outcomes that lead from one stage to one place.
struct Way {
    from: StageRef,
    to: Destination,
    /// Empty where no choice is made.
    labels: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Destination {
    Stage(StageRef),
    End(EndId),
}

/// Ways from one page to one stage on another, drawn as a pair of connectors.
struct Crossing {
    from_page: usize,
    to_page: usize,
    to: StageRef,
    column: usize,
}

impl<'a> Pages<'a> {
    fn of(sop: &'a Sop) -> Self {
        let mut steps: Vec<Vec<&Step>> = vec![Vec::new()];
        for (nth, step) in sop.steps.iter().enumerate() {
            if let Some(page) = steps.last_mut() {
                page.push(step);
            }
            if sop.page_breaks.contains(&step.no) && nth + 1 < sop.steps.len() {
                steps.push(Vec::new());
            }
        }
        let ways = ways(sop);
        let mut pages = Self { steps, ways, crossings: Vec::new() };
        for way in &pages.ways {
            let Destination::Stage(to) = &way.to else { continue };
            let (from_page, to_page) = (pages.page_of(&way.from.step), pages.page_of(&to.step));
            let known = pages.crossings.iter().any(|known| known.from_page == from_page && known.to == *to);
            if from_page != to_page && !known {
                let column = sop.stage(&way.from).map_or(0, |stage| column(sop, stage));
                pages.crossings.push(Crossing { from_page, to_page, to: to.clone(), column });
            }
        }
        pages
    }

    fn page_of(&self, no: &StepNo) -> usize {
        self.steps.iter().position(|steps| steps.iter().any(|step| step.no == *no)).unwrap_or(0)
    }
}

fn ways(sop: &Sop) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for (step, stage) in sop.steps.iter().flat_map(|step| step.stages.iter().map(move |stage| (step, stage)))
    {
        let from = StageRef { step: step.no.clone(), stage: stage.id.clone() };
        for (outcome, label) in stage.outcomes.iter().zip(short_labels(stage)) {
            for target in &outcome.to {
                let to = match target {
                    // A capsule is the end itself.
                    Target::End(_) if shape(sop, step, stage) == Shape::Capsule => continue,
                    Target::End(end) => Destination::End(end.clone()),
                    Target::Step(_) | Target::Stage(_) => match sop.first_stage(target) {
                        Some(stage) => Destination::Stage(stage),
                        None => continue,
                    },
                };
                let labels = if stage.kind.may_return() { vec![label.clone()] } else { Vec::new() };
                match ways.iter_mut().find(|way| way.from == from && way.to == to) {
                    Some(way) => way.labels.extend(labels),
                    None => ways.push(Way { from: from.clone(), to, labels }),
                }
            }
        }
    }
    ways
}

fn column(sop: &Sop, stage: &Stage) -> usize {
    sop.performers.iter().position(|performer| performer.id == stage.performer).unwrap_or(0)
}

/// One page of the table: its symbols in bands from top to bottom, one in each, and the lines.
struct Sheet {
    columns: usize,
    rows: Vec<SheetRow>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Connectors carry a letter where there is more than one pair.
    lettered: bool,
}

struct SheetRow {
    kind: RowKind,
    first_band: usize,
    bands: usize,
}

/// A symbol and what it stands for. The band of a node is its place in the list of all.
struct Node {
    what: What,
    shape: Shape,
    column: usize,
    band: usize,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Stage(StageRef),
    /// Stands over a decision with which a case begins.
    Start,
    /// Stands under a decision that ends a case.
    End(StageRef, EndId),
    /// Where a line leaves for another page.
    Leaving(usize),
    /// Where it comes from another page.
    Coming(usize),
}

struct Edge {
    from: usize,
    to: usize,
    label: String,
}

impl Sheet {
    fn of(sop: &Sop, pages: &Pages<'_>, page: usize) -> Self {
        let mut sheet = Self {
            columns: sop.performers.len(),
            rows: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            lettered: pages.crossings.len() > 1,
        };
        if page > 0 {
            sheet.connectors(RowKind::FromPreviousPage(page), pages, page, |there| there < page);
        }
        for step in &pages.steps[page] {
            let mut symbols = Vec::new();
            for stage in &step.stages {
                let at = StageRef { step: step.no.clone(), stage: stage.id.clone() };
                let column = column(sop, stage);
                let shape = shape(sop, step, stage);
                if symbols.is_empty() && step.no == sop.start && shape == Shape::Diamond {
                    symbols.push((What::Start, Shape::Capsule, column));
                }
                symbols.push((What::Stage(at.clone()), shape, column));
                for way in pages.ways.iter().filter(|way| way.from == at) {
                    if let Destination::End(end) = &way.to {
                        symbols.push((What::End(at.clone(), end.clone()), Shape::Capsule, column));
                    }
                }
            }
            sheet.row(RowKind::Step(step.no.clone()), symbols);
        }
        if page + 1 < pages.steps.len() {
            sheet.connectors(RowKind::ToNextPage(page + 2), pages, page, |there| there > page);
        }
        sheet.connect(pages, page);
        sheet
    }

    fn row(&mut self, kind: RowKind, symbols: Vec<(What, Shape, usize)>) {
        let first_band = self.rows.last().map_or(0, |row| row.first_band + row.bands);
        let bands = symbols.len().max(1);
        for (nth, (what, shape, column)) in symbols.into_iter().enumerate() {
            self.nodes.push(Node { what, shape, column, band: first_band + nth });
        }
        self.rows.push(SheetRow { kind, first_band, bands });
    }

    fn connectors(&mut self, kind: RowKind, pages: &Pages<'_>, page: usize, beyond: impl Fn(usize) -> bool) {
        let mut symbols = Vec::new();
        for (nth, crossing) in pages.crossings.iter().enumerate() {
            if crossing.from_page == page && beyond(crossing.to_page) {
                symbols.push((What::Leaving(nth), Shape::Connector, crossing.column));
            } else if crossing.to_page == page && beyond(crossing.from_page) {
                symbols.push((What::Coming(nth), Shape::Connector, crossing.column));
            }
        }
        self.row(kind, symbols);
    }

    fn connect(&mut self, pages: &Pages<'_>, page: usize) {
        let places: BTreeMap<What, usize> =
            self.nodes.iter().enumerate().map(|(nth, node)| (node.what.clone(), nth)).collect();
        let mut edge = |from: &What, to: &What, label: String| {
            if let (Some(from), Some(to)) = (places.get(from), places.get(to)) {
                self.edges.push(Edge { from: *from, to: *to, label });
            }
        };
        if let Some(start) = places.get(&What::Start) {
            // It was put right over the decision it belongs to.
            edge(&What::Start, &self.nodes[start + 1].what, String::new());
        }
        for way in &pages.ways {
            let to = match &way.to {
                Destination::End(end) => What::End(way.from.clone(), end.clone()),
                Destination::Stage(to) => {
                    let leaving = pages.crossings.iter().position(|crossing| {
                        crossing.from_page == page && crossing.to == *to && crossing.to_page != page
                    });
                    leaving.map_or_else(|| What::Stage(to.clone()), What::Leaving)
                }
            };
            edge(&What::Stage(way.from.clone()), &to, way.labels.join("/"));
        }
        for (nth, crossing) in pages.crossings.iter().enumerate() {
            edge(&What::Coming(nth), &What::Stage(crossing.to.clone()), String::new());
        }
    }

    fn routes(&self) -> Vec<Vec<Point>> {
        route::routes(&route::Plan {
            columns: self.columns,
            bands: self.rows.last().map_or(0, |row| row.first_band + row.bands),
            spots: self
                .nodes
                .iter()
                .map(|node| route::Spot { column: node.column, band: node.band })
                .collect(),
            edges: self
                .edges
                .iter()
                .map(|edge| route::Edge { from: edge.from, to: edge.to, exit: self.exit(edge) })
                .collect(),
        })
    }

    /// The first of the edges that leave a symbol under the same label: an outcome may lead to several
    /// places, and then its lines run together as far as they go.
    fn exit(&self, edge: &Edge) -> usize {
        self.edges.iter().position(|first| first.from == edge.from && first.label == edge.label).unwrap_or(0)
    }

    fn draw(&self, sop: &Sop, routes: &[Vec<Point>]) -> Vec<DrawnRow> {
        let mut rows: Vec<DrawnRow> = self
            .rows
            .iter()
            .map(|row| DrawnRow {
                kind: row.kind.clone(),
                bands: row.bands,
                symbols: Vec::new(),
                lines: Vec::new(),
                arrows: Vec::new(),
                labels: Vec::new(),
                narrow_labels: Vec::new(),
                description: self.describe(sop, row),
            })
            .collect();
        for node in &self.nodes {
            let (row, x, y) = self.place(node.centre());
            let stage = match &node.what {
                What::Stage(stage) => Some(stage.clone()),
                What::Start | What::End(..) | What::Leaving(_) | What::Coming(_) => None,
            };
            rows[row].symbols.push(Symbol { shape: node.shape, column: node.column, x, y, stage });
        }
        for line in merged(routes) {
            self.cut(line, &mut rows);
        }
        for arrow in self.arrows(routes) {
            let (row, arrow) = arrow;
            if !rows[row].arrows.contains(&arrow) {
                rows[row].arrows.push(arrow);
            }
        }
        for (row, label) in words::labels(self, routes, &words::WIDE, words::Crowded::Cover) {
            rows[row].labels.push(label);
        }
        for (row, label) in words::labels(self, routes, &words::NARROW, words::Crowded::LeaveOut) {
            rows[row].narrow_labels.push(label);
        }
        rows
    }

    /// The row a point lies in, and its place there in percent.
    fn place(&self, (x, y): Point) -> (usize, f64, f64) {
        let row = self.row_at(y);
        (row, self.x_percent(x), self.y_percent(row, y))
    }

    fn row_at(&self, y: i32) -> usize {
        self.rows.iter().rposition(|row| unit(row.first_band) <= y).unwrap_or(0)
    }

    fn x_percent(&self, x: i32) -> f64 {
        percent(f64::from(x), f64::from(unit(self.columns)))
    }

    fn y_percent(&self, row: usize, y: i32) -> f64 {
        let row = &self.rows[row];
        percent(f64::from(y - unit(row.first_band)), f64::from(unit(row.bands)))
    }

    /// Cuts a line at the borders of the rows.
    fn cut(&self, (from, to): (Point, Point), rows: &mut [DrawnRow]) {
        for (nth, row) in self.rows.iter().enumerate() {
            let (top, bottom) = (unit(row.first_band), unit(row.first_band + row.bands));
            let (y1, y2) = (from.1.clamp(top, bottom), to.1.clamp(top, bottom));
            let inside = if from.1 == to.1 { self.row_at(from.1) == nth } else { y1 < y2 };
            if inside {
                rows[nth].lines.push(Line {
                    x1: self.x_percent(from.0),
                    y1: self.y_percent(nth, y1),
                    x2: self.x_percent(to.0),
                    y2: self.y_percent(nth, y2),
                });
            }
        }
    }

    /// The arrowhead at the end of each line, and its row.
    fn arrows(&self, routes: &[Vec<Point>]) -> Vec<(usize, Arrow)> {
        let arrow = |(edge, route): (&Edge, &Vec<Point>)| {
            let [.., before, end] = route.as_slice() else { return None };
            let direction = direction(*before, *end);
            let back = direction.opposite();
            // The tip stays a pixel short of the edge, so that its point covers the edge's line.
            let distance = self.nodes[edge.to].shape.reach(back) + 1.0;
            let (dx, dy) = match back {
                Direction::Up => (0.0, -distance),
                Direction::Right => (distance, 0.0),
                Direction::Down => (0.0, distance),
                Direction::Left => (-distance, 0.0),
            };
            let (row, x, y) = self.place(*end);
            Some((row, Arrow { direction, x, y, dx, dy }))
        };
        self.edges.iter().zip(routes).filter_map(arrow).collect()
    }

    fn describe(&self, sop: &Sop, row: &SheetRow) -> String {
        match &row.kind {
            RowKind::Step(no) => sop.step(no).map(|step| describe(sop, step)).unwrap_or_default(),
            RowKind::ToNextPage(page) | RowKind::FromPreviousPage(page) => {
                let here = row.first_band..row.first_band + row.bands;
                let connectors = self.nodes.iter().filter(|node| here.contains(&node.band));
                let sentences = connectors.map(|node| {
                    let way = if matches!(node.what, What::Leaving(_)) { "ke" } else { "dari" };
                    format!("{}: penghubung {way} halaman {page}", sop.performers[node.column].column)
                });
                sentences.collect::<Vec<_>>().join(". ")
            }
        }
    }
}

impl Node {
    fn centre(&self) -> Point {
        (unit(self.column) + UNIT / 2, unit(self.band) + UNIT / 2)
    }
}

fn unit(count: usize) -> i32 {
    i32::try_from(count).map_or(i32::MAX, |count| count.saturating_mul(UNIT))
}

/// Percent with three decimals.
fn percent(part: f64, whole: f64) -> f64 {
    (part / whole * 100_000.0).round() / 1_000.0
}

/// Where one goes from a point to another on the same axis.
fn direction((x1, y1): Point, (x2, y2): Point) -> Direction {
    match (x2 - x1, y2 - y1) {
        (0, down) if down > 0 => Direction::Down,
        (0, _) => Direction::Up,
        (right, _) if right > 0 => Direction::Right,
        _ => Direction::Left,
    }
}

/// All lines of the routes, each drawn once where several run together; left to right and down.
fn merged(routes: &[Vec<Point>]) -> Vec<(Point, Point)> {
    let mut tracks: BTreeMap<(bool, i32), Vec<(i32, i32)>> = BTreeMap::new();
    for (from, to) in routes.iter().flat_map(|route| route.windows(2).map(|ends| (ends[0], ends[1]))) {
        let vertical = from.0 == to.0;
        let (track, a, b) = if vertical { (from.0, from.1, to.1) } else { (from.1, from.0, to.0) };
        tracks.entry((vertical, track)).or_default().push((a.min(b), a.max(b)));
    }
    let mut lines = Vec::new();
    for ((vertical, track), mut pieces) in tracks {
        pieces.sort_unstable();
        let mut whole: Vec<(i32, i32)> = Vec::new();
        for (a, b) in pieces {
            match whole.last_mut() {
                Some(last) if a <= last.1 => last.1 = last.1.max(b),
                Some(_) | None => whole.push((a, b)),
            }
        }
        let line = |(a, b)| if vertical { ((track, a), (track, b)) } else { ((a, track), (b, track)) };
        lines.extend(whole.into_iter().map(line));
    }
    lines
}

/// A row in words: who does what, and where it goes from there.
fn describe(sop: &Sop, step: &Step) -> String {
    let sentences = step.stages.iter().map(|stage| {
        let who = sop.performers.get(column(sop, stage)).map_or("", |performer| performer.column.as_str());
        let starts = step.no == sop.start && step.stages.first().is_some_and(|first| first.id == stage.id);
        let act = match shape(sop, step, stage) {
            Shape::Diamond => "keputusan",
            Shape::Capsule if starts => "mulai",
            Shape::Capsule => "akhir",
            Shape::Box | Shape::Connector => "proses",
        };
        let name =
            if step.stages.len() > 1 { format!(", {}", lower_first(&stage.label)) } else { String::new() };
        let leads = |outcome: &Outcome| -> String {
            let targets: Vec<String> = outcome.to.iter().map(|target| in_words(sop, step, target)).collect();
            targets.join(" dan ")
        };
        let choice = stage.outcomes.iter().any(|outcome| outcome.to != stage.outcomes[0].to);
        let exits = match stage.outcomes.first() {
            Some(first) if !choice => format!(", lalu ke {}", leads(first)),
            Some(_) | None => {
                let comma =
                    if stage.outcomes.iter().any(|outcome| outcome.label.contains(',')) { ";" } else { "," };
                let mut exits = String::from(".");
                for (nth, outcome) in stage.outcomes.iter().enumerate() {
                    let label = if nth == 0 { outcome.label.clone() } else { lower_first(&outcome.label) };
                    exits.push_str(if nth == 0 { "" } else { comma });
                    exits.push_str(&format!(" {label} ke {}", leads(outcome)));
                }
                exits
            }
        };
        format!("{who}: {act}{name}{exits}")
    });
    sentences.collect::<Vec<_>>().join(". ")
}

fn in_words(sop: &Sop, here: &Step, target: &Target) -> String {
    match target {
        Target::Step(no) => format!("baris {no}"),
        Target::Stage(at) => {
            let label = sop.stage(at).map_or(at.stage.as_str(), |stage| stage.label.as_str());
            if at.step == here.no {
                format!("“{label}”")
            } else {
                format!("“{label}” pada baris {}", at.step)
            }
        }
        Target::End(id) => format!("akhir “{}”", sop.end(id).map_or(id.as_str(), |end| end.label.as_str())),
    }
}

/// A label inside a sentence. Abbreviations keep their capitals.
fn lower_first(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain([second]).chain(chars).collect()
        }
        _ => label.to_owned(),
    }
}
