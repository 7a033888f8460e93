//! People at work at one server, while something is done to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use drill::{
    Act, Afterwards, Desk, Fate, Ledger, Letters, Load, Program, Running, Server, What, free_address,
};
use sop::definition::OutcomeId;

/// For so long it may take until something happens that has to happen.
const PATIENCE: Duration = Duration::from_secs(45);
const CLIENTS: usize = 4;

#[derive(Debug)]
pub struct Work {
    pub program: Program,
    pub ledger: Arc<Ledger>,
    /// Somebody beside those who work, to look at pages.
    pub visitor: Desk,
    address: SocketAddr,
    server: Option<Server>,
    load: Running,
}

impl Work {
    /// People begin, and have done something when this returns.
    pub fn begin(program: Program, letters: Letters, seed: u64) -> Result<Self> {
        let address = free_address()?;
        let server = program.serve_at(address)?;
        let visitor = Desk::open(&server.base)?;
        let ledger = Arc::<Ledger>::default();
        let load = Load { bases: vec![server.base.clone()], clients: CLIENTS, letters, seed };
        let load = load.begin(&ledger)?;
        let work = Self { program, ledger, visitor, address, server: Some(server), load };
        // They began while others still signed in.
        until("people begin", || Ok(work.ledger.counts().acknowledged >= CLIENTS * 2))?;
        Ok(work)
    }

    pub fn server(&self) -> Result<&Server> {
        self.server.as_ref().context("the server is down")
    }

    /// The server dies where it stands, and comes back.
    pub fn kill_and_restart(&mut self) -> Result<()> {
        self.server.take().context("the server is down")?.kill()?;
        self.server = Some(self.program.serve_at(self.address)?);
        Ok(())
    }

    /// Waits until so many more acts were acknowledged. Returns how long that took.
    pub fn goes_on(&self, more: usize) -> Result<Duration> {
        let before = self.ledger.counts().acknowledged;
        let what = format!("{more} more acts are acknowledged");
        let done = until(&what, || Ok(self.ledger.counts().acknowledged >= before + more));
        done.with_context(|| {
            let acts = self.ledger.acts();
            format!("the last that was tried: {:#?}", &acts[acts.len().saturating_sub(CLIENTS)..])
        })
    }

    /// Waits until so many more acts failed in words.
    pub fn fails(&self, more: usize) -> Result<Duration> {
        let before = self.ledger.counts().failed;
        until(&format!("{more} more acts fail in words"), || Ok(self.ledger.counts().failed >= before + more))
    }

    /// Whether the process that was started is the one that still serves.
    pub fn never_ended(&mut self) -> Result<()> {
        let server = self.server.as_mut().context("the server is down")?;
        ensure!(server.is_alive()?, "the server has ended: see {}", self.program.log().display());
        Ok(())
    }

    /// How many letters were signed, as far as it was acknowledged.
    pub fn letters(&self) -> usize {
        let acts = self.ledger.acts();
        let signs = |act: &&Act| matches!(&act.what, What::Completion { outcome, .. } if is_signed(outcome));
        acts.iter().filter(signs).filter(|act| matches!(act.fate, Fate::Acknowledged { .. })).count()
    }

    /// People stop, and the server goes on.
    pub fn rest(mut self) -> Rest {
        self.load.end();
        Rest { program: self.program, ledger: self.ledger, server: self.server.take() }
    }

    /// People stop; then the server dies where it stands, so that only what is on the disk is there.
    pub async fn end(mut self) -> Result<(Program, Arc<Ledger>, Afterwards)> {
        self.load.end();
        if let Some(server) = self.server.take() {
            server.kill()?;
        }
        let afterwards = super::sound(&self.program, &self.ledger).await?;
        Ok((self.program, self.ledger, afterwards))
    }
}

/// A server of which nobody wants anything.
#[derive(Debug)]
pub struct Rest {
    pub program: Program,
    pub ledger: Arc<Ledger>,
    pub server: Option<Server>,
}

/// Whether somebody signs a letter by that outcome.
fn is_signed(outcome: &OutcomeId) -> bool {
    ["penjelasan", "tandatangani"].contains(&outcome.as_str())
}

/// Waits until something is so. Returns how long that took.
pub fn until(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<Duration> {
    let began = Instant::now();
    while !is_so()? {
        ensure!(began.elapsed() < PATIENCE, "it was to happen that {what}, and did not within {PATIENCE:?}");
        thread::sleep(Duration::from_millis(20));
    }
    Ok(began.elapsed())
}
