//! Akun saya: what people do for the safety of their own account.

mod passkeys;
mod second_factor;

pub use passkeys::{begin as begin_passkey, confirm as confirm_passkey};
pub use second_factor::{
    begin as begin_second_factor, confirm as confirm_second_factor, index as second_factor,
    remove as remove_second_factor, replace_codes as replace_recovery_codes,
};

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::{Passkey, SessionRow};

use crate::ctx::{Ctx, Page};
use crate::form::{Control, ErrorLink, FieldView, OptionView, Typed};
use crate::password::{self, Owner, Weakness};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};
use crate::session::{self, second_factor as second_step};
use crate::words::Words;

#[derive(Template)]
#[template(path = "account/index.html")]
struct AccountPage {
    page: Page,
    login: String,
    /// What has just been done, in a sentence.
    done: Option<String>,
    errors: Vec<ErrorLink>,
    password_rules: String,
    /// The directory of the office keeps the password.
    is_of_directory: bool,
    may_see_mandates: bool,
    factors: Vec<FactorView>,
    recovery_codes_left: u32,
    /// Whether there is a second factor that is not set up yet.
    may_add: bool,
    /// Which second factor is to be removed; none if this person has to keep the one they have.
    removal: Option<FieldView>,
    sessions: Vec<SessionView>,
}

/// A second factor that somebody has.
struct FactorView {
    /// What a form calls it: `app`, or the number of a passkey.
    id: String,
    name: String,
    /// When it was made and last used, as far as it is known.
    dates: Option<String>,
}

struct SessionView {
    token_hash: String,
    /// "Chrome di Windows, 10.0.0.7"
    device: String,
    since: String,
    last_used: String,
    is_this: bool,
}

impl AccountPage {
    fn error(&self, field: &str) -> Option<&str> {
        let error = self.errors.iter().find(|error| error.field == field);
        error.map(|error| error.sentence.as_str())
    }
}

/// What an address says was done before it.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /account`
pub async fn index(ctx: Ctx, Query(done): Query<Done>) -> Result<Response, Problem> {
    let key = match done.done.as_str() {
        "password" => Some("account-password-changed"),
        "second-factor" if second_step::is_set_up(&ctx.desk.store, &ctx.person.id).await? => {
            Some("second-factor-one-removed")
        }
        "second-factor" => Some("second-factor-removed"),
        "second-factor-added" => Some("second-factor-added"),
        "sessions" => Some("account-sessions-ended"),
        _ => None,
    };
    page(&ctx, key.map(|key| ctx.words.t(key).to_string()), Vec::new()).await
}

/// `POST /account/password`
pub async fn change_password(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    if ctx.desk.store.is_of_directory(&ctx.person.id).await? {
        return Err(Problem::NotFound);
    }
    let words = ctx.words;
    let new = typed.one("password-new");
    let mut errors = Vec::new();
    let mut wrong = |field: &str, sentence: String| {
        errors.push(ErrorLink { field: field.to_owned(), sentence });
    };
    if let Err(weakness) = password::check(new, &owner(&ctx)) {
        wrong("password-new", weak(words, weakness));
    } else if typed.one("password-again") != new {
        wrong("password-again", words.t("password-differs").to_string());
    } else if !session::knows_password(&ctx, typed.one("password-old")).await? {
        wrong("password-old", words.t("password-wrong").to_string());
    }
    if !errors.is_empty() {
        return page(&ctx, None, errors).await;
    }
    let hash = password::hash(new.to_owned()).await;
    // First the tokens: should the password not be kept after that, it is changed again, and nothing that
    // knew the old one has gone on.
    if !typed.one("tokens").is_empty() {
        ctx.desk.store.revoke_tokens(&ctx.person.id).await?;
    }
    ctx.desk.store.set_password(&ctx.person.id, &hash, Some(&ctx.session)).await?;
    tracing::info!(person = %ctx.person.id, "a password was changed");
    Ok(Redirect::to("/account?done=password").into_response())
}

/// `POST /account/sessions/{session}/end`
pub async fn end_session(ctx: Ctx, Path(session): Path<String>) -> Result<Response, Problem> {
    if !ctx.desk.store.revoke_session(&ctx.person.id, &session).await? {
        return Err(Problem::NotFound);
    }
    Ok(Redirect::to("/account?done=sessions").into_response())
}

/// `POST /account/sessions/end`
pub async fn end_other_sessions(ctx: Ctx) -> Result<Response, Problem> {
    ctx.desk.store.end_other_sessions(&ctx.person.id, &ctx.session).await?;
    Ok(Redirect::to("/account?done=sessions").into_response())
}

fn owner(ctx: &Ctx) -> Owner<'_> {
    let person = &ctx.person;
    Owner { name: &person.name, email: &person.email, nip: person.nip.as_deref() }
}

fn weak(words: Words, weakness: Weakness) -> String {
    let sentence = match weakness {
        Weakness::TooShort => words.t("password-too-short").with("n", password::CHARS_MIN),
        Weakness::TooLong => words.t("password-too-long").with("n", password::CHARS_MAX),
        Weakness::NamesOwner => words.t("password-names-owner"),
        Weakness::Common => words.t("password-common"),
    };
    sentence.to_string()
}

async fn page(ctx: &Ctx, done: Option<String>, errors: Vec<ErrorLink>) -> Result<Response, Problem> {
    let (words, now, zone) = (ctx.words, ctx.desk.now(), ctx.zone().await?);
    let this = hex::encode(ctx.session);
    let rows = ctx.desk.store.sessions(&ctx.person.id, now, session::used_since(now)).await?;
    let has = ctx.desk.store.second_factors(&ctx.person.id).await?;
    let factors = factors(ctx, has.has_app).await?;
    let may_remove = policy::may_remove_second_factor(&ctx.person, has.count(), ctx.settings.second_factor);
    let option = |factor: &FactorView| OptionView {
        id: factor.id.clone(),
        label: factor.name.clone(),
        hint: None,
        chosen: factors.len() == 1,
    };
    let removal = FieldView {
        name: REMOVED.to_owned(),
        label: words.t("second-factor-which").to_string(),
        hint: None,
        control: Control::Choice { options: factors.iter().map(option).collect() },
        required: true,
        error: errors.iter().find(|error| error.field == REMOVED).map(|error| error.sentence.clone()),
    };
    let view = |row: SessionRow| SessionView {
        device: device(words, &row),
        since: words.weekday_moment(row.started_at, zone),
        last_used: words.weekday_moment(row.last_seen_at, zone),
        is_this: row.token_hash == this,
        token_hash: row.token_hash,
    };
    let title = words.t("account-title").to_string();
    let title =
        if errors.is_empty() { title } else { words.t("title-mend").with("title", title).to_string() };
    let is_refused = !errors.is_empty();
    let template = AccountPage {
        page: ctx.page(&title),
        login: ctx.person.email.clone(),
        done,
        errors,
        password_rules: words.t("password-rules").with("n", password::CHARS_MIN).to_string(),
        is_of_directory: ctx.desk.store.is_of_directory(&ctx.person.id).await?,
        may_see_mandates: policy::may(&ctx.person, Place::Mandates),
        removal: may_remove.then_some(removal),
        may_add: second_step::may_add(&ctx.settings, has),
        recovery_codes_left: has.recovery_codes_left,
        factors,
        sessions: rows.into_iter().map(view).collect(),
    };
    problem::page(&template, is_refused.then_some(Obstacle::Mend))
}

/// The field that says which second factor is removed.
const REMOVED: &str = "removed";

/// What a form calls the authenticator app.
const APP: &str = "app";

async fn factors(ctx: &Ctx, has_app: bool) -> Result<Vec<FactorView>, Problem> {
    let words = ctx.words;
    let app = has_app.then(|| FactorView {
        id: APP.to_owned(),
        name: words.t("second-factor-app").to_string(),
        dates: None,
    });
    let zone = ctx.zone().await?;
    let moment = |at| words.weekday_moment(at, zone);
    let passkey = |key: Passkey| FactorView {
        id: key.id.to_string(),
        dates: Some(match key.used_at {
            Some(used_at) => words
                .t("passkey-used")
                .with("made", moment(key.created_at))
                .with("used", moment(used_at))
                .to_string(),
            None => words.t("passkey-unused").with("made", moment(key.created_at)).to_string(),
        }),
        name: words.t("passkey-named").with("name", key.name).to_string(),
    };
    let passkeys = ctx.desk.store.passkeys(&ctx.person.id).await?;
    Ok(app.into_iter().chain(passkeys.into_iter().map(passkey)).collect())
}

/// The browser, the machine and the address, as far as they are known.
fn device(words: Words, row: &SessionRow) -> String {
    let device = &row.device;
    let kind = match (&device.browser, &device.system) {
        (Some(browser), Some(system)) => words
            .t("session-browser-on")
            .with("browser", browser.as_str())
            .with("system", system.as_str())
            .to_string(),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => words.t("session-browser-unknown").to_string(),
    };
    match &device.address {
        Some(address) => format!("{kind}, {address}"),
        None => kind,
    }
}
