//! What was mended in the data of people: for themselves, and for whoever keeps the accounts or audits them.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use sop::case::PersonId;
use store::{Corrected, Correction, PAGE_ROWS_MAX};

use super::CORRECTIONS_KEPT;
use crate::ctx::{self, Ctx, Page};
use crate::policy::Place;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "privacy/corrections.html")]
struct CorrectionsPage {
    page: Page,
    explained: String,
    corrections: Vec<CorrectionView>,
    first: Option<String>,
    next: Option<String>,
}

/// Something that was mended, as pages show it.
pub struct CorrectionView {
    pub at: String,
    pub person: String,
    pub field: String,
    pub before: String,
    pub after: String,
    pub by: String,
    pub why: String,
}

#[derive(Debug, Default, Deserialize)]
pub struct After {
    pub after: Option<String>,
}

/// How much of what was mended stands on one page.
const PAGE_LINES: u32 = 50;
const PATH: &str = "/people/corrections";

/// `GET /people/corrections`
pub async fn index(ctx: Ctx, Query(query): Query<After>) -> Result<Response, Problem> {
    ctx.enter(Place::People)?;
    let words = ctx.words;
    let page = ctx.desk.store.corrections(None, query.after.as_deref(), PAGE_LINES).await?;
    ctx::show(&CorrectionsPage {
        page: ctx.page(&words.t("corrections-title").to_string()),
        explained: words
            .t("corrections-explained")
            .with("days", CORRECTIONS_KEPT.as_hours() / 24)
            .to_string(),
        corrections: views(&ctx, page.rows).await?,
        next: page.next.map(|next| format!("{PATH}?after={next}")),
        first: query.after.map(|_| PATH.to_owned()),
    })
}

/// All that was mended of whoever asks, the last first.
pub async fn all_of(ctx: &Ctx) -> Result<Vec<Correction>, Problem> {
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = ctx.desk.store.corrections(Some(&ctx.person.id), after.as_deref(), PAGE_ROWS_MAX).await?;
        all.extend(page.rows);
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// The same in words.
pub async fn views(ctx: &Ctx, corrections: Vec<Correction>) -> Result<Vec<CorrectionView>, Problem> {
    let (words, zone) = (ctx.words, ctx.desk.calendar.zone());
    let who: Vec<PersonId> = corrections
        .iter()
        .flat_map(|correction| correction.by.iter().chain([&correction.person]))
        .cloned()
        .collect();
    let names: HashMap<PersonId, String> = ctx.desk.store.names(&who).await?;
    let name = |id: &PersonId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    let said = |value: String| if value.is_empty() { words.t("correction-empty").to_string() } else { value };
    let view = |correction: Correction| CorrectionView {
        at: words.moment(correction.at, zone),
        person: name(&correction.person),
        field: words.t(field(correction.field)).to_string(),
        before: said(correction.before),
        after: said(correction.after),
        by: match &correction.by {
            Some(by) => name(by),
            None => words.t("correction-on-server").to_string(),
        },
        why: correction.why,
    };
    Ok(corrections.into_iter().map(view).collect())
}

fn field(corrected: Corrected) -> &'static str {
    match corrected {
        Corrected::Name => "people-name",
        Corrected::Nip => "data-nip",
        Corrected::Email => "correction-email",
        Corrected::Position => "correction-position",
        Corrected::Unit => "fact-unit",
    }
}
