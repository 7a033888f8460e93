//! One request on its way through the SOP.
//!
//! A case is a list of events; its state is the fold of [`Case::evolve`] over them and nothing
//! else. [`register`] and [`decide`] hold every rule: they take what somebody asks for and answer
//! with events or with a [`Refusal`]. Time, numbers and the identity of people come in as
//! arguments, so the same question always has the same answer.
//!
//! What people write is kept beside an event ([`Texts`]), not in it: the event is the skeleton that
//! has to stand for ever, the text can lawfully be erased.

mod command;
mod decide;
mod email;
mod event;
mod record;
mod refusal;
mod state;
#[cfg(test)]
mod tests;
mod written;

pub use command::{Actor, Assignee, AttachedFile, Command, DispatchResult, Office, Registration, Signature};
pub use decide::{decide, is_open_to, register};
pub use email::EmailAddress;
pub use event::{
    Audience, By, Channel, DispatchFailure, DueCause, Event, InPlaceOf, NewEvent, Recorded, SigningMeans,
    SystemJob, Texts, Value, Values, text_key,
};
pub use record::{
    Entries, FieldProblem, LINE_CHARS_MAX, PARAGRAPH_CHARS_MAX, Problem, one_line, read_date, read_so_far,
};
pub use refusal::Refusal;
pub use state::{
    Attachment, Case, Completion, Dispatch, DispatchState, Hold, LogEntry, Pause, Record, Request,
    SignedLetter, Status, StepRun, Task, TaskState,
};
pub use written::{Lesson, Written, WrittenKind, written};

use serde::{Deserialize, Serialize};

use crate::identifier::identifier;

identifier!(
    /// The public number of a case, `2026-0142`: the year of registration and a sequence without
    /// gaps.
    CaseNo
);
identifier!(
    /// Names a person without telling who it is.
    PersonId
);
identifier!(
    /// The code of a work unit (satker).
    UnitCode
);
identifier!(
    /// The SHA-256 of a file's content, in hexadecimal.
    FileHash
);
identifier!(
    /// The hash of an event, in hexadecimal. It covers the event before it, and so the history up to it.
    EventHash
);
identifier!(
    /// Names a signed letter to everybody who holds it. It cannot be guessed.
    LetterCode
);

/// A task within its case, counted from 1 in the order in which tasks opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u32);

impl std::fmt::Display for TaskId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// How many events a case has; the number of its last event.
pub type Version = u64;

/// The roles around the SOP: those who take part in a case without being a performer in its table.
pub mod roles {
    use crate::definition::Role;

    /// Asks for help.
    pub const REQUESTER: &str = "pemohon";
    /// Registers what comes in by letter.
    pub const AGENDA: &str = "agenda";
    /// Keeps accounts, sees no case.
    pub const ADMIN: &str = "admin";
    /// Reads everything and changes nothing.
    pub const AUDITOR: &str = "auditor";
    /// Sigap itself: what only the clock, a changed calendar or the mail may ask. No person holds it.
    pub const SYSTEM: &str = "sistem";

    /// Whether whoever holds these audits.
    pub fn audit(held: &[Role]) -> bool {
        held.iter().any(|role| *role == AUDITOR)
    }

    /// Whether one person may hold all of these on one day: an auditor changes nothing, and so holds no
    /// other role.
    pub fn go_together(held: &[Role]) -> bool {
        !audit(held) || held.iter().all(|role| *role == AUDITOR)
    }
}
