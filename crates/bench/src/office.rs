//! The office of a bench: made once by the commands that people use and by the store, and kept for the next
//! run of its size.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use drill::Program;
use jiff::Timestamp;
use sop::calendar::Calendar;
use sop::case::{CaseNo, Recorded};
use store::Store;

use crate::corpus::{Author, letters_to_sign};

/// How many cases are taken in in one transaction.
const BATCH_CASES: usize = 500;
/// Says that an office is whole: it is written last.
const FINISHED: &str = "bench-finished";

/// An office with cases in it.
#[derive(Debug)]
pub struct Office {
    pub program: Program,
    pub cases: u64,
    /// Cases that wait for the signature of a letter, as the office was made.
    pub to_sign: Vec<CaseNo>,
    /// How long it took to write the histories and take them in, and how many events there are; none where the
    /// office was there already.
    pub made: Option<(Duration, u64)>,
}

impl Office {
    /// The office of a size under `folder`, made if it is not there. An address of a database that is given
    /// is used instead of the file in the office's folder, and has to be empty.
    pub async fn of(
        sigap: &Path,
        folder: &Path,
        cases: u64,
        schema: &str,
        database: Option<&str>,
        now: Timestamp,
    ) -> Result<Self> {
        let office = folder.join(format!("office-{cases}-{schema}"));
        let database = database.map(str::to_owned);
        let program = Program { sigap: sigap.to_owned(), office, database, ..Program::default() };
        let finished = program.office.join(FINISHED);
        if let Ok(to_sign) = fs::read_to_string(&finished) {
            let to_sign = to_sign.lines().map(CaseNo::new).collect();
            return Ok(Self { program, cases, to_sign, made: None });
        }
        if program.office.exists() {
            fs::remove_dir_all(&program.office).context("taking a half-made office away")?;
        }
        program.furnish().await?;
        let store = Store::open(&program.database()).await?;
        let (made, to_sign) = fill(&store, cases, now).await?;
        // Its due times were computed with the calendar of the program, which has nothing to recompute then.
        store.set_setting("calendar", &format!("{:016x}", Calendar::shipped().fingerprint())).await?;
        store.close().await;
        // An office that exists was served before: it is sealed.
        drop(tokio::task::block_in_place(|| program.serve())?);
        let lines: Vec<String> = to_sign.iter().map(ToString::to_string).collect();
        fs::write(&finished, lines.join("\n"))?;
        Ok(Self { program, cases, to_sign, made: Some(made) })
    }
}

/// Writes the histories on one core while the store takes them in on the other.
async fn fill(store: &Store, cases: u64, now: Timestamp) -> Result<((Duration, u64), Vec<CaseNo>)> {
    let began = Instant::now();
    let (give, mut take) = tokio::sync::mpsc::channel::<Vec<Vec<Recorded>>>(2);
    let (signing, to_sign) = mpsc::channel();
    let author = std::thread::spawn(move || -> Result<()> {
        let mut author = Author::new(Calendar::shipped(), cases, now);
        let mut batch = Vec::with_capacity(BATCH_CASES);
        for nth in 0..cases {
            let written = author.write(nth)?;
            if nth + letters_to_sign(cases) >= cases {
                signing.send(written.case.number)?;
            }
            batch.push(written.history);
            if batch.len() == BATCH_CASES || nth + 1 == cases {
                give.blocking_send(std::mem::take(&mut batch))?;
            }
        }
        Ok(())
    });
    let (mut events, mut taken) = (0, 0);
    while let Some(batch) = take.recv().await {
        let imported = store.import(&batch, now).await?;
        events += imported.events;
        taken += imported.cases;
        if taken % 50_000 == 0 {
            eprintln!("  {taken} of {cases} cases, {:.0} s", began.elapsed().as_secs_f64());
        }
    }
    author.join().map_err(|_| anyhow!("the author of the histories ended early"))??;
    Ok(((began.elapsed(), events), to_sign.iter().collect()))
}

/// The newest migration, by which an office of an older schema is told.
pub fn schema(repository: &Path) -> Result<String> {
    let folder: PathBuf = repository.join("crates/store/migrations/sqlite");
    let mut names = Vec::new();
    for file in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        names.push(file?.file_name().to_string_lossy().into_owned());
    }
    let newest = names.into_iter().filter(|name| name.ends_with(".sql")).max();
    let newest = newest.context("the store has migrations")?;
    Ok(newest.split('_').next().unwrap_or_default().to_owned())
}
