//! The little that stands between our types and SQL.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sop::case::CaseNo;
use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Row as _};

use crate::error::{Cause, Context, StoreError};

/// Stands in a column that is sorted by due time for "none": later than any time there is.
const NEVER: i64 = i64::MAX;

/// How many cases a year may have. It is the width of the number within [`CaseId`].
const CASES_A_YEAR_MAX: i64 = 10_000_000;

/// The number of a case as the database's key: `2026-0142` is 20260000142.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CaseId(pub(crate) i64);

impl CaseId {
    /// None if no case of that number can be.
    pub(crate) fn new(year: i16, number: i64) -> Option<Self> {
        let sound = (1..=9999).contains(&year) && (1..CASES_A_YEAR_MAX).contains(&number);
        sound.then(|| Self(i64::from(year) * CASES_A_YEAR_MAX + number))
    }

    /// Reads a number written as [`CaseId::no`] writes it, and in no other way: a case has one name.
    pub(crate) fn parse(no: &CaseNo) -> Option<Self> {
        let (year, number) = no.as_str().split_once('-')?;
        let id = Self::new(year.parse().ok()?, number.parse().ok()?)?;
        (id.no() == *no).then_some(id)
    }

    pub(crate) fn no(self) -> CaseNo {
        CaseNo::new(format!("{:04}-{:04}", self.year(), self.0 % CASES_A_YEAR_MAX))
    }

    pub(crate) fn year(self) -> i64 {
        self.0 / CASES_A_YEAR_MAX
    }

    /// The last case that a year may have.
    pub(crate) fn last_of_year(year: i16) -> Self {
        Self(i64::from(year) * CASES_A_YEAR_MAX + CASES_A_YEAR_MAX - 1)
    }

    /// Its place in its year, counted from 1.
    pub(crate) fn in_year(self) -> i64 {
        self.0 % CASES_A_YEAR_MAX
    }

    /// The first case of the same year.
    pub(crate) fn first_of_year(self) -> Self {
        Self(self.year() * CASES_A_YEAR_MAX + 1)
    }
}

impl std::fmt::Display for CaseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.no().fmt(f)
    }
}

/// A time as a column keeps it.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A time as a column that is sorted by it keeps it; none is last.
pub(crate) fn due_sort(due_at: Option<Timestamp>) -> i64 {
    due_at.map_or(NEVER, micros)
}

pub(crate) fn timestamp(micros: i64) -> Result<Timestamp, Cause> {
    Ok(Timestamp::from_microsecond(micros)?)
}

pub(crate) fn due_at(sort: i64) -> Result<Option<Timestamp>, Cause> {
    (sort != NEVER).then(|| timestamp(sort)).transpose()
}

/// A count as a column keeps it. None of ours comes near the limit.
pub(crate) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// One of few as a column keeps it: by the name that it has in events.
pub(crate) fn name_of(one: &impl Serialize) -> Result<String, StoreError> {
    let doing = || "naming what is written".to_owned();
    match serde_json::to_value(one).doing(doing)? {
        serde_json::Value::String(name) => Ok(name),
        other => Err(format!("{other} is no name")).doing(doing),
    }
}

/// Reads columns by name.
pub(crate) trait Columns {
    fn text(&self, column: &str) -> Result<String, Cause>;
    fn text_or_none(&self, column: &str) -> Result<Option<String>, Cause>;
    fn int(&self, column: &str) -> Result<i64, Cause>;
    fn int_or_none(&self, column: &str) -> Result<Option<i64>, Cause>;

    fn count(&self, column: &str) -> Result<u32, Cause> {
        Ok(u32::try_from(self.int(column)?)?)
    }

    fn time(&self, column: &str) -> Result<Timestamp, Cause> {
        timestamp(self.int(column)?)
    }

    fn time_or_none(&self, column: &str) -> Result<Option<Timestamp>, Cause> {
        self.int_or_none(column)?.map(timestamp).transpose()
    }

    /// One of few, by its name.
    fn one_of<T: DeserializeOwned>(&self, column: &str) -> Result<T, Cause> {
        Ok(serde_json::from_value(serde_json::Value::String(self.text(column)?))?)
    }

    fn due(&self, column: &str) -> Result<Option<Timestamp>, Cause> {
        due_at(self.int(column)?)
    }

    fn case(&self, column: &str) -> Result<CaseId, Cause> {
        let id = self.int(column)?;
        let year = i16::try_from(id / CASES_A_YEAR_MAX)?;
        CaseId::new(year, id % CASES_A_YEAR_MAX).ok_or_else(|| format!("{id} is the key of no case").into())
    }
}

impl Columns for AnyRow {
    fn text(&self, column: &str) -> Result<String, Cause> {
        Ok(self.try_get(column)?)
    }

    fn text_or_none(&self, column: &str) -> Result<Option<String>, Cause> {
        Ok(self.try_get(column)?)
    }

    fn int(&self, column: &str) -> Result<i64, Cause> {
        Ok(self.try_get(column)?)
    }

    fn int_or_none(&self, column: &str) -> Result<Option<i64>, Cause> {
        Ok(self.try_get(column)?)
    }
}

/// A statement put together from parts: only our own words become SQL, whatever comes from outside
/// becomes an argument.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    sql: String,
    arguments: Vec<Argument>,
}

/// What stands in a statement from outside.
#[derive(Debug)]
pub(crate) enum Argument {
    Int(Option<i64>),
    Text(Option<String>),
}

impl Argument {
    pub(crate) fn bound_to(
        self,
        query: Query<'static, Any, AnyArguments>,
    ) -> Query<'static, Any, AnyArguments> {
        match self {
            Self::Int(value) => query.bind(value),
            Self::Text(value) => query.bind(value),
        }
    }
}

impl From<i64> for Argument {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Argument {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<CaseId> for Argument {
    fn from(id: CaseId) -> Self {
        id.0.into()
    }
}

impl From<String> for Argument {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Argument {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<&str> for Argument {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl Statement {
    pub(crate) fn new(sql: &'static str) -> Self {
        let mut statement = Self::default();
        statement.push(sql);
        statement
    }

    pub(crate) fn push(&mut self, sql: &'static str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    pub(crate) fn int(&mut self, value: i64) -> &mut Self {
        self.argument(value.into())
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.argument(value.into())
    }

    /// `($1, $2, …)`
    pub(crate) fn ints(&mut self, values: impl IntoIterator<Item = i64>) -> &mut Self {
        self.list(values.into_iter().map(Argument::from))
    }

    /// `($1, $2, …)`
    pub(crate) fn texts<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) -> &mut Self {
        self.list(values.into_iter().map(Argument::from))
    }

    fn list(&mut self, values: impl Iterator<Item = Argument>) -> &mut Self {
        self.sql.push('(');
        for (n, value) in values.enumerate() {
            if n > 0 {
                self.sql.push_str(", ");
            }
            self.argument(value);
        }
        self.sql.push(')');
        self
    }

    fn argument(&mut self, value: Argument) -> &mut Self {
        self.arguments.push(value);
        let _infallible = write!(self.sql, "${}", self.arguments.len());
        self
    }

    /// Goes on with a statement that was written for itself; this one has no arguments yet.
    #[cfg(test)]
    pub(crate) fn append(&mut self, statement: Self) {
        self.sql.push_str(&statement.sql);
        self.arguments = statement.arguments;
    }

    #[cfg(test)]
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The statement, to be run. It is not kept prepared if its text varies with the number of
    /// arguments, or it would push out those that are worth keeping.
    fn query(self) -> Query<'static, Any, AnyArguments> {
        let varies = self.arguments.len() > 12;
        let mut query = sqlx::query(AssertSqlSafe(self.sql)).persistent(!varies);
        for argument in self.arguments {
            query = argument.bound_to(query);
        }
        query
    }

    pub(crate) async fn fetch_all(
        self,
        from: impl sqlx::Executor<'_, Database = Any>,
        doing: impl FnOnce() -> String,
    ) -> Result<Vec<AnyRow>, StoreError> {
        self.query().fetch_all(from).await.doing(doing)
    }
}
