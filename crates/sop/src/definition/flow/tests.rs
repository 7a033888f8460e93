use std::collections::BTreeSet;

use proptest::prelude::*;

use super::route::Point;
use super::words::{Crowded, NARROW, Scene, WIDE};
use super::*;
use crate::definition::{Outcome, OutcomeId, Role, StageId, StageKind, shipped};

#[test]
fn the_seed_looks_like_this() {
    insta::assert_snapshot!(sketch(shipped()), @r"

    1            ( )──────────────────┐
                                      │
                                      ▼
    2                                < >──────────────────────────┐
                                      │                           │
                                      ▼                           │
    3                                [ ]                          │
                                      │                           │
                                      ▼                           │
    4                                [ ]──────────────────┐       │
                                                          │       │
                                                          ▼       │
                                      ┌─────────────────▶[ ]      │
                                      │                   │       │
                                      │                   │       │
                  ┌─────────────────▶< >◀─────────────────┘       │
                  │                   │                           │
                  │                   │                           │
                 ( )◀─────────────────┘                           │
                                                                  │
                                                                  │
    5                                            ┌───────[ ]◀─────┘
                                                 │        │
                                                 │        ▼
    6a                                           │       [ ]──────┐
                                                 │                │
                                                 │                │
    6b                                           └──────▶[ ]      │
                                                          │       │
                                                          ▼       │
    7                                 ┌─────────────────▶[ ]◀─────┘
                                      │                   │
                                      │                   │
    8                                < >◀─────────────────┘
                                      │
                                      ▼
    →2                               \_/


    1→                               \_/──────────────────┐
                                                          │
                                                          ▼
    9                                 ┌─────────────────▶[ ]
                                      │                   │
                                      │                   │
    10                               < >◀─────────────────┘
                                      └───────────────────┐
                                                          ▼
                                      ┌─────────────────▶[ ]
                                      │                   │
                                      │                   │
                  ┌─────────────────▶< >◀─────────────────┘
                  │                   │
                  │                   │
                 ( )◀─────────────────┘
    ");
}

#[test]
fn symbols_follow_from_the_stages() {
    let sop = shipped();
    let mut lines = String::new();
    for step in &sop.steps {
        let shapes = step.stages.iter().map(|stage| format!("{} {:?}", stage.id, shape(sop, step, stage)));
        lines.push_str(&format!("{}: {}\n", step.no, shapes.collect::<Vec<_>>().join(", ")));
    }
    insta::assert_snapshot!(lines, @r"
    1: disposisi Capsule
    2: kaji Diamond
    3: penjelasan Box
    4: perintah Box, konsep Box, koreksi Diamond, tanda-tangan Capsule
    5: identifikasi Box
    6a: periksa-aplikasi Box
    6b: periksa-server Box
    7: perbaikan Box
    8: pengecekan Diamond
    9: laporan Box
    10: setujui Diamond, konsep Box, koreksi Diamond, tanda-tangan Capsule
    ");
}

#[test]
fn a_row_can_be_read_aloud() {
    let rows = draw(shipped());
    let spoken: Vec<&str> = rows.iter().map(|row| row.description.as_str()).collect();
    insta::assert_snapshot!(spoken.join("\n"), @r"
    Sekretaris Badan: mulai, lalu ke baris 2
    Ketua Kelompok/Tim Kerja Substansi: keputusan. Setuju ke baris 5, tolak ke baris 3
    Ketua Kelompok/Tim Kerja Substansi: proses, lalu ke baris 4
    Ketua Kelompok/Tim Kerja Substansi: proses, perintahkan penyiapan surat penolakan, lalu ke “Siapkan konsep surat penolakan”. Anggota Tim Kerja: proses, siapkan konsep surat penolakan, lalu ke “Koreksi surat penolakan”. Ketua Kelompok/Tim Kerja Substansi: keputusan, koreksi surat penolakan. Teruskan untuk ditandatangani ke “Tanda tangani surat penolakan”, kembalikan kepada penyusun ke “Siapkan konsep surat penolakan”. Sekretaris Badan: akhir, tanda tangani surat penolakan. Tanda tangani ke akhir “Ditolak”, kembalikan kepada Ketua Tim ke “Koreksi surat penolakan”
    Anggota Tim Kerja: proses. Sistem aplikasi atau situs ke baris 6a; server mati ke baris 6b; keduanya, diperiksa bersamaan ke baris 6a dan baris 6b
    Anggota Tim Kerja: proses, lalu ke baris 7
    Anggota Tim Kerja: proses, lalu ke baris 7
    Anggota Tim Kerja: proses, lalu ke baris 8
    Ketua Kelompok/Tim Kerja Substansi: keputusan. Lulus ke baris 9, ulang perbaikan ke baris 7
    Ketua Kelompok/Tim Kerja Substansi: penghubung ke halaman 2
    Ketua Kelompok/Tim Kerja Substansi: penghubung dari halaman 1
    Anggota Tim Kerja: proses, lalu ke baris 10
    Ketua Kelompok/Tim Kerja Substansi: keputusan, setujui laporan penyelesaian. Setujui laporan ke “Siapkan surat balasan”, kembalikan laporan ke baris 9. Anggota Tim Kerja: proses, siapkan surat balasan, lalu ke “Koreksi surat balasan”. Ketua Kelompok/Tim Kerja Substansi: keputusan, koreksi surat balasan. Teruskan untuk ditandatangani ke “Tanda tangani surat balasan”, kembalikan kepada penyusun ke “Siapkan surat balasan”. Sekretaris Badan: akhir, tanda tangani surat balasan. Tanda tangani ke akhir “Selesai”, kembalikan kepada Ketua Tim ke “Koreksi surat balasan”
    ");
}

#[test]
fn exits_are_named_by_as_few_words_as_tell_them_apart() {
    let labels = |labels: &[&str]| {
        let mut stage = shipped().steps[1].stages[0].clone();
        let template = stage.outcomes[0].clone();
        stage.outcomes =
            labels.iter().map(|label| Outcome { label: (*label).to_owned(), ..template.clone() }).collect();
        short_labels(&stage).join(" | ")
    };
    assert_eq!(labels(&["Setuju", "Ulang perbaikan"]), "Setuju | Ulang");
    assert_eq!(labels(&["Tanda tangani", "Kembalikan kepada Ketua Tim"]), "Tanda tangani | Kembalikan");
    assert_eq!(
        labels(&["Kembalikan laporan", "Kembalikan surat", "Teruskan"]),
        "Kembalikan laporan | Kembalikan surat | Teruskan"
    );
    assert_eq!(labels(&["Keduanya, diperiksa bersamaan", "Satu saja"]), "Keduanya | Satu saja");
}

#[test]
fn heads_are_shortened_to_different_words() {
    let heads = |columns: &[&str]| {
        let performer = |column: &&str| Performer { id: Role::new(*column), column: (*column).to_owned() };
        short_heads(&columns.iter().map(performer).collect::<Vec<_>>()).join(" ")
    };
    assert_eq!(short_heads(&shipped().performers), ["Sekr.", "Ketua", "Angg."]);
    assert_eq!(heads(&["Kepala", "Kepala Bagian/Bidang", "Tim"]), "Kepa. Kep 2 Tim");
}

#[test]
fn every_exit_of_the_seed_is_labelled() {
    let sop = shipped();
    let texts = |labels: fn(&DrawnRow) -> &Vec<Label>| -> String {
        let rows = draw(sop);
        let texts = rows.iter().flat_map(labels).map(|label| label.text.clone());
        texts.collect::<Vec<_>>().join(" ")
    };
    let all = "Setuju Tolak Teruskan Kembalikan Kembalikan Lulus Ulang Setujui Kembalikan Teruskan Kembalikan Kembalikan";
    assert_eq!(texts(|row| &row.labels), all);
    assert_eq!(texts(|row| &row.narrow_labels), all);
}

/// A decision at the start, and one that ends the case, have their own capsules.
#[test]
fn decisions_start_and_end_with_a_capsule() {
    let mut sop = shipped().clone();
    sop.start = "2".into();
    let tolak = &mut sop.steps[1].stages[0].outcomes[1];
    tolak.to = vec![Target::End("ditolak".into())];
    sop.steps.truncate(2);
    sop.steps.remove(0);
    sop.steps[0].stages[0].outcomes[0].to = vec![Target::End("selesai".into())];
    insta::assert_snapshot!(sketch(&sop), @r"

    2                                ( )
                                      │
                                      ▼
                                     < >───────┐
                                      │        │
                                      ▼        │
                                     ( )       │
                                               │
                                               │
                                     ( )◀──────┘
    ");
}

/// Each crossing of a page has its own pair of connectors, told apart by letters.
#[test]
fn several_lines_cross_a_page() {
    let mut sop = shipped().clone();
    sop.page_breaks = vec!["2".into(), "7".into()];
    let rows = draw(&sop);
    let connectors = |kind: &RowKind| {
        let row = rows.iter().find(|row| row.kind == *kind).unwrap();
        let letters: Vec<&str> = row.labels.iter().map(|label| label.text.as_str()).collect();
        (row.bands, letters.join(" "), row.description.clone())
    };
    let ketua = "Ketua Kelompok/Tim Kerja Substansi";
    let anggota = "Anggota Tim Kerja";
    assert_eq!(
        connectors(&RowKind::ToNextPage(2)),
        (2, "A B".into(), format!("{ketua}: penghubung ke halaman 2. {ketua}: penghubung ke halaman 2"))
    );
    assert_eq!(
        connectors(&RowKind::FromPreviousPage(1)),
        (2, "A B".into(), format!("{ketua}: penghubung dari halaman 1. {ketua}: penghubung dari halaman 1"))
    );
    assert_eq!(
        connectors(&RowKind::ToNextPage(3)),
        (2, "C D".into(), format!("{anggota}: penghubung ke halaman 3. {ketua}: penghubung dari halaman 3"))
    );
    assert_eq!(
        connectors(&RowKind::FromPreviousPage(2)),
        (2, "C D".into(), format!("{anggota}: penghubung dari halaman 2. {ketua}: penghubung ke halaman 2"))
    );
}

#[test]
fn the_seed_is_drawn_by_the_rules() {
    drawn_by_the_rules(shipped());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn any_table_is_drawn_by_the_rules(table in any_table()) {
        drawn_by_the_rules(&sop_of(&table));
    }
}

fn drawn_by_the_rules(sop: &Sop) {
    let pages = Pages::of(sop);
    for page in 0..pages.steps.len() {
        let sheet = Sheet::of(sop, &pages, page);
        let routes = sheet.routes();
        let rows = sheet.draw(sop, &routes);
        for (edge, route) in sheet.edges.iter().zip(&routes) {
            leads_from_symbol_to_symbol(&sheet, edge, route);
            passes_no_other_symbol(&sheet, edge, route);
        }
        unrelated_lines_stay_apart(&sheet, &routes);
        rows_show_all_lines(&sheet, &routes, &rows);
        arrows_end_on_symbols(&sheet, &rows);
        labels_are_free(&sheet, &routes);
    }
}

fn leads_from_symbol_to_symbol(sheet: &Sheet, edge: &Edge, route: &[Point]) {
    let (from, to) = (&sheet.nodes[edge.from], &sheet.nodes[edge.to]);
    assert_eq!(route.first(), Some(&from.centre()), "no line from {} to {}", from.band, to.band);
    assert_eq!(route.last(), Some(&to.centre()));
    for corner in route.windows(3) {
        let (before, after) = (direction(corner[0], corner[1]), direction(corner[1], corner[2]));
        assert_ne!(before.is_vertical(), after.is_vertical(), "{route:?}");
    }
    for ends in route.windows(2) {
        assert!((ends[0].0 == ends[1].0) != (ends[0].1 == ends[1].1), "not along an axis: {route:?}");
    }
}

fn passes_no_other_symbol(sheet: &Sheet, edge: &Edge, route: &[Point]) {
    for size in WIDE.into_iter().chain(NARROW) {
        let scene = Scene::of(sheet, &[], size);
        for (nth, node) in sheet.nodes.iter().enumerate() {
            for (place, ends) in route.windows(2).enumerate() {
                let leaves = nth == edge.from && place == 0;
                let enters = nth == edge.to && place + 2 == route.len();
                if leaves || enters {
                    continue;
                }
                let ((ax, ay), (bx, by)) = (scene.pixels(ends[0]), scene.pixels(ends[1]));
                let (x, y) = scene.pixels(node.centre());
                let clear = ax.max(bx) <= x - node.shape.reach(Direction::Left)
                    || ax.min(bx) >= x + node.shape.reach(Direction::Right)
                    || ay.max(by) <= y - node.shape.reach(Direction::Up)
                    || ay.min(by) >= y + node.shape.reach(Direction::Down);
                assert!(clear, "line {ends:?} runs through the symbol in band {} at {size:?}", node.band);
            }
        }
    }
}

/// Lines of different symbols may cross, but neither run on top of each other nor touch at a corner.
fn unrelated_lines_stay_apart(sheet: &Sheet, routes: &[Vec<Point>]) {
    let lines = |route: &[Point]| -> Vec<(Point, Point)> {
        route.windows(2).map(|ends| (ends[0].min(ends[1]), ends[0].max(ends[1]))).collect()
    };
    for (nth, (a, route)) in sheet.edges.iter().zip(routes).enumerate() {
        for (b, other) in sheet.edges[..nth].iter().zip(routes) {
            if a.from == b.from || a.to == b.to {
                continue;
            }
            for (one, two) in
                lines(route).into_iter().flat_map(|one| lines(other).into_iter().map(move |two| (one, two)))
            {
                let left_top = (one.0.0.max(two.0.0), one.0.1.max(two.0.1));
                let right_bottom = (one.1.0.min(two.1.0), one.1.1.min(two.1.1));
                let apart = left_top.0 > right_bottom.0 || left_top.1 > right_bottom.1;
                let at_symbol = sheet.nodes.iter().any(|node| node.centre() == left_top);
                let across = left_top == right_bottom
                    && [one, two].iter().all(|line| line.0 != left_top && line.1 != left_top)
                    && (one.0.0 == one.1.0) != (two.0.0 == two.1.0);
                let ends_here = left_top == right_bottom && at_symbol;
                assert!(apart || across || ends_here, "{route:?} and {other:?} meet at {left_top:?}");
            }
        }
    }
}

/// The lines cut at the rows' borders are as long together as they were before, and join there.
fn rows_show_all_lines(sheet: &Sheet, routes: &[Vec<Point>], rows: &[DrawnRow]) {
    let whole: i32 = merged(routes).iter().map(|(from, to)| to.0 - from.0 + to.1 - from.1).sum();
    let mut pieces = 0.0;
    for (row, place) in rows.iter().zip(&sheet.rows) {
        assert_eq!(row.bands, place.bands);
        for line in &row.lines {
            assert!(line.x1 <= line.x2 && line.y1 <= line.y2 && (line.x1 == line.x2 || line.y1 == line.y2));
            for at in [line.x1, line.y1, line.x2, line.y2] {
                assert!((0.0..=100.0).contains(&at), "{line:?}");
            }
            pieces += (line.x2 - line.x1) / 100.0 * f64::from(unit(sheet.columns));
            pieces += (line.y2 - line.y1) / 100.0 * f64::from(unit(row.bands));
        }
    }
    assert!((pieces - f64::from(whole)).abs() < 1.0, "{pieces} of {whole}");
    for borders in rows.windows(2) {
        let leaving = |line: &&Line| line.y2 == 100.0 && line.x1 == line.x2;
        let coming = |line: &&Line| line.y1 == 0.0 && line.x1 == line.x2;
        let above: BTreeSet<String> =
            borders[0].lines.iter().filter(leaving).map(|line| line.x1.to_string()).collect();
        let below: BTreeSet<String> =
            borders[1].lines.iter().filter(coming).map(|line| line.x1.to_string()).collect();
        assert_eq!(above, below);
    }
}

fn arrows_end_on_symbols(sheet: &Sheet, rows: &[DrawnRow]) {
    for row in rows {
        for symbol in &row.symbols {
            assert_eq!(
                symbol.x,
                percent(
                    f64::from(u32::try_from(symbol.column).unwrap()) + 0.5,
                    f64::from(u32::try_from(sheet.columns).unwrap())
                )
            );
        }
        for arrow in &row.arrows {
            let symbol =
                row.symbols.iter().find(|symbol| (symbol.x, symbol.y) == (arrow.x, arrow.y)).unwrap();
            let distance = symbol.shape.reach(arrow.direction.opposite()) + 1.0;
            assert_eq!(arrow.dx.abs() + arrow.dy.abs(), distance);
        }
    }
}

fn labels_are_free(sheet: &Sheet, routes: &[Vec<Point>]) {
    for sizes in [WIDE, NARROW] {
        let labels = words::labels(sheet, routes, &sizes, Crowded::LeaveOut);
        // The letters of connectors stand in their symbols.
        for (row, label) in labels.iter().filter(|(_, label)| label.text.len() > 1) {
            for size in sizes {
                let scene = Scene::of(sheet, routes, size);
                assert!(!scene.covers_label(sheet, *row, label), "{label:?} in row {row} at {size:?}");
            }
        }
    }
}

/// A table in short: the number of columns; of each row the stages with column, kind, and of each
/// outcome the targets, counted through all stages with the end as the last; a page's last row.
type Table = (usize, Vec<Vec<(usize, usize, Vec<Vec<usize>>)>>, usize);

fn any_table() -> impl Strategy<Value = Table> {
    let outcomes = prop::collection::vec(prop::collection::vec(0..20_usize, 1..3), 1..3);
    let rows = prop::collection::vec(prop::collection::vec((0..5_usize, 0..3_usize, outcomes), 1..4), 1..5);
    (1..6_usize, rows, 0..9_usize)
}

fn sop_of((columns, rows, page): &Table) -> Sop {
    let mut sop = shipped().clone();
    let role = |column: usize| Role::new(format!("p{}", column % columns));
    let performer = |column| Performer { id: role(column), column: format!("Pelaksana {column}") };
    sop.performers = (0..*columns).map(performer).collect();
    let no = |row: usize| StepNo::new((row + 1).to_string());
    let id = |stage: usize| StageId::new(format!("t{stage}"));
    let stage_ref = |row, stage| StageRef { step: no(row), stage: id(stage) };
    let counts = rows.iter().map(Vec::len).enumerate();
    let refs: Vec<StageRef> =
        counts.flat_map(|(row, count)| (0..count).map(move |stage| stage_ref(row, stage))).collect();
    let target = |to: &usize| match refs.get(*to % (refs.len() + 1)) {
        Some(stage) => Target::Stage(stage.clone()),
        None => Target::End(EndId::new("selesai")),
    };
    let row = sop.steps[1].clone();
    let stage = row.stages[0].clone();
    let outcome = stage.outcomes[0].clone();
    let stages = |stages: &Vec<(usize, usize, Vec<Vec<usize>>)>| {
        let stage = |(nth, (column, kind, outcomes)): (usize, &(usize, usize, Vec<Vec<usize>>))| Stage {
            id: id(nth),
            performer: role(*column),
            kind: [StageKind::Decision, StageKind::Work, StageKind::Signature][*kind],
            outcomes: outcomes
                .iter()
                .zip(["Setuju", "Tolak", "Kembalikan"])
                .map(|(to, label)| Outcome {
                    id: OutcomeId::new(label.to_lowercase()),
                    label: label.to_owned(),
                    to: to.iter().map(target).collect(),
                    ..outcome.clone()
                })
                .collect(),
            ..stage.clone()
        };
        stages.iter().enumerate().map(stage).collect()
    };
    sop.steps = rows
        .iter()
        .enumerate()
        .map(|(nth, of)| Step { no: no(nth), stages: stages(of), ..row.clone() })
        .collect();
    sop.start = no(0);
    sop.page_breaks = vec![no(*page)];
    sop
}

/// The table in letters, to be looked at.
fn sketch(sop: &Sop) -> String {
    let pages = Pages::of(sop);
    let mut text = String::new();
    for page in 0..pages.steps.len() {
        let sheet = Sheet::of(sop, &pages, page);
        let routes = sheet.routes();
        let column = |x: i32| usize::try_from(x * 20 / UNIT).unwrap();
        let line = |y: i32| usize::try_from((y * 3 - UNIT / 2 + 1) / UNIT).unwrap();
        let bands = sheet.nodes.len().max(1);
        let mut canvas = vec![vec![' '; column(unit(sheet.columns)) + 1]; bands * 3];
        let mut arms = vec![vec![0_usize; canvas[0].len()]; canvas.len()];
        for (from, to) in routes.iter().flat_map(|route| route.windows(2).map(|ends| (ends[0], ends[1]))) {
            let towards = direction(from, to);
            let (mut x, mut y) = (column(from.0), line(from.1));
            while (x, y) != (column(to.0), line(to.1)) {
                arms[y][x] |= 1 << towards as usize;
                match towards {
                    Direction::Up => y -= 1,
                    Direction::Right => x += 1,
                    Direction::Down => y += 1,
                    Direction::Left => x -= 1,
                }
                arms[y][x] |= 1 << towards.opposite() as usize;
            }
        }
        let pens: Vec<char> = " ╵╶└╷│┌├╴┘─┴┐┤┬┼".chars().collect();
        for (row, arms) in canvas.iter_mut().zip(&arms) {
            for (cell, arms) in row.iter_mut().zip(arms) {
                *cell = pens[*arms];
            }
        }
        for node in &sheet.nodes {
            let (x, y) = (column(node.centre().0), line(node.centre().1));
            let sign = match node.shape {
                Shape::Capsule => "( )",
                Shape::Box => "[ ]",
                Shape::Diamond => "< >",
                Shape::Connector => "\\_/",
            };
            for (nth, letter) in sign.chars().enumerate() {
                canvas[y][x + nth - 1] = letter;
            }
        }
        for (edge, route) in sheet.edges.iter().zip(&routes) {
            let (x, y) = (column(sheet.nodes[edge.to].centre().0), line(sheet.nodes[edge.to].centre().1));
            match direction(route[route.len() - 2], route[route.len() - 1]) {
                Direction::Up => canvas[y + 1][x] = '▲',
                Direction::Right => canvas[y][x - 2] = '▶',
                Direction::Down => canvas[y - 1][x] = '▼',
                Direction::Left => canvas[y][x + 2] = '◀',
            }
        }
        for row in &sheet.rows {
            let name = match &row.kind {
                RowKind::Step(no) => no.to_string(),
                RowKind::ToNextPage(page) => format!("→{page}"),
                RowKind::FromPreviousPage(page) => format!("{page}→"),
            };
            for nth in row.first_band * 3..(row.first_band + row.bands) * 3 {
                let name = if nth == row.first_band * 3 + 1 { name.as_str() } else { "" };
                let cells: String = canvas.get(nth).map(|row| row.iter().collect()).unwrap_or_default();
                text.push_str(format!("{name:<3} {cells}").trim_end());
                text.push('\n');
            }
        }
    }
    text
}
