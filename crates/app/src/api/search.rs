//! Finding cases, for programs.

use axum::Json;
use serde::{Deserialize, Serialize};
use sop::case::{LINE_CHARS_MAX, UnitCode, WrittenKind};
use store::{Fragment, Hit, Search};
use utoipa::{IntoParams, ToSchema};

use super::cases::{CaseSummary, summary};
use super::client::{Query, Reads};
use super::page_of::{placed, rows_max};
use crate::policy::{self, Place};
use crate::problem::{FieldToMend, Problem, ReadProblems};
use crate::search;

/// What is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words, all of which have to be there; a word finds every word of its root, and the last one those
    /// that begin with it. Numbers and codes are found whole or by their parts.
    #[param(example = "situs", max_length = 200)]
    q: Option<String>,
    /// Only the words as they were typed: none that go on from the last, and none that may have been meant.
    exact: Option<bool>,
    /// Cases registered in this year.
    #[param(minimum = 1, maximum = 9999, example = 2026)]
    year: Option<i16>,
    /// The code of a unit.
    #[param(example = "BRMP-NTT")]
    unit: Option<String>,
    /// `running`, `suspended` or the id of an end, such as `ditolak`.
    #[param(example = "running")]
    state: Option<String>,
    /// Where the page begins: the `next` of the page before.
    after: Option<String>,
    /// How many cases at most; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Some cases that were found, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchPage {
    hits: Vec<SearchHit>,
    /// The words for which these are the hits, where there are none for what was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
    /// There are more than the newest 1,000, which alone were ranked.
    newest_only: bool,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A case that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchHit {
    case: CaseSummary,
    /// Where it was found beside its subject, three places at most.
    excerpts: Vec<ExcerptView>,
}

/// A place where something was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Excerpt)]
pub struct ExcerptView {
    found_in: FoundIn,
    /// Whether the requester may not read it.
    office_only: bool,
    /// The text around, in parts.
    text: Vec<TextPart>,
}

/// What kind of text it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum FoundIn {
    Request,
    Record,
    Note,
    Letter,
    Attachment,
}

/// A part of a text.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextPart {
    text: String,
    /// Whether it is what was looked for.
    marked: bool,
}

/// Search in cases
///
/// In everything that was written in the cases which this person may read, and in each only in what they
/// may read of it.
#[utoipa::path(
    get, path = "/api/v1/search", operation_id = "searchCases", tag = "cases", params(SearchQuery),
    responses((status = 200, description = "A page of what was found.", body = SearchPage), ReadProblems),
)]
pub async fn find(Reads(ctx): Reads, Query(query): Query<SearchQuery>) -> Result<Json<SearchPage>, Problem> {
    ctx.enter(Place::Search)?;
    let limit = rows_max(&ctx, query.limit)?;
    let to_mend = |field: &str, code, detail: String| {
        Problem::Mend(vec![FieldToMend { field: field.to_owned(), code, detail }])
    };
    let text = query.q.unwrap_or_default();
    if text.chars().count() > LINE_CHARS_MAX {
        let detail = ctx.words.t("fault-too-long").with("n", LINE_CHARS_MAX).to_string();
        return Err(to_mend("q", "too-long", detail));
    }
    let not_an_option =
        |field| to_mend(field, "not-an-option", ctx.words.t("fault-not-an-option").to_string());
    if query.year.is_some_and(|year| !(1..=9999).contains(&year)) {
        return Err(not_an_option("year"));
    }
    let state = match query.state.as_deref().filter(|state| !state.is_empty()) {
        None => None,
        Some(name) => Some(search::state(ctx.desk.sop(), name).ok_or_else(|| not_an_option("state"))?),
    };
    let asked = Search {
        text,
        exact: query.exact.unwrap_or_default(),
        year: query.year,
        unit: query.unit.filter(|unit| !unit.is_empty()).map(UnitCode::new),
        state,
    };
    let scope = policy::cases(&ctx.person);
    let found = ctx.desk.store.search(&scope, &asked, query.after.as_deref(), limit).await;
    let found = placed(&ctx, found)?;
    let hit = |hit: Hit| SearchHit {
        excerpts: hit
            .excerpts
            .into_iter()
            .map(|excerpt| ExcerptView {
                found_in: found_in(excerpt.kind),
                office_only: excerpt.office_only,
                text: excerpt.text.into_iter().map(part).collect(),
            })
            .collect(),
        case: summary(&ctx, hit.case),
    };
    Ok(Json(SearchPage {
        hits: found.hits.into_iter().map(hit).collect(),
        instead: found.instead,
        newest_only: found.newest_only,
        next: found.next,
    }))
}

fn part(Fragment { text, marked }: Fragment) -> TextPart {
    TextPart { text, marked }
}

fn found_in(kind: WrittenKind) -> FoundIn {
    match kind {
        WrittenKind::Request => FoundIn::Request,
        WrittenKind::Record => FoundIn::Record,
        WrittenKind::Note => FoundIn::Note,
        WrittenKind::Letter => FoundIn::Letter,
        WrittenKind::Attachment => FoundIn::Attachment,
    }
}
