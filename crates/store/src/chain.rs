//! Each event carries the hash of the one before it in its case, so that nothing in a history can be
//! changed without changing everything after it.
//!
//! # What is hashed, byte by byte
//!
//! A hash is SHA-256 over parts, each preceded by its length in bytes as an unsigned number of eight
//! bytes, big end first. It is written as 64 hexadecimal digits in lower case. Under `sha256-v1` the
//! parts are, all of them UTF-8:
//!
//! - for an event: `sigap event sha256-v1`, the number of its case, its sequence number in decimal, the
//!   hash of the event before it (empty for the first), its `skeleton` and its `commitments`, the last
//!   two exactly as they stand in their columns;
//! - for the commitment to a text: `sigap text sha256-v1`, the salt as it stands in its column, the text.
//!
//! `commitments` is a JSON object without white space, from the key of each text to the commitment to it,
//! in the order of the keys' bytes. Nothing in this depends on the database.
//!
//! Texts are hashed apart and with a salt because they can lawfully be erased: the commitment stays, the
//! chain still verifies, and without the salt nobody can try out what the text may have been.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use sop::case::{EventHash, Texts, Version};
use sqlx::{AnyConnection, query};

use crate::connection::Writes;
use crate::error::Context;
use crate::projection::last_of_batch;
use crate::sql::{CaseId, Columns as _};
use crate::{Store, StoreError};

/// How events are hashed from now on; each row names how it was.
pub(crate) const ALGORITHM: &str = "sha256-v1";

/// The setting by which a migration asks that events stored before be hashed.
pub(crate) const CHAIN: &str = "chain";

/// What an event is hashed over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link<'a> {
    pub(crate) case: CaseId,
    pub(crate) seq: Version,
    /// Empty for the first event.
    pub(crate) previous: &'a EventHash,
    pub(crate) skeleton: &'a str,
    pub(crate) commitments: &'a str,
}

impl Link<'_> {
    pub(crate) fn hash(&self) -> EventHash {
        let (case, seq) = (self.case.to_string(), self.seq.to_string());
        let parts =
            ["sigap event sha256-v1", &case, &seq, self.previous.as_str(), self.skeleton, self.commitments];
        EventHash::new(sha256(&parts))
    }
}

/// What stands for a text once it is erased.
pub(crate) fn commitment(salt: &str, text: &str) -> String {
    sha256(&["sigap text sha256-v1", salt, text])
}

pub(crate) fn sha256(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    each_with_its_length(parts, |bytes| hash.update(bytes));
    hex::encode(hash.finalize())
}

/// Feeds parts to a hash so that no other parts give the same bytes.
pub(crate) fn each_with_its_length(parts: &[&str], mut feed: impl FnMut(&[u8])) {
    for part in parts {
        feed(&(part.len() as u64).to_be_bytes());
        feed(part.as_bytes());
    }
}

/// Salts for some texts, and the commitments to them as their event keeps them.
pub(crate) fn commit(texts: &Texts) -> Result<(Vec<String>, String), StoreError> {
    let mut salts = Vec::with_capacity(texts.len());
    let mut commitments = BTreeMap::new();
    for (key, text) in texts {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| StoreError::Randomness { source: error.into() })?;
        let salt = hex::encode(salt);
        commitments.insert(key, commitment(&salt, text));
        salts.push(salt);
    }
    let commitments = serde_json::to_string(&commitments).doing(|| "committing to texts".to_owned())?;
    Ok((salts, commitments))
}

impl Store {
    /// Hashes the events that an earlier version stored without. From now on they are proven, as they
    /// stand today; what was done to them before, nobody can tell.
    pub(crate) async fn chain_what_was_there(&self) -> Result<(), StoreError> {
        let mut tx = self.write_to(Writes::All, "beginning to chain the events").await?;
        let mut done = CaseId(0);
        while let Some(last) = last_of_batch(&mut tx, done).await? {
            chain(&mut tx, CaseId(done.0 + 1), last).await?;
            done = last;
        }
        let asked = query("DELETE FROM settings WHERE key = $1").bind(CHAIN).execute(&mut *tx).await;
        asked.doing(|| "noting that the events are chained".to_owned())?;
        tx.commit().await.doing(|| "chaining the events".to_owned())
    }
}

/// Hashes the events of some cases, where they are not.
async fn chain(tx: &mut AnyConnection, first: CaseId, last: CaseId) -> Result<(), StoreError> {
    let doing = || format!("chaining the events of cases {first} to {last}");
    let damaged = || format!("an event between cases {first} and {last}");
    let mut texts: BTreeMap<(CaseId, i64), Texts> = BTreeMap::new();
    let rows = query("SELECT case_id, seq, key, text FROM event_texts WHERE case_id >= $1 AND case_id <= $2");
    for row in rows.bind(first.0).bind(last.0).fetch_all(&mut *tx).await.doing(doing)? {
        let place = (row.case("case_id").damaged(damaged)?, row.int("seq").damaged(damaged)?);
        let (key, text) = (row.text("key").damaged(damaged)?, row.text("text").damaged(damaged)?);
        texts.entry(place).or_default().insert(key, text);
    }
    let rows = query(
        "SELECT case_id, seq, skeleton, hash FROM events WHERE case_id >= $1 AND case_id <= $2 \
         ORDER BY case_id, seq",
    );
    let mut before: Option<(CaseId, EventHash)> = None;
    for row in rows.bind(first.0).bind(last.0).fetch_all(&mut *tx).await.doing(doing)? {
        let case = row.case("case_id").damaged(damaged)?;
        let seq = row.int("seq").damaged(damaged)?;
        let stored = EventHash::new(row.text("hash").damaged(damaged)?);
        if !stored.as_str().is_empty() {
            before = Some((case, stored));
            continue;
        }
        let previous = match before.take() {
            Some((same, hash)) if same == case => hash,
            _ => EventHash::new(""),
        };
        let texts = texts.remove(&(case, seq)).unwrap_or_default();
        let (salts, commitments) = commit(&texts)?;
        let skeleton = row.text("skeleton").damaged(damaged)?;
        let link = Link {
            case,
            seq: u64::try_from(seq).damaged(damaged)?,
            previous: &previous,
            skeleton: &skeleton,
            commitments: &commitments,
        };
        let hash = link.hash();
        query(
            "UPDATE events SET algorithm = $1, previous = $2, hash = $3, commitments = $4 \
             WHERE case_id = $5 AND seq = $6",
        )
        .bind(ALGORITHM)
        .bind(previous.as_str())
        .bind(hash.as_str())
        .bind(commitments.as_str())
        .bind(case.0)
        .bind(seq)
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        for (key, salt) in texts.keys().zip(salts) {
            query("UPDATE event_texts SET salt = $1 WHERE case_id = $2 AND seq = $3 AND key = $4")
                .bind(salt)
                .bind(case.0)
                .bind(seq)
                .bind(key.as_str())
                .execute(&mut *tx)
                .await
                .doing(doing)?;
        }
        before = Some((case, hash));
    }
    Ok(())
}
