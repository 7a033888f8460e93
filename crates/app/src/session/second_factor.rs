//! The second half of signing in: a code from the telephone, or a recovery code. Until it is given, a
//! cookie only says who owes it.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE32_NOPAD;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use sop::case::PersonId;
use store::Store;

use super::device::device;
use super::tries::Tries;
use super::{
    COOKIE, ClientAddress, Next, enter, hashed, local_path, new_token, set_cookie, start, token, totp,
};
use crate::Desk;
use crate::ctx::{self, App, Page, Visitor};
use crate::form::Typed;
use crate::problem::{self, Obstacle, Problem};

/// How long a code is waited for.
const CODE_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// How many recovery codes somebody gets.
const RECOVERY_CODES: usize = 10;
/// So much of a recovery code is random that a plain hash of it cannot be turned back.
const RECOVERY_CODE_BYTES: usize = 10;

#[derive(Template)]
#[template(path = "session/code.html")]
struct CodePage {
    page: Page,
    next: String,
    error: Option<String>,
}

/// Whether somebody has a second factor that counts.
pub async fn is_set_up(store: &Store, person: &PersonId) -> Result<bool, Problem> {
    let factor = store.second_factor(person).await?;
    Ok(factor.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// Sends whoever has given their password on to the page that asks for a code.
pub async fn ask(app: &App, person: &PersonId, next: &str) -> Result<Response, Problem> {
    let token = new_token()?;
    app.desk.store.await_code(&hashed(&token), person, app.desk.now() + CODE_WITHIN).await?;
    let cookie = set_cookie(&app.settings, COOKIE, &token, None);
    let to = format!("/sign-in/code{}", super::next_after(next));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&to)).into_response())
}

/// `GET /sign-in/code`
pub async fn code(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    query: Query<Next>,
) -> Result<Response, Problem> {
    if who_owes(&app, &headers).await?.is_none() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    ctx::show(&page(&visitor, local_path(&query.next).to_owned(), None))
}

/// `POST /session/code`
pub async fn give_code(
    State(app): State<App>,
    visitor: Visitor,
    address: ClientAddress,
    headers: HeaderMap,
    typed: Typed,
) -> Result<Response, Problem> {
    let next = local_path(typed.one("next")).to_owned();
    let Some((token, id)) = who_owes(&app, &headers).await? else {
        return Ok(Redirect::to(&format!("/sign-in{}", super::next_after(&next))).into_response());
    };
    let store = &app.desk.store;
    let person = store.person(&id, app.desk.today()).await?.ok_or(Problem::NotFound)?;
    if !is_right(&app.desk, &id, typed.one("code")).await? {
        let error = visitor.words.t("code-wrong").to_string();
        return problem::page(&page(&visitor, next, Some(error)), Some(Obstacle::Mend));
    }
    store.forget_awaited_code(&token).await?;
    // Another cookie than the one that owed a code: whoever may have seen that one gains nothing.
    let session = start(&app, &person, &device(&headers, address.behind(&app.settings))).await?;
    Ok(enter(session, &next))
}

async fn who_owes(app: &App, headers: &HeaderMap) -> Result<Option<([u8; 32], PersonId)>, Problem> {
    let Some(token) = token(headers) else { return Ok(None) };
    let person = app.desk.store.awaited_code(&token, app.desk.now()).await?;
    Ok(person.map(|person| (token, person)))
}

fn page(visitor: &Visitor, next: String, error: Option<String>) -> CodePage {
    let words = visitor.words;
    let title = words.t("code-title").to_string();
    let title = if error.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    CodePage { page: Page::new(visitor, &title), next, error }
}

/// Whether a code is one of somebody's, which it then is no longer: a code of now, or a recovery code.
/// Throttled like passwords, and counted apart from them.
pub async fn is_right(desk: &Desk, person: &PersonId, typed: &str) -> Result<bool, Problem> {
    let store = &desk.store;
    let tries = Tries { account: format!("kode:{person}"), address: None, at: desk.now() };
    tries.take(store).await?;
    let Some(factor) = store.second_factor(person).await? else { return Ok(false) };
    let used = match totp::step_of(&factor.secret, typed, desk.now()) {
        Some(step) => store.use_step(person, step).await?,
        None => store.use_recovery_code(person, &recovery_hash(typed)).await?,
    };
    if used {
        tries.succeeded(store).await?;
    }
    Ok(used)
}

/// New recovery codes, `K7QD-MX2W-7PDT-R4NB`.
pub fn new_recovery_codes() -> Result<Vec<String>, Problem> {
    let new = || {
        let mut secret = [0; RECOVERY_CODE_BYTES];
        getrandom::fill(&mut secret).map_err(|error| Problem::internal(&error))?;
        let letters = BASE32_NOPAD.encode(&secret);
        Ok(letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
    };
    (0..RECOVERY_CODES).map(|_| new()).collect()
}

/// The hash by which a recovery code is kept, however it is typed.
pub fn recovery_hash(code: &str) -> [u8; 32] {
    let code: String = code.to_uppercase().chars().filter(|char| char.is_ascii_alphanumeric()).collect();
    Sha256::digest(code.as_bytes()).into()
}
