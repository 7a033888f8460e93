//! Opening the database and getting hold of it.

use jiff::Timestamp;
use sqlx::any::{Any, AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, AnyPool, Connection as _, Transaction};

use crate::chain::CHAIN;
use crate::copying::COPY;
use crate::error::{Context, StoreError};
use crate::postgres::{self, Reached, without_secrets};
use crate::projection::REBUILD;
use crate::secrets::SecretsKey;
use crate::sql::{CaseId, micros};
use crate::writing::{PATIENCE, Write, Writer};

pub(crate) const READERS_MAX: u32 = 8;

/// In the order of the file names; an applied one is never edited. PostgreSQL begins with the whole form of
/// number 22, and what comes later has a twin in both folders.
static ON_SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static ON_POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How every connection to SQLite is set up. FULL, because what was acknowledged has to survive a power cut;
/// and what is overwritten or erased is gone from the file as well.
const SETUP: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
                     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                     PRAGMA secure_delete = ON";

/// How often a transaction is begun before it is said that the database does not answer.
const BEGINS_MAX: u32 = 3;

/// One office's database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) readers: AnyPool,
    writers: AnyPool,
    /// Who has the one connection of `writers` on SQLite.
    writer: Writer,
    pub(crate) dialect: Dialect,
    /// Tells this process, or this opening of the database, from the others.
    pub(crate) node: u64,
    secrets_key: Option<SecretsKey>,
}

/// The database that is spoken to. Whatever is written for both goes by no dialect; what does not asks here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres(Reached),
}

impl Dialect {
    /// Which database a connection speaks to.
    pub(crate) fn is_postgres(connection: &AnyConnection) -> bool {
        connection.backend_name() == "PostgreSQL"
    }

    /// The schema that this version brings databases to.
    pub(crate) fn newest_schema(self) -> i64 {
        let known = match self {
            Self::Sqlite => &ON_SQLITE,
            Self::Postgres(_) => &ON_POSTGRES,
        };
        known.iter().map(|migration| migration.version).max().unwrap_or_default()
    }

    /// After a `SELECT` of rows that are about to be changed: leaves out those that somebody else is changing.
    pub(crate) fn skipping_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres(_) => " FOR UPDATE SKIP LOCKED",
        }
    }
}

/// What a transaction is going to write, and so who waits for whom on PostgreSQL. On SQLite everybody waits
/// for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writes {
    /// Whatever is not named below. One transaction at a time, so that it may look first and then write.
    Office,
    /// A case that is there, and what is written with its events.
    Case(CaseId),
    /// A case that is not there yet.
    NewCase,
    /// Rows that a statement finds, locks and changes by itself, whatever others do.
    Rows,
    /// Nothing: it keeps other nodes from numbering a letter meanwhile.
    Turn,
    /// Everything: nobody else writes to cases or to the office.
    All,
}

impl Store {
    /// Opens `postgres://user@host/database`, or `sqlite://path/to/sigap.db`, which is created if absent, or
    /// `sqlite::memory:`, which is a new and empty database each time. Where PgBouncer stands before
    /// PostgreSQL in transaction mode, the address says so: `?pgbouncer=true`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let node = getrandom::u64().map_err(|error| StoreError::Randomness { source: error.into() })?;
        match url.split_once(':') {
            Some(("sqlite", database)) => Self::open_sqlite(url, database, node).await,
            Some(("postgres" | "postgresql", _)) => {
                let (reached, options) = Reached::read(url)?;
                let (readers, writers) =
                    reached.pools(options).await.doing(|| format!("opening {}", without_secrets(url)))?;
                Ok(Self::of(readers, writers, Dialect::Postgres(reached), node))
            }
            _ => Err(StoreError::Address {
                url: without_secrets(url),
                mend: "write it as sqlite://path/to/sigap.db or as postgres://user@host/database",
            }),
        }
    }

    async fn open_sqlite(url: &str, database: &str, node: u64) -> Result<Self, StoreError> {
        let dialect = Dialect::Sqlite;
        if database.trim_start_matches("//") == ":memory:" {
            let options = url.parse().doing(|| format!("reading the address {url}"))?;
            // The database is gone with its last connection, so that there is one and it stays.
            let only = pool(1).min_connections(1).idle_timeout(None).max_lifetime(None);
            let only = only.connect_with(options).await.doing(|| format!("opening {url}"))?;
            // Nor would anybody else ever read its secrets.
            let secrets_key = Some(SecretsKey::generate()?);
            return Ok(Self { secrets_key, ..Self::of(only.clone(), only, dialect, node) });
        }
        let path = database.strip_prefix("//").unwrap_or(database);
        if path.is_empty() {
            return Err(StoreError::Address { url: url.to_owned(), mend: "the path of the file is missing" });
        }
        let options: AnyConnectOptions = format!("sqlite:{}?mode=rwc", percent_encoded(path))
            .parse()
            .doing(|| format!("reading the address {url}"))?;
        let writers = pool(1).connect_with(options.clone()).await.doing(|| format!("opening {url}"))?;
        let readers = pool(READERS_MAX).connect_with(options).await.doing(|| format!("opening {url}"))?;
        Ok(Self::of(readers, writers, dialect, node))
    }

    fn of(readers: AnyPool, writers: AnyPool, dialect: Dialect, node: u64) -> Self {
        let writer = Writer::of(writers.clone());
        Self { readers, writers, writer, dialect, node, secrets_key: None }
    }

    /// A file of SQLite that is only read.
    pub(crate) fn reading(pool: AnyPool) -> Self {
        // It tells nobody of changes, so that no other has to know it.
        let node = 0;
        Self::of(pool.clone(), pool, Dialect::Sqlite, node)
    }

    /// The same database for whoever has the key of the office's secrets.
    #[must_use]
    pub fn with_secrets_key(self, key: SecretsKey) -> Self {
        Self { secrets_key: Some(key), ..self }
    }

    pub(crate) fn secrets_key(&self) -> Result<&SecretsKey, StoreError> {
        self.secrets_key.as_ref().ok_or(StoreError::NoSecretsKey)
    }

    /// Brings the database to the form that this version knows, and with it the projections and the
    /// hashes of events where a migration asks for that. A database of a later version is refused, and so is
    /// one that an office is still being copied into. Of several
    /// nodes that start at once one does it, and the others find it done.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let doing = || "bringing the database up to date".to_owned();
        match self.dialect {
            Dialect::Sqlite => ON_SQLITE.run(&self.writers).await.doing(doing)?,
            Dialect::Postgres(_) => {
                // The lock of the migrator itself would outlive its transaction, which PgBouncer does not allow.
                let mut migrator = Migrator::with_migrations(ON_POSTGRES.iter().cloned().collect());
                migrator.set_locking(false);
                let mut tx = self.write_to(Writes::All, "beginning to bring the database up to date").await?;
                // By this name, since a connection of a transaction is not general enough for the other.
                migrator.run_direct(None, &mut *tx, false).await.doing(doing)?;
                tx.commit().await.doing(doing)?;
            }
        }
        if self.setting(COPY).await?.is_some() {
            return Err(StoreError::HalfCopied);
        }
        if self.setting(CHAIN).await?.is_some() {
            self.chain_what_was_there().await?;
        }
        if self.setting(REBUILD).await?.is_some() {
            self.rebuild().await?;
        }
        Ok(())
    }

    /// Whether the database answers and has been brought up to date.
    pub async fn ready(&self) -> Result<(), StoreError> {
        let doing = || "looking whether the database is ready".to_owned();
        let newest = self.dialect.newest_schema();
        let applied: i64 = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.readers)
            .await
            .doing(doing)?;
        if applied == newest { Ok(()) } else { Err("it is in the form of another version").doing(doing) }
    }

    /// Lets go of the database. Whoever still writes comes to an end first.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }

    /// Takes what was overwritten out of the log that is written ahead of the database, unless somebody is
    /// reading from it, who is at most a moment ahead of the next time it happens by itself. PostgreSQL
    /// overwrites its log by itself as it goes on; when, its administrator says.
    pub(crate) async fn forget_overwritten(&self) -> Result<(), StoreError> {
        if self.dialect == Dialect::Sqlite {
            let doing = || "taking what was overwritten out of the database's log".to_owned();
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writers).await.doing(doing)?;
        }
        Ok(())
    }

    /// Begins to write to the office: whatever has no better name in [`Writes`]. Others wait until the
    /// transaction ends; dropping it undoes it.
    pub(crate) async fn write(&self, doing: &str) -> Result<Write, StoreError> {
        self.write_to(Writes::Office, doing).await
    }

    /// Begins to write, once nobody else does who could come in between.
    pub(crate) async fn write_to(&self, writes: Writes, doing: &str) -> Result<Write, StoreError> {
        let Dialect::Postgres(reached) = self.dialect else {
            return Ok(Write::InTurn(self.writer.turn().await.doing(|| doing.to_owned())?));
        };
        let begin = reached.begin(writes);
        let mut begins = 1;
        loop {
            let begun = postgres::begin_whole(&self.writers, begin.clone()).await;
            match begun.doing(|| doing.to_owned()) {
                // The connection was lost, and nothing had been asked of it yet.
                Err(error) if error.may_pass() && begins < BEGINS_MAX => begins += 1,
                begun => return Ok(Write::OnItsOwn(begun?)),
            }
        }
    }

    /// Carries out one statement that deletes what is older than a time, its only argument. Returns how many
    /// rows went.
    pub(crate) async fn forget(
        &self,
        what: &str,
        sql: &'static str,
        before: Timestamp,
    ) -> Result<u64, StoreError> {
        let doing = || format!("forgetting {what}");
        let mut tx = self.write(&doing()).await?;
        let forgotten = sqlx::query(sql).bind(micros(before)).execute(&mut *tx).await.doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(forgotten.rows_affected())
    }

    /// Begins to read everything as it stands now, whatever is written meanwhile.
    pub(crate) async fn snapshot(&self, doing: &str) -> Result<Transaction<'static, Any>, StoreError> {
        let begun = match self.dialect {
            Dialect::Sqlite => self.readers.begin().await,
            // Not from among the readers, who may be in a transaction already.
            Dialect::Postgres(reached) => postgres::begin_whole(&self.writers, reached.snapshot()).await,
        };
        begun.doing(|| doing.to_owned())
    }
}

fn pool(connections_max: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(SETUP).execute(connection).await.map(drop) })
        })
        // Where the disk fails SQLite undoes a transaction by itself, which the driver takes to go on for ever.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// A path as part of an address: nothing in it may mean anything there.
pub(crate) fn percent_encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Every form that SQLite had, by its number.
#[cfg(test)]
pub(crate) fn versions_for_test() -> Vec<i64> {
    ON_SQLITE.iter().map(|migration| migration.version).collect()
}

#[cfg(test)]
impl Store {
    /// Makes the database as a version of before left it.
    pub(crate) async fn migrate_to_for_test(&self, version: i64) {
        ON_SQLITE.run_to(version, &self.writers).await.unwrap();
    }
}
