//! Earlier cases like one: what was wrong then, and what mended it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use sop::case::CaseNo;
use store::Similar;

use crate::ctx::{self, Ctx, Page};
use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::search;

#[derive(Template)]
#[template(path = "cases/similar.html")]
struct SimilarPage {
    page: Page,
    no: String,
    cases: Vec<SimilarView>,
}

struct SimilarView {
    no: String,
    subject: String,
    about: String,
    same_system: bool,
    wrong: Option<String>,
    mended: Option<String>,
}

/// `GET /cases/{no}/similar`: a page of its own, which the page of the case loads into itself, so that
/// looking through all cases keeps nobody waiting for one.
pub async fn similar(ctx: Ctx, Path(no): Path<CaseNo>) -> Result<Response, Problem> {
    ctx.enter(Place::Cases)?;
    let (store, scope) = (&ctx.desk.store, policy::cases(&ctx.person));
    let file = store.case_file(&scope, &no).await?.ok_or(Problem::NotFound)?;
    let similar = store.similar(&scope, &file.case).await?;
    let units = store.units().await?;
    let view = |similar: Similar| SimilarView {
        no: similar.case.no.to_string(),
        about: search::about(&ctx, &units, &similar.case),
        subject: similar.case.subject,
        same_system: similar.same_system,
        wrong: similar.wrong,
        mended: similar.mended,
    };
    let title = ctx.words.t("similar-title-of").with("no", no.to_string()).to_string();
    ctx::show(&SimilarPage {
        page: ctx.page(&title),
        no: no.to_string(),
        cases: similar.into_iter().map(view).collect(),
    })
}
