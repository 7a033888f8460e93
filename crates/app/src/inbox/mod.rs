//! Kotak kerja: the tasks that wait for a person, by due time.

use std::cmp::Reverse;
use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use sop::calendar::{Calendar, Day, Zone};
use sop::case::UnitCode;
use store::{InboxCursor, TaskRow};

use crate::cases::{day_off, rail};
use crate::ctx::{self, Ctx, Page};
use crate::letters;
use crate::mandates::{self, Unattended};
use crate::policy::Place;
use crate::problem::Problem;
use crate::words::{Due, DueFacts, Words};
use crate::workload;

/// How many tasks a page of the inbox has.
const PAGE_TASKS: usize = 50;
/// How many tasks are counted before the sentence says "more than".
const COUNTED_MAX: u32 = 99;

#[derive(Template)]
#[template(path = "inbox/index.html")]
struct InboxPage {
    page: Page,
    /// How many tasks wait, how many are late and what comes next; only on the first page.
    sentences: Vec<String>,
    today: String,
    groups: Vec<GroupView>,
    /// That letters wait for a signature, and where they are signed; none where none waits.
    letters: Option<String>,
    first: Option<&'static str>,
    next: Option<String>,
    team: Option<Team>,
    /// Those whose work waits while they are away.
    unattended: Vec<Unattended>,
}

struct GroupView {
    id: &'static str,
    title: String,
    count: String,
    late: bool,
    tasks: Vec<TaskView>,
}

struct TaskView {
    href: String,
    id: String,
    step: String,
    node_class: String,
    title: String,
    subject: String,
    small: String,
    due: Due,
}

/// What waits for the members of the team, for whoever hands out their work.
struct Team {
    members: Vec<Member>,
    /// The SOP's own words about too much work.
    warnings: Vec<String>,
}

struct Member {
    name: String,
    open: String,
    /// None if nothing is.
    overdue: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    after: String,
}

/// `GET /inbox`
pub async fn index(ctx: Ctx, Query(from): Query<From>) -> Result<Response, Problem> {
    ctx.enter(Place::Inbox)?;
    let (words, desk, now) = (ctx.words, &ctx.desk, ctx.desk.now());
    let after = if from.after.is_empty() { None } else { Some(from.after.parse::<InboxCursor>()?) };
    let limit = u32::try_from(PAGE_TASKS + 1).unwrap_or(u32::MAX);
    let mut rows = desk.store.inbox(&ctx.task_box(), after.as_ref(), limit).await?;
    let more = rows.len() > PAGE_TASKS;
    rows.truncate(PAGE_TASKS);
    let next = rows.last().filter(|_| more).map(|row| format!("/inbox?after={}", row.cursor()));
    let waiting = desk.store.inbox_count(&ctx.task_box(), COUNTED_MAX + 1).await?;
    let units = desk.unit_names().await?;
    let givers = mandates::givers(&ctx).await?;
    let for_whom = |row: &TaskRow| mandates::giver_of(&ctx.actor, row, &givers);
    let reader = Reader { words, calendar: &desk.calendar, now, zone: ctx.zone().await? };

    let letters = rows.iter().filter(|row| letters::is_letter(row)).count();
    let letters = (letters > 0).then(|| words.t("inbox-letters").with("n", letters).to_string());
    let tasks = rows.iter().map(|row| (row, reader.due(row))).collect::<Vec<_>>();
    let sentences = if after.is_none() { reader.sentences(waiting, &tasks) } else { Vec::new() };
    ctx::show(&InboxPage {
        page: ctx.page(&words.t("inbox-title").to_string()),
        sentences,
        today: reader.today(),
        groups: reader.groups(&units, tasks, for_whom),
        first: after.map(|_| "/inbox"),
        next,
        letters,
        team: team(&ctx).await?,
        unattended: mandates::unattended(&ctx).await?,
    })
}

/// Nothing for those who do not hand out work.
async fn team(ctx: &Ctx) -> Result<Option<Team>, Problem> {
    let sop = ctx.desk.sop();
    if !ctx.actor.has(sop.coordinator.as_str()) {
        return Ok(None);
    }
    let counted = |tasks| workload::counted(ctx.words, tasks);
    let mut members = workload::Team::of(ctx, sop).await?.members;
    members.sort_by_key(|member| Reverse((member.candidate.open, member.candidate.overdue)));
    let member = |member: workload::Member| Member {
        name: member.person.name,
        open: counted(member.candidate.open),
        overdue: (member.candidate.overdue > 0).then(|| counted(member.candidate.overdue)),
    };
    let members = members.into_iter().map(member).collect();
    Ok(Some(Team { members, warnings: sop.identity.warnings.clone() }))
}

/// Where a task stands in the inbox, in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Late,
    Today,
    Tomorrow,
    Later,
    /// The SOP sets no time for its row.
    NoNorm,
}

impl Group {
    /// A suspended task waits for somebody else, so it is nothing for today however it is due.
    fn of(calendar: &Calendar, now: Timestamp, row: &TaskRow) -> Self {
        let today = calendar.local(now).date();
        let day = row.due_at.map(|due_at| calendar.local(due_at).date());
        match (row.due_at, day) {
            _ if row.suspended.is_some() => Self::Later,
            (Some(due_at), _) if now > due_at => Self::Late,
            (_, Some(day)) if day == today => Self::Today,
            (_, Some(day)) if today.tomorrow().ok() == Some(day) => Self::Tomorrow,
            (_, Some(_)) => Self::Later,
            (_, None) => Self::NoNorm,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Late => "inbox-late",
            Self::Today => "inbox-today",
            Self::Tomorrow => "inbox-tomorrow",
            Self::Later => "inbox-later",
            Self::NoNorm => "inbox-no-norm",
        }
    }
}

/// Somebody who looks at their tasks now.
struct Reader<'a> {
    words: Words,
    calendar: &'a Calendar,
    now: Timestamp,
    zone: Zone,
}

impl Reader<'_> {
    fn due(&self, row: &TaskRow) -> Due {
        let held = row.suspended.as_ref().map(|(since, reason)| (*since, reason.as_str()));
        let facts =
            DueFacts { opened_at: row.step_opened_at, due_at: row.due_at, held, reader_zone: self.zone };
        self.words.due(self.calendar, self.now, &facts)
    }

    /// `for_whom` answers in whose place the reader would do a task, if it is not their own.
    fn groups(
        &self,
        units: &HashMap<UnitCode, String>,
        tasks: Vec<(&TaskRow, Due)>,
        for_whom: impl Fn(&TaskRow) -> Option<String>,
    ) -> Vec<GroupView> {
        let mut tasks: Vec<(Group, TaskView)> = tasks
            .into_iter()
            .filter_map(|(row, due)| {
                Some((
                    Group::of(self.calendar, self.now, row),
                    task(self.words, units, row, due, for_whom(row))?,
                ))
            })
            .collect();
        // Within a group they stay in the order of their due times, the suspended ones last.
        tasks.sort_by_key(|(group, task)| (*group, task.due.class == "held"));
        let mut groups: Vec<GroupView> = Vec::new();
        for (group, task) in tasks {
            match groups.last_mut().filter(|last| last.id == group.id()) {
                Some(last) => last.tasks.push(task),
                None => groups.push(GroupView {
                    id: group.id(),
                    title: self.words.t(group.id()).to_string(),
                    count: String::new(),
                    late: group == Group::Late,
                    tasks: vec![task],
                }),
            }
        }
        for group in &mut groups {
            group.count = self.words.t("inbox-tasks").with("n", group.tasks.len()).to_string();
        }
        groups
    }

    /// "Sembilan tugas menunggu Anda." "Dua sudah lewat waktu; berikutnya jatuh tempo pukul 08.51."
    fn sentences(&self, waiting: u32, tasks: &[(&TaskRow, Due)]) -> Vec<String> {
        let words = self.words;
        if waiting == 0 {
            return Vec::new();
        }
        let number = |n: u32| words.t("inbox-number").with("n", n).to_string();
        let first = if waiting > COUNTED_MAX {
            words.t("inbox-waiting-many").with("n", COUNTED_MAX).to_string()
        } else {
            words.t("inbox-waiting").with("number", number(waiting)).with("n", waiting).to_string()
        };
        // Late tasks come first, so a page that has others too has all of them.
        let late = tasks.iter().filter(|(_, due)| due.class == "late").count();
        let late = u32::try_from(late).unwrap_or(u32::MAX);
        let upcoming = tasks.iter().filter(|(_, due)| matches!(due.class, "near" | ""));
        let next = upcoming.filter_map(|(row, _)| row.due_at).min().map(|due_at| self.moment(due_at));
        let second = match (late, next) {
            (0, None) => None,
            (0, Some(when)) => Some(words.t("inbox-next").with("when", when)),
            (_, Some(when)) => Some(words.t("inbox-late-next").with("when", when)),
            (_, None) if late >= waiting => Some(words.t("inbox-all-late")),
            (_, None) => Some(words.t("inbox-some-late")),
        };
        let second = second.map(|phrase| phrase.with("number", number(late)).with("n", late).to_string());
        [Some(first), second].into_iter().flatten().collect()
    }

    /// "pukul 08.51", "besok pukul 08.05", "Rabu 25 Nov pukul 08.05"
    fn moment(&self, at: Timestamp) -> String {
        let (local, today) = (self.calendar.local(at), self.calendar.local(self.now).date());
        let hour = self.words.hour(local.time());
        if local.date() == today {
            self.words.t("inbox-when-today").with("hour", hour).to_string()
        } else if today.tomorrow().ok() == Some(local.date()) {
            self.words.t("inbox-when-tomorrow").with("hour", hour).to_string()
        } else {
            let day = self.words.weekday_short(local.date());
            self.words.t("inbox-when-day").with("day", day).with("hour", hour).to_string()
        }
    }

    /// The date and hour, and how long the office works today.
    fn today(&self) -> String {
        let local = self.calendar.local(self.now);
        let moment = self.words.weekday_moment(self.now, self.calendar.zone());
        format!("{moment}. {}", self.hours(local.date())).trim_end().to_owned()
    }

    fn hours(&self, date: Date) -> String {
        let words = self.words;
        let hours = match self.calendar.day(date) {
            Ok(Day::Open(hours)) => hours,
            Ok(Day::Closed(why)) => {
                return words.t("inbox-closed").with("why", day_off(words, &why)).to_string();
            }
            // Due times say so themselves where a year has no calendar.
            Err(_) => return String::new(),
        };
        let clock = self.calendar.local(self.now).time();
        let closes = words.hour(hours.closes);
        let rest = format!("{}–{}", words.hour(hours.rest_from), words.hour(hours.rest_to));
        let phrase = if clock < hours.opens {
            words.t("inbox-hours-ahead").with("opens", words.hour(hours.opens)).with("rest", rest)
        } else if clock < hours.rest_to {
            words.t("inbox-hours-rest").with("rest", rest)
        } else if clock < hours.closes {
            words.t("inbox-hours-until")
        } else {
            words.t("inbox-hours-over")
        };
        phrase.with("closes", closes).to_string()
    }
}

/// Nothing where the SOP does not know the stage, which no case that it runs can be at.
fn task(
    words: Words,
    units: &HashMap<UnitCode, String>,
    row: &TaskRow,
    due: Due,
    for_whom: Option<String>,
) -> Option<TaskView> {
    let sop = sop::find(&row.sop, &row.revision).unwrap_or_else(sop::shipped);
    let step = sop.step(&row.stage.step)?;
    let stage = step.stage(&row.stage.stage)?;
    let state = match due.class {
        "held" => "held".to_owned(),
        "none" => "here".to_owned(),
        class => format!("here {class}"),
    };
    let unit = units.get(&row.unit).map_or_else(|| row.unit.to_string(), Clone::clone);
    let mut small = format!("{} · {unit}", row.case);
    if row.round > 1 {
        small.push_str(&format!(" · {}", words.t("inbox-round").with("n", row.round)));
    }
    if let Some(giver) = for_whom {
        small.push_str(&format!(" · {}", words.t("inbox-for").with("giver", giver)));
    }
    Some(TaskView {
        href: format!("/cases/{}#task-{}", row.case, row.task),
        id: format!("tugas-{}-{}", row.case, row.task),
        step: step.no.to_string(),
        node_class: format!("{} {state}", rail::shape(sop, step)),
        title: words.label(sop, &stage.label).to_owned(),
        subject: if row.subject.is_empty() { words.t("erased").to_string() } else { row.subject.clone() },
        small,
        due,
    })
}

#[cfg(test)]
mod tests;
