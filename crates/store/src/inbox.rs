//! What waits for somebody.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use sop::case::{CaseNo, PersonId, TaskId, UnitCode};
use sop::definition::{Role, SopCode, StageRef};
use sqlx::any::AnyRow;

use crate::error::{Cause, Context};
use crate::lists::{named, stage};
use crate::sql::{CaseId, Columns as _, Statement, due_at, due_sort};
use crate::{PAGE_ROWS_MAX, Store, StoreError};

/// Whose tasks: those given to the person, those that wait for anybody in one of the roles, and those
/// given to somebody in whose place the person acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskBox {
    pub person: PersonId,
    /// By own right or in somebody's place.
    pub roles: Vec<Role>,
    /// In whose place, and in which roles.
    pub deputises: BTreeMap<PersonId, BTreeSet<Role>>,
}

/// A task that waits, with what one has to know to choose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    pub case: CaseNo,
    /// Empty if it was erased.
    pub subject: String,
    pub unit: UnitCode,
    pub sop: SopCode,
    pub revision: String,
    pub task: TaskId,
    pub stage: StageRef,
    /// The round of its row, counted from 1.
    pub round: u32,
    pub assignee: Option<PersonId>,
    pub step_opened_at: Timestamp,
    pub task_opened_at: Timestamp,
    pub due_at: Option<Timestamp>,
    /// Since when the case is suspended, and why.
    pub suspended: Option<(Timestamp, String)>,
}

/// The place after a task in an inbox. As text (`Display`, `FromStr`) it is safe in an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxCursor {
    pub due_at: Option<Timestamp>,
    pub case: CaseNo,
    pub task: TaskId,
}

impl TaskRow {
    /// The place after this task.
    pub fn cursor(&self) -> InboxCursor {
        InboxCursor { due_at: self.due_at, case: self.case.clone(), task: self.task }
    }
}

impl fmt::Display for InboxCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", due_sort(self.due_at), self.case, self.task)
    }
}

impl FromStr for InboxCursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let read = || {
            let mut parts = text.split('.');
            let due_at = due_at(parts.next()?.parse().ok()?).ok()?;
            let case = CaseNo::new(parts.next()?);
            let task = TaskId(parts.next()?.parse().ok()?);
            CaseId::parse(&case)?;
            parts.next().is_none().then_some(Self { due_at, case, task })
        };
        read().ok_or_else(|| StoreError::Cursor { cursor: text.to_owned() })
    }
}

impl Store {
    /// The tasks of a box by their due time, those without one last.
    pub async fn inbox(
        &self,
        box_of: &TaskBox,
        after: Option<&InboxCursor>,
        limit: u32,
    ) -> Result<Vec<TaskRow>, StoreError> {
        let statement = statement(box_of, after, limit.clamp(1, PAGE_ROWS_MAX))?;
        let rows = statement.fetch_all(&self.readers, || format!("reading the inbox of {}", box_of.person));
        let task = |row: &AnyRow| TaskRow::read(row).damaged(|| format!("an open task of {}", named(row)));
        rows.await?.iter().map(task).collect()
    }

    /// How many tasks are in a box, counted no further than to `at_most`.
    pub async fn inbox_count(&self, box_of: &TaskBox, at_most: u32) -> Result<u32, StoreError> {
        let mut statement = Statement::new("SELECT COUNT(*) AS tasks FROM (");
        for (n, part) in parts(box_of).into_iter().enumerate() {
            statement.push(if n > 0 { " UNION ALL " } else { "" });
            statement.push("SELECT 1 AS task FROM open_tasks t WHERE ");
            part.push(&mut statement);
        }
        statement.push(" LIMIT ").int(at_most.into()).push(") AS tasks");
        let doing = || format!("counting the inbox of {}", box_of.person);
        let rows = statement.fetch_all(&self.readers, doing).await?;
        let row = rows.first().ok_or("no count came back").doing(doing)?;
        row.count("tasks").damaged(|| format!("the inbox of {}", box_of.person))
    }
}

/// One of the places in which tasks of a box lie. Each is read in the order of its own index, so that
/// the database only has to merge them.
enum Part<'a> {
    Assigned(&'a PersonId),
    AssignedFor(&'a PersonId, &'a BTreeSet<Role>),
    Waiting(&'a Role),
}

fn parts(box_of: &TaskBox) -> Vec<Part<'_>> {
    let mut roles: Vec<&Role> = box_of.roles.iter().collect();
    roles.sort();
    roles.dedup();
    let deputises = box_of.deputises.iter().filter(|(person, _)| **person != box_of.person);
    let assigned = deputises.map(|(person, roles)| Part::AssignedFor(person, roles));
    let own = std::iter::once(Part::Assigned(&box_of.person));
    own.chain(assigned).chain(roles.into_iter().map(Part::Waiting)).collect()
}

impl Part<'_> {
    fn push(&self, statement: &mut Statement) {
        match self {
            Self::Assigned(person) => statement.push("t.assignee = ").text(person.as_str()),
            Self::AssignedFor(person, roles) => {
                statement.push("t.assignee = ").text(person.as_str());
                statement.push(" AND t.role IN ").texts(roles.iter().map(Role::as_str))
            }
            Self::Waiting(role) => statement.push("t.assignee IS NULL AND t.role = ").text(role.as_str()),
        };
    }
}

fn statement(box_of: &TaskBox, after: Option<&InboxCursor>, limit: u32) -> Result<Statement, StoreError> {
    let after = after
        .map(|cursor| {
            let case = CaseId::parse(&cursor.case);
            let case = case.ok_or_else(|| StoreError::Cursor { cursor: cursor.to_string() })?;
            Ok((due_sort(cursor.due_at), case, i64::from(cursor.task.0)))
        })
        .transpose()?;
    let mut statement = Statement::new("");
    for (n, part) in parts(box_of).into_iter().enumerate() {
        statement.push(if n > 0 { " UNION ALL " } else { "" });
        statement.push(
            "SELECT t.due_sort AS due_sort, t.case_id AS case_id, t.task AS task, t.stage, t.round, \
             t.assignee, t.opened_at, t.step_opened_at, c.subject, c.unit, c.sop, c.revision, c.state, c.state_since, c.suspended_reason \
             FROM open_tasks t CROSS JOIN cases c WHERE c.case_id = t.case_id AND ",
        );
        part.push(&mut statement);
        if let Some((due, case, task)) = after {
            statement.push(" AND (t.due_sort, t.case_id, t.task) > (").int(due);
            statement.push(", ").int(case.0).push(", ").int(task).push(")");
        }
    }
    statement.push(" ORDER BY due_sort, case_id, task LIMIT ").int(limit.into());
    Ok(statement)
}

impl TaskRow {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        let suspended = match row.text("state")?.as_str() {
            "suspended" => {
                let since = row.time_or_none("state_since")?.ok_or("it is suspended since no time")?;
                Some((since, row.text_or_none("suspended_reason")?.unwrap_or_default()))
            }
            _ => None,
        };
        Ok(Self {
            case: row.case("case_id")?.no(),
            subject: row.text("subject")?,
            unit: UnitCode::new(row.text("unit")?),
            sop: SopCode::new(row.text("sop")?),
            revision: row.text("revision")?,
            task: TaskId(row.count("task")?),
            stage: stage(row)?,
            round: row.count("round")?,
            assignee: row.text_or_none("assignee")?.map(PersonId::new),
            step_opened_at: row.time("step_opened_at")?,
            task_opened_at: row.time("opened_at")?,
            due_at: row.due("due_sort")?,
            suspended,
        })
    }
}

#[cfg(test)]
pub(crate) fn statement_for_test(
    box_of: &TaskBox,
    after: Option<&InboxCursor>,
) -> Result<Statement, StoreError> {
    statement(box_of, after, 50)
}
