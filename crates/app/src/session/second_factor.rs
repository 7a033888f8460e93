//! The second half of signing in: a code from the telephone, or a recovery code. Until it is given, a
//! cookie only says who owes it.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sop::case::PersonId;
use store::{Device, PASSKEYS_MAX, SecondFactors, Store};

use super::device::device;
use super::passkeys::{ANSWER_WITHIN, Answered};
use super::tries::Tries;
use super::{
    COOKIE, ClientAddress, Next, enter, hashed, local_path, new_token, set_cookie, start, token, totp,
};
use crate::ctx::{self, App, Page, Visitor};
use crate::form::Typed;
use crate::problem::{self, Obstacle, Problem};
use crate::{Desk, Settings};

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
    title_key: &'static str,
    explained_key: &'static str,
    hint_key: &'static str,
    /// What the browser is asked for a passkey, as JSON; none where none is offered.
    asked: Option<String>,
}

/// Whether somebody has a second factor that counts.
pub async fn is_set_up(store: &Store, person: &PersonId) -> Result<bool, Problem> {
    Ok(store.second_factors(person).await?.is_any())
}

/// Whether somebody who has these may set another second factor up: one app, and some passkeys.
pub fn may_add(settings: &Settings, has: SecondFactors) -> bool {
    !has.has_app || may_add_passkey(settings, has)
}

/// Whether somebody who has these may add a passkey.
pub fn may_add_passkey(settings: &Settings, has: SecondFactors) -> bool {
    settings.passkeys.is_some() && has.passkeys < PASSKEYS_MAX
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
    let Some((token, id)) = who_owes(&app, &headers).await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    ctx::show(&page(&app, &visitor, &token, &id, local_path(&query.next).to_owned(), None).await?)
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
    if !is_right(&app.desk, &id, typed.one("code")).await? {
        let error = visitor.words.t("code-wrong").to_string();
        let page = page(&app, &visitor, &token, &id, next, Some(error)).await?;
        return problem::page(&page, Some(Obstacle::Mend));
    }
    let_in(&app, &token, &id, &device(&headers, address.behind(&app.settings)), &next).await
}

/// `POST /session/passkey`
pub async fn give_passkey(
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
    if !has_answered(&app, &token, &id, typed.one("answer")).await? {
        let error = visitor.words.t("passkey-wrong").to_string();
        let page = page(&app, &visitor, &token, &id, next, Some(error)).await?;
        return problem::page(&page, Some(Obstacle::Mend));
    }
    let_in(&app, &token, &id, &device(&headers, address.behind(&app.settings)), &next).await
}

/// Whether a passkey of somebody has answered what it was asked, which it then is no longer. Counted as a try
/// like codes.
async fn has_answered(app: &App, token: &[u8; 32], person: &PersonId, answer: &str) -> Result<bool, Problem> {
    let (store, now) = (&app.desk.store, app.desk.now());
    let tries = tries(person, now);
    tries.take(store).await?;
    let Some(passkeys) = &app.settings.passkeys else { return Ok(false) };
    let Some(state) = store.take_passkey_challenge(token, now).await? else { return Ok(false) };
    let Some(Answered { passkey, before, after }) = passkeys.answered(&state, answer)? else {
        return Ok(false);
    };
    let used = store.use_passkey(person, passkey, &before, &after, now).await?;
    if used {
        tries.succeeded(store).await?;
    }
    Ok(used)
}

/// Starts the session of whoever owed a second factor and has given it.
async fn let_in(
    app: &App,
    token: &[u8; 32],
    id: &PersonId,
    device: &Device,
    next: &str,
) -> Result<Response, Problem> {
    let store = &app.desk.store;
    let person = store.person(id, app.desk.today()).await?.ok_or(Problem::NotFound)?;
    store.forget_awaited_code(token).await?;
    // Another cookie than the one that owed a code: whoever may have seen that one gains nothing.
    Ok(enter(start(app, &person, device).await?, next))
}

async fn who_owes(app: &App, headers: &HeaderMap) -> Result<Option<([u8; 32], PersonId)>, Problem> {
    let Some(token) = token(headers) else { return Ok(None) };
    let person = app.desk.store.awaited_code(&token, app.desk.now()).await?;
    Ok(person.map(|person| (token, person)))
}

/// The page asks for a passkey anew each time it is shown, since an answer counts once.
async fn page(
    app: &App,
    visitor: &Visitor,
    token: &[u8; 32],
    person: &PersonId,
    next: String,
    error: Option<String>,
) -> Result<CodePage, Problem> {
    let (store, words) = (&app.desk.store, visitor.words);
    let has = store.second_factors(person).await?;
    let asked = match &app.settings.passkeys {
        Some(passkeys) if has.passkeys > 0 => {
            let question = passkeys.ask(&store.passkeys(person).await?)?;
            store.ask_passkey(token, &question.state, app.desk.now() + ANSWER_WITHIN).await?;
            Some(question.asked)
        }
        _ => None,
    };
    let (title_key, explained_key) = match (&asked, has.has_app) {
        (Some(_), _) => ("second-step-title", "second-step-explained"),
        (None, true) => ("code-title", "code-explained"),
        (None, false) => ("second-step-title", "second-step-recovery"),
    };
    let title = words.t(title_key).to_string();
    let title = if error.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let hint_key = if has.has_app { "code-hint" } else { "code-hint-recovery" };
    Ok(CodePage { page: Page::new(visitor, &title), next, error, title_key, explained_key, hint_key, asked })
}

/// Whether a code is one of somebody's, which it then is no longer: a code of now, or a recovery code.
/// Throttled like passwords, and counted apart from them.
pub async fn is_right(desk: &Desk, person: &PersonId, typed: &str) -> Result<bool, Problem> {
    let store = &desk.store;
    let tries = tries(person, desk.now());
    tries.take(store).await?;
    let app = store.authenticator_app(person).await?.filter(|app| app.confirmed_at.is_some());
    let used = match app.and_then(|app| totp::step_of(&app.secret, typed, desk.now())) {
        Some(step) => store.use_step(person, step).await?,
        None => store.use_recovery_code(person, &recovery_hash(typed)).await?,
    };
    if used {
        tries.succeeded(store).await?;
    }
    Ok(used)
}

/// Tries to prove a second factor, counted apart from passwords.
fn tries(person: &PersonId, at: Timestamp) -> Tries {
    Tries { account: format!("kode:{person}"), address: None, at }
}

/// New recovery codes, `K7QD-MX2W-7PDT-R4NB`, and the hashes by which they are kept.
pub fn new_recovery_codes() -> Result<(Vec<String>, Vec<[u8; 32]>), Problem> {
    let new = || {
        let mut secret = [0; RECOVERY_CODE_BYTES];
        getrandom::fill(&mut secret).map_err(|error| Problem::internal(&error))?;
        let letters = BASE32_NOPAD.encode(&secret);
        Ok(letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
    };
    let codes = (0..RECOVERY_CODES).map(|_| new()).collect::<Result<Vec<String>, Problem>>()?;
    let hashes = codes.iter().map(|code| recovery_hash(code)).collect();
    Ok((codes, hashes))
}

/// The hash by which a recovery code is kept, however it is typed.
fn recovery_hash(code: &str) -> [u8; 32] {
    let code: String = code.to_uppercase().chars().filter(|char| char.is_ascii_alphanumeric()).collect();
    Sha256::digest(code.as_bytes()).into()
}
