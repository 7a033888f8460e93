//! Earlier cases like one: by the words of the request that tell it from others, and by what it concerns.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use sop::case::{Case, text_key};
use sqlx::{AnyConnection, query_scalar};

use super::everywhere;
use super::index::{self, Phrase, Texts};
use super::words::{stem, words};
use crate::error::{Cause, Context as _};
use crate::projection::sop_of;
use crate::sql::{CaseId, Columns as _, Statement};
use crate::{CaseRow, Scope, Store, StoreError, log};

/// An earlier case like another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Similar {
    pub case: CaseRow,
    /// Whether it concerns the same system or device, by its name.
    pub same_system: bool,
    /// What was wrong, as the office found it.
    pub wrong: Option<String>,
    /// What mended it, or helped instead.
    pub mended: Option<String>,
}

/// How many are shown at most.
const SIMILAR_MAX: usize = 5;
/// By so many words a case is compared, those that tell it best from others.
const TELLING_WORDS: usize = 6;
/// A word that more cases have than this tells nothing.
const TELLING_CASES_MAX: i64 = 20_000;
/// So many cases with at least two of the words are compared, the newest.
const COMPARED_CASES_MAX: i64 = 200;
/// Of what the words of a case tell, so large a part has to be told by the other as well, in hundredths;
const ALIKE_MIN: f64 = 40.0;
/// and where it concerns the same system, so much.
const ALIKE_MIN_SAME_SYSTEM: f64 = 15.0;
/// Shorter words are mostly of the grammar.
const WORD_CHARS_MIN: usize = 3;

impl Store {
    /// Earlier cases in scope that are like one, the most alike first. Rather none than some that are not;
    /// for whoever reads their own requests alone, none.
    pub async fn similar(&self, scope: &Scope, case: &Case) -> Result<Vec<Similar>, StoreError> {
        let Some(id) = CaseId::parse(&case.number).filter(|_| *scope == Scope::All) else {
            return Ok(Vec::new());
        };
        let sop = sop_of(case)?;
        let description = case.request.form.text(&sop.form.description).unwrap_or_default();
        let system = stems(case.concerns(sop).unwrap_or_default());
        let mut reader =
            self.readers.acquire().await.doing(|| "beginning to look for similar cases".to_owned())?;
        let said = format!("{} {description}", case.request.subject);
        let telling = telling(&mut reader, &said).await?;
        let candidates = candidates(&mut reader, id, &telling, &system).await?;
        let whole: f64 = telling.iter().map(|(_, weight)| weight).sum();
        let mut alike = Vec::new();
        for (candidate, asked) in requests(&mut reader, case, &candidates).await? {
            let said = stems(&asked.said).into_iter().collect::<BTreeSet<_>>();
            let shared: Vec<f64> =
                telling.iter().filter(|(word, _)| said.contains(word)).map(|(_, weight)| *weight).collect();
            let hundredths = 100.0 * shared.iter().sum::<f64>() / whole.max(f64::MIN_POSITIVE);
            let same_system = !system.is_empty() && stems(&asked.system) == system;
            let is_alike = if same_system {
                !shared.is_empty() && hundredths >= ALIKE_MIN_SAME_SYSTEM
            } else {
                shared.len() >= 2 && hundredths >= ALIKE_MIN
            };
            if is_alike {
                // The same system is worth as much as it lowers the floor.
                let bonus = if same_system { ALIKE_MIN - ALIKE_MIN_SAME_SYSTEM } else { 0.0 };
                alike.push((Reverse((hundredths + bonus).round() as u64), Reverse(candidate), same_system));
            }
        }
        alike.sort();
        alike.truncate(SIMILAR_MAX);
        let mut lessons = HashMap::new();
        for (_, Reverse(id), _) in &alike {
            let case = log::replay(*id, &log::read_history(&mut reader, *id).await?.events)?;
            let lesson = case.lesson(sop_of(&case)?);
            lessons.insert(*id, (lesson.wrong.map(ToOwned::to_owned), lesson.mended.map(ToOwned::to_owned)));
        }
        drop(reader);
        let ids: Vec<CaseId> = alike.iter().map(|(_, Reverse(id), _)| *id).collect();
        let mut rows = self.rows_of(&ids).await?;
        let similar = alike.into_iter().filter_map(|(_, Reverse(id), same_system)| {
            let (wrong, mended) = lessons.remove(&id)?;
            Some(Similar { case: rows.remove(&id)?, same_system, wrong, mended })
        });
        Ok(similar.collect())
    }
}

fn stems(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| stem(&word.word)).collect()
}

/// The words of a request that tell it best from others, each with how much it tells: the fewer cases have
/// a word, the more (inverse document frequency, as BM25 weighs it).
async fn telling(reader: &mut AnyConnection, said: &str) -> Result<Vec<(String, f64)>, StoreError> {
    let all = cases(reader).await? as f64;
    let mut telling = Vec::new();
    let words: BTreeSet<String> = stems(said).into_iter().collect();
    for word in words.into_iter().filter(|word| word.chars().count() >= WORD_CHARS_MIN) {
        let question = everywhere(Texts::Asked, vec![vec![vec![word.clone()]]]);
        let with = index::count(reader, &question, TELLING_CASES_MAX + 1).await?;
        // A word that only this case has cannot be shared.
        if (2..=TELLING_CASES_MAX).contains(&with) {
            let with = with as f64;
            telling.push((word, (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln()));
        }
    }
    telling.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    telling.truncate(TELLING_WORDS);
    Ok(telling)
}

/// How many cases there are, as their numbers tell, which run without gaps.
async fn cases(reader: &mut AnyConnection) -> Result<i64, StoreError> {
    let sum = "SELECT CAST(COALESCE(SUM(last), 0) AS BIGINT) FROM numbers WHERE series = 'case'";
    query_scalar(sum).fetch_one(reader).await.doing(|| "counting the cases".to_owned())
}

/// The newest cases before one that have at least two of its words, or concern the same and have one.
async fn candidates(
    reader: &mut AnyConnection,
    before: CaseId,
    telling: &[(String, f64)],
    system: &[String],
) -> Result<BTreeSet<CaseId>, StoreError> {
    let mut found = BTreeSet::new();
    let one_of = |words: &[(String, f64)]| -> Vec<Phrase> {
        words.iter().map(|(word, _)| vec![word.clone()]).collect()
    };
    let mut questions = Vec::new();
    // Two of them: one, and one of those after it.
    for (n, (word, _)) in telling.iter().enumerate() {
        let rest = &telling[n + 1..];
        if !rest.is_empty() {
            questions.push(vec![vec![vec![word.clone()]], one_of(rest)]);
        }
    }
    if !system.is_empty() && !telling.is_empty() {
        questions.push(vec![vec![system.to_vec()], one_of(telling)]);
    }
    for all_of in questions {
        let mut question = everywhere(Texts::Asked, all_of);
        question.to = CaseId(before.0 - 1);
        found.extend(index::newest(reader, &question, COMPARED_CASES_MAX).await?);
    }
    while found.len() > COMPARED_CASES_MAX as usize {
        found.pop_first();
    }
    Ok(found)
}

/// What a request says.
#[derive(Debug, Default)]
struct Asked {
    said: String,
    system: String,
}

async fn requests(
    reader: &mut AnyConnection,
    like: &Case,
    ids: &BTreeSet<CaseId>,
) -> Result<HashMap<CaseId, Asked>, StoreError> {
    let mut requests: HashMap<CaseId, Asked> = HashMap::new();
    if ids.is_empty() {
        return Ok(requests);
    }
    let form = &sop_of(like)?.form;
    let said = [text_key::SUBJECT, form.description.as_str()];
    let systems: Vec<&str> = form.lines().map(|field| field.id.as_str()).collect();
    let mut statement =
        Statement::new("SELECT case_id, key, text FROM event_texts WHERE seq = 1 AND key IN ");
    statement.texts(said.into_iter().chain(systems.iter().copied()));
    statement.push(" AND case_id IN ").ints(ids.iter().map(|id| id.0));
    for row in statement.fetch_all(reader, || "reading requests".to_owned()).await? {
        let read = || -> Result<_, Cause> { Ok((row.case("case_id")?, row.text("key")?, row.text("text")?)) };
        let (id, key, text) = read().damaged(|| "a text of a request".to_owned())?;
        let asked = requests.entry(id).or_default();
        let part = if systems.contains(&key.as_str()) { &mut asked.system } else { &mut asked.said };
        part.push(' ');
        part.push_str(&text);
    }
    Ok(requests)
}
