//! To the provider of single sign-on and back. Meanwhile a cookie and a row of the database say which
//! browser went: what comes back counts once, and only there.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use store::ProviderSignIn;

use super::device::device;
use super::elsewhere::{self, Attempt, ProviderError, Vouched};
use super::{ClientAddress, Next, cookie_hash, hashed, local_path, new_token, next_after, set_cookie};
use crate::ctx::App;
use crate::problem::Problem;

/// Says which browser went to the provider.
const COOKIE: &str = "sigap_penyedia";
/// How long somebody may be away.
const BACK_WITHIN: SignedDuration = SignedDuration::from_mins(10);
const BACK_WITHIN_SECONDS: u32 = 10 * 60;

/// Why somebody came back from the provider without being let in. An address names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    OutOfReach,
    /// Nothing was begun in this browser, it took too long, or the provider says no.
    Unfinished,
    DoesNotHold,
    Untold,
    Stranger,
}

impl Refused {
    const ALL: [Self; 5] =
        [Self::OutOfReach, Self::Unfinished, Self::DoesNotHold, Self::Untold, Self::Stranger];

    fn name(self) -> &'static str {
        match self {
            Self::OutOfReach => "out-of-reach",
            Self::Unfinished => "unfinished",
            Self::DoesNotHold => "does-not-hold",
            Self::Untold => "untold",
            Self::Stranger => "stranger",
        }
    }

    /// The key of the sentence that says so.
    pub fn key(self) -> &'static str {
        match self {
            Self::OutOfReach => "provider-out-of-reach",
            Self::Unfinished => "provider-unfinished",
            Self::DoesNotHold => "provider-does-not-hold",
            Self::Untold => "provider-untold",
            Self::Stranger => "provider-stranger",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refused| refused.name() == name)
    }

    /// Back to the sign-in page, so that no code stays in an address.
    fn back(self, next: &str) -> Response {
        let next = next_after(next);
        let sign = if next.is_empty() { '?' } else { '&' };
        Redirect::to(&format!("/sign-in{next}{sign}refused={}", self.name())).into_response()
    }
}

impl From<ProviderError> for Refused {
    fn from(error: ProviderError) -> Self {
        elsewhere::tell(&error);
        match error {
            ProviderError::OutOfReach(_) => Self::OutOfReach,
            ProviderError::DoesNotHold(_) => Self::DoesNotHold,
            ProviderError::Untold(_) => Self::Untold,
        }
    }
}

/// `GET /sign-in/provider`: a link, since no form may lead to another site.
pub async fn go(State(app): State<App>, query: Query<Next>) -> Result<Response, Problem> {
    let provider = app.settings.provider.as_deref().ok_or(Problem::NotFound)?;
    let next = local_path(&query.next);
    let attempt = Attempt { state: new_token()?, nonce: new_token()?, verifier: new_token()? };
    let address = match provider.address(&attempt).await {
        Ok(address) => address,
        Err(error) => return Ok(Refused::from(error).back(next)),
    };
    let (browser, now) = (new_token()?, app.desk.now());
    let Attempt { state, nonce, verifier } = attempt;
    let begun = ProviderSignIn { nonce, verifier, next: next.to_owned() };
    let store = &app.desk.store;
    store.begin_provider_sign_in(&hashed(&browser), &hashed(&state), &begun, now, now + BACK_WITHIN).await?;
    let cookie = set_cookie(&app.settings, COOKIE, &browser, Some(BACK_WITHIN_SECONDS));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&address)).into_response())
}

/// What a provider adds to the address by which it sends somebody back.
#[derive(Debug, Deserialize)]
pub struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// `GET /sign-in/provider/return`
pub async fn come_back(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let provider = app.settings.provider.as_deref().ok_or(Problem::NotFound)?;
    let store = &app.desk.store;
    let Some(browser) = cookie_hash(&headers, COOKIE) else { return Ok(Refused::Unfinished.back("")) };
    let begun = store.take_provider_sign_in(&browser, &hashed(&answer.state), app.desk.now()).await?;
    let Some(ProviderSignIn { nonce, verifier, next }) = begun else {
        return Ok(Refused::Unfinished.back(""));
    };
    // Without a code it says why, in words for programs: mostly that somebody went no further.
    if answer.code.is_empty() {
        return Ok(Refused::Unfinished.back(&next));
    }
    let vouched: Vouched = match provider.vouched(&answer.code, &nonce, &verifier).await {
        Ok(vouched) => vouched,
        Err(error) => return Ok(Refused::from(error).back(&next)),
    };
    let Some(known) = store.credentials(&vouched.login, app.desk.today()).await? else {
        return Ok(Refused::Stranger.back(&next));
    };
    let device = device(&headers, address.behind(&app.settings));
    elsewhere::welcome(&app, &known.person, &vouched, &device, &next).await
}
