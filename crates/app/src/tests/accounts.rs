//! What people do for the safety of their own account.

use axum::body::Body;
use axum::http::{Request, header};

use super::{Answer, Office, PASSWORD, Visitor};

const NEW: &str = "kuda lumping di loteng";

async fn changes(who: &Visitor<'_>, old: &str, new: &str, again: &str) -> Answer {
    who.post("/account/password", &[("password-old", old), ("password-new", new), ("password-again", again)])
        .await
}

async fn signs_in(office: &Office, password: &str) -> u16 {
    office.stranger().post("/session", &[("login", "rina@brmp.example"), ("password", password)]).await.status
}

/// The addresses at which a page offers to end sessions, one by one.
fn ends(page: &str) -> Vec<String> {
    let forms = page.split("action=\"/account/sessions/").skip(1);
    let ends = forms.filter_map(|rest| rest.split('"').next()).filter(|rest| rest.ends_with("/end"));
    ends.map(|rest| format!("/account/sessions/{rest}")).collect()
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it_and_other_devices_have_to_sign_in_again() {
    let office = Office::at("2026-11-23 09:00").await;
    let (rina, phone) = (office.sign_in("rina").await, office.sign_in("rina").await);
    let answer = changes(&rina, PASSWORD, NEW, NEW).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/account?done=password"), "{}", answer.text);
    assert!(rina.get(&answer.location).await.text.contains("Kata sandi diganti"));
    assert_eq!(phone.get("/inbox").await.status, 303, "the other device is signed out");
    assert_eq!(signs_in(&office, PASSWORD).await, 422);
    assert_eq!(signs_in(&office, NEW).await, 303);
}

#[tokio::test]
async fn a_new_password_that_will_not_do_is_refused_with_the_reason() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    for (old, new, again, why) in [
        (PASSWORD, "pendek", "pendek", "sedikitnya 12 karakter"),
        (PASSWORD, "Rahasia-2026", "Rahasia-2026", "yang pertama ditebak"),
        (PASSWORD, "wulandari naik kuda", "wulandari naik kuda", "tidak memuat nama"),
        (PASSWORD, NEW, "kuda lumping di atap", "tidak sama"),
        ("bukan ini", NEW, NEW, "Kata sandi sekarang tidak cocok"),
    ] {
        let answer = changes(&rina, old, new, again).await;
        assert!(answer.status == 422 && answer.text.contains(why), "{why}: {}", answer.text);
        assert!(!answer.text.contains(new), "a password is never sent back");
    }
    assert_eq!(signs_in(&office, PASSWORD).await, 303, "the old one goes on");
}

#[tokio::test]
async fn a_session_that_was_left_open_is_no_way_to_guess_the_password() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    for _ in 0..5 {
        assert_eq!(changes(&rina, "tebakan", NEW, NEW).await.status, 422);
    }
    assert_eq!(changes(&rina, PASSWORD, NEW, NEW).await.status, 429);
    assert_eq!(signs_in(&office, PASSWORD).await, 429, "they count as tries to sign in");
}

#[tokio::test]
async fn people_see_where_they_are_signed_in_and_end_it_one_by_one_or_all_others() {
    let office = Office::at("2026-11-23 09:00").await;
    let request = Request::post("/session")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::USER_AGENT, "Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0 Mobile Safari/537.36");
    let form = Body::from(format!("login=rina@brmp.example&password={PASSWORD}"));
    let cookie = office.stranger().send(request, form).await.cookie;
    let phone = Visitor { office: &office, cookie: cookie.split(';').next().unwrap_or_default().to_owned() };
    let (rina, third) = (office.sign_in("rina").await, office.sign_in("rina").await);

    let page = rina.get("/account").await.text;
    assert!(
        page.contains("Chrome di Android") && page.contains("Masuk Senin 23 Nov 2026 09.00 WIB"),
        "{page}"
    );
    assert_eq!((page.matches("perangkat ini").count(), ends(&page).len()), (1, 2), "{page}");
    let mine = ends(&phone.get("/account").await.text);
    let other = mine.iter().find(|end| !ends(&page).contains(end)).expect("the session that reads the page");
    assert_eq!(office.sign_in("budi").await.post(other, &[]).await.status, 404, "of somebody else");
    assert_eq!(phone.post(other, &[]).await.location, "/account?done=sessions");
    assert_eq!(rina.get("/account").await.status, 303, "its cookie is worth nothing");
    assert_eq!(third.post("/account/sessions/end", &[]).await.status, 303);
    assert_eq!((phone.get("/account").await.status, third.get("/account").await.status), (303, 200));
}

#[tokio::test]
async fn a_session_ends_after_two_hours_without_use_and_a_page_that_refreshes_is_no_use() {
    let mut office = Office::at("2026-11-23 08:00").await;
    let cookie = office.sign_in("rina").await.cookie;
    for (moment, source, status) in [
        ("2026-11-23 09:30", "div#hasil", 200),
        ("2026-11-23 10:00", "form#saring", 200),
        ("2026-11-23 12:00", "div#hasil", 200),
        ("2026-11-23 12:01", "form#saring", 303),
    ] {
        office.later(moment);
        let rina = Visitor { office: &office, cookie: cookie.clone() };
        let asks = Request::get("/inbox").header("hx-source", source);
        assert_eq!(rina.send(asks, Body::empty()).await.status, status, "at {moment}");
    }
}
