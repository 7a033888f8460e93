//! Retensi: which cases have been kept for long enough, and the lists by which they are destroyed. Whoever
//! keeps the accounts proposes a list and carries it out; the coordinator's superior approves it, under
//! their password; nobody does both.

mod list;
mod record;

use std::collections::HashMap;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::{CaseNo, PersonId};
use sop::definition::SopCode;
use sop::retention;
use store::{
    DestructionError, DestructionList, LISTED_CASES_MAX, ListAct, ListActKind, ListedCase, NewDestruction,
    StoreError,
};

pub use list::{approve, carry_out, pdf, refuse, show, withdraw};

use crate::ctx::{Ctx, Page};
use crate::desk::Desk;
use crate::form::{self, Control, ErrorLink, FieldView, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};
use crate::words::Words;

/// The fields of the form that proposes a list.
const CASES: &str = "cases";
const BASIS: &str = "basis";

/// Where lists are seen.
const PAGE: &str = "/retention";

#[derive(Template)]
#[template(path = "retention/index.html")]
struct RetentionPage {
    page: Page,
    errors: Vec<ErrorLink>,
    /// Why no list came of what was sent, in a sentence.
    refused: Option<String>,
    /// The classes of the schedule.
    classes: Vec<String>,
    /// The cases whose years are over.
    due: Vec<CaseView>,
    /// On what the destruction rests; none for those who propose none.
    basis: Option<FieldView>,
    lists: Vec<ListLine>,
}

/// A case as it stands on a list, or will.
struct CaseView {
    no: CaseNo,
    class: String,
    ended: String,
    kept_until: i16,
    /// What became of it; empty while nothing has.
    outcome: String,
    /// For the form alone: whether it is ticked.
    chosen: bool,
}

struct ListLine {
    id: u32,
    what: String,
    state: String,
}

/// The cases whose years are over today and that are on no list, in the order of their numbers: at most as
/// many as fit one.
///
/// # Errors
/// The database cannot be read.
pub async fn due(desk: &Desk) -> Result<Vec<ListedCase>, StoreError> {
    let mut due = Vec::new();
    for class in retention::classes() {
        let year = Date::new(class.due_before(desk.today()), 1, 1).ok();
        // A year in which no time falls is one before which nothing ended.
        let Some(before) = year.and_then(|day| desk.calendar.instant(day.into())) else { continue };
        let ended = desk.store.ended_cases(&class.sop, before).await?;
        due.extend(ended.into_iter().filter_map(|(case, ended_at)| listed(desk, &class.sop, case, ended_at)));
    }
    due.sort_by(|one, other| one.case.cmp(&other.case));
    due.truncate(usize::try_from(LISTED_CASES_MAX).unwrap_or(usize::MAX));
    Ok(due)
}

/// A case that ended as it is put on a list; none if no class has the cases of its SOP.
pub fn listed(desk: &Desk, sop: &SopCode, case: CaseNo, ended_at: Timestamp) -> Option<ListedCase> {
    let class = retention::class_of(sop)?;
    let kept_until = class.kept_until(desk.calendar.local(ended_at).date());
    Some(ListedCase { case, class: class.id.clone(), ended_at, kept_until, destroyed_at: None })
}

/// `GET /retention`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    ctx.enter(Place::Retention)?;
    page(&ctx, None, &[], None).await
}

/// `POST /retention`: proposes a list.
pub async fn propose(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::ProposeDestruction)?;
    let (words, desk) = (ctx.words, &ctx.desk);
    let mut faults = Vec::new();
    let basis = form::typed_line(words, &typed, BASIS);
    if let Err(sentence) = &basis {
        faults.push((BASIS, sentence.clone()));
    }
    let mut cases = due(desk).await?;
    cases.retain(|listed| typed.all(CASES).iter().any(|ticked| ticked == listed.case.as_str()));
    if cases.is_empty() {
        faults.push((CASES, words.t("retention-none-chosen").to_string()));
    }
    let basis = match basis {
        Ok(basis) if faults.is_empty() => basis,
        Ok(_) | Err(_) => return page(&ctx, Some(&typed), &faults, None).await,
    };
    let new = NewDestruction { basis: &basis, cases: &cases, answers: None };
    match desk.store.propose_destruction(&ctx.person.id, new, desk.now()).await {
        Ok(list) => Ok(Redirect::to(&format!("{PAGE}/{list}")).into_response()),
        Err(error) => {
            let sentence = refused(words, error)?;
            page(&ctx, Some(&typed), &[], Some(sentence)).await
        }
    }
}

/// Why a list did not come a step further, in a sentence.
///
/// # Errors
/// It is not there, or something failed that is no fault of the reader's.
pub fn refused(words: Words, error: DestructionError) -> Result<String, Problem> {
    let phrase = match error {
        DestructionError::NotFound { .. } => return Err(Problem::NotFound),
        DestructionError::Store(error) => return Err(error.into()),
        DestructionError::Files(error) => return Err(Problem::internal(&error)),
        DestructionError::NotEnded { case } => words.t("retention-not-ended").with("case", case.to_string()),
        DestructionError::Listed { case, list } => {
            words.t("retention-listed").with("case", case.to_string()).with("list", list.to_string())
        }
        DestructionError::Answered { .. } => words.t("retention-answered"),
        DestructionError::NotTheProposer { .. } => words.t("retention-not-the-proposer"),
        DestructionError::NotWaiting { .. } => words.t("retention-not-waiting"),
        DestructionError::SamePerson { .. } => words.t("retention-same-person"),
        DestructionError::Changed { .. } => words.t("retention-changed"),
        DestructionError::NotApproved { .. } => words.t("retention-not-approved"),
    };
    Ok(phrase.to_string())
}

/// The page, as it is or with a form that was refused.
async fn page(
    ctx: &Ctx,
    typed: Option<&Typed>,
    faults: &[(&'static str, String)],
    refused: Option<String>,
) -> Result<Response, Problem> {
    let words = ctx.words;
    let due = due(&ctx.desk).await?;
    let may_propose = policy::may(&ctx.person, Place::ProposeDestruction) && !due.is_empty();
    let fault = |field: &str| faults.iter().find(|(named, _)| *named == field).map(|(_, said)| said.clone());
    let basis = may_propose.then(|| FieldView {
        name: BASIS.to_owned(),
        label: words.t("retention-basis").to_string(),
        hint: Some(words.t("retention-basis-hint").to_string()),
        control: Control::Line { value: typed.map_or("", |typed| typed.one(BASIS)).to_owned() },
        required: true,
        error: fault(BASIS),
    });
    let errors = faults.iter().map(|(field, sentence)| {
        let key = if *field == BASIS { "retention-basis" } else { "retention-due" };
        ErrorLink { field: (*field).to_owned(), sentence: format!("{}: {sentence}", words.t(key)) }
    });
    // Everything is ticked until somebody says otherwise.
    let is_ticked =
        |no: &CaseNo| typed.is_none_or(|typed| typed.all(CASES).iter().any(|ticked| ticked == no.as_str()));
    let lists = ctx.desk.store.destruction_lists().await?;
    let names = names(ctx, &lists).await?;
    let is_refused = !faults.is_empty() || refused.is_some();
    let title = words.t("retention-title").to_string();
    let title = if is_refused { words.t("title-mend").with("title", title).to_string() } else { title };
    let template = RetentionPage {
        page: ctx.page(&title),
        errors: errors.collect(),
        refused,
        classes: schedule(words),
        due: due
            .iter()
            .map(|listed| CaseView { chosen: is_ticked(&listed.case), ..case_view(ctx, listed, false) })
            .collect(),
        basis,
        lists: lists.iter().map(|list| line(ctx, list, &names)).collect(),
    };
    problem::page(&template, is_refused.then_some(Obstacle::Mend))
}

/// The classes of the schedule, each in a sentence.
pub fn schedule(words: Words) -> Vec<String> {
    let classes = retention::classes().iter().map(|class| {
        words
            .t("notice-class")
            .with("name", class.name.as_str())
            .with("active", class.active_years)
            .with("inactive", class.inactive_years)
            .with("source", class.source.as_str())
            .to_string()
    });
    classes.collect()
}

fn line(ctx: &Ctx, list: &DestructionList, names: &HashMap<PersonId, String>) -> ListLine {
    let words = ctx.words;
    let what = words
        .t("retention-list-line")
        .with("n", list.cases.len())
        .with("when", words.short_moment(list.proposed.at, ctx.desk.calendar.zone()))
        .with("who", names.get(&list.proposed.by).cloned().unwrap_or_default());
    ListLine { id: list.id, what: what.to_string(), state: state(words, list.state()) }
}

/// How a list stands, in a word or two.
pub fn state(words: Words, kind: ListActKind) -> String {
    let key = match kind {
        ListActKind::Proposed => "retention-state-proposed",
        ListActKind::Withdrawn => "retention-state-withdrawn",
        ListActKind::Refused => "retention-state-refused",
        ListActKind::Approved => "retention-state-approved",
        ListActKind::CarriedOut => "retention-state-carried-out",
    };
    words.t(key).to_string()
}

fn case_view(ctx: &Ctx, listed: &ListedCase, is_carried_out: bool) -> CaseView {
    let words = ctx.words;
    let outcome = match listed.destroyed_at {
        Some(_) => words.t("retention-outcome-destroyed").to_string(),
        None if is_carried_out => words.t("retention-outcome-left").to_string(),
        None => String::new(),
    };
    CaseView {
        no: listed.case.clone(),
        class: class_name(&listed.class).to_owned(),
        ended: words.date(ctx.desk.calendar.local(listed.ended_at).date()),
        kept_until: listed.kept_until,
        outcome,
        chosen: false,
    }
}

/// What a class is called; one that the schedule has no more is called by its id.
fn class_name(id: &str) -> &str {
    retention::classes().iter().find(|class| class.id == id).map_or(id, |class| &class.name)
}

/// The names of all who did something about the lists.
async fn names(ctx: &Ctx, lists: &[DestructionList]) -> Result<HashMap<PersonId, String>, StoreError> {
    let who: Vec<PersonId> = lists.iter().flat_map(acts).map(|act| act.by.clone()).collect();
    ctx.desk.store.names(&who).await
}

/// All that was done about a list, in order.
fn acts(list: &DestructionList) -> impl Iterator<Item = &ListAct> {
    std::iter::once(&list.proposed).chain(&list.then)
}
