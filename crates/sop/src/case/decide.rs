//! Every rule of the office. What is asked is answered with events or with a refusal; nothing is
//! looked up, stored or sent here.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::Date;

use super::event::{SystemJob, text_key};
use super::record;
use super::{
    Actor, Assignee, AttachedFile, Audience, By, Case, CaseNo, Command, DispatchResult, DispatchState,
    DueCause, EmailAddress, Event, FieldProblem, LetterCode, NewEvent, Office, Problem, Refusal,
    Registration, Signature, Status, StepRun, Task, TaskId, TaskState, Texts, Values, Version, roles,
};
use crate::calendar::NoCalendar;
use crate::definition::{EndKind, Outcome, Role, Sop, StageKind, StageRef, StepNo, Target};

/// The longest reason or note, in characters.
const NOTE_CHARS_MAX: usize = 2_000;
/// How much is kept of what a mail server said, in characters.
const ANSWER_CHARS_MAX: usize = 500;

impl From<NoCalendar> for Refusal {
    fn from(missing: NoCalendar) -> Self {
        Self::NoCalendar { year: missing.year }
    }
}

/// Takes a request in and opens the first row. The numbers are taken by whoever stores the events,
/// in the same transaction.
///
/// # Errors
/// The form is incomplete, the request is dated in the future, or the actor may not ask.
pub fn register(
    office: Office<'_>,
    number: CaseNo,
    agenda: u32,
    by: &Actor,
    now: Timestamp,
    registration: Registration,
) -> Result<Vec<NewEvent>, Refusal> {
    // Everybody asks for themselves; only the agenda officer enters what somebody else asks.
    let is_own = registration.requester.is_some() && registration.requester.as_ref() == by.person();
    let by = match (by.acting_as(roles::REQUESTER), by.acting_as(roles::AGENDA)) {
        (Some(requester), _) if is_own => requester,
        (_, Some(agenda)) => agenda,
        (Some(_), None) => return Err(Refusal::NotYourRequest),
        (None, None) => return Err(Refusal::NotYourRole { needed: roles::REQUESTER.into() }),
    };
    let today = office.calendar.local(now).date();
    let (values, mut texts, mut problems) =
        match record::read(office.sop.form.fields.iter(), &registration.entries, today) {
            Ok((values, texts)) => (values, texts, Vec::new()),
            Err(problems) => (Values::new(), Texts::new(), problems),
        };
    for (key, text, required) in [
        (text_key::REQUESTER_NAME, &registration.requester_name, true),
        (text_key::CONTACT, &registration.contact, true),
        (text_key::SUBJECT, &registration.subject, true),
        (text_key::LETTER_NO, &registration.letter_no, false),
    ] {
        record::read_line(key, text, required, &mut texts, &mut problems);
    }
    if !problems.is_empty() {
        return Err(Refusal::RecordIncomplete { problems });
    }
    if registration.received_at > now || registration.letter_date.is_some_and(|date: Date| date > today) {
        return Err(Refusal::ReceivedInFuture);
    }
    let mut story = Story::new(office, None, by, now);
    story.tell_with(
        Event::Registered {
            number,
            agenda,
            sop: office.sop.code.clone(),
            revision: office.sop.revision(),
            requester: registration.requester,
            unit: registration.unit,
            channel: registration.channel,
            received_at: registration.received_at,
            letter_date: registration.letter_date,
            values,
        },
        texts,
    );
    story.attach(registration.files)?;
    story.open(&Target::Step(office.sop.start.clone()))?;
    Ok(story.events)
}

/// Answers a command on a case.
///
/// # Errors
/// A [`Refusal`] that says why not; the case is as before.
pub fn decide(
    office: Office<'_>,
    case: &Case,
    by: &Actor,
    now: Timestamp,
    command: Command,
) -> Result<Vec<NewEvent>, Refusal> {
    // A clock that was set back must not write history backwards.
    let now = now.max(case.changed_at);
    if let Some((end, _)) = case.ended() {
        return match command {
            Command::Reopen { reason } => reopen(office, case, by, now, &reason),
            // The letter that ends a case goes out after it.
            Command::SendAgain { letter, address } => send_again(office, case, by, now, &letter, &address),
            Command::NoteDispatch { letter, dispatch, result } => {
                note_dispatch(office, case, by, now, &letter, dispatch, result)
            }
            // A timer that came too late has nothing left to say.
            Command::NoteOverdue { .. } | Command::RecomputeDue => sigap_itself(by).map(|()| Vec::new()),
            Command::Complete { task, .. }
                if case.task(task).is_some_and(|task| task.completion().is_some()) =>
            {
                Err(not_open(case, task))
            }
            Command::Complete { .. }
            | Command::LogProgress { .. }
            | Command::Assign { .. }
            | Command::Suspend { .. }
            | Command::Resume { .. }
            | Command::Withdraw { .. }
            | Command::Note { .. }
            | Command::Attach { .. } => Err(Refusal::CaseFinished { end: end.clone() }),
        };
    }
    match command {
        Command::Complete { task, outcome, entries, assignee, seen, signature } => {
            let (task, by) = task_for(office, case, by, task)?;
            fresh(task, seen)?;
            running(case)?;
            let Some(stage) = office.sop.stage(&task.stage) else { return Err(not_open(case, task.id)) };
            somebody_else(office.sop, case, task, stage.kind, &by)?;
            let Some(outcome) = stage.outcome(&outcome) else {
                let known = stage.outcomes.iter().map(|outcome| outcome.id.clone()).collect();
                return Err(Refusal::OutcomeUnknown { outcome, known });
            };
            let today = office.calendar.local(now).date();
            let (values, texts) = record::read(stage.fields_for(&outcome.id), &entries, today)
                .map_err(|problems| Refusal::RecordIncomplete { problems })?;
            if stage.kind == StageKind::StagedWork && task.log.is_empty() {
                return Err(Refusal::NothingLogged);
            }
            let assigned = match (&outcome.assigns, assignee) {
                (None, _) => None,
                (Some(needed), None) => return Err(Refusal::AssigneeNeeded { needed: needed.clone() }),
                (Some(needed), Some(assignee)) => Some(suited(assignee, needed)?.person),
            };
            let signed = match (outcome.signed(), signature) {
                (None, _) => Vec::new(),
                (Some(_), None) => return Err(Refusal::SignatureNeeded),
                (Some((index, document)), Some(mut signature))
                    if days_of_letter(office, case, &signature, today).contains(&signature.dated) =>
                {
                    // Nobody chooses in whose place they sign.
                    signature.capacity = by.capacity();
                    // A letter that is addressed to somebody goes out as soon as it is signed.
                    let letter = signature.code.clone();
                    let ordered = document.addressee.map(|_| Event::DispatchOrdered { letter, dispatch: 1 });
                    let index = u32::try_from(index).unwrap_or(u32::MAX);
                    let signed = Event::LetterSigned { task: task.id, document: index, signature };
                    std::iter::once(signed).chain(ordered).collect()
                }
                (Some(_), Some(Signature { dated, .. })) => return Err(Refusal::WronglyDated { dated }),
            };
            let mut story = Story::new(office, Some(case), by, now);
            let completed = Event::TaskCompleted {
                task: task.id,
                outcome: outcome.id.clone(),
                values,
                assigned: assigned.clone(),
            };
            story.handler = assigned.or(story.handler);
            story.tell_with(completed, texts);
            for event in signed {
                story.tell(event);
            }
            story.follow(&task.stage, outcome)?;
            Ok(story.events)
        }
        Command::LogProgress { task, entries } => {
            let (task, by) = task_for(office, case, by, task)?;
            running(case)?;
            let fields = office.sop.stage(&task.stage).map(|stage| &stage.log_fields[..]).unwrap_or_default();
            if fields.is_empty() {
                return Err(Refusal::NoLog);
            }
            let today = office.calendar.local(now).date();
            let (values, texts) = record::read(fields.iter(), &entries, today)
                .map_err(|problems| Refusal::RecordIncomplete { problems })?;
            let mut story = Story::new(office, Some(case), by, now);
            story.tell_with(Event::ProgressLogged { task: task.id, values }, texts);
            Ok(story.events)
        }
        Command::Assign { task, to, seen } => {
            let by = coordinator(office, by)?;
            let Some(task) = case.open_tasks().find(|open| open.id == task) else {
                return Err(not_open(case, task));
            };
            fresh(task, seen)?;
            let Some(stage) = office.sop.stage(&task.stage) else { return Err(not_open(case, task.id)) };
            // Only work that the SOP gives to somebody can be handed on: the others share a box.
            let needed = office.sop.assigned_roles().find(|role| **role == stage.performer);
            let needed = needed.or_else(|| office.sop.assigned_roles().next()).unwrap_or(&stage.performer);
            if *needed != stage.performer {
                return Err(Refusal::AssigneeUnsuited { person: to.person, needed: needed.clone() });
            }
            let to = suited(to, needed)?;
            let mut story = Story::new(office, Some(case), by, now);
            if task.assignee.as_ref() != Some(&to.person) {
                // Who is helped out with one branch goes on with the rest; who hands on their last task
                // hands on the case.
                let keeps = |other: &Task| other.id != task.id && other.assignee == case.handler;
                let takes_over = task.assignee == case.handler && !case.open_tasks().any(keeps);
                story.tell(Event::TaskAssigned { task: task.id, to: to.person, takes_over });
            }
            Ok(story.events)
        }
        Command::Suspend { reason } => {
            let by = holder(office, case, by)?;
            running(case)?;
            let texts = reason_for(&reason)?;
            let mut story = Story::new(office, Some(case), by, now);
            story.tell_with(Event::Suspended, texts);
            Ok(story.events)
        }
        Command::Resume { note } => {
            let by = holder(office, case, by)?;
            let Status::Suspended { since, .. } = case.status else { return Err(Refusal::NotSuspended) };
            let (mut texts, mut problems) = (Texts::new(), Vec::new());
            record::read_text(text_key::NOTE, &note, false, NOTE_CHARS_MAX, &mut texts, &mut problems);
            refuse(problems)?;
            let mut story = Story::new(office, Some(case), by, now);
            story.tell_with(Event::Resumed, texts);
            for run in case.open_steps() {
                if let Some(due_at) = run.due_at {
                    let to = office.calendar.shift(due_at, since.max(run.opened_at), now)?;
                    story.move_due(run, due_at, to, DueCause::Suspension);
                }
            }
            Ok(story.events)
        }
        Command::Withdraw { reason } => {
            let by = requester(case, by)?;
            let texts = reason_for(&reason)?;
            let mut story = Story::new(office, Some(case), by, now);
            if let Some(end) = office.sop.end_of_kind(EndKind::Withdrawn) {
                story.tell_with(Event::Closed { end: end.id.clone() }, texts);
            }
            Ok(story.events)
        }
        Command::Reopen { .. } => Err(Refusal::CaseRunning),
        Command::Note { text, audience } => {
            let by = taking_part(office, case, by)?;
            // What a requester writes is theirs to read again.
            let audience = if wrote_as_requester(&by) { Audience::Everyone } else { audience };
            let (mut texts, mut problems) = (Texts::new(), Vec::new());
            record::read_text(text_key::NOTE, &text, true, NOTE_CHARS_MAX, &mut texts, &mut problems);
            refuse(problems)?;
            let mut story = Story::new(office, Some(case), by, now);
            story.tell_with(Event::Noted { audience }, texts);
            Ok(story.events)
        }
        Command::Attach { files } => {
            let by = taking_part(office, case, by)?;
            let mut story = Story::new(office, Some(case), by, now);
            story.attach(files)?;
            Ok(story.events)
        }
        Command::SendAgain { letter, address } => send_again(office, case, by, now, &letter, &address),
        Command::NoteDispatch { letter, dispatch, result } => {
            note_dispatch(office, case, by, now, &letter, dispatch, result)
        }
        Command::NoteOverdue { step, due_at } => {
            sigap_itself(by)?;
            let mut story = Story::new(office, Some(case), By::System { system: SystemJob::Clock }, now);
            // While the clock stands still nothing falls due; what fell due before did.
            let waits = match case.status {
                Status::Running => now >= due_at,
                Status::Suspended { since, .. } => since > due_at,
                Status::Ended { .. } => false,
            };
            if let Some(run) = case.open_step(&step)
                && waits
                && run.due_at == Some(due_at)
                && !run.overdue
            {
                story.tell(Event::StepOverdue { step, due_at });
            }
            Ok(story.events)
        }
        Command::RecomputeDue => {
            sigap_itself(by)?;
            let mut story = Story::new(office, Some(case), By::System { system: SystemJob::Calendar }, now);
            for run in case.open_steps() {
                let norm = office.sop.step(&run.step).and_then(|step| step.norm());
                let (Some(from), Some(norm)) = (run.due_at, norm) else { continue };
                let mut to = office.calendar.due(run.opened_at, norm)?;
                // A pause that ended before the row opened is empty, and changes nothing.
                for pause in &case.pauses {
                    to = office.calendar.shift(to, pause.from.max(run.opened_at), pause.to)?;
                }
                story.move_due(run, from, to, DueCause::Calendar);
            }
            Ok(story.events)
        }
    }
}

/// Whether somebody can be shown the form of a command: nothing stands in its way but what is still
/// to be filled in.
pub fn is_open_to(office: Office<'_>, case: &Case, by: &Actor, now: Timestamp, command: Command) -> bool {
    match decide(office, case, by, now, command) {
        Ok(_) => true,
        Err(refusal) => matches!(
            refusal,
            Refusal::RecordIncomplete { .. }
                | Refusal::OutcomeUnknown { .. }
                | Refusal::AssigneeNeeded { .. }
                | Refusal::SignatureNeeded
                | Refusal::NothingLogged
        ),
    }
}

/// The days on which a letter may be dated: today, or where its number was reserved the day of that,
/// though nothing is answered before it was asked.
fn days_of_letter(
    office: Office<'_>,
    case: &Case,
    signature: &Signature,
    today: Date,
) -> RangeInclusive<Date> {
    let asked = office.calendar.local(case.request.received_at).date();
    if signature.reserved { asked..=today } else { today..=today }
}

fn reopen(
    office: Office<'_>,
    case: &Case,
    by: &Actor,
    now: Timestamp,
    reason: &str,
) -> Result<Vec<NewEvent>, Refusal> {
    let by = coordinator(office, by)?;
    let texts = reason_for(reason)?;
    let mut story = Story::new(office, Some(case), by, now);
    story.tell_with(Event::Reopened, texts);
    let rows = case
        .ended()
        .and_then(|(end, _)| office.sop.end(end))
        .map(|end| &end.reopens_at[..])
        .unwrap_or_default();
    for no in rows {
        story.open(&Target::Step(no.clone()))?;
    }
    Ok(story.events)
}

fn send_again(
    office: Office<'_>,
    case: &Case,
    by: &Actor,
    now: Timestamp,
    letter: &LetterCode,
    address: &str,
) -> Result<Vec<NewEvent>, Refusal> {
    let by = of_the_office(office, by)?;
    let signed = case.letter_by_code(letter).ok_or(Refusal::NoSuchLetter)?;
    let under_way = signed.dispatches.iter().find(|dispatch| dispatch.state == DispatchState::UnderWay);
    if let Some(dispatch) = under_way {
        return Err(Refusal::LetterUnderWay { since: dispatch.ordered_at });
    }
    let problem = if address.trim().is_empty() { Problem::Missing } else { Problem::NotAnAddress };
    let Some(address) = EmailAddress::parse(address) else {
        let field = text_key::EMAIL.into();
        return Err(Refusal::RecordIncomplete { problems: vec![FieldProblem { field, problem }] });
    };
    let mut story = Story::new(office, Some(case), by, now);
    let dispatch = signed.dispatches.last().map_or(0, |dispatch| dispatch.number) + 1;
    let ordered = Event::DispatchOrdered { letter: letter.clone(), dispatch };
    story.tell_with(ordered, Texts::from([(text_key::EMAIL.to_owned(), address.to_string())]));
    Ok(story.events)
}

/// Notes once what became of a dispatch: whoever comes later has nothing to add.
fn note_dispatch(
    office: Office<'_>,
    case: &Case,
    by: &Actor,
    now: Timestamp,
    letter: &LetterCode,
    dispatch: u32,
    result: DispatchResult,
) -> Result<Vec<NewEvent>, Refusal> {
    sigap_itself(by)?;
    let signed = case.letter_by_code(letter).ok_or(Refusal::NoSuchLetter)?;
    let mut story = Story::new(office, Some(case), By::System { system: SystemJob::Mail }, now);
    if !signed.dispatch(dispatch).is_some_and(|dispatch| dispatch.state == DispatchState::UnderWay) {
        return Ok(story.events);
    }
    let letter = letter.clone();
    let (event, to, answer) = match result {
        DispatchResult::Sent { to } => (Event::Dispatched { letter, dispatch }, Some(to), String::new()),
        DispatchResult::Failed { cause, to, answer } => {
            (Event::DispatchFailed { letter, dispatch, cause }, to, answer)
        }
    };
    let answer: String = answer.chars().take(ANSWER_CHARS_MAX).collect();
    let to = to.map(|to| to.to_string()).unwrap_or_default();
    let texts = [(text_key::EMAIL, to), (text_key::SERVER_ANSWER, answer)];
    let written = texts.into_iter().filter(|(_, text)| !text.is_empty());
    story.tell_with(event, written.map(|(key, text)| (key.to_owned(), text)).collect());
    Ok(story.events)
}

/// An open task and its performer, if the actor is the one it waits for.
fn task_for<'a>(
    office: Office<'_>,
    case: &'a Case,
    by: &Actor,
    id: TaskId,
) -> Result<(&'a Task, By), Refusal> {
    let Some(task) = case.task(id) else { return Err(not_open(case, id)) };
    let Some(stage) = office.sop.stage(&task.stage) else { return Err(not_open(case, id)) };
    let role = stage.performer.as_str();
    let holder =
        by.acting_as(role).ok_or_else(|| Refusal::NotYourRole { needed: stage.performer.clone() })?;
    if task.state != TaskState::Open {
        return Err(not_open(case, id));
    }
    let by = match &task.assignee {
        Some(assignee) => by
            .acting_for(role, assignee)
            .ok_or_else(|| Refusal::NotAssignedToYou { assignee: assignee.clone() })?,
        None => holder,
    };
    Ok((task, by))
}

/// Four eyes: a letter is signed by somebody who did not draft it, and a repair checked by somebody who
/// had no hand in it, whatever roles one person holds and in whosever place they act. The eyes are those
/// of people, so that a deputy may sign what the giver of the mandate drafted.
fn somebody_else(sop: &Sop, case: &Case, task: &Task, kind: StageKind, by: &By) -> Result<(), Refusal> {
    let judged = match kind {
        StageKind::Signature => StageKind::Draft,
        StageKind::Decision => StageKind::StagedWork,
        StageKind::Disposition
        | StageKind::Explanation
        | StageKind::Order
        | StageKind::Draft
        | StageKind::Correction
        | StageKind::Work
        | StageKind::StagedWork
        | StageKind::Report => return Ok(()),
    };
    let leads_here = |done: &Task| {
        let outcome = sop.stage(&done.stage)?.outcome(&done.completion()?.outcome)?;
        outcome.to.iter().any(|target| sop.first_stage(target).as_ref() == Some(&task.stage)).then_some(())
    };
    let is_judged = |done: &&Task| {
        sop.stage(&done.stage).is_some_and(|stage| stage.kind == judged)
            && done.completion().is_some()
            && (done.stage.step == task.stage.step || leads_here(done).is_some())
    };
    let own = |done: &&Task| {
        let logged = done.log.iter().map(|entry| &entry.by);
        let mut hands = done.completion().map(|done| &done.by).into_iter().chain(logged);
        hands.any(|hand| hand.person() == by.person())
    };
    match case.tasks.iter().filter(|done| done.id < task.id).filter(is_judged).find(own) {
        Some(own) => Err(Refusal::SamePerson { stage: own.stage.clone() }),
        None => Ok(()),
    }
}

fn not_open(case: &Case, task: TaskId) -> Refusal {
    let completed = case.task(task).and_then(Task::completion).map(|done| (done.by.clone(), done.at));
    Refusal::TaskNotOpen { task, completed }
}

/// Refuses what was decided on an older state of a task.
fn fresh(task: &Task, seen: Version) -> Result<(), Refusal> {
    let (touched, by, at) = &task.touched;
    if *touched > seen {
        return Err(Refusal::Stale { task: task.id, by: by.clone(), at: *at });
    }
    Ok(())
}

fn running(case: &Case) -> Result<(), Refusal> {
    match case.status {
        Status::Suspended { since, .. } => Err(Refusal::CaseSuspended { since }),
        Status::Running | Status::Ended { .. } => Ok(()),
    }
}

fn coordinator(office: Office<'_>, by: &Actor) -> Result<By, Refusal> {
    let needed = office.sop.coordinator.clone();
    by.acting_as(needed.as_str()).ok_or(Refusal::NotYourRole { needed })
}

/// The coordinator, or whoever an open task waits for: they know why it cannot go on.
fn holder(office: Office<'_>, case: &Case, by: &Actor) -> Result<By, Refusal> {
    coordinator(office, by).or_else(|refusal| {
        case.open_tasks()
            .find_map(|task| task_for(office, case, by, task.id).ok())
            .map(|(_, by)| by)
            .ok_or(refusal)
    })
}

/// The requester; for a request on paper from somebody without an account, the agenda officer.
fn requester(case: &Case, by: &Actor) -> Result<By, Refusal> {
    match &case.request.requester {
        Some(requester) if by.person() == Some(requester) => {
            Ok(By::Person { person: requester.clone(), role: roles::REQUESTER.into(), in_place_of: None })
        }
        Some(_) => Err(Refusal::NotYourRequest),
        None => by.acting_as(roles::AGENDA).ok_or(Refusal::NotYourRequest),
    }
}

/// Anybody with a part in the case: its requester, the performers, the agenda officer.
fn taking_part(office: Office<'_>, case: &Case, by: &Actor) -> Result<By, Refusal> {
    requester(case, by).or_else(|_| of_the_office(office, by)).map_err(|_| Refusal::NotYourRequest)
}

/// Anybody who works on cases: a performer, the agenda officer.
fn of_the_office(office: Office<'_>, by: &Actor) -> Result<By, Refusal> {
    let performers = office.sop.performers.iter().map(|performer| performer.id.as_str());
    let mut roles = performers.chain([roles::AGENDA]);
    let needed = || Refusal::NotYourRole { needed: office.sop.coordinator.clone() };
    roles.find_map(|role| by.acting_as(role)).ok_or_else(needed)
}

/// Nobody but Sigap says that a time has come.
fn sigap_itself(by: &Actor) -> Result<(), Refusal> {
    match by {
        Actor::System(_) => Ok(()),
        Actor::Person { .. } => Err(Refusal::NotYourRole { needed: roles::SYSTEM.into() }),
    }
}

fn wrote_as_requester(by: &By) -> bool {
    match by {
        By::Person { role, .. } => *role == roles::REQUESTER,
        By::System { .. } => false,
    }
}

fn suited(assignee: Assignee, needed: &Role) -> Result<Assignee, Refusal> {
    if assignee.roles.contains(needed) {
        Ok(assignee)
    } else {
        Err(Refusal::AssigneeUnsuited { person: assignee.person, needed: needed.clone() })
    }
}

fn reason_for(reason: &str) -> Result<Texts, Refusal> {
    let (mut texts, mut problems) = (Texts::new(), Vec::new());
    record::read_text(text_key::REASON, reason, true, NOTE_CHARS_MAX, &mut texts, &mut problems);
    refuse(problems)?;
    Ok(texts)
}

fn refuse(problems: Vec<FieldProblem>) -> Result<(), Refusal> {
    if problems.is_empty() { Ok(()) } else { Err(Refusal::RecordIncomplete { problems }) }
}

/// The events of one decision as they come, and what they change of what opening a row must know.
struct Story<'a> {
    office: Office<'a>,
    case: Option<&'a Case>,
    by: By,
    now: Timestamp,
    handler: Option<super::PersonId>,
    tasks: u32,
    /// Rows left in this decision, which the case still shows as open.
    left: Vec<StepNo>,
    /// Rows opened in this decision, which the case does not show yet.
    opened: Vec<StepNo>,
    events: Vec<NewEvent>,
}

impl<'a> Story<'a> {
    fn new(office: Office<'a>, case: Option<&'a Case>, by: By, now: Timestamp) -> Self {
        Self {
            office,
            case,
            by,
            now,
            handler: case.and_then(|case| case.handler.clone()),
            tasks: case.and_then(|case| case.tasks.last()).map_or(0, |task| task.id.0),
            left: Vec::new(),
            opened: Vec::new(),
            events: Vec::new(),
        }
    }

    fn tell(&mut self, event: Event) {
        self.tell_with(event, Texts::new());
    }

    fn tell_with(&mut self, event: Event, texts: Texts) {
        self.events.push(NewEvent { at: self.now, by: self.by.clone(), event, texts });
    }

    fn attach(&mut self, files: Vec<AttachedFile>) -> Result<(), Refusal> {
        for AttachedFile { file, media_type, bytes, name } in files {
            let (mut texts, mut problems) = (Texts::new(), Vec::new());
            record::read_line(text_key::FILE_NAME, &name, true, &mut texts, &mut problems);
            refuse(problems)?;
            self.tell_with(Event::Attached { file, media_type, bytes }, texts);
        }
        Ok(())
    }

    fn move_due(&mut self, run: &StepRun, from: Timestamp, to: Timestamp, cause: DueCause) {
        if from != to {
            self.tell(Event::DueMoved { step: run.step.clone(), from, to, cause });
        }
    }

    /// Goes where an outcome leads. The row of the stage is done unless the outcome stays in it.
    fn follow(&mut self, stage: &StageRef, outcome: &Outcome) -> Result<(), Refusal> {
        if outcome.to.iter().all(|target| target.step() != Some(&stage.step)) {
            self.tell(Event::StepCompleted { step: stage.step.clone() });
            self.left.push(stage.step.clone());
        }
        outcome.to.iter().try_for_each(|target| self.open(target))
    }

    fn open(&mut self, target: &Target) -> Result<(), Refusal> {
        let stage = match target {
            Target::End(end) => {
                self.tell(Event::Closed { end: end.clone() });
                return Ok(());
            }
            Target::Step(no) => {
                if self.waits_for_others(no) {
                    return Ok(());
                }
                // An outcome that starts its own row again stays in it, under the same due time.
                if !self.is_open(no) {
                    self.open_step(no)?;
                }
                self.office.sop.first_stage(target)
            }
            Target::Stage(stage) => {
                if !self.is_open(&stage.step) {
                    self.open_step(&stage.step)?;
                }
                Some(stage.clone())
            }
        };
        let Some(stage) = stage else { return Ok(()) };
        let performer = self.office.sop.stage(&stage).map(|stage| stage.performer.clone());
        // Work goes on with whoever was given it; roles that nobody is assigned to share a box.
        let is_assigned = |role: &Role| self.office.sop.assigned_roles().any(|assigned| assigned == role);
        let assignee = performer.filter(is_assigned).and(self.handler.clone());
        self.tasks += 1;
        self.tell(Event::TaskOpened { task: TaskId(self.tasks), stage, assignee });
        Ok(())
    }

    fn open_step(&mut self, no: &StepNo) -> Result<(), Refusal> {
        let norm = self.office.sop.step(no).and_then(|step| step.norm());
        let due_at = norm.map(|norm| self.office.calendar.due(self.now, norm)).transpose()?;
        let round = self.case.map_or(0, |case| case.rounds(no)) + 1;
        self.opened.push(no.clone());
        self.tell(Event::StepOpened { step: no.clone(), round, due_at });
        Ok(())
    }

    /// Whether a row joins branches of which one is still under way.
    fn waits_for_others(&self, no: &StepNo) -> bool {
        let join = self.office.sop.step(no).and_then(|step| step.join.as_ref());
        join.is_some_and(|join| join.of.iter().any(|branch| self.is_open(branch)))
    }

    fn is_open(&self, no: &StepNo) -> bool {
        self.opened.contains(no)
            || (!self.left.contains(no) && self.case.is_some_and(|case| case.open_step(no).is_some()))
    }
}
