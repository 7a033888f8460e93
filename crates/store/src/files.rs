//! Attachments on disk, by content: the same file is kept once, and no name that anybody typed is
//! ever a path.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sop::case::FileHash;
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

#[derive(Debug, thiserror::Error)]
#[error("the file system failed while {doing}")]
pub struct FilesError {
    doing: String,
    source: io::Error,
}

/// Where an office keeps its attachments.
#[derive(Clone, Debug)]
pub struct Files {
    dir: PathBuf,
}

/// A file that is coming in. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    files: Files,
    file: File,
    path: TempPath,
    hash: Sha256,
    bytes: u64,
}

impl Files {
    /// Opens the folder, which is created if absent. Only one process uses a folder, and opens it once:
    /// whatever is still coming in was left by one that was killed, and is removed.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, FilesError> {
        let files = Self { dir: dir.into() };
        let incoming = files.incoming();
        std::fs::create_dir_all(&incoming)
            .map_err(|source| FilesError { doing: format!("creating {}", incoming.display()), source })?;
        remove_files(&incoming)
            .map_err(|source| FilesError { doing: format!("emptying {}", incoming.display()), source })?;
        Ok(files)
    }

    /// The same folder for a command that reads beside the process that serves: it leaves alone what is
    /// coming in there.
    pub fn beside(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Begins to take a file in.
    pub async fn begin(&self) -> Result<Upload, FilesError> {
        let incoming = self.incoming();
        let doing = format!("creating a file in {}", incoming.display());
        let file = blocking(doing, move || tempfile::NamedTempFile::new_in(incoming)).await?;
        let (file, path) = file.into_parts();
        Ok(Upload { files: self.clone(), file: File::from_std(file), path, hash: Sha256::new(), bytes: 0 })
    }

    /// A file and its length; none if there is no such file.
    pub async fn read(&self, hash: &FileHash) -> Result<Option<(File, u64)>, FilesError> {
        let Some(path) = self.path(hash) else { return Ok(None) };
        let doing = || format!("reading {}", path.display());
        let failed = |source| FilesError { doing: doing(), source };
        let file = match File::open(&path).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let bytes = file.metadata().await.map_err(failed)?.len();
        Ok(Some((file, bytes)))
    }

    /// Removes a file, unless it came in after a time. Says whether it did.
    pub async fn remove(&self, hash: &FileHash, came_before: Timestamp) -> Result<bool, FilesError> {
        let Some(path) = self.path(hash) else { return Ok(false) };
        blocking(format!("removing {}", path.display()), move || {
            let remove = || -> io::Result<bool> {
                let came = std::fs::metadata(&path)?.modified()?;
                if Timestamp::try_from(came).is_ok_and(|came| came >= came_before) {
                    return Ok(false);
                }
                std::fs::remove_file(&path)?;
                Ok(true)
            };
            match remove() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
                done => done,
            }
        })
        .await
    }

    fn incoming(&self) -> PathBuf {
        self.dir.join("incoming")
    }

    /// Where a file lies. None if it is not a hash: only 64 hexadecimal digits ever become a path.
    fn path(&self, hash: &FileHash) -> Option<PathBuf> {
        let hash = hash.as_str();
        let sound = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        sound.then(|| self.place(hash))
    }

    /// Two levels of folders, so that none of them grows too large.
    fn place(&self, digits: &str) -> PathBuf {
        self.dir.join(&digits[..2]).join(&digits[2..4]).join(digits)
    }
}

impl Upload {
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FilesError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).await.map_err(|source| self.failed("writing to", source))
    }

    /// How much has come in so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where it lies until it is kept, with all that has come in so far.
    pub async fn so_far(&mut self) -> Result<&Path, FilesError> {
        self.file.flush().await.map_err(|source| self.failed("writing to", source))?;
        Ok(&self.path)
    }

    /// Keeps the file, and says by which hash it is found and how long it is. Afterwards it is on the
    /// disk, not only on its way there.
    pub async fn finish(mut self) -> Result<(FileHash, u64), FilesError> {
        self.file.flush().await.map_err(|source| self.failed("writing to", source))?;
        self.file.sync_all().await.map_err(|source| self.failed("writing to", source))?;
        let digits = hex::encode(self.hash.finalize());
        let path = self.files.place(&digits);
        let doing = format!("keeping {}", path.display());
        let (incoming, dir) = (self.path, self.files.dir);
        blocking(doing, move || keep(incoming, &path, &dir)).await?;
        Ok((FileHash::new(digits), self.bytes))
    }

    fn failed(&self, doing: &str, source: io::Error) -> FilesError {
        FilesError { doing: format!("{doing} {}", self.path.display()), source }
    }
}

fn remove_files(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Moves a file to its place, and makes sure that a power cut does not move it back.
fn keep(incoming: TempPath, path: &Path, dir: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(dir);
    std::fs::create_dir_all(folder)?;
    // Whatever lies there already has the same content.
    incoming.persist(path).map_err(|error| error.error)?;
    for folder in folder.ancestors().take_while(|folder| folder.starts_with(dir)) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(
    doing: String,
    act: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, FilesError> {
    let done =
        tokio::task::spawn_blocking(act).await.unwrap_or_else(|stopped| Err(io::Error::other(stopped)));
    done.map_err(|source| FilesError { doing, source })
}
