//! Numbers of outgoing letters that are set aside, and given up.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sop::case::PersonId;
use store::{LetterNumber, Reservation, ReserveError, Voiding};
use utoipa::ToSchema;

use super::acts::Reason;
use super::client::{Acts, Body, Reads};
use super::form;
use super::office::PersonName;
use crate::ctx::Ctx;
use crate::policy::Place;
use crate::problem::{self, FieldToMend, Problem, ReadProblems, WriteProblems};
use crate::register;

/// The numbers that wait for a letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservedNumbers {
    /// The oldest first.
    numbers: Vec<ReservedNumber>,
}

/// A number of an outgoing letter that was set aside.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservedNumber {
    /// The last part of its address: its year and its place in the register of that year.
    #[schema(example = "2026-12")]
    id: String,
    /// The number as it will be printed.
    #[schema(example = "B-12/TU.120/H.12/11/2026")]
    number: String,
    /// The day that its letter will bear: the one on which it was set aside.
    #[schema(value_type = String, format = Date)]
    dated: Date,
    #[schema(example = "Surat dinas yang ditandatangani di atas kertas")]
    purpose: String,
    /// Who set it aside.
    by: PersonName,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Why it will have no letter; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    voided: Option<VoidedNumber>,
}

/// Why a number will have no letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoidedNumber {
    by: PersonName,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    reason: String,
}

/// For what a number is set aside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNumber {
    #[schema(example = "Surat dinas yang ditandatangani di atas kertas", max_length = 200)]
    purpose: String,
}

/// List the numbers that wait
///
/// The numbers of outgoing letters that were set aside and wait for their letter. Those that were used or
/// given up stand in the register of outgoing letters. For whoever keeps the agenda, and for those who sign.
#[utoipa::path(
    get, path = "/api/v1/numbers", operation_id = "listReservedNumbers", tag = "letters",
    responses(
        (status = 200, description = "The numbers that wait; at most fifty do.", body = ReservedNumbers),
        ReadProblems,
    ),
)]
pub async fn list(Reads(ctx): Reads) -> Result<Json<ReservedNumbers>, Problem> {
    ctx.enter(Place::Numbers)?;
    let waiting = ctx.desk.store.reserved_numbers().await?;
    Ok(Json(ReservedNumbers { numbers: views(&ctx, waiting).await? }))
}

/// Set a number aside
///
/// Takes the next number of the register of outgoing letters for a letter that is signed later, or on
/// paper. It bears the day of today. Sent twice it sets two numbers aside: where an answer was lost, look
/// first which ones wait. While fifty wait, none is added: `errors` says `too-many`.
#[utoipa::path(
    post, path = "/api/v1/numbers", operation_id = "reserveNumber", tag = "letters",
    request_body = NewNumber,
    responses(
        (status = 201, description = "It was set aside.", body = ReservedNumber,
         headers(("Location" = String, description = "Where the numbers are that wait."))),
        WriteProblems,
    ),
)]
pub async fn reserve(
    Acts(ctx): Acts,
    Body(NewNumber { purpose }): Body<NewNumber>,
) -> Result<Response, Problem> {
    ctx.enter(Place::Numbers)?;
    let purpose = form::line(&ctx, "purpose", &purpose)?;
    match register::set_aside(&ctx, &purpose).await {
        Ok(reservation) => Ok(problem::created(ADDRESS, one(&ctx, reservation).await?)),
        Err(ReserveError::TooMany { waiting_max }) => Err(Problem::Mend(vec![FieldToMend {
            field: "purpose".to_owned(),
            code: "too-many",
            detail: register::too_many(ctx.words, waiting_max),
        }])),
        Err(ReserveError::Store(error)) => Err(error.into()),
    }
}

/// Give a number up
///
/// For good, with the reason that the register of outgoing letters then shows. A number that a letter has
/// taken, or that was given up before, is refused as `number-gone`.
#[utoipa::path(
    post, path = "/api/v1/numbers/{number}/voiding", operation_id = "voidNumber", tag = "letters",
    params(("number" = String, Path, description = "The id of the number.", pattern = "^[0-9]{4}-[0-9]{1,7}$",
            example = "2026-12")),
    request_body = Reason,
    responses((status = 200, description = "It will have no letter.", body = ReservedNumber), WriteProblems),
)]
pub async fn void(
    Acts(ctx): Acts,
    Path(number): Path<String>,
    Body(Reason { reason }): Body<Reason>,
) -> Result<Json<ReservedNumber>, Problem> {
    ctx.enter(Place::Numbers)?;
    let number: LetterNumber = number.parse().map_err(|_| Problem::NotFound)?;
    let reason = form::line(&ctx, "reason", &reason)?;
    let (store, by, at) = (&ctx.desk.store, ctx.person.id.clone(), ctx.desk.now());
    let waiting = store.reserved_number(number).await?.ok_or(Problem::NumberGone)?;
    if !store.void_number(number, &reason, &by, at).await? {
        return Err(Problem::NumberGone);
    }
    let voided = Reservation { voided: Some(Voiding { by, at, reason }), ..waiting };
    Ok(Json(one(&ctx, voided).await?))
}

/// Where the numbers are that wait.
const ADDRESS: &str = "/api/v1/numbers";

async fn one(ctx: &Ctx, reservation: Reservation) -> Result<ReservedNumber, Problem> {
    views(ctx, vec![reservation]).await?.pop().ok_or(Problem::NotFound)
}

async fn views(ctx: &Ctx, reservations: Vec<Reservation>) -> Result<Vec<ReservedNumber>, Problem> {
    let voiders = reservations.iter().filter_map(|one| one.voided.as_ref()).map(|voided| &voided.by);
    let people: Vec<PersonId> = reservations.iter().map(|one| &one.by).chain(voiders).cloned().collect();
    let names = ctx.desk.store.names(&people).await?;
    let view = |reservation: Reservation| ReservedNumber {
        id: reservation.number.to_string(),
        number: reservation.written_number,
        dated: reservation.dated,
        purpose: reservation.purpose,
        by: PersonName::of(&names, &reservation.by),
        at: reservation.at,
        voided: reservation.voided.map(|voided| VoidedNumber {
            by: PersonName::of(&names, &voided.by),
            at: voided.at,
            reason: voided.reason,
        }),
    };
    Ok(reservations.into_iter().map(view).collect())
}
