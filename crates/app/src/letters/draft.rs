//! Letters on their way: what a task would bring forth if it were done as it is written now. Nothing
//! here changes a case; it is shown to whoever writes, corrects or signs.

use sop::case::{By, Case, Event, NewEvent, SystemJob, Task, TaskId, Texts, Values};
use sop::definition::{Document, FieldId, Outcome, OutcomeId, Sop, StageKind, StageRef};
use sop::letter::{Letter, made};
use store::StoreError;

use super::compose::Composer;
use super::revision::{Revised, revision};
use crate::desk::Desk;
use crate::words::Words;

/// How somebody does a task, for a moment.
#[derive(Clone, Debug)]
pub struct Done {
    pub outcome: OutcomeId,
    pub by: By,
    pub values: Values,
    pub texts: Texts,
}

/// The documents that a task is on its way to, each with its name: those it brings forth itself, or
/// else the letter that is signed later in its row, as it would be with what is written now.
pub async fn drafts(
    desk: &Desk,
    case: &Case,
    task: &Task,
    done: Done,
) -> Result<Vec<(String, Letter)>, StoreError> {
    let sop = desk.sop_of(case);
    let at = desk.now().max(case.changed_at);
    let Done { outcome: chosen, by, values, texts } = done;
    let Some(stage) = sop.stage(&task.stage) else { return Ok(Vec::new()) };
    let Some(outcome) = stage.outcome(&chosen) else { return Ok(Vec::new()) };
    let completed = Event::TaskCompleted { task: task.id, outcome: chosen, values, assigned: None };
    let mut events = vec![NewEvent { at, by, event: completed, texts }];
    let mut shown = task.id;
    if outcome.produces.is_empty()
        && let Some((stage, signs)) = signed_later(sop, task, outcome)
    {
        // Nobody has signed it yet, so its place is left open.
        let nobody = By::System { system: SystemJob::Clock };
        shown = TaskId(case.tasks.iter().map(|task| task.id.0).max().unwrap_or(0) + 1);
        for event in [
            Event::TaskOpened { task: shown, stage, assignee: None },
            Event::TaskCompleted {
                task: shown,
                outcome: signs.id.clone(),
                values: Values::new(),
                assigned: None,
            },
        ] {
            events.push(NewEvent { at, by: nobody.clone(), event, texts: Texts::new() });
        }
    }
    let after = evolved(case, events);
    let composer = Composer::new(desk, &after).await?;
    let made = made(sop, &after);
    let shown = made.iter().filter(|made| made.task.id == shown);
    Ok(shown.filter_map(|made| Some((made.document.name.clone(), composer.made(made)?))).collect())
}

/// Whether a task has something to show of what it is on its way to.
pub fn has_drafts(sop: &Sop, task: &Task) -> bool {
    let outcomes = sop.stage(&task.stage).map_or(&[][..], |stage| &stage.outcomes);
    outcomes.iter().any(|outcome| leads_to_document(sop, task, outcome))
}

pub fn leads_to_document(sop: &Sop, task: &Task, outcome: &Outcome) -> bool {
    !outcome.produces.is_empty() || signed_later(sop, task, outcome).is_some()
}

/// The letter that a stage signs after others have written it, and how.
pub fn written_by_others<'a>(sop: &'a Sop, stage: &StageRef) -> Option<(&'a Outcome, &'a Document)> {
    let mut outcomes = sop.stage(stage)?.outcomes.iter();
    let (outcome, document) = outcomes.find_map(|outcome| Some((outcome, outcome.signed()?.1)))?;
    (!document.fields.is_empty()).then_some((outcome, document))
}

/// What a letter that waits for its signature says differently from how it was last drafted.
pub fn revised(words: Words, sop: &Sop, case: &Case, task: &Task) -> Vec<Revised> {
    let Some((_, document)) = written_by_others(sop, &task.stage) else { return Vec::new() };
    let is_draft = |done: &&Task| {
        done.stage.step == task.stage.step
            && sop.stage(&done.stage).is_some_and(|stage| stage.kind == StageKind::Draft)
    };
    let newest = case.tasks.iter().filter(is_draft).rfind(|done| done.completion().is_some());
    let Some(drafted) = newest.and_then(Task::completion) else { return Vec::new() };
    let revised = document.named_fields().filter_map(|field| {
        let before = drafted.record.text(field).unwrap_or_default();
        let pieces = revision(before, case.newest_text(field).unwrap_or_default());
        (!pieces.is_empty()).then(|| Revised { label: label(words, sop, field), pieces })
    });
    revised.collect()
}

/// What a field is called, wherever in the SOP it is.
pub fn label(words: Words, sop: &Sop, id: &FieldId) -> String {
    let mut fields = sop.steps.iter().flat_map(|step| &step.stages).flat_map(|stage| &stage.fields);
    fields
        .find(|field| field.id == *id)
        .map_or_else(String::new, |field| words.label(sop, &field.label).to_owned())
}

/// The stage further on in a task's row that signs what the task writes, and how.
fn signed_later<'a>(sop: &'a Sop, task: &Task, outcome: &Outcome) -> Option<(StageRef, &'a Outcome)> {
    let step = sop.step(&task.stage.step)?;
    let written: Vec<_> = step.stage(&task.stage.stage)?.fields_for(&outcome.id).collect();
    step.stages.iter().find_map(|stage| {
        let signs = stage.outcomes.iter().find(|outcome| outcome.signed().is_some())?;
        let (_, document) = signs.signed()?;
        written
            .iter()
            .any(|field| document.fields.contains(&field.id))
            .then(|| (StageRef { step: step.no.clone(), stage: stage.id.clone() }, signs))
    })
}

/// The case as it will be after some events.
pub fn evolved(case: &Case, events: Vec<NewEvent>) -> Case {
    let recorded = (case.version + 1..).zip(events).map(|(seq, event)| event.recorded(seq));
    recorded.fold(case.clone(), |case, recorded| case.evolve(&recorded))
}
