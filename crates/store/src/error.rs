//! What can go wrong in the store. Each error says what was being done and to which thing; the
//! cause is its `source`.

use std::error::Error;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use sop::case::{CaseNo, Refusal, UnitCode};
use sop::mandate::MandateRefusal;

use crate::files::FilesError;

pub(crate) type Cause = Box<dyn Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or did not do what it was asked.
    #[error("the database failed while {doing}")]
    Database { doing: String, source: Cause },
    /// What was read cannot be what was written.
    #[error("{thing} is damaged in the database")]
    Damaged { thing: String, source: Cause },
    /// The address of the database cannot be used.
    #[error("{url} is not the address of a database: {mend}")]
    Address { url: String, mend: &'static str },
    /// The place in a list that was asked for is none; it came from outside.
    #[error("{cursor:?} is not a place in this list")]
    Cursor { cursor: String },
    /// A case follows an SOP that this version of Sigap does not bring.
    #[error("case {case} follows SOP {sop} of {revision}, which is not here")]
    SopUnknown { case: CaseNo, sop: String, revision: String },
    /// The year cannot be part of a case number.
    #[error("no case number can begin with the year {year}")]
    Year { year: i16 },
    /// Something needs the key of the office's secrets, and the database was opened without it.
    #[error("the key of the office's secrets is not at hand")]
    NoSecretsKey,
    /// It was destroyed by a list: its years were over, or its erasure was granted.
    #[error("case {case} was destroyed at {at} by the list {list}")]
    Destroyed { case: CaseNo, list: u32, at: Timestamp },
    /// Somebody began to copy an office into it, and it is not whole yet.
    #[error("a copy into this database has not come to its end: run `sigap copy` again until it has")]
    HalfCopied,
    /// Texts are not stored without salt.
    #[error("the machine gives no random numbers")]
    Randomness { source: Cause },
}

impl StoreError {
    /// Whether it may not happen again if the same is tried anew: the transaction was undone for the sake of
    /// another, or the connection went before it had ended.
    pub(crate) fn may_pass(&self) -> bool {
        match self.sqlx() {
            // https://www.postgresql.org/docs/current/errcodes-appendix.html
            Some(sqlx::Error::Database(error)) => error.code().is_some_and(|code| {
                let undone = ["40001", "40P01"];
                let connection_gone = ["57P01", "57P02", "57P03"];
                undone.contains(&&*code) || connection_gone.contains(&&*code) || code.starts_with("08")
            }),
            Some(sqlx::Error::Io(_)) => true,
            Some(_) | None => false,
        }
    }

    /// Whether a lock that others hold was not let go of in time.
    pub(crate) fn waited_in_vain(&self) -> bool {
        matches!(self.sqlx(), Some(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code == "55P03"))
    }

    /// Whether the database did not answer, or not any more. Where something was being written, nobody knows
    /// whether it is there.
    pub fn is_out_of_reach(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        match source.downcast_ref::<NotAcknowledged>().map(|lost| &*lost.0).or(source.downcast_ref()) {
            // The connection, one that there is no room for, and the server on its way down or up.
            Some(sqlx::Error::Database(error)) => error.code().is_some_and(|code| {
                code.starts_with("08") || code.starts_with("57P") || matches!(&*code, "53300")
            }),
            Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
            Some(_) | None => false,
        }
    }

    /// Whether the database cannot write: there is no room, or its disk is broken or not to be written to.
    /// What was being written is not there, unless the process ends before it writes anything else.
    pub fn cannot_write(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        let error = source.downcast_ref::<NotAcknowledged>().map(|lost| &*lost.0).or(source.downcast_ref());
        let Some(sqlx::Error::Database(error)) = error else { return false };
        error.code().is_some_and(|code| {
            // https://www.sqlite.org/rescode.html: READONLY, IOERR, FULL and CANTOPEN, whose details are in the
            // higher bits.
            let sqlite = code.parse().is_ok_and(|code: u32| matches!(code & 0xff, 8 | 10 | 13 | 14));
            let postgres = matches!(&*code, "25006" | "53100" | "58030");
            if code.len() == 5 { postgres } else { sqlite }
        })
    }

    /// Whether somebody else has written what this would have written.
    pub(crate) fn came_second(&self) -> bool {
        matches!(self.sqlx(), Some(sqlx::Error::Database(error)) if error.is_unique_violation() || error.is_foreign_key_violation())
    }

    fn sqlx(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database { source, .. } => source.downcast_ref(),
            _ => None,
        }
    }
}

/// Why an office was not copied to another database. The source is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(
        "the office to be copied is in the form of another version of Sigap: bring it forward with \
         `sigap migrate` first"
    )]
    SourceOfAnotherVersion,
    #[error("there is an office in the database to copy to, and none is overwritten: name an empty one")]
    TargetInUse,
    #[error(
        "a copy of another office was begun in the database to copy to: go on with that one, or name an \
         empty database"
    )]
    TargetOfAnother,
    #[error(
        "somebody worked in the office while it was copied ({}): stop Sigap on every node and run the same \
         command again, which begins anew",
        tables.join(", ")
    )]
    SourceChanged { tables: Vec<String> },
    /// They were changed in the target, or in the source between two runs.
    #[error(
        "the copy is not the same as the office ({}): somebody worked in the office since the copy was begun, \
         or changed the copy. Stop Sigap on every node and run the same command again, which begins anew",
        tables.join(", ")
    )]
    NotTheSame { tables: Vec<String> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The end of a transaction was not acknowledged, to whoever shared it. Should the connection have been lost,
/// nobody knows whether it was stored, so that this is never taken for something that may be tried anew.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the end of it was not acknowledged")]
pub(crate) struct NotAcknowledged(#[source] Arc<sqlx::Error>);

impl From<sqlx::Error> for NotAcknowledged {
    fn from(error: sqlx::Error) -> Self {
        Self(Arc::new(error))
    }
}

/// Why a request was not taken in. Nothing was stored and no number used.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    #[error(transparent)]
    Refused(Refusal),
    /// Something else was registered under the same key.
    #[error("another request was registered under this key")]
    KeyUsed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why events were not added. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody was faster: the case is no longer at the version the decision was made on.
    #[error("the case has changed in the meantime")]
    Conflict,
    /// Another letter has got the number that this one carries, or it is reserved no more.
    #[error("the number of the letter was taken in the meantime")]
    NumberTaken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why no number was set aside.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    #[error("{waiting_max} reserved numbers wait already")]
    TooMany { waiting_max: u32 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a mandate was not kept.
#[derive(Debug, thiserror::Error)]
pub enum MandateError {
    #[error(transparent)]
    Refused(MandateRefusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a list of destruction did not come a step further.
#[derive(Debug, thiserror::Error)]
pub enum DestructionError {
    #[error("there is no list {list}")]
    NotFound { list: u32 },
    #[error("case {case} has not ended, or was taken up again; make the list anew")]
    NotEnded { case: CaseNo },
    #[error("case {case} is on the list {list} already")]
    Listed { case: CaseNo, list: u32 },
    #[error("the request {request} for erasure waits for no answer")]
    Answered { request: u32 },
    #[error("only whoever proposed the list {list} can withdraw it; whoever approves can refuse it")]
    NotTheProposer { list: u32 },
    #[error("the list {list} waits for approval no more; look at what was done about it")]
    NotWaiting { list: u32 },
    /// Four eyes.
    #[error("whoever proposed the list {list} cannot approve or refuse it; ask somebody else")]
    SamePerson { list: u32 },
    #[error("the list {list} is not the one that was proposed; look at it again")]
    Changed { list: u32 },
    #[error("the list {list} is not approved yet")]
    NotApproved { list: u32 },
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("this person has {tokens_max} tokens already")]
    TooMany { tokens_max: u32 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a person was not added.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    #[error("another person has this e-mail address")]
    EmailTaken,
    #[error("another person has this NIP")]
    NipTaken,
    #[error("there is no such unit")]
    UnitUnknown,
    #[error("they have no position in a unit at any time")]
    PeriodMissing,
    #[error("they have two positions on the same days")]
    PeriodsOverlap,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why no units were put in.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    #[error("unit {unit} would belong to {parent}, which does not exist")]
    ParentUnknown { unit: UnitCode, parent: UnitCode },
    #[error("unit {unit} would belong to itself")]
    Circle { unit: UnitCode },
    #[error(
        "unit {unit} cannot get another name on {from}; choose a day on which it exists, after that on which \
         it got the name it has"
    )]
    NotRenamed { unit: UnitCode, from: Date },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why no people were put in.
#[derive(Debug, thiserror::Error)]
pub enum PutPeopleError {
    /// The first of them who stood in the way.
    #[error("{name} cannot be put in")]
    Person { name: String, source: PersonError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Wraps what a driver or parser says in what was being done.
pub(crate) trait Context<T> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T, StoreError>;
    fn damaged(self, thing: impl FnOnce() -> String) -> Result<T, StoreError>;
}

impl<T, E: Into<Cause>> Context<T> for Result<T, E> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T, StoreError> {
        self.map_err(|cause| StoreError::Database { doing: doing(), source: cause.into() })
    }

    fn damaged(self, thing: impl FnOnce() -> String) -> Result<T, StoreError> {
        self.map_err(|cause| StoreError::Damaged { thing: thing(), source: cause.into() })
    }
}
