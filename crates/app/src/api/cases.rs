//! Cases as programs read them. Whoever asked for help reads what the page of their request tells
//! them, the office reads the case.

use std::collections::HashMap;

use axum::Json;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sop::Sop;
use sop::case::{
    Audience, Case, CaseNo, Command, LINE_CHARS_MAX, PersonId, SignedLetter, Status, TaskId, Version,
};
use sop::definition::{EndId, Outcome};
use sop::letter::{Made, entry, made};
use store::{CaseFile, CaseRow, InboxCursor, RowStatus, TaskRow};
use utoipa::{IntoParams, ToSchema};

use super::attachments::AttachmentView;
use super::client::{Query, Reads};
use super::described::{CaseAnswer, InCase};
use super::form::FormField;
use super::mandates::InPlaceOfView;
use super::office::PersonName;
use super::page_of::{PageQuery, placed, rows_max};
use crate::cases::list::{self, Filters};
use crate::cases::{self, Teller, is_offered, tracks};
use crate::ctx::Ctx;
use crate::letters;
use crate::mandates;
use crate::policy::{self, Place};
use crate::problem::{FieldToMend, Problem, ReadProblems};

/// Which cases, in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// Words, each of which begins some word of the case's number, subject, requester, unit or letter
    /// number.
    #[param(example = "situs", max_length = 200)]
    q: Option<String>,
    /// `running`, `overdue`, `suspended` or the id of an end, such as `ditolak`.
    #[param(example = "running")]
    state: Option<String>,
    /// The code of a unit.
    #[param(example = "BRMP-NTT")]
    unit: Option<String>,
    /// A row of the SOP that is under way.
    #[param(example = "2")]
    step: Option<String>,
    /// The first day of receipt.
    #[param(value_type = Option<String>, format = Date, example = "2026-01-01")]
    from: Option<Date>,
    /// The last day of receipt.
    #[param(value_type = Option<String>, format = Date, example = "2026-12-31")]
    until: Option<Date>,
    /// The order.
    #[param(inline)]
    sort: Option<Order>,
    /// Where the page begins: the `next` of the page before.
    after: Option<String>,
    /// How many cases at most; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// The order of a list of cases.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Order {
    /// The last received first; what is found by words, the highest number first.
    Newest,
    /// The earliest due first.
    Due,
    /// The lowest number first.
    Number,
}

/// Some cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasePage {
    cases: Vec<CaseSummary>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseSummary {
    #[schema(example = "2026-0142")]
    number: String,
    /// Its number in the register of incoming letters.
    agenda: u32,
    /// What it is about; empty if it was erased.
    subject: String,
    /// The code of the unit that asks.
    unit: String,
    /// Who asks; empty if it was erased.
    requester_name: String,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    state: State,
    /// The rows of the SOP that are under way.
    steps: Vec<String>,
    /// The earliest time at which one of them is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
}

/// How a case stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "name", rename_all = "kebab-case")]
pub enum State {
    Running,
    Suspended {
        #[schema(value_type = String, format = DateTime)]
        since: Timestamp,
    },
    Ended {
        /// The id of the end.
        end: String,
        label: String,
        #[schema(value_type = String, format = DateTime)]
        at: Timestamp,
    },
}

/// A case with all that its reader may see of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub struct CaseView {
    #[schema(example = "2026-0142")]
    number: String,
    /// What acts on it have to name in `If-Match`.
    #[schema(value_type = u32, minimum = 1)]
    version: Version,
    agenda: u32,
    /// The SOP under which it runs.
    sop: String,
    /// The revision of that SOP.
    #[schema(format = Date, value_type = String)]
    revision: String,
    state: State,
    request: RequestView,
    /// Every run of a row of the SOP, in the order in which they opened.
    steps: Vec<StepView>,
    /// The tasks that wait; only for the office.
    tasks: Vec<TaskView>,
    /// The acts that are open to this person beside tasks: what follows the number in their addresses.
    #[schema(example = json!(["suspension", "notes", "documents/3-0/dispatches"]))]
    acts: Vec<String>,
    /// What happened, the newest first.
    history: Vec<HistoryEntry>,
    documents: Vec<DocumentView>,
    attachments: Vec<AttachmentView>,
}

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    requester_name: String,
    contact: String,
    /// The code of the unit that asks.
    unit: String,
    subject: String,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    entered_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter_no: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    letter_date: Option<String>,
    /// The request form as it was filled in.
    form: Vec<Recorded>,
}

/// A field as it was filled in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recorded {
    label: String,
    text: String,
}

/// One time that work on a row of the SOP was begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// The number of the row.
    step: String,
    label: String,
    /// Counted from 1: the second is the first repetition.
    round: u32,
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    overdue: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    /// Whether it was done, rather than left when the case ended.
    done: bool,
}

/// A task that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    task: u32,
    /// The row of the SOP.
    step: String,
    label: String,
    /// The role that does it.
    role: String,
    /// To whom it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<PersonName>,
    /// In whose place this person would do it; absent where they do it by own right, or may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_place_of: Option<InPlaceOfView>,
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    outcomes: Vec<OutcomeView>,
    /// What each entry of its log asks for; empty where it has no log.
    log_fields: Vec<FormField>,
    /// To whom it, or the work that follows, can be given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    members: Vec<PersonName>,
}

/// A way out of a task.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeView {
    id: String,
    label: String,
    fields: Vec<FormField>,
    /// The role of which somebody has to be given the work that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    assigns: Option<String>,
    /// It signs a letter, and so is open on the pages only.
    signs: bool,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Its number in the history of the case.
    #[schema(value_type = u32)]
    seq: Version,
    #[schema(format = DateTime)]
    at: String,
    sentence: String,
    /// What was written with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The form that was filled in.
    form: Vec<Recorded>,
    /// It has no place in the table of the SOP.
    outside_sop: bool,
}

/// A document that the case has brought forth.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentView {
    /// The last part of its address, `/api/v1/cases/{no}/documents/{id}`.
    #[schema(example = "1-0")]
    id: String,
    name: String,
    /// The number of a signed letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    /// The code of a signed letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// Some tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskPage {
    tasks: Vec<WaitingTask>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A task that waits for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingTask {
    #[schema(example = "2026-0142")]
    case: String,
    task: u32,
    /// The row of the SOP.
    step: String,
    label: String,
    /// What the case is about; empty if it was erased.
    subject: String,
    /// The code of the unit that asks.
    unit: String,
    /// Whether it was given to this person, rather than to anybody in a role of theirs.
    is_mine: bool,
    /// In whose place this person would do it; absent where they do it by own right.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_place_of: Option<InPlaceOfView>,
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    suspended: bool,
}

/// List cases
///
/// The cases that this person may read: the office all, whoever asks for help their own.
#[utoipa::path(
    get, path = "/api/v1/cases", operation_id = "listCases", tag = "cases", params(CaseQuery),
    responses((status = 200, description = "A page of cases.", body = CasePage), ReadProblems),
)]
pub async fn list(Reads(ctx): Reads, Query(query): Query<CaseQuery>) -> Result<Json<CasePage>, Problem> {
    let desk = &ctx.desk;
    let limit = rows_max(&ctx, query.limit)?;
    if query.q.as_ref().is_some_and(|words| words.chars().count() > LINE_CHARS_MAX) {
        return Err(Problem::Mend(vec![FieldToMend {
            field: "q".to_owned(),
            code: "too-long",
            detail: ctx.words.t("fault-too-long").with("n", LINE_CHARS_MAX).to_string(),
        }]));
    }
    let units = desk.store.units().await?;
    let filters = query.filters();
    let filter = filters.read(desk.sop(), &units, &desk.calendar, desk.now());
    let filter = filter.map_err(|faults| mend(&ctx, &faults))?;
    let (scope, sort) = (policy::cases(&ctx.person), list::sort_of(&filters.sort));
    let page = desk.store.list(&scope, &filter, sort, query.after.as_deref(), limit).await;
    let page = placed(&ctx, page)?;
    Ok(Json(CasePage {
        cases: page.rows.into_iter().map(|row| summary(&ctx, row)).collect(),
        next: page.next,
    }))
}

/// Read a case
#[utoipa::path(
    get,
    path = "/api/v1/cases/{no}",
    operation_id = "getCase",
    tag = "cases",
    params(InCase),
    responses(CaseAnswer, ReadProblems)
)]
pub async fn show(Reads(ctx): Reads, Path(no): Path<CaseNo>) -> Result<Response, Problem> {
    let file = ctx.desk.store.case_file(&policy::cases(&ctx.person), &no).await?.ok_or(Problem::NotFound)?;
    answer(&ctx, &file).await
}

/// Download a document of a case
///
/// `form` is the request form; the others have the ids that the case tells.
#[utoipa::path(
    get, path = "/api/v1/cases/{no}/documents/{id}", operation_id = "getDocument", tag = "cases",
    params(InCase, ("id" = String, Path, description = "The id of the document.", example = "form")),
    responses(
        (status = 200, description = "The document.", body = Vec<u8>, content_type = "application/pdf"),
        ReadProblems,
    ),
)]
pub async fn document(
    Reads(ctx): Reads,
    Path((no, id)): Path<(CaseNo, String)>,
) -> Result<Response, Problem> {
    letters::pdf_of(&ctx, &no, &id).await
}

/// Download the dossier of a case
///
/// The whole case as one PDF: its form, its history, its letters and its files. For the office. Made again
/// of the same case it is the same to the byte.
#[utoipa::path(
    get, path = "/api/v1/cases/{no}/dossier", operation_id = "getDossier", tag = "cases", params(InCase),
    responses(
        (status = 200, description = "The dossier.", body = Vec<u8>, content_type = "application/pdf"),
        ReadProblems,
    ),
)]
pub async fn dossier(Reads(ctx): Reads, Path(no): Path<CaseNo>) -> Result<Response, Problem> {
    letters::dossier(ctx, Path(no)).await
}

/// List the tasks that wait for this person
///
/// Those given to them, and those that wait for anybody in one of their roles, the earliest due first.
#[utoipa::path(
    get, path = "/api/v1/tasks", operation_id = "listTasks", tag = "cases", params(PageQuery),
    responses((status = 200, description = "A page of tasks.", body = TaskPage), ReadProblems),
)]
pub async fn tasks(Reads(ctx): Reads, Query(query): Query<PageQuery>) -> Result<Json<TaskPage>, Problem> {
    ctx.enter(Place::Inbox)?;
    let limit = rows_max(&ctx, query.limit)?;
    let after = placed(&ctx, query.after.as_deref().map(str::parse::<InboxCursor>).transpose())?;
    let mut rows = ctx.desk.store.inbox(&ctx.task_box(), after.as_ref(), limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.cursor().to_string());
    let givers = mandates::givers(&ctx).await?;
    let tasks = rows.into_iter().map(|row| waiting(&ctx, &givers, row)).collect();
    Ok(Json(TaskPage { tasks, next }))
}

/// A case as an answer, with its version.
pub async fn answer(ctx: &Ctx, file: &CaseFile) -> Result<Response, Problem> {
    let tag = format!("\"{}\"", file.case.version);
    Ok(([(header::ETAG, tag)], Json(view(ctx, file).await?)).into_response())
}

impl CaseQuery {
    fn filters(&self) -> Filters {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Filters {
            from: day(self.from),
            until: day(self.until),
            unit: text(&self.unit),
            state: text(&self.state),
            step: text(&self.step),
            q: text(&self.q),
            sort: match self.sort {
                Some(Order::Due) => "due".to_owned(),
                Some(Order::Number) => "number".to_owned(),
                Some(Order::Newest) | None => String::new(),
            },
            after: String::new(),
        }
    }
}

/// A day as a filter writes it; nothing for none.
pub fn day(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// What has to be mended in a filter.
pub fn mend(ctx: &Ctx, faults: &[list::Fault]) -> Problem {
    let field = |fault: &list::Fault| FieldToMend {
        field: fault.field.to_owned(),
        code: if fault.key == "fault-not-an-option" { "not-an-option" } else { "not-a-date" },
        detail: ctx.words.t(fault.key).to_string(),
    };
    Problem::Mend(faults.iter().map(field).collect())
}

pub fn summary(ctx: &Ctx, row: CaseRow) -> CaseSummary {
    let sop = sop::find(&row.sop, &row.revision).unwrap_or_else(sop::shipped);
    let mut steps: Vec<String> = row.open.iter().map(|task| task.stage.step.to_string()).collect();
    steps.dedup();
    CaseSummary {
        number: row.no.to_string(),
        agenda: row.agenda,
        subject: row.subject,
        unit: row.unit.to_string(),
        requester_name: row.requester_name,
        received_at: row.received_at,
        state: match row.status {
            RowStatus::Running => State::Running,
            RowStatus::Suspended { since } => State::Suspended { since },
            RowStatus::Ended { end, at } => ended(ctx, sop, &end, at),
        },
        steps,
        due_at: row.due_at,
    }
}

fn waiting(ctx: &Ctx, givers: &HashMap<PersonId, String>, row: TaskRow) -> WaitingTask {
    let right = mandates::right_to_row(&ctx.actor, &row);
    let sop = sop::find(&row.sop, &row.revision).unwrap_or_else(sop::shipped);
    let stage = sop.stage(&row.stage);
    WaitingTask {
        case: row.case.to_string(),
        task: row.task.0,
        step: row.stage.step.to_string(),
        label: stage.map_or_else(String::new, |stage| ctx.words.label(sop, &stage.label).to_owned()),
        subject: row.subject,
        unit: row.unit.to_string(),
        is_mine: row.assignee.is_some_and(|person| person == ctx.person.id),
        in_place_of: right.and_then(|by| InPlaceOfView::of(&by, givers)),
        opened_at: row.task_opened_at,
        due_at: row.due_at,
        suspended: row.suspended.is_some(),
    }
}

fn ended(ctx: &Ctx, sop: &Sop, end: &EndId, at: Timestamp) -> State {
    let label = sop.end(end).map_or("", |end| ctx.words.label(sop, &end.label)).to_owned();
    State::Ended { end: end.to_string(), label, at }
}

async fn view(ctx: &Ctx, file: &CaseFile) -> Result<CaseView, Problem> {
    let (words, case) = (ctx.words, &file.case);
    let sop = ctx.desk.sop_of(case);
    let in_office = policy::may(&ctx.person, Place::Cases);
    let names = ctx.desk.store.names(&tracks::people(&file.history, case)).await?;
    let bases = cases::bases(&ctx.desk.store, &file.history).await?;
    let zone = ctx.desk.calendar.zone();
    let teller = Teller { words, sop, case, names: &names, bases: &bases, zone, for_requester: !in_office };
    let recorded = |(label, text)| Recorded { label, text };
    let history = cases::sentences(teller, &file.history).into_iter().map(|line| HistoryEntry {
        seq: line.seq,
        at: line.datetime,
        sentence: line.sentence,
        text: line.quote,
        form: line.record.into_iter().map(recorded).collect(),
        outside_sop: line.outside_sop,
    });
    let steps = case.steps.iter().map(|run| StepView {
        step: run.step.to_string(),
        label: sop.step(&run.step).map_or_else(String::new, |step| words.label(sop, &step.label).to_owned()),
        round: run.round,
        opened_at: run.opened_at,
        due_at: run.due_at,
        overdue: run.overdue,
        closed_at: run.closed_at,
        done: run.done,
    });
    Ok(CaseView {
        number: case.number.to_string(),
        version: case.version,
        agenda: case.agenda,
        sop: case.sop.to_string(),
        revision: case.revision.clone(),
        state: match &case.status {
            Status::Running => State::Running,
            Status::Suspended { since, .. } => State::Suspended { since: *since },
            Status::Ended { end, at } => ended(ctx, sop, end, *at),
        },
        request: request(ctx, sop, case),
        steps: steps.collect(),
        tasks: if in_office { tasks_of(ctx, sop, case, &names).await? } else { Vec::new() },
        acts: offered(ctx, case),
        history: history.collect(),
        documents: documents(ctx, sop, case),
        attachments: case.attachments.iter().map(AttachmentView::of).collect(),
    })
}

fn request(ctx: &Ctx, sop: &Sop, case: &Case) -> RequestView {
    let request = &case.request;
    let fields = sop.form.fields.iter().filter_map(|field| {
        let label = ctx.words.label(sop, &field.label).to_owned();
        Some(Recorded { label, text: entry(field, &request.form)? })
    });
    RequestView {
        requester_name: request.requester_name.clone(),
        contact: request.contact.clone(),
        unit: request.unit.to_string(),
        subject: request.subject.clone(),
        received_at: request.received_at,
        entered_at: request.entered_at,
        letter_no: request.letter_no.clone(),
        letter_date: request.letter_date.map(|date| date.to_string()),
        form: fields.collect(),
    }
}

async fn tasks_of(
    ctx: &Ctx,
    sop: &Sop,
    case: &Case,
    names: &HashMap<PersonId, String>,
) -> Result<Vec<TaskView>, Problem> {
    let givers = mandates::givers(ctx).await?;
    let mut tasks = Vec::new();
    for task in case.open_tasks() {
        let Some(stage) = sop.stage(&task.stage) else { continue };
        let assigns = stage.outcomes.iter().find_map(|outcome| outcome.assigns.as_ref());
        // Whom a superior may choose from; nobody else has to know who is in a role.
        let may_give = ctx.actor.has(stage.performer.as_str()) || ctx.actor.has(sop.coordinator.as_str());
        let members = if may_give {
            ctx.desk.store.people_with_role(assigns.unwrap_or(&stage.performer), ctx.desk.today()).await?
        } else {
            Vec::new()
        };
        let fields = |fields: &[sop::definition::Field]| {
            fields.iter().map(|field| FormField::of(ctx, sop, field)).collect()
        };
        tasks.push(TaskView {
            task: task.id.0,
            step: task.stage.step.to_string(),
            label: ctx.words.label(sop, &stage.label).to_owned(),
            role: stage.performer.to_string(),
            assignee: task.assignee.as_ref().map(|id| PersonName::of(names, id)),
            in_place_of: mandates::right_to(&ctx.actor, stage, task)
                .and_then(|by| InPlaceOfView::of(&by, &givers)),
            opened_at: task.opened_at,
            outcomes: stage
                .outcomes
                .iter()
                .map(|outcome: &Outcome| OutcomeView {
                    id: outcome.id.to_string(),
                    label: ctx.words.label(sop, &outcome.label).to_owned(),
                    fields: stage
                        .fields_for(&outcome.id)
                        .map(|field| FormField::of(ctx, sop, field))
                        .collect(),
                    assigns: outcome.assigns.as_ref().map(ToString::to_string),
                    signs: outcome.signed().is_some(),
                })
                .collect(),
            log_fields: fields(&stage.log_fields),
            members: members.into_iter().map(PersonName::from).collect(),
        });
    }
    Ok(tasks)
}

/// The acts beside tasks that the rules leave open to this person.
fn offered(ctx: &Ctx, case: &Case) -> Vec<String> {
    let text = String::new;
    let acts = [
        ("suspension", Command::Suspend { reason: text() }),
        ("resumption", Command::Resume { note: text() }),
        ("withdrawal", Command::Withdraw { reason: text() }),
        ("reopening", Command::Reopen { reason: text() }),
        ("notes", Command::Note { text: text(), audience: Audience::Everyone }),
        ("attachments", Command::Attach { files: Vec::new() }),
    ];
    let offered = acts.into_iter().filter(|(_, act)| is_offered(ctx, case, act.clone()));
    let letters = cases::sendable(ctx, case).into_iter();
    let again =
        letters.map(|letter| format!("documents/{}/dispatches", document_id(letter.task, letter.document)));
    offered.map(|(name, _)| name.to_owned()).chain(again).collect()
}

fn documents(ctx: &Ctx, sop: &Sop, case: &Case) -> Vec<DocumentView> {
    let form = DocumentView {
        id: "form".to_owned(),
        name: ctx.words.label(sop, &sop.form.name).to_owned(),
        number: None,
        code: None,
    };
    let readable = made(sop, case).into_iter().filter(|made| policy::document(&ctx.person, made.document));
    let made = readable.map(|made| {
        let signed = case.letter(made.task.id, made.index).map(|letter| &letter.signature);
        DocumentView {
            id: document_id(made.task.id, made.index),
            name: made.document.name.clone(),
            number: signed.map(|signature| signature.written_number.clone()),
            code: signed.map(|signature| signature.code.to_string()),
        }
    });
    std::iter::once(form).chain(made).collect()
}

/// Whether this person may read a signed letter of a case that they may read.
pub fn may_read_letter(ctx: &Ctx, case: &Case, letter: &SignedLetter) -> bool {
    let made = made(ctx.desk.sop_of(case), case);
    let is_it = |made: &&Made<'_>| (made.task.id, made.index) == (letter.task, letter.document);
    made.iter().find(is_it).is_some_and(|made| policy::document(&ctx.person, made.document))
}

/// By what the address of a document names it.
pub fn document_id(task: TaskId, index: usize) -> String {
    format!("{task}-{index}")
}
