//! What Prometheus is told: how many requests came, how long they took, and how the office stands. It names
//! addresses as the table of routes does, never as somebody asked for them, and no person and no case.

use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::ctx::App;
use crate::desk::Desk;
use crate::problem::Problem;

/// How long a request takes at most to be counted in a bucket, in seconds: from a page that comes at once to
/// one that nobody waits for.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What stands for the address of a request that fits none.
const NO_ROUTE: &str = "none";

/// What is counted of one server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics {
    requests: Family<Labels, Histogram, fn() -> Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    /// As the table of routes writes it.
    route: String,
    method: &'static str,
    /// By its first digit: enough to tell what went well from what did not.
    status: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { requests: Family::new_with_constructor(|| Histogram::new(SECONDS)) }
    }
}

impl Metrics {
    fn count(&self, labels: &Labels, took: Duration) {
        self.requests.get_or_create(labels).observe(took.as_secs_f64());
    }

    /// Everything there is to tell, in the text of OpenMetrics.
    async fn text(&self, desk: &Desk) -> Result<String, Problem> {
        let now = desk.now();
        let gauges = desk.store.gauges(now).await?;
        let waits = gauges.oldest_order_since.map_or(0.0, |since| now.duration_since(since).as_secs_f64());
        let mut registry = Registry::with_prefix("sigap");
        registry.register(
            "http_request_duration_seconds",
            "How long requests took, by the route as the table of routes writes it",
            self.requests.clone(),
        );
        for (name, help, value) in [
            (
                "outbox_age_seconds",
                "For how long the order that waits longest could have been carried out",
                waits,
            ),
            (
                "overdue_tasks",
                "Tasks of running cases whose due time has passed",
                gauges.overdue_tasks.into(),
            ),
            ("sessions", "Sessions that have not expired", gauges.sessions.into()),
            ("database_readers_in_use", "Connections on which somebody reads", gauges.readers.in_use.into()),
            ("database_readers_idle", "Connections that wait for a reader", gauges.readers.idle.into()),
        ] {
            let gauge = Gauge::<f64, AtomicU64>::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        }
        let mut text = String::new();
        encode(&mut text, &registry).map_err(|error| Problem::internal(&error))?;
        Ok(text)
    }
}

/// Counts a request once it is answered, where somebody asks for that.
pub async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(metrics) = &app.settings.metrics else { return next.run(request).await };
    let (route, method) = (route_of(&request), method_of(&request));
    let began = Instant::now();
    let response = next.run(request).await;
    let status = match response.status().as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    metrics.count(&Labels { route, method, status }, began.elapsed());
    response
}

/// The address of a request as the table of routes writes it.
pub fn route_of(request: &Request) -> String {
    let route = request.extensions().get::<MatchedPath>();
    route.map_or_else(|| NO_ROUTE.to_owned(), |route| route.as_str().to_owned())
}

/// The method of a request; whoever asks can make up others than those that anything answers to.
pub fn method_of(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

/// What is served apart from the desk, to whoever keeps watch: `GET /metrics`.
pub fn router(desk: Desk, metrics: Metrics) -> Router {
    Router::new().route("/metrics", get(show)).with_state((desk, metrics))
}

async fn show(State((desk, metrics)): State<(Desk, Metrics)>) -> Result<Response, Problem> {
    let text = metrics.text(&desk).await?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}
