//! Every word that stands in the texts of the cases: how a word goes on that somebody began to type, and
//! which one was meant where nobody has written it so.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, query};

use super::words::{keys, slips_between, slips_max};
use crate::StoreError;
use crate::error::Context as _;
use crate::rows::{Rows, Table};
use crate::sql::{Columns as _, Statement};

/// How many words are asked for at once: a statement has room for so many arguments.
const WORDS_ASKED_MAX: usize = 500;
/// The most words, of those with the same beginning, of which the shortest are taken.
const BEGINNINGS_READ_MAX: i64 = 2_000;
/// The most words that the beginning of one stands for.
const BEGINNINGS_MAX: i64 = 30;
/// The most words that may have been meant, the nearest.
const MEANT_MAX: usize = 5;

const WORDS: Table =
    Table { insert: "INSERT INTO found_words (word)", row: "(?)", otherwise: "ON CONFLICT DO NOTHING" };
const KEYS: Table = Table {
    insert: "INSERT INTO found_word_keys (key, word)",
    row: "(?, ?)",
    otherwise: "ON CONFLICT DO NOTHING",
};

/// Adds words that are new.
pub(super) async fn add(tx: &mut AnyConnection, words: &BTreeSet<String>) -> Result<(), StoreError> {
    let doing = || "adding words to those that are known".to_owned();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (mut of_words, mut of_keys) = (Rows::of(WORDS), Rows::of(KEYS));
    for words in words.chunks(WORDS_ASKED_MAX) {
        let mut known = Statement::new("SELECT word FROM found_words WHERE word IN ");
        known.texts(words.iter().copied());
        let known: BTreeSet<String> = texts(known, tx).await?.into_iter().collect();
        for word in words.iter().copied().filter(|word| !known.contains(*word)) {
            of_words.add([word.into()]);
            for key in keys(word) {
                of_keys.add([key.into(), word.into()]);
            }
        }
    }
    of_words.write(tx, doing).await?;
    of_keys.write(tx, doing).await
}

/// Forgets a word.
pub(super) async fn forget(tx: &mut AnyConnection, word: &str) -> Result<(), StoreError> {
    let doing = || "forgetting a word".to_owned();
    query("DELETE FROM found_words WHERE word = $1").bind(word).execute(&mut *tx).await.doing(doing)?;
    for key in keys(word) {
        let forget = query("DELETE FROM found_word_keys WHERE key = $1 AND word = $2").bind(key).bind(word);
        forget.execute(&mut *tx).await.doing(doing)?;
    }
    Ok(())
}

pub(super) async fn clear(tx: &mut AnyConnection) -> Result<(), StoreError> {
    for sql in ["DELETE FROM found_words", "DELETE FROM found_word_keys"] {
        query(sql).execute(&mut *tx).await.doing(|| "forgetting all words".to_owned())?;
    }
    Ok(())
}

/// Words that begin so, the shortest first.
pub(super) async fn beginning_with(
    reader: &mut AnyConnection,
    beginning: &str,
) -> Result<Vec<String>, StoreError> {
    let mut statement = Statement::new("SELECT word FROM (SELECT word FROM found_words WHERE word >= ");
    // No letter comes after the last that there is.
    statement.text(beginning).push(" AND word < ").text(&format!("{beginning}{}", char::MAX));
    statement.push(" ORDER BY word LIMIT ").int(BEGINNINGS_READ_MAX);
    statement.push(") AS begun ORDER BY LENGTH(word), word LIMIT ").int(BEGINNINGS_MAX);
    texts(statement, reader).await
}

/// Words that may have been meant by another, each with how many slips lie between, the nearest first.
pub(super) async fn near(reader: &mut AnyConnection, word: &str) -> Result<Vec<(usize, String)>, StoreError> {
    let keys = keys(word);
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new("SELECT DISTINCT word FROM found_word_keys WHERE key IN ");
    statement.texts(keys.iter().map(String::as_str));
    let near = texts(statement, reader).await?.into_iter();
    let near = near.map(|known| (slips_between(word, &known), known));
    let mut near: Vec<_> = near.filter(|(slips, _)| (1..=slips_max(word)).contains(slips)).collect();
    // A word that begins otherwise was more rarely meant.
    near.sort_by_key(|(slips, known)| (*slips, known.chars().next() != word.chars().next()));
    near.truncate(MEANT_MAX);
    Ok(near)
}

async fn texts(statement: Statement, reader: &mut AnyConnection) -> Result<Vec<String>, StoreError> {
    let rows = statement.fetch_all(reader, || "reading the words that are known".to_owned()).await?;
    rows.iter().map(|row| row.text("word").damaged(|| "a word that is known".to_owned())).collect()
}
