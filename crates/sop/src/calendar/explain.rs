//! Why something falls due when it does, day by day.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use serde::Serialize;

use super::clock::{MINUTE, Moment, Run, time_of};
use super::norm::{Norm, NormUnit};
use super::year::dotted;
use super::{Calendar, DayOff, HolidayKind, Hours, HoursKind, NoCalendar};
use crate::written_date;

/// One line of an explanation, complete enough to be said in any language. Times are local.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainLine {
    pub date: Date,
    /// Where the line begins on that date, if it says something about a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Where the line ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    #[serde(flatten)]
    pub reason: Reason,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// The start (`date` and `from`) lies outside working hours; counting begins later.
    StartMoved { counts_from: DateTime, outside: Outside },
    /// Working time was counted between `from` and `to`. The minutes are whole and rounded so that
    /// all lines together add up to the norm.
    Counted { minutes: i64, hours: HoursKind },
    /// The date is working day `number` of the `of` that the norm gives.
    DayCounted { number: u32, of: u32, hours: HoursKind },
    /// Nothing was counted on the date.
    Skipped { why: DayOff },
    /// The due time (`date` and `to`), and why it is not simply the same time of day.
    Due {
        #[serde(skip_serializing_if = "Option::is_none")]
        moved: Option<Moved>,
    },
}

/// Why a moment is not working time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outside", rename_all = "snake_case")]
pub enum Outside {
    BeforeOpening { opens: Time },
    Rest { rest_from: Time, rest_to: Time },
    AfterClosing { closes: Time },
    Off { why: DayOff },
}

/// A due time in days kept its time of day as far as the day reached allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The time of day that was to be kept.
    pub from: Time,
    #[serde(flatten)]
    pub outside: Outside,
}

impl Calendar {
    /// Why [`Calendar::due`] gives what it gives: a line for a start that moved, one for every
    /// stretch or day counted and every day skipped, and last the due time.
    ///
    /// # Errors
    /// [`NoCalendar`] exactly when `due` has it.
    pub fn explain(&self, start: Timestamp, norm: &Norm) -> Result<Vec<ExplainLine>, NoCalendar> {
        let (run, start) = self.place(start)?;
        let (begins, due) = run.due(start, norm).ok_or(run.beyond())?;
        let mut lines = vec![];

        if let Some(outside) = self.outside(run, start) {
            let counts_from = run.date(begins.day).to_datetime(time_of(begins));
            lines.push(ExplainLine {
                date: run.date(start.day),
                from: Some(time_of(start)),
                to: None,
                reason: Reason::StartMoved { counts_from, outside },
            });
            // The start's own day is explained by then.
            lines.extend((start.day + 1..begins.day).filter_map(|day| self.skipped(run, day)));
        }

        let moved = match norm.unit {
            NormUnit::Minutes | NormUnit::Hours => {
                self.count_time(run, begins, due, &mut lines);
                None
            }
            NormUnit::Days => {
                self.count_days(run, begins, due, norm.most, &mut lines);
                let wanted = Moment { day: due.day, at: begins.at };
                let outside = self.outside(run, wanted).filter(|_| wanted.at != due.at);
                outside.map(|outside| Moved { from: time_of(wanted), outside })
            }
        };
        lines.push(ExplainLine {
            date: run.date(due.day),
            from: None,
            to: Some(time_of(due)),
            reason: Reason::Due { moved },
        });
        Ok(lines)
    }

    fn count_time(&self, run: &Run, begins: Moment, due: Moment, lines: &mut Vec<ExplainLine>) {
        let counted_at = |moment: Moment| run.worked(moment) - run.worked(begins);
        for day in begins.day..=due.day {
            let hours = match self.day_off(run.plan(day)) {
                Ok(hours) => hours,
                Err(why) => {
                    lines.push(skipped_line(run, day, why));
                    continue;
                }
            };
            for (opens, closes) in [(hours.opens, hours.rest_from), (hours.rest_to, hours.closes)] {
                let from = Moment::new(day, opens).max(begins);
                let to = Moment::new(day, closes).min(due);
                if to <= from {
                    continue;
                }
                let minutes = counted_at(to) / MINUTE - counted_at(from) / MINUTE;
                lines.push(ExplainLine {
                    date: run.date(day),
                    from: Some(time_of(from)),
                    to: Some(time_of(to)),
                    reason: Reason::Counted { minutes, hours: hours.kind },
                });
            }
        }
    }

    fn count_days(&self, run: &Run, begins: Moment, due: Moment, of: u32, lines: &mut Vec<ExplainLine>) {
        let mut number = 0;
        for day in begins.day + 1..=due.day {
            lines.push(match self.day_off(run.plan(day)) {
                Ok(hours) => {
                    number += 1;
                    let reason = Reason::DayCounted { number, of, hours: hours.kind };
                    ExplainLine { date: run.date(day), from: None, to: None, reason }
                }
                Err(why) => skipped_line(run, day, why),
            });
        }
    }

    fn skipped(&self, run: &Run, day: usize) -> Option<ExplainLine> {
        self.day_off(run.plan(day)).err().map(|why| skipped_line(run, day, why))
    }

    /// Why the office is not open at this moment; `None` if it is.
    fn outside(&self, run: &Run, moment: Moment) -> Option<Outside> {
        let Hours { opens, rest_from, rest_to, closes, .. } = match self.day_off(run.plan(moment.day)) {
            Ok(hours) => hours,
            Err(why) => return Some(Outside::Off { why }),
        };
        let time = time_of(moment);
        if time < *opens {
            Some(Outside::BeforeOpening { opens: *opens })
        } else if time >= *closes {
            Some(Outside::AfterClosing { closes: *closes })
        } else if *rest_from <= time && time < *rest_to {
            Some(Outside::Rest { rest_from: *rest_from, rest_to: *rest_to })
        } else {
            None
        }
    }
}

fn skipped_line(run: &Run, day: usize, why: DayOff) -> ExplainLine {
    ExplainLine { date: run.date(day), from: None, to: None, reason: Reason::Skipped { why } }
}

impl ExplainLine {
    /// The line as one Indonesian sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let date = written_date(self.date);
        let time = |time: Option<Time>| time.map(dotted).unwrap_or_default();
        match &self.reason {
            Reason::StartMoved { counts_from, outside } => {
                let day = if counts_from.date() == self.date {
                    "hari itu juga".to_owned()
                } else {
                    written_date(counts_from.date())
                };
                let counts_from = dotted(counts_from.time());
                let why = written_outside(outside);
                let from = time(self.from);
                format!("{date} pukul {from} {why}; dihitung mulai {day} pukul {counts_from}.")
            }
            Reason::Counted { minutes, hours } => {
                let (from, to) = (time(self.from), time(self.to));
                let minutes = written_minutes(*minutes);
                format!("{date} pukul {from}–{to}: {minutes}{}.", written_hours(*hours))
            }
            Reason::DayCounted { number, of: 1, hours } if *number == 1 => {
                format!("{date}: satu hari kerja{}.", written_hours(*hours))
            }
            Reason::DayCounted { number, of, hours } => {
                format!("{date}: hari kerja ke-{number} dari {of}{}.", written_hours(*hours))
            }
            Reason::Skipped { why } => format!("{date}: tidak dihitung, {}.", written_day_off(why)),
            Reason::Due { moved: None } => format!("Tenggat {date} pukul {}.", time(self.to)),
            Reason::Due { moved: Some(Moved { from, outside }) } => {
                let (to, from, why) = (time(self.to), dotted(*from), written_outside(outside));
                format!("Tenggat {date} pukul {to}, karena pukul {from} hari itu {why}.")
            }
        }
    }
}

fn written_outside(outside: &Outside) -> String {
    match outside {
        Outside::BeforeOpening { opens } => format!("belum jam buka ({})", dotted(*opens)),
        Outside::Rest { rest_from, rest_to } => {
            format!("jatuh pada jam istirahat ({}–{})", dotted(*rest_from), dotted(*rest_to))
        }
        Outside::AfterClosing { closes } => format!("sudah jam tutup ({})", dotted(*closes)),
        Outside::Off { why } => format!("di luar hari kerja, {}", written_day_off(why)),
    }
}

fn written_day_off(why: &DayOff) -> String {
    match why {
        DayOff::Saturday => "hari Sabtu".to_owned(),
        DayOff::Sunday => "hari Minggu".to_owned(),
        DayOff::Holiday(holiday) => {
            let kind = match holiday.kind {
                HolidayKind::National => "libur nasional",
                HolidayKind::CollectiveLeave => "cuti bersama",
            };
            let estimate = if holiday.estimate { "; tanggal perkiraan" } else { "" };
            format!("{kind} {} ({}{estimate})", holiday.name, holiday.decree)
        }
    }
}

fn written_hours(hours: HoursKind) -> &'static str {
    match hours {
        HoursKind::Normal | HoursKind::Friday => "",
        HoursKind::Ramadan | HoursKind::RamadanFriday => " (jam kerja Ramadan)",
    }
}

fn written_minutes(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} menit"),
        (hours, 0) => format!("{hours} jam"),
        (hours, minutes) => format!("{hours} jam {minutes} menit"),
    }
}

/// "Senin 23 Maret 2026"
fn written_date(date: Date) -> String {
    format!("{} {}", written_date::weekday(date), written_date::date(date))
}
