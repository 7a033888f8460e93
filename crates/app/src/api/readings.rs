//! Who read what of a case, for the auditor's programs and for those of whoever asked for help.

use axum::Json;
use axum::extract::Path;
use jiff::Timestamp;
use serde::Serialize;
use sop::case::{CaseNo, PersonId};
use store::{ReadWhat, ReadingRow, ReadingsOf};
use utoipa::ToSchema;

use super::acts;
use super::client::{Query, Reads};
use super::described::InCase;
use super::office::PersonName;
use super::page_of::{PageQuery, placed, rows_max};
use crate::ctx::Ctx;
use crate::policy::Place;
use crate::problem::{Problem, ReadProblems};

/// Some lines of the access log.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadingPage {
    /// The newest first.
    readings: Vec<ReadingView>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// That somebody read something, once or several times within a quarter of an hour.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reading)]
pub struct ReadingView {
    #[schema(example = "2026-0142")]
    case: String,
    /// Who read; the name is empty for somebody who is gone.
    who: PersonName,
    what: ReadThing,
    /// Which document, file or letter, as its address names it.
    #[serde(skip_serializing_if = "String::is_empty")]
    which: String,
    /// The name of the token, if a program read; absent for a page.
    #[serde(skip_serializing_if = "String::is_empty")]
    token: String,
    /// From which network address, as far as it is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    address: String,
    #[schema(value_type = String, format = DateTime)]
    first: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last: Timestamp,
    #[schema(minimum = 1)]
    times: u64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ReadThing {
    /// The case with its history.
    Case,
    /// The way of a request, as its requester follows it.
    Tracking,
    Document,
    Attachment,
    Dossier,
    Letter,
    /// The access log itself.
    Readings,
}

/// List who read a case
///
/// The access log of a case, for the auditor.
#[utoipa::path(
    get, path = "/api/v1/cases/{no}/readings", operation_id = "listReadings", tag = "cases",
    params(InCase, PageQuery),
    responses((status = 200, description = "A page of the access log.", body = ReadingPage), ReadProblems),
)]
pub async fn of_case(
    Reads(ctx): Reads,
    Path(no): Path<CaseNo>,
    Query(query): Query<PageQuery>,
) -> Result<Json<ReadingPage>, Problem> {
    ctx.enter(Place::Readings)?;
    acts::seen_case(&ctx, &no).await?;
    page(&ctx, &ReadingsOf::Case(no), query).await
}

/// List who read one's own requests
///
/// The access log of all cases for which this person asked.
#[utoipa::path(
    get, path = "/api/v1/me/readings", operation_id = "listOwnReadings", tag = "office", params(PageQuery),
    responses((status = 200, description = "A page of the access log.", body = ReadingPage), ReadProblems),
)]
pub async fn of_own(Reads(ctx): Reads, Query(query): Query<PageQuery>) -> Result<Json<ReadingPage>, Problem> {
    page(&ctx, &ReadingsOf::Subject(ctx.person.id.clone()), query).await
}

async fn page(ctx: &Ctx, of: &ReadingsOf, query: PageQuery) -> Result<Json<ReadingPage>, Problem> {
    let limit = rows_max(ctx, query.limit)?;
    ctx.desk.write_readings().await?;
    let page = placed(ctx, ctx.desk.store.readings(of, query.after.as_deref(), limit).await)?;
    let people: Vec<PersonId> = page.rows.iter().map(|row| row.person.clone()).collect();
    let names = ctx.desk.store.names(&people).await?;
    let view = |row: ReadingRow| ReadingView {
        case: row.case.to_string(),
        who: PersonName::of(&names, &row.person),
        what: row.what.into(),
        which: row.which,
        token: row.token,
        address: row.address,
        first: row.at.first,
        last: row.at.last,
        times: row.at.times,
    };
    Ok(Json(ReadingPage { readings: page.rows.into_iter().map(view).collect(), next: page.next }))
}

impl From<ReadWhat> for ReadThing {
    fn from(what: ReadWhat) -> Self {
        match what {
            ReadWhat::Case => Self::Case,
            ReadWhat::Tracking => Self::Tracking,
            ReadWhat::Document => Self::Document,
            ReadWhat::Attachment => Self::Attachment,
            ReadWhat::Dossier => Self::Dossier,
            ReadWhat::Letter => Self::Letter,
            ReadWhat::Readings => Self::Readings,
        }
    }
}
