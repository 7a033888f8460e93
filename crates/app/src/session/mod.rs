//! Signing in and out, and the two things a person sets: language and theme.

pub mod elsewhere;
pub mod password;

pub mod passkeys;
pub mod second_factor;
pub mod totp;

mod address;
mod device;
mod provider;
mod tries;

pub use address::{ClientAddress, ProxyHeader, network};
pub use provider::{come_back, go};
pub use second_factor::{code, give_code, give_passkey};
pub use tries::knows_password;

use std::sync::LazyLock;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::{Asked, Credentials, Device, Person, StoreError};

use crate::cases::rail::{self, RailRow};
use crate::ctx::{self, App, Ctx, LANGUAGE_COOKIE, Page, THEME_COOKIE, Visitor};
use crate::form::Typed;
use crate::problem::{self, Obstacle, Problem};
use crate::words::Language;
use crate::{DemoSignIn, Desk, Settings};

use device::device;
use elsewhere::Vouched;
use provider::Refused;
use tries::{Tries, account_key};

const COOKIE: &str = "sigap_sesi";
/// However busy somebody is, they sign in again after this.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// A session that nobody has used for so long has ended.
const UNUSED: SignedDuration = SignedDuration::from_hours(2);
/// The longest e-mail address or NIP; the field of the form says the same.
const LOGIN_CHARS_MAX: usize = 200;
/// Where a directory keeps passwords, a sign-in is refused no earlier than this: how long it takes says
/// neither whom it knows nor whom the office does.
const REFUSED_AFTER: Duration = Duration::from_secs(1);
const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;

#[derive(Template)]
#[template(path = "session/sign_in.html")]
struct SignInPage {
    page: Page,
    login: String,
    next: String,
    error: Option<String>,
    /// What people call the provider of single sign-on, and the way there.
    provider: Option<(String, String)>,
    demo: Vec<DemoSignIn>,
    rail: Vec<RailRow>,
}

/// `GET /sign-in`
pub async fn new(
    State(app): State<App>,
    visitor: Visitor,
    query: axum::extract::Query<Arrival>,
) -> Result<Response, Problem> {
    if visitor.person.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let refused = Refused::named(&query.refused).map(|refused| visitor.words.t(refused.key()).to_string());
    ctx::show(&sign_in_page(&app, &visitor, String::new(), local_path(&query.next).to_owned(), refused))
}

#[derive(Debug, Default, serde::Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// How somebody comes to the sign-in page.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Arrival {
    #[serde(default)]
    next: String,
    #[serde(default)]
    refused: String,
}

/// What a name and a password show.
#[derive(Debug)]
pub enum Proof {
    /// The person whose password is kept here.
    Own(Person),
    /// The person for whom the directory vouches.
    Vouched(Person, Vouched),
    /// They do not belong together, or to nobody.
    Wrong,
    /// The directory vouches for somebody whom the office does not know as one of its.
    Stranger,
    /// The directory, which would know, cannot be asked.
    OutOfReach,
}

/// `POST /session`
pub async fn create(
    State(app): State<App>,
    visitor: Visitor,
    address: ClientAddress,
    headers: HeaderMap,
    typed: Typed,
) -> Result<Response, Problem> {
    let store = &app.desk.store;
    let login = typed.one("login").trim().to_lowercase();
    let next = local_path(typed.one("next")).to_owned();
    if login.chars().count() > LOGIN_CHARS_MAX {
        return refuse(&app, &visitor, login, next, "sign-in-wrong", Obstacle::Mend);
    }
    let refused_at = app.settings.directory.is_some().then(|| tokio::time::sleep(REFUSED_AFTER));
    let found = store.credentials(&login, app.desk.today()).await?;
    let tries = Tries {
        account: account_key(&login, found.as_ref()),
        address: address.behind(&app.settings).map(|address| format!("alamat:{address}")),
        at: app.desk.now(),
    };
    tries.take(store).await?;
    let device = device(&headers, address.behind(&app.settings));
    let (key, obstacle) = match prove(&app, &login, typed.one("password"), found).await? {
        Proof::Own(person) => {
            tries.succeeded(store).await?;
            if second_factor::is_set_up(store, &person.id).await? {
                return second_factor::ask(&app, &person.id, &next).await;
            }
            return Ok(enter(start(&app, &person, &device).await?, &next));
        }
        Proof::Vouched(person, vouched) => {
            tries.succeeded(store).await?;
            return elsewhere::welcome(&app, &person, &vouched, &device, &next).await;
        }
        Proof::Wrong => ("sign-in-wrong", Obstacle::Mend),
        Proof::Stranger => ("directory-stranger", Obstacle::Mend),
        Proof::OutOfReach => {
            tries.take_back(store).await?;
            ("directory-out-of-reach", Obstacle::OutOfReach)
        }
    };
    if let Some(refused_at) = refused_at {
        refused_at.await;
    }
    refuse(&app, &visitor, login, next, key, obstacle)
}

/// Whose name and password these are, by whoever keeps the password. In an office with a directory it
/// may know names that the office does not; a password that is kept here never goes there.
async fn prove(app: &App, login: &str, password: &str, found: Option<Credentials>) -> Result<Proof, Problem> {
    let is_of_directory = match &found {
        Some(found) => app.desk.store.is_of_directory(&found.person.id).await?,
        None => app.settings.directory.is_some(),
    };
    if is_of_directory {
        return elsewhere::ask_directory(&app.desk, &app.settings, login, password, found.as_ref()).await;
    }
    // Somebody unknown costs as much time as somebody with a wrong password.
    let hash = found.as_ref().map_or_else(|| UNKNOWN.clone(), |found| found.password_hash.clone());
    let is_right = password::verify(password.to_owned(), hash).await;
    Ok(found.filter(|_| is_right).map_or(Proof::Wrong, |found| Proof::Own(found.person)))
}

/// A session that has begun.
struct Started {
    hash: [u8; 32],
    cookie: HeaderValue,
}

async fn start(app: &App, person: &Person, device: &Device) -> Result<Started, Problem> {
    let now = app.desk.now();
    let token = new_token()?;
    let hash = hashed(&token);
    app.desk.store.start_session(&hash, &person.id, device, now, now + SESSION).await?;
    Ok(Started { hash, cookie: set_cookie(&app.settings, COOKIE, &token, None) })
}

/// Gives the cookie of a session and goes on to where somebody wanted to go.
fn enter(session: Started, next: &str) -> Response {
    let to = if next.is_empty() { "/" } else { next };
    ([(header::SET_COOKIE, session.cookie)], Redirect::to(to)).into_response()
}

/// Whose session it is, if it goes on: the person with what they are and may today, however long ago they
/// signed in.
pub async fn whose(desk: &Desk, token: &[u8; 32], asked: Asked) -> Result<Option<Person>, StoreError> {
    let now = desk.now();
    let session = desk.store.session(token, now, used_since(now), asked).await?;
    let Some(id) = session else { return Ok(None) };
    desk.store.person(&id, desk.today()).await
}

/// Since when a session has to have been used to go on.
pub fn used_since(now: Timestamp) -> Timestamp {
    now - UNUSED
}

/// The parts of pages that refresh by themselves are `div`s; people press buttons and send forms.
pub fn asked(headers: &HeaderMap) -> Asked {
    let source = headers.get("hx-source").map_or(&b""[..], HeaderValue::as_bytes);
    if source.starts_with(b"div#") { Asked::ByItself } else { Asked::ByHand }
}

fn new_token() -> Result<String, Problem> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| Problem::internal(&error))?;
    Ok(hex::encode(secret))
}

/// The sign-in page again, with why nobody was let in.
fn refuse(
    app: &App,
    visitor: &Visitor,
    login: String,
    next: String,
    key: &str,
    obstacle: Obstacle<'_>,
) -> Result<Response, Problem> {
    let error = visitor.words.t(key).to_string();
    problem::page(&sign_in_page(app, visitor, login, next, Some(error)), Some(obstacle))
}

static UNKNOWN: LazyLock<String> = LazyLock::new(|| password::hash_now("nobody has this password"));

fn sign_in_page(
    app: &App,
    visitor: &Visitor,
    login: String,
    next: String,
    error: Option<String>,
) -> SignInPage {
    let words = visitor.words;
    let title = words.t("sign-in-title").to_string();
    let title = if error.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    SignInPage {
        page: Page::new(visitor, &title),
        login,
        provider: app
            .settings
            .provider
            .as_deref()
            .map(|provider| (provider.label().to_owned(), format!("/sign-in/provider{}", next_after(&next)))),
        next,
        error,
        demo: app.settings.demo_sign_ins.clone(),
        rail: rail::plain(app.desk.sop(), words),
    }
}

/// `POST /session/end`
pub async fn end(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = token(&headers) {
        app.desk.store.end_session(&token).await?;
    }
    let cookie = set_cookie(&app.settings, COOKIE, "", Some(0));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response())
}

/// `POST /language`
pub async fn language(State(app): State<App>, visitor: Visitor, typed: Typed) -> Result<Response, Problem> {
    let language = Language::from_tag(typed.one("language")).unwrap_or(visitor.words.language);
    if let Some(person) = &visitor.person {
        app.desk.store.set_language(&person.id, language.tag()).await?;
    }
    let cookie = set_cookie(&app.settings, LANGUAGE_COOKIE, language.tag(), Some(YEAR_SECONDS));
    Ok(([(header::SET_COOKIE, cookie)], back(&typed)).into_response())
}

/// `POST /theme`
pub async fn theme(State(app): State<App>, typed: Typed) -> Response {
    let theme = match typed.one("theme") {
        "dark" => "dark",
        "light" => "light",
        _ => "system",
    };
    let cookie = set_cookie(&app.settings, THEME_COOKIE, theme, Some(YEAR_SECONDS));
    ([(header::SET_COOKIE, cookie)], back(&typed)).into_response()
}

/// `GET /`: everybody's first place.
pub async fn home(ctx: Ctx) -> Redirect {
    use crate::policy::{Place, may};
    let first = [
        (Place::Inbox, "/inbox"),
        (Place::Cases, "/cases"),
        (Place::OwnRequests, "/requests"),
        (Place::People, "/people"),
    ];
    Redirect::to(
        first.into_iter().find(|(place, _)| may(&ctx.person, *place)).map_or("/sop", |(_, path)| path),
    )
}

/// The hash of the session cookie, by which the store knows it.
pub fn token(headers: &HeaderMap) -> Option<[u8; 32]> {
    cookie_hash(headers, COOKIE)
}

/// The hash of a cookie that holds a token.
fn cookie_hash(headers: &HeaderMap, name: &str) -> Option<[u8; 32]> {
    let token = ctx::cookie(headers, name)?;
    (token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| hashed(token))
}

fn hashed(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The sign-in page that leads on to where somebody wanted to go.
pub fn sign_in_address(path: &str) -> String {
    format!("/sign-in{}", next_after(path))
}

/// How an address says where to go on to; nothing leads to everybody's first place.
fn next_after(path: &str) -> String {
    if path.is_empty() || path == "/" {
        return String::new();
    }
    let escaped: String = path
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("?next={escaped}")
}

/// A path on this server, or nothing: never the address of another.
pub fn local_path(path: &str) -> &str {
    let elsewhere = !path.starts_with('/')
        || path.starts_with("//")
        || path.contains('\\')
        || path.chars().any(char::is_control);
    if elsewhere { "" } else { path }
}

fn back(typed: &Typed) -> Redirect {
    let path = local_path(typed.one("back"));
    Redirect::to(if path.is_empty() { "/" } else { path })
}

fn set_cookie(settings: &Settings, name: &str, value: &str, seconds: Option<u32>) -> HeaderValue {
    let secure = if settings.https { "; Secure" } else { "" };
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
    HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
}
