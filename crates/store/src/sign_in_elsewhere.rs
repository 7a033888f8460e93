//! Signing in by what another server says: whose password a directory keeps, who is on the way to the
//! provider of single sign-on, and the roles that follow from what is said.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::PersonId;
use sop::definition::Role;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::people::{record_of, write_record};
use crate::sql::{Columns as _, micros};
use crate::{Store, StoreError};

/// What has to come back the same from the provider, and where to go on to then.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderSignIn {
    pub nonce: String,
    pub verifier: String,
    /// A path of ours, or nothing.
    pub next: String,
}

// Written out, so that what proves a sign-in gets into no log.
impl fmt::Debug for ProviderSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSignIn").field("next", &self.next).finish_non_exhaustive()
    }
}

/// The roles of a person that rules give and take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuledRoles {
    /// Every role that any rule gives.
    pub ruled: Vec<Role>,
    /// Those of them that this person has now.
    pub held: Vec<Role>,
}

impl Store {
    /// Whether the directory of the office keeps the password of this person.
    pub async fn is_of_directory(&self, person: &PersonId) -> Result<bool, StoreError> {
        let row = query("SELECT 1 FROM directory_people WHERE person = $1")
            .bind(person.as_str())
            .fetch_optional(&self.readers)
            .await
            .doing(|| format!("looking whether person {person} is of the directory"))?;
        Ok(row.is_some())
    }

    /// Leaves the password of a person to the directory, or takes it back: then the one counts again that
    /// was kept here before.
    pub async fn set_of_directory(&self, person: &PersonId, is_of: bool) -> Result<(), StoreError> {
        let doing = || format!("saying who keeps the password of person {person}");
        let mut tx = self.write("beginning to say who keeps a password").await?;
        let statement = if is_of {
            "INSERT INTO directory_people (person) VALUES ($1) ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM directory_people WHERE person = $1"
        };
        query(statement).bind(person.as_str()).execute(&mut *tx).await.doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Gives a person from today on, of the roles that are ruled, those they hold, and ends the others. Roles that no
    /// rule gives stay. True if that changed any.
    pub async fn grant_roles_by_rule(
        &self,
        person: &PersonId,
        roles: &RuledRoles,
        today: Date,
    ) -> Result<bool, StoreError> {
        let doing = || format!("giving person {person} their roles by rule");
        let mut tx = self.write("beginning to give roles by rule").await?;
        let written = record_of(&mut tx, person).await?;
        let after = roles.ruled.iter().fold(written.clone(), |record, role| {
            let holds = roles.held.contains(role);
            record.ruled(role, holds, today)
        });
        write_record(&mut tx, person, &after).await?;
        tx.commit().await.doing(doing)?;
        Ok(after != written)
    }

    /// Remembers that a browser has gone to the provider, and forgets whoever did not come back.
    pub async fn begin_provider_sign_in(
        &self,
        browser_hash: &[u8; 32],
        state_hash: &[u8; 32],
        begun: &ProviderSignIn,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let doing = || "beginning to sign in through the provider".to_owned();
        let mut tx = self.write("beginning to begin a sign-in through the provider").await?;
        query("DELETE FROM provider_sign_ins WHERE expires_at <= $1")
            .bind(micros(now))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        query(
            "INSERT INTO provider_sign_ins (browser_hash, state_hash, nonce, verifier, next, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(hex::encode(browser_hash))
        .bind(hex::encode(state_hash))
        .bind(begun.nonce.as_str())
        .bind(begun.verifier.as_str())
        .bind(begun.next.as_str())
        .bind(micros(expires_at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// What a browser that comes back has begun, which with that is over: it counts once. None if it
    /// began nothing, brings another state, or was away for too long.
    pub async fn take_provider_sign_in(
        &self,
        browser_hash: &[u8; 32],
        state_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<ProviderSignIn>, StoreError> {
        let doing = || "coming back from the provider".to_owned();
        let mut tx = self.write("beginning to come back from the provider").await?;
        let row = query(
            "DELETE FROM provider_sign_ins WHERE browser_hash = $1 AND state_hash = $2 AND expires_at > $3 \
             RETURNING nonce, verifier, next",
        )
        .bind(hex::encode(browser_hash))
        .bind(hex::encode(state_hash))
        .bind(micros(now))
        .fetch_optional(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        let Some(row) = row else { return Ok(None) };
        let read = || -> Result<ProviderSignIn, Cause> {
            Ok(ProviderSignIn {
                nonce: row.text("nonce")?,
                verifier: row.text("verifier")?,
                next: row.text("next")?,
            })
        };
        read().map(Some).damaged(|| "a sign-in through the provider".to_owned())
    }

    /// Notes of a session that its person showed a second factor to the provider.
    pub async fn note_second_factor_elsewhere(&self, token_hash: &[u8; 32]) -> Result<(), StoreError> {
        let doing = || "noting a second factor that the provider has seen".to_owned();
        let mut tx = self.write("beginning to note a second factor of the provider").await?;
        query("UPDATE sessions SET second_factor_elsewhere = 1 WHERE token_hash = $1")
            .bind(hex::encode(token_hash))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    /// Whether the provider has seen a second factor for this session.
    pub async fn has_second_factor_elsewhere(&self, token_hash: &[u8; 32]) -> Result<bool, StoreError> {
        let row = query("SELECT 1 FROM sessions WHERE token_hash = $1 AND second_factor_elsewhere = 1")
            .bind(hex::encode(token_hash))
            .fetch_optional(&self.readers)
            .await
            .doing(|| "looking for a second factor that the provider has seen".to_owned())?;
        Ok(row.is_some())
    }
}
