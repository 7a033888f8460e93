//! Letters on the desk: looked at as they will be printed, signed, found again and verified.

mod compose;
mod documents;
mod office;
mod sign;
mod verify;

pub use documents::{page, pdf, picture};
pub use office::{LetterError, LetterOffice, Passphrase, Press, Says, Signed, Signer, Verdict};
pub use sign::{Hand, SignError, complete};
pub use verify::{check, show as verify};
