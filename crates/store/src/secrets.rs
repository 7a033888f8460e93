//! Secrets that have to be used, so that no hash will do: they are kept encrypted, under a key that is kept
//! outside the database. Who has the database alone learns none of them.
//!
//! # What is written
//!
//! XChaCha20-Poly1305 with a random nonce; to whom or what the secret belongs is authenticated with it, so
//! that it is worth nothing in the row of another. The nonce and what came out follow each other, in
//! hexadecimal.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use sop::case::PersonId;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::sql::Columns as _;
use crate::{Store, StoreError};

/// How secrets are encrypted from now on; each row names how it was.
pub(crate) const ALGORITHM: &str = "xchacha20poly1305-v1";

/// The length of a nonce, in bytes: so long that random ones do not meet.
const NONCE_BYTES: usize = 24;

/// To whom or what a secret belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner<'a> {
    Person(&'a PersonId),
    /// By its number.
    Webhook(u32),
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "person {person}"),
            Self::Webhook(id) => write!(f, "webhook {id}"),
        }
    }
}

impl Owner<'_> {
    /// What is authenticated with the secret. That of a person is their id alone, as it was before anything
    /// else had a secret; an id has no space in it, so that nobody is taken for a webhook.
    fn authenticated(&self) -> Vec<u8> {
        match self {
            Self::Person(person) => person.as_str().as_bytes().to_vec(),
            Self::Webhook(_) => self.to_string().into_bytes(),
        }
    }
}

/// The key under which an office keeps its secrets. It is kept outside the database, or it would be worth
/// nothing.
#[derive(Clone)]
pub struct SecretsKey([u8; 32]);

impl SecretsKey {
    /// A new key.
    pub fn generate() -> Result<Self, StoreError> {
        random().map(Self)
    }

    /// Reads a key as [`SecretsKey::reveal`] writes it; none if it is not one.
    pub fn parse(digits: &str) -> Option<Self> {
        let mut key = [0; 32];
        hex::decode_to_slice(digits.trim(), &mut key).ok()?;
        Some(Self(key))
    }

    /// The key as 64 hexadecimal digits, for the file that keeps it.
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }

    pub(crate) fn encrypt(&self, owner: Owner<'_>, secret: &[u8]) -> Result<String, StoreError> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let payload = Payload { msg: secret, aad: &owner.authenticated() };
        let encrypted = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|error| error.to_string())
            .doing(|| format!("encrypting a secret of {owner}"))?;
        Ok(hex::encode([&nonce[..], &encrypted].concat()))
    }

    pub(crate) fn decrypt(&self, owner: Owner<'_>, written: &str) -> Result<Vec<u8>, Cause> {
        let bytes = hex::decode(written)?;
        let (nonce, encrypted) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or("it is too short")?;
        let payload = Payload { msg: encrypted, aad: &owner.authenticated() };
        self.cipher()
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| "it was encrypted under another key, or for somebody else".into())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl fmt::Debug for SecretsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretsKey")
    }
}

impl Store {
    /// Whether there are secrets that only the office's key opens: another key would fit none of them.
    pub async fn has_encrypted_secrets(&self) -> Result<bool, StoreError> {
        let row = query(
            "SELECT (SELECT COUNT(*) FROM second_factors WHERE algorithm <> '') \
                  + (SELECT COUNT(*) FROM webhooks WHERE algorithm <> '') AS secrets",
        )
        .fetch_one(&self.readers)
        .await
        .doing(|| "looking for encrypted secrets".to_owned())?;
        Ok(row.count("secrets").damaged(|| "the count of encrypted secrets".to_owned())? > 0)
    }

    /// Encrypts the secrets that lie in the database as they are, from before they were encrypted, and says
    /// how many there were. Nothing of them stays in its file.
    pub async fn encrypt_secrets(&self) -> Result<usize, StoreError> {
        let key = self.secrets_key()?;
        let mut tx = self.write("beginning to encrypt secrets").await?;
        let encrypted =
            encrypt_those_of_apps(&mut tx, key).await? + encrypt_those_of_webhooks(&mut tx, key).await?;
        tx.commit().await.doing(|| "encrypting secrets".to_owned())?;
        if encrypted > 0 {
            self.forget_overwritten().await?;
        }
        Ok(encrypted)
    }
}

async fn encrypt_those_of_apps(tx: &mut AnyConnection, key: &SecretsKey) -> Result<usize, StoreError> {
    let doing = || "encrypting the secrets of authenticator apps".to_owned();
    let rows = query("SELECT person, secret FROM second_factors WHERE algorithm = ''")
        .fetch_all(&mut *tx)
        .await
        .doing(doing)?;
    for row in &rows {
        let read = || -> Result<(PersonId, Vec<u8>), Cause> {
            Ok((PersonId::new(row.text("person")?), hex::decode(row.text("secret")?)?))
        };
        let (person, secret) = read().damaged(|| "the secret of an authenticator app".to_owned())?;
        query("UPDATE second_factors SET secret = $1, algorithm = $2 WHERE person = $3")
            .bind(key.encrypt(Owner::Person(&person), &secret)?)
            .bind(ALGORITHM)
            .bind(person.as_str())
            .execute(&mut *tx)
            .await
            .doing(doing)?;
    }
    Ok(rows.len())
}

/// Counts those of a webhook once, be there one or, for a while, two.
async fn encrypt_those_of_webhooks(tx: &mut AnyConnection, key: &SecretsKey) -> Result<usize, StoreError> {
    let doing = || "encrypting the secrets of webhooks".to_owned();
    let rows = query("SELECT id, secret, old_secret FROM webhooks WHERE algorithm = ''")
        .fetch_all(&mut *tx)
        .await
        .doing(doing)?;
    for row in &rows {
        let read = || -> Result<(u32, String, Option<String>), Cause> {
            Ok((row.count("id")?, row.text("secret")?, row.text_or_none("old_secret")?))
        };
        let (id, secret, old) = read().damaged(|| "the secret of a webhook".to_owned())?;
        let encrypt = |secret: &String| key.encrypt(Owner::Webhook(id), secret.as_bytes());
        query("UPDATE webhooks SET secret = $1, old_secret = $2, algorithm = $3 WHERE id = $4")
            .bind(encrypt(&secret)?)
            .bind(old.as_ref().map(encrypt).transpose()?)
            .bind(ALGORITHM)
            .bind(i64::from(id))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
    }
    Ok(rows.len())
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], StoreError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Randomness { source: error.into() })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_owner_under_its_key_alone() {
        let (key, other) = (SecretsKey::generate().unwrap(), SecretsKey::generate().unwrap());
        let (rina, budi) = (PersonId::new("rina"), PersonId::new("budi"));
        let (rina, budi) = (Owner::Person(&rina), Owner::Person(&budi));
        let written = key.encrypt(rina, b"rahasia").unwrap();
        let read_again = SecretsKey::parse(&format!("{}\n", key.reveal())).unwrap();
        assert_eq!(read_again.decrypt(rina, &written).unwrap(), b"rahasia");
        assert!(key.decrypt(budi, &written).is_err(), "moved into the row of somebody else");
        assert!(key.decrypt(Owner::Webhook(1), &written).is_err(), "or of a program");
        assert!(other.decrypt(rina, &written).is_err());
        assert!(key.decrypt(rina, &hex::encode(b"rahasia")).is_err(), "as it was before");
        assert_ne!(key.encrypt(rina, b"rahasia").unwrap(), written, "equal secrets do not look equal");
    }
}
