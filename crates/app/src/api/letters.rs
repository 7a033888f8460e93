//! What the office has signed.

use std::collections::HashMap;

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use sop::case::{LetterCode, PersonId};
use store::{LetterNumber, LetterRow};
use utoipa::ToSchema;

use super::cases::{document_id, may_read_letter};
use super::client::{Query, Reads};
use super::mandates::CapacityName;
use super::office::PersonName;
use super::page_of::{PageQuery, placed, rows_max};
use crate::ctx::Ctx;
use crate::letters;
use crate::policy::{self, Place};
use crate::problem::{Problem, ReadProblems};

/// Some letters.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterPage {
    letters: Vec<LetterView>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A letter that was signed and numbered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Letter)]
pub struct LetterView {
    /// Names it to everybody who holds it; it stands on the letter.
    #[schema(example = "7K2M-9QXA-3BCD-E4FG")]
    code: String,
    /// The number as it is printed.
    #[schema(example = "B-12/TU.120/H.12/11/2026")]
    number: String,
    #[schema(format = Date)]
    dated: String,
    subject: String,
    /// The code of the unit to which it went.
    unit: String,
    #[schema(example = "2026-0142")]
    case: String,
    signer: PersonName,
    /// In which capacity they signed.
    capacity: CapacityName,
    /// In whose place, where it was by a mandate.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_place_of: Option<PersonName>,
    #[schema(value_type = String, format = DateTime)]
    signed_at: Timestamp,
}

/// List signed letters
///
/// Of all years in the order of their numbers, for the office. Whoever asked for help finds their
/// letters in their case.
#[utoipa::path(
    get, path = "/api/v1/letters", operation_id = "listLetters", tag = "letters", params(PageQuery),
    responses((status = 200, description = "A page of letters.", body = LetterPage), ReadProblems),
)]
pub async fn list(Reads(ctx): Reads, Query(query): Query<PageQuery>) -> Result<Json<LetterPage>, Problem> {
    ctx.enter(Place::Cases)?;
    let limit = rows_max(&ctx, query.limit)?;
    let after = placed(&ctx, query.after.as_deref().map(str::parse::<LetterNumber>).transpose())?;
    let mut rows = ctx.desk.store.letters_after(after, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.number.to_string());
    let names = names(&ctx, &rows).await?;
    Ok(Json(LetterPage { letters: rows.into_iter().map(|row| view(row, &names)).collect(), next }))
}

/// Read what is known of a letter
#[utoipa::path(
    get, path = "/api/v1/letters/{code}", operation_id = "getLetter", tag = "letters",
    params(("code" = String, Path, description = "The code of the letter.", example = "7K2M-9QXA-3BCD-E4FG")),
    responses((status = 200, description = "The letter.", body = LetterView), ReadProblems),
)]
pub async fn show(Reads(ctx): Reads, Path(code): Path<LetterCode>) -> Result<Json<LetterView>, Problem> {
    let row = find(&ctx, &code).await?;
    let names = names(&ctx, std::slice::from_ref(&row)).await?;
    Ok(Json(view(row, &names)))
}

/// Download a letter as it was signed
#[utoipa::path(
    get, path = "/api/v1/letters/{code}/pdf", operation_id = "getLetterPdf", tag = "letters",
    params(("code" = String, Path, description = "The code of the letter.", example = "7K2M-9QXA-3BCD-E4FG")),
    responses(
        (status = 200, description = "The letter.", body = Vec<u8>, content_type = "application/pdf"),
        ReadProblems,
    ),
)]
pub async fn pdf(Reads(ctx): Reads, Path(code): Path<LetterCode>) -> Result<Response, Problem> {
    let row = find(&ctx, &code).await?;
    letters::pdf_of(&ctx, &row.case, &document_id(row.task, row.document)).await
}

/// A letter whose case and document this person may read.
async fn find(ctx: &Ctx, code: &LetterCode) -> Result<LetterRow, Problem> {
    let row = ctx.desk.store.letter(code).await?.ok_or(Problem::NotFound)?;
    let scope = policy::cases(&ctx.person);
    let file = ctx.desk.store.case_file(&scope, &row.case).await?.ok_or(Problem::NotFound)?;
    let letter = file.case.letter(row.task, row.document);
    let is_readable = letter.is_some_and(|letter| may_read_letter(ctx, &file.case, letter));
    if is_readable { Ok(row) } else { Err(Problem::NotFound) }
}

/// The names of those who signed letters, and of those in whose place they did.
async fn names(ctx: &Ctx, rows: &[LetterRow]) -> Result<HashMap<PersonId, String>, Problem> {
    let people = rows.iter().flat_map(|row| [Some(&row.signer), row.in_place_of.as_ref()]);
    let people: Vec<PersonId> = people.flatten().cloned().collect();
    Ok(ctx.desk.store.names(&people).await?)
}

fn view(row: LetterRow, names: &HashMap<PersonId, String>) -> LetterView {
    LetterView {
        code: row.code.to_string(),
        number: row.written_number,
        dated: row.dated.to_string(),
        subject: row.subject,
        unit: row.unit.to_string(),
        case: row.case.to_string(),
        signer: PersonName::of(names, &row.signer),
        capacity: row.capacity.into(),
        in_place_of: row.in_place_of.map(|giver| PersonName::of(names, &giver)),
        signed_at: row.signed_at,
    }
}
