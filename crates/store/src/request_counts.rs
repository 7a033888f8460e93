//! Who asked for how much of late, as the nodes on one PostgreSQL tell each other. Each counts by itself while
//! it serves, and tells now and then, so that no request waits for the database.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::query;

use crate::connection::{Dialect, Writes};
use crate::error::{Cause, Context};
use crate::sql::{Columns as _, micros};
use crate::{PAGE_ROWS_MAX, Store, StoreError};

/// What somebody asked of one node since it last told the others. Requests are counted as time: each is due
/// some time after the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedHere {
    pub who: String,
    /// When the first of these requests came.
    pub since: Timestamp,
    /// How much time they are worth together.
    pub worth: SignedDuration,
}

/// When all that somebody asked of any node would have been due, had they asked evenly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueInAll {
    pub who: String,
    pub due: Timestamp,
}

#[derive(Serialize)]
struct Told<'a> {
    who: &'a str,
    since: i64,
    worth: i64,
}

/// Nobody is counted further ahead than the last moment. Rows are taken in the order of their names, so that two
/// nodes never wait for each other; one that somebody is counting is no old one. What is more than a minute beyond
/// the last moment was counted by a clock that has gone back since.
const SHARE: &str = "\
    WITH told AS (SELECT who, since, worth FROM json_to_recordset($1::json) AS t (who TEXT, since BIGINT, worth BIGINT)), \
    forgotten AS ( \
      DELETE FROM request_counts WHERE who IN ( \
        SELECT who FROM request_counts \
        WHERE NOT due_at BETWEEN $2 + 1 AND $4 + 60000000 AND who NOT IN (SELECT who FROM told) \
        LIMIT $5 FOR UPDATE SKIP LOCKED)), \
    counted AS ( \
      INSERT INTO request_counts AS known (who, due_at) \
      SELECT who, LEAST(since + worth, $4) FROM told ORDER BY who COLLATE \"C\" \
      ON CONFLICT (who) DO UPDATE SET due_at = LEAST($4, GREATEST(excluded.due_at, \
        known.due_at + (SELECT worth FROM told WHERE told.who = excluded.who))) \
      RETURNING who, due_at) \
    SELECT who, due_at FROM counted UNION ALL \
    SELECT who, due_at FROM request_counts \
    WHERE due_at BETWEEN $3 + 1 AND $4 + 60000000 AND who NOT IN (SELECT who FROM counted) \
    ORDER BY due_at DESC LIMIT $5";

impl Store {
    /// Whether other nodes may work on this database. Nobody else serves one of SQLite.
    pub fn is_shared(&self) -> bool {
        self.dialect != Dialect::Sqlite
    }

    /// Tells other nodes what was asked of this one, at most [`PAGE_ROWS_MAX`] at a time, and hears of all who
    /// are told of, and of everybody whose requests in all are due after `from`. Nobody counts for more than until
    /// `latest`; whoever has nothing due any more is forgotten. On SQLite there is nobody to tell.
    ///
    /// Nothing of it is durable: after a crash of the database the nodes begin anew.
    pub async fn share_request_counts(
        &self,
        asked: &[AskedHere],
        now: Timestamp,
        from: Timestamp,
        latest: Timestamp,
    ) -> Result<Vec<DueInAll>, StoreError> {
        if !self.is_shared() {
            return Ok(Vec::new());
        }
        let doing = || "sharing the counts of requests".to_owned();
        let told: Vec<Told<'_>> = asked
            .iter()
            .map(|AskedHere { who, since, worth }| Told {
                who,
                since: micros(*since),
                worth: i64::try_from(worth.as_micros()).unwrap_or(i64::MAX),
            })
            .collect();
        let mut tx = self.write_to(Writes::Rows, "beginning to share the counts of requests").await?;
        let rows = query(SHARE)
            .bind(serde_json::to_string(&told).doing(doing)?)
            .bind(micros(now))
            .bind(micros(from))
            .bind(micros(latest))
            .bind(i64::from(PAGE_ROWS_MAX))
            .fetch_all(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        let read = || -> Result<Vec<DueInAll>, Cause> {
            rows.iter().map(|row| Ok(DueInAll { who: row.text("who")?, due: row.time("due_at")? })).collect()
        };
        read().damaged(|| "the counts of requests".to_owned())
    }
}
