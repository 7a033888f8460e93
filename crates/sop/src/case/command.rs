//! What people ask for. There are few commands and they are general: a new SOP needs no new one.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::event::{InPlaceOf, SystemJob};
use super::{
    Audience, By, Channel, DispatchFailure, EmailAddress, Entries, EventHash, FileHash, LetterCode, PersonId,
    SigningMeans, TaskId, UnitCode, Version,
};
use crate::calendar::Calendar;
use crate::definition::{OutcomeId, Role, Sop, StepNo};
use crate::letter::Capacity;
use crate::mandate::Standing;

/// What the rules look things up in: the SOP of the case and the working time of the office.
#[derive(Clone, Copy, Debug)]
pub struct Office<'a> {
    pub sop: &'a Sop,
    pub calendar: &'a Calendar,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Person {
        id: PersonId,
        /// Those held by own right.
        roles: Vec<Role>,
        /// In whose place they act today, the nearest first.
        standings: Vec<Standing>,
    },
    System(SystemJob),
}

impl Actor {
    /// Somebody who acts by own right alone.
    pub fn person_with(id: impl Into<PersonId>, roles: Vec<Role>) -> Self {
        Self::Person { id: id.into(), roles, standings: Vec::new() }
    }

    /// Whether they may act in a role, by own right or in somebody's place.
    pub fn has(&self, role: &str) -> bool {
        self.acting_as(role).is_some()
    }

    /// The actor as history names them, acting in `role`: by own right if they can, else in the place of
    /// whoever is nearest. None if they may not.
    pub fn acting_as(&self, role: &str) -> Option<By> {
        self.acting(role, |_| true)
    }

    /// The same for what was given to one person: only they may, or whoever acts in their place.
    pub fn acting_for(&self, role: &str, assignee: &PersonId) -> Option<By> {
        self.acting(role, |person| person == assignee)
    }

    fn acting(&self, role: &str, may_be: impl Fn(&PersonId) -> bool) -> Option<By> {
        let Self::Person { id, roles, standings } = self else { return None };
        let by = |in_place_of| By::Person { person: id.clone(), role: Role::new(role), in_place_of };
        let holds = |roles: &[Role]| roles.iter().any(|held| *held == *role);
        if may_be(id) && holds(roles) {
            return Some(by(None));
        }
        let standing =
            standings.iter().find(|standing| may_be(&standing.person) && holds(&standing.roles))?;
        Some(by(Some(Box::new(InPlaceOf {
            person: standing.person.clone(),
            capacity: standing.capacity,
            mandate: standing.mandate,
        }))))
    }

    /// In whose place they act today, the nearest first.
    pub fn standings(&self) -> &[Standing] {
        match self {
            Self::Person { standings, .. } => standings,
            Self::System(_) => &[],
        }
    }

    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person { id, .. } => Some(id),
            Self::System(_) => None,
        }
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
    /// That of the right by which it was signed, whatever was asked.
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
