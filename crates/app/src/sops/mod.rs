//! The SOP as its document shows it: identity block and flow table, drawn from the data by which
//! cases run; and beside it where cases are now, and what the document leaves open.

mod origins;

use std::sync::LazyLock;

use askama::Template;
use axum::response::Response;
use sop::Sop;
use sop::calendar::{Norm, NormUnit, WorkingSpan};
use sop::definition::check::{self, PathNorm, Severity};
use sop::definition::flow::{self, Direction, DrawnRow, RowKind, Shape};
use sop::definition::{EndId, Identity, StepNo};
use store::StepCount;

use origins::{Origin, RowOrigins, needs, origins};

use crate::ctx::{self, Ctx, Page};
use crate::letters;
use crate::policy::{self, Place, may};
use crate::problem::Problem;
use crate::words::Words;

#[derive(Template)]
#[template(path = "sops/index.html")]
struct SopPage {
    page: Page,
    since: String,
    identity: &'static Identity,
    heading: &'static str,
    lanes: Vec<Lane>,
    rows: Vec<Row>,
    total: &'static str,
    total_note: String,
    /// Whether there is a column for where cases are.
    counts: bool,
    register: bool,
    remarks: Vec<Remark>,
    origins: Vec<RowOrigins>,
    needs: Vec<Origin>,
}

struct Lane {
    head: &'static str,
    short: String,
}

struct Row {
    class: &'static str,
    /// How many symbols deep it is.
    bands: usize,
    no: Option<String>,
    /// What the row says, in the document's words; a connector says where it leads.
    activity: String,
    drawing: Drawing,
    requirements: String,
    norm: String,
    output: String,
    remark: String,
    now: Option<Now>,
}

/// How many cases are at a row.
struct Now {
    count: String,
    overdue: Option<String>,
    href: Option<String>,
}

/// What is drawn in the performers' columns of a row.
struct Drawing {
    description: &'static str,
    /// The borders between the columns.
    borders: Vec<String>,
    drawn: &'static DrawnRow,
}

/// What a check of the document found.
struct Remark {
    row: String,
    severity: String,
    message: String,
}

/// The drawing takes a while and never changes.
static DRAWN: LazyLock<Vec<DrawnRow>> = LazyLock::new(|| flow::draw(sop::shipped()));

/// `GET /sop`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    let (words, sop) = (ctx.words, sop::shipped());
    let counts = if may(&ctx.person, Place::Cases) {
        let scope = policy::cases(&ctx.person);
        Some(ctx.desk.store.open_cases_by_step(&scope, ctx.desk.now()).await?)
    } else {
        None
    };
    let checked = check::check(sop);
    let remark = |finding: &check::Finding| Remark {
        row: finding.step.as_ref().map_or_else(String::new, ToString::to_string),
        severity: match finding.severity {
            Severity::Warning => words.t("sop-warning").to_string(),
            Severity::Error => words.t("sop-error").to_string(),
        },
        message: sentence(&finding.message),
    };
    let writer = Writer { words, sop, counts: counts.as_deref() };
    ctx::show(&SopPage {
        page: ctx.page(&words.t("sop-title").to_string()),
        since: words.t("sop-since").with("date", sop.identity.effective.text.as_str()).to_string(),
        identity: &sop.identity,
        heading: &sop.heading,
        lanes: lanes(sop),
        rows: DRAWN.iter().map(|drawn| writer.row(drawn)).collect(),
        total: &sop.total.text,
        total_note: total_note(words, sop, &checked),
        counts: counts.is_some(),
        register: may(&ctx.person, Place::Cases),
        remarks: checked.findings.iter().map(remark).collect(),
        origins: origins(words, sop),
        needs: needs(words, sop),
    })
}

/// `GET /sop/pdf`: the same on paper.
pub async fn pdf(ctx: Ctx) -> Result<Response, Problem> {
    let sop = ctx.desk.sop();
    let pdf = ctx.desk.letters.sop(sop).await?;
    Ok(letters::as_file(&format!("SOP {} {}.pdf", sop.code, sop.revision()), pdf))
}

fn lanes(sop: &'static Sop) -> Vec<Lane> {
    let heads = sop.performers.iter().map(|performer| performer.column.as_str());
    heads.zip(flow::short_heads(&sop.performers)).map(|(head, short)| Lane { head, short }).collect()
}

/// Writes the rows of the table.
struct Writer<'a> {
    words: Words,
    sop: &'static Sop,
    counts: Option<&'a [StepCount]>,
}

impl Writer<'_> {
    fn row(&self, drawn: &'static DrawnRow) -> Row {
        let lanes = self.sop.performers.len();
        let border = |at: usize| percent(100.0 * column(at) / column(lanes));
        let row = Row {
            class: if drawn.bands > 1 { "multi" } else { "" },
            bands: drawn.bands,
            no: None,
            activity: String::new(),
            drawing: Drawing {
                description: &drawn.description,
                borders: (1..lanes).map(border).collect(),
                drawn,
            },
            requirements: String::new(),
            norm: String::new(),
            output: String::new(),
            remark: String::new(),
            now: None,
        };
        let page = |key, page: usize| self.words.t(key).with("page", page).to_string();
        match &drawn.kind {
            RowKind::ToNextPage(next) => Row { class: "conn", activity: page("sop-to-page", *next), ..row },
            RowKind::FromPreviousPage(before) => {
                Row { class: "conn conn-2", activity: page("sop-from-page", *before), ..row }
            }
            RowKind::Step(no) => {
                let Some(step) = self.sop.step(no) else { return row };
                Row {
                    no: Some(no.to_string()),
                    activity: step.activity.clone(),
                    requirements: numbered(&step.requirements),
                    norm: step.norm.as_ref().map_or_else(String::new, |norm| norm.text.clone()),
                    output: numbered(&step.output),
                    remark: step.remark.clone().unwrap_or_default(),
                    now: self.counts.map(|counts| self.now(no, counts)),
                    ..row
                }
            }
        }
    }

    fn now(&self, no: &StepNo, counts: &[StepCount]) -> Now {
        match counts.iter().find(|count| count.step == *no && count.cases > 0) {
            None => Now { count: self.words.t("sop-no-cases").to_string(), overdue: None, href: None },
            Some(count) => Now {
                count: self.words.t("sop-cases").with("n", count.cases).to_string(),
                overdue: (count.overdue > 0)
                    .then(|| self.words.t("sop-overdue").with("n", count.overdue).to_string()),
                href: Some(format!("/cases?step={no}")),
            },
        }
    }
}

impl Drawing {
    /// The symbol's name among those that the page defines once.
    fn symbol(shape: Shape) -> &'static str {
        match shape {
            Shape::Capsule => "cap",
            Shape::Box => "box",
            Shape::Diamond => "dia",
            Shape::Connector => "off",
        }
    }

    fn tip(direction: Direction) -> &'static str {
        match direction {
            Direction::Up => "up",
            Direction::Right => "rt",
            Direction::Down => "dn",
            Direction::Left => "lf",
        }
    }
}

/// A column's place as a number to calculate with.
fn column(at: usize) -> f64 {
    u32::try_from(at).map_or(0.0, f64::from)
}

/// "33.333%"
fn percent(part: f64) -> String {
    format!("{}%", (part * 1000.0).round() / 1000.0)
}

/// What stands in a cell: several things are numbered, as the document does it.
fn numbered(items: &[String]) -> String {
    match items {
        [item] => item.clone(),
        items => {
            let items = items.iter().enumerate().map(|(at, item)| format!("{}. {item}", at + 1));
            items.collect::<Vec<_>>().join(" ")
        }
    }
}

/// What the printed total is and how long the paths really are, all of it computed.
fn total_note(words: Words, sop: &Sop, checked: &check::Report) -> String {
    let is_path = |norm: PathNorm| {
        (norm.days_max, norm.minutes) == (checked.printed_total.days, checked.printed_total.minutes)
    };
    let key = if checked.paths.iter().any(|path| is_path(path.norm)) {
        "sop-total-is-path"
    } else if checked.printed_total == checked.column_sum {
        "sop-total-is-sum"
    } else {
        "sop-total-is-nothing"
    };
    let mut ends: Vec<(EndId, Vec<PathNorm>)> = Vec::new();
    for path in &checked.paths {
        let end = EndId::new(&path.end);
        match ends.iter_mut().find(|(known, _)| *known == end) {
            Some((_, norms)) if norms.contains(&path.norm) => {}
            Some((_, norms)) => norms.push(path.norm),
            None => ends.push((end, vec![path.norm])),
        }
    }
    let paths = ends.into_iter().enumerate().map(|(at, (end, norms))| {
        let spans: Vec<String> = norms.into_iter().map(|norm| path_norm(words, norm)).collect();
        let label = sop.end(&end).map_or(end.as_str(), |end| words.label(sop, &end.label)).to_lowercase();
        let or = words.t("sop-or").to_string();
        words.t("sop-path").with("nth", at + 1).with("end", label).with("span", spans.join(&or)).to_string()
    });
    let paths = paths.collect::<Vec<_>>().join("; ");
    format!("{} {paths}. {}", words.t(key), words.t("sop-total-unused"))
}

/// "4–8 hari 2 jam 20 menit"
fn path_norm(words: Words, norm: PathNorm) -> String {
    let mut parts = Vec::new();
    if norm.days_max > 0 {
        let least = (norm.days_min < norm.days_max).then_some(norm.days_min);
        parts.push(words.norm(&Norm { least, most: norm.days_max, unit: NormUnit::Days }));
    }
    if norm.minutes > 0 || parts.is_empty() {
        let rest = WorkingSpan { minutes: i64::from(norm.minutes), days: 0, rest_minutes: norm.minutes };
        parts.push(words.span(rest));
    }
    parts.join(" ")
}

/// A finding of the check, which is written for the terminal, as a sentence of its own.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn the_note_counts_what_the_paths_take() {
        let sop = sop::shipped();
        let note = total_note(Words::new(Language::Indonesian), sop, &check::check(sop));
        assert_eq!(
            note,
            "Total yang tercetak ialah jumlah kolom. Jalur ditolak memakan 1 hari 50 menit; jalur selesai memakan \
             4–8 hari 2 jam 20 menit. Total ini tidak dipakai sebagai jatuh tempo."
        );
    }

    #[test]
    fn every_row_of_the_document_is_in_the_table_once() {
        let rows = DRAWN.iter().filter_map(|row| match &row.kind {
            RowKind::Step(no) => Some(no.as_str()),
            RowKind::ToNextPage(_) | RowKind::FromPreviousPage(_) => None,
        });
        assert_eq!(rows.collect::<Vec<_>>(), ["1", "2", "3", "4", "5", "6a", "6b", "7", "8", "9", "10"]);
    }

    #[test]
    fn several_things_in_a_cell_are_numbered() {
        let cell =
            |items: &[&str]| numbered(&items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>());
        assert_eq!(cell(&[]), "");
        assert_eq!(cell(&["surat disposisi"]), "surat disposisi");
        assert_eq!(cell(&["Surat disposisi", "Surat penjelasan"]), "1. Surat disposisi 2. Surat penjelasan");
    }
}
