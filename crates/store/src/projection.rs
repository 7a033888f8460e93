//! What lists are read from: each case as rows of tables. A projection follows from a case alone;
//! it is written with the events and can be dropped and rebuilt.

use std::collections::{BTreeMap, BTreeSet};

use sop::case::{Case, Status, Task, Value};
use sop::definition::{FieldId, FieldKind, OptionId, Sop, StageKind};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _, query};

use crate::connection::Writes;
use crate::error::{Cause, Context};
use crate::log::{self, History, HistoryRows};
use crate::rows::{Rows, Table};
use crate::sql::{Argument, CaseId, Columns as _, due_sort, int, micros, name_of};
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

/// Rows of one kind that are read and written whole.
trait Columns: Ord + Sized {
    const TABLE: Table;
    /// Reads those of the cases from the first argument to the second.
    const SELECT: &'static str;

    fn case(&self) -> CaseId;
    fn arguments(&self) -> Vec<Argument>;
    fn read(row: &AnyRow) -> Result<Self, Cause>;

    async fn read_all(tx: &mut AnyConnection, first: CaseId, last: CaseId) -> Result<Vec<Self>, StoreError> {
        let rows = query(Self::SELECT).bind(first.0).bind(last.0).fetch_all(tx).await;
        let rows = rows.doing(|| format!("reading the rows of cases {} to {}", first.0, last.0))?;
        // What cannot be read is not what the events say either. It is about to be replaced.
        Ok(rows.iter().filter_map(|row| Self::read(row).ok()).collect())
    }
}

/// The columns of a table, in one place.
macro_rules! columns {
    (
        $(#[$meta:meta])*
        struct $name:ident in $table:literal, $otherwise:literal {
            case_id: CaseId,
            $($column:ident: $kind:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        struct $name {
            case_id: CaseId,
            $($column: $kind,)*
        }

        impl Columns for $name {
            const TABLE: Table = Table {
                insert: concat!("INSERT INTO ", $table, " (case_id", $(", ", stringify!($column),)* ")"),
                row: concat!("(?", $(columns!(@argument $column),)* ")"),
                otherwise: $otherwise,
            };
            const SELECT: &'static str = concat!(
                "SELECT case_id", $(", ", stringify!($column),)* " FROM ", $table,
                " WHERE case_id >= $1 AND case_id <= $2"
            );

            fn case(&self) -> CaseId {
                self.case_id
            }

            fn arguments(&self) -> Vec<Argument> {
                vec![self.case_id.into(), $(self.$column.clone().into(),)*]
            }

            fn read(row: &AnyRow) -> Result<Self, Cause> {
                let mut place = 1..;
                let mut next = || place.next().unwrap_or_default();
                Ok(Self { case_id: CaseId(row.try_get(0)?), $($column: row.try_get::<$kind, _>(next())?,)* })
            }
        }
    };
    (@argument $column:ident) => { ", ?" };
}

/// The rows of one case, column by column as in the tables.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Projection {
    case: CaseColumns,
    tasks: BTreeSet<TaskColumns>,
    runs: BTreeSet<RunColumns>,
    letters: BTreeSet<LetterColumns>,
    dispositions: BTreeSet<DispositionColumns>,
    holds: BTreeSet<HoldColumns>,
}

columns! {
    struct CaseColumns in "cases",
        "ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, state = excluded.state, \
           state_since = excluded.state_since, suspended_reason = excluded.suspended_reason, \
           due_sort = excluded.due_sort" {
        case_id: CaseId,
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
}

columns! {
    struct TaskColumns in "open_tasks",
        "ON CONFLICT (case_id, task) DO UPDATE SET assignee = excluded.assignee, \
           due_sort = excluded.due_sort, running = excluded.running" {
        case_id: CaseId,
        task: i64,
        stage: String,
        round: i64,
        role: String,
        assignee: Option<String>,
        opened_at: i64,
        step_opened_at: i64,
        due_sort: i64,
        running: i64,
    }
}

columns! {
    struct RunColumns in "step_runs",
        "ON CONFLICT (case_id, run) DO UPDATE SET due_at = excluded.due_at, \
           closed_at = excluded.closed_at, done = excluded.done" {
        case_id: CaseId,
        run: i64,
        step: String,
        round: i64,
        opened_at: i64,
        due_at: Option<i64>,
        closed_at: Option<i64>,
        done: i64,
    }
}

columns! {
    /// A letter never changes once it is signed.
    struct LetterColumns in "letters", "" {
        case_id: CaseId,
        code: String,
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
}

columns! {
    /// A disposition never changes once it is given.
    struct DispositionColumns in "dispositions", "" {
        case_id: CaseId,
        task: i64,
        stage: String,
        outcome: String,
        unit: String,
        disposed_at: i64,
        disposed_by: Option<String>,
        urgency: Option<String>,
        requests: String,
        notes: String,
    }
}

columns! {
    struct HoldColumns in "task_holds",
        "ON CONFLICT (case_id, task, hold) DO UPDATE SET until_sort = excluded.until_sort" {
        case_id: CaseId,
        task: i64,
        hold: i64,
        person: String,
        held_from: i64,
        until_sort: i64,
    }
}

impl Store {
    /// Drops all projections and rebuilds them from the events, in one transaction.
    pub async fn rebuild(&self) -> Result<Rebuilt, StoreError> {
        let mut tx = self.write_to(Writes::All, "beginning to rebuild the projections").await?;
        let mut rebuilt = Rebuilt { cases: 0, events: 0, changed_cases: 0 };
        search::clear(&mut tx).await?;
        finding::clear(&mut tx).await?;
        let mut done = CaseId(0);
        let mut read = Batch::after(&mut tx, done).await?;
        while let Some(batch) = read {
            let (from, to) = (batch.first, batch.last);
            // What follows from the events is worked out while the database reads on.
            let derived = tokio::task::spawn_blocking(move || batch.derive());
            read = Batch::after(&mut tx, to).await?;
            let derived = derived.await.doing(|| format!("rebuilding the cases from {from} to {to}"))??;
            // Everything in between goes, so that rows of cases that never were go too.
            Projection::delete(&mut tx, from, to).await?;
            write(&mut tx, &new_cases(&derived.projections)).await?;
            search::write(&mut tx, &derived.cases).await?;
            finding::write(&mut tx, derived.entries).await?;
            rebuilt.cases += derived.cases.len() as u64;
            rebuilt.events += derived.events;
            rebuilt.changed_cases += derived.changed_cases;
            done = to;
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

/// Some cases of which everything is read that their projections follow from.
struct Batch {
    first: CaseId,
    last: CaseId,
    /// What stands in the tables.
    before: BTreeMap<CaseId, Projection>,
    destroyed: BTreeSet<CaseId>,
    histories: HistoryRows,
}

/// What follows from the events of some cases.
struct Derived {
    projections: Vec<Projection>,
    cases: Vec<(CaseId, Case)>,
    entries: Vec<(CaseId, finding::Entry)>,
    events: u64,
    changed_cases: u64,
}

impl Batch {
    /// The next cases after one.
    async fn after(tx: &mut AnyConnection, done: CaseId) -> Result<Option<Self>, StoreError> {
        let Some(last) = last_of_batch(tx, done).await? else { return Ok(None) };
        let first = CaseId(done.0 + 1);
        let before = Projection::read(tx, first, last).await?;
        let destroyed = destruction::destroyed(tx, first, last).await?;
        let histories = HistoryRows::read(tx, first, last).await?;
        Ok(Some(Self { first, last, before, destroyed, histories }))
    }

    fn derive(mut self) -> Result<Derived, StoreError> {
        let (projections, cases, entries) = (Vec::new(), Vec::new(), Vec::new());
        let mut derived = Derived { projections, cases, entries, events: 0, changed_cases: 0 };
        for (id, History { events: history, .. }) in self.histories.histories()? {
            let case = log::replay(id, &history)?;
            let projection = Projection::of(id, &case)?;
            let (projection, entry) = if self.destroyed.contains(&id) {
                (projection.without_people(), finding::Entry::of_destroyed(id, &case))
            } else {
                (projection, finding::Entry::of(id, &case, &history)?)
            };
            derived.events += history.len() as u64;
            derived.changed_cases += u64::from(self.before.remove(&id).as_ref() != Some(&projection));
            derived.projections.push(projection);
            derived.cases.push((id, case));
            derived.entries.push((id, entry));
        }
        derived.changed_cases += self.before.len() as u64;
        Ok(derived)
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
            case_id: id,
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
        let mut tasks = BTreeSet::new();
        for task in case.open_tasks() {
            let run = case.open_step(&task.stage.step);
            let stage = sop.stage(&task.stage).ok_or_else(|| sop_unknown(case))?;
            tasks.insert(TaskColumns {
                case_id: id,
                task: task.id.0.into(),
                stage: task.stage.to_string(),
                round: task.round.into(),
                role: stage.performer.to_string(),
                assignee: task.assignee.as_ref().map(ToString::to_string),
                opened_at: micros(task.opened_at),
                step_opened_at: micros(run.map_or(task.opened_at, |run| run.opened_at)),
                due_sort: due_sort(run.and_then(|run| run.due_at)),
                running: (case.status == Status::Running).into(),
            });
        }
        let runs = (1..).zip(&case.steps).map(|(n, run)| RunColumns {
            case_id: id,
            run: n,
            step: run.step.to_string(),
            round: run.round.into(),
            opened_at: micros(run.opened_at),
            due_at: run.due_at.map(micros),
            closed_at: run.closed_at.map(micros),
            done: run.done.into(),
        });
        let mut letters = BTreeSet::new();
        for letter in &case.letters {
            let signature = &letter.signature;
            letters.insert(LetterColumns {
                case_id: id,
                code: signature.code.to_string(),
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
            });
        }
        let disposition = |task| DispositionColumns::of(id, sop, case, task);
        let dispositions = case.tasks.iter().filter_map(disposition).collect();
        let holds = case.tasks.iter().flat_map(|task| {
            (1..).zip(&task.holds).map(|(n, hold)| HoldColumns {
                case_id: id,
                task: task.id.0.into(),
                hold: n,
                person: hold.person.to_string(),
                held_from: micros(hold.from),
                until_sort: due_sort(hold.until),
            })
        });
        let holds = holds.collect();
        Ok(Self { case: row, tasks, runs: runs.collect(), letters, dispositions, holds })
    }

    /// The same of a case that was destroyed: its texts are gone already, and so are those whom the events
    /// still name.
    pub(crate) fn without_people(mut self) -> Self {
        self.case.requester = None;
        let unsigned = |letter| LetterColumns { signer: String::new(), in_place_of: None, ..letter };
        self.letters = self.letters.into_iter().map(unsigned).collect();
        let nobodys = |disposition| DispositionColumns { disposed_by: None, ..disposition };
        self.dispositions = self.dispositions.into_iter().map(nobodys).collect();
        self.holds.clear();
        self
    }

    /// What stands in the tables for the cases from `first` to `last`.
    async fn read(
        tx: &mut AnyConnection,
        first: CaseId,
        last: CaseId,
    ) -> Result<BTreeMap<CaseId, Self>, StoreError> {
        let cases = CaseColumns::read_all(tx, first, last).await?;
        let mut found: BTreeMap<CaseId, Self> =
            cases.into_iter().map(|case| (case.case_id, Self::without_rows(case))).collect();
        read_into(tx, (first, last), &mut found, |case| &mut case.tasks).await?;
        read_into(tx, (first, last), &mut found, |case| &mut case.runs).await?;
        read_into(tx, (first, last), &mut found, |case| &mut case.letters).await?;
        read_into(tx, (first, last), &mut found, |case| &mut case.dispositions).await?;
        read_into(tx, (first, last), &mut found, |case| &mut case.holds).await?;
        Ok(found)
    }

    fn without_rows(case: CaseColumns) -> Self {
        let (tasks, runs, letters) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Self { case, tasks, runs, letters, dispositions: BTreeSet::new(), holds: BTreeSet::new() }
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

async fn read_into<R: Columns>(
    tx: &mut AnyConnection,
    (first, last): (CaseId, CaseId),
    found: &mut BTreeMap<CaseId, Projection>,
    rows: impl Fn(&mut Projection) -> &mut BTreeSet<R>,
) -> Result<(), StoreError> {
    for row in R::read_all(tx, first, last).await? {
        if let Some(projection) = found.get_mut(&row.case()) {
            rows(projection).insert(row);
        }
    }
    Ok(())
}

/// A case as it is, beside what stands in the tables already if anything does.
pub(crate) type IsAndWas<'a> = (&'a Projection, Option<&'a Projection>);

/// Cases of which nothing stands in the tables.
pub(crate) fn new_cases(projections: &[Projection]) -> Vec<IsAndWas<'_>> {
    projections.iter().map(|projection| (projection, None)).collect()
}

/// Writes the rows of some cases that differ from those that stand there.
pub(crate) async fn write(tx: &mut AnyConnection, cases: &[IsAndWas<'_>]) -> Result<(), StoreError> {
    for (case, task) in tasks_gone(cases) {
        query("DELETE FROM open_tasks WHERE case_id = $1 AND task = $2")
            .bind(case.0)
            .bind(task)
            .execute(&mut *tx)
            .await
            .doing(|| format!("taking a task of case {case} from those that are open"))?;
    }
    // First the cases themselves, to which the other rows refer.
    let mut of_cases = Rows::of(CaseColumns::TABLE);
    cases.iter().for_each(|(is, _)| of_cases.add(is.case.arguments()));
    for rows in [
        of_cases,
        new_rows(cases, |projection| &projection.tasks),
        new_rows(cases, |projection| &projection.runs),
        new_rows(cases, |projection| &projection.letters),
        new_rows(cases, |projection| &projection.dispositions),
        new_rows(cases, |projection| &projection.holds),
    ] {
        rows.write(tx, || "writing the rows of cases".to_owned()).await?;
    }
    Ok(())
}

fn tasks_gone(cases: &[IsAndWas<'_>]) -> Vec<(CaseId, i64)> {
    let gone = cases.iter().flat_map(|(is, was)| {
        let was = was.iter().flat_map(|was| &was.tasks);
        was.filter(|was| !is.tasks.iter().any(|task| task.task == was.task))
    });
    gone.map(|task| (task.case_id, task.task)).collect()
}

/// The rows of one kind that do not stand there already.
fn new_rows<R: Columns>(cases: &[IsAndWas<'_>], rows: impl Fn(&Projection) -> &BTreeSet<R>) -> Rows {
    let mut new = Rows::of(R::TABLE);
    for (is, was) in cases {
        for row in rows(is) {
            if was.is_none_or(|was| !rows(was).contains(row)) {
                new.add(row.arguments());
            }
        }
    }
    new
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

impl DispositionColumns {
    /// None for a task that is no disposition, or not given yet.
    fn of(id: CaseId, sop: &Sop, case: &Case, task: &Task) -> Option<Self> {
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
            case_id: id,
            task: task.id.0.into(),
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
}
