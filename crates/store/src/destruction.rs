//! Cases whose years are over: the lists by which they are destroyed (berita acara pemusnahan), and
//! destroying them.
//!
//! Of a destroyed case its events stay as they were hashed, with who did what and when; gone are the texts
//! beside them, the people in the tables that lists are read from, who read it, and its files. Verifying the
//! history tells a text that went by a list from one that somebody took away.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sop::case::{CaseNo, Event, FileHash, PersonId, Recorded};
use sop::definition::SopCode;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::files::Files;
use crate::projection::Projection;
use crate::sql::{CaseId, Columns as _, micros};
use crate::{DestructionError, PAGE_ROWS_MAX, Store, StoreError, chain, finding, log, search};

/// A list of cases to be destroyed. Its cases are fixed when it is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DestructionList {
    pub id: u32,
    /// On what the destruction rests, in the words of whoever proposed it.
    pub basis: String,
    /// The SHA-256 over the basis and the cases, in hexadecimal.
    pub digest: String,
    pub proposed_by: PersonId,
    pub proposed_at: Timestamp,
    /// By whom and when; never by the one who proposed.
    pub approved: Option<(PersonId, Timestamp)>,
    pub carried_out_at: Option<Timestamp>,
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
    /// The last year to whose end it had to be kept.
    pub kept_until: i16,
    pub destroyed_at: Option<Timestamp>,
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

impl Store {
    /// The cases of an SOP that ended before a time, are not destroyed and are on no list that is still to be
    /// carried out, each with when it ended; in the order of their numbers, at most [`PAGE_ROWS_MAX`].
    pub async fn ended_cases(
        &self,
        sop: &SopCode,
        before: Timestamp,
    ) -> Result<Vec<(CaseNo, Timestamp)>, StoreError> {
        let rows = query(
            "SELECT case_id, state_since FROM cases WHERE sop = $1 AND state LIKE 'ended/%' AND state_since < $2 \
             AND case_id NOT IN (SELECT listed.case_id FROM destruction_cases AS listed \
               JOIN destruction_lists AS lists ON lists.id = listed.list \
               WHERE listed.destroyed_at IS NOT NULL OR lists.carried_out_at IS NULL) \
             ORDER BY case_id LIMIT $3",
        )
        .bind(sop.as_str())
        .bind(micros(before))
        .bind(i64::from(PAGE_ROWS_MAX))
        .fetch_all(&self.readers)
        .await
        .doing(|| "looking for cases that ended long ago".to_owned())?;
        let read =
            |row: &AnyRow| -> Result<_, Cause> { Ok((row.case("case_id")?.no(), row.time("state_since")?)) };
        rows.iter().map(|row| read(row).damaged(|| "a case that ended".to_owned())).collect()
    }

    /// Puts a list down, with its cases as they are given. Returns its number.
    ///
    /// # Errors
    /// [`DestructionError::NotEnded`] if one of them has not ended then.
    pub async fn propose_destruction(
        &self,
        by: &PersonId,
        basis: &str,
        cases: &[ListedCase],
        now: Timestamp,
    ) -> Result<u32, DestructionError> {
        let doing = || "proposing a destruction".to_owned();
        let mut tx = self.write("beginning to propose a destruction").await?;
        let row = query(
            "INSERT INTO destruction_lists (basis, digest, proposed_by, proposed_at) VALUES ($1, $2, $3, $4) \
             RETURNING id",
        )
        .bind(basis)
        .bind(digest(basis, cases))
        .bind(by.as_str())
        .bind(micros(now))
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
        tx.commit().await.doing(doing)?;
        Ok(list)
    }

    /// Every list with its cases, the last first.
    pub async fn destruction_lists(&self) -> Result<Vec<DestructionList>, StoreError> {
        let mut reader = self.readers.acquire().await.doing(|| "beginning to read the lists".to_owned())?;
        let mut lists = read_lists(&mut reader).await?;
        lists.reverse();
        Ok(lists)
    }

    /// A list by its number.
    pub async fn destruction_list(&self, id: u32) -> Result<Option<DestructionList>, StoreError> {
        Ok(self.destruction_lists().await?.into_iter().find(|list| list.id == id))
    }

    /// Approves a list as somebody has seen it, which its digest says.
    pub async fn approve_destruction(
        &self,
        id: u32,
        seen_digest: &str,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<(), DestructionError> {
        let list = self.destruction_list(id).await?.ok_or(DestructionError::NotFound { list: id })?;
        if list.proposed_by == *by {
            return Err(DestructionError::SamePerson { list: id });
        }
        if !list.is_as_proposed() || list.digest != seen_digest {
            return Err(DestructionError::Changed { list: id });
        }
        let doing = || format!("approving the list {id}");
        let mut tx = self.write("beginning to approve a list").await?;
        query(
            "UPDATE destruction_lists SET approved_by = $1, approved_at = $2 \
             WHERE id = $3 AND approved_at IS NULL",
        )
        .bind(by.as_str())
        .bind(micros(now))
        .bind(i64::from(id))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(())
    }

    /// Destroys the cases of an approved list, one after the other, and then the files that no other case
    /// refers to. Doing it again finishes what was cut off, and changes nothing else.
    pub async fn carry_out_destruction(
        &self,
        id: u32,
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
        let mut done = CarriedOut::default();
        for listed in &list.cases {
            let is_destroyed = match CaseId::parse(&listed.case) {
                Some(_) if listed.destroyed_at.is_some() => true,
                // What was taken up again before stays, also when this is done a second time.
                Some(case) if list.carried_out_at.is_none() => self.destroy(id, case, listed, now).await?,
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
        let doing = || format!("noting that the list {id} is carried out");
        let mut tx = self.write("beginning to note that a list is carried out").await?;
        search::compact(&mut tx).await?;
        finding::compact(&mut tx).await?;
        query("UPDATE destruction_lists SET carried_out_at = $1 WHERE id = $2 AND carried_out_at IS NULL")
            .bind(micros(now))
            .bind(i64::from(id))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
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
        let mut tx = self.write("beginning to destroy a case").await?;
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
        Projection::of(id, &case)?.without_people().write(&mut tx, None).await?;
        search::forget(&mut tx, id).await?;
        search::write(&mut tx, id, &case).await?;
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
        digest(&self.basis, &self.cases) == self.digest
    }

    /// Whether another than the one who proposed it has approved.
    pub fn is_approved(&self) -> bool {
        self.approved.as_ref().is_some_and(|(by, _)| *by != self.proposed_by)
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        let approved_by = row.text_or_none("approved_by")?.map(PersonId::new);
        Ok(Self {
            id: row.count("id")?,
            basis: row.text("basis")?,
            digest: row.text("digest")?,
            proposed_by: PersonId::new(row.text("proposed_by")?),
            proposed_at: row.time("proposed_at")?,
            approved: approved_by.zip(row.time_or_none("approved_at")?),
            carried_out_at: row.time_or_none("carried_out_at")?,
            cases: Vec::new(),
        })
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

/// What stands for a list: its basis and each case with class, the last year of its keeping and its end in
/// microseconds UTC, hashed as events are (see `chain`).
fn digest(basis: &str, cases: &[ListedCase]) -> String {
    let mut parts = vec!["sigap destruction sha256-v1".to_owned(), basis.to_owned()];
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

/// Every list with its cases, the first first.
pub(crate) async fn read_lists(connection: &mut AnyConnection) -> Result<Vec<DestructionList>, StoreError> {
    let doing = || "reading the lists of destruction".to_owned();
    let rows = query("SELECT * FROM destruction_lists ORDER BY id").fetch_all(&mut *connection).await;
    let damaged = || "a list of destruction".to_owned();
    let mut lists = BTreeMap::new();
    for row in rows.doing(doing)? {
        let list = DestructionList::read(&row).damaged(damaged)?;
        lists.insert(list.id, list);
    }
    let rows = query("SELECT * FROM destruction_cases ORDER BY list, case_id").fetch_all(connection).await;
    for row in rows.doing(doing)? {
        let list = row.count("list").damaged(damaged)?;
        if let Some(list) = lists.get_mut(&list) {
            list.cases.push(ListedCase::read(&row).damaged(damaged)?);
        }
    }
    Ok(lists.into_values().collect())
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
