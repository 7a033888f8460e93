//! Finding cases by whatever was written in them: ranked, with the place where it stands, for whoever may
//! read it. What only the office may read lies in a column of its own, so that it neither finds anything
//! for a requester nor moves anything up.
//!
//! A word finds every word of the same root; the last one also those that go on from it. Where a word is
//! found nowhere, the nearest that somebody did write is looked for instead.

mod entry;
mod excerpt;
mod index;
mod similar;
mod vocabulary;
mod words;

pub use excerpt::Fragment;
pub use similar::Similar;

pub(crate) use entry::Entry;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::mem;

use sop::case::{Audience, Case, CaseNo, UnitCode, WrittenKind, written};
use sop::definition::EndId;
use sqlx::AnyConnection;

use crate::error::Context as _;
use crate::projection::sop_of;
use crate::search::names_of;
use crate::sql::CaseId;
use crate::{CaseRow, PAGE_ROWS_MAX, Scope, Store, StoreError, log};
use entry::facet;
use excerpt::Marker;
use index::{Phrase, Place, Question, Texts};
use words::{slips_max, stem, words};

/// So many of the cases that have what is looked for are ranked, the newest.
pub const RANKED_CASES_MAX: u32 = 1_000;
/// How much each place weighs in which a word stands, the heaviest first; what only the office may read
/// weighs nothing.
const PLACES: [(Place, u32); 5] =
    [(Place::Codes, 10), (Place::Subject, 8), (Place::System, 6), (Place::Request, 3), (Place::Shared, 1)];
/// The most words that are looked for.
const WORDS_MAX: usize = 12;
/// From so many letters on, the last word is also taken for the beginning of one.
const BEGINNING_CHARS_MIN: usize = 2;
/// How far is counted which of two words was more likely meant.
const MEANT_CASES_MAX: i64 = 200;
/// The most places that are shown of a case.
const EXCERPTS_MAX: usize = 3;

/// What is looked for. Anything may be typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Words, all of which have to be there.
    pub text: String,
    /// The words as they were typed and no others: neither such as go on from the last, nor such as may have
    /// been meant.
    pub exact: bool,
    /// Cases registered in this year.
    pub year: Option<i16>,
    pub unit: Option<UnitCode>,
    pub state: Option<FoundState>,
}

/// How the cases stand that are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundState {
    Running,
    Suspended,
    Ended(EndId),
}

/// A page of what was found, the best first; what is equally good, the highest number first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// The text for which these are the cases, where for the text that was typed there are none.
    pub instead: Option<String>,
    /// There are more, older cases than the [`RANKED_CASES_MAX`] that were ranked.
    pub newest_only: bool,
    /// What to pass as `after` for the next page; none on the last. Safe in an address.
    pub next: Option<String>,
}

/// A case that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub case: CaseRow,
    /// Empty if it was erased.
    pub subject: Vec<Fragment>,
    /// Where it was found beside the subject, the place with most of the words first. Empty where it was
    /// found by its number or unit.
    pub excerpts: Vec<Excerpt>,
}

/// A place where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub kind: WrittenKind,
    /// Whether the requester may not read it.
    pub office_only: bool,
    pub text: Vec<Fragment>,
}

/// Makes cases findable by all that was written in them, instead of what they were findable by before.
pub(crate) async fn write(tx: &mut AnyConnection, entries: Vec<(CaseId, Entry)>) -> Result<(), StoreError> {
    let units = entries.iter().filter_map(|(_, entry)| entry.unit.clone()).collect();
    let names = names_of(tx, units).await?;
    let named = entries.into_iter().map(|(id, entry)| {
        let name = entry.unit.as_ref().and_then(|unit| names.get(unit)).map(String::as_str);
        (id, entry.with_unit_name(name.unwrap_or_default()))
    });
    let mut named: Vec<(CaseId, Entry)> = named.collect();
    index::write(tx, &named).await?;
    let words = named.iter_mut().flat_map(|(_, entry)| mem::take(&mut entry.words)).collect();
    vocabulary::add(tx, &words).await
}

/// Makes a destroyed case findable by its number alone. Words go that no other case is known to have; one
/// that goes and was needed comes back with the next text that has it.
pub(crate) async fn forget(
    tx: &mut AnyConnection,
    id: CaseId,
    before: &Entry,
    after: Entry,
) -> Result<(), StoreError> {
    let left = after.words.clone();
    write(tx, vec![(id, after)]).await?;
    for word in before.words.difference(&left) {
        // The index knows stems. Of a word that is none it cannot tell whether another case has it.
        let others = match stem(word) {
            stem if stem == *word => {
                let everywhere = everywhere(Texts::Office, vec![vec![vec![stem]]]);
                index::count(tx, &everywhere, 1).await?
            }
            _ => 0,
        };
        if others == 0 {
            vocabulary::forget(tx, word).await?;
        }
    }
    Ok(())
}

/// Takes what was forgotten out of the file as well. It takes as long as the index is large.
pub(crate) async fn compact(tx: &mut AnyConnection) -> Result<(), StoreError> {
    index::compact(tx).await
}

/// Makes no case findable any more.
pub(crate) async fn clear(tx: &mut AnyConnection) -> Result<(), StoreError> {
    index::clear(tx).await?;
    vocabulary::clear(tx).await
}

impl Store {
    /// One page of the cases in scope that have all the words. `after` is the `next` of the page before.
    pub async fn search(
        &self,
        scope: &Scope,
        search: &Search,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Found, StoreError> {
        let limit = limit.clamp(1, PAGE_ROWS_MAX) as usize;
        let place = after.map(|after| read_place(after).ok_or_else(|| no_place(after))).transpose()?;
        let Some(mut question) = question(scope, search) else { return Ok(Found::default()) };
        let asked = asked(&search.text);
        if asked.is_empty() {
            return Ok(Found::default());
        }
        if let Some((newest, _)) = place {
            // What came in since the first page would move everything on.
            question.to = question.to.min(newest);
        }
        let mut reader = self.readers.acquire().await.doing(|| "beginning to search".to_owned())?;
        question.all_of = alternatives(&mut reader, &asked, search.exact).await?;
        let mut ranked = rank(&mut reader, &question).await?;
        let mut instead = None;
        if ranked.is_empty() && !search.exact {
            let (meant, changed) = meant(&mut reader, &question, asked).await?;
            if changed {
                question.all_of = alternatives(&mut reader, &meant, false).await?;
                ranked = rank(&mut reader, &question).await?;
                let typed: Vec<String> = meant.into_iter().map(|word| word.typed).collect();
                instead = (!ranked.is_empty()).then(|| typed.join(" "));
            }
        }
        drop(reader);

        let newest = ranked.iter().map(|(id, _)| *id).max();
        let newest_only = ranked.len() >= RANKED_CASES_MAX as usize;
        // A number that was typed in full is looked for, so its case stands before those that mention it.
        let typed = CaseId::parse(&CaseNo::new(search.text.trim()));
        ranked.sort_by_key(|(id, score)| (Some(*id) != typed, Reverse(*score), Reverse(*id)));
        let from = match (place, after) {
            (Some((_, last)), Some(after)) => {
                1 + ranked.iter().position(|(id, _)| *id == last).ok_or_else(|| no_place(after))?
            }
            _ => 0,
        };
        let more = ranked.len() > from + limit;
        let page: Vec<CaseId> = ranked.into_iter().skip(from).take(limit).map(|(id, _)| id).collect();
        let next = newest.zip(page.last()).filter(|_| more);
        let next = next.map(|(newest, last)| format!("g.{}.{}", newest.0, last.0));
        let hits = self.hits(&page, &question).await?;
        Ok(Found { hits, instead, newest_only, next })
    }

    async fn hits(&self, ids: &[CaseId], question: &Question) -> Result<Vec<Hit>, StoreError> {
        let mut rows = self.rows_of(ids).await?;
        let marker = Marker::new(&question.all_of);
        let mut reader =
            self.readers.acquire().await.doing(|| "beginning to read what was found".to_owned())?;
        let mut hits = Vec::new();
        for id in ids {
            let Some(row) = rows.remove(id) else { continue };
            let history = log::read_history(&mut reader, *id).await?.events;
            let case = log::replay(*id, &history)?;
            let mut excerpts = Vec::new();
            for text in written(sop_of(&case)?, &case, &history) {
                let office_only = text.audience == Audience::Office;
                if (office_only && question.texts != Texts::Office) || text.text == row.subject {
                    continue;
                }
                let marks = marker.marks(&text.text);
                let found = marks.found().len();
                if found > 0 {
                    let excerpt = Excerpt { kind: text.kind, office_only, text: marks.part(&text.text) };
                    excerpts.push((found, excerpt));
                }
            }
            excerpts.sort_by_key(|(found, _)| Reverse(*found));
            let mut shown: Vec<Excerpt> = Vec::new();
            for (_, excerpt) in excerpts {
                // A letter is drafted, corrected and signed with the same words.
                if shown.len() < EXCERPTS_MAX && !shown.iter().any(|other| other.text == excerpt.text) {
                    shown.push(excerpt);
                }
            }
            let subject = marker.marks(&row.subject).whole(&row.subject);
            hits.push(Hit { case: row, subject, excerpts: shown });
        }
        Ok(hits)
    }
}

/// A word as it was typed, with those of which it is made: a number or code may have several.
#[derive(Clone, Debug)]
struct Asked {
    typed: String,
    words: Vec<String>,
}

fn asked(text: &str) -> Vec<Asked> {
    let asked = text.split_whitespace().map(|typed| Asked {
        typed: typed.to_owned(),
        words: words(typed).into_iter().map(|word| word.word).collect(),
    });
    asked.filter(|asked| !asked.words.is_empty()).take(WORDS_MAX).collect()
}

/// What is asked of the index beside the words; none if nothing can be found.
fn question(scope: &Scope, search: &Search) -> Option<Question> {
    let mut facets = Vec::new();
    let texts = match scope {
        Scope::All => Texts::Office,
        Scope::Requester(person) => {
            facets.push(facet::requester(person));
            Texts::Shared
        }
        Scope::Nothing => return None,
    };
    facets.extend(search.unit.as_ref().map(facet::unit));
    facets.extend(search.state.as_ref().map(|state| match state {
        FoundState::Running => facet::RUNNING.to_owned(),
        FoundState::Suspended => facet::SUSPENDED.to_owned(),
        FoundState::Ended(end) => facet::ended(end),
    }));
    let (from, to) = match search.year {
        Some(year) => (CaseId::new(year, 1)?, CaseId::last_of_year(year)),
        None => (CaseId(0), CaseId(i64::MAX)),
    };
    Some(Question { texts, all_of: Vec::new(), facets, from, to })
}

/// A question about words among all cases.
fn everywhere(texts: Texts, all_of: Vec<Vec<Phrase>>) -> Question {
    Question { texts, all_of, facets: Vec::new(), from: CaseId(0), to: CaseId(i64::MAX) }
}

/// For each word the phrases of which one has to be there.
async fn alternatives(
    reader: &mut AnyConnection,
    asked: &[Asked],
    exact: bool,
) -> Result<Vec<Vec<Phrase>>, StoreError> {
    let mut all_of = Vec::new();
    for (n, Asked { words, .. }) in asked.iter().enumerate() {
        let as_typed: Phrase = words.iter().map(|word| stem(word)).collect();
        let mut phrases = vec![as_typed.clone()];
        let is_last = n + 1 == asked.len();
        let begun = words.last().filter(|word| word.chars().count() >= BEGINNING_CHARS_MIN);
        if let Some(begun) = begun.filter(|_| is_last && !exact) {
            for word in vocabulary::beginning_with(reader, begun).await? {
                let mut phrase = as_typed.clone();
                phrase.pop();
                phrase.push(stem(&word));
                if !phrases.contains(&phrase) {
                    phrases.push(phrase);
                }
            }
        }
        all_of.push(phrases);
    }
    Ok(all_of)
}

/// The newest cases that answer, each with how much the places weigh in which it has the words: what a case
/// is about tells more than what was said on its way.
///
/// It is not BM25. That asks how many cases have a word, which takes as long as there are such; and FTS5
/// counts each time that a row was written, so that the rank would depend on how the index came about.
async fn rank(reader: &mut AnyConnection, question: &Question) -> Result<Vec<(CaseId, u32)>, StoreError> {
    let max = i64::from(RANKED_CASES_MAX);
    let newest = index::newest(reader, question, max).await?;
    let (Some(first), Some(last)) = (newest.first(), newest.last()) else { return Ok(Vec::new()) };
    let mut weights: BTreeMap<CaseId, u32> = newest.iter().map(|id| (*id, 0)).collect();
    if newest.len() > 1 {
        let within = Question { from: *last, to: *first, ..question.clone() };
        for word in &question.all_of {
            let mut best: BTreeMap<CaseId, u32> = BTreeMap::new();
            for (place, weight) in PLACES {
                for id in index::newest_with(reader, &within, word, place, max).await? {
                    best.entry(id).or_insert(weight);
                }
            }
            for (id, weight) in best {
                *weights.entry(id).or_default() += weight;
            }
        }
    }
    Ok(newest.into_iter().map(|id| (id, weights.remove(&id).unwrap_or_default())).collect())
}

/// The words that may have been meant, each in the place of one that is found nowhere in the scope, and
/// whether there is one. What is not in the scope is not told either: a word is only proposed if it finds
/// something there.
async fn meant(
    reader: &mut AnyConnection,
    question: &Question,
    asked: Vec<Asked>,
) -> Result<(Vec<Asked>, bool), StoreError> {
    let mut meant = Vec::new();
    let mut changed = false;
    for word in asked {
        let alone = |word: &str| Question { all_of: vec![vec![vec![stem(word)]]], ..question.clone() };
        let [single] = word.words.as_slice() else {
            meant.push(word);
            continue;
        };
        if slips_max(single) == 0 || index::count(reader, &alone(single), 1).await? > 0 {
            meant.push(word);
            continue;
        }
        let mut best: Option<(usize, i64, String)> = None;
        for (slips, known) in vocabulary::near(reader, single).await? {
            if best.as_ref().is_some_and(|(least, ..)| *least < slips) {
                break;
            }
            let cases = index::count(reader, &alone(&known), MEANT_CASES_MAX).await?;
            if cases > best.as_ref().map_or(0, |(_, cases, _)| *cases) {
                best = Some((slips, cases, known));
            }
        }
        changed |= best.is_some();
        meant.push(match best {
            Some((.., known)) => Asked { typed: known.clone(), words: vec![known] },
            None => word,
        });
    }
    Ok((meant, changed))
}

/// Reads a place: the newest case of the first page, and the last that was shown.
fn read_place(after: &str) -> Option<(CaseId, CaseId)> {
    let (newest, last) = after.strip_prefix("g.")?.split_once('.')?;
    Some((CaseId(newest.parse().ok()?), CaseId(last.parse().ok()?)))
}

fn no_place(after: &str) -> StoreError {
    StoreError::Cursor { cursor: after.to_owned() }
}

/// What a case is found by, from its history as it is stored.
pub(crate) async fn entry_of(tx: &mut AnyConnection, id: CaseId) -> Result<Entry, StoreError> {
    let history = log::read_history(tx, id).await?.events;
    let case: Case = log::replay(id, &history)?;
    Entry::of(id, &case, &history)
}
