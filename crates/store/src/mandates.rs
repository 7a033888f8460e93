//! Who may act in whose place. Mandates are kept for good, since history names them; one that should
//! end before its last day is revoked.

use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::PersonId;
use sop::definition::Role;
use sop::mandate::{Mandate, MandateId, MandateRefusal};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, Statement, micros, name_of};
use crate::{MandateError, Store, StoreError};

/// A mandate as it was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateRow {
    pub id: MandateId,
    pub mandate: Mandate,
    pub entered_by: PersonId,
    pub entered_at: Timestamp,
    pub revoked: Option<Revocation>,
}

/// Why a mandate ended before its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    pub by: PersonId,
    pub at: Timestamp,
    pub reason: String,
}

impl Store {
    /// Keeps a mandate, if the rules allow it beside those that stand then.
    pub async fn give_mandate(
        &self,
        mandate: &Mandate,
        by: &PersonId,
        at: Timestamp,
        rules: impl FnOnce(&[Mandate]) -> Result<(), MandateRefusal>,
    ) -> Result<MandateId, MandateError> {
        let doing = || format!("giving {} a mandate of {}", mandate.taker, mandate.giver);
        let mut tx = self.write("beginning to give a mandate").await?;
        // Two that lead in a circle together cannot slip in side by side: one is there for the other.
        let beside: Vec<Mandate> = standing(&mut tx, mandate.from, mandate.until)
            .await?
            .into_iter()
            .map(|row| row.mandate)
            .collect();
        rules(&beside).map_err(MandateError::Refused)?;
        let roles: Vec<&str> = mandate.roles.iter().map(Role::as_str).collect();
        let row = query(
            "INSERT INTO mandates (giver, taker, capacity, roles, from_day, until_day, basis, entered_by, \
             entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        )
        .bind(mandate.giver.as_str())
        .bind(mandate.taker.as_str())
        .bind(name_of(&mandate.capacity)?)
        .bind(roles.join(","))
        .bind(mandate.from.to_string())
        .bind(mandate.until.to_string())
        .bind(mandate.basis.as_str())
        .bind(by.as_str())
        .bind(micros(at))
        .fetch_one(&mut *tx)
        .await
        .doing(doing)?;
        let id = row.count("id").damaged(|| "the id of a mandate".to_owned())?;
        tx.commit().await.doing(doing)?;
        Ok(MandateId(id))
    }

    /// Ends a mandate at once. False if there is no such mandate, or it was revoked before.
    pub async fn revoke_mandate(
        &self,
        id: MandateId,
        reason: &str,
        by: &PersonId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("revoking the mandate {id}");
        let mut tx = self.write("beginning to revoke a mandate").await?;
        let revoked = query(
            "UPDATE mandates SET revoked_by = $1, revoked_at = $2, revoke_reason = $3 \
             WHERE id = $4 AND revoked_at IS NULL",
        )
        .bind(by.as_str())
        .bind(micros(at))
        .bind(reason)
        .bind(i64::from(id.0))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(revoked.rows_affected() == 1)
    }

    /// The mandates that are in force on a day.
    pub async fn mandates_in_force(&self, day: Date) -> Result<Vec<MandateRow>, StoreError> {
        let mut reader = self.readers.acquire().await.doing(|| "beginning to read".to_owned())?;
        standing(&mut reader, day, day).await
    }

    /// Every mandate that was ever given, the newest first.
    pub async fn mandates(&self) -> Result<Vec<MandateRow>, StoreError> {
        let rows = query(
            "SELECT id, giver, taker, capacity, roles, from_day, until_day, basis, entered_by, \
             entered_at, revoked_by, revoked_at, revoke_reason \
             FROM mandates ORDER BY id DESC",
        )
        .fetch_all(&self.readers)
        .await;
        rows.doing(|| "reading the mandates".to_owned())?.iter().map(MandateRow::read).collect()
    }

    /// Some mandates, whatever became of them.
    pub async fn mandates_with(&self, ids: &[MandateId]) -> Result<Vec<MandateRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = Statement::new(
            "SELECT id, giver, taker, capacity, roles, from_day, until_day, basis, entered_by, \
             entered_at, revoked_by, revoked_at, revoke_reason \
             FROM mandates WHERE id IN ",
        );
        statement.ints(ids.iter().map(|id| i64::from(id.0)));
        let rows = statement.fetch_all(&self.readers, || "reading some mandates".to_owned()).await?;
        rows.iter().map(MandateRow::read).collect()
    }
}

/// Those that were not revoked and touch some days.
async fn standing(
    connection: &mut AnyConnection,
    from: Date,
    until: Date,
) -> Result<Vec<MandateRow>, StoreError> {
    let rows = query(
        "SELECT id, giver, taker, capacity, roles, from_day, until_day, basis, entered_by, entered_at, \
         revoked_by, revoked_at, \
         revoke_reason FROM mandates WHERE revoked_at IS NULL AND until_day >= $1 AND from_day <= $2 \
         ORDER BY id",
    )
    .bind(from.to_string())
    .bind(until.to_string())
    .fetch_all(connection)
    .await
    .doing(|| format!("reading the mandates between {from} and {until}"))?;
    rows.iter().map(MandateRow::read).collect()
}

impl MandateRow {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            let roles = row.text("roles")?;
            let revoked = match (row.text_or_none("revoked_by")?, row.time_or_none("revoked_at")?) {
                (Some(by), Some(at)) => {
                    let reason = row.text_or_none("revoke_reason")?.unwrap_or_default();
                    Some(Revocation { by: PersonId::new(by), at, reason })
                }
                (None, None) => None,
                _ => return Err("it was revoked by nobody, or never".into()),
            };
            Ok(Self {
                id: MandateId(row.count("id")?),
                mandate: Mandate {
                    giver: PersonId::new(row.text("giver")?),
                    taker: PersonId::new(row.text("taker")?),
                    capacity: row.one_of("capacity")?,
                    roles: roles.split(',').filter(|role| !role.is_empty()).map(Role::from).collect(),
                    from: row.text("from_day")?.parse()?,
                    until: row.text("until_day")?.parse()?,
                    basis: row.text("basis")?,
                },
                entered_by: PersonId::new(row.text("entered_by")?),
                entered_at: row.time("entered_at")?,
                revoked,
            })
        };
        read().damaged(|| "a mandate".to_owned())
    }
}
