//! The requests of people about their data, for whoever answers them.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use sop::case::PersonId;
use store::Answer;

use super::corrections::After;
use super::{RequestView, TEXT_CHARS_MAX, view};
use crate::ctx::{self, Ctx, Page};
use crate::form::{ErrorLink, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};

#[derive(Template)]
#[template(path = "privacy/requests.html")]
struct RequestsPage {
    page: Page,
    requests: Vec<RequestView>,
    may_answer: bool,
    errors: Vec<ErrorLink>,
    /// The answer that was refused, and to which request.
    typed: Option<(u32, String)>,
}

#[derive(Template)]
#[template(path = "privacy/answered.html")]
struct AnsweredPage {
    page: Page,
    requests: Vec<RequestView>,
    first: Option<String>,
    next: Option<String>,
}

/// How many answered requests stand on one page.
const PAGE_REQUESTS: u32 = 20;
const ANSWERED: &str = "/data-requests/answered";

impl RequestsPage {
    fn typed(&self, id: &u32) -> &str {
        self.typed.as_ref().filter(|(request, _)| request == id).map_or("", |(_, text)| text)
    }
}

/// `GET /data-requests`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    ctx.enter(Place::DataRequests)?;
    page(&ctx, None).await
}

/// `POST /data-requests/{id}/answer`
pub async fn answer(ctx: Ctx, Path(id): Path<u32>, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::AnswerDataRequests)?;
    let text = typed.one("answer").trim();
    let fault = if text.is_empty() {
        Some(ctx.words.t("fault-missing").to_string())
    } else if text.chars().count() > TEXT_CHARS_MAX {
        Some(ctx.words.t("fault-too-long").with("n", TEXT_CHARS_MAX).to_string())
    } else {
        None
    };
    if let Some(fault) = fault {
        return page(&ctx, Some((id, text.to_owned(), fault))).await;
    }
    let answer = Answer { text: text.to_owned(), by: ctx.person.id.clone(), at: ctx.desk.now() };
    if ctx.desk.store.answer_data_request(id, &answer).await? {
        Ok(Redirect::to("/data-requests").into_response())
    } else {
        Err(Problem::NotFound)
    }
}

/// `GET /data-requests/answered`
pub async fn answered(ctx: Ctx, Query(query): Query<After>) -> Result<Response, Problem> {
    ctx.enter(Place::DataRequests)?;
    let page = ctx.desk.store.answered_data_requests(query.after.as_deref(), PAGE_REQUESTS).await?;
    let who: Vec<PersonId> = page
        .rows
        .iter()
        .flat_map(|request| request.answer.iter().map(|answer| &answer.by).chain([&request.person]))
        .cloned()
        .collect();
    let names = ctx.desk.store.names(&who).await?;
    let requests = page.rows.into_iter().map(|request| {
        let name = names.get(&request.person).cloned().unwrap_or_default();
        let by = request.answer.as_ref().and_then(|answer| names.get(&answer.by));
        view(&ctx, request, name, by.map_or("", String::as_str))
    });
    ctx::show(&AnsweredPage {
        page: ctx.page(&ctx.words.t("data-requests-answered").to_string()),
        requests: requests.collect(),
        next: page.next.map(|next| format!("{ANSWERED}?after={next}")),
        first: query.after.map(|_| ANSWERED.to_owned()),
    })
}

async fn page(ctx: &Ctx, refused: Option<(u32, String, String)>) -> Result<Response, Problem> {
    let words = ctx.words;
    let waiting = ctx.desk.store.waiting_data_requests().await?;
    let who: Vec<PersonId> = waiting.iter().map(|request| request.person.clone()).collect();
    let names = ctx.desk.store.names(&who).await?;
    let requests = waiting.into_iter().map(|request| {
        let name = names.get(&request.person).cloned().unwrap_or_default();
        view(ctx, request, name, "")
    });
    let title = words.t("data-requests-waiting").to_string();
    let shown =
        if refused.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let errors = refused.iter().map(|(id, _, fault)| ErrorLink {
        field: format!("answer-{id}"),
        sentence: format!("{}: {fault}", words.t("data-request-answer")),
    });
    let template = RequestsPage {
        page: ctx.page(&shown),
        requests: requests.collect(),
        may_answer: policy::may(&ctx.person, Place::AnswerDataRequests),
        errors: errors.collect(),
        typed: refused.as_ref().map(|(id, text, _)| (*id, text.clone())),
    };
    problem::page(&template, refused.is_some().then_some(Obstacle::Mend))
}
