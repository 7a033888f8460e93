//! PostgreSQL: how it is reached, and how those who write to it keep out of each other's way.

use std::time::Duration;

use sqlx::any::{Any, AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Transaction};

use crate::connection::{READERS_MAX, Writes};
use crate::error::{Context, StoreError};

/// How many transactions of one node write at the same time.
const WRITERS_MAX: u32 = 8;

/// A connection that lay unused for longer is asked whether it is still there before it is used: restarting
/// the database takes longer than this, so that nobody is handed a connection that went with it.
const TRUSTED_FOR: Duration = Duration::from_millis(100);

/// For so long a connection is waited for. Somebody sits before the page: then they rather want to be told. A database
/// that is away is asked again meanwhile, after a pause that grows up to a fifth of this: so much later than it comes
/// back people are served again.
const PATIENCE: Duration = Duration::from_secs(8);

/// The word in the address that says that PgBouncer stands in between, in transaction mode.
const PGBOUNCER: &str = "pgbouncer";

/// How a database is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    Directly,
    /// Each transaction may meet another server connection, so that nothing may outlive one.
    ThroughPgBouncer,
}

impl Reached {
    /// Reads an address, and takes out of it what the driver does not know.
    pub(crate) fn read(url: &str) -> Result<(Self, AnyConnectOptions), StoreError> {
        let mut options: AnyConnectOptions =
            url.parse().doing(|| format!("reading the address {}", without_secrets(url)))?;
        let pairs = options.database_url.query_pairs().into_owned();
        let (ours, mut theirs): (Vec<_>, Vec<_>) = pairs.partition(|(key, _)| key == PGBOUNCER);
        let reached = match ours.last().map(|(_, value)| value.as_str()) {
            None | Some("false") => Self::Directly,
            Some("true") => Self::ThroughPgBouncer,
            Some(_) => {
                let mend = "write pgbouncer=true if PgBouncer stands in between, or leave it out";
                return Err(StoreError::Address { url: without_secrets(url), mend });
            }
        };
        if reached == Self::ThroughPgBouncer {
            theirs.push(("statement-cache-capacity".to_owned(), "0".to_owned()));
        }
        options.database_url.set_query(None);
        if !theirs.is_empty() {
            options.database_url.query_pairs_mut().extend_pairs(theirs);
        }
        Ok((reached, options))
    }

    /// The pools of those who read and of those who write.
    pub(crate) async fn pools(self, options: AnyConnectOptions) -> sqlx::Result<(AnyPool, AnyPool)> {
        let writers = pool(WRITERS_MAX).connect_with(options.clone()).await?;
        let readers = match self {
            Self::Directly => return Ok((pool(READERS_MAX).connect_with(options).await?, writers)),
            // The driver asks the server to read a statement and then to carry it out: both have to meet the
            // same server connection, so that whoever reads does so within a transaction.
            Self::ThroughPgBouncer => pool(READERS_MAX)
                .after_connect(|connection, _| Box::pin(send(connection, "BEGIN READ ONLY; DEALLOCATE ALL")))
                .before_acquire(|connection, _| {
                    Box::pin(async move {
                        send(connection, "BEGIN READ ONLY; DEALLOCATE ALL").await.map(|()| true)
                    })
                })
                .after_release(|connection, _| {
                    Box::pin(async move { send(connection, "COMMIT").await.map(|()| true) })
                }),
        };
        // Each is made for somebody who reads at once, or it would lie in the pool within its transaction.
        Ok((readers.connect_lazy_with(options), writers))
    }

    /// What a writing transaction begins with, in one message.
    pub(crate) fn begin(self, writes: Writes) -> String {
        // Whoever holds a lock and is cut off from the database lets go of it. A letter may be signed by a service
        // that takes its time.
        let idle = if writes == Writes::Turn { "300s" } else { "60s" };
        let patience = match writes {
            // What others do meanwhile may take as long as migrating does.
            Writes::All => "0",
            Writes::Office | Writes::Case(_) | Writes::NewCase | Writes::Rows | Writes::Turn => "30s",
        };
        let locks = match writes {
            Writes::Rows => String::new(),
            Writes::Turn => format!("SELECT pg_advisory_xact_lock({TURN_TO_NUMBER}); "),
            Writes::Office => format!("SELECT pg_advisory_xact_lock({OFFICE}); "),
            Writes::Case(id) => format!(
                "SELECT pg_advisory_xact_lock_shared({CASES}); SELECT pg_advisory_xact_lock({}); ",
                id.0
            ),
            Writes::NewCase => format!(
                "SELECT pg_advisory_xact_lock_shared({CASES}); SELECT pg_advisory_xact_lock({NEW_CASE}); "
            ),
            Writes::All => {
                format!("SELECT pg_advisory_xact_lock({OFFICE}); SELECT pg_advisory_xact_lock({CASES}); ")
            }
        };
        format!(
            "BEGIN; {}SET LOCAL lock_timeout = '{patience}'; \
             SET LOCAL idle_in_transaction_session_timeout = '{idle}'; {locks}",
            self.afresh()
        )
    }

    /// What a transaction begins with that reads everything as it stood at one moment.
    pub(crate) fn snapshot(self) -> String {
        format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", self.afresh())
    }

    /// Through PgBouncer the server connection may bring statements that somebody else prepared, under the
    /// names that we are about to use.
    fn afresh(self) -> &'static str {
        match self {
            Self::Directly => "",
            Self::ThroughPgBouncer => "DEALLOCATE ALL; ",
        }
    }
}

/// Begins a transaction in a task of its own. Whoever waits for it may go away in the middle, as when a browser
/// is closed: the driver, which undoes a transaction that is dropped, does not know yet of one that is about to
/// begin, and it would stay begun in the pool, with its locks.
pub(crate) async fn begin_whole(writers: &AnyPool, begin: String) -> sqlx::Result<Transaction<'static, Any>> {
    let writers = writers.clone();
    let begun = tokio::spawn(async move { writers.begin_with(AssertSqlSafe(begin)).await });
    begun.await.unwrap_or_else(|stopped| Err(std::io::Error::other(stopped).into()))
}

// The numbers of the advisory locks. A case is locked by its own key, which is far beyond these.
const OFFICE: i64 = 1;
const CASES: i64 = 2;
const NEW_CASE: i64 = 3;
const TURN_TO_NUMBER: i64 = 4;

fn pool(connections_max: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|connection, since| {
            Box::pin(async move {
                if since.idle_for > TRUSTED_FOR {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

async fn send(connection: &mut AnyConnection, sql: &'static str) -> sqlx::Result<()> {
    sqlx::raw_sql(sql).execute(connection).await.map(drop)
}

/// An address as it may be shown: without a password, wherever one may stand in it.
pub(crate) fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or((url, ""));
    let (rest, _) = rest.split_once('?').unwrap_or((rest, ""));
    // A password may hold anything, even an @ that should have been written otherwise.
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{scheme}://{user}@{place}")
        }
        None => format!("{scheme}://{rest}"),
    }
}
