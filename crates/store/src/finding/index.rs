//! The index, in the words of SQLite (FTS5) and of PostgreSQL (tsvector): the one part of finding that each
//! database does in its own way.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use super::entry::Entry;
use crate::StoreError;
use crate::connection::Dialect;
use crate::error::Context as _;
use crate::rows::{Rows, Table};
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

/// The most words of one part of a case that PostgreSQL is given: all of a case has to fit into one tsvector,
/// which holds a megabyte.
const WORDS_OF_A_PART_MAX: usize = 10_000;

const ON_SQLITE: Table = Table {
    insert: "INSERT OR REPLACE INTO found_cases \
               (rowid, facets, codes, subject, system, request, shared, office)",
    row: "(?, ?, ?, ?, ?, ?, ?, ?)",
    otherwise: "",
};
const ON_POSTGRES: Table = Table {
    insert: "INSERT INTO found_cases (case_id, facets, codes, subject, system, request, shared, office)",
    row: "(?, CAST(? AS tsvector), CAST(? AS tsvector), CAST(? AS tsvector), CAST(? AS tsvector), \
            CAST(? AS tsvector), CAST(? AS tsvector), CAST(? AS tsvector))",
    otherwise: "ON CONFLICT (case_id) DO UPDATE SET facets = EXCLUDED.facets, codes = EXCLUDED.codes, \
                  subject = EXCLUDED.subject, system = EXCLUDED.system, request = EXCLUDED.request, \
                  shared = EXCLUDED.shared, office = EXCLUDED.office",
};

/// Writes what cases are found by, instead of what they were found by before.
pub(super) async fn write(tx: &mut AnyConnection, entries: &[(CaseId, Entry)]) -> Result<(), StoreError> {
    let on_postgres = Dialect::is_postgres(tx);
    let mut rows = Rows::of(if on_postgres { ON_POSTGRES } else { ON_SQLITE });
    for (id, entry) in entries {
        let Entry { facets, codes, subject, system, request, shared, office, .. } = entry;
        let parts = [facets, codes, subject, system, request, shared, office];
        let parts = parts.map(|part| if on_postgres { lexemes(part).into() } else { part.as_str().into() });
        rows.add([(*id).into()].into_iter().chain(parts));
    }
    rows.write(tx, || "writing what cases are found by".to_owned()).await
}

pub(super) async fn clear(tx: &mut AnyConnection) -> Result<(), StoreError> {
    let all = if Dialect::is_postgres(tx) {
        "DELETE FROM found_cases"
    } else {
        "INSERT INTO found_cases (found_cases) VALUES ('delete-all')"
    };
    query(all).execute(tx).await.doing(|| "emptying the index".to_owned()).map(drop)
}

/// Takes out of the file what was written over: until then the index passes over it.
pub(super) async fn compact(tx: &mut AnyConnection) -> Result<(), StoreError> {
    if Dialect::is_postgres(tx) {
        // There it goes with the next vacuum, which no transaction can ask for.
        return Ok(());
    }
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
    newest_of(Dialect::is_postgres(reader), &mut statement, question, None, max);
    statement.push(") AS newest");
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
    newest_of(Dialect::is_postgres(reader), &mut statement, question, None, max);
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
    newest_of(Dialect::is_postgres(reader), &mut statement, question, Some((word, place)), max);
    let rows = statement.fetch_all(reader, || "finding where a word stands".to_owned()).await?;
    rows.iter().map(found).collect()
}

fn found(row: &AnyRow) -> Result<CaseId, StoreError> {
    row.case("case_id").damaged(|| "the key of a case that was found".to_owned())
}

/// `also` is a word that has to stand in one place.
fn newest_of(
    on_postgres: bool,
    statement: &mut Statement,
    question: &Question,
    also: Option<(&[Phrase], Place)>,
    max: i64,
) {
    let key = if on_postgres {
        statement.push("SELECT case_id FROM found_cases WHERE ").push(match question.texts {
            // As the indexes are made, or they would not be used.
            Texts::Asked => "(subject || system || request)",
            Texts::Shared => "(codes || subject || system || request || shared)",
            Texts::Office => "(codes || subject || system || request || shared || office)",
        });
        statement.push(" @@ CAST(").text(&all_of(question)).push(" AS tsquery)");
        for facet in &question.facets {
            statement.push(" AND facets @@ CAST(").text(&lexeme(facet)).push(" AS tsquery)");
        }
        if let Some((word, place)) = also {
            statement.push(" AND ").push(place.column());
            statement.push(" @@ CAST(").text(&one_of_lexemes(word)).push(" AS tsquery)");
        }
        "case_id"
    } else {
        let mut expression = expression(question);
        if let Some((word, place)) = also {
            let _infallible = write!(expression, " AND {} : {}", place.column(), one_of(word));
        }
        statement.push("SELECT rowid AS case_id FROM found_cases WHERE found_cases MATCH ").text(&expression);
        "rowid"
    };
    statement.push(" AND ").push(key).push(" BETWEEN ").int(question.from.0).push(" AND ").int(question.to.0);
    statement.push(" ORDER BY ").push(key).push(" DESC LIMIT ").int(max);
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

/// The same in the language of PostgreSQL.
fn all_of(question: &Question) -> String {
    question.all_of.iter().map(|word| one_of_lexemes(word)).collect::<Vec<_>>().join(" & ")
}

fn one_of_lexemes(phrases: &[Phrase]) -> String {
    let phrases = phrases.iter().map(|phrase| {
        let stems: Vec<String> = phrase.iter().map(|stem| lexeme(stem)).collect();
        format!("({})", stems.join(" <-> "))
    });
    format!("({})", phrases.collect::<Vec<_>>().join(" | "))
}

/// Stems parted by blanks, as PostgreSQL writes a tsvector: each with where it stands. The first stands at 2,
/// so that no phrase goes from the end of one part to the beginning of the next.
fn lexemes(part: &str) -> String {
    let mut places: BTreeMap<&str, String> = BTreeMap::new();
    for (place, stem) in
        (2_usize..).zip(part.split(' ').filter(|stem| !stem.is_empty())).take(WORDS_OF_A_PART_MAX)
    {
        let places = places.entry(stem).or_default();
        let _infallible = write!(places, "{}{place}", if places.is_empty() { "" } else { "," });
    }
    let lexemes: Vec<String> =
        places.into_iter().map(|(stem, places)| format!("{}:{places}", lexeme(stem))).collect();
    lexemes.join(" ")
}

/// A stem, quoted. It is letters and digits alone.
fn lexeme(stem: &str) -> String {
    format!("'{stem}'")
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
