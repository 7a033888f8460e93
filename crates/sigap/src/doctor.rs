//! `sigap doctor`: whether an office is well, what is wrong if it is not, and what to do about it.

use std::collections::HashSet;
use std::fmt;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use futures_util::TryStreamExt as _;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sop::calendar::Calendar;
use store::files::{Files, FilesError};
use store::{Health, SealKey, Store};

use crate::backup;
use crate::office::{self, Office, OfficeArgs, SEAL_KEY, Settings};
use crate::signer::now;

/// Tell whether an office is well, and what to do where it is not
///
/// Looks at the database, its schema and history, every file that it names, orders that wait, seals, the clock,
/// the calendar, backups and the disk. Nothing is changed, and a server may run meanwhile. Exit code 0 when all
/// is well, 1 when something has to be done.
///
/// JSON: { well: true or false, checks: a list of { check, state: well, note or problem, says, means, do } }.
/// Checks are database, schema, history, files, orphans, outbox, seals, clock, calendar, backups and disk; one
/// check may come several times, or not where it cannot be made. `means` and `do` are empty where all is well.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    office: OfficeArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Well,
    /// Worth knowing; nothing has to be done today.
    Note,
    Problem,
}

/// What was looked at, and what was found.
#[derive(Debug, Serialize)]
struct Check {
    check: &'static str,
    state: State,
    says: String,
    means: &'static str,
    #[serde(rename = "do")]
    mend: &'static str,
}

/// An order that waits so long is stuck: each is tried again after an hour at the latest.
const ORDER_LATE: SignedDuration = SignedDuration::from_hours(2);
/// Clocks differ by less where they are kept by the network.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(60);
/// A file came in before the event that names it; so long it may lie there alone.
const FILE_IS_NEW: SignedDuration = SignedDuration::from_hours(1);
/// From this month on, the joint decree on the days off of the next year is out.
const NEXT_YEAR_KNOWN_FROM: i8 = 11;
/// A database that has no room to write stops the office.
const DISK_FREE_MIN: u64 = 1024 * 1024 * 1024;

/// `sigap doctor`
pub async fn run(doctor: Doctor) -> Result<ExitCode> {
    let settings = Settings::read(doctor.office.config.as_deref(), &doctor.office)?;
    let mut findings = Findings::default();
    findings.look(&settings, now()).await?;
    let well = findings.0.iter().all(|check| check.state != State::Problem);
    if doctor.json {
        let report = serde_json::json!({ "well": well, "checks": findings.0 });
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        findings.0.iter().for_each(|check| println!("{check}"));
        println!("{}", if well { "All is well." } else { "Something has to be done." });
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Default)]
struct Findings(Vec<Check>);

impl Findings {
    async fn look(&mut self, settings: &Settings, now: Timestamp) -> Result<()> {
        self.disk(settings);
        let calendar = office::calendar(settings)?;
        self.calendar(&calendar, now);
        let database = self.database(settings, now).await;
        let elsewhere = match &database {
            Some((store, _)) => store.last_backup_turn().await.unwrap_or_default(),
            None => None,
        };
        self.backups(settings, elsewhere, now);
        let Some((store, health)) = database else { return Ok(()) };
        if health.schema != health.schema_known {
            self.problem(
                "schema",
                format!("the database has schema {}, this version knows {}", health.schema, health.schema_known),
                "Another version of Sigap wrote the database last; what it means cannot be told by this one.",
                "Make a backup; then run the version that fits, or bring the database forward with `sigap migrate`.",
            );
            return Ok(());
        }
        self.well("schema", format!("{}, as this version knows it", health.schema));
        self.outbox(&health, now);
        self.seals(&health, settings, now);
        self.clock(&health, now);
        self.history(&store, settings).await;
        match settings.open_files() {
            Ok(files) => self.files(&store, &files, now).await?,
            Err(error) => self.problem("files", format!("{error:#}"), OUT_OF_REACH, REACH),
        }
        Ok(())
    }

    async fn database(&mut self, settings: &Settings, now: Timestamp) -> Option<(Store, Health)> {
        let file = office::sqlite_file(settings);
        let place =
            file.as_ref().map_or_else(|| "the database".to_owned(), |path| path.display().to_string());
        let means = "Nobody can work: without its database there is no office.";
        let restore =
            "Restore the newest backup into an empty folder with `sigap restore BACKUP --data DIR`.";
        if !Office::is_there(settings) {
            self.problem("database", format!("{} is not there", place), means, restore);
            return None;
        }
        let look = async {
            let store = match &file {
                Some(path) => Store::look_at(path).await?,
                None => Store::open(&office::address(settings)).await?,
            };
            let broken = store.broken_pages().await?;
            let health = store.health(now).await?;
            Ok::<_, store::StoreError>((store, broken, health))
        };
        match look.await {
            Ok((store, broken, health)) if broken.is_empty() => {
                self.well("database", format!("{} answers and is whole", place));
                Some((store, health))
            }
            Ok((_, broken, _)) => {
                let says = format!("{} is damaged: {}", place, broken.join("; "));
                self.problem("database", says, "Some of what was written cannot be read any more.", restore);
                None
            }
            Err(error) => {
                let error = anyhow::Error::new(error);
                self.problem("database", format!("{} cannot be read: {error:#}", place), means, restore);
                None
            }
        }
    }

    async fn history(&mut self, store: &Store, settings: &Settings) {
        let key = std::fs::read_to_string(settings.data.join(SEAL_KEY)).ok();
        let Some(key) = key.as_deref().and_then(SealKey::parse) else {
            self.problem(
                "history",
                format!("{} is missing or no key", settings.data.join(SEAL_KEY).display()),
                "Without the key of its seals the office can neither seal nor prove its history.",
                "Put the file back from where a copy of it is kept apart from the backups.",
            );
            return;
        };
        let (means, mend) = (
            "The history is not the one that was stored and sealed: a disk has failed, or somebody has \
             changed it.",
            "Note what is told here. Keep the database as it is for whoever looks into it, and restore the \
             newest backup in which `sigap log verify` finds nothing.",
        );
        match store.verify(&key, None).await {
            Ok(history) if history.is_sound() => {
                self.well("history", format!("cases {}, events {}", history.cases, history.events));
            }
            Ok(history) => {
                for finding in &history.findings {
                    self.problem("history", finding.to_string(), means, mend);
                }
            }
            Err(error) => self.problem("history", format!("{:#}", anyhow::Error::new(error)), means, mend),
        }
    }

    async fn files(&mut self, store: &Store, files: &Files, now: Timestamp) -> Result<()> {
        if let Err(error) = files.reach().await {
            self.problem("files", format!("{:#}", anyhow::Error::new(error)), OUT_OF_REACH, REACH);
            return Ok(());
        }
        let (mut seen, mut sound) = (HashSet::new(), 0);
        let mut named = store.files_named_after(None).await?;
        while let Some(last) = named.last().cloned() {
            for event in &named {
                for file in &event.files {
                    if !seen.insert(file.clone()) {
                        continue;
                    }
                    let (says, means) = match files.read(file).await {
                        Ok(_) => {
                            sound += 1;
                            continue;
                        }
                        Err(FilesError::Missing { .. }) => {
                            ("missing", "The case is whole, but this file of it cannot be opened.")
                        }
                        Err(FilesError::Altered { .. }) => {
                            ("altered", "It is not the file that was kept, so that it is shown to nobody.")
                        }
                        Err(error) => {
                            self.problem(
                                "files",
                                format!("{:#}", anyhow::Error::new(error)),
                                OUT_OF_REACH,
                                REACH,
                            );
                            return Ok(());
                        }
                    };
                    let says = format!("{says}: {}, {file}", backup::of(event));
                    self.problem("files", says, means, "Put it back with `sigap restore BACKUP --mend`.");
                }
            }
            named = store.files_named_after(Some(&last)).await?;
        }
        self.well("files", format!("{sound} in {files} are as they were kept"));
        let alone = files
            .all()
            .try_filter(|lying| {
                let is_alone = !seen.contains(&lying.file) && now.duration_since(lying.came_at) > FILE_IS_NEW;
                std::future::ready(is_alone)
            })
            .try_fold(0_u64, async |alone, _| Ok(alone + 1));
        match alone.await {
            Ok(0) => self.well("orphans", "no file lies there that nothing refers to".to_owned()),
            Ok(alone) => self.note(
                "orphans",
                format!("{alone} files lie there to which nothing refers"),
                "Somebody sent them with a form that was not taken in, or took long to sign. They take up room.",
                "Nothing has to be done.",
            ),
            Err(error) => self.problem("files", format!("{:#}", anyhow::Error::new(error)), OUT_OF_REACH, REACH),
        }
        Ok(())
    }

    fn outbox(&mut self, health: &Health, now: Timestamp) {
        let late = health.oldest_late_order.filter(|since| now.duration_since(*since) > ORDER_LATE);
        match late {
            Some(since) => self.problem(
                "outbox",
                format!("{} orders wait, the oldest since {since:.0}", health.orders_late),
                "Letters, reminders and messages to other programs do not go out.",
                "See that `sigap serve` runs; its log says why an order fails.",
            ),
            None => self.well("outbox", format!("{} orders wait for their turn", health.orders_late)),
        }
    }

    fn seals(&mut self, health: &Health, settings: &Settings, now: Timestamp) {
        let minutes = i64::try_from(settings.seal_minutes).unwrap_or(i64::MAX / 120);
        let interval = SignedDuration::from_secs(60 * 2 * minutes);
        let sealed = health.last_seal_at.unwrap_or(Timestamp::MIN);
        let unsealed = health.last_request_at.filter(|request| *request > sealed);
        match (unsealed, health.last_seal_at) {
            (Some(request), _) if now.duration_since(request) > interval => self.problem(
                "seals",
                format!("a request of {request:.0} is under no seal yet"),
                "What came since the last seal could be cut off or rewritten without a trace.",
                "See that `sigap serve` runs and what its log says of seals, or seal now with `sigap log seal`.",
            ),
            (_, Some(at)) => self.well("seals", format!("the last is of {at:.0}")),
            (_, None) => self.well("seals", "nothing has come yet that had to be sealed".to_owned()),
        }
    }

    fn clock(&mut self, health: &Health, now: Timestamp) {
        match health.last_written_at.filter(|written| *written > now + CLOCK_SLACK) {
            Some(written) => self.problem(
                "clock",
                format!("it is {now:.0} by the clock of this machine, and something was written at {written:.0}"),
                "The clock goes wrong, or went wrong when that was written: due times and dates of letters would \
                 be wrong as well.",
                "Set the clock by the network (timedatectl, chrony) before anybody works on.",
            ),
            None => self.well("clock", format!("{now:.0}, after all that was written")),
        }
    }

    fn calendar(&mut self, calendar: &Calendar, now: Timestamp) {
        let today = calendar.local(now).date();
        let has = |year| calendar.years().any(|known| known == year);
        let write = "Write the file of that year after the joint decree (SKB), put it with those of the other \
                     years, and name the folder with --calendars.";
        if !has(today.year()) {
            let says = format!("the calendar does not have this year, {}", today.year());
            self.problem("calendar", says, "No due time can be told: no request can be taken in.", write);
        } else if !has(today.year() + 1) {
            let says = format!("the calendar ends with {}", today.year());
            let means =
                "Towards the end of the year no due time can be told, and no request can be taken in.";
            if today.month() >= NEXT_YEAR_KNOWN_FROM {
                self.problem("calendar", says, means, write);
            } else {
                self.note("calendar", says, means, write);
            }
        } else {
            self.well("calendar", format!("it has {} and {}", today.year(), today.year() + 1));
        }
    }

    /// `elsewhere` is when some node last made one.
    fn backups(&mut self, settings: &Settings, elsewhere: Option<Timestamp>, now: Timestamp) {
        let Some(folder) = &settings.backup_dir else {
            self.note(
                "backups",
                "no folder for backups is set".to_owned(),
                "What this machine loses is lost, unless somebody runs `sigap backup` some other way.",
                "Set backup_dir to a folder on another disk or machine.",
            );
            return;
        };
        match backup::overdue(folder, elsewhere, now) {
            None if backup::overdue(folder, None, now).is_some() => {
                self.well("backups", "another node made one within the last day".to_owned());
            }
            None => self.well("backups", format!("the newest in {} is of the last day", folder.display())),
            Some(newest) => self.problem(
                "backups",
                match newest {
                    Some(at) => format!("the newest in {} is of {at:.0}", folder.display()),
                    None => format!("there is none in {}", folder.display()),
                },
                "What came since then would be lost with this machine.",
                "See what the log of `sigap serve` says of backups, and make one now with `sigap backup DIR`.",
            ),
        }
    }

    fn disk(&mut self, settings: &Settings) {
        let Some(free) = free_bytes(&settings.data) else { return };
        let says = format!("{} MB are free for {}", free / (1024 * 1024), settings.data.display());
        if free < DISK_FREE_MIN {
            let means = "Without room nothing can be written: requests and letters would be refused.";
            self.problem("disk", says, means, "Make room, or move the office to a larger disk.");
        } else {
            self.well("disk", says);
        }
    }

    fn well(&mut self, check: &'static str, says: String) {
        self.0.push(Check { check, state: State::Well, says, means: "", mend: "" });
    }

    fn note(&mut self, check: &'static str, says: String, means: &'static str, mend: &'static str) {
        self.0.push(Check { check, state: State::Note, says, means, mend });
    }

    fn problem(&mut self, check: &'static str, says: String, means: &'static str, mend: &'static str) {
        self.0.push(Check { check, state: State::Problem, says, means, mend });
    }
}

const OUT_OF_REACH: &str = "Attachments and letters can neither be opened nor taken in.";
const REACH: &str =
    "See that the folder is there, or that the store answers under s3.endpoint with this key.";

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Well => "well",
            State::Note => "note",
            State::Problem => "PROBLEM",
        };
        write!(f, "{state:<8} {:<9} {}", self.check, self.says)?;
        if !self.means.is_empty() {
            write!(f, "\n         {:<9} {}\n         {:<9} {}", "", self.means, "", self.mend)?;
        }
        Ok(())
    }
}

/// How much room there is for somebody who is not root; none where it cannot be told.
#[cfg(unix)]
fn free_bytes(folder: &std::path::Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail * disk.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_: &std::path::Path) -> Option<u64> {
    None
}
