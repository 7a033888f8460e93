//! What letters are printed, signed and mailed with. The desk knows neither Typst nor PDF nor SMTP:
//! whoever serves it brings a [`Press`], a [`Signer`] and, where letters are mailed, a [`Mailer`].

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use sop::Sop;
use sop::case::SigningMeans;
use sop::letter::{Dossier, Letter, Stationery};
use store::{SigningKey, TrustedRoot};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};

use super::mail::Mailer;

/// Sets letters in type.
pub trait Press: fmt::Debug + Send + Sync {
    /// A letter as PDF. The same letter gives the same bytes.
    fn pdf(&self, letter: &Letter) -> Result<Vec<u8>, LetterError>;

    /// A dossier as PDF, with its files within. The same dossier gives the same bytes.
    fn dossier(&self, dossier: &Dossier) -> Result<Vec<u8>, LetterError>;

    /// An SOP as PDF, as its document has it.
    fn sop(&self, sop: &Sop) -> Result<Vec<u8>, LetterError>;

    /// How many pages a letter has to look at.
    fn page_count(&self, letter: &Letter) -> Result<usize, LetterError>;

    /// One page of a letter as a picture (PNG), counted from 0; none where the letter has no such page.
    fn picture(&self, letter: &Letter, page: usize) -> Result<Option<Vec<u8>>, LetterError>;
}

/// Signs letters and tells whether a signature holds. How a signature comes about is its own affair: a
/// key at hand takes three phases (an empty signature, a CMS, the CMS in its place), a service takes the
/// file and gives it back.
pub trait Signer: fmt::Debug + Send + Sync {
    /// Signs a PDF with somebody's key, wherever that is kept. The passphrase is used and forgotten.
    ///
    /// # Errors
    /// [`LetterError`]. Only after [`LetterError::AnswerLost`] is it unknown whether somebody signed.
    fn sign(
        &self,
        key: &SigningKey,
        passphrase: &str,
        pdf: &[u8],
        says: &Says,
    ) -> Result<Signed, LetterError>;

    /// What the signatures in a file are worth.
    fn verify(&self, pdf: &[u8], roots: &[TrustedRoot], at: Timestamp) -> Verdict;

    /// What the service that signed one of our letters says of it; none where it does not tell. It is
    /// sent the file, so that it is asked about letters of this office only.
    fn ask_service(&self, pdf: &[u8]) -> Option<bool>;
}

/// A letter that was signed.
#[derive(Clone, Debug)]
pub struct Signed {
    pub pdf: Vec<u8>,
    /// The SHA-256 of the signer's certificate, in hexadecimal.
    pub certificate: String,
}

/// What a signature says of itself in the file.
#[derive(Clone, Debug)]
pub struct Says {
    pub name: String,
    pub reason: String,
    /// In which capacity, with the position; empty where the letter names none.
    pub capacity: String,
    pub place: String,
    pub at: Timestamp,
}

/// What the signatures in a file are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// None where it cannot be told.
    pub valid: Option<bool>,
    pub modified_after_signing: bool,
}

/// Why a letter was not printed or not signed.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    #[error("the passphrase does not open the key")]
    WrongPassphrase,
    #[error("the certificate is not valid at this time")]
    CertificateExpired,
    #[error("the key cannot be used")]
    Key(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the letter cannot be printed")]
    Press(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the letter cannot be signed")]
    Signing(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the signature has no time stamp, and without one nothing is signed here")]
    NoTimeStamp(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the office has no access to BSrE")]
    NoAccess,
    /// The status is BSrE's word for it, such as EXPIRED.
    #[error("BSrE has this person as {status}, who cannot sign")]
    NotEnrolled { status: String },
    #[error("BSrE did not sign")]
    NotSigned(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It was asked to sign, and what it answered did not arrive.
    #[error("the answer of BSrE was lost; it may have signed")]
    AnswerLost(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("what BSrE gave back is not the letter with a signature")]
    NotTheLetter(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How many letters are printed or signed at once: each takes a core.
const AT_ONCE: usize = 2;

/// The room where letters are made. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LetterOffice {
    press: Arc<dyn Press>,
    signer: Arc<dyn Signer>,
    pub stationery: Arc<Stationery>,
    /// How the desk is reached from outside, without a slash at its end.
    pub address: Arc<str>,
    /// None where this office sends no e-mail.
    pub mailer: Option<Arc<dyn Mailer>>,
    places: Arc<Semaphore>,
    /// Held from looking up the next number to taking it.
    numbering: Arc<Mutex<()>>,
}

impl LetterOffice {
    pub fn new(
        press: Arc<dyn Press>,
        signer: Arc<dyn Signer>,
        stationery: Arc<Stationery>,
        address: &str,
    ) -> Self {
        let address = Arc::from(address.trim_end_matches('/'));
        let places = Arc::new(Semaphore::new(AT_ONCE));
        Self { press, signer, stationery, address, mailer: None, places, numbering: Arc::default() }
    }

    /// The same room, from which letters are mailed.
    #[must_use]
    pub fn mailing(self, mailer: Option<Arc<dyn Mailer>>) -> Self {
        Self { mailer, ..self }
    }

    /// Waits until nobody else is about to number a letter. What a service signed it cannot take back,
    /// so that no two letters may be signed with one number, even for a moment.
    pub(super) async fn turn_to_number(&self) -> OwnedMutexGuard<()> {
        self.numbering.clone().lock_owned().await
    }

    pub async fn pdf(&self, letter: Letter) -> Result<Vec<u8>, LetterError> {
        let press = self.press.clone();
        self.at_work(move || press.pdf(&letter), LetterError::Press).await
    }

    pub async fn dossier(&self, dossier: Dossier) -> Result<Vec<u8>, LetterError> {
        let press = self.press.clone();
        self.at_work(move || press.dossier(&dossier), LetterError::Press).await
    }

    pub async fn sop(&self, sop: &'static Sop) -> Result<Vec<u8>, LetterError> {
        let press = self.press.clone();
        self.at_work(move || press.sop(sop), LetterError::Press).await
    }

    pub async fn page_count(&self, letter: Letter) -> Result<usize, LetterError> {
        let press = self.press.clone();
        self.at_work(move || press.page_count(&letter), LetterError::Press).await
    }

    pub async fn picture(&self, letter: Letter, page: usize) -> Result<Option<Vec<u8>>, LetterError> {
        let press = self.press.clone();
        self.at_work(move || press.picture(&letter, page), LetterError::Press).await
    }

    /// Prints a letter and signs it.
    pub async fn sign(
        &self,
        letter: Letter,
        key: SigningKey,
        passphrase: Passphrase,
        says: Says,
    ) -> Result<Signed, LetterError> {
        let (press, signer) = (self.press.clone(), self.signer.clone());
        let work = move || signer.sign(&key, &passphrase.0, &press.pdf(&letter)?, &says);
        self.at_work(work, LetterError::Signing).await
    }

    /// What the signatures in a file are worth. About a letter of ours that a service signed, and whose
    /// signer nobody here vouches for, the service is asked.
    pub async fn verify(
        &self,
        pdf: Vec<u8>,
        roots: Vec<TrustedRoot>,
        at: Timestamp,
        signed_by_service: bool,
    ) -> Result<Verdict, LetterError> {
        let signer = self.signer.clone();
        let work = move || {
            let verdict = signer.verify(&pdf, &roots, at);
            let valid =
                verdict.valid.or_else(|| signed_by_service.then(|| signer.ask_service(&pdf)).flatten());
            Ok(Verdict { valid, ..verdict })
        };
        self.at_work(work, LetterError::Signing).await
    }

    /// Does what takes a core, when one is free, apart from the threads that answer.
    async fn at_work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, LetterError> + Send + 'static,
        stopped: impl FnOnce(Box<dyn std::error::Error + Send + Sync>) -> LetterError,
    ) -> Result<T, LetterError> {
        let Ok(place) = self.places.clone().acquire_owned().await else {
            return Err(stopped("the office is closing".into()));
        };
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.unwrap_or_else(|error| Err(stopped(Box::new(error))))
    }
}

/// Typed by its owner for this one signature. It is in no log.
#[derive(Clone)]
pub struct Passphrase(String);

impl Passphrase {
    pub fn new(typed: &str) -> Self {
        Self(typed.to_owned())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// With what a letter was signed, and never more than that.
pub fn signed_with(means: SigningMeans) -> &'static str {
    match means {
        SigningMeans::Test => {
            "SIMULASI. Ditandatangani dengan sertifikat uji, bukan sertifikat BSrE; surat ini tidak berkekuatan hukum."
        }
        SigningMeans::Local => {
            "Ditandatangani secara elektronik dengan sertifikat yang diterbitkan kantor ini, bukan sertifikat BSrE."
        }
        SigningMeans::Bsre => {
            "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang diterbitkan oleh Balai Besar Sertifikasi Elektronik (BSrE), Badan Siber dan Sandi Negara (BSSN)."
        }
    }
}

/// What the foot of a signed letter says.
pub fn footer(means: SigningMeans) -> Vec<String> {
    vec![
        signed_with(means).to_owned(),
        "Keasliannya dapat diperiksa siapa saja lewat kode QR atau alamat di bawah ini.".to_owned(),
    ]
}
