//! `sigap signer`: the keys with which officials sign, and the certificates that are trusted.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use signatures::{Certificate, Subject, TestAuthority};
use store::{Kept, KeyFile, Nik, Person, SigningKey, Store, TrustedRoot};

use crate::ask;
use crate::office::{Office, OfficeArgs, Settings};
use crate::signing::{self, BsreError};

#[derive(Debug, Subcommand)]
pub enum SignerCommand {
    /// Give an official the key they sign with, from a PKCS#12 file; its passphrase is asked for
    Import(Import),
    /// Let an official sign through BSrE, which keeps their key
    Bsre(Register),
    /// Make an authority for trying out and give officials keys of it; their passphrases are asked for
    DemoCa(DemoCa),
    /// List who signs, and with what
    List(OfficeArgs),
    /// Print the certificates that local signatures are trusted by, as PEM
    Ca(OfficeArgs),
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
pub struct Register {
    /// The official's e-mail address or NIP
    login: String,
    /// Their NIK, 16 digits
    #[arg(long)]
    nik: String,
    /// The certificate (PEM) of BSrE's root, to be trusted
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    office: OfficeArgs,
}

#[derive(Debug, Args)]
pub struct DemoCa {
    /// The e-mail address or NIP of who gets a key; may be repeated
    #[arg(long = "for", value_name = "LOGIN", required = true)]
    logins: Vec<String>,
    #[command(flatten)]
    office: OfficeArgs,
}

pub async fn run(command: SignerCommand) -> Result<ExitCode> {
    match command {
        SignerCommand::Import(import) => run_import(import).await?,
        SignerCommand::Bsre(register) => run_register(register).await?,
        SignerCommand::DemoCa(demo) => run_demo_ca(demo).await?,
        SignerCommand::List(office) => list(&office).await?,
        SignerCommand::Ca(office) => print_roots(&office).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_import(import: Import) -> Result<()> {
    let (office, _) = open(&import.office).await?;
    let person = official(&office, &import.login).await?;
    let pkcs12 = std::fs::read(&import.file)
        .with_context(|| format!("the key file {} cannot be read", import.file.display()))?;
    let passphrase = ask::secret("Passphrase of the key file: ")?;
    let file = foreign_key_file(pkcs12, passphrase)?;
    if let Some(ca) = &import.ca {
        trust_file(&office.store, ca).await?;
    }
    let said =
        format!("{} signs with the certificate of {}, issued by {}.", person.name, file.holder, file.issuer);
    give(&office.store, &person, Kept::Local(file)).await?;
    println!("{said}");
    Ok(())
}

async fn run_register(register: Register) -> Result<()> {
    let (office, settings) = open(&register.office).await?;
    let person = official(&office, &register.login).await?;
    let Some(nik) = Nik::parse(&register.nik) else { bail!("a NIK has 16 digits; nothing was changed") };
    match signing::access_to_bsre(&settings)? {
        Some(bsre) => {
            let asked = nik.clone();
            let answer = tokio::task::spawn_blocking(move || bsre.check_signer(&asked)).await?;
            answer.map_err(|error| match error {
                BsreError::NotEnrolled { status } => {
                    anyhow::anyhow!(
                        "BSrE has the owner of {nik} as {status}, who cannot sign; nothing was changed"
                    )
                }
                error => anyhow::Error::new(error).context("nothing was changed"),
            })?;
        }
        None => println!("The setting bsre_url is not set yet, so that BSrE was not asked about {nik}."),
    }
    if let Some(ca) = &register.ca {
        trust_file(&office.store, ca).await?;
    }
    give(&office.store, &person, Kept::Bsre(nik.clone())).await?;
    println!("{} signs through BSrE as {nik}.", person.name);
    Ok(())
}

async fn run_demo_ca(demo: DemoCa) -> Result<()> {
    let (office, _) = open(&demo.office).await?;
    let mut people = Vec::new();
    for login in &demo.logins {
        people.push(official(&office, login).await?);
    }
    let authority = TestCa::found(&office.store, now()).await?;
    for person in people {
        let passphrase = ask::new_secret(&format!("Passphrase for the test key of {}: ", person.name))?;
        authority.give_key(&office.store, &person, &passphrase, now()).await?;
        println!(
            "{} signs with a test certificate. Their letters say that they are a simulation.",
            person.name
        );
    }
    Ok(())
}

/// An authority for trying out. Its key goes when it goes: nobody can issue more in its name later.
pub struct TestCa(TestAuthority);

impl TestCa {
    /// Makes one that is valid from a time on, and trusts it.
    pub async fn found(store: &Store, since: Timestamp) -> Result<Self> {
        let authority = TestAuthority::create("CA UJI Sigap, bukan BSrE", since)?;
        trust(store, &authority.to_pem()?).await?;
        Ok(Self(authority))
    }

    /// Gives somebody a key that is valid from a time on.
    pub async fn give_key(
        &self,
        store: &Store,
        person: &Person,
        passphrase: &str,
        since: Timestamp,
    ) -> Result<()> {
        const YEARS: u32 = 5;
        const MARK: &str = " (UJI)";
        let room = signatures::NAME_LETTERS_MAX - MARK.len();
        let name: String = person.name.chars().take(room).collect();
        let subject = Subject {
            common_name: format!("{name}{MARK}"),
            serial_number: person.nip.clone(),
            organization: "Uji coba Sigap".to_owned(),
            title: person.position.chars().take(signatures::NAME_LETTERS_MAX).collect(),
        };
        let pkcs12 = self.0.issue(&subject, since, YEARS, passphrase)?;
        give(store, person, Kept::Test(key_file(&pkcs12, passphrase)?)).await
    }
}

/// How long a key file from outside may take to open.
const OPENING_MAX: Duration = Duration::from_secs(30);

/// A key from a file of somebody else's. How much work it asks for is counted before it is done, but
/// not what an encrypted part asks for; there the clock decides.
fn foreign_key_file(pkcs12: Vec<u8>, passphrase: String) -> Result<KeyFile> {
    let (opened, waiting) = mpsc::channel();
    // Given up, it ends with the command.
    std::thread::spawn(move || opened.send(key_file(&pkcs12, &passphrase)));
    match waiting.recv_timeout(OPENING_MAX) {
        Ok(file) => file,
        Err(_) => {
            bail!("the key file did not open within {} seconds; nothing was changed", OPENING_MAX.as_secs())
        }
    }
}

/// A key as the office keeps it: checked, and encrypted anew under its passphrase.
fn key_file(pkcs12: &[u8], passphrase: &str) -> Result<KeyFile> {
    let imported = signatures::KeyFile::import(pkcs12, passphrase, now())?;
    Ok(KeyFile {
        pkcs12: imported.file.as_bytes().to_vec(),
        certificate: imported.certificate.fingerprint,
        holder: imported.certificate.subject,
        issuer: imported.certificate.issuer,
        valid_until: imported.certificate.not_after,
    })
}

async fn give(store: &Store, person: &Person, kept: Kept) -> Result<()> {
    Ok(store.set_signing_key(&SigningKey { person: person.id.clone(), kept, registered_at: now() }).await?)
}

async fn official(office: &Office, login: &str) -> Result<Person> {
    let Some(credentials) = office.store.credentials(login, office.today()).await? else {
        bail!("nobody in this office signs in as {login}; `sigap user list` tells who does");
    };
    Ok(credentials.person)
}

async fn trust_file(store: &Store, file: &Path) -> Result<()> {
    let pem = std::fs::read_to_string(file)
        .with_context(|| format!("the certificate {} cannot be read", file.display()))?;
    trust(store, &pem).await.with_context(|| format!("{} is not trusted", file.display()))
}

/// Trusts the signatures that lead to a certificate.
async fn trust(store: &Store, pem: &str) -> Result<()> {
    let certificate = Certificate::from_pem(pem)?.info().fingerprint;
    store.add_trusted_root(&TrustedRoot { certificate, pem: pem.to_owned() }, now()).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a command that somebody gives now")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

async fn list(args: &OfficeArgs) -> Result<()> {
    let (office, _) = open(args).await?;
    for key in office.store.signing_keys().await? {
        let person = office.store.person(&key.person, office.today()).await?;
        let name = person.map_or_else(|| key.person.to_string(), |person| person.name);
        match key.kept {
            Kept::Local(file) => println!("{name:28}  {}, until {}", file.issuer, file.valid_until),
            Kept::Test(file) => println!("{name:28}  TEST: {}, until {}", file.issuer, file.valid_until),
            Kept::Bsre(nik) => println!("{name:28}  BSrE, NIK {nik}"),
        }
    }
    Ok(())
}

async fn print_roots(args: &OfficeArgs) -> Result<()> {
    for root in open(args).await?.0.store.trusted_roots().await? {
        print!("{}", root.pem);
    }
    Ok(())
}

async fn open(args: &OfficeArgs) -> Result<(Office, Settings)> {
    let settings = Settings::read(args.config.as_deref(), args)?;
    Ok((Office::open(&settings).await?, settings))
}
