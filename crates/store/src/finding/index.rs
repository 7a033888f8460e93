//! The index in the words of SQLite (FTS5): the one part of finding that every database does in its own way.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use super::entry::Entry;
use crate::StoreError;
use crate::error::Context as _;
use crate::sql::{CaseId, Columns as _, Statement};

/// Stems that follow each other.
pub(super) type Phrase = Vec<String>;

/// Which texts are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texts {
    /// What a request says.
    Asked,
    /// What the requester may read.
    Shared,
    /// What the office may read.
    Office,
}

/// Where in a case a word may stand, but for what only the office may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Codes,
    Subject,
    System,
    Request,
    Shared,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) texts: Texts,
    /// Each of these has to be there, as one of its phrases.
    pub(super) all_of: Vec<Vec<Phrase>>,
    pub(super) facets: Vec<String>,
    /// The first case that counts,
    pub(super) from: CaseId,
    /// and the last.
    pub(super) to: CaseId,
}

pub(super) async fn write(tx: &mut AnyConnection, id: CaseId, entry: &Entry) -> Result<(), StoreError> {
    query(
        "INSERT OR REPLACE INTO found_cases \
           (rowid, facets, codes, subject, system, request, shared, office) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(id.0)
    .bind(entry.facets.as_str())
    .bind(entry.codes.as_str())
    .bind(entry.subject.as_str())
    .bind(entry.system.as_str())
    .bind(entry.request.as_str())
    .bind(entry.shared.as_str())
    .bind(entry.office.as_str())
    .execute(tx)
    .await
    .doing(|| format!("writing what case {id} is found by"))
    .map(drop)
}

pub(super) async fn clear(tx: &mut AnyConnection) -> Result<(), StoreError> {
    query("INSERT INTO found_cases (found_cases) VALUES ('delete-all')")
        .execute(tx)
        .await
        .doing(|| "emptying the index".to_owned())
        .map(drop)
}

/// Takes out of the file what was written over: until then the index passes over it.
pub(super) async fn compact(tx: &mut AnyConnection) -> Result<(), StoreError> {
    query("INSERT INTO found_cases (found_cases) VALUES ('optimize')")
        .execute(tx)
        .await
        .doing(|| "taking out of the index what was written over".to_owned())
        .map(drop)
}

/// How many cases answer, counted no further than `max`.
pub(super) async fn count(
    reader: &mut AnyConnection,
    question: &Question,
    max: i64,
) -> Result<i64, StoreError> {
    let mut statement = Statement::new("SELECT COUNT(*) AS cases FROM (");
    newest_of(&mut statement, question, &expression(question), max);
    statement.push(")");
    let rows = statement.fetch_all(reader, || "counting what is found".to_owned()).await?;
    let count = rows.first().map_or(Ok(0), |row| row.int("cases"));
    count.damaged(|| "how many cases were found".to_owned())
}

/// The newest cases that answer, the highest number first.
pub(super) async fn newest(
    reader: &mut AnyConnection,
    question: &Question,
    max: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let mut statement = Statement::default();
    newest_of(&mut statement, question, &expression(question), max);
    let rows = statement.fetch_all(reader, || "finding cases".to_owned()).await?;
    rows.iter().map(found).collect()
}

/// The newest cases that answer and have a word in one place.
pub(super) async fn newest_with(
    reader: &mut AnyConnection,
    question: &Question,
    word: &[Phrase],
    place: Place,
    max: i64,
) -> Result<Vec<CaseId>, StoreError> {
    let mut statement = Statement::default();
    let expression = format!("{} AND {} : {}", expression(question), place.column(), one_of(word));
    newest_of(&mut statement, question, &expression, max);
    let rows = statement.fetch_all(reader, || "finding where a word stands".to_owned()).await?;
    rows.iter().map(found).collect()
}

fn found(row: &AnyRow) -> Result<CaseId, StoreError> {
    row.case("case_id").damaged(|| "the key of a case that was found".to_owned())
}

fn newest_of(statement: &mut Statement, question: &Question, expression: &str, max: i64) {
    statement.push("SELECT rowid AS case_id FROM found_cases WHERE found_cases MATCH ");
    statement.text(expression);
    statement.push(" AND rowid BETWEEN ").int(question.from.0).push(" AND ").int(question.to.0);
    statement.push(" ORDER BY rowid DESC LIMIT ").int(max);
}

/// A question in the language of FTS5. Stems are letters and digits alone, and quoted: nothing that
/// somebody types has a meaning of its own there.
fn expression(question: &Question) -> String {
    let columns = match question.texts {
        Texts::Asked => "{subject system request}",
        Texts::Shared => "{codes subject system request shared}",
        Texts::Office => "{codes subject system request shared office}",
    };
    let words: Vec<String> = question.all_of.iter().map(|word| one_of(word)).collect();
    let facets = question.facets.iter().map(|facet| format!("facets : \"{facet}\""));
    let texts = format!("{columns} : ({})", words.join(" AND "));
    [texts].into_iter().chain(facets).collect::<Vec<_>>().join(" AND ")
}

fn one_of(phrases: &[Phrase]) -> String {
    let phrases: Vec<String> = phrases.iter().map(|phrase| format!("\"{}\"", phrase.join(" "))).collect();
    format!("({})", phrases.join(" OR "))
}

impl Place {
    fn column(self) -> &'static str {
        match self {
            Self::Codes => "codes",
            Self::Subject => "subject",
            Self::System => "system",
            Self::Request => "request",
            Self::Shared => "shared",
        }
    }
}
