//! Limits that keep one from being in everybody's way.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use futures_util::stream;
use tower::ServiceExt as _;

use super::{Office, PASSWORD};
use crate::Limits;

#[tokio::test]
async fn whoever_asks_too_fast_is_told_when_to_ask_again() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await.cookie;
    let budi = office.sign_in("budi").await.cookie;
    office.settings.limits = Limits::new(3);
    let router = office.router();
    let asks = async |cookie: &str, path: &str| {
        let request =
            Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
        let answer = router.clone().oneshot(request).await.expect("an answer");
        let again = answer.headers().get(header::RETRY_AFTER).is_some();
        let kind = answer.headers().get(header::CONTENT_TYPE).cloned();
        (answer.status().as_u16(), again, kind.is_some_and(|kind| kind == "application/problem+json"))
    };
    for _ in 0..3 {
        assert_eq!(asks(&rina, "/inbox").await, (200, false, false));
    }
    assert_eq!(asks(&rina, "/inbox").await, (429, true, false), "a page");
    assert_eq!(asks(&budi, "/inbox").await, (200, false, false), "others go on");
    for _ in 0..3 {
        assert_eq!(asks("", "/api/v1/cases").await, (401, false, true));
    }
    assert_eq!(asks("", "/api/v1/cases").await, (429, true, true), "nobody known, by their address");
}

#[tokio::test]
async fn what_is_sent_too_slowly_is_cut() {
    let mut office = Office::at("2026-11-23 09:00").await;
    office.settings.body_time_max = Duration::from_millis(50);
    let begun =
        stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"login=rina%40brmp.example&password="))]);
    let never_ends = Body::from_stream(futures_util::StreamExt::chain(begun, stream::pending()));
    let form = "application/x-www-form-urlencoded";
    let request = Request::post("/session").header(header::CONTENT_TYPE, form);
    let stranger = office.stranger();
    let answer = tokio::time::timeout(Duration::from_secs(10), stranger.send(request, never_ends)).await;
    let answer = answer.expect("it is cut");
    assert!(answer.status == 408 && answer.text.contains("terlalu lama"), "{}", answer.text);
    // What arrives in time is taken.
    office.settings.body_time_max = Duration::from_secs(60);
    let right = [("login", "rina@brmp.example"), ("password", PASSWORD)];
    assert_eq!(office.stranger().post("/session", &right).await.status, 303);
}
