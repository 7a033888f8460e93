//! Frasa surat: how the office begins its texts, and where it writes that down.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use sop::Sop;
use sop::case::{Case, Task};
use sop::definition::{Field, FieldId, FieldKind, Stage, StageRef, Step};
use sop::letter::phrase::{self, PhraseError, Place as At};
use store::StoreError;

use crate::ctx::{Ctx, Page};
use crate::desk::Desk;
use crate::form::{self, Typed};
use crate::policy::Place;
use crate::problem::{self, Obstacle, Problem};
use crate::words::Words;

/// With what the fields of a task begin: what the case already says, or else the phrase of the office
/// with the case in it.
pub async fn prefilled(
    desk: &Desk,
    case: &Case,
    task: &Task,
) -> Result<BTreeMap<FieldId, String>, StoreError> {
    let sop = desk.sop_of(case);
    let mut begun = BTreeMap::new();
    let mut phrases = Vec::new();
    for field in sop.stage(&task.stage).map_or(&[][..], |stage| &stage.fields) {
        if let Some(text) = case.newest_text(&field.id).filter(|_| field.carries_on) {
            begun.insert(field.id.clone(), text.to_owned());
            continue;
        }
        let at = At { stage: task.stage.clone(), field: field.id.clone() };
        let text = current(desk, &at).await?;
        if !text.is_empty() {
            phrases.push((field.id.clone(), text));
        }
    }
    if !phrases.is_empty() {
        let unit = desk.store.unit(&case.request.unit).await?;
        let unit = unit.map_or_else(String::new, |unit| unit.name_on(desk.today()).to_owned());
        let facts = phrase::facts(sop, case, &unit, &desk.calendar);
        begun.extend(phrases.into_iter().map(|(field, text)| (field, phrase::fill(&text, &facts))));
    }
    Ok(begun)
}

/// A phrase as it is now.
async fn current(desk: &Desk, at: &At) -> Result<String, StoreError> {
    let written = desk.store.phrase(at).await?;
    Ok(written.map_or_else(|| desk.letters.stationery.phrase(at).to_owned(), |written| written.text))
}

#[derive(Template)]
#[template(path = "letters/phrases.html")]
struct PhrasesPage {
    page: Page,
    names: Vec<String>,
    steps: Vec<StepView>,
}

struct StepView {
    no: String,
    label: String,
    phrases: Vec<PhraseView>,
}

struct PhraseView {
    /// The stage and the field, `4.konsep/surat`.
    address: String,
    /// The name of its control.
    control: String,
    label: String,
    is_line: bool,
    text: String,
    rows: usize,
    version: u32,
    /// Who wrote it and when; none for a phrase that comes with Sigap.
    written: Option<String>,
    /// The phrase that comes with Sigap, where the office writes otherwise.
    shipped: Option<String>,
    error: Option<String>,
}

/// A phrase that was not written, with what was typed and why.
struct Refused {
    at: At,
    typed: String,
    error: String,
}

/// `GET /phrases`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    page(&ctx, None).await
}

/// `POST /phrases/{stage}/{field}`: writes a phrase.
pub async fn write(
    ctx: Ctx,
    Path((stage, field)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response, Problem> {
    ctx.enter(Place::Phrases)?;
    let sop = ctx.desk.sop();
    let is_it =
        |(at, ..): &(At, &Step, &Stage, &Field)| at.stage.to_string() == stage && at.field == *field.as_str();
    let (at, ..) = phrase::places(sop).find(is_it).ok_or(Problem::NotFound)?;
    let text = typed.one("text").replace("\r\n", "\n").trim().to_owned();
    let words = ctx.words;
    let refused = match phrase::check(sop, &text) {
        Err(PhraseError::Unknown { name }) => words.t("phrase-unknown").with("name", name).to_string(),
        Err(PhraseError::Unclosed) => words.t("phrase-unclosed").to_string(),
        Err(PhraseError::TooLong { chars_max }) => words.t("fault-too-long").with("n", chars_max).to_string(),
        Ok(()) => {
            let seen = typed.one("seen").parse().unwrap_or(0);
            let (person, now) = (&ctx.person.id, ctx.desk.now());
            if ctx.desk.store.write_phrase(&at, seen, &text, person, now).await? {
                return Ok(Redirect::to(&format!("/phrases#{}", control(&at))).into_response());
            }
            words.t("phrase-stale").with("text", current(&ctx.desk, &at).await?).to_string()
        }
    };
    page(&ctx, Some(Refused { at, typed: text, error: refused })).await
}

async fn page(ctx: &Ctx, refused: Option<Refused>) -> Result<Response, Problem> {
    ctx.enter(Place::Phrases)?;
    let (words, sop) = (ctx.words, ctx.desk.sop());
    let mut steps: Vec<StepView> = Vec::new();
    for (at, step, stage, field) in phrase::places(sop) {
        let view = view(ctx, &at, stage, field, refused.as_ref()).await?;
        if steps.last().is_none_or(|last| step.no != *last.no.as_str()) {
            let label = words.label(sop, &step.label).to_owned();
            steps.push(StepView { no: step.no.to_string(), label, phrases: Vec::new() });
        }
        if let Some(last) = steps.last_mut() {
            last.phrases.push(view);
        }
    }
    let template = PhrasesPage {
        page: ctx.page(&words.t("phrases-title").to_string()),
        names: phrase::names(sop),
        steps,
    };
    problem::page(&template, refused.map(|_| Obstacle::Mend))
}

async fn view(
    ctx: &Ctx,
    at: &At,
    stage: &Stage,
    field: &Field,
    refused: Option<&Refused>,
) -> Result<PhraseView, Problem> {
    let (words, sop) = (ctx.words, ctx.desk.sop());
    let row = ctx.desk.store.phrase(at).await?;
    let shipped = ctx.desk.letters.stationery.phrase(at);
    let refused = refused.filter(|refused| refused.at == *at);
    let now = row.as_ref().map_or(shipped, |row| &row.text);
    let text = refused.map_or(now, |refused| &refused.typed).to_owned();
    let written = match &row {
        Some(row) => {
            let who = ctx
                .desk
                .store
                .person(&row.written_by, ctx.desk.today())
                .await?
                .map_or_else(String::new, |who| who.name);
            let moment = words.moment(row.written_at, ctx.desk.calendar.zone());
            Some(words.t("phrase-written").with("who", who).with("moment", moment).to_string())
        }
        None => None,
    };
    Ok(PhraseView {
        address: format!("{}/{}", at.stage, at.field),
        control: control(at),
        label: label(words, sop, stage, field),
        is_line: field.kind == FieldKind::Line,
        rows: form::rows(&text, 3),
        text,
        version: row.as_ref().map_or(0, |row| row.version),
        written,
        shipped: (!shipped.is_empty() && now != shipped).then(|| shipped.to_owned()),
        error: refused.map(|refused| refused.error.clone()),
    })
}

fn label(words: Words, sop: &Sop, stage: &Stage, field: &Field) -> String {
    format!("{}: {}", words.label(sop, &stage.label), words.label(sop, &field.label).to_lowercase())
}

fn control(at: &At) -> String {
    let At { stage: StageRef { step, stage }, field } = at;
    format!("frasa-{step}-{stage}-{field}")
}
