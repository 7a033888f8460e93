//! Time stamps (RFC 3161): asking for one, putting it beside a signature, and judging it there.

use std::error::Error;
use std::time::Duration;

use const_oid::db::rfc5912;
use der::asn1::{BitString, GeneralizedTime, Int, ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode, Sequence, Tag, Tagged};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::Extensions;
use x509_cert::ext::pkix::name::GeneralName;

use crate::certificate::{Certificate, Hash};
use crate::chain::{self, Purpose};
use crate::envelope::{Content, Envelope, Fault, Naming, Unstamped};
use crate::key::Key;
use crate::{Signer, SignerError};

/// How far the time of a new time stamp may lie from ours: clocks differ.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(5);

/// Under the number that RFC 5612 keeps for examples: a policy of nobody.
const TEST_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");

/// A time-stamping authority, wherever it is.
pub trait TimeAuthority {
    /// Carries a request (`TimeStampReq` in DER) to the authority, and its answer (`TimeStampResp`) back.
    ///
    /// # Errors
    /// Whatever kept it from doing so.
    fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>>;
}

/// A signer whose signatures get a time stamp: PAdES baseline B-T (ETSI EN 319 142-1). Without a time
/// stamp there is no signature.
pub struct TimeStamped<'a> {
    pub signer: &'a dyn Signer,
    pub authority: &'a dyn TimeAuthority,
}

impl std::fmt::Debug for TimeStamped<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TimeStamped").finish_non_exhaustive()
    }
}

impl Signer for TimeStamped<'_> {
    fn sign(&self, digest: &[u8; 32], at: Timestamp) -> Result<Vec<u8>, SignerError> {
        let unstamped = Unstamped::open(&self.signer.sign(digest, at)?)?;
        let request = Request::about(unstamped.signature())?;
        let answer = self.authority.ask(&request.to_der()?).map_err(TimeStampError::NoAnswer)?;
        let token = check_answer(&answer, &request, at)?;
        Ok(unstamped.stamp(&token)?)
    }
}

/// Why a signature got no time stamp.
#[derive(Debug, thiserror::Error)]
pub enum TimeStampError {
    #[error("the system gave no random number for a time-stamp request")]
    Random(#[from] getrandom::Error),
    #[error("the time-stamping authority did not answer")]
    NoAnswer(#[source] Box<dyn Error + Send + Sync>),
    #[error("the answer of the time-stamping authority cannot be read")]
    Unreadable,
    #[error("the time-stamping authority refused with status {status}: {said:?}")]
    Refused { status: u8, said: String },
    #[error("the time stamp is about something else than this signature")]
    OtherSignature,
    #[error("the time stamp answers another request")]
    OtherRequest,
    #[error("the time stamp says {stamped}, but it is {at}")]
    OtherTime { stamped: Timestamp, at: Timestamp },
    #[error("the certificate of the time-stamping authority is not one for time stamps alone")]
    NoAuthority,
    #[error("the certificate of the time-stamping authority is not valid at {at}")]
    Expired { at: Timestamp },
    #[error("the time stamp uses an algorithm that is not known here")]
    UnknownAlgorithm,
    #[error("the time stamp is not signed by the certificate that it names")]
    WrongSignature,
}

/// What a time-stamping authority says about a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeStamp {
    /// When the signature was there.
    pub at: Timestamp,
    /// The common name in the authority's certificate.
    pub authority: String,
    /// The authority's certificate leads to a given root and was valid then.
    pub trusted: bool,
}

/// RFC 3161, 2.4.1.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct Request {
    version: u8,
    pub imprint: Imprint,
    #[asn1(optional = "true")]
    policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    pub nonce: Option<Int>,
    /// Whether the authority's certificate is wanted in the time stamp: always, or nobody could check it.
    #[asn1(default = "bool::default")]
    certificate_wanted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct Imprint {
    algorithm: AlgorithmIdentifierOwned,
    pub digest: OctetString,
}

/// RFC 3161, 2.4.2.
#[derive(Sequence)]
pub(crate) struct Response {
    pub status: Status,
    #[asn1(optional = "true")]
    pub token: Option<Any>,
}

/// `PKIStatusInfo` (RFC 4210, 5.2.3).
#[derive(Sequence)]
pub(crate) struct Status {
    pub status: u8,
    #[asn1(optional = "true")]
    pub said: Option<Vec<String>>,
    #[asn1(optional = "true")]
    pub failure: Option<BitString>,
}

/// `TSTInfo` (RFC 3161, 2.4.2).
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct Info {
    pub version: u8,
    pub policy: ObjectIdentifier,
    pub imprint: Imprint,
    pub serial: Int,
    /// A `GeneralizedTime` that may have fractions of a second, which [`der`] does not read.
    pub time: Any,
    #[asn1(optional = "true")]
    pub accuracy: Option<Accuracy>,
    #[asn1(default = "bool::default")]
    pub ordered: bool,
    #[asn1(optional = "true")]
    pub nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub authority: Option<GeneralName>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub extensions: Option<Extensions>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(crate) struct Accuracy {
    #[asn1(optional = "true")]
    seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    milliseconds: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    microseconds: Option<u16>,
}

impl Request {
    fn about(signature: &[u8]) -> Result<Request, SignerError> {
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce).map_err(TimeStampError::Random)?;
        // Positive, and as short as it can be written.
        nonce[0] = nonce[0] & 0x7f | 0x40;
        let algorithm = AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_256, parameters: Some(Any::null()) };
        let digest = OctetString::new(Hash::Sha256.digest(&[signature]))?;
        Ok(Request {
            version: 1,
            imprint: Imprint { algorithm, digest },
            policy: None,
            nonce: Some(Int::new(&nonce)?),
            certificate_wanted: true,
        })
    }
}

impl Imprint {
    fn is_of(&self, signature: &[u8]) -> Result<bool, Fault> {
        let hash = Hash::of(self.algorithm.oid).map_err(|_| Fault::Unsupported)?;
        Ok(hash.digest(&[signature]) == self.digest.as_bytes())
    }
}

/// The time stamp in an answer, if it is one that was asked for.
fn check_answer(answer: &[u8], request: &Request, at: Timestamp) -> Result<Vec<u8>, TimeStampError> {
    let answer = Response::from_der(answer).map_err(|_| TimeStampError::Unreadable)?;
    // 0 and 1 are granted, the other with changes that are looked at below.
    if answer.status.status > 1 {
        let said = answer.status.said.unwrap_or_default().join("; ");
        return Err(TimeStampError::Refused { status: answer.status.status, said });
    }
    let token = answer.token.and_then(|token| token.to_der().ok()).ok_or(TimeStampError::Unreadable)?;
    let (envelope, info, stamped) = read(&token)?;
    if info.imprint.digest != request.imprint.digest
        || info.imprint.algorithm.oid != request.imprint.algorithm.oid
    {
        return Err(TimeStampError::OtherSignature);
    }
    if info.nonce != request.nonce {
        return Err(TimeStampError::OtherRequest);
    }
    if stamped.duration_since(at).abs() > CLOCKS_APART {
        return Err(TimeStampError::OtherTime { stamped, at });
    }
    if !chain::is_time_authority(&envelope.signer) {
        return Err(TimeStampError::NoAuthority);
    }
    if !envelope.signer.is_valid_at(stamped) {
        return Err(TimeStampError::Expired { at: stamped });
    }
    Ok(token)
}

/// A time stamp whose signature is right: its envelope, what it says, and the time in it.
fn read(token: &[u8]) -> Result<(Envelope, Info, Timestamp), Fault> {
    let (envelope, content) = Envelope::read_time_stamp(token)?;
    envelope.check(&[&content], Naming::TimeStamp)?;
    let info = Info::from_der(&content).map_err(|_| Fault::Unreadable)?;
    let time = time_of(&info.time).ok_or(Fault::Unreadable)?;
    Ok((envelope, info, time))
}

impl From<Fault> for TimeStampError {
    fn from(fault: Fault) -> TimeStampError {
        match fault {
            Fault::Unreadable | Fault::NoCertificate => TimeStampError::Unreadable,
            Fault::Unsupported => TimeStampError::UnknownAlgorithm,
            Fault::OtherDigest | Fault::WrongSignature | Fault::OtherCertificate => {
                TimeStampError::WrongSignature
            }
        }
    }
}

/// What the time stamp beside a signature is worth.
pub(crate) fn judge(token: &[u8], signature: &[u8], roots: &[Certificate]) -> Result<TimeStamp, Fault> {
    let (envelope, info, at) = read(token)?;
    if !info.imprint.is_of(signature)? {
        return Err(Fault::OtherDigest);
    }
    let trusted = chain::check(&envelope.signer, &envelope.others, roots, at, Purpose::TimeStamps).is_ok();
    Ok(TimeStamp { at, authority: envelope.signer.info().subject, trusted })
}

/// The moment of a `GeneralizedTime` in UTC, as RFC 3161, 2.4.2 wants it written.
fn time_of(time: &Any) -> Option<Timestamp> {
    if time.tag() != Tag::GeneralizedTime {
        return None;
    }
    let text = std::str::from_utf8(time.value()).ok()?.strip_suffix('Z')?;
    Offset::UTC.to_timestamp(DateTime::strptime("%Y%m%d%H%M%S%.f", text).ok()?).ok()
}

/// What an authority answers with its key at `at`.
pub(crate) fn answer(request: Request, at: Timestamp, key: &Key) -> Result<Vec<u8>, SignerError> {
    let time = GeneralizedTime::from_unix_duration(Duration::from_secs(at.as_second().unsigned_abs()))?;
    let info = Info {
        version: 1,
        policy: TEST_POLICY,
        imprint: request.imprint,
        serial: Int::new(&[1])?,
        time: Any::encode_from(&time)?,
        accuracy: None,
        ordered: false,
        nonce: request.nonce,
        authority: None,
        extensions: None,
    };
    let token = key.seal(Content::TimeStamp(&info.to_der()?))?;
    let status = Status { status: 0, said: None, failure: None };
    Ok(Response { status, token: Some(Any::from_der(&token)?) }.to_der()?)
}
