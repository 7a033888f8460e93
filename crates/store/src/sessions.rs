//! Who is signed in, and who tried to be.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sop::case::PersonId;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::connection::Writes;
use crate::error::{Cause, Context};
use crate::sql::{Columns as _, int, micros};
use crate::{Store, StoreError};

/// How exactly it is kept when a session was last used: often enough to say, seldom enough not to
/// write on every page.
pub(crate) const LAST_SEEN_STEP: SignedDuration = SignedDuration::from_mins(1);

/// How long noting that may wait for others who write. It is left out rather than waited for.
pub(crate) const LAST_SEEN_WAIT: Duration = Duration::from_millis(200);

/// From where somebody signs in, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    pub address: Option<String>,
    pub browser: Option<String>,
    pub system: Option<String>,
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The hash of its cookie in hexadecimal: it names the session and opens nothing.
    pub token_hash: String,
    pub started_at: Timestamp,
    /// Exact to the minute.
    pub last_seen_at: Timestamp,
    pub device: Device,
}

/// Who asked for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    ByHand,
    /// A page that refreshes while nobody may be there.
    ByItself,
}

/// For how long tries to sign in are kept; whoever limits them looks back no further.
const TRIES_KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Signs somebody in. `token_hash` is the SHA-256 of the cookie, which itself is kept nowhere.
    pub async fn start_session(
        &self,
        token_hash: &[u8; 32],
        person: &PersonId,
        device: &Device,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let doing = || format!("starting a session of person {person}");
        let mut tx = self.write("beginning to start a session").await?;
        query(
            "INSERT INTO sessions \
               (token_hash, person, started_at, last_seen_at, expires_at, address, browser, system) \
             VALUES ($1, $2, $3, $3, $4, $5, $6, $7)",
        )
        .bind(hex::encode(token_hash))
        .bind(person.as_str())
        .bind(micros(now))
        .bind(micros(expires_at))
        .bind(device.address.as_deref())
        .bind(device.browser.as_deref())
        .bind(device.system.as_deref())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Whose session it is; none if there is no such session, it has expired, or it was last used
    /// before a time. That it is in use is noted now and then, if somebody is using it, and not at all
    /// while others write for long: nobody waits for it.
    pub async fn session(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
        used_since: Timestamp,
        asked: Asked,
    ) -> Result<Option<PersonId>, StoreError> {
        let token_hash = hex::encode(token_hash);
        let row = query(
            "SELECT person, last_seen_at FROM sessions \
             WHERE token_hash = $1 AND expires_at > $2 AND last_seen_at >= $3",
        )
        .bind(token_hash.as_str())
        .bind(micros(now))
        .bind(micros(used_since))
        .fetch_optional(&self.readers)
        .await
        .doing(|| "reading a session".to_owned())?;
        let Some(row) = row else { return Ok(None) };
        let read =
            || -> Result<_, Cause> { Ok((PersonId::new(row.text("person")?), row.time("last_seen_at")?)) };
        let (person, last_seen_at) = read().damaged(|| "a session".to_owned())?;
        if asked == Asked::ByHand && now.duration_since(last_seen_at) >= LAST_SEEN_STEP {
            match tokio::time::timeout(LAST_SEEN_WAIT, self.touch_session(&token_hash, now)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, %person, "that a session is in use is not noted");
                }
                Err(_) => tracing::debug!(%person, "others write; that a session is in use is not noted"),
            }
        }
        Ok(Some(person))
    }

    async fn touch_session(&self, token_hash: &str, now: Timestamp) -> Result<(), StoreError> {
        let doing = || "noting that a session is in use".to_owned();
        let mut tx = self.write_to(Writes::Rows, "beginning to note that a session is in use").await?;
        query("UPDATE sessions SET last_seen_at = $1 WHERE token_hash = $2")
            .bind(micros(now))
            .bind(token_hash)
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// The sessions of a person that go on, the one last used first.
    pub async fn sessions(
        &self,
        person: &PersonId,
        now: Timestamp,
        used_since: Timestamp,
    ) -> Result<Vec<SessionRow>, StoreError> {
        let rows = query(
            "SELECT token_hash, person, started_at, last_seen_at, expires_at, address, browser, system, \
             second_factor_elsewhere FROM sessions WHERE person = $1 AND expires_at > $2 AND \
             last_seen_at >= $3 \
             ORDER BY last_seen_at DESC, started_at DESC, token_hash",
        )
        .bind(person.as_str())
        .bind(micros(now))
        .bind(micros(used_since))
        .fetch_all(&self.readers)
        .await
        .doing(|| format!("reading the sessions of person {person}"))?;
        rows.iter().map(SessionRow::read).collect()
    }

    /// Ends one session of a person, by the name that [`SessionRow`] gives it. False if they have none
    /// of that name.
    pub async fn revoke_session(&self, person: &PersonId, token_hash: &str) -> Result<bool, StoreError> {
        let doing = || format!("ending a session of person {person}");
        let mut tx = self.write("beginning to end a session of a person").await?;
        let ended = query("DELETE FROM sessions WHERE person = $1 AND token_hash = $2")
            .bind(person.as_str())
            .bind(token_hash)
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(ended.rows_affected() == 1)
    }

    /// Ends all sessions of a person but one.
    pub async fn end_other_sessions(&self, person: &PersonId, kept: &[u8; 32]) -> Result<(), StoreError> {
        let doing = || format!("ending the other sessions of person {person}");
        let mut tx = self.write("beginning to end the other sessions of a person").await?;
        query("DELETE FROM sessions WHERE person = $1 AND token_hash <> $2")
            .bind(person.as_str())
            .bind(hex::encode(kept))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Signs somebody out.
    pub async fn end_session(&self, token_hash: &[u8; 32]) -> Result<(), StoreError> {
        let doing = || "ending a session".to_owned();
        let mut tx = self.write("beginning to end a session").await?;
        query("DELETE FROM sessions WHERE token_hash = $1")
            .bind(hex::encode(token_hash))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Forgets the sessions that have expired, and says how many there were; with them, who began to
    /// sign in and never gave their code, and what authenticators were asked and never answered.
    pub async fn end_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let doing = || "ending the sessions that have expired".to_owned();
        let mut tx = self.write("beginning to end the sessions that have expired").await?;
        let ended = query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(micros(now))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        for statement in [
            "DELETE FROM awaited_codes WHERE expires_at <= $1",
            "DELETE FROM passkey_challenges WHERE expires_at <= $1",
        ] {
            query(statement).bind(micros(now)).execute(&mut *tx).await.doing(doing)?;
        }
        tx.commit().await.doing(doing)?;
        Ok(ended.rows_affected())
    }

    /// Counts a try to sign in under a key (an account, an address), before anybody looks whether it
    /// is right: of many at the same time no more get through than one after the other. False, and not
    /// counted, if there were `tries_max` since a time, which is at most a day ago.
    pub async fn take_try(
        &self,
        key: &str,
        now: Timestamp,
        since: Timestamp,
        tries_max: u32,
    ) -> Result<bool, StoreError> {
        let doing = || "counting a try to sign in".to_owned();
        let kept_micros = int(TRIES_KEPT.as_micros().unsigned_abs().try_into().unwrap_or(u64::MAX));
        let mut tx = self.write("beginning to count a try to sign in").await?;
        query("DELETE FROM sign_in_failures WHERE at < $1")
            .bind(micros(now).saturating_sub(kept_micros))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        let row = query("SELECT COUNT(*) AS tries FROM sign_in_failures WHERE key = $1 AND at >= $2")
            .bind(key)
            .bind(micros(since))
            .fetch_one(&mut *tx)
            .await
            .doing(doing)?;
        let taken = row.count("tries").damaged(|| "the count of tries to sign in".to_owned())? < tries_max;
        if taken {
            query("INSERT INTO sign_in_failures (key, at) VALUES ($1, $2)")
                .bind(key)
                .bind(micros(now))
                .execute(&mut *tx)
                .await
                .doing(doing)?;
        }
        tx.commit().await.doing(doing)?;
        Ok(taken)
    }

    /// Takes back one try that was counted at a time and turned out not to be a failure.
    pub async fn give_try_back(&self, key: &str, at: Timestamp) -> Result<(), StoreError> {
        let doing = || "giving a try to sign in back".to_owned();
        let mut tx = self.write("beginning to give a try to sign in back").await?;
        query(
            "DELETE FROM sign_in_failures WHERE id = \
               (SELECT MAX(id) FROM sign_in_failures WHERE key = $1 AND at = $2)",
        )
        .bind(key)
        .bind(micros(at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Forgets the tries under a key, after a sign-in that succeeded.
    pub async fn forget_tries(&self, key: &str) -> Result<(), StoreError> {
        let doing = || "forgetting tries to sign in".to_owned();
        let mut tx = self.write("beginning to forget tries to sign in").await?;
        query("DELETE FROM sign_in_failures WHERE key = $1")
            .bind(key)
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }
}

impl SessionRow {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                token_hash: row.text("token_hash")?,
                started_at: row.time("started_at")?,
                last_seen_at: row.time("last_seen_at")?,
                device: Device {
                    address: row.text_or_none("address")?,
                    browser: row.text_or_none("browser")?,
                    system: row.text_or_none("system")?,
                },
            })
        };
        read().damaged(|| "a session".to_owned())
    }
}
