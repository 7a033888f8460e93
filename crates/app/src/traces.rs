//! What a request was, for whoever follows it from program to program: its route as the table of routes writes
//! it, never as somebody asked for it, its method and its answer. It names no person and no case.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument as _, field};

use crate::metrics;

/// The spans that leave the house, among all that the log has.
pub const TARGET: &str = "sigap::traces";

pub async fn trace(request: Request, next: Next) -> Response {
    let (route, method) = (metrics::route_of(&request), metrics::method_of(&request));
    let span = tracing::info_span!(target: TARGET, "request", route, method, status = field::Empty);
    let response = next.run(request).instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    response
}
