//! X.509 certificates (RFC 5280): what they say, and checking a signature with their key.

use std::time::Duration;

use const_oid::db::{rfc4519, rfc5912};
use der::asn1::ObjectIdentifier;
use der::{Any, Decode, DecodePem, Encode, Reader, SliceReader, Tag, Tagged};
use jiff::Timestamp;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use serde::Serialize;
use sha2_for_cms::{Digest, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::name::Name;
use x509_cert::time::Time;

use crate::key::RSA_BITS_MIN;

/// The longest certificate that is read, in bytes. A usual one has one or two thousand.
const CERTIFICATE_BYTES_MAX: usize = 64 * 1024;

/// A certificate as it was received.
#[derive(Debug, Clone)]
pub struct Certificate {
    pub(crate) der: Vec<u8>,
    /// The signed part exactly as it was received: encoding it anew could differ from what its issuer
    /// signed.
    pub(crate) signed_part: Vec<u8>,
    pub(crate) content: x509_cert::Certificate,
}

/// Two certificates are the same when every byte is.
impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

/// Why a certificate cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("a certificate has {bytes} bytes, more than {CERTIFICATE_BYTES_MAX}")]
    TooLarge { bytes: usize },
    #[error("a certificate cannot be decoded")]
    Encoding(#[from] der::Error),
}

/// What a person wants to know about a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateInfo {
    /// The common name of its holder, or the whole name where there is none.
    pub subject: String,
    /// The common name of who issued it, or the whole name.
    pub issuer: String,
    /// The serial number, lower-case hexadecimal.
    pub serial: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// The SHA-256 of the certificate, lower-case hexadecimal.
    pub fingerprint: String,
    pub algorithm: Algorithm,
}

/// The kind of key that a certificate is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Algorithm {
    Rsa {
        bits: usize,
    },
    /// ECDSA on the curve P-256.
    P256,
    /// Any other; nothing can be signed or verified with it here.
    Other,
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Algorithm::Rsa { bits } => write!(formatter, "RSA {bits}"),
            Algorithm::P256 => formatter.write_str("ECDSA P-256"),
            Algorithm::Other => formatter.write_str("?"),
        }
    }
}

impl Certificate {
    /// # Errors
    /// [`CertificateError`] if it is not one certificate in DER, or is unreasonably large.
    pub fn from_der(der: &[u8]) -> Result<Certificate, CertificateError> {
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(CertificateError::TooLarge { bytes: der.len() });
        }
        let content = x509_cert::Certificate::from_der(der)?;
        let mut reader = SliceReader::new(der)?;
        reader.decode::<der::Header>()?;
        let signed_part = reader.tlv_bytes()?.to_vec();
        Ok(Certificate { der: der.to_vec(), signed_part, content })
    }

    /// Reads the first certificate of a PEM text.
    ///
    /// # Errors
    /// [`CertificateError`] as for [`Certificate::from_der`].
    pub fn from_pem(pem: &str) -> Result<Certificate, CertificateError> {
        if pem.len() > 2 * CERTIFICATE_BYTES_MAX {
            return Err(CertificateError::TooLarge { bytes: pem.len() });
        }
        let document = der::Document::from_pem(pem).map(|(_, document)| document);
        match document {
            Ok(document) => Certificate::from_der(document.as_bytes()),
            // Its encoding is not canonical, but the bytes inside may be a certificate all the same.
            Err(_) => Certificate::from_der(&x509_cert::Certificate::from_pem(pem)?.to_der()?),
        }
    }

    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    #[must_use]
    pub fn info(&self) -> CertificateInfo {
        let part = &self.content.tbs_certificate;
        CertificateInfo {
            subject: common_name(&part.subject),
            issuer: common_name(&part.issuer),
            serial: crate::hex(part.serial_number.as_bytes()),
            not_before: moment(part.validity.not_before),
            not_after: moment(part.validity.not_after),
            fingerprint: crate::digest_hex(&self.der),
            algorithm: algorithm(self.public_key()),
        }
    }

    pub(crate) fn public_key(&self) -> &SubjectPublicKeyInfoOwned {
        &self.content.tbs_certificate.subject_public_key_info
    }

    pub(crate) fn subject(&self) -> &Name {
        &self.content.tbs_certificate.subject
    }

    pub(crate) fn issuer(&self) -> &Name {
        &self.content.tbs_certificate.issuer
    }

    /// Both ends belong to the validity (RFC 5280, 4.1.2.5).
    pub(crate) fn is_valid_at(&self, at: Timestamp) -> bool {
        let validity = self.content.tbs_certificate.validity;
        // The end has no fractions: the whole of its last second counts.
        moment(validity.not_before) <= at && at.as_second() <= moment(validity.not_after).as_second()
    }

    /// Whether the key of `issuer` made the signature on this certificate.
    pub(crate) fn check_signature(&self, issuer: &Certificate) -> Result<(), SignatureError> {
        let signature = self.content.signature.as_bytes().ok_or(SignatureError::Wrong)?;
        // The algorithm stands twice, and only one of them is signed (RFC 5280, 4.1.1.2).
        if self.content.signature_algorithm != self.content.tbs_certificate.signature {
            return Err(SignatureError::Wrong);
        }
        let scheme = Scheme::of(&self.content.signature_algorithm, None)?;
        scheme.check(issuer.public_key(), &self.signed_part, signature)
    }
}

pub(crate) fn moment(time: Time) -> Timestamp {
    let since: Duration = time.to_unix_duration();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// The common name of a name, or all of it.
pub(crate) fn common_name(name: &Name) -> String {
    let attributes = name.0.iter().flat_map(|part| part.0.iter());
    let mut common = attributes.filter(|attribute| attribute.oid == rfc4519::COMMON_NAME);
    common.next_back().and_then(|attribute| text_of(&attribute.value)).unwrap_or_else(|| name.to_string())
}

fn text_of(value: &Any) -> Option<String> {
    let bytes = value.value();
    match value.tag() {
        Tag::BmpString => {
            let units: Vec<u16> =
                bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            Some(String::from_utf16_lossy(&units))
        }
        // Its letters are usually Latin-1, whatever T.61 says.
        Tag::TeletexString => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        _ => None,
    }
}

fn algorithm(key: &SubjectPublicKeyInfoOwned) -> Algorithm {
    match PublicKey::of(key) {
        Ok(PublicKey::Rsa(key)) => Algorithm::Rsa { bits: key.n().bits() },
        Ok(PublicKey::P256(_)) => Algorithm::P256,
        Err(_) => Algorithm::Other,
    }
}

/// What came of checking one signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureError {
    /// Nothing can be said about it here: an algorithm that is not known, or a key that is too weak.
    Unsupported,
    Wrong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub fn of(oid: ObjectIdentifier) -> Result<Hash, SignatureError> {
        match oid {
            rfc5912::ID_SHA_256 => Ok(Hash::Sha256),
            rfc5912::ID_SHA_384 => Ok(Hash::Sha384),
            rfc5912::ID_SHA_512 => Ok(Hash::Sha512),
            _ => Err(SignatureError::Unsupported),
        }
    }

    pub fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        fn all<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hasher = D::new();
            for part in parts {
                hasher.update(part);
            }
            hasher.finalize().to_vec()
        }
        match self {
            Hash::Sha256 => all::<Sha256>(parts),
            Hash::Sha384 => all::<Sha384>(parts),
            Hash::Sha512 => all::<Sha512>(parts),
        }
    }
}

pub enum PublicKey {
    Rsa(RsaPublicKey),
    P256(p256::ecdsa::VerifyingKey),
}

impl PublicKey {
    pub fn of(key: &SubjectPublicKeyInfoOwned) -> Result<PublicKey, SignatureError> {
        let der = key.to_der().map_err(|_| SignatureError::Unsupported)?;
        match key.algorithm.oid {
            rfc5912::RSA_ENCRYPTION => {
                use rsa::pkcs8::DecodePublicKey;
                let key = RsaPublicKey::from_public_key_der(&der);
                key.map(PublicKey::Rsa).map_err(|_| SignatureError::Unsupported)
            }
            rfc5912::ID_EC_PUBLIC_KEY => {
                use p256::pkcs8::DecodePublicKey;
                let key = p256::ecdsa::VerifyingKey::from_public_key_der(&der);
                key.map(PublicKey::P256).map_err(|_| SignatureError::Unsupported)
            }
            _ => Err(SignatureError::Unsupported),
        }
    }
}

/// How a signature was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    Rsa(Hash),
    Ecdsa(Hash),
}

impl Scheme {
    /// `digest` is the hash named beside the algorithm, for those that name none (RFC 3370, 3.2).
    pub fn of(algorithm: &AlgorithmIdentifierOwned, digest: Option<Hash>) -> Result<Scheme, SignatureError> {
        let scheme = match algorithm.oid {
            rfc5912::RSA_ENCRYPTION => Scheme::Rsa(digest.ok_or(SignatureError::Unsupported)?),
            rfc5912::SHA_256_WITH_RSA_ENCRYPTION => Scheme::Rsa(Hash::Sha256),
            rfc5912::SHA_384_WITH_RSA_ENCRYPTION => Scheme::Rsa(Hash::Sha384),
            rfc5912::SHA_512_WITH_RSA_ENCRYPTION => Scheme::Rsa(Hash::Sha512),
            rfc5912::ECDSA_WITH_SHA_256 => Scheme::Ecdsa(Hash::Sha256),
            rfc5912::ECDSA_WITH_SHA_384 => Scheme::Ecdsa(Hash::Sha384),
            rfc5912::ECDSA_WITH_SHA_512 => Scheme::Ecdsa(Hash::Sha512),
            _ => return Err(SignatureError::Unsupported),
        };
        let (Scheme::Rsa(hash) | Scheme::Ecdsa(hash)) = scheme;
        // RFC 5652 leaves it open that the two differ, but nobody means it.
        if digest.is_some_and(|digest| digest != hash) { Err(SignatureError::Wrong) } else { Ok(scheme) }
    }

    pub fn check(
        self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match (self, PublicKey::of(key)?) {
            (Scheme::Rsa(hash), PublicKey::Rsa(key)) => {
                if key.n().bits() < RSA_BITS_MIN {
                    return Err(SignatureError::Unsupported);
                }
                let padding = match hash {
                    Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                    Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
                    Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
                };
                key.verify(padding, &hash.digest(&[message]), signature).map_err(|_| SignatureError::Wrong)
            }
            (Scheme::Ecdsa(hash), PublicKey::P256(key)) => {
                let signature =
                    p256::ecdsa::Signature::from_der(signature).map_err(|_| SignatureError::Wrong)?;
                key.verify_prehash(&hash.digest(&[message]), &signature).map_err(|_| SignatureError::Wrong)
            }
            (Scheme::Rsa(_), PublicKey::P256(_)) | (Scheme::Ecdsa(_), PublicKey::Rsa(_)) => {
                Err(SignatureError::Wrong)
            }
        }
    }
}
