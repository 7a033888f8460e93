//! A letter as it would be printed with what is in its form now, and what was changed in it so far.
//! Nothing is kept.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sop::case::{Case, CaseNo, Entries, Task, TaskId, Texts, read_so_far};
use sop::definition::{OutcomeId, Sop, Stage, StageKind};
use sop::letter::Letter;

use super::draft::{self, Done};
use super::revision::{Revised, revision};
use crate::cases;
use crate::ctx::{self, Ctx, Page};
use crate::form::Typed;
use crate::mandates;
use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::words::Words;

/// How many pages of each document a preview draws.
const PAGES_MAX: usize = 6;

#[derive(Template)]
#[template(path = "letters/preview.html")]
struct PreviewPage {
    page: Page,
    no: String,
    task: TaskId,
    back: String,
    title: String,
    revised: Vec<Revised>,
    documents: Vec<Drawn>,
}

/// A document with its pages, each as a picture in the address of an image.
struct Drawn {
    name: String,
    pages: Vec<(String, String)>,
    /// It has more pages than are drawn.
    goes_on: bool,
}

/// `POST /cases/{no}/tasks/{task}/preview`, with the form that completes the task.
pub async fn preview(
    ctx: Ctx,
    Path((no, id)): Path<(CaseNo, TaskId)>,
    typed: Typed,
) -> Result<Response, Problem> {
    let words = ctx.words;
    let entries = cases::entries(&typed, &cases::completion_prefix(id));
    let tried = tried(&ctx, &no, id, typed.one("outcome"), &entries).await?;
    let mut documents = Vec::new();
    for (name, letter) in tried.letters {
        let count = ctx.desk.letters.page_count(letter.clone()).await?;
        let mut pages = Vec::new();
        for n in 0..count.min(PAGES_MAX) {
            let Some(png) = ctx.desk.letters.picture(letter.clone(), n).await? else { break };
            let alt = words.t("letter-page").with("n", n + 1).with("of", count).to_string();
            pages.push((alt, format!("data:image/png;base64,{}", BASE64.encode(png))));
        }
        documents.push(Drawn { name, pages, goes_on: count > PAGES_MAX });
    }
    let title = words.t("preview-title").to_string();
    ctx::show(&PreviewPage {
        page: ctx.page(&title),
        no: no.to_string(),
        task: id,
        back: format!("{}#task-{id}", cases::address(&ctx, &no)),
        title,
        revised: tried.revised,
        documents,
    })
}

/// What a task would bring forth.
#[derive(Debug)]
pub struct Tried {
    /// Each document with its name.
    pub letters: Vec<(String, Letter)>,
    /// What a correction has changed.
    revised: Vec<Revised>,
}

/// What a task would bring forth if it were done as it is filled in: by the outcome of this id, or else
/// by the first that leads to a document.
pub async fn tried(
    ctx: &Ctx,
    no: &CaseNo,
    id: TaskId,
    outcome: &str,
    entries: &Entries,
) -> Result<Tried, Problem> {
    ctx.enter(Place::Cases)?;
    let file = ctx.desk.store.case_file(&policy::cases(&ctx.person), no).await?.ok_or(Problem::NotFound)?;
    let (words, case) = (ctx.words, &file.case);
    let sop = ctx.desk.sop_of(case);
    let task = case.open_tasks().find(|task| task.id == id).ok_or(Problem::NotFound)?;
    let stage = sop.stage(&task.stage).ok_or(Problem::NotFound)?;
    let outcome = chosen(sop, task, stage, outcome).ok_or(Problem::NotFound)?;
    let today = ctx.desk.today();
    let (values, texts) = read_so_far(stage.fields_for(&outcome), entries, today);
    let revised = match stage.kind {
        StageKind::Correction => corrected(words, sop, case, task, &texts),
        StageKind::Disposition
        | StageKind::Decision
        | StageKind::Explanation
        | StageKind::Order
        | StageKind::Draft
        | StageKind::Signature
        | StageKind::Work
        | StageKind::StagedWork
        | StageKind::Report => Vec::new(),
    };
    let done = Done { outcome, by: mandates::doer(ctx, stage, task), values, texts };
    Ok(Tried { letters: draft::drafts(&ctx.desk, case, task, done).await?, revised })
}

/// The outcome that a form has chosen, or else the first that leads to a document.
fn chosen(sop: &Sop, task: &Task, stage: &Stage, named: &str) -> Option<OutcomeId> {
    let named = stage.outcomes.iter().find(|outcome| outcome.id == *named);
    let first = || stage.outcomes.iter().find(|outcome| draft::leads_to_document(sop, task, outcome));
    named.or_else(first).map(|outcome| outcome.id.clone())
}

/// What a correction has changed in the texts it carries on.
pub fn corrected(words: Words, sop: &Sop, case: &Case, task: &Task, texts: &Texts) -> Vec<Revised> {
    let fields = sop.stage(&task.stage).map_or(&[][..], |stage| &stage.fields);
    let revised = fields.iter().filter(|field| field.carries_on).filter_map(|field| {
        let before = case.text_before(task.id, &field.id).unwrap_or_default();
        let after = texts.get(field.id.as_str())?;
        let label = words.label(sop, &field.label).to_owned();
        Some(Revised { label, pieces: revision(before, after) })
    });
    revised.filter(|revised| !revised.pieces.is_empty()).collect()
}
