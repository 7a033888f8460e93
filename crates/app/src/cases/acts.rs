//! What is done to a case: each act is a resource that a form posts to. A refusal comes back as the
//! same page with the form as it was typed.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use sop::case::{Assignee, Audience, CaseNo, Command, Entries, PersonId, TaskId};
use sop::definition::OutcomeId;
use store::CaseFile;

use super::refusal::{Act, Hindrance, Refused, RefusedForm};
use super::{show, tasks};
use crate::ctx::Ctx;
use crate::desk::ActError;
use crate::form::Typed;
use crate::letters::{self, Hand, LetterError, Passphrase, SignError};
use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::requests;
use crate::words::Words;

/// `POST /cases/{no}/tasks/{task}/completion`
pub async fn complete(
    ctx: Ctx,
    Path((no, task)): Path<(CaseNo, TaskId)>,
    typed: Typed,
) -> Result<Response, Problem> {
    let command = Command::Complete {
        task,
        outcome: OutcomeId::new(typed.one("outcome")),
        entries: entries(&typed, &tasks::completion_prefix(task)),
        assignee: assignee(&ctx, typed.one("assignee")).await?,
        // A form without a version has seen nothing of what came after the task opened.
        seen: typed.one("seen").parse().unwrap_or(0),
        signature: None,
    };
    let outcome = typed.one("outcome");
    let hand = Hand {
        passphrase: Passphrase::new(typed.one(&tasks::passphrase_control(outcome))),
        reserved: match typed.one(&tasks::number_control(outcome)) {
            "" => None,
            number => Some(number.parse()?),
        },
    };
    let scope = policy::cases(&ctx.person);
    match letters::complete(&ctx.desk, &ctx.person, &ctx.actor, &scope, &no, command, &hand).await {
        Ok(_) => Ok(Redirect::to(&address(&ctx, &no)).into_response()),
        Err(error) => {
            let why = unfinished(&ctx, error)?;
            let file = ctx.desk.store.case_file(&scope, &no).await?.ok_or(Problem::NotFound)?;
            again(&ctx, &file, Refused { why, of: RefusedForm::Completion(task), typed: &typed }).await
        }
    }
}

/// Why a task was not completed, as its performer reads it.
pub fn unfinished(ctx: &Ctx, error: SignError) -> Result<Hindrance, Problem> {
    let words = ctx.words;
    let say = |key: &'static str| Ok(Hindrance::Signing(words.t(key).to_string()));
    match error {
        SignError::Act(ActError::Refused(refusal)) => Ok(Hindrance::Rules(refusal)),
        SignError::Act(error) => Err(error.into()),
        SignError::NoKey => say("sign-no-key"),
        SignError::NumberGone => say("sign-number-gone"),
        SignError::NoPassphrase => say("sign-no-passphrase"),
        SignError::Letter(LetterError::WrongPassphrase) => say("sign-wrong-passphrase"),
        SignError::Letter(LetterError::CertificateExpired) => say("sign-expired"),
        SignError::Letter(LetterError::NoAccess) => say("sign-no-access"),
        SignError::Letter(LetterError::NotEnrolled { status }) => {
            Ok(Hindrance::Signing(words.t("sign-not-enrolled").with("status", status).to_string()))
        }
        SignError::Letter(LetterError::NoTimeStamp(_)) => fault(words, "sign-no-time-stamp", &error),
        SignError::Letter(LetterError::NotSigned(_)) => fault(words, "sign-not-signed", &error),
        SignError::Letter(LetterError::AnswerLost(_)) => fault(words, "sign-answer-lost", &error),
        SignError::Letter(LetterError::NotTheLetter(_)) => fault(words, "sign-not-the-letter", &error),
        SignError::Letter(LetterError::Key(_) | LetterError::Press(_) | LetterError::Signing(_))
        | SignError::Files(_)
        | SignError::Randomness => fault(words, "sign-failed", &error),
    }
}

/// What somebody can do about a fault that only the log tells in full.
fn fault(words: Words, key: &'static str, error: &SignError) -> Result<Hindrance, Problem> {
    match Problem::internal(error) {
        Problem::Internal { reference } => {
            Ok(Hindrance::Signing(words.t(key).with("reference", reference.to_string()).to_string()))
        }
        problem => Err(problem),
    }
}

/// `POST /cases/{no}/tasks/{task}/progress`
pub async fn log_progress(
    ctx: Ctx,
    Path((no, task)): Path<(CaseNo, TaskId)>,
    typed: Typed,
) -> Result<Response, Problem> {
    let command = Command::LogProgress { task, entries: entries(&typed, &tasks::log_prefix(task)) };
    act(&ctx, &no, command, RefusedForm::Progress(task), &typed).await
}

/// `POST /cases/{no}/tasks/{task}/assignment`
pub async fn assign(
    ctx: Ctx,
    Path((no, task)): Path<(CaseNo, TaskId)>,
    typed: Typed,
) -> Result<Response, Problem> {
    // Nobody chosen is somebody to whom no work can be given.
    let nobody = Assignee { person: PersonId::new(""), roles: Vec::new() };
    let to = assignee(&ctx, typed.one("assignee")).await?.unwrap_or(nobody);
    let seen = typed.one("seen").parse().unwrap_or(0);
    act(&ctx, &no, Command::Assign { task, to, seen }, RefusedForm::Assignment(task), &typed).await
}

/// `POST /cases/{no}/suspension`
pub async fn suspend(ctx: Ctx, Path(no): Path<CaseNo>, typed: Typed) -> Result<Response, Problem> {
    let command = Command::Suspend { reason: typed.one("text").to_owned() };
    act(&ctx, &no, command, RefusedForm::Act(Act::Suspend), &typed).await
}

/// `POST /cases/{no}/resumption`
pub async fn resume(ctx: Ctx, Path(no): Path<CaseNo>, typed: Typed) -> Result<Response, Problem> {
    let command = Command::Resume { note: typed.one("text").to_owned() };
    act(&ctx, &no, command, RefusedForm::Act(Act::Resume), &typed).await
}

/// `POST /cases/{no}/withdrawal`
pub async fn withdraw(ctx: Ctx, Path(no): Path<CaseNo>, typed: Typed) -> Result<Response, Problem> {
    let command = Command::Withdraw { reason: typed.one("text").to_owned() };
    act(&ctx, &no, command, RefusedForm::Act(Act::Withdraw), &typed).await
}

/// `POST /cases/{no}/reopening`
pub async fn reopen(ctx: Ctx, Path(no): Path<CaseNo>, typed: Typed) -> Result<Response, Problem> {
    let command = Command::Reopen { reason: typed.one("text").to_owned() };
    act(&ctx, &no, command, RefusedForm::Act(Act::Reopen), &typed).await
}

/// `POST /cases/{no}/notes`
pub async fn note(ctx: Ctx, Path(no): Path<CaseNo>, typed: Typed) -> Result<Response, Problem> {
    let audience = if typed.one("audience") == "office" { Audience::Office } else { Audience::Everyone };
    let command = Command::Note { text: typed.one("text").to_owned(), audience };
    act(&ctx, &no, command, RefusedForm::Act(Act::Note), &typed).await
}

/// Does it, and shows the case as it is now or what stands in the way.
pub(super) async fn act(
    ctx: &Ctx,
    no: &CaseNo,
    command: Command,
    form: RefusedForm,
    typed: &Typed,
) -> Result<Response, Problem> {
    let scope = policy::cases(&ctx.person);
    match ctx.desk.act(&ctx.actor, &scope, no, command).await {
        Ok(_) => Ok(Redirect::to(&address(ctx, no)).into_response()),
        Err(ActError::Refused(refusal)) => {
            let file = ctx.desk.store.case_file(&scope, no).await?.ok_or(Problem::NotFound)?;
            again(ctx, &file, Refused { why: Hindrance::Rules(refusal), of: form, typed }).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page of a case with a form that was refused.
pub(super) async fn again(ctx: &Ctx, file: &CaseFile, refused: Refused<'_>) -> Result<Response, Problem> {
    if policy::may(&ctx.person, Place::Cases) {
        show::page(ctx, file, Some(refused)).await
    } else {
        requests::track_page(ctx, file, Some(refused)).await
    }
}

/// Where somebody sees a case: the office its page, the requester the way of their request.
pub fn address(ctx: &Ctx, no: &CaseNo) -> String {
    let place = if policy::may(&ctx.person, Place::Cases) { "cases" } else { "requests" };
    format!("/{place}/{no}")
}

/// Somebody named in a form; an id that nobody has is somebody without a role.
async fn assignee(ctx: &Ctx, id: &str) -> Result<Option<Assignee>, Problem> {
    if id.is_empty() {
        return Ok(None);
    }
    let person = PersonId::new(id);
    let found = ctx.desk.assignee(&person).await?;
    Ok(Some(found.unwrap_or(Assignee { person, roles: Vec::new() })))
}

/// The fields of one form on a page with several: each carries its task's number before its name.
pub fn entries(typed: &Typed, prefix: &str) -> Entries {
    let named = |(name, values): (&String, &Vec<String>)| {
        Some((name.strip_prefix(prefix)?.to_owned(), values.clone()))
    };
    typed.entries().iter().filter_map(named).collect()
}
