//! What Prometheus is told, read as strictly as it reads.

use std::collections::{BTreeMap, BTreeSet};

use super::{DISPOSES, Office};
use crate::{Metrics, metrics_router};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use tower::ServiceExt as _;

/// The samples of an exposition in the text of OpenMetrics, each with its labels as they are written.
///
/// It fails on what a scraper refuses: a sample of no family, a family told twice or without a type, a name,
/// label or number that is none, buckets that do not grow, and an end that is missing.
fn parse(text: &str) -> BTreeMap<String, f64> {
    let (mut families, mut samples) = (BTreeMap::new(), BTreeMap::new());
    let body = text.strip_suffix("# EOF\n").expect("it ends with # EOF");
    let mut family = String::new();
    for line in body.lines() {
        if let Some(about) = line.strip_prefix("# ") {
            let [what, name, rest] = about.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert!(is_name(name), "{line}");
            match what {
                "HELP" => assert!(!rest.is_empty(), "{line}"),
                "TYPE" => {
                    assert!(["counter", "gauge", "histogram"].contains(&rest), "{line}");
                    assert!(
                        families.insert(name.to_owned(), rest.to_owned()).is_none(),
                        "told twice: {line}"
                    );
                    family = name.to_owned();
                }
                other => panic!("{other}: {line}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("NAME VALUE");
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("no number: {line}"));
        let (name, labels) = series.split_once('{').map_or((series, ""), |(name, labels)| {
            (name, labels.strip_suffix('}').unwrap_or_else(|| panic!("{line}")))
        });
        assert!(is_name(name), "{line}");
        let suffix = name.strip_prefix(family.as_str()).unwrap_or_else(|| panic!("of no family: {line}"));
        let suffixes: &[&str] = match families[&family].as_str() {
            "histogram" => &["_bucket", "_sum", "_count"],
            "counter" => &["_total"],
            _ => &[""],
        };
        assert!(suffixes.contains(&suffix), "{line}");
        let mut known = BTreeSet::new();
        for label in labels.split("\",").filter(|label| !label.is_empty()) {
            let (label, value) = label.split_once("=\"").unwrap_or_else(|| panic!("{line}"));
            assert!(is_name(label) && known.insert(label), "{line}");
            assert!(!value.trim_end_matches('"').contains(['"', '\n']), "{line}");
        }
        assert!(samples.insert(series.to_owned(), value).is_none(), "twice: {line}");
    }
    for (series, count) in samples.iter().filter(|(series, _)| series.contains("_count")) {
        let series = series.replace("_count", "_bucket");
        let labels = series.strip_suffix('}').expect("labels");
        let mut last = 0.0;
        let buckets =
            text.lines().filter_map(|line| line.strip_prefix("sigap_")).map(|line| format!("sigap_{line}"));
        // `le` stands first or last; what else there is says which histogram it is.
        let own = buckets.filter(|line| line.contains("_bucket") && labels_without_le(line) == labels);
        for line in own {
            let value: f64 = line.rsplit_once(' ').expect("VALUE").1.parse().expect("a number");
            assert!(value >= last, "buckets grow: {line}");
            last = value;
        }
        assert!((last - count).abs() < f64::EPSILON, "the last bucket has all of {series}");
    }
    samples
}

/// A bucket's name and labels but for its bound.
fn labels_without_le(line: &str) -> String {
    let series = line.rsplit_once('}').expect("labels").0;
    let (name, labels) = series.split_once('{').expect("labels");
    let kept: Vec<&str> = labels
        .split("\",")
        .map(|label| label.trim_end_matches('"'))
        .filter(|label| !label.starts_with("le="))
        .collect();
    format!("{name}{{{}\"", kept.join("\","))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

async fn scrape(office: &Office, metrics: &Metrics) -> String {
    let router = metrics_router(office.desk.clone(), metrics.clone());
    let request = Request::get("/metrics").body(Body::empty()).expect("a request");
    let response = router.oneshot(request).await.expect("an answer");
    let kind = response.headers()[header::CONTENT_TYPE].to_str().expect("a media type").to_owned();
    assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(body.to_vec()).expect("text")
}

#[tokio::test]
async fn prometheus_reads_what_was_asked_and_how_the_office_stands() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let metrics = Metrics::default();
    office.settings.metrics = Some(metrics.clone());
    let case = office.sign_in("markus").await.asks("Situs tidak tampil").await;
    office.sign_in("hendra").await.completes(&case, 1, DISPOSES).await;
    let rina = office.sign_in("rina").await;
    for path in [&format!("/cases/{case}"), &format!("/cases/{case}"), "/cases/2026-9999", "/nothing/here"] {
        rina.get(path).await;
    }

    let text = scrape(&office, &metrics).await;
    let samples = parse(&text);
    let count = |route: &str, status: &str| {
        let series = format!(
            "sigap_http_request_duration_seconds_count{{route=\"{route}\",method=\"GET\",status=\"{status}\"}}"
        );
        samples.get(&series).copied()
    };
    assert_eq!(count("/cases/{no}", "2xx"), Some(2.0), "{text}");
    assert_eq!(count("/cases/{no}", "4xx"), Some(1.0), "{text}");
    assert_eq!(count("none", "4xx"), Some(1.0), "{text}");
    assert!(samples["sigap_sessions"] >= 1.0, "{text}");
    assert_eq!(samples["sigap_overdue_tasks"], 0.0);
    assert_eq!(samples["sigap_outbox_age_seconds"], 0.0);
    for secret in [case.as_str(), "2026-9999", "/nothing", "rina", "Rina", "markus", "Markus"] {
        assert!(!text.contains(secret), "it names {secret}: {text}");
    }

    // The lead has twenty minutes; nobody looks into the outbox meanwhile.
    office.later("2026-11-23 10:00");
    let samples = parse(&scrape(&office, &metrics).await);
    assert_eq!(samples["sigap_overdue_tasks"], 1.0);
    assert!(samples["sigap_outbox_age_seconds"] > 60.0);
}

#[tokio::test]
async fn nobody_finds_metrics_where_people_go() {
    let mut office = Office::at("2026-11-23 09:00").await;
    office.settings.metrics = Some(Metrics::default());
    for person in ["wahyu", "rina"] {
        assert_eq!(office.sign_in(person).await.get("/metrics").await.status, 404);
    }
}
