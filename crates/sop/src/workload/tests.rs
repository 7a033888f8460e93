//! Weeks as the office tells them, and what holds for every week.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::calendar::Day;

fn at(moment: &str) -> Timestamp {
    let local: jiff::civil::DateTime = moment.parse().unwrap();
    Calendar::shipped().instant(local).unwrap()
}

/// The week of Monday 23 November 2026, which has no day off: 37 hours and a half.
fn november() -> Week {
    Week::of("2026-11-23".parse().unwrap())
}

/// Tasks as `2026-0001 1: 2026-11-23 08:00 > 2026-11-23 10:00`; without an end they go on.
fn holds(lines: &[&str]) -> Vec<TaskHold> {
    let hold = |line: &&str| {
        let (task, times) = line.split_once(": ").unwrap();
        let (case, task) = task.split_once(' ').unwrap();
        let (from, until) = times.split_once(" >").unwrap();
        TaskHold {
            case: case.into(),
            task: TaskId(task.parse().unwrap()),
            from: at(from),
            until: (!until.is_empty()).then(|| at(until.trim())),
        }
    };
    lines.iter().map(hold).collect()
}

/// What a week comes to by Friday evening, as `2026-0001/1 2.30`.
fn week(lines: &[&str]) -> Vec<String> {
    week_by("2026-11-27 20:00", lines)
}

fn week_by(now: &str, lines: &[&str]) -> Vec<String> {
    let shares = shares(Calendar::shipped(), november(), at(now), &holds(lines)).unwrap();
    let line = |share: &Share| {
        format!("{}/{} {}.{:02}", share.case, share.task, share.minutes / 60, share.minutes % 60)
    };
    shares.iter().map(line).collect()
}

#[test]
fn a_week_begins_on_monday_and_ends_on_sunday() {
    for day in 23..=29 {
        assert_eq!(Week::of(Date::constant(2026, 11, day)), november());
    }
    assert_eq!(november().monday(), Date::constant(2026, 11, 23));
    assert_eq!(november().before(1).monday(), Date::constant(2026, 11, 16));
}

#[test]
fn budi_held_one_task_for_a_morning() {
    assert_eq!(week(&["2026-0001 5: 2026-11-23 08:00 > 2026-11-23 10:30"]), ["2026-0001/5 2.30"]);
}

#[test]
fn nobody_works_in_the_break_at_night_or_on_sunday() {
    assert_eq!(
        week(&["2026-0001 5: 2026-11-26 15:00 > 2026-11-27 08:30"]),
        ["2026-0001/5 2.00"],
        "an hour until closing, an hour after opening"
    );
    assert_eq!(week(&["2026-0001 5: 2026-11-23 11:00 > 2026-11-23 14:00"]), ["2026-0001/5 2.00"]);
    assert_eq!(week(&["2026-0001 5: 2026-11-28 08:00 > 2026-11-29 20:00"]), [""; 0]);
}

#[test]
fn two_tasks_at_once_share_the_hour() {
    assert_eq!(
        week(&[
            "2026-0001 5: 2026-11-23 08:00 > 2026-11-23 10:00",
            "2026-0002 5: 2026-11-23 09:00 > 2026-11-23 11:00",
        ]),
        ["2026-0001/5 1.30", "2026-0002/5 1.30"],
        "three hours were helpdesk, not four"
    );
}

#[test]
fn a_pause_counts_for_nobody() {
    assert_eq!(
        week(&[
            "2026-0001 5: 2026-11-23 08:00 > 2026-11-23 09:00",
            "2026-0001 5: 2026-11-24 14:00 > 2026-11-24 15:00",
        ]),
        ["2026-0001/5 2.00"],
        "suspended from Monday nine until Tuesday two"
    );
}

#[test]
fn only_this_week_counts_and_only_until_now() {
    let since_last_week = ["2026-0001 7: 2026-11-19 09:00 >"];
    assert_eq!(week_by("2026-11-23 09:00", &since_last_week), ["2026-0001/7 1.30"]);
    assert_eq!(week_by("2026-11-20 09:00", &since_last_week), [""; 0], "the week is still to come");
    assert_eq!(week(&since_last_week), ["2026-0001/7 37.30"], "a task that lay there all week: at most that");
}

#[test]
fn an_empty_week_is_zero() {
    assert_eq!(week(&[]), [""; 0]);
    assert_eq!(minutes(&[]), 0);
}

#[test]
fn a_year_without_a_calendar_is_refused_rather_than_guessed() {
    let week = Week::of("2031-06-02".parse().unwrap());
    let hold = holds(&["2031-0001 1: 2031-06-02 08:00 > 2031-06-02 09:00"]);
    assert_eq!(
        shares(Calendar::shipped(), week, at("2031-06-03 08:00"), &hold),
        Err(NoCalendar { year: 2031 })
    );
}

/// Tasks held at any time around a week, to the second, some of them still.
fn any_holds() -> impl Strategy<Value = Vec<TaskHold>> {
    let hold = (1..4u32, 1..4u32, -400_000..1_000_000i64, proptest::option::of(0..700_000i64));
    let hold = hold.prop_map(|(case, task, from, lasts)| {
        let from = at("2026-11-23 00:00") + SignedDuration::from_secs(from);
        TaskHold {
            case: CaseNo::new(format!("2026-{case:04}")),
            task: TaskId(task),
            from,
            until: lasts.map(|lasts| from + SignedDuration::from_secs(lasts)),
        }
    });
    proptest::collection::vec(hold, 0..12)
}

/// The minutes of the week in which at least one task was held, counted one by one.
fn minutes_one_by_one(now: Timestamp, holds: &[TaskHold]) -> i64 {
    let calendar = Calendar::shipped();
    let (begins, ends) = november().bounds(calendar);
    let mut count = 0;
    let mut minute = begins;
    while minute < ends.min(now) {
        let local = calendar.local(minute);
        let is_open = match calendar.day(local.date()).unwrap() {
            Day::Open(hours) => {
                let time = local.time();
                (hours.opens <= time && time < hours.rest_from)
                    || (hours.rest_to <= time && time < hours.closes)
            }
            Day::Closed(_) => false,
        };
        let is_held =
            holds.iter().any(|hold| hold.from <= minute && hold.until.is_none_or(|until| minute < until));
        count += i64::from(is_open && is_held);
        minute += SignedDuration::from_mins(1);
    }
    count
}

proptest! {
    #[test]
    fn nobody_has_more_hours_than_the_office_was_open(holds in any_holds(), passed in 0..700_000i64) {
        let calendar = Calendar::shipped();
        let (begins, ends) = november().bounds(calendar);
        let now = begins + SignedDuration::from_secs(passed);
        let shares = shares(calendar, november(), now, &holds).unwrap();
        let open = calendar.elapsed(begins, ends.min(now)).unwrap().minutes;
        prop_assert!((0..=open).contains(&minutes(&shares)));
        prop_assert!(shares.iter().all(|share| share.minutes > 0));
    }

    #[test]
    fn the_shares_sum_up_to_the_time_in_which_something_was_held(holds in any_holds()) {
        // Whole minutes, so that one can count them.
        let whole = |at: Timestamp| Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap();
        let holds: Vec<TaskHold> = holds
            .into_iter()
            .map(|hold| TaskHold { from: whole(hold.from), until: hold.until.map(whole), ..hold })
            .collect();
        let now = at("2026-11-27 11:00");
        let shares = shares(Calendar::shipped(), november(), now, &holds).unwrap();
        prop_assert_eq!(minutes(&shares), minutes_one_by_one(now, &holds));
    }

    #[test]
    fn one_task_more_never_makes_a_week_shorter(holds in any_holds(), one_more in any_holds()) {
        let now = at("2026-11-28 00:00");
        let time = |holds: &[TaskHold]| minutes(&shares(Calendar::shipped(), november(), now, holds).unwrap());
        let both = [&holds[..], &one_more].concat();
        // Each of the moments in between may cost a fraction of a minute.
        let fractions = i64::try_from(both.len()).unwrap();
        prop_assert!(time(&both) + fractions >= time(&holds));
    }
}
