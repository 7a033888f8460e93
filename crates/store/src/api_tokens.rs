//! The tokens with which programs come in, each for a person and never for more than that person may.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sop::case::PersonId;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::connection::Writes;
use crate::error::{Cause, Context};
use crate::sessions::{LAST_SEEN_STEP, LAST_SEEN_WAIT};
use crate::sql::{Columns as _, micros, name_of};
use crate::{Store, StoreError, TokenError};

/// How many tokens one person may have at a time.
pub const TOKENS_MAX: u32 = 20;

/// What a program may do of what its person may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Read, and change nothing.
    Read,
    /// Read and act.
    Act,
}

/// A token as its owner sees it later: all but the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub id: u32,
    /// What its owner calls it.
    pub name: String,
    pub scope: TokenScope,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
}

/// A token that is being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    pub name: String,
    pub scope: TokenScope,
    pub expires_at: Timestamp,
}

impl Store {
    /// Keeps a new token of a person. `token_hash` is the SHA-256 of the token, which itself is kept
    /// nowhere.
    pub async fn add_token(
        &self,
        token_hash: &[u8; 32],
        person: &PersonId,
        token: &NewToken,
        now: Timestamp,
    ) -> Result<(), TokenError> {
        let doing = || format!("adding a token of person {person}");
        let mut tx = self.write("beginning to add a token").await?;
        query("DELETE FROM api_tokens WHERE expires_at <= $1")
            .bind(micros(now))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        let row = query("SELECT COUNT(*) AS tokens FROM api_tokens WHERE person = $1")
            .bind(person.as_str())
            .fetch_one(&mut *tx)
            .await
            .doing(doing)?;
        if row.count("tokens").damaged(|| format!("the count of tokens of person {person}"))? >= TOKENS_MAX {
            return Err(TokenError::TooMany { tokens_max: TOKENS_MAX });
        }
        query(
            "INSERT INTO api_tokens (token_hash, person, name, scope, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(hex::encode(token_hash))
        .bind(person.as_str())
        .bind(token.name.as_str())
        .bind(name_of(&token.scope)?)
        .bind(micros(now))
        .bind(micros(token.expires_at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        Ok(tx.commit().await.doing(doing)?)
    }

    /// The tokens of a person that have not expired, the newest first.
    pub async fn tokens(&self, person: &PersonId, now: Timestamp) -> Result<Vec<ApiToken>, StoreError> {
        let rows = query(
            "SELECT id, token_hash, person, name, scope, created_at, expires_at, used_at \
             FROM api_tokens WHERE person = $1 AND expires_at > $2 ORDER BY id DESC",
        )
        .bind(person.as_str())
        .bind(micros(now))
        .fetch_all(&self.readers)
        .await
        .doing(|| format!("reading the tokens of person {person}"))?;
        rows.iter().map(ApiToken::read).collect()
    }

    /// Whose token it is, and what it may; none if there is no such token or it has expired. That it is
    /// in use is noted now and then, as of sessions.
    pub async fn token(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(PersonId, ApiToken)>, StoreError> {
        let row = query(
            "SELECT id, token_hash, person, name, scope, created_at, expires_at, used_at \
             FROM api_tokens WHERE token_hash = $1 AND expires_at > $2",
        )
        .bind(hex::encode(token_hash))
        .bind(micros(now))
        .fetch_optional(&self.readers)
        .await
        .doing(|| "looking for a token".to_owned())?;
        let Some(row) = row else { return Ok(None) };
        let token = ApiToken::read(&row)?;
        let person = PersonId::new(row.text("person").damaged(|| format!("the token {}", token.id))?);
        if token.used_at.is_none_or(|at| now.duration_since(at) >= LAST_SEEN_STEP) {
            match tokio::time::timeout(LAST_SEEN_WAIT, self.touch_token(token.id, now)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, token.id, "that a token is in use is not noted");
                }
                Err(_) => tracing::debug!(token.id, "others write; that a token is in use is not noted"),
            }
        }
        Ok(Some((person, token)))
    }

    /// Revokes a token of a person. False if they have no such token.
    pub async fn revoke_token(&self, person: &PersonId, id: u32) -> Result<bool, StoreError> {
        let doing = || format!("revoking the token {id} of person {person}");
        let mut tx = self.write("beginning to revoke a token").await?;
        let revoked = query("DELETE FROM api_tokens WHERE id = $1 AND person = $2")
            .bind(i64::from(id))
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(revoked.rows_affected() == 1)
    }

    /// Revokes all tokens of a person, and says how many there were.
    pub async fn revoke_tokens(&self, person: &PersonId) -> Result<u64, StoreError> {
        let doing = || format!("revoking the tokens of person {person}");
        let mut tx = self.write("beginning to revoke the tokens of a person").await?;
        let revoked = query("DELETE FROM api_tokens WHERE person = $1")
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(revoked.rows_affected())
    }

    async fn touch_token(&self, id: u32, now: Timestamp) -> Result<(), StoreError> {
        let doing = || "noting that a token is in use".to_owned();
        let mut tx = self.write_to(Writes::Rows, "beginning to note that a token is in use").await?;
        query("UPDATE api_tokens SET used_at = $1 WHERE id = $2")
            .bind(micros(now))
            .bind(i64::from(id))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }
}

impl ApiToken {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                id: row.count("id")?,
                name: row.text("name")?,
                scope: row.one_of("scope")?,
                created_at: row.time("created_at")?,
                expires_at: row.time("expires_at")?,
                used_at: row.time_or_none("used_at")?,
            })
        };
        read().damaged(|| "a token".to_owned())
    }
}
