//! Signing in by what another server says.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sop::case::PersonId;
use sop::definition::Role;
use store::{Person, RuledRoles};

use super::{Answer, Office, PASSWORD, Visitor};
use crate::{Attempt, Directory, OutOfReach, Provider, ProviderError, SecondFactorFor, Vouched};

const KEPT_THERE: &str = "sandi di direktori";

/// A directory that knows people by e-mail address or by a short name, all under one password.
#[derive(Debug, Default)]
struct PlainDirectory {
    /// Names that mean somebody else there than here.
    means: Vec<(&'static str, &'static str)>,
    held: Vec<Role>,
    is_down: bool,
    asked: Mutex<Vec<String>>,
}

impl Directory for PlainDirectory {
    fn check<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
    ) -> BoxFuture<'a, Result<Option<Vouched>, OutOfReach>> {
        self.asked.lock().expect("one thread at a time").push(format!("{login} {password}"));
        Box::pin(async move {
            if self.is_down {
                return Err(OutOfReach("no route".into()));
            }
            let meant = self.means.iter().find(|(name, _)| *name == login).map_or(login, |(_, meant)| meant);
            Ok((password == KEPT_THERE).then(|| vouched(meant, &self.held)))
        })
    }

    fn login_of<'a>(&self, person: &'a Person) -> &'a str {
        &person.email
    }
}

fn vouched(login: &str, held: &[Role]) -> Vouched {
    let ruled = vec![Role::new("anggota"), Role::new("ketua")];
    Vouched {
        login: login.to_owned(),
        roles: RuledRoles { ruled, held: held.to_vec() },
        second_factor: false,
    }
}

/// An office in which the directory keeps Rina's password.
async fn with_directory(directory: PlainDirectory) -> (Office, Arc<PlainDirectory>) {
    let mut office = Office::at("2026-11-23 09:00").await;
    let directory = Arc::new(directory);
    office.settings.directory = Some(directory.clone());
    office.desk.store.set_of_directory(&PersonId::new("rina"), true).await.expect("a mark");
    (office, directory)
}

async fn tries(office: &Office, login: &str, password: &str) -> Answer {
    office.stranger().post("/session", &[("login", login), ("password", password)]).await
}

async fn roles_of(office: &Office, id: &str) -> Vec<Role> {
    office
        .desk
        .store
        .person(&PersonId::new(id), office.desk.today())
        .await
        .expect("an answer")
        .expect("a person")
        .roles
}

#[tokio::test]
async fn whose_password_the_directory_keeps_signs_in_with_that_one_only() {
    let (office, _) = with_directory(PlainDirectory::default()).await;
    assert_eq!(tries(&office, "rina@brmp.example", KEPT_THERE).await.status, 303);
    assert_eq!(tries(&office, "rina@brmp.example", PASSWORD).await.status, 422, "the one of before");
    assert_eq!(tries(&office, "budi@brmp.example", KEPT_THERE).await.status, 422, "his is kept here");
}

#[tokio::test]
async fn a_password_that_is_kept_here_never_goes_to_the_directory() {
    let (office, directory) = with_directory(PlainDirectory::default()).await;
    assert_eq!(tries(&office, "budi@brmp.example", PASSWORD).await.status, 303);
    assert_eq!(directory.asked.lock().expect("one thread at a time").len(), 0);
}

#[tokio::test]
async fn a_name_of_the_directory_opens_the_account_it_stands_for_if_that_is_of_the_directory() {
    let means = vec![
        ("rwulan", "rina@brmp.example"),
        ("bpras", "budi@brmp.example"),
        ("tamu", "tamu@lain.example"),
        ("rina@brmp.example", "budi@brmp.example"),
    ];
    let (office, _) = with_directory(PlainDirectory { means, ..PlainDirectory::default() }).await;
    assert_eq!(tries(&office, "rwulan", KEPT_THERE).await.status, 303);
    for other in ["bpras", "tamu", "rina@brmp.example"] {
        let answer = tries(&office, other, KEPT_THERE).await;
        assert!(answer.status == 422 && answer.cookie.is_empty(), "{other} comes in");
        assert!(answer.text.contains("belum memakai direktori"), "{other} is told what to do");
    }
}

#[tokio::test]
async fn while_the_directory_is_down_it_is_said_and_accounts_of_our_own_go_on() {
    let (office, _) = with_directory(PlainDirectory { is_down: true, ..PlainDirectory::default() }).await;
    // Six times: what nobody could check is no try.
    for login in ["rina@brmp.example"; 6] {
        let answer = tries(&office, login, KEPT_THERE).await;
        assert!(answer.status == 503 && answer.text.contains("Direktori tidak dapat dihubungi"));
    }
    assert_eq!(tries(&office, "budi@brmp.example", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn guesses_at_the_directory_are_counted_and_take_as_long_whoever_is_meant() {
    let (office, _) = with_directory(PlainDirectory::default()).await;
    let mut told = Vec::new();
    for login in ["rina@brmp.example", "budi@brmp.example", "siapa@brmp.example"] {
        let began = Instant::now();
        let answer = tries(&office, login, "tebakan").await;
        assert!(began.elapsed() >= Duration::from_secs(1), "{login} is refused at once");
        told.push((answer.status, answer.text.replace(login, "")));
    }
    assert!(told.iter().all(|answer| *answer == told[0]), "all are told the same");
    for _ in 0..4 {
        tries(&office, "rina@brmp.example", "tebakan").await;
    }
    assert_eq!(tries(&office, "rina@brmp.example", KEPT_THERE).await.status, 429);
}

#[tokio::test]
async fn roles_that_rules_give_begin_and_end_with_a_sign_in_and_others_stay() {
    let directory = PlainDirectory { held: vec![Role::new("anggota")], ..PlainDirectory::default() };
    let (office, _) = with_directory(directory).await;
    office.employs("tono", "Tono Wijaya", &["ketua", "agenda"]).await;
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    for id in ["tono", "ratna"] {
        office.desk.store.set_of_directory(&PersonId::new(id), true).await.expect("a mark");
        assert_eq!(tries(&office, &format!("{id}@brmp.example"), KEPT_THERE).await.status, 303);
    }
    assert_eq!(roles_of(&office, "tono").await, ["agenda", "anggota"]);
    assert_eq!(roles_of(&office, "ratna").await, ["auditor"], "an auditor holds no other role");
}

#[tokio::test]
async fn a_password_of_the_directory_is_changed_there_and_proves_who_one_is_here() {
    let (office, _) = with_directory(PlainDirectory::default()).await;
    let cookie = tries(&office, "rina@brmp.example", KEPT_THERE).await.cookie;
    let rina = Visitor { office: &office, cookie: cookie.split(';').next().unwrap_or_default().to_owned() };
    let account = rina.get("/account").await.text;
    assert!(account.contains("disimpan di direktori") && !account.contains("password-new"), "{account}");
    assert_eq!(rina.post("/account/password", &[("password-old", KEPT_THERE)]).await.status, 404);
    rina.post("/account/second-factor", &[]).await;
    let confirmation = |password| [("password", password), ("code", "000000")];
    let wrong = rina.post("/account/second-factor/confirmation", &confirmation(PASSWORD)).await;
    assert!(wrong.text.contains("Kata sandi sekarang tidak cocok"), "{}", wrong.text);
    let right = rina.post("/account/second-factor/confirmation", &confirmation(KEPT_THERE)).await;
    assert!(right.text.contains("Kode tidak cocok"), "{}", right.text);
}

/// A provider that vouches for whoever a code names.
#[derive(Debug, Default)]
struct PlainProvider {
    second_factor: bool,
    is_down: bool,
}

impl Provider for PlainProvider {
    fn label(&self) -> &str {
        "akun kementerian"
    }

    fn address<'a>(&'a self, attempt: &'a Attempt) -> BoxFuture<'a, Result<String, ProviderError>> {
        Box::pin(async move {
            if self.is_down {
                return Err(ProviderError::OutOfReach("no route".into()));
            }
            // What comes back as the code says which nonce and verifier have to come with it.
            let Attempt { state, nonce, verifier } = attempt;
            Ok(format!("https://sso.example/masuk?state={state}&nonce={nonce}&verifier={verifier}"))
        })
    }

    fn vouched<'a>(
        &'a self,
        code: &'a str,
        nonce: &'a str,
        verifier: &'a str,
    ) -> BoxFuture<'a, Result<Vouched, ProviderError>> {
        Box::pin(async move {
            let [who, begun] = code.splitn(2, '.').collect::<Vec<_>>()[..] else {
                return Err(ProviderError::Untold("an e-mail address"));
            };
            if begun != format!("{nonce}{verifier}") {
                return Err(ProviderError::DoesNotHold("another nonce".into()));
            }
            let login = format!("{who}@brmp.example");
            Ok(Vouched { second_factor: self.second_factor, ..vouched(&login, &[Role::new("ketua")]) })
        })
    }
}

async fn with_provider(provider: PlainProvider) -> Office {
    let mut office = Office::at("2026-11-23 09:00").await;
    office.settings.provider = Some(Arc::new(provider));
    office
}

/// Somebody at the provider, in the browser in which they began.
struct Away<'a> {
    browser: Visitor<'a>,
    state: String,
    /// What the provider has to be shown for the code.
    begun: String,
}

impl<'a> Away<'a> {
    async fn from(office: &'a Office, next: &str) -> Self {
        let gone = office.stranger().get(&format!("/sign-in/provider?next={next}")).await;
        assert_eq!(gone.status, 303, "{}", gone.text);
        let part = |name: &str| {
            let rest = gone.location.split(&format!("{name}=")).nth(1).expect("a part of the address");
            rest.split('&').next().unwrap_or_default().to_owned()
        };
        let cookie = gone.cookie.split(';').next().unwrap_or_default().to_owned();
        assert!(gone.cookie.contains("HttpOnly") && gone.cookie.contains("SameSite=Lax"), "{}", gone.cookie);
        Self {
            browser: Visitor { office, cookie },
            state: part("state"),
            begun: format!("{}{}", part("nonce"), part("verifier")),
        }
    }

    fn address_of(&self, who: &str) -> String {
        format!("/sign-in/provider/return?state={}&code={who}.{}", self.state, self.begun)
    }

    async fn comes_back_as(&self, who: &str) -> Answer {
        self.browser.get(&self.address_of(who)).await
    }
}

#[tokio::test]
async fn whoever_the_provider_knows_comes_in_and_goes_where_they_wanted_to() {
    let office = with_provider(PlainProvider::default()).await;
    let page = office.stranger().get("/sign-in?next=/cases").await.text;
    assert!(page.contains("href=\"/sign-in/provider?next=/cases\"") && page.contains("akun kementerian"));
    let back = Away::from(&office, "/cases").await.comes_back_as("rina").await;
    assert_eq!((back.status, back.location.as_str()), (303, "/cases"));
    let cookie = back.cookie.split(';').next().unwrap_or_default().to_owned();
    assert!(cookie.starts_with("sigap_sesi="), "{cookie}");
    assert_eq!(Visitor { office: &office, cookie }.get("/inbox").await.status, 200);
    // Nobody is led to another site.
    let back = Away::from(&office, "//jahat.example").await.comes_back_as("rina").await;
    assert_eq!(back.location, "/");
}

#[tokio::test]
async fn what_comes_back_counts_once_in_time_and_in_the_browser_that_began() {
    let mut office = with_provider(PlainProvider::default()).await;
    let refused = |answer: Answer| {
        assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in?refused=unfinished"));
        assert!(answer.cookie.is_empty(), "no session begins");
    };
    let away = Away::from(&office, "").await;
    refused(office.stranger().get(&away.address_of("rina")).await);
    let other = Away::from(&office, "").await;
    refused(other.browser.get(&away.address_of("rina")).await);
    let tampered = Away { state: "0".repeat(64), ..Away::from(&office, "").await };
    refused(tampered.comes_back_as("rina").await);
    assert_eq!(away.comes_back_as("rina").await.location, "/");
    refused(away.comes_back_as("rina").await);
    let late = Away::from(&office, "").await;
    let (cookie, address) = (late.browser.cookie.clone(), late.address_of("rina"));
    office.later("2026-11-23 09:11");
    refused(Visitor { office: &office, cookie }.get(&address).await);
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_why_and_comes_back_to_where_they_were() {
    let office = with_provider(PlainProvider::default()).await;
    let away = Away::from(&office, "/cases").await;
    let other = Away { begun: "0".repeat(128), ..Away::from(&office, "/cases").await };
    for (answer, name, said) in [
        (away.comes_back_as("tamu").await, "stranger", "Minta admin mendaftarkan"),
        (other.comes_back_as("rina").await, "does-not-hold", "tidak dapat dipastikan"),
    ] {
        assert_eq!(answer.location, format!("/sign-in?next=/cases&refused={name}"));
        assert!(answer.cookie.is_empty(), "no session begins");
        let page = office.stranger().get(&answer.location).await.text;
        assert!(page.contains(said) && page.contains("value=\"/cases\""), "{page}");
    }
    // The provider says no, in its own words: they are not repeated.
    let away = Away::from(&office, "").await;
    let no = format!("/sign-in/provider/return?state={}&error=%3Cb%3Etidak", away.state);
    assert_eq!(away.browser.get(&no).await.location, "/sign-in?refused=unfinished");
    assert!(!office.stranger().get("/sign-in?refused=%3Cb%3E").await.text.contains("role=\"alert\""));
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_to_be_and_without_one_there_is_no_way_there() {
    let office = with_provider(PlainProvider { is_down: true, ..PlainProvider::default() }).await;
    let answer = office.stranger().get("/sign-in/provider?next=/cases").await;
    assert_eq!(answer.location, "/sign-in?next=/cases&refused=out-of-reach");
    let office = Office::at("2026-11-23 09:00").await;
    for path in ["/sign-in/provider", "/sign-in/provider/return?state=a&code=b"] {
        assert_eq!(office.stranger().get(path).await.status, 404);
    }
}

#[tokio::test]
async fn a_second_factor_that_the_provider_has_seen_counts_and_otherwise_ours_follows() {
    for (second_factor, code, inbox) in [(true, "/", 200), (false, "/sign-in/code", 303)] {
        let mut office = with_provider(PlainProvider { second_factor, ..PlainProvider::default() }).await;
        office.settings.second_factor = SecondFactorFor::All;
        // Budi has none here, and need not set one up if the provider has seen one.
        let back = Away::from(&office, "").await.comes_back_as("budi").await;
        let cookie = back.cookie.split(';').next().unwrap_or_default().to_owned();
        assert_eq!(Visitor { office: &office, cookie }.get("/inbox").await.status, inbox);
        // Rina has one.
        let (store, rina) = (&office.desk.store, PersonId::new("rina"));
        store.begin_authenticator_app(&rina, b"rahasia").await.expect("a second factor");
        let now = office.desk.now();
        store.confirm_authenticator_app(&rina, 0, &[], &[0; 32], now).await.expect("a second factor");
        let back = Away::from(&office, "").await.comes_back_as("rina").await;
        assert_eq!(back.location, code);
    }
}
