//! Three nodes on one PostgreSQL behind HAProxy, all real: they start at once on nothing, people work through the
//! balancer while nodes and the database are killed and come back, and afterwards everything that was acknowledged
//! is there, once.

mod balancer;
mod bucket;
mod held_mail;

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use drill::{
    Afterwards, Browser, Counts, Desk, Fate, Ledger, Letters, Load, MailServer, Postgres, Program, Server,
    fields, free_address,
};
use store::{PAGE_ROWS_MAX, Store};

use balancer::Balancer;
use bucket::S3Server;
use held_mail::HeldMail;

/// Whether anything is lost when nodes and their database die.
#[derive(Debug, Parser)]
struct Nodes {
    /// The program of which there are three
    #[arg(long)]
    sigap: PathBuf,
    /// Where the office is made; a new folder, which is removed if all is well
    #[arg(long)]
    folder: PathBuf,
    /// The folder of the programs of PostgreSQL
    #[arg(long)]
    postgres: PathBuf,
    /// A cluster of PostgreSQL that was just made, with a user `sigap`
    #[arg(long)]
    cluster: PathBuf,
    #[arg(long)]
    haproxy: PathBuf,
    /// The configuration that comes with Sigap
    #[arg(long)]
    balancer: PathBuf,
    /// A Python that has moto, and the script by which it is an S3 server
    #[arg(long)]
    python: PathBuf,
    #[arg(long)]
    s3_server: PathBuf,
}

const NODES: usize = 3;
const CLIENTS: usize = 6;
/// How many requests a minute are few enough to be used up.
const FEW: usize = 60;
/// Within so long a limit that was reached on one node is one on all.
const TOLD_WITHIN: Duration = Duration::from_secs(2);
/// For so long people work between two deaths.
const WORK: Duration = Duration::from_secs(2);
/// Longer than the balancer takes to see that a node is gone.
const SEEN: Duration = Duration::from_secs(4);
/// Longer than the lease of an order.
const LEASE_IS_OVER: Duration = Duration::from_secs(75);
const SOON: Duration = Duration::from_secs(20);
/// Whatever has died and come back, people are served again within this time: the balancer looks every two
/// seconds, and a node asks its database at least as often.
const SERVED_AGAIN: Duration = Duration::from_secs(6);

fn main() -> Result<ExitCode> {
    let nodes = Nodes::parse();
    std::fs::create_dir(&nodes.folder)
        .with_context(|| format!("{} cannot be made", nodes.folder.display()))?;
    let mut report = Report::default();
    // What is needed for the next step ends the run; what was seen so far is told.
    if let Err(error) = nodes.drill(&mut report) {
        report.note("the run", Err(error));
    }
    println!("{} passed, {} failed", report.passed, report.failed);
    if report.failed > 0 {
        println!("The office, with what its servers said, is in {}.", nodes.folder.display());
        return Ok(ExitCode::FAILURE);
    }
    std::fs::remove_dir_all(&nodes.folder)?;
    Ok(ExitCode::SUCCESS)
}

/// What was shown, told as it goes on.
struct Report {
    began: Instant,
    passed: usize,
    failed: usize,
}

impl Default for Report {
    fn default() -> Self {
        Self { began: Instant::now(), passed: 0, failed: 0 }
    }
}

impl Report {
    /// What somebody saw, or why it is not as it should be.
    fn note(&mut self, what: &str, seen: Result<String>) {
        let at = self.began.elapsed().as_secs_f64();
        match seen {
            Ok(seen) => {
                self.passed += 1;
                println!("  {at:5.1} s  {what}: {seen}");
            }
            Err(error) => {
                self.failed += 1;
                println!("  {at:5.1} s  {what}: NO, {error:#}");
            }
        }
    }
}

impl Nodes {
    fn drill(&self, report: &mut Report) -> Result<()> {
        let runtime = tokio::runtime::Runtime::new()?;
        let mut postgres = Postgres::start(&self.postgres, &self.cluster)?;
        let bucket = S3Server::start(&self.python, &self.s3_server)?;
        let mut mail = MailServer::new()?;
        mail.start()?;
        let held = HeldMail::start()?;

        let own = postgres.database("kunci", None)?;
        report.note("three nodes, each with keys of its own", self.each_with_its_own_keys(&own));

        let proxies = "trusted_proxies = [\"127.0.0.1\"]\n";
        let program = Program {
            sigap: self.sigap.clone(),
            office: self.folder.join("kantor"),
            database: Some(postgres.database("kantor", None)?),
            settings: format!("{proxies}{}", mail.settings()),
            environment: bucket.environment(),
        };
        std::fs::create_dir(&program.office)?;
        let addresses = (0..NODES).map(|_| free_address()).collect::<Result<Vec<_>>>()?;

        let mut few = program.clone();
        few.settings = mail.settings();
        few.environment.push(("SIGAP_REQUESTS_PER_MINUTE".to_owned(), FEW.to_string()));
        let nodes = start_at_once(&few, &addresses)?;
        report.note("three nodes at once on an empty database", first_start(&program, &nodes));
        report.note("a limit for the whole office", limit_holds(&nodes));
        drop(nodes);
        runtime.block_on(program.furnish())?;

        // One node, which is killed while it gives a letter to a mail server that does not answer.
        let ledger = Arc::<Ledger>::default();
        let holding = Program { settings: format!("{proxies}{}", held.settings()), ..program.clone() };
        let node = holding.serve_at(addresses[0])?;
        let one = Load { bases: vec![node.base.clone()], clients: 1, letters: Letters::EveryNth(1), seed: 1 };
        let working = one.begin(&ledger)?;
        let held_id = held.wait(SOON);
        node.kill()?;
        working.end();
        let (held_id, killed_at) = (held_id?, Instant::now());

        let mut nodes: Vec<Option<Server>> =
            start_at_once(&program, &addresses)?.into_iter().map(Some).collect();
        let balancer = Balancer::start(&self.haproxy, &self.balancer, &self.folder, &addresses)?;
        let load = |letters, seed| Load { bases: vec![balancer.base()], clients: CLIENTS, letters, seed };
        let working = load(Letters::EveryNth(4), 2).begin(&ledger)?;
        for (node, address) in nodes.iter_mut().zip(&addresses) {
            thread::sleep(WORK);
            node.take().context("the node runs")?.kill()?;
            thread::sleep(Duration::from_secs(1));
            *node = Some(program.serve_at(*address)?);
        }
        report.note("three nodes killed and restarted in turns", goes_on(&ledger));
        thread::sleep(WORK);
        postgres.kill()?;
        thread::sleep(Duration::from_secs(2));
        postgres.come_back()?;
        report.note("the database killed and restarted", goes_on(&ledger));
        thread::sleep(WORK);
        working.end();
        // Without letters: a key is slow to open by intent, and slower still in a build for tests.
        let working = load(Letters::None, 3).begin(&ledger)?;
        thread::sleep(WORK);
        report.note("a node stopped in good order", stops_in_good_order(&mut nodes[1], &ledger));
        nodes[1] = Some(program.serve_at(addresses[1])?);
        working.end();

        let bases: Vec<String> = nodes.iter().flatten().map(|node| node.base.clone()).collect();
        report.note("a page on one node hears of an act on another", hears_of_others(&bases, &ledger));
        let found = runtime.block_on(Afterwards::with_files(&program, &bucket.files()?, &ledger))?;
        report.note("afterwards", summary(&found));
        let mailed = runtime.block_on(mailed(&program, &mail, &held_id, killed_at));
        report.note("letters", mailed);
        Ok(())
    }

    /// Of nodes that do not share their keys one is right, and the others say what to do.
    fn each_with_its_own_keys(&self, database: &str) -> Result<String> {
        let starting = (0..NODES).map(|n| {
            let mut migrate = Command::new(&self.sigap);
            migrate.arg("migrate").args(["--database", database]);
            migrate.arg("--data").arg(self.folder.join(format!("sendiri-{n}")));
            thread::spawn(move || migrate.output())
        });
        let mut refused = 0;
        for node in starting.collect::<Vec<_>>() {
            let ended = node.join().map_err(|_| anyhow::anyhow!("a start panicked"))??;
            if !ended.status.success() {
                let said = String::from_utf8_lossy(&ended.stderr).into_owned();
                ensure!(said.contains("is not the seal.key of this office"), "{said}");
                refused += 1;
            }
        }
        ensure!(refused == NODES - 1, "{refused} of {NODES} were refused");
        Ok(format!("1 begins the office, {refused} are refused and told to take its keys"))
    }
}

fn start_at_once(program: &Program, addresses: &[SocketAddr]) -> Result<Vec<Server>> {
    let starting = addresses.iter().map(|address| {
        let (program, address) = (program.clone(), *address);
        thread::spawn(move || program.serve_at(address))
    });
    let started = starting.collect::<Vec<_>>().into_iter();
    started.map(|node| node.join().map_err(|_| anyhow::anyhow!("a start panicked"))?).collect()
}

fn first_start(program: &Program, nodes: &[Server]) -> Result<String> {
    for node in nodes {
        Browser::new(&node.base).open("/readyz")?;
    }
    // That all have taken these for their own, each has made sure of before it served.
    for key in ["seal.key", "secrets.key"] {
        ensure!(program.office.join(key).is_file(), "there is no {key}");
    }
    program.run(&["log", "verify"], "")?;
    Ok(format!("{} answer, by one pair of keys", nodes.len()))
}

/// Uses a limit up on the first node, and looks how long the others do not know.
fn limit_holds(nodes: &[Server]) -> Result<String> {
    const TOO_MANY: u16 = 429;
    let asks = |node: &Server| Ok::<_, anyhow::Error>(Browser::new(&node.base).get("/sign-in")?.status);
    let began = Instant::now();
    let mut let_through = 0;
    while asks(&nodes[0])? != TOO_MANY {
        let_through += 1;
        ensure!(let_through < 10 * FEW, "there is no limit");
    }
    // Each node was asked for its first page when it started, and one more is due each second.
    let more = began.elapsed().as_secs() as usize + 1;
    ensure!((FEW - 5..=FEW + more).contains(&let_through), "one node lets {let_through} through");
    let told = Instant::now();
    let mut meanwhile = 0;
    for node in &nodes[1..] {
        while asks(node)? != TOO_MANY {
            ensure!(told.elapsed() < TOLD_WITHIN, "another node lets more through after {TOLD_WITHIN:?}");
            meanwhile += 1;
            thread::sleep(Duration::from_millis(50));
        }
    }
    let after = told.elapsed().as_secs_f64();
    Ok(format!("{let_through} through one node, and the others refuse after {after:.1} s ({meanwhile} more)"))
}

/// Somebody who asks from now on is served.
fn goes_on(ledger: &Ledger) -> Result<String> {
    let (began, before) = (Instant::now(), ledger.acts().len());
    let is_served =
        || ledger.acts()[before..].iter().any(|act| matches!(act.fate, Fate::Acknowledged { .. }));
    while !is_served() {
        ensure!(began.elapsed() < SOON, "nothing is taken on any more after {SOON:?}");
        thread::sleep(Duration::from_millis(20));
    }
    let took = began.elapsed().as_secs_f64();
    ensure!(began.elapsed() < SERVED_AGAIN, "people are served again only {took:.1} s after it came back");
    let Counts { acknowledged, failed, unanswered, .. } = ledger.counts();
    Ok(format!(
        "served {took:.1} s later; acknowledged {acknowledged}, failed {failed}, unanswered {unanswered} so far"
    ))
}

/// A node that is told to stop finishes what it is at, and nobody notices.
fn stops_in_good_order(node: &mut Option<Server>, ledger: &Ledger) -> Result<String> {
    let settled: BTreeSet<usize> = {
        let acts = ledger.acts();
        (0..acts.len()).filter(|n| acts[*n].fate != Fate::Tried).collect()
    };
    let began = Instant::now();
    drop(node.take().context("the node runs")?);
    let took = began.elapsed().as_secs_f64();
    thread::sleep(SEEN);
    let meanwhile = ledger.acts().into_iter().enumerate().filter(|(n, _)| !settled.contains(n));
    let (mut served, mut not_served) = (0, Vec::new());
    for (_, act) in meanwhile {
        match act.fate {
            Fate::Acknowledged { .. } => served += 1,
            Fate::Tried => {}
            fate => not_served.push(fate),
        }
    }
    ensure!(not_served.is_empty(), "meanwhile {served} acts were taken on, but not {not_served:?}");
    ensure!(served > 0, "nothing was asked meanwhile");
    Ok(format!("it ends after {took:.1} s; of {served} acts meanwhile none failed"))
}

/// Watches a case at each node in turn while it is acted on at the next.
fn hears_of_others(bases: &[String], ledger: &Ledger) -> Result<String> {
    let case = ledger.acts().into_iter().find_map(|act| match act.fate {
        Fate::Acknowledged { case } => Some(case),
        _ => None,
    });
    let case = case.context("nothing was taken on")?;
    let desk = Desk::open(&bases[0])?;
    let mut slowest = Duration::ZERO;
    for (n, base) in bases.iter().enumerate() {
        let watching = desk.lead.at(base);
        let (told, heard) = mpsc::channel();
        let mut lines = watching.follow(&format!("/changes?case={case}"))?.lines();
        thread::spawn(move || {
            let changed = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("data:"));
            // Whoever waits may have given up.
            let _ = told.send(changed);
        });
        let there = &bases[(n + 1) % bases.len()];
        let note = fields(&[("text", "Masih dikerjakan."), ("audience", "office")]);
        let answer = desk.lead.at(there).post(&format!("/cases/{case}/notes"), &note)?;
        ensure!(answer.status == 303, "the note answers {}", answer.status);
        let began = Instant::now();
        let changed = heard.recv_timeout(SOON).with_context(|| format!("{base} hears nothing of {there}"))?;
        slowest = slowest.max(began.elapsed());
        ensure!(changed == Some(format!("data: {case}")), "{changed:?}");
    }
    Ok(format!("{} of {}, at most {} ms later", bases.len(), bases.len(), slowest.as_millis()))
}

fn summary(found: &Afterwards) -> Result<String> {
    found.is_sound()?;
    ensure!(found.counts.acknowledged > 0 && found.letters > 0, "nothing was done: {found:?}");
    let Counts { acknowledged, refused, failed, unanswered } = found.counts;
    let Afterwards { cases, events, letters, files, lost, .. } = found;
    Ok(format!(
        "acknowledged {acknowledged}, lost {lost}; refused {refused}, failed {failed}, unanswered {unanswered} \
         (of these there: {} and {}); {cases} cases, {events} events, {letters} letters, {files} files; numbers \
         without gaps, the log verifies",
        found.failed_and_there, found.unanswered_and_there
    ))
}

/// Every letter comes once as far as a mail server can tell: each has one Message-ID, under which it may come again
/// if its node died before it could note that it was taken on.
async fn mailed(program: &Program, mail: &MailServer, held: &str, killed_at: Instant) -> Result<String> {
    let store = Store::open(&program.database()).await?;
    let mut letters = BTreeSet::new();
    let mut last = None;
    loop {
        let page = store.letters_after(last, PAGE_ROWS_MAX).await?;
        last = page.last().map(|row| row.number);
        letters.extend(page.into_iter().map(|row| format!("<{}.1@bangku.example>", row.code)));
        if last.is_none() {
            break;
        }
    }
    store.close().await;
    let mut taken_on = mail.taken_on();
    while taken_on.len() < letters.len() && killed_at.elapsed() < LEASE_IS_OVER {
        tokio::time::sleep(Duration::from_millis(200)).await;
        taken_on = mail.taken_on();
    }
    let came: BTreeSet<String> = taken_on.keys().cloned().collect();
    if came != letters {
        bail!("signed {letters:?}, mailed {came:?}");
    }
    ensure!(
        taken_on.get(held) == Some(&1),
        "the one of the killed node, {held}, came {:?}",
        taken_on.get(held)
    );
    let again: usize = taken_on.values().map(|times| times - 1).sum();
    // At most what a node had in hand when it died.
    ensure!(again <= 8 * NODES, "{again} came once more");
    Ok(format!(
        "{} signed, {} mailed, none under two Message-IDs, {again} once more under its own; {held}, which its node \
         held when it was killed, was taken over by another and came once",
        letters.len(),
        came.len()
    ))
}

/// Where something that was started keeps its log.
fn log_file(path: &Path) -> Result<std::fs::File> {
    Ok(std::fs::OpenOptions::new().create(true).append(true).open(path)?)
}
