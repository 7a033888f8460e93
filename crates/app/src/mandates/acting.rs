//! By what right somebody does a task, and how that is said.

use std::collections::HashMap;

use sop::Sop;
use sop::case::{Actor, By, PersonId, Task};
use sop::definition::Stage;
use sop::letter::Capacity;
use store::{StoreError, TaskRow};

use crate::ctx::Ctx;
use crate::words::{Phrase, Words};

/// The right by which somebody may do a task; none if it does not wait for them.
pub fn right_to(actor: &Actor, stage: &Stage, task: &Task) -> Option<By> {
    right(actor, stage.performer.as_str(), task.assignee.as_ref())
}

fn right(actor: &Actor, role: &str, assignee: Option<&PersonId>) -> Option<By> {
    match assignee {
        Some(assignee) => actor.acting_for(role, assignee),
        None => actor.acting_as(role),
    }
}

/// The right by which somebody would do a task of their inbox.
pub fn right_to_row(actor: &Actor, row: &TaskRow) -> Option<By> {
    let sop = sop::find(&row.sop, &row.revision).unwrap_or_else(sop::shipped);
    let role = sop.stage(&row.stage)?.performer.as_str();
    right(actor, role, row.assignee.as_ref())
}

/// The name of the person in whose place somebody would do a task of their inbox; none for their own.
pub fn giver_of(actor: &Actor, row: &TaskRow, names: &HashMap<PersonId, String>) -> Option<String> {
    names.get(&right_to_row(actor, row)?.in_place_of()?.person).cloned()
}

/// Who would do a task, for whoever looks at what it leads to without being the one it waits for.
pub fn doer(ctx: &Ctx, stage: &Stage, task: &Task) -> By {
    right_to(&ctx.actor, stage, task).unwrap_or_else(|| By::Person {
        person: ctx.person.id.clone(),
        role: stage.performer.clone(),
        in_place_of: None,
    })
}

/// In whose place somebody would do a task, in a sentence; none for whoever does it by own right.
pub fn sentence(
    words: Words,
    actor: &Actor,
    stage: &Stage,
    task: &Task,
    names: &HashMap<PersonId, String>,
) -> Option<String> {
    let by = right_to(actor, stage, task)?;
    let place = by.in_place_of()?;
    let giver = names.get(&place.person).cloned().unwrap_or_default();
    Some(for_whom(words.t("acting-you"), place.capacity, giver).to_string())
}

/// The same for a task of a case whose names are not at hand.
pub async fn acting(ctx: &Ctx, sop: &Sop, task: &Task) -> Result<Option<String>, StoreError> {
    let Some(stage) = sop.stage(&task.stage) else { return Ok(None) };
    Ok(sentence(ctx.words, &ctx.actor, stage, task, &givers(ctx).await?))
}

/// The names of those in whose place somebody acts today.
pub async fn givers(ctx: &Ctx) -> Result<HashMap<PersonId, String>, StoreError> {
    let givers: Vec<PersonId> =
        ctx.actor.standings().iter().map(|standing| standing.person.clone()).collect();
    ctx.desk.store.names(&givers).await
}

/// A phrase that says in which capacity, and for whom.
pub fn for_whom(phrase: Phrase<'_>, capacity: Capacity, giver: String) -> Phrase<'_> {
    phrase.with("capacity", name_of(capacity)).with("giver", giver)
}

/// How the catalogue and the forms call a capacity.
pub fn name_of(capacity: Capacity) -> &'static str {
    match capacity {
        Capacity::Own => "own",
        Capacity::Daily => "daily",
        Capacity::Acting => "acting",
        Capacity::OnBehalf => "on-behalf",
    }
}
