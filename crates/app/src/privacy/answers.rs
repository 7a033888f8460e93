//! The requests of people about their data, for whoever answers them.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use sop::case::PersonId;
use store::{Answer, DataRequest, DataRequestKind, ListedCase, NewDestruction};

use super::corrections::After;
use super::{RequestView, TEXT_CHARS_MAX, lists_of, view};
use crate::ctx::{self, Ctx, Page};
use crate::form::{self, ErrorLink, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};
use crate::retention;
use crate::words::{Language, Words};

/// The fields of an answer.
const ANSWER: &str = "answer";
const LEGAL_BASIS: &str = "legal-basis";
/// Sent by the button that grants a request for erasure.
const GRANT: &str = "grant";

#[derive(Template)]
#[template(path = "privacy/requests.html")]
struct RequestsPage {
    page: Page,
    requests: Vec<WaitingView>,
    may_answer: bool,
    errors: Vec<ErrorLink>,
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

/// A request that waits, with what its answer needs.
struct WaitingView {
    request: RequestView,
    answer: TypedView,
    erasure: Option<ErasureView>,
}

/// What was typed, and how to mend it.
struct TypedView {
    value: String,
    error: Option<String>,
}

/// What a request for erasure comes to.
struct ErasureView {
    /// When its case ended and how long it is kept, or why it cannot be put on a list.
    standing: String,
    is_possible: bool,
    /// On what the erasure rests; none where the years of the case are over.
    legal_basis: Option<TypedView>,
}

/// A field that has to be mended, and how.
type Fault = (&'static str, String);

/// `GET /data-requests`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    ctx.enter(Place::DataRequests)?;
    page(&ctx, 0, &Typed::default(), &[]).await
}

/// `POST /data-requests/{id}/answer`: answers, and puts the case on a list where erasure is granted.
pub async fn answer(ctx: Ctx, Path(id): Path<u32>, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::AnswerDataRequests)?;
    let words = ctx.words;
    let text = typed.one(ANSWER).trim();
    let mut faults = Vec::new();
    if text.is_empty() {
        faults.push((ANSWER, words.t("fault-missing").to_string()));
    } else if text.chars().count() > TEXT_CHARS_MAX {
        faults.push((ANSWER, words.t("fault-too-long").with("n", TEXT_CHARS_MAX).to_string()));
    }
    let (store, now) = (&ctx.desk.store, ctx.desk.now());
    if !typed.one(GRANT).is_empty() {
        let request = store.data_request(id).await?.filter(|request| request.answer.is_none());
        let request = request.filter(|request| request.kind == DataRequestKind::Erasure);
        let request = request.ok_or(Problem::NotFound)?;
        return match grant(&ctx, &request, text, &typed, &mut faults).await? {
            Some(list) => Ok(Redirect::to(&format!("/retention/{list}")).into_response()),
            None => page(&ctx, id, &typed, &faults).await,
        };
    }
    if !faults.is_empty() {
        return page(&ctx, id, &typed, &faults).await;
    }
    let answer = Answer { text: text.to_owned(), by: ctx.person.id.clone(), at: now };
    if store.answer_data_request(id, &answer).await? {
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
    let lists = lists_of(&ctx.desk, &page.rows).await?;
    let requests = page.rows.into_iter().map(|request| {
        let name = names.get(&request.person).cloned().unwrap_or_default();
        let by = request.answer.as_ref().and_then(|answer| names.get(&answer.by));
        view(&ctx, request, name, by.map_or("", String::as_str), &lists)
    });
    ctx::show(&AnsweredPage {
        page: ctx.page(&ctx.words.t("data-requests-answered").to_string()),
        requests: requests.collect(),
        next: page.next.map(|next| format!("{ANSWERED}?after={next}")),
        first: query.after.map(|_| ANSWERED.to_owned()),
    })
}

/// Puts the case of a request on a list of its own and answers. None if there is something to mend.
async fn grant(
    ctx: &Ctx,
    request: &DataRequest,
    answer: &str,
    typed: &Typed,
    faults: &mut Vec<Fault>,
) -> Result<Option<u32>, Problem> {
    let Some(listed) = erasable(ctx, request).await? else {
        faults.push((ANSWER, not_erasable(ctx, request)));
        return Ok(None);
    };
    // What a list rests on is an official text, whatever language its writer has chosen for the screen.
    let official = Words::new(Language::Indonesian);
    let mut basis =
        official.t("data-request-erasure-basis").with("request", request.id.to_string()).to_string();
    if is_kept(ctx, &listed) {
        match form::typed_line(ctx.words, typed, LEGAL_BASIS) {
            Ok(legal) => {
                let phrase = official.t("data-request-erasure-basis-legal");
                basis = phrase.with("basis", basis).with("legal", legal).to_string();
            }
            Err(sentence) => faults.push((LEGAL_BASIS, sentence)),
        }
    }
    if !faults.is_empty() {
        return Ok(None);
    }
    let new = NewDestruction { basis: &basis, cases: &[listed], answers: Some((request.id, answer)) };
    match ctx.desk.store.propose_destruction(&ctx.person.id, new, ctx.desk.now()).await {
        Ok(list) => Ok(Some(list)),
        Err(error) => {
            faults.push((ANSWER, retention::refused(ctx.words, error)?));
            Ok(None)
        }
    }
}

/// The case of a request as it would stand on a list; none if it cannot be put on one.
async fn erasable(ctx: &Ctx, request: &DataRequest) -> Result<Option<ListedCase>, Problem> {
    let Some(no) = &request.case else { return Ok(None) };
    let ended = ctx.desk.store.ended_case(no).await?;
    Ok(ended.and_then(|(sop, ended_at)| retention::listed(&ctx.desk, &sop, no.clone(), ended_at)))
}

/// Whether the years of a case are not over yet.
fn is_kept(ctx: &Ctx, listed: &ListedCase) -> bool {
    ctx.desk.today().year() <= listed.kept_until
}

fn not_erasable(ctx: &Ctx, request: &DataRequest) -> String {
    let case = request.case.as_ref().map(ToString::to_string).unwrap_or_default();
    ctx.words.t("data-request-not-ended").with("case", case).to_string()
}

/// The page, as it is or with an answer that was refused.
async fn page(ctx: &Ctx, answered: u32, typed: &Typed, faults: &[Fault]) -> Result<Response, Problem> {
    let words = ctx.words;
    let waiting = ctx.desk.store.waiting_data_requests().await?;
    let who: Vec<PersonId> = waiting.iter().map(|request| request.person.clone()).collect();
    let names = ctx.desk.store.names(&who).await?;
    let mut requests = Vec::new();
    for request in waiting {
        let nothing = Typed::default();
        let (typed, faults) = if request.id == answered { (typed, faults) } else { (&nothing, &[][..]) };
        requests.push(view_waiting(ctx, request, &names, typed, faults).await?);
    }
    let title = words.t("data-requests-waiting").to_string();
    let shown =
        if faults.is_empty() { title } else { words.t("title-mend").with("title", title).to_string() };
    let errors = faults.iter().map(|(field, fault)| {
        let key = if *field == ANSWER { "data-request-answer" } else { "data-request-legal-basis" };
        ErrorLink { field: format!("{field}-{answered}"), sentence: format!("{}: {fault}", words.t(key)) }
    });
    let template = RequestsPage {
        page: ctx.page(&shown),
        requests,
        may_answer: policy::may(&ctx.person, Place::AnswerDataRequests),
        errors: errors.collect(),
    };
    problem::page(&template, (!faults.is_empty()).then_some(Obstacle::Mend))
}

async fn view_waiting(
    ctx: &Ctx,
    request: DataRequest,
    names: &HashMap<PersonId, String>,
    typed: &Typed,
    faults: &[Fault],
) -> Result<WaitingView, Problem> {
    let words = ctx.words;
    let typed_view = |field: &str| TypedView {
        value: typed.one(field).to_owned(),
        error: faults.iter().find(|(named, _)| *named == field).map(|(_, said)| said.clone()),
    };
    let erasure = match (request.kind, erasable(ctx, &request).await?) {
        (DataRequestKind::Access | DataRequestKind::Correction, _) => None,
        (DataRequestKind::Erasure, None) => {
            Some(ErasureView { standing: not_erasable(ctx, &request), is_possible: false, legal_basis: None })
        }
        (DataRequestKind::Erasure, Some(listed)) => {
            let ended = words.date(ctx.desk.calendar.local(listed.ended_at).date());
            let standing = words
                .t("data-request-kept")
                .with("case", listed.case.to_string())
                .with("ended", ended)
                .with("year", listed.kept_until.to_string());
            let legal_basis = is_kept(ctx, &listed).then(|| typed_view(LEGAL_BASIS));
            Some(ErasureView { standing: standing.to_string(), is_possible: true, legal_basis })
        }
    };
    let name = names.get(&request.person).cloned().unwrap_or_default();
    Ok(WaitingView { request: view(ctx, request, name, "", &[]), answer: typed_view(ANSWER), erasure })
}
