//! Finds room for the labels of decisions' exits.
//!
//! A label's place is percent and pixels together, so whether it is free depends on how wide the
//! columns and how tall the rows turn out. Each candidate is tried in short and in tall rows, and the
//! best one that is free in both is taken; first for a wide table, then for a narrow one.

use super::route::{Point, UNIT};
use super::{Anchor, Direction, Label, RowKind, Shape, Sheet, What, direction, merged};

/// A size the table may have, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub column: f64,
    /// The height of a row with one symbol.
    pub row: f64,
    /// The height for each symbol in a row with several.
    pub band: f64,
    /// The height of the foot and of the head of a page.
    pub page_row: f64,
}

/// A wide screen, with little text in the rows and with much.
pub(super) const WIDE: [Size; 2] = [
    Size { column: 112.0, row: 72.0, band: 60.0, page_row: 72.0 },
    Size { column: 112.0, row: 150.0, band: 80.0, page_row: 72.0 },
];

/// A narrow screen, likewise.
pub(super) const NARROW: [Size; 2] = [
    Size { column: 52.0, row: 80.0, band: 64.0, page_row: 52.0 },
    Size { column: 52.0, row: 240.0, band: 110.0, page_row: 52.0 },
];

/// The size of the letters, their height over the baseline and what some reach below, in pixels.
const LETTER: f64 = 12.0;
const ASCENT: f64 = 9.0;
const DESCENT: f64 = 3.0;
/// From the tip of an arrow to its base, and from its middle to its side.
const ARROW_LENGTH: f64 = 8.0;
const ARROW_WIDTH: f64 = 4.0;
/// Between a label and the line it stands at, beside or under it, and over it.
const GAP: f64 = 5.0;
const GAP_OVER: f64 = 6.0;

/// Between two labels.
const BETWEEN_LABELS: f64 = 8.0;
/// The width of a word is a guess, so it may reach this far over the edge of the performers' columns.
const EDGE: f64 = 1.0;

// How much a place disturbs.
const COVERED: u32 = 1_000;
const OVER_ROW_BORDER: u32 = 8;
const OVER_COLUMN_BORDER: u32 = 2;
const LINE_AFTER_THE_FIRST: u32 = 20;

/// What becomes of a label that is free nowhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Crowded {
    Cover,
    LeaveOut,
}

/// The labels with their rows: letters in connectors, and outcomes at the exits of decisions.
pub(super) fn labels(
    sheet: &Sheet,
    routes: &[Vec<Point>],
    sizes: &[Size],
    crowded: Crowded,
) -> Vec<(usize, Label)> {
    let mut labels = Vec::new();
    for node in sheet.nodes.iter().filter(|_| sheet.lettered) {
        let (What::Leaving(pair) | What::Coming(pair)) = &node.what else { continue };
        let letter = (b'A'..=b'Z').cycle().nth(*pair).map(|letter| char::from(letter).to_string());
        let candidate = Candidate { at: node.centre(), dx: 0.0, dy: 4.0, anchor: Anchor::Middle };
        labels.push(candidate.label(sheet, &letter.unwrap_or_default()));
    }
    for (edge, place) in sheet.edges.iter().zip(place(sheet, routes, sizes)) {
        let shown = place.filter(|(_, free)| *free || crowded == Crowded::Cover);
        labels.extend(shown.map(|(candidate, _)| candidate.label(sheet, &edge.label)));
    }
    labels
}

/// The best place for each edge's label in a table of these sizes, and whether it is free in all.
fn place(sheet: &Sheet, routes: &[Vec<Point>], sizes: &[Size]) -> Vec<Option<(Candidate, bool)>> {
    let mut scenes: Vec<Scene> = sizes.iter().map(|size| Scene::of(sheet, routes, *size)).collect();
    let mut waiting: Vec<(usize, Vec<(u32, Candidate)>)> = Vec::new();
    for (nth, (edge, route)) in sheet.edges.iter().zip(routes).enumerate() {
        let first = sheet.exit(edge);
        let together = first < nth && routes[first].get(1) == route.get(1);
        if !edge.label.is_empty() && !together {
            waiting.push((nth, candidates(route, sheet.nodes[edge.from].shape)));
        }
    }
    // Those with the least choice come first.
    waiting.sort_by_cached_key(|(nth, candidates)| {
        let free = |(_, candidate): &&(u32, Candidate)| {
            !scenes.iter().any(|scene| scene.covers(*candidate, &sheet.edges[*nth].label))
        };
        candidates.iter().filter(free).count()
    });
    let mut placed = vec![None; sheet.edges.len()];
    for (nth, candidates) in waiting {
        let text = &sheet.edges[nth].label;
        let cost = |(cost, candidate): &(u32, Candidate)| -> u32 {
            cost + scenes.iter().map(|scene| scene.disturbance(*candidate, text)).sum::<u32>()
        };
        let Some((_, candidate)) = candidates.into_iter().min_by_key(cost) else { continue };
        let free = !scenes.iter().any(|scene| scene.covers(candidate, text));
        for scene in &mut scenes {
            let frame = candidate.frame(scene, text);
            scene.words.push(frame.grown(BETWEEN_LABELS));
        }
        placed[nth] = Some((candidate, free));
    }
    placed
}

/// Where a label might stand.
#[derive(Clone, Copy, PartialEq)]
struct Candidate {
    at: Point,
    dx: f64,
    dy: f64,
    anchor: Anchor,
}

impl Candidate {
    fn label(self, sheet: &Sheet, text: &str) -> (usize, Label) {
        let (row, x, y) = sheet.place(self.at);
        (row, Label { text: text.to_owned(), x, y, dx: self.dx, dy: self.dy, anchor: self.anchor })
    }

    fn frame(self, scene: &Scene, text: &str) -> Frame {
        let (x, y) = scene.pixels(self.at);
        Frame::of_text(x + self.dx, y + self.dy, self.anchor, text)
    }
}

/// All places for a label on its line, each with how little it is liked.
fn candidates(route: &[Point], shape: Shape) -> Vec<(u32, Candidate)> {
    let mut candidates = Vec::new();
    for (nth, ends) in route.windows(2).enumerate() {
        let (from, to) = (ends[0], ends[1]);
        let towards = direction(from, to);
        let far = u32::try_from(nth).unwrap_or(u32::MAX).saturating_mul(LINE_AFTER_THE_FIRST);
        let mut add = |cost: u32, at: Point, dx: f64, dy: f64, anchor: Anchor| {
            candidates.push((far.saturating_add(cost), Candidate { at, dx, dy, anchor }));
        };
        if nth == 0 {
            let reach = shape.reach(towards);
            match towards {
                Direction::Up | Direction::Down => {
                    let dy = if towards == Direction::Down { reach + ASCENT + 3.0 } else { -reach - 3.0 };
                    add(0, from, GAP, dy, Anchor::Start);
                    add(1, from, -GAP, dy, Anchor::End);
                }
                Direction::Right | Direction::Left => {
                    let away = if towards == Direction::Right { reach + 3.0 } else { -reach - 3.0 };
                    let anchor = if towards == Direction::Right { Anchor::Start } else { Anchor::End };
                    add(0, from, away, -GAP_OVER, anchor);
                    add(4, from, away, GAP + ASCENT, anchor);
                }
            }
        }
        // Further on, in steps of a sixteenth of a column or band.
        let steps = (from.0.abs_diff(to.0) + from.1.abs_diff(to.1)) / (UNIT.unsigned_abs() / 16);
        for step in 1..steps {
            let part = |a: i32, b: i32| {
                let along = i64::from(b - a) * i64::from(step) / i64::from(steps.max(1));
                a + i32::try_from(along).unwrap_or(0)
            };
            let at = (part(from.0, to.0), part(from.1, to.1));
            let cost = step / 2 + 5;
            if towards.is_vertical() {
                add(cost, at, GAP, ASCENT / 2.0, Anchor::Start);
                add(cost + 1, at, -GAP, ASCENT / 2.0, Anchor::End);
            } else {
                add(cost, at, 0.0, -GAP_OVER, Anchor::Middle);
                add(cost + 4, at, 0.0, GAP + ASCENT, Anchor::Middle);
            }
        }
    }
    candidates
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Frame {
    /// Around a point, so far to the left, up, to the right and down.
    fn around((x, y): (f64, f64), [left, top, right, bottom]: [f64; 4]) -> Self {
        Self { left: x - left, top: y - top, right: x + right, bottom: y + bottom }
    }

    pub(super) fn of_text(x: f64, baseline: f64, anchor: Anchor, text: &str) -> Self {
        let width = text_width(text);
        let descent = if text.contains(['g', 'j', 'p', 'q', 'y', '/']) { DESCENT } else { 0.0 };
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        Self { left, top: baseline - ASCENT, right: left + width, bottom: baseline + descent }
    }

    fn grown(self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    fn overlaps(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// The page at one size, in pixels.
pub(super) struct Scene {
    size: Size,
    columns: usize,
    /// First band, top and height of a band, of each row.
    rows: Vec<(i32, f64, f64)>,
    bottom: f64,
    /// Where no letter may stand: lines, arrowheads and symbols.
    drawn: Vec<Frame>,
    diamonds: Vec<(f64, f64)>,
    words: Vec<Frame>,
}

impl Scene {
    pub(super) fn of(sheet: &Sheet, routes: &[Vec<Point>], size: Size) -> Self {
        let mut bottom = 0.0;
        let mut rows = Vec::new();
        for row in &sheet.rows {
            let band = match row.kind {
                RowKind::ToNextPage(_) | RowKind::FromPreviousPage(_) => size.page_row,
                RowKind::Step(_) if row.bands == 1 => size.row,
                RowKind::Step(_) => size.band,
            };
            rows.push((super::unit(row.first_band), bottom, band));
            bottom += band * units(super::unit(row.bands));
        }
        let mut scene = Self {
            size,
            columns: sheet.columns,
            rows,
            bottom,
            drawn: Vec::new(),
            diamonds: Vec::new(),
            words: Vec::new(),
        };
        for (from, to) in merged(routes) {
            let ((left, top), (right, bottom)) = (scene.pixels(from), scene.pixels(to));
            scene.drawn.push(Frame { left, top, right, bottom }.grown(1.5));
        }
        for node in &sheet.nodes {
            let centre = scene.pixels(node.centre());
            let sides = [Direction::Left, Direction::Up, Direction::Right, Direction::Down];
            match node.shape {
                Shape::Diamond => scene.diamonds.push(centre),
                Shape::Capsule | Shape::Box | Shape::Connector => {
                    scene.drawn.push(Frame::around(centre, sides.map(|side| node.shape.reach(side))));
                }
            }
        }
        for (edge, route) in sheet.edges.iter().zip(routes) {
            let [.., before, end] = route.as_slice() else { continue };
            let side = direction(*end, *before);
            let long = sheet.nodes[edge.to].shape.reach(side) + ARROW_LENGTH;
            let sides = match side {
                Direction::Up => [ARROW_WIDTH, long, ARROW_WIDTH, 0.0],
                Direction::Right => [0.0, ARROW_WIDTH, long, ARROW_WIDTH],
                Direction::Down => [ARROW_WIDTH, 0.0, ARROW_WIDTH, long],
                Direction::Left => [long, ARROW_WIDTH, 0.0, ARROW_WIDTH],
            };
            scene.drawn.push(Frame::around(scene.pixels(*end), sides));
        }
        scene
    }

    pub(super) fn pixels(&self, (x, y): Point) -> (f64, f64) {
        let row = self.rows.iter().rev().find(|(first, ..)| *first <= y);
        let (first, top, band) = row.copied().unwrap_or((0, 0.0, self.size.row));
        (units(x) * self.size.column, top + units(y - first) * band)
    }

    /// Whether something is drawn where the letters would stand.
    fn covers(&self, candidate: Candidate, text: &str) -> bool {
        self.covered(candidate.frame(self, text))
    }

    pub(super) fn covered(&self, frame: Frame) -> bool {
        let width = units(super::unit(self.columns)) * self.size.column;
        let outside =
            frame.left < -EDGE || frame.right > width + EDGE || frame.top < 0.0 || frame.bottom > self.bottom;
        let in_diamond = self.diamonds.iter().any(|(x, y)| {
            let dx = (x.clamp(frame.left, frame.right) - x).abs() / Shape::Diamond.reach(Direction::Right);
            let dy = (y.clamp(frame.top, frame.bottom) - y).abs() / Shape::Diamond.reach(Direction::Up);
            dx + dy < 1.0
        });
        outside || in_diamond || self.drawn.iter().chain(&self.words).any(|drawn| frame.overlaps(*drawn))
    }

    /// The same for a label as it is handed out.
    #[cfg(test)]
    pub(super) fn covers_label(&self, sheet: &Sheet, row: usize, label: &Label) -> bool {
        let (_, top, band) = self.rows[row];
        let height = band * units(super::unit(sheet.rows[row].bands));
        let width = units(super::unit(self.columns)) * self.size.column;
        let (x, y) = (label.x / 100.0 * width + label.dx, top + label.y / 100.0 * height + label.dy);
        // Percent are rounded.
        self.covered(Frame::of_text(x, y, label.anchor, &label.text).grown(-0.01))
    }

    fn disturbance(&self, candidate: Candidate, text: &str) -> u32 {
        let frame = candidate.frame(self, text);
        let covered = if self.covered(frame) { COVERED } else { 0 };
        let rows = self.rows.iter().filter(|(_, top, _)| frame.top < *top && *top < frame.bottom);
        let columns = (0..=self.columns).map(|column| units(super::unit(column)) * self.size.column);
        let columns = columns.filter(|border| frame.left < *border && *border < frame.right);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        covered + OVER_ROW_BORDER * count(rows.count()) + OVER_COLUMN_BORDER * count(columns.count())
    }
}

/// How many columns or bands a length is.
fn units(length: i32) -> f64 {
    f64::from(length) / f64::from(UNIT)
}

/// About how wide a word is on the page, in pixels.
fn text_width(text: &str) -> f64 {
    let em = |letter: char| match letter {
        'i' | 'j' | 'l' | ' ' | '.' => 0.3,
        'f' | 'r' | 't' => 0.37,
        'm' | 'M' | 'W' => 0.88,
        'w' | 'O' | 'Q' | 'G' => 0.75,
        'a' | 'c' | 'e' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' => 0.54,
        letter if letter.is_uppercase() => 0.66,
        _ => 0.58,
    };
    text.chars().map(em).sum::<f64>() * LETTER
}
