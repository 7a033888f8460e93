//! Who is signed in, and who tried to be.

use jiff::{SignedDuration, Timestamp};
use sop::case::PersonId;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, int, micros};
use crate::{Person, Store, StoreError};

/// How exactly it is kept when a session was last used: often enough to say, seldom enough not to
/// write on every page.
const LAST_SEEN_STEP: SignedDuration = SignedDuration::from_mins(1);

/// For how long failed sign-ins are kept; whoever limits them looks back no further.
const SIGN_IN_FAILURES_KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Store {
    /// Signs somebody in. `token_hash` is the SHA-256 of the cookie, which itself is kept nowhere.
    pub async fn start_session(
        &self,
        token_hash: &[u8; 32],
        person: &PersonId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let doing = || format!("starting a session of person {person}");
        let mut tx = self.write("beginning to start a session").await?;
        query(
            "INSERT INTO sessions (token_hash, person, started_at, last_seen_at, expires_at) \
             VALUES ($1, $2, $3, $3, $4)",
        )
        .bind(hex::encode(token_hash))
        .bind(person.as_str())
        .bind(micros(now))
        .bind(micros(expires_at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Whose session it is; none if there is no such session or it has expired.
    pub async fn session(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<Person>, StoreError> {
        let token_hash = hex::encode(token_hash);
        let row =
            query("SELECT person, last_seen_at FROM sessions WHERE token_hash = $1 AND expires_at > $2")
                .bind(token_hash.as_str())
                .bind(micros(now))
                .fetch_optional(&self.readers)
                .await
                .doing(|| "reading a session".to_owned())?;
        let Some(row) = row else { return Ok(None) };
        let read =
            || -> Result<_, Cause> { Ok((PersonId::new(row.text("person")?), row.time("last_seen_at")?)) };
        let (person, last_seen_at) = read().damaged(|| "a session".to_owned())?;
        if now.duration_since(last_seen_at) >= LAST_SEEN_STEP {
            let doing = || format!("noting that the session of person {person} is in use");
            let mut tx = self.write("beginning to note that a session is in use").await?;
            query("UPDATE sessions SET last_seen_at = $1 WHERE token_hash = $2")
                .bind(micros(now))
                .bind(token_hash)
                .execute(&mut *tx)
                .await
                .doing(doing)?;
            tx.commit().await.doing(doing)?;
        }
        self.person(&person).await
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

    /// Forgets the sessions that have expired, and says how many there were.
    pub async fn end_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let doing = || "ending the sessions that have expired".to_owned();
        let mut tx = self.write("beginning to end the sessions that have expired").await?;
        let ended = query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(micros(now))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(ended.rows_affected())
    }

    /// How often signing in failed under a key (a login, an address) since a time, at most a day ago.
    pub async fn sign_in_failures(&self, key: &str, since: Timestamp) -> Result<u32, StoreError> {
        let row = query("SELECT COUNT(*) AS failures FROM sign_in_failures WHERE key = $1 AND at >= $2")
            .bind(key)
            .bind(micros(since))
            .fetch_one(&self.readers)
            .await
            .doing(|| "counting failed sign-ins".to_owned())?;
        row.count("failures").damaged(|| "the count of failed sign-ins".to_owned())
    }

    /// Notes that signing in failed under a key.
    pub async fn note_sign_in_failure(&self, key: &str, now: Timestamp) -> Result<(), StoreError> {
        let doing = || "noting a failed sign-in".to_owned();
        let kept_micros =
            int(SIGN_IN_FAILURES_KEPT.as_micros().unsigned_abs().try_into().unwrap_or(u64::MAX));
        let mut tx = self.write("beginning to note a failed sign-in").await?;
        query("DELETE FROM sign_in_failures WHERE at < $1")
            .bind(micros(now).saturating_sub(kept_micros))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        query("INSERT INTO sign_in_failures (key, at) VALUES ($1, $2)")
            .bind(key)
            .bind(micros(now))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Forgets the failures under a key, after a sign-in that succeeded.
    pub async fn forget_sign_in_failures(&self, key: &str) -> Result<(), StoreError> {
        let doing = || "forgetting failed sign-ins".to_owned();
        let mut tx = self.write("beginning to forget failed sign-ins").await?;
        query("DELETE FROM sign_in_failures WHERE key = $1")
            .bind(key)
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }
}
