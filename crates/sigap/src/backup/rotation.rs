//! Backups that a server makes by itself, and which of them stay.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use app::Desk;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use sop::calendar::Calendar;

use super::{Made, content, make};
use crate::office::{self, Office, Settings};

/// How the folder of one that is being written begins.
pub const PART: &str = ".part-";
/// How the folder of a whole one begins.
const WHOLE: &str = "sigap-";
const WRITTEN: &str = "sigap-%Y%m%dT%H%M%SZ";
/// How often it is looked whether one is due: after a failure it is tried again then.
const LOOK_AGAIN: Duration = Duration::from_secs(15 * 60);
/// Nobody takes so long to write one.
const ABANDONED: SignedDuration = SignedDuration::from_hours(24);
/// Without a new one for so long, something is wrong.
const OVERDUE: SignedDuration = SignedDuration::from_hours(36);

/// How the folder of a backup is called, by the time of its making in UTC.
pub fn name(made_at: Timestamp) -> String {
    made_at.strftime(WRITTEN).to_string()
}

fn made_at(name: &str) -> Option<Timestamp> {
    jiff::tz::Offset::UTC.to_timestamp(DateTime::strptime(WRITTEN, name).ok()?).ok()
}

/// The whole backups in a folder, oldest first.
fn whole(backups: &Path) -> Vec<(PathBuf, Timestamp)> {
    let entries = std::fs::read_dir(backups).into_iter().flatten().filter_map(Result::ok);
    let mut whole: Vec<_> = entries
        .filter_map(|entry| {
            let at = made_at(entry.file_name().to_str().filter(|name| name.starts_with(WHOLE))?)?;
            content::manifest(&entry.path()).is_ok().then(|| (entry.path(), at))
        })
        .collect();
    whole.sort_by_key(|(_, at)| *at);
    whole
}

/// The newest whole backup in a folder.
pub fn newest(backups: &Path) -> Option<(PathBuf, Timestamp)> {
    whole(backups).pop()
}

/// Since when there is no new backup in a folder, where there should be one each day; none if all is well.
/// Another node may have made one `elsewhere`.
pub fn overdue(backups: &Path, elsewhere: Option<Timestamp>, now: Timestamp) -> Option<Option<Timestamp>> {
    let newest = newest(backups).map(|(_, at)| at).max(elsewhere);
    newest.is_none_or(|at| now.duration_since(at) > OVERDUE).then_some(newest)
}

/// Makes a backup each day at the hour that is set, and removes those that have had their time. One that
/// failed is told in the log and tried again; nothing is removed before a new one is whole.
pub async fn again_and_again(office: Office, desk: Desk, settings: Settings) {
    let Some(backups) = settings.backup_dir.clone() else { return };
    loop {
        let now = desk.now();
        let turn = turn(&desk, &settings, newest(&backups).map(|(_, at)| at), now).await;
        if turn.unwrap_or_else(|error| {
            tracing::error!("it cannot be told whether a backup is due: {error:#}; trying again shortly");
            false
        }) {
            // It hashes all there is, which would keep a thread from everybody who waits for a page.
            let (office, settings_then, to) = (office.clone(), settings.clone(), backups.clone());
            let here = tokio::runtime::Handle::current();
            let made =
                tokio::task::spawn_blocking(move || here.block_on(make(&office, &settings_then, &to, now)));
            let made = made.await.unwrap_or_else(|stopped| Err(stopped.into()));
            if is_shared(&settings)
                && let Err(error) = desk.store.end_backup_turn(made.is_ok().then_some(now)).await
            {
                let error: &dyn std::error::Error = &error;
                tracing::error!(
                    error,
                    "it could not be noted that a backup is made; another node may make one more"
                );
            }
            match made {
                Ok(Made { folder, manifest }) if manifest.lost.is_empty() => {
                    tracing::info!(folder = %folder.display(), "a backup is made and read back");
                    if let Err(error) = tidy(&desk.calendar, &settings, &backups, now) {
                        tracing::error!("old backups cannot be removed: {error:#}");
                    }
                }
                Ok(Made { folder, manifest }) => tracing::error!(
                    folder = %folder.display(),
                    lost = manifest.lost.join("; "),
                    "a backup is made of an office from which something is lost; no older one is removed"
                ),
                Err(error) => tracing::error!("no backup could be made: {error:#}; trying again shortly"),
            }
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Whether this node has to make a backup now. Nodes on one database take turns, whether or not they write
/// into one folder.
async fn turn(desk: &Desk, settings: &Settings, newest: Option<Timestamp>, now: Timestamp) -> Result<bool> {
    let last = last_due(&desk.calendar, settings.backup_hour, now);
    if !due(last, newest) {
        return Ok(false);
    }
    if !is_shared(settings) || desk.store.take_backup_turn(last.unwrap_or(now), now).await? {
        return Ok(true);
    }
    tracing::debug!("another node makes the backup of the day, or has made it");
    Ok(false)
}

/// Whether other nodes may be on the same database.
fn is_shared(settings: &Settings) -> bool {
    office::sqlite_file(settings).is_none()
}

/// The last moment at which one should have been made.
fn last_due(calendar: &Calendar, hour: i8, now: Timestamp) -> Option<Timestamp> {
    let local = calendar.local(now);
    let today = local.date().at(hour, 0, 0, 0);
    let last = if local >= today { Some(today) } else { today.yesterday().ok() };
    last.and_then(|last| calendar.instant(last))
}

/// Whether none was made since the last moment at which one should have been.
fn due(last: Option<Timestamp>, newest: Option<Timestamp>) -> bool {
    newest.is_none_or(|newest| last.is_some_and(|last| newest < last))
}

/// Removes the backups that have had their time, and what a killed server left half written.
fn tidy(calendar: &Calendar, settings: &Settings, backups: &Path, now: Timestamp) -> Result<()> {
    let whole = whole(backups);
    let days: Vec<Date> = whole.iter().map(|(_, at)| calendar.local(*at).date()).collect();
    let stay = staying(&days, settings.backup_daily, settings.backup_weekly, settings.backup_monthly);
    for (n, (folder, _)) in whole.iter().enumerate() {
        if !stay.contains(&n) {
            std::fs::remove_dir_all(folder)?;
            tracing::info!(folder = %folder.display(), "a backup has had its time and is removed");
        }
    }
    for entry in std::fs::read_dir(backups)? {
        let entry = entry?;
        let is_part = entry.file_name().to_string_lossy().starts_with(PART);
        let begun = Timestamp::try_from(entry.metadata()?.modified()?)?;
        // A younger one may just be written by somebody else.
        if is_part && now.duration_since(begun) > ABANDONED {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Which of the backups stay, by their days, oldest first: the last of each of so many days, weeks and
/// months in which there is one. The newest always does.
fn staying(days: &[Date], daily: usize, weekly: usize, monthly: usize) -> BTreeSet<usize> {
    let mut stay: BTreeSet<usize> = days.len().checked_sub(1).into_iter().collect();
    let mut last_of_each = |spans: usize, span_of: fn(Date) -> (i16, i8)| {
        let mut seen = BTreeSet::new();
        for (n, day) in days.iter().enumerate().rev() {
            if seen.len() < spans && seen.insert(span_of(*day)) {
                stay.insert(n);
            }
        }
    };
    last_of_each(monthly, |day| (day.year(), day.month()));
    last_of_each(weekly, |day| (day.iso_week_date().year(), day.iso_week_date().week()));
    let mut seen = BTreeSet::new();
    for (n, day) in days.iter().enumerate().rev() {
        if seen.len() < daily && seen.insert(*day) {
            stay.insert(n);
        }
    }
    stay
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_last_of_each_day_week_and_month_stays_for_its_time() {
        // A year of one a day, and two on the last.
        let mut days: Vec<Date> = date(2025, 11, 25).series(jiff::ToSpan::days(1)).take(365).collect();
        days.push(date(2026, 11, 24));
        let stay: Vec<Date> = staying(&days, 3, 3, 3).into_iter().map(|n| days[n]).collect();
        let months = [date(2026, 9, 30), date(2026, 10, 31)];
        let weeks = [date(2026, 11, 15), date(2026, 11, 22)];
        assert_eq!(stay, [&months[..], &weeks, &[date(2026, 11, 23), date(2026, 11, 24)]].concat());
        assert_eq!(staying(&days, 0, 0, 0).len(), 1, "the newest stays whatever is set");
        assert!(staying(&[], 3, 3, 3).is_empty());
    }

    #[test]
    fn one_is_due_once_the_hour_has_come_since_the_newest() {
        let calendar = Calendar::shipped();
        let at = |local: &str| calendar.instant(local.parse().expect("a time")).expect("an instant");
        let due =
            |newest: Option<&str>, now: &str| super::due(last_due(calendar, 1, at(now)), newest.map(at));
        assert!(due(None, "2026-11-24T00:10"), "there is none");
        assert!(!due(Some("2026-11-23T01:05"), "2026-11-24T00:59"));
        assert!(due(Some("2026-11-23T01:05"), "2026-11-24T01:00"));
        assert!(!due(Some("2026-11-24T01:00"), "2026-11-24T23:00"));
        assert!(due(Some("2026-11-20T09:00"), "2026-11-24T00:10"), "the server was off");
    }

    #[test]
    fn a_folder_is_called_by_the_time_of_its_making() {
        let at: Timestamp = "2026-11-24T19:03:40Z".parse().expect("a time");
        assert_eq!(name(at), "sigap-20261124T190340Z");
        assert_eq!(made_at(&name(at)), Some(at));
        assert_eq!(made_at("sigap-lama"), None);
    }
}
