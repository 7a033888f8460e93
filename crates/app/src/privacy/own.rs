//! What somebody can get of their own data, and ask about it.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use sop::case::CaseNo;
use store::{DATA_REQUESTS_OPEN_MAX, DataRequestKind, Filter, PAGE_ROWS_MAX, RowStatus, Sort};

use super::corrections::{self, CorrectionView};
use super::{RequestView, TEXT_CHARS_MAX, lists_of, view};
use crate::ctx::{Ctx, Page};
use crate::form::{self, Control, ErrorLink, FieldView, OptionView, Typed};
use crate::policy;
use crate::problem::{self, Obstacle, Problem};

#[derive(Template)]
#[template(path = "privacy/own.html")]
struct OwnPage {
    page: Page,
    facts: Vec<(String, String)>,
    corrections: Vec<CorrectionView>,
    requests: Vec<RequestView>,
    errors: Vec<ErrorLink>,
    fields: Vec<FieldView>,
}

const KIND: &str = "kind";
const TEXT: &str = "text";
const CASE: &str = "case";

/// `GET /account/data`
pub async fn show(ctx: Ctx) -> Result<Response, Problem> {
    page(&ctx, &Typed::default(), None).await
}

/// `POST /account/data`: asks for access, correction, or that a case be erased.
pub async fn ask(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    let words = ctx.words;
    let text = typed.one(TEXT).trim();
    let kind = chosen(typed.one(KIND));
    let case = match kind {
        DataRequestKind::Erasure => ended(&ctx).await?.into_iter().find(|no| typed.one(CASE) == no.as_str()),
        DataRequestKind::Access | DataRequestKind::Correction => None,
    };
    let fault = if kind == DataRequestKind::Erasure && case.is_none() {
        Some((CASE, words.t("data-request-no-case").to_string()))
    } else if text.is_empty() {
        Some((TEXT, words.t("fault-missing").to_string()))
    } else if text.chars().count() > TEXT_CHARS_MAX {
        Some((TEXT, words.t("fault-too-long").with("n", TEXT_CHARS_MAX).to_string()))
    } else if ctx
        .desk
        .store
        .add_data_request(&ctx.person.id, kind, case.as_ref(), text, ctx.desk.now())
        .await?
    {
        None
    } else {
        Some((TEXT, words.t("data-request-too-many").with("n", DATA_REQUESTS_OPEN_MAX).to_string()))
    };
    match fault {
        Some(fault) => page(&ctx, &typed, Some(fault)).await,
        None => Ok(Redirect::to("/account/data").into_response()),
    }
}

/// What was chosen to be asked for.
fn chosen(kind: &str) -> DataRequestKind {
    match kind {
        "correction" => DataRequestKind::Correction,
        "erasure" => DataRequestKind::Erasure,
        _ => DataRequestKind::Access,
    }
}

/// The requests of a person that have ended, the last first.
async fn ended(ctx: &Ctx) -> Result<Vec<CaseNo>, Problem> {
    let (scope, filter) = (policy::own_requests(&ctx.person), Filter::default());
    let page = ctx.desk.store.list(&scope, &filter, Sort::NewestFirst, None, PAGE_ROWS_MAX).await?;
    let ended = page.rows.into_iter().filter(|row| matches!(row.status, RowStatus::Ended { .. }));
    Ok(ended.map(|row| row.no).collect())
}

async fn page(ctx: &Ctx, typed: &Typed, fault: Option<(&str, String)>) -> Result<Response, Problem> {
    let (words, store, person) = (ctx.words, &ctx.desk.store, &ctx.person);
    let unit = store.unit(&person.unit).await?;
    let unit = unit.map_or_else(|| person.unit.to_string(), |unit| unit.name_on(ctx.desk.today()).to_owned());
    let facts = [
        ("people-name", person.name.clone()),
        ("data-nip", person.nip.clone().unwrap_or_default()),
        ("people-sign-in", person.email.clone()),
        ("people-position-and-unit", format!("{}, {unit}", person.position)),
    ];
    let requests = store.data_requests_of(&person.id).await?;
    let who: Vec<_> =
        requests.iter().filter_map(|request| Some(request.answer.as_ref()?.by.clone())).collect();
    let names = store.names(&who).await?;
    let lists = lists_of(&ctx.desk, &requests).await?;
    let requests = requests.into_iter().map(|request| {
        let by = request.answer.as_ref().and_then(|answer| names.get(&answer.by)).map_or("", String::as_str);
        view(ctx, request, person.name.clone(), by, &lists)
    });
    let option = |id: &str, key: &str| OptionView {
        id: id.to_owned(),
        label: words.t(key).to_string(),
        hint: None,
        chosen: chosen(typed.one(KIND)) == chosen(id),
    };
    let text = typed.one(TEXT).to_owned();
    let error = |field: &str| fault.iter().find(|(named, _)| *named == field).map(|(_, said)| said.clone());
    let ended = ended(ctx).await?;
    let mut kinds =
        vec![option("access", "data-request-access"), option("correction", "data-request-correction")];
    if !ended.is_empty() || fault.as_ref().is_some_and(|(field, _)| *field == CASE) {
        kinds.push(option("erasure", "data-request-erasure"));
    }
    let mut fields = vec![
        FieldView {
            name: KIND.to_owned(),
            label: words.t("data-request-kind").to_string(),
            hint: None,
            control: Control::Choice { options: kinds },
            required: true,
            error: None,
        },
        FieldView {
            name: TEXT.to_owned(),
            label: words.t("data-request-text").to_string(),
            hint: Some(words.t("data-request-text-hint").to_string()),
            control: Control::Paragraph { rows: form::rows(&text, 4), value: text },
            required: true,
            error: error(TEXT),
        },
    ];
    let cases = ended.into_iter().map(|no| OptionView {
        id: no.to_string(),
        label: no.to_string(),
        hint: None,
        chosen: typed.one(CASE) == no.as_str(),
    });
    let cases: Vec<OptionView> = cases.collect();
    if !cases.is_empty() {
        let prompt = words.t("data-request-choose-case").to_string();
        let case = FieldView {
            name: CASE.to_owned(),
            label: words.t("data-request-case").to_string(),
            hint: Some(words.t("data-request-case-hint").to_string()),
            control: Control::Select { prompt, options: cases },
            required: false,
            error: error(CASE),
        };
        fields.insert(1, case);
    }
    let errors = fault.iter().map(|(field, sentence)| {
        let key = if *field == CASE { "data-request-case" } else { "data-request-text" };
        ErrorLink { field: (*field).to_owned(), sentence: format!("{}: {sentence}", words.t(key)) }
    });
    let title = words.t("privacy-own").to_string();
    let title = if fault.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let template = OwnPage {
        errors: errors.collect(),
        facts: facts
            .into_iter()
            .filter(|(_, fact)| !fact.is_empty())
            .map(|(key, fact)| (words.t(key).to_string(), fact))
            .collect(),
        corrections: corrections::views(ctx, corrections::all_of(ctx).await?).await?,
        requests: requests.collect(),
        fields,
        page: ctx.page(&title),
    };
    problem::page(&template, fault.is_some().then_some(Obstacle::Mend))
}
