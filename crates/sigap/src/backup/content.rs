//! What lies in the folder of a backup, written and looked through by plain files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest as _, Sha256};
use sop::case::FileHash;

use super::{CALENDARS, FILES, FORMAT, MANIFEST, Manifest, SETTINGS, SUMS};
use crate::office::Settings;

/// The settings that are secrets, by their path in the file.
const SECRETS: [&[&str]; 5] = [
    &["bsre_password"],
    &["smtp_url"],
    &["oidc", "client_secret"],
    &["ldap", "bind_password"],
    &["s3", "secret_access_key"],
];

/// Fills a folder, and notes the hash of each file in it.
pub struct Writer<'a> {
    folder: &'a Path,
    sums: BTreeMap<String, String>,
}

impl<'a> Writer<'a> {
    pub fn new(folder: &'a Path) -> Self {
        Self { folder, sums: BTreeMap::new() }
    }

    /// Notes a file that somebody else has written.
    pub fn note(&mut self, path: &str) -> Result<()> {
        let sum = hash(&self.folder.join(path)).with_context(|| format!("{path} cannot be read back"))?;
        self.sums.insert(path.to_owned(), sum);
        Ok(())
    }

    /// Takes a file over from the backup before, if it is sound there, and says how long it is.
    pub fn link(&mut self, file: &FileHash, before: Option<&Path>) -> Result<Option<u64>> {
        let Some(from) = before.map(|before| before.join(place(file))) else { return Ok(None) };
        if !hash(&from).is_ok_and(|found| found == file.as_str()) {
            return Ok(None);
        }
        // Where a file system knows no second name, it is copied from the office.
        if fs::hard_link(&from, self.path_of(file)?).is_err() {
            return Ok(None);
        }
        self.sums.insert(place(file), file.to_string());
        Ok(Some(fs::metadata(&from)?.len()))
    }

    /// Writes a file of the office, which was hashed when it was read.
    pub async fn file(&mut self, file: &FileHash, mut from: tokio::fs::File) -> Result<()> {
        let path = self.path_of(file)?;
        let doing = || format!("{} cannot be written", path.display());
        let mut to = tokio::fs::File::create_new(&path).await.with_context(doing)?;
        tokio::io::copy(&mut from, &mut to).await.with_context(doing)?;
        to.sync_all().await.with_context(doing)?;
        self.sums.insert(place(file), file.to_string());
        Ok(())
    }

    /// The settings without what is secret, and the calendars of the office's own. Says what is left out.
    pub fn settings(&mut self, settings: &Settings) -> Result<Vec<String>> {
        let mut left_out = Vec::new();
        if let Some(file) = &settings.read_from {
            let text =
                fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let mut table: toml::Table = text.parse()?;
            for path in SECRETS {
                if take(&mut table, path) {
                    left_out.push(format!("the setting {}: write it again", path.join(".")));
                }
            }
            self.text(SETTINGS, &toml::to_string_pretty(&table)?)?;
        }
        if let Some(folder) = &settings.calendars {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if let Some(name) = path.file_name().filter(|_| path.extension().is_some_and(|e| e == "toml"))
                {
                    let name = format!("{CALENDARS}/{}", name.to_string_lossy());
                    self.text(&name, &fs::read_to_string(&path)?)?;
                }
            }
        }
        Ok(left_out)
    }

    pub fn text(&mut self, path: &str, text: &str) -> Result<()> {
        let to = self.folder.join(path);
        fs::create_dir_all(to.parent().unwrap_or(self.folder))?;
        fs::write(&to, text).with_context(|| format!("{} cannot be written", to.display()))?;
        File::open(&to)?.sync_all()?;
        self.note(path)
    }

    /// Writes down all hashes; what comes later is not a part of the backup.
    pub fn close(self) -> Result<()> {
        let sums: String = self.sums.iter().map(|(path, sum)| format!("{sum}  {path}\n")).collect();
        let to = self.folder.join(SUMS);
        fs::write(&to, sums).with_context(|| format!("{} cannot be written", to.display()))?;
        File::open(&to)?.sync_all()?;
        sync_folders(self.folder)?;
        Ok(())
    }

    fn path_of(&self, file: &FileHash) -> Result<PathBuf> {
        let path = self.folder.join(place(file));
        fs::create_dir_all(path.parent().unwrap_or(self.folder))?;
        Ok(path)
    }
}

/// Something in a backup that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub path: PathBuf,
    pub is_missing: bool,
}

/// Reads a backup from the disk and says what in it is not as it was written.
pub fn check(folder: &Path) -> Result<Vec<Damage>> {
    let sums = folder.join(SUMS);
    let text = fs::read_to_string(&sums).with_context(|| format!("{} cannot be read", sums.display()))?;
    let mut damage = Vec::new();
    for line in text.lines() {
        let Some((sum, path)) = line.split_once("  ") else {
            bail!("{} is damaged: {line:?} is no hash and path", sums.display());
        };
        let path = PathBuf::from(path);
        match hash(&folder.join(&path)) {
            Ok(found) if found == sum => {}
            Ok(_) => damage.push(Damage { path, is_missing: false }),
            Err(error) => damage.push(Damage { path, is_missing: error.kind() == io::ErrorKind::NotFound }),
        }
    }
    Ok(damage)
}

pub fn manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path)
        .with_context(|| format!("{} is no backup: {MANIFEST} cannot be read", folder.display()))?;
    let manifest: Manifest =
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))?;
    if manifest.format != FORMAT {
        bail!("{} was written by another version of Sigap, {}", folder.display(), manifest.sigap);
    }
    Ok(manifest)
}

/// Where a file of the office lies in a backup.
pub fn place(file: &FileHash) -> String {
    let digits = file.as_str();
    let part = |range| digits.get(range).unwrap_or_default();
    format!("{FILES}/{}/{}/{digits}", part(0..2), part(2..4))
}

fn hash(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut part = vec![0; 1024 * 1024];
    loop {
        match io::Read::read(&mut file, &mut part)? {
            0 => return Ok(hex::encode(hash.finalize())),
            read => hash.update(&part[..read]),
        }
    }
}

/// Takes a setting out. Says whether it was there.
fn take(table: &mut toml::Table, path: &[&str]) -> bool {
    match path {
        [key] => table.remove(*key).is_some(),
        [key, rest @ ..] => {
            table.get_mut(*key).and_then(toml::Value::as_table_mut).is_some_and(|table| take(table, rest))
        }
        [] => false,
    }
}

fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_stays_in_the_settings() {
        let text = "data = \"kantor\"\nsmtp_url = \"smtps://a:rahasia@b\"\n[s3]\nregion = \"x\"\n\
                    secret_access_key = \"rahasia\"\n[ldap]\nbind_password = \"rahasia\"\n";
        let mut table: toml::Table = text.parse().expect("settings");
        let taken = SECRETS.iter().filter(|path| take(&mut table, path)).count();
        let left = toml::to_string(&table).expect("settings");
        assert_eq!(taken, 3);
        assert!(left.contains("kantor") && left.contains("region") && !left.contains("rahasia"), "{left}");
    }
}
