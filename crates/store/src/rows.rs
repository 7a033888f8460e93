//! Many rows into one table by few statements: each statement is a trip to the database, and dear for what it
//! carries. One row goes the same way as ten thousand.

use std::fmt::Write as _;

use sqlx::{AnyConnection, AssertSqlSafe};

use crate::StoreError;
use crate::connection::Dialect;
use crate::error::Context as _;
use crate::sql::Argument;

/// How many rows one statement takes, from the most to the fewest. They are so few different numbers that each
/// statement stays prepared, and so few rows that none has more arguments than a database allows: SQLite
/// 32,766 and PostgreSQL 65,535.
const AT_ONCE: [usize; 3] = [64, 8, 1];

/// How rows of a table are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    /// `INSERT INTO`, the table and its columns.
    pub(crate) insert: &'static str,
    /// One row, with a question mark for each argument.
    pub(crate) row: &'static str,
    /// What becomes of a row that is there already.
    pub(crate) otherwise: &'static str,
}

/// Rows that are about to be written.
#[derive(Debug)]
pub(crate) struct Rows {
    table: Table,
    arguments: Vec<Argument>,
}

impl Rows {
    pub(crate) fn of(table: Table) -> Self {
        Self { table, arguments: Vec::new() }
    }

    /// Adds a row: as many arguments as the table's row has question marks.
    pub(crate) fn add(&mut self, row: impl IntoIterator<Item = Argument>) {
        self.arguments.extend(row);
    }

    /// Writes them in the order in which they were added.
    pub(crate) async fn write(
        self,
        tx: &mut AnyConnection,
        doing: impl Fn() -> String,
    ) -> Result<(), StoreError> {
        let arguments_a_row = self.table.row.matches('?').count();
        let on_postgres = Dialect::is_postgres(tx);
        let mut left = self.arguments.len() / arguments_a_row;
        let mut arguments = self.arguments.into_iter();
        while left > 0 {
            let rows = AT_ONCE.into_iter().find(|rows| *rows <= left).unwrap_or(1);
            let mut statement = sqlx::query(AssertSqlSafe(self.table.statement(rows, on_postgres)));
            for argument in arguments.by_ref().take(rows * arguments_a_row) {
                statement = argument.bound_to(statement);
            }
            statement.execute(&mut *tx).await.doing(&doing)?;
            left -= rows;
        }
        Ok(())
    }
}

impl Table {
    fn statement(&self, rows: usize, on_postgres: bool) -> String {
        let Self { insert, row, otherwise } = self;
        let mut sql = format!("{insert} VALUES ");
        let mut argument = 0;
        for n in 0..rows {
            sql.push_str(if n > 0 { ", " } else { "" });
            for part in row.split_inclusive('?') {
                match part.strip_suffix('?') {
                    // Only PostgreSQL wants them counted; SQLite would look each number up among all before it.
                    Some(part) if on_postgres => {
                        argument += 1;
                        let _infallible = write!(sql, "{part}${argument}");
                    }
                    Some(_) | None => sql.push_str(part),
                }
            }
        }
        sql.push(' ');
        sql.push_str(otherwise);
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_as_each_database_counts_arguments() {
        let table = Table {
            insert: "INSERT INTO words (word, stem)",
            row: "(?, lower(?))",
            otherwise: "ON CONFLICT DO NOTHING",
        };
        assert_eq!(
            table.statement(2, false),
            "INSERT INTO words (word, stem) VALUES (?, lower(?)), (?, lower(?)) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            table.statement(2, true),
            "INSERT INTO words (word, stem) VALUES ($1, lower($2)), ($3, lower($4)) ON CONFLICT DO NOTHING"
        );
    }
}
