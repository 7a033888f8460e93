//! A certificate authority for trying things out. What it issues proves nothing about anybody.

use std::time::Duration;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519;
use const_oid::db::rfc5280::ID_KP_TIME_STAMPING;
use der::asn1::{GeneralizedTime, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::pem::LineEnding;
use der::{Any, DateTime, Decode, Encode, EncodePem};
use jiff::Timestamp;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePrivateKey;
use spki::{EncodePublicKey, SubjectPublicKeyInfoOwned};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};
use zeroize::Zeroizing;

use crate::certificate::{Certificate, CertificateError};
use crate::key::{self, Key, KeyError};
use crate::time_stamp;

/// How long a root is valid, in years. It has to outlast what it issues.
const ROOT_YEARS: u32 = 20;

/// The longest validity that can be issued, in years.
const YEARS_MAX: u32 = 10;

/// The longest part of a name, in letters (RFC 5280, appendix A: `ub-common-name` and its like).
pub const NAME_LETTERS_MAX: usize = 64;

/// A root with its private key, ECDSA on P-256.
pub struct TestAuthority {
    key: SigningKey,
    certificate: Certificate,
}

/// Whom a certificate is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    pub common_name: String,
    /// The NIP, where the person has one.
    pub serial_number: Option<String>,
    pub organization: String,
    /// The office held, such as "Kepala Bagian Umum".
    pub title: String,
}

/// Why an authority could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    #[error("the name {name:?} must have between 1 and {NAME_LETTERS_MAX} letters")]
    Name { name: String },
    #[error("a certificate for {years} years cannot be issued; 1 to {YEARS_MAX} can")]
    Years { years: u32 },
    #[error("no certificate can begin at {at}")]
    Time { at: Timestamp },
    #[error("the system gave no random numbers for a key or a serial number")]
    Random(#[from] getrandom::Error),
    #[error("the certificate of {name} could not be issued")]
    Issuing {
        name: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl std::fmt::Debug for TestAuthority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TestAuthority")
            .field("certificate", &self.certificate.info())
            .finish_non_exhaustive()
    }
}

impl TestAuthority {
    /// Makes a root that begins at `at` and is valid for twenty years. Nothing but its name says that
    /// it is for trying things out, so the name should.
    ///
    /// # Errors
    /// [`AuthorityError`] if the name is empty or too long, or the time out of range.
    pub fn create(name: &str, at: Timestamp) -> Result<TestAuthority, AuthorityError> {
        let key = new_key()?;
        let name = [(rfc4519::COMMON_NAME, name)];
        let certificate = issue(Profile::Root, &name, &key, at, ROOT_YEARS, &key, None)?;
        Ok(TestAuthority { key, certificate })
    }

    /// The root's certificate, to be trusted where its signatures are verified.
    #[must_use]
    pub fn root(&self) -> &Certificate {
        &self.certificate
    }

    /// The root's certificate as PEM.
    ///
    /// # Errors
    /// [`CertificateError`] if it cannot be encoded, within [`AuthorityError::Certificate`].
    pub fn to_pem(&self) -> Result<String, AuthorityError> {
        let pem = self.certificate.content.to_pem(LineEnding::LF);
        Ok(pem.map_err(CertificateError::Encoding)?)
    }

    /// Makes a key and a certificate that begins at `at`, as a PKCS#12 file under a passphrase.
    ///
    /// # Errors
    /// [`AuthorityError`] if a name, the years or the time is out of range or the passphrase empty.
    pub fn issue(
        &self,
        subject: &Subject,
        at: Timestamp,
        years: u32,
        passphrase: &str,
    ) -> Result<Vec<u8>, AuthorityError> {
        if !(1..=YEARS_MAX).contains(&years) {
            return Err(AuthorityError::Years { years });
        }
        let mut parts = vec![];
        if !subject.organization.is_empty() {
            parts.push((rfc4519::ORGANIZATION_NAME, subject.organization.as_str()));
        }
        if !subject.title.is_empty() {
            parts.push((rfc4519::TITLE, subject.title.as_str()));
        }
        if let Some(number) = &subject.serial_number {
            parts.push((rfc4519::SERIAL_NUMBER, number.as_str()));
        }
        parts.push((rfc4519::COMMON_NAME, subject.common_name.as_str()));
        let key = new_key()?;
        let profile = Profile::Leaf {
            issuer: self.certificate.subject().clone(),
            enable_key_agreement: false,
            enable_key_encipherment: false,
        };
        let certificate = issue(profile, &parts, &key, at, years, &self.key, None)?;
        Ok(key::encrypt_new(&pkcs8(&key)?, &[&certificate, &self.certificate], passphrase)?)
    }

    /// Answers a time-stamp request (RFC 3161) with the time `at`, as an authority that it makes for
    /// this one answer.
    ///
    /// # Errors
    /// [`AuthorityError`] if it is no request, or the time is out of range.
    pub fn time_stamp(&self, request: &[u8], at: Timestamp) -> Result<Vec<u8>, AuthorityError> {
        const NAME: &str = "Penanda waktu uji";
        let request = time_stamp::Request::from_der(request).map_err(CertificateError::Encoding)?;
        let key = new_key()?;
        let profile = Profile::Leaf {
            issuer: self.certificate.subject().clone(),
            enable_key_agreement: false,
            enable_key_encipherment: false,
        };
        let name = [(rfc4519::COMMON_NAME, NAME)];
        let usage = ExtendedKeyUsage(vec![ID_KP_TIME_STAMPING]);
        let certificate = issue(profile, &name, &key, at, 1, &self.key, Some(&usage))?;
        let answer = time_stamp::answer(request, at, &Key::new(key, certificate));
        answer.map_err(|error| AuthorityError::Issuing { name: NAME.to_owned(), source: error.into() })
    }
}

fn new_key() -> Result<SigningKey, AuthorityError> {
    let mut bytes = Zeroizing::new([0; 32]);
    loop {
        getrandom::fill(bytes.as_mut())?;
        // One in 2^32 is not a key: zero, or beyond the order of the curve.
        if let Ok(key) = SigningKey::from_slice(bytes.as_ref()) {
            return Ok(key);
        }
    }
}

fn pkcs8(key: &SigningKey) -> Result<Zeroizing<Vec<u8>>, AuthorityError> {
    let document = key.to_pkcs8_der().map_err(|error| KeyError::BadKey(error.into()))?;
    Ok(document.to_bytes())
}

fn distinguished_name(parts: &[(ObjectIdentifier, &str)]) -> Result<Name, AuthorityError> {
    let mut name = vec![];
    for &(oid, text) in parts {
        let bad = |_| AuthorityError::Name { name: text.to_owned() };
        if text.is_empty() || text.chars().count() > NAME_LETTERS_MAX {
            return Err(AuthorityError::Name { name: text.to_owned() });
        }
        // X.520, 6.2.9 wants a serial number printable.
        let value = if oid == rfc4519::SERIAL_NUMBER {
            PrintableStringRef::new(text).map(Any::from)
        } else {
            Utf8StringRef::new(text).map(Any::from)
        };
        let attribute = AttributeTypeAndValue { oid, value: value.map_err(bad)? };
        name.push(RelativeDistinguishedName(SetOfVec::try_from(vec![attribute]).map_err(bad)?));
    }
    Ok(RdnSequence(name))
}

/// `name` ends with the common name.
fn issue(
    profile: Profile,
    name: &[(ObjectIdentifier, &str)],
    key: &SigningKey,
    at: Timestamp,
    years: u32,
    authority: &SigningKey,
    usage: Option<&ExtendedKeyUsage>,
) -> Result<Certificate, AuthorityError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| AuthorityError::Issuing {
        name: name.last().map(|(_, text)| (*text).to_owned()).unwrap_or_default(),
        source,
    };
    let subject = distinguished_name(name)?;
    // 20 bytes at most, positive, and not to be guessed (RFC 5280, 4.1.2.2).
    let mut serial = [0; 16];
    getrandom::fill(&mut serial)?;
    serial[0] = serial[0] & 0x7f | 0x40;
    let serial = SerialNumber::new(&serial).map_err(|error| failed(error.into()))?;
    let validity = validity(at, years).ok_or(AuthorityError::Time { at })?;
    let public = key.verifying_key().to_public_key_der().map_err(|error| failed(error.into()))?;
    let public =
        SubjectPublicKeyInfoOwned::try_from(public.as_bytes()).map_err(|error| failed(error.into()))?;
    let mut builder = CertificateBuilder::new(profile, serial, validity, subject, public, authority)
        .map_err(|error| failed(error.into()))?;
    if let Some(usage) = usage {
        builder.add_extension(usage).map_err(|error| failed(error.into()))?;
    }
    let certificate = builder.build::<DerSignature>().map_err(|error| failed(error.into()))?;
    Ok(Certificate::from_der(&certificate.to_der().map_err(|error| failed(error.into()))?)?)
}

/// From a time for some years of 365.25 days; `None` if either end has no encoding.
fn validity(at: Timestamp, years: u32) -> Option<Validity> {
    const YEAR: u64 = 31_557_600;
    let from = u64::try_from(at.as_second()).ok()?;
    let time = |seconds: u64| -> Option<Time> {
        let time = DateTime::from_unix_duration(Duration::from_secs(seconds)).ok()?;
        Some(Time::GeneralTime(GeneralizedTime::from_date_time(time)))
    };
    Some(Validity { not_before: time(from)?, not_after: time(from + u64::from(years) * YEAR)? })
}
