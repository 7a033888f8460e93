//! Those to whom work can be given, as they stand this week.

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan as _;
use sop::Sop;
use sop::assignment::{Candidate, Presence, WeeklyLimit};
use sop::case::PersonId;
use sop::workload::{self, Week};
use store::{Absence, Person, StoreError};

use crate::ctx::Ctx;

#[derive(Debug)]
pub struct Team {
    /// By name.
    pub members: Vec<Member>,
    pub limit: WeeklyLimit,
}

#[derive(Debug)]
pub struct Member {
    pub person: Person,
    pub candidate: Candidate,
    /// What else they are good at, in the office's own words.
    pub tags: Vec<String>,
    /// When they are away in what is left of this week.
    pub absences: Vec<Absence>,
}

impl Team {
    /// For whoever has no work to give.
    pub fn nobody(ctx: &Ctx) -> Self {
        Self { members: Vec::new(), limit: ctx.settings.weekly_limit }
    }

    /// Everybody in a role to which an SOP hands work.
    pub async fn of(ctx: &Ctx, sop: &Sop) -> Result<Self, StoreError> {
        let (desk, now) = (&ctx.desk, ctx.desk.now());
        let mut people: BTreeMap<PersonId, Person> = BTreeMap::new();
        for role in sop.assigned_roles() {
            let held_by = desk.store.people_with_role(role, desk.today()).await?;
            people.extend(held_by.into_iter().map(|person| (person.id.clone(), person)));
        }
        let ids: Vec<PersonId> = people.keys().cloned().collect();
        let today = desk.calendar.local(now).date();
        let week = Week::of(today);
        let (begins, ends) = week.bounds(&desk.calendar);
        let holds = desk.store.time_held(&ids, begins, ends).await?;
        let mut skills = desk.store.skills(&ids).await?;
        let loads: HashMap<PersonId, _> = desk
            .store
            .workload(&ids, now)
            .await?
            .into_iter()
            .map(|load| (load.person.clone(), load))
            .collect();
        let absences = desk.store.absences(today, week.monday() + 6.days()).await?;

        let member = |person: Person| {
            let (id, skills) = (person.id.clone(), skills.remove(&person.id).unwrap_or_default());
            let held = holds.get(&id).map_or(&[][..], Vec::as_slice);
            let shares = workload::shares(&desk.calendar, week, now, held).ok();
            let absences: Vec<Absence> =
                absences.iter().filter(|absence| absence.person == id).cloned().collect();
            let presence = if absences.iter().any(|absence| absence.from <= today) {
                Presence::Away
            } else if absences.is_empty() {
                Presence::Here
            } else {
                Presence::AwayLater
            };
            let candidate = Candidate {
                qualifications: skills.qualifications.into_iter().collect(),
                open: loads.get(&id).map_or(0, |load| load.open),
                overdue: loads.get(&id).map_or(0, |load| load.overdue),
                minutes: shares.as_deref().map(workload::minutes),
                presence,
                person: id,
            };
            Member { person, candidate, tags: skills.tags.into_iter().collect(), absences }
        };
        let mut members: Vec<Member> = people.into_values().map(member).collect();
        members.sort_by(|a, b| a.person.name.cmp(&b.person.name));
        Ok(Self { members, limit: ctx.settings.weekly_limit })
    }
}
