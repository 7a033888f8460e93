//! What programs send, read once for all handlers: for whom they come, which version they have seen,
//! and what they ask.

use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use sop::case::Version;
use store::{ApiToken, TokenScope};

use crate::ctx::{App, Ctx};
use crate::problem::Problem;
use crate::readings::Reader;
use crate::tokens;
use crate::words::{Language, Words};

/// A program that reads.
#[derive(Debug)]
pub struct Reads(pub Ctx);

/// A program that acts.
#[derive(Debug)]
pub struct Acts(pub Ctx);

/// A program, with the token that it came with.
#[derive(Debug)]
pub struct Holds(pub Ctx, pub ApiToken);

/// The version of a case that a program has seen, from `If-Match`.
#[derive(Clone, Copy, Debug)]
pub struct Seen(pub Version);

/// The key of its own choosing under which a program makes something.
#[derive(Debug)]
pub struct IdempotencyKey(pub Option<String>);

/// The body, as JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A form with files.
#[derive(Debug)]
pub struct Files(pub Multipart);

/// The query of the address.
#[derive(Debug)]
pub struct Query<T>(pub T);

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const KEY_CHARS_MAX: usize = 100;

/// In which language a program is told things: English, unless it asks for Indonesian.
pub fn words(headers: &HeaderMap) -> Words {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let indonesian = asked.is_some_and(|asked| asked.trim_start().to_ascii_lowercase().starts_with("id"));
    Words::new(if indonesian { Language::Indonesian } else { Language::English })
}

impl FromRequestParts<App> for Holds {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let sent = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        // RFC 9110 has schemes of authentication in any case.
        let token = sent
            .and_then(|sent| sent.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| tokens::hash_of(token.trim()));
        let found = match token {
            Some(token) => app.desk.store.token(&token, app.desk.now()).await?,
            None => None,
        };
        app.count(parts, found.as_ref().map(|(id, _)| id))?;
        let (id, token) = found.ok_or(Problem::NoToken)?;
        Reader::is(parts, &id, &token.name);
        // A token never gives more than its person may today.
        let person = app.desk.store.person(&id, app.desk.today()).await?.ok_or(Problem::NoToken)?;
        Ok(Self(Ctx::of_program(app, person, words(&parts.headers)).await?, token))
    }
}

impl FromRequestParts<App> for Reads {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Holds(ctx, _) = Holds::from_request_parts(parts, app).await?;
        Ok(Self(ctx))
    }
}

impl FromRequestParts<App> for Acts {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Holds(ctx, token) = Holds::from_request_parts(parts, app).await?;
        match token.scope {
            TokenScope::Act => Ok(Self(ctx)),
            TokenScope::Read => Err(Problem::OnlyReads),
        }
    }
}

impl FromRequestParts<App> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let tag = parts.headers.get(header::IF_MATCH).ok_or(Problem::SeenNeeded)?;
        let version = tag.to_str().ok().and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
        let version = version.filter(|version| version.bytes().all(|byte| byte.is_ascii_digit()));
        let version = version.and_then(|version| version.parse().ok());
        version.map(Self).ok_or(Problem::BadRequest("problem-bad-if-match-detail"))
    }
}

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let Some(key) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(Self(None)) };
        let key = key.to_str().ok().filter(|key| {
            (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
        });
        key.map(|key| Self(Some(key.to_owned()))).ok_or(Problem::BadRequest("problem-bad-key-detail"))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        use axum::extract::rejection::JsonRejection;
        match axum::Json::from_request(request, app).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::NotJson),
            Err(JsonRejection::BytesRejection(error)) if error.status() == Problem::too_large() => {
                Err(Problem::FormTooLarge)
            }
            Err(error) => {
                use std::error::Error as _;
                let why = error.source().map_or_else(|| error.body_text(), ToString::to_string);
                Err(Problem::Unreadable(why))
            }
        }
    }
}

impl FromRequest<App> for Files {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        // Whatever is no form with files, or does not say where its parts begin.
        Multipart::from_request(request, app).await.map(Self).map_err(|_| Problem::NotFiles)
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, app).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(error) => {
                use std::error::Error as _;
                let why = error.source().map_or_else(|| error.body_text(), ToString::to_string);
                Err(Problem::Unreadable(why))
            }
        }
    }
}
