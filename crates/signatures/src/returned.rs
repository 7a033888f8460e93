//! Files that a service signed for us: whether what came back is our file and a signature, nothing else.

use jiff::Timestamp;

use crate::verify::{Problem, SignatureVerdict, verify};
use crate::{pdf, revision};

/// Why a file that came back is not taken for the signed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    #[error("it does not begin with the file that was to be signed")]
    OtherFile,
    #[error("it has {count} signatures instead of one")]
    Signatures { count: usize },
    #[error("more than a signature was added to the file")]
    MoreAdded,
    #[error(transparent)]
    Problem(Problem),
}

/// The signature that was added to an unsigned file, which must be the only thing added: `original` is
/// the beginning of `signed`, byte for byte, and the signature covers all of it. Whether its certificate
/// is trusted is left open, since whoever keeps the file decides that; all else is as for [`verify`].
///
/// # Errors
/// [`NotSigned`] if the file is anything else.
pub fn signature_added(original: &[u8], signed: &[u8], at: Timestamp) -> Result<SignatureVerdict, NotSigned> {
    if !signed.starts_with(original) {
        return Err(NotSigned::OtherFile);
    }
    let verdict = verify(signed, &[], at);
    let is_about_trust = |problem: &Problem| matches!(problem, Problem::UnknownRoot | Problem::NotUnderstood);
    if let Some(problem) = verdict.all_problems().find(|problem| !is_about_trust(problem)) {
        return Err(NotSigned::Problem(problem));
    }
    let count = verdict.signatures.len();
    let Ok([signature]) = <[SignatureVerdict; 1]>::try_from(verdict.signatures) else {
        return Err(NotSigned::Signatures { count });
    };
    match (pdf::read(original), pdf::read(signed)) {
        (Ok(before), Ok(after)) if revision::only_adds_signatures(&before, &after) => Ok(signature),
        _ => Err(NotSigned::MoreAdded),
    }
}
