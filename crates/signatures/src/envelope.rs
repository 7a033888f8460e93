//! The CMS around a signature (RFC 5652): made by us, read from anybody. What is signed lies outside,
//! in the PDF, or for a time stamp (RFC 3161) inside.

use cms::cert::IssuerAndSerialNumber;
use cms::content_info::CmsVersion;
use cms::signed_data::{EncapsulatedContentInfo, SignerIdentifier, SignerInfo, SignerInfos};
use const_oid::db::{rfc5911, rfc5912};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec};
use der::{Any, Decode, DecodeValue, Encode, Reader, Sequence, SliceReader, Tag, Tagged};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::serial_number::SerialNumber;

use crate::certificate::{Certificate, Hash, Scheme, SignatureError};

/// `id-ct-TSTInfo` (RFC 3161, 2.4.2).
pub const TIME_STAMP_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// `id-aa-signatureTimeStampToken` (RFC 3161, appendix A; ETSI EN 319 122-1, 5.3).
const TIME_STAMP_TOKEN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// How many certificates are looked at in one signature.
const CERTIFICATES_MAX: usize = 16;

/// `SignedData`, with the certificates left as they are: they have to be checked byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct SignedData {
    version: CmsVersion,
    digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    content: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    revocations: Option<SetOfVec<Any>>,
    signers: SignerInfos,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct ContentInfo {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: Any,
}

/// RFC 5035, 3; the first version (RFC 2634, 5.4) differs only in what its hashes are.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct SigningCertificate {
    certificates: Vec<CertificateId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// RFC 5035, 4: `ESSCertIDv2`. SHA-256 is what an absent algorithm means, and SHA-1 in `ESSCertID`.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct CertificateId {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer_serial: Option<IssuerSerial>,
}

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct IssuerSerial {
    issuer: Vec<GeneralName>,
    serial: SerialNumber,
}

fn algorithm(oid: ObjectIdentifier, parameters: Option<Any>) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters }
}

fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> der::Result<Attribute> {
    let value = Any::from_der(&value.to_der()?)?;
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// What is signed.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// The digest of a file that lies elsewhere.
    Detached { digest: &'a [u8; 32] },
    /// What a time-stamping authority says; it lies inside.
    TimeStamp(&'a [u8]),
}

impl Content<'_> {
    fn kind(self) -> ObjectIdentifier {
        match self {
            Content::Detached { .. } => rfc5911::ID_DATA,
            Content::TimeStamp(_) => TIME_STAMP_INFO,
        }
    }
}

/// The attributes to be signed, in DER (RFC 5652, 5.4; ETSI EN 319 122-1, 5.1 and 5.2). There is no
/// signing time: in PAdES the signature dictionary holds it.
pub fn attributes(content: Content<'_>, signer: &Certificate) -> der::Result<SetOfVec<Attribute>> {
    let part = &signer.content.tbs_certificate;
    let id = CertificateId {
        hash_algorithm: None,
        hash: OctetString::new(Hash::Sha256.digest(&[&signer.der]))?,
        issuer_serial: Some(IssuerSerial {
            issuer: vec![GeneralName::DirectoryName(part.issuer.clone())],
            serial: part.serial_number.clone(),
        }),
    };
    let signing_certificate = SigningCertificate { certificates: vec![id], policies: None };
    let digest = match content {
        Content::Detached { digest } => digest.to_vec(),
        Content::TimeStamp(info) => Hash::Sha256.digest(&[info]),
    };
    SetOfVec::try_from(vec![
        attribute(rfc5911::ID_CONTENT_TYPE, &content.kind())?,
        attribute(rfc5911::ID_MESSAGE_DIGEST, &OctetString::new(digest)?)?,
        attribute(rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2, &signing_certificate)?,
    ])
}

/// Puts a finished signature into its envelope. `scheme` uses SHA-256, as [`attributes`] does.
pub fn seal(
    content: Content<'_>,
    attributes: SetOfVec<Attribute>,
    scheme: Scheme,
    signature: &[u8],
    signer: &Certificate,
    others: &[Certificate],
) -> der::Result<Vec<u8>> {
    let part = &signer.content.tbs_certificate;
    let digest = algorithm(rfc5912::ID_SHA_256, None);
    let signature_algorithm = match scheme {
        // RFC 4055, 5 wants the NULL; RFC 5758, 3.2 wants nothing.
        Scheme::Rsa(_) => algorithm(rfc5912::SHA_256_WITH_RSA_ENCRYPTION, Some(Any::null())),
        Scheme::Ecdsa(_) => algorithm(rfc5912::ECDSA_WITH_SHA_256, None),
    };
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: part.issuer.clone(),
            serial_number: part.serial_number.clone(),
        }),
        digest_alg: digest.clone(),
        signed_attrs: Some(attributes),
        signature_algorithm,
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let mut certificates = vec![Any::from_der(&signer.der)?];
    for other in others {
        certificates.push(Any::from_der(&other.der)?);
    }
    // RFC 5652, 5.1: version 3 where something else than plain data is signed.
    let (version, inside) = match content {
        Content::Detached { .. } => (CmsVersion::V1, None),
        Content::TimeStamp(info) => (CmsVersion::V3, Some(Any::encode_from(&OctetString::new(info)?)?)),
    };
    let data = SignedData {
        version,
        digest_algorithms: SetOfVec::try_from(vec![digest])?,
        content: EncapsulatedContentInfo { econtent_type: content.kind(), econtent: inside },
        certificates: Some(SetOfVec::try_from(certificates)?),
        revocations: None,
        signers: SignerInfos(SetOfVec::try_from(vec![info])?),
    };
    wrap(&data)
}

fn wrap(data: &SignedData) -> der::Result<Vec<u8>> {
    ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content: Any::encode_from(data)? }.to_der()
}

/// A finished CMS with its only signature open to be time-stamped.
#[derive(Debug)]
pub struct Unstamped(SignedData);

impl Unstamped {
    /// # Errors
    /// [`der::Error`] if it is no CMS that a [`crate::Signer`] makes.
    pub fn open(cms: &[u8]) -> der::Result<Unstamped> {
        let outer = ContentInfo::from_der(cms)?;
        let data: SignedData = outer.content.decode_as()?;
        if data.signers.0.len() != 1 {
            return Err(Tag::Set.value_error());
        }
        Ok(Unstamped(data))
    }

    /// The value of the signature: what a time stamp is about (ETSI EN 319 122-1, 5.3).
    pub fn signature(&self) -> &[u8] {
        self.0.signers.0.iter().next().map_or(&[], |info| info.signature.as_bytes())
    }

    /// The CMS with a time stamp beside its signature, which it leaves as it is.
    pub fn stamp(self, token: &[u8]) -> der::Result<Vec<u8>> {
        let mut data = self.0;
        let mut signers = data.signers.0.into_vec();
        for info in &mut signers {
            let mut unsigned = info.unsigned_attrs.take().unwrap_or_default();
            unsigned.insert(attribute(TIME_STAMP_TOKEN, &Any::from_der(token)?)?)?;
            info.unsigned_attrs = Some(unsigned);
        }
        data.signers = SignerInfos(SetOfVec::try_from(signers)?);
        wrap(&data)
    }
}

/// A CMS that was read, with one signer.
#[derive(Debug)]
pub struct Envelope {
    pub signer: Certificate,
    /// Every certificate but the signer's.
    pub others: Vec<Certificate>,
    kind: ObjectIdentifier,
    info: SignerInfo,
    hash: Result<Hash, SignatureError>,
}

/// How a signature has to name its signer's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// As it likes, but if by `signing-certificate-v2`, rightly.
    Free,
    /// By `signing-certificate-v2`, as in PAdES.
    Strict,
    /// By either version of the attribute (RFC 3161, 2.4.2, and RFC 5816).
    TimeStamp,
}

/// What is wrong inside a CMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Unreadable,
    /// The signer's certificate is not in it.
    NoCertificate,
    Unsupported,
    /// The digest it holds is not that of the file.
    OtherDigest,
    WrongSignature,
    /// `signing-certificate-v2` is missing or names another certificate.
    OtherCertificate,
}

impl Envelope {
    /// Reads the detached CMS at the beginning of `bytes`; only zeros may follow it.
    pub fn read(bytes: &[u8]) -> Result<Envelope, Fault> {
        match Envelope::open(bytes, rfc5911::ID_DATA)? {
            (envelope, None) => Ok(envelope),
            (_, Some(_)) => Err(Fault::Unreadable),
        }
    }

    /// Reads a time stamp: its envelope and what it says.
    pub fn read_time_stamp(bytes: &[u8]) -> Result<(Envelope, Vec<u8>), Fault> {
        match Envelope::open(bytes, TIME_STAMP_INFO)? {
            (envelope, Some(content)) => Ok((envelope, content)),
            (_, None) => Err(Fault::Unreadable),
        }
    }

    fn open(bytes: &[u8], kind: ObjectIdentifier) -> Result<(Envelope, Option<Vec<u8>>), Fault> {
        let mut reader = SliceReader::new(bytes).map_err(|_| Fault::Unreadable)?;
        let outer = ContentInfo::decode(&mut reader).map_err(|_| Fault::Unreadable)?;
        let rest = reader.read_slice(reader.remaining_len()).map_err(|_| Fault::Unreadable)?;
        if outer.content_type != rfc5911::ID_SIGNED_DATA || rest.iter().any(|byte| *byte != 0) {
            return Err(Fault::Unreadable);
        }
        let data: SignedData = outer.content.decode_as().map_err(|_| Fault::Unreadable)?;
        if data.content.econtent_type != kind {
            return Err(Fault::Unreadable);
        }
        let content: Option<OctetString> = data
            .content
            .econtent
            .map(|content| content.decode_as())
            .transpose()
            .map_err(|_| Fault::Unreadable)?;
        let content = content.map(OctetString::into_bytes);
        let [info] = data.signers.0.as_slice() else { return Err(Fault::Unreadable) };
        let mut certificates = vec![];
        for certificate in data.certificates.iter().flat_map(SetOfVec::iter) {
            // Others are attribute certificates and formats of the past.
            if certificate.tag() != Tag::Sequence {
                continue;
            }
            if certificates.len() == CERTIFICATES_MAX {
                return Err(Fault::Unreadable);
            }
            let der = certificate.to_der().map_err(|_| Fault::Unreadable)?;
            certificates.push(Certificate::from_der(&der).map_err(|_| Fault::Unreadable)?);
        }
        let is_signer = |certificate: &Certificate| names(&info.sid, certificate);
        let position = certificates.iter().position(is_signer).ok_or(Fault::NoCertificate)?;
        let signer = certificates.remove(position);
        let hash = Hash::of(info.digest_alg.oid);
        // RFC 5652, 5.1 and 5.3. Neither is signed, so whoever changed them would go unnoticed.
        let expected = match &info.sid {
            SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
            SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
        };
        if info.version != expected
            || !data.digest_algorithms.iter().any(|one| one.oid == info.digest_alg.oid)
        {
            return Err(Fault::Unreadable);
        }
        Ok((Envelope { signer, others: certificates, kind, info: info.clone(), hash }, content))
    }

    /// The value of the signature.
    pub fn signature(&self) -> &[u8] {
        self.info.signature.as_bytes()
    }

    /// The time stamp beside the signature, in DER.
    pub fn time_stamp(&self) -> Option<Vec<u8>> {
        let mut unsigned = self.info.unsigned_attrs.iter().flat_map(SetOfVec::iter);
        let stamp = unsigned.find(|attribute| attribute.oid == TIME_STAMP_TOKEN)?;
        stamp.values.iter().next().and_then(|token| token.to_der().ok())
    }

    /// Checks digest, signature and the certificate that the signer meant.
    pub fn check(&self, signed: &[&[u8]], naming: Naming) -> Result<(), Fault> {
        let hash = self.hash.map_err(|_| Fault::Unsupported)?;
        let scheme = Scheme::of(&self.info.signature_algorithm, Some(hash)).map_err(fault)?;
        let digest = hash.digest(signed);
        // Without signed attributes it is no CAdES signature, and the forms of it can be confused.
        let attributes = self.info.signed_attrs.as_ref().ok_or(Fault::Unsupported)?;
        let content_type: ObjectIdentifier = only_value(attributes, rfc5911::ID_CONTENT_TYPE)?;
        if content_type != self.kind {
            return Err(Fault::Unreadable);
        }
        let held: OctetString = only_value(attributes, rfc5911::ID_MESSAGE_DIGEST)?;
        if held.as_bytes() != digest {
            return Err(Fault::OtherDigest);
        }
        let message = attributes.to_der().map_err(|_| Fault::Unreadable)?;
        scheme.check(self.signer.public_key(), &message, self.info.signature.as_bytes()).map_err(fault)?;
        let (second, first) = (rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2, rfc5911::ID_AA_SIGNING_CERTIFICATE);
        let has = |oid| attributes.iter().any(|attribute| attribute.oid == oid);
        match naming {
            Naming::Free if !has(second) => Ok(()),
            Naming::TimeStamp if !has(second) => self.check_certificate(attributes, first, sha1),
            Naming::Free | Naming::Strict | Naming::TimeStamp => {
                self.check_certificate(attributes, second, |der| Hash::Sha256.digest(&[der]))
            }
        }
    }

    /// RFC 5035, 5.4: the first certificate named is the signer's. `digest` is the hash that goes
    /// without saying.
    fn check_certificate(
        &self,
        attributes: &SetOfVec<Attribute>,
        oid: ObjectIdentifier,
        digest: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> Result<(), Fault> {
        let value: Result<SigningCertificate, Fault> = only_value(attributes, oid);
        let value = value.map_err(|_| Fault::OtherCertificate)?;
        let id = value.certificates.first().ok_or(Fault::OtherCertificate)?;
        let hash = match &id.hash_algorithm {
            None => digest(&self.signer.der),
            Some(algorithm) => {
                let hash = Hash::of(algorithm.oid).map_err(|_| Fault::Unsupported)?;
                hash.digest(&[&self.signer.der])
            }
        };
        let part = &self.signer.content.tbs_certificate;
        let same_issuer = id.issuer_serial.as_ref().is_none_or(|one| {
            one.serial == part.serial_number
                && one.issuer == vec![GeneralName::DirectoryName(part.issuer.clone())]
        });
        if hash == id.hash.as_bytes() && same_issuer { Ok(()) } else { Err(Fault::OtherCertificate) }
    }
}

/// What older time-stamping authorities name their certificate by. Nobody can make a certificate with
/// the hash of another yet, and the signature binds the two besides.
fn sha1(der: &[u8]) -> Vec<u8> {
    use sha1::Digest as _;
    sha1::Sha1::digest(der).to_vec()
}

fn fault(error: SignatureError) -> Fault {
    match error {
        SignatureError::Unsupported => Fault::Unsupported,
        SignatureError::Wrong => Fault::WrongSignature,
    }
}

fn names(id: &SignerIdentifier, certificate: &Certificate) -> bool {
    let part = &certificate.content.tbs_certificate;
    match id {
        SignerIdentifier::IssuerAndSerialNumber(id) => {
            id.issuer == part.issuer && id.serial_number == part.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(id) => {
            part.get::<SubjectKeyIdentifier>().is_ok_and(|own| own.is_some_and(|(_, own)| own == *id))
        }
    }
}

/// The value of an attribute that must be there once, with one value.
fn only_value<'a, T>(attributes: &'a SetOfVec<Attribute>, oid: ObjectIdentifier) -> Result<T, Fault>
where
    T: der::Choice<'a> + DecodeValue<'a>,
{
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    match (found.next(), found.next()) {
        (Some(attribute), None) => match attribute.values.as_slice() {
            [value] => value.decode_as().map_err(|_| Fault::Unreadable),
            _ => Err(Fault::Unreadable),
        },
        _ => Err(Fault::Unreadable),
    }
}
