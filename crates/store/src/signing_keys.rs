//! With what officials sign, and by which certificates their signatures are trusted. A key comes in
//! and goes out encrypted; nobody here could use it.

use std::fmt;

use jiff::Timestamp;
use sop::case::{PersonId, SigningMeans};
use sqlx::any::AnyRow;
use sqlx::{Row as _, query};

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, micros};
use crate::{Store, StoreError};

/// The key of an official.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    pub person: PersonId,
    pub means: SigningMeans,
    /// PKCS#12, encrypted with the official's passphrase.
    pub key_file: Vec<u8>,
    /// The SHA-256 of its certificate, in hexadecimal.
    pub certificate: String,
    /// Whom the certificate names.
    pub holder: String,
    pub issuer: String,
    pub valid_until: Timestamp,
    pub imported_at: Timestamp,
}

// Written out, so that no key gets into a log, encrypted as it is.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("person", &self.person)
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

/// A certificate by which signatures are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedRoot {
    /// Its SHA-256, in hexadecimal.
    pub certificate: String,
    pub pem: String,
}

impl Store {
    /// The key with which somebody signs, if they have one.
    pub async fn signing_key(&self, person: &PersonId) -> Result<Option<SigningKey>, StoreError> {
        let row = query("SELECT * FROM signing_keys WHERE person = $1")
            .bind(person.as_str())
            .fetch_optional(&self.readers)
            .await
            .doing(|| format!("reading the key of {person}"))?;
        row.as_ref().map(SigningKey::read).transpose()
    }

    /// All keys, by whose they are.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let rows = query("SELECT * FROM signing_keys ORDER BY person").fetch_all(&self.readers).await;
        rows.doing(|| "reading the keys".to_owned())?.iter().map(SigningKey::read).collect()
    }

    /// Gives somebody a key, in place of the one they had.
    pub async fn set_signing_key(&self, key: &SigningKey) -> Result<(), StoreError> {
        let doing = || format!("writing the key of {}", key.person);
        let mut tx = self.write("beginning to write a key").await?;
        query(
            "INSERT INTO signing_keys (person, means, key_file, certificate, holder, issuer, valid_until, \
               imported_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (person) DO UPDATE SET means = excluded.means, key_file = excluded.key_file, \
               certificate = excluded.certificate, holder = excluded.holder, issuer = excluded.issuer, \
               valid_until = excluded.valid_until, imported_at = excluded.imported_at",
        )
        .bind(key.person.as_str())
        .bind(means(key.means))
        .bind(key.key_file.as_slice())
        .bind(key.certificate.as_str())
        .bind(key.holder.as_str())
        .bind(key.issuer.as_str())
        .bind(micros(key.valid_until))
        .bind(micros(key.imported_at))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }

    pub async fn trusted_roots(&self) -> Result<Vec<TrustedRoot>, StoreError> {
        let rows = query("SELECT certificate, pem FROM trusted_roots ORDER BY added_at, certificate")
            .fetch_all(&self.readers)
            .await
            .doing(|| "reading the trusted certificates".to_owned())?;
        let root = |row: &AnyRow| -> Result<TrustedRoot, Cause> {
            Ok(TrustedRoot { certificate: row.text("certificate")?, pem: row.text("pem")? })
        };
        rows.iter().map(|row| root(row).damaged(|| "a trusted certificate".to_owned())).collect()
    }

    pub async fn add_trusted_root(&self, root: &TrustedRoot, now: Timestamp) -> Result<(), StoreError> {
        let doing = || "writing a trusted certificate".to_owned();
        let mut tx = self.write("beginning to write a trusted certificate").await?;
        query(
            "INSERT INTO trusted_roots (certificate, pem, added_at) VALUES ($1, $2, $3) \
             ON CONFLICT (certificate) DO NOTHING",
        )
        .bind(root.certificate.as_str())
        .bind(root.pem.as_str())
        .bind(micros(now))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)
    }
}

impl SigningKey {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let person = row.text("person").damaged(|| "whose a key is".to_owned())?;
        let read = || -> Result<Self, Cause> {
            Ok(Self {
                person: person.as_str().into(),
                means: match row.text("means")?.as_str() {
                    "local" => SigningMeans::Local,
                    "test" => SigningMeans::Test,
                    other => return Err(format!("{other:?} is no means of signing with a key").into()),
                },
                key_file: row.try_get("key_file")?,
                certificate: row.text("certificate")?,
                holder: row.text("holder")?,
                issuer: row.text("issuer")?,
                valid_until: row.time("valid_until")?,
                imported_at: row.time("imported_at")?,
            })
        };
        read().damaged(|| format!("the key of {person}"))
    }
}

fn means(means: SigningMeans) -> &'static str {
    match means {
        SigningMeans::Local => "local",
        SigningMeans::Test => "test",
        // No key of BSrE's ever comes here.
        SigningMeans::Bsre => "bsre",
    }
}
