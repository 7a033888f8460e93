//! `sigap backup`: a folder from which an office can be put up again, made while it is served.
//!
//! First the database is copied as it is at one moment, then every file that its events name: files are only
//! ever added, so that none of them can be missing by then. Everything is read back from the disk before the
//! folder gets its name. Beside the keys, which belong elsewhere, it needs nothing but this folder.

mod content;
mod restore;
mod rotation;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::files::FilesError;
use store::{FilesOfEvent, Finding, Kept, Store};

use crate::office::{Office, OfficeArgs, Settings, make_folder};
use crate::signer::now;

pub use restore::{Restore, restore};
pub use rotation::{again_and_again, newest, overdue};

/// How a folder is laid out. A later layout has another number.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// As `sha256sum --check` reads it.
const SUMS: &str = "sha256sums.txt";
const DATABASE: &str = "sigap.db";
const FILES: &str = "files";
const SETTINGS: &str = "settings/sigap.toml";
const CALENDARS: &str = "settings/calendars";

/// Write a backup into a new folder within DIR, while the office is served
///
/// It holds sigap.db (a whole database of SQLite, wherever the office has its own), files/ (attachments and letters by their SHA-256),
/// settings/ (without secrets, and the office's own calendars), manifest.json (what it is, and what it is
/// without) and sha256sums.txt, with which `sha256sum --check sha256sums.txt` tells whether it is as it was
/// written.
///
/// It holds no seal.key and no secrets.key: keep a copy of these two apart from it, or a restored office can
/// neither prove its history nor use its authenticator apps. And it holds no key with which officials sign:
/// after a restore each of them is given one again (`sigap signer import`).
///
/// Whoever has the folder can read what people wrote. Exit code 0 when all is in it, 1 when something of the
/// office was missing or altered already, which is told.
#[derive(Debug, Args)]
pub struct Backup {
    /// The folder of the backups
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    office: OfficeArgs,
}

/// What a folder is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: u32,
    /// The version of Sigap that wrote it.
    sigap: String,
    pub made_at: Timestamp,
    cases: u64,
    events: u64,
    files: u64,
    file_bytes: u64,
    /// What was missing or altered in the office itself, in sentences.
    lost: Vec<String>,
    /// What is not in it, and has to be given again.
    left_out: Vec<String>,
}

/// A folder that was written.
#[derive(Debug)]
pub struct Made {
    pub folder: PathBuf,
    pub manifest: Manifest,
}

/// `sigap backup`
pub async fn backup(backup: Backup) -> Result<ExitCode> {
    let settings = Settings::read(backup.office.config.as_deref(), &backup.office)?;
    let office = Office::open(&settings).await?;
    let Made { folder, manifest } = make(&office, &settings, &backup.folder, now()).await?;
    println!(
        "{}: cases {}, events {}, files {}, read back and as they were written.",
        folder.display(),
        manifest.cases,
        manifest.events,
        manifest.files
    );
    for left_out in &manifest.left_out {
        println!("Not in it: {left_out}");
    }
    for lost in &manifest.lost {
        println!("LOST BEFORE: {lost}");
    }
    Ok(if manifest.lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes a backup of an office into a new folder within `backups`.
pub async fn make(office: &Office, settings: &Settings, backups: &Path, now: Timestamp) -> Result<Made> {
    make_folder(backups).with_context(|| format!("the folder {} cannot be made", backups.display()))?;
    let name = rotation::name(now);
    let folder = backups.join(&name);
    if folder.exists() {
        bail!("{} is there already", folder.display());
    }
    let before = newest(backups).map(|(folder, _)| folder);
    // Half a backup is taken for none.
    let part = tempfile::Builder::new().prefix(rotation::PART).tempdir_in(backups)?;
    let manifest = fill(office, settings, part.path(), before.as_deref(), now).await?;
    let written = part.path().to_owned();
    let damage = tokio::task::spawn_blocking(move || content::check(&written)).await??;
    if let Some(damage) = damage.first() {
        bail!("{} was written and does not read the same: the disk may be failing", damage.path.display());
    }
    std::fs::rename(part.keep(), &folder)?;
    std::fs::File::open(backups)?.sync_all()?;
    Ok(Made { folder, manifest })
}

async fn fill(
    office: &Office,
    settings: &Settings,
    folder: &Path,
    before: Option<&Path>,
    made_at: Timestamp,
) -> Result<Manifest> {
    let mut content = content::Writer::new(folder);
    office.store.copy_into(&folder.join(DATABASE)).await?;
    content.note(DATABASE)?;
    let copy = Store::look_into(&folder.join(DATABASE)).await?;
    if let Some(broken) = copy.broken_pages().await?.first() {
        bail!("the database is damaged ({broken}): restore it from the newest backup before the damage");
    }
    let history = copy.verify(&office.seal_key().await?, None).await?;
    let mut lost: Vec<String> = history.findings.iter().map(Finding::to_string).collect();
    let (mut files, mut file_bytes) = (HashSet::new(), 0);
    let kept = office.files()?;
    let mut named = copy.files_named_after(None).await?;
    while let Some(last) = named.last().cloned() {
        for event in &named {
            for file in &event.files {
                if !files.insert(file.clone()) {
                    continue;
                }
                // The one before has been read back as well; what is equal needs its place once.
                if let Some(bytes) = content.link(file, before)? {
                    file_bytes += bytes;
                    continue;
                }
                match kept.read(file).await {
                    Ok((from, bytes)) => {
                        content.file(file, from).await?;
                        file_bytes += bytes;
                    }
                    Err(error @ (FilesError::Missing { .. } | FilesError::Altered { .. })) => {
                        lost.push(format!("{}: {error}", of(event)));
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        named = copy.files_named_after(Some(&last)).await?;
    }
    let mut left_out = vec![
        "seal.key and secrets.key: keep a copy of these two files of the office apart from this backup"
            .to_owned(),
    ];
    for key in office.store.signing_keys().await? {
        if let Kept::Local(file) | Kept::Test(file) = &key.kept {
            let holder = &file.holder;
            left_out.push(format!("the key of {holder}: give it again with `sigap signer import`"));
        }
    }
    left_out.extend(content.settings(settings)?);
    let manifest = Manifest {
        format: FORMAT,
        sigap: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        cases: history.cases,
        events: history.events,
        files: u64::try_from(files.len())?,
        file_bytes,
        lost,
        left_out,
    };
    content.text(MANIFEST, &serde_json::to_string_pretty(&manifest)?)?;
    content.close()?;
    Ok(manifest)
}

/// What a file is to the office, as people say it.
pub fn of(event: &FilesOfEvent) -> String {
    match &event.letter {
        Some(letter) => format!("letter {letter} of case {}", event.case),
        None => format!("attachment of case {} (event {})", event.case, event.event),
    }
}
