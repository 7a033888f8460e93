//! Narrowing lists by words: each begins some word of what a case says of itself when it is registered.
//! What was written in it since is found by `finding`.

use sop::case::{Case, UnitCode};
use sqlx::{AnyConnection, query};

use crate::StoreError;
use crate::error::Context;
use crate::sql::CaseId;

/// The most words of a search that are looked for.
const WORDS_MAX: usize = 12;
/// The most characters of a word that are looked for.
const WORD_CHARS_MAX: usize = 60;

/// Makes a case findable. What it is found by never changes after its registration.
pub(crate) async fn write(tx: &mut AnyConnection, id: CaseId, case: &Case) -> Result<(), StoreError> {
    let request = &case.request;
    let unit = format!("{} {}", request.unit, unit_name(tx, &request.unit).await?);
    query(
        "INSERT INTO case_search (rowid, number, subject, requester_name, unit, letter_no) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.0)
    .bind(id.no().as_str())
    .bind(request.subject.as_str())
    .bind(request.requester_name.as_str())
    .bind(unit)
    .bind(request.letter_no.as_deref().unwrap_or_default())
    .execute(tx)
    .await
    .doing(|| format!("making case {id} findable"))
    .map(drop)
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
    query("INSERT INTO case_search (case_search) VALUES ('delete-all')")
        .execute(tx)
        .await
        .doing(|| "emptying the search".to_owned())
        .map(drop)
}

/// Takes what was forgotten out of the file as well: until then the index only passes over it.
pub(crate) async fn compact(tx: &mut AnyConnection) -> Result<(), StoreError> {
    query("INSERT INTO case_search (case_search) VALUES ('optimize')")
        .execute(tx)
        .await
        .doing(|| "taking out of the search what was forgotten".to_owned())
        .map(drop)
}

/// What somebody typed, in the language of the search: all words, each as the beginning of one. No
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

/// The name of a unit as it is now; empty if there is none of this code.
pub(crate) async fn unit_name(tx: &mut AnyConnection, code: &UnitCode) -> Result<String, StoreError> {
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM units WHERE code = $1")
        .bind(code.as_str())
        .fetch_optional(tx)
        .await
        .doing(|| format!("reading the name of unit {code}"))?;
    Ok(name.unwrap_or_default())
}
