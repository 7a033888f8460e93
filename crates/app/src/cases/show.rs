//! The page of a case: where it is, what waits for whom, what was written, and what can be done.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use sop::Sop;
use sop::case::{Case, CaseNo, PersonId, Status, TaskId};
use sop::definition::{EndKind, FieldId, Stage};
use sop::letter::made;
use store::CaseFile;

use super::dispatches::{self, DispatchForm};
use super::history::{self, Line, Teller};
use super::offers::{self, ActForm};
use super::rail::{RailRow, StripItem, View};
use super::refusal::{Act, Refused, RefusedForm};
use super::tasks::{self, RecordView, TaskView};
use super::tracks::{self, StepDue};
use super::why::{self, Why};
use crate::ctx::{Ctx, Page};
use crate::form::ErrorLink;
use crate::letters;
use crate::mandates;
use crate::policy::{self, Place};
use crate::problem::{self, Problem};
use crate::words::Words;
use crate::workload::Team;

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
    kept: RecordView,
    strip: Vec<StripItem>,
    rail: Vec<RailRow>,
    dues: Vec<(StepDue, Option<Why>)>,
    tasks: Vec<TaskView>,
    facts: RecordView,
    description: Option<String>,
    documents: Vec<DocumentRow>,
    history: Vec<Line>,
    acts: Vec<ActForm>,
    dispatches: Vec<DispatchForm>,
    may_see_readings: bool,
    /// Earlier cases help whoever still has to do something.
    is_running: bool,
}

struct DocumentRow {
    step: String,
    name: String,
    href: String,
    state: String,
    /// How it went out by e-mail.
    mail: Option<String>,
}

/// All that can be done beside the tasks, in the order in which it is offered.
const ACTS: [Act; 6] = [Act::Resume, Act::Suspend, Act::Reopen, Act::Note, Act::Attach, Act::Withdraw];

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
    names.extend(mandates::givers(ctx).await?);
    let bases = history::bases(&ctx.desk.store, &file.history).await?;
    let team = if hands_out(ctx, sop, case) { Team::of(ctx, sop).await? } else { Team::nobody(ctx) };
    names.extend(team.members.iter().map(|member| (member.person.id.clone(), member.person.name.clone())));
    let unit = ctx.desk.store.unit(&case.request.unit).await?;
    let key = ctx.desk.store.signing_key(&ctx.person.id).await?;
    let reserved = if key.is_some() { ctx.desk.store.reserved_numbers().await? } else { Vec::new() };

    let begun = begun(ctx, sop, case).await?;

    let dues = tracks::dues(ctx, case, calendar.zone());
    let refused = refused.as_ref();
    let desk = tasks::Desk {
        ctx,
        sop,
        case,
        names: &names,
        team: &team,
        reserved: &reserved,
        dues: &dues,
        key: key.as_ref(),
        begun: &begun,
        refused,
    };
    let tasks = desk.tasks();
    let refusal = refused.map(|refused| refused.why.sentence(ctx, sop, &names));
    let acts = offers::offers(ctx, case, &ACTS, refused.zip(refusal.as_deref()), false);
    let mut errors: Vec<ErrorLink> = tasks.iter().flat_map(TaskView::errors).collect();
    errors.extend(acts.iter().filter_map(ActForm::fault));
    let dispatches = dispatches::forms(ctx, case, refused).await?;
    errors.extend(dispatches.iter().filter_map(|form| form.fault(words)));
    let mut kept = desk.kept();
    kept.extend(refused.and_then(|refused| unsent(words, refused, &acts)));
    kept.extend(refused.and_then(|refused| dispatches::unsent(words, refused, &dispatches)));
    let title = words.t("case-title").with("no", case.number.to_string()).to_string();
    let title =
        if refused.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let view = View { sop, words, calendar, case, names: &names, now, for_requester: false };

    let template = ShowPage {
        page: ctx.page(&title),
        no: case.number.to_string(),
        version: case.version,
        unit: unit.map_or_else(
            || case.request.unit.to_string(),
            |unit| unit.name_on(calendar.local(case.request.received_at).date()).to_owned(),
        ),
        subject: subject(words, case),
        standing: standing(ctx, sop, case, &names),
        // A list of fields says it better than the sentence for all of them.
        refusal: refusal.clone().filter(|_| errors.is_empty()),
        errors,
        kept,
        strip: view.strip(),
        rail: view.rail(),
        tasks,
        facts: facts(ctx, sop, case),
        description: case.request.form.text(&sop.form.description).map(ToOwned::to_owned),
        documents: document_rows(ctx, sop, case),
        history: history::sentences(
            Teller {
                words,
                sop,
                case,
                names: &names,
                bases: &bases,
                zone: calendar.zone(),
                for_requester: false,
            },
            &file.history,
        ),
        acts,
        dispatches,
        is_running: case.ended().is_none(),
        may_see_readings: policy::may(&ctx.person, Place::Readings),
        dues: case
            .open_steps()
            .zip(dues)
            .map(|(run, due)| (due, why::explain(words, sop, calendar, case, run)))
            .collect(),
    };
    problem::page(&template, refused.map(|refused| refused.why.obstacle()))
}

/// Whether the reader may have a task here to give to somebody.
fn hands_out(ctx: &Ctx, sop: &Sop, case: &Case) -> bool {
    let assigns = |stage: &Stage| stage.outcomes.iter().any(|outcome| outcome.assigns.is_some());
    let theirs = |stage: &Stage| {
        ctx.actor.has(sop.coordinator.as_str()) || (assigns(stage) && ctx.actor.has(stage.performer.as_str()))
    };
    case.open_tasks().filter_map(|task| sop.stage(&task.stage)).any(theirs)
}

/// The texts with which the forms of a person's tasks begin.
async fn begun(
    ctx: &Ctx,
    sop: &Sop,
    case: &Case,
) -> Result<HashMap<TaskId, BTreeMap<FieldId, String>>, Problem> {
    let mut begun = HashMap::new();
    let theirs = |stage: &Stage| ctx.actor.has(stage.performer.as_str());
    for task in case.open_tasks().filter(|task| sop.stage(&task.stage).is_some_and(theirs)) {
        begun.insert(task.id, letters::prefilled(&ctx.desk, case, task).await?);
    }
    Ok(begun)
}

pub(super) fn subject(words: Words, case: &Case) -> String {
    if case.request.subject.is_empty() { words.t("erased").to_string() } else { case.request.subject.clone() }
}

/// What was typed into the form of an act that is no longer offered.
pub fn unsent(words: Words, refused: &Refused<'_>, offered: &[ActForm]) -> Option<(String, String)> {
    let RefusedForm::Act(act) = refused.of else { return None };
    let text = refused.typed.one("text").trim();
    (!text.is_empty() && !offered.iter().any(ActForm::is_open)).then(|| (act.label(words), text.to_owned()))
}

fn facts(ctx: &Ctx, sop: &Sop, case: &Case) -> RecordView {
    let (words, request) = (ctx.words, &case.request);
    let zone = ctx.desk.calendar.zone();
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
    facts.push(("fact-agenda", case.agenda.to_string()));
    let mut facts: Vec<(String, String)> = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| (words.t(key).to_string(), value))
        .collect();
    let fields = sop.form.fields.iter().filter(|field| field.id != sop.form.description);
    facts.extend(history::record(words, sop, fields, &request.form));
    facts
}

fn document_rows(ctx: &Ctx, sop: &Sop, case: &Case) -> Vec<DocumentRow> {
    let words = ctx.words;
    let zone = ctx.desk.calendar.zone();
    let no = &case.number;
    let mut rows = vec![DocumentRow {
        step: sop.start.to_string(),
        name: words.label(sop, &sop.form.name).to_owned(),
        href: format!("/cases/{no}/documents/form"),
        state: words
            .t("document-filed")
            .with("date", words.short_date(case.request.entered_at, zone))
            .to_string(),
        mail: None,
    }];
    for attachment in &case.attachments {
        let size = words.t("kilobytes").with("n", attachment.bytes.div_ceil(1024)).to_string();
        rows.push(DocumentRow {
            step: String::new(),
            name: format!("{}, {size}", attachment.name),
            href: format!("/cases/{no}/attachments/{}", attachment.seq),
            state: words
                .t("document-attached")
                .with("date", words.short_date(attachment.at, zone))
                .to_string(),
            mail: None,
        });
    }
    for made in made(sop, case) {
        let Some(completion) = made.task.completion() else { continue };
        let signed = case.letter(made.task.id, made.index);
        let state = match signed {
            Some(signed) => {
                words.t("document-signed").with("number", signed.signature.written_number.clone())
            }
            None => words.t("document-made").with("date", words.short_date(completion.at, zone)),
        };
        rows.push(DocumentRow {
            step: made.task.stage.step.to_string(),
            name: made.document.name.clone(),
            href: format!("/cases/{no}/documents/{}-{}", made.task.id, made.index),
            state: state.to_string(),
            mail: signed.and_then(|letter| dispatches::standing(words, zone, case, letter)),
        });
    }
    rows
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
            let stage = sop.stage(&task.stage);
            let me = stage.is_some_and(|stage| mandates::right_to(&ctx.actor, stage, task).is_some());
            let who = if me { words.t("you").to_string() } else { tracks::holder(words, sop, task, names) };
            words.t("standing-at").with("who", who).with("step", task.stage.step.to_string()).to_string()
        })
        .collect();
    words.t("standing-waits").with("waiting", waiting.join(words.t("and").to_string().as_str())).to_string()
}
