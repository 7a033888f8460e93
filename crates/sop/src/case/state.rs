//! What a case is after its events. Evolving is dull: it never refuses and never computes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{
    Audience, By, CaseNo, Channel, DispatchFailure, Event, FileHash, LetterCode, PersonId, Recorded,
    Signature, TaskId, Texts, UnitCode, Values, Version, text_key,
};
use crate::definition::{EndId, FieldId, OutcomeId, SopCode, StageRef, StepNo};

#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub version: Version,
    /// When the last event happened.
    pub changed_at: Timestamp,
    pub number: CaseNo,
    pub agenda: u32,
    pub sop: SopCode,
    pub revision: String,
    pub request: Request,
    pub status: Status,
    /// Every run of a row, in the order in which they opened; a row that is repeated has several.
    pub steps: Vec<StepRun>,
    /// In the order of their ids.
    pub tasks: Vec<Task>,
    /// Who was last given the work.
    pub handler: Option<PersonId>,
    pub pauses: Vec<Pause>,
    pub attachments: Vec<Attachment>,
    /// In the order in which they were signed.
    pub letters: Vec<SignedLetter>,
}

/// What was asked for, by whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub requester: Option<PersonId>,
    pub requester_name: String,
    pub contact: String,
    pub unit: UnitCode,
    pub subject: String,
    pub channel: Channel,
    pub received_at: Timestamp,
    pub entered_at: Timestamp,
    pub letter_no: Option<String>,
    pub letter_date: Option<Date>,
    /// The SOP's request form as filled in.
    pub form: Record,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    Running,
    Suspended { since: Timestamp, by: By, reason: String },
    Ended { end: EndId, at: Timestamp },
}

/// One time that work on a row was begun.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRun {
    pub step: StepNo,
    /// Counted from 1: the second is the first repetition.
    pub round: u32,
    pub opened_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub overdue: bool,
    /// When it was done, or when the case ended without it.
    pub closed_at: Option<Timestamp>,
    pub done: bool,
}

/// A stage that waits, or waited, for its performer.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub id: TaskId,
    pub stage: StageRef,
    pub round: u32,
    pub assignee: Option<PersonId>,
    pub opened_at: Timestamp,
    /// The last event that changed what its performer has before them, who did it and when.
    pub touched: (Version, By, Timestamp),
    /// When it was whose while the clock ran, oldest first: a pause ends one and begins another.
    pub holds: Vec<Hold>,
    pub log: Vec<LogEntry>,
    pub state: TaskState,
}

/// A time in which an open task was given to somebody and the clock ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub person: PersonId,
    pub from: Timestamp,
    /// None while it lasts.
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TaskState {
    Open,
    Done(Completion),
    /// The case ended while it waited.
    Dropped,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    pub outcome: OutcomeId,
    pub by: By,
    pub at: Timestamp,
    pub record: Record,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry {
    pub by: By,
    pub at: Timestamp,
    pub record: Record,
}

/// A form as recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub values: Values,
    /// Field id → text; a text that was erased is absent.
    pub texts: Texts,
}

/// A time during which the clock stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    pub from: Timestamp,
    pub to: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// The event that added it.
    pub seq: Version,
    pub file: FileHash,
    pub media_type: String,
    pub bytes: u64,
    pub name: String,
    pub by: By,
    pub at: Timestamp,
}

/// A letter that was signed and numbered.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedLetter {
    pub task: TaskId,
    /// Its place among the documents of the outcome.
    pub document: usize,
    pub signature: Signature,
    pub by: By,
    pub at: Timestamp,
    /// The times it was to go out by e-mail, oldest first.
    pub dispatches: Vec<Dispatch>,
}

/// One time that a letter goes out by e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// Counted from 1 within the letter.
    pub number: u32,
    pub ordered_at: Timestamp,
    /// Where somebody wants it sent; none where it goes to the requester as they are known.
    pub address: Option<String>,
    pub state: DispatchState,
}

/// How far a dispatch has come. Texts that were erased are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DispatchState {
    UnderWay,
    /// A mail server took it on.
    Sent {
        at: Timestamp,
        address: String,
    },
    Failed {
        at: Timestamp,
        cause: DispatchFailure,
        address: String,
        answer: String,
    },
}

impl Case {
    /// Folds a whole history, oldest first. None if it does not begin with a registration.
    pub fn replay<'a>(history: impl IntoIterator<Item = &'a Recorded>) -> Option<Self> {
        let mut history = history.into_iter();
        let case = Self::begin(history.next()?)?;
        Some(history.fold(case, Self::evolve))
    }

    /// The case right after its registration; none for any other event.
    pub fn begin(recorded: &Recorded) -> Option<Self> {
        let Event::Registered {
            number,
            agenda,
            sop,
            revision,
            requester,
            unit,
            channel,
            received_at,
            letter_date,
            values,
        } = &recorded.event
        else {
            return None;
        };
        let mut texts = recorded.texts.clone();
        let mut take = |key: &str| texts.remove(key);
        Some(Self {
            version: recorded.seq,
            changed_at: recorded.at,
            number: number.clone(),
            agenda: *agenda,
            sop: sop.clone(),
            revision: revision.clone(),
            request: Request {
                requester: requester.clone(),
                requester_name: take(text_key::REQUESTER_NAME).unwrap_or_default(),
                contact: take(text_key::CONTACT).unwrap_or_default(),
                unit: unit.clone(),
                subject: take(text_key::SUBJECT).unwrap_or_default(),
                channel: *channel,
                received_at: *received_at,
                entered_at: recorded.at,
                letter_no: take(text_key::LETTER_NO),
                letter_date: *letter_date,
                form: Record { values: values.clone(), texts },
            },
            status: Status::Running,
            steps: Vec::new(),
            tasks: Vec::new(),
            handler: None,
            pauses: Vec::new(),
            attachments: Vec::new(),
            letters: Vec::new(),
        })
    }

    /// The case after one more event.
    #[must_use]
    pub fn evolve(mut self, recorded: &Recorded) -> Self {
        let Recorded { seq, at, by, event, texts } = recorded;
        self.version = *seq;
        self.changed_at = *at;
        match event {
            // Only ever the first event, which `begin` reads.
            Event::Registered { .. } => {}
            Event::StepOpened { step, round, due_at } => self.steps.push(StepRun {
                step: step.clone(),
                round: *round,
                opened_at: *at,
                due_at: *due_at,
                overdue: false,
                closed_at: None,
                done: false,
            }),
            Event::TaskOpened { task, stage, assignee } => {
                let round = self.rounds(&stage.step);
                let runs = self.status == Status::Running;
                let mut opened = Task {
                    id: *task,
                    stage: stage.clone(),
                    round,
                    assignee: assignee.clone(),
                    opened_at: *at,
                    touched: (*seq, by.clone(), *at),
                    holds: Vec::new(),
                    log: Vec::new(),
                    state: TaskState::Open,
                };
                if runs {
                    opened.begin_hold(*at);
                }
                self.tasks.push(opened);
            }
            Event::TaskAssigned { task, to, takes_over } => {
                let runs = self.status == Status::Running;
                if let Some(task) = self.task_mut(*task) {
                    task.assignee = Some(to.clone());
                    task.touched = (*seq, by.clone(), *at);
                    task.end_hold(*at);
                    if runs {
                        task.begin_hold(*at);
                    }
                }
                if *takes_over {
                    self.handler = Some(to.clone());
                }
            }
            Event::ProgressLogged { task, values } => {
                if let Some(task) = self.task_mut(*task) {
                    let record = Record { values: values.clone(), texts: texts.clone() };
                    task.log.push(LogEntry { by: by.clone(), at: *at, record });
                }
            }
            Event::TaskCompleted { task, outcome, values, assigned } => {
                if let Some(task) = self.task_mut(*task) {
                    task.end_hold(*at);
                    let record = Record { values: values.clone(), texts: texts.clone() };
                    task.state = TaskState::Done(Completion {
                        outcome: outcome.clone(),
                        by: by.clone(),
                        at: *at,
                        record,
                    });
                    task.touched = (*seq, by.clone(), *at);
                }
                if assigned.is_some() {
                    self.handler.clone_from(assigned);
                }
            }
            Event::LetterSigned { task, document, signature } => self.letters.push(SignedLetter {
                task: *task,
                document: usize::try_from(*document).unwrap_or(usize::MAX),
                signature: signature.clone(),
                by: by.clone(),
                at: *at,
                dispatches: Vec::new(),
            }),
            Event::DispatchOrdered { letter, dispatch } => {
                if let Some(letter) = self.letter_mut(letter) {
                    letter.dispatches.push(Dispatch {
                        number: *dispatch,
                        ordered_at: *at,
                        address: texts.get(text_key::EMAIL).cloned(),
                        state: DispatchState::UnderWay,
                    });
                }
            }
            Event::Dispatched { letter, dispatch } => {
                let address = texts.get(text_key::EMAIL).cloned().unwrap_or_default();
                if let Some(dispatch) = self.dispatch_mut(letter, *dispatch) {
                    dispatch.state = DispatchState::Sent { at: *at, address };
                }
            }
            Event::DispatchFailed { letter, dispatch, cause } => {
                let text = |key: &str| texts.get(key).cloned().unwrap_or_default();
                let (address, answer) = (text(text_key::EMAIL), text(text_key::SERVER_ANSWER));
                if let Some(dispatch) = self.dispatch_mut(letter, *dispatch) {
                    dispatch.state = DispatchState::Failed { at: *at, cause: *cause, address, answer };
                }
            }
            Event::StepCompleted { step } => {
                if let Some(run) = self.open_step_mut(step) {
                    run.closed_at = Some(*at);
                    run.done = true;
                }
            }
            Event::Suspended => {
                let reason = texts.get(text_key::REASON).cloned().unwrap_or_default();
                self.status = Status::Suspended { since: *at, by: by.clone(), reason };
                self.tasks.iter_mut().for_each(|task| task.end_hold(*at));
            }
            Event::Resumed => {
                if let Status::Suspended { since, .. } = self.status {
                    self.pauses.push(Pause { from: since, to: *at });
                }
                self.status = Status::Running;
                let open = self.tasks.iter_mut().filter(|task| task.state == TaskState::Open);
                open.for_each(|task| task.begin_hold(*at));
            }
            Event::DueMoved { step, to, .. } => {
                if let Some(run) = self.open_step_mut(step) {
                    run.due_at = Some(*to);
                    // What was overdue before a pause is overdue after it: noted once is enough.
                    run.overdue &= to <= at;
                }
            }
            Event::StepOverdue { step, .. } => {
                if let Some(run) = self.open_step_mut(step) {
                    run.overdue = true;
                }
            }
            Event::Noted { audience: Audience::Office | Audience::Everyone } => {}
            Event::Attached { file, media_type, bytes } => self.attachments.push(Attachment {
                seq: *seq,
                file: file.clone(),
                media_type: media_type.clone(),
                bytes: *bytes,
                name: texts.get(text_key::FILE_NAME).cloned().unwrap_or_default(),
                by: by.clone(),
                at: *at,
            }),
            Event::Closed { end } => {
                if let Status::Suspended { since, .. } = self.status {
                    self.pauses.push(Pause { from: since, to: *at });
                }
                self.status = Status::Ended { end: end.clone(), at: *at };
                for run in self.steps.iter_mut().filter(|run| run.closed_at.is_none()) {
                    run.closed_at = Some(*at);
                }
                for task in self.tasks.iter_mut().filter(|task| task.state == TaskState::Open) {
                    task.end_hold(*at);
                    task.state = TaskState::Dropped;
                }
            }
            Event::Reopened => self.status = Status::Running,
        }
        self
    }

    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.state == TaskState::Open)
    }

    pub fn open_steps(&self) -> impl Iterator<Item = &StepRun> {
        self.steps.iter().filter(|run| run.closed_at.is_none())
    }

    /// The run of a row that is not finished yet.
    pub fn open_step(&self, step: &StepNo) -> Option<&StepRun> {
        self.open_steps().find(|run| run.step == *step)
    }

    /// How many times work on a row was begun.
    pub fn rounds(&self, step: &StepNo) -> u32 {
        self.steps.iter().filter(|run| run.step == *step).map(|run| run.round).max().unwrap_or(0)
    }

    /// The newest text recorded under a field's id in any stage: where a field that carries on
    /// begins.
    pub fn newest_text(&self, field: &FieldId) -> Option<&str> {
        self.newest_text_of(field, |_| true)
    }

    /// The text that a field had when a task was done: what the task itself recorded, or the newest
    /// before it. A letter that was signed stays what it was, whatever is written later.
    pub fn text_as_of(&self, task: TaskId, field: &FieldId) -> Option<&str> {
        let until = (self.task(task)?.completion()?.at, task);
        self.newest_text_of(field, |done| done <= until)
    }

    /// The text that a field had before a task was done: what its performer began with, if it carries
    /// on. For a task that is still open, the newest.
    pub fn text_before(&self, task: TaskId, field: &FieldId) -> Option<&str> {
        match self.task(task).and_then(Task::completion) {
            Some(completion) => self.newest_text_of(field, |done| done < (completion.at, task)),
            None => self.newest_text(field),
        }
    }

    fn newest_text_of(&self, field: &FieldId, counts: impl Fn((Timestamp, TaskId)) -> bool) -> Option<&str> {
        self.tasks
            .iter()
            .filter_map(|task| {
                let completion = task.completion()?;
                Some(((completion.at, task.id), completion.record.texts.get(field.as_str())?))
            })
            .filter(|(done, _)| counts(*done))
            .max_by_key(|(done, _)| *done)
            .map(|(_, text)| text.as_str())
            .filter(|text| !text.is_empty())
    }

    /// The letter that a task signed.
    pub fn letter(&self, task: TaskId, document: usize) -> Option<&SignedLetter> {
        self.letters.iter().find(|letter| letter.task == task && letter.document == document)
    }

    /// A letter by its code.
    pub fn letter_by_code(&self, code: &LetterCode) -> Option<&SignedLetter> {
        self.letters.iter().find(|letter| letter.signature.code == *code)
    }

    /// When the case ended, and how.
    pub fn ended(&self) -> Option<(&EndId, Timestamp)> {
        match &self.status {
            Status::Ended { end, at } => Some((end, *at)),
            Status::Running | Status::Suspended { .. } => None,
        }
    }

    fn task_mut(&mut self, id: TaskId) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.id == id)
    }

    fn letter_mut(&mut self, code: &LetterCode) -> Option<&mut SignedLetter> {
        self.letters.iter_mut().find(|letter| letter.signature.code == *code)
    }

    fn dispatch_mut(&mut self, letter: &LetterCode, number: u32) -> Option<&mut Dispatch> {
        self.letter_mut(letter)?.dispatches.iter_mut().find(|dispatch| dispatch.number == number)
    }

    fn open_step_mut(&mut self, step: &StepNo) -> Option<&mut StepRun> {
        self.steps.iter_mut().find(|run| run.step == *step && run.closed_at.is_none())
    }
}

impl SignedLetter {
    /// One of its dispatches.
    pub fn dispatch(&self, number: u32) -> Option<&Dispatch> {
        self.dispatches.iter().find(|dispatch| dispatch.number == number)
    }
}

impl Task {
    pub fn completion(&self) -> Option<&Completion> {
        match &self.state {
            TaskState::Done(completion) => Some(completion),
            TaskState::Open | TaskState::Dropped => None,
        }
    }

    /// The clock runs on it for whoever it is given to; while it waits for anybody it is nobody's.
    fn begin_hold(&mut self, at: Timestamp) {
        let hold = |person: &PersonId| Hold { person: person.clone(), from: at, until: None };
        self.holds.extend(self.assignee.as_ref().map(hold));
    }

    fn end_hold(&mut self, at: Timestamp) {
        if let Some(hold) = self.holds.last_mut().filter(|hold| hold.until.is_none()) {
            hold.until = Some(at);
        }
    }
}

impl Record {
    /// What was written in a field; none where it was left or made empty.
    pub fn text(&self, field: &FieldId) -> Option<&str> {
        self.texts.get(field.as_str()).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.texts.is_empty()
    }

    /// All texts, for searching.
    pub fn all_text(&self) -> impl Iterator<Item = &str> {
        let texts: &BTreeMap<String, String> = &self.texts;
        texts.values().map(String::as_str)
    }
}
