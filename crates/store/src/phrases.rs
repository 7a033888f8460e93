//! How the office begins its texts, in its own words.

use jiff::Timestamp;
use sop::case::PersonId;
use sop::letter::phrase::Place;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, micros};
use crate::{Store, StoreError};

/// A phrase as the office last wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseRow {
    pub text: String,
    /// How often it has been written; 0 for one that nobody has.
    pub version: u32,
    pub written_by: PersonId,
    pub written_at: Timestamp,
}

impl Store {
    /// What the office has written for a place, in its newest version.
    pub async fn phrase(&self, place: &Place) -> Result<Option<PhraseRow>, StoreError> {
        let row = query(
            "SELECT stage, field, version, text, written_by, written_at \
             FROM phrases WHERE stage = $1 AND field = $2 ORDER BY version DESC LIMIT 1",
        )
        .bind(place.stage.to_string())
        .bind(place.field.as_str())
        .fetch_optional(&self.readers)
        .await
        .doing(|| format!("reading the phrase of {} {}", place.stage, place.field))?;
        row.as_ref().map(PhraseRow::read).transpose()
    }

    /// Writes a new version of a phrase. Returns false, and writes nothing, if somebody wrote one after
    /// the version that was seen.
    pub async fn write_phrase(
        &self,
        place: &Place,
        seen: u32,
        text: &str,
        by: &PersonId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("writing the phrase of {} {}", place.stage, place.field);
        let mut tx = self.write("beginning to write a phrase").await?;
        let newest = query("SELECT MAX(version) AS version FROM phrases WHERE stage = $1 AND field = $2")
            .bind(place.stage.to_string())
            .bind(place.field.as_str())
            .fetch_one(&mut *tx)
            .await
            .doing(doing)?;
        let newest = newest.int_or_none("version").damaged(doing)?.unwrap_or(0);
        if newest != i64::from(seen) {
            return Ok(false);
        }
        query(
            "INSERT INTO phrases (stage, field, version, text, written_by, written_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(place.stage.to_string())
        .bind(place.field.as_str())
        .bind(newest + 1)
        .bind(text)
        .bind(by.as_str())
        .bind(micros(at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(true)
    }
}

impl PhraseRow {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                text: row.text("text")?,
                version: row.count("version")?,
                written_by: row.text("written_by")?.as_str().into(),
                written_at: row.time("written_at")?,
            })
        };
        read().damaged(|| "a phrase of the office".to_owned())
    }
}
