//! The CMS around a signature (RFC 5652): made by us, read from anybody.

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

/// RFC 5035, 3.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct SigningCertificateV2 {
    certificates: Vec<CertificateId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// RFC 5035, 4: `ESSCertIDv2`. SHA-256 is what an absent algorithm means.
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

/// The attributes to be signed, in DER (RFC 5652, 5.4; ETSI EN 319 122-1, 5.1 and 5.2). There is no
/// signing time: in PAdES the signature dictionary holds it.
pub fn attributes(digest: &[u8; 32], signer: &Certificate) -> der::Result<SetOfVec<Attribute>> {
    let part = &signer.content.tbs_certificate;
    let id = CertificateId {
        hash_algorithm: None,
        hash: OctetString::new(Hash::Sha256.digest(&[&signer.der]))?,
        issuer_serial: Some(IssuerSerial {
            issuer: vec![GeneralName::DirectoryName(part.issuer.clone())],
            serial: part.serial_number.clone(),
        }),
    };
    let signing_certificate = SigningCertificateV2 { certificates: vec![id], policies: None };
    SetOfVec::try_from(vec![
        attribute(rfc5911::ID_CONTENT_TYPE, &rfc5911::ID_DATA)?,
        attribute(rfc5911::ID_MESSAGE_DIGEST, &OctetString::new(digest.as_slice())?)?,
        attribute(rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2, &signing_certificate)?,
    ])
}

/// Puts a finished signature into its envelope. `scheme` uses SHA-256, as [`attributes`] does.
pub fn seal(
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
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![digest])?,
        content: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent: None },
        certificates: Some(SetOfVec::try_from(certificates)?),
        revocations: None,
        signers: SignerInfos(SetOfVec::try_from(vec![info])?),
    };
    ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content: Any::from_der(&data.to_der()?)? }.to_der()
}

/// A CMS that was read: one signer, detached.
#[derive(Debug)]
pub struct Envelope {
    pub signer: Certificate,
    /// Every certificate but the signer's.
    pub others: Vec<Certificate>,
    info: SignerInfo,
    hash: Result<Hash, SignatureError>,
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
    /// Reads the CMS at the beginning of `bytes`; only zeros may follow it.
    pub fn read(bytes: &[u8]) -> Result<Envelope, Fault> {
        let mut reader = SliceReader::new(bytes).map_err(|_| Fault::Unreadable)?;
        let outer = ContentInfo::decode(&mut reader).map_err(|_| Fault::Unreadable)?;
        let rest = reader.read_slice(reader.remaining_len()).map_err(|_| Fault::Unreadable)?;
        if outer.content_type != rfc5911::ID_SIGNED_DATA || rest.iter().any(|byte| *byte != 0) {
            return Err(Fault::Unreadable);
        }
        let data: SignedData = outer.content.decode_as().map_err(|_| Fault::Unreadable)?;
        if data.content.econtent_type != rfc5911::ID_DATA || data.content.econtent.is_some() {
            return Err(Fault::Unreadable);
        }
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
        Ok(Envelope { signer, others: certificates, info: info.clone(), hash })
    }

    /// Checks digest, signature and the certificate that the signer meant. `certificate_named` says
    /// whether `signing-certificate-v2` must be there, as in PAdES.
    pub fn check(&self, signed: &[&[u8]], certificate_named: bool) -> Result<(), Fault> {
        let hash = self.hash.map_err(|_| Fault::Unsupported)?;
        let scheme = Scheme::of(&self.info.signature_algorithm, Some(hash)).map_err(fault)?;
        let digest = hash.digest(signed);
        // Without signed attributes it is no CAdES signature, and the forms of it can be confused.
        let attributes = self.info.signed_attrs.as_ref().ok_or(Fault::Unsupported)?;
        let content_type: ObjectIdentifier = only_value(attributes, rfc5911::ID_CONTENT_TYPE)?;
        if content_type != rfc5911::ID_DATA {
            return Err(Fault::Unreadable);
        }
        let held: OctetString = only_value(attributes, rfc5911::ID_MESSAGE_DIGEST)?;
        if held.as_bytes() != digest {
            return Err(Fault::OtherDigest);
        }
        let message = attributes.to_der().map_err(|_| Fault::Unreadable)?;
        scheme.check(self.signer.public_key(), &message, self.info.signature.as_bytes()).map_err(fault)?;
        let named = attributes.iter().any(|one| one.oid == rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2);
        if named || certificate_named { self.check_certificate(attributes) } else { Ok(()) }
    }

    /// RFC 5035, 5.4: the first certificate named is the signer's.
    fn check_certificate(&self, attributes: &SetOfVec<Attribute>) -> Result<(), Fault> {
        let value: Result<SigningCertificateV2, Fault> =
            only_value(attributes, rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2);
        let value = value.map_err(|_| Fault::OtherCertificate)?;
        let id = value.certificates.first().ok_or(Fault::OtherCertificate)?;
        let hash = match &id.hash_algorithm {
            None => Hash::Sha256,
            Some(algorithm) => Hash::of(algorithm.oid).map_err(|_| Fault::Unsupported)?,
        };
        let part = &self.signer.content.tbs_certificate;
        let same_issuer = id.issuer_serial.as_ref().is_none_or(|one| {
            one.serial == part.serial_number
                && one.issuer == vec![GeneralName::DirectoryName(part.issuer.clone())]
        });
        if hash.digest(&[&self.signer.der]) == id.hash.as_bytes() && same_issuer {
            Ok(())
        } else {
            Err(Fault::OtherCertificate)
        }
    }
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
