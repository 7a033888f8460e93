//! Seals: what stood at a time, under a key that is kept outside the database.
//!
//! Whoever can write to the database can change an event and hash everything after it anew. A seal
//! notes how far each case had come and the hash of its last event; without the key nobody makes one
//! that fits. Each seal covers the one before it, so that it need name only the cases that have changed
//! since, and still stands for all. It covers what was done about the lists of destruction as well.
//!
//! # What is sealed, byte by byte
//!
//! The digest is HMAC-SHA-256 under the office's key, over parts with their lengths as in `chain`:
//! `sigap seal hmac-sha256-v2`, the seal's number, its time in microseconds UTC, how many cases and how
//! many events there were in all, the digest of the seal before (empty for the first), how many acts about
//! lists of destruction there were in all, the hash of the last (empty for none), and for each case
//! that had changed, in the order of their numbers: the case's number, its version, the hash of its last
//! event. Numbers are in decimal; hashes and digests are 64 hexadecimal digits in lower case. Under
//! `hmac-sha256-v1`, which covered no lists, the two parts about them are not there.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use sop::case::{EventHash, Version};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::chain::each_with_its_length;
use crate::error::{Cause, Context};
use crate::rows::{Rows, Table};
use crate::sql::{CaseId, Columns as _, int, micros, timestamp};
use crate::{PAGE_ROWS_MAX, Store, StoreError, destruction};

/// How seals are made from now on; each row names how it was.
pub(crate) const ALGORITHM: &str = "hmac-sha256-v2";
/// How they were made before they covered the lists of destruction.
const WITHOUT_LISTS: &str = "hmac-sha256-v1";

/// The key under which an office seals its history. It is kept outside the database, or it would be
/// worth nothing.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// A new key.
    pub fn generate() -> Result<Self, StoreError> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| StoreError::Randomness { source: error.into() })?;
        Ok(Self(key))
    }

    /// Reads a key as [`SealKey::reveal`] writes it; none if it is not one.
    pub fn parse(digits: &str) -> Option<Self> {
        let mut key = [0; 32];
        hex::decode_to_slice(digits.trim(), &mut key).ok()?;
        Some(Self(key))
    }

    /// The key as 64 hexadecimal digits, for the file that keeps it.
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

/// One sealing of the history of all cases, and of what was done about lists of destruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Counted from 1 without gaps.
    pub number: u64,
    pub sealed_at: Timestamp,
    /// How many cases there were, and how many events in all.
    pub cases: u64,
    pub events: u64,
    /// How many acts about lists of destruction there were in all,
    pub list_acts: u64,
    /// and the hash of the last; empty for none.
    pub list_head: String,
    /// The digest of the seal before; empty for the first.
    pub previous: String,
    /// 64 hexadecimal digits, which stand for the whole history up to here.
    pub digest: String,
}

/// The last event of a case at the time of a seal.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) case: CaseId,
    pub(crate) version: Version,
    pub(crate) hash: EventHash,
}

impl Store {
    /// Seals what has come since the last seal; none if nothing has, or another node has just done so.
    pub async fn seal(&self, key: &SealKey, now: Timestamp) -> Result<Option<Seal>, StoreError> {
        let doing = || "sealing the history".to_owned();
        // Looking at every case takes a while, in which others go on writing: what they write is for the next.
        let mut snapshot = self.snapshot("beginning to look what has to be sealed").await?;
        let changed = query(
            "SELECT c.case_id, c.sealed, e.seq AS version, e.hash FROM ( \
               SELECT case_id, \
                 (SELECT MAX(seq) FROM events WHERE events.case_id = cases.case_id) AS version, \
                 COALESCE((SELECT MAX(version) FROM sealed_heads AS h WHERE h.case_id = cases.case_id), 0) \
                   AS sealed \
               FROM cases) AS c \
             JOIN events AS e ON e.case_id = c.case_id AND e.seq = c.version \
             WHERE c.sealed < c.version ORDER BY c.case_id",
        )
        .fetch_all(&mut *snapshot)
        .await
        .doing(doing)?;
        let seen = last_seal(&mut snapshot).await?;
        snapshot.rollback().await.doing(doing)?;

        let mut tx = self.write("beginning to seal the history").await?;
        let last = last_seal(&mut tx).await?;
        let (list_acts, list_head) = destruction::head(&mut tx).await?;
        let number = |seal: &Option<Seal>| seal.as_ref().map_or(0, |seal| seal.number);
        let by_another_node = number(&last) != number(&seen);
        let nothing_new = changed.is_empty() && last.as_ref().map_or(0, |last| last.list_acts) == list_acts;
        if by_another_node || nothing_new {
            return Ok(None);
        }
        let (mut cases, mut events) = last.as_ref().map_or((0, 0), |last| (last.cases, last.events));
        let mut heads = Vec::with_capacity(changed.len());
        for row in &changed {
            let head = Head::read(row)?;
            let sealed = row.count("sealed").damaged(|| format!("the last seal of case {}", head.case))?;
            cases += u64::from(sealed == 0);
            events += head.version - u64::from(sealed);
            heads.push(head);
        }
        let mut seal = Seal {
            number: last.as_ref().map_or(0, |last| last.number) + 1,
            // As it is read again.
            sealed_at: timestamp(micros(now)).doing(doing)?,
            cases,
            events,
            list_acts,
            list_head,
            previous: last.map(|last| last.digest).unwrap_or_default(),
            digest: String::new(),
        };
        seal.digest = seal.computed_digest(ALGORITHM, key, &heads);
        seal.write(&mut tx, &heads).await?;
        tx.commit().await.doing(doing)?;
        Ok(Some(seal))
    }

    /// Seals in the order of their numbers, from the one after `after` on.
    pub async fn seals_after(&self, after: u64, limit: u32) -> Result<Vec<Seal>, StoreError> {
        let rows = query(
            "SELECT number, algorithm, sealed_at, cases, events, previous, digest, list_acts, list_head \
             FROM seals WHERE number > $1 ORDER BY number LIMIT $2",
        )
        .bind(int(after))
        .bind(i64::from(limit.min(PAGE_ROWS_MAX)))
        .fetch_all(&self.readers)
        .await
        .doing(|| format!("listing the seals after {after}"))?;
        rows.iter().map(Seal::read).collect()
    }
}

impl Seal {
    /// Whether the seal is as it was made, by an algorithm and under this key.
    pub(crate) fn is_as_made(&self, algorithm: &str, key: &SealKey, heads: &[Head]) -> bool {
        let is_known = match algorithm {
            ALGORITHM => true,
            WITHOUT_LISTS => self.list_acts == 0 && self.list_head.is_empty(),
            _ => false,
        };
        is_known && self.computed_digest(algorithm, key, heads) == self.digest
    }

    /// What the digest has to be by an algorithm and under this key.
    pub(crate) fn computed_digest(&self, algorithm: &str, key: &SealKey, heads: &[Head]) -> String {
        // A key shorter than a block of the hash is filled up with zeros (RFC 2104).
        let mut block = [0; 64];
        block[..key.0.len()].copy_from_slice(&key.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        let counts = [self.number, self.cases, self.events, self.list_acts].map(|count| count.to_string());
        let [number, cases, events, list_acts] = &counts;
        let sealed_at = micros(self.sealed_at).to_string();
        let about = [&format!("sigap seal {algorithm}"), number, &sealed_at, cases, events, &self.previous];
        each_with_its_length(&about.map(String::as_str), |bytes| mac.update(bytes));
        if algorithm != WITHOUT_LISTS {
            each_with_its_length(&[list_acts, &self.list_head], |bytes| mac.update(bytes));
        }
        for head in heads {
            let (case, version) = (head.case.to_string(), head.version.to_string());
            each_with_its_length(&[&case, &version, head.hash.as_str()], |bytes| mac.update(bytes));
        }
        hex::encode(mac.finalize().into_bytes())
    }

    async fn write(&self, tx: &mut AnyConnection, heads: &[Head]) -> Result<(), StoreError> {
        let doing = || format!("writing seal {}", self.number);
        query(
            "INSERT INTO seals \
               (number, algorithm, sealed_at, cases, events, previous, digest, list_acts, list_head) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(int(self.number))
        .bind(ALGORITHM)
        .bind(micros(self.sealed_at))
        .bind(int(self.cases))
        .bind(int(self.events))
        .bind(self.previous.as_str())
        .bind(self.digest.as_str())
        .bind(int(self.list_acts))
        .bind(self.list_head.as_str())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        let mut rows = Rows::of(Table {
            insert: "INSERT INTO sealed_heads (case_id, version, hash, seal)",
            row: "(?, ?, ?, ?)",
            otherwise: "",
        });
        for head in heads {
            let (version, number) = (int(head.version), int(self.number));
            rows.add([head.case.into(), version.into(), head.hash.as_str().into(), number.into()]);
        }
        rows.write(tx, doing).await
    }

    pub(crate) fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let number = row.int("number").damaged(|| "the number of a seal".to_owned())?;
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                number: u64::try_from(number)?,
                sealed_at: row.time("sealed_at")?,
                cases: u64::try_from(row.int("cases")?)?,
                events: u64::try_from(row.int("events")?)?,
                list_acts: u64::try_from(row.int("list_acts")?)?,
                list_head: row.text("list_head")?,
                previous: row.text("previous")?,
                digest: row.text("digest")?,
            })
        };
        read().damaged(|| format!("seal {number}"))
    }
}

async fn last_seal(connection: &mut AnyConnection) -> Result<Option<Seal>, StoreError> {
    let last = query(
        "SELECT number, algorithm, sealed_at, cases, events, previous, digest, list_acts, list_head \
         FROM seals ORDER BY number DESC LIMIT 1",
    );
    let last = last.fetch_optional(connection).await;
    last.doing(|| "reading the last seal".to_owned())?.as_ref().map(Seal::read).transpose()
}

impl Head {
    pub(crate) fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let case = row.case("case_id").damaged(|| "the key of a case".to_owned())?;
        let read = || -> Result<Self, Cause> {
            let hash = EventHash::new(row.text("hash")?);
            Ok(Self { case, version: u64::try_from(row.int("version")?)?, hash })
        };
        read().damaged(|| format!("the last event of case {case}"))
    }
}
