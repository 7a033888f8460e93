//! Beban kerja: how much of whose week the helpdesk takes, against the limit of the office.

mod team;

pub use team::{Member, Team};

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use sop::Sop;
use sop::assignment::WeeklyLimit;
use sop::calendar::{NoCalendar, WorkingSpan};
use sop::case::PersonId;
use sop::definition::QualificationId;
use sop::workload::{Share, TaskHold, Week, minutes, shares};
use store::WORKLOAD_COUNTED_MAX;

use crate::ctx::{self, Ctx, Page};
use crate::people;
use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::words::Words;

/// How many weeks are shown, this one with them.
const WEEKS: u32 = 6;

#[derive(Template)]
#[template(path = "workload/index.html")]
struct WorkloadPage {
    page: Page,
    explained: String,
    /// What the SOP itself warns of.
    warnings: Vec<String>,
    /// What the weeks are called, this one first.
    weeks: Vec<String>,
    officers: Vec<Officer>,
}

struct Officer {
    name: String,
    skills: String,
    /// Where it is written down what they can do, for whoever may.
    skills_address: Option<String>,
    away: Vec<String>,
    open: String,
    weeks: Vec<HoursView>,
    /// Of which cases this week is made, so that the estimate can be looked into: number and time.
    cases: Vec<(String, String)>,
}

/// Hours of a week against the limit: words, and a meter that says the same.
#[derive(Clone, Debug)]
pub struct HoursView {
    /// Such as `4 jam 30 menit`.
    pub time: String,
    /// Such as `paling banyak 4 jam 30 menit dari 15 jam`.
    pub text: String,
    pub minutes: i64,
    pub minutes_max: i64,
    pub is_reached: bool,
}

impl HoursView {
    /// None of a week without a calendar.
    pub fn new(words: Words, limit: WeeklyLimit, minutes: Option<i64>) -> Self {
        let is_reached = minutes.is_some_and(|minutes| limit.is_reached_by(minutes));
        let time =
            minutes.map_or_else(|| words.t("hours-unknown").to_string(), |minutes| hours(words, minutes));
        let text =
            words.t("hours-of-limit").with("time", time.clone()).with("limit", limit.hours).to_string();
        let minutes = minutes.unwrap_or_default();
        Self { text, time, minutes, minutes_max: limit.minutes(), is_reached }
    }
}

/// `4 jam 30 menit`
pub fn hours(words: Words, minutes: i64) -> String {
    let rest_minutes = u32::try_from(minutes).unwrap_or_default();
    words.span(WorkingSpan { minutes, days: 0, rest_minutes })
}

/// Qualifications as an office names them, in the order of the SOP.
pub fn labels(words: Words, sop: &Sop, ids: &[&QualificationId]) -> Vec<String> {
    let known = sop.qualifications.iter().filter(|known| ids.contains(&&known.id));
    known.map(|known| words.label(sop, &known.label).to_owned()).collect()
}

/// `Pemrograman dan Linux`
pub fn named(words: Words, sop: &Sop, ids: &[&QualificationId]) -> String {
    labels(words, sop, ids).join(&words.t("and").to_string())
}

/// When a member is away in what is left of this week, one sentence each.
pub fn away(words: Words, member: &Member) -> Vec<String> {
    let until = |absence: &store::Absence| {
        words
            .t("away-days")
            .with("from", words.weekday_short(absence.from))
            .with("until", words.weekday_short(absence.until))
            .with("days", i64::from(absence.from != absence.until))
            .to_string()
    };
    member.absences.iter().map(until).collect()
}

/// `GET /workload`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    ctx.enter(Place::Workload)?;
    let (words, now, sop, calendar) = (ctx.words, ctx.desk.now(), ctx.desk.sop(), &ctx.desk.calendar);
    let team = Team::of(&ctx, sop).await?;
    let this = Week::of(calendar.local(now).date());
    let weeks: Vec<Week> = (0..WEEKS).map(|weeks| this.before(weeks)).collect();
    let ids: Vec<PersonId> = team.members.iter().map(|member| member.person.id.clone()).collect();
    let (begins, ends) = (this.before(WEEKS - 1).bounds(calendar).0, this.bounds(calendar).1);
    let mut holds = ctx.desk.store.task_holds(&ids, begins, ends).await?;
    let may_note = policy::may(&ctx.person, Place::Skills);

    let officer = |member: &Member| {
        let held: Vec<TaskHold> = holds.remove(&member.person.id).unwrap_or_default();
        let taken: Vec<Result<Vec<Share>, NoCalendar>> =
            weeks.iter().map(|week| shares(calendar, *week, now, &held)).collect();
        let week = |taken: &Result<Vec<Share>, NoCalendar>| {
            HoursView::new(words, team.limit, taken.as_deref().ok().map(minutes))
        };
        let this_week = taken.first().and_then(|taken| taken.as_deref().ok()).unwrap_or_default();
        let known: Vec<&QualificationId> = member.candidate.qualifications.iter().collect();
        let mut skills = labels(words, sop, &known);
        skills.extend(member.tags.iter().cloned());
        Officer {
            name: member.person.name.clone(),
            skills: if skills.is_empty() { words.t("skills-none").to_string() } else { skills.join(", ") },
            skills_address: may_note.then(|| people::skills_address(&member.person.id)),
            away: away(words, member),
            open: open(words, member),
            weeks: taken.iter().map(week).collect(),
            cases: by_case(this_week).map(|(case, minutes)| (case, hours(words, minutes))).collect(),
        }
    };
    ctx::show(&WorkloadPage {
        page: ctx.page(&words.t("workload-title").to_string()),
        explained: words.t("workload-explained").with("limit", team.limit.hours).to_string(),
        warnings: sop.identity.warnings.clone(),
        weeks: weeks.iter().map(|week| week_name(&ctx, this, *week)).collect(),
        officers: team.members.iter().map(officer).collect(),
    })
}

/// What each case took of a week, all its tasks together.
fn by_case(shares: &[Share]) -> impl Iterator<Item = (String, i64)> {
    let mut cases: BTreeMap<String, i64> = BTreeMap::new();
    for share in shares {
        *cases.entry(share.case.to_string()).or_default() += share.minutes;
    }
    cases.into_iter()
}

/// "Pekan ini", or "Pekan 16 Nov" by its Monday.
fn week_name(ctx: &Ctx, this: Week, week: Week) -> String {
    let (words, calendar) = (ctx.words, &ctx.desk.calendar);
    if week == this {
        return words.t("workload-this-week").to_string();
    }
    let (monday, _) = week.bounds(calendar);
    words.t("workload-week").with("date", words.short_date(monday, calendar.zone())).to_string()
}

/// `2 tugas terbuka, 1 lewat waktu`
pub fn open(words: Words, member: &Member) -> String {
    let open = if member.candidate.open > WORKLOAD_COUNTED_MAX {
        words.t("open-tasks-more").with("n", WORKLOAD_COUNTED_MAX).to_string()
    } else {
        words.t("open-tasks").with("n", member.candidate.open).to_string()
    };
    match member.candidate.overdue {
        0 => open,
        overdue => format!("{open}, {}", words.t("open-overdue").with("n", counted(words, overdue))),
    }
}

/// A number of tasks, as far as they are counted: `12`, or `lebih dari 99`.
pub fn counted(words: Words, tasks: u32) -> String {
    if tasks > WORKLOAD_COUNTED_MAX {
        words.t("counted-more").with("n", WORKLOAD_COUNTED_MAX).to_string()
    } else {
        tasks.to_string()
    }
}
