//! The log of events, which is what is true about a case.

use std::collections::BTreeMap;
use std::mem;

use jiff::{SignedDuration, Timestamp};
use sop::case::{Case, CaseNo, EventHash, NewEvent, PersonId, Recorded, Refusal, Version};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::chain::{self, ALGORITHM, Link};
use crate::connection::{Dialect, Writes};
use crate::error::{Cause, Context};
use crate::projection::{self, Projection};
use crate::rows::{Rows, Table};
use crate::sql::{CaseId, Columns as _, int, micros};
use crate::{
    AppendError, RegisterError, Scope, Store, StoreError, destruction, finding, letters, outbox, search,
};

/// A case and how it came to be so.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile {
    pub case: Case,
    /// Every event, oldest first.
    pub history: Vec<Recorded>,
    /// The hash of the last event, which stands for the whole history.
    pub head: EventHash,
}

/// The events of one case, and the hash of the last.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) events: Vec<Recorded>,
    pub(crate) head: EventHash,
}

impl History {
    fn empty() -> Self {
        Self { events: Vec::new(), head: EventHash::new("") }
    }
}

/// Under which key a program registers a request, so that it may ask again when the answer was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationKey {
    pub person: PersonId,
    /// As the program chose it.
    pub key: String,
    /// The SHA-256 of what is asked.
    pub request_hash: [u8; 32],
    pub at: Timestamp,
}

/// How often something is stored anew that was undone for the sake of others, or for want of a connection.
const TRIES_MAX: u32 = 5;

/// For how long a key is remembered.
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Store {
    /// Takes a request in. The numbers are taken in the transaction that stores the case: if it is
    /// refused, or cannot be stored, they are not used.
    pub async fn register<F>(&self, year: i16, decide: F) -> Result<CaseFile, RegisterError>
    where
        F: Fn(CaseNo, u32) -> Result<Vec<NewEvent>, Refusal> + Send + Sync,
    {
        self.register_once(year, None, decide).await
    }

    /// The same under a key, if there is one: where it was used before, nothing is taken in, and the
    /// case that was registered then comes back as it is now.
    pub async fn register_once<F>(
        &self,
        year: i16,
        key: Option<&RegistrationKey>,
        decide: F,
    ) -> Result<CaseFile, RegisterError>
    where
        F: Fn(CaseNo, u32) -> Result<Vec<NewEvent>, Refusal> + Send + Sync,
    {
        let mut tries = 1;
        loop {
            match self.try_to_register(year, key, &decide).await {
                Err(RegisterError::Store(error)) if error.may_pass() && tries < TRIES_MAX => tries += 1,
                done => return done,
            }
        }
    }

    async fn try_to_register<F>(
        &self,
        year: i16,
        key: Option<&RegistrationKey>,
        decide: &F,
    ) -> Result<CaseFile, RegisterError>
    where
        F: Fn(CaseNo, u32) -> Result<Vec<NewEvent>, Refusal> + Send + Sync,
    {
        let mut tx = self.write_to(Writes::NewCase, "beginning to register a request").await?;
        if let Some(key) = key
            && let Some(id) = registered(&mut tx, key).await?
        {
            let History { events: history, head } = read_history(&mut tx, id).await?;
            return Ok(CaseFile { case: replay(id, &history)?, history, head });
        }
        let number = take_number(&mut tx, "case", year).await?;
        let agenda = take_number(&mut tx, "agenda", year).await?;
        let id = CaseId::new(year, number).ok_or(StoreError::Year { year })?;
        let agenda = u32::try_from(agenda).damaged(|| format!("the agenda number of {year}"))?;
        let events = match decide(id.no(), agenda) {
            Ok(events) => events,
            Err(refusal) => {
                return Err(RegisterError::Refused(refusal));
            }
        };
        let history = recorded(0, events);
        let case = replay(id, &history)?;
        let head = write_events(&mut tx, id, &history, EventHash::new("")).await?;
        projection::write(&mut tx, &[(&Projection::of(id, &case)?, None)]).await?;
        search::write(&mut tx, &[(id, &case)]).await?;
        finding::write(&mut tx, vec![(id, finding::Entry::of(id, &case, &history)?)]).await?;
        outbox::write(&mut tx, id, &history).await?;
        if let Some(key) = key {
            remember(&mut tx, key, id).await?;
        }
        self.announce(&mut tx, &case).await?;
        tx.commit().await.doing(|| format!("registering case {id}"))?;
        Ok(CaseFile { case, history, head })
    }

    /// Adds what was decided on `case`, all of it or nothing.
    pub async fn append(&self, case: &Case, events: Vec<NewEvent>) -> Result<CaseFile, AppendError> {
        let mut tries = 1;
        loop {
            match self.try_to_append(case, events.clone()).await {
                Err(AppendError::Store(error)) if error.may_pass() && tries < TRIES_MAX => tries += 1,
                Err(AppendError::Store(error)) if error.came_second() => return Err(AppendError::Conflict),
                done => return done,
            }
        }
    }

    async fn try_to_append(&self, case: &Case, events: Vec<NewEvent>) -> Result<CaseFile, AppendError> {
        let id = CaseId::parse(&case.number)
            .ok_or("no case can have this number")
            .damaged(|| format!("the number {}", case.number))?;
        let mut tx = self.write_to(Writes::Case(id), "beginning to write to a case").await?;
        destruction::refuse_destroyed(&mut tx, id).await?;
        let History { events: mut history, head } = read_history(&mut tx, id).await?;
        let before = replay(id, &history)?;
        if events.is_empty() {
            return Ok(CaseFile { case: before, history, head });
        }
        if before.version != case.version {
            return Err(AppendError::Conflict);
        }
        let new = recorded(before.version, events);
        letters::take_numbers(&mut tx, &new).await?;
        let stored = Projection::of(id, &before)?;
        let was_found_by = finding::Entry::of(id, &before, &history)?;
        let case = new.iter().fold(before, Case::evolve);
        let head = write_events(&mut tx, id, &new, head).await?;
        projection::write(&mut tx, &[(&Projection::of(id, &case)?, Some(&stored))]).await?;
        outbox::write(&mut tx, id, &new).await?;
        history.extend(new);
        let is_found_by = finding::Entry::of(id, &case, &history)?;
        if is_found_by != was_found_by {
            finding::write(&mut tx, vec![(id, is_found_by)]).await?;
        }
        self.announce(&mut tx, &case).await?;
        tx.commit().await.doing(|| format!("adding to case {id}"))?;
        Ok(CaseFile { case, history, head })
    }

    /// A case by its number; none if it is absent or out of scope, which look alike.
    ///
    /// # Errors
    /// [`StoreError::Destroyed`] if nothing but its events is left.
    pub async fn case_file(&self, scope: &Scope, no: &CaseNo) -> Result<Option<CaseFile>, StoreError> {
        let Some(id) = CaseId::parse(no) else { return Ok(None) };
        let mut reader = self.readers.acquire().await.doing(|| format!("beginning to read case {id}"))?;
        // A foreign case has to take as long as an absent one, so that its events are not touched.
        match scope {
            Scope::All => {}
            Scope::Requester(person) if is_requester(&mut reader, id, person).await? => {}
            Scope::Requester(_) | Scope::Nothing => return Ok(None),
        }
        destruction::refuse_destroyed(&mut reader, id).await?;
        let History { events: history, head } = read_history(&mut reader, id).await?;
        if history.is_empty() {
            return Ok(None);
        }
        let case = replay(id, &history)?;
        Ok(Some(CaseFile { case, history, head }))
    }
}

/// The case that was registered under a key.
async fn registered(tx: &mut AnyConnection, key: &RegistrationKey) -> Result<Option<CaseId>, RegisterError> {
    let doing = || "looking for a key of registration".to_owned();
    query("DELETE FROM registration_keys WHERE at < $1")
        .bind(micros(key.at - KEYS_KEPT))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
    let row = query("SELECT request_hash, case_id FROM registration_keys WHERE person = $1 AND key = $2")
        .bind(key.person.as_str())
        .bind(key.key.as_str())
        .fetch_optional(tx)
        .await
        .doing(doing)?;
    let Some(row) = row else { return Ok(None) };
    let read = || -> Result<_, Cause> { Ok((row.text("request_hash")?, row.case("case_id")?)) };
    let (request_hash, id) = read().damaged(|| "a key of registration".to_owned())?;
    if request_hash == hex::encode(key.request_hash) { Ok(Some(id)) } else { Err(RegisterError::KeyUsed) }
}

async fn remember(tx: &mut AnyConnection, key: &RegistrationKey, id: CaseId) -> Result<(), StoreError> {
    query(
        "INSERT INTO registration_keys (person, key, request_hash, case_id, at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(key.person.as_str())
    .bind(key.key.as_str())
    .bind(hex::encode(key.request_hash))
    .bind(id.0)
    .bind(micros(key.at))
    .execute(tx)
    .await
    .doing(|| format!("remembering under which key case {id} was registered"))?;
    Ok(())
}

/// Whether a person asked for what a case is about. The case's row says so, which is written with
/// its events; who asked never changes.
async fn is_requester(
    connection: &mut AnyConnection,
    id: CaseId,
    person: &PersonId,
) -> Result<bool, StoreError> {
    let row = query("SELECT 1 FROM cases WHERE case_id = $1 AND requester = $2")
        .bind(id.0)
        .bind(person.as_str())
        .fetch_optional(connection)
        .await
        .doing(|| format!("looking who asked for case {id}"))?;
    Ok(row.is_some())
}

/// Takes the next number of a series. Whoever takes one after us waits until we are done.
pub(crate) async fn take_number(tx: &mut AnyConnection, series: &str, year: i16) -> Result<i64, StoreError> {
    let row = query(
        "INSERT INTO numbers (series, year, last) VALUES ($1, $2, 1) \
         ON CONFLICT (series, year) DO UPDATE SET last = numbers.last + 1 RETURNING last",
    )
    .bind(series)
    .bind(i64::from(year))
    .fetch_one(tx)
    .await
    .doing(|| format!("taking the next {series} number of {year}"))?;
    row.int("last").damaged(|| format!("the last {series} number of {year}"))
}

/// Numbers events from the one after `version` on.
fn recorded(version: Version, events: Vec<NewEvent>) -> Vec<Recorded> {
    (version + 1..).zip(events).map(|(seq, event)| event.recorded(seq)).collect()
}

pub(crate) fn replay(id: CaseId, history: &[Recorded]) -> Result<Case, StoreError> {
    Case::replay(history)
        .filter(|case| case.number == id.no())
        .ok_or("its history does not begin with its own registration")
        .damaged(|| format!("case {id}"))
}

/// Events of one case or many, with their texts, that are about to be written.
#[derive(Debug)]
pub(crate) struct EventRows {
    events: Rows,
    texts: Rows,
}

impl EventRows {
    pub(crate) fn new() -> Self {
        let events = Table {
            insert: "INSERT INTO events (case_id, seq, skeleton, commitments, algorithm, previous, hash)",
            row: "(?, ?, ?, ?, ?, ?, ?)",
            otherwise: "",
        };
        let texts = Table {
            insert: "INSERT INTO event_texts (case_id, seq, key, text, salt)",
            row: "(?, ?, ?, ?, ?)",
            otherwise: "",
        };
        Self { events: Rows::of(events), texts: Rows::of(texts) }
    }

    /// Adds events after the one whose hash is `head`, each with the hash of the one before it. Returns the
    /// hash of the last.
    pub(crate) fn add(
        &mut self,
        id: CaseId,
        events: &[Recorded],
        mut head: EventHash,
    ) -> Result<EventHash, StoreError> {
        for recorded in events {
            let seq = int(recorded.seq);
            let mut skeleton = recorded.clone();
            let texts = mem::take(&mut skeleton.texts);
            let skeleton =
                serde_json::to_string(&skeleton).doing(|| format!("writing event {seq} of case {id}"))?;
            let (salts, commitments) = chain::commit(&texts)?;
            let link = Link {
                case: id,
                seq: recorded.seq,
                previous: &head,
                skeleton: &skeleton,
                commitments: &commitments,
            };
            let hash = link.hash();
            self.events.add([
                id.into(),
                seq.into(),
                skeleton.into(),
                commitments.into(),
                ALGORITHM.into(),
                head.as_str().into(),
                hash.as_str().into(),
            ]);
            for ((key, text), salt) in texts.into_iter().zip(salts) {
                self.texts.add([id.into(), seq.into(), key.into(), text.into(), salt.into()]);
            }
            head = hash;
        }
        Ok(head)
    }

    pub(crate) async fn write(self, tx: &mut AnyConnection) -> Result<(), StoreError> {
        self.events.write(tx, || "writing events".to_owned()).await?;
        self.texts.write(tx, || "writing the texts of events".to_owned()).await
    }
}

/// Writes events of one case after the one whose hash is `head`. Returns the hash of the last.
pub(crate) async fn write_events(
    tx: &mut AnyConnection,
    id: CaseId,
    events: &[Recorded],
    head: EventHash,
) -> Result<EventHash, StoreError> {
    let mut rows = EventRows::new();
    let head = rows.add(id, events, head)?;
    rows.write(tx).await?;
    Ok(head)
}

/// The history of one case; empty if there is no such case.
pub(crate) async fn read_history(connection: &mut AnyConnection, id: CaseId) -> Result<History, StoreError> {
    let history = read_histories(connection, id, id).await?.pop().map(|(_, history)| history);
    Ok(history.unwrap_or_else(History::empty))
}

/// The histories of all cases from `first` to `last`.
pub(crate) async fn read_histories(
    connection: &mut AnyConnection,
    first: CaseId,
    last: CaseId,
) -> Result<Vec<(CaseId, History)>, StoreError> {
    HistoryRows::read(connection, first, last).await?.histories()
}

/// Histories as they stand in the tables, with one row for all events of a case and one for all its texts:
/// each row is a trip between threads.
pub(crate) struct HistoryRows {
    first: CaseId,
    last: CaseId,
    events: Vec<AnyRow>,
    texts: Vec<AnyRow>,
}

impl HistoryRows {
    pub(crate) async fn read(
        connection: &mut AnyConnection,
        first: CaseId,
        last: CaseId,
    ) -> Result<Self, StoreError> {
        // Events first: a text may be erased between the two questions, but none comes without its event.
        let events = rows(
            connection,
            "SELECT e.case_id, string_agg('[' || e.seq || ',' || e.skeleton || ']', '') AS skeletons, \
               (SELECT hash FROM events h WHERE h.case_id = e.case_id ORDER BY seq DESC LIMIT 1) AS head \
             FROM events e WHERE e.case_id >= $1 AND e.case_id <= $2 GROUP BY e.case_id ORDER BY e.case_id",
            (first, last),
        )
        .await?;
        let texts = if Dialect::is_postgres(connection) {
            "SELECT case_id, string_agg(CAST(json_build_array(seq, key, text) AS TEXT), '') AS texts \
             FROM event_texts WHERE case_id >= $1 AND case_id <= $2 GROUP BY case_id ORDER BY case_id"
        } else {
            "SELECT case_id, string_agg(json_array(seq, key, text), '') AS texts \
             FROM event_texts WHERE case_id >= $1 AND case_id <= $2 GROUP BY case_id ORDER BY case_id"
        };
        let texts = rows(connection, texts, (first, last)).await?;
        Ok(Self { first, last, events, texts })
    }

    pub(crate) fn histories(self) -> Result<Vec<(CaseId, History)>, StoreError> {
        let Self { first, last, .. } = self;
        let mut texts: BTreeMap<CaseId, String> = BTreeMap::new();
        for row in self.texts {
            let read = || -> Result<_, Cause> { Ok((row.case("case_id")?, row.text("texts")?)) };
            let (id, of_case) = read().damaged(|| format!("a text between cases {first} and {last}"))?;
            texts.insert(id, of_case);
        }
        let mut histories = Vec::with_capacity(self.events.len());
        for row in self.events {
            let id = row.case("case_id").damaged(|| format!("the key of an event after {first}"))?;
            let mut events = read_events(id, &row)?;
            if let Some(texts) = texts.remove(&id) {
                for text in serde_json::Deserializer::from_str(&texts).into_iter() {
                    let (seq, key, text): (usize, String, String) =
                        text.damaged(|| format!("a text of case {id}"))?;
                    if let Some(recorded) = seq.checked_sub(1).and_then(|place| events.get_mut(place)) {
                        recorded.texts.insert(key, text);
                    }
                }
            }
            let head = EventHash::new(row.text("head").damaged(|| format!("the last hash of case {id}"))?);
            histories.push((id, History { events, head }));
        }
        Ok(histories)
    }
}

/// The events of a case in their order, without a gap.
fn read_events(id: CaseId, row: &AnyRow) -> Result<Vec<Recorded>, StoreError> {
    let skeletons = row.text("skeletons").damaged(|| format!("an event of case {id}"))?;
    let mut events: Vec<(Version, Recorded)> = Vec::new();
    for (place, event) in (1..).zip(serde_json::Deserializer::from_str(&skeletons).into_iter()) {
        events.push(event.damaged(|| format!("event {place} of case {id}"))?);
    }
    // No database promises in which order it puts them together.
    events.sort_by_key(|(seq, _)| *seq);
    let in_order = (1..).zip(events).map(|(expected, (seq, recorded))| {
        if (seq, recorded.seq) == (expected, expected) {
            Ok(recorded)
        } else {
            let stands = format!("event {} stands in its place", recorded.seq);
            Err(stands).damaged(|| format!("event {expected} of case {id}"))
        }
    });
    in_order.collect()
}

async fn rows(
    connection: &mut AnyConnection,
    sql: &'static str,
    (first, last): (CaseId, CaseId),
) -> Result<Vec<AnyRow>, StoreError> {
    query(sql).bind(first.0).bind(last.0).fetch_all(connection).await.doing(|| {
        if first == last {
            format!("reading case {first}")
        } else {
            format!("reading cases {first} to {last}")
        }
    })
}
