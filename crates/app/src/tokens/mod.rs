//! The tokens with which programs come in: made, looked at and revoked by the person for whom they
//! speak. A token is shown once, right after it was made.

mod token;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use sop::case::read_date;
use store::{ApiToken, TokenScope};

pub use token::{NewTokenError, hash_of, make};

use crate::ctx::{Ctx, Page};
use crate::form::{Control, ErrorLink, FieldView, OptionView, Typed};
use crate::problem::{self, Obstacle, Problem};
use crate::words::Words;

#[derive(Template)]
#[template(path = "tokens/index.html")]
struct TokensPage {
    page: Page,
    /// The token that was just made.
    made: Option<String>,
    errors: Vec<ErrorLink>,
    fields: Vec<FieldView>,
    tokens: Vec<TokenView>,
}

struct TokenView {
    id: u32,
    name: String,
    scope: String,
    made: String,
    until: String,
    used: String,
}

/// The fields of the form.
const NAME: &str = "name";
const SCOPE: &str = "scope";
const UNTIL: &str = "until";

/// `GET /account/tokens`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    page(&ctx, &Typed::default(), None, None).await
}

/// `POST /account/tokens`: answers with the page itself, since no other can show the token.
pub async fn create(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    let Some(until) = read_date(typed.one(UNTIL)) else {
        return page(&ctx, &typed, Some((UNTIL, ctx.words.t("fault-not-a-date").to_string())), None).await;
    };
    let scope = if typed.one(SCOPE) == "act" { TokenScope::Act } else { TokenScope::Read };
    let (desk, now) = (&ctx.desk, ctx.desk.now());
    let made = make(&desk.store, &desk.calendar, now, &ctx.person.id, typed.one(NAME), scope, until).await;
    match made {
        Ok(token) => page(&ctx, &Typed::default(), None, Some(token)).await,
        Err(error) => {
            let fault = fault(ctx.words, error)?;
            page(&ctx, &typed, Some(fault), None).await
        }
    }
}

/// `POST /account/tokens/{id}/revocation`
pub async fn revoke(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    if ctx.desk.store.revoke_token(&ctx.person.id, id).await? {
        Ok(Redirect::to("/account/tokens").into_response())
    } else {
        Err(Problem::NotFound)
    }
}

/// The field that has to be mended, and how.
fn fault(words: Words, error: NewTokenError) -> Result<(&'static str, String), Problem> {
    match error {
        NewTokenError::NoName => Ok((NAME, words.t("fault-missing").to_string())),
        NewTokenError::NameTooLong { chars_max } => {
            Ok((NAME, words.t("fault-too-long").with("n", chars_max).to_string()))
        }
        NewTokenError::Past | NewTokenError::TooLate { .. } => {
            Ok((UNTIL, words.t("token-fault-until").to_string()))
        }
        NewTokenError::TooMany { tokens_max } => {
            Ok((NAME, words.t("token-too-many").with("n", tokens_max).to_string()))
        }
        NewTokenError::Randomness => Err(Problem::internal(&error)),
        NewTokenError::Store(error) => Err(error.into()),
    }
}

async fn page(
    ctx: &Ctx,
    typed: &Typed,
    fault: Option<(&'static str, String)>,
    made: Option<String>,
) -> Result<Response, Problem> {
    let words = ctx.words;
    let tokens = ctx.desk.store.tokens(&ctx.person.id, ctx.desk.now()).await?;
    let field = |name: &'static str, key: &str, hint: &str, control: Control| FieldView {
        name: name.to_owned(),
        label: words.t(key).to_string(),
        hint: Some(words.t(hint).to_string()),
        control,
        required: true,
        error: fault.as_ref().filter(|(field, _)| *field == name).map(|(_, sentence)| sentence.clone()),
    };
    let option = |id: &str, key: &str| OptionView {
        id: id.to_owned(),
        label: words.t(key).to_string(),
        hint: None,
        chosen: (typed.one(SCOPE) == "act") == (id == "act"),
    };
    let options = vec![option("read", "token-scope-read"), option("act", "token-scope-act")];
    let value = |name| typed.one(name).to_owned();
    let fields = vec![
        field(NAME, "token-name", "token-name-hint", Control::Line { value: value(NAME) }),
        field(SCOPE, "token-scope", "token-scope-hint", Control::Choice { options }),
        field(UNTIL, "token-until", "token-until-hint", Control::Date { value: value(UNTIL) }),
    ];
    let errors = fields.iter().filter_map(|field| {
        let sentence = format!("{}: {}", field.label, field.error.as_ref()?);
        Some(ErrorLink { field: field.name.clone(), sentence })
    });
    let title = words.t("tokens-title").to_string();
    let title = if fault.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let template = TokensPage {
        errors: errors.collect(),
        tokens: tokens.into_iter().map(|token| view(ctx, token)).collect(),
        page: ctx.page(&title),
        made,
        fields,
    };
    problem::page(&template, fault.is_some().then_some(Obstacle::Mend))
}

fn view(ctx: &Ctx, token: ApiToken) -> TokenView {
    let words = ctx.words;
    let date = |at| words.date(ctx.desk.calendar.local(at).date());
    let scope = match token.scope {
        TokenScope::Read => "token-scope-read",
        TokenScope::Act => "token-scope-act",
    };
    TokenView {
        id: token.id,
        name: token.name,
        scope: words.t(scope).to_string(),
        made: date(token.created_at),
        // It expires when its last day is over.
        until: date(token.expires_at - SignedDuration::from_secs(1)),
        used: token.used_at.map_or_else(
            || words.t("token-unused").to_string(),
            |at| words.short_moment(at, ctx.desk.calendar.zone()),
        ),
    }
}
