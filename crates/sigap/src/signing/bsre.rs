//! BSrE's signing service, as the esign-client of an agency offers it over HTTP. BSrE keeps the keys: it
//! is given the letter, whose signature it is to be and that person's passphrase, and gives back the
//! signed file.
//!
//! A letter must not be signed twice. Asking for somebody's status and fetching a signed file change
//! nothing and are tried again; the request to sign only where it never left. Where its answer was lost
//! after the number of the signed file had come, the file is fetched by that number, which BSrE allows
//! once. Otherwise nobody knows, and the one who signs is told so.

use app::Says;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use store::Nik;
use ureq::http::Response;
use ureq::unversioned::multipart::{Form, Part};
use ureq::{Agent, Body};

use super::http::{self, Patience};

/// How often is asked where asking twice does no harm.
const TRIES: usize = 2;
/// The longest sentence of BSrE that is read, in bytes.
const SENTENCE_BYTES_MAX: u64 = 64 * 1024;

/// The header with the number of a signed file.
const DOCUMENT: &str = "id_dokumen";

/// BSrE's codes, and its words for what a person is to it.
const WRONG_PASSPHRASE: u64 = 2031;
const SIGNER_UNKNOWN: u64 = 2011;
const MAY_SIGN: u64 = 1111;
const NOT_REGISTERED: u64 = 1110;
const STATUS_MAY_SIGN: &str = "ISSUE";
const STATUS_NOT_REGISTERED: &str = "NOT_REGISTERED";
const STATUSES: [&str; 9] = [
    STATUS_MAY_SIGN,
    STATUS_NOT_REGISTERED,
    "EXPIRED",
    "RENEW",
    "WAITING_FOR_VERIFICATION",
    "NEW",
    "NO_CERTIFICATE",
    "SUSPEND",
    "REVOKE",
];

/// With what an office gets in.
pub struct Entry<'a> {
    /// Without a slash at its end.
    pub url: &'a str,
    /// Where somebody's status is asked; clients of BSrE disagree about it.
    pub status_path: &'a str,
    pub user: &'a str,
    pub password: &'a str,
}

/// The access of an office to BSrE.
pub struct Bsre {
    agent: Agent,
    url: String,
    status_url: String,
    authorization: String,
}

/// Why BSrE did not sign.
#[derive(Debug, thiserror::Error)]
pub enum BsreError {
    #[error("BSrE cannot be reached")]
    Unreachable(#[source] ureq::Error),
    #[error("BSrE does not accept the name and password of this office")]
    NoEntry,
    #[error("BSrE does not accept the passphrase")]
    WrongPassphrase,
    #[error("BSrE has this person as {status}")]
    NotEnrolled { status: String },
    #[error("BSrE answers with HTTP status {http}, code {code:?}: {said:?}")]
    Refused { http: u16, code: Option<u64>, said: String },
    #[error("BSrE's answer about this person cannot be understood")]
    Unreadable(#[source] ureq::Error),
    #[error("BSrE was asked to sign, and its answer did not arrive")]
    AnswerLost(#[source] Lost),
}

/// How an answer was lost.
type Lost = Box<dyn std::error::Error + Send + Sync>;

// Written out, so that no password gets into a log.
impl std::fmt::Debug for Bsre {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bsre").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Bsre {
    pub fn new(entry: &Entry<'_>, patience: Patience) -> Self {
        Self {
            agent: http::agent(patience),
            url: entry.url.to_owned(),
            status_url: format!("{}/{}", entry.url, entry.status_path.trim_matches('/')),
            authorization: basic(entry.user, entry.password),
        }
    }

    /// Asks whether somebody may sign.
    ///
    /// # Errors
    /// [`BsreError::NotEnrolled`] with BSrE's word if they may not, and others if it does not tell.
    pub fn check_signer(&self, nik: &Nik) -> Result<(), BsreError> {
        let mut answer =
            self.get(&format!("{}/{}", self.status_url, nik.in_full())).map_err(BsreError::Unreachable)?;
        let sentence = Sentence::read(&mut answer).map_err(BsreError::Unreadable)?;
        match sentence.status {
            Some(STATUS_MAY_SIGN) => Ok(()),
            Some(status) => Err(BsreError::NotEnrolled { status: status.to_owned() }),
            None => Err(sentence.refusal(Some(nik), "")),
        }
    }

    /// Has a file signed, without anything to be seen on its pages: all that is to be seen is there.
    ///
    /// # Errors
    /// [`BsreError`]. After every error but [`BsreError::AnswerLost`] nothing was signed.
    pub fn sign(&self, nik: &Nik, passphrase: &str, pdf: &[u8], says: &Says) -> Result<Vec<u8>, BsreError> {
        // Before the letter leaves: whatever is wrong with the way there shows here and does no harm.
        self.check_signer(nik)?;
        let mut answer = self.post(nik, passphrase, pdf, says)?;
        let document =
            answer.headers().get(DOCUMENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let lost: Lost = if answer.status().is_success() {
            match read_pdf(&mut answer) {
                Ok(signed) => return Ok(signed),
                Err(error) => error.into(),
            }
        } else {
            let sentence =
                Sentence::read(&mut answer).map_err(|error| BsreError::AnswerLost(error.into()))?;
            // A fault without a code of BSrE's may be of somebody on the way who gave up waiting.
            if sentence.http < 500 || sentence.code.is_some() {
                return Err(sentence.refusal(Some(nik), passphrase));
            }
            format!("the answer has HTTP status {}", sentence.http).into()
        };
        match document {
            Some(document) => self.fetch(&document).map_err(BsreError::AnswerLost),
            None => Err(BsreError::AnswerLost(lost)),
        }
    }

    /// Asks whether all signatures in a file are whole and their signers known to BSrE. It may be asked
    /// again, and is not: the one who waits can.
    ///
    /// # Errors
    /// [`BsreError`] if it does not tell.
    pub fn verify(&self, pdf: &[u8]) -> Result<bool, BsreError> {
        let file = Part::bytes(pdf).file_name("surat.pdf").mime_str("application/pdf");
        let form = Form::new().part("signed_file", file.map_err(BsreError::Unreachable)?);
        let url = format!("{}/api/sign/verify", self.url);
        let answer = self.agent.post(url).header("authorization", &self.authorization).send(form);
        let mut answer = answer.map_err(BsreError::Unreachable)?;
        let sentence = Sentence::read(&mut answer).map_err(BsreError::Unreadable)?;
        let json = &sentence.json;
        let Some(count) = json["jumlah_signature"].as_u64() else { return Err(sentence.refusal(None, "")) };
        // With one signature some clients get its details alone, others a list of one.
        let one = std::slice::from_ref(&json["details"]);
        let details = json["details"].as_array().map_or(one, Vec::as_slice);
        let holds = |detail: &Value| {
            detail["signature_document"]["document_integrity"] == true
                && detail["info_signer"]["cert_user_certified"] == true
        };
        Ok(count > 0 && count == details.len() as u64 && details.iter().all(holds))
    }

    fn post(
        &self,
        nik: &Nik,
        passphrase: &str,
        pdf: &[u8],
        says: &Says,
    ) -> Result<Response<Body>, BsreError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let file = Part::bytes(pdf).file_name("surat.pdf").mime_str("application/pdf");
            let reason = signatures::reason_with_capacity(&says.reason, &says.capacity);
            let form = Form::new()
                .part("file", file.map_err(BsreError::Unreachable)?)
                .text("nik", nik.in_full())
                .text("passphrase", passphrase)
                .text("tampilan", "invisible")
                .text("reason", &reason)
                .text("location", &says.place);
            let url = format!("{}/api/sign/pdf", self.url);
            match self.agent.post(url).header("authorization", &self.authorization).send(form) {
                Ok(answer) => return Ok(answer),
                Err(error) if !http::never_connected(&error) => {
                    return Err(BsreError::AnswerLost(error.into()));
                }
                Err(error) if tries == TRIES => return Err(BsreError::Unreachable(error)),
                Err(_) => {}
            }
        }
    }

    /// Fetches a signed file, which BSrE then forgets.
    fn fetch(&self, document: &str) -> Result<Vec<u8>, Lost> {
        // It becomes part of an address.
        if !document.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
            return Err("the number of the signed file is none".into());
        }
        let mut answer = self.get(&format!("{}/api/sign/download/{document}", self.url))?;
        if !answer.status().is_success() {
            return Err(format!("fetching the signed file answers with {}", answer.status()).into());
        }
        Ok(read_pdf(&mut answer)?)
    }

    /// Asks for what can be asked for again, but for who has waited long enough already.
    fn get(&self, url: &str) -> Result<Response<Body>, ureq::Error> {
        let ask = || self.agent.get(url).header("authorization", &self.authorization).call();
        let mut answer = ask();
        for _ in 1..TRIES {
            if matches!(answer, Ok(_) | Err(ureq::Error::Timeout(_))) {
                break;
            }
            answer = ask();
        }
        answer
    }
}

fn read_pdf(answer: &mut Response<Body>) -> Result<Vec<u8>, ureq::Error> {
    answer.body_mut().with_config().limit(signatures::PDF_BYTES_MAX as u64).read_to_vec()
}

/// What BSrE says where it gives no file.
struct Sentence {
    http: u16,
    code: Option<u64>,
    status: Option<&'static str>,
    said: String,
    /// The whole of it; null where it is no JSON.
    json: Value,
}

impl Sentence {
    fn read(answer: &mut Response<Body>) -> Result<Self, ureq::Error> {
        let http = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(SENTENCE_BYTES_MAX).read_to_string()?;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let code = match &json["status_code"] {
            Value::String(code) => code.parse().ok(),
            code => code.as_u64(),
        };
        let word = json["status"].as_str().and_then(|word| STATUSES.into_iter().find(|known| *known == word));
        let status = word.or(match code {
            Some(MAY_SIGN) => Some(STATUS_MAY_SIGN),
            Some(NOT_REGISTERED | SIGNER_UNKNOWN) => Some(STATUS_NOT_REGISTERED),
            _ => None,
        });
        let said = json["error"].as_str().or(json["message"].as_str()).unwrap_or_default().to_owned();
        Ok(Self { http, code, status, said, json })
    }

    /// What it refuses, without what nobody else may read.
    fn refusal(self, nik: Option<&Nik>, passphrase: &str) -> BsreError {
        let status = self.status.filter(|status| *status != STATUS_MAY_SIGN);
        match (self.http, self.code, status) {
            (401 | 403, None, _) => BsreError::NoEntry,
            (_, Some(WRONG_PASSPHRASE), _) => BsreError::WrongPassphrase,
            (_, _, Some(status)) => BsreError::NotEnrolled { status: status.to_owned() },
            (http, code, None) => {
                let said =
                    nik.map_or(self.said.clone(), |nik| self.said.replace(nik.in_full(), &nik.to_string()));
                let said = if passphrase.is_empty() { said } else { said.replace(passphrase, "***") };
                BsreError::Refused { http, code, said }
            }
        }
    }
}

/// `Basic` authentication (RFC 7617).
fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}
