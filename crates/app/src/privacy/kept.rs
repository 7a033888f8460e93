//! The notice: what is kept about people, why, for how long and who sees it. Tests hold its list
//! against the tables of the store and against what is given out.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::CORRECTIONS_KEPT;
use crate::ctx::{self, App, Page, Visitor};
use crate::problem::Problem;
use crate::retention;

/// Something that is kept about people.
pub struct Kept {
    /// Names its words: what it is, why, for how long, who sees it.
    pub name: &'static str,
    /// Its part of what is given out to the person; none for what would help whoever stole it, and for
    /// what is about the work of the office.
    pub given_out_as: Option<&'static str>,
}

pub const KEPT: &[Kept] = &[
    Kept { name: "account", given_out_as: Some("account") },
    Kept { name: "signing-in", given_out_as: Some("signing_in") },
    Kept { name: "secrets", given_out_as: None },
    Kept { name: "signing-key", given_out_as: Some("signing_key") },
    Kept { name: "acting", given_out_as: Some("acting") },
    Kept { name: "cases", given_out_as: Some("cases") },
    Kept { name: "work", given_out_as: None },
    Kept { name: "readings", given_out_as: Some("readings") },
    Kept { name: "corrections", given_out_as: Some("corrections") },
    Kept { name: "data-requests", given_out_as: Some("data_requests") },
];

#[derive(Template)]
#[template(path = "privacy/notice.html")]
struct NoticePage {
    page: Page,
    items: Vec<ItemView>,
    classes: Vec<String>,
}

struct ItemView {
    what: String,
    why: String,
    how_long: String,
    who: String,
    given_out: String,
}

/// `GET /privacy`: for everybody, signed in or not.
pub async fn notice(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let words = visitor.words;
    let items = KEPT.iter().map(|kept| {
        let said = |part: &str| {
            let key = format!("kept-{}{part}", kept.name);
            let days = match kept.name {
                "corrections" => CORRECTIONS_KEPT.as_hours() / 24,
                _ => app.settings.access_log_days.into(),
            };
            words.t(&key).with("days", days).to_string()
        };
        let given_out = match kept.given_out_as {
            Some(part) => words.t("notice-given-out").with("part", part).to_string(),
            None => words.t("notice-not-given-out").to_string(),
        };
        ItemView { what: said(""), why: said("-why"), how_long: said("-long"), who: said("-who"), given_out }
    });
    ctx::show(&NoticePage {
        items: items.collect(),
        classes: retention::schedule(words),
        page: Page::new(&visitor, &words.t("notice-title").to_string()),
    })
}
