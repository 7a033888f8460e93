//! `cargo xtask bench`: how fast Sigap is, on the machine it runs on. It makes an office of a size, starts the
//! real server on it, does what people do, and sets beside each act what the store by itself can do.

mod acts;
mod bare;
mod corpus;
mod office;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Parser, ValueEnum};
use drill::Desk;
use jiff::Timestamp;
use store::Store;

use office::Office;
use report::{Figure, Report, Series};

/// How fast Sigap is on this machine.
#[derive(Debug, Parser)]
struct Bench {
    /// How many cases the office has
    #[arg(long, default_value_t = 1_000)]
    cases: u64,
    /// The store under it
    #[arg(long, value_enum, default_value_t = Kind::Sqlite)]
    store: Kind,
    /// The address of an empty database, for a store that is no file
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// How often each act is done by one client, and as often by eight
    #[arg(long, default_value_t = 400)]
    times: usize,
    /// The size of the office against which growth is measured; 0 for none
    #[arg(long, default_value_t = 10_000)]
    against: u64,
    /// The program to measure
    #[arg(long)]
    sigap: PathBuf,
    /// The repository, whose newest schema is looked up
    #[arg(long)]
    repository: PathBuf,
    /// Where offices and reports are kept
    #[arg(long)]
    folder: PathBuf,
    /// How the program was built, for the report
    #[arg(long, default_value = "release")]
    profile: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Sqlite,
    Postgres,
}

/// How many clients work side by side where more than one do.
const CLIENTS: usize = 8;
/// The fewest cases with which there is something to do.
const CASES_MIN: u64 = 100;
/// Beyond so many cases the projections are not rebuilt to see how fast that is.
const REBUILT_CASES_MAX: u64 = 20_000;
/// What happens after a start by itself has happened by then.
const SETTLED: Duration = Duration::from_secs(3);

const MEGABYTE: f64 = 1_000_000.0;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let bench = Bench::parse();
    if bench.cases < CASES_MIN {
        bail!("an office of {} cases has too little to do; choose at least {CASES_MIN}", bench.cases);
    }
    if bench.store == Kind::Postgres && bench.database.is_none() {
        bail!("say where the empty PostgreSQL database is: --database postgres://USER@HOST/NAME");
    }
    let report = bench.run().await?;
    let kind = format!("{:?}", bench.store).to_lowercase();
    let path = bench.folder.join(format!("report-{}-{kind}.json", bench.cases));
    report.save(&path)?;
    println!("{}", report.table());
    println!("Saved as {}.", path.display());
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::disallowed_methods, reason = "its acts happen now, as the server's do")]
fn now() -> Timestamp {
    Timestamp::now()
}

impl Bench {
    async fn run(&self) -> Result<Report> {
        std::fs::create_dir_all(&self.folder)?;
        let now = now();
        let office = self.office(self.cases, self.database.as_deref(), now).await?;
        let mut report = Report { cases: self.cases, profile: self.profile.clone(), ..Report::default() };
        if let Some((took, events)) = office.made {
            let per_second = events as f64 / took.as_secs_f64();
            report.figures.push(Figure::new("histories taken in", per_second, "events/s"));
        }
        let store = Store::open(&office.program.database()).await?;
        let cases = acts::some_cases(&store, &office).await?;
        if self.database.is_none() {
            let bytes = drill::database_bytes(&office.program.office) as f64;
            let each = bytes / office.cases as f64 / 1_000.0;
            report.figures.push(Figure::new("database per case", each, "kB"));
        }

        // The store by itself, while no server holds it.
        let bare = bare::store(&store, self.times, now).await?;
        let disk = bare::disk(&office.program.office, self.times)?;

        let server = tokio::task::block_in_place(|| office.program.serve())?;
        let first_page = server.first_page.as_secs_f64();
        report.figures.push(Figure::new("first page after a start", first_page, "s").at_most(0.3));
        tokio::time::sleep(SETTLED).await;
        if let Some(memory) = server.memory() {
            let memory = memory as f64 / MEGABYTE;
            report.figures.push(Figure::new("memory, idle", memory, "MB").at_most(60.0));
        }
        let desks: Vec<Desk> = tokio::task::block_in_place(|| {
            (0..CLIENTS).map(|_| Desk::open(&server.base)).collect::<Result<_>>()
        })?;
        let mut to_sign = office.to_sign.clone();
        for clients in [1, CLIENTS] {
            let desks = &desks[..clients];
            tokio::task::block_in_place(|| -> Result<()> {
                let durable = acts::durable(desks, self.times, now)?;
                report.series.extend(durable.into_iter().zip(&bare).map(|(series, bare)| Series {
                    of_bare_store: Some(series.per_second / bare.per_second),
                    ..series
                }));
                report.series.extend(acts::pages(desks, self.times, &cases)?);
                Ok(())
            })?;
            let letters = acts::letters(desks, (self.times / 10).max(1), &store, &mut to_sign).await?;
            if letters.is_none() {
                eprintln!(
                    "No letter waits for a signature any more: remove {} to have it made anew.",
                    office.program.office.display()
                );
            }
            report.series.extend(letters);
        }
        if let Some(memory) = server.memory_peak() {
            report.figures.push(Figure::new("memory, at most under load", memory as f64 / MEGABYTE, "MB"));
        }
        report.series.extend(bare);
        report.series.push(disk);

        if self.against > 0 && self.against < self.cases {
            let small = self.office(self.against, None, now).await?;
            let small_store = Store::open(&small.program.database()).await?;
            let small_cases = acts::some_cases(&small_store, &small).await?;
            let small_server = tokio::task::block_in_place(|| small.program.serve())?;
            let ratios = tokio::task::block_in_place(|| {
                let small_desk = Desk::open(&small_server.base)?;
                acts::growth((&small_desk, &small_cases), (&desks[0], &cases), self.times)
            })?;
            report.figures.extend(ratios.into_iter().map(|(page, ratio)| {
                let target = if page == acts::Page::SearchRare { 2.0 } else { 1.3 };
                let name = format!("{}, p50 in relation to {} cases", page.name(), self.against);
                Figure::new(name, ratio, "times").at_most(target)
            }));
            drop(small_server);
            report.figures.extend(bare::micro(Some(&small_store), now).await?);
        } else {
            drop(server);
            let rebuilt = (self.cases <= REBUILT_CASES_MAX).then_some(&store);
            report.figures.extend(bare::micro(rebuilt, now).await?);
        }
        Ok(report)
    }

    async fn office(&self, cases: u64, database: Option<&str>, now: Timestamp) -> Result<Office> {
        let schema = office::schema(&self.repository)?;
        Office::of(&self.sigap, &self.folder, cases, &schema, database, now).await
    }
}
