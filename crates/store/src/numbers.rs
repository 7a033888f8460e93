//! Numbers of outgoing letters that were set aside for one that is signed later, or on paper. Each is
//! used by one letter or voided by somebody, once, so that no number is without an explanation.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::{PersonId, Signature};
use sop::letter::Numbering;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _, query};

use crate::connection::Writes;
use crate::error::{Cause, Context};
use crate::letters::SERIES;
use crate::log::take_number;
use crate::sql::{Columns as _, Statement, micros};
use crate::writing::Write;
use crate::{ReserveError, Store, StoreError};

/// How many reserved numbers may wait at a time: whoever sets numbers aside also clears them up.
pub const RESERVED_MAX: u32 = 50;

/// Neither used by a letter nor voided.
const WAITS: &str = "r.voided_at IS NULL AND NOT EXISTS \
                     (SELECT 1 FROM letters l WHERE l.year = r.year AND l.number = r.number)";

/// The place of a letter in the register of outgoing letters, written `2026-12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterNumber {
    pub year: i16,
    /// Counted from 1 each year.
    pub number: u32,
}

/// A number that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub number: LetterNumber,
    /// As it will be printed.
    pub written_number: String,
    /// The day of the reservation, which its letter will bear.
    pub dated: Date,
    pub purpose: String,
    pub by: PersonId,
    pub at: Timestamp,
    pub voided: Option<Voiding>,
}

/// Why a reserved number will have no letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voiding {
    pub by: PersonId,
    pub at: Timestamp,
    pub reason: String,
}

impl fmt::Display for LetterNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.year, self.number)
    }
}

impl FromStr for LetterNumber {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let read = || {
            let (year, number) = text.split_once('-')?;
            let number = Self { year: year.parse().ok()?, number: number.parse().ok()? };
            (number.to_string() == text).then_some(number)
        };
        read().ok_or_else(|| StoreError::Cursor { cursor: text.to_owned() })
    }
}

/// The turn of a node to number a letter. It ends when this is dropped, or with the node.
#[derive(Debug)]
pub struct Turn {
    _lock: Option<Write>,
}

impl Store {
    /// Waits until no other node is numbering a letter; none if that takes too long. While the turn goes on the next
    /// number stays the next, so that a letter can be printed and signed with it. A restart of the database takes
    /// the turn away: whether a number is free is looked at once more when it is stored.
    pub async fn turn_to_number(&self) -> Result<Option<Turn>, StoreError> {
        if !self.is_shared() {
            return Ok(Some(Turn { _lock: None }));
        }
        match self.write_to(Writes::Turn, "waiting for the turn to number a letter").await {
            Ok(lock) => Ok(Some(Turn { _lock: Some(lock) })),
            Err(error) if error.waited_in_vain() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sets the next number of a day's year aside.
    ///
    /// # Errors
    /// [`RESERVED_MAX`] numbers wait already.
    pub async fn reserve_number(
        &self,
        numbering: &Numbering,
        dated: Date,
        purpose: &str,
        by: &PersonId,
        at: Timestamp,
    ) -> Result<Reservation, ReserveError> {
        let doing = || format!("reserving a letter number of {}", dated.year());
        let mut tx = self.write("beginning to reserve a letter number").await?;
        if waiting(&mut tx).await?.len() >= RESERVED_MAX as usize {
            return Err(ReserveError::TooMany { waiting_max: RESERVED_MAX });
        }
        let number = u32::try_from(take_number(&mut tx, SERIES, dated.year()).await?).damaged(doing)?;
        let reservation = Reservation {
            number: LetterNumber { year: dated.year(), number },
            written_number: numbering.write(number, dated),
            dated,
            purpose: purpose.to_owned(),
            by: by.clone(),
            at,
            voided: None,
        };
        query(
            "INSERT INTO reserved_numbers (year, number, written_number, dated, purpose, reserved_by, \
             reserved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(i64::from(reservation.number.year))
        .bind(i64::from(number))
        .bind(reservation.written_number.as_str())
        .bind(dated.to_string())
        .bind(purpose)
        .bind(by.as_str())
        .bind(micros(at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(reservation)
    }

    /// Gives a reserved number up for good. False if it does not wait: a letter has it, or it was voided.
    pub async fn void_number(
        &self,
        number: LetterNumber,
        reason: &str,
        by: &PersonId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("voiding the letter number {number}");
        let mut tx = self.write("beginning to void a letter number").await?;
        hold(&mut tx, number.year).await?;
        if waiting_one(&mut tx, number).await?.is_none() {
            return Ok(false);
        }
        query(
            "UPDATE reserved_numbers SET voided_by = $1, voided_at = $2, void_reason = $3 \
             WHERE year = $4 AND number = $5",
        )
        .bind(by.as_str())
        .bind(micros(at))
        .bind(reason)
        .bind(i64::from(number.year))
        .bind(i64::from(number.number))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(true)
    }

    /// The numbers that wait for their letter, the oldest first: at most [`RESERVED_MAX`].
    pub async fn reserved_numbers(&self) -> Result<Vec<Reservation>, StoreError> {
        let mut reader = self.readers.acquire().await.doing(|| "beginning to read".to_owned())?;
        waiting(&mut reader).await
    }

    /// A number that waits for its letter.
    pub async fn reserved_number(&self, number: LetterNumber) -> Result<Option<Reservation>, StoreError> {
        let mut reader = self.readers.acquire().await.doing(|| "beginning to read".to_owned())?;
        waiting_one(&mut reader, number).await
    }
}

/// Whether the number of a letter was reserved as the letter bears it, with its day, and still waits.
pub(crate) async fn waits_for(tx: &mut AnyConnection, signature: &Signature) -> Result<bool, StoreError> {
    let number = LetterNumber { year: signature.dated.year(), number: signature.number };
    hold(&mut *tx, number.year).await?;
    let told = (signature.dated, &signature.written_number);
    let reservation = waiting_one(tx, number).await?;
    Ok(reservation.is_some_and(|reservation| (reservation.dated, &reservation.written_number) == told))
}

/// Keeps the numbers of a year from everybody else who would use, void or take one, until we are done.
async fn hold(tx: &mut AnyConnection, year: i16) -> Result<(), StoreError> {
    query("UPDATE numbers SET last = last WHERE series = $1 AND year = $2")
        .bind(SERIES)
        .bind(i64::from(year))
        .execute(tx)
        .await
        .doing(|| format!("holding the letter numbers of {year}"))?;
    Ok(())
}

async fn waiting(connection: &mut AnyConnection) -> Result<Vec<Reservation>, StoreError> {
    let mut statement = Statement::new(
        "SELECT r.year, r.number, r.written_number, r.dated, r.purpose, r.reserved_by, r.reserved_at, \
         r.voided_by, r.voided_at, r.void_reason \
         FROM reserved_numbers r WHERE ",
    );
    statement.push(WAITS).push(" ORDER BY r.year, r.number LIMIT ").int(RESERVED_MAX.into());
    let rows = statement.fetch_all(connection, || "reading the reserved numbers".to_owned()).await?;
    rows.iter().map(Reservation::read).collect()
}

async fn waiting_one(
    connection: &mut AnyConnection,
    number: LetterNumber,
) -> Result<Option<Reservation>, StoreError> {
    let mut statement = Statement::new(
        "SELECT r.year, r.number, r.written_number, r.dated, r.purpose, r.reserved_by, r.reserved_at, \
         r.voided_by, r.voided_at, r.void_reason \
         FROM reserved_numbers r WHERE r.year = ",
    );
    statement.int(number.year.into()).push(" AND r.number = ").int(number.number.into());
    statement.push(" AND ").push(WAITS);
    let rows =
        statement.fetch_all(connection, || format!("looking for the reserved number {number}")).await?;
    rows.first().map(Reservation::read).transpose()
}

impl LetterNumber {
    pub(crate) fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self { year: i16::try_from(row.int("year")?)?, number: row.count("number")? })
    }
}

impl Reservation {
    pub(crate) fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            let voided_by: Option<String> = row.try_get("voided_by")?;
            let voided = match (voided_by, row.time_or_none("voided_at")?) {
                (Some(by), Some(at)) => {
                    let reason = row.text_or_none("void_reason")?.unwrap_or_default();
                    Some(Voiding { by: PersonId::new(by), at, reason })
                }
                (None, None) => None,
                _ => return Err("it was voided by nobody, or never".into()),
            };
            Ok(Self {
                number: LetterNumber::read(row)?,
                written_number: row.text("written_number")?,
                dated: row.text("dated")?.parse()?,
                purpose: row.text("purpose")?,
                by: PersonId::new(row.text("reserved_by")?),
                at: row.time("reserved_at")?,
                voided,
            })
        };
        read().damaged(|| "a reserved number".to_owned())
    }
}
