//! What tells whether an office is well, beside its cases.

use jiff::Timestamp;
use sqlx::query;

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, micros};
use crate::{Store, StoreError};

/// How an office stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The schema of the database, and the one that this version knows.
    pub schema: i64,
    pub schema_known: i64,
    /// When something was last written: a request, a reading, a seal.
    pub last_written_at: Option<Timestamp>,
    /// How many orders should have been carried out by now, and since when the oldest of them.
    pub orders_late: u64,
    pub oldest_late_order: Option<Timestamp>,
    pub last_seal_at: Option<Timestamp>,
    /// The newest request; what came after the last seal is sealed within the interval of a server.
    pub last_request_at: Option<Timestamp>,
}

impl Store {
    /// How the office stands at a time. The database may have another schema than this version knows.
    pub async fn health(&self, now: Timestamp) -> Result<Health, StoreError> {
        let doing = || "looking how the office stands".to_owned();
        let schema = query("SELECT MAX(version) AS version FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.readers)
            .await
            .doing(doing)?;
        let row = query(
            "SELECT (SELECT MAX(entered_at) FROM cases) AS request, \
                    (SELECT MAX(last_at) FROM readings) AS reading, \
                    (SELECT MAX(sealed_at) FROM seals) AS seal, \
                    (SELECT MIN(run_at) FROM orders WHERE done_at IS NULL AND run_at <= $1) AS late, \
                    (SELECT COUNT(*) FROM orders WHERE done_at IS NULL AND run_at <= $1) AS orders_late",
        )
        .bind(micros(now))
        .fetch_one(&self.readers)
        .await
        .doing(doing)?;
        let read = || -> Result<Health, Cause> {
            let [request, reading, seal] = ["request", "reading", "seal"].map(|of| row.time_or_none(of));
            let (request, reading, seal) = (request?, reading?, seal?);
            Ok(Health {
                schema: schema.int("version")?,
                schema_known: self.dialect.newest_schema(),
                last_written_at: [request, reading, seal].into_iter().flatten().max(),
                orders_late: u64::try_from(row.int("orders_late")?)?,
                oldest_late_order: row.time_or_none("late")?,
                last_seal_at: seal,
                last_request_at: request,
            })
        };
        read().damaged(|| "how the office stands".to_owned())
    }
}
