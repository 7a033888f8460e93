//! How much work a PKCS#12 file (RFC 7292) asks for before it opens, read without doing any of it.
//!
//! Whoever makes a file says how often its passphrase is to be hashed, and at how many places.

use cms::encrypted_data::EncryptedData;
use const_oid::db::rfc5911::{ID_DATA, ID_ENCRYPTED_DATA};
use der::asn1::{ContextSpecific, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Sequence, Tag};
use pkcs5::pbes2::{PBES2_OID, Parameters};
use pkcs12::authenticated_safe::AuthenticatedSafe;
use pkcs12::pbe_params::EncryptedPrivateKeyInfo;
use pkcs12::pfx::Pfx;
use pkcs12::safe_bag::SafeContents;
use spki::AlgorithmIdentifierOwned;

/// `pkcs8ShroudedKeyBag` and `secretBag` (RFC 7292, 4.2).
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const SECRET_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.5");

/// RFC 7292, appendix C, with room for any number.
#[derive(Sequence)]
struct OldParameters {
    salt: OctetString,
    rounds: u64,
}

/// The rounds of all places together, [`u64::MAX`] where one asks for work that cannot be counted in
/// rounds. What lies in an encrypted part is not counted.
///
/// # Errors
/// [`der::Error`] if it is no PKCS#12 file.
pub fn asked_for(pkcs12: &[u8]) -> der::Result<u64> {
    let file = Pfx::from_der(pkcs12)?;
    let mut rounds = file.mac_data.map_or(0, |checksum| u64::try_from(checksum.iterations).unwrap_or(0));
    let safes: OctetString = file.auth_safe.content.decode_as()?;
    for safe in AuthenticatedSafe::from_der(safes.as_bytes())? {
        let asked = match safe.content_type {
            ID_ENCRYPTED_DATA => {
                let data: EncryptedData = safe.content.decode_as()?;
                of_algorithm(&data.enc_content_info.content_enc_alg)?
            }
            ID_DATA => {
                let bags: OctetString = safe.content.decode_as()?;
                of_bags(&SafeContents::from_der(bags.as_bytes())?)?
            }
            _ => 0,
        };
        rounds = rounds.saturating_add(asked);
    }
    Ok(rounds)
}

fn of_bags(bags: &SafeContents) -> der::Result<u64> {
    let mut rounds: u64 = 0;
    for bag in bags {
        let asked = match bag.bag_id {
            KEY_BAG => {
                let key: ContextSpecific<EncryptedPrivateKeyInfo> =
                    ContextSpecific::from_der(&bag.bag_value)?;
                of_algorithm(&key.value.encryption_algorithm)?
            }
            // Nobody signs with what is in such a bag, yet it would be opened.
            SECRET_BAG => u64::MAX,
            _ => 0,
        };
        rounds = rounds.saturating_add(asked);
    }
    Ok(rounds)
}

fn of_algorithm(algorithm: &AlgorithmIdentifierOwned) -> der::Result<u64> {
    let parameters = algorithm.parameters.as_ref().ok_or_else(|| Tag::Sequence.value_error())?.to_der()?;
    if algorithm.oid == PBES2_OID {
        let parameters = Parameters::from_der(&parameters)?;
        // The other one, scrypt, can ask for any amount of memory.
        Ok(parameters.kdf.pbkdf2().map_or(u64::MAX, |pbkdf2| u64::from(pbkdf2.iteration_count)))
    } else {
        Ok(OldParameters::from_der(&parameters)?.rounds)
    }
}
