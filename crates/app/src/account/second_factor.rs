//! Setting a second factor up and taking it away.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use qrcode::QrCode;
use qrcode::render::svg;
use store::{Added, AuthenticatorApp};

use crate::ctx::{self, Ctx, Page};
use crate::form::{ErrorLink, Typed};
use crate::policy;
use crate::problem::{self, Obstacle, Problem};
use crate::session::{self, second_factor, totp};

const HERE: &str = "/account/second-factor";

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct SecondFactorPage {
    page: Page,
    login: String,
    /// Whether nothing else is open to this person until they have one.
    is_required: bool,
    errors: Vec<ErrorLink>,
    has_app: bool,
    offers_passkeys: bool,
    /// What the passkey that is to be made was called.
    passkey_name: String,
    /// The secret that waits to be confirmed: as a picture for the telephone, and to be typed.
    secret: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct RecoveryCodesPage {
    page: Page,
    codes: Vec<String>,
}

impl SecondFactorPage {
    fn error(&self, field: &str) -> Option<&str> {
        let error = self.errors.iter().find(|error| error.field == field);
        error.map(|error| error.sentence.as_str())
    }
}

/// `GET /account/second-factor`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    page(&ctx, Vec::new(), String::new()).await
}

/// `POST /account/second-factor`: makes a secret, which counts once a code of it is given.
pub async fn begin(ctx: Ctx) -> Result<Response, Problem> {
    let mut secret = [0; totp::SECRET_BYTES];
    getrandom::fill(&mut secret).map_err(|error| Problem::internal(&error))?;
    let begun = ctx.desk.store.begin_authenticator_app(&ctx.person.id, &secret).await?;
    Ok(Redirect::to(if begun { HERE } else { "/account" }).into_response())
}

/// `POST /account/second-factor/confirmation`: answers with the recovery codes, this once.
pub async fn confirm(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    let Some(factor) = waiting(&ctx).await? else { return Ok(Redirect::to("/account").into_response()) };
    // A session that was left open must not lock its owner out.
    if !session::knows_password(&ctx, typed.one("password")).await? {
        return page(&ctx, vec![wrong(&ctx, "password", "password-wrong")], String::new()).await;
    }
    let Some(step) = totp::step_of(&factor.secret, typed.one("code"), ctx.desk.now()) else {
        return page(&ctx, vec![wrong(&ctx, "code", "code-wrong")], String::new()).await;
    };
    let (codes, hashes) = second_factor::new_recovery_codes()?;
    let (person, now) = (&ctx.person.id, ctx.desk.now());
    let added = ctx.desk.store.confirm_authenticator_app(person, step, &hashes, &ctx.session, now).await?;
    tell_of(&ctx, added, codes)
}

/// What is shown once somebody has set a second factor up: the recovery codes, if they are new.
pub(super) fn tell_of(ctx: &Ctx, added: Added, codes: Vec<String>) -> Result<Response, Problem> {
    if added != Added::Not {
        tracing::info!(person = %ctx.person.id, "a second factor was set up");
    }
    match added {
        Added::First => show_codes(ctx, codes),
        Added::Further => Ok(Redirect::to("/account?done=second-factor-added").into_response()),
        Added::Not => Ok(Redirect::to("/account").into_response()),
    }
}

/// `POST /account/second-factor/recovery-codes`: answers with other recovery codes, this once.
pub async fn replace_codes(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    if !session::knows_password(&ctx, typed.one("password-codes")).await? {
        return super::page(&ctx, None, vec![wrong(&ctx, "password-codes", "password-wrong")]).await;
    }
    let (codes, hashes) = second_factor::new_recovery_codes()?;
    if !ctx.desk.store.replace_recovery_codes(&ctx.person.id, &hashes).await? {
        return Err(Problem::NotFound);
    }
    tracing::info!(person = %ctx.person.id, "recovery codes were replaced");
    show_codes(&ctx, codes)
}

fn show_codes(ctx: &Ctx, codes: Vec<String>) -> Result<Response, Problem> {
    let title = ctx.words.t("recovery-title").to_string();
    ctx::show(&RecoveryCodesPage { page: ctx.page(&title), codes })
}

/// `POST /account/second-factor/removal`
pub async fn remove(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    let has = ctx.desk.store.second_factors(&ctx.person.id).await?;
    if !policy::may_remove_second_factor(&ctx.person, has.count(), ctx.settings.second_factor) {
        return Err(Problem::NotFound);
    }
    let which = typed.one(super::REMOVED);
    let passkey = which.parse().ok();
    if which != super::APP && passkey.is_none() {
        return super::page(&ctx, None, vec![wrong(&ctx, super::REMOVED, "fault-choose-one")]).await;
    }
    if !session::knows_password(&ctx, typed.one("password")).await? {
        return super::page(&ctx, None, vec![wrong(&ctx, "password", "password-wrong")]).await;
    }
    if !second_factor::is_right(&ctx.desk, &ctx.person.id, typed.one("code")).await? {
        return super::page(&ctx, None, vec![wrong(&ctx, "code", "code-wrong")]).await;
    }
    let removed = match passkey {
        Some(id) => ctx.desk.store.remove_passkey(&ctx.person.id, id).await?,
        None => ctx.desk.store.remove_authenticator_app(&ctx.person.id).await?,
    };
    if !removed {
        return Err(Problem::NotFound);
    }
    tracing::info!(person = %ctx.person.id, "a second factor was removed");
    Ok(Redirect::to("/account?done=second-factor").into_response())
}

pub(super) fn wrong(ctx: &Ctx, field: &str, key: &str) -> ErrorLink {
    ErrorLink { field: field.to_owned(), sentence: ctx.words.t(key).to_string() }
}

/// The authenticator app of this person that waits to be confirmed.
async fn waiting(ctx: &Ctx) -> Result<Option<AuthenticatorApp>, Problem> {
    let app = ctx.desk.store.authenticator_app(&ctx.person.id).await?;
    Ok(app.filter(|app| app.confirmed_at.is_none()))
}

pub(super) async fn page(
    ctx: &Ctx,
    errors: Vec<ErrorLink>,
    passkey_name: String,
) -> Result<Response, Problem> {
    let has = ctx.desk.store.second_factors(&ctx.person.id).await?;
    if !second_factor::may_add(&ctx.settings, has) {
        return Ok(Redirect::to("/account").into_response());
    }
    let words = ctx.words;
    let secret = match waiting(ctx).await? {
        Some(factor) => {
            let address = totp::address(&factor.secret, &ctx.person.email);
            Some((picture(&address)?, totp::written(&factor.secret)))
        }
        None => None,
    };
    let title = words.t("second-factor-title").to_string();
    let title =
        if errors.is_empty() { title } else { words.t("title-mend").with("title", title).to_string() };
    let is_refused = !errors.is_empty();
    let template = SecondFactorPage {
        page: ctx.page(&title),
        login: ctx.person.email.clone(),
        is_required: !has.is_any() && policy::needs_second_factor(&ctx.person, ctx.settings.second_factor),
        has_app: has.has_app,
        offers_passkeys: second_factor::may_add_passkey(&ctx.settings, has),
        passkey_name,
        errors,
        secret,
    };
    problem::page(&template, is_refused.then_some(Obstacle::Mend))
}

/// An address as a QR code that a page can hold.
fn picture(address: &str) -> Result<String, Problem> {
    let code = QrCode::new(address).map_err(|error| Problem::internal(&error))?;
    let svg = code.render::<svg::Color<'_>>().build();
    Ok(format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(svg)))
}
