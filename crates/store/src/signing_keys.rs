//! With what officials sign, and by which certificates their signatures are trusted. A key comes in
//! and goes out encrypted, or lies elsewhere; nobody here could use it.

use std::fmt;

use jiff::Timestamp;
use sop::case::{PersonId, SigningMeans};
use sqlx::any::AnyRow;
use sqlx::{Row as _, query};

use crate::error::{Cause, Context};
use crate::sql::{Columns as _, Statement, micros};
use crate::{Store, StoreError};

/// The key of an official.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    pub person: PersonId,
    pub kept: Kept,
    pub registered_at: Timestamp,
}

/// Where a key is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In this office, with a certificate of an authority that it trusts.
    Local(KeyFile),
    /// In this office, with a certificate that was made for trying out, and proves nothing.
    Test(KeyFile),
    /// At BSrE, which signs for whoever it knows by this number.
    Bsre(Nik),
}

/// A key that the office keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// PKCS#12, encrypted with the official's passphrase.
    pub pkcs12: Vec<u8>,
    /// The SHA-256 of its certificate, in hexadecimal.
    pub certificate: String,
    /// Whom the certificate names.
    pub holder: String,
    pub issuer: String,
    pub valid_until: Timestamp,
}

/// Nomor Induk Kependudukan: the sixteen digits of a person in the civil registry. They tell where and
/// when somebody was born, so that only the last four are ever shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Nik(String);

impl SigningKey {
    pub fn means(&self) -> SigningMeans {
        match self.kept {
            Kept::Local(_) => SigningMeans::Local,
            Kept::Test(_) => SigningMeans::Test,
            Kept::Bsre(_) => SigningMeans::Bsre,
        }
    }
}

// Written out, so that no key gets into a log, encrypted as it is.
impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl Nik {
    const DIGITS: usize = 16;
    const DIGITS_SHOWN: usize = 4;

    /// None if it is not sixteen digits.
    pub fn parse(typed: &str) -> Option<Self> {
        let is_one = typed.len() == Self::DIGITS && typed.bytes().all(|byte| byte.is_ascii_digit());
        is_one.then(|| Self(typed.to_owned()))
    }

    /// All of it, for the service that has to know it.
    pub fn in_full(&self) -> &str {
        &self.0
    }
}

/// Masked but for the last four digits.
impl fmt::Display for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = Self::DIGITS - Self::DIGITS_SHOWN;
        write!(f, "{}{}", "*".repeat(hidden), &self.0[hidden..])
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nik({self})")
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
        let mut statement = keys();
        statement.push(" WHERE person = ").text(person.as_str());
        let rows = statement.fetch_all(&self.readers, || format!("reading the key of {person}")).await?;
        rows.first().map(SigningKey::read).transpose()
    }

    /// All keys, by whose they are.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let mut statement = keys();
        statement.push(" ORDER BY person");
        let rows = statement.fetch_all(&self.readers, || "reading the keys".to_owned()).await?;
        rows.iter().map(SigningKey::read).collect()
    }

    /// Gives somebody a key, in place of the one they had.
    pub async fn set_signing_key(&self, key: &SigningKey) -> Result<(), StoreError> {
        let doing = || format!("writing the key of {}", key.person);
        let mut tx = self.write("beginning to write a key").await?;
        for taken in
            ["DELETE FROM signing_keys WHERE person = $1", "DELETE FROM bsre_signers WHERE person = $1"]
        {
            query(taken).bind(key.person.as_str()).execute(&mut *tx).await.doing(doing)?;
        }
        let insert = match &key.kept {
            Kept::Local(file) | Kept::Test(file) => query(
                "INSERT INTO signing_keys (person, imported_at, means, key_file, certificate, holder, issuer, \
                   valid_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(key.person.as_str())
            .bind(micros(key.registered_at))
            .bind(if matches!(key.kept, Kept::Test(_)) { TEST } else { LOCAL })
            .bind(file.pkcs12.as_slice())
            .bind(file.certificate.as_str())
            .bind(file.holder.as_str())
            .bind(file.issuer.as_str())
            .bind(micros(file.valid_until)),
            Kept::Bsre(nik) => {
                query("INSERT INTO bsre_signers (person, registered_at, nik) VALUES ($1, $2, $3)")
                    .bind(key.person.as_str())
                    .bind(micros(key.registered_at))
                    .bind(nik.in_full())
            }
        };
        insert.execute(&mut *tx).await.doing(doing)?;
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

/// What stands in the column `means`.
const LOCAL: &str = "local";
const TEST: &str = "test";
const BSRE: &str = "bsre";

/// Those kept here and those kept by BSrE as rows of one kind.
fn keys() -> Statement {
    Statement::new(
        "SELECT person, means, registered_at, key_file, certificate, holder, issuer, valid_until, \
         nik FROM ( \
           SELECT person, means, imported_at AS registered_at, key_file, certificate, holder, issuer, \
             valid_until, NULL AS nik FROM signing_keys \
           UNION ALL \
           SELECT person, 'bsre', registered_at, NULL, NULL, NULL, NULL, NULL, nik FROM bsre_signers \
         ) AS kept",
    )
}

impl SigningKey {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let person = row.text("person").damaged(|| "whose a key is".to_owned())?;
        let file = || -> Result<KeyFile, Cause> {
            Ok(KeyFile {
                pkcs12: row.try_get("key_file")?,
                certificate: row.text("certificate")?,
                holder: row.text("holder")?,
                issuer: row.text("issuer")?,
                valid_until: row.time("valid_until")?,
            })
        };
        let read = || -> Result<Self, Cause> {
            let kept = match row.text("means")?.as_str() {
                LOCAL => Kept::Local(file()?),
                TEST => Kept::Test(file()?),
                BSRE => Kept::Bsre(Nik::parse(&row.text("nik")?).ok_or("a NIK has sixteen digits")?),
                other => return Err(format!("{other:?} is no means of signing").into()),
            };
            Ok(Self { person: person.as_str().into(), kept, registered_at: row.time("registered_at")? })
        };
        read().damaged(|| format!("the key of {person}"))
    }
}
