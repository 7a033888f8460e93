//! Letters on the desk: looked at as they will be printed, signed, found again and verified.

mod compose;
mod documents;
mod dossier;
mod office;
mod sign;
mod verify;

pub use documents::{as_file, page, pdf, picture};
pub use dossier::{DossierError, download as dossier, of_case as dossier_of};
pub use office::{LetterError, LetterOffice, Passphrase, Press, Says, Signer, Verdict};
pub use sign::{Hand, SignError, complete};
pub use verify::{check, show as verify};
