//! With what letters are signed: keys that the office keeps, or BSrE, each as the official was given it.

mod bsre;
pub mod http;
mod time_server;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, bail};
use app::{LetterError, Says, Signed, Signer, Verdict};
use jiff::Timestamp;
use signatures::{
    Certificate, Field, Key, KeyError, SignError, SignerError, State, TimeStampError, TimeStamped,
};
use store::{Kept, Nik, SigningKey, TrustedRoot};

pub use self::bsre::{Bsre, BsreError};
use self::http::Patience;
use self::time_server::TimeServer;
use crate::office::Settings;

/// Signs for an office.
#[derive(Debug, Default)]
pub struct OfficeSigner {
    bsre: Option<Bsre>,
    /// Stamps every signature made with a key of the office.
    clock: Option<TimeServer>,
    /// Keys that were opened once, by their certificate. Only while a trial office is furnished:
    /// everybody's passphrase is known there, and opening a key is slow on purpose.
    remembered: Option<Mutex<HashMap<String, Arc<Key>>>>,
}

impl OfficeSigner {
    /// The signer of an office with its services.
    pub fn new(settings: &Settings) -> Result<Self> {
        let clock = match settings.tsa_url.as_str() {
            "" => None,
            url => Some(TimeServer::new(address("tsa_url", url)?, Patience::default())),
        };
        Ok(Self { bsre: access_to_bsre(settings)?, clock, remembered: None })
    }

    pub fn remembering() -> Self {
        Self { remembered: Some(Mutex::default()), ..Self::default() }
    }

    fn sign_here(
        &self,
        file: &store::KeyFile,
        passphrase: &str,
        pdf: &[u8],
        says: &Says,
    ) -> Result<Vec<u8>, LetterError> {
        let key = self.key(file, passphrase)?;
        let field = Field {
            name: says.name.clone(),
            reason: says.reason.clone(),
            capacity: says.capacity.clone(),
            location: says.place.clone(),
            at: says.at,
        };
        let signed = match &self.clock {
            None => signatures::sign(pdf, &field, key.as_ref()),
            Some(clock) => {
                signatures::sign(pdf, &field, &TimeStamped { signer: key.as_ref(), authority: clock })
            }
        };
        signed.map_err(|error| match error {
            SignError::Signer(SignerError::Expired { .. } | SignerError::NotYetValid { .. }) => {
                LetterError::CertificateExpired
            }
            SignError::Signer(SignerError::TimeStamp(error)) => no_time_stamp(error),
            error => LetterError::Signing(Box::new(error)),
        })
    }

    fn key(&self, file: &store::KeyFile, passphrase: &str) -> Result<Arc<Key>, LetterError> {
        let unlock = || -> Result<Arc<Key>, LetterError> {
            let unlocked = signatures::KeyFile::from_bytes(file.pkcs12.clone()).unlock(passphrase);
            Ok(Arc::new(unlocked.map_err(|error| match error {
                KeyError::WrongPassphrase => LetterError::WrongPassphrase,
                error => LetterError::Key(Box::new(error)),
            })?))
        };
        let Some(remembered) = &self.remembered else { return unlock() };
        let mut remembered = remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = remembered.get(&file.certificate) {
            return Ok(known.clone());
        }
        let unlocked = unlock()?;
        remembered.insert(file.certificate.clone(), unlocked.clone());
        Ok(unlocked)
    }

    /// BSrE gives back the whole file. Whether that is our letter and a signature is ours to tell.
    fn sign_at_bsre(
        &self,
        nik: &Nik,
        passphrase: &str,
        pdf: &[u8],
        says: &Says,
    ) -> Result<Signed, LetterError> {
        let bsre = self.bsre.as_ref().ok_or(LetterError::NoAccess)?;
        let signed = bsre.sign(nik, passphrase, pdf, says).map_err(|error| match error {
            BsreError::WrongPassphrase => LetterError::WrongPassphrase,
            BsreError::NotEnrolled { status } => LetterError::NotEnrolled { status },
            BsreError::AnswerLost(_) => LetterError::AnswerLost(Box::new(error)),
            BsreError::Unreachable(_)
            | BsreError::NoEntry
            | BsreError::Refused { .. }
            | BsreError::Unreadable(_) => LetterError::NotSigned(Box::new(error)),
        })?;
        let signature = signatures::signature_added(pdf, &signed, says.at)
            .map_err(|error| LetterError::NotTheLetter(Box::new(error)))?;
        Ok(Signed { pdf: signed, certificate: signature.fingerprint })
    }
}

fn no_time_stamp(error: TimeStampError) -> LetterError {
    LetterError::NoTimeStamp(Box::new(error))
}

impl Signer for OfficeSigner {
    fn sign(
        &self,
        key: &SigningKey,
        passphrase: &str,
        pdf: &[u8],
        says: &Says,
    ) -> Result<Signed, LetterError> {
        match &key.kept {
            Kept::Local(file) | Kept::Test(file) => {
                let pdf = self.sign_here(file, passphrase, pdf, says)?;
                Ok(Signed { pdf, certificate: file.certificate.clone() })
            }
            Kept::Bsre(nik) => self.sign_at_bsre(nik, passphrase, pdf, says),
        }
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

    fn ask_service(&self, pdf: &[u8]) -> Option<bool> {
        self.bsre
            .as_ref()?
            .verify(pdf)
            .inspect_err(|error| {
                let error: &dyn std::error::Error = error;
                tracing::warn!(error, "BSrE does not tell about a letter it signed");
            })
            .ok()
    }
}

/// The office's access to BSrE, if it has one.
pub fn access_to_bsre(settings: &Settings) -> Result<Option<Bsre>> {
    if settings.bsre_url.is_empty() {
        return Ok(None);
    }
    let url = address("bsre_url", &settings.bsre_url)?;
    if settings.bsre_user.is_empty() || settings.bsre_password.is_empty() {
        bail!(
            "BSrE lets nobody in without a name and a password: set SIGAP_BSRE_USER and \
             SIGAP_BSRE_PASSWORD, or bsre_user and bsre_password in the settings file"
        );
    }
    let entry = bsre::Entry {
        url,
        status_path: &settings.bsre_status_path,
        user: &settings.bsre_user,
        password: settings.bsre_password.reveal(),
    };
    Ok(Some(Bsre::new(&entry, Patience::default())))
}

fn address<'a>(setting: &str, url: &'a str) -> Result<&'a str> {
    if url.starts_with("https://") || url.starts_with("http://") {
        Ok(url.trim_end_matches('/'))
    } else {
        bail!("the setting {setting} is {url:?}; it begins with https:// or http://")
    }
}
