//! `sigap copy`: an office moves from one database to another.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Serialize;
use store::{Copied, CopyStage, Copying, Progress, Store};

use crate::office::{self, SEAL_KEY, Settings};

/// Copy an office from one database to another: from SQLite to PostgreSQL, or back
///
/// Every row goes as it stands, so that hashes, seals and numbers stay what they are; only what cases are found
/// by is made anew. In the end every table is counted and hashed on both sides, and the history on the new side
/// is verified with its seals. The office copied from is not changed.
///
/// Stop Sigap on every node first: whatever is written meanwhile is noticed, and the copy is of no use then.
/// A copy that was cut off goes on when the same command is run again. The database copied to has to be empty
/// (a file that is not there yet, or what `createdb` made); nothing is ever overwritten.
///
/// Attachments, letters and the two keys are not in the database. They stay where they are, and the new database
/// is used with the same folder or bucket. What to do next is told in the end.
///
/// A password does not belong in an address on a command line, which others read: put it into ~/.pgpass or
/// PGPASSWORD. Exit code 0 when the copy is whole and its history is the one that was stored and sealed.
#[derive(Debug, Args, Serialize)]
pub struct Copy {
    /// The database that the office is in: sqlite:///PATH or postgres://USER@HOST/NAME
    #[arg(long, value_name = "URL")]
    #[serde(skip)]
    from: String,
    /// The database that it goes to, likewise
    #[arg(long, value_name = "URL")]
    #[serde(skip)]
    to: String,
    /// The folder of the office, in which the key of its seals lies
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// A TOML file with settings
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,
}

/// `sigap copy`
pub async fn run(copy: Copy) -> Result<ExitCode> {
    let settings = Settings::read(copy.config.as_deref(), &copy)?;
    let key = office::read_seal_key(&settings).context(
        "the copy could not be verified: name the folder of the office, in which its keys lie, with --data",
    )?;
    let source = match office::path_of(&copy.from) {
        Some(path) if !path.is_file() => bail!("there is no database {}", path.display()),
        Some(path) => Store::look_at(&path).await?,
        None => Store::open(&copy.from).await?,
    };
    let target = Store::open(&copy.to).await?;
    let copying = Copying::begin(&source, &target).await?;
    let Copied { tables, rows_written } = copy_and_tell(copying).await?;
    let rows: u64 = tables.iter().map(|table| table.rows).sum();
    println!(
        "Tables {}, rows {rows}, of which {rows_written} were written now: counted and hashed, they are the \
         same on both sides.",
        tables.len()
    );
    let history = target.verify(&key, None).await?;
    for finding in &history.findings {
        println!("{finding}");
    }
    if !history.is_sound() {
        println!(
            "This is what the office copied from says too: its history is not the one that was stored and \
             sealed. Look into that with `sigap log verify` before anybody works on."
        );
        return Ok(ExitCode::FAILURE);
    }
    println!(
        "Cases {}, events {}, seals {}: all is as it was stored.",
        history.cases, history.events, history.seals
    );
    println!(
        "Attachments and letters stay where they are, in {}; {SEAL_KEY} and {} in {}.",
        settings.open_files()?,
        office::SECRETS_KEY,
        settings.data.display()
    );
    println!(
        "To do: set `database` (or SIGAP_DATABASE) to the address of the new database on every node, run `sigap \
         doctor`, and start Sigap. Keep the old database until you have a backup of the new one."
    );
    if office::path_of(&copy.to).is_none() && settings.files.is_empty() {
        println!(
            "Where several nodes are to serve it, put the files into a bucket that all of them reach, and the \
             two keys into the folder of each: deploy/README.md."
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Copies, and tells whoever sits before it how far it is.
pub async fn copy_and_tell(copying: Copying) -> Result<Copied> {
    let is_watched = std::io::stderr().is_terminal();
    let mut told = String::new();
    let mut tell = |Progress { stage, done, all }: Progress| {
        let (what, of_what) = match stage {
            CopyStage::Copying => ("Copying", "rows"),
            CopyStage::Finding => ("Making findable", "cases"),
            CopyStage::Comparing => ("Comparing", "rows"),
        };
        let percent = (done * 100).checked_div(all).unwrap_or(100);
        let line = format!("{what}: {percent}% of {all} {of_what}");
        if is_watched && line != told {
            // A screen that is gone is no reason to stop.
            let _ = write!(std::io::stderr(), "\r{line:<60}");
            told = line;
        }
    };
    let copied = copying.run(&mut tell).await;
    if !told.is_empty() {
        let _ = write!(std::io::stderr(), "\r{:<60}\r", "");
    }
    Ok(copied?)
}
