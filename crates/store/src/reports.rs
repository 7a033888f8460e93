//! Figures about the work that is under way.

use std::collections::HashMap;

use jiff::Timestamp;
use sop::case::{CaseNo, PersonId, TaskId};
use sop::definition::StepNo;
use sop::workload::TaskHold;
use sqlx::any::AnyRow;

use crate::error::{Cause, Context};
use crate::lists::named;
use crate::sql::{CaseId, Columns as _, Statement, due_sort, micros};
use crate::{PAGE_ROWS_MAX, Scope, Store, StoreError};

/// How many cases are at a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepCount {
    pub step: StepNo,
    pub cases: u32,
    /// Of these, the running ones in which the row's due time has come.
    pub overdue: u32,
}

/// How much waits for a person, each counted no further than one more than [`WORKLOAD_COUNTED_MAX`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    pub person: PersonId,
    /// Tasks that were given to them and are not done.
    pub open: u32,
    /// Of these, those of running cases whose due time has come.
    pub overdue: u32,
}

/// So many tasks of a person are counted. Whoever has more has too many, and how many more there are would take
/// the longer to count the larger the office is.
pub const WORKLOAD_COUNTED_MAX: u32 = 99;

impl Store {
    /// How many cases are at which row, in the order of the rows' numbers. Rows without a case are
    /// left out.
    pub async fn open_cases_by_step(
        &self,
        scope: &Scope,
        now: Timestamp,
    ) -> Result<Vec<StepCount>, StoreError> {
        let mut statement = Statement::new("SELECT s.step, COUNT(*) AS cases, ");
        statement.push("SUM(CASE WHEN c.state = 'running' AND s.due_at <= ").int(micros(now));
        statement.push(" THEN 1 ELSE 0 END) AS overdue ");
        match scope {
            Scope::All => {
                statement.push("FROM step_runs s CROSS JOIN cases c WHERE c.case_id = s.case_id");
            }
            Scope::Requester(person) => {
                statement.push("FROM cases c CROSS JOIN step_runs s WHERE s.case_id = c.case_id");
                statement.push(" AND c.requester = ").text(person.as_str());
            }
            Scope::Nothing => return Ok(Vec::new()),
        }
        statement.push(" AND s.closed_at IS NULL GROUP BY s.step");
        let rows = statement.fetch_all(&self.readers, || "counting the cases at each row".to_owned()).await?;
        let mut counts = Vec::with_capacity(rows.len());
        for row in rows {
            let read = || -> Result<_, Cause> {
                let step = StepNo::new(row.text("step")?);
                Ok(StepCount { step, cases: row.count("cases")?, overdue: row.count("overdue")? })
            };
            counts.push(read().damaged(|| "the count of the cases at a row".to_owned())?);
        }
        counts.sort_by_cached_key(|count| row_number(&count.step));
        Ok(counts)
    }

    /// What waits for these people, in the order of their ids.
    pub async fn workload(&self, people: &[PersonId], now: Timestamp) -> Result<Vec<Workload>, StoreError> {
        let statement = workload_statement(people, now);
        let rows = statement.fetch_all(&self.readers, || "counting what waits for whom".to_owned()).await?;
        let mut workloads = Vec::with_capacity(rows.len());
        for row in rows {
            let read = || -> Result<_, Cause> {
                let person = PersonId::new(row.text("id")?);
                Ok(Workload { person, open: row.count("open")?, overdue: row.count("overdue")? })
            };
            workloads.push(read().damaged(|| "the count of what waits for a person".to_owned())?);
        }
        Ok(workloads)
    }

    /// From when until when running tasks were whose, of these people, as far as it lies between two
    /// moments; whoever held none is left out.
    pub async fn task_holds(
        &self,
        people: &[PersonId],
        from: Timestamp,
        until: Timestamp,
    ) -> Result<HashMap<PersonId, Vec<TaskHold>>, StoreError> {
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        self.read_holds(holds_statement(people, from, until)).await
    }

    /// As [`Store::task_holds`], but of what somebody still holds only what has been theirs for the longest
    /// time, and of the rest only what began before that: enough to know how much of the time was theirs
    /// together, and no more the more they hold.
    pub async fn time_held(
        &self,
        people: &[PersonId],
        from: Timestamp,
        until: Timestamp,
    ) -> Result<HashMap<PersonId, Vec<TaskHold>>, StoreError> {
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let mut held = self.read_holds(longest_held_statement(people, until)).await?;
        let mut earlier = Vec::new();
        for person in people {
            let since = held.get(person).and_then(|holds| holds.first()).map_or(until, |hold| hold.from);
            if since > from {
                earlier.push((person, since.min(until)));
            }
        }
        if !earlier.is_empty() {
            for (person, mut holds) in self.read_holds(ended_holds_statement(&earlier, from)).await? {
                held.entry(person).or_default().append(&mut holds);
            }
        }
        Ok(held)
    }

    async fn read_holds(&self, statement: Statement) -> Result<HashMap<PersonId, Vec<TaskHold>>, StoreError> {
        let mut holds: HashMap<PersonId, Vec<TaskHold>> = HashMap::new();
        let rows = statement.fetch_all(&self.readers, || "reading when tasks were whose".to_owned()).await?;
        for row in rows {
            let read = || -> Result<_, Cause> {
                let hold = TaskHold {
                    case: row.case("case_id")?.no(),
                    task: TaskId(row.count("task")?),
                    from: row.time("held_from")?,
                    until: row.due("until_sort")?,
                };
                Ok((PersonId::new(row.text("person")?), hold))
            };
            let (person, hold) = read().damaged(|| format!("the time of a task of {}", named(&row)))?;
            holds.entry(person).or_default().push(hold);
        }
        Ok(holds)
    }

    /// The next cases that have not ended, by number, from the one after `after` on.
    pub async fn open_case_numbers(
        &self,
        after: Option<&CaseNo>,
        limit: u32,
    ) -> Result<Vec<CaseNo>, StoreError> {
        let after = after.and_then(CaseId::parse).map_or(0, |after| after.0);
        let mut statement = Statement::new(
            "SELECT case_id FROM cases WHERE state IN ('running', 'suspended') AND case_id > ",
        );
        statement.int(after).push(" ORDER BY case_id LIMIT ").int(limit.min(PAGE_ROWS_MAX).into());
        let rows = statement.fetch_all(&self.readers, || "reading which cases are open".to_owned()).await?;
        let number = |row: &AnyRow| Ok(row.case("case_id").damaged(|| "the key of a case".to_owned())?.no());
        rows.iter().map(number).collect()
    }
}

fn workload_statement(people: &[PersonId], now: Timestamp) -> Statement {
    let at_most = i64::from(WORKLOAD_COUNTED_MAX) + 1;
    let mut statement = Statement::new(
        "SELECT p.id, (SELECT COUNT(*) FROM \
           (SELECT 1 AS task FROM open_tasks WHERE assignee = p.id LIMIT ",
    );
    statement.int(at_most).push(") AS counted) AS open, (SELECT COUNT(*) FROM ");
    statement
        .push("(SELECT 1 AS task FROM open_tasks WHERE assignee = p.id AND running = 1 AND due_sort <= ");
    statement.int(micros(now)).push(" LIMIT ").int(at_most).push(") AS counted) AS overdue ");
    statement.push("FROM people p WHERE p.id IN ").texts(people.iter().map(PersonId::as_str));
    statement.push(" ORDER BY p.id");
    statement
}

const LONGEST: &str = "SELECT person, case_id, task, held_from, until_sort FROM (";
const HELD: &str = "SELECT person, case_id, task, held_from, until_sort FROM task_holds WHERE person ";

/// Of each what they still hold and have held for the longest time.
fn longest_held_statement(people: &[PersonId], until: Timestamp) -> Statement {
    let mut statement = Statement::default();
    for (n, person) in people.iter().enumerate() {
        statement.push(if n > 0 { " UNION ALL " } else { "" }).push(LONGEST).push(HELD);
        statement.push("= ").text(person.as_str()).push(" AND until_sort = ").int(due_sort(None));
        statement.push(" AND held_from < ").int(micros(until)).push(" ORDER BY held_from LIMIT 1) AS held");
    }
    statement
}

/// Of each what ended after `from` and began before a moment.
fn ended_holds_statement(people: &[(&PersonId, Timestamp)], from: Timestamp) -> Statement {
    let mut statement = Statement::default();
    for (n, (person, before)) in people.iter().enumerate() {
        statement.push(if n > 0 { " UNION ALL " } else { "" }).push(HELD).push("= ").text(person.as_str());
        statement.push(" AND until_sort > ").int(micros(from)).push(" AND until_sort < ").int(due_sort(None));
        statement.push(" AND held_from < ").int(micros(*before));
    }
    statement
}

fn holds_statement(people: &[PersonId], from: Timestamp, until: Timestamp) -> Statement {
    let mut statement = Statement::new(HELD);
    statement.push("IN ").texts(people.iter().map(PersonId::as_str));
    statement.push(" AND until_sort > ").int(micros(from));
    statement.push(" AND held_from < ").int(micros(until));
    statement.push(" ORDER BY person, until_sort, case_id, task");
    statement
}

#[cfg(test)]
pub(crate) fn statements_for_test(people: &[PersonId], at: Timestamp) -> Vec<Statement> {
    let since: Vec<_> = people.iter().map(|person| (person, at)).collect();
    vec![
        holds_statement(people, at, at),
        longest_held_statement(people, at),
        ended_holds_statement(&since, at),
        workload_statement(people, at),
    ]
}

/// `6a` comes before `10`.
fn row_number(step: &StepNo) -> (u32, String) {
    let text = step.as_str();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, letter) = text.split_at(digits);
    (number.parse().unwrap_or(u32::MAX), letter.to_owned())
}
