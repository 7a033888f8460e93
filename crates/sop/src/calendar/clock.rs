//! The arithmetic: working time as a clock that stands still while the office is closed.
//!
//! A [`Run`] is a stretch of years without a gap. Each working day remembers how much was worked
//! before it, so that "how much has been worked until then" and its inverse are one look-up each,
//! and due times need no walk from day to day. All times are local, in nanoseconds: the zones have
//! no summer time, and whole nanoseconds mean that nothing is rounded, however often a clock stops.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::norm::{Norm, NormUnit};
use super::{Hours, NoCalendar, Zone};

const SECOND: i64 = 1_000_000_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Consecutive years with a file each.
#[derive(Debug, Clone)]
pub(super) struct Run {
    first: Date,
    /// `first`, in days since 1970.
    first_day: i64,
    pub(super) last_year: i16,
    days: Vec<Slot>,
    work: Vec<WorkDay>,
    /// Everything worked in these years.
    total: i64,
}

/// A date of the run.
#[derive(Debug, Clone, Copy)]
struct Slot {
    plan: Plan,
    /// The working days before this one, and so the place in `work` of this day or the next.
    ordinal: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Plan {
    /// Index into the calendar's hours.
    Open(usize),
    Saturday,
    Sunday,
    /// Index into the calendar's holidays.
    Holiday(usize),
}

/// A working day, with its times as nanoseconds after midnight.
#[derive(Debug, Clone, Copy)]
struct WorkDay {
    day: usize,
    /// Worked in this run before this day.
    worked_before: i64,
    opens: i64,
    rest_from: i64,
    rest_to: i64,
    closes: i64,
}

/// A local date and time within one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    /// Days after the run's first.
    pub(super) day: usize,
    /// Nanoseconds after midnight.
    pub(super) at: i64,
}

impl Run {
    pub(super) fn starting(first: Date) -> Run {
        let epoch = Date::constant(1970, 1, 1);
        let first_day = first.duration_since(epoch).as_hours() / 24;
        Run { first, first_day, last_year: first.year(), days: vec![], work: vec![], total: 0 }
    }

    /// Adds the next day.
    pub(super) fn push(&mut self, plan: Plan, hours: &[Hours]) {
        let day = self.days.len();
        self.days.push(Slot { plan, ordinal: self.work.len() });
        match plan {
            Plan::Open(index) => {
                let hours = &hours[index];
                let work = WorkDay {
                    day,
                    worked_before: self.total,
                    opens: after_midnight(hours.opens),
                    rest_from: after_midnight(hours.rest_from),
                    rest_to: after_midnight(hours.rest_to),
                    closes: after_midnight(hours.closes),
                };
                self.total += work.worked_until(work.closes);
                self.work.push(work);
            }
            Plan::Saturday | Plan::Sunday | Plan::Holiday(_) => {}
        }
    }

    /// A start's first working moment, and the norm's due time counted from there. `None` when
    /// either lies beyond the run.
    pub(super) fn due(&self, start: Moment, norm: &Norm) -> Option<(Moment, Moment)> {
        let begins = self.open_from(start)?;
        let most = i64::from(norm.most);
        let due = match norm.unit {
            NormUnit::Minutes => self.after_working(begins, most.saturating_mul(MINUTE))?,
            NormUnit::Hours => self.after_working(begins, most.saturating_mul(HOUR))?,
            NormUnit::Days => {
                let ordinal = self.days[begins.day].ordinal.checked_add(usize::try_from(norm.most).ok()?)?;
                self.work.get(ordinal)?.at_or_after(begins.at)
            }
        };
        Some((begins, due))
    }

    /// `begins` is open.
    fn after_working(&self, begins: Moment, time: i64) -> Option<Moment> {
        // Without this, nothing worked since an opening would be the closing before it.
        if time == 0 {
            return Some(begins);
        }
        self.reach(self.worked(begins).saturating_add(time))
    }

    /// The largest n with `n hari` from `from` due by `to`, and that due time. `from` is before
    /// `to`, and both when nothing opens between them.
    pub(super) fn days_between(&self, from: Moment, to: Moment) -> (u32, Moment) {
        let Some(begins) = self.open_from(from).filter(|begins| *begins <= to) else {
            return (0, to);
        };
        let first = self.days[begins.day].ordinal;
        // The last working day that has begun by `to`. There is one: the day of `begins`.
        let slot = self.days[to.day];
        let last = match slot.plan {
            Plan::Open(_) => slot.ordinal,
            Plan::Saturday | Plan::Sunday | Plan::Holiday(_) => slot.ordinal - 1,
        };
        let due = |ordinal: usize| {
            if ordinal == first { begins } else { self.work[ordinal].at_or_after(begins.at) }
        };
        let reached = if due(last) <= to { last } else { last - 1 };
        let days = u32::try_from(reached - first).expect("a run has few enough days");
        (days, due(reached))
    }

    /// All working time of the run up to a moment.
    pub(super) fn worked(&self, moment: Moment) -> i64 {
        let slot = self.days[moment.day];
        match slot.plan {
            Plan::Open(_) => {
                let work = &self.work[slot.ordinal];
                work.worked_before + work.worked_until(moment.at)
            }
            Plan::Saturday | Plan::Sunday | Plan::Holiday(_) => {
                self.work.get(slot.ordinal).map_or(self.total, |next| next.worked_before)
            }
        }
    }

    /// The first moment by which this much was worked: the inverse of [`Run::worked`]. It is inside
    /// an interval or on its closing. `None` for nothing, which is before the run's first opening,
    /// and for more than the run has.
    pub(super) fn reach(&self, worked: i64) -> Option<Moment> {
        if worked > self.total {
            return None;
        }
        let after = self.work.partition_point(|work| work.worked_before < worked);
        let work = self.work[..after].last()?;
        let into = worked - work.worked_before;
        let morning = work.rest_from - work.opens;
        let at = if into <= morning { work.opens + into } else { work.rest_to + (into - morning) };
        Some(Moment { day: work.day, at })
    }

    /// This moment if the office is open then, or the next opening, if the run has one.
    pub(super) fn open_from(&self, moment: Moment) -> Option<Moment> {
        let slot = self.days[moment.day];
        let mut next = slot.ordinal;
        if let Plan::Open(_) = slot.plan {
            let work = &self.work[slot.ordinal];
            if moment.at < work.closes {
                return Some(work.at_or_after(moment.at));
            }
            next += 1;
        }
        let work = self.work.get(next)?;
        Some(Moment { day: work.day, at: work.opens })
    }

    pub(super) fn plan(&self, day: usize) -> Plan {
        self.days[day].plan
    }

    /// `None` if the moment is not in this run.
    pub(super) fn moment(&self, instant: Timestamp, zone: Zone) -> Option<Moment> {
        let mut second = instant.as_second() + i64::from(zone.offset().seconds());
        let mut nanosecond = i64::from(instant.subsec_nanosecond());
        // Before 1970 jiff counts the fraction backwards.
        if nanosecond < 0 {
            second -= 1;
            nanosecond += SECOND;
        }
        let day = usize::try_from(second.div_euclid(DAY_SECONDS) - self.first_day).ok()?;
        let at = second.rem_euclid(DAY_SECONDS) * SECOND + nanosecond;
        (day < self.days.len()).then_some(Moment { day, at })
    }

    pub(super) fn instant(&self, moment: Moment, zone: Zone) -> Timestamp {
        let days = self.first_day + days_signed(moment.day);
        let second = days * DAY_SECONDS + moment.at / SECOND - i64::from(zone.offset().seconds());
        let nanosecond = i32::try_from(moment.at % SECOND).expect("less than a second");
        Timestamp::new(second, nanosecond).expect("years of a calendar are within those of jiff")
    }

    pub(super) fn date(&self, day: usize) -> Date {
        self.first
            .checked_add(jiff::Span::new().days(days_signed(day)))
            .expect("years of a calendar are within those of jiff")
    }

    /// What is missing when something lies after this run.
    pub(super) fn beyond(&self) -> NoCalendar {
        NoCalendar { year: self.last_year + 1 }
    }

    /// What is missing when something lies before this run.
    pub(super) fn before(&self) -> NoCalendar {
        NoCalendar { year: self.first.year() - 1 }
    }
}

impl Moment {
    pub(super) fn new(day: usize, time: Time) -> Moment {
        Moment { day, at: after_midnight(time) }
    }
}

impl WorkDay {
    /// Worked on this day until a time of day.
    fn worked_until(&self, at: i64) -> i64 {
        let morning = at.clamp(self.opens, self.rest_from) - self.opens;
        let afternoon = at.clamp(self.rest_to, self.closes) - self.rest_to;
        morning + afternoon
    }

    /// This time on this day if it is open then, or when it next opens, or its closing.
    fn at_or_after(&self, at: i64) -> Moment {
        let at = if at < self.rest_from { at.max(self.opens) } else { at.clamp(self.rest_to, self.closes) };
        Moment { day: self.day, at }
    }
}

fn after_midnight(time: Time) -> i64 {
    i64::from(time.hour()) * HOUR + i64::from(time.minute()) * MINUTE
}

fn days_signed(day: usize) -> i64 {
    i64::try_from(day).expect("a run has few enough days")
}

/// The time of day of a moment.
pub(super) fn time_of(moment: Moment) -> Time {
    let (second, nanosecond) = (moment.at / SECOND, moment.at % SECOND);
    let part = |n: i64| i8::try_from(n).expect("a part of a day");
    let nanosecond = i32::try_from(nanosecond).expect("less than a second");
    Time::constant(part(second / 3600), part(second / 60 % 60), part(second % 60), nanosecond)
}
