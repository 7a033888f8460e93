//! The documents a case brings forth, as printable pages made from what was recorded.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use sop::Sop;
use sop::case::{Case, CaseNo, PersonId, Task, TaskId};
use sop::definition::{Addressee, Document, StageKind};
use store::CaseFile;

use super::{history, rail, show, tracks};
use crate::ctx::{self, Ctx, Page};
use crate::policy;
use crate::problem::Problem;
use crate::words::Words;

#[derive(Template)]
#[template(path = "cases/document.html")]
struct DocumentPage {
    page: Page,
    no: String,
    back: String,
    unit_lines: Vec<String>,
    title: String,
    facts: Vec<(String, String)>,
    /// Each part with its heading; a letter has one part without.
    parts: Vec<(String, String)>,
    /// Who completed the stage that made it, with their position and the day.
    by: Option<Signature>,
}

struct Signature {
    position: String,
    name: String,
    nip: Option<String>,
    date: String,
}

/// A document that exists, and its place among those of its stage.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    pub name: &'a str,
    pub index: usize,
    pub document: &'a Document,
}

/// All documents that a case has made so far, oldest first.
pub fn made<'a>(sop: &'a Sop, case: &'a Case) -> Vec<(&'a Task, Timestamp, Made<'a>)> {
    let mut made: Vec<_> = case
        .tasks
        .iter()
        .filter_map(|task| {
            let completion = task.completion()?;
            let outcome = sop.stage(&task.stage)?.outcome(&completion.outcome)?;
            Some((task, completion.at, outcome))
        })
        .flat_map(|(task, at, outcome)| {
            let documents = outcome.produces.iter().enumerate();
            documents.map(move |(index, document)| (task, at, Made { name: &document.name, index, document }))
        })
        .collect();
    made.sort_by_key(|(task, at, _)| (*at, task.id));
    made
}

/// `GET /cases/{no}/documents/{task}-{index}`
pub async fn document(ctx: Ctx, Path((no, which)): Path<(CaseNo, String)>) -> Result<Response, Problem> {
    let file = open(&ctx, &no).await?;
    let (task, index) = which.split_once('-').ok_or(Problem::NotFound)?;
    let task = TaskId(task.parse().map_err(|_| Problem::NotFound)?);
    let index: usize = index.parse().map_err(|_| Problem::NotFound)?;
    let case = &file.case;
    let sop = ctx.desk.sop_of(case);
    let (task, at, made) = made(sop, case)
        .into_iter()
        .find(|(made_by, _, made)| made_by.id == task && made.index == index)
        .filter(|(_, _, made)| policy::document(&ctx.person, made.document))
        .ok_or(Problem::NotFound)?;
    let (words, zone) = (ctx.words, ctx.desk.calendar.zone());
    let stage = sop.stage(&task.stage).ok_or(Problem::NotFound)?;
    let completion = task.completion().ok_or(Problem::NotFound)?;
    let names = ctx.desk.store.names(&tracks::people(&file.history, case)).await?;

    let record = &completion.record;
    let mut parts: Vec<(String, String)> = stage
        .fields_for(&completion.outcome)
        .filter(|field| made.document.fields.is_empty() || made.document.fields.contains(&field.id))
        .filter_map(|field| {
            let text = history::entry(words, sop, field, &record.values, &record.texts)?;
            Some((words.label(sop, &field.label).to_owned(), text))
        })
        .collect();
    for entry in &task.log {
        let text = stage
            .log_fields
            .iter()
            .filter_map(|field| history::entry(words, sop, field, &entry.record.values, &entry.record.texts));
        parts.push((words.weekday_moment(entry.at, zone), text.collect::<Vec<_>>().join("\n")));
    }
    // Whoever signs a letter signs what the stages before wrote.
    if stage.kind == StageKind::Signature {
        // Its body stands without a heading, as in any letter.
        let is_body = |text: &str| text.contains('\n') || text.chars().count() > 120;
        let unheaded =
            |(label, text): (String, String)| (if is_body(&text) { String::new() } else { label }, text);
        parts = letter(words, sop, case, task).into_iter().map(unheaded).collect();
    }
    let by = match completion.by.person() {
        Some(person) => ctx.desk.store.person(person).await?.map(|person| Signature {
            position: person.position,
            name: person.name,
            nip: person.nip,
            date: words.date(ctx.desk.calendar.local(at).date()),
        }),
        None => None,
    };
    let unit = ctx.desk.store.unit(&case.request.unit).await?;
    let unit = unit.map_or_else(|| case.request.unit.to_string(), |unit| unit.name);
    let mut facts = vec![
        (words.t("document-case").to_string(), case.number.to_string()),
        (
            words.t("document-row").to_string(),
            format!("{}, {}", task.stage.step, rail_label(&ctx, sop, task)),
        ),
        (words.t("document-subject").to_string(), show::subject(words, case)),
    ];
    match made.document.addressee {
        Some(Addressee::Requester) => {
            facts.push((
                words.t("document-to").to_string(),
                format!("{}, {unit}", case.request.requester_name),
            ));
        }
        Some(Addressee::Unit) => facts.push((words.t("document-to").to_string(), unit)),
        None => facts.push((words.t("fact-unit").to_string(), unit)),
    }
    if let Some(handler) = case.handler.as_ref().filter(|_| by.is_none()) {
        facts.push((words.t("document-handler").to_string(), name(&names, handler)));
    }
    let title = made.name.to_owned();
    ctx::show(&DocumentPage {
        page: ctx.page(&title),
        no: case.number.to_string(),
        back: back(&ctx, case),
        unit_lines: sop.identity.unit.clone(),
        title,
        facts,
        parts,
        by,
    })
}

/// `GET /cases/{no}/documents/form`: the request form as it was filed.
pub async fn request_form(ctx: Ctx, Path(no): Path<CaseNo>) -> Result<Response, Problem> {
    let file = open(&ctx, &no).await?;
    let case = &file.case;
    let sop = ctx.desk.sop_of(case);
    let (words, zone, request) = (ctx.words, ctx.desk.calendar.zone(), &case.request);
    let unit = ctx.desk.store.unit(&request.unit).await?;
    let mut facts = vec![
        (words.t("document-case").to_string(), case.number.to_string()),
        (words.t("fact-agenda").to_string(), case.agenda.to_string()),
        (words.t("fact-received").to_string(), words.weekday_moment(request.received_at, zone)),
        (words.t("fact-requester").to_string(), request.requester_name.clone()),
        (words.t("fact-unit").to_string(), unit.map_or_else(|| request.unit.to_string(), |unit| unit.name)),
        (words.t("fact-contact").to_string(), request.contact.clone()),
        (words.t("document-subject").to_string(), show::subject(words, case)),
    ];
    if let Some(letter) = &request.letter_no {
        facts.push((words.t("fact-letter").to_string(), letter.clone()));
    }
    let fields = sop.form.fields.iter().filter_map(|field| {
        let text = history::entry(words, sop, field, &request.form.values, &request.form.texts)?;
        Some((words.label(sop, &field.label).to_owned(), text))
    });
    let mut parts: Vec<(String, String)> = fields.collect();
    let approval = made(sop, case)
        .into_iter()
        .find(|(task, _, _)| sop.stage(&task.stage).is_some_and(|stage| stage.kind == StageKind::Decision));
    if let Some((task, at, made)) = approval {
        let names = ctx.desk.store.names(&tracks::people(&file.history, case)).await?;
        let who = task
            .completion()
            .and_then(|completion| completion.by.person())
            .map(|person| name(&names, person));
        let text = format!("{}, {}", who.unwrap_or_default(), words.weekday_moment(at, zone));
        parts.push((made.name.to_owned(), text));
    }
    let title = words.label(sop, &sop.form.name).to_owned();
    ctx::show(&DocumentPage {
        page: ctx.page(&title),
        no: case.number.to_string(),
        back: back(&ctx, case),
        unit_lines: sop.identity.unit.clone(),
        title,
        facts,
        parts,
        by: None,
    })
}

/// The text of a letter as it stood when it was signed: its newest version in its row.
pub(super) fn letter(words: Words, sop: &Sop, case: &Case, signed: &Task) -> Vec<(String, String)> {
    let versions =
        case.tasks.iter().filter(|task| task.stage.step == signed.stage.step && task.id < signed.id);
    let newest = versions
        .filter(|task| {
            sop.stage(&task.stage)
                .is_some_and(|stage| matches!(stage.kind, StageKind::Draft | StageKind::Correction))
        })
        .filter_map(|task| Some((task, task.completion()?)))
        .filter(|(_, completion)| !completion.record.texts.is_empty())
        .filter(|(task, completion)| {
            // A correction that returned the letter holds a remark, not the letter.
            sop.stage(&task.stage)
                .is_some_and(|stage| stage.fields_for(&completion.outcome).any(|field| field.carries_on))
        })
        .max_by_key(|(task, _)| task.id);
    let Some((task, completion)) = newest else { return Vec::new() };
    let fields = sop.stage(&task.stage).map(|stage| &stage.fields[..]).unwrap_or_default();
    let texts = fields.iter().filter(|field| field.carries_on).filter_map(|field| {
        Some((words.label(sop, &field.label).to_owned(), completion.record.text(&field.id)?.to_owned()))
    });
    texts.collect()
}

async fn open(ctx: &Ctx, no: &CaseNo) -> Result<CaseFile, Problem> {
    ctx.desk.store.case_file(&policy::cases(&ctx.person), no).await?.ok_or(Problem::NotFound)
}

fn back(ctx: &Ctx, case: &Case) -> String {
    let place = if policy::may(&ctx.person, policy::Place::Cases) { "cases" } else { "requests" };
    format!("/{place}/{}", case.number)
}

fn rail_label(ctx: &Ctx, sop: &Sop, task: &Task) -> String {
    let step = sop.step(&task.stage.step);
    let label = step.map_or_else(String::new, |step| ctx.words.label(sop, &step.label).to_owned());
    let performer = sop.stage(&task.stage).map(|stage| rail::role(ctx.words, stage.performer.as_str()));
    format!("{label} ({})", performer.unwrap_or_default())
}

fn name(names: &HashMap<PersonId, String>, person: &PersonId) -> String {
    names.get(person).cloned().unwrap_or_default()
}
