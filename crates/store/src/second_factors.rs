//! The second factors of people: an authenticator app, which knows a secret that we know as well, and
//! passkeys, which are in `passkeys`; and the recovery codes that stand in for any of them. The secret is kept
//! encrypted; it is handed out only to be shown once and to check codes, and stands in no log.

use std::fmt;

use jiff::Timestamp;
use sop::case::PersonId;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::secrets::{ALGORITHM, Owner};
use crate::sql::{Columns as _, int, micros};
use crate::{Store, StoreError};

/// What somebody has beside their password, as far as it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondFactors {
    pub has_app: bool,
    pub passkeys: u32,
    /// How many recovery codes have not been used.
    pub recovery_codes_left: u32,
}

impl SecondFactors {
    /// Whether there is any: then it is asked for after the password.
    pub fn is_any(&self) -> bool {
        self.count() > 0
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        u32::from(self.has_app) + self.passkeys
    }
}

/// Somebody's authenticator app.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticatorApp {
    pub secret: Vec<u8>,
    /// When its owner showed that they have it; until then it counts for nothing.
    pub confirmed_at: Option<Timestamp>,
}

// Written out, so that no secret gets into a log.
impl fmt::Debug for AuthenticatorApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatorApp").field("confirmed_at", &self.confirmed_at).finish_non_exhaustive()
    }
}

/// What came of adding a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is the only one: its owner has got new recovery codes.
    First,
    /// It stands beside others, with which it shares the recovery codes that there were.
    Further,
    /// Nothing was changed.
    Not,
}

impl Store {
    pub async fn second_factors(&self, person: &PersonId) -> Result<SecondFactors, StoreError> {
        let row = query(
            "SELECT \
               (SELECT COUNT(*) FROM second_factors WHERE person = $1 AND confirmed_at IS NOT NULL) AS apps, \
               (SELECT COUNT(*) FROM passkeys WHERE person = $1) AS passkeys, \
               (SELECT COUNT(*) FROM recovery_codes WHERE person = $1) AS codes",
        )
        .bind(person.as_str())
        .fetch_one(&self.readers)
        .await
        .doing(|| format!("reading the second factors of person {person}"))?;
        let read = || -> Result<SecondFactors, Cause> {
            Ok(SecondFactors {
                has_app: row.count("apps")? > 0,
                passkeys: row.count("passkeys")?,
                recovery_codes_left: row.count("codes")?,
            })
        };
        read().damaged(|| format!("the second factors of person {person}"))
    }

    pub async fn authenticator_app(&self, person: &PersonId) -> Result<Option<AuthenticatorApp>, StoreError> {
        let row = query("SELECT secret, algorithm, confirmed_at FROM second_factors WHERE person = $1")
            .bind(person.as_str())
            .fetch_optional(&self.readers)
            .await
            .doing(|| format!("reading the authenticator app of person {person}"))?;
        let Some(row) = row else { return Ok(None) };
        let key = self.secrets_key()?;
        let read = || -> Result<AuthenticatorApp, Cause> {
            let algorithm = row.text("algorithm")?;
            if algorithm != ALGORITHM {
                return Err(format!("{algorithm:?} is no way in which a secret is encrypted").into());
            }
            Ok(AuthenticatorApp {
                secret: key.decrypt(Owner::Person(person), &row.text("secret")?)?,
                confirmed_at: row.time_or_none("confirmed_at")?,
            })
        };
        read().map(Some).damaged(|| format!("the authenticator app of person {person}"))
    }

    /// Begins to set up an authenticator app, in place of one that was begun and never confirmed. False, and
    /// nothing is changed, if the person has a confirmed one.
    pub async fn begin_authenticator_app(
        &self,
        person: &PersonId,
        secret: &[u8],
    ) -> Result<bool, StoreError> {
        let doing = || format!("beginning the authenticator app of person {person}");
        let secret = self.secrets_key()?.encrypt(Owner::Person(person), secret)?;
        let mut tx = self.write("beginning to set up an authenticator app").await?;
        let begun = query(
            "INSERT INTO second_factors (person, secret, algorithm, used_step) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (person) DO UPDATE SET secret = excluded.secret, algorithm = excluded.algorithm \
             WHERE second_factors.confirmed_at IS NULL",
        )
        .bind(person.as_str())
        .bind(secret)
        .bind(ALGORITHM)
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(begun.rows_affected() == 1)
    }

    /// From now on the authenticator app counts. The step of the code that showed it is used. If it is the
    /// first second factor of its owner, the hashes become those of their recovery codes, and sessions that
    /// began without it end, all but one. Not added if none waits to be confirmed.
    pub async fn confirm_authenticator_app(
        &self,
        person: &PersonId,
        step: u64,
        code_hashes: &[[u8; 32]],
        kept: &[u8; 32],
        now: Timestamp,
    ) -> Result<Added, StoreError> {
        let doing = || format!("confirming the authenticator app of person {person}");
        let mut tx = self.write("beginning to confirm an authenticator app").await?;
        let added = begin_to_count(&mut tx, person, code_hashes, kept).await?;
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
            return Ok(Added::Not);
        }
        tx.commit().await.doing(doing)?;
        Ok(added)
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

    /// Gives somebody other recovery codes in place of those they have. False, and nothing is changed, if they
    /// have no second factor that the codes could stand in for.
    pub async fn replace_recovery_codes(
        &self,
        person: &PersonId,
        code_hashes: &[[u8; 32]],
    ) -> Result<bool, StoreError> {
        let mut tx = self.write("beginning to replace recovery codes").await?;
        if !has_any(&mut tx, person).await? {
            return Ok(false);
        }
        set_recovery_codes(&mut tx, person, code_hashes).await?;
        tx.commit().await.doing(|| format!("replacing the recovery codes of person {person}"))?;
        Ok(true)
    }

    /// Takes somebody's authenticator app away, and with their last second factor their recovery codes.
    /// False if they have none.
    pub async fn remove_authenticator_app(&self, person: &PersonId) -> Result<bool, StoreError> {
        let doing = || format!("removing the authenticator app of person {person}");
        let mut tx = self.write("beginning to remove an authenticator app").await?;
        let removed = query("DELETE FROM second_factors WHERE person = $1")
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        forget_codes_of_nothing(&mut tx, person).await?;
        tx.commit().await.doing(doing)?;
        Ok(removed.rows_affected() == 1)
    }

    /// Takes all second factors of somebody away, and their recovery codes. False if they have none.
    pub async fn remove_second_factors(&self, person: &PersonId) -> Result<bool, StoreError> {
        let doing = || format!("removing the second factors of person {person}");
        let mut tx = self.write("beginning to remove second factors").await?;
        let mut removed = 0;
        for statement in
            ["DELETE FROM second_factors WHERE person = $1", "DELETE FROM passkeys WHERE person = $1"]
        {
            let done = query(statement).bind(person.as_str()).execute(&mut *tx).await.doing(doing)?;
            removed += done.rows_affected();
        }
        forget_codes_of_nothing(&mut tx, person).await?;
        tx.commit().await.doing(doing)?;
        Ok(removed > 0)
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

/// Before a second factor of somebody begins to count: if they have none yet, they get recovery codes, and
/// sessions that began without a second factor end, all but one.
pub(crate) async fn begin_to_count(
    tx: &mut AnyConnection,
    person: &PersonId,
    code_hashes: &[[u8; 32]],
    kept: &[u8; 32],
) -> Result<Added, StoreError> {
    if has_any(tx, person).await? {
        return Ok(Added::Further);
    }
    set_recovery_codes(tx, person, code_hashes).await?;
    query("DELETE FROM sessions WHERE person = $1 AND token_hash <> $2")
        .bind(person.as_str())
        .bind(hex::encode(kept))
        .execute(tx)
        .await
        .doing(|| format!("ending the sessions of person {person} that began without a second factor"))?;
    Ok(Added::First)
}

/// After a second factor of somebody was removed: if they have none any more, no code stands in for it.
pub(crate) async fn forget_codes_of_nothing(
    tx: &mut AnyConnection,
    person: &PersonId,
) -> Result<(), StoreError> {
    if has_any(tx, person).await? { Ok(()) } else { set_recovery_codes(tx, person, &[]).await }
}

async fn has_any(tx: &mut AnyConnection, person: &PersonId) -> Result<bool, StoreError> {
    let row = query(
        "SELECT (SELECT COUNT(*) FROM second_factors WHERE person = $1 AND confirmed_at IS NOT NULL) \
           + (SELECT COUNT(*) FROM passkeys WHERE person = $1) AS factors",
    )
    .bind(person.as_str())
    .fetch_one(tx)
    .await
    .doing(|| format!("counting the second factors of person {person}"))?;
    Ok(row.count("factors").damaged(|| format!("the count of second factors of person {person}"))? > 0)
}

async fn set_recovery_codes(
    tx: &mut AnyConnection,
    person: &PersonId,
    code_hashes: &[[u8; 32]],
) -> Result<(), StoreError> {
    let doing = || format!("setting the recovery codes of person {person}");
    query("DELETE FROM recovery_codes WHERE person = $1")
        .bind(person.as_str())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
    for hash in code_hashes {
        query("INSERT INTO recovery_codes (person, code_hash) VALUES ($1, $2)")
            .bind(person.as_str())
            .bind(hex::encode(hash))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
    }
    Ok(())
}
