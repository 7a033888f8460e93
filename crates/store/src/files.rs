//! Attachments and letters, by content: the same file is kept once, and no name that anybody typed is
//! ever a path. They lie in a folder, or in a bucket of an S3-compatible store that several nodes share.
//!
//! Whatever is read is hashed before anybody sees it: a file that is not the one that was kept is told and
//! never served.

mod bucket;

use std::fmt;
use std::io::{self, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use object_store::{GetResultPayload, ObjectStore, ObjectStoreExt as _, WriteMultipart};
use sha2::{Digest as _, Sha256};
use sop::case::FileHash;
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

pub use bucket::{Bucket, BucketKey};

use crate::error::Cause;

/// How much of a file is sent at once, in bytes; S3 takes no smaller parts than 5 MiB.
const PART_BYTES: usize = 8 * 1024 * 1024;
/// How many parts of one file are on their way at the same time.
const PARTS_UNDER_WAY: usize = 2;

/// Why a file cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("the file {file} is missing in {place}: take it from a backup")]
    Missing { file: FileHash, place: String },
    /// What lies there has another hash.
    #[error("the file {file} in {place} is not the one that was kept: take it from a backup")]
    Altered { file: FileHash, place: String },
    /// What was set for it cannot be used.
    #[error("{address} is not a place for files: {mend}")]
    Address { address: String, mend: String },
    /// The disk or the other machine did not do what it was asked.
    #[error("the place of files failed while {doing}")]
    Failed { doing: String, source: Cause },
}

/// Where an office keeps its files. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    kept: Arc<dyn ObjectStore>,
    /// The folder in which they lie, unless it is a bucket.
    folder: Option<PathBuf>,
    /// Where they come in until they are kept: a folder of this machine, for a scanner reads them there.
    incoming: PathBuf,
    /// As people call the place.
    place: String,
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

/// A file as it lies there, whether or not anybody refers to it.
#[derive(Clone, Debug)]
pub struct Lying {
    pub file: FileHash,
    pub came_at: Timestamp,
}

impl Files {
    /// Opens the folder, which is created if absent. Only one process uses a folder, and opens it once:
    /// whatever is still coming in was left by one that was killed, and is removed.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, FilesError> {
        let files = Self::beside(dir)?;
        remove_files(&files.incoming).map_err(|source| {
            let doing = format!("emptying {}", files.incoming.display());
            FilesError::Failed { doing, source: source.into() }
        })?;
        Ok(files)
    }

    /// The same folder for a command that works beside the process that serves: it leaves alone what is
    /// coming in there.
    pub fn beside(dir: impl Into<PathBuf>) -> Result<Self, FilesError> {
        let dir = dir.into();
        let place = dir.display().to_string();
        let failed = |source: Cause| FilesError::Failed { doing: format!("creating {place}"), source };
        let incoming = dir.join("incoming");
        std::fs::create_dir_all(&incoming).map_err(|source| failed(source.into()))?;
        let kept = LocalFileSystem::new_with_prefix(&dir).map_err(|source| failed(source.into()))?;
        Ok(Self { kept: Arc::new(kept), folder: Some(dir), incoming, place })
    }

    /// A bucket, which has to be there. Any number of processes use it; what comes in waits in the folder
    /// of this machine for temporary files.
    pub fn in_bucket(bucket: &Bucket) -> Result<Self, FilesError> {
        let kept = bucket.open()?;
        Ok(Self { kept, folder: None, incoming: std::env::temp_dir(), place: bucket.to_string() })
    }

    /// Whether the place answers and lets us in.
    pub async fn reach(&self) -> Result<(), FilesError> {
        let first = self.kept.list(None).next().await;
        first.transpose().map_err(|source| self.failed("looking into", source))?;
        Ok(())
    }

    /// Begins to take a file in.
    pub async fn begin(&self) -> Result<Upload, FilesError> {
        let incoming = self.incoming.clone();
        let doing = format!("creating a file in {}", incoming.display());
        let file = blocking(doing, move || tempfile::NamedTempFile::new_in(incoming)).await?;
        let (file, path) = file.into_parts();
        Ok(Upload { files: self.clone(), file: File::from_std(file), path, hash: Sha256::new(), bytes: 0 })
    }

    /// A file and its length, from its beginning, once it is known to be the one that was kept.
    ///
    /// # Errors
    ///
    /// [`FilesError::Missing`] and [`FilesError::Altered`], and what the place cannot do.
    pub async fn read(&self, hash: &FileHash) -> Result<(File, u64), FilesError> {
        let missing = || FilesError::Missing { file: hash.clone(), place: self.place.clone() };
        let path = path(hash).ok_or_else(missing)?;
        let found = match self.kept.get(&path).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Err(missing()),
            Err(error) => return Err(self.failed("reading a file of", error)),
        };
        let reading = || format!("reading {hash} in {}", self.place);
        let failed = |source: Cause| FilesError::Failed { doing: reading(), source };
        let (file, digest, bytes) = match found.payload {
            GetResultPayload::File(mut file, _) => {
                let hashed = blocking(reading(), move || {
                    let mut hash = Hashing::default();
                    io::copy(&mut file, &mut hash)?;
                    file.rewind()?;
                    Ok((file, hash))
                });
                let (file, Hashing { hash, bytes }) = hashed.await?;
                (File::from_std(file), hash, bytes)
            }
            // Nobody sees the beginning of a file before its end is known.
            GetResultPayload::Stream(mut stream) => {
                let mut file = File::from_std(blocking(reading(), tempfile::tempfile).await?);
                let mut hash = Hashing::default();
                while let Some(part) = stream.try_next().await.map_err(|error| failed(error.into()))? {
                    hash.update(&part);
                    file.write_all(&part).await.map_err(|error| failed(error.into()))?;
                }
                file.rewind().await.map_err(|error| failed(error.into()))?;
                (file, hash.hash, hash.bytes)
            }
        };
        if hex::encode(digest.finalize()) == hash.as_str() {
            Ok((file, bytes))
        } else {
            Err(FilesError::Altered { file: hash.clone(), place: self.place.clone() })
        }
    }

    /// A file as a whole.
    ///
    /// # Errors
    ///
    /// As [`Files::read`].
    pub async fn whole(&self, hash: &FileHash) -> Result<Vec<u8>, FilesError> {
        let (mut file, _) = self.read(hash).await?;
        let mut content = Vec::new();
        match file.read_to_end(&mut content).await {
            Ok(_) => Ok(content),
            Err(error) => Err(FilesError::Failed { doing: format!("reading {hash}"), source: error.into() }),
        }
    }

    /// Everything that lies there, in no order.
    pub fn all(&self) -> BoxStream<'_, Result<Lying, FilesError>> {
        self.kept
            .list(None)
            .map_err(|error| self.failed("listing the files of", error))
            .try_filter_map(async |object| {
                let file = FileHash::new(object.location.filename().unwrap_or_default());
                // What is coming in lies beside them.
                let is_kept = path(&file).as_ref() == Some(&object.location);
                Ok(is_kept.then(|| Lying { file, came_at: came_at(&object) }))
            })
            .boxed()
    }

    /// Removes a file, unless it came in after a time. Says whether it did.
    pub async fn remove(&self, hash: &FileHash, came_before: Timestamp) -> Result<bool, FilesError> {
        let Some(path) = path(hash) else { return Ok(false) };
        let removed = async {
            if came_at(&self.kept.head(&path).await?) >= came_before {
                return Ok(false);
            }
            self.kept.delete(&path).await?;
            Ok(true)
        };
        match removed.await {
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            removed => removed.map_err(|error| self.failed("removing a file of", error)),
        }
    }

    fn failed(&self, doing: &str, source: object_store::Error) -> FilesError {
        FilesError::Failed { doing: format!("{doing} {}", self.place), source: source.into() }
    }
}

// Written out, for a client of a bucket holds the key to it.
impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("place", &self.place).finish_non_exhaustive()
    }
}

impl fmt::Display for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl Upload {
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FilesError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).await.map_err(|source| self.failed("writing to", source))
    }

    /// By which hash it will be found, if no more comes.
    pub fn hash(&self) -> FileHash {
        FileHash::new(hex::encode(self.hash.clone().finalize()))
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
    /// disk, not only on its way there; or the bucket has it as a whole.
    pub async fn finish(mut self) -> Result<(FileHash, u64), FilesError> {
        self.file.flush().await.map_err(|source| self.failed("writing to", source))?;
        let hash = self.hash();
        let path = place(hash.as_str());
        match &self.files.folder {
            // It becomes the kept one by a new name: it needs no second place on the disk, and is never
            // half there.
            Some(dir) => {
                self.file.sync_all().await.map_err(|source| self.failed("writing to", source))?;
                let (dir, path) = (dir.clone(), dir.join(path.as_ref()));
                let doing = format!("keeping {}", path.display());
                let incoming = self.path;
                blocking(doing, move || keep(incoming, &path, &dir)).await?;
            }
            None => {
                let sent = send(&mut self.file, self.bytes, &*self.files.kept, &path).await;
                sent.map_err(|source| FilesError::Failed {
                    doing: format!("keeping {hash} in {}", self.files.place),
                    source,
                })?;
            }
        }
        Ok((hash, self.bytes))
    }

    fn failed(&self, doing: &str, source: io::Error) -> FilesError {
        FilesError::Failed { doing: format!("{doing} {}", self.path.display()), source: source.into() }
    }
}

/// A hash and the length of what was hashed.
#[derive(Default)]
struct Hashing {
    hash: Sha256,
    bytes: u64,
}

impl Hashing {
    fn update(&mut self, part: &[u8]) {
        self.hash.update(part);
        self.bytes += part.len() as u64;
    }
}

impl io::Write for Hashing {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.update(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where a file lies: two levels of folders, so that none of them grows too large. None if it is not a
/// hash: only 64 hexadecimal digits ever become a path.
fn path(hash: &FileHash) -> Option<object_store::path::Path> {
    let hash = hash.as_str();
    let sound = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    sound.then(|| place(hash))
}

fn place(digits: &str) -> object_store::path::Path {
    object_store::path::Path::from(format!("{}/{}/{digits}", &digits[..2], &digits[2..4]))
}

fn came_at(object: &object_store::ObjectMeta) -> Timestamp {
    // What lies outside of the years of a timestamp came from no clock; to be new is to be kept.
    Timestamp::from_microsecond(object.last_modified.timestamp_micros()).unwrap_or(Timestamp::MAX)
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
    // Whatever lies there already has the same content, or was altered and is mended by this.
    incoming.persist(path).map_err(|error| error.error)?;
    for folder in folder.ancestors().take_while(|folder| folder.starts_with(dir)) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Sends a file, in several parts if it is large; nothing is there before all of it has come.
async fn send(
    file: &mut File,
    bytes: u64,
    kept: &dyn ObjectStore,
    path: &object_store::path::Path,
) -> Result<(), Cause> {
    file.rewind().await?;
    let mut part = Vec::with_capacity(PART_BYTES);
    if bytes <= PART_BYTES as u64 {
        file.read_to_end(&mut part).await?;
        kept.put(path, part.into()).await?;
        return Ok(());
    }
    let parts = kept.put_multipart(path).await?;
    let mut parts = WriteMultipart::new_with_chunk_size(parts, PART_BYTES);
    let sent = async {
        loop {
            part.clear();
            if file.read_buf(&mut part).await? == 0 {
                return Ok::<_, Cause>(());
            }
            parts.wait_for_capacity(PARTS_UNDER_WAY).await?;
            parts.write(&part);
        }
    };
    match sent.await {
        Ok(()) => parts.finish().await.map(drop).map_err(Cause::from),
        Err(error) => {
            // The store forgets by itself what was given up, sooner or later.
            let _ = parts.abort().await;
            Err(error)
        }
    }
}

async fn blocking<T: Send + 'static>(
    doing: String,
    act: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, FilesError> {
    let done =
        tokio::task::spawn_blocking(act).await.unwrap_or_else(|stopped| Err(io::Error::other(stopped)));
    done.map_err(|source| FilesError::Failed { doing, source: source.into() })
}
