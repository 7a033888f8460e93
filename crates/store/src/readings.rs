//! The access log: who read which case, letter and attachment, when and from where.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sop::case::{CaseNo, LetterCode, PersonId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::sql::{CaseId, Columns as _, Statement, int, micros, name_of};
use crate::{PAGE_ROWS_MAX, Page, Store, StoreError};

/// Who read what, by which way. What is the same in all of this is one line of the log, if it follows
/// upon another within [`ONE_READING`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading {
    pub of: ReadOf,
    pub what: ReadWhat,
    /// Which document, attachment or letter of the case; empty where there is but one.
    pub which: String,
    pub person: PersonId,
    /// The name of the token of a program; empty where a page was read.
    pub token: String,
    /// The address of the network; empty where it is not known.
    pub address: String,
}

/// By what somebody named the case that they read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadOf {
    Case(CaseNo),
    /// The case in which a letter was signed.
    Letter(LetterCode),
}

/// What of a case was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadWhat {
    /// The case with its history.
    Case,
    /// The way of a request, as its requester follows it.
    Tracking,
    Document,
    Attachment,
    Dossier,
    /// A letter, by its code.
    Letter,
    /// Who read the case.
    Readings,
}

/// When something was read, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAt {
    pub first: Timestamp,
    pub last: Timestamp,
    pub times: u64,
}

/// A line of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingRow {
    pub case: CaseNo,
    pub what: ReadWhat,
    pub which: String,
    pub person: PersonId,
    pub token: String,
    pub address: String,
    pub at: ReadAt,
}

/// Whose lines of the access log are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadingsOf {
    Case(CaseNo),
    /// Of the cases that this person asked for.
    Subject(PersonId),
}

/// Reading the same again within this time goes into the same line: a page that refreshes by itself
/// would fill the log.
pub const ONE_READING: SignedDuration = SignedDuration::from_mins(15);

impl ReadAt {
    /// Once, at this time.
    pub fn once(at: Timestamp) -> Self {
        Self { first: at, last: at, times: 1 }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            times: self.times + other.times,
        }
    }
}

impl Store {
    /// Writes what was read into the access log, all of it or nothing. What is read of a case that is not
    /// there leaves no line.
    pub async fn note_readings(&self, readings: &[(Reading, ReadAt)]) -> Result<(), StoreError> {
        let mut tx = self.write("beginning to write the access log").await?;
        for (reading, at) in readings {
            note(&mut tx, reading, *at).await?;
        }
        tx.commit().await.doing(|| "writing the access log".to_owned())
    }

    /// A page of the access log, the last written first. `after` is the `next` of the page before.
    pub async fn readings(
        &self,
        of: &ReadingsOf,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<ReadingRow>, StoreError> {
        let limit = limit.clamp(1, PAGE_ROWS_MAX);
        let mut statement = Statement::new(
            "SELECT id, case_id, subject, person, what, which, token, address, first_at, last_at, times \
             FROM readings WHERE ",
        );
        match of {
            ReadingsOf::Case(no) => {
                let id = CaseId::parse(no).map_or(0, |id| id.0);
                statement.push("case_id = ").int(id);
            }
            ReadingsOf::Subject(person) => {
                statement.push("subject = ").text(person.as_str());
            }
        }
        if let Some(after) = after {
            let id = after.parse().map_err(|_| StoreError::Cursor { cursor: after.to_owned() })?;
            statement.push(" AND id < ").int(id);
        }
        statement.push(" ORDER BY id DESC LIMIT ").int(i64::from(limit) + 1);
        let rows = statement.fetch_all(&self.readers, || "reading the access log".to_owned()).await?;
        let damaged = || "a line of the access log".to_owned();
        Page::by_id(&rows, limit, |row| ReadingRow::read(row).damaged(damaged))
    }

    /// Forgets what was last read before a time, and says how many lines that were.
    pub async fn forget_readings(&self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM readings WHERE last_at < $1";
        self.forget("old lines of the access log", sql, before).await
    }
}

async fn note(tx: &mut AnyConnection, reading: &Reading, at: ReadAt) -> Result<(), StoreError> {
    let doing = || format!("noting what {} read", reading.person);
    let id = match &reading.of {
        ReadOf::Case(no) => CaseId::parse(no).map(|id| id.0),
        ReadOf::Letter(code) => {
            let row = query("SELECT case_id FROM letters WHERE code = $1").bind(code.as_str());
            let row = row.fetch_optional(&mut *tx).await.doing(doing)?;
            row.map(|row| row.int("case_id")).transpose().damaged(|| format!("the case of letter {code}"))?
        }
    };
    let Some(id) = id else { return Ok(()) };
    let what = name_of(&reading.what)?;
    let again = query(
        "UPDATE readings SET last_at = CASE WHEN last_at < $1 THEN $1 ELSE last_at END, times = times + $2 WHERE id = \
           (SELECT MAX(id) FROM readings WHERE case_id = $3 AND person = $4 AND what = $5 AND which = $6 \
              AND token = $7 AND address = $8 AND last_at >= $9)",
    )
    .bind(micros(at.last))
    .bind(int(at.times))
    .bind(id)
    .bind(reading.person.as_str())
    .bind(what.as_str())
    .bind(reading.which.as_str())
    .bind(reading.token.as_str())
    .bind(reading.address.as_str())
    .bind(micros(at.first - ONE_READING))
    .execute(&mut *tx)
    .await
    .doing(doing)?;
    if again.rows_affected() > 0 {
        return Ok(());
    }
    query(
        "INSERT INTO readings (case_id, subject, person, what, which, token, address, first_at, last_at, times) \
         SELECT case_id, requester, $2, $3, $4, $5, $6, $7, $8, $9 FROM cases WHERE case_id = $1",
    )
    .bind(id)
    .bind(reading.person.as_str())
    .bind(what)
    .bind(reading.which.as_str())
    .bind(reading.token.as_str())
    .bind(reading.address.as_str())
    .bind(micros(at.first))
    .bind(micros(at.last))
    .bind(int(at.times))
    .execute(&mut *tx)
    .await
    .doing(doing)?;
    Ok(())
}

impl ReadingRow {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            case: row.case("case_id")?.no(),
            what: row.one_of("what")?,
            which: row.text("which")?,
            person: PersonId::new(row.text("person")?),
            token: row.text("token")?,
            address: row.text("address")?,
            at: ReadAt {
                first: row.time("first_at")?,
                last: row.time("last_at")?,
                times: row.count("times")?.into(),
            },
        })
    }
}
