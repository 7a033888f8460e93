//! Letters on their way by e-mail, as programs follow them.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sop::case::{CaseNo, Command, Dispatch, DispatchFailure, DispatchState, SignedLetter};
use utoipa::ToSchema;

use super::acts;
use super::cases::{document_id, may_read_letter};
use super::client::{Acts, Body, Reads, Seen};
use super::described::{CaseAnswer, InCase, OnCase};
use crate::cases;
use crate::ctx::Ctx;
use crate::policy::{self, Place};
use crate::problem::{ActProblems, Problem, ReadProblems};

/// The times that the letters of a case were to go out by e-mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dispatches {
    /// Letter by letter as they were signed, the oldest dispatch first.
    dispatches: Vec<DispatchView>,
}

/// One time that a letter goes out by e-mail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dispatch)]
pub struct DispatchView {
    /// The code of the letter.
    #[schema(example = "7K2M-9QXA-3BCD-E4FG")]
    letter: String,
    /// The document that it is, as the case tells.
    #[schema(example = "3-0")]
    document: String,
    /// Counted from 1 within the letter.
    #[schema(minimum = 1)]
    number: u32,
    #[schema(value_type = String, format = DateTime)]
    ordered_at: Timestamp,
    /// To where; absent where that is not known (yet), empty if it was erased. Whoever asked for help
    /// reads it masked, `m***@brmp.example`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "tu@brmp.example")]
    address: Option<String>,
    state: DispatchStanding,
}

/// How far a dispatch has come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "name", rename_all = "kebab-case")]
enum DispatchStanding {
    /// It waits for a mail server to take it on.
    UnderWay,
    /// A mail server took it on.
    Sent {
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
    },
    Failed {
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
        cause: FailureCause,
        /// What the mail server said; only for the office.
        #[serde(skip_serializing_if = "String::is_empty")]
        answer: String,
    },
}

/// Why a letter did not go out.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum FailureCause {
    /// The mail server refused it for good.
    Refused,
    /// It was tried again and again, and no mail server took it on.
    GivenUp,
    /// No e-mail address of the requester is known.
    NoAddress,
    /// This office sends no e-mail.
    NotSetUp,
}

/// To where a letter is sent again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDispatch {
    /// One e-mail address.
    #[schema(example = "tu@brmp.example", max_length = 254)]
    address: String,
}

/// List the dispatches of a case
///
/// Each time that a signed letter of the case went out by e-mail, or should have. Whoever asked for help is
/// told of those that went out or that a mail server did not take.
#[utoipa::path(
    get, path = "/api/v1/cases/{no}/dispatches", operation_id = "listDispatches", tag = "letters",
    params(InCase),
    responses((status = 200, description = "The dispatches.", body = Dispatches), ReadProblems),
)]
pub async fn list(Reads(ctx): Reads, Path(no): Path<CaseNo>) -> Result<Json<Dispatches>, Problem> {
    let file = acts::seen_case(&ctx, &no).await?;
    let for_requester = !policy::may(&ctx.person, Place::Cases);
    let letters = file.case.letters.iter().filter(|letter| may_read_letter(&ctx, &file.case, letter));
    let dispatches = letters.flat_map(|letter| letter.dispatches.iter().map(move |one| (letter, one)));
    let told = dispatches.filter(|(_, one)| !for_requester || cases::is_told_to_requester(&one.state));
    let views = told.map(|(letter, one)| view(&ctx, letter, one, for_requester));
    Ok(Json(Dispatches { dispatches: views.collect() }))
}

/// Send a letter again
///
/// Has a signed letter mailed to an address, as soon as the mail server takes it. `letter-under-way` says
/// that the dispatch before has not come to its end.
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/documents/{id}/dispatches", operation_id = "sendLetterAgain",
    tag = "acts",
    params(OnCase, ("id" = String, Path, description = "The id of the document.", example = "3-0")),
    request_body = NewDispatch,
    responses(CaseAnswer, ActProblems),
)]
pub async fn send_again(
    Acts(ctx): Acts,
    Path((no, id)): Path<(CaseNo, String)>,
    Seen(seen): Seen,
    Body(NewDispatch { address }): Body<NewDispatch>,
) -> Result<Response, Problem> {
    let file = acts::seen_case(&ctx, &no).await?;
    let letter = cases::letter_at(&file.case, &id).ok_or(Problem::NotFound)?.signature.code.clone();
    acts::act(&ctx, &no, seen, Command::SendAgain { letter, address }).await
}

fn view(ctx: &Ctx, letter: &SignedLetter, dispatch: &Dispatch, for_requester: bool) -> DispatchView {
    let (address, state) = match &dispatch.state {
        DispatchState::UnderWay => (dispatch.address.as_deref(), DispatchStanding::UnderWay),
        DispatchState::Sent { at, address } => (Some(address.as_str()), DispatchStanding::Sent { at: *at }),
        DispatchState::Failed { at, cause, address, answer } => {
            let answer = if for_requester { String::new() } else { answer.clone() };
            let state = DispatchStanding::Failed { at: *at, cause: (*cause).into(), answer };
            (Some(address.as_str()).filter(|_| has_address(*cause)), state)
        }
    };
    DispatchView {
        letter: letter.signature.code.to_string(),
        document: document_id(letter.task, letter.document),
        number: dispatch.number,
        ordered_at: dispatch.ordered_at,
        address: address.map(|address| {
            if for_requester { cases::masked(ctx.words, address) } else { address.to_owned() }
        }),
        state,
    }
}

/// Whether a letter that failed was on its way somewhere.
fn has_address(cause: DispatchFailure) -> bool {
    match cause {
        DispatchFailure::Refused | DispatchFailure::GivenUp => true,
        DispatchFailure::NoAddress | DispatchFailure::NotSetUp => false,
    }
}

impl From<DispatchFailure> for FailureCause {
    fn from(cause: DispatchFailure) -> Self {
        match cause {
            DispatchFailure::Refused => Self::Refused,
            DispatchFailure::GivenUp => Self::GivenUp,
            DispatchFailure::NoAddress => Self::NoAddress,
            DispatchFailure::NotSetUp => Self::NotSetUp,
        }
    }
}
