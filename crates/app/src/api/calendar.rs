//! The working time of the office: its hours, its days off, and what they come to.

use axum::Json;
use axum::extract::Path;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use sop::calendar::{
    Calendar, Day, DayOff, ExplainLine, Holiday, HolidayKind, Hours, HoursKind, NoCalendar, Norm, NormError,
};
use sop::case::Refusal;
use utoipa::{IntoParams, ToSchema};

use super::client::{Query, Reads};
use super::form;
use crate::ctx::Ctx;
use crate::problem::{FieldToMend, Problem, ReadProblems};

/// The years whose working time is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarYears {
    /// Ascending.
    years: Vec<CalendarYear>,
}

/// A year, and which edition of it counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarYear {
    #[schema(example = 2026)]
    year: i16,
    /// Grows whenever a decree changes the year; open due times are then computed anew.
    #[schema(minimum = 1)]
    revision: u32,
}

/// The working time of a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkingYear {
    #[schema(example = 2026)]
    year: i16,
    #[schema(minimum = 1)]
    revision: u32,
    /// By whose clocks the office works.
    #[schema(example = "WIB")]
    zone: &'static str,
    /// The hours of each kind of day that the year has. Saturdays and Sundays have none.
    hours: Vec<WorkingHours>,
    /// In which stretches the hours of Ramadan hold.
    ramadan: Vec<Stretch>,
    /// The days off by decree, in their order; also those that fall on a weekend.
    days_off: Vec<DayOffView>,
    /// What each revision changed, the oldest first, as far as it was written down.
    changes: Vec<RevisionView>,
}

/// The hours of a kind of day, on the clocks of the office. At its last minute the office is closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkingHours {
    kind: DayKind,
    #[schema(example = "07:30")]
    opens: String,
    #[schema(example = "12:00")]
    rest_from: String,
    #[schema(example = "13:00")]
    rest_until: String,
    #[schema(example = "16:00")]
    closes: String,
    /// The rule that sets them.
    #[schema(example = "Perpres 21/2023")]
    decree: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum DayKind {
    /// Monday to Thursday.
    Normal,
    Friday,
    /// Monday to Thursday in Ramadan.
    Ramadan,
    RamadanFriday,
}

/// From a working day to another, both with them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stretch {
    #[schema(value_type = String, format = Date)]
    first: Date,
    #[schema(value_type = String, format = Date)]
    last: Date,
    /// It waits for the moon to be seen.
    estimate: bool,
}

/// A day off by decree.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayOff)]
pub struct DayOffView {
    #[schema(value_type = String, format = Date)]
    date: Date,
    #[schema(example = "Proklamasi Kemerdekaan")]
    name: String,
    kind: DayOffKind,
    /// What made it a day off.
    #[schema(example = "SKB 1497/2025, 2/2025, 5/2025")]
    decree: String,
    /// The date is not settled; it waits for the moon to be seen.
    estimate: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum DayOffKind {
    /// Libur nasional.
    National,
    /// Cuti bersama.
    CollectiveLeave,
}

/// What a revision changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revision)]
pub struct RevisionView {
    revision: u32,
    note: String,
}

/// From when on how much working time counts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DueQuery {
    /// When work begins.
    #[param(value_type = String, format = DateTime, example = "2026-11-23T09:12:00+07:00")]
    start: Timestamp,
    /// A norm as the SOP writes it: minutes, hours or days, and `1 - 5 hari` for a range.
    #[param(example = "2 jam", max_length = 60)]
    norm: String,
}

/// When something is due, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueTime {
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// The norm as it was understood.
    #[schema(example = "2 jam")]
    norm: String,
    /// Each stretch of time that counts or does not, in Indonesian sentences.
    because: Vec<String>,
}

/// Between which moments working time is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ElapsedQuery {
    #[param(value_type = String, format = DateTime, example = "2026-11-23T09:12:00+07:00")]
    from: Timestamp,
    #[param(value_type = String, format = DateTime, example = "2026-11-24T10:00:00+07:00")]
    to: Timestamp,
}

/// How much working time has passed, said twice: a day of Ramadan is shorter than others, so that neither
/// can be made of the other.
#[derive(Debug, Serialize, ToSchema)]
pub struct ElapsedTime {
    /// Whole working minutes in all; 0 where `to` is not after `from`.
    minutes: i64,
    /// Whole working days,
    days: u32,
    /// and the working minutes after them.
    rest_minutes: u32,
}

/// List the years of the calendar
///
/// Those whose working time is known. Where another year would have to be asked, the answer is the refusal
/// `no-calendar`; nothing is guessed.
#[utoipa::path(
    get, path = "/api/v1/calendar/years", operation_id = "listCalendarYears", tag = "office",
    responses((status = 200, description = "The years.", body = CalendarYears), ReadProblems),
)]
pub async fn years(Reads(ctx): Reads) -> Json<CalendarYears> {
    let calendar = &ctx.desk.calendar;
    let years =
        calendar.years().filter_map(|year| Some(CalendarYear { year, revision: calendar.revision(year)? }));
    Json(CalendarYears { years: years.collect() })
}

/// Read the working time of a year
///
/// The hours of each kind of day and every day off, each with the decree that it comes from.
#[utoipa::path(
    get, path = "/api/v1/calendar/years/{year}", operation_id = "getCalendarYear", tag = "office",
    params(("year" = u16, Path, description = "The year.", minimum = 1000, maximum = 9999, example = 2026)),
    responses((status = 200, description = "Its working time.", body = WorkingYear), ReadProblems),
)]
pub async fn year(Reads(ctx): Reads, Path(year): Path<i16>) -> Result<Json<WorkingYear>, Problem> {
    let calendar = &ctx.desk.calendar;
    let revision = calendar.revision(year).ok_or(Problem::NotFound)?;
    match working_year(calendar, year, revision) {
        Ok(year) => Ok(Json(year)),
        Err(missing) => Err(no_calendar(&ctx, missing).await),
    }
}

/// Compute when something is due
///
/// Counts working time by the calendar of the office: its hours, days off and joint leave.
#[utoipa::path(
    get, path = "/api/v1/calendar/due", operation_id = "computeDue", tag = "office", params(DueQuery),
    responses((status = 200, description = "When it is due, and why.", body = DueTime), ReadProblems),
)]
pub async fn due(Reads(ctx): Reads, Query(query): Query<DueQuery>) -> Result<Json<DueTime>, Problem> {
    let norm: Norm = query.norm.parse().map_err(|error: NormError| {
        Problem::Mend(vec![FieldToMend {
            field: "norm".to_owned(),
            code: "not-a-norm",
            detail: error.to_string(),
        }])
    })?;
    let calendar = &ctx.desk.calendar;
    let computed = calendar
        .due(query.start, &norm)
        .and_then(|due_at| Ok((due_at, calendar.explain(query.start, &norm)?)));
    match computed {
        Ok((due_at, lines)) => Ok(Json(DueTime {
            due_at,
            norm: norm.to_string(),
            because: lines.iter().map(ExplainLine::sentence).collect(),
        })),
        Err(missing) => Err(no_calendar(&ctx, missing).await),
    }
}

/// Compute how much working time has passed
///
/// Counts as due times do. To learn how long something is overdue, ask from the time it was due.
#[utoipa::path(
    get, path = "/api/v1/calendar/elapsed", operation_id = "computeElapsed", tag = "office",
    params(ElapsedQuery),
    responses((status = 200, description = "The working time.", body = ElapsedTime), ReadProblems),
)]
pub async fn elapsed(
    Reads(ctx): Reads,
    Query(ElapsedQuery { from, to }): Query<ElapsedQuery>,
) -> Result<Json<ElapsedTime>, Problem> {
    match ctx.desk.calendar.elapsed(from, to) {
        Ok(span) => {
            Ok(Json(ElapsedTime { minutes: span.minutes, days: span.days, rest_minutes: span.rest_minutes }))
        }
        Err(missing) => Err(no_calendar(&ctx, missing).await),
    }
}

async fn no_calendar(ctx: &Ctx, missing: NoCalendar) -> Problem {
    form::refused(ctx, ctx.desk.sop(), Refusal::from(missing).into(), |field| field).await
}

/// A year, put together from its days.
fn working_year(calendar: &Calendar, year: i16, revision: u32) -> Result<WorkingYear, NoCalendar> {
    let (mut hours, mut ramadan, mut days_off) = (Vec::new(), Vec::<Stretch>::new(), Vec::new());
    // Whether the working day before was one of Ramadan.
    let mut goes_on = false;
    let first = Date::constant(year, 1, 1);
    for date in first.series(jiff::Span::new().days(1)).take_while(|date| date.year() == year) {
        match calendar.day(date)? {
            Day::Open(day) => {
                let kind = DayKind::from(day.kind);
                let estimate = day.estimate;
                if !hours.iter().any(|known: &WorkingHours| known.kind == kind) {
                    hours.push(WorkingHours::of(kind, day));
                }
                let is_ramadan = matches!(kind, DayKind::Ramadan | DayKind::RamadanFriday);
                match ramadan.last_mut().filter(|_| goes_on) {
                    Some(stretch) if is_ramadan => stretch.last = date,
                    None if is_ramadan => ramadan.push(Stretch { first: date, last: date, estimate }),
                    Some(_) | None => {}
                }
                goes_on = is_ramadan;
            }
            Day::Closed(DayOff::Holiday(holiday)) => days_off.push(DayOffView::of(date, holiday)),
            Day::Closed(DayOff::Saturday | DayOff::Sunday) => {}
        }
    }
    let changes = calendar.changes(year).iter();
    let changes = changes.map(|one| RevisionView { revision: one.revision, note: one.note.clone() });
    Ok(WorkingYear {
        year,
        revision,
        zone: calendar.zone().abbreviation(),
        hours,
        ramadan,
        days_off,
        changes: changes.collect(),
    })
}

impl WorkingHours {
    fn of(kind: DayKind, hours: Hours) -> Self {
        let clock = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        Self {
            kind,
            opens: clock(hours.opens),
            rest_from: clock(hours.rest_from),
            rest_until: clock(hours.rest_to),
            closes: clock(hours.closes),
            decree: hours.decree,
        }
    }
}

impl From<HoursKind> for DayKind {
    fn from(kind: HoursKind) -> Self {
        match kind {
            HoursKind::Normal => Self::Normal,
            HoursKind::Friday => Self::Friday,
            HoursKind::Ramadan => Self::Ramadan,
            HoursKind::RamadanFriday => Self::RamadanFriday,
        }
    }
}

impl DayOffView {
    fn of(date: Date, holiday: Holiday) -> Self {
        Self {
            date,
            name: holiday.name,
            kind: match holiday.kind {
                HolidayKind::National => DayOffKind::National,
                HolidayKind::CollectiveLeave => DayOffKind::CollectiveLeave,
            },
            decree: holiday.decree,
            estimate: holiday.estimate,
        }
    }
}
