//! Walks all paths of an SOP, adds up their norms, and remarks on what the document leaves open.
//!
//! Nothing here is a mistake in the file: those are refused by [`Sop::read`]. A remark tells the
//! owner of the SOP what to settle in its next revision.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Outcome, Sop, Source, StageRef, Step, StepNo, Target, Total};
use crate::calendar::{Norm, NormUnit};

/// What checking an SOP brings to light.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub sop: String,
    pub revision: String,
    pub paths: Vec<Path>,
    pub column_sum: Sum,
    pub printed_total: Sum,
    pub findings: Vec<Finding>,
}

/// One way from the start to an end, no loop taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Path {
    /// Row numbers in order; rows that run side by side are one item, `6a+6b`.
    pub steps: Vec<String>,
    pub end: String,
    pub norm: PathNorm,
}

/// The working time of a path. Days are working days and are not turned into minutes: their length
/// differs from day to day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PathNorm {
    pub days_min: u32,
    pub days_max: u32,
    pub minutes: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    pub days: u32,
    pub minutes: u32,
}

/// A remark on the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    /// The row it concerns, if it concerns one.
    pub step: Option<StepNo>,
    /// A sentence in Indonesian, for the owner of the document.
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Warning,
    Error,
}

/// Checks a sound SOP.
pub fn check(sop: &Sop) -> Report {
    let paths = paths(sop);
    let mut column_sum = Total { text: String::new(), days: 0, minutes: 0 };
    for norm in sop.steps.iter().filter_map(Step::norm) {
        column_sum.add(norm);
    }
    let column_sum = Sum { days: column_sum.days, minutes: column_sum.minutes };
    let printed_total = Sum { days: sop.total.days, minutes: sop.total.minutes };

    let mut findings = Vec::new();
    total(sop, &paths, column_sum, printed_total, &mut findings);
    norms_and_outputs(sop, &mut findings);
    exits(sop, &mut findings);
    requirements(sop, &mut findings);
    performer_names(sop, &mut findings);
    qualifications(sop, &mut findings);
    empty_sections(sop, &mut findings);
    untranslated(sop, &mut findings);
    Report { sop: sop.code.to_string(), revision: sop.revision(), paths, column_sum, printed_total, findings }
}

/// All ways from the start to an end, each loop taken zero times, in the order of the rows.
pub fn paths(sop: &Sop) -> Vec<Path> {
    let Some(start) = sop.first_stage(&Target::Step(sop.start.clone())) else { return Vec::new() };
    let mut found = BTreeSet::new();
    for walk in walks(sop, &start, &Walk::default(), false) {
        if let Stop::End(end) = walk.stop {
            found.insert(Path { steps: walk.rows, end, norm: walk.norm });
        }
    }
    let place = |path: &Path| -> Vec<usize> {
        let row = |label: &String| {
            label.split('+').next().and_then(|no| sop.position(&no.into())).unwrap_or(usize::MAX)
        };
        path.steps.iter().map(row).collect()
    };
    let mut paths: Vec<Path> = found.into_iter().collect();
    paths.sort_by_cached_key(|path| (place(path), path.steps.iter().map(String::len).sum::<usize>()));
    paths
}

#[derive(Clone, Default)]
struct Walk {
    rows: Vec<String>,
    norm: PathNorm,
    seen: BTreeSet<StageRef>,
    stop: Stop,
}

#[derive(Clone, Default)]
enum Stop {
    #[default]
    Nowhere,
    End(String),
    /// A branch has come to the row that joins it with the others.
    Join(StepNo),
}

/// Continues a walk at a stage, in all ways. Within a branch it stops before a row that joins, so
/// that the branches can go on as one.
fn walks(sop: &Sop, at: &StageRef, before: &Walk, in_branch: bool) -> Vec<Walk> {
    let (Some(step), Some(stage)) = (sop.step(&at.step), sop.stage(at)) else { return Vec::new() };
    let mut here = before.clone();
    if !here.seen.insert(at.clone()) {
        return Vec::new(); // a loop
    }
    if !before.seen.iter().any(|seen| seen.step == at.step) {
        here.rows.push(step.no.to_string());
        here.norm = here.norm.then(step.norm());
    }
    stage.outcomes.iter().flat_map(|outcome| follow(sop, outcome, &here, in_branch)).collect()
}

fn follow(sop: &Sop, outcome: &Outcome, here: &Walk, in_branch: bool) -> Vec<Walk> {
    if let [target] = outcome.to.as_slice() {
        return match target {
            Target::End(end) => vec![Walk { stop: Stop::End(end.to_string()), ..here.clone() }],
            Target::Step(no) if here.seen.iter().any(|seen| seen.step == *no) => Vec::new(), // rework
            Target::Step(no) if in_branch && sop.step(no).is_some_and(|step| step.join.is_some()) => {
                vec![Walk { stop: Stop::Join(no.clone()), ..here.clone() }]
            }
            Target::Step(_) | Target::Stage(_) => {
                sop.first_stage(target).map(|next| walks(sop, &next, here, in_branch)).unwrap_or_default()
            }
        };
    }
    // Branches side by side: each walks alone to the join, then they go on as one. The slowest
    // branch counts, since the join waits for it.
    let start = Walk { seen: here.seen.clone(), ..Walk::default() };
    let mut bundles = vec![(Vec::new(), Walk::default(), None)];
    for target in &outcome.to {
        let Some(first) = sop.first_stage(target) else { continue };
        let alone = walks(sop, &first, &start, true);
        bundles = bundles
            .into_iter()
            .flat_map(|(labels, joint, join): (Vec<String>, Walk, Option<StepNo>)| {
                alone
                    .iter()
                    .filter_map(|walk| {
                        let Stop::Join(at) = &walk.stop else { return None };
                        if join.as_ref().is_some_and(|join| join != at) {
                            return None;
                        }
                        let labels = [labels.as_slice(), &[walk.rows.join("-")]].concat();
                        let seen = joint.seen.union(&walk.seen).cloned().collect();
                        let joint = Walk { norm: joint.norm.slower(walk.norm), seen, ..Walk::default() };
                        Some((labels, joint, Some(at.clone())))
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    bundles
        .into_iter()
        .filter_map(|(labels, joint, join)| {
            let next = sop.first_stage(&Target::Step(join?))?;
            let mut rows = here.rows.clone();
            rows.push(labels.join("+"));
            let seen = here.seen.union(&joint.seen).cloned().collect();
            let norm = here.norm.plus(joint.norm);
            Some(walks(sop, &next, &Walk { rows, norm, seen, stop: Stop::Nowhere }, in_branch))
        })
        .flatten()
        .collect()
}

impl PathNorm {
    fn then(self, norm: Option<&Norm>) -> Self {
        let Some(norm) = norm else { return self };
        let least = norm.least.unwrap_or(norm.most);
        match norm.unit {
            NormUnit::Minutes => Self { minutes: self.minutes + norm.most, ..self },
            NormUnit::Hours => Self { minutes: self.minutes + norm.most * 60, ..self },
            NormUnit::Days => {
                Self { days_min: self.days_min + least, days_max: self.days_max + norm.most, ..self }
            }
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            days_min: self.days_min + other.days_min,
            days_max: self.days_max + other.days_max,
            minutes: self.minutes + other.minutes,
        }
    }

    fn slower(self, other: Self) -> Self {
        let longest = (self.days_max, self.minutes).max((other.days_max, other.minutes));
        Self { days_min: self.days_min.max(other.days_min), days_max: longest.0, minutes: longest.1 }
    }
}

fn warn(findings: &mut Vec<Finding>, code: &'static str, step: Option<&StepNo>, message: String) {
    findings.push(Finding { code, severity: Severity::Warning, step: step.cloned(), message });
}

fn total(sop: &Sop, paths: &[Path], column: Sum, printed: Sum, findings: &mut Vec<Finding>) {
    let is_path =
        paths.iter().any(|path| (path.norm.days_max, path.norm.minutes) == (printed.days, printed.minutes));
    let text = &sop.total.text;
    if is_path {
        return;
    }
    if printed == column {
        warn(
            findings,
            "total-is-column-sum",
            None,
            format!(
                "total tercetak “{text}” sama dengan jumlah kolom waktu, tetapi tidak sama dengan satu jalur pun; \
                 total ini tidak dipakai sebagai jatuh tempo"
            ),
        );
    } else {
        warn(
            findings,
            "total-is-nothing",
            None,
            format!("total tercetak “{text}” bukan jumlah kolom waktu dan bukan panjang satu jalur pun"),
        );
    }
}

fn norms_and_outputs(sop: &Sop, findings: &mut Vec<Finding>) {
    for step in &sop.steps {
        if step.norm.is_none() {
            let message =
                format!("baris {} tidak mempunyai waktu, jadi tidak mempunyai jatuh tempo", step.no);
            warn(findings, "no-norm", Some(&step.no), message);
        }
    }
    for step in &sop.steps {
        if step.output.is_empty() {
            warn(findings, "no-output", Some(&step.no), format!("baris {} tidak menyebut output", step.no));
        }
    }
}

/// Rows with a decision of which the document does not write every exit.
fn exits(sop: &Sop, findings: &mut Vec<Finding>) {
    for step in &sop.steps {
        for stage in step.stages.iter().filter(|stage| stage.kind.may_return()) {
            let unwritten: Vec<String> = stage
                .outcomes
                .iter()
                .filter(|outcome| outcome.source == Source::Inferred)
                .map(|outcome| format!("“{}”", outcome.label))
                .collect();
            if !unwritten.is_empty() {
                let message = format!(
                    "keputusan “{}” pada baris {} mempunyai jalan yang tidak ditulis SOP: {}",
                    stage.label,
                    step.no,
                    unwritten.join(", ")
                );
                warn(findings, "unwritten-exit", Some(&step.no), message);
            }
        }
    }
}

/// Documents listed as needed that the row itself makes, or that no row makes.
fn requirements(sop: &Sop, findings: &mut Vec<Finding>) {
    let made = |step: &Step| -> BTreeSet<String> {
        let outcomes = step.stages.iter().flat_map(|stage| &stage.outcomes);
        outcomes.flat_map(|outcome| &outcome.produces).map(|document| document.name.to_lowercase()).collect()
    };
    let made_by_any: BTreeSet<String> = sop.steps.iter().flat_map(made).collect();
    for step in &sop.steps {
        let made_here = made(step);
        for item in step.requirements.iter().flat_map(|cell| items(cell)) {
            let name = item.to_lowercase();
            if made_here.contains(&name) {
                let message = format!(
                    "“{item}” disebut kelengkapan baris {}, padahal dibuat oleh baris itu sendiri",
                    step.no
                );
                warn(findings, "requirement-made-by-own-row", Some(&step.no), message);
            } else if !made_by_any.contains(&name) && !name.starts_with("peralatan") {
                // Equipment is listed in the identity block and made by nobody.
                let message = format!(
                    "“{item}” disebut kelengkapan baris {}, tetapi tidak dibuat oleh baris mana pun",
                    step.no
                );
                warn(findings, "requirement-nobody-makes", Some(&step.no), message);
            }
        }
    }
}

/// The things named in one cell: `a, b` and `a dan b` are two.
fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(", ").flat_map(|part| part.split(" dan ")).map(str::trim).filter(|item| !item.is_empty())
}

/// One column of the table that the rows call by more than one name.
///
/// A name begins with a word that begins a column's head, or a part of it after a slash, and goes on
/// while the words are words of the heads or carry a capital: `Ketua Tim Datin`, `tim kerja`.
fn performer_names(sop: &Sop, findings: &mut Vec<Finding>) {
    let mut first_words: BTreeMap<String, usize> = BTreeMap::new();
    let mut vocabulary = BTreeSet::new();
    for (column, performer) in sop.performers.iter().enumerate() {
        // Of "Kelompok/Tim Kerja Substansi" the parts are "Kelompok" and "Tim Kerja Substansi".
        for part in performer.column.split('/') {
            if let Some(word) = part.split_whitespace().next() {
                first_words.entry(word.to_lowercase()).or_insert(column);
            }
            vocabulary.extend(part.split_whitespace().map(str::to_lowercase));
        }
    }
    let mut names: Vec<BTreeMap<String, String>> = vec![BTreeMap::new(); sop.performers.len()];
    let cells = sop.steps.iter().flat_map(|step| {
        [Some(&step.activity), step.remark.as_ref()]
            .into_iter()
            .flatten()
            .chain(&step.requirements)
            .chain(&step.output)
    });
    for cell in cells.flat_map(|cell| cell.split(['/', ',', '.', ';'])) {
        let words: Vec<&str> = cell.split_whitespace().collect();
        let mut at = 0;
        while at < words.len() {
            let Some(column) = first_words.get(&words[at].to_lowercase()) else {
                at += 1;
                continue;
            };
            let belongs = |word: &&&str| {
                vocabulary.contains(&word.to_lowercase())
                    || word.chars().next().is_some_and(char::is_uppercase)
            };
            let length = 1 + words[at + 1..].iter().take_while(belongs).count();
            let name = words[at..at + length].join(" ");
            names[*column].entry(name.to_lowercase()).or_insert(name);
            at += length;
        }
    }
    for (performer, names) in sop.performers.iter().zip(names) {
        if names.len() > 1 {
            let names: Vec<String> = names.into_values().map(|name| format!("“{name}”")).collect();
            let message = format!(
                "pelaksana kolom “{}” disebut dengan {} nama: {}",
                performer.column,
                names.len(),
                names.join(", ")
            );
            warn(findings, "performer-under-several-names", None, message);
        }
    }
}

/// Printed qualifications by which nobody's skills can be kept, and categories of request of which nobody
/// says what they need. A file that names no qualification at all leaves the matter alone.
fn qualifications(sop: &Sop, findings: &mut Vec<Finding>) {
    if sop.qualifications.is_empty() {
        return;
    }
    for sentence in &sop.identity.qualifications {
        if !sop.qualifications.iter().any(|known| known.sentence == *sentence) {
            let message = format!("kualifikasi “{sentence}” belum mempunyai id dalam [[kualifikasi]]");
            warn(findings, "qualification-without-id", None, message);
        }
    }
    for option in sop.category_field().iter().flat_map(|field| &field.options) {
        if sop.needed_for(&option.id).is_empty() {
            let message = format!(
                "golongan “{}” belum menyebut kualifikasi yang diperlukannya dalam [[kebutuhan]]",
                option.label
            );
            warn(findings, "category-without-need", None, message);
        }
    }
}

fn empty_sections(sop: &Sop, findings: &mut Vec<Finding>) {
    let identity = &sop.identity;
    let sections = [
        ("Dasar Hukum", &identity.legal_basis),
        ("Kualifikasi Pelaksana", &identity.qualifications),
        ("Keterkaitan", &identity.related),
        ("Peralatan/perlengkapan", &identity.equipment),
        ("Peringatan", &identity.warnings),
        ("Pencatatan dan Pendataan", &identity.records),
    ];
    for (name, entries) in sections {
        if entries.is_empty() {
            warn(findings, "empty-section", None, format!("bagian “{name}” kosong"));
        }
    }
}

/// Labels that an English screen would have to show in Indonesian.
fn untranslated(sop: &Sop, findings: &mut Vec<Finding>) {
    let mut labels: BTreeSet<&str> = BTreeSet::from([sop.form.name.as_str()]);
    labels.extend(sop.ends.iter().map(|end| end.label.as_str()));
    labels.extend(sop.qualifications.iter().map(|qualification| qualification.label.as_str()));
    labels.extend(
        sop.steps.iter().flat_map(|step| [&step.label, &step.under_way, &step.finished]).map(String::as_str),
    );
    let stages = || sop.steps.iter().flat_map(|step| &step.stages);
    labels.extend(stages().map(|stage| stage.label.as_str()));
    labels.extend(stages().flat_map(|stage| &stage.outcomes).map(|outcome| outcome.label.as_str()));
    let fields =
        sop.form.fields.iter().chain(stages().flat_map(|stage| stage.fields.iter().chain(&stage.log_fields)));
    for field in fields {
        labels.insert(&field.label);
        labels.extend(field.hint.as_deref());
        for option in &field.options {
            labels.insert(&option.label);
            labels.extend(option.hint.as_deref());
        }
    }
    for label in labels.iter().filter(|label| !sop.english.contains_key(**label)) {
        warn(
            findings,
            "label-without-english",
            None,
            format!("“{label}” belum mempunyai padanan dalam [inggris]"),
        );
    }
    for label in sop.english.keys().filter(|label| !labels.contains(label.as_str())) {
        warn(
            findings,
            "english-without-label",
            None,
            format!("[inggris] menyebut “{label}”, yang tidak ada lagi"),
        );
    }
}
