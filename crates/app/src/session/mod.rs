//! Signing in and out, and the two things a person sets: language and theme.

pub mod password;

pub mod second_factor;
pub mod totp;

mod device;
mod tries;

pub use second_factor::{code, give_code};
pub use tries::knows_password;

use std::sync::LazyLock;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::{Asked, Device, Person, StoreError};

use crate::cases::rail::{self, RailRow};
use crate::ctx::{self, App, Ctx, LANGUAGE_COOKIE, Page, THEME_COOKIE, Visitor};
use crate::form::Typed;
use crate::problem::{self, Obstacle, Problem};
use crate::words::Language;
use crate::{DemoSignIn, Desk, Settings};

use device::device;
use tries::{Tries, account_key};

const COOKIE: &str = "sigap_sesi";
/// However busy somebody is, they sign in again after this.
const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// A session that nobody has used for so long has ended.
const UNUSED: SignedDuration = SignedDuration::from_hours(2);
/// The longest e-mail address or NIP; the field of the form says the same.
const LOGIN_CHARS_MAX: usize = 200;
const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;

#[derive(Template)]
#[template(path = "session/sign_in.html")]
struct SignInPage {
    page: Page,
    login: String,
    next: String,
    error: Option<String>,
    demo: Vec<DemoSignIn>,
    rail: Vec<RailRow>,
}

/// `GET /sign-in`
pub async fn new(
    State(app): State<App>,
    visitor: Visitor,
    query: axum::extract::Query<Next>,
) -> Result<Response, Problem> {
    if visitor.person.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    ctx::show(&sign_in_page(&app, &visitor, String::new(), local_path(&query.next).to_owned(), None))
}

#[derive(Debug, Default, serde::Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
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
        return wrong(&app, &visitor, login, next);
    }
    let credentials = store.credentials(&login).await?;
    let tries = Tries {
        account: account_key(&login, credentials.as_ref()),
        address: address.behind(&app.settings).map(|address| format!("alamat:{address}")),
        at: app.desk.now(),
    };
    tries.take(store).await?;
    // Somebody unknown costs as much time as somebody with a wrong password.
    let hash = credentials.as_ref().map_or_else(|| UNKNOWN.clone(), |found| found.password_hash.clone());
    let right = password::verify(typed.one("password").to_owned(), hash).await;
    let Some(credentials) = credentials.filter(|_| right) else {
        return wrong(&app, &visitor, login, next);
    };
    tries.succeeded(store).await?;
    if second_factor::is_set_up(store, &credentials.person.id).await? {
        return second_factor::ask(&app, &credentials.person.id, &next).await;
    }
    let cookie = start(&app, &credentials.person, &device(&headers, address.behind(&app.settings))).await?;
    let to = if next.is_empty() { "/" } else { &next };
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response())
}

/// Starts a session and answers with its cookie.
async fn start(app: &App, person: &Person, device: &Device) -> Result<HeaderValue, Problem> {
    let now = app.desk.now();
    let token = new_token()?;
    app.desk.store.start_session(&hashed(&token), &person.id, device, now, now + SESSION).await?;
    Ok(set_cookie(&app.settings, COOKIE, &token, None))
}

/// Whose session it is, if it goes on.
pub async fn whose(desk: &Desk, token: &[u8; 32], headers: &HeaderMap) -> Result<Option<Person>, StoreError> {
    let now = desk.now();
    desk.store.session(token, now, used_since(now), asked(headers)).await
}

/// Since when a session has to have been used to go on.
pub fn used_since(now: Timestamp) -> Timestamp {
    now - UNUSED
}

/// The parts of pages that refresh by themselves are `div`s; people press buttons and send forms.
fn asked(headers: &HeaderMap) -> Asked {
    let source = headers.get("hx-source").map_or(&b""[..], HeaderValue::as_bytes);
    if source.starts_with(b"div#") { Asked::ByItself } else { Asked::ByHand }
}

fn new_token() -> Result<String, Problem> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| Problem::internal(&error))?;
    Ok(hex::encode(secret))
}

fn wrong(app: &App, visitor: &Visitor, login: String, next: String) -> Result<Response, Problem> {
    let error = visitor.words.t("sign-in-wrong").to_string();
    let page = sign_in_page(app, visitor, login, next, Some(error));
    problem::page(&page, Some(Obstacle::Mend))
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

/// The address of a client as far as the connection tells it; a balancer in front is one client.
#[derive(Clone, Debug)]
pub struct ClientAddress(String);

impl ClientAddress {
    /// The address of the person. With a proxy in front everybody comes from its address, and fifty
    /// typing mistakes would lock the whole office out: only the proxy knows who is behind it.
    pub fn behind(&self, settings: &Settings) -> Option<String> {
        (!settings.https).then(|| self.0.clone())
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        let connected = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
        Ok(Self(connected.map_or_else(|| "?".to_owned(), |connected| connected.0.ip().to_string())))
    }
}

/// The hash of the session cookie, by which the store knows it.
pub fn token(headers: &HeaderMap) -> Option<[u8; 32]> {
    let token = ctx::cookie(headers, COOKIE)?;
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
