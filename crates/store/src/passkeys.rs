//! Passkeys: the public halves of keys with which people sign in, and what was asked of their authenticators.

use jiff::Timestamp;
use sop::case::PersonId;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::second_factors::{Added, begin_to_count, forget_codes_of_nothing};
use crate::sql::{Columns as _, micros};
use crate::{Store, StoreError};

/// How many passkeys one person may have.
pub const PASSKEYS_MAX: u32 = 10;

/// A passkey of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: u32,
    /// What its owner calls it.
    pub name: String,
    /// Its public key and the count of its authenticator, as JSON that the store does not read.
    pub credential: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// A passkey that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    pub name: String,
    /// By which its authenticator knows it again, in base64url.
    pub credential_id: String,
    pub credential: String,
}

impl Store {
    /// The passkeys of a person, the newest first.
    pub async fn passkeys(&self, person: &PersonId) -> Result<Vec<Passkey>, StoreError> {
        let rows = query(
            "SELECT id, person, credential_id, name, credential, created_at, used_at \
             FROM passkeys WHERE person = $1 ORDER BY id DESC",
        )
        .bind(person.as_str())
        .fetch_all(&self.readers)
        .await
        .doing(|| format!("reading the passkeys of person {person}"))?;
        rows.iter().map(Passkey::read).collect()
    }

    /// Adds a passkey. If it is the first second factor of its owner, the hashes become those of their
    /// recovery codes, and sessions that began without it end, all but one. Not added if it is somebody's
    /// already, or its owner has [`PASSKEYS_MAX`].
    pub async fn add_passkey(
        &self,
        person: &PersonId,
        passkey: &NewPasskey,
        code_hashes: &[[u8; 32]],
        kept: &[u8; 32],
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        let doing = || format!("adding a passkey of person {person}");
        let mut tx = self.write("beginning to add a passkey").await?;
        let row = query("SELECT COUNT(*) AS passkeys FROM passkeys WHERE person = $1")
            .bind(person.as_str())
            .fetch_one(&mut *tx)
            .await
            .doing(doing)?;
        if row.count("passkeys").damaged(|| format!("the count of passkeys of person {person}"))?
            >= PASSKEYS_MAX
        {
            return Ok(Added::Not);
        }
        let added = begin_to_count(&mut tx, person, code_hashes, kept).await?;
        let inserted = query(
            "INSERT INTO passkeys (person, credential_id, name, credential, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (credential_id) DO NOTHING",
        )
        .bind(person.as_str())
        .bind(passkey.credential_id.as_str())
        .bind(passkey.name.as_str())
        .bind(passkey.credential.as_str())
        .bind(micros(now))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        if inserted.rows_affected() == 0 {
            return Ok(Added::Not);
        }
        tx.commit().await.doing(doing)?;
        Ok(added)
    }

    /// Notes that a passkey was used, and what its credential is from then on. False, and nothing is changed,
    /// if it is no longer what it was when its authenticator was asked: of two copies of a key that were
    /// asked at the same time one gets in.
    pub async fn use_passkey(
        &self,
        person: &PersonId,
        id: u32,
        before: &str,
        after: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("using the passkey {id} of person {person}");
        let mut tx = self.write("beginning to use a passkey").await?;
        let used = query(
            "UPDATE passkeys SET credential = $1, used_at = $2 \
             WHERE id = $3 AND person = $4 AND credential = $5",
        )
        .bind(after)
        .bind(micros(now))
        .bind(i64::from(id))
        .bind(person.as_str())
        .bind(before)
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(used.rows_affected() == 1)
    }

    /// Removes a passkey of a person, and with their last second factor their recovery codes. False if they
    /// have no such passkey.
    pub async fn remove_passkey(&self, person: &PersonId, id: u32) -> Result<bool, StoreError> {
        let doing = || format!("removing the passkey {id} of person {person}");
        let mut tx = self.write("beginning to remove a passkey").await?;
        let removed = query("DELETE FROM passkeys WHERE id = $1 AND person = $2")
            .bind(i64::from(id))
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        forget_codes_of_nothing(&mut tx, person).await?;
        tx.commit().await.doing(doing)?;
        Ok(removed.rows_affected() == 1)
    }

    /// Remembers what an authenticator was asked, in place of what it was asked before under the same
    /// cookie. `token_hash` is the SHA-256 of the cookie.
    pub async fn ask_passkey(
        &self,
        token_hash: &[u8; 32],
        state: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let doing = || "remembering what an authenticator was asked".to_owned();
        let mut tx = self.write("beginning to remember what an authenticator was asked").await?;
        query(
            "INSERT INTO passkey_challenges (token_hash, state, expires_at) VALUES ($1, $2, $3) \
             ON CONFLICT (token_hash) \
             DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at",
        )
        .bind(hex::encode(token_hash))
        .bind(state)
        .bind(micros(expires_at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Takes out what an authenticator was asked under a cookie: whoever comes second finds nothing. None if
    /// nothing was asked, or too long ago.
    pub async fn take_passkey_challenge(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let doing = || "taking out what an authenticator was asked".to_owned();
        let mut tx = self.write("beginning to take out what an authenticator was asked").await?;
        let row = query("SELECT state FROM passkey_challenges WHERE token_hash = $1 AND expires_at > $2")
            .bind(hex::encode(token_hash))
            .bind(micros(now))
            .fetch_optional(&mut *tx)
            .await
            .doing(doing)?;
        query("DELETE FROM passkey_challenges WHERE token_hash = $1")
            .bind(hex::encode(token_hash))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        row.map(|row| row.text("state").damaged(|| "what an authenticator was asked".to_owned())).transpose()
    }
}

impl Passkey {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                id: row.count("id")?,
                name: row.text("name")?,
                credential: row.text("credential")?,
                created_at: row.time("created_at")?,
                used_at: row.time_or_none("used_at")?,
            })
        };
        read().damaged(|| "a passkey".to_owned())
    }
}
