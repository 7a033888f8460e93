//! Letters that were signed, and the numbers they take.

use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::{CaseNo, Event, FileHash, LetterCode, PersonId, Recorded, SigningMeans, TaskId, UnitCode};
use sop::letter::Capacity;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::log::take_number;
use crate::numbers::{self, LetterNumber};
use crate::sql::Columns as _;
use crate::{AppendError, PAGE_ROWS_MAX, Store, StoreError, destruction};

/// The series of numbers from which outgoing letters take theirs.
pub(crate) const SERIES: &str = "letter";

/// A letter that was signed and numbered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterRow {
    pub code: LetterCode,
    pub case: CaseNo,
    pub task: TaskId,
    /// Its place among the documents of its task.
    pub document: usize,
    pub number: LetterNumber,
    pub written_number: String,
    pub dated: Date,
    pub subject: String,
    /// To whom it went.
    pub unit: UnitCode,
    pub signer: PersonId,
    pub capacity: Capacity,
    /// For whom, where it was by a mandate.
    pub in_place_of: Option<PersonId>,
    pub means: SigningMeans,
    pub signed_at: Timestamp,
    pub file: FileHash,
}

impl Store {
    /// The number that the next letter of a year gets, unless somebody is faster.
    pub async fn next_letter_number(&self, year: i16) -> Result<u32, StoreError> {
        let doing = || format!("looking for the next letter number of {year}");
        let row = query("SELECT last FROM numbers WHERE series = $1 AND year = $2")
            .bind(SERIES)
            .bind(i64::from(year))
            .fetch_optional(&self.readers)
            .await
            .doing(doing)?;
        let last = row.map_or(Ok(0), |row| row.count("last"));
        last.map(|last| last + 1).damaged(|| format!("the last letter number of {year}"))
    }

    /// A letter by its code.
    ///
    /// # Errors
    /// [`StoreError::Destroyed`] if it went with its case.
    pub async fn letter(&self, code: &LetterCode) -> Result<Option<LetterRow>, StoreError> {
        let doing = || "looking for a letter by its code".to_owned();
        let mut reader = self.readers.acquire().await.doing(doing)?;
        let row = query(
            "SELECT code, case_id, task, document, year, number, written_number, dated, subject, unit, \
             signer, signed_at, file, means, capacity, in_place_of \
             FROM letters WHERE code = $1",
        )
        .bind(code.as_str())
        .fetch_optional(&mut *reader)
        .await
        .doing(doing)?;
        let Some(row) = row else { return Ok(None) };
        destruction::refuse_destroyed(&mut reader, row.case("case_id").damaged(|| "a letter".to_owned())?)
            .await?;
        LetterRow::read(&row).map(Some)
    }

    /// The letters of all years in the order of their numbers, after the one with which the page before
    /// ended.
    pub async fn letters_after(
        &self,
        last: Option<LetterNumber>,
        limit: u32,
    ) -> Result<Vec<LetterRow>, StoreError> {
        let LetterNumber { year, number } = last.unwrap_or(LetterNumber { year: 0, number: 0 });
        let doing = || format!("reading the letters after number {number} of {year}");
        let rows = query(
            "SELECT code, case_id, task, document, year, number, written_number, dated, subject, unit, \
             signer, signed_at, file, means, capacity, in_place_of \
             FROM letters WHERE (year, number) > ($1, $2) ORDER BY year, number LIMIT $3",
        )
        .bind(i64::from(year))
        .bind(i64::from(number))
        .bind(i64::from(limit.min(PAGE_ROWS_MAX)))
        .fetch_all(&self.readers)
        .await
        .doing(doing)?;
        rows.iter().map(LetterRow::read).collect()
    }
}

/// Takes the numbers of the letters among some events. A number that was promised to a letter and
/// has gone to another in the meantime stops the whole act: the letter would carry a wrong one.
pub(crate) async fn take_numbers(tx: &mut AnyConnection, events: &[Recorded]) -> Result<(), AppendError> {
    for recorded in events {
        let Event::LetterSigned { signature, .. } = &recorded.event else { continue };
        let is_its_own = if signature.reserved {
            numbers::waits_for(tx, signature).await?
        } else {
            take_number(tx, SERIES, signature.dated.year()).await? == i64::from(signature.number)
        };
        if !is_its_own {
            return Err(AppendError::NumberTaken);
        }
    }
    Ok(())
}

impl LetterRow {
    pub(crate) fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                code: row.text("code")?.as_str().into(),
                case: row.case("case_id")?.no(),
                task: TaskId(row.count("task")?),
                document: usize::try_from(row.int("document")?)?,
                number: LetterNumber::read(row)?,
                written_number: row.text("written_number")?,
                dated: row.text("dated")?.parse()?,
                subject: row.text("subject")?,
                unit: row.text("unit")?.as_str().into(),
                signer: row.text("signer")?.as_str().into(),
                capacity: row.one_of("capacity")?,
                in_place_of: row.text_or_none("in_place_of")?.map(PersonId::new),
                means: row.one_of("means")?,
                signed_at: row.time("signed_at")?,
                file: row.text("file")?.as_str().into(),
            })
        };
        read().damaged(|| "a letter".to_owned())
    }
}
