//! Whom to give a task: what a case needs, who can do it, and who has room for it. The coordinator
//! chooses; this only compares, and names one with whom to begin.

#[cfg(test)]
mod tests;

use crate::case::{Case, PersonId, Value};
use crate::definition::{QualificationId, Sop};

/// Somebody to whom a task can be given, as they stand this week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub person: PersonId,
    /// Those of the SOP's qualifications that they have.
    pub qualifications: Vec<QualificationId>,
    /// Tasks that were given to them and are not done.
    pub open: u32,
    /// Of these, those whose due time has come.
    pub overdue: u32,
    /// What the helpdesk has at most taken of their week so far, as [`crate::workload`] estimates it; none
    /// where this year has no calendar.
    pub minutes: Option<i64>,
    pub presence: Presence,
}

/// Whether somebody is in the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// All of this week that is left.
    Here,
    /// Today, but not on all days of this week that are left.
    AwayLater,
    Away,
}

/// How many minutes of an officer's week the helpdesk should not go beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklyLimit {
    pub hours: u32,
}

impl WeeklyLimit {
    pub fn minutes(self) -> i64 {
        i64::from(self.hours) * 60
    }

    /// Whether so many minutes leave no room.
    pub fn is_reached_by(self, minutes: i64) -> bool {
        minutes >= self.minutes()
    }
}

impl Candidate {
    /// Those of the needed qualifications that they have, and those that they lack.
    pub fn fit<'a>(
        &self,
        needed: &'a [QualificationId],
    ) -> (Vec<&'a QualificationId>, Vec<&'a QualificationId>) {
        needed.iter().partition(|id| self.qualifications.contains(id))
    }
}

/// What a case asks of whoever works on it, by the category of its request.
pub fn needed<'a>(sop: &'a Sop, case: &Case) -> &'a [QualificationId] {
    match case.request.form.values.get(&sop.form.category) {
        Some(Value::Options(options)) => options.first().map_or(&[], |category| sop.needed_for(category)),
        Some(Value::Date(_)) | None => &[],
    }
}

/// Whom to consider first, of those who are in the office today: who lacks least of what is needed, since
/// the SOP demands it; then who stays this week; then who is below the limit, since the SOP warns of more;
/// then who has the fewest tasks, and the least time taken. Between equals the first named.
pub fn proposed<'a>(
    candidates: &'a [Candidate],
    needed: &[QualificationId],
    limit: WeeklyLimit,
) -> Option<&'a Candidate> {
    let here = candidates.iter().filter(|candidate| candidate.presence != Presence::Away);
    here.min_by_key(|candidate| {
        let (_, lacking) = candidate.fit(needed);
        let minutes = candidate.minutes.unwrap_or_default();
        (lacking.len(), candidate.presence, limit.is_reached_by(minutes), candidate.open, minutes)
    })
}
