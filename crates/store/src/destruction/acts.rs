//! What was done about the lists of destruction: each act carries the hash of the one before it, over all
//! lists, and seals cover the last. Whoever puts a list into the database, or an approval under one, has to
//! hash anew what a seal has covered.
//!
//! # What is hashed, byte by byte
//!
//! As for events (see `chain`). Under `sha256-v1` the parts are `sigap destruction act sha256-v1`, the act's
//! number, the number of its list, its kind, the person, the time in microseconds UTC, the reason, the digest
//! and the hash of the act before it (empty for the first). Numbers are in decimal; all but the numbers
//! stand as in their columns.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sop::case::PersonId;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::StoreError;
use crate::chain::{ALGORITHM, sha256};
use crate::error::{Cause, Context};
use crate::sql::{Columns as _, int, micros, name_of, timestamp};

/// Something that was done about a list of destruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListAct {
    pub kind: ListActKind,
    pub by: PersonId,
    pub at: Timestamp,
    /// Why it was withdrawn or refused; empty otherwise.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What can be done about a list; what was done last is how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListActKind {
    Proposed,
    /// By whoever proposed it, before it was approved.
    Withdrawn,
    /// By whoever was to approve it.
    Refused,
    Approved,
    CarriedOut,
}

/// An act as it stands in its row.
#[derive(Clone, Debug)]
pub(crate) struct StoredAct {
    pub(crate) number: u64,
    pub(crate) list: u32,
    pub(crate) act: ListAct,
    pub(crate) digest: String,
    pub(crate) algorithm: String,
    pub(crate) previous: String,
    pub(crate) hash: String,
}

impl StoredAct {
    /// Whether it is as it was stored, going by its hash.
    pub(crate) fn is_as_stored(&self) -> bool {
        self.algorithm == ALGORITHM && self.computed_hash().is_ok_and(|hash| hash == self.hash)
    }

    fn computed_hash(&self) -> Result<String, StoreError> {
        let kind = name_of(&self.act.kind)?;
        let (number, list) = (self.number.to_string(), self.list.to_string());
        let at = micros(self.act.at).to_string();
        Ok(sha256(&[
            "sigap destruction act sha256-v1",
            &number,
            &list,
            &kind,
            self.act.by.as_str(),
            &at,
            &self.act.reason,
            &self.digest,
            &self.previous,
        ]))
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            number: u64::try_from(row.int("number")?)?,
            list: row.count("list")?,
            act: ListAct {
                kind: row.one_of("kind")?,
                by: PersonId::new(row.text("person")?),
                at: row.time("at")?,
                reason: row.text("reason")?,
            },
            digest: row.text("digest")?,
            algorithm: row.text("algorithm")?,
            previous: row.text("previous")?,
            hash: row.text("hash")?,
        })
    }
}

/// How many acts there are in all, and the hash of the last; empty where there is none.
pub(crate) async fn head(connection: &mut AnyConnection) -> Result<(u64, String), StoreError> {
    let last = query("SELECT number, hash FROM destruction_acts ORDER BY number DESC LIMIT 1");
    let last = last.fetch_optional(connection).await.doing(|| "reading the last act about a list".to_owned());
    let Some(row) = last? else { return Ok((0, String::new())) };
    let read = || -> Result<_, Cause> { Ok((u64::try_from(row.int("number")?)?, row.text("hash")?)) };
    read().damaged(|| "the last act about a list".to_owned())
}

/// Every act, in the order in which they were done.
pub(crate) async fn read_all(connection: &mut AnyConnection) -> Result<Vec<StoredAct>, StoreError> {
    let rows = query(
        "SELECT number, list, kind, person, at, reason, digest, algorithm, previous, hash \
         FROM destruction_acts ORDER BY number",
    )
    .fetch_all(connection)
    .await;
    let rows = rows.doing(|| "reading what was done about the lists".to_owned())?;
    rows.iter().map(|row| StoredAct::read(row).damaged(|| "an act about a list".to_owned())).collect()
}

/// Adds an act to the chain.
pub(super) async fn append(
    tx: &mut AnyConnection,
    list: u32,
    act: ListAct,
    digest: String,
) -> Result<(), StoreError> {
    let doing = || format!("noting what was done about the list {list}");
    let (last, previous) = head(&mut *tx).await?;
    // As it is read again.
    let act = ListAct { at: timestamp(micros(act.at)).doing(doing)?, ..act };
    let mut stored = StoredAct {
        number: last + 1,
        list,
        act,
        digest,
        algorithm: ALGORITHM.to_owned(),
        previous,
        hash: String::new(),
    };
    stored.hash = stored.computed_hash()?;
    query(
        "INSERT INTO destruction_acts \
           (number, list, kind, person, at, reason, digest, algorithm, previous, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(int(stored.number))
    .bind(i64::from(list))
    .bind(name_of(&stored.act.kind)?)
    .bind(stored.act.by.as_str())
    .bind(micros(stored.act.at))
    .bind(stored.act.reason.as_str())
    .bind(stored.digest.as_str())
    .bind(stored.algorithm.as_str())
    .bind(stored.previous.as_str())
    .bind(stored.hash.as_str())
    .execute(tx)
    .await
    .doing(doing)?;
    Ok(())
}
