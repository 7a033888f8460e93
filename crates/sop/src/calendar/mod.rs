//! Working time: when something falls due, how much working time has passed, and why.
//!
//! One [`Calendar`] answers all three, from one file a year in `calendars/` that gives the opening
//! hours and every day off with its decree. It knows nothing it was not told: a question that needs
//! a year without a file is refused ([`NoCalendar`]). Sources are Perpres 21/2023 for the five-day
//! week and its hours, and the yearly Surat Keputusan Bersama (SKB) of three ministers for the days
//! off.
//!
//! The rules, which `due`, `elapsed`, `shift` and `explain` share:
//!
//! - opening intervals are half-open: the office is open at 07.30 and no longer open at 16.00;
//! - a start outside them counts from the next opening;
//! - minutes and hours count working time only, and a due time that falls exactly on a closing (of
//!   the day, or for the break) stays there;
//! - a day is a working day: the clock moves on by that many working days and keeps the time of
//!   day; where that day is not open at that time, the due time is the next moment at which it
//!   opens on that day, and after its closing, its closing;
//! - the hours are those of the day reached: normal, Friday, Ramadan, Friday in Ramadan.
//!
//! A closing and the opening after it are the same moment of working time: nothing passes between
//! them. That is the only thing `due` and `elapsed` cannot tell apart; otherwise each undoes the
//! other, to the nanosecond.

mod clock;
mod explain;
mod norm;
mod year;

#[cfg(test)]
mod tests;

pub use explain::{ExplainLine, Moved, Outside, Reason};
pub use norm::{AMOUNT_MAX, Norm, NormError, NormUnit};
pub use year::{CalendarError, Change, FILE_BYTES_MAX, YEAR_MAX, YEAR_MIN};

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, tz::Offset};
use serde::Serialize;

use clock::{MINUTE, Moment, Plan, Run};
use year::Year;

/// The working calendar of one office: its years, their hours and their days off.
///
/// Immutable. A calendar that changes is another `Calendar`, read from files whose `versi` grew;
/// open due times are then recomputed by whoever holds them.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: Zone,
    fingerprint: u64,
    editions: Vec<Edition>,
    /// Years without a gap between them, so that arithmetic never has to look for one.
    runs: Vec<Run>,
    hours: Vec<Hours>,
    holidays: Vec<Holiday>,
}

#[derive(Debug, Clone)]
struct Edition {
    year: i16,
    revision: u32,
    changes: Vec<Change>,
}

/// One of the three Indonesian time zones. None of them has summer time, so that a working minute
/// is a minute of the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Zone {
    Wib,
    Wita,
    Wit,
}

impl Zone {
    /// "WIB", "WITA" or "WIT", as it is written behind a time.
    #[must_use]
    pub fn abbreviation(self) -> &'static str {
        match self {
            Zone::Wib => "WIB",
            Zone::Wita => "WITA",
            Zone::Wit => "WIT",
        }
    }

    /// How far it is ahead of UTC, all year round.
    #[must_use]
    pub fn offset(self) -> Offset {
        match self {
            Zone::Wib => Offset::constant(7),
            Zone::Wita => Offset::constant(8),
            Zone::Wit => Offset::constant(9),
        }
    }
}

/// The hours of one kind of day. `opens < rest_from < rest_to < closes`, local time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hours {
    pub kind: HoursKind,
    pub opens: Time,
    pub rest_from: Time,
    pub rest_to: Time,
    pub closes: Time,
    /// The rule that sets these hours, such as "Perpres 21/2023".
    pub decree: String,
    /// These are Ramadan hours and the dates of that Ramadan are an estimate.
    pub estimate: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HoursKind {
    Normal,
    Friday,
    Ramadan,
    RamadanFriday,
}

/// A day off by decree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holiday {
    pub name: String,
    pub kind: HolidayKind,
    /// The decree that made it a day off, such as "SKB 1497/2025, 2/2025, 5/2025".
    pub decree: String,
    /// The date is not settled yet; it usually waits for the moon to be seen.
    pub estimate: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayKind {
    /// Libur nasional.
    National,
    /// Cuti bersama: collective leave.
    CollectiveLeave,
}

/// What a date is: a working day with its hours, or closed with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Open(Hours),
    Closed(DayOff),
}

/// Why no work is counted on a date. A holiday that falls on a weekend is named as the holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "day_off", rename_all = "snake_case")]
pub enum DayOff {
    Saturday,
    Sunday,
    Holiday(Holiday),
}

/// Working time between two moments, said twice: in minutes, and in days and minutes.
///
/// The two are not convertible: a day of Ramadan has 390 minutes and another 450.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WorkingSpan {
    /// Whole working minutes from beginning to end. Never negative.
    pub minutes: i64,
    /// Whole working days: the largest n whose `n hari` would have fallen due by the end.
    pub days: u32,
    /// Whole working minutes after those days.
    pub rest_minutes: u32,
}

/// A question needs a year that has no calendar. It is refused, never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "Kalender kerja tahun {year} belum ada. Tambahkan berkas calendars/{year}.toml menurut SKB hari libur tahun itu"
)]
pub struct NoCalendar {
    pub year: i16,
}

const SHIPPED: [(&str, &str); 4] = [
    ("calendars/2024.toml", include_str!("../../../../calendars/2024.toml")),
    ("calendars/2025.toml", include_str!("../../../../calendars/2025.toml")),
    ("calendars/2026.toml", include_str!("../../../../calendars/2026.toml")),
    ("calendars/2027.toml", include_str!("../../../../calendars/2027.toml")),
];

impl Calendar {
    /// Reads year files, given as (name, text) in any order; the name is only for messages.
    ///
    /// # Errors
    /// [`CalendarError`] for the first mistake found, with its place and a mend.
    pub fn from_files<N: AsRef<str>, T: AsRef<str>>(files: &[(N, T)]) -> Result<Calendar, CalendarError> {
        let years = year::read_all(files)?;
        let mut hasher = DefaultHasher::new();
        let mut texts: Vec<&str> = files.iter().map(|(_, text)| text.as_ref()).collect();
        texts.sort_unstable();
        texts.hash(&mut hasher);
        Ok(Calendar { fingerprint: hasher.finish(), ..Calendar::of(years) })
    }

    /// Differs when the files differ, whether or not somebody raised their `versi`: the sign for
    /// whoever keeps due times that they have to be computed anew. The same files may have another
    /// fingerprint under another release.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The calendar that comes with this release.
    #[must_use]
    pub fn shipped() -> &'static Calendar {
        static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
            Calendar::from_files(&SHIPPED).expect("the shipped calendars are read in the tests")
        });
        &CALENDAR
    }

    /// `years` ascending and without doubles, which [`year::read_all`] has checked.
    fn of(years: Vec<Year>) -> Calendar {
        let zone = years.first().map_or(Zone::Wib, |year| year.zone);
        let mut calendar = Calendar {
            zone,
            fingerprint: 0,
            editions: vec![],
            runs: vec![],
            hours: vec![],
            holidays: vec![],
        };
        for year in years {
            let date = Date::constant(year.year, 1, 1);
            match calendar.runs.last_mut() {
                Some(run) if run.last_year + 1 == year.year => run.last_year = year.year,
                Some(_) | None => calendar.runs.push(Run::starting(date)),
            }
            let plans = plan_days(&year, date, &mut calendar.hours, &mut calendar.holidays);
            let run = calendar.runs.last_mut().expect("one was just made or found");
            for plan in plans {
                run.push(plan, &calendar.hours);
            }
            let Year { year, revision, changes, .. } = year;
            calendar.editions.push(Edition { year, revision, changes });
        }
        calendar
    }

    /// When a norm that begins at `start` falls due. The longest of a range counts.
    ///
    /// The result is a moment of working time or a closing. A norm of zero is due at the start, or
    /// at the next opening.
    ///
    /// # Errors
    /// [`NoCalendar`] if the years between lack a file.
    pub fn due(&self, start: Timestamp, norm: &Norm) -> Result<Timestamp, NoCalendar> {
        let (run, start) = self.place(start)?;
        let (_, due) = run.due(start, norm).ok_or(run.beyond())?;
        Ok(run.instant(due, self.zone))
    }

    /// The working time between two moments; a fraction of a minute at the end is dropped.
    ///
    /// Nothing has passed when `to` is not after `from`: to learn how long something is overdue,
    /// ask from the due time to now.
    ///
    /// # Errors
    /// [`NoCalendar`] if a year from the earlier to the later lacks a file.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> Result<WorkingSpan, NoCalendar> {
        let (run, from, to) = self.place_both(from, to)?;
        if to <= from {
            return Ok(WorkingSpan { minutes: 0, days: 0, rest_minutes: 0 });
        }
        let (days, after_days) = run.days_between(from, to);
        let rest = (run.worked(to) - run.worked(after_days)) / MINUTE;
        Ok(WorkingSpan {
            minutes: (run.worked(to) - run.worked(from)) / MINUTE,
            days,
            rest_minutes: u32::try_from(rest).expect("less than two working days"),
        })
    }

    /// The due time after the clock stood still from `suspended_at` to `resumed_at`.
    ///
    /// The working time that was left at suspension is left again at resumption; what was overdue
    /// stays overdue by the same working time. A due time that was still ahead is never before the
    /// resumption. A suspension without working time in it, or one that ends before it begins,
    /// changes nothing.
    ///
    /// # Errors
    /// [`NoCalendar`] if the years concerned lack a file.
    pub fn shift(
        &self,
        due: Timestamp,
        suspended_at: Timestamp,
        resumed_at: Timestamp,
    ) -> Result<Timestamp, NoCalendar> {
        if resumed_at <= suspended_at {
            return Ok(due);
        }
        let (run, suspended, resumed) = self.place_both(suspended_at, resumed_at)?;
        let stood_still = run.worked(resumed) - run.worked(suspended);
        if stood_still == 0 {
            return Ok(due);
        }
        let (run, due, _) = self.place_both(due, resumed_at)?;
        // What is left at resumption is `worked(due) - worked(suspended)`, negative when overdue. Both
        // cases come out as the same sum, and it always lies after `due`: there is no walking back.
        let target = run.worked(due) + stood_still;
        let mut moved = run.reach(target).ok_or(run.beyond())?;
        // Where no work lies between a closing and the next opening, the due time keeps its side: "1
        // hari" from 07.30 stays due at 07.30 after two days' suspension, and does not become 16.00 of
        // the day before, which may even lie before the resumption.
        if run.reach(run.worked(due)) != Some(due) {
            moved = run.open_from(moved).ok_or(run.beyond())?;
        }
        Ok(run.instant(moved, self.zone))
    }

    /// What a local date is: its hours, or why it is closed.
    ///
    /// # Errors
    /// [`NoCalendar`] if its year has no file.
    pub fn day(&self, date: Date) -> Result<Day, NoCalendar> {
        let midnight = self.instant(date.at(0, 0, 0, 0));
        let (run, moment) = midnight.map_or(Err(NoCalendar { year: date.year() }), |t| self.place(t))?;
        Ok(match self.day_off(run.plan(moment.day)) {
            Ok(hours) => Day::Open(hours.clone()),
            Err(why) => Day::Closed(why),
        })
    }

    /// The revision (`versi`) of a year's file, if that year has one.
    #[must_use]
    pub fn revision(&self, year: i16) -> Option<u32> {
        self.edition(year).map(|edition| edition.revision)
    }

    /// What each revision of a year's file changed, oldest first, where its author noted it.
    #[must_use]
    pub fn changes(&self, year: i16) -> &[Change] {
        self.edition(year).map_or(&[], |edition| &edition.changes)
    }

    /// The years that have a file, ascending.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.editions.iter().map(|edition| edition.year)
    }

    /// The zone whose wall clock the office works by.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The date and time on the office's wall.
    #[must_use]
    pub fn local(&self, instant: Timestamp) -> DateTime {
        self.zone.offset().to_datetime(instant)
    }

    /// The moment at which the office's wall shows `local`; none at the very end of time.
    #[must_use]
    pub fn instant(&self, local: DateTime) -> Option<Timestamp> {
        self.zone.offset().to_timestamp(local).ok()
    }

    fn edition(&self, year: i16) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.year == year)
    }

    fn place(&self, instant: Timestamp) -> Result<(&Run, Moment), NoCalendar> {
        let placed = self.runs.iter().find_map(|run| Some((run, run.moment(instant, self.zone)?)));
        placed.ok_or_else(|| NoCalendar { year: self.local(instant).year() })
    }

    /// Two moments in one run of years; otherwise the first year missing between them.
    fn place_both(&self, one: Timestamp, other: Timestamp) -> Result<(&Run, Moment, Moment), NoCalendar> {
        let (run, at) = self.place(one)?;
        match run.moment(other, self.zone) {
            Some(other_at) => Ok((run, at, other_at)),
            None if other < one => Err(run.before()),
            None => Err(run.beyond()),
        }
    }

    fn day_off(&self, plan: Plan) -> Result<&Hours, DayOff> {
        match plan {
            Plan::Open(index) => Ok(&self.hours[index]),
            Plan::Saturday => Err(DayOff::Saturday),
            Plan::Sunday => Err(DayOff::Sunday),
            Plan::Holiday(index) => Err(DayOff::Holiday(self.holidays[index].clone())),
        }
    }
}

/// Lays out one year day by day; the year's hours and holidays join the calendar's lists.
fn plan_days(year: &Year, first: Date, hours: &mut Vec<Hours>, holidays: &mut Vec<Holiday>) -> Vec<Plan> {
    use jiff::civil::Weekday;

    let mut keep = |mut one: Hours, estimate: bool| {
        one.estimate = estimate;
        hours.push(one);
        hours.len() - 1
    };
    let normal = keep(year.hours.normal.clone(), false);
    let friday = keep(year.hours.friday.clone(), false);
    let fasting: Vec<_> = year
        .ramadan
        .iter()
        .map(|month| {
            let normal = keep(year.hours.ramadan.clone(), month.estimate);
            (month, normal, keep(year.hours.ramadan_friday.clone(), month.estimate))
        })
        .collect();

    let dates = first.series(jiff::Span::new().days(1)).take_while(|date| date.year() == first.year());
    dates
        .map(|date| {
            if let Some(holiday) = year.holidays.get(&date) {
                holidays.push(holiday.clone());
                return Plan::Holiday(holidays.len() - 1);
            }
            let (normal, friday) = fasting
                .iter()
                .find(|(month, ..)| month.first <= date && date <= month.last)
                .map_or((normal, friday), |&(_, normal, friday)| (normal, friday));
            match date.weekday() {
                Weekday::Saturday => Plan::Saturday,
                Weekday::Sunday => Plan::Sunday,
                Weekday::Friday => Plan::Open(friday),
                Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday => {
                    Plan::Open(normal)
                }
            }
        })
        .collect()
}
