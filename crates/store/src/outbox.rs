//! Orders: work that can wait.
//!
//! An order is written with the events it follows from, so that it is there if and only if they are.
//! A worker takes it on for a while (its lease). Should the worker be killed, another takes it on
//! after that, which is why everything an order asks for has to be safe to do twice.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sop::case::{CaseNo, Event, LetterCode, Recorded};
use sop::definition::StepNo;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::connection::Writes;
use crate::error::{Cause, Context};
use crate::rows::{Rows, Table};
use crate::sql::{CaseId, Columns as _, Statement, micros};
use crate::{PAGE_ROWS_MAX, Store, StoreError, webhooks};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    /// Look whether a row is done when its due time has come.
    NoteOverdue { case: CaseNo, step: StepNo, due_at: Timestamp },
    /// Mail a letter.
    SendLetter { case: CaseNo, letter: LetterCode, dispatch: u32 },
    /// Tell a webhook what happened. `round` counts how often somebody had it sent from the beginning.
    Deliver { delivery: u32, round: u32 },
    /// Compute the due times of some open cases under another calendar, those that come after one by number,
    /// and order the same of those after them. A calendar is named by its fingerprint.
    RecomputeDue { calendar: String, ordered_at: Timestamp, after: Option<CaseNo> },
}

/// An order that a worker has taken on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub id: i64,
    pub order: Order,
    /// How often it was taken on, this time included.
    pub attempts: u32,
}

impl Store {
    /// Takes on orders whose time has come, for as long as the lease. An order that cannot be read is
    /// left out and logged, so that it does not hold up the others.
    pub async fn claim_orders(
        &self,
        worker: &str,
        now: Timestamp,
        lease: SignedDuration,
        limit: u32,
    ) -> Result<Vec<Claimed>, StoreError> {
        let doing = || format!("taking on orders for {worker}");
        let until = now.saturating_add(lease).doing(doing)?;
        let mut tx = self.write_to(Writes::Rows, "beginning to take on orders").await?;
        let mut claim =
            Statement::new("WITH due AS MATERIALIZED (SELECT id FROM orders WHERE done_at IS NULL");
        claim.push(" AND run_at <= ").int(micros(now)).push(" ORDER BY run_at, id LIMIT ");
        claim.int(i64::from(limit.min(PAGE_ROWS_MAX))).push(self.dialect.skipping_locked());
        claim.push(") UPDATE orders SET worker = ").text(worker).push(", run_at = ").int(micros(until));
        claim.push(", attempts = attempts + 1 WHERE id IN (SELECT id FROM due) RETURNING id, body, attempts");
        let rows = claim.fetch_all(&mut *tx, doing).await?;
        tx.commit().await.doing(doing)?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in &rows {
            match Claimed::read(row) {
                Ok(order) => claimed.push(order),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "an order cannot be read");
                }
            }
        }
        claimed.sort_by_key(|claimed| claimed.id);
        Ok(claimed)
    }

    /// Notes that an order is done. False if the lease had run out and somebody else has it now.
    pub async fn finish_order(&self, id: i64, worker: &str, now: Timestamp) -> Result<bool, StoreError> {
        let doing = || format!("finishing order {id}");
        let mut tx = self.write_to(Writes::Rows, "beginning to finish an order").await?;
        let finished =
            query("UPDATE orders SET done_at = $1 WHERE id = $2 AND worker = $3 AND done_at IS NULL")
                .bind(micros(now))
                .bind(id)
                .bind(worker)
                .execute(&mut *tx)
                .await
                .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(finished.rows_affected() == 1)
    }

    /// Puts an order back until a time. False if the lease had run out and somebody else has it now.
    pub async fn retry_order(&self, id: i64, worker: &str, run_at: Timestamp) -> Result<bool, StoreError> {
        let doing = || format!("putting order {id} back");
        let mut tx = self.write_to(Writes::Rows, "beginning to put an order back").await?;
        let put_back = query(
            "UPDATE orders SET run_at = $1, worker = NULL WHERE id = $2 AND worker = $3 AND done_at IS NULL",
        )
        .bind(not_before(run_at))
        .bind(id)
        .bind(worker)
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(put_back.rows_affected() == 1)
    }

    /// Orders that the due times of open cases be computed under a calendar, unless it is the one for which
    /// that was ordered last. Returns whether it was ordered.
    pub async fn order_recomputing(&self, calendar: &str, now: Timestamp) -> Result<bool, StoreError> {
        let doing = || "ordering that due times be computed under another calendar".to_owned();
        if self.setting(CALENDAR).await?.as_deref() == Some(calendar) {
            return Ok(false);
        }
        let mut tx = self.write("beginning to order that due times be computed").await?;
        let noted = query(
            "INSERT INTO settings (key, value) VALUES ($1, $2) \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE settings.value <> excluded.value",
        );
        let noted = noted.bind(CALENDAR).bind(calendar).execute(&mut *tx).await.doing(doing)?;
        // Another node may have come first.
        let is_first = noted.rows_affected() > 0;
        if is_first {
            write_recomputing(&mut tx, calendar, now, None).await?;
        }
        tx.commit().await.doing(doing)?;
        Ok(is_first)
    }

    /// Orders the same of the cases after one, as part of what was ordered at a time.
    pub async fn go_on_recomputing(
        &self,
        calendar: &str,
        ordered_at: Timestamp,
        after: &CaseNo,
    ) -> Result<(), StoreError> {
        let mut tx = self.write_to(Writes::Rows, "beginning to order that due times be computed").await?;
        write_recomputing(&mut tx, calendar, ordered_at, Some(after.clone())).await?;
        tx.commit().await.doing(|| "ordering that more due times be computed".to_owned())
    }

    /// The fingerprint of the calendar for which it was ordered last that due times be computed.
    pub async fn calendar_ordered(&self) -> Result<Option<String>, StoreError> {
        self.setting(CALENDAR).await
    }

    /// When the next order may be taken on.
    pub async fn next_order_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = query("SELECT MIN(run_at) AS run_at FROM orders WHERE done_at IS NULL")
            .fetch_one(&self.readers)
            .await
            .doing(|| "looking for the next order".to_owned())?;
        row.time_or_none("run_at").damaged(|| "the time of an order".to_owned())
    }
}

/// The setting that keeps under which calendar due times are computed, or about to be.
const CALENDAR: &str = "calendar";

async fn write_recomputing(
    tx: &mut AnyConnection,
    calendar: &str,
    ordered_at: Timestamp,
    after: Option<CaseNo>,
) -> Result<(), StoreError> {
    let from = after.as_ref().map_or("first", CaseNo::as_str);
    let key = format!("recompute/{calendar}/{}/{from}", micros(ordered_at));
    let order = Order::RecomputeDue { calendar: calendar.to_owned(), ordered_at, after };
    add(tx, key, &order, ordered_at).await
}

/// Writes the orders that follow from events.
pub(crate) async fn write(tx: &mut AnyConnection, id: CaseId, events: &[Recorded]) -> Result<(), StoreError> {
    for recorded in events {
        if let Some((key, order, run_at)) = order_of(id, recorded) {
            add(tx, key, &order, run_at).await?;
        }
    }
    webhooks::write(tx, id, events).await
}

/// Orders that followed from histories elsewhere.
pub(crate) fn past_rows() -> Rows {
    Rows::of(Table {
        insert: "INSERT INTO orders (key, body, run_at, done_at)",
        row: "(?, ?, ?, ?)",
        otherwise: "ON CONFLICT (key) DO NOTHING",
    })
}

/// Adds the orders that followed from a history elsewhere. What was to be done by `until` was done there;
/// webhooks hear nothing of what is long past.
pub(crate) fn add_past(
    rows: &mut Rows,
    id: CaseId,
    history: &[Recorded],
    until: Timestamp,
) -> Result<(), StoreError> {
    for (key, order, run_at) in history.iter().filter_map(|recorded| order_of(id, recorded)) {
        let body = serde_json::to_string(&order).doing(|| format!("writing the order {key}"))?;
        let done_at = (run_at <= until).then(|| micros(run_at));
        rows.add([key.into(), body.into(), not_before(run_at).into(), done_at.into()]);
    }
    Ok(())
}

/// The order that follows from an event: its key, itself, and from when on it may be taken on.
fn order_of(id: CaseId, recorded: &Recorded) -> Option<(String, Order, Timestamp)> {
    let overdue = |step: &StepNo, due_at| {
        let order = Order::NoteOverdue { case: id.no(), step: step.clone(), due_at };
        (format!("overdue/{id}/{}", recorded.seq), order, due_at)
    };
    let order = match &recorded.event {
        Event::StepOpened { step, due_at: Some(due_at), .. } => overdue(step, *due_at),
        Event::DueMoved { step, to, .. } => overdue(step, *to),
        Event::DispatchOrdered { letter, dispatch } => {
            let order = Order::SendLetter { case: id.no(), letter: letter.clone(), dispatch: *dispatch };
            (format!("mail/{letter}/{dispatch}"), order, recorded.at)
        }
        Event::Registered { .. }
        | Event::StepOpened { due_at: None, .. }
        | Event::TaskOpened { .. }
        | Event::TaskAssigned { .. }
        | Event::ProgressLogged { .. }
        | Event::TaskCompleted { .. }
        | Event::LetterSigned { .. }
        | Event::Dispatched { .. }
        | Event::DispatchFailed { .. }
        | Event::StepCompleted { .. }
        | Event::Suspended
        | Event::Resumed
        | Event::StepOverdue { .. }
        | Event::Noted { .. }
        | Event::Attached { .. }
        | Event::Closed { .. }
        | Event::Reopened => return None,
    };
    Some(order)
}

/// Writes an order, unless there is one of its key.
pub(crate) async fn add(
    tx: &mut AnyConnection,
    key: String,
    order: &Order,
    run_at: Timestamp,
) -> Result<(), StoreError> {
    let doing = || format!("writing the order {key}");
    query("INSERT INTO orders (key, body, run_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING")
        .bind(key.as_str())
        .bind(serde_json::to_string(order).doing(doing)?)
        .bind(not_before(run_at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
    Ok(())
}

/// A time as a column keeps it, rounded up: an order that comes a moment too early does nothing.
fn not_before(at: Timestamp) -> i64 {
    let whole = micros(at);
    if at.subsec_nanosecond() % 1_000 == 0 { whole } else { whole + 1 }
}

impl Claimed {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let id = row.int("id").damaged(|| "the id of an order".to_owned())?;
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                id,
                order: serde_json::from_str(&row.text("body")?)?,
                attempts: row.count("attempts")?,
            })
        };
        read().damaged(|| format!("order {id}"))
    }
}
