//! The page of a case: where it is, what waits for whom, what was written, and what can be done.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use sop::Sop;
use sop::case::{By, Case, CaseNo, FieldProblem, PersonId, Refusal, Status, Task, TaskId, TaskState};
use sop::definition::{EndKind, Field, FieldId, Outcome, Role, Stage, StageKind};
use store::CaseFile;

use super::history::{self, Line, Teller};
use super::rail::{self, RailRow, StripItem, View};
use super::tracks;
use super::why::{self, Why};
use crate::ctx::{Ctx, Page};
use crate::form::{self, ErrorLink, FieldView, FormState, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};
use crate::words::{Due, DueFacts, Words};

#[derive(Template)]
#[template(path = "cases/show.html")]
struct ShowPage {
    page: Page,
    no: String,
    version: u64,
    unit: String,
    subject: String,
    standing: String,
    refusal: Option<String>,
    errors: Vec<ErrorLink>,
    /// What was typed into a form that is no longer there, so that nothing is lost.
    kept: Vec<(String, String)>,
    strip: Vec<StripItem>,
    rail: Vec<RailRow>,
    dues: Vec<DueView>,
    tasks: Vec<TaskView>,
    facts: Vec<(String, String)>,
    description: Option<String>,
    documents: Vec<DocumentRow>,
    history: Vec<Line>,
    acts: Acts,
    attachments_hint: String,
}

struct DueView {
    /// The row, named where several are under way.
    step: Option<String>,
    due: Due,
    why: Option<Why>,
}

/// A task that waits, with its form where it waits for the reader.
struct TaskView {
    id: u32,
    step: String,
    node_class: String,
    title: String,
    /// The row's own words.
    activity: String,
    quoted: String,
    waits_for: String,
    mine: bool,
    /// What those wrote from whom the task comes: who and what, and their record.
    before: Vec<(String, Vec<(String, String)>)>,
    logged: Vec<(String, Vec<(String, String)>)>,
    log_fields: Vec<FieldView>,
    /// Fields asked whatever the outcome.
    fields: Vec<FieldView>,
    outcomes: Vec<OutcomeView>,
    assignment: Option<Vec<MemberView>>,
}

struct OutcomeView {
    id: String,
    label: String,
    leads_to: String,
    chosen: bool,
    fields: Vec<FieldView>,
    members: Option<Vec<MemberView>>,
    error: Option<String>,
}

struct MemberView {
    id: String,
    label: String,
    chosen: bool,
}

struct DocumentRow {
    step: String,
    name: String,
    href: Option<String>,
    state: String,
}

/// What beside the tasks can be done, by this person, now.
#[derive(Default)]
struct Acts {
    suspend: bool,
    resume: bool,
    reopen: bool,
    withdraw: bool,
    take_part: bool,
    /// A reason or note that was typed and refused.
    typed: String,
    /// The note was meant for the office only.
    for_office: bool,
    /// Which of the forms is open because it was refused.
    open: &'static str,
    error: Option<String>,
}

/// A form that was refused, to be shown again as it was typed.
#[derive(Debug)]
pub struct Refused<'a> {
    pub why: Hindrance,
    /// The task it was sent for, or the name of another act.
    pub of: RefusedForm,
    pub typed: &'a Typed,
}

/// What stood in the way.
#[derive(Debug)]
pub enum Hindrance {
    Rules(Refusal),
    /// Files that cannot be taken in, as a sentence.
    Files(String),
}

impl Hindrance {
    pub fn obstacle(&self) -> Obstacle<'_> {
        match self {
            Self::Rules(refusal) => Obstacle::Refused(refusal),
            Self::Files(_) => Obstacle::Mend,
        }
    }

    pub fn sentence(&self, ctx: &Ctx, sop: &Sop, names: &HashMap<PersonId, String>) -> String {
        match self {
            Self::Rules(refusal) => refusal_sentence(ctx, sop, names, refusal),
            Self::Files(sentence) => sentence.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedForm {
    Completion(TaskId),
    Progress(TaskId),
    Act(&'static str),
}

/// `GET /cases/{no}`
pub async fn show(ctx: Ctx, Path(no): Path<CaseNo>) -> Result<Response, Problem> {
    ctx.enter(Place::Cases)?;
    let file = ctx.desk.store.case_file(&policy::cases(&ctx.person), &no).await?.ok_or(Problem::NotFound)?;
    page(&ctx, &file, None).await
}

/// The page of a case, as it is or with a form that was refused.
pub(super) async fn page(
    ctx: &Ctx,
    file: &CaseFile,
    refused: Option<Refused<'_>>,
) -> Result<Response, Problem> {
    let (words, case, now) = (ctx.words, &file.case, ctx.desk.now());
    let sop = ctx.desk.sop_of(case);
    let calendar = &ctx.desk.calendar;
    let mut names = ctx.desk.store.names(&tracks::people(&file.history, case)).await?;
    let members = ctx.desk.store.people_with_role(&assigned_role(sop)).await?;
    names.extend(members.iter().map(|member| (member.id.clone(), member.name.clone())));
    let load: HashMap<PersonId, u32> =
        ctx.desk.store.workload(now).await?.into_iter().map(|load| (load.person, load.open)).collect();
    let unit = ctx.desk.store.unit(&case.request.unit).await?;
    let unit = unit.map_or_else(|| case.request.unit.to_string(), |unit| unit.name);

    let view = View { sop, words, calendar, case, names: &names, now, for_requester: false };
    let members: Vec<MemberView> = members
        .into_iter()
        .map(|member| MemberView {
            label: words
                .t("member-load")
                .with("name", member.name.clone())
                .with("n", load.get(&member.id).copied().unwrap_or(0))
                .to_string(),
            chosen: case.handler.as_ref() == Some(&member.id),
            id: member.id.to_string(),
        })
        .collect();
    let builder = Builder { ctx, sop, case, names: &names, members: &members, refused: refused.as_ref() };
    let tasks: Vec<TaskView> = case.open_tasks().filter_map(|task| builder.task(task)).collect();
    let refusal = refused.as_ref().map(|refused| refused.why.sentence(ctx, sop, &names));
    let acts = builder.acts(refusal.as_deref());
    let mut errors = tasks.iter().flat_map(TaskView::errors).collect::<Vec<_>>();
    errors.extend(acts.fault(words));
    let title = words.t("case-title").with("no", case.number.to_string()).to_string();
    let title =
        if refusal.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let obstacle = refused.as_ref().map(|refused| refused.why.obstacle());

    let template = ShowPage {
        page: ctx.page(&title),
        no: case.number.to_string(),
        version: case.version,
        unit,
        subject: subject(words, case),
        standing: standing(ctx, sop, case, &names),
        // A list of fields says it better than the sentence for all of them.
        refusal: refusal.clone().filter(|_| errors.is_empty()),
        errors,
        kept: builder.kept(),
        strip: view.strip(),
        rail: view.rail(),
        dues: dues(ctx, sop, case, now),
        tasks,
        facts: builder.facts(),
        description: case.request.form.text(&FieldId::new("uraian")).map(ToOwned::to_owned),
        documents: builder.documents(),
        history: history::sentences(
            Teller { words, sop, case, names: &names, zone: calendar.zone(), for_requester: false },
            &file.history,
        ),
        acts,
        attachments_hint: attachments_hint(ctx),
    };
    problem::page(&template, obstacle)
}

pub fn attachments_hint(ctx: &Ctx) -> String {
    let megabytes = ctx.settings.attachment_bytes_max / (1024 * 1024);
    ctx.words.t("attachments-hint").with("megabytes", megabytes).to_string()
}

pub(super) fn subject(words: Words, case: &Case) -> String {
    if case.request.subject.is_empty() { words.t("erased").to_string() } else { case.request.subject.clone() }
}

struct Builder<'a> {
    ctx: &'a Ctx,
    sop: &'a Sop,
    case: &'a Case,
    names: &'a HashMap<PersonId, String>,
    members: &'a [MemberView],
    refused: Option<&'a Refused<'a>>,
}

impl Builder<'_> {
    fn task(&self, task: &Task) -> Option<TaskView> {
        let (words, sop) = (self.ctx.words, self.sop);
        let step = sop.step(&task.stage.step)?;
        let stage = step.stage(&task.stage.stage)?;
        let coordinates = self.ctx.actor.has(sop.coordinator.as_str());
        let mine = self.has_form(task);
        let refused = |form: RefusedForm| self.refused.filter(|refused| refused.of == form);
        let completing = refused(RefusedForm::Completion(task.id));
        let logging = refused(RefusedForm::Progress(task.id));
        let (typed, found) = as_typed(completing);
        let completion = FormState { words, sop, typed, problems: &found, case: Some(self.case) };
        let prefix = format!("t{}-", task.id);
        let fields = if mine {
            stage
                .fields
                .iter()
                .filter(|field| field.only_for.is_empty())
                .map(|field| completion.field(&prefix, field))
                .collect()
        } else {
            Vec::new()
        };
        let outcomes = if mine {
            stage
                .outcomes
                .iter()
                .map(|outcome| self.outcome(task, stage, outcome, &completion, completing))
                .collect()
        } else {
            Vec::new()
        };
        let (typed, found) = as_typed(logging);
        let log = FormState { words, sop, typed, problems: &found, case: None };
        let log_prefix = format!("l{}-", task.id);
        let log_fields = if mine {
            stage.log_fields.iter().map(|field| log.field(&log_prefix, field)).collect()
        } else {
            Vec::new()
        };
        let logged = task.log.iter().map(|entry| {
            let record = stage.log_fields.iter().filter_map(|field| {
                let text = history::entry(words, sop, field, &entry.record.values, &entry.record.texts)?;
                Some((words.label(sop, &field.label).to_owned(), text))
            });
            (words.short_moment(entry.at, self.ctx.desk.calendar.zone()), record.collect())
        });
        let assignable = coordinates && stage.performer == assigned_role(sop);
        let due_class = dues(self.ctx, sop, self.case, self.ctx.desk.now())
            .into_iter()
            .find(|due| due.step.as_deref().is_none_or(|no| step.no == *no))
            .map_or("", |due| due.due.class);
        Some(TaskView {
            id: task.id.0,
            step: step.no.to_string(),
            node_class: format!("{} here {due_class}", rail::shape(sop, step)),
            title: words.label(sop, &stage.label).to_owned(),
            activity: step.activity.clone(),
            quoted: words.t("case-row-verbatim").with("step", step.no.to_string()).to_string(),
            waits_for: tracks::holder(words, sop, task, self.names),
            mine,
            before: self.before(task, stage),
            logged: logged.collect(),
            log_fields,
            fields,
            outcomes,
            assignment: assignable.then(|| self.members_with(task.assignee.as_ref().map(PersonId::as_str))),
        })
    }

    /// The records that lead to a task: of the stage before it, of all branches that join in it, and
    /// for a signature the letter itself.
    fn before(&self, task: &Task, stage: &Stage) -> Vec<(String, Vec<(String, String)>)> {
        let (words, sop, case) = (self.ctx.words, self.sop, self.case);
        if stage.kind == StageKind::Signature {
            let letter = super::documents::letter(words, sop, case, task);
            return if letter.is_empty() {
                Vec::new()
            } else {
                vec![(words.t("letter-now").to_string(), letter)]
            };
        }
        let leads_here = |done: &Task| {
            let outcome = sop.stage(&done.stage)?.outcome(&done.completion()?.outcome)?;
            outcome
                .to
                .iter()
                .any(|target| sop.first_stage(target).as_ref() == Some(&task.stage))
                .then_some(())
        };
        let mut leading: Vec<&Task> =
            case.tasks.iter().filter(|done| done.id < task.id && leads_here(done).is_some()).collect();
        leading.sort_by_key(|done| done.completion().map(|completion| completion.at));
        let Some(newest) = leading.last().copied() else { return Vec::new() };
        let joined = sop.step(&task.stage.step).and_then(|step| step.join.as_ref());
        let joined = joined.filter(|join| join.of.contains(&newest.stage.step));
        let together = |done: &&Task| match joined {
            Some(join) => join.of.contains(&done.stage.step) && done.round == newest.round,
            None => done.id == newest.id,
        };
        leading
            .into_iter()
            .filter(together)
            .filter_map(|done| {
                let stage = sop.stage(&done.stage)?;
                let completion = done.completion()?;
                let record: Vec<(String, String)> = stage
                    .fields_for(&completion.outcome)
                    .filter_map(|field| {
                        let record = &completion.record;
                        let text = history::entry(words, sop, field, &record.values, &record.texts)?;
                        Some((words.label(sop, &field.label).to_owned(), text))
                    })
                    .collect();
                let who = completion
                    .by
                    .person()
                    .and_then(|person| self.names.get(person))
                    .cloned()
                    .unwrap_or_default();
                let from = words
                    .t("before")
                    .with("who", who)
                    .with("stage", words.label(sop, &stage.label).to_owned());
                (!record.is_empty()).then(|| (from.to_string(), record))
            })
            .collect()
    }

    fn outcome(
        &self,
        task: &Task,
        stage: &Stage,
        outcome: &Outcome,
        form: &FormState<'_>,
        refused: Option<&Refused<'_>>,
    ) -> OutcomeView {
        let (words, sop) = (self.ctx.words, self.sop);
        let prefix = format!("t{}-", task.id);
        let only_here = stage.fields.iter().filter(|field| field.only_for.contains(&outcome.id));
        let chosen = match form.typed {
            Some(typed) => outcome.id == *typed.one("outcome"),
            // A stage with one way out needs no choosing.
            None => stage.outcomes.len() == 1,
        };
        let steps: Vec<String> =
            outcome.to.iter().filter_map(|target| target.step()).map(ToString::to_string).collect();
        let stays = steps.iter().all(|step| task.stage.step == *step.as_str());
        let leads_to = if steps.is_empty() {
            let ends = outcome.to.iter().filter_map(|target| match target {
                sop::definition::Target::End(end) => sop.end(end),
                sop::definition::Target::Step(_) | sop::definition::Target::Stage(_) => None,
            });
            let ends: Vec<&str> = ends.map(|end| words.label(sop, &end.label)).collect();
            words.t("outcome-ends").with("end", ends.join(", ")).to_string()
        } else if stays {
            let next = outcome.to.iter().filter_map(|target| sop.stage(&sop.first_stage(target)?));
            let next: Vec<&str> = next.map(|stage| words.label(sop, &stage.label)).collect();
            words.t("outcome-stays").with("stage", next.join(", ")).to_string()
        } else {
            let labels = outcome.to.iter().filter_map(|target| sop.step(target.step()?));
            let labels: Vec<String> = labels
                .map(|step| format!("{}, {}", step.no, words.label(sop, &step.label).to_lowercase()))
                .collect();
            words.t("outcome-goes").with("steps", labels.join("; ")).to_string()
        };
        let error = refused.and_then(|refused| match &refused.why {
            Hindrance::Rules(Refusal::AssigneeNeeded { .. } | Refusal::AssigneeUnsuited { .. }) if chosen => {
                Some(words.t("fault-choose-member").to_string())
            }
            _ => None,
        });
        OutcomeView {
            id: outcome.id.to_string(),
            label: words.label(sop, &outcome.label).to_owned(),
            leads_to,
            chosen,
            fields: only_here.map(|field| form.field(&prefix, field)).collect(),
            members: outcome
                .assigns
                .is_some()
                .then(|| self.members_with(form.typed.map(|typed| typed.one("assignee")))),
            error,
        }
    }

    fn kept(&self) -> Vec<(String, String)> {
        let Some(refused) = self.refused else { return Vec::new() };
        let of_task = |id: TaskId, prefix: &str, fields: fn(&Stage) -> &[Field]| {
            let Some(task) = self.case.task(id).filter(|task| !self.has_form(task)) else {
                return Vec::new();
            };
            let fields = self.sop.stage(&task.stage).map(fields).unwrap_or_default();
            let texts = fields.iter().filter(|field| field.options.is_empty()).filter_map(|field| {
                let text = refused.typed.one(&format!("{prefix}{id}-{}", field.id)).trim();
                (!text.is_empty())
                    .then(|| (self.ctx.words.label(self.sop, &field.label).to_owned(), text.to_owned()))
            });
            texts.collect()
        };
        match refused.of {
            RefusedForm::Completion(id) => of_task(id, "t", |stage| &stage.fields),
            RefusedForm::Progress(id) => of_task(id, "l", |stage| &stage.log_fields),
            RefusedForm::Act(act) => {
                let text = refused.typed.one("text").trim();
                if text.is_empty() || self.acts(None).has_form() {
                    return Vec::new();
                }
                vec![(self.ctx.words.t(&format!("act-{act}-text")).to_string(), text.to_owned())]
            }
        }
    }

    /// Whether the reader has the form of a task before them.
    fn has_form(&self, task: &Task) -> bool {
        let stage = self.sop.stage(&task.stage);
        self.case.status == Status::Running
            && task.state == TaskState::Open
            && stage.is_some_and(|stage| self.ctx.actor.has(stage.performer.as_str()))
            && task.assignee.as_ref().is_none_or(|assignee| Some(assignee) == self.ctx.actor.person())
    }

    fn members_with(&self, chosen: Option<&str>) -> Vec<MemberView> {
        let member = |member: &MemberView| MemberView {
            id: member.id.clone(),
            label: member.label.clone(),
            chosen: chosen.map_or(member.chosen, |chosen| member.id == chosen),
        };
        self.members.iter().map(member).collect()
    }

    fn facts(&self) -> Vec<(String, String)> {
        let (words, request) = (self.ctx.words, &self.case.request);
        let zone = self.ctx.desk.calendar.zone();
        let mut facts = vec![
            ("fact-requester", request.requester_name.clone()),
            ("fact-contact", request.contact.clone()),
            ("fact-received", words.moment(request.received_at, zone)),
        ];
        let entered = words.moment(request.entered_at, zone);
        if entered != words.moment(request.received_at, zone) {
            facts.push(("fact-entered", entered));
        }
        if let Some(letter) = &request.letter_no {
            facts.push(("fact-letter", letter.clone()));
        }
        if let Some(date) = request.letter_date {
            facts.push(("fact-letter-date", words.date(date)));
        }
        facts.push(("fact-agenda", self.case.agenda.to_string()));
        let mut facts: Vec<(String, String)> = facts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| (words.t(key).to_string(), value))
            .collect();
        for field in self.sop.form.fields.iter().filter(|field| field.id != "uraian") {
            if let Some(text) =
                history::entry(words, self.sop, field, &request.form.values, &request.form.texts)
            {
                facts.push((words.label(self.sop, &field.label).to_owned(), text));
            }
        }
        facts
    }

    fn documents(&self) -> Vec<DocumentRow> {
        let (words, sop, case) = (self.ctx.words, self.sop, self.case);
        let zone = self.ctx.desk.calendar.zone();
        let no = &case.number;
        let mut rows = vec![DocumentRow {
            step: sop.start.to_string(),
            name: words.label(sop, &sop.form.name).to_owned(),
            href: Some(format!("/cases/{no}/documents/form")),
            state: words
                .t("document-filed")
                .with("date", words.short_date(case.request.entered_at, zone))
                .to_string(),
        }];
        for attachment in &case.attachments {
            let size = words.t("kilobytes").with("n", attachment.bytes.div_ceil(1024)).to_string();
            rows.push(DocumentRow {
                step: String::new(),
                name: format!("{}, {size}", attachment.name),
                href: Some(format!("/cases/{no}/attachments/{}", attachment.seq)),
                state: words
                    .t("document-attached")
                    .with("date", words.short_date(attachment.at, zone))
                    .to_string(),
            });
        }
        for (task, at, document) in super::documents::made(sop, case) {
            let index = document.index;
            rows.push(DocumentRow {
                step: task.stage.step.to_string(),
                name: document.name.to_owned(),
                href: Some(format!("/cases/{no}/documents/{}-{index}", task.id)),
                state: words.t("document-made").with("date", words.short_date(at, zone)).to_string(),
            });
        }
        rows
    }

    fn acts(&self, refusal: Option<&str>) -> Acts {
        let (case, actor) = (self.case, &self.ctx.actor);
        let coordinates = actor.has(self.sop.coordinator.as_str());
        let holds = case.open_tasks().any(|task| {
            let performs =
                self.sop.stage(&task.stage).is_some_and(|stage| actor.has(stage.performer.as_str()));
            performs && task.assignee.as_ref().is_none_or(|assignee| Some(assignee) == actor.person())
        });
        let ended = case.ended().is_some();
        let suspended = matches!(case.status, Status::Suspended { .. });
        let act = self.refused.and_then(|refused| match refused.of {
            RefusedForm::Act(act) => Some((act, refused.typed)),
            RefusedForm::Completion(_) | RefusedForm::Progress(_) => None,
        });
        let own = match &case.request.requester {
            Some(requester) => actor.person() == Some(requester),
            None => actor.has(sop::case::roles::AGENDA),
        };
        Acts {
            suspend: !ended && !suspended && (coordinates || holds),
            resume: suspended && (coordinates || holds),
            reopen: ended && coordinates,
            withdraw: !ended && own,
            take_part: !ended,
            typed: act.map_or_else(String::new, |(_, typed)| typed.one("text").to_owned()),
            for_office: act.is_some_and(|(_, typed)| typed.one("audience") == "office"),
            open: act.map_or("", |(act, _)| act),
            error: act.and(refusal).map(ToOwned::to_owned),
        }
    }
}

impl Acts {
    /// Whether the form that was refused is on the page, with the refusal at its field.
    fn has_form(&self) -> bool {
        match self.open {
            "suspend" => self.suspend,
            "resume" => self.resume,
            "reopen" => self.reopen,
            "withdraw" => self.withdraw,
            "note" | "attach" => self.take_part,
            _ => false,
        }
    }

    /// What has to be mended in the form that was refused.
    fn fault(&self, words: Words) -> Option<ErrorLink> {
        let error = self.error.as_ref().filter(|_| self.has_form())?;
        let (field, label) = match self.open {
            "attach" => ("attach-files".to_owned(), words.t("files").to_string()),
            open => (format!("{open}-text"), words.t(&format!("act-{open}-text")).to_string()),
        };
        Some(ErrorLink { field, sentence: format!("{label}: {error}") })
    }
}

impl TaskView {
    fn errors(&self) -> Vec<ErrorLink> {
        let within =
            self.outcomes.iter().filter(|outcome| outcome.chosen).flat_map(|outcome| &outcome.fields);
        let fields = self.fields.iter().chain(within).chain(&self.log_fields);
        let mut errors: Vec<ErrorLink> = fields
            .filter_map(|field| {
                let sentence = format!("{}: {}", field.label, field.error.as_ref()?);
                Some(ErrorLink { field: field.name.clone(), sentence })
            })
            .collect();
        for outcome in &self.outcomes {
            if let Some(error) = &outcome.error {
                errors.push(ErrorLink { field: format!("t{}-assignee", self.id), sentence: error.clone() });
            }
        }
        errors
    }
}

/// What was typed into a form that was refused, and the fields to mend.
fn as_typed<'a>(refused: Option<&Refused<'a>>) -> (Option<&'a Typed>, Vec<FieldProblem>) {
    let Some(refused) = refused else { return (None, Vec::new()) };
    let problems = match &refused.why {
        Hindrance::Rules(Refusal::RecordIncomplete { problems }) => problems.clone(),
        _ => Vec::new(),
    };
    (Some(refused.typed), problems)
}

/// The role to which this SOP hands work; whom to choose from.
fn assigned_role(sop: &Sop) -> Role {
    sop.assigned_roles().next().unwrap_or(&sop.coordinator).clone()
}

fn dues(ctx: &Ctx, sop: &Sop, case: &Case, now: Timestamp) -> Vec<DueView> {
    let several = case.open_steps().count() > 1;
    let held = match &case.status {
        Status::Suspended { since, reason, .. } => Some((*since, reason.as_str())),
        Status::Running | Status::Ended { .. } => None,
    };
    let zone = ctx.desk.calendar.zone();
    case.open_steps()
        .map(|run| DueView {
            step: several.then(|| run.step.to_string()),
            due: ctx.words.due(
                &ctx.desk.calendar,
                now,
                &DueFacts { opened_at: run.opened_at, due_at: run.due_at, held, reader_zone: zone },
            ),
            why: why::explain(ctx.words, sop, &ctx.desk.calendar, case, run),
        })
        .collect()
}

/// One sentence on where the case is.
fn standing(ctx: &Ctx, sop: &Sop, case: &Case, names: &HashMap<PersonId, String>) -> String {
    let words = ctx.words;
    let zone = ctx.desk.calendar.zone();
    if let Some((end, at)) = case.ended() {
        let kind = sop.end(end).map_or(EndKind::Completed, |end| end.kind);
        let key = match kind {
            EndKind::Completed => "standing-completed",
            EndKind::Rejected => "standing-rejected",
            EndKind::Withdrawn => "standing-withdrawn",
        };
        return words.t(key).with("moment", words.weekday_moment(at, zone)).to_string();
    }
    if let Status::Suspended { since, by, .. } = &case.status {
        let who = by.person().and_then(|person| names.get(person)).cloned().unwrap_or_default();
        return words
            .t("standing-suspended")
            .with("who", who)
            .with("moment", words.weekday_moment(*since, zone))
            .to_string();
    }
    let waiting: Vec<String> = case
        .open_tasks()
        .map(|task| {
            let me = task.assignee.as_ref().is_some_and(|person| *person == ctx.person.id)
                || task.assignee.is_none()
                    && sop.stage(&task.stage).is_some_and(|stage| ctx.actor.has(stage.performer.as_str()));
            let who = if me { words.t("you").to_string() } else { tracks::holder(words, sop, task, names) };
            words.t("standing-at").with("who", who).with("step", task.stage.step.to_string()).to_string()
        })
        .collect();
    words.t("standing-waits").with("waiting", waiting.join(words.t("and").to_string().as_str())).to_string()
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
