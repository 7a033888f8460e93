//! The log of events, which is what is true about a case.

use std::mem;

use jiff::{SignedDuration, Timestamp};
use sop::case::{Case, CaseNo, EventHash, NewEvent, PersonId, Recorded, Refusal, Texts, Version};
use sqlx::any::{Any, AnyRow};
use sqlx::{AnyConnection, Transaction, query};

use crate::chain::{self, ALGORITHM, Link};
use crate::connection::Writes;
use crate::error::{Cause, Context, NotAcknowledged};
use crate::projection::Projection;
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
                tx.rollback().await.doing(|| "giving the numbers back".to_owned())?;
                return Err(RegisterError::Refused(refusal));
            }
        };
        let history = recorded(0, events);
        let case = replay(id, &history)?;
        let head = write_events(&mut tx, id, &history, EventHash::new("")).await?;
        Projection::of(id, &case)?.write(&mut tx, None).await?;
        search::write(&mut tx, id, &case).await?;
        finding::write(&mut tx, vec![(id, finding::Entry::of(id, &case, &history)?)]).await?;
        outbox::write(&mut tx, id, &history).await?;
        if let Some(key) = key {
            remember(&mut tx, key, id).await?;
        }
        self.announce(&mut tx, &case).await?;
        commit(tx, || format!("registering case {id}")).await?;
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
        Projection::of(id, &case)?.write(&mut tx, Some(&stored)).await?;
        outbox::write(&mut tx, id, &new).await?;
        history.extend(new);
        let is_found_by = finding::Entry::of(id, &case, &history)?;
        if is_found_by != was_found_by {
            finding::write(&mut tx, vec![(id, is_found_by)]).await?;
        }
        self.announce(&mut tx, &case).await?;
        commit(tx, || format!("adding to case {id}")).await?;
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

/// Ends a transaction.
async fn commit(tx: Transaction<'static, Any>, doing: impl Fn() -> String) -> Result<(), StoreError> {
    tx.commit().await.map_err(NotAcknowledged).doing(doing)
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

/// Writes events after the one whose hash is `head`, each with the hash of the one before it. Returns
/// the hash of the last.
pub(crate) async fn write_events(
    tx: &mut AnyConnection,
    id: CaseId,
    events: &[Recorded],
    mut head: EventHash,
) -> Result<EventHash, StoreError> {
    for recorded in events {
        let seq = int(recorded.seq);
        let doing = || format!("writing event {seq} of case {id}");
        let mut skeleton = recorded.clone();
        let texts = mem::take(&mut skeleton.texts);
        let skeleton = serde_json::to_string(&skeleton).doing(doing)?;
        let (salts, commitments) = chain::commit(&texts)?;
        let link = Link {
            case: id,
            seq: recorded.seq,
            previous: &head,
            skeleton: &skeleton,
            commitments: &commitments,
        };
        let hash = link.hash();
        query(
            "INSERT INTO events (case_id, seq, skeleton, commitments, algorithm, previous, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id.0)
        .bind(seq)
        .bind(skeleton)
        .bind(commitments)
        .bind(ALGORITHM)
        .bind(head.as_str())
        .bind(hash.as_str())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        for ((key, text), salt) in texts.into_iter().zip(salts) {
            query("INSERT INTO event_texts (case_id, seq, key, text, salt) VALUES ($1, $2, $3, $4, $5)")
                .bind(id.0)
                .bind(seq)
                .bind(key)
                .bind(text)
                .bind(salt)
                .execute(&mut *tx)
                .await
                .doing(doing)?;
        }
        head = hash;
    }
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
    let mut histories: Vec<(CaseId, History)> = Vec::new();
    // Events first: a text may be erased between the two questions, but none comes without its event.
    for row in rows(
        connection,
        "SELECT case_id, seq, skeleton, hash FROM events \
         WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, seq",
        (first, last),
    )
    .await?
    {
        let id = row.case("case_id").damaged(|| format!("the key of an event after {first}"))?;
        if histories.last().is_none_or(|(case, _)| *case != id) {
            histories.push((id, History::empty()));
        }
        let Some((_, history)) = histories.last_mut() else { continue };
        let expected = int(history.events.len() as u64 + 1);
        let read = || -> Result<Recorded, Cause> {
            let recorded: Recorded = serde_json::from_str(&row.text("skeleton")?)?;
            let seq = row.int("seq")?;
            if seq == expected && int(recorded.seq) == seq {
                Ok(recorded)
            } else {
                Err(format!("event {seq} stands in its place").into())
            }
        };
        let damaged = || format!("event {expected} of case {id}");
        history.events.push(read().damaged(damaged)?);
        history.head = EventHash::new(row.text("hash").damaged(damaged)?);
    }
    let mut texts = rows(
        connection,
        "SELECT case_id, seq, key, text FROM event_texts \
         WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, seq",
        (first, last),
    )
    .await?
    .into_iter()
    .map(|row| {
        let read = || -> Result<_, Cause> {
            Ok((row.case("case_id")?, row.int("seq")?, row.text("key")?, row.text("text")?))
        };
        read().damaged(|| format!("a text between cases {first} and {last}"))
    })
    .peekable();
    for (id, history) in &mut histories {
        for recorded in &mut history.events {
            let place = (*id, int(recorded.seq));
            let belongs = |text: &Result<(CaseId, i64, String, String), StoreError>| {
                text.as_ref().map_or(true, |(case, seq, ..)| (*case, *seq) <= place)
            };
            let mut found = Texts::new();
            while let Some(text) = texts.next_if(belongs) {
                let (case, seq, key, text) = text?;
                if (case, seq) == place {
                    found.insert(key, text);
                }
            }
            recorded.texts = found;
        }
    }
    Ok(histories)
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
