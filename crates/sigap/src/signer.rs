//! `sigap signer`: the keys with which officials sign, and the certificates that are trusted.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use signatures::{Certificate, KeyFile};
use sop::case::{PersonId, SigningMeans};
use store::{SigningKey, Store, TrustedRoot};

use crate::office::{Office, OfficeArgs, Settings};

#[derive(Debug, Subcommand)]
pub enum SignerCommand {
    /// Give an official the key they sign with, from a PKCS#12 file; its passphrase is asked for
    Import(Import),
    /// Print the certificates that local signatures are trusted by, as PEM
    Ca(Ca),
}

#[derive(Debug, Args)]
pub struct Import {
    /// The official's e-mail address or NIP
    login: String,
    /// The PKCS#12 file (.p12, .pfx)
    file: PathBuf,
    /// The certificate (PEM) of the authority that issued it, to be trusted
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    office: OfficeArgs,
}

#[derive(Debug, Args)]
pub struct Ca {
    #[command(flatten)]
    office: OfficeArgs,
}

pub async fn run(command: SignerCommand) -> Result<ExitCode> {
    match command {
        SignerCommand::Import(import) => run_import(import).await,
        SignerCommand::Ca(ca) => print_roots(ca).await,
    }
}

async fn run_import(import: Import) -> Result<ExitCode> {
    let settings = Settings::read(import.office.config.as_deref(), &import.office)?;
    let office = Office::open(&settings).await?;
    let Some(credentials) = office.store.credentials(&import.login).await? else {
        bail!("nobody in this office signs in as {}; `sigap user list` tells who does", import.login);
    };
    let pkcs12 = std::fs::read(&import.file)
        .with_context(|| format!("the key file {} cannot be read", import.file.display()))?;
    let passphrase = rpassword::prompt_password("Passphrase of the key file: ")?;
    if let Some(ca) = &import.ca {
        let pem = std::fs::read_to_string(ca)
            .with_context(|| format!("the certificate {} cannot be read", ca.display()))?;
        trust(&office.store, &pem).await.with_context(|| format!("{} is not trusted", ca.display()))?;
    }
    let person = credentials.person;
    let key = keep(&office.store, &person.id, &pkcs12, &passphrase, SigningMeans::Local).await?;
    println!("{} signs with the certificate of {}, issued by {}.", person.name, key.holder, key.issuer);
    Ok(ExitCode::SUCCESS)
}

/// Keeps a key for an official, encrypted anew under its passphrase.
pub async fn keep(
    store: &Store,
    person: &PersonId,
    pkcs12: &[u8],
    passphrase: &str,
    means: SigningMeans,
) -> Result<SigningKey> {
    let now = now();
    let imported = KeyFile::import(pkcs12, passphrase, now)?;
    let key = SigningKey {
        person: person.clone(),
        means,
        key_file: imported.file.as_bytes().to_vec(),
        certificate: imported.certificate.fingerprint.clone(),
        holder: imported.certificate.subject.clone(),
        issuer: imported.certificate.issuer.clone(),
        valid_until: imported.certificate.not_after,
        imported_at: now,
    };
    store.set_signing_key(&key).await?;
    Ok(key)
}

/// Trusts the signatures that lead to a certificate.
pub async fn trust(store: &Store, pem: &str) -> Result<()> {
    let certificate = Certificate::from_pem(pem)?.info().fingerprint;
    store.add_trusted_root(&TrustedRoot { certificate, pem: pem.to_owned() }, now()).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a command that somebody gives now")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

async fn print_roots(ca: Ca) -> Result<ExitCode> {
    let settings = Settings::read(ca.office.config.as_deref(), &ca.office)?;
    let office = Office::open(&settings).await?;
    for root in office.store.trusted_roots().await? {
        print!("{}", root.pem);
    }
    Ok(ExitCode::SUCCESS)
}
