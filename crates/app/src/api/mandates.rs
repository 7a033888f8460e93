//! Who acts in whose place and until when, and who is away.

use std::collections::HashMap;

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sop::case::{By, Entries, PersonId};
use sop::definition::Role;
use sop::letter::Capacity;
use sop::mandate::MandateId;
use store::{Absence, MandateRow, StoreError};
use utoipa::ToSchema;

use super::acts::Reason;
use super::client::{Acts, Body, Query, Reads};
use super::form;
use super::office::PersonName;
use super::page_of::{PageQuery, placed, rows_max};
use crate::ctx::Ctx;
use crate::form::Typed;
use crate::mandates::{self, Circle, Fault, Stands};
use crate::policy::Place;
use crate::problem::{self, FieldToMend, Problem, ReadProblems, WriteProblems};

/// Some mandates.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandatePage {
    /// The newest first.
    mandates: Vec<MandateView>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What an official lets somebody else do in their place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mandate)]
pub struct MandateView {
    id: u32,
    /// In whose place.
    giver: PersonName,
    /// Who acts there.
    taker: PersonName,
    capacity: CapacityName,
    /// Which roles of the giver it passes on.
    #[schema(example = json!(["sekretaris"]))]
    roles: Vec<String>,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    until: Date,
    /// The letter by which it was given.
    #[schema(example = "ND-12/TU.040/11/2026")]
    basis: String,
    state: MandateState,
    entered_by: PersonName,
    #[schema(value_type = String, format = DateTime)]
    entered_at: Timestamp,
    /// Why it ended before its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<RevocationView>,
}

/// How a mandate stands today.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum MandateState {
    InForce,
    ToCome,
    /// Its last day has passed, or it was revoked.
    Over,
}

/// Why a mandate ended before its last day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revocation)]
pub struct RevocationView {
    by: PersonName,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    reason: String,
}

/// In which capacity somebody acts, as letters write it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CapacityName {
    /// As the holder of the position.
    Own,
    /// Plh. (pelaksana harian): the holder is away for a short time.
    Daily,
    /// Plt. (pelaksana tugas): the position is vacant, or its holder away for long.
    Acting,
    /// a.n. (atas nama): by mandate of the superior, who stays responsible.
    OnBehalf,
}

/// In whose place somebody acts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InPlaceOf)]
pub struct InPlaceOfView {
    person: PersonName,
    capacity: CapacityName,
    /// The mandate by which they do.
    mandate: u32,
}

/// A mandate to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMandate {
    /// The id of the person in whose place it is.
    #[schema(example = "019ab2f0-7a51-7c3e-9d7e-2b4f6a8c0e11")]
    giver: String,
    /// The id of the person who acts there. Nobody enters a mandate that is given to themselves.
    #[schema(example = "019ab2f0-7a51-7c3e-9d7e-2b4f6a8c0e12")]
    taker: String,
    /// `own` is none that can be given.
    capacity: CapacityName,
    /// The roles that it passes on; all that can be passed on, if left out.
    #[serde(default)]
    #[schema(example = json!(["sekretaris"]))]
    roles: Vec<String>,
    #[schema(value_type = String, format = Date, example = "2026-11-24")]
    from: Date,
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    until: Date,
    /// The number of the letter by which it is given.
    #[schema(example = "ND-12/TU.040/11/2026", max_length = 200)]
    basis: String,
}

/// Who is away.
#[derive(Debug, Serialize, ToSchema)]
pub struct Absences {
    /// By their first day.
    absences: Vec<AbsenceView>,
}

/// Days on which somebody is not in the office.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Absence)]
pub struct AbsenceView {
    id: u32,
    person: PersonName,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    until: Date,
    #[schema(example = "Dinas luar")]
    reason: String,
}

/// An absence to be noted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAbsence {
    /// The id of the person who is away.
    #[schema(example = "019ab2f0-7a51-7c3e-9d7e-2b4f6a8c0e11")]
    person: String,
    #[schema(value_type = String, format = Date, example = "2026-11-24")]
    from: Date,
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    until: Date,
    #[schema(example = "Dinas luar", max_length = 200)]
    reason: String,
}

/// List mandates
///
/// Those that this person gave or was given, those of the people to whom they give work, and everybody's
/// for whoever keeps the agenda or the accounts, and for the auditor.
#[utoipa::path(
    get, path = "/api/v1/mandates", operation_id = "listMandates", tag = "office", params(PageQuery),
    responses((status = 200, description = "A page of mandates.", body = MandatePage), ReadProblems),
)]
pub async fn list(Reads(ctx): Reads, Query(query): Query<PageQuery>) -> Result<Json<MandatePage>, Problem> {
    ctx.enter(Place::Mandates)?;
    let limit = rows_max(&ctx, query.limit)? as usize;
    let after = query.after.map(|cursor| cursor.parse::<u32>().map_err(|_| StoreError::Cursor { cursor }));
    let after = placed(&ctx, after.transpose())?;
    let circle = Circle::of(&ctx).await?;
    let mut rows = circle.mandates().await?;
    rows.retain(|row| after.is_none_or(|after| row.id.0 < after));
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let views = rows.into_iter().map(|row| mandate(&ctx, &circle, row));
    Ok(Json(MandatePage { mandates: views.collect(), next }))
}

/// Give a mandate
///
/// From its first day on to its last its taker may do what its giver may, as far as its roles go; nothing
/// has to be switched on or off. One speaks for oneself and for those to whom one gives work; whoever keeps
/// the agenda or the accounts, for everybody. What the rules do not allow is told in `errors`:
/// `to-oneself`, `taker-enters`, `taker-audits`, `reversed`, `over`, `no-roles`, `stays-with-holder`,
/// `not-theirs`, or `loops` where mandates would lead back to their giver.
#[utoipa::path(
    post, path = "/api/v1/mandates", operation_id = "giveMandate", tag = "office",
    request_body = NewMandate,
    responses(
        (status = 201, description = "It is given.", body = MandateView,
         headers(("Location" = String, description = "Where mandates are listed."))),
        WriteProblems,
    ),
)]
pub async fn give(Acts(ctx): Acts, Body(new): Body<NewMandate>) -> Result<Response, Problem> {
    let filled = typed([
        (mandates::GIVER, vec![new.giver]),
        (mandates::TAKER, vec![new.taker]),
        (mandates::CAPACITY, vec![mandates::name_of_capacity(new.capacity.into()).to_owned()]),
        (mandates::ROLES, new.roles),
        (mandates::FROM, vec![new.from.to_string()]),
        (mandates::UNTIL, vec![new.until.to_string()]),
        (mandates::BASIS, vec![new.basis]),
    ]);
    match mandates::enter(&ctx, &filled).await? {
        Ok(id) => Ok(problem::created(MANDATES, found(&ctx, id).await?)),
        Err(faults) => Err(mend(faults)),
    }
}

/// Revoke a mandate
///
/// It ends at once. One that was revoked before stays as it is.
#[utoipa::path(
    post, path = "/api/v1/mandates/{id}/revocation", operation_id = "revokeMandate", tag = "office",
    params(("id" = u32, Path, description = "The mandate.", minimum = 1, example = 7)),
    request_body = Reason,
    responses((status = 200, description = "The mandate as it is now.", body = MandateView), WriteProblems),
)]
pub async fn revoke(
    Acts(ctx): Acts,
    Path(id): Path<u32>,
    Body(Reason { reason }): Body<Reason>,
) -> Result<Json<MandateView>, Problem> {
    let id = mandates::revocable(&ctx, id).await?;
    let reason = form::line(&ctx, "reason", &reason)?;
    ctx.desk.store.revoke_mandate(id, &reason, &ctx.person.id, ctx.desk.now()).await?;
    Ok(Json(found(&ctx, id).await?))
}

/// List who is away
///
/// From today on, of the same people as mandates.
#[utoipa::path(
    get, path = "/api/v1/absences", operation_id = "listAbsences", tag = "office",
    responses((status = 200, description = "The absences.", body = Absences), ReadProblems),
)]
pub async fn absences(Reads(ctx): Reads) -> Result<Json<Absences>, Problem> {
    ctx.enter(Place::Mandates)?;
    let circle = Circle::of(&ctx).await?;
    let absences = circle.absences().await?.into_iter().map(|one| absence(&circle, one));
    Ok(Json(Absences { absences: absences.collect() }))
}

/// Note that somebody is away
///
/// One speaks for the same people as when giving mandates. Their own work waits for them unless a mandate
/// passes it on. Sent twice it is noted twice: where an answer was lost, look first who is away.
#[utoipa::path(
    post, path = "/api/v1/absences", operation_id = "noteAbsence", tag = "office",
    request_body = NewAbsence,
    responses(
        (status = 201, description = "It is noted.", body = AbsenceView,
         headers(("Location" = String, description = "Where absences are listed."))),
        WriteProblems,
    ),
)]
pub async fn note_absence(Acts(ctx): Acts, Body(new): Body<NewAbsence>) -> Result<Response, Problem> {
    let filled = typed([
        (mandates::ABSENT, vec![new.person]),
        (mandates::ABSENT_FROM, vec![new.from.to_string()]),
        (mandates::ABSENT_UNTIL, vec![new.until.to_string()]),
        (mandates::ABSENT_REASON, vec![new.reason]),
    ]);
    match mandates::enter_absence(&ctx, &filled).await? {
        Ok(noted) => {
            let circle = Circle::of(&ctx).await?;
            Ok(problem::created(ABSENCES, absence(&circle, noted)))
        }
        Err(faults) => Err(mend(faults)),
    }
}

/// Note that somebody is back
///
/// Their absence ends today; one that would only have begun is gone.
#[utoipa::path(
    post, path = "/api/v1/absences/{id}/return", operation_id = "endAbsence", tag = "office",
    params(("id" = u32, Path, description = "The absence.", minimum = 1, example = 3)),
    responses((status = 200, description = "Who is away now.", body = Absences), WriteProblems),
)]
pub async fn end_absence(Acts(ctx): Acts, Path(id): Path<u32>) -> Result<Json<Absences>, Problem> {
    mandates::is_back(&ctx, id).await?;
    absences(Reads(ctx)).await
}

/// Where mandates are listed, and absences.
const MANDATES: &str = "/api/v1/mandates";
const ABSENCES: &str = "/api/v1/absences";

/// What a program asks for, as the form of the page would be filled in.
fn typed<const N: usize>(fields: [(&str, Vec<String>); N]) -> Typed {
    Typed::from_entries(Entries::from(fields.map(|(field, values)| (field.to_owned(), values))))
}

fn mend(faults: Vec<Fault>) -> Problem {
    let field = |fault: Fault| FieldToMend {
        field: name_of(&fault.field).to_owned(),
        code: fault.code,
        detail: fault.sentence,
    };
    Problem::Mend(faults.into_iter().map(field).collect())
}

/// What programs call the fields of the form that notes an absence.
fn name_of(field: &str) -> &str {
    match field {
        mandates::ABSENT => "person",
        mandates::ABSENT_FROM => "from",
        mandates::ABSENT_UNTIL => "until",
        mandates::ABSENT_REASON => "reason",
        field => field,
    }
}

async fn found(ctx: &Ctx, id: MandateId) -> Result<MandateView, Problem> {
    let row = ctx.desk.store.mandates_with(&[id]).await?.pop().ok_or(Problem::NotFound)?;
    Ok(mandate(ctx, &Circle::of(ctx).await?, row))
}

fn mandate(ctx: &Ctx, circle: &Circle<'_>, row: MandateRow) -> MandateView {
    let state = match Stands::on(ctx.desk.today(), &row) {
        Stands::InForce => MandateState::InForce,
        Stands::ToCome => MandateState::ToCome,
        Stands::Over => MandateState::Over,
    };
    let named = |id: &PersonId| PersonName { id: id.to_string(), name: circle.name(id) };
    MandateView {
        id: row.id.0,
        giver: named(&row.mandate.giver),
        taker: named(&row.mandate.taker),
        capacity: row.mandate.capacity.into(),
        roles: row.mandate.roles.iter().map(Role::to_string).collect(),
        from: row.mandate.from,
        until: row.mandate.until,
        basis: row.mandate.basis,
        state,
        entered_by: named(&row.entered_by),
        entered_at: row.entered_at,
        revoked: row.revoked.map(|revoked| RevocationView {
            by: named(&revoked.by),
            at: revoked.at,
            reason: revoked.reason,
        }),
    }
}

fn absence(circle: &Circle<'_>, absence: Absence) -> AbsenceView {
    AbsenceView {
        id: absence.id,
        person: PersonName { id: absence.person.to_string(), name: circle.name(&absence.person) },
        from: absence.from,
        until: absence.until,
        reason: absence.reason,
    }
}

impl InPlaceOfView {
    /// In whose place somebody acts by a right; none by their own.
    pub fn of(by: &By, names: &HashMap<sop::case::PersonId, String>) -> Option<Self> {
        let place = by.in_place_of()?;
        Some(Self {
            person: PersonName::of(names, &place.person),
            capacity: place.capacity.into(),
            mandate: place.mandate.0,
        })
    }
}

impl From<Capacity> for CapacityName {
    fn from(capacity: Capacity) -> Self {
        match capacity {
            Capacity::Own => Self::Own,
            Capacity::Daily => Self::Daily,
            Capacity::Acting => Self::Acting,
            Capacity::OnBehalf => Self::OnBehalf,
        }
    }
}

impl From<CapacityName> for Capacity {
    fn from(name: CapacityName) -> Self {
        match name {
            CapacityName::Own => Self::Own,
            CapacityName::Daily => Self::Daily,
            CapacityName::Acting => Self::Acting,
            CapacityName::OnBehalf => Self::OnBehalf,
        }
    }
}
