//! An office goes from one database to another, row by row as it stands: events with their hashes, seals,
//! texts with their salts, numbers, sessions and all. Only what cases are found by is made anew.
//!
//! A copy that was cut off goes on where the target ends, table by table in the order of keys; until it has
//! come to its end nobody can open the target as an office. That it is the same is shown, not believed: each
//! table is hashed on both sides.

mod table;

use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, AssertSqlSafe, query};

use crate::connection::{Dialect, Writes};
use crate::error::{Context as _, CopyError};
use crate::log::{self, History};
use crate::projection::last_of_batch;
use crate::sql::{CaseId, Columns as _};
use crate::{Store, StoreError, destruction, finding, search, settings};

pub use table::TableSum;
use table::{Row, Sum, Table};

/// The setting of a target that a copy was begun into it, and from which office.
pub(crate) const COPY: &str = "copy";

/// A copy that was begun, between two offices that may be opened as such afterwards.
#[derive(Debug)]
pub struct Copying {
    source: Store,
    target: Store,
    tables: Vec<Table>,
}

/// How far a copy has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub stage: CopyStage,
    pub done: u64,
    pub all: u64,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyStage {
    /// Rows of the source that are in the target.
    Copying,
    /// Cases that can be found there.
    Finding,
    /// Rows that were read back, on either side.
    Comparing,
}

/// What a copy came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The same on both sides.
    pub tables: Vec<TableSum>,
    /// How many rows were written now; the others had been before.
    pub rows_written: u64,
}

/// What a target notes of the copy into it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The hash of the first event, whose salts are no other office's; empty where nothing has happened yet.
    office: String,
    /// What is there is not what was read, and has to go first.
    anew: bool,
}

impl Copying {
    /// Begins to copy an office into an empty database, or goes on with a copy of it that was cut off. Nothing
    /// of the source is changed, now or later.
    ///
    /// # Errors
    /// There is something else in the target, or the source is in the form of another version.
    pub async fn begin(source: &Store, target: &Store) -> Result<Self, CopyError> {
        if source.ready().await.is_err() {
            return Err(CopyError::SourceOfAnotherVersion);
        }
        if source.setting(COPY).await?.is_some() {
            return Err(StoreError::HalfCopied.into());
        }
        let office = source.first_hash().await?;
        let copying = Self { source: source.clone(), target: target.clone(), tables: table::tables().await? };
        match target.migrate().await {
            Ok(()) => {
                let mut tx = target.write_to(Writes::All, "beginning to copy").await?;
                for table in &copying.tables {
                    if table.last_key(&mut tx).await?.is_some() {
                        return Err(CopyError::TargetInUse);
                    }
                }
                write_mark(&mut tx, &Mark { office, anew: false }).await?;
                tx.commit().await.doing(|| "beginning to copy".to_owned())?;
            }
            Err(StoreError::HalfCopied) => {
                let written = target.setting(COPY).await?.unwrap_or_default();
                let mark: Mark =
                    serde_json::from_str(&written).damaged(|| "the note of the copy".to_owned())?;
                if mark.office != office {
                    return Err(CopyError::TargetOfAnother);
                }
                if mark.anew {
                    copying.empty(office).await?;
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(copying)
    }

    /// Copies what is not there yet, makes it findable, and compares both sides. May be cut off at any moment.
    ///
    /// # Errors
    /// The two are not the same in the end, mostly since somebody worked in the office meanwhile. The next
    /// copy begins anew then.
    pub async fn run(self, mut tell: impl FnMut(Progress)) -> Result<Copied, CopyError> {
        let mut source = self.source.snapshot("beginning to read what is copied").await?;
        let (read, rows_written) = copy_rows(&mut source, &self.target, &self.tables, &mut tell).await?;
        source.commit().await.doing(|| "reading what is copied".to_owned())?;
        self.make_findable(rows_written > 0, &mut tell).await?;
        set_identities(&self.target).await?;

        let rows = read.iter().map(|sum| sum.rows).sum::<u64>();
        let mut compared = Progress { stage: CopyStage::Comparing, done: 0, all: 2 * rows };
        let there = sums(&self.target, &self.tables, &mut compared, &mut tell).await?;
        let still = sums(&self.source, &self.tables, &mut compared, &mut tell).await?;
        let mut tx = self.target.write_to(Writes::All, "ending the copy").await?;
        let error = if still != read {
            Some(CopyError::SourceChanged { tables: differing(&still, &read) })
        } else if there != read {
            Some(CopyError::NotTheSame { tables: differing(&there, &read) })
        } else {
            None
        };
        if error.is_some() {
            let office = self.source.first_hash().await?;
            write_mark(&mut tx, &Mark { office, anew: true }).await?;
        } else {
            let ended = query("DELETE FROM settings WHERE key = $1").bind(COPY).execute(&mut *tx).await;
            ended.doing(|| "noting that the copy is whole".to_owned())?;
        }
        tx.commit().await.doing(|| "ending the copy".to_owned())?;
        error.map_or(Ok(Copied { tables: read, rows_written }), Err)
    }

    /// Takes away what was copied before.
    async fn empty(&self, office: String) -> Result<(), StoreError> {
        let mut tx = self.target.write_to(Writes::All, "beginning to copy anew").await?;
        for table in self.tables.iter().rev() {
            table.empty(&mut tx).await?;
        }
        write_mark(&mut tx, &Mark { office, anew: false }).await?;
        tx.commit().await.doing(|| "beginning to copy anew".to_owned())
    }

    /// Makes the cases findable that are not yet; all of them if rows came that the others may depend on.
    async fn make_findable(&self, anew: bool, tell: &mut impl FnMut(Progress)) -> Result<(), StoreError> {
        let target = &self.target;
        let doing = || "making cases findable".to_owned();
        let mut tx = target.write_to(Writes::All, "beginning to make cases findable").await?;
        if anew {
            search::clear(&mut tx).await?;
            finding::clear(&mut tx).await?;
        }
        let count = async |tx: &mut AnyConnection, sql| {
            let count: i64 = sqlx::query_scalar(sql).fetch_one(tx).await.doing(doing)?;
            u64::try_from(count).damaged(|| "how many cases there are".to_owned())
        };
        let all = count(&mut tx, "SELECT COUNT(*) FROM cases").await?;
        let done = count(&mut tx, "SELECT COUNT(*) FROM case_search").await?;
        let last =
            query("SELECT rowid FROM case_search ORDER BY rowid DESC LIMIT 1").fetch_optional(&mut *tx);
        let last = last.await.doing(doing)?.map(|row| row.int("rowid")).transpose();
        let mut last = CaseId(last.damaged(|| "the last case that can be found".to_owned())?.unwrap_or(0));
        tx.commit().await.doing(doing)?;
        let mut found = Progress { stage: CopyStage::Finding, done, all };
        loop {
            tell(found);
            let mut tx = target.write_to(Writes::All, "making cases findable").await?;
            let Some(to) = last_of_batch(&mut tx, last).await? else { return Ok(()) };
            let from = CaseId(last.0 + 1);
            let destroyed = destruction::destroyed(&mut tx, from, to).await?;
            let (mut cases, mut entries) = (Vec::new(), Vec::new());
            for (id, History { events, .. }) in log::read_histories(&mut tx, from, to).await? {
                let case = log::replay(id, &events)?;
                let entry = if destroyed.contains(&id) {
                    finding::Entry::of_destroyed(id, &case)
                } else {
                    finding::Entry::of(id, &case, &events)?
                };
                entries.push((id, entry));
                cases.push((id, case));
                found.done += 1;
            }
            search::write(&mut tx, &cases).await?;
            finding::write(&mut tx, entries).await?;
            tx.commit().await.doing(doing)?;
            last = to;
        }
    }
}

impl Store {
    /// Copies what an office is made of into a new database, as it stands at one moment, but for some tables.
    /// What cases are found by is made when it is first opened.
    pub(crate) async fn copy_rows_into(
        &self,
        target: &Store,
        leaving_out: &[&str],
    ) -> Result<(), StoreError> {
        let mut tables = table::tables().await?;
        tables.retain(|table| !leaving_out.contains(&table.name.as_str()));
        let mut source = self.snapshot("beginning to read what is copied").await?;
        let (read, _) = copy_rows(&mut source, target, &tables, &mut |_| {}).await?;
        source.commit().await.doing(|| "reading what is copied".to_owned())?;
        let mut compared = Progress { stage: CopyStage::Comparing, done: 0, all: 0 };
        let there = sums(target, &tables, &mut compared, &mut |_| {}).await?;
        if there == read {
            Ok(())
        } else {
            let tables = differing(&there, &read).join(", ");
            Err("it reads otherwise than it was written").damaged(|| format!("the copy of {tables}"))
        }
    }

    /// The hash of the first event, by which an office is told from any other; empty without one.
    async fn first_hash(&self) -> Result<String, StoreError> {
        let doing = || "reading the first event".to_owned();
        let first = query("SELECT hash FROM events ORDER BY case_id, seq LIMIT 1");
        let first = first.fetch_optional(&self.readers).await.doing(doing)?;
        let hash = first.map(|row| row.text("hash")).transpose();
        Ok(hash.damaged(|| "the first event".to_owned())?.unwrap_or_default())
    }
}

/// Copies all rows that the target does not have. Returns what was read in all, and how much of it was written.
async fn copy_rows(
    source: &mut AnyConnection,
    target: &Store,
    tables: &[Table],
    tell: &mut impl FnMut(Progress),
) -> Result<(Vec<TableSum>, u64), StoreError> {
    let mut copied = Progress { stage: CopyStage::Copying, done: 0, all: 0 };
    for table in tables {
        copied.all += table.count(source).await?;
    }
    let (mut sums, mut written) = (Vec::with_capacity(tables.len()), 0);
    for table in tables {
        let mut there =
            target.readers.acquire().await.doing(|| "looking how far a copy has come".to_owned())?;
        let there = table.last_key(&mut there).await?;
        let (mut sum, mut rows) = (Sum::default(), table.rows_after(source, None).await?);
        while let Some(last) = rows.last().map(|row| table.key_of(row)) {
            rows.iter().for_each(|row| sum.add(row));
            copied.done += rows.len() as u64;
            let is_new = |row: &Row| there.as_ref().is_none_or(|there| table.key_of(row) > *there);
            let new = rows.split_off(rows.partition_point(|row| !is_new(row)));
            if !new.is_empty() {
                let mut tx = target.write_to(Writes::All, "beginning to write what is copied").await?;
                table.insert(&mut tx, &new).await?;
                tx.commit().await.doing(|| "writing what is copied".to_owned())?;
                written += new.len() as u64;
            }
            tell(copied);
            rows = table.rows_after(source, Some(&last)).await?;
        }
        if table.refers_to_itself() {
            refer_within(source, target, table).await?;
        }
        sums.push(table.sum(sum));
    }
    Ok((sums, written))
}

/// Writes what the rows of a table say of each other, once all of them are there.
async fn refer_within(source: &mut AnyConnection, target: &Store, table: &Table) -> Result<(), StoreError> {
    let mut rows = table.rows_after(source, None).await?;
    while let Some(last) = rows.last().map(|row| table.key_of(row)) {
        let mut tx = target.write_to(Writes::All, "beginning to write what rows refer to").await?;
        table.refer_within(&mut tx, &rows).await?;
        tx.commit().await.doing(|| "writing what rows refer to".to_owned())?;
        rows = table.rows_after(source, Some(&last)).await?;
    }
    Ok(())
}

/// Reads everything back as it stands at one moment.
async fn sums(
    store: &Store,
    tables: &[Table],
    compared: &mut Progress,
    tell: &mut impl FnMut(Progress),
) -> Result<Vec<TableSum>, StoreError> {
    let mut reading = store.snapshot("beginning to compare").await?;
    let mut sums = Vec::with_capacity(tables.len());
    for table in tables {
        let (mut sum, mut rows) = (Sum::default(), table.rows_after(&mut reading, None).await?);
        while let Some(last) = rows.last().map(|row| table.key_of(row)) {
            rows.iter().for_each(|row| sum.add(row));
            compared.done += rows.len() as u64;
            tell(*compared);
            rows = table.rows_after(&mut reading, Some(&last)).await?;
        }
        sums.push(table.sum(sum));
    }
    reading.commit().await.doing(|| "comparing".to_owned())?;
    Ok(sums)
}

fn differing(one: &[TableSum], other: &[TableSum]) -> Vec<String> {
    one.iter().zip(other).filter(|(one, other)| one != other).map(|(one, _)| one.table.clone()).collect()
}

async fn write_mark(tx: &mut AnyConnection, mark: &Mark) -> Result<(), StoreError> {
    let mark = serde_json::to_string(mark).doing(|| "noting that a copy was begun".to_owned())?;
    settings::write(tx, COPY, &mark).await
}

/// Has PostgreSQL count on after the rows that came with their numbers. SQLite does so by itself.
async fn set_identities(target: &Store) -> Result<(), StoreError> {
    if target.dialect == Dialect::Sqlite {
        return Ok(());
    }
    let doing = || "counting on after what was copied".to_owned();
    let mut tx = target.write_to(Writes::All, "beginning to count on").await?;
    let counted = query(
        "SELECT CAST(table_name AS text) AS of_table, CAST(column_name AS text) AS of_column \
         FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'",
    );
    for row in counted.fetch_all(&mut *tx).await.doing(doing)? {
        let damaged = || "which columns are counted".to_owned();
        let (table, column) =
            (row.text("of_table").damaged(damaged)?, row.text("of_column").damaged(damaged)?);
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence($1, $2), COALESCE(MAX({column}), 1), MAX({column}) IS NOT NULL) \
             FROM {table}"
        );
        query(AssertSqlSafe(sql)).bind(&table).bind(column).execute(&mut *tx).await.doing(doing)?;
    }
    tx.commit().await.doing(doing)
}
