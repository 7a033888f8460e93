//! What people do for the safety of their own account.

use axum::body::Body;
use axum::http::{Request, header};

use crate::SecondFactorFor;
use crate::session::totp;

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

/// Somebody's telephone with an authenticator app.
struct Telephone {
    secret: Vec<u8>,
}

impl Telephone {
    /// Begins to set a second factor up and takes the picture of its secret.
    async fn scans(who: &Visitor<'_>) -> Self {
        assert_eq!(who.post("/account/second-factor", &[]).await.location, "/account/second-factor");
        let page = who.get("/account/second-factor").await.text;
        assert!(page.contains("src=\"data:image/svg+xml;base64,"), "{page}");
        let written = page.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).expect("the key");
        let secret = data_encoding::BASE32_NOPAD.decode(written.replace(' ', "").as_bytes());
        Self { secret: secret.expect("base 32") }
    }

    /// The code that it shows in this office now.
    fn code(&self, office: &Office) -> String {
        let step = office.desk.now().as_second() / totp::STEP_SECONDS;
        totp::code(&self.secret, step.try_into().expect("after 1970"))
    }
}

async fn confirms(who: &Visitor<'_>, password: &str, code: &str) -> Answer {
    who.post("/account/second-factor/confirmation", &[("password", password), ("code", code)]).await
}

/// Sets somebody's second factor up: their telephone and the recovery codes.
async fn sets_up(office: &Office, id: &str) -> (Telephone, Vec<String>) {
    let who = office.sign_in(id).await;
    let telephone = Telephone::scans(&who).await;
    let answer = confirms(&who, PASSWORD, &telephone.code(office)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let codes = answer.text.split("<li><code>").skip(1);
    (telephone, codes.filter_map(|rest| Some(rest.split('<').next()?.to_owned())).collect())
}

/// Gives Rina's password: who then owes a code.
async fn gives_password(office: &Office) -> Visitor<'_> {
    let form = [("login", "rina@brmp.example"), ("password", PASSWORD), ("next", "/cases")];
    let answer = office.stranger().post("/session", &form).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in/code?next=/cases"));
    Visitor { office, cookie: answer.cookie.split(';').next().unwrap_or_default().to_owned() }
}

async fn gives_code(who: &Visitor<'_>, code: &str) -> Answer {
    who.post("/session/code", &[("code", code), ("next", "/cases")]).await
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_and_until_then_nothing_is_open() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let (telephone, _) = sets_up(&office, "rina").await;
    office.later("2026-11-23 09:05");
    let half = gives_password(&office).await;
    assert!(half.get("/sign-in/code").await.text.contains("Kata sandi cocok"));
    for closed in ["/inbox", "/account", "/account/second-factor"] {
        assert!(half.get(closed).await.location.starts_with("/sign-in"), "{closed}");
    }
    assert_eq!(gives_code(&half, "000000").await.status, 422);
    let answer = gives_code(&half, &telephone.code(&office)).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/cases"), "{}", answer.text);
    let cookie = answer.cookie.split(';').next().unwrap_or_default().to_owned();
    assert_ne!(cookie, half.cookie);
    assert_eq!(Visitor { office: &office, cookie }.get("/cases").await.status, 200);
    assert_eq!(half.get("/cases").await.status, 303, "the cookie that owed a code opens nothing");
    assert_eq!(gives_code(&half, "000000").await.location, "/sign-in?next=/cases");
}

#[tokio::test]
async fn a_code_counts_once_and_a_code_is_waited_for_no_longer_than_ten_minutes() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let (telephone, _) = sets_up(&office, "rina").await;
    let half = gives_password(&office).await;
    let used = telephone.code(&office);
    assert_eq!(gives_code(&half, &used).await.status, 422, "it was used to set the second factor up");
    office.later("2026-11-23 09:01");
    let half = gives_password(&office).await;
    let code = telephone.code(&office);
    assert_eq!(gives_code(&half, &code).await.status, 303);
    let half = gives_password(&office).await;
    assert_eq!(gives_code(&half, &code).await.status, 422, "seen over somebody's shoulder");
    let cookie = half.cookie.clone();
    office.later("2026-11-23 09:11");
    let late = Visitor { office: &office, cookie };
    assert_eq!(gives_code(&late, &telephone.code(&office)).await.location, "/sign-in?next=/cases");
}

#[tokio::test]
async fn each_recovery_code_stands_in_for_the_telephone_once() {
    let office = Office::at("2026-11-23 09:00").await;
    let (_, codes) = sets_up(&office, "rina").await;
    assert_eq!(codes.len(), 10);
    let typed = codes[0].to_lowercase().replace('-', " ");
    assert_eq!(gives_code(&gives_password(&office).await, &typed).await.status, 303);
    assert_eq!(gives_code(&gives_password(&office).await, &typed).await.status, 422);
    let answer = gives_code(&gives_password(&office).await, &codes[1]).await;
    let cookie = answer.cookie.split(';').next().unwrap_or_default().to_owned();
    let page = Visitor { office: &office, cookie }.get("/account").await.text;
    assert!(page.contains("Kode pemulihan yang tersisa: 8."), "{page}");
    assert!(codes.iter().all(|code| !page.contains(code)), "they are shown once");
}

#[tokio::test]
async fn five_wrong_codes_are_enough_and_a_right_password_does_not_forgive_them() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let (telephone, codes) = sets_up(&office, "rina").await;
    office.later("2026-11-23 09:05");
    for _ in 0..5 {
        assert_eq!(gives_code(&gives_password(&office).await, "000000").await.status, 422);
    }
    let half = gives_password(&office).await;
    assert_eq!(gives_code(&half, &telephone.code(&office)).await.status, 429);
    assert_eq!(gives_code(&half, &codes[0]).await.status, 429);
}

#[tokio::test]
async fn a_second_factor_counts_once_it_is_confirmed_by_whoever_knows_the_password() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let (rina, other) = (office.sign_in("rina").await, office.sign_in("rina").await);
    let telephone = Telephone::scans(&rina).await;
    office.sign_in("rina").await;
    assert_eq!(confirms(&rina, "tebakan", &telephone.code(&office)).await.status, 422);
    assert_eq!(confirms(&rina, PASSWORD, "000000").await.status, 422);
    assert_eq!(other.get("/inbox").await.status, 200);
    assert_eq!(confirms(&rina, PASSWORD, &telephone.code(&office)).await.status, 200);
    assert_eq!(other.get("/inbox").await.status, 303, "it signed in without");
    // The secret is never shown again, and no other takes its place.
    assert_eq!(rina.get("/account/second-factor").await.location, "/account");
    assert_eq!(rina.post("/account/second-factor", &[]).await.location, "/account");
    let cookie = rina.cookie.clone();
    office.later("2026-11-23 09:05");
    let rina = Visitor { office: &office, cookie };
    let removes = async |password: &str, code: &str| {
        rina.post(
            "/account/second-factor/removal",
            &[("removed", "app"), ("password", password), ("code", code)],
        )
        .await
    };
    assert_eq!(removes("tebakan", &telephone.code(&office)).await.status, 422);
    assert_eq!(removes(PASSWORD, "000000").await.status, 422);
    let removed = removes(PASSWORD, &telephone.code(&office)).await;
    assert_eq!(removed.location, "/account?done=second-factor", "{}", removed.text);
    office.sign_in("rina").await;
}

#[tokio::test]
async fn who_must_have_a_second_factor_sets_it_up_before_anything_else() {
    let mut office = Office::at("2026-11-23 09:00").await;
    office.settings.second_factor = SecondFactorFor::Signers;
    let (hendra, budi) = (office.sign_in("hendra").await, office.sign_in("budi").await);
    assert_eq!(budi.get("/inbox").await.status, 200, "he signs nothing");
    for path in ["/", "/inbox", "/cases", "/account", "/changes"] {
        assert_eq!(hendra.get(path).await.location, "/account/second-factor", "{path}");
    }
    assert_eq!(hendra.post("/signing", &[]).await.location, "/account/second-factor");
    let telephone = Telephone::scans(&hendra).await;
    assert_eq!(hendra.get("/inbox").await.status, 303, "it is not confirmed");
    assert_eq!(confirms(&hendra, PASSWORD, &telephone.code(&office)).await.status, 200);
    assert_eq!(hendra.get("/inbox").await.status, 200);
    let form = [("password", PASSWORD), ("code", "000000")];
    assert_eq!(hendra.post("/account/second-factor/removal", &form).await.status, 404);
    drop((hendra, budi));
    office.settings.second_factor = SecondFactorFor::All;
    assert_eq!(office.sign_in("budi").await.get("/inbox").await.location, "/account/second-factor");
}
