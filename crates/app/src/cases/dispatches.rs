//! Letters on their way by e-mail: how each stands, and sending one again.

use axum::extract::Path;
use axum::response::Response;
use sop::calendar::Zone;
use sop::case::{
    Case, CaseNo, Command, DispatchFailure, DispatchState, EmailAddress, FieldProblem, SignedLetter, TaskId,
};

use super::acts;
use super::offers::is_offered;
use super::refusal::{Refused, RefusedForm};
use crate::ctx::Ctx;
use crate::form::{self, ErrorLink, Typed};
use crate::letters;
use crate::policy;
use crate::problem::Problem;
use crate::words::Words;

/// The form to send a letter again.
#[derive(Clone, Debug)]
pub struct DispatchForm {
    /// The last part of its address: `documents/3-0/dispatches`.
    pub address: String,
    pub title: String,
    /// The name of its one control.
    pub control: String,
    pub typed: String,
    /// It was refused, and stands open.
    pub error: Option<String>,
}

/// `POST /cases/{no}/documents/{which}/dispatches`
pub async fn send_again(
    ctx: Ctx,
    Path((no, which)): Path<(CaseNo, String)>,
    typed: Typed,
) -> Result<Response, Problem> {
    let file = ctx.desk.store.case_file(&policy::cases(&ctx.person), &no).await?.ok_or(Problem::NotFound)?;
    let letter = letter_at(&file.case, &which).ok_or(Problem::NotFound)?;
    let (task, index) = (letter.task, letter.document);
    let address = typed.one(&control(task, index)).to_owned();
    let command = Command::SendAgain { letter: letter.signature.code.clone(), address };
    acts::act(&ctx, &no, command, RefusedForm::Dispatch(task, index), &typed).await
}

/// The signed letter that an address names as it names documents: `3-0`.
pub fn letter_at<'a>(case: &'a Case, which: &str) -> Option<&'a SignedLetter> {
    let (task, index) = which.split_once('-')?;
    case.letter(TaskId(task.parse().ok()?), index.parse().ok()?)
}

/// The letters of a case that this person is offered to send again.
pub fn sendable<'a>(ctx: &Ctx, case: &'a Case) -> Vec<&'a SignedLetter> {
    if ctx.desk.letters.mailer.is_none() {
        return Vec::new();
    }
    let again = |letter: &SignedLetter| Command::SendAgain {
        letter: letter.signature.code.clone(),
        address: String::new(),
    };
    case.letters.iter().filter(|letter| is_offered(ctx, case, again(letter))).collect()
}

/// The forms to send letters of a case again, as far as this person is shown them.
pub async fn forms(
    ctx: &Ctx,
    case: &Case,
    refused: Option<&Refused<'_>>,
) -> Result<Vec<DispatchForm>, Problem> {
    let offered = sendable(ctx, case);
    if offered.is_empty() {
        return Ok(Vec::new());
    }
    let known = letters::address_of(&ctx.desk, case).await?.map(|known| known.to_string());
    let form = |letter: &SignedLetter| {
        let control = control(letter.task, letter.document);
        let refused = refused.map(|refused| (refused, RefusedForm::Dispatch(letter.task, letter.document)));
        let typed = refused.and_then(|(refused, form)| refused.typed(form));
        let problem = refused.and_then(|(refused, form)| refused.problems(form).first().cloned());
        let number = letter.signature.written_number.clone();
        DispatchForm {
            address: format!("documents/{}-{}/dispatches", letter.task, letter.document),
            title: ctx.words.t("mail-again").with("number", number).to_string(),
            typed: typed
                .map_or_else(|| known.clone().unwrap_or_default(), |typed| typed.one(&control).into()),
            control,
            error: problem.map(|FieldProblem { problem, .. }| form::fault(ctx.words, problem, None)),
        }
    };
    Ok(offered.into_iter().map(form).collect())
}

/// The address that was typed, where its form is no longer there.
pub fn unsent(words: Words, refused: &Refused<'_>, offered: &[DispatchForm]) -> Option<(String, String)> {
    let RefusedForm::Dispatch(task, index) = refused.of else { return None };
    let control = control(task, index);
    let typed = refused.typed.one(&control).trim();
    let is_there = offered.iter().any(|form| form.control == control);
    (!typed.is_empty() && !is_there).then(|| (words.t("mail-address").to_string(), typed.to_owned()))
}

impl DispatchForm {
    pub fn fault(&self, words: Words) -> Option<ErrorLink> {
        let error = self.error.as_ref()?;
        let sentence = format!("{}: {error}", words.t("mail-address"));
        Some(ErrorLink { field: self.control.clone(), sentence })
    }
}

fn control(task: TaskId, index: usize) -> String {
    format!("surel-{task}-{index}")
}

/// How the newest dispatch of a letter stands, as the office reads it.
pub fn standing(words: Words, zone: Zone, case: &Case, letter: &SignedLetter) -> Option<String> {
    let dispatch = letter.dispatches.last()?;
    let said = |key, at, address: &str| {
        let moment = words.short_moment(at, zone);
        words.t(key).with("address", shown(words, address)).with("moment", moment).to_string()
    };
    Some(match &dispatch.state {
        DispatchState::UnderWay => words.t("mail-under-way").to_string(),
        DispatchState::Sent { at, address } => said("mail-sent", *at, address),
        DispatchState::Failed { at, cause, address, answer } => {
            let mut sentences = vec![said(failure(*cause), *at, address)];
            if !answer.is_empty() {
                sentences.push(words.t("mail-answer").with("answer", answer.clone()).to_string());
            }
            let otherwise = if case.request.requester.is_some() { "mail-on-page" } else { "mail-hand-over" };
            sentences.push(words.t(otherwise).to_string());
            sentences.join(" ")
        }
    })
}

/// The same for the requester: only what they are told.
pub fn standing_for_requester(words: Words, zone: Zone, letter: &SignedLetter) -> Option<String> {
    let state = &letter.dispatches.last().filter(|dispatch| is_told_to_requester(&dispatch.state))?.state;
    match state {
        DispatchState::Sent { at, address } => {
            let date = words.short_date(*at, zone);
            Some(
                words.t("mail-sent").with("address", masked(words, address)).with("moment", date).to_string(),
            )
        }
        DispatchState::Failed { address, .. } => {
            Some(words.t("mail-missed-you").with("address", masked(words, address)).to_string())
        }
        DispatchState::UnderWay => None,
    }
}

/// Whether a requester is told of a dispatch: it went out, or should have.
pub fn is_told_to_requester(state: &DispatchState) -> bool {
    match state {
        DispatchState::Sent { .. }
        | DispatchState::Failed { cause: DispatchFailure::Refused | DispatchFailure::GivenUp, .. } => true,
        DispatchState::UnderWay
        | DispatchState::Failed { cause: DispatchFailure::NoAddress | DispatchFailure::NotSetUp, .. } => {
            false
        }
    }
}

/// The phrase for a letter that did not go out.
fn failure(cause: DispatchFailure) -> &'static str {
    match cause {
        DispatchFailure::Refused => "mail-refused",
        DispatchFailure::GivenUp => "mail-given-up",
        DispatchFailure::NoAddress => "mail-no-address",
        DispatchFailure::NotSetUp => "mail-not-set-up",
    }
}

/// An address, unless it was erased.
pub fn shown(words: Words, address: &str) -> String {
    if address.is_empty() { words.t("erased").to_string() } else { address.to_owned() }
}

/// An address as its owner knows it again.
pub fn masked(words: Words, address: &str) -> String {
    EmailAddress::parse(address).map_or_else(|| words.t("erased").to_string(), |address| address.masked())
}
