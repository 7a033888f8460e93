//! Why a row falls due when it does: the sum, day by day, in the reader's language.

use jiff::civil::Time;
use sop::Sop;
use sop::calendar::{Calendar, DayOff, ExplainLine, HoursKind, Outside, Reason};
use sop::case::{Case, StepRun};

use crate::words::Words;

/// The explanation of one due time.
#[derive(Clone, Debug)]
pub struct Why {
    /// "Mengapa 07.40?"
    pub question: String,
    /// What the norm is and what it counts.
    pub norm: String,
    pub lines: Vec<WhyLine>,
    /// The advisory remark of the SOP and the source of the hours.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct WhyLine {
    pub day: String,
    pub what: String,
    pub counted: String,
}

/// Nothing where the row has no norm, or the years it needs have no calendar any more.
pub fn explain(words: Words, sop: &Sop, calendar: &Calendar, case: &Case, run: &StepRun) -> Option<Why> {
    let step = sop.step(&run.step)?;
    let norm = step.norm()?;
    let due_at = run.due_at?;
    let explained = calendar.explain(run.opened_at, norm).ok()?;
    let mut lines: Vec<WhyLine> = explained.iter().map(|line| said(words, line)).collect();
    for pause in case.pauses.iter().filter(|pause| pause.to > run.opened_at) {
        let day = words.weekday_short(calendar.local(pause.from).date());
        let what = words
            .t("why-paused")
            .with("from", words.short_moment(pause.from, calendar.zone()))
            .with("to", words.short_moment(pause.to, calendar.zone()))
            .to_string();
        lines.push(WhyLine { day, what, counted: String::new() });
    }
    if calendar.due(run.opened_at, norm).ok() != Some(due_at) {
        let day = words.weekday_short(calendar.local(due_at).date());
        let what = words.t("why-moved").with("hour", words.hour(calendar.local(due_at).time())).to_string();
        lines.push(WhyLine { day, what, counted: String::new() });
    }
    let mut notes = Vec::new();
    if step.advisory {
        notes.push(
            words.t("why-advisory").with("remark", step.remark.clone().unwrap_or_default()).to_string(),
        );
    }
    let year = calendar.local(run.opened_at).year();
    notes.push(
        words
            .t("why-source")
            .with("year", year.to_string())
            .with("revision", calendar.revision(year).unwrap_or_default().to_string())
            .to_string(),
    );
    let moment = words.hour(calendar.local(due_at).time());
    Some(Why {
        question: words.t("why-question").with("hour", moment).to_string(),
        norm: words
            .t("why-norm")
            .with("step", step.no.to_string())
            .with("norm", words.norm(norm))
            .to_string(),
        lines,
        notes,
    })
}

fn said(words: Words, line: &ExplainLine) -> WhyLine {
    let day = words.weekday_short(line.date);
    let hours = |from: Option<Time>, to: Option<Time>| match (from, to) {
        // Joined, so that a narrow column breaks elsewhere.
        (Some(from), Some(to)) => format!("{}\u{2060}–\u{2060}{}", words.hour(from), words.hour(to)),
        (Some(time), None) | (None, Some(time)) => words.hour(time),
        (None, None) => String::new(),
    };
    match &line.reason {
        Reason::StartMoved { counts_from, outside } => WhyLine {
            day,
            what: words
                .t("why-start-moved")
                .with("outside", outside_said(words, outside))
                .with("day", words.weekday_short(counts_from.date()))
                .with("hour", words.hour(counts_from.time()))
                .to_string(),
            counted: line.from.map_or_else(String::new, |from| words.hour(from)),
        },
        Reason::Counted { minutes, hours: kind } => WhyLine {
            day,
            what: format!("{}{}", hours(line.from, line.to), ramadan(words, *kind)),
            counted: words.t("span-minutes").with("n", *minutes).to_string(),
        },
        Reason::DayCounted { number, of, hours: kind } => WhyLine {
            day,
            what: ramadan(words, *kind).trim_start().to_owned(),
            counted: words.t("why-day-of").with("number", *number).with("of", *of).to_string(),
        },
        Reason::Skipped { why } => WhyLine { day, what: day_off(words, why), counted: String::new() },
        Reason::Due { moved } => WhyLine {
            day,
            what: match moved {
                Some(moved) => words
                    .t("why-due-moved")
                    .with("hour", words.hour(moved.from))
                    .with("outside", outside_said(words, &moved.outside))
                    .to_string(),
                None => words.t("why-due").to_string(),
            },
            counted: line.to.map_or_else(String::new, |to| words.hour(to)),
        },
    }
}

fn ramadan(words: Words, kind: HoursKind) -> String {
    match kind {
        HoursKind::Normal | HoursKind::Friday => String::new(),
        HoursKind::Ramadan | HoursKind::RamadanFriday => format!(" {}", words.t("why-ramadan")),
    }
}

fn outside_said(words: Words, outside: &Outside) -> String {
    match outside {
        Outside::BeforeOpening { opens } => {
            words.t("outside-before-opening").with("hour", words.hour(*opens)).to_string()
        }
        Outside::Rest { rest_from, rest_to } => words
            .t("outside-rest")
            .with("from", words.hour(*rest_from))
            .with("to", words.hour(*rest_to))
            .to_string(),
        Outside::AfterClosing { closes } => {
            words.t("outside-after-closing").with("hour", words.hour(*closes)).to_string()
        }
        Outside::Off { why } => day_off(words, why),
    }
}

/// "Sabtu", or the name of a holiday with its decree.
pub fn day_off(words: Words, why: &DayOff) -> String {
    match why {
        DayOff::Saturday => words.t("day-off-saturday").to_string(),
        DayOff::Sunday => words.t("day-off-sunday").to_string(),
        DayOff::Holiday(holiday) => {
            let key = if holiday.estimate { "day-off-estimate" } else { "day-off-holiday" };
            words.t(key).with("name", holiday.name.clone()).with("decree", holiday.decree.clone()).to_string()
        }
    }
}
