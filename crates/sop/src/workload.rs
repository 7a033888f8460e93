//! How much of an officer's week the helpdesk takes, as far as the log can tell: at most so much.
//!
//! The SOP warns (peringatan) that the main work of helpdesk officers is neglected. Nobody writes hours
//! down, and an officer who had to would have one task more. What the log does know is from when until
//! when a task was whose. The rule that follows from it:
//!
//! - working time in which at least one running task was an officer's counts, all of it, since they may
//!   have worked on it; the rest of the week certainly was not the helpdesk's;
//! - where several tasks were theirs at once the time is shared among them, since nobody works two hours
//!   in one, so that an officer never has more hours than the office was open;
//! - while a case is suspended, or its task waits for anybody, its clock is nobody's.
//!
//! The result is an estimate from above, and whoever shows it says "paling banyak".

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use crate::calendar::{Calendar, NoCalendar};
use crate::case::{CaseNo, TaskId};

/// A week of the office, from its Monday on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week {
    monday: Date,
}

/// A time in which a running task was an officer's: a [`crate::case::Hold`] with the task it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskHold {
    pub case: CaseNo,
    pub task: TaskId,
    pub from: Timestamp,
    /// None while it lasts.
    pub until: Option<Timestamp>,
}

/// What a task takes of an officer's week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub case: CaseNo,
    pub task: TaskId,
    /// Working minutes.
    pub minutes: i64,
}

impl Week {
    /// The week in which a date lies.
    pub fn of(date: Date) -> Self {
        Self { monday: date - i64::from(date.weekday().to_monday_zero_offset()).days() }
    }

    pub fn monday(self) -> Date {
        self.monday
    }

    /// The week that many weeks before.
    pub fn before(self, weeks: u32) -> Self {
        Self { monday: self.monday - i64::from(weeks).weeks() }
    }

    /// When its Monday begins on the office's wall, and when the Monday after does.
    pub fn bounds(self, calendar: &Calendar) -> (Timestamp, Timestamp) {
        let midnight = |date: Date| calendar.zone().offset().to_timestamp(date.at(0, 0, 0, 0));
        let bounds = (midnight(self.monday), midnight(self.monday + 1.week()));
        (bounds.0.unwrap_or(Timestamp::MIN), bounds.1.unwrap_or(Timestamp::MAX))
    }
}

/// What each task took of one officer's week until `now`, in the order of cases and tasks; tasks that took
/// nothing are left out. `holds` are all of this officer; those of other weeks count for nothing.
///
/// # Errors
/// [`NoCalendar`] if the year of the week has no file.
pub fn shares(
    calendar: &Calendar,
    week: Week,
    now: Timestamp,
    holds: &[TaskHold],
) -> Result<Vec<Share>, NoCalendar> {
    let (begins, ends) = week.bounds(calendar);
    let ends = ends.min(now);
    let clipped: Vec<(&TaskHold, Timestamp, Timestamp)> = holds
        .iter()
        .map(|hold| (hold, hold.from.max(begins), hold.until.unwrap_or(ends).min(ends)))
        .filter(|(_, from, until)| from < until)
        .collect();
    let mut moments: Vec<Timestamp> = clipped.iter().flat_map(|(_, from, until)| [*from, *until]).collect();
    moments.sort_unstable();
    moments.dedup();

    let mut minutes: BTreeMap<(&CaseNo, TaskId), i64> = BTreeMap::new();
    // Counted from the beginning of the week and subtracted, so that no fraction of a minute is lost
    // where one task follows another.
    let worked = |until| Ok(calendar.elapsed(begins, until)?.minutes);
    for pair in moments.windows(2) {
        let (from, until) = (pair[0], pair[1]);
        let held = clipped.iter().filter(|(_, begun, ended)| *begun <= from && until <= *ended);
        let tasks: Vec<(&CaseNo, TaskId)> = held.map(|(hold, ..)| (&hold.case, hold.task)).collect();
        let Ok(count) = i64::try_from(tasks.len()) else { continue };
        if count == 0 {
            continue;
        }
        let together: i64 = worked(until)? - worked(from)?;
        for (nth, task) in (0..).zip(tasks) {
            // The minutes that do not divide go to the first, one each: the shares sum up to the time.
            *minutes.entry(task).or_default() += together / count + i64::from(nth < together % count);
        }
    }
    let shares = minutes.into_iter().filter(|(_, minutes)| *minutes > 0);
    Ok(shares.map(|((case, task), minutes)| Share { case: case.clone(), task, minutes }).collect())
}

/// The helpdesk's minutes in an officer's week: all shares together.
pub fn minutes(shares: &[Share]) -> i64 {
    shares.iter().map(|share| share.minutes).sum()
}
