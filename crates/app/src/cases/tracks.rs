//! Whom a case waits for and until when, in words.

use std::collections::HashMap;

use sop::Sop;
use sop::calendar::Zone;
use sop::case::{Case, PersonId, Status};
use sop::definition::StepNo;

use super::rail;
use crate::ctx::Ctx;
use crate::words::{Due, DueFacts, Words};

/// Until when a row that is under way has to be done.
#[derive(Clone, Debug)]
pub struct StepDue {
    pub step: StepNo,
    pub due: Due,
}

/// Everybody a history mentions, so that their names can be looked up at once.
pub fn people(history: &[sop::case::Recorded], case: &Case) -> Vec<PersonId> {
    use sop::case::Event;
    let mut people: Vec<PersonId> =
        history.iter().filter_map(|recorded| recorded.by.person().cloned()).collect();
    people.extend(history.iter().filter_map(|recorded| Some(recorded.by.in_place_of()?.person.clone())));
    people.extend(history.iter().filter_map(|recorded| match &recorded.event {
        Event::TaskAssigned { to, .. } => Some(to.clone()),
        Event::TaskCompleted { assigned, .. } => assigned.clone(),
        Event::TaskOpened { assignee, .. } => assignee.clone(),
        Event::Registered { requester, .. } => requester.clone(),
        Event::StepOpened { .. }
        | Event::ProgressLogged { .. }
        | Event::LetterSigned { .. }
        | Event::DispatchOrdered { .. }
        | Event::Dispatched { .. }
        | Event::DispatchFailed { .. }
        | Event::StepCompleted { .. }
        | Event::Suspended
        | Event::Resumed
        | Event::DueMoved { .. }
        | Event::StepOverdue { .. }
        | Event::Noted { .. }
        | Event::Attached { .. }
        | Event::Closed { .. }
        | Event::Reopened => None,
    }));
    people.extend(case.handler.clone());
    people.sort();
    people.dedup();
    people
}

/// Whoever an open task waits for: by name where somebody was named, else by role.
pub fn holder(words: Words, sop: &Sop, task: &sop::case::Task, names: &HashMap<PersonId, String>) -> String {
    let named = task.assignee.as_ref().and_then(|person| names.get(person)).cloned();
    named.unwrap_or_else(|| {
        sop.stage(&task.stage).map_or_else(String::new, |stage| rail::role(words, stage.performer.as_str()))
    })
}

/// Until when the rows have to be done that are under way, in their order.
pub fn dues(ctx: &Ctx, case: &Case, reader_zone: Zone) -> Vec<StepDue> {
    let held = match &case.status {
        Status::Suspended { since, reason, .. } => Some((*since, reason.as_str())),
        Status::Running | Status::Ended { .. } => None,
    };
    let due = |run: &sop::case::StepRun| {
        let facts = DueFacts { opened_at: run.opened_at, due_at: run.due_at, held, reader_zone };
        let due = ctx.words.due(&ctx.desk.calendar, ctx.desk.now(), &facts);
        StepDue { step: run.step.clone(), due }
    };
    case.open_steps().map(due).collect()
}
