//! The process dies at some moment, as it does when the power goes.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use drill::{Chance, Ledger, Letters, Load, MailServer, Program, free_address};

use super::{Ground, Outcome, sound};

const KILLS: usize = 6;
/// People work for at least so long between two kills, and at most so much longer, in milliseconds.
const WORK: u64 = 400;
const WORK_MORE: u64 = 1_200;

/// The server, again and again, while people work and letters go out.
pub async fn server(_: &mut Ground, program: Program) -> Result<Outcome> {
    let mut mails = MailServer::new()?;
    mails.start()?;
    let program = Program { settings: mails.settings(), ..program };
    let ledger = Arc::<Ledger>::default();
    let address = free_address()?;
    let mut chance = Chance::of(41);
    tokio::task::block_in_place(|| -> Result<()> {
        let mut server = program.serve_at(address)?;
        let bases = vec![server.base.clone()];
        let load = Load { bases, clients: 4, letters: Letters::EveryNth(4), seed: 1 }.begin(&ledger)?;
        for _ in 0..KILLS {
            thread::sleep(Duration::from_millis(WORK + chance.below(WORK_MORE)));
            server.kill()?;
            server = program.serve_at(address)?;
        }
        thread::sleep(Duration::from_millis(WORK));
        load.end();
        Ok(())
    })?;
    let afterwards = sound(&program, &ledger).await?;
    ensure!(afterwards.counts.acknowledged > KILLS * 4, "people had hardly time to work");
    ensure!(afterwards.counts.unanswered > 0, "nobody was at work when the server was killed");
    Ok(Outcome { times: KILLS, afterwards })
}
