//! Siapa membaca: the access log, for the auditor by case, and for those who asked for help by
//! themselves. What is read passes one layer ([`note`]), which knows every address that names a case.

mod door;
mod waiting;

pub use door::{Reader, note};
pub use waiting::Waiting;

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use sop::case::{CaseNo, PersonId};
use sop::letter::made;
use store::{CaseFile, ReadWhat, ReadingRow, ReadingsOf, Scope};

use crate::ctx::{self, Ctx, Page};
use crate::policy::{self, Place};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "readings/index.html")]
struct ReadingsPage {
    page: Page,
    title: String,
    explained: String,
    /// From where one came.
    back: (String, String),
    of_many_cases: bool,
    lines: Vec<LineView>,
    first: Option<String>,
    next: Option<String>,
}

struct LineView {
    at: String,
    who: String,
    case: String,
    what: String,
    way: String,
    address: String,
}

#[derive(Debug, Default, Deserialize)]
pub struct After {
    after: Option<String>,
}

/// How many lines a page of the access log has.
const PAGE_LINES: u32 = 50;

/// `GET /cases/{no}/readings`
pub async fn of_case(
    ctx: Ctx,
    Path(no): Path<CaseNo>,
    Query(query): Query<After>,
) -> Result<Response, Problem> {
    ctx.enter(Place::Readings)?;
    let scope = policy::cases(&ctx.person);
    ctx.desk.store.case_file(&scope, &no).await?.ok_or(Problem::NotFound)?;
    let words = ctx.words;
    let title = words.t("readings-of-case").with("no", no.to_string()).to_string();
    let back = (format!("/cases/{no}"), words.t("case-title").with("no", no.to_string()).to_string());
    page(&ctx, title, back, &scope, &ReadingsOf::Case(no), query).await
}

/// `GET /account/readings`
pub async fn of_own(ctx: Ctx, Query(query): Query<After>) -> Result<Response, Problem> {
    let title = ctx.words.t("readings-own").to_string();
    let back = ("/account".to_owned(), ctx.words.t("account-title").to_string());
    let of = ReadingsOf::Subject(ctx.person.id.clone());
    page(&ctx, title, back, &policy::own_requests(&ctx.person), &of, query).await
}

async fn page(
    ctx: &Ctx,
    title: String,
    back: (String, String),
    scope: &Scope,
    of: &ReadingsOf,
    query: After,
) -> Result<Response, Problem> {
    let (words, desk) = (ctx.words, &ctx.desk);
    desk.write_readings().await?;
    let read = desk.store.readings(of, query.after.as_deref(), PAGE_LINES).await?;
    let lines = lines(ctx, scope, &read.rows).await?;
    let (of_many_cases, path) = match of {
        ReadingsOf::Case(no) => (false, format!("/cases/{no}/readings")),
        ReadingsOf::Subject(_) => (true, "/account/readings".to_owned()),
    };
    let days = ctx.settings.access_log_days;
    let template = ReadingsPage {
        page: ctx.page(&title),
        title,
        explained: words.t("readings-explained").with("days", days).to_string(),
        back,
        of_many_cases,
        lines,
        next: read.next.map(|next| format!("{path}?after={next}")),
        first: query.after.map(|_| path),
    };
    ctx::show(&template)
}

/// Lines of the log in words, with the names that documents and files have in their cases.
async fn lines(ctx: &Ctx, scope: &Scope, rows: &[ReadingRow]) -> Result<Vec<LineView>, Problem> {
    let (words, desk) = (ctx.words, &ctx.desk);
    let people: Vec<PersonId> = rows.iter().map(|row| row.person.clone()).collect();
    let names = desk.store.names(&people).await?;
    let mut cases: HashMap<&CaseNo, Option<CaseFile>> = HashMap::new();
    for row in rows {
        if !cases.contains_key(&row.case) {
            cases.insert(&row.case, desk.store.case_file(scope, &row.case).await?);
        }
    }
    let zone = desk.calendar.zone();
    let view = |row: &ReadingRow| {
        let first = words.moment(row.at.first, zone);
        let last = words.moment(row.at.last, zone);
        LineView {
            at: match row.at.times {
                1 => first,
                // Within a minute, which needs no two ends.
                times if first == last => {
                    words.t("reading-often-at-once").with("at", first).with("n", times).to_string()
                }
                times => words
                    .t("reading-often")
                    .with("first", first)
                    .with("last", last)
                    .with("n", times)
                    .to_string(),
            },
            who: match names.get(&row.person) {
                Some(name) if row.person == ctx.person.id => {
                    words.t("reading-you").with("name", name.as_str()).to_string()
                }
                Some(name) => name.clone(),
                // Whoever is gone is still told apart from others.
                None => row.person.to_string(),
            },
            case: row.case.to_string(),
            what: what(ctx, row, cases.get(&row.case).and_then(Option::as_ref)),
            way: if row.token.is_empty() {
                words.t("reading-page").to_string()
            } else {
                words.t("reading-program").with("token", row.token.as_str()).to_string()
            },
            address: row.address.clone(),
        }
    };
    Ok(rows.iter().map(view).collect())
}

/// What was read, by the name that it has in its case.
fn what(ctx: &Ctx, row: &ReadingRow, file: Option<&CaseFile>) -> String {
    let words = ctx.words;
    let of_case = |key: &str| words.t(key).to_string();
    let named = |key: &str, name: Option<String>| {
        words.t(key).with("name", name.unwrap_or_else(|| row.which.clone())).to_string()
    };
    match row.what {
        ReadWhat::Case => of_case("read-case"),
        ReadWhat::Tracking => of_case("read-tracking"),
        ReadWhat::Dossier => of_case("read-dossier"),
        ReadWhat::Readings => of_case("read-readings"),
        ReadWhat::Letter => named("read-letter", None),
        ReadWhat::Attachment => {
            let is_it = |attachment: &&sop::case::Attachment| attachment.seq.to_string() == row.which;
            let attachment = file.and_then(|file| file.case.attachments.iter().find(is_it));
            // A name can have been erased.
            let name = attachment.map(|attachment| attachment.name.clone()).filter(|name| !name.is_empty());
            named("read-attachment", name)
        }
        ReadWhat::Document => {
            let name = file.and_then(|file| {
                let sop = ctx.desk.sop_of(&file.case);
                if row.which == "form" {
                    return Some(words.label(sop, &sop.form.name).to_owned());
                }
                let made = made(sop, &file.case);
                let found = made.iter().find(|made| format!("{}-{}", made.task.id, made.index) == row.which);
                found.map(|made| made.document.name.clone())
            });
            named("read-document", name)
        }
    }
}
