//! What lists are read from: each case as rows of tables. A projection follows from a case alone;
//! it is written with the events and can be dropped and rebuilt.

use std::collections::BTreeMap;

use sop::case::{Case, Status, Task, Value};
use sop::definition::{FieldId, FieldKind, OptionId, Sop, StageKind};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::connection::Writes;
use crate::error::{Cause, Context};
use crate::log::{self, History};
use crate::sql::{CaseId, Columns as _, due_sort, int, micros, name_of};
use crate::{Store, StoreError, destruction, finding, search};

/// How many cases are worked through at a time, to have them in memory.
const BATCH_CASES: i64 = 500;

/// The setting by which a migration asks that the projections be rebuilt, since it gave them something
/// that follows from events stored before.
pub(crate) const REBUILD: &str = "rebuild";

/// What rebuilding the projections found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    pub cases: u64,
    pub events: u64,
    /// Cases of which something in the projections was not what their events say.
    pub changed_cases: u64,
}

/// The rows of one case, column by column as in the tables.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Projection {
    id: CaseId,
    case: CaseColumns,
    tasks: BTreeMap<i64, TaskColumns>,
    runs: BTreeMap<i64, RunColumns>,
    letters: BTreeMap<String, LetterColumns>,
    dispositions: BTreeMap<i64, DispositionColumns>,
    /// By task and place.
    holds: BTreeMap<(i64, i64), HoldColumns>,
}

#[derive(Clone, Debug, PartialEq)]
struct CaseColumns {
    version: i64,
    agenda: i64,
    sop: String,
    revision: String,
    unit: String,
    subject: String,
    requester: Option<String>,
    requester_name: String,
    letter_no: Option<String>,
    letter_date: Option<String>,
    channel: String,
    category: Option<String>,
    urgency: Option<String>,
    received_at: i64,
    entered_at: i64,
    state: String,
    state_since: Option<i64>,
    suspended_reason: Option<String>,
    due_sort: i64,
}

#[derive(Clone, Debug, PartialEq)]
struct TaskColumns {
    stage: String,
    round: i64,
    role: String,
    assignee: Option<String>,
    opened_at: i64,
    step_opened_at: i64,
    due_sort: i64,
}

#[derive(Clone, Debug, PartialEq)]
struct RunColumns {
    step: String,
    round: i64,
    opened_at: i64,
    due_at: Option<i64>,
    closed_at: Option<i64>,
    done: i64,
}

/// A letter never changes once it is signed.
#[derive(Clone, Debug, PartialEq)]
struct LetterColumns {
    task: i64,
    document: i64,
    year: i64,
    number: i64,
    written_number: String,
    dated: String,
    subject: String,
    unit: String,
    signer: String,
    signed_at: i64,
    file: String,
    means: String,
    capacity: String,
    in_place_of: Option<String>,
}

/// A disposition never changes once it is given.
#[derive(Clone, Debug, PartialEq)]
struct DispositionColumns {
    stage: String,
    outcome: String,
    unit: String,
    disposed_at: i64,
    disposed_by: Option<String>,
    urgency: Option<String>,
    requests: String,
    notes: String,
}

#[derive(Clone, Debug, PartialEq)]
struct HoldColumns {
    person: String,
    held_from: i64,
    until_sort: i64,
}

impl Store {
    /// Drops all projections and rebuilds them from the events, in one transaction.
    pub async fn rebuild(&self) -> Result<Rebuilt, StoreError> {
        let mut tx = self.write_to(Writes::All, "beginning to rebuild the projections").await?;
        let mut rebuilt = Rebuilt { cases: 0, events: 0, changed_cases: 0 };
        search::clear(&mut tx).await?;
        finding::clear(&mut tx).await?;
        let mut done = CaseId(0);
        while let Some(last) = last_of_batch(&mut tx, done).await? {
            // Everything in between goes, so that rows of cases that never were go too.
            let (from, to) = (CaseId(done.0 + 1), last);
            let mut before = Projection::read(&mut tx, from, to).await?;
            Projection::delete(&mut tx, from, to).await?;
            let destroyed = destruction::destroyed(&mut tx, from, to).await?;
            let mut entries = Vec::new();
            for (id, History { events: history, .. }) in log::read_histories(&mut tx, from, to).await? {
                let case = log::replay(id, &history)?;
                let projection = Projection::of(id, &case)?;
                let (projection, entry) = if destroyed.contains(&id) {
                    (projection.without_people(), finding::Entry::of_destroyed(id, &case))
                } else {
                    (projection, finding::Entry::of(id, &case, &history)?)
                };
                projection.write(&mut tx, None).await?;
                search::write(&mut tx, id, &case).await?;
                entries.push((id, entry));
                rebuilt.cases += 1;
                rebuilt.events += history.len() as u64;
                rebuilt.changed_cases += u64::from(before.remove(&id).as_ref() != Some(&projection));
            }
            finding::write(&mut tx, entries).await?;
            rebuilt.changed_cases += before.len() as u64;
            done = last;
        }
        let (from, to) = (CaseId(done.0 + 1), CaseId(i64::MAX));
        rebuilt.changed_cases += Projection::read(&mut tx, from, to).await?.len() as u64;
        Projection::delete(&mut tx, from, to).await?;
        let asked = query("DELETE FROM settings WHERE key = $1").bind(REBUILD).execute(&mut *tx).await;
        asked.doing(|| "noting that the projections are rebuilt".to_owned())?;
        tx.commit().await.doing(|| "rebuilding the projections".to_owned())?;
        Ok(rebuilt)
    }
}

impl Projection {
    pub(crate) fn of(id: CaseId, case: &Case) -> Result<Self, StoreError> {
        let sop = sop_of(case)?;
        let (state, state_since, suspended_reason) = match &case.status {
            Status::Running => ("running".to_owned(), None, None),
            Status::Suspended { since, reason, .. } => {
                ("suspended".to_owned(), Some(micros(*since)), Some(reason.clone()))
            }
            Status::Ended { end, at } => (ended(end.as_str()), Some(micros(*at)), None),
        };
        let request = &case.request;
        let chosen = |field: &FieldId| match request.form.values.get(field) {
            Some(Value::Options(options)) => options.first().map(ToString::to_string),
            Some(Value::Date(_)) | None => None,
        };
        let due_at = case.open_steps().filter_map(|run| run.due_at).min();
        let row = CaseColumns {
            version: int(case.version),
            agenda: case.agenda.into(),
            sop: case.sop.to_string(),
            revision: case.revision.clone(),
            unit: request.unit.to_string(),
            subject: request.subject.clone(),
            requester: request.requester.as_ref().map(ToString::to_string),
            requester_name: request.requester_name.clone(),
            letter_no: request.letter_no.clone(),
            letter_date: request.letter_date.map(|date| date.to_string()),
            channel: name_of(&request.channel)?,
            category: chosen(&sop.form.category),
            urgency: chosen(&sop.form.urgency),
            received_at: micros(request.received_at),
            entered_at: micros(request.entered_at),
            state,
            state_since,
            suspended_reason,
            due_sort: due_sort(due_at),
        };
        let mut tasks = BTreeMap::new();
        for task in case.open_tasks() {
            let run = case.open_step(&task.stage.step);
            let stage = sop.stage(&task.stage).ok_or_else(|| sop_unknown(case))?;
            let columns = TaskColumns {
                stage: task.stage.to_string(),
                round: task.round.into(),
                role: stage.performer.to_string(),
                assignee: task.assignee.as_ref().map(ToString::to_string),
                opened_at: micros(task.opened_at),
                step_opened_at: micros(run.map_or(task.opened_at, |run| run.opened_at)),
                due_sort: due_sort(run.and_then(|run| run.due_at)),
            };
            tasks.insert(task.id.0.into(), columns);
        }
        let runs = (1..).zip(&case.steps).map(|(n, run)| {
            let columns = RunColumns {
                step: run.step.to_string(),
                round: run.round.into(),
                opened_at: micros(run.opened_at),
                due_at: run.due_at.map(micros),
                closed_at: run.closed_at.map(micros),
                done: run.done.into(),
            };
            (n, columns)
        });
        let mut letters = BTreeMap::new();
        for letter in &case.letters {
            let signature = &letter.signature;
            let columns = LetterColumns {
                task: letter.task.0.into(),
                document: int(letter.document as u64),
                year: signature.dated.year().into(),
                number: signature.number.into(),
                written_number: signature.written_number.clone(),
                dated: signature.dated.to_string(),
                subject: sop::letter::subject(sop, case, letter.task, letter.document).unwrap_or_default(),
                unit: case.request.unit.to_string(),
                signer: letter.by.person().map(ToString::to_string).unwrap_or_default(),
                signed_at: micros(letter.at),
                file: signature.file.to_string(),
                means: name_of(&signature.means)?,
                capacity: name_of(&signature.capacity)?,
                in_place_of: letter.by.in_place_of().map(|place| place.person.to_string()),
            };
            letters.insert(signature.code.to_string(), columns);
        }
        let disposition = |task: &Task| Some((task.id.0.into(), DispositionColumns::of(sop, case, task)?));
        let dispositions = case.tasks.iter().filter_map(disposition).collect();
        let holds = case.tasks.iter().flat_map(|task| {
            (1..).zip(&task.holds).map(|(n, hold)| {
                let columns = HoldColumns {
                    person: hold.person.to_string(),
                    held_from: micros(hold.from),
                    until_sort: due_sort(hold.until),
                };
                ((task.id.0.into(), n), columns)
            })
        });
        let holds = holds.collect();
        Ok(Self { id, case: row, tasks, runs: runs.collect(), letters, dispositions, holds })
    }

    /// The same of a case that was destroyed: its texts are gone already, and so are those whom the events
    /// still name.
    pub(crate) fn without_people(mut self) -> Self {
        self.case.requester = None;
        for letter in self.letters.values_mut() {
            letter.signer.clear();
            letter.in_place_of = None;
        }
        for disposition in self.dispositions.values_mut() {
            disposition.disposed_by = None;
        }
        self.holds.clear();
        self
    }

    /// Writes what differs from `before`.
    pub(crate) async fn write(
        &self,
        tx: &mut AnyConnection,
        before: Option<&Self>,
    ) -> Result<(), StoreError> {
        let doing = || format!("writing the rows of case {}", self.id);
        self.case.write(tx, self.id).await.doing(doing)?;
        for task in before.iter().flat_map(|before| before.tasks.keys()) {
            if !self.tasks.contains_key(task) {
                query("DELETE FROM open_tasks WHERE case_id = $1 AND task = $2")
                    .bind(self.id.0)
                    .bind(*task)
                    .execute(&mut *tx)
                    .await
                    .doing(doing)?;
            }
        }
        for (id, task) in &self.tasks {
            if before.and_then(|before| before.tasks.get(id)) != Some(task) {
                task.write(tx, self.id, *id).await.doing(doing)?;
            }
        }
        for (n, run) in &self.runs {
            if before.and_then(|before| before.runs.get(n)) != Some(run) {
                run.write(tx, self.id, *n).await.doing(doing)?;
            }
        }
        for (code, letter) in &self.letters {
            if before.and_then(|before| before.letters.get(code)) != Some(letter) {
                letter.write(tx, self.id, code).await.doing(doing)?;
            }
        }
        for (task, disposition) in &self.dispositions {
            if before.and_then(|before| before.dispositions.get(task)) != Some(disposition) {
                disposition.write(tx, self.id, *task).await.doing(doing)?;
            }
        }
        for (place, hold) in &self.holds {
            if before.and_then(|before| before.holds.get(place)) != Some(hold) {
                hold.write(tx, self.id, *place).await.doing(doing)?;
            }
        }
        Ok(())
    }

    /// What stands in the tables for the cases from `first` to `last`.
    async fn read(
        tx: &mut AnyConnection,
        first: CaseId,
        last: CaseId,
    ) -> Result<BTreeMap<CaseId, Self>, StoreError> {
        let doing = || format!("reading the rows of cases {} to {}", first.0, last.0);
        let read = |sql: &'static str| query(sql).bind(first.0).bind(last.0);
        let mut found = BTreeMap::new();
        let cases = read(
            "SELECT case_id, version, agenda, sop, revision, unit, subject, requester, requester_name, \
             letter_no, letter_date, category, urgency, received_at, entered_at, state, state_since, \
             suspended_reason, due_sort, channel \
             FROM cases WHERE case_id >= $1 AND case_id <= $2",
        );
        for row in cases.fetch_all(&mut *tx).await.doing(doing)? {
            // What cannot be read is not what the events say either. It is about to be replaced.
            let Ok(id) = row.int("case_id").map(CaseId) else { continue };
            let Ok(case) = CaseColumns::read(&row) else { continue };
            let (tasks, runs) = (BTreeMap::new(), BTreeMap::new());
            let (letters, dispositions) = (BTreeMap::new(), BTreeMap::new());
            let holds = BTreeMap::new();
            found.insert(id, Self { id, case, tasks, runs, letters, dispositions, holds });
        }
        let tasks = read(
            "SELECT case_id, task, stage, round, role, assignee, opened_at, step_opened_at, due_sort \
             FROM open_tasks WHERE case_id >= $1 AND case_id <= $2",
        );
        for row in tasks.fetch_all(&mut *tx).await.doing(doing)? {
            let Ok(id) = row.int("case_id").map(CaseId) else { continue };
            if let (Some(case), Ok(task), Ok(columns)) =
                (found.get_mut(&id), row.int("task"), TaskColumns::read(&row))
            {
                case.tasks.insert(task, columns);
            }
        }
        let runs = read(
            "SELECT case_id, run, step, round, opened_at, due_at, closed_at, done \
             FROM step_runs WHERE case_id >= $1 AND case_id <= $2",
        );
        for row in runs.fetch_all(&mut *tx).await.doing(doing)? {
            let Ok(id) = row.int("case_id").map(CaseId) else { continue };
            if let (Some(case), Ok(run), Ok(columns)) =
                (found.get_mut(&id), row.int("run"), RunColumns::read(&row))
            {
                case.runs.insert(run, columns);
            }
        }
        let letters = read(
            "SELECT code, case_id, task, document, year, number, written_number, dated, subject, unit, \
             signer, signed_at, file, means, capacity, in_place_of \
             FROM letters WHERE case_id >= $1 AND case_id <= $2",
        );
        for row in letters.fetch_all(&mut *tx).await.doing(doing)? {
            let Ok(id) = row.int("case_id").map(CaseId) else { continue };
            if let (Some(case), Ok(code), Ok(columns)) =
                (found.get_mut(&id), row.text("code"), LetterColumns::read(&row))
            {
                case.letters.insert(code, columns);
            }
        }
        let dispositions = read(
            "SELECT case_id, task, stage, outcome, unit, disposed_at, disposed_by, urgency, requests, \
             notes \
             FROM dispositions WHERE case_id >= $1 AND case_id <= $2",
        );
        for row in dispositions.fetch_all(&mut *tx).await.doing(doing)? {
            let Ok(id) = row.int("case_id").map(CaseId) else { continue };
            if let (Some(case), Ok(task), Ok(columns)) =
                (found.get_mut(&id), row.int("task"), DispositionColumns::read(&row))
            {
                case.dispositions.insert(task, columns);
            }
        }
        let holds = read(
            "SELECT case_id, task, hold, person, held_from, until_sort \
             FROM task_holds WHERE case_id >= $1 AND case_id <= $2",
        );
        for row in holds.fetch_all(&mut *tx).await.doing(doing)? {
            let Ok(id) = row.int("case_id").map(CaseId) else { continue };
            if let (Some(case), Ok(task), Ok(n), Ok(columns)) =
                (found.get_mut(&id), row.int("task"), row.int("hold"), HoldColumns::read(&row))
            {
                case.holds.insert((task, n), columns);
            }
        }
        Ok(found)
    }

    pub(crate) async fn delete(
        tx: &mut AnyConnection,
        first: CaseId,
        last: CaseId,
    ) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM task_holds WHERE case_id >= $1 AND case_id <= $2",
            "DELETE FROM dispositions WHERE case_id >= $1 AND case_id <= $2",
            "DELETE FROM letters WHERE case_id >= $1 AND case_id <= $2",
            "DELETE FROM open_tasks WHERE case_id >= $1 AND case_id <= $2",
            "DELETE FROM step_runs WHERE case_id >= $1 AND case_id <= $2",
            "DELETE FROM cases WHERE case_id >= $1 AND case_id <= $2",
        ] {
            let deleted = query(sql).bind(first.0).bind(last.0).execute(&mut *tx).await;
            deleted.doing(|| format!("dropping the rows of cases {} to {}", first.0, last.0))?;
        }
        Ok(())
    }
}

/// The state of a case that ended, as its column has it.
pub(crate) fn ended(end: &str) -> String {
    format!("ended/{end}")
}

/// The SOP that a case began under.
pub(crate) fn sop_of(case: &Case) -> Result<&'static Sop, StoreError> {
    sop::find(&case.sop, &case.revision).ok_or_else(|| sop_unknown(case))
}

fn sop_unknown(case: &Case) -> StoreError {
    StoreError::SopUnknown {
        case: case.number.clone(),
        sop: case.sop.to_string(),
        revision: case.revision.clone(),
    }
}

/// The last of the next cases that are worked through together, after one.
pub(crate) async fn last_of_batch(
    tx: &mut AnyConnection,
    after: CaseId,
) -> Result<Option<CaseId>, StoreError> {
    let row = query(
        "SELECT MAX(case_id) AS last FROM \
         (SELECT DISTINCT case_id FROM events WHERE case_id > $1 ORDER BY case_id LIMIT $2) AS batch",
    )
    .bind(after.0)
    .bind(BATCH_CASES)
    .fetch_one(tx)
    .await
    .doing(|| "looking for the next cases".to_owned())?;
    let last = row.int_or_none("last").damaged(|| "the key of an event".to_owned())?;
    Ok(last.map(CaseId))
}

impl CaseColumns {
    async fn write(&self, tx: &mut AnyConnection, id: CaseId) -> sqlx::Result<()> {
        query(
            "INSERT INTO cases (case_id, version, agenda, sop, revision, unit, subject, requester, \
               requester_name, letter_no, letter_date, channel, category, urgency, received_at, entered_at, \
               state, state_since, suspended_reason, due_sort) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) \
             ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, state = excluded.state, \
               state_since = excluded.state_since, suspended_reason = excluded.suspended_reason, \
               due_sort = excluded.due_sort",
        )
        .bind(id.0)
        .bind(self.version)
        .bind(self.agenda)
        .bind(self.sop.as_str())
        .bind(self.revision.as_str())
        .bind(self.unit.as_str())
        .bind(self.subject.as_str())
        .bind(self.requester.as_deref())
        .bind(self.requester_name.as_str())
        .bind(self.letter_no.as_deref())
        .bind(self.letter_date.as_deref())
        .bind(self.channel.as_str())
        .bind(self.category.as_deref())
        .bind(self.urgency.as_deref())
        .bind(self.received_at)
        .bind(self.entered_at)
        .bind(self.state.as_str())
        .bind(self.state_since)
        .bind(self.suspended_reason.as_deref())
        .bind(self.due_sort)
        .execute(tx)
        .await
        .map(drop)
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            version: row.int("version")?,
            agenda: row.int("agenda")?,
            sop: row.text("sop")?,
            revision: row.text("revision")?,
            unit: row.text("unit")?,
            subject: row.text("subject")?,
            requester: row.text_or_none("requester")?,
            requester_name: row.text("requester_name")?,
            letter_no: row.text_or_none("letter_no")?,
            letter_date: row.text_or_none("letter_date")?,
            channel: row.text("channel")?,
            category: row.text_or_none("category")?,
            urgency: row.text_or_none("urgency")?,
            received_at: row.int("received_at")?,
            entered_at: row.int("entered_at")?,
            state: row.text("state")?,
            state_since: row.int_or_none("state_since")?,
            suspended_reason: row.text_or_none("suspended_reason")?,
            due_sort: row.int("due_sort")?,
        })
    }
}

impl TaskColumns {
    async fn write(&self, tx: &mut AnyConnection, case: CaseId, task: i64) -> sqlx::Result<()> {
        query(
            "INSERT INTO open_tasks (case_id, task, stage, round, role, assignee, opened_at, step_opened_at, \
               due_sort) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (case_id, task) DO UPDATE SET assignee = excluded.assignee, \
               due_sort = excluded.due_sort",
        )
        .bind(case.0)
        .bind(task)
        .bind(self.stage.as_str())
        .bind(self.round)
        .bind(self.role.as_str())
        .bind(self.assignee.as_deref())
        .bind(self.opened_at)
        .bind(self.step_opened_at)
        .bind(self.due_sort)
        .execute(tx)
        .await
        .map(drop)
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            stage: row.text("stage")?,
            round: row.int("round")?,
            role: row.text("role")?,
            assignee: row.text_or_none("assignee")?,
            opened_at: row.int("opened_at")?,
            step_opened_at: row.int("step_opened_at")?,
            due_sort: row.int("due_sort")?,
        })
    }
}

impl RunColumns {
    async fn write(&self, tx: &mut AnyConnection, case: CaseId, run: i64) -> sqlx::Result<()> {
        query(
            "INSERT INTO step_runs (case_id, run, step, round, opened_at, due_at, closed_at, done) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (case_id, run) DO UPDATE SET due_at = excluded.due_at, \
               closed_at = excluded.closed_at, done = excluded.done",
        )
        .bind(case.0)
        .bind(run)
        .bind(self.step.as_str())
        .bind(self.round)
        .bind(self.opened_at)
        .bind(self.due_at)
        .bind(self.closed_at)
        .bind(self.done)
        .execute(tx)
        .await
        .map(drop)
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            step: row.text("step")?,
            round: row.int("round")?,
            opened_at: row.int("opened_at")?,
            due_at: row.int_or_none("due_at")?,
            closed_at: row.int_or_none("closed_at")?,
            done: row.int("done")?,
        })
    }
}

impl LetterColumns {
    async fn write(&self, tx: &mut AnyConnection, case: CaseId, code: &str) -> sqlx::Result<()> {
        query(
            "INSERT INTO letters (code, case_id, task, document, year, number, written_number, dated, \
               subject, unit, signer, signed_at, file, means, capacity, in_place_of) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        )
        .bind(code)
        .bind(case.0)
        .bind(self.task)
        .bind(self.document)
        .bind(self.year)
        .bind(self.number)
        .bind(self.written_number.as_str())
        .bind(self.dated.as_str())
        .bind(self.subject.as_str())
        .bind(self.unit.as_str())
        .bind(self.signer.as_str())
        .bind(self.signed_at)
        .bind(self.file.as_str())
        .bind(self.means.as_str())
        .bind(self.capacity.as_str())
        .bind(self.in_place_of.as_deref())
        .execute(tx)
        .await
        .map(drop)
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            task: row.int("task")?,
            document: row.int("document")?,
            year: row.int("year")?,
            number: row.int("number")?,
            written_number: row.text("written_number")?,
            dated: row.text("dated")?,
            subject: row.text("subject")?,
            unit: row.text("unit")?,
            signer: row.text("signer")?,
            signed_at: row.int("signed_at")?,
            file: row.text("file")?,
            means: row.text("means")?,
            capacity: row.text("capacity")?,
            in_place_of: row.text_or_none("in_place_of")?,
        })
    }
}

impl DispositionColumns {
    /// None for a task that is no disposition, or not given yet.
    fn of(sop: &Sop, case: &Case, task: &Task) -> Option<Self> {
        let stage = sop.stage(&task.stage).filter(|stage| stage.kind == StageKind::Disposition)?;
        let given = task.completion()?;
        let fields = |kind: FieldKind| stage.fields.iter().filter(move |field| field.kind == kind);
        let chosen = |kind| -> Vec<&str> {
            let of_field = |field: &FieldId| match given.record.values.get(field) {
                Some(Value::Options(options)) => &options[..],
                Some(Value::Date(_)) | None => &[],
            };
            fields(kind).flat_map(|field| of_field(&field.id)).map(OptionId::as_str).collect()
        };
        let notes: Vec<&str> =
            fields(FieldKind::Paragraph).filter_map(|field| given.record.text(&field.id)).collect();
        Some(Self {
            stage: task.stage.to_string(),
            outcome: given.outcome.to_string(),
            unit: case.request.unit.to_string(),
            disposed_at: micros(given.at),
            disposed_by: given.by.person().map(ToString::to_string),
            urgency: chosen(FieldKind::Choice).first().map(|id| (*id).to_owned()),
            requests: chosen(FieldKind::Choices).join(","),
            notes: notes.join("\n"),
        })
    }

    async fn write(&self, tx: &mut AnyConnection, case: CaseId, task: i64) -> sqlx::Result<()> {
        query(
            "INSERT INTO dispositions (case_id, task, stage, outcome, unit, disposed_at, disposed_by, \
               urgency, requests, notes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(case.0)
        .bind(task)
        .bind(self.stage.as_str())
        .bind(self.outcome.as_str())
        .bind(self.unit.as_str())
        .bind(self.disposed_at)
        .bind(self.disposed_by.as_deref())
        .bind(self.urgency.as_deref())
        .bind(self.requests.as_str())
        .bind(self.notes.as_str())
        .execute(tx)
        .await
        .map(drop)
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            stage: row.text("stage")?,
            outcome: row.text("outcome")?,
            unit: row.text("unit")?,
            disposed_at: row.int("disposed_at")?,
            disposed_by: row.text_or_none("disposed_by")?,
            urgency: row.text_or_none("urgency")?,
            requests: row.text("requests")?,
            notes: row.text("notes")?,
        })
    }
}

impl HoldColumns {
    async fn write(&self, tx: &mut AnyConnection, case: CaseId, (task, n): (i64, i64)) -> sqlx::Result<()> {
        query(
            "INSERT INTO task_holds (case_id, task, hold, person, held_from, until_sort) \
             VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (case_id, task, hold) DO UPDATE SET until_sort = excluded.until_sort",
        )
        .bind(case.0)
        .bind(task)
        .bind(n)
        .bind(self.person.as_str())
        .bind(self.held_from)
        .bind(self.until_sort)
        .execute(tx)
        .await
        .map(drop)
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            person: row.text("person")?,
            held_from: row.int("held_from")?,
            until_sort: row.int("until_sort")?,
        })
    }
}
