//! The disk under SQLite does not do what it is told: strace lets the system calls of a server that runs fail, and
//! lets go of it again.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use drill::{Fate, Letters, Program};

use super::work::Work;
use super::{Ground, Outcome};
use crate::injection::Injection;

/// So long a slow disk takes to bring something to where it stays.
const SLOW: Duration = Duration::from_millis(400);
/// How often a page is read to see how long it takes.
const READ: usize = 20;
/// For so long everything fails.
const FAILING: Duration = Duration::from_secs(3);

/// What SQLite writes to.
fn files(program: &Program) -> Vec<PathBuf> {
    ["sigap.db", "sigap.db-wal"].map(|name| program.office.join(name)).into()
}

/// There is no room any more.
pub async fn full(_: &mut Ground, program: Program) -> Result<Outcome> {
    fails(program, "pwrite64,write,ftruncate,fallocate", "error=ENOSPC", 11).await
}

/// The system has taken the disk to be broken and lets nobody write.
pub async fn read_only(_: &mut Ground, program: Program) -> Result<Outcome> {
    fails(program, "pwrite64,write,ftruncate,fallocate,fdatasync,fsync", "error=EROFS", 12).await
}

/// What was written does not get to the disk: nothing of it may be acknowledged.
pub async fn not_synced(_: &mut Ground, program: Program) -> Result<Outcome> {
    fails(program, "fdatasync,fsync", "error=EIO", 13).await
}

/// Acts fail in words and leave nothing, pages open, and when the disk is well again so is everything else.
async fn fails(program: Program, calls: &str, how: &str, seed: u64) -> Result<Outcome> {
    let mut work = Work::begin(program, Letters::None, seed)?;
    let injection = Injection::begin(work.server()?, calls, how, &files(&work.program))?;
    // Whoever had begun before may still be answered.
    work.fails(8)?;
    let acknowledged = work.ledger.counts().acknowledged;
    thread::sleep(FAILING);
    let acknowledged_since = work.ledger.counts().acknowledged - acknowledged;
    let pages = ["/inbox", "/cases", "/register"].map(|path| (path, work.visitor.lead.get(path)));
    injection.end()?;
    let back = work.goes_on(8)?;
    println!("  acts are acknowledged again {back:?} after the disk is well");
    work.never_ended()?;
    let (_, ledger, afterwards) = work.end().await?;
    ensure!(acknowledged_since == 0, "{acknowledged_since} acts were acknowledged that are on no disk");
    ensure!(afterwards.failed_and_there == 0, "{} acts failed and are there", afterwards.failed_and_there);
    for (path, page) in pages {
        let page = page?;
        ensure!(page.status == 200, "{path} answers {}: {}", page.status, page.said());
    }
    let other = ledger.said().into_keys().find(|said| !said.starts_with("503 "));
    ensure!(other.is_none(), "somebody was told {other:?}");
    Ok(Outcome { times: ledger.counts().failed, afterwards })
}

/// The same, and then the server dies before anything else got to the disk.
pub async fn not_synced_and_killed(_: &mut Ground, program: Program) -> Result<Outcome> {
    let mut work = Work::begin(program, Letters::None, 15)?;
    let injection = Injection::begin(work.server()?, "fdatasync,fsync", "error=EIO", &files(&work.program))?;
    work.fails(8)?;
    work.kill_and_restart()?;
    drop(injection);
    work.goes_on(8)?;
    let (_, ledger, afterwards) = work.end().await?;
    println!("  {} acts that failed are there", afterwards.failed_and_there);
    Ok(Outcome { times: ledger.counts().failed, afterwards })
}

/// Everything takes its time: acts wait for the disk, and pages that only read do not wait for them.
pub async fn slow(_: &mut Ground, program: Program) -> Result<Outcome> {
    let mut work = Work::begin(program, Letters::None, 14)?;
    let delay = format!("delay_enter={}", SLOW.as_micros());
    let injection = Injection::begin(work.server()?, "fdatasync,fsync", &delay, &files(&work.program))?;
    let before = work.ledger.acts().len();
    let mut took = Vec::new();
    for _ in 0..READ {
        let began = Instant::now();
        work.visitor.lead.open("/cases")?;
        took.push(began.elapsed());
        thread::sleep(SLOW / 4);
    }
    work.goes_on(4)?;
    injection.end()?;
    took.sort_unstable();
    let median = took[READ / 2];
    let (tried, done) = (work.ledger.acts(), |fate: &Fate| matches!(fate, Fate::Acknowledged { .. }));
    let times = tried[before..].iter().filter(|act| done(&act.fate)).count();
    println!("  {times} acts on the slow disk; half of the pages opened within {median:?}");
    work.goes_on(8)?;
    work.never_ended()?;
    let (_, _, afterwards) = work.end().await?;
    ensure!(median < SLOW, "pages waited for the disk: half of them took {median:?} and more");
    ensure!(
        afterwards.counts.failed == 0 && afterwards.counts.unanswered == 0,
        "on a slow disk something failed"
    );
    Ok(Outcome { times, afterwards })
}
