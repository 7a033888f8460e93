//! Whose mandates and absences somebody may read: their own, those of the people for whom they speak,
//! or everybody's.

use jiff::civil::Date;
use sop::case::PersonId;
use store::{Absence, MandateRow, Person, StoreError};

use crate::ctx::Ctx;
use crate::policy::{self, Place};

/// The people of the office, as somebody sees them who looks for who stands in whose place.
#[derive(Debug)]
pub struct Circle<'a> {
    ctx: &'a Ctx,
    /// Everybody with an account, by name.
    pub people: Vec<Person>,
}

/// How a mandate stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    InForce,
    ToCome,
    /// Its last day has passed, or it was revoked.
    Over,
}

impl Stands {
    pub fn on(day: Date, row: &MandateRow) -> Self {
        if row.revoked.is_some() || row.mandate.until < day {
            Self::Over
        } else if day < row.mandate.from {
            Self::ToCome
        } else {
            Self::InForce
        }
    }
}

impl<'a> Circle<'a> {
    pub async fn of(ctx: &'a Ctx) -> Result<Self, StoreError> {
        Ok(Self { ctx, people: ctx.desk.store.people(ctx.desk.today()).await? })
    }

    /// The mandates that the reader may see, the newest first.
    pub async fn mandates(&self) -> Result<Vec<MandateRow>, StoreError> {
        let mut rows = self.ctx.desk.store.mandates().await?;
        rows.retain(|row| self.may_read(&row.mandate.giver) || self.may_read(&row.mandate.taker));
        Ok(rows)
    }

    /// The absences from today on that the reader may see, by their first day.
    pub async fn absences(&self) -> Result<Vec<Absence>, StoreError> {
        let mut absences = self.ctx.desk.store.absences(self.ctx.desk.today(), Date::MAX).await?;
        absences.retain(|absence| self.may_read(&absence.person));
        Ok(absences)
    }

    /// Whether the reader may say who acts in somebody's place.
    pub fn speaks_for(&self, id: &PersonId) -> bool {
        self.find(id).is_some_and(|person| policy::speaks_for(&self.ctx.person, person))
    }

    /// The name of somebody; empty where nobody has that id.
    pub fn name(&self, id: &PersonId) -> String {
        self.find(id).map_or_else(String::new, |person| person.name.clone())
    }

    fn may_read(&self, id: &PersonId) -> bool {
        *id == self.ctx.person.id || policy::may(&self.ctx.person, Place::AllMandates) || self.speaks_for(id)
    }

    fn find(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }
}
