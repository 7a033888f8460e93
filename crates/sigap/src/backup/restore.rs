//! `sigap restore`: puts an office up again from a backup, and says exactly what is lost.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use sop::case::FileHash;
use store::files::{Files, FilesError};
use store::{CopyError, Copying, Store};

use super::content::{self, Damage};
use super::{CALENDARS, DATABASE, SETTINGS, of};
use crate::copy::copy_and_tell;
use crate::office::{self, Office, OfficeArgs, SEAL_KEY, SECRETS_KEY, Settings, make_folder};

/// Put an office up again from a backup, or mend one that has lost files
///
/// The backup is read through first: what of it is damaged is told by case and letter, and nothing is written
/// unless --what-is-left says so. An office that is there is never overwritten; the new one is there once all
/// of it is, and its history is verified. Exit code 0 when nothing is lost, 1 otherwise.
///
/// With --database postgres://… the office goes into that database, which has to be empty. Should that be cut
/// off, the same command goes on with it.
#[derive(Debug, Args)]
pub struct Restore {
    /// The folder of one backup, such as backups/sigap-20261124T010000Z
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
    /// A folder with the copies of seal.key and secrets.key, kept apart from the backup
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// Restore although some files of the backup are damaged, without these
    #[arg(long)]
    what_is_left: bool,
    /// Leave the office in --data as it is, and put back those of its files that are missing or altered
    #[arg(long, conflicts_with_all = ["keys", "what_is_left"])]
    mend: bool,
    #[command(flatten)]
    office: OfficeArgs,
}

/// Where the settings of a backup lie in the folder of the restored office.
const SETTINGS_BACK: &str = "sigap.toml";

/// `sigap restore`
pub async fn restore(restore: Restore) -> Result<ExitCode> {
    let settings = Settings::read(restore.office.config.as_deref(), &restore.office)?;
    content::manifest(&restore.backup)?;
    if restore.mend { mend(&restore, &settings).await } else { put_up(&restore, &settings).await }
}

async fn put_up(restore: &Restore, settings: &Settings) -> Result<ExitCode> {
    let data = &settings.data;
    let on_server = office::sqlite_file(settings).is_none();
    if !on_server && Office::is_there(settings) {
        bail!(
            "there is an office in {}, and none is overwritten: name an empty folder with --data, or mend its \
             files with --mend",
            data.display()
        );
    }
    let from = restore.backup.clone();
    let damage = tokio::task::spawn_blocking(move || content::check(&from)).await??;
    if damage.iter().any(|damage| damage.path == Path::new(DATABASE)) {
        bail!("the database in {} is damaged: take an older backup", restore.backup.display());
    }
    let copy = Store::look_into(&restore.backup.join(DATABASE)).await?;
    let lost = lost(&copy, &damage).await?;
    for sentence in &lost {
        println!("LOST: {sentence}");
    }
    if !lost.is_empty() && !restore.what_is_left {
        bail!(
            "{} is damaged and nothing was restored: take another backup, or restore what is left with \
             --what-is-left",
            restore.backup.display()
        );
    }
    let target = if on_server {
        let target = Store::open(&office::address(settings)).await?;
        Some((Copying::begin(&copy, &target).await.map_err(explained)?, target))
    } else {
        None
    };
    make_folder(data).with_context(|| format!("the folder {} cannot be made", data.display()))?;
    if let Some(keys) = &restore.keys {
        for name in [SEAL_KEY, SECRETS_KEY] {
            put(&keys.join(name), &data.join(name))?;
        }
    }
    let files = settings.open_files()?;
    let mut named = copy.files_named_after(None).await?;
    while let Some(last) = named.last().cloned() {
        for file in named.iter().flat_map(|event| &event.files) {
            let at = restore.backup.join(content::place(file));
            let is_damaged = damage.iter().any(|damage| restore.backup.join(&damage.path) == at);
            if at.is_file() && !is_damaged {
                keep(&files, file, &at).await?;
            }
        }
        named = copy.files_named_after(Some(&last)).await?;
    }
    for (name, to) in [(SETTINGS, SETTINGS_BACK), (CALENDARS, "calendars")] {
        put_back(&restore.backup.join(name), &data.join(to))?;
    }
    // Last, for with it there is an office.
    match target {
        Some((copying, target)) => {
            copy_and_tell(copying).await?;
            target.close().await;
        }
        None => put(&restore.backup.join(DATABASE), &data.join(DATABASE))?,
    }
    tell(restore, settings, &lost).await
}

/// Why a backup does not go into a database, as whoever restores has to know it.
fn explained(error: CopyError) -> anyhow::Error {
    match error {
        CopyError::SourceOfAnotherVersion => anyhow!(
            "the backup was written by an earlier version of Sigap: restore it into a folder without --database, \
             and copy it from there with `sigap copy`"
        ),
        error => error.into(),
    }
}

/// Verifies what was restored, and says what has to be done.
async fn tell(restore: &Restore, settings: &Settings, lost: &[String]) -> Result<ExitCode> {
    let manifest = content::manifest(&restore.backup)?;
    let mut is_whole = lost.is_empty();
    println!(
        "The office of {} is in {}: cases {}, events {}.",
        manifest.made_at,
        settings.data.display(),
        manifest.cases,
        manifest.events
    );
    if settings.data.join(SEAL_KEY).exists() {
        let office = Office::open(settings).await?;
        let history = office.store.verify(&office.seal_key().await?, None).await?;
        for finding in &history.findings {
            println!("LOST: {finding}");
        }
        is_whole &= history.is_sound();
        if history.is_sound() {
            println!("Its history is the one that was stored and sealed.");
        }
    } else {
        println!(
            "Put seal.key and secrets.key back into {}, and verify its history with `sigap log verify`.",
            settings.data.display()
        );
    }
    let written = settings.data.join(SETTINGS_BACK);
    if written.exists() {
        println!(
            "Its settings lie in {}: look through them, and name them with --config.",
            written.display()
        );
    }
    for left_out in &manifest.left_out {
        println!("To do: {left_out}");
    }
    for before in &manifest.lost {
        println!("LOST before the backup: {before}");
    }
    is_whole &= manifest.lost.is_empty();
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Puts back the files that an office has lost.
async fn mend(restore: &Restore, settings: &Settings) -> Result<ExitCode> {
    let office = Office::open(settings).await?;
    let files = office.files()?;
    let (mut mended, mut lost) = (0, 0);
    let mut named = office.store.files_named_after(None).await?;
    while let Some(last) = named.last().cloned() {
        for event in &named {
            for file in &event.files {
                let Err(error) = files.read(file).await else { continue };
                if !matches!(error, FilesError::Missing { .. } | FilesError::Altered { .. }) {
                    return Err(error.into());
                }
                match keep(&files, file, &restore.backup.join(content::place(file))).await {
                    Ok(()) => {
                        mended += 1;
                        println!("Put back: {}, {file}.", of(event));
                    }
                    Err(why) => {
                        lost += 1;
                        println!("LOST: {}, {file}: {why:#}", of(event));
                    }
                }
            }
        }
        named = office.store.files_named_after(Some(&last)).await?;
    }
    println!("Files put back: {mended}, files that are lost: {lost}.");
    Ok(if lost == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a damage means for the office, one sentence for each thing that is lost.
async fn lost(copy: &Store, damage: &[Damage]) -> Result<Vec<String>> {
    let how = |damage: &Damage| if damage.is_missing { "missing" } else { "damaged" };
    let mut by_path: BTreeMap<&Path, &Damage> =
        damage.iter().map(|damage| (damage.path.as_path(), damage)).collect();
    let mut lost = Vec::new();
    if by_path.is_empty() {
        return Ok(lost);
    }
    let mut named = copy.files_named_after(None).await?;
    while let Some(last) = named.last().cloned() {
        for event in &named {
            for file in &event.files {
                if let Some(damage) = by_path.remove(Path::new(&content::place(file))) {
                    lost.push(format!("{}: {file} is {} in the backup", of(event), how(damage)));
                }
            }
        }
        named = copy.files_named_after(Some(&last)).await?;
    }
    lost.extend(by_path.values().map(|damage| format!("{} is {}", damage.path.display(), how(damage))));
    Ok(lost)
}

/// Keeps a file of a backup in the office, if it is the one that it is called.
async fn keep(files: &Files, file: &FileHash, from: &Path) -> Result<()> {
    let mut from = match tokio::fs::File::open(from).await {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("it is not in the backup"),
        opened => opened?,
    };
    let mut upload = files.begin().await?;
    let mut part = vec![0; 64 * 1024];
    loop {
        match tokio::io::AsyncReadExt::read(&mut from, &mut part).await? {
            0 => break,
            read => upload.write(&part[..read]).await?,
        }
    }
    if upload.hash() != *file {
        bail!("it is damaged in the backup");
    }
    upload.finish().await?;
    Ok(())
}

/// Copies a file to where none is, or the same.
fn put(from: &Path, to: &Path) -> Result<()> {
    let copy = || -> std::io::Result<()> {
        let folder = to.parent().unwrap_or(Path::new("."));
        let mut part = tempfile::NamedTempFile::new_in(folder)?;
        std::io::copy(&mut fs::File::open(from)?, &mut part)?;
        part.as_file().sync_all()?;
        match part.persist_noclobber(to) {
            Err(there) if fs::read(&there.file)? == fs::read(to)? => {}
            put => drop(put?),
        }
        fs::File::open(folder)?.sync_all()
    };
    copy().with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))
}

/// Copies a file, or the files of a folder, if they are there.
fn put_back(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        return put(from, to);
    }
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            put(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
