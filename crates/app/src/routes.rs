//! Every address, in one place.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;

use crate::ctx::App;
use crate::problem::{self, Problem};
use crate::{
    Desk, Settings, api, assets, cases, inbox, letters, people, register, requests, security, session, sops,
    tokens,
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
    let uploads = Router::new()
        .route("/requests", get(requests::index).post(requests::create))
        .route("/cases/{no}/attachments", post(cases::attach))
        .route("/v/{code}", get(letters::verify).post(letters::check))
        .layer(DefaultBodyLimit::max(upload_bytes_max));
    Router::new()
        .route("/", get(session::home))
        .route("/sign-in", get(session::new))
        .route("/session", post(session::create))
        .route("/session/end", post(session::end))
        .route("/language", post(session::language))
        .route("/theme", post(session::theme))
        .route("/inbox", get(inbox::index))
        .route("/requests/new", get(requests::new))
        .route("/requests/{no}", get(requests::track))
        .route("/cases", get(cases::index))
        .route("/cases/{no}", get(cases::show))
        .route("/cases/{no}/tasks/{task}/completion", post(cases::complete))
        .route("/cases/{no}/tasks/{task}/preview", post(letters::preview))
        .route("/cases/{no}/tasks/{task}/progress", post(cases::log_progress))
        .route("/cases/{no}/tasks/{task}/assignment", post(cases::assign))
        .route("/cases/{no}/suspension", post(cases::suspend))
        .route("/cases/{no}/resumption", post(cases::resume))
        .route("/cases/{no}/withdrawal", post(cases::withdraw))
        .route("/cases/{no}/reopening", post(cases::reopen))
        .route("/cases/{no}/notes", post(cases::note))
        .route("/cases/{no}/attachments/{seq}", get(cases::download))
        .route("/cases/{no}/dossier", get(letters::dossier))
        .route("/cases/{no}/documents/{which}", get(letters::page))
        .route("/cases/{no}/documents/{which}/pdf", get(letters::pdf))
        .route("/cases/{no}/documents/{which}/pages/{page}", get(letters::picture))
        .route("/cases/{no}/documents/{which}/dispatches", post(cases::send_again))
        .route("/signing", get(letters::signing).post(letters::sign_several))
        .route("/phrases", get(letters::phrases))
        .route("/phrases/{stage}/{field}", post(letters::write_phrase))
        .route("/changes", get(cases::changes))
        .route("/register", get(register::index))
        .route("/register.csv", get(register::csv))
        .route("/register/{book}", get(register::book))
        .route("/register/{book}/csv", get(register::book_csv))
        .route("/register/{book}/pdf", get(register::book_pdf))
        .route("/numbers", post(register::reserve))
        .route("/numbers/{number}/voiding", post(register::void))
        .route("/sop", get(sops::index))
        .route("/sop/pdf", get(sops::pdf))
        .route("/people", get(people::index))
        .route("/account/tokens", get(tokens::index).post(tokens::create))
        .route("/account/tokens/{id}/revocation", post(tokens::revoke))
        .route("/api", get(api::page))
        .route("/assets/{*name}", get(assets::show))
        .merge(uploads)
        .layer(from_fn(security::same_site))
        // No browser brings a token by itself, so that no other site can use it.
        .merge(api::router())
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .fallback(|| async { Problem::NotFound })
        .layer(from_fn_with_state(app.clone(), problem::render))
        .layer(from_fn(security::headers))
        .layer(CompressionLayer::new())
        .layer(TraceLayer::new_for_http())
        .with_state(app)
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
