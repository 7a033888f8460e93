//! The second factors of people: a secret that their telephone knows as well, and the recovery codes
//! for when it is lost. The secret has to be kept as it is, since codes are computed from it; it is
//! handed out only to be shown once and to check codes, and stands in no log.

use std::fmt;

use jiff::Timestamp;
use sop::case::PersonId;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, int, micros};
use crate::{Store, StoreError};

/// Somebody's second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    pub secret: Vec<u8>,
    /// When its owner showed that they have it; until then it counts for nothing.
    pub confirmed_at: Option<Timestamp>,
    /// How many recovery codes have not been used.
    pub recovery_codes_left: u32,
}

// Written out, so that no secret gets into a log.
impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactor").field("confirmed_at", &self.confirmed_at).finish_non_exhaustive()
    }
}

impl Store {
    pub async fn second_factor(&self, person: &PersonId) -> Result<Option<SecondFactor>, StoreError> {
        let row = query(
            "SELECT secret, confirmed_at, \
               (SELECT COUNT(*) FROM recovery_codes r WHERE r.person = f.person) AS codes \
             FROM second_factors f WHERE person = $1",
        )
        .bind(person.as_str())
        .fetch_optional(&self.readers)
        .await
        .doing(|| format!("reading the second factor of person {person}"))?;
        let Some(row) = row else { return Ok(None) };
        let read = || -> Result<SecondFactor, Cause> {
            Ok(SecondFactor {
                secret: hex::decode(row.text("secret")?)?,
                confirmed_at: row.time_or_none("confirmed_at")?,
                recovery_codes_left: row.count("codes")?,
            })
        };
        read().map(Some).damaged(|| format!("the second factor of person {person}"))
    }

    /// Begins to set up a second factor, in place of one that was begun and never confirmed. False, and
    /// nothing is changed, if the person has a confirmed one.
    pub async fn begin_second_factor(&self, person: &PersonId, secret: &[u8]) -> Result<bool, StoreError> {
        let doing = || format!("beginning the second factor of person {person}");
        let mut tx = self.write("beginning to set up a second factor").await?;
        let begun = query(
            "INSERT INTO second_factors (person, secret, used_step) VALUES ($1, $2, 0) \
             ON CONFLICT (person) DO UPDATE SET secret = excluded.secret \
             WHERE second_factors.confirmed_at IS NULL",
        )
        .bind(person.as_str())
        .bind(hex::encode(secret))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(begun.rows_affected() == 1)
    }

    /// From now on the second factor counts. The step of the code that showed it is used, the hashes
    /// are those of the recovery codes, and sessions that began without it end, all but one. False, and
    /// nothing is changed, if none waits to be confirmed.
    pub async fn confirm_second_factor(
        &self,
        person: &PersonId,
        step: u64,
        code_hashes: &[[u8; 32]],
        kept: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("confirming the second factor of person {person}");
        let mut tx = self.write("beginning to confirm a second factor").await?;
        let confirmed = query(
            "UPDATE second_factors SET confirmed_at = $1, used_step = $2 \
             WHERE person = $3 AND confirmed_at IS NULL",
        )
        .bind(micros(now))
        .bind(int(step))
        .bind(person.as_str())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        if confirmed.rows_affected() == 0 {
            return Ok(false);
        }
        for hash in code_hashes {
            query("INSERT INTO recovery_codes (person, code_hash) VALUES ($1, $2)")
                .bind(person.as_str())
                .bind(hex::encode(hash))
                .execute(&mut *tx)
                .await
                .doing(doing)?;
        }
        query("DELETE FROM sessions WHERE person = $1 AND token_hash <> $2")
            .bind(person.as_str())
            .bind(hex::encode(kept))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(true)
    }

    /// Uses the code of a step up, and those of all steps before. False if that was done before: of two
    /// who send the same code one gets in.
    pub async fn use_step(&self, person: &PersonId, step: u64) -> Result<bool, StoreError> {
        let doing = || format!("using a code of person {person}");
        let mut tx = self.write("beginning to use a code").await?;
        let used = query("UPDATE second_factors SET used_step = $1 WHERE person = $2 AND used_step < $1")
            .bind(int(step))
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(used.rows_affected() == 1)
    }

    /// Uses a recovery code up. False if the person has none of this hash, or no longer.
    pub async fn use_recovery_code(
        &self,
        person: &PersonId,
        code_hash: &[u8; 32],
    ) -> Result<bool, StoreError> {
        let doing = || format!("using a recovery code of person {person}");
        let mut tx = self.write("beginning to use a recovery code").await?;
        let used = query("DELETE FROM recovery_codes WHERE person = $1 AND code_hash = $2")
            .bind(person.as_str())
            .bind(hex::encode(code_hash))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(used.rows_affected() == 1)
    }

    /// Takes somebody's second factor away, with its recovery codes. False if they have none.
    pub async fn remove_second_factor(&self, person: &PersonId) -> Result<bool, StoreError> {
        let doing = || format!("removing the second factor of person {person}");
        let mut tx = self.write("beginning to remove a second factor").await?;
        query("DELETE FROM recovery_codes WHERE person = $1")
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        let removed = query("DELETE FROM second_factors WHERE person = $1")
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(removed.rows_affected() == 1)
    }

    /// Remembers that somebody has given their password and still owes a code. `token_hash` is the
    /// SHA-256 of their cookie, which opens nothing else.
    pub async fn await_code(
        &self,
        token_hash: &[u8; 32],
        person: &PersonId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let doing = || format!("waiting for a code of person {person}");
        let mut tx = self.write("beginning to wait for a code").await?;
        query("INSERT INTO awaited_codes (token_hash, person, expires_at) VALUES ($1, $2, $3)")
            .bind(hex::encode(token_hash))
            .bind(person.as_str())
            .bind(micros(expires_at))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Who owes a code; none if nobody does under this cookie, or no longer.
    pub async fn awaited_code(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<PersonId>, StoreError> {
        let row = query("SELECT person FROM awaited_codes WHERE token_hash = $1 AND expires_at > $2")
            .bind(hex::encode(token_hash))
            .bind(micros(now))
            .fetch_optional(&self.readers)
            .await
            .doing(|| "reading who owes a code".to_owned())?;
        row.map(|row| row.text("person").map(PersonId::new).damaged(|| "who owes a code".to_owned()))
            .transpose()
    }

    /// No longer waits for a code under this cookie.
    pub async fn forget_awaited_code(&self, token_hash: &[u8; 32]) -> Result<(), StoreError> {
        let doing = || "forgetting that a code is owed".to_owned();
        let mut tx = self.write("beginning to forget that a code is owed").await?;
        query("DELETE FROM awaited_codes WHERE token_hash = $1")
            .bind(hex::encode(token_hash))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }
}
