//! One table, whatever it holds: its form, and its rows as they stand.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, query};

use super::COPY;
use crate::error::{Cause, Context as _};
use crate::projection::REBUILD;
use crate::sql::Columns as _;
use crate::{Store, StoreError};

/// What the search keeps in its own way on each database. It follows from the rest and is made anew.
pub(crate) const DERIVED: [&str; 4] = ["case_search", "found_cases", "found_words", "found_word_keys"];

/// How many rows are in memory at once.
const ROWS_AT_ONCE: usize = 2_000;
/// How many values one statement writes: more would be no faster, and SQLite takes 32 766 at most.
const VALUES_AT_ONCE: usize = 4_000;

/// How a table is made.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<Column>,
    /// Which columns tell rows apart, in the order in which rows are put.
    key: Vec<usize>,
    /// The tables that its rows refer to.
    refers_to: BTreeSet<String>,
    /// The columns by which a row refers to another of the same table, which may not be there yet.
    within: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int,
    Text,
    Bytes,
}

/// What stands in one column of one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// A row, column by column.
pub(super) type Row = Vec<Value>;

/// How many rows a table has, and one hash over all of them in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSum {
    pub table: String,
    pub rows: u64,
    /// SHA-256, in hexadecimal.
    pub digest: String,
}

/// A sum that is being made.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    rows: u64,
    hash: Sha256,
}

/// All tables that are copied, each after those that it refers to. They are read from an empty office of this
/// version, so that none can be forgotten.
pub(super) async fn tables() -> Result<Vec<Table>, StoreError> {
    let empty = Store::open("sqlite::memory:").await?;
    empty.migrate().await?;
    let doing = || "reading which tables there are".to_owned();
    let damaged = || "how a table is made".to_owned();
    let tables = query(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
         AND name NOT LIKE 'sqlite%' AND name NOT LIKE '#_%' ESCAPE '#' ORDER BY name",
    );
    let mut unordered = Vec::new();
    for row in tables.fetch_all(&empty.readers).await.doing(doing)? {
        let name = row.text("name").damaged(damaged)?;
        if !DERIVED.contains(&name.as_str()) {
            unordered.push(Table::read(&empty, name).await?);
        }
    }
    let mut ordered: Vec<Table> = Vec::with_capacity(unordered.len());
    while !unordered.is_empty() {
        let is_there = |name: &String| ordered.iter().any(|table| table.name == *name);
        let Some(next) = unordered.iter().position(|table| table.refers_to.iter().all(is_there)) else {
            return Err("tables refer to each other in a circle").damaged(damaged);
        };
        ordered.push(unordered.remove(next));
    }
    empty.close().await;
    Ok(ordered)
}

impl Table {
    async fn read(empty: &Store, name: String) -> Result<Self, StoreError> {
        let doing = || format!("reading how table {name} is made");
        let damaged = || format!("how table {name} is made");
        let (mut columns, mut key) = (Vec::new(), Vec::new());
        let rows = query("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid").bind(&name);
        for row in rows.fetch_all(&empty.readers).await.doing(doing)? {
            let kind = match row.text("type").damaged(damaged)?.as_str() {
                "INTEGER" | "BIGINT" => Kind::Int,
                "TEXT" => Kind::Text,
                "BLOB" => Kind::Bytes,
                other => return Err(format!("a column of the kind {other}")).damaged(damaged),
            };
            let place = row.int("pk").damaged(damaged)?;
            if place > 0 {
                key.push((place, columns.len()));
            }
            columns.push(Column { name: row.text("name").damaged(damaged)?, kind });
        }
        key.sort_unstable();
        let key: Vec<usize> = key.into_iter().map(|(_, column)| column).collect();
        if key.is_empty() {
            return Err("a table without a key").damaged(damaged);
        }
        let (mut refers_to, mut within) = (BTreeSet::new(), Vec::new());
        let rows = query("SELECT \"table\" AS parent, \"from\" AS child FROM pragma_foreign_key_list($1)");
        for row in rows.bind(&name).fetch_all(&empty.readers).await.doing(doing)? {
            let (parent, child) = (row.text("parent").damaged(damaged)?, row.text("child").damaged(damaged)?);
            if parent == name {
                within.extend(columns.iter().position(|column| column.name == child));
            } else {
                refers_to.insert(parent);
            }
        }
        Ok(Self { name, columns, key, refers_to, within })
    }

    /// A part of the statement that reads it: all but what the store notes for itself.
    fn rows(&self) -> String {
        let own = if self.name == "settings" {
            format!("\"key\" NOT IN ('{COPY}', '{REBUILD}')")
        } else {
            "true".to_owned()
        };
        format!("FROM \"{}\" WHERE {own}", self.name)
    }

    pub(super) async fn count(&self, from: &mut AnyConnection) -> Result<u64, StoreError> {
        let sql = format!("SELECT COUNT(*) AS rows_in_all {}", self.rows());
        let row =
            query(AssertSqlSafe(sql)).fetch_one(from).await.doing(|| format!("counting {}", self.name))?;
        let count = row.int("rows_in_all").and_then(|count| Ok(u64::try_from(count)?));
        count.damaged(|| format!("how many rows {} has", self.name))
    }

    /// The key of its last row; none if it has no row.
    pub(super) async fn last_key(&self, from: &mut AnyConnection) -> Result<Option<Row>, StoreError> {
        let columns = self.names(self.key.iter().copied());
        let backwards: Vec<String> =
            self.key.iter().map(|column| format!("\"{}\" DESC", self.columns[*column].name)).collect();
        let sql = format!("SELECT {columns} {} ORDER BY {} LIMIT 1", self.rows(), backwards.join(", "));
        let last = query(AssertSqlSafe(sql)).fetch_optional(from).await;
        let last = last.doing(|| format!("looking how far table {} is copied", self.name))?;
        let read = |row: AnyRow| -> Result<Row, Cause> {
            (0..).zip(&self.key).map(|(n, column)| self.columns[*column].value(&row, n)).collect()
        };
        last.map(|row| read(row).damaged(|| format!("a key of table {}", self.name))).transpose()
    }

    /// The next rows after a key, in the order of keys: none once there are no more.
    pub(super) async fn rows_after(
        &self,
        from: &mut AnyConnection,
        after: Option<&[Value]>,
    ) -> Result<Vec<Row>, StoreError> {
        let (columns, key) = (self.names(0..self.columns.len()), self.names(self.key.iter().copied()));
        let after_key = match after {
            Some(after) => format!(" AND ({key}) > ({})", places(0, after.len())),
            None => String::new(),
        };
        let sql = format!("SELECT {columns} {}{after_key} ORDER BY {key} LIMIT {ROWS_AT_ONCE}", self.rows());
        let asked = bound(query(AssertSqlSafe(sql)), after.into_iter().flatten());
        let rows = asked.fetch_all(from).await.doing(|| format!("reading table {}", self.name))?;
        let read = |row: &AnyRow| {
            (0..).zip(&self.columns).map(|(n, column)| column.value(row, n)).collect::<Result<Row, Cause>>()
        };
        rows.iter().map(|row| read(row).damaged(|| format!("a row of table {}", self.name))).collect()
    }

    /// By which a row is told from the others.
    pub(super) fn key_of(&self, row: &Row) -> Row {
        self.key.iter().map(|column| row[*column].clone()).collect()
    }

    /// Writes rows that are not there yet. References within the table are left out: see [`Self::refer_within`].
    pub(super) async fn insert(&self, to: &mut AnyConnection, rows: &[Row]) -> Result<(), StoreError> {
        let columns = self.names(0..self.columns.len());
        for rows in rows.chunks((VALUES_AT_ONCE / self.columns.len()).max(1)) {
            let places: Vec<String> = (0..rows.len())
                .map(|row| format!("({})", places(row * self.columns.len(), self.columns.len())))
                .collect();
            let sql = format!("INSERT INTO \"{}\" ({columns}) VALUES {}", self.name, places.join(", "));
            let nothing: Vec<Value> = self.columns.iter().map(|column| column.kind.nothing()).collect();
            let values = rows.iter().flat_map(|row| {
                let left_out = |(n, value)| if self.within.contains(&n) { &nothing[n] } else { value };
                row.iter().enumerate().map(left_out)
            });
            let written = bound(query(AssertSqlSafe(sql)), values).execute(&mut *to).await;
            written.doing(|| format!("writing rows of table {} {}", self.name, self.span(rows)))?;
        }
        Ok(())
    }

    /// Whether its rows may refer to each other.
    pub(super) fn refers_to_itself(&self) -> bool {
        !self.within.is_empty()
    }

    /// Writes what rows say of other rows of the table, all of which are there now.
    pub(super) async fn refer_within(&self, to: &mut AnyConnection, rows: &[Row]) -> Result<(), StoreError> {
        let set: Vec<String> = (1..)
            .zip(&self.within)
            .map(|(n, column)| format!("\"{}\" = ${n}", self.columns[*column].name))
            .collect();
        let key = self.names(self.key.iter().copied());
        let of_key = places(self.within.len(), self.key.len());
        let sql = format!("UPDATE \"{}\" SET {} WHERE ({key}) = ({of_key})", self.name, set.join(", "));
        for row in rows {
            if self.within.iter().all(|column| row[*column] == self.columns[*column].kind.nothing()) {
                continue;
            }
            let values = self.within.iter().chain(&self.key).map(|column| &row[*column]);
            let written = bound(query(AssertSqlSafe(sql.clone())), values).execute(&mut *to).await;
            written.doing(|| format!("writing what rows of table {} refer to", self.name))?;
        }
        Ok(())
    }

    pub(super) async fn empty(&self, to: &mut AnyConnection) -> Result<(), StoreError> {
        let sql = format!("DELETE {}", self.rows());
        query(AssertSqlSafe(sql))
            .execute(to)
            .await
            .doing(|| format!("emptying table {}", self.name))
            .map(drop)
    }

    pub(super) fn sum(&self, sum: Sum) -> TableSum {
        TableSum { table: self.name.clone(), rows: sum.rows, digest: hex::encode(sum.hash.finalize()) }
    }

    fn names(&self, columns: impl Iterator<Item = usize>) -> String {
        let names: Vec<String> = columns.map(|column| format!("\"{}\"", self.columns[column].name)).collect();
        names.join(", ")
    }

    /// Which rows these are, to look for the one that cannot be written.
    fn span(&self, rows: &[Row]) -> String {
        let key = |row: Option<&Row>| row.map(|row| written(&self.key_of(row))).unwrap_or_default();
        format!("from {} to {}", key(rows.first()), key(rows.last()))
    }
}

/// A key as somebody can look for it.
fn written(key: &Row) -> String {
    let parts: Vec<String> = key
        .iter()
        .map(|part| match part {
            Value::Int(number) => number.map(|number| number.to_string()).unwrap_or_default(),
            Value::Text(text) => text.clone().unwrap_or_default(),
            Value::Bytes(bytes) => bytes.as_ref().map(hex::encode).unwrap_or_default(),
        })
        .collect();
    parts.join("/")
}

impl Column {
    fn value(&self, row: &AnyRow, at: usize) -> Result<Value, Cause> {
        Ok(match self.kind {
            Kind::Int => Value::Int(row.try_get(at)?),
            Kind::Text => Value::Text(row.try_get(at)?),
            Kind::Bytes => Value::Bytes(row.try_get(at)?),
        })
    }
}

impl Kind {
    fn nothing(self) -> Value {
        match self {
            Self::Int => Value::Int(None),
            Self::Text => Value::Text(None),
            Self::Bytes => Value::Bytes(None),
        }
    }
}

impl Sum {
    /// Adds a row: each value by what it is, how long it is, and its bytes, so that no two rows look alike.
    pub(super) fn add(&mut self, row: &Row) {
        self.rows += 1;
        for value in row {
            match value {
                Value::Int(None) | Value::Text(None) | Value::Bytes(None) => self.hash.update("-"),
                Value::Int(Some(number)) => self.part("i", &number.to_be_bytes()),
                Value::Text(Some(text)) => self.part("t", text.as_bytes()),
                Value::Bytes(Some(bytes)) => self.part("b", bytes),
            }
        }
    }

    fn part(&mut self, kind: &str, bytes: &[u8]) {
        self.hash.update(kind);
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
    }
}

/// `$1, $2, …`, after so many others.
fn places(after: usize, count: usize) -> String {
    let places: Vec<String> = (after + 1..=after + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

fn bound<'v>(
    mut query: Query<'static, Any, AnyArguments>,
    values: impl IntoIterator<Item = &'v Value>,
) -> Query<'static, Any, AnyArguments> {
    for value in values {
        query = match value {
            Value::Int(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Bytes(bytes) => query.bind(bytes.as_deref()),
        };
    }
    query
}
