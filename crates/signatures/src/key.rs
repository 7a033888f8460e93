//! Private keys: kept in a PKCS#12 file (RFC 7292) under their owner's passphrase, used once, wiped.

use const_oid::db::rfc5912;
use der::Encode;
use jiff::Timestamp;
use p12_keystore::error::Error as StoreError;
use p12_keystore::{EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKeyChain};
use p256::ecdsa::signature::Signer as _;
use p256::pkcs8::{DecodePrivateKey, PrivateKeyInfo};
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2_for_cms::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::certificate::{Certificate, CertificateError, CertificateInfo, Hash, PublicKey, Scheme};
use crate::envelope::{self, Content};
use crate::{Signer, SignerError, rounds};

/// The largest key file that is read, in bytes: 64 KiB.
pub const KEY_FILE_BYTES_MAX: usize = 64 * 1024;

/// RSA keys below this many bits are refused (BSI TR-02102-1 and NIST SP 800-131A agree on it).
pub const RSA_BITS_MIN: usize = 2048;

/// RSA keys beyond this many bits are refused: they would only keep the server busy.
pub const RSA_BITS_MAX: usize = 4096;

/// Rounds of PBKDF2-HMAC-SHA256 between a passphrase and a key, after the OWASP Password Storage Cheat
/// Sheet (2023). Each of the three places in a file that depend on the passphrase has as many, because
/// whoever guesses takes the cheapest. Tests check what is done with them, not how long they last.
const ROUNDS: u64 = if cfg!(test) { 1_000 } else { 600_000 };

/// The most rounds that a file may ask for in all, some seconds of work. Files of Windows and OpenSSL ask
/// for a few thousand at each place; one that asks for more was made to keep us busy.
pub const ROUNDS_MAX: u64 = 10_000_000;

/// A private key with its certificate, encrypted under its owner's passphrase.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyFile {
    pkcs12: Vec<u8>,
}

/// What [`KeyFile::import`] makes: the file to keep, and what its certificate says.
#[derive(Debug, Clone)]
pub struct Imported {
    pub file: KeyFile,
    pub certificate: CertificateInfo,
}

/// A private key that was unlocked. It is wiped when dropped and signs only while its certificate is
/// valid.
pub struct Key {
    secret: Secret,
    certificate: Certificate,
    /// The certificates above it, as far as the file had them, without the root.
    above: Vec<Certificate>,
}

enum Secret {
    P256(p256::ecdsa::SigningKey),
    Rsa(Box<RsaPrivateKey>),
}

// Both kinds wipe themselves.
impl ZeroizeOnDrop for Key {}

/// Why a key file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the passphrase does not open the key file")]
    WrongPassphrase,
    #[error("a key file cannot be kept without a passphrase")]
    NoPassphrase,
    #[error("the key file has {bytes} bytes, more than {KEY_FILE_BYTES_MAX}")]
    TooLarge { bytes: usize },
    #[error("the key file asks for more than {ROUNDS_MAX} rounds of work, or a kind of work not known here")]
    TooLaborious,
    #[error("the key file is not a PKCS#12 file that can be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the key file holds no private key with its certificate")]
    NoKey,
    #[error("the key file holds {count} private keys; it must be one")]
    SeveralKeys { count: usize },
    #[error("a certificate in the key file cannot be read")]
    Certificate(#[from] CertificateError),
    #[error("the private key in the key file cannot be read")]
    BadKey(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("keys of this kind cannot sign here: {algorithm}; RSA and ECDSA on P-256 can")]
    UnknownAlgorithm { algorithm: String },
    #[error("an RSA key of {bits} bits is too weak; it must have at least {RSA_BITS_MIN}")]
    TooWeak { bits: usize },
    #[error("an RSA key of {bits} bits is too large; it may have at most {RSA_BITS_MAX}")]
    TooStrong { bits: usize },
    #[error("the certificate of {subject} belongs to another private key")]
    OtherCertificate { subject: String },
    #[error("the certificate of {subject} expired at {until}")]
    Expired { subject: String, until: Timestamp },
    #[error("the key file could not be encrypted")]
    Encrypting(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KeyFile").field("bytes", &self.pkcs12.len()).finish()
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Key").field("certificate", &self.certificate.info()).finish_non_exhaustive()
    }
}

impl KeyFile {
    /// Reads a PKCS#12 file as an authority hands it out, checks it, and encrypts it anew under the
    /// same passphrase: PBES2 with AES-256, whatever it came with.
    ///
    /// Takes as long as a few hundred milliseconds, on purpose.
    ///
    /// # Errors
    /// [`KeyError`]; among others if the passphrase is wrong or empty, if there is not exactly one
    /// key, if it cannot sign, or if its certificate has expired at `at`.
    pub fn import(pkcs12: &[u8], passphrase: &str, at: Timestamp) -> Result<Imported, KeyError> {
        if passphrase.is_empty() {
            return Err(KeyError::NoPassphrase);
        }
        let chain = open(pkcs12, passphrase)?;
        let key = Key::from_chain(&chain)?;
        let certificate = key.certificate();
        if at > certificate.not_after && !key.certificate.is_valid_at(at) {
            return Err(KeyError::Expired { subject: certificate.subject, until: certificate.not_after });
        }
        Ok(Imported { file: KeyFile { pkcs12: encrypt(chain, passphrase)? }, certificate })
    }

    /// A file that was kept, from [`KeyFile::as_bytes`]. Nothing is checked before it is unlocked.
    #[must_use]
    pub fn from_bytes(pkcs12: Vec<u8>) -> KeyFile {
        KeyFile { pkcs12 }
    }

    /// The encrypted file. It is an ordinary PKCS#12 file that its owner can take elsewhere.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.pkcs12
    }

    /// Opens the file. Takes as long as a few hundred milliseconds, on purpose.
    ///
    /// # Errors
    /// [`KeyError::WrongPassphrase`], or another [`KeyError`] if the file is damaged.
    pub fn unlock(&self, passphrase: &str) -> Result<Key, KeyError> {
        Key::from_chain(&open(&self.pkcs12, passphrase)?)
    }
}

impl Key {
    /// What its certificate says.
    #[must_use]
    pub fn certificate(&self) -> CertificateInfo {
        self.certificate.info()
    }

    fn from_chain(chain: &PrivateKeyChain) -> Result<Key, KeyError> {
        let mut certificates = vec![];
        for certificate in chain.chain() {
            certificates.push(Certificate::from_der(certificate.as_der())?);
        }
        if certificates.is_empty() {
            return Err(KeyError::NoKey);
        }
        let certificate = certificates.remove(0);
        let secret = Secret::from_pkcs8(chain.key())?;
        if !secret.belongs_to(&certificate) {
            return Err(KeyError::OtherCertificate { subject: certificate.info().subject });
        }
        // The root is left out: whoever verifies trusts it for its own sake or not at all.
        let above = certificates.into_iter().filter(|one| one.subject() != one.issuer()).collect();
        Ok(Key { secret, certificate, above })
    }

    /// A key of an authority of ours, with nothing above it but the root.
    pub(crate) fn new(secret: p256::ecdsa::SigningKey, certificate: Certificate) -> Key {
        Key { secret: Secret::P256(secret), certificate, above: vec![] }
    }

    /// Signs, whenever that is.
    pub(crate) fn seal(&self, content: Content<'_>) -> Result<Vec<u8>, SignerError> {
        let attributes = envelope::attributes(content, &self.certificate)?;
        let message = attributes.to_der()?;
        let (scheme, signature) = match &self.secret {
            Secret::P256(key) => {
                // Without randomness (RFC 6979): the same letter gives the same signature.
                let signature: p256::ecdsa::DerSignature =
                    key.try_sign(&message).map_err(|error| SignerError::Signing(error.into()))?;
                (Scheme::Ecdsa(Hash::Sha256), signature.as_bytes().to_vec())
            }
            Secret::Rsa(key) => {
                let mut blinding = Blinding::new().map_err(|error| SignerError::Signing(error.into()))?;
                let digest = Sha256::digest(&message);
                let signature = key
                    .sign_with_rng(&mut blinding, Pkcs1v15Sign::new::<Sha256>(), &digest)
                    .map_err(|error| SignerError::Signing(error.into()))?;
                (Scheme::Rsa(Hash::Sha256), signature)
            }
        };
        Ok(envelope::seal(content, attributes, scheme, &signature, &self.certificate, &self.above)?)
    }
}

impl Secret {
    fn from_pkcs8(der: &[u8]) -> Result<Secret, KeyError> {
        let info = PrivateKeyInfo::try_from(der).map_err(|error| KeyError::BadKey(error.into()))?;
        match info.algorithm.oid {
            rfc5912::ID_EC_PUBLIC_KEY => {
                let curve = info.algorithm.parameters_oid().ok();
                if curve != Some(rfc5912::SECP_256_R_1) {
                    let algorithm = curve.map_or("EC".to_owned(), |curve| format!("EC {curve}"));
                    return Err(KeyError::UnknownAlgorithm { algorithm });
                }
                let key = p256::ecdsa::SigningKey::from_pkcs8_der(der);
                Ok(Secret::P256(key.map_err(|error| KeyError::BadKey(error.into()))?))
            }
            rfc5912::RSA_ENCRYPTION => {
                let key =
                    RsaPrivateKey::from_pkcs8_der(der).map_err(|error| KeyError::BadKey(error.into()))?;
                match key.n().bits() {
                    bits if bits < RSA_BITS_MIN => Err(KeyError::TooWeak { bits }),
                    bits if bits > RSA_BITS_MAX => Err(KeyError::TooStrong { bits }),
                    _ => Ok(Secret::Rsa(Box::new(key))),
                }
            }
            other => Err(KeyError::UnknownAlgorithm { algorithm: other.to_string() }),
        }
    }

    fn belongs_to(&self, certificate: &Certificate) -> bool {
        match (self, PublicKey::of(certificate.public_key())) {
            (Secret::P256(key), Ok(PublicKey::P256(public))) => *key.verifying_key() == public,
            (Secret::Rsa(key), Ok(PublicKey::Rsa(public))) => key.to_public_key() == public,
            (Secret::P256(_) | Secret::Rsa(_), _) => false,
        }
    }
}

/// Decrypts a PKCS#12 file that holds one key.
fn open(pkcs12: &[u8], passphrase: &str) -> Result<PrivateKeyChain, KeyError> {
    if pkcs12.len() > KEY_FILE_BYTES_MAX {
        return Err(KeyError::TooLarge { bytes: pkcs12.len() });
    }
    // Before any work is done.
    if rounds::asked_for(pkcs12).map_err(|error| KeyError::Unreadable(error.into()))? > ROUNDS_MAX {
        return Err(KeyError::TooLaborious);
    }
    let store = KeyStore::from_pkcs12(pkcs12, passphrase).map_err(|error| match error {
        // Without a checksum, a wrong passphrase shows only in what comes out of the decryption.
        StoreError::MacError(_) | StoreError::UnpadError | StoreError::Pkcs5Error(_) => {
            KeyError::WrongPassphrase
        }
        other => KeyError::Unreadable(other.into()),
    })?;
    let mut chains: Vec<&PrivateKeyChain> = store
        .entries()
        .filter_map(|(_, entry)| match entry {
            KeyStoreEntry::PrivateKeyChain(chain) => Some(chain),
            KeyStoreEntry::Certificate(_) | KeyStoreEntry::Secret(_) => None,
        })
        .collect();
    match (chains.pop(), chains.len()) {
        (Some(chain), 0) => Ok(chain.clone()),
        (Some(_), others) => Err(KeyError::SeveralKeys { count: others + 1 }),
        (None, _) => Err(KeyError::NoKey),
    }
}

fn encrypt(chain: PrivateKeyChain, passphrase: &str) -> Result<Vec<u8>, KeyError> {
    let mut store = KeyStore::new();
    store.add_entry("sigap", KeyStoreEntry::PrivateKeyChain(chain));
    store
        .writer(passphrase)
        .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
        .encryption_iterations(ROUNDS)
        .mac_algorithm(MacAlgorithm::HmacSha256)
        .mac_iterations(ROUNDS)
        .write()
        .map_err(|error| KeyError::Encrypting(error.into()))
}

/// Encrypts a key (PKCS#8) with its certificate and those above it.
pub(crate) fn encrypt_new(
    pkcs8: &[u8],
    certificates: &[&Certificate],
    passphrase: &str,
) -> Result<Vec<u8>, KeyError> {
    if passphrase.is_empty() {
        return Err(KeyError::NoPassphrase);
    }
    let mut chain = vec![];
    for certificate in certificates {
        let certificate = p12_keystore::Certificate::from_der(&certificate.der);
        chain.push(certificate.map_err(|error| KeyError::Encrypting(error.into()))?);
    }
    let id = certificates.first().map(|first| Sha256::digest(&first.der)[..20].to_vec()).unwrap_or_default();
    encrypt(PrivateKeyChain::new(pkcs8, id, chain), passphrase)
}

impl Signer for Key {
    fn sign(&self, digest: &[u8; 32], at: Timestamp) -> Result<Vec<u8>, SignerError> {
        if !self.certificate.is_valid_at(at) {
            let CertificateInfo { subject, not_before, not_after, .. } = self.certificate.info();
            return Err(if at < not_before {
                SignerError::NotYetValid { subject, at, from: not_before }
            } else {
                SignerError::Expired { subject, at, until: not_after }
            });
        }
        self.seal(Content::Detached { digest })
    }
}

/// Randomness that hides from a clock what the RSA key does (RUSTSEC-2023-0071). It changes nothing in
/// the signature. The system gives the seed, where it can fail with an error; the `rsa` crate's
/// trait has no place for one.
struct Blinding {
    seed: Zeroizing<[u8; 32]>,
    counter: u64,
}

impl Blinding {
    fn new() -> Result<Blinding, getrandom::Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut())?;
        Ok(Blinding { seed, counter: 0 })
    }
}

impl rsa::rand_core::CryptoRng for Blinding {}

impl rsa::rand_core::RngCore for Blinding {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, target: &mut [u8]) {
        for part in target.chunks_mut(32) {
            self.counter = self.counter.wrapping_add(1);
            let mut block: [u8; 32] = Sha256::new()
                .chain_update(*self.seed)
                .chain_update(self.counter.to_le_bytes())
                .finalize()
                .into();
            part.copy_from_slice(&block[..part.len()]);
            block.zeroize();
        }
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(target);
        Ok(())
    }
}
