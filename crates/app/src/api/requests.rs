//! Asking for help through the interface.

use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sop::case::{Channel, Registration, UnitCode, text_key};
use store::RegistrationKey;
use utoipa::ToSchema;

use super::client::{Acts, Body, IdempotencyKey, Reads};
use super::form::{self, Filled, FormField};
use crate::ctx::Ctx;
use crate::policy::Place;
use crate::problem::{self, FieldToMend, Problem, ReadProblems, WriteProblems};

/// A request for help.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// How the requester is reached: an e-mail address or a telephone number.
    #[schema(example = "0812 5550 0142", max_length = 200)]
    contact: String,
    /// What it is about, in one line.
    #[schema(example = "Situs satker tidak dapat dibuka", max_length = 200)]
    subject: String,
    /// The fields of the request form, by their ids; `/api/v1/request-form` tells which there are.
    #[schema(example = json!({"jenis": "aplikasi", "uraian": "Situs menampilkan galat 502.", "sifat": "biasa"}))]
    entries: Filled,
    /// For the agenda officer: the request came on paper, from somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_paper: Option<OnPaper>,
}

/// What stands on a request that came on paper.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnPaper {
    #[schema(example = "Maria Bria", max_length = 200)]
    requester_name: String,
    /// The code of the requester's unit.
    #[schema(example = "BRMP-NTT")]
    unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "B-141/TU.020/H.12/11/2026", max_length = 200)]
    letter_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-20")]
    letter_date: Option<Date>,
    /// When it reached the office; now, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-11-23T09:12:00+07:00")]
    received_at: Option<Timestamp>,
}

/// What the office says to a request that it has taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Receipt {
    /// The number of the new case.
    #[schema(example = "2026-0142")]
    number: String,
    /// Its number in the register of incoming letters.
    agenda: u32,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    entered_at: Timestamp,
}

/// The form with which help is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestForm {
    name: String,
    fields: Vec<FormField>,
}

/// Ask for help
///
/// Takes the request in and opens its case. With an `Idempotency-Key` it can be sent again when the
/// answer was lost: the same key with the same body gets the same answer, and no second case. A key is
/// remembered for seven days. Files are attached to the case that the receipt names.
#[utoipa::path(
    post, path = "/api/v1/cases", operation_id = "createCase", tag = "cases",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "Names this request; choose one at random.",
        min_length = 1, max_length = 100, pattern = "^[!-~]+$", example = "4f0c9d6e-7b1a-4f4e-9a63-5d1f0e8c2b77"
    )),
    request_body = NewRequest,
    responses(
        (status = 201, description = "It was taken in.", body = Receipt,
         headers(("Location" = String, description = "Where the case is."))),
        WriteProblems,
    ),
)]
pub async fn create(
    Acts(ctx): Acts,
    IdempotencyKey(key): IdempotencyKey,
    Body(asked): Body<NewRequest>,
) -> Result<Response, Problem> {
    ctx.enter(Place::Ask)?;
    let key = key.map(|key| registration_key(&ctx, key, &asked)).transpose()?;
    let registration = registration(&ctx, asked).await?;
    match ctx.desk.register_once(&ctx.actor, registration, key.as_ref()).await {
        Ok(file) => {
            let case = file.case;
            let receipt = Receipt {
                number: case.number.to_string(),
                agenda: case.agenda,
                received_at: case.request.received_at,
                entered_at: case.request.entered_at,
            };
            Ok(problem::created(&format!("/api/v1/cases/{}", case.number), receipt))
        }
        Err(error) => Err(form::refused(&ctx, ctx.desk.sop(), error, name_of).await),
    }
}

/// Read the request form
///
/// The fields of the form with which help is asked for, as the SOP in force has them.
#[utoipa::path(
    get, path = "/api/v1/request-form", operation_id = "getRequestForm", tag = "cases",
    responses((status = 200, description = "The form.", body = RequestForm), ReadProblems),
)]
pub async fn form(Reads(ctx): Reads) -> Result<axum::Json<RequestForm>, Problem> {
    ctx.enter(Place::Ask)?;
    let sop = ctx.desk.sop();
    Ok(axum::Json(RequestForm {
        name: ctx.words.label(sop, &sop.form.name).to_owned(),
        fields: sop.form.fields.iter().map(|field| FormField::of(&ctx, sop, field)).collect(),
    }))
}

fn registration_key(ctx: &Ctx, key: String, asked: &NewRequest) -> Result<RegistrationKey, Problem> {
    // What was read rather than what was sent: spaces between the fields ask for nothing else.
    let asked = serde_json::to_vec(asked).map_err(|error| Problem::internal(&error))?;
    Ok(RegistrationKey {
        person: ctx.person.id.clone(),
        key,
        request_hash: Sha256::digest(asked).into(),
        at: ctx.desk.now(),
    })
}

async fn registration(ctx: &Ctx, asked: NewRequest) -> Result<Registration, Problem> {
    let mut registration = Registration {
        requester: Some(ctx.person.id.clone()),
        requester_name: ctx.person.name.clone(),
        contact: asked.contact,
        unit: ctx.person.unit.clone(),
        subject: asked.subject,
        channel: Channel::Form,
        received_at: ctx.desk.now(),
        letter_no: String::new(),
        letter_date: None,
        entries: form::entries(ctx, ctx.desk.sop().form.fields.iter(), asked.entries)?,
        files: Vec::new(),
    };
    if let Some(paper) = asked.on_paper {
        registration.unit = UnitCode::new(paper.unit);
        let unit = ctx.desk.store.unit(&registration.unit).await?;
        if unit.is_none_or(|unit| !unit.term.holds_on(ctx.desk.today())) {
            let detail = ctx.words.t("fault-choose-unit").to_string();
            return Err(Problem::Mend(vec![FieldToMend {
                field: "unit".to_owned(),
                code: "not-an-option",
                detail,
            }]));
        }
        registration.requester = None;
        registration.requester_name = paper.requester_name;
        registration.channel = Channel::Letter;
        registration.letter_no = paper.letter_no.unwrap_or_default();
        registration.letter_date = paper.letter_date;
        registration.received_at = paper.received_at.unwrap_or(registration.received_at);
    }
    Ok(registration)
}

/// What a request calls the texts that belong to no field of the SOP.
fn name_of(key: &str) -> &str {
    match key {
        text_key::REQUESTER_NAME => "requester_name",
        text_key::CONTACT => "contact",
        text_key::SUBJECT => "subject",
        text_key::LETTER_NO => "letter_no",
        field => field,
    }
}
