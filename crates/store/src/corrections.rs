//! What was mended in the data of people: what stood there before and after, who mended it, when and why
//! (UU 27/2022, Pasal 30). What stood there before is personal data as well, so that it is forgotten in time.
//!
//! A position that follows another is no correction: both stand in the service record. Only what would be
//! written over is kept here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sop::case::PersonId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::service::ServiceRecord;
use crate::sql::{Columns as _, Statement, micros, name_of};
use crate::{PAGE_ROWS_MAX, Page, Store, StoreError};

/// Who mends the data of people, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correcting {
    /// None where it is done on the server and nobody is named.
    pub by: Option<PersonId>,
    pub at: Timestamp,
    pub why: String,
}

/// What of a person was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corrected {
    Name,
    Nip,
    Email,
    Position,
    Unit,
}

/// One thing that was mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    pub person: PersonId,
    pub field: Corrected,
    /// Empty if there was none; a unit stands with its code.
    pub before: String,
    pub after: String,
    pub by: Option<PersonId>,
    pub at: Timestamp,
    pub why: String,
}

/// What is kept about a person, as far as a correction writes over it.
pub(crate) struct Kept {
    pub name: String,
    pub nip: String,
    pub email: String,
    pub record: ServiceRecord,
}

impl Kept {
    /// What became another thing, each with what it was and what it is.
    fn mended<'a>(&'a self, after: &'a Self) -> Vec<(Corrected, &'a str, &'a str)> {
        let mut all = vec![
            (Corrected::Name, self.name.as_str(), after.name.as_str()),
            (Corrected::Nip, &self.nip, &after.nip),
            (Corrected::Email, &self.email, &after.email),
        ];
        for was in &self.record.postings {
            for is in after.record.postings.iter().filter(|is| is.term.from == was.term.from) {
                all.push((Corrected::Position, &was.position, &is.position));
                all.push((Corrected::Unit, was.unit.as_str(), is.unit.as_str()));
            }
        }
        all.retain(|(_, was, is)| was != is);
        all
    }
}

/// Writes down what a correction changes.
pub(crate) async fn write(
    tx: &mut AnyConnection,
    person: &PersonId,
    before: &Kept,
    after: &Kept,
    correcting: &Correcting,
) -> Result<(), StoreError> {
    for (field, was, is) in before.mended(after) {
        query(
            "INSERT INTO corrections (person, field, old_value, new_value, corrected_by, corrected_at, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(person.as_str())
        .bind(name_of(&field)?)
        .bind(was)
        .bind(is)
        .bind(correcting.by.as_ref().map(PersonId::as_str))
        .bind(micros(correcting.at))
        .bind(correcting.why.as_str())
        .execute(&mut *tx)
        .await
        .doing(|| format!("writing down what was mended of person {person}"))?;
    }
    Ok(())
}

impl Store {
    /// A page of what was mended, of one person or of all, the last first. `after` is the `next` of the page
    /// before.
    pub async fn corrections(
        &self,
        of: Option<&PersonId>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Correction>, StoreError> {
        let limit = limit.clamp(1, PAGE_ROWS_MAX);
        let mut statement = Statement::new(
            "SELECT id, person, field, old_value, new_value, corrected_by, corrected_at, reason \
             FROM corrections WHERE 1 = 1",
        );
        if let Some(person) = of {
            statement.push(" AND person = ").text(person.as_str());
        }
        if let Some(after) = after {
            let id = after.parse().map_err(|_| StoreError::Cursor { cursor: after.to_owned() })?;
            statement.push(" AND id < ").int(id);
        }
        statement.push(" ORDER BY id DESC LIMIT ").int(i64::from(limit) + 1);
        let rows = statement.fetch_all(&self.readers, || "reading what was mended".to_owned()).await?;
        let damaged = || "what was mended of a person".to_owned();
        Page::by_id(&rows, limit, |row| Correction::read(row).damaged(damaged))
    }

    /// Forgets what was mended before a time, and says how much that was.
    pub async fn forget_corrections(&self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM corrections WHERE corrected_at < $1";
        self.forget("what was mended long ago", sql, before).await
    }
}

impl Correction {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            person: PersonId::new(row.text("person")?),
            field: row.one_of("field")?,
            before: row.text("old_value")?,
            after: row.text("new_value")?,
            by: row.text_or_none("corrected_by")?.map(PersonId::new),
            at: row.time("corrected_at")?,
            why: row.text("reason")?,
        })
    }
}
