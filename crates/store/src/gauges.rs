//! How an office stands at a moment, in a few numbers for whoever keeps watch over the server.

use jiff::Timestamp;
use sqlx::AnyPool;

use crate::error::Context;
use crate::sql::{Columns as _, Statement, micros};
use crate::{Store, StoreError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauges {
    /// Since when the order that waits longest could have been taken on; none if none could.
    pub oldest_order_since: Option<Timestamp>,
    /// Tasks of running cases whose due time has passed.
    pub overdue_tasks: u32,
    /// Sessions that have not expired.
    pub sessions: u32,
    pub readers: PoolUse,
}

/// The connections to the database that questions share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    pub in_use: u32,
    pub idle: u32,
}

impl Store {
    pub async fn gauges(&self, now: Timestamp) -> Result<Gauges, StoreError> {
        let oldest_order = self.next_order_at().await?;
        let mut overdue = Statement::new("SELECT COUNT(*) AS counted FROM open_tasks t CROSS JOIN cases c ");
        overdue
            .push("WHERE c.case_id = t.case_id AND c.state = 'running' AND t.due_sort <= ")
            .int(micros(now));
        let mut sessions = Statement::new("SELECT COUNT(*) AS counted FROM sessions WHERE expires_at > ");
        sessions.int(micros(now));
        Ok(Gauges {
            oldest_order_since: oldest_order.filter(|since| *since <= now),
            overdue_tasks: counted(overdue, &self.readers, "the tasks that are overdue").await?,
            sessions: counted(sessions, &self.readers, "the sessions").await?,
            readers: pool_use(&self.readers),
        })
    }
}

async fn counted(statement: Statement, from: &AnyPool, what: &str) -> Result<u32, StoreError> {
    let doing = || format!("counting {what}");
    let rows = statement.fetch_all(from, doing).await?;
    let row = rows.first().ok_or("no count came back").doing(doing)?;
    row.count("counted").damaged(|| format!("the count of {what}"))
}

fn pool_use(pool: &AnyPool) -> PoolUse {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    PoolUse { in_use: pool.size().saturating_sub(idle), idle }
}
