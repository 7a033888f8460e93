//! Letters on the desk: looked at as they will be printed, signed, mailed, found again and verified.

mod compose;
mod documents;
mod dossier;
mod draft;
mod mail;
mod office;
mod phrases;
mod preview;
mod revision;
mod send;
mod sign;
mod signing;
mod verify;

pub use documents::{as_file, page, pdf, pdf_of, picture};
pub use dossier::{DossierError, download as dossier, of_case as dossier_of};
pub use draft::{has_drafts, label, revised, written_by_others};
pub use mail::{MailError, Mailer, Message};
pub use office::{LetterError, LetterOffice, Passphrase, Press, Says, Signed, Signer, Verdict};
pub use phrases::{index as phrases, prefilled, write as write_phrase};
pub use preview::{corrected, preview, tried};
pub use revision::{Piece, Revised};
pub use send::{SendError, address_of, send};
pub use sign::{Hand, SignError, complete};
pub use signing::{is_letter, sign_several, signing};
pub use verify::{check, show as verify};
