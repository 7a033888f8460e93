//! Narrowing lists by words: each begins some word of what a case says of itself when it is registered.
//! What was written in it since is found by `finding`.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use sop::case::{Case, UnitCode};
use sqlx::{AnyConnection, query};

use crate::StoreError;
use crate::connection::Dialect;
use crate::error::Context;
use crate::rows::{Rows, Table};
use crate::sql::{CaseId, Statement};

/// The most words of a search that are looked for.
const WORDS_MAX: usize = 12;
/// The most characters of a word that are looked for.
const WORD_CHARS_MAX: usize = 60;

const ON_SQLITE: Table = Table {
    insert: "INSERT INTO case_search (rowid, number, subject, requester_name, unit, letter_no)",
    row: "(?, ?, ?, ?, ?, ?)",
    otherwise: "",
};
const ON_POSTGRES: Table = Table {
    insert: "INSERT INTO case_search (rowid, words)",
    row: "(?, to_tsvector('simple', regexp_replace(normalize(?, NFD), '[\\u0300-\\u036F]', '', 'g')))",
    otherwise: "",
};

/// Makes cases findable. What a case is found by never changes after its registration.
pub(crate) async fn write<C: Borrow<Case> + Sync>(
    tx: &mut AnyConnection,
    cases: &[(CaseId, C)],
) -> Result<(), StoreError> {
    let units = cases.iter().map(|(_, case)| case.borrow().request.unit.clone()).collect();
    let names = names_of(tx, units).await?;
    let on_postgres = Dialect::is_postgres(tx);
    let mut rows = Rows::of(if on_postgres { ON_POSTGRES } else { ON_SQLITE });
    for (id, case) in cases {
        let request = &case.borrow().request;
        let name = names.get(&request.unit).map(String::as_str).unwrap_or_default();
        let unit = format!("{} {name}", request.unit);
        let letter_no = request.letter_no.as_deref().unwrap_or_default();
        let number = id.no();
        if on_postgres {
            let found_by =
                [number.as_str(), &request.subject, &request.requester_name, &unit, letter_no].join(" ");
            rows.add([(*id).into(), words(&found_by).join(" ").into()]);
        } else {
            rows.add([
                (*id).into(),
                number.as_str().into(),
                request.subject.as_str().into(),
                request.requester_name.as_str().into(),
                unit.into(),
                letter_no.into(),
            ]);
        }
    }
    rows.write(tx, || "making cases findable".to_owned()).await
}

/// Makes a case findable no more.
pub(crate) async fn forget(tx: &mut AnyConnection, id: CaseId) -> Result<(), StoreError> {
    query("DELETE FROM case_search WHERE rowid = $1")
        .bind(id.0)
        .execute(tx)
        .await
        .doing(|| format!("making case {id} findable no more"))
        .map(drop)
}

/// Makes no case findable any more.
pub(crate) async fn clear(tx: &mut AnyConnection) -> Result<(), StoreError> {
    let all = if Dialect::is_postgres(tx) {
        "DELETE FROM case_search"
    } else {
        "INSERT INTO case_search (case_search) VALUES ('delete-all')"
    };
    query(all).execute(tx).await.doing(|| "emptying the search".to_owned()).map(drop)
}

/// Takes what was forgotten out of the file as well: until then the index only passes over it.
pub(crate) async fn compact(tx: &mut AnyConnection) -> Result<(), StoreError> {
    if Dialect::is_postgres(tx) {
        // There it goes with the next vacuum, which no transaction can ask for.
        return Ok(());
    }
    query("INSERT INTO case_search (case_search) VALUES ('optimize')")
        .execute(tx)
        .await
        .doing(|| "taking out of the search what was forgotten".to_owned())
        .map(drop)
}

/// Begins to find cases by what somebody typed, each under its key `case_search.rowid`. False if there is
/// nothing in it to look for.
pub(crate) fn find(statement: &mut Statement, dialect: Dialect, typed: &str) -> bool {
    let question = match dialect {
        Dialect::Sqlite => question(typed),
        Dialect::Postgres(_) => postgres_question(typed),
    };
    let Some(question) = question else { return false };
    // CROSS JOIN reads the tables in the order written: first what finds, then what is found.
    statement.push("FROM case_search CROSS JOIN cases c WHERE c.case_id = case_search.rowid AND ");
    match dialect {
        Dialect::Sqlite => statement.push("case_search MATCH ").text(&question),
        Dialect::Postgres(_) => statement
            .push("case_search.words @@ to_tsquery('simple', regexp_replace(normalize(")
            .text(&question)
            .push(", NFD), '[\\u0300-\\u036F]', '', 'g'))"),
    };
    true
}

/// The words of a text, as PostgreSQL is given them: it would read a dash as the beginning of a number.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// The same as [`question`] in the language of PostgreSQL.
fn postgres_question(typed: &str) -> Option<String> {
    let mut asked = Vec::new();
    for word in typed.split_whitespace() {
        let word: String = word.chars().take(WORD_CHARS_MAX).collect();
        let parts: Vec<String> = words(&word).into_iter().map(|part| format!("'{part}'")).collect();
        if !parts.is_empty() {
            asked.push(format!("({}:*)", parts.join(" <-> ")));
        }
    }
    asked.truncate(WORDS_MAX);
    (!asked.is_empty()).then(|| asked.join(" & "))
}

/// What somebody typed, in the language of SQLite's search: all words, each as the beginning of one. No
/// input has a meaning of its own there. None if there is nothing in it to look for.
pub(crate) fn question(typed: &str) -> Option<String> {
    let words: Vec<String> = typed
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !c.is_control()).take(WORD_CHARS_MAX).collect::<String>())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(WORDS_MAX)
        .map(|word| format!("\"{}\"*", word.replace('"', "\"\"")))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Units by all their names, the former too; empty for a code that no unit has. Who looks for an old case may
/// know its unit by either.
pub(crate) async fn names_of(
    tx: &mut AnyConnection,
    codes: BTreeSet<UnitCode>,
) -> Result<BTreeMap<UnitCode, String>, StoreError> {
    let mut units = BTreeMap::new();
    for code in codes {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM units WHERE code = $1 UNION ALL SELECT name FROM unit_names WHERE unit = $1",
        )
        .bind(code.as_str())
        .fetch_all(&mut *tx)
        .await
        .doing(|| format!("reading the names of unit {code}"))?;
        units.insert(code, names.join(" "));
    }
    Ok(units)
}
