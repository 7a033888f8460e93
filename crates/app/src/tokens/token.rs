//! How a token is made and recognised.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use sha2::{Digest as _, Sha256};
use sop::calendar::Calendar;
use sop::case::{PersonId, one_line};
use store::{NewToken, Store, StoreError, TokenError, TokenScope};

/// With what every token begins, so that one that leaked is recognised for what it is.
const PREFIX: &str = "sigap_";
/// How many random bytes a token has.
const RANDOM_BYTES: usize = 32;
/// The longest name of a token, in characters.
const NAME_CHARS_MAX: usize = 60;

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum NewTokenError {
    #[error("a token needs a name, by which its owner knows it")]
    NoName,
    #[error("the name of a token has at most {chars_max} characters")]
    NameTooLong { chars_max: usize },
    #[error("that day has passed")]
    Past,
    #[error("a token is valid for at most a year, until {latest}")]
    TooLate { latest: Date },
    #[error("this person has {tokens_max} tokens already; revoke one first")]
    TooMany { tokens_max: u32 },
    #[error("the machine gives no random numbers")]
    Randomness,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<TokenError> for NewTokenError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::TooMany { tokens_max } => Self::TooMany { tokens_max },
            TokenError::Store(error) => Self::Store(error),
        }
    }
}

/// Makes a token for a person, valid to the end of a day in the office's zone. It is kept nowhere:
/// whoever does not write it down has to make another.
///
/// # Errors
/// The name or the day does not fit, the person has too many, or the store fails.
pub async fn make(
    store: &Store,
    calendar: &Calendar,
    now: Timestamp,
    person: &PersonId,
    name: &str,
    scope: TokenScope,
    until: Date,
) -> Result<String, NewTokenError> {
    let name = one_line(name);
    if name.is_empty() {
        return Err(NewTokenError::NoName);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(NewTokenError::NameTooLong { chars_max: NAME_CHARS_MAX });
    }
    let today = calendar.local(now).date();
    let latest = today.saturating_add(1.year());
    if until < today {
        return Err(NewTokenError::Past);
    }
    if until > latest {
        return Err(NewTokenError::TooLate { latest });
    }
    let next_day = until.saturating_add(1.day());
    // What the year after the last calendar lacks is the days off, not the midnight.
    let expires_at = calendar
        .instant(next_day.at(0, 0, 0, 0))
        .unwrap_or_else(|| now + SignedDuration::from_hours(24 * i64::from((next_day - today).get_days())));
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(|_| NewTokenError::Randomness)?;
    let token = format!("{PREFIX}{}", hex::encode(random));
    store
        .add_token(&Sha256::digest(&token).into(), person, &NewToken { name, scope, expires_at }, now)
        .await?;
    Ok(token)
}

/// The hash by which the store knows a token; none for what no token can be.
pub fn hash_of(token: &str) -> Option<[u8; 32]> {
    let random = token.strip_prefix(PREFIX)?;
    let sound = random.len() == 2 * RANDOM_BYTES && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    sound.then(|| Sha256::digest(token).into())
}
