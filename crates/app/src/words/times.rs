//! Times, spans and due times as an office says them: working time first, then the day and hour.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use sop::calendar::{Calendar, Norm, NormUnit, WorkingSpan, Zone};
use store::Term;

use super::{Language, Words};

impl Words {
    /// "07.40", in English "07:40".
    pub fn hour(self, time: Time) -> String {
        let colon = match self.language {
            Language::Indonesian => '.',
            Language::English => ':',
        };
        format!("{:02}{colon}{:02}", time.hour(), time.minute())
    }

    /// "24 Nov 2026"
    pub fn date(self, date: Date) -> String {
        format!("{} {} {}", date.day(), self.month(date), date.year())
    }

    /// "Selasa 24 Nov 2026"
    pub fn weekday_date(self, date: Date) -> String {
        format!("{} {}", self.weekday(date), self.date(date))
    }

    /// "Selasa 24 Nov"
    pub fn weekday_short(self, date: Date) -> String {
        format!("{} {} {}", self.weekday(date), date.day(), self.month(date))
    }

    /// "24 Nov 2026 07.40 WIB"
    pub fn moment(self, at: Timestamp, zone: Zone) -> String {
        let local = local(at, zone);
        format!("{} {} {}", self.date(local.date()), self.hour(local.time()), zone.abbreviation())
    }

    /// "Selasa 24 Nov 2026 07.40 WIB"
    pub fn weekday_moment(self, at: Timestamp, zone: Zone) -> String {
        let local = local(at, zone);
        format!("{} {} {}", self.weekday_date(local.date()), self.hour(local.time()), zone.abbreviation())
    }

    /// "24 Nov 07.40", for lists in which the year is clear.
    pub fn short_moment(self, at: Timestamp, zone: Zone) -> String {
        let local = local(at, zone);
        format!("{} {} {}", local.day(), self.month(local.date()), self.hour(local.time()))
    }

    /// "24 Nov"
    pub fn short_date(self, at: Timestamp, zone: Zone) -> String {
        let local = local(at, zone);
        format!("{} {}", local.day(), self.month(local.date()))
    }

    /// "Selasa 24 Nov 07.40"
    pub fn weekday_short_moment(self, at: Timestamp, zone: Zone) -> String {
        let local = local(at, zone);
        format!("{} {}", self.weekday_short(local.date()), self.hour(local.time()))
    }

    /// "4 hari 1 jam 35 menit": working days, hours and minutes.
    pub fn span(self, span: WorkingSpan) -> String {
        let (hours, minutes) = (span.rest_minutes / 60, span.rest_minutes % 60);
        let mut parts = Vec::new();
        if span.days > 0 {
            parts.push(self.t("span-days").with("n", span.days).to_string());
        }
        if hours > 0 {
            parts.push(self.t("span-hours").with("n", hours).to_string());
        }
        if minutes > 0 || parts.is_empty() {
            parts.push(self.t("span-minutes").with("n", minutes).to_string());
        }
        parts.join(" ")
    }

    /// "sejak 1 Jul 2026": how a term stands on a day; nothing for one that is open on both sides.
    pub fn term(self, term: Term, day: Date) -> String {
        let key = match (term.from, term.until) {
            _ if term.is_taken_back() => "term-taken-back",
            (_, Some(until)) if until < day => match term.from {
                Some(_) => "term-over-both",
                None => "term-over",
            },
            (Some(from), until) if from > day => match until {
                Some(_) => "term-coming-both",
                None => "term-coming",
            },
            (Some(_), Some(_)) => "term-both",
            (Some(_), None) => "term-since",
            (None, Some(_)) => "term-until",
            (None, None) => return String::new(),
        };
        let date = |day: Option<Date>| day.map_or_else(String::new, |day| self.date(day));
        self.t(key).with("from", date(term.from)).with("until", date(term.until)).to_string()
    }

    /// "1–5 hari"
    pub fn norm(self, norm: &Norm) -> String {
        let amount = match norm.least {
            Some(least) => format!("{least}–{}", norm.most),
            None => norm.most.to_string(),
        };
        let key = match norm.unit {
            NormUnit::Minutes => "norm-minutes",
            NormUnit::Hours => "norm-hours",
            NormUnit::Days => "norm-days",
        };
        self.t(key).with("amount", amount).with("n", norm.most).to_string()
    }

    fn weekday(self, date: Date) -> String {
        let key = format!("weekday-{}", date.weekday().to_monday_one_offset());
        self.t(&key).to_string()
    }

    fn month(self, date: Date) -> String {
        let key = format!("month-{}", date.month());
        self.t(&key).to_string()
    }
}

/// What a due time looks like now: words and a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// `late`, `near`, `held`, `none` or empty.
    pub class: &'static str,
    /// What is left of the norm in eighths, 1 to 8; 0 where that says nothing.
    pub eighths: u32,
    /// "Sisa 2 jam 10 menit kerja"
    pub headline: String,
    /// "Jatuh tempo Selasa 24 Nov 2026 10.40 WIB"
    pub detail: String,
}

/// What has to be known to say a due time.
#[derive(Clone, Debug)]
pub struct DueFacts<'a> {
    pub opened_at: Timestamp,
    pub due_at: Option<Timestamp>,
    /// Since when the clock stands still, and why.
    pub held: Option<(Timestamp, &'a str)>,
    /// The zone of the reader, if it is not the office's.
    pub reader_zone: Zone,
}

impl Words {
    pub fn due(self, calendar: &Calendar, now: Timestamp, facts: &DueFacts<'_>) -> Due {
        let zone = calendar.zone();
        let elapsed = |from, to| calendar.elapsed(from, to).ok();
        if let Some((since, reason)) = facts.held {
            // A reason can have been erased.
            let key = if reason.is_empty() { "due-held-since" } else { "due-held-detail" };
            let said = self.t(key).with("reason", reason.to_owned());
            let mut detail = said.with("since", self.weekday_moment(since, zone)).to_string();
            if let Some(left) = facts.due_at.filter(|due| *due > since).and_then(|due| elapsed(since, due)) {
                detail.push(' ');
                detail.push_str(&self.t("due-held-left").with("span", self.span(left)).to_string());
            }
            return Due { class: "held", eighths: 0, headline: self.t("due-held").to_string(), detail };
        }
        let Some(due_at) = facts.due_at else {
            let waited = elapsed(facts.opened_at, now).map_or_else(String::new, |span| self.span(span));
            return Due {
                class: "none",
                eighths: 0,
                headline: self.t("due-none").with("span", waited).to_string(),
                detail: self
                    .t("due-none-detail")
                    .with("since", self.weekday_moment(facts.opened_at, zone))
                    .to_string(),
            };
        };
        let mut detail = self.t("due-detail").with("moment", self.weekday_moment(due_at, zone)).to_string();
        if facts.reader_zone != zone {
            let local = local(due_at, facts.reader_zone);
            let hour = format!("{} {}", self.hour(local.time()), facts.reader_zone.abbreviation());
            detail.push_str(&self.t("due-local").with("hour", hour).to_string());
        }
        if now > due_at {
            let late = elapsed(due_at, now).map_or_else(String::new, |span| self.span(span));
            let headline = self.t("due-late").with("span", late).to_string();
            return Due { class: "late", eighths: 0, headline, detail };
        }
        let left = elapsed(now, due_at);
        let headline = left
            .map_or_else(String::new, |span| self.t("due-left").with("span", self.span(span)).to_string());
        let whole = elapsed(facts.opened_at, due_at).map_or(0, |span| span.minutes);
        let eighths =
            left.map_or(0, |left| (left.minutes * 8 + whole - 1).checked_div(whole).unwrap_or(0).clamp(1, 8));
        let near = calendar.local(due_at).date() == calendar.local(now).date();
        Due {
            class: if near { "near" } else { "" },
            eighths: u32::try_from(eighths).unwrap_or(0),
            headline,
            detail,
        }
    }
}

/// The date and hour on the wall in one of the three zones.
pub fn local(at: Timestamp, zone: Zone) -> DateTime {
    zone.offset().to_datetime(at)
}
