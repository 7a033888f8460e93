//! In whose place somebody acts: mandates from day to day, chains of them, and what they come to.
//!
//! A mandate passes on roles of its giver. It takes effect on its first day and ends after its last,
//! by itself: nothing is switched on or off, everything is asked of the day. Whoever has a mandate can
//! pass on what it gave them, so that mandates chain; they never lead back to where they began.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::case::{PersonId, roles};
use crate::definition::{Role, Sop};
use crate::letter::Capacity;

/// A mandate among all that were ever given, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MandateId(pub u32);

/// What an official lets somebody else do in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    pub giver: PersonId,
    pub taker: PersonId,
    /// Never [`Capacity::Own`].
    pub capacity: Capacity,
    /// Which of the giver's roles it passes on.
    pub roles: Vec<Role>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// The number of the letter by which it was given.
    pub basis: String,
}

/// The right to act in somebody's place, on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// In whose place.
    pub person: PersonId,
    /// How a letter says it.
    pub capacity: Capacity,
    /// What the person in whose place it is may do by own right, as far as every mandate on the way
    /// passes it on.
    pub roles: Vec<Role>,
    /// The mandate that the acting person was given: the last of its chain.
    pub mandate: MandateId,
}

/// Why a mandate is not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MandateRefusal {
    #[error("nobody acts in their own place")]
    ToOneself,
    /// Whoever keeps the mandates could else take every place there is.
    #[error("nobody enters a mandate that is given to themselves")]
    TakerEnters,
    #[error("it would end before it begins")]
    Reversed,
    #[error("its days are over")]
    Over,
    #[error("it passes on nothing")]
    NoRoles,
    /// It is not one of those that can be passed on.
    #[error("the role {role} stays with whoever holds it")]
    StaysWithHolder { role: Role },
    /// Neither by own right nor by a mandate on its first day.
    #[error("its giver does not hold the role {role}")]
    NotTheirs { role: Role },
    /// Whoever audits changes nothing, in nobody's place either.
    #[error("its taker is an auditor")]
    TakerAudits,
    /// On this day they would lead from its taker through these people back to its giver.
    #[error("on {day} it would lead back to its giver")]
    Loops { day: Date, through: Vec<PersonId> },
}

impl fmt::Display for MandateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The roles that can be passed on: what the office does. What somebody asks for is their own matter, and
/// accounts and audit are nobody's to hand over.
pub fn can_be_passed_on(sop: &Sop, role: &Role) -> bool {
    *role == roles::AGENDA || sop.performers.iter().any(|performer| performer.id == *role)
}

impl Mandate {
    pub fn is_in_force(&self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// Whether it can be given, beside those that were given and not revoked. `giver` and `taker` are the
    /// roles that the two hold by own right.
    ///
    /// # Errors
    /// A [`MandateRefusal`] that says why not.
    pub fn give(
        &self,
        sop: &Sop,
        beside: &[Self],
        giver: &[Role],
        taker: &[Role],
        entered_by: &PersonId,
        today: Date,
    ) -> Result<(), MandateRefusal> {
        if self.giver == self.taker {
            return Err(MandateRefusal::ToOneself);
        }
        if self.taker == *entered_by {
            return Err(MandateRefusal::TakerEnters);
        }
        if self.until < self.from {
            return Err(MandateRefusal::Reversed);
        }
        if self.until < today {
            return Err(MandateRefusal::Over);
        }
        if self.roles.is_empty() {
            return Err(MandateRefusal::NoRoles);
        }
        if let Some(role) = self.roles.iter().find(|role| !can_be_passed_on(sop, role)) {
            return Err(MandateRefusal::StaysWithHolder { role: role.clone() });
        }
        if roles::audit(taker) {
            return Err(MandateRefusal::TakerAudits);
        }
        let passed_to_giver = |role: &Role| {
            let theirs = |other: &&Self| other.taker == self.giver && other.is_in_force(self.from);
            beside.iter().filter(theirs).any(|other| other.roles.contains(role))
        };
        if let Some(role) = self.roles.iter().find(|role| !giver.contains(role) && !passed_to_giver(role)) {
            return Err(MandateRefusal::NotTheirs { role: role.clone() });
        }
        // Mandates that are in force together are so on the day on which the last of them begins.
        let mut days: Vec<Date> = beside.iter().map(|other| other.from).collect();
        days.push(self.from);
        days.retain(|day| self.is_in_force(*day));
        days.sort();
        let loops = days.into_iter().find_map(|day| Some((day, way_back(beside, day, self)?)));
        loops.map_or(Ok(()), |(day, through)| Err(MandateRefusal::Loops { day, through }))
    }
}

/// The people through whom mandates that are in force on a day lead from the taker of a new one back to
/// its giver: the taker first, the giver last.
fn way_back(beside: &[Mandate], day: Date, new: &Mandate) -> Option<Vec<PersonId>> {
    let mut came_from: BTreeMap<&PersonId, &PersonId> = BTreeMap::new();
    let mut waiting = VecDeque::from([&new.taker]);
    while let Some(person) = waiting.pop_front() {
        for next in beside.iter().filter(|other| other.giver == *person && other.is_in_force(day)) {
            if next.taker == new.taker || came_from.contains_key(&next.taker) {
                continue;
            }
            came_from.insert(&next.taker, person);
            waiting.push_back(&next.taker);
        }
    }
    let mut way = vec![new.giver.clone()];
    let mut at = *came_from.get(&new.giver)?;
    while *at != new.taker {
        way.push(at.clone());
        at = came_from[at];
    }
    way.push(new.taker.clone());
    way.reverse();
    Some(way)
}

/// In whose place somebody acts by mandates that are in force, the nearest first. `own` answers which
/// roles a person holds by own right. Whoever has become an auditor since a mandate was given to them acts
/// in nobody's place, and passes nothing on.
pub fn standings<'a>(
    in_force: &[(MandateId, Mandate)],
    of: &PersonId,
    own: impl Fn(&PersonId) -> &'a [Role],
) -> Vec<Standing> {
    // None that was let in leads back; should the database hold one, it leads nowhere.
    let given_to = |taker: &PersonId, through: &[PersonId]| -> Vec<&(MandateId, Mandate)> {
        let leads_on = |mandate: &Mandate| {
            mandate.taker == *taker && !through.contains(&mandate.giver) && !roles::audit(own(taker))
        };
        in_force.iter().filter(|(_, mandate)| leads_on(mandate)).collect()
    };
    let mut standings = Vec::new();
    let mut waiting = VecDeque::new();
    let through = vec![of.clone()];
    for (id, mandate) in given_to(of, &through) {
        let standing = Standing {
            person: mandate.giver.clone(),
            capacity: mandate.capacity,
            roles: mandate.roles.clone(),
            mandate: *id,
        };
        waiting.push_back((standing, through.clone()));
    }
    while let Some((passed_on, mut through)) = waiting.pop_front() {
        through.push(passed_on.person.clone());
        for (_, mandate) in given_to(&passed_on.person, &through) {
            let next = Standing {
                person: mandate.giver.clone(),
                capacity: chained(passed_on.capacity, mandate.capacity),
                roles: both(&passed_on.roles, &mandate.roles),
                mandate: passed_on.mandate,
            };
            waiting.push_back((next, through.clone()));
        }
        let roles = both(&passed_on.roles, own(&passed_on.person));
        if !roles.is_empty() {
            standings.push(Standing { roles, ..passed_on });
        }
    }
    standings
}

fn both(roles: &[Role], others: &[Role]) -> Vec<Role> {
    roles.iter().filter(|role| others.contains(role)).cloned().collect()
}

/// Under "atas nama" the superior stays responsible, and no deputy further down changes that; otherwise
/// a letter says how the one who signs it was put in the place.
fn chained(given: Capacity, before: Capacity) -> Capacity {
    if before == Capacity::OnBehalf { before } else { given }
}
