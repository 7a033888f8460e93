//! What people ask about the data that is kept about them, and what they were answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sop::case::{CaseNo, PersonId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::sql::{CaseId, Columns as _, Statement, micros, name_of};
use crate::{PAGE_ROWS_MAX, Page, Store, StoreError};

/// How many requests of one person may wait for an answer at a time.
pub const DATA_REQUESTS_OPEN_MAX: u32 = 5;

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataRequestKind {
    /// To know what is kept, and what is done with it (UU 27/2022, Pasal 32).
    Access,
    /// That something wrong be mended (Pasal 30).
    Correction,
    /// That a case be erased (Pasal 43).
    Erasure,
}

/// A request about somebody's own data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataRequest {
    pub id: u32,
    pub person: PersonId,
    pub kind: DataRequestKind,
    /// Which case should be erased; none in other requests.
    pub case: Option<CaseNo>,
    pub text: String,
    pub asked_at: Timestamp,
    /// Absent while it waits.
    pub answer: Option<Answer>,
}

/// How a request was answered, by whom and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub text: String,
    pub by: PersonId,
    pub at: Timestamp,
}

impl Store {
    /// Takes a request of a person in, about a case where it asks for erasure. False, and nothing is taken in,
    /// if too many of theirs wait.
    pub async fn add_data_request(
        &self,
        person: &PersonId,
        kind: DataRequestKind,
        case: Option<&CaseNo>,
        text: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("adding a request of {person} about their data");
        let mut tx = self.write("beginning to add a request about somebody's data").await?;
        let row =
            query("SELECT COUNT(*) AS waiting FROM data_requests WHERE person = $1 AND answered_at IS NULL")
                .bind(person.as_str())
                .fetch_one(&mut *tx)
                .await
                .doing(doing)?;
        if row.count("waiting").damaged(|| "the count of requests".to_owned())? >= DATA_REQUESTS_OPEN_MAX {
            return Ok(false);
        }
        query(
            "INSERT INTO data_requests (person, kind, case_id, text, asked_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(person.as_str())
        .bind(name_of(&kind)?)
        .bind(case.and_then(CaseId::parse).map(|id| id.0))
        .bind(text)
        .bind(micros(now))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(true)
    }

    /// What a person has asked, the last first.
    pub async fn data_requests_of(&self, person: &PersonId) -> Result<Vec<DataRequest>, StoreError> {
        let rows = query(
            "SELECT id, person, kind, text, asked_at, answer, answered_by, answered_at, case_id \
             FROM data_requests WHERE person = $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(person.as_str())
        .bind(i64::from(PAGE_ROWS_MAX))
        .fetch_all(&self.readers)
        .await
        .doing(|| format!("reading the requests of {person} about their data"))?;
        rows.iter().map(DataRequest::read).collect()
    }

    /// The requests that wait for an answer, the one that has waited longest first.
    pub async fn waiting_data_requests(&self) -> Result<Vec<DataRequest>, StoreError> {
        let rows = query(
            "SELECT id, person, kind, text, asked_at, answer, answered_by, answered_at, case_id \
             FROM data_requests WHERE answered_at IS NULL ORDER BY asked_at, id LIMIT $1",
        )
        .bind(i64::from(PAGE_ROWS_MAX))
        .fetch_all(&self.readers)
        .await
        .doing(|| "reading the requests about data that wait".to_owned())?;
        rows.iter().map(DataRequest::read).collect()
    }

    /// A request by its number.
    pub async fn data_request(&self, id: u32) -> Result<Option<DataRequest>, StoreError> {
        let row = query(
            "SELECT id, person, kind, text, asked_at, answer, answered_by, answered_at, case_id \
             FROM data_requests WHERE id = $1",
        )
        .bind(i64::from(id))
        .fetch_optional(&self.readers)
        .await
        .doing(|| format!("reading the request {id} about data"))?;
        row.as_ref().map(DataRequest::read).transpose()
    }

    /// A page of the requests that were answered, the last answer first. `after` is the `next` of the page
    /// before.
    pub async fn answered_data_requests(
        &self,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<DataRequest>, StoreError> {
        let limit = limit.clamp(1, PAGE_ROWS_MAX);
        let mut statement = Statement::new(
            "SELECT id, person, kind, text, asked_at, answer, answered_by, answered_at, case_id \
             FROM data_requests WHERE answered_at IS NOT NULL",
        );
        if let Some(after) = after {
            let place = after.split_once('.').and_then(|(at, id)| at.parse().ok().zip(id.parse().ok()));
            let (at, id) = place.ok_or_else(|| StoreError::Cursor { cursor: after.to_owned() })?;
            statement.push(" AND (answered_at, id) < (").int(at).push(", ").int(id).push(")");
        }
        statement.push(" ORDER BY answered_at DESC, id DESC LIMIT ").int(i64::from(limit) + 1);
        let doing = || "reading the requests about data that were answered".to_owned();
        let mut rows = statement.fetch_all(&self.readers, doing).await?;
        let is_more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let rows = rows.iter().map(DataRequest::read).collect::<Result<Vec<_>, _>>()?;
        let last = rows.last().filter(|_| is_more);
        let next = last.and_then(|last| Some(format!("{}.{}", micros(last.answer.as_ref()?.at), last.id)));
        Ok(Page { rows, next })
    }

    /// Answers a request. False if there is none of that number that waits.
    pub async fn answer_data_request(&self, id: u32, answer: &Answer) -> Result<bool, StoreError> {
        let mut tx = self.write("beginning to answer a request about data").await?;
        let is_answered = answer_in(&mut tx, id, answer).await?;
        tx.commit().await.doing(|| format!("answering the request {id} about data"))?;
        Ok(is_answered)
    }
}

/// Answers a request within what else is done. False if there is none of that number that waits.
pub(crate) async fn answer_in(tx: &mut AnyConnection, id: u32, answer: &Answer) -> Result<bool, StoreError> {
    let answered = query(
        "UPDATE data_requests SET answer = $1, answered_by = $2, answered_at = $3 \
         WHERE id = $4 AND answered_at IS NULL",
    )
    .bind(answer.text.as_str())
    .bind(answer.by.as_str())
    .bind(micros(answer.at))
    .bind(i64::from(id))
    .execute(tx)
    .await
    .doing(|| format!("answering the request {id} about data"))?;
    Ok(answered.rows_affected() == 1)
}

impl DataRequest {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            let answer = match row.time_or_none("answered_at")? {
                Some(at) => Some(Answer {
                    text: row.text("answer")?,
                    by: PersonId::new(row.text("answered_by")?),
                    at,
                }),
                None => None,
            };
            Ok(Self {
                id: row.count("id")?,
                person: PersonId::new(row.text("person")?),
                kind: row.one_of("kind")?,
                case: row.int_or_none("case_id")?.map(|_| row.case("case_id")).transpose()?.map(CaseId::no),
                text: row.text("text")?,
                asked_at: row.time("asked_at")?,
                answer,
            })
        };
        read().damaged(|| "a request about data".to_owned())
    }
}
