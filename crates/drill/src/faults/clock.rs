//! The clock of the machine jumps: libfaketime reads from a file how far it goes wrong.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use drill::{Letters, Program};

use super::work::Work;
use super::{Ground, Outcome};

/// Where Debian has the library, whatever the machine.
const LIBRARIES: &str = "/usr/lib";
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";
/// For so long libfaketime goes by what it has read.
const READ_EVERY: Duration = Duration::from_secs(1);

/// Forward by a day and back, and then back by a day and forward.
pub async fn jumps(_: &mut Ground, program: Program) -> Result<Outcome> {
    let jump = program.office.join("clock-offset");
    std::fs::write(&jump, "+0\n")?;
    let environment = [
        ("LD_PRELOAD", library()?.display().to_string()),
        ("FAKETIME_TIMESTAMP_FILE", jump.display().to_string()),
        ("FAKETIME_CACHE_DURATION", READ_EVERY.as_secs().to_string()),
        // What waits, waits as long as it is told.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value)).into();
    let program = Program { environment, ..program };
    let mut work = Work::begin(program, Letters::EveryNth(3), 21)?;
    let jumps = ["+1d", "+0", "-1d", "+0"];
    for to in jumps {
        std::fs::write(&jump, format!("{to}\n"))?;
        thread::sleep(READ_EVERY * 2);
        let on = work.goes_on(8).with_context(|| format!("after the clock jumped to {to}"))?;
        println!("  clock at {to}: 8 acts in {on:?}");
    }
    work.never_ended()?;
    let (program, _, afterwards) = work.end().await?;
    // It is yesterday again, as it would be said to whoever looks.
    let said = program.output(&["doctor", "--json"])?;
    let doctor: serde_json::Value = serde_json::from_str(&said).with_context(|| said.clone())?;
    let checks = doctor["checks"].as_array().context("the doctor checks something")?;
    let clock =
        checks.iter().find(|check| check["check"] == "clock").context("the doctor looks at the clock")?;
    ensure!(clock["state"] == "problem", "the doctor says nothing of the clock: {clock}");
    Ok(Outcome { times: jumps.len(), afterwards })
}

fn library() -> Result<PathBuf> {
    let folders = std::fs::read_dir(LIBRARIES).context(LIBRARIES)?;
    let found = folders
        .flatten()
        .map(|folder| folder.path().join(LIBRARY))
        .chain([Path::new(LIBRARIES).join(LIBRARY)]);
    found.into_iter().find(|path| path.is_file()).context("libfaketime is missing: install faketime")
}
