//! One list: what it would destroy, what was done about it, and what its reader can do.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use sop::case::PersonId;
use store::{DestructionError, DestructionList, ListAct, ListActKind};

use super::{CaseView, PAGE, acts, case_view, names, record, refused, state};
use crate::cases;
use crate::ctx::{Ctx, Page};
use crate::form::{self, Control, ErrorLink, FieldView, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};
use crate::session;

/// The fields of the forms.
const PASSWORD: &str = "password";
const DIGEST: &str = "digest";
const REFUSAL: &str = "refusal-reason";
const WITHDRAWAL: &str = "withdrawal-reason";

#[derive(Template)]
#[template(path = "retention/show.html")]
struct ListPage {
    page: Page,
    title: String,
    id: u32,
    digest: String,
    basis: String,
    state: String,
    /// What was done about it, in sentences.
    story: Vec<String>,
    cases: Vec<CaseView>,
    is_carried_out: bool,
    /// The reader reads cases, and can open those that are still there.
    reads_cases: bool,
    errors: Vec<ErrorLink>,
    /// Why nothing was done, in a sentence.
    refused: Option<String>,
    /// The reader proposed it, and somebody else has to approve it.
    is_own: bool,
    may_approve: bool,
    password_error: Option<String>,
    /// The reason for refusing it, from whoever may.
    refusal: Option<FieldView>,
    /// The reason for withdrawing it, from whoever may.
    withdrawal: Option<FieldView>,
    may_carry_out: bool,
}

/// Why nothing was done about a list.
enum Fault {
    Field(&'static str, String),
    Refused(String),
}

/// `GET /retention/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::Retention)?;
    page(&ctx, id, &Typed::default(), None).await
}

/// `GET /retention/{id}/pdf`: the berita acara.
pub async fn pdf(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::Retention)?;
    let list = ctx.desk.store.destruction_list(id).await?.ok_or(Problem::NotFound)?;
    let pdf = ctx.desk.letters.pdf(record::printed(&ctx.desk, &list).await?).await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    let name = format!("berita-acara-pemusnahan-{id}.pdf");
    headers.insert(header::CONTENT_DISPOSITION, cases::disposition(&name));
    Ok((headers, pdf).into_response())
}

/// `POST /retention/{id}/approval`: under the password of whoever approves, and as they have seen the list.
pub async fn approve(ctx: Ctx, Path(id): Path<u32>, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::ApproveDestruction)?;
    let password = typed.one(PASSWORD);
    if password.is_empty() {
        let sentence = ctx.words.t("fault-missing").to_string();
        return page(&ctx, id, &typed, Some(Fault::Field(PASSWORD, sentence))).await;
    }
    if !session::knows_password(&ctx, password).await? {
        let sentence = ctx.words.t("password-wrong").to_string();
        return page(&ctx, id, &typed, Some(Fault::Field(PASSWORD, sentence))).await;
    }
    let (store, by) = (&ctx.desk.store, &ctx.person.id);
    let done = store.approve_destruction(id, typed.one(DIGEST), by, ctx.desk.now()).await;
    answer(&ctx, id, &typed, done).await
}

/// `POST /retention/{id}/refusal`
pub async fn refuse(ctx: Ctx, Path(id): Path<u32>, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::ApproveDestruction)?;
    let reason = match form::typed_line(ctx.words, &typed, REFUSAL) {
        Ok(reason) => reason,
        Err(sentence) => return page(&ctx, id, &typed, Some(Fault::Field(REFUSAL, sentence))).await,
    };
    let done = ctx.desk.store.refuse_destruction(id, &ctx.person.id, &reason, ctx.desk.now()).await;
    answer(&ctx, id, &typed, done).await
}

/// `POST /retention/{id}/withdrawal`
pub async fn withdraw(ctx: Ctx, Path(id): Path<u32>, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::ProposeDestruction)?;
    let reason = match form::typed_line(ctx.words, &typed, WITHDRAWAL) {
        Ok(reason) => reason,
        Err(sentence) => return page(&ctx, id, &typed, Some(Fault::Field(WITHDRAWAL, sentence))).await,
    };
    let done = ctx.desk.store.withdraw_destruction(id, &ctx.person.id, &reason, ctx.desk.now()).await;
    answer(&ctx, id, &typed, done).await
}

/// `POST /retention/{id}/destruction`: carries an approved list out.
pub async fn carry_out(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::ProposeDestruction)?;
    let (desk, by) = (&ctx.desk, &ctx.person.id);
    let done = desk.store.carry_out_destruction(id, by, &desk.files, desk.now()).await;
    if let Ok(done) = &done {
        tracing::info!(
            list = id,
            cases = done.cases,
            files = done.files,
            "a list of destruction was carried out"
        );
    }
    answer(&ctx, id, &Typed::default(), done.map(drop)).await
}

async fn answer(
    ctx: &Ctx,
    id: u32,
    typed: &Typed,
    done: Result<(), DestructionError>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{PAGE}/{id}")).into_response()),
        Err(error) => {
            let sentence = refused(ctx.words, error)?;
            page(ctx, id, typed, Some(Fault::Refused(sentence))).await
        }
    }
}

/// The page of a list, as it is or with a form that was refused.
async fn page(ctx: &Ctx, id: u32, typed: &Typed, fault: Option<Fault>) -> Result<Response, Problem> {
    let words = ctx.words;
    let list = ctx.desk.store.destruction_list(id).await?.ok_or(Problem::NotFound)?;
    let names = names(ctx, std::slice::from_ref(&list)).await?;
    let standing = list.state();
    let (may, waits) = (|place| policy::may(&ctx.person, place), standing == ListActKind::Proposed);
    let is_own = list.proposed.by == ctx.person.id;
    let may_approve = waits && !is_own && may(Place::ApproveDestruction);
    let may_propose = may(Place::ProposeDestruction);
    let error = |field: &str| match &fault {
        Some(Fault::Field(named, sentence)) if *named == field => Some(sentence.clone()),
        Some(Fault::Field(..) | Fault::Refused(_)) | None => None,
    };
    let reason = |name: &str, key: &str| FieldView {
        name: name.to_owned(),
        label: words.t(key).to_string(),
        hint: None,
        control: Control::Line { value: typed.one(name).to_owned() },
        required: true,
        error: error(name),
    };
    let errors = match &fault {
        Some(Fault::Field(field, sentence)) => {
            vec![ErrorLink { field: (*field).to_owned(), sentence: sentence.clone() }]
        }
        Some(Fault::Refused(_)) | None => Vec::new(),
    };
    let is_carried_out = standing == ListActKind::CarriedOut;
    let obstacle = match &fault {
        Some(Fault::Field(..)) => Some(Obstacle::Mend),
        Some(Fault::Refused(_)) => Some(Obstacle::TooLate),
        None => None,
    };
    let title = words.t("retention-list").with("list", id.to_string()).to_string();
    let shown = if fault.is_some() {
        words.t("title-mend").with("title", title.as_str()).to_string()
    } else {
        title.clone()
    };
    let template = ListPage {
        page: ctx.page(&shown),
        title,
        id,
        digest: list.digest.clone(),
        basis: list.basis.clone(),
        state: state(words, standing),
        story: story(ctx, &list, &names),
        cases: list.cases.iter().map(|listed| case_view(ctx, listed, is_carried_out)).collect(),
        is_carried_out,
        reads_cases: may(Place::Cases),
        errors,
        password_error: error(PASSWORD),
        refusal: may_approve.then(|| reason(REFUSAL, "retention-refuse-reason")),
        withdrawal: (waits && is_own && may_propose).then(|| reason(WITHDRAWAL, "retention-withdraw-reason")),
        is_own: waits && is_own,
        may_approve,
        may_carry_out: standing == ListActKind::Approved && may_propose,
        refused: match fault {
            Some(Fault::Refused(sentence)) => Some(sentence),
            Some(Fault::Field(..)) | None => None,
        },
    };
    problem::page(&template, obstacle)
}

/// What was done about a list, in sentences.
fn story(ctx: &Ctx, list: &DestructionList, names: &HashMap<PersonId, String>) -> Vec<String> {
    let words = ctx.words;
    let told = |act: &ListAct| {
        let key = match act.kind {
            ListActKind::Proposed => "retention-act-proposed",
            ListActKind::Withdrawn => "retention-act-withdrawn",
            ListActKind::Refused => "retention-act-refused",
            ListActKind::Approved => "retention-act-approved",
            ListActKind::CarriedOut => "retention-act-carried-out",
        };
        words
            .t(key)
            .with("who", names.get(&act.by).cloned().unwrap_or_default())
            .with("when", words.weekday_moment(act.at, ctx.desk.calendar.zone()))
            .with("reason", act.reason.as_str())
            .to_string()
    };
    acts(list).map(told).collect()
}
