//! Letters on the desk: looked at as they will be printed, signed, mailed, found again and verified.

mod compose;
mod documents;
mod mail;
mod office;
mod send;
mod sign;
mod verify;

pub use documents::{page, pdf, picture};
pub use mail::{MailError, Mailer, Message};
pub use office::{LetterError, LetterOffice, Passphrase, Press, Says, Signer, Verdict};
pub use send::{SendError, address_of, send};
pub use sign::{Hand, SignError, complete};
pub use verify::{check, show as verify};
