//! Register: the section "Pencatatan dan Pendataan" of the SOP. Every request with all its dates, on
//! the screen and as a file for a spreadsheet; and beside it the books that the office keeps: the
//! agendas of incoming and outgoing letters and the book of dispositions, which are printed too.

mod book;
mod books;
mod csv;
mod dates;
mod file;
mod numbers;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use store::RegisterRow;

pub use book::{Book, Cell, Reader};
pub use books::{csv as book_csv, pdf as book_pdf, show as book};
pub use file::csv;
pub use numbers::{reserve, set_aside, too_many, void};

use crate::cases::list::{self, Fault, FilterField, FilterForm, Filters, Line};
use crate::ctx::{Ctx, Page};
use crate::policy::{self, Place};
use crate::problem::Problem;

/// How many requests a page of the register has.
const PAGE_REQUESTS: u32 = 50;

#[derive(Template)]
#[template(path = "register/index.html")]
struct RegisterPage {
    page: Page,
    /// The SOP leaves the section empty that this register fills.
    fills_sop: bool,
    fields: Vec<FilterField>,
    unreadable: bool,
    csv: String,
    entries: Vec<Entry>,
    first: Option<String>,
    next: Option<String>,
}

/// A request in the register.
struct Entry {
    line: Line,
    letter: Option<String>,
    dates: Vec<DateMark>,
}

/// When a row was done.
struct DateMark {
    no: String,
    date: String,
    /// Which way the case went from there, where there is a choice.
    decision: Option<String>,
    late: bool,
}

/// `GET /register`
pub async fn index(ctx: Ctx, Query(filters): Query<Filters>) -> Result<Response, Problem> {
    ctx.enter(Place::Cases)?;
    page(&ctx, &narrowed(filters)).await
}

/// The register has no field for these, so an address cannot narrow it by them unseen.
fn narrowed(filters: Filters) -> Filters {
    Filters { step: String::new(), sort: String::new(), ..filters }
}

async fn page(ctx: &Ctx, filters: &Filters) -> Result<Response, Problem> {
    let (words, desk, sop) = (ctx.words, &ctx.desk, ctx.desk.sop());
    let units = desk.store.units().await?;
    let read = filters.read(sop, &units, &desk.calendar, desk.now());
    let faults: Vec<Fault> = read.as_ref().err().cloned().unwrap_or_default();

    let form = FilterForm { words, sop, units: &units, filters, faults: &faults };
    let fields =
        vec![form.from("list-from"), form.until(), form.unit(), form.state(), form.words_or_number()];
    let (rows, next) = match &read {
        Ok(filter) => {
            let after = (!filters.after.is_empty()).then_some(filters.after.as_str());
            let scope = policy::cases(&ctx.person);
            let page = desk.store.register_page(&scope, filter, after, PAGE_REQUESTS).await?;
            (page.rows, page.next)
        }
        Err(_) => (Vec::new(), None),
    };
    let lines = list::lines(ctx, &units, rows.iter().map(|row| &row.case)).await?;
    let entries = rows.iter().zip(lines).map(|(row, line)| entry(ctx, row, line)).collect();
    let template = RegisterPage {
        page: ctx.page(&list::mended(words, words.t("register-title").to_string(), &faults)),
        fills_sop: sop.identity.records.is_empty(),
        fields,
        unreadable: read.is_err(),
        csv: filters.address("/register.csv", None),
        entries,
        first: (!filters.after.is_empty()).then(|| filters.address("/register", None)),
        next: next.map(|next| filters.address("/register", Some(&next))),
    };
    list::answer(&template, &faults)
}

fn entry(ctx: &Ctx, row: &RegisterRow, line: Line) -> Entry {
    let (words, calendar) = (ctx.words, &ctx.desk.calendar);
    let sop = sop::find(&row.case.sop, &row.case.revision).unwrap_or_else(sop::shipped);
    let day = |at| list::day(words, calendar, ctx.desk.now(), at);
    let done = row.steps.iter().filter(|run| run.done);
    let dates = done.filter_map(|run| {
        let closed_at = run.closed_at?;
        let decision = dates::decision(sop, &row.steps, run);
        Some(DateMark {
            no: run.step.to_string(),
            date: day(closed_at),
            decision: decision.map(|outcome| words.label(sop, &outcome.label).to_lowercase()),
            late: run.due_at.is_some_and(|due_at| closed_at > due_at),
        })
    });
    let letter = [row.letter_no.clone(), row.letter_date.map(|date| words.date(date))];
    let letter = letter.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Entry {
        line,
        letter: (!letter.is_empty()).then(|| words.t("register-letter").with("letter", letter).to_string()),
        dates: dates.collect(),
    }
}
