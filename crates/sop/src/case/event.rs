//! What has happened. Events are a format: they are stored for ever and read again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CaseNo, FileHash, LetterCode, PersonId, Signature, TaskId, UnitCode, Version, roles};
use crate::definition::{EndId, FieldId, OptionId, OutcomeId, Role, SopCode, StageRef, StepNo};
use crate::letter::Capacity;
use crate::mandate::MandateId;

/// One thing that happened to a case. It holds no free text and no name of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A request was taken in.
    Registered {
        number: CaseNo,
        /// The number in the register of incoming letters, counted per year.
        agenda: u32,
        sop: SopCode,
        revision: String,
        /// The account of the requester; none when the request came on paper from somebody without.
        requester: Option<PersonId>,
        unit: UnitCode,
        channel: Channel,
        /// When the request reached the office, which may be before it was entered.
        received_at: Timestamp,
        letter_date: Option<Date>,
        values: Values,
    },
    /// Work on a row began. The due time was computed once, here.
    StepOpened { step: StepNo, round: u32, due_at: Option<Timestamp> },
    /// A stage waits for its performer.
    TaskOpened { task: TaskId, stage: StageRef, assignee: Option<PersonId> },
    /// A task was given to somebody else, and with it, or not, the work that follows.
    TaskAssigned { task: TaskId, to: PersonId, takes_over: bool },
    /// A stage of the repair was logged.
    ProgressLogged { task: TaskId, values: Values },
    /// A stage is done.
    TaskCompleted { task: TaskId, outcome: OutcomeId, values: Values, assigned: Option<PersonId> },
    /// A letter was signed and numbered, in the same act that completed its task.
    LetterSigned {
        task: TaskId,
        /// Its place among the documents of the outcome.
        document: u32,
        #[serde(flatten)]
        signature: Signature,
    },
    /// A letter is to go out by e-mail: because it was just signed, or because somebody wants it sent
    /// again. An address that somebody chose is a text of this event.
    DispatchOrdered {
        letter: LetterCode,
        /// Counted from 1 within the letter.
        dispatch: u32,
    },
    /// A mail server took a letter on. What becomes of it there nobody tells us.
    Dispatched { letter: LetterCode, dispatch: u32 },
    /// A letter did not go out, and Sigap tries no more by itself.
    DispatchFailed { letter: LetterCode, dispatch: u32, cause: DispatchFailure },
    /// All stages of a row are done, or the row was left.
    StepCompleted { step: StepNo },
    /// The clock was stopped.
    Suspended,
    /// The clock runs again.
    Resumed,
    /// A due time changed; the old one is kept here.
    DueMoved { step: StepNo, from: Timestamp, to: Timestamp, cause: DueCause },
    /// A due time passed with the row not done.
    StepOverdue { step: StepNo, due_at: Timestamp },
    /// Somebody wrote a note.
    Noted { audience: Audience },
    /// A file was added.
    Attached { file: FileHash, media_type: String, bytes: u64 },
    /// The case came to an end.
    Closed { end: EndId },
    /// An ended case was taken up again.
    Reopened,
}

/// How a request reached the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The requester filled in the form.
    Form,
    /// A letter came on paper and was entered by the office.
    Letter,
}

/// With what a letter was signed. A letter says it, and never claims more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningMeans {
    /// A key that the office keeps, with a certificate of its own authority.
    Local,
    /// The same with a certificate that was made for trying out, and proves nothing.
    Test,
    /// Balai Besar Sertifikasi Elektronik.
    Bsre,
}

/// Why a letter did not go out by e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DispatchFailure {
    /// The mail server refused it for good.
    Refused,
    /// It was tried again and again, and no mail server took it on.
    GivenUp,
    /// No e-mail address of the requester is known.
    NoAddress,
    /// This office sends no e-mail.
    NotSetUp,
}

/// Why a due time changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueCause {
    /// The clock stood still for a while.
    Suspension,
    /// The calendar changed.
    Calendar,
}

/// Who may read a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The office only.
    Office,
    /// The office and the requester.
    Everyone,
}

/// What was chosen in a form: nothing that a person typed freely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Options(Vec<OptionId>),
    Date(Date),
}

pub type Values = BTreeMap<FieldId, Value>;

/// What people wrote, kept apart from the event so that it can be erased. Keys are field ids or the
/// names in [`text_key`].
pub type Texts = BTreeMap<String, String>;

/// The keys of texts that belong to no field of the SOP.
pub mod text_key {
    pub const REQUESTER_NAME: &str = "@nama";
    pub const CONTACT: &str = "@kontak";
    pub const SUBJECT: &str = "@hal";
    pub const LETTER_NO: &str = "@nomor-surat";
    pub const REASON: &str = "@sebab";
    pub const NOTE: &str = "@catatan";
    pub const FILE_NAME: &str = "@nama-berkas";
    pub const EMAIL: &str = "@surel";
    pub const SERVER_ANSWER: &str = "@jawaban-server";
}

/// An event as it was decided, before it has a number.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    pub at: Timestamp,
    pub by: By,
    pub event: Event,
    pub texts: Texts,
}

/// An event as it was stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Counted from 1 within the case, without gaps.
    pub seq: Version,
    pub at: Timestamp,
    pub by: By,
    #[serde(flatten)]
    pub event: Event,
    /// Empty where nothing was written or all of it was erased.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: Texts,
}

/// Who did it, and in which role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum By {
    Person {
        person: PersonId,
        role: Role,
        /// None for whoever holds the role by own right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_place_of: Option<Box<InPlaceOf>>,
    },
    /// Sigap itself, when a time came, a calendar changed or a letter was mailed.
    System { system: SystemJob },
}

/// For whom somebody acted, and by what right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InPlaceOf {
    pub person: PersonId,
    pub capacity: Capacity,
    pub mandate: MandateId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemJob {
    Clock,
    Calendar,
    Mail,
}

impl NewEvent {
    /// The event with its number in the case.
    pub fn recorded(self, seq: Version) -> Recorded {
        let Self { at, by, event, texts } = self;
        Recorded { seq, at, by, event, texts }
    }
}

impl By {
    /// Who did it, themselves.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person { person, .. } => Some(person),
            Self::System { .. } => None,
        }
    }

    /// For whom, where it was not by own right.
    pub fn in_place_of(&self) -> Option<&InPlaceOf> {
        match self {
            Self::Person { in_place_of, .. } => in_place_of.as_deref(),
            Self::System { .. } => None,
        }
    }

    /// In which capacity they sign.
    pub fn capacity(&self) -> Capacity {
        self.in_place_of().map_or(Capacity::Own, |place| place.capacity)
    }
}

impl Recorded {
    /// Whether it has no place in the SOP's table, so that histories can say so.
    pub fn is_outside_sop(&self) -> bool {
        match &self.event {
            // An end that no performer brought about is a withdrawal.
            Event::Closed { .. } => match &self.by {
                By::Person { role, .. } => *role == roles::REQUESTER || *role == roles::AGENDA,
                By::System { .. } => false,
            },
            Event::StepOpened { .. }
            | Event::TaskOpened { .. }
            | Event::ProgressLogged { .. }
            | Event::TaskCompleted { .. }
            | Event::LetterSigned { .. }
            // The rows say whom their letters reach; by which way is not theirs to say.
            | Event::Dispatched { .. }
            | Event::DispatchFailed { .. }
            | Event::StepCompleted { .. } => false,
            Event::DispatchOrdered { dispatch, .. } => *dispatch > 1,
            Event::Registered { .. }
            | Event::TaskAssigned { .. }
            | Event::Suspended
            | Event::Resumed
            | Event::DueMoved { .. }
            | Event::StepOverdue { .. }
            | Event::Noted { .. }
            | Event::Attached { .. }
            | Event::Reopened => true,
        }
    }
}
