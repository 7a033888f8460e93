//! A process dies at some moment, as it does when the power goes.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use drill::{Chance, Letters, MailServer, Program};

use super::work::{Work, until};
use super::{Ground, Outcome};

const SERVER_KILLS: usize = 6;
const DATABASE_KILLS: usize = 3;
/// For so long the database stays away where it does not come back at once.
const AWAY: Duration = Duration::from_secs(4);
/// For so long somebody may wait to be told that the database is away.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// People work for a while before the next kill: from a moment to so many milliseconds.
fn work_for_a_while(chance: &mut Chance) {
    thread::sleep(Duration::from_millis(50 + chance.below(1_500)));
}

/// The server, again and again, while people work and letters go out.
pub async fn server(_: &mut Ground, program: Program) -> Result<Outcome> {
    let mut mails = MailServer::new()?;
    mails.start()?;
    let program = Program { settings: mails.settings(), ..program };
    let mut work = Work::begin(program, Letters::EveryNth(6), 1)?;
    let mut chance = Chance::of(41);
    for _ in 0..SERVER_KILLS {
        work_for_a_while(&mut chance);
        work.kill_and_restart()?;
    }
    work.goes_on(8)?;
    let (_, _, afterwards) = work.end().await?;
    ensure!(
        mails.taken_on().len() >= afterwards.dispatched,
        "cases say of letters that went out, and none came"
    );
    ensure!(afterwards.counts.unanswered > 0, "nobody was at work when the server was killed");
    Ok(Outcome { times: SERVER_KILLS, afterwards })
}

/// The server of databases, with all its processes. Ours stays, and goes on by itself.
pub async fn database(ground: &mut Ground, program: Program) -> Result<Outcome> {
    let postgres = ground.postgres.as_mut().context("there is no PostgreSQL")?;
    let mut work = Work::begin(program, Letters::EveryNth(6), 2)?;
    let mut chance = Chance::of(42);
    for _ in 0..DATABASE_KILLS {
        work_for_a_while(&mut chance);
        postgres.kill()?;
        postgres.come_back()?;
        work.goes_on(4)?;
    }
    work.never_ended()?;
    let (_, _, afterwards) = work.end().await?;
    Ok(Outcome { times: DATABASE_KILLS, afterwards })
}

/// The database is away for a while: whoever comes is told, and nobody has to start anything again.
pub async fn database_away(ground: &mut Ground, program: Program) -> Result<Outcome> {
    let postgres = ground.postgres.as_mut().context("there is no PostgreSQL")?;
    let mut work = Work::begin(program, Letters::None, 3)?;
    postgres.kill()?;
    let began = std::time::Instant::now();
    let answer = work.visitor.lead.get("/inbox")?;
    let told_after = began.elapsed();
    work.fails(1)?;
    thread::sleep(AWAY.saturating_sub(began.elapsed()));
    postgres.come_back()?;
    println!("  told after {told_after:?}: {} {}", answer.status, answer.said());
    let back = until("pages open again", || Ok(work.visitor.lead.get("/inbox")?.status == 200))?;
    println!("  pages open again {back:?} after the database came back");
    work.goes_on(8)?;
    work.never_ended()?;
    let (_, ledger, afterwards) = work.end().await?;
    ensure!(answer.status == 503, "a page answers {}: {}", answer.status, answer.said());
    ensure!(told_after < TOLD_WITHIN, "a page answers only after {told_after:?}");
    let other = ledger.said().into_keys().find(|said| !said.starts_with("503 "));
    ensure!(other.is_none(), "somebody was told {other:?}");
    Ok(Outcome { times: 1, afterwards })
}
