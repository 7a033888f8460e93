//! What somebody can get of their own data, and ask about it.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use store::{DATA_REQUESTS_OPEN_MAX, DataRequestKind};

use super::corrections::{self, CorrectionView};
use super::{RequestView, TEXT_CHARS_MAX, view};
use crate::ctx::{Ctx, Page};
use crate::form::{self, Control, ErrorLink, FieldView, OptionView, Typed};
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

/// `GET /account/data`
pub async fn show(ctx: Ctx) -> Result<Response, Problem> {
    page(&ctx, &Typed::default(), None).await
}

/// `POST /account/data`: asks for access or correction.
pub async fn ask(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    let words = ctx.words;
    let text = typed.one(TEXT).trim();
    let kind =
        if typed.one(KIND) == "correction" { DataRequestKind::Correction } else { DataRequestKind::Access };
    let fault = if text.is_empty() {
        Some(words.t("fault-missing").to_string())
    } else if text.chars().count() > TEXT_CHARS_MAX {
        Some(words.t("fault-too-long").with("n", TEXT_CHARS_MAX).to_string())
    } else if ctx.desk.store.add_data_request(&ctx.person.id, kind, text, ctx.desk.now()).await? {
        None
    } else {
        Some(words.t("data-request-too-many").with("n", DATA_REQUESTS_OPEN_MAX).to_string())
    };
    match fault {
        Some(fault) => page(&ctx, &typed, Some(fault)).await,
        None => Ok(Redirect::to("/account/data").into_response()),
    }
}

async fn page(ctx: &Ctx, typed: &Typed, fault: Option<String>) -> Result<Response, Problem> {
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
    let requests = requests.into_iter().map(|request| {
        let by = request.answer.as_ref().and_then(|answer| names.get(&answer.by)).map_or("", String::as_str);
        view(ctx, request, person.name.clone(), by)
    });
    let option = |id: &str, key: &str| OptionView {
        id: id.to_owned(),
        label: words.t(key).to_string(),
        hint: None,
        chosen: (typed.one(KIND) == "correction") == (id == "correction"),
    };
    let text = typed.one(TEXT).to_owned();
    let fields = vec![
        FieldView {
            name: KIND.to_owned(),
            label: words.t("data-request-kind").to_string(),
            hint: None,
            control: Control::Choice {
                options: vec![
                    option("access", "data-request-access"),
                    option("correction", "data-request-correction"),
                ],
            },
            required: true,
            error: None,
        },
        FieldView {
            name: TEXT.to_owned(),
            label: words.t("data-request-text").to_string(),
            hint: Some(words.t("data-request-text-hint").to_string()),
            control: Control::Paragraph { rows: form::rows(&text, 4), value: text },
            required: true,
            error: fault.clone(),
        },
    ];
    let errors = fault.iter().map(|fault| ErrorLink {
        field: TEXT.to_owned(),
        sentence: format!("{}: {fault}", words.t("data-request-text")),
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
