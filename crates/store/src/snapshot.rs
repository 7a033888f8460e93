//! What a backup needs of the database: a copy of it while others write, and which files its events name.

use std::path::Path;

use sop::case::{CaseNo, Event, FileHash, LetterCode, Recorded, Version};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, query};

use crate::connection::{Dialect, percent_encoded};
use crate::error::{Cause, Context};
use crate::projection::REBUILD;
use crate::sql::{CaseId, Columns as _, int};
use crate::{PAGE_ROWS_MAX, Store, StoreError};

/// What a copy is without: the keys of officials, though their passphrases guard them, for a copy may lie
/// somewhere for years; and whatever would let somebody in who was in at that moment. What is taken out is
/// overwritten.
const WITHOUT: [&str; 4] = ["signing_keys", "sessions", "awaited_codes", "passkey_challenges"];

/// An event that names files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesOfEvent {
    pub case: CaseNo,
    pub event: Version,
    /// The letter that they are; an attachment if none.
    pub letter: Option<LetterCode>,
    pub files: Vec<FileHash>,
}

impl Store {
    /// Writes a copy of the database as it is at one moment into a new file, while others read and write.
    /// The copy is one file of SQLite, whole on the disk when this returns, and without secrets: see
    /// [`Store::signing_keys`] for what has to be given again.
    pub async fn copy_into(&self, path: &Path) -> Result<(), StoreError> {
        let doing = || format!("copying the database into {}", path.display());
        let last = match self.dialect {
            Dialect::Sqlite => {
                query("VACUUM INTO $1")
                    .bind(path.to_string_lossy().into_owned())
                    .execute(&self.readers)
                    .await
                    .doing(doing)?;
                WITHOUT.map(|table| format!("DELETE FROM {table}; ")).concat()
            }
            Dialect::Postgres(_) => {
                let copy = Self::open(&format!("sqlite://{}", path.display())).await?;
                copy.migrate().await?;
                self.copy_rows_into(&copy, &WITHOUT).await?;
                // Nobody looks for anything in a backup.
                copy.set_setting(REBUILD, "due").await?;
                copy.close().await;
                // One file, without a log beside it.
                "PRAGMA journal_mode = DELETE; ".to_owned()
            }
        };
        let mut copy = AnyConnection::connect_with(&file(path, "mode=rw")?).await.doing(doing)?;
        let last = AssertSqlSafe(format!("PRAGMA secure_delete = ON; {last}"));
        sqlx::raw_sql(last).execute(&mut copy).await.doing(doing)?;
        copy.close().await.doing(doing)?;
        std::fs::File::open(path).and_then(|file| file.sync_all()).doing(doing)?;
        Ok(())
    }

    /// Looks into a copy, of which no byte changes by it.
    pub async fn look_into(path: &Path) -> Result<Self, StoreError> {
        read_only(path, "mode=ro&immutable=true").await
    }

    /// Looks into the file of a database that others may write to, whatever its schema is and however it
    /// is damaged. Nothing can be written through it.
    pub async fn look_at(path: &Path) -> Result<Self, StoreError> {
        read_only(path, "mode=ro").await
    }

    /// What is broken in the file of the database itself, in SQLite's words; nothing if it is whole. A server
    /// of PostgreSQL looks after its own.
    pub async fn broken_pages(&self) -> Result<Vec<String>, StoreError> {
        if self.dialect != Dialect::Sqlite {
            return Ok(Vec::new());
        }
        let rows = query("SELECT integrity_check AS line FROM pragma_integrity_check LIMIT 20")
            .fetch_all(&self.readers)
            .await
            .doing(|| "looking through the file of the database".to_owned())?;
        let lines = rows.iter().map(|row| row.text("line")).collect::<Result<Vec<_>, Cause>>();
        let lines = lines.damaged(|| "what SQLite says of its file".to_owned())?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }

    /// The events that name files, oldest cases first, after one of them: a page of at most
    /// [`PAGE_ROWS_MAX`]. The files of cases that were destroyed are not among them.
    pub async fn files_named_after(
        &self,
        after: Option<&FilesOfEvent>,
    ) -> Result<Vec<FilesOfEvent>, StoreError> {
        let doing = || "reading which files there are".to_owned();
        let (case, event) = after.map_or((Some(CaseId(0)), 0), |at| (CaseId::parse(&at.case), at.event));
        let rows = query(
            "SELECT case_id, seq, skeleton FROM events \
             WHERE (case_id > $1 OR (case_id = $1 AND seq > $2)) AND skeleton LIKE '%\"file\":%' \
               AND case_id NOT IN (SELECT case_id FROM destruction_cases WHERE destroyed_at IS NOT NULL) \
             ORDER BY case_id, seq LIMIT $3",
        )
        .bind(case.unwrap_or(CaseId(0)).0)
        .bind(int(event))
        .bind(i64::from(PAGE_ROWS_MAX))
        .fetch_all(&self.readers)
        .await
        .doing(doing)?;
        let read = |row: &sqlx::any::AnyRow| -> Result<FilesOfEvent, Cause> {
            let case = row.case("case_id")?.no();
            let event = Version::try_from(row.int("seq")?)?;
            let recorded: Recorded = serde_json::from_str(&row.text("skeleton")?)?;
            let (letter, files) = match recorded.event {
                Event::Attached { file, .. } => (None, vec![file]),
                Event::LetterSigned { signature, .. } => {
                    (Some(signature.code), vec![signature.file, signature.content])
                }
                _ => (None, Vec::new()),
            };
            Ok(FilesOfEvent { case, event, letter, files })
        };
        rows.iter().map(|row| read(row).damaged(|| "an event that names a file".to_owned())).collect()
    }
}

async fn read_only(path: &Path, how: &str) -> Result<Store, StoreError> {
    sqlx::any::install_default_drivers();
    let pool = AnyPoolOptions::new().max_connections(1).connect_with(file(path, how)?).await;
    Ok(Store::reading(pool.doing(|| format!("opening {}", path.display()))?))
}

fn file(path: &Path, how: &str) -> Result<AnyConnectOptions, StoreError> {
    let url = format!("sqlite:{}?{how}", percent_encoded(&path.to_string_lossy()));
    url.parse().doing(|| format!("reading the address {url}"))
}
