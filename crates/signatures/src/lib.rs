//! Electronic signatures on PDF files: making them, judging them, and keeping the keys for it.
//!
//! A signature is a PAdES baseline B-B signature (ETSI EN 319 142-1): a detached CMS (RFC 5652) with
//! `signing-certificate-v2` (RFC 5035) in a PDF signature dictionary (ISO 32000-1, 12.8). It is made
//! in three phases, so that the middle one can happen elsewhere:
//!
//! 1. [`prepare`] appends one revision with an empty signature and gives the digest of the rest;
//! 2. a [`Signer`] turns the digest into a CMS: a [`Key`], or [`TimeStamped`] around another signer,
//!    which makes it B-T;
//! 3. [`Prepared::embed`] puts the CMS where it belongs.
//!
//! [`sign`] does all three. Where a service signs whole files instead, [`signature_added`] tells
//! whether what came back is the file and a signature. [`verify`] judges a file of anybody and never
//! fails: whatever it cannot read is part of its [`Verdict`]. [`KeyFile`] keeps a key under its owner's
//! passphrase, and [`TestAuthority`] issues certificates where no real authority is at hand.
//!
//! Nothing here reaches for a network: whoever asks for a time stamp carries it ([`TimeAuthority`]), and
//! nobody is asked about revocation. Without a time stamp, the time of a signature is what its signer
//! claims, and everything here calls it claimed.

mod authority;
mod certificate;
mod chain;
mod envelope;
mod key;
mod pdf;
mod prepare;
mod returned;
mod revision;
mod rounds;
mod time_stamp;
mod verify;

#[cfg(test)]
mod tests;

pub use authority::{AuthorityError, NAME_LETTERS_MAX, Subject, TestAuthority};
pub use certificate::{Algorithm, Certificate, CertificateError, CertificateInfo};
pub use key::{Imported, KEY_FILE_BYTES_MAX, Key, KeyError, KeyFile, ROUNDS_MAX, RSA_BITS_MAX, RSA_BITS_MIN};
pub use pdf::PDF_BYTES_MAX;
pub use prepare::{
    EmbedError, Field, PrepareError, Prepared, SIGNATURE_BYTES_MAX, prepare, reason_with_capacity,
};
pub use returned::{NotSigned, signature_added};
pub use time_stamp::{TimeAuthority, TimeStamp, TimeStampError, TimeStamped};
pub use verify::{Problem, SIGNATURES_MAX, SignatureVerdict, State, Verdict, verify};

use jiff::Timestamp;
use sha2_for_cms::{Digest, Sha256};

/// Makes the CMS of a signature from the digest of what is signed.
///
/// The result is a DER-encoded `ContentInfo` with detached `SignedData`, at most
/// [`SIGNATURE_BYTES_MAX`] long.
pub trait Signer {
    /// Signs the SHA-256 digest of [`Prepared::digest`] at the time the field claims.
    ///
    /// # Errors
    /// [`SignerError`] if the certificate is not valid at that time, or if signing itself fails.
    fn sign(&self, digest: &[u8; 32], at: Timestamp) -> Result<Vec<u8>, SignerError>;
}

/// Why no signature was made.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    #[error("the certificate of {subject} cannot sign at {at}: it is valid only from {from}")]
    NotYetValid { subject: String, at: Timestamp, from: Timestamp },
    #[error("the certificate of {subject} cannot sign at {at}: it expired at {until}")]
    Expired { subject: String, at: Timestamp, until: Timestamp },
    #[error("the signature could not be encoded as CMS")]
    Encoding(#[from] der::Error),
    #[error("the private key refused to sign")]
    Signing(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error(transparent)]
    TimeStamp(#[from] TimeStampError),
}

/// Why a file was not signed: the three phases' errors.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error(transparent)]
    Embed(#[from] EmbedError),
}

/// Prepares, signs and embeds: the whole way for a signer at hand.
///
/// The same file, field and key give the same bytes for every [`Key`].
///
/// # Errors
/// [`SignError`], from the phase that failed.
pub fn sign(pdf: &[u8], field: &Field, signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    let prepared = prepare(pdf, field)?;
    let cms = signer.sign(&prepared.digest(), field.at)?;
    Ok(prepared.embed(&cms)?)
}

/// The SHA-256 of a file in lower-case hexadecimal, for comparing a copy with the one kept.
#[must_use]
pub fn digest_hex(file: &[u8]) -> String {
    hex(&Sha256::digest(file))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
