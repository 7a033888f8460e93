//! What the parts can do by themselves: the store without a server before it, the rules without a store.

use std::hint::black_box;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use drill::fields;
use drill::people::{self, REQUESTER, SECRETARY};
use jiff::{SignedDuration, Timestamp};
use sop::calendar::{Calendar, Norm};
use sop::case::{
    Actor, Channel, Command, Entries, Office, PersonId, Registration, TaskId, decide, register, roles,
};
use sop::definition::{OutcomeId, Role};
use store::Store;

use crate::acts;
use crate::corpus::Author;
use crate::report::{Figure, Series};

/// How many bytes a durable transaction of ours writes at least: a few pages of the database's log.
const SYNCED_BYTES: usize = 16 * 1024;

/// The same two durable transactions that people cause by filing a request and completing its first task, one
/// after another and straight to the store.
pub async fn store(store: &Store, times: usize, now: Timestamp) -> Result<[Series; 2]> {
    let office = Office { sop: sop::shipped(), calendar: Calendar::shipped() };
    let year = office.calendar.local(now).year();
    let requester = Actor::person_with(REQUESTER, vec![Role::new(roles::REQUESTER)]);
    let secretary = people::officer(SECRETARY);
    let (mut filing, mut completing) = (Vec::with_capacity(times), Vec::with_capacity(times));
    let mut cases = Vec::with_capacity(times);
    let began = Instant::now();
    for nth in 0..times {
        let registration = registration(nth as u64, now);
        let began = Instant::now();
        let decide = |number, agenda| register(office, number, agenda, &requester, now, registration.clone());
        let file = store.register(year, decide).await.context("filing a request in the bare store")?;
        filing.push(began.elapsed());
        cases.push(file.case);
    }
    let filed = began.elapsed();
    let began = Instant::now();
    for case in &cases {
        let began = Instant::now();
        let command = Command::Complete {
            task: TaskId(1),
            outcome: OutcomeId::new("teruskan"),
            entries: fields(&[
                ("sifat", "biasa"),
                ("harap", "proses"),
                ("catatan", "Mohon dikaji, koordinasikan dengan Pusdatin bila perlu."),
            ]),
            assignee: None,
            seen: case.version,
            signature: None,
        };
        let events = decide(office, case, &secretary, now, command)
            .map_err(|refusal| anyhow!("the first task is refused: {refusal:?}"))?;
        store.append(case, events).await.context("completing a task in the bare store")?;
        completing.push(began.elapsed());
    }
    Ok([
        Series::of("bare store: file a request", 1, filing, filed),
        Series::of("bare store: complete a task", 1, completing, began.elapsed()),
    ])
}

fn registration(nth: u64, now: Timestamp) -> Registration {
    let mut entries: Entries = acts::request(nth, now);
    let mut take = |name: &str| entries.remove(name).unwrap_or_default().concat();
    Registration {
        requester: Some(PersonId::new(REQUESTER)),
        requester_name: people::requester_name(0),
        contact: take("@kontak"),
        unit: people::unit_of(0),
        subject: take("@hal"),
        channel: Channel::Form,
        received_at: now,
        letter_no: String::new(),
        letter_date: None,
        entries,
        files: Vec::new(),
    }
}

/// What the disk can do: a few pages written and brought to it, again and again.
pub fn disk(folder: &Path, times: usize) -> Result<Series> {
    let path = folder.join("synced");
    let mut file = std::fs::File::create(&path)?;
    let pages = vec![7; SYNCED_BYTES];
    let mut took = Vec::with_capacity(times);
    let all = Instant::now();
    for _ in 0..times {
        let began = Instant::now();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&pages)?;
        file.sync_data()?;
        took.push(began.elapsed());
    }
    let all = all.elapsed();
    std::fs::remove_file(&path)?;
    Ok(Series::of("disk: 16 KiB written and synced", 1, took, all))
}

/// What the rules and the calendar take, and how fast projections are rebuilt from events.
pub async fn micro(store: Option<&Store>, now: Timestamp) -> Result<Vec<Figure>> {
    let mut figures = vec![rules(now)?, due(now)?];
    if let Some(store) = store {
        let began = Instant::now();
        let rebuilt = store.rebuild().await?;
        let per_second = rebuilt.events as f64 / began.elapsed().as_secs_f64();
        figures.push(Figure::new("projections rebuilt", per_second, "events/s").at_least(50_000.0));
    }
    Ok(figures)
}

/// A whole case of ten rows: every decision on its way and the fold over its events.
fn rules(now: Timestamp) -> Result<Figure> {
    const CASES: u64 = 2_000;
    let mut author = Author::new(Calendar::shipped(), CASES, now);
    let (mut spent, mut cases) = (Duration::ZERO, 0);
    for nth in 0..CASES {
        let written = author.write(nth)?;
        let whole = written.case.ended().is_some()
            && written.case.steps.iter().any(|run| run.step == *"10" && run.done);
        if whole {
            spent += written.deciding;
            cases += 1;
        }
    }
    let micros = spent.as_secs_f64() * 1e6 / f64::from(cases.max(1));
    Ok(Figure::new("decide and evolve, whole ten-row case", micros, "µs").at_most(100.0))
}

fn due(now: Timestamp) -> Result<Figure> {
    const TIMES: u32 = 100_000;
    let norms = [Norm::minutes(20), Norm::hours(3), Norm::days(5)];
    let calendar = Calendar::shipped();
    let began = Instant::now();
    for nth in 0..TIMES {
        let start = now - SignedDuration::from_mins(i64::from(nth) * 7 % 500_000);
        black_box(calendar.due(black_box(start), &norms[nth as usize % norms.len()])?);
    }
    let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES);
    Ok(Figure::new("due time of a norm", micros, "µs").at_most(2.0))
}
