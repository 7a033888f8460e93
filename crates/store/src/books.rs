//! The books that an office keeps: the agendas of incoming and outgoing letters and the book of
//! dispositions. Each is read from its end, a page at a time, as the lists of cases are. They are for
//! those who may read every case, and so know no scope.

use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::{CaseNo, Channel, PersonId, TaskId, UnitCode};
use sop::definition::{OptionId, OutcomeId, SopCode, StageRef};
use sqlx::any::AnyRow;

use crate::error::{Cause, Context};
use crate::lists::{named, stage};
use crate::sql::{Columns as _, Statement, micros};
use crate::{LetterNumber, LetterRow, PAGE_ROWS_MAX, Page, Reservation, Store, StoreError};

/// What a book is narrowed to. Letters are dated by day, what happened in a case by moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookFilter<T> {
    pub from: Option<T>,
    /// What is listed is earlier than this.
    pub before: Option<T>,
    pub unit: Option<UnitCode>,
}

/// A line of the agenda of incoming letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingRow {
    pub case: CaseNo,
    pub agenda: u32,
    pub entered_at: Timestamp,
    pub received_at: Timestamp,
    pub unit: UnitCode,
    /// Empty if it was erased.
    pub requester_name: String,
    pub letter_no: Option<String>,
    pub letter_date: Option<Date>,
    /// Empty if it was erased.
    pub subject: String,
    pub channel: Channel,
}

/// A line of the agenda of outgoing letters: a number and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutgoingRow {
    Signed {
        letter: Box<LetterRow>,
        /// Where its number was set aside before.
        reservation: Option<Reservation>,
    },
    /// It waits for its letter, or was voided.
    Reserved(Reservation),
}

/// A line of the book of dispositions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DispositionRow {
    pub case: CaseNo,
    pub task: TaskId,
    pub agenda: u32,
    pub unit: UnitCode,
    /// Empty if it was erased.
    pub requester_name: String,
    /// Empty if it was erased.
    pub subject: String,
    pub sop: SopCode,
    pub revision: String,
    pub stage: StageRef,
    pub outcome: OutcomeId,
    pub at: Timestamp,
    pub by: Option<PersonId>,
    /// What was chosen under Sifat.
    pub urgency: Option<OptionId>,
    /// What was chosen under Dengan hormat harap.
    pub requests: Vec<OptionId>,
    pub notes: String,
}

impl<T> Default for BookFilter<T> {
    fn default() -> Self {
        Self { from: None, before: None, unit: None }
    }
}

impl Store {
    /// A page of the agenda of incoming letters, the highest number first. `after` is the `next` of
    /// the page before.
    pub async fn incoming(
        &self,
        filter: &BookFilter<Timestamp>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<IncomingRow>, StoreError> {
        let statement = incoming(filter, after, limit)?;
        let rows = statement.fetch_all(&self.readers, || "reading the incoming letters".to_owned()).await?;
        page(&rows, limit, IncomingRow::read, |row| {
            Ok(format!("{}.{}", row.int("entered_at")?, row.int("case_id")?))
        })
    }

    /// A page of the agenda of outgoing letters: every number that was taken, the highest first.
    /// Numbers without a letter belong to no unit, and are absent where one is asked for.
    pub async fn outgoing(
        &self,
        filter: &BookFilter<Date>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<OutgoingRow>, StoreError> {
        let after = after.map(str::parse).transpose()?;
        let limit = limit.clamp(1, PAGE_ROWS_MAX);
        let doing = || "reading the outgoing letters".to_owned();
        // Both at one time, or a number that is being used could be in neither.
        let mut tx = self.snapshot("beginning to read the outgoing letters").await?;
        let mut lines = Vec::new();
        for row in signed(filter, after, limit).fetch_all(&mut *tx, doing).await? {
            let letter = Box::new(LetterRow::read(&row)?);
            let was_reserved =
                row.text_or_none("reserved_by").damaged(|| format!("the letter {}", letter.number))?;
            let reservation = was_reserved.map(|_| Reservation::read(&row)).transpose()?;
            lines.push((letter.number, OutgoingRow::Signed { letter, reservation }));
        }
        if filter.unit.is_none() {
            for row in reserved(filter, after, limit).fetch_all(&mut *tx, doing).await? {
                let reservation = Reservation::read(&row)?;
                lines.push((reservation.number, OutgoingRow::Reserved(reservation)));
            }
        }
        tx.commit().await.doing(doing)?;
        lines.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        let more = lines.len() > limit as usize;
        lines.truncate(limit as usize);
        let next = lines.last().filter(|_| more).map(|(number, _)| number.to_string());
        Ok(Page { rows: lines.into_iter().map(|(_, line)| line).collect(), next })
    }

    /// A page of the book of dispositions, the last given first.
    pub async fn dispositions(
        &self,
        filter: &BookFilter<Timestamp>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<DispositionRow>, StoreError> {
        let statement = dispositions(filter, after, limit)?;
        let rows = statement.fetch_all(&self.readers, || "reading the dispositions".to_owned()).await?;
        page(&rows, limit, DispositionRow::read, |row| {
            Ok(format!("{}.{}.{}", row.int("disposed_at")?, row.int("case_id")?, row.int("task")?))
        })
    }
}

/// Rows as a page; one more was asked for to know whether there is another.
fn page<T>(
    rows: &[AnyRow],
    limit: u32,
    read: impl Fn(&AnyRow) -> Result<T, Cause>,
    cursor: impl Fn(&AnyRow) -> Result<String, Cause>,
) -> Result<Page<T>, StoreError> {
    let limit = limit.clamp(1, PAGE_ROWS_MAX) as usize;
    let shown = &rows[..rows.len().min(limit)];
    let damaged = |row: &AnyRow| format!("the line of {} in a book", named(row));
    let next = match shown.last() {
        Some(last) if rows.len() > limit => Some(cursor(last).damaged(|| damaged(last))?),
        Some(_) | None => None,
    };
    let rows = shown.iter().map(|row| read(row).damaged(|| damaged(row)));
    Ok(Page { rows: rows.collect::<Result<_, _>>()?, next })
}

fn incoming(
    filter: &BookFilter<Timestamp>,
    after: Option<&str>,
    limit: u32,
) -> Result<Statement, StoreError> {
    let mut statement = Statement::new(
        "SELECT c.case_id, c.agenda, c.entered_at, c.received_at, c.unit, c.requester_name, c.letter_no, \
         c.letter_date, c.subject, c.channel FROM cases c WHERE 1 = 1",
    );
    if let Some(unit) = &filter.unit {
        statement.push(" AND c.unit = ").text(unit.as_str());
    }
    if let Some(from) = filter.from {
        statement.push(" AND c.entered_at >= ").int(micros(from));
    }
    if let Some(before) = filter.before {
        statement.push(" AND c.entered_at < ").int(micros(before));
    }
    if let Some(after) = after {
        let [entered_at, case] = place(after)?;
        statement.push(" AND (c.entered_at, c.case_id) < (").int(entered_at).push(", ").int(case).push(")");
    }
    statement.push(" ORDER BY c.entered_at DESC, c.case_id DESC LIMIT ").int(one_more(limit));
    Ok(statement)
}

fn signed(filter: &BookFilter<Date>, after: Option<LetterNumber>, limit: u32) -> Statement {
    let mut statement = Statement::new(
        "SELECT t.code, t.case_id, t.task, t.document, t.year, t.number, t.written_number, t.dated, \
         t.subject, t.unit, t.signer, t.signed_at, t.file, t.means, t.capacity, t.in_place_of, \
         r.purpose, r.reserved_by, r.reserved_at, r.voided_by, r.voided_at, r.void_reason \
         FROM letters t LEFT JOIN reserved_numbers r ON r.year = t.year AND r.number = t.number WHERE 1 = 1",
    );
    if let Some(unit) = &filter.unit {
        statement.push(" AND t.unit = ").text(unit.as_str());
    }
    by_number(&mut statement, filter, after, limit);
    statement
}

fn reserved(filter: &BookFilter<Date>, after: Option<LetterNumber>, limit: u32) -> Statement {
    let mut statement = Statement::new(
        "SELECT t.year, t.number, t.written_number, t.dated, t.purpose, t.reserved_by, t.reserved_at, \
         t.voided_by, t.voided_at, t.void_reason FROM reserved_numbers t WHERE NOT EXISTS \
         (SELECT 1 FROM letters l WHERE l.year = t.year AND l.number = t.number)",
    );
    by_number(&mut statement, filter, after, limit);
    statement
}

/// What letters and reserved numbers have in common: they are dated, and go by number.
fn by_number(statement: &mut Statement, filter: &BookFilter<Date>, after: Option<LetterNumber>, limit: u32) {
    // The index begins with the year; the days are looked at on the way.
    if let Some(from) = filter.from {
        statement.push(" AND t.year >= ").int(from.year().into());
        statement.push(" AND t.dated >= ").text(&from.to_string());
    }
    if let Some(before) = filter.before {
        statement.push(" AND t.year <= ").int(before.year().into());
        statement.push(" AND t.dated < ").text(&before.to_string());
    }
    if let Some(LetterNumber { year, number }) = after {
        statement
            .push(" AND (t.year, t.number) < (")
            .int(year.into())
            .push(", ")
            .int(number.into())
            .push(")");
    }
    statement.push(" ORDER BY t.year DESC, t.number DESC LIMIT ").int(one_more(limit));
}

fn dispositions(
    filter: &BookFilter<Timestamp>,
    after: Option<&str>,
    limit: u32,
) -> Result<Statement, StoreError> {
    let mut statement = Statement::new(
        "SELECT d.case_id, d.task, d.stage, d.outcome, d.unit, d.disposed_at, d.disposed_by, d.urgency, \
         d.requests, d.notes, c.agenda, c.requester_name, c.subject, c.sop, c.revision \
         FROM dispositions d CROSS JOIN cases c WHERE c.case_id = d.case_id",
    );
    if let Some(unit) = &filter.unit {
        statement.push(" AND d.unit = ").text(unit.as_str());
    }
    if let Some(from) = filter.from {
        statement.push(" AND d.disposed_at >= ").int(micros(from));
    }
    if let Some(before) = filter.before {
        statement.push(" AND d.disposed_at < ").int(micros(before));
    }
    if let Some(after) = after {
        let [at, case, task] = place(after)?;
        statement.push(" AND (d.disposed_at, d.case_id, d.task) < (").int(at);
        statement.push(", ").int(case).push(", ").int(task).push(")");
    }
    statement.push(" ORDER BY d.disposed_at DESC, d.case_id DESC, d.task DESC LIMIT ").int(one_more(limit));
    Ok(statement)
}

fn one_more(limit: u32) -> i64 {
    i64::from(limit.clamp(1, PAGE_ROWS_MAX)) + 1
}

/// Reads a place in a book: its numbers with points between.
fn place<const KEYS: usize>(cursor: &str) -> Result<[i64; KEYS], StoreError> {
    let keys: Option<Vec<i64>> = cursor.split('.').map(|key| key.parse().ok()).collect();
    keys.and_then(|keys| keys.try_into().ok()).ok_or_else(|| StoreError::Cursor { cursor: cursor.to_owned() })
}

impl IncomingRow {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            case: row.case("case_id")?.no(),
            agenda: row.count("agenda")?,
            entered_at: row.time("entered_at")?,
            received_at: row.time("received_at")?,
            unit: UnitCode::new(row.text("unit")?),
            requester_name: row.text("requester_name")?,
            letter_no: row.text_or_none("letter_no")?,
            letter_date: row.text_or_none("letter_date")?.map(|date| date.parse()).transpose()?,
            subject: row.text("subject")?,
            channel: row.one_of("channel")?,
        })
    }
}

impl DispositionRow {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        let requests = row.text("requests")?;
        Ok(Self {
            case: row.case("case_id")?.no(),
            task: TaskId(row.count("task")?),
            agenda: row.count("agenda")?,
            unit: UnitCode::new(row.text("unit")?),
            requester_name: row.text("requester_name")?,
            subject: row.text("subject")?,
            sop: SopCode::new(row.text("sop")?),
            revision: row.text("revision")?,
            stage: stage(row)?,
            outcome: OutcomeId::new(row.text("outcome")?),
            at: row.time("disposed_at")?,
            by: row.text_or_none("disposed_by")?.map(PersonId::new),
            urgency: row.text_or_none("urgency")?.map(OptionId::new),
            requests: requests.split(',').filter(|id| !id.is_empty()).map(OptionId::new).collect(),
            notes: row.text("notes")?,
        })
    }
}

#[cfg(test)]
pub(crate) fn statements_for_test(unit: Option<&str>, after: bool) -> Vec<(&'static str, Statement)> {
    let at = Timestamp::UNIX_EPOCH;
    let day = jiff::civil::date(2026, 1, 1);
    let unit = unit.map(UnitCode::from);
    let moments = BookFilter { from: Some(at), before: Some(at), unit: unit.clone() };
    let days = BookFilter { from: Some(day), before: Some(day), unit };
    let number = after.then_some(LetterNumber { year: 2026, number: 7 });
    let read = "a statement";
    vec![
        ("incoming", incoming(&moments, after.then_some("1.20260000001"), 50).expect(read)),
        ("dispositions", dispositions(&moments, after.then_some("1.20260000001.1"), 50).expect(read)),
        ("signed", signed(&days, number, 50)),
        ("reserved", reserved(&days, number, 50)),
    ]
}
