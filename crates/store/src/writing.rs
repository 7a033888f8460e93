//! Transactions that write.
//!
//! SQLite knows one writer at a time, and bringing a transaction to the disk takes longer than all the rest of
//! it. So those who wait for each other share one: each takes its turn on the one connection that writes, behind
//! a savepoint that undoes it alone, and hears that it is done once the common transaction is on the disk.
//! Nobody waits for company: a transaction ends as soon as those have had their turn who were waiting when it
//! began.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::Any;
use sqlx::pool::PoolConnection;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Transaction, raw_sql};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::error::NotAcknowledged;

/// For how long somebody waits for a turn or for a connection.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A turn begins with it, and nobody else has hold of it until it ends.
const IS_OPEN: &str = "the connection is open during a turn";

/// Writes in one transaction, on its own or with others. Dropping it undoes what was written.
#[derive(Debug)]
pub(crate) enum Write {
    OnItsOwn(Transaction<'static, Any>),
    InTurn(Turn),
}

impl Write {
    /// Keeps what was written. It is on the disk when this returns.
    pub(crate) async fn commit(self) -> Result<(), NotAcknowledged> {
        match self {
            Self::OnItsOwn(transaction) => Ok(transaction.commit().await?),
            Self::InTurn(turn) => turn.commit().await,
        }
    }
}

impl Deref for Write {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Self::OnItsOwn(transaction) => transaction,
            Self::InTurn(turn) => turn.0.connection.as_ref().expect(IS_OPEN),
        }
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Self::OnItsOwn(transaction) => transaction,
            Self::InTurn(turn) => turn.0.connection.as_mut().expect(IS_OPEN),
        }
    }
}

/// The writer of a SQLite database, who is shared in turns.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    pool: AnyPool,
    shared: Arc<Mutex<Shared>>,
}

/// The transaction that is open, if one is.
#[derive(Debug, Default)]
struct Shared {
    connection: Option<PoolConnection<Any>>,
    /// Those who have had their turn and wait until it is on the disk. Whoever comes next writes behind the
    /// savepoint of their number; the first needs none.
    done: Vec<oneshot::Sender<Result<(), NotAcknowledged>>>,
    /// Whether the last turn was given up, so that what it wrote is to be undone.
    is_given_up: bool,
}

/// The right to write until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn(OwnedMutexGuard<Shared>);

impl Writer {
    /// Of the one connection of a pool.
    pub(crate) fn of(pool: AnyPool) -> Self {
        Self { pool, shared: Arc::default() }
    }

    /// Waits for a turn. They are given in the order in which they were asked for.
    pub(crate) async fn turn(&self) -> sqlx::Result<Turn> {
        let shared = Arc::clone(&self.shared).lock_owned();
        let waited = tokio::time::timeout(PATIENCE, shared).await;
        let mut shared = waited.map_err(|_| sqlx::Error::PoolTimedOut)?;
        if shared.connection.is_none() {
            // It queues behind those who wait already, and is of nobody's task, so that nobody who loses
            // patience leaves the others without an end.
            let last = Arc::clone(&self.shared);
            tokio::spawn(async move { last.lock().await.end().await });
        }
        let was_open = shared.connection.is_some();
        let begun = match shared.begin(&self.pool).await {
            // After some errors SQLite undoes everything by itself. Whoever comes next is not to blame for it.
            Err(error) if was_open => {
                shared.fail(error).await;
                shared.begin(&self.pool).await
            }
            begun => begun,
        };
        match begun {
            Ok(()) => Ok(Turn(shared)),
            Err(error) => {
                shared.let_go().await;
                Err(error)
            }
        }
    }
}

impl Shared {
    async fn begin(&mut self, pool: &AnyPool) -> sqlx::Result<()> {
        let sql = match (self.done.len(), &self.connection, self.is_given_up) {
            (0, None, _) => "BEGIN IMMEDIATE".to_owned(),
            (0, Some(_), _) => "ROLLBACK; BEGIN IMMEDIATE".to_owned(),
            (number, _, true) => format!("ROLLBACK TO turn_{number}"),
            (number, _, false) => format!("SAVEPOINT turn_{number}"),
        };
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(pool.acquire().await?),
        };
        raw_sql(AssertSqlSafe(sql)).execute(&mut **connection).await?;
        self.is_given_up = true;
        Ok(())
    }

    /// Brings the transaction to the disk and tells those who wait for it.
    async fn end(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        let sql = match (self.done.len(), self.is_given_up) {
            (0, _) => "ROLLBACK".to_owned(),
            (number, true) => format!("ROLLBACK TO turn_{number}; COMMIT"),
            (_, false) => "COMMIT".to_owned(),
        };
        if let Err(error) = raw_sql(AssertSqlSafe(sql)).execute(&mut **connection).await {
            self.fail(error).await;
            return;
        }
        self.connection = None;
        self.is_given_up = false;
        for waiting in mem::take(&mut self.done) {
            // Whoever lost patience does not hear it.
            let _ = waiting.send(Ok(()));
        }
    }

    /// Tells those who wait that nothing was stored.
    async fn fail(&mut self, error: sqlx::Error) {
        let error = NotAcknowledged::from(error);
        for waiting in mem::take(&mut self.done) {
            let _ = waiting.send(Err(error.clone()));
        }
        self.let_go().await;
    }

    /// Closes the connection, of which nobody knows any more in which state it is.
    async fn let_go(&mut self) {
        self.is_given_up = false;
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "a connection did not close cleanly");
        }
    }
}

impl Turn {
    async fn commit(mut self) -> Result<(), NotAcknowledged> {
        let (tell, told) = oneshot::channel();
        self.0.done.push(tell);
        self.0.is_given_up = false;
        drop(self);
        told.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }
}

#[cfg(test)]
mod tests {
    use sqlx::any::AnyPoolOptions;
    use sqlx::{query, query_scalar};

    use super::*;
    use crate::error::Cause;

    async fn noting(writer: &Writer, note: &str, is_kept: bool) -> Result<(), Cause> {
        let mut tx = Write::InTurn(writer.turn().await?);
        query("INSERT INTO notes (note) VALUES ($1)").bind(note).execute(&mut *tx).await?;
        // Others come to wait meanwhile.
        tokio::task::yield_now().await;
        if is_kept { Ok(tx.commit().await?) } else { Ok(()) }
    }

    async fn notebook() -> (tempfile::TempDir, AnyPool, Writer) {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", folder.path().join("notes.db").display());
        let pool = AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
        raw_sql("PRAGMA journal_mode = WAL; CREATE TABLE notes (note TEXT NOT NULL UNIQUE)")
            .execute(&pool)
            .await
            .unwrap();
        let writer = Writer::of(pool.clone());
        (folder, pool, writer)
    }

    async fn notes(pool: &AnyPool) -> Vec<String> {
        query_scalar("SELECT note FROM notes ORDER BY note").fetch_all(pool).await.unwrap()
    }

    #[tokio::test]
    async fn whoever_gives_up_or_fails_takes_nobody_along() {
        let (_folder, pool, writer) = notebook().await;
        let (first, given_up, second, twice, third) = tokio::join!(
            noting(&writer, "first", true),
            noting(&writer, "given up", false),
            noting(&writer, "second", true),
            noting(&writer, "second", true),
            noting(&writer, "third", true),
        );
        assert!(first.is_ok() && given_up.is_ok() && second.is_ok() && third.is_ok());
        assert!(twice.unwrap_err().to_string().contains("UNIQUE"));
        assert_eq!(notes(&pool).await, ["first", "second", "third"]);
    }

    #[tokio::test]
    async fn one_that_came_first_and_gave_up_leaves_the_turn_to_the_next() {
        let (_folder, pool, writer) = notebook().await;
        let (given_up, kept) =
            tokio::join!(noting(&writer, "given up", false), noting(&writer, "kept", true));
        assert!(given_up.is_ok() && kept.is_ok());
        assert_eq!(notes(&pool).await, ["kept"]);
    }

    #[tokio::test]
    async fn all_who_were_to_be_stored_together_are_told_when_they_are_not() {
        let (_folder, pool, writer) = notebook().await;
        // As SQLite does it by itself when the disk is full.
        let undone_by_itself = async {
            let mut tx = Write::InTurn(writer.turn().await.unwrap());
            raw_sql("ROLLBACK").execute(&mut *tx).await.unwrap();
        };
        let (first, second, (), after) = tokio::join!(
            noting(&writer, "first", true),
            noting(&writer, "second", true),
            undone_by_itself,
            noting(&writer, "after", true),
        );
        assert_eq!(first.unwrap_err().to_string(), "the end of it was not acknowledged");
        assert_eq!(second.unwrap_err().to_string(), "the end of it was not acknowledged");
        assert!(after.is_ok(), "whoever came after it is not to blame");
        assert_eq!(notes(&pool).await, ["after"]);
    }

    #[tokio::test]
    async fn nobody_who_stops_waiting_leaves_the_others_without_an_end() {
        let (_folder, pool, writer) = notebook().await;
        let held = writer.turn().await.unwrap();
        let mut impatient = Box::pin(noting(&writer, "impatient", true));
        let mut patient = Box::pin(noting(&writer, "patient", true));
        for waiting in [&mut impatient, &mut patient] {
            let waited = tokio::time::timeout(Duration::from_millis(10), waiting).await;
            assert!(waited.is_err(), "they wait for their turn");
        }
        drop(impatient);
        drop(held);
        patient.await.unwrap();
        assert_eq!(notes(&pool).await, ["patient"]);
    }
}
