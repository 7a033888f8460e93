//! Cases as lists show them, a page at a time.
//!
//! A page begins after a row (keyset), not after so many rows: it costs the same wherever it lies, and
//! nobody is skipped or shown twice while new cases arrive.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::{CaseNo, PersonId, TaskId, UnitCode};
use sop::definition::{EndId, OptionId, SopCode, StageRef, StepNo};
use sqlx::any::AnyRow;

use crate::connection::Dialect;
use crate::error::{Cause, Context};
use crate::projection::ended;
use crate::sql::{CaseId, Columns, Statement, micros};
use crate::{PAGE_ROWS_MAX, Store, StoreError, search};

/// Which cases somebody may see. The app's one policy function makes it; every list takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    /// The cases that this person asked for.
    Requester(PersonId),
    Nothing,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub received_from: Option<Timestamp>,
    pub received_before: Option<Timestamp>,
    pub unit: Option<UnitCode>,
    pub state: Option<StateFilter>,
    /// Cases in which this row is under way.
    pub step: Option<StepNo>,
    /// Words, each of which begins some word of the case's number, subject, requester, unit or letter
    /// number. Anything may be typed here. Blank is no filter; without any letter or digit it finds
    /// nothing.
    pub text: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateFilter {
    /// Running, overdue or not.
    Running,
    /// Running, with a row whose due time has come. A suspended case is not: its clock stands still.
    Overdue {
        now: Timestamp,
    },
    Suspended,
    Ended(EndId),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The last received first. What is found by text goes by number instead, the highest first.
    #[default]
    NewestFirst,
    /// The earliest due first, what has no due time last.
    DueFirst,
    /// The lowest number first.
    Number,
}

/// Some rows of a list, and where the next ones begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// What to pass as `after` for the next page; none on the last. Safe in an address.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The page of rows that were asked for by falling `id`, one more than `limit` of them to see whether
    /// there is a next page.
    pub(crate) fn by_id(
        rows: &[AnyRow],
        limit: u32,
        read: impl Fn(&AnyRow) -> Result<T, StoreError>,
    ) -> Result<Self, StoreError> {
        let shown = &rows[..rows.len().min(limit as usize)];
        let next = match shown.last() {
            Some(last) if rows.len() > shown.len() => {
                Some(last.int("id").damaged(|| "where the next page begins".to_owned())?.to_string())
            }
            Some(_) | None => None,
        };
        Ok(Self { rows: shown.iter().map(read).collect::<Result<_, _>>()?, next })
    }
}

/// A case as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    pub no: CaseNo,
    pub agenda: u32,
    pub unit: UnitCode,
    /// Empty if it was erased.
    pub subject: String,
    pub requester: Option<PersonId>,
    /// Empty if it was erased.
    pub requester_name: String,
    pub received_at: Timestamp,
    pub entered_at: Timestamp,
    pub status: RowStatus,
    /// The earliest due time of its open rows.
    pub due_at: Option<Timestamp>,
    /// In the order in which they opened.
    pub open: Vec<OpenTask>,
    pub sop: SopCode,
    pub revision: String,
    /// What was chosen in the request form under `jenis`.
    pub category: Option<OptionId>,
    /// What was chosen in the request form under `sifat`.
    pub urgency: Option<OptionId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowStatus {
    Running,
    Suspended { since: Timestamp },
    Ended { end: EndId, at: Timestamp },
}

/// A task that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTask {
    pub task: TaskId,
    pub stage: StageRef,
    /// The round of its row, counted from 1.
    pub round: u32,
    pub assignee: Option<PersonId>,
    /// When its row opened: the norm counts from here.
    pub step_opened_at: Timestamp,
    pub opened_at: Timestamp,
}

/// A case as the register keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    pub case: CaseRow,
    pub letter_no: Option<String>,
    pub letter_date: Option<Date>,
    pub closed_at: Option<Timestamp>,
    /// Every run of a row, in the order in which they opened.
    pub steps: Vec<StepDates>,
}

/// The dates of one run of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepDates {
    pub step: StepNo,
    /// Counted from 1.
    pub round: u32,
    pub opened_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    /// Whether it was done, rather than left when the case ended.
    pub done: bool,
}

impl Store {
    /// One page of the cases in scope. `after` is the `next` of the page before.
    pub async fn list(
        &self,
        scope: &Scope,
        filter: &Filter,
        sort: Sort,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<CaseRow>, StoreError> {
        let Some(Found { rows, next }) = self.find(scope, filter, sort, after, limit).await? else {
            return Ok(Page { rows: Vec::new(), next: None });
        };
        let rows = self.case_rows(&rows).await?;
        Ok(Page { rows, next })
    }

    /// One page of the register: every request with its dates, the newest first.
    pub async fn register_page(
        &self,
        scope: &Scope,
        filter: &Filter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<RegisterRow>, StoreError> {
        let found = self.find(scope, filter, Sort::NewestFirst, after, limit).await?;
        let Some(Found { rows, next }) = found else {
            return Ok(Page { rows: Vec::new(), next: None });
        };
        let cases = self.case_rows(&rows).await?;
        let mut steps = self.steps(&rows).await?;
        let rows = rows.iter().zip(cases).map(|((id, row), case)| {
            let read = || -> Result<RegisterRow, Cause> {
                let letter_date = row.text_or_none("letter_date")?.map(|date| date.parse()).transpose()?;
                let closed_at = match &case.status {
                    RowStatus::Ended { at, .. } => Some(*at),
                    RowStatus::Running | RowStatus::Suspended { .. } => None,
                };
                Ok(RegisterRow {
                    case,
                    letter_no: row.text_or_none("letter_no")?,
                    letter_date,
                    closed_at,
                    steps: steps.remove(id).unwrap_or_default(),
                })
            };
            read().damaged(|| format!("the row of case {id}"))
        });
        Ok(Page { rows: rows.collect::<Result<_, _>>()?, next })
    }

    async fn find(
        &self,
        scope: &Scope,
        filter: &Filter,
        sort: Sort,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Option<Found>, StoreError> {
        let limit = limit.clamp(1, PAGE_ROWS_MAX);
        let Some((statement, order)) = statement(self.dialect, scope, filter, sort, after, limit)? else {
            return Ok(None);
        };
        let mut rows = statement.fetch_all(&self.readers, || "reading a list of cases".to_owned()).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let rows = rows.into_iter().map(|row| {
            let id = row.case("case_id").damaged(|| "the key of a case in a list".to_owned())?;
            Ok((id, row))
        });
        let rows: Vec<_> = rows.collect::<Result<_, StoreError>>()?;
        let next = match rows.last() {
            Some((id, row)) if more => {
                Some(order.cursor(*id, row).damaged(|| format!("the row of case {id}"))?)
            }
            Some(_) | None => None,
        };
        Ok(Some(Found { rows, next }))
    }

    async fn case_rows(&self, rows: &[(CaseId, AnyRow)]) -> Result<Vec<CaseRow>, StoreError> {
        let mut open: HashMap<CaseId, Vec<OpenTask>> = HashMap::new();
        if !rows.is_empty() {
            let mut statement = Statement::new(
                "SELECT case_id, task, stage, round, role, assignee, opened_at, step_opened_at, due_sort \
                 FROM open_tasks WHERE case_id IN ",
            );
            statement.ints(rows.iter().map(|(id, _)| id.0)).push(" ORDER BY case_id, task");
            for row in statement.fetch_all(&self.readers, || "reading the tasks of a list".to_owned()).await?
            {
                let read = || -> Result<_, Cause> { Ok((row.case("case_id")?, OpenTask::read(&row)?)) };
                let (id, task) = read().damaged(|| format!("an open task of {}", named(&row)))?;
                open.entry(id).or_default().push(task);
            }
        }
        rows.iter()
            .map(|(id, row)| {
                let open = open.remove(id).unwrap_or_default();
                CaseRow::read(*id, row, open).damaged(|| format!("the row of case {id}"))
            })
            .collect()
    }

    /// The rows of some cases.
    pub(crate) async fn rows_of(&self, ids: &[CaseId]) -> Result<HashMap<CaseId, CaseRow>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut statement = Statement::new(CASE_COLUMNS);
        statement.push("FROM cases c WHERE c.case_id IN ").ints(ids.iter().map(|id| id.0));
        let rows = statement.fetch_all(&self.readers, || "reading the rows of cases".to_owned()).await?;
        let rows = rows.into_iter().map(|row| {
            let id = row.case("case_id").damaged(|| "the key of a case".to_owned())?;
            Ok((id, row))
        });
        let rows: Vec<_> = rows.collect::<Result<_, StoreError>>()?;
        let cases = self.case_rows(&rows).await?;
        Ok(rows.into_iter().map(|(id, _)| id).zip(cases).collect())
    }

    async fn steps(&self, rows: &[(CaseId, AnyRow)]) -> Result<HashMap<CaseId, Vec<StepDates>>, StoreError> {
        let mut steps: HashMap<CaseId, Vec<StepDates>> = HashMap::new();
        if !rows.is_empty() {
            let mut statement = Statement::new(
                "SELECT case_id, run, step, round, opened_at, due_at, closed_at, done \
                 FROM step_runs WHERE case_id IN ",
            );
            statement.ints(rows.iter().map(|(id, _)| id.0)).push(" ORDER BY case_id, run");
            for row in statement.fetch_all(&self.readers, || "reading the dates of a list".to_owned()).await?
            {
                let read = || -> Result<_, Cause> { Ok((row.case("case_id")?, StepDates::read(&row)?)) };
                let (id, dates) = read().damaged(|| format!("the dates of {}", named(&row)))?;
                steps.entry(id).or_default().push(dates);
            }
        }
        Ok(steps)
    }
}

/// What a row of a list is read from.
const CASE_COLUMNS: &str = "SELECT c.case_id, c.agenda, c.sop, c.revision, c.unit, c.subject, c.requester, c.requester_name, \
     c.letter_no, c.letter_date, c.category, c.urgency, c.received_at, c.entered_at, c.state, \
     c.state_since, c.due_sort ";

struct Found {
    rows: Vec<(CaseId, AnyRow)>,
    next: Option<String>,
}

/// In which order a list is read, and with it what its cursor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Received,
    Due,
    Number,
    /// The numbers of what was found by text, the highest first.
    FoundNewest,
    /// The same, the lowest first.
    FoundNumber,
}

impl Order {
    fn of(sort: Sort, by_text: bool) -> Self {
        match (sort, by_text) {
            (Sort::NewestFirst, false) => Self::Received,
            // The search yields in the order of numbers. Sorting all that it finds by another time,
            // only to show some, would make every common word slow.
            (Sort::NewestFirst, true) => Self::FoundNewest,
            (Sort::DueFirst, _) => Self::Due,
            (Sort::Number, false) => Self::Number,
            (Sort::Number, true) => Self::FoundNumber,
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Self::Received => "r",
            Self::Due => "d",
            Self::Number | Self::FoundNumber => "n",
            Self::FoundNewest => "f",
        }
    }

    /// The place after a row.
    fn cursor(self, id: CaseId, row: &AnyRow) -> Result<String, Cause> {
        let letter = self.letter();
        Ok(match self {
            Self::Received => format!("{letter}.{}.{}", row.int("received_at")?, id.0),
            Self::Due => format!("{letter}.{}.{}", row.int("due_sort")?, id.0),
            Self::Number | Self::FoundNewest | Self::FoundNumber => format!("{letter}.0.{}", id.0),
        })
    }

    /// Reads a place: the key of the sort, and the case's.
    fn read(self, cursor: &str) -> Option<(i64, i64)> {
        let (letter, keys) = cursor.split_once('.')?;
        let (key, id) = keys.split_once('.')?;
        (letter == self.letter()).then_some((key.parse().ok()?, id.parse().ok()?))
    }
}

/// The statement for one page, and one row more to know whether there is another. None if nothing can
/// be in it.
fn statement(
    dialect: Dialect,
    scope: &Scope,
    filter: &Filter,
    sort: Sort,
    after: Option<&str>,
    limit: u32,
) -> Result<Option<(Statement, Order)>, StoreError> {
    let text = filter.text.as_deref().filter(|text| !text.trim().is_empty());
    let order = Order::of(sort, text.is_some());
    let mut statement = Statement::new(CASE_COLUMNS);
    // CROSS JOIN reads the tables in the order written, as far as the database lets itself be told.
    match (text, &filter.step) {
        (Some(text), _) => {
            if !search::find(&mut statement, dialect, text) {
                return Ok(None);
            }
        }
        (None, Some(step)) => {
            statement.push("FROM step_runs s CROSS JOIN cases c WHERE c.case_id = s.case_id");
            statement.push(" AND s.closed_at IS NULL AND s.step = ").text(step.as_str());
        }
        (None, None) => {
            statement.push("FROM cases c WHERE 1 = 1");
        }
    }
    match scope {
        Scope::All => {}
        Scope::Requester(person) => {
            statement.push(" AND c.requester = ").text(person.as_str());
        }
        Scope::Nothing => return Ok(None),
    }
    if let (Some(_), Some(step)) = (text, &filter.step) {
        statement.push(" AND EXISTS (SELECT 1 FROM step_runs s WHERE s.case_id = c.case_id");
        statement.push(" AND s.closed_at IS NULL AND s.step = ").text(step.as_str()).push(")");
    }
    // By number, most of a unit's or an end's cases are found on the way; looking them all up to sort
    // them would take longer. The empty text keeps the database from doing that.
    let on_the_way = order == Order::Number;
    if let Some(unit) = &filter.unit {
        statement.push(if on_the_way { " AND c.unit || '' = " } else { " AND c.unit = " });
        statement.text(unit.as_str());
    }
    match &filter.state {
        None => {}
        Some(StateFilter::Running) => {
            statement.push(" AND c.state = 'running'");
        }
        Some(StateFilter::Overdue { now }) => {
            statement.push(" AND c.state = 'running' AND c.due_sort <= ").int(micros(*now));
        }
        Some(StateFilter::Suspended) => {
            statement.push(" AND c.state = 'suspended'");
        }
        Some(StateFilter::Ended(end)) => {
            statement.push(if on_the_way { " AND c.state || '' = " } else { " AND c.state = " });
            statement.text(&ended(end.as_str()));
        }
    }
    if let Some(from) = filter.received_from {
        statement.push(" AND c.received_at >= ").int(micros(from));
    }
    if let Some(before) = filter.received_before {
        statement.push(" AND c.received_at < ").int(micros(before));
    }
    if let Some(after) = after {
        let place = order.read(after).ok_or_else(|| StoreError::Cursor { cursor: after.to_owned() })?;
        let (key, id) = place;
        match order {
            Order::Received => {
                statement.push(" AND (c.received_at, c.case_id) < (").int(key).push(", ").int(id).push(")");
            }
            Order::Due => {
                statement.push(" AND (c.due_sort, c.case_id) > (").int(key).push(", ").int(id).push(")");
            }
            Order::Number => {
                statement.push(" AND c.case_id > ").int(id);
            }
            Order::FoundNewest => {
                statement.push(" AND case_search.rowid < ").int(id);
            }
            Order::FoundNumber => {
                statement.push(" AND case_search.rowid > ").int(id);
            }
        }
    }
    statement.push(match order {
        Order::Received => " ORDER BY c.received_at DESC, c.case_id DESC",
        Order::Due => " ORDER BY c.due_sort, c.case_id",
        Order::Number => " ORDER BY c.case_id",
        Order::FoundNewest => " ORDER BY case_search.rowid DESC",
        Order::FoundNumber => " ORDER BY case_search.rowid",
    });
    statement.push(" LIMIT ").int(i64::from(limit) + 1);
    Ok(Some((statement, order)))
}

impl CaseRow {
    fn read(id: CaseId, row: &AnyRow, open: Vec<OpenTask>) -> Result<Self, Cause> {
        Ok(Self {
            no: id.no(),
            agenda: row.count("agenda")?,
            unit: UnitCode::new(row.text("unit")?),
            subject: row.text("subject")?,
            requester: row.text_or_none("requester")?.map(PersonId::new),
            requester_name: row.text("requester_name")?,
            received_at: row.time("received_at")?,
            entered_at: row.time("entered_at")?,
            status: RowStatus::read(row)?,
            due_at: row.due("due_sort")?,
            open,
            sop: SopCode::new(row.text("sop")?),
            revision: row.text("revision")?,
            category: row.text_or_none("category")?.map(OptionId::new),
            urgency: row.text_or_none("urgency")?.map(OptionId::new),
        })
    }
}

impl RowStatus {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        let (state, since) = (row.text("state")?, row.time_or_none("state_since")?);
        match (state.as_str(), since) {
            ("running", None) => Ok(Self::Running),
            ("suspended", Some(since)) => Ok(Self::Suspended { since }),
            (ended, Some(at)) if let Some(end) = ended.strip_prefix("ended/") => {
                Ok(Self::Ended { end: EndId::new(end), at })
            }
            _ => Err(format!("{state:?} is no state of a case").into()),
        }
    }
}

impl OpenTask {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            task: TaskId(row.count("task")?),
            stage: stage(row)?,
            round: row.count("round")?,
            assignee: row.text_or_none("assignee")?.map(PersonId::new),
            step_opened_at: row.time("step_opened_at")?,
            opened_at: row.time("opened_at")?,
        })
    }
}

impl StepDates {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            step: StepNo::new(row.text("step")?),
            round: row.count("round")?,
            opened_at: row.time("opened_at")?,
            due_at: row.time_or_none("due_at")?,
            closed_at: row.time_or_none("closed_at")?,
            done: row.int("done")? != 0,
        })
    }
}

/// Reads a stage as written, `4.konsep`.
pub(crate) fn stage(row: &AnyRow) -> Result<StageRef, Cause> {
    let text = row.text("stage")?;
    let (step, stage) = text.split_once('.').ok_or_else(|| format!("{text:?} is no stage"))?;
    Ok(StageRef { step: step.into(), stage: stage.into() })
}

/// Names the case of a row that could not be read.
pub(crate) fn named(row: &AnyRow) -> String {
    row.case("case_id").map_or_else(|_| "an unknown case".to_owned(), |id| format!("case {id}"))
}

#[cfg(test)]
pub(crate) fn statement_for_test(
    scope: &Scope,
    filter: &Filter,
    sort: Sort,
    after: Option<&str>,
) -> Result<Option<Statement>, StoreError> {
    Ok(statement(Dialect::Sqlite, scope, filter, sort, after, 50)?.map(|(statement, _)| statement))
}
