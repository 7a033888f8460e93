//! Letters on the desk: looked at as they will be printed, signed, found again and verified.

mod compose;
mod documents;
mod draft;
mod office;
mod phrases;
mod preview;
mod revision;
mod sign;
mod signing;
mod verify;

pub use documents::{page, pdf, picture};
pub use draft::{has_drafts, label, revised, written_by_others};
pub use office::{LetterError, LetterOffice, Passphrase, Press, Says, Signed, Signer, Verdict};
pub use phrases::{index as phrases, prefilled, write as write_phrase};
pub use preview::{corrected, preview};
pub use revision::{Piece, Revised};
pub use sign::{Hand, SignError, complete};
pub use signing::{is_letter, sign_several, signing};
pub use verify::{check, show as verify};
