//! The notice: what is kept about people, why, for how long and who sees it. Its list is the one that
//! what is given out follows, and a test holds it against the tables of the store.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::ctx::{self, App, Page, Visitor};
use crate::problem::Problem;

/// Something that is kept about people.
pub struct Kept {
    /// Names its words: what it is, why, for how long, who sees it.
    pub name: &'static str,
    /// The tables it lies in.
    pub tables: &'static [&'static str],
    /// Under which name it is given out to the person; none for what would help whoever stole it, and
    /// for what is about the work of the office, which the notice explains.
    pub given_out_as: Option<&'static str>,
}

pub const KEPT: &[Kept] = &[
    Kept { name: "account", tables: &["people", "person_roles"], given_out_as: Some("account") },
    Kept {
        name: "signing-in",
        tables: &["sessions", "api_tokens", "second_factors"],
        given_out_as: Some("signing_in"),
    },
    Kept {
        name: "secrets",
        tables: &["sign_in_failures", "recovery_codes", "awaited_codes", "registration_keys"],
        given_out_as: None,
    },
    Kept {
        name: "signing-key",
        tables: &["signing_keys", "bsre_signers"],
        given_out_as: Some("signing_key"),
    },
    Kept {
        name: "cases",
        tables: &["events", "event_texts", "cases", "case_search", "letters"],
        given_out_as: Some("cases"),
    },
    Kept {
        name: "work",
        tables: &["dispositions", "open_tasks", "phrases", "reserved_numbers"],
        given_out_as: None,
    },
    Kept { name: "readings", tables: &["readings"], given_out_as: Some("readings") },
    Kept { name: "data-requests", tables: &["data_requests"], given_out_as: Some("data_requests") },
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
}

/// `GET /privacy`: for everybody, signed in or not.
pub async fn notice(State(app): State<App>, visitor: Visitor) -> Result<Response, Problem> {
    let words = visitor.words;
    let items = KEPT.iter().map(|kept| {
        let said = |part: &str| {
            let key = format!("kept-{}{part}", kept.name);
            words.t(&key).with("days", app.settings.access_log_days).to_string()
        };
        ItemView { what: said(""), why: said("-why"), how_long: said("-long"), who: said("-who") }
    });
    let classes = sop::retention::classes().iter().map(|class| {
        words
            .t("notice-class")
            .with("name", class.name.as_str())
            .with("active", class.active_years)
            .with("inactive", class.inactive_years)
            .with("source", class.source.as_str())
            .to_string()
    });
    ctx::show(&NoticePage {
        items: items.collect(),
        classes: classes.collect(),
        page: Page::new(&visitor, &words.t("notice-title").to_string()),
    })
}
