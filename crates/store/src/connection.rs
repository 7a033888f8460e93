//! Opening the database and getting hold of it.

use std::time::Duration;

use sqlx::any::{Any, AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Transaction};

use crate::chain::CHAIN;
use crate::error::{Context, StoreError};
use crate::projection::REBUILD;
use crate::secrets::SecretsKey;

const READERS_MAX: u32 = 8;

/// In the order of the file names; an applied one is never edited.
static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// How every connection is set up. FULL, because what was acknowledged has to survive a power cut; and what
/// is overwritten or erased is gone from the file as well.
const SETUP: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
                     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                     PRAGMA secure_delete = ON";

/// One office's database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) readers: AnyPool,
    /// SQLite knows one writer at a time. Here they queue for its connection in the order in which
    /// they came, instead of trying again and again.
    writer: AnyPool,
    secrets_key: Option<SecretsKey>,
}

impl Store {
    /// Opens `sqlite://path/to/sigap.db`, which is created if absent, or `sqlite::memory:`, which is
    /// a new and empty database each time.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let wrong = |mend| StoreError::Address { url: url.to_owned(), mend };
        let database =
            url.strip_prefix("sqlite:").ok_or_else(|| wrong("write it as sqlite://path/to/sigap.db"))?;
        if database.trim_start_matches("//") == ":memory:" {
            let options = url.parse().doing(|| format!("reading the address {url}"))?;
            // The database is gone with its last connection, so that there is one and it stays.
            let only = pool(1).min_connections(1).idle_timeout(None).max_lifetime(None);
            let only = only.connect_with(options).await.doing(|| format!("opening {url}"))?;
            // Nor would anybody else ever read its secrets.
            let secrets_key = Some(SecretsKey::generate()?);
            return Ok(Self { readers: only.clone(), writer: only, secrets_key });
        }
        let path = database.strip_prefix("//").unwrap_or(database);
        if path.is_empty() {
            return Err(wrong("the path of the file is missing"));
        }
        let options: AnyConnectOptions = format!("sqlite:{}?mode=rwc", percent_encoded(path))
            .parse()
            .doing(|| format!("reading the address {url}"))?;
        let writer = pool(1).connect_with(options.clone()).await.doing(|| format!("opening {url}"))?;
        let readers = pool(READERS_MAX).connect_with(options).await.doing(|| format!("opening {url}"))?;
        Ok(Self { readers, writer, secrets_key: None })
    }

    /// A database that is only read.
    pub(crate) fn reading(pool: AnyPool) -> Self {
        Self { readers: pool.clone(), writer: pool, secrets_key: None }
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
    /// hashes of events where a migration asks for that. A database of a later version is refused.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS.run(&self.writer).await.doing(|| "bringing the database up to date".to_owned())?;
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
        let newest = newest_schema();
        let applied: i64 = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(&self.readers)
            .await
            .doing(doing)?;
        if applied == newest { Ok(()) } else { Err("it is in the form of another version").doing(doing) }
    }

    /// Lets go of the database. Whoever still writes comes to an end first.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Takes what was overwritten out of the log that is written ahead of the database, unless somebody is
    /// reading from it, who is at most a moment ahead of the next time it happens by itself.
    pub(crate) async fn forget_overwritten(&self) -> Result<(), StoreError> {
        let doing = || "taking what was overwritten out of the database's log".to_owned();
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await.doing(doing)?;
        Ok(())
    }

    /// Begins to write. Others wait until the transaction ends; dropping it undoes it.
    pub(crate) async fn write(&self, doing: &str) -> Result<Transaction<'static, Any>, StoreError> {
        // A transaction that first reads and then writes cannot get the lock later without risking
        // to be told that what it read is old.
        self.writer.begin_with("BEGIN IMMEDIATE").await.doing(|| doing.to_owned())
    }
}

/// The schema that this version brings databases to.
pub(crate) fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

fn pool(connections_max: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(SETUP).execute(connection).await.map(drop) })
        })
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
