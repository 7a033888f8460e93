//! The drills: each does something to the real server, its disk, its database or its clock while people work, and
//! looks afterwards whether anything was lost. `docs/faults.md` says which there are.

mod faults;
mod injection;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;

use faults::Ground;
use report::Report;

/// Whether anything is lost when something fails.
#[derive(Debug, Parser)]
struct Drills {
    /// The program that is drilled
    #[arg(long)]
    sigap: PathBuf,
    /// Where offices are made; a new folder, which is removed if all is well
    #[arg(long)]
    folder: PathBuf,
    /// The folder of the programs of PostgreSQL
    #[arg(long, requires = "cluster")]
    postgres: Option<PathBuf>,
    /// A cluster of PostgreSQL that was just made, with a user `sigap`
    #[arg(long, requires = "postgres")]
    cluster: Option<PathBuf>,
    /// Only drills whose name contains one of these words
    words: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let drills = Drills::parse();
    std::fs::create_dir(&drills.folder)
        .with_context(|| format!("{} cannot be made", drills.folder.display()))?;
    let cluster = drills.postgres.as_deref().zip(drills.cluster.as_deref());
    let mut ground = Ground::prepare(&drills.sigap, &drills.folder, cluster).await?;
    let mut report = Report::default();
    for fault in faults::ALL {
        let name = fault.name();
        let is_wanted = drills.words.is_empty() || drills.words.iter().any(|word| name.contains(word));
        if !is_wanted || !ground.has(fault.store) {
            continue;
        }
        println!("{name} …");
        let began = Instant::now();
        let outcome = fault.drill(&mut ground).await;
        report.add(&name, fault, began.elapsed(), outcome);
    }
    drop(ground);
    println!("{}", report.table());
    println!("{} passed, {} failed", report.passed(), report.failed());
    if report.failed() > 0 {
        println!("The offices, with what their servers said, are in {}.", drills.folder.display());
        return Ok(ExitCode::FAILURE);
    }
    std::fs::remove_dir_all(&drills.folder)?;
    Ok(ExitCode::SUCCESS)
}
