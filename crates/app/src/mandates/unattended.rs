//! Whose work waits because they are away and nobody acts in their place: their superior is told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sop::case::PersonId;
use sop::definition::Role;
use store::{StoreError, TaskBox};

use crate::ctx::Ctx;

/// How many of somebody's tasks are looked through for the oldest.
const TASKS_MAX: u32 = 200;

/// Somebody who is away, in a sentence, with where a deputy is named.
#[derive(Debug)]
pub struct Unattended {
    pub sentence: String,
    pub href: String,
}

/// Those to whom the reader gives their work, who are away today without a deputy while tasks wait.
pub async fn unattended(ctx: &Ctx) -> Result<Vec<Unattended>, StoreError> {
    let (words, store, sop) = (ctx.words, &ctx.desk.store, ctx.desk.sop());
    let today = ctx.desk.today();
    let away = store.absences(today, today).await?;
    let mandates = if away.is_empty() { Vec::new() } else { store.mandates_in_force(today).await? };
    let mut found = Vec::new();
    for absence in &away {
        let Some(person) = store.person(&absence.person, today).await? else { continue };
        let is_theirs_to_see = |role: &&Role| {
            sop.superior(role).is_some_and(|superior| ctx.actor.has(superior.as_str()))
                && !mandates
                    .iter()
                    .any(|row| row.mandate.giver == person.id && row.mandate.roles.contains(role))
        };
        let roles: Vec<&Role> = person.roles.iter().filter(is_theirs_to_see).collect();
        if roles.is_empty() {
            continue;
        }
        // What waits for anybody in a role waits for nobody in particular while another is there.
        let mut alone = Vec::new();
        for role in roles {
            let holders = store.people_with_role(role, today).await?;
            if holders.iter().all(|holder| away.iter().any(|absence| absence.person == holder.id)) {
                alone.push(role.clone());
            }
        }
        let waiting = TaskBox { person: person.id.clone(), roles: alone, deputises: BTreeMap::new() };
        let tasks = store.inbox(&waiting, None, TASKS_MAX).await?;
        let Some(since) = tasks.iter().map(|task| task.task_opened_at).min() else { continue };
        let sentence = words
            .t("unattended")
            .with("name", person.name.clone())
            .with("until", words.date(absence.until))
            .with("reason", absence.reason.clone())
            .with("n", store.inbox_count(&waiting, TASKS_MAX).await?)
            .with("since", moment(ctx, since));
        found.push(Unattended { sentence: sentence.to_string(), href: href(&person.id) });
    }
    Ok(found)
}

fn moment(ctx: &Ctx, at: Timestamp) -> String {
    ctx.words.weekday_short_moment(at, ctx.desk.calendar.zone())
}

fn href(person: &PersonId) -> String {
    format!("/mandates?giver={person}#beri")
}
