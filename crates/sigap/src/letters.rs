//! What letters are printed and signed with: Typst for the one, keys of the office for the other.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use app::{LetterError, LetterOffice, Press, Says, Signer, Verdict};
use jiff::Timestamp;
use signatures::{Certificate, Field, Key, KeyError, KeyFile, SignError, SignerError, State};
use sop::Sop;
use sop::letter::{Dossier, Letter, Stationery};
use store::{SigningKey, TrustedRoot};

/// How fine a page is drawn to be looked at: A4 becomes 1190 × 1684 pixels.
const PIXELS_PER_POINT: f32 = 2.0;
/// No letter of ours has as many pages; a longer one is looked at as PDF.
const PAGES_MAX: usize = 40;

/// The room where an office's letters are made.
pub fn office(address: &str, signer: LocalSigner) -> LetterOffice {
    let stationery = Arc::new(Stationery::shipped().clone());
    LetterOffice::new(Arc::new(TypstPress(letters::Press::new())), Arc::new(signer), stationery, address)
}

#[derive(Debug)]
struct TypstPress(letters::Press);

impl Press for TypstPress {
    fn pdf(&self, letter: &Letter) -> Result<Vec<u8>, LetterError> {
        self.0.pdf(letter).map_err(|error| LetterError::Press(Box::new(error)))
    }

    fn dossier(&self, dossier: &Dossier) -> Result<Vec<u8>, LetterError> {
        self.0.dossier(dossier).map_err(|error| LetterError::Press(Box::new(error)))
    }

    fn sop(&self, sop: &Sop) -> Result<Vec<u8>, LetterError> {
        self.0.sop_pdf(sop).map_err(|error| LetterError::Press(Box::new(error)))
    }

    fn page_count(&self, letter: &Letter) -> Result<usize, LetterError> {
        let count = self.0.page_count(letter).map_err(|error| LetterError::Press(Box::new(error)))?;
        Ok(count.min(PAGES_MAX))
    }

    fn picture(&self, letter: &Letter, page: usize) -> Result<Option<Vec<u8>>, LetterError> {
        if page >= PAGES_MAX {
            return Ok(None);
        }
        self.0.picture(letter, page, PIXELS_PER_POINT).map_err(|error| LetterError::Press(Box::new(error)))
    }
}

/// Signs with the keys that the office keeps for its officials.
#[derive(Debug, Default)]
pub struct LocalSigner {
    /// Keys that were opened once, by their certificate. Only while a trial office is furnished:
    /// everybody's passphrase is known there, and opening a key is slow on purpose.
    remembered: Option<Mutex<HashMap<String, Arc<Key>>>>,
}

impl LocalSigner {
    pub fn remembering() -> Self {
        Self { remembered: Some(Mutex::default()) }
    }

    fn key(&self, key: &SigningKey, passphrase: &str) -> Result<Arc<Key>, LetterError> {
        let unlock = || -> Result<Arc<Key>, LetterError> {
            let unlocked = KeyFile::from_bytes(key.key_file.clone()).unlock(passphrase);
            Ok(Arc::new(unlocked.map_err(|error| match error {
                KeyError::WrongPassphrase => LetterError::WrongPassphrase,
                error => LetterError::Key(Box::new(error)),
            })?))
        };
        let Some(remembered) = &self.remembered else { return unlock() };
        let mut remembered = remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = remembered.get(&key.certificate) {
            return Ok(known.clone());
        }
        let unlocked = unlock()?;
        remembered.insert(key.certificate.clone(), unlocked.clone());
        Ok(unlocked)
    }
}

impl Signer for LocalSigner {
    fn sign(
        &self,
        key: &SigningKey,
        passphrase: &str,
        pdf: &[u8],
        says: &Says,
    ) -> Result<Vec<u8>, LetterError> {
        let key = self.key(key, passphrase)?;
        let field = Field {
            name: says.name.clone(),
            reason: says.reason.clone(),
            capacity: says.capacity.clone(),
            location: says.place.clone(),
            at: says.at,
        };
        signatures::sign(pdf, &field, key.as_ref()).map_err(|error| match error {
            SignError::Signer(SignerError::Expired { .. } | SignerError::NotYetValid { .. }) => {
                LetterError::CertificateExpired
            }
            error => LetterError::Signing(Box::new(error)),
        })
    }

    fn verify(&self, pdf: &[u8], roots: &[TrustedRoot], at: Timestamp) -> Verdict {
        let roots: Vec<Certificate> =
            roots.iter().filter_map(|root| Certificate::from_pem(&root.pem).ok()).collect();
        let found = signatures::verify(pdf, &roots, at);
        Verdict {
            valid: match found.state {
                State::Valid => Some(true),
                State::Invalid => Some(false),
                State::CannotTell => None,
            },
            modified_after_signing: found.modified_after_signing,
        }
    }
}
