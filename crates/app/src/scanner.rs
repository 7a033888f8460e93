//! Whether a file harms whoever opens it. The desk knows no scanner: whoever serves it brings a
//! [`Scanner`].

use std::fmt;
use std::path::Path;

use futures_util::future::BoxFuture;

/// Looks through files that came from outside, before they are kept.
pub trait Scanner: fmt::Debug + Send + Sync {
    /// # Errors
    /// If it cannot be told: then the file is not kept.
    fn scan<'a>(&'a self, file: &'a Path) -> BoxFuture<'a, Result<Scanned, ScanError>>;
}

/// What a scanner says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    Clean,
    /// It holds what is known to do harm, by the name the scanner has for it.
    Harmful {
        found: String,
    },
}

/// Why a file could not be looked through.
#[derive(Debug, thiserror::Error)]
#[error("a file could not be looked through: {0}")]
pub struct ScanError(pub String);
