//! Why the office says no. Refusals are data; the words are found where they are shown.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{By, FieldProblem, PersonId, TaskId};
use crate::definition::{EndId, OutcomeId, Role, StageRef};

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("only {needed} may do this")]
    NotYourRole { needed: Role },
    #[error("the task is assigned to {assignee}")]
    NotAssignedToYou { assignee: PersonId },
    /// Nobody signs what they drafted or checks what they repaired.
    #[error("the same person did {stage}")]
    SamePerson { stage: StageRef },
    #[error("only the requester may do this")]
    NotYourRequest,
    /// Somebody was faster, or the task never was.
    #[error("task {task} is not open")]
    TaskNotOpen { task: TaskId, completed: Option<(By, Timestamp)> },
    #[error("task {task} has changed since it was shown")]
    Stale { task: TaskId, by: By, at: Timestamp },
    #[error("outcome {outcome} is not one of this stage")]
    OutcomeUnknown { outcome: OutcomeId, known: Vec<OutcomeId> },
    #[error("the record is incomplete")]
    RecordIncomplete { problems: Vec<FieldProblem> },
    #[error("somebody with the role {needed} has to be named")]
    AssigneeNeeded { needed: Role },
    #[error("{person} does not hold the role {needed}")]
    AssigneeUnsuited { person: PersonId, needed: Role },
    #[error("the letter has to be signed")]
    SignatureNeeded,
    #[error("the letter cannot be dated {dated}")]
    WronglyDated { dated: Date },
    #[error("the case has no such letter")]
    NoSuchLetter,
    #[error("the letter has been on its way since {since}")]
    LetterUnderWay { since: Timestamp },
    #[error("at least one stage of the work has to be logged first")]
    NothingLogged,
    #[error("this task has no log")]
    NoLog,
    #[error("the case has ended: {end}")]
    CaseFinished { end: EndId },
    #[error("the case has not ended")]
    CaseRunning,
    #[error("the case is suspended")]
    CaseSuspended { since: Timestamp },
    #[error("the case is not suspended")]
    NotSuspended,
    #[error("a request cannot be received in the future")]
    ReceivedInFuture,
    #[error("there is no calendar for {year}")]
    NoCalendar { year: i16 },
}
