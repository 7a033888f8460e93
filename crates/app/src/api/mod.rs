//! The interface for machines: what a person can do on the pages, as JSON under `/api/v1`, for
//! programs that come with a token of theirs. The desk, the policy and the rules are those of the
//! pages; only the way in and the way out are its own.

mod acts;
mod attachments;
mod calendar;
mod cases;
mod client;
mod described;
mod dispatches;
mod form;
mod letters;
mod mandates;
mod numbers;
mod office;
mod page;
mod page_of;
mod readings;
mod registers;
mod requests;
mod search;
mod skills;

use std::sync::LazyLock;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use client::words;
pub use page::show as page;

use crate::ctx::App;
use crate::problem;

/// Where the interface lies.
const PREFIX: &str = "/api/";
/// Where its description lies.
const DESCRIPTION: &str = "/api/v1/openapi.json";

/// Whether an address belongs to the interface, so that what goes wrong there is told as JSON.
pub fn is_within(path: &str) -> bool {
    path.starts_with(PREFIX)
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Sigap",
        version = "1",
        description = "What a person can do in Sigap, for programs that act for them.\n\nMake a token on \
                       the page `/account/tokens`, or with `sigap user token`, and send it as \
                       `Authorization: Bearer sigap_…`. A token never may more than its person, and one \
                       with the scope `read` changes nothing. Cookies count for nothing here.\n\nWhat \
                       goes wrong is told as RFC 9457 has it; `type` stays the same, the sentences may \
                       change. Sentences are English, or Indonesian where `Accept-Language` begins with \
                       `id`. The words of the SOP are its own.\n\nA case has a version, which comes as \
                       `ETag`; an act on it has to say in `If-Match` which one its program has seen. \
                       Lists go on where `next` says.\n\nLetters are signed on the pages only: their \
                       passphrases do not belong into programs. An outcome that signs a letter is \
                       refused as `signature-needed`. Passwords, second factors, sessions, tokens and \
                       webhooks are made on the pages too: a token that fell into wrong hands shall not \
                       make itself last.\n\nWhat is read of a case leaves a line in its access log, with \
                       the name of the token.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/", description = "This office")),
    modifiers(&Token),
    security(("token" = [])),
    components(schemas(cases::CaseView)),
    tags(
        (name = "cases", description = "Requests for help on their way through the SOP."),
        (name = "acts", description = "What is done to a case. Each asks for the version that was seen."),
        (
            name = "letters",
            description = "What the office has signed and sent, the numbers it sets aside, the books it keeps."
        ),
        (
            name = "office",
            description = "People and units, who acts in whose place, who is away, and working time."
        ),
    ),
)]
struct Description;

/// With what every operation is asked for.
struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("sigap_ and 64 hexadecimal digits")
            .description(Some("A token made on the page `/account/tokens`."));
        components.add_security_scheme("token", SecurityScheme::Http(token.build()));
        components.schemas.extend(problem::schemas());
    }
}

/// All operations, as they are described.
fn described() -> OpenApiRouter<App> {
    operations().merge(uploads())
}

fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(cases::list, requests::create))
        .routes(routes!(cases::show))
        .routes(routes!(search::find))
        .routes(routes!(cases::document))
        .routes(routes!(cases::dossier))
        .routes(routes!(readings::of_case))
        .routes(routes!(attachments::content))
        .routes(routes!(cases::tasks))
        .routes(routes!(requests::form))
        .routes(routes!(acts::complete))
        .routes(routes!(acts::preview))
        .routes(routes!(acts::log_progress))
        .routes(routes!(acts::assign))
        .routes(routes!(acts::suspend))
        .routes(routes!(acts::resume))
        .routes(routes!(acts::withdraw))
        .routes(routes!(acts::reopen))
        .routes(routes!(acts::note))
        .routes(routes!(dispatches::list))
        .routes(routes!(dispatches::send_again))
        .routes(routes!(letters::list))
        .routes(routes!(letters::show))
        .routes(routes!(letters::pdf))
        .routes(routes!(numbers::list, numbers::reserve))
        .routes(routes!(numbers::void))
        .routes(routes!(registers::show))
        .routes(routes!(office::me))
        .routes(routes!(readings::of_own))
        .routes(routes!(office::people))
        .routes(routes!(skills::show, skills::note))
        .routes(routes!(office::units))
        .routes(routes!(mandates::list, mandates::give))
        .routes(routes!(mandates::revoke))
        .routes(routes!(mandates::absences, mandates::note_absence))
        .routes(routes!(mandates::end_absence))
        .routes(routes!(calendar::years))
        .routes(routes!(calendar::year))
        .routes(routes!(calendar::due))
        .routes(routes!(calendar::elapsed))
}

/// What is sent files.
fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(attachments::list, attachments::add))
}

/// The description, as JSON.
static JSON: LazyLock<String> = LazyLock::new(|| {
    // It is made of our own words alone, and a test reads it.
    described().get_openapi().to_pretty_json().unwrap_or_default()
});

/// The operations and their description. `upload_bytes_max` is how large a form with files may be.
pub fn router(upload_bytes_max: usize) -> Router<App> {
    let uploads = uploads().layer(DefaultBodyLimit::max(upload_bytes_max));
    let (router, _) = operations().merge(uploads).split_for_parts();
    router.route(
        DESCRIPTION,
        get(|| async { ([(header::CONTENT_TYPE, "application/json")], JSON.as_str()).into_response() }),
    )
}
