//! Lists, a page at a time.

use serde::Deserialize;
use store::StoreError;
use utoipa::IntoParams;

use crate::ctx::Ctx;
use crate::problem::{FieldToMend, Problem};

/// How many rows a page of a list has, if nobody says otherwise,
const PAGE_ROWS: u32 = 50;
/// and at most.
const PAGE_ROWS_MAX: u32 = 200;

/// Which part of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Where the page begins: the `next` of the page before.
    pub after: Option<String>,
    /// How many rows at most; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
}

/// How many rows a page has, as it was asked for.
pub fn rows_max(ctx: &Ctx, asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(PAGE_ROWS),
        Some(rows) if (1..=PAGE_ROWS_MAX).contains(&rows) => Ok(rows),
        Some(_) => Err(Problem::Mend(vec![FieldToMend {
            field: "limit".to_owned(),
            code: "not-an-option",
            detail: ctx.words.t("api-limit").with("n", PAGE_ROWS_MAX).to_string(),
        }])),
    }
}

/// What was read from a place in a list, or that the place is none.
pub fn placed<T>(ctx: &Ctx, read: Result<T, StoreError>) -> Result<T, Problem> {
    read.map_err(|error| match error {
        StoreError::Cursor { .. } => Problem::Mend(vec![FieldToMend {
            field: "after".to_owned(),
            code: "not-an-option",
            detail: ctx.words.t("problem-bad-cursor-detail").to_string(),
        }]),
        error => error.into(),
    })
}
