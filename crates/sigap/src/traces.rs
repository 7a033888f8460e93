//! Traces for OpenTelemetry: each request that was answered goes to a collector as a span, in OTLP over HTTP
//! with JSON (opentelemetry-proto 1, "JSON Protobuf Encoding").
//!
//! Only spans that say of themselves that they may leave the house are sent, and of these only what their
//! fields hold. A collector that cannot be reached holds nobody up: what does not fit any more is dropped.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use serde_json::{Value, json};
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::signer;

/// How many spans wait for the collector at most.
const WAITING_MAX: usize = 4_096;
/// How many go to it at a time,
const BATCH_SPANS: usize = 512;
/// and how long the first of them waits for others.
const BATCH_WAIT: Duration = Duration::from_secs(2);
/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The kind of a span that answers a request, and the code of one that failed, as OTLP numbers them.
const KIND_SERVER: u32 = 2;
const STATUS_ERROR: u32 = 2;

/// The layer that collects spans.
#[derive(Debug)]
struct Spans {
    to: SyncSender<Message>,
}

/// Sends what was collected.
#[derive(Clone, Debug)]
pub struct Traces {
    to: SyncSender<Message>,
}

#[derive(Debug)]
enum Message {
    Ended(Value),
    /// Everything before this is to be sent, and then said so.
    Flush(SyncSender<()>),
}

/// A span under way.
struct Open {
    trace: String,
    id: String,
    began: Timestamp,
    /// Times are told by the clock, spans by how long they took.
    since: Instant,
    fields: Fields,
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

/// A layer that collects spans for the collector at an address such as `http://127.0.0.1:4318`, and what sends
/// them.
pub fn to<S>(address: &str) -> Result<(impl Layer<S> + use<S>, Traces)>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let (to, from) = sync_channel(WAITING_MAX);
    let address = format!("{}/v1/traces", address.trim_end_matches('/'));
    let work = move || send_all(&from, &address);
    std::thread::Builder::new().name("traces".to_owned()).spawn(work).context("a thread for traces")?;
    let may_leave = filter_fn(|metadata| metadata.target() == app::TRACES);
    Ok((Spans { to: to.clone() }.with_filter(may_leave), Traces { to }))
}

impl Traces {
    /// Sends what waits, as long as the collector takes it.
    pub fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if self.to.try_send(Message::Flush(done)).is_ok() {
            // It takes too long or is gone: nothing is left to do for the spans.
            let _ = wait.recv_timeout(PATIENCE);
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let outer =
            span.parent().and_then(|outer| outer.extensions().get::<Open>().map(|open| open.trace.clone()));
        let (Some(trace), Some(id)) = (outer.or_else(|| random(16)), random(8)) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(Open { trace, id, began: signer::now(), since: Instant::now(), fields });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            values.record(&mut open.fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let open = span.extensions_mut().remove::<Open>();
        if let Some(open) = open {
            // A queue that is full says that the collector is slow, and the span is not worth waiting for.
            let _ = self.to.try_send(Message::Ended(open.told()));
        }
    }
}

impl Open {
    /// The span as OTLP has it, with the names of its semantic conventions for HTTP.
    fn told(&self) -> Value {
        let field = |name: &str| self.fields.0.get(name).map_or("", String::as_str);
        let (route, method, status) = (field("route"), field("method"), field("status"));
        let began = self.began.as_nanosecond();
        let ended = began + i128::try_from(self.since.elapsed().as_nanos()).unwrap_or_default();
        let failed = status.starts_with('5');
        json!({
            "traceId": self.trace,
            "spanId": self.id,
            "name": format!("{method} {route}"),
            "kind": KIND_SERVER,
            "startTimeUnixNano": began.to_string(),
            "endTimeUnixNano": ended.to_string(),
            "attributes": [
                attribute("http.route", route),
                attribute("http.request.method", method),
                { "key": "http.response.status_code", "value": { "intValue": status } },
            ],
            "status": if failed { json!({ "code": STATUS_ERROR }) } else { json!({}) },
        })
    }
}

fn attribute(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn random(bytes: usize) -> Option<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).ok()?;
    Some(hex::encode(random))
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

/// Sends spans for as long as there is somebody who collects them.
fn send_all(from: &Receiver<Message>, address: &str) {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let mut reachable = true;
    let mut send = |batch: &mut Vec<Value>| {
        if batch.is_empty() {
            return;
        }
        let body = export(std::mem::take(batch)).to_string();
        let answer = agent.post(address).header("content-type", "application/json").send(body);
        match answer {
            Ok(_) => reachable = true,
            // Said once, until it can be reached again.
            Err(error) if std::mem::replace(&mut reachable, false) => {
                tracing::warn!(%error, "traces cannot be sent to the collector at otlp_url and are dropped");
            }
            Err(_) => {}
        }
    };
    let mut batch: Vec<Value> = Vec::new();
    let mut since = Instant::now();
    loop {
        let rest = BATCH_WAIT.saturating_sub(since.elapsed());
        match from.recv_timeout(if batch.is_empty() { BATCH_WAIT } else { rest }) {
            Ok(Message::Ended(span)) => {
                if batch.is_empty() {
                    since = Instant::now();
                }
                batch.push(span);
                if batch.len() >= BATCH_SPANS {
                    send(&mut batch);
                }
            }
            Ok(Message::Flush(done)) => {
                send(&mut batch);
                // Whoever waited may have gone on.
                let _ = done.try_send(());
            }
            Err(RecvTimeoutError::Timeout) => send(&mut batch),
            Err(RecvTimeoutError::Disconnected) => {
                send(&mut batch);
                return;
            }
        }
    }
}

fn export(spans: Vec<Value>) -> Value {
    json!({
        "resourceSpans": [{
            "resource": { "attributes": [
                attribute("service.name", "sigap"),
                attribute("service.version", env!("CARGO_PKG_VERSION")),
            ] },
            "scopeSpans": [{ "scope": { "name": "sigap" }, "spans": spans }],
        }],
    })
}
