//! Who is away, and until when.

use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::PersonId;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, micros};
use crate::{Store, StoreError};

/// Days on which somebody is not in the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    pub id: u32,
    pub person: PersonId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Such as "dinas luar".
    pub reason: String,
}

impl Store {
    /// Notes that somebody is away from a day until another, both included. Returns the absence's id.
    pub async fn add_absence(
        &self,
        person: &PersonId,
        from: Date,
        until: Date,
        reason: &str,
        by: &PersonId,
        at: Timestamp,
    ) -> Result<u32, StoreError> {
        let doing = || format!("noting an absence of person {person}");
        let mut tx = self.write("beginning to note an absence").await?;
        let row = query(
            "INSERT INTO absences (person, from_day, until_day, reason, entered_by, entered_at) \
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(person.as_str())
        .bind(from.to_string())
        .bind(until.to_string())
        .bind(reason)
        .bind(by.as_str())
        .bind(micros(at))
        .fetch_one(&mut *tx)
        .await
        .doing(doing)?;
        let id = row.count("id").damaged(|| "the id of an absence".to_owned())?;
        tx.commit().await.doing(doing)?;
        Ok(id)
    }

    /// Lets an absence end before a day: whoever was to be away longer is back on it. One that would
    /// only have begun then is gone. False if there is no such absence, or it was over by then.
    pub async fn end_absence(&self, id: u32, back_on: Date) -> Result<bool, StoreError> {
        let doing = || format!("ending the absence {id}");
        let mut tx = self.write("beginning to end an absence").await?;
        let gone = query("DELETE FROM absences WHERE id = $1 AND from_day >= $2 AND until_day >= $2")
            .bind(i64::from(id))
            .bind(back_on.to_string())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        let last = back_on.yesterday().doing(doing)?;
        let shortened = query("UPDATE absences SET until_day = $2 WHERE id = $1 AND until_day > $2")
            .bind(i64::from(id))
            .bind(last.to_string())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(gone.rows_affected() + shortened.rows_affected() == 1)
    }

    /// Every absence that touches one of the days between two, both included, by its first day.
    pub async fn absences(&self, from: Date, until: Date) -> Result<Vec<Absence>, StoreError> {
        let rows = query(
            "SELECT id, person, from_day, until_day, reason FROM absences \
             WHERE until_day >= $1 AND from_day <= $2 ORDER BY from_day, id",
        )
        .bind(from.to_string())
        .bind(until.to_string())
        .fetch_all(&self.readers)
        .await
        .doing(|| format!("reading the absences between {from} and {until}"))?;
        rows.iter().map(Absence::read).collect()
    }
}

impl Absence {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                id: row.count("id")?,
                person: PersonId::new(row.text("person")?),
                from: row.text("from_day")?.parse()?,
                until: row.text("until_day")?.parse()?,
                reason: row.text("reason")?,
            })
        };
        read().damaged(|| "an absence".to_owned())
    }
}
