//! What was refused, on its way back to the form it was sent from.

use std::collections::HashMap;

use jiff::Timestamp;
use sop::Sop;
use sop::case::{By, FieldProblem, PersonId, Refusal, TaskId};

use super::rail;
use crate::ctx::Ctx;
use crate::form::{self, Typed};
use crate::problem::Obstacle;

/// A form that was refused, to be shown again as it was typed.
#[derive(Debug)]
pub struct Refused<'a> {
    pub why: Hindrance,
    pub of: RefusedForm,
    pub typed: &'a Typed,
}

/// Which of a page's forms was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedForm {
    Completion(TaskId),
    Progress(TaskId),
    Assignment(TaskId),
    Act(Act),
    /// Sending a letter again: its task, and its place among the documents of that.
    Dispatch(TaskId, usize),
}

/// What can be done to a case beside its tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Resume,
    Suspend,
    Reopen,
    Note,
    Attach,
    Withdraw,
}

/// What stood in the way.
#[derive(Debug)]
pub enum Hindrance {
    Rules(Refusal),
    /// Files that cannot be taken in, as a sentence.
    Files(String),
    /// A letter that could not be signed, as a sentence.
    Signing(String),
}

impl Hindrance {
    pub fn obstacle(&self) -> Obstacle<'_> {
        match self {
            Self::Rules(refusal) => Obstacle::Refused(refusal),
            Self::Files(_) | Self::Signing(_) => Obstacle::Mend,
        }
    }

    pub fn sentence(&self, ctx: &Ctx, sop: &Sop, names: &HashMap<PersonId, String>) -> String {
        match self {
            Self::Rules(refusal) => refusal_sentence(ctx, sop, names, refusal),
            Self::Files(sentence) | Self::Signing(sentence) => sentence.clone(),
        }
    }
}

impl<'a> Refused<'a> {
    /// What was typed into a form, if it is this one.
    pub fn typed(&self, form: RefusedForm) -> Option<&'a Typed> {
        (self.of == form).then_some(self.typed)
    }

    /// The fields to mend in a form, if it is this one.
    pub fn problems(&self, form: RefusedForm) -> &[FieldProblem] {
        match &self.why {
            Hindrance::Rules(Refusal::RecordIncomplete { problems }) if self.of == form => problems,
            Hindrance::Rules(_) | Hindrance::Files(_) | Hindrance::Signing(_) => &[],
        }
    }

    /// The rule that refused a form, if it is this one.
    pub fn rule(&self, form: RefusedForm) -> Option<&Refusal> {
        match &self.why {
            Hindrance::Rules(refusal) if self.of == form => Some(refusal),
            Hindrance::Rules(_) | Hindrance::Files(_) | Hindrance::Signing(_) => None,
        }
    }

    /// Why a letter was not signed, if it was by this form.
    pub fn signing(&self, form: RefusedForm) -> Option<&str> {
        match &self.why {
            Hindrance::Signing(sentence) if self.of == form => Some(sentence),
            Hindrance::Rules(_) | Hindrance::Files(_) | Hindrance::Signing(_) => None,
        }
    }
}

/// A refusal in a sentence that says what to do.
pub fn refusal_sentence(
    ctx: &Ctx,
    sop: &Sop,
    names: &HashMap<PersonId, String>,
    refusal: &Refusal,
) -> String {
    let words = ctx.words;
    let zone = ctx.desk.calendar.zone();
    let name =
        |person: &PersonId| names.get(person).cloned().unwrap_or_else(|| words.t("somebody").to_string());
    let name_by = |by: &By| by.person().map_or_else(|| "Sigap".to_owned(), name);
    // Today the hour says enough.
    let today = ctx.desk.calendar.local(ctx.desk.now()).date();
    let hour = |at: Timestamp| {
        let local = ctx.desk.calendar.local(at);
        if local.date() == today {
            words.t("at-hour").with("hour", words.hour(local.time())).to_string()
        } else {
            words.weekday_short_moment(at, zone)
        }
    };
    match refusal {
        Refusal::NotYourRole { needed } => {
            words.t("refusal-not-your-role").with("role", rail::role(words, needed.as_str())).to_string()
        }
        Refusal::SamePerson { stage } => {
            let did = sop.stage(stage).map_or("", |stage| words.label(sop, &stage.label)).to_lowercase();
            let phrase = words.t("refusal-same-person");
            phrase.with("step", stage.step.to_string()).with("did", did).to_string()
        }
        Refusal::NotAssignedToYou { assignee } => {
            words.t("refusal-not-assigned").with("who", name(assignee)).to_string()
        }
        Refusal::NotYourRequest => words.t("refusal-not-your-request").to_string(),
        Refusal::TaskNotOpen { completed: Some((by, at)), .. } => {
            words.t("refusal-faster").with("who", name_by(by)).with("hour", hour(*at)).to_string()
        }
        Refusal::TaskNotOpen { completed: None, .. } => words.t("refusal-not-open").to_string(),
        Refusal::Stale { by, at, .. } => {
            words.t("refusal-stale").with("who", name_by(by)).with("hour", hour(*at)).to_string()
        }
        Refusal::OutcomeUnknown { .. } => words.t("refusal-outcome").to_string(),
        Refusal::RecordIncomplete { problems } => {
            let first = problems.first().map(|problem| form::fault(words, problem.problem, None));
            first.unwrap_or_else(|| words.t("refusal-incomplete").to_string())
        }
        Refusal::AssigneeNeeded { .. } | Refusal::AssigneeUnsuited { .. } => {
            words.t("fault-choose-member").to_string()
        }
        Refusal::SignatureNeeded => words.t("refusal-signature-needed").to_string(),
        Refusal::WronglyDated { .. } => words.t("refusal-wrongly-dated").to_string(),
        Refusal::NoSuchLetter => words.t("refusal-no-such-letter").to_string(),
        Refusal::LetterUnderWay { since } => {
            words.t("refusal-letter-under-way").with("hour", hour(*since)).to_string()
        }
        Refusal::NothingLogged => words.t("refusal-nothing-logged").to_string(),
        Refusal::NoLog => words.t("refusal-no-log").to_string(),
        Refusal::CaseFinished { end } => {
            let end =
                sop.end(end).map_or_else(String::new, |end| words.label(sop, &end.label).to_lowercase());
            words.t("refusal-finished").with("end", end).to_string()
        }
        Refusal::CaseRunning => words.t("refusal-running").to_string(),
        Refusal::CaseSuspended { since } => {
            words.t("refusal-suspended").with("moment", words.weekday_moment(*since, zone)).to_string()
        }
        Refusal::NotSuspended => words.t("refusal-not-suspended").to_string(),
        Refusal::ReceivedInFuture => words.t("refusal-received-in-future").to_string(),
        Refusal::NoCalendar { year } => {
            words.t("refusal-no-calendar").with("year", year.to_string()).to_string()
        }
    }
}
