//! Every address, in one place.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;

use crate::ctx::App;
use crate::problem::{self, Problem};
use crate::{
    Desk, Settings, account, api, assets, cases, inbox, letters, limits, mandates, metrics, people, privacy,
    readings, register, requests, retention, search, security, session, sops, tokens, traces, webhooks,
    workload,
};

/// The largest form without files, in bytes.
const FORM_BYTES_MAX: usize = 512 * 1024;
/// How many attachments of the largest size one form may bring; the rest of a form is small.
const UPLOADS_MAX: usize = 5;

pub fn router(desk: Desk, settings: Settings) -> Router {
    let upload_bytes_max = usize::try_from(settings.attachment_bytes_max)
        .unwrap_or(usize::MAX)
        .saturating_mul(UPLOADS_MAX)
        .saturating_add(FORM_BYTES_MAX);
    let app = App { desk, settings: Arc::new(settings) };
    let uploads = table(uploads()).layer(DefaultBodyLimit::max(upload_bytes_max));
    table(pages())
        .merge(uploads)
        .layer(from_fn(security::same_site))
        // No browser brings a token by itself, so that no other site can use it.
        .merge(api::router(upload_bytes_max))
        .layer(from_fn_with_state(app.clone(), readings::note))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .fallback(|| async { Problem::NotFound })
        .layer(from_fn_with_state(app.clone(), limits::slow_bodies))
        .layer(from_fn_with_state(app.clone(), problem::render))
        .layer(from_fn_with_state(app.clone(), security::headers))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), metrics::count))
        .layer(from_fn(traces::trace))
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}

/// Addresses, each with what answers there.
type Table = Vec<(&'static str, MethodRouter<App>)>;

fn table(rows: Table) -> Router<App> {
    rows.into_iter().fold(Router::new(), |router, (path, answers)| router.route(path, answers))
}

/// What is asked for, or sent a form without files.
fn pages() -> Table {
    vec![
        ("/", get(session::home)),
        ("/sign-in", get(session::new)),
        ("/session", post(session::create)),
        ("/sign-in/code", get(session::code)),
        ("/session/code", post(session::give_code)),
        ("/sign-in/provider", get(session::go)),
        ("/sign-in/provider/return", get(session::come_back)),
        ("/session/passkey", post(session::give_passkey)),
        ("/session/end", post(session::end)),
        ("/account", get(account::index)),
        ("/account/password", post(account::change_password)),
        ("/account/sessions/end", post(account::end_other_sessions)),
        ("/account/sessions/{session}/end", post(account::end_session)),
        ("/account/second-factor", get(account::second_factor).post(account::begin_second_factor)),
        ("/account/second-factor/confirmation", post(account::confirm_second_factor)),
        ("/account/second-factor/passkeys", post(account::begin_passkey)),
        ("/account/second-factor/passkeys/confirmation", post(account::confirm_passkey)),
        ("/account/second-factor/recovery-codes", post(account::replace_recovery_codes)),
        ("/account/second-factor/removal", post(account::remove_second_factor)),
        ("/account/tokens", get(tokens::index).post(tokens::create)),
        ("/account/tokens/{id}/revocation", post(tokens::revoke)),
        ("/account/readings", get(readings::of_own)),
        ("/account/data", get(privacy::own).post(privacy::ask)),
        ("/account/data/export", get(privacy::export)),
        ("/privacy", get(privacy::notice)),
        ("/data-requests", get(privacy::requests)),
        ("/data-requests/answered", get(privacy::answered)),
        ("/data-requests/{id}/answer", post(privacy::answer)),
        ("/api", get(api::page)),
        ("/language", post(session::language)),
        ("/theme", post(session::theme)),
        ("/inbox", get(inbox::index)),
        ("/requests/new", get(requests::new)),
        ("/requests/{no}", get(requests::track)),
        ("/cases", get(cases::index)),
        ("/cases/{no}", get(cases::show)),
        ("/cases/{no}/tasks/{task}/completion", post(cases::complete)),
        ("/cases/{no}/tasks/{task}/preview", post(letters::preview)),
        ("/cases/{no}/tasks/{task}/progress", post(cases::log_progress)),
        ("/cases/{no}/tasks/{task}/assignment", post(cases::assign)),
        ("/cases/{no}/suspension", post(cases::suspend)),
        ("/cases/{no}/resumption", post(cases::resume)),
        ("/cases/{no}/withdrawal", post(cases::withdraw)),
        ("/cases/{no}/reopening", post(cases::reopen)),
        ("/cases/{no}/notes", post(cases::note)),
        ("/cases/{no}/attachments/{seq}", get(cases::download)),
        ("/cases/{no}/similar", get(cases::similar)),
        ("/cases/{no}/dossier", get(letters::dossier)),
        ("/cases/{no}/readings", get(readings::of_case)),
        ("/cases/{no}/documents/{which}", get(letters::page)),
        ("/cases/{no}/documents/{which}/pdf", get(letters::pdf)),
        ("/cases/{no}/documents/{which}/pages/{page}", get(letters::picture)),
        ("/cases/{no}/documents/{which}/dispatches", post(cases::send_again)),
        ("/signing", get(letters::signing).post(letters::sign_several)),
        ("/phrases", get(letters::phrases)),
        ("/phrases/{stage}/{field}", post(letters::write_phrase)),
        ("/search", get(search::index)),
        ("/changes", get(cases::changes)),
        ("/register", get(register::index)),
        ("/register.csv", get(register::csv)),
        ("/register/{book}", get(register::book)),
        ("/register/{book}/csv", get(register::book_csv)),
        ("/register/{book}/pdf", get(register::book_pdf)),
        ("/numbers", post(register::reserve)),
        ("/numbers/{number}/voiding", post(register::void)),
        ("/mandates", get(mandates::index).post(mandates::give)),
        ("/mandates/{id}/revocation", post(mandates::revoke)),
        ("/absences", post(mandates::note_absence)),
        ("/absences/{id}/return", post(mandates::end_absence)),
        ("/retention", get(retention::index).post(retention::propose)),
        ("/retention/{id}", get(retention::show)),
        ("/retention/{id}/pdf", get(retention::pdf)),
        ("/retention/{id}/approval", post(retention::approve)),
        ("/retention/{id}/refusal", post(retention::refuse)),
        ("/retention/{id}/withdrawal", post(retention::withdraw)),
        ("/retention/{id}/destruction", post(retention::carry_out)),
        ("/sop", get(sops::index)),
        ("/sop/pdf", get(sops::pdf)),
        ("/people", get(people::index)),
        ("/people/corrections", get(privacy::corrections)),
        ("/people/{person}/skills", get(people::skills).post(people::note_skills)),
        ("/workload", get(workload::index)),
        ("/webhooks", get(webhooks::index).post(webhooks::create)),
        ("/webhooks/{id}", get(webhooks::show)),
        ("/webhooks/{id}/trial", post(webhooks::try_out)),
        ("/webhooks/{id}/secret", post(webhooks::change_secret)),
        ("/webhooks/{id}/enabling", post(webhooks::switch_on)),
        ("/webhooks/{id}/disabling", post(webhooks::switch_off)),
        ("/webhooks/{id}/removal", post(webhooks::remove)),
        ("/webhooks/{id}/deliveries/{delivery}/repetition", post(webhooks::deliver_again)),
        ("/assets/{*name}", get(assets::show)),
    ]
}

/// What is sent files.
fn uploads() -> Table {
    vec![
        ("/requests", get(requests::index).post(requests::create)),
        ("/cases/{no}/attachments", post(cases::attach)),
        ("/v/{code}", get(letters::verify).post(letters::check)),
    ]
}

/// Every address of a page, so that a test can walk them all.
#[cfg(test)]
pub fn paths() -> Vec<&'static str> {
    pages().into_iter().chain(uploads()).map(|(path, _)| path).collect()
}

/// `GET /readyz`: whether the database answers.
async fn ready(State(app): State<App>) -> Response {
    match app.desk.store.ready().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Problem::Busy.into_response()
        }
    }
}
