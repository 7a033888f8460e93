//! Cases whose years are over: the lists by which they are destroyed (berita acara pemusnahan), and
//! destroying them.
//!
//! Of a destroyed case its events stay as they were hashed, with who did what and when; gone are the texts
//! beside them, the people in the tables that lists are read from, who read it, and its files. Verifying the
//! history tells a text that went by a list from one that somebody took away.

mod acts;

pub use acts::{ListAct, ListActKind};
pub(crate) use acts::{StoredAct, head, read_all as read_acts};

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sop::case::{CaseNo, Event, FileHash, PersonId, Recorded};
use sop::definition::SopCode;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::connection::Writes;
use crate::error::{Cause, Context};
use crate::files::Files;
use crate::projection::{self, Projection};
use crate::sql::{CaseId, Columns as _, micros};
use crate::{
    Answer, DestructionError, PAGE_ROWS_MAX, Store, StoreError, chain, data_requests, finding, log, search,
};

/// A list of cases to be destroyed. Its cases are fixed when it is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DestructionList {
    pub id: u32,
    /// On what the destruction rests, in the words of whoever proposed it.
    pub basis: String,
    /// The SHA-256 over the basis, the request and the cases, in hexadecimal.
    pub digest: String,
    /// The request for erasure that it answers, where it answers one.
    pub request: Option<u32>,
    pub proposed: ListAct,
    /// What was done about it after that, in order.
    pub then: Vec<ListAct>,
    /// In the order of their numbers.
    pub cases: Vec<ListedCase>,
}

/// A case on a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedCase {
    pub case: CaseNo,
    /// The class of the schedule that it belongs to.
    pub class: String,
    pub ended_at: Timestamp,
    /// The last year to whose end it has to be kept.
    pub kept_until: i16,
    pub destroyed_at: Option<Timestamp>,
}

/// A list as it is proposed.
#[derive(Clone, Copy, Debug)]
pub struct NewDestruction<'a> {
    pub basis: &'a str,
    pub cases: &'a [ListedCase],
    /// The request for erasure that it answers, and what whoever asked is told.
    pub answers: Option<(u32, &'a str)>,
}

/// What carrying a list out came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CarriedOut {
    /// How many cases of the list are destroyed.
    pub cases: u64,
    /// Those that were taken up again since the list was made, and stay.
    pub left: Vec<CaseNo>,
    /// How many files were removed.
    pub files: u64,
}

/// A file that came in within this time stays: somebody may be about to add it to another case.
const FILE_IS_NEW: SignedDuration = SignedDuration::from_hours(1);

/// The most cases that one list may have: as many as one berita acara can name.
pub const LISTED_CASES_MAX: u32 = PAGE_ROWS_MAX;

impl Store {
    /// The cases of an SOP that ended before a time, are not destroyed and are on no list that may still
    /// destroy them, each with when it ended; in the order of their numbers, at most [`LISTED_CASES_MAX`].
    pub async fn ended_cases(
        &self,
        sop: &SopCode,
        before: Timestamp,
    ) -> Result<Vec<(CaseNo, Timestamp)>, StoreError> {
        let rows = query(
            "SELECT case_id, state_since FROM cases WHERE sop = $1 AND state LIKE 'ended/%' AND state_since < $2 \
             AND case_id NOT IN (SELECT case_id FROM listed_cases) ORDER BY case_id LIMIT $3",
        )
        .bind(sop.as_str())
        .bind(micros(before))
        .bind(i64::from(LISTED_CASES_MAX))
        .fetch_all(&self.readers)
        .await
        .doing(|| "looking for cases that ended long ago".to_owned())?;
        let read =
            |row: &AnyRow| -> Result<_, Cause> { Ok((row.case("case_id")?.no(), row.time("state_since")?)) };
        rows.iter().map(|row| read(row).damaged(|| "a case that ended".to_owned())).collect()
    }

    /// The SOP of a case and when it ended; none if it has not, is destroyed, or is on a list already.
    pub async fn ended_case(&self, no: &CaseNo) -> Result<Option<(SopCode, Timestamp)>, StoreError> {
        let Some(id) = CaseId::parse(no) else { return Ok(None) };
        let row = query(
            "SELECT sop, state_since FROM cases WHERE case_id = $1 AND state LIKE 'ended/%' \
             AND case_id NOT IN (SELECT case_id FROM listed_cases)",
        )
        .bind(id.0)
        .fetch_optional(&self.readers)
        .await
        .doing(|| format!("looking whether case {no} has ended"))?;
        let read = |row: &AnyRow| -> Result<_, Cause> {
            Ok((SopCode::new(row.text("sop")?), row.time("state_since")?))
        };
        row.as_ref().map(|row| read(row).damaged(|| format!("the end of case {no}"))).transpose()
    }

    /// Puts a list down, with its cases as they are given, and answers the request that it answers. Returns
    /// its number.
    ///
    /// # Errors
    /// [`DestructionError::NotEnded`] if one of them has not ended then, [`DestructionError::Listed`] if one
    /// is on another list, [`DestructionError::Answered`] if the request waits no more.
    pub async fn propose_destruction(
        &self,
        by: &PersonId,
        new: NewDestruction<'_>,
        now: Timestamp,
    ) -> Result<u32, DestructionError> {
        let NewDestruction { basis, cases, answers } = new;
        let doing = || "proposing a destruction".to_owned();
        let mut tx = self.write("beginning to propose a destruction").await?;
        let request = answers.map(|(request, _)| request);
        if let Some((request, text)) = answers {
            let answer = Answer { text: text.to_owned(), by: by.clone(), at: now };
            if !data_requests::answer_in(&mut tx, request, &answer).await? {
                return Err(DestructionError::Answered { request });
            }
        }
        let digest = digest(basis, request, cases);
        let row =
            query("INSERT INTO destruction_lists (basis, digest, request) VALUES ($1, $2, $3) RETURNING id")
                .bind(basis)
                .bind(digest.as_str())
                .bind(request.map(i64::from))
                .fetch_one(&mut *tx)
                .await
                .doing(doing)?;
        let list = row.count("id").damaged(|| "the number of a list".to_owned())?;
        for listed in cases {
            let not_ended = || DestructionError::NotEnded { case: listed.case.clone() };
            let id = CaseId::parse(&listed.case).ok_or_else(not_ended)?;
            if !ended_then(&mut tx, id, listed.ended_at).await? {
                return Err(not_ended());
            }
            if let Some(other) = list_of(&mut tx, id).await? {
                return Err(DestructionError::Listed { case: listed.case.clone(), list: other });
            }
            query(
                "INSERT INTO destruction_cases (list, case_id, class, kept_until, ended_at) \
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(i64::from(list))
            .bind(id.0)
            .bind(listed.class.as_str())
            .bind(i64::from(listed.kept_until))
            .bind(micros(listed.ended_at))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        }
        let act = ListAct { kind: ListActKind::Proposed, by: by.clone(), at: now, reason: String::new() };
        acts::append(&mut tx, list, act, digest).await?;
        tx.commit().await.doing(doing)?;
        Ok(list)
    }

    /// Every list with its cases, the last first.
    pub async fn destruction_lists(&self) -> Result<Vec<DestructionList>, StoreError> {
        let mut reader = self.readers.acquire().await.doing(|| "beginning to read the lists".to_owned())?;
        let mut lists = read_lists(&mut reader).await?.proposed;
        lists.reverse();
        Ok(lists)
    }

    /// A list by its number.
    pub async fn destruction_list(&self, id: u32) -> Result<Option<DestructionList>, StoreError> {
        Ok(self.destruction_lists().await?.into_iter().find(|list| list.id == id))
    }

    /// Takes a list back that waits for approval. Its cases are due again.
    ///
    /// # Errors
    /// [`DestructionError::NotTheProposer`], [`DestructionError::NotWaiting`]
    pub async fn withdraw_destruction(
        &self,
        id: u32,
        by: &PersonId,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), DestructionError> {
        let act =
            ListAct { kind: ListActKind::Withdrawn, by: by.clone(), at: now, reason: reason.to_owned() };
        self.settle_destruction(id, act, |list| {
            if list.proposed.by == *by { Ok(()) } else { Err(DestructionError::NotTheProposer { list: id }) }
        })
        .await
    }

    /// Refuses a list that waits for approval. Its cases are due again.
    ///
    /// # Errors
    /// [`DestructionError::SamePerson`], [`DestructionError::NotWaiting`]
    pub async fn refuse_destruction(
        &self,
        id: u32,
        by: &PersonId,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), DestructionError> {
        let act = ListAct { kind: ListActKind::Refused, by: by.clone(), at: now, reason: reason.to_owned() };
        self.settle_destruction(id, act, |list| list.refuse_proposer(by)).await
    }

    /// Approves a list as somebody has seen it, which its digest says.
    ///
    /// # Errors
    /// [`DestructionError::SamePerson`], [`DestructionError::NotWaiting`], [`DestructionError::Changed`]
    pub async fn approve_destruction(
        &self,
        id: u32,
        seen_digest: &str,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<(), DestructionError> {
        let act = ListAct { kind: ListActKind::Approved, by: by.clone(), at: now, reason: String::new() };
        self.settle_destruction(id, act, |list| {
            list.refuse_proposer(by)?;
            if list.is_as_proposed() && list.digest == seen_digest {
                Ok(())
            } else {
                Err(DestructionError::Changed { list: id })
            }
        })
        .await
    }

    /// Does with a list that waits for approval what may be done about it.
    async fn settle_destruction(
        &self,
        id: u32,
        act: ListAct,
        may: impl FnOnce(&DestructionList) -> Result<(), DestructionError>,
    ) -> Result<(), DestructionError> {
        let mut tx = self.write("beginning to settle a list").await?;
        let lists = read_lists(&mut tx).await?.proposed;
        let list = lists.into_iter().find(|list| list.id == id);
        let list = list.ok_or(DestructionError::NotFound { list: id })?;
        may(&list)?;
        if list.state() != ListActKind::Proposed {
            return Err(DestructionError::NotWaiting { list: id });
        }
        acts::append(&mut tx, id, act, list.digest).await?;
        tx.commit().await.doing(|| format!("settling the list {id}"))?;
        Ok(())
    }

    /// Destroys the cases of an approved list, one after the other, and then the files that no other case
    /// refers to. Doing it again finishes what was cut off, and changes nothing else.
    pub async fn carry_out_destruction(
        &self,
        id: u32,
        by: &PersonId,
        files: &Files,
        now: Timestamp,
    ) -> Result<CarriedOut, DestructionError> {
        let list = self.destruction_list(id).await?.ok_or(DestructionError::NotFound { list: id })?;
        if !list.is_as_proposed() {
            return Err(DestructionError::Changed { list: id });
        }
        if !list.is_approved() {
            return Err(DestructionError::NotApproved { list: id });
        }
        let is_carried_out = list.state() == ListActKind::CarriedOut;
        let mut done = CarriedOut::default();
        for listed in &list.cases {
            let is_destroyed = match CaseId::parse(&listed.case) {
                Some(_) if listed.destroyed_at.is_some() => true,
                // What was taken up again before stays, also when this is done a second time.
                Some(case) if !is_carried_out => self.destroy(id, case, listed, now).await?,
                Some(_) | None => false,
            };
            if is_destroyed {
                done.cases += 1;
            } else {
                done.left.push(listed.case.clone());
            }
        }
        for file in self.files_of_no_other_case(id).await? {
            done.files += u64::from(files.remove(&file, now - FILE_IS_NEW).await?);
        }
        if !is_carried_out {
            let mut tx = self.write("beginning to note that a list is carried out").await?;
            let lists = read_lists(&mut tx).await?.proposed;
            // Somebody may have carried it out at the same time.
            let list = lists.into_iter().find(|list| list.id == id && list.state() == ListActKind::Approved);
            if let Some(list) = list {
                let act =
                    ListAct { kind: ListActKind::CarriedOut, by: by.clone(), at: now, reason: String::new() };
                acts::append(&mut tx, id, act, list.outcome_digest()).await?;
            }
            search::compact(&mut tx).await?;
            finding::compact(&mut tx).await?;
            tx.commit().await.doing(|| format!("noting that the list {id} is carried out"))?;
        }
        Ok(done)
    }

    /// Destroys one case. False, and nothing happens, if it was taken up again.
    async fn destroy(
        &self,
        list: u32,
        id: CaseId,
        listed: &ListedCase,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("destroying case {id}");
        let mut tx = self.write_to(Writes::Case(id), "beginning to destroy a case").await?;
        if !ended_then(&mut tx, id, listed.ended_at).await? {
            return Ok(false);
        }
        let was_found_by = finding::entry_of(&mut tx, id).await?;
        for sql in [
            "DELETE FROM event_texts WHERE case_id = $1",
            "DELETE FROM readings WHERE case_id = $1",
            "DELETE FROM registration_keys WHERE case_id = $1",
        ] {
            query(sql).bind(id.0).execute(&mut *tx).await.doing(doing)?;
        }
        let marked = query("UPDATE destruction_cases SET destroyed_at = $1 WHERE list = $2 AND case_id = $3")
            .bind(micros(now))
            .bind(i64::from(list))
            .bind(id.0);
        marked.execute(&mut *tx).await.doing(doing)?;
        let history = log::read_history(&mut tx, id).await?;
        let case = log::replay(id, &history.events)?;
        Projection::delete(&mut tx, id, id).await?;
        projection::write(&mut tx, &[(&Projection::of(id, &case)?.without_people(), None)]).await?;
        search::forget(&mut tx, id).await?;
        search::write(&mut tx, &[(id, &case)]).await?;
        finding::forget(&mut tx, id, &was_found_by, finding::Entry::of_destroyed(id, &case)).await?;
        tx.commit().await.doing(doing)?;
        Ok(true)
    }

    /// The files of the destroyed cases of a list, but for those to which a case refers that is not
    /// destroyed: the same content may belong to several.
    async fn files_of_no_other_case(&self, list: u32) -> Result<Vec<FileHash>, StoreError> {
        let doing = || format!("looking for the files of the list {list}");
        let mut reader = self.readers.acquire().await.doing(doing)?;
        let rows = query(
            "SELECT skeleton FROM events WHERE case_id IN \
               (SELECT case_id FROM destruction_cases WHERE list = $1 AND destroyed_at IS NOT NULL)",
        )
        .bind(i64::from(list))
        .fetch_all(&mut *reader)
        .await
        .doing(doing)?;
        let mut files = BTreeSet::new();
        for row in rows {
            let read = || -> Result<Recorded, Cause> { Ok(serde_json::from_str(&row.text("skeleton")?)?) };
            match read().damaged(|| "an event of a destroyed case".to_owned())?.event {
                Event::Attached { file, .. } => {
                    files.insert(file);
                }
                Event::LetterSigned { signature, .. } => {
                    files.extend([signature.file, signature.content]);
                }
                _ => {}
            }
        }
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let others = query(
            "SELECT skeleton FROM events WHERE skeleton LIKE '%\"file\":%' AND case_id NOT IN \
               (SELECT case_id FROM destruction_cases WHERE destroyed_at IS NOT NULL)",
        );
        for row in others.fetch_all(&mut *reader).await.doing(doing)? {
            let skeleton = row.text("skeleton").damaged(|| "an event with a file".to_owned())?;
            files.retain(|file| !skeleton.contains(file.as_str()));
        }
        Ok(files.into_iter().collect())
    }
}

impl DestructionList {
    /// Whether its cases are still those that were proposed.
    pub fn is_as_proposed(&self) -> bool {
        digest(&self.basis, self.request, &self.cases) == self.digest
    }

    /// How it stands: what was done about it last.
    pub fn state(&self) -> ListActKind {
        self.then.last().map_or(ListActKind::Proposed, |act| act.kind)
    }

    /// What was done about it, of this kind.
    pub fn act(&self, kind: ListActKind) -> Option<&ListAct> {
        std::iter::once(&self.proposed).chain(&self.then).find(|act| act.kind == kind)
    }

    /// Whether another than the one who proposed it has approved, before anything else was done about it.
    pub fn is_approved(&self) -> bool {
        let settled = self.then.first();
        settled.is_some_and(|act| act.kind == ListActKind::Approved && act.by != self.proposed.by)
    }

    /// Four eyes.
    fn refuse_proposer(&self, by: &PersonId) -> Result<(), DestructionError> {
        if self.proposed.by == *by { Err(DestructionError::SamePerson { list: self.id }) } else { Ok(()) }
    }

    /// What stands for what was destroyed: the numbers of those cases, hashed as events are (see `chain`).
    pub(crate) fn outcome_digest(&self) -> String {
        let destroyed = self.cases.iter().filter(|listed| listed.destroyed_at.is_some());
        let parts = std::iter::once("sigap destruction outcome sha256-v1");
        let parts: Vec<&str> = parts.chain(destroyed.map(|listed| listed.case.as_str())).collect();
        chain::sha256(&parts)
    }
}

impl ListedCase {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            case: row.case("case_id")?.no(),
            class: row.text("class")?,
            ended_at: row.time("ended_at")?,
            kept_until: i16::try_from(row.int("kept_until")?)?,
            destroyed_at: row.time_or_none("destroyed_at")?,
        })
    }
}

/// What stands for a list: its basis, the number of its request (empty for none) and each case with class, the
/// last year of its keeping and its end in microseconds UTC, hashed as events are (see `chain`).
fn digest(basis: &str, request: Option<u32>, cases: &[ListedCase]) -> String {
    let request = request.map(|request| request.to_string()).unwrap_or_default();
    let mut parts = vec!["sigap destruction sha256-v1".to_owned(), basis.to_owned(), request];
    for listed in cases {
        let numbers = [listed.kept_until.to_string(), micros(listed.ended_at).to_string()];
        parts.extend([listed.case.to_string(), listed.class.clone()]);
        parts.extend(numbers);
    }
    chain::sha256(&parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Whether a case ended at a time, and is not running again.
async fn ended_then(tx: &mut AnyConnection, id: CaseId, at: Timestamp) -> Result<bool, StoreError> {
    let row = query("SELECT 1 FROM cases WHERE case_id = $1 AND state LIKE 'ended/%' AND state_since = $2")
        .bind(id.0)
        .bind(micros(at))
        .fetch_optional(tx)
        .await
        .doing(|| format!("looking whether case {id} has ended"))?;
    Ok(row.is_some())
}

/// The list that a case is on, where it is destroyed or may still be.
async fn list_of(tx: &mut AnyConnection, id: CaseId) -> Result<Option<u32>, StoreError> {
    let row = query("SELECT list FROM listed_cases WHERE case_id = $1 LIMIT 1")
        .bind(id.0)
        .fetch_optional(tx)
        .await
        .doing(|| format!("looking for the list of case {id}"))?;
    row.map(|row| row.count("list").damaged(|| format!("the list of case {id}"))).transpose()
}

/// The lists that stand in the tables.
pub(crate) struct Lists {
    /// With their cases, the first first.
    pub(crate) proposed: Vec<DestructionList>,
    /// Those that no act says were proposed: somebody put them there past us.
    pub(crate) not_proposed: Vec<u32>,
}

pub(crate) async fn read_lists(connection: &mut AnyConnection) -> Result<Lists, StoreError> {
    let doing = || "reading the lists of destruction".to_owned();
    let damaged = || "a list of destruction".to_owned();
    let mut acts: BTreeMap<u32, Vec<ListAct>> = BTreeMap::new();
    for stored in acts::read_all(&mut *connection).await? {
        acts.entry(stored.list).or_default().push(stored.act);
    }
    let mut cases: BTreeMap<u32, Vec<ListedCase>> = BTreeMap::new();
    let rows = query(
        "SELECT list, case_id, class, kept_until, ended_at, destroyed_at \
         FROM destruction_cases ORDER BY list, case_id",
    )
    .fetch_all(&mut *connection)
    .await;
    for row in rows.doing(doing)? {
        let list = row.count("list").damaged(damaged)?;
        cases.entry(list).or_default().push(ListedCase::read(&row).damaged(damaged)?);
    }
    let rows = query(
        "SELECT id, basis, digest, request \
         FROM destruction_lists ORDER BY id",
    )
    .fetch_all(connection)
    .await;
    let mut lists = Lists { proposed: Vec::new(), not_proposed: Vec::new() };
    for row in rows.doing(doing)? {
        let id = row.count("id").damaged(damaged)?;
        let mut acts = acts.remove(&id).unwrap_or_default().into_iter();
        let Some(proposed) = acts.next().filter(|act| act.kind == ListActKind::Proposed) else {
            lists.not_proposed.push(id);
            continue;
        };
        let read = || -> Result<_, Cause> {
            let request = row.int_or_none("request")?.map(u32::try_from).transpose()?;
            Ok((row.text("basis")?, row.text("digest")?, request))
        };
        let (basis, digest, request) = read().damaged(damaged)?;
        let cases = cases.remove(&id).unwrap_or_default();
        lists.proposed.push(DestructionList {
            id,
            basis,
            digest,
            request,
            proposed,
            then: acts.collect(),
            cases,
        });
    }
    Ok(lists)
}

/// Which of the cases from `first` to `last` are destroyed.
pub(crate) async fn destroyed(
    tx: &mut AnyConnection,
    first: CaseId,
    last: CaseId,
) -> Result<BTreeSet<CaseId>, StoreError> {
    let rows = query(
        "SELECT case_id FROM destruction_cases \
         WHERE case_id >= $1 AND case_id <= $2 AND destroyed_at IS NOT NULL",
    )
    .bind(first.0)
    .bind(last.0)
    .fetch_all(tx)
    .await
    .doing(|| "looking which cases are destroyed".to_owned())?;
    rows.iter().map(|row| row.case("case_id").damaged(|| "the key of a destroyed case".to_owned())).collect()
}

/// Stands in the way of a case that is destroyed.
pub(crate) async fn refuse_destroyed(connection: &mut AnyConnection, id: CaseId) -> Result<(), StoreError> {
    let row = query(
        "SELECT list, destroyed_at FROM destruction_cases WHERE case_id = $1 AND destroyed_at IS NOT NULL",
    )
    .bind(id.0)
    .fetch_optional(connection)
    .await
    .doing(|| format!("looking whether case {id} is destroyed"))?;
    let Some(row) = row else { return Ok(()) };
    let read = || -> Result<_, Cause> { Ok((row.count("list")?, row.time("destroyed_at")?)) };
    let (list, at) = read().damaged(|| format!("the destruction of case {id}"))?;
    Err(StoreError::Destroyed { case: id.no(), list, at })
}
