//! Adding a passkey.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use super::second_factor::{page, tell_of, wrong};
use crate::ctx::{self, Ctx, Page};
use crate::form::{ErrorLink, Typed};
use crate::problem::Problem;
use crate::session::passkeys::ANSWER_WITHIN;
use crate::session::{self, second_factor};

/// The longest name of a passkey; the field of the form says the same.
const NAME_CHARS_MAX: usize = 80;

/// The fields of the form.
const NAME: &str = "passkey-name";
const PASSWORD: &str = "passkey-password";

#[derive(Template)]
#[template(path = "account/passkey.html")]
struct PasskeyPage {
    page: Page,
    /// What the browser is asked, as JSON.
    asked: String,
}

/// `POST /account/second-factor/passkeys`: asks the browser to make one.
pub async fn begin(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    let store = &ctx.desk.store;
    let has = store.second_factors(&ctx.person.id).await?;
    let passkeys =
        ctx.settings.passkeys.as_ref().filter(|_| second_factor::may_add_passkey(&ctx.settings, has));
    let Some(passkeys) = passkeys else { return Err(Problem::NotFound) };
    let name = typed.one(NAME).trim();
    let error = if name.is_empty() {
        Some(wrong(&ctx, NAME, "fault-missing"))
    } else if name.chars().count() > NAME_CHARS_MAX {
        let sentence = ctx.words.t("fault-too-long").with("n", NAME_CHARS_MAX).to_string();
        Some(ErrorLink { field: NAME.to_owned(), sentence })
    } else if session::knows_password(&ctx, typed.one(PASSWORD)).await? {
        None
    } else {
        Some(wrong(&ctx, PASSWORD, "password-wrong"))
    };
    if let Some(error) = error {
        return page(&ctx, vec![error], name.to_owned()).await;
    }
    let question = passkeys.ask_to_make(&ctx.person, name, &store.passkeys(&ctx.person.id).await?)?;
    store.ask_passkey(&ctx.session, &question.state, ctx.desk.now() + ANSWER_WITHIN).await?;
    let title = ctx.words.t("passkey-make-title").to_string();
    ctx::show(&PasskeyPage { page: ctx.page(&title), asked: question.asked })
}

/// `POST /account/second-factor/passkeys/confirmation`: answers with the recovery codes, if it is the first
/// second factor.
pub async fn confirm(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    let (store, now) = (&ctx.desk.store, ctx.desk.now());
    let Some(passkeys) = &ctx.settings.passkeys else { return Err(Problem::NotFound) };
    let Some(state) = store.take_passkey_challenge(&ctx.session, now).await? else {
        return Ok(Redirect::to("/account/second-factor").into_response());
    };
    let Some(made) = passkeys.made(&state, typed.one("answer"))? else {
        return page(&ctx, vec![wrong(&ctx, NAME, "passkey-not-made")], String::new()).await;
    };
    let (codes, hashes) = second_factor::new_recovery_codes()?;
    let added = store.add_passkey(&ctx.person.id, &made, &hashes, &ctx.session, now).await?;
    tell_of(&ctx, added, codes)
}
