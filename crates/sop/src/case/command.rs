//! What people ask for. There are few commands and they are general: a new SOP needs no new one.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::event::SystemJob;
use super::{
    Audience, By, Channel, DispatchFailure, EmailAddress, Entries, EventHash, FileHash, LetterCode, PersonId,
    SigningMeans, TaskId, UnitCode, Version,
};
use crate::calendar::Calendar;
use crate::definition::{OutcomeId, Role, Sop, StepNo};
use crate::letter::Capacity;

/// What the rules look things up in: the SOP of the case and the working time of the office.
#[derive(Clone, Copy, Debug)]
pub struct Office<'a> {
    pub sop: &'a Sop,
    pub calendar: &'a Calendar,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Person { id: PersonId, roles: Vec<Role> },
    System(SystemJob),
}

impl Actor {
    pub fn has(&self, role: &str) -> bool {
        match self {
            Self::Person { roles, .. } => roles.iter().any(|held| *held == *role),
            Self::System(_) => false,
        }
    }

    /// The actor as history names them, acting in `role`.
    pub(super) fn acting_as(&self, role: impl Into<Role>) -> By {
        match self {
            Self::Person { id, .. } => By::Person { person: id.clone(), role: role.into() },
            Self::System(job) => By::System { system: *job },
        }
    }

    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person { id, .. } => Some(id),
            Self::System(_) => None,
        }
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.as_str().to_owned()
    }
}

/// Somebody to whom work is given, with the role they hold today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignee {
    pub person: PersonId,
    pub roles: Vec<Role>,
}

/// A file that was taken in, with the name its sender gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedFile {
    pub file: FileHash,
    pub media_type: String,
    pub bytes: u64,
    pub name: String,
}

/// A request for help as it comes in.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    pub requester: Option<PersonId>,
    pub requester_name: String,
    pub contact: String,
    pub unit: UnitCode,
    /// What it is about, in one line.
    pub subject: String,
    pub channel: Channel,
    pub received_at: Timestamp,
    pub letter_no: String,
    pub letter_date: Option<Date>,
    /// The fields of the SOP's request form.
    pub entries: Entries,
    pub files: Vec<AttachedFile>,
}

/// With what a letter became one: its number, its signature, and where both can be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub code: LetterCode,
    /// Its place in the register of outgoing letters of its year.
    pub number: u32,
    /// The number as it is printed.
    pub written_number: String,
    pub dated: Date,
    /// Its number was reserved, on the day it is dated, and waited for it since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reserved: bool,
    /// The signed PDF.
    pub file: FileHash,
    pub bytes: u64,
    /// What was printed, as a [`crate::letter::Letter`] in JSON: it can be shown again as it was.
    pub content: FileHash,
    pub capacity: Capacity,
    pub means: SigningMeans,
    /// The SHA-256 of the signer's certificate, in hexadecimal.
    pub certificate: String,
    /// The last event of the case when the letter was made, which is printed on it: what was signed agrees
    /// with no other history. None for letters of before events had hashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<EventHash>,
}

/// What became of a letter that was to go out by e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DispatchResult {
    Sent {
        to: EmailAddress,
    },
    Failed {
        cause: DispatchFailure,
        /// To where it should have gone, if that was known.
        to: Option<EmailAddress>,
        /// What the mail server said, or what else went wrong.
        answer: String,
    },
}

/// Something asked of a case that exists.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Finish a task.
    Complete {
        task: TaskId,
        outcome: OutcomeId,
        entries: Entries,
        assignee: Option<Assignee>,
        /// The version of the case the person had before them.
        seen: Version,
        /// For an outcome that signs a letter.
        signature: Option<Signature>,
    },
    /// Log a stage of a repair.
    LogProgress {
        task: TaskId,
        entries: Entries,
    },
    /// Give a task to somebody.
    Assign {
        task: TaskId,
        to: Assignee,
        /// The version of the case the person had before them.
        seen: Version,
    },
    /// Stop the clock.
    Suspend {
        reason: String,
    },
    /// Let the clock run again.
    Resume {
        note: String,
    },
    /// The requester no longer needs help.
    Withdraw {
        reason: String,
    },
    /// Take an ended case up again.
    Reopen {
        reason: String,
    },
    Note {
        text: String,
        audience: Audience,
    },
    /// Add files: all of them or none.
    Attach {
        files: Vec<AttachedFile>,
    },
    /// Send a letter once more.
    SendAgain {
        letter: LetterCode,
        /// To where, as it was typed.
        address: String,
    },
    /// A letter was mailed, or was not.
    NoteDispatch {
        letter: LetterCode,
        dispatch: u32,
        result: DispatchResult,
    },
    /// A due time has come.
    NoteOverdue {
        step: StepNo,
        due_at: Timestamp,
    },
    /// The calendar has changed.
    RecomputeDue,
}
