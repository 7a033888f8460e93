//! Where an office keeps its things, and how a command opens it.

use std::fmt;
use std::future::Future;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use app::{Clock, Desk, LetterOffice, ProxyHeader, SecondFactorFor};
use clap::Args;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use ipnet::IpNet;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sop::calendar::Calendar;
use store::files::{Bucket, BucketKey, Files};
use store::{SealKey, SecretsKey, Store};

use crate::sign_in::{LdapSettings, OidcSettings};
use crate::signer;

/// What every command that touches an office takes.
#[derive(Clone, Debug, Default, Args, Serialize)]
pub struct OfficeArgs {
    /// The folder with the office's database and files
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// The address of the database, if it is not the file in that folder: postgres://USER@HOST/NAME, or
    /// sqlite:///PATH. With a password in it, set it as SIGAP_DATABASE or in the settings file, since a
    /// command line is read by others
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// A TOML file with settings
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// A folder with calendar files (2026.toml, …) to use instead of those that come with Sigap
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendars: Option<PathBuf>,
}

/// The settings of an office, after flags, variables and file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub data: PathBuf,
    /// The address of the database; empty for the file in the folder of the office.
    #[serde(default, skip_serializing)]
    pub database: Secret,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendars: Option<PathBuf>,
    /// Where attachments and letters are kept, `s3://bucket/prefix`; in the folder of the office if empty.
    #[serde(default)]
    pub files: String,
    /// How the bucket of the files is reached.
    #[serde(default, skip_serializing)]
    pub s3: S3Settings,
    /// Where a server makes a backup each day; nowhere if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_dir: Option<PathBuf>,
    /// At which hour of the office it does, 0 to 23.
    pub backup_hour: i8,
    /// Of how many days, weeks and months the last backup stays.
    pub backup_daily: usize,
    pub backup_weekly: usize,
    pub backup_monthly: usize,
    /// The file that the settings were read from, if there is one.
    #[serde(skip)]
    pub read_from: Option<PathBuf>,
    /// The address to listen on.
    pub addr: String,
    /// The address people type begins with https.
    pub https: bool,
    /// The largest attachment, in megabytes.
    pub attachment_mb: u64,
    /// Who has to have a second factor: none, signers or all.
    #[serde(default)]
    pub second_factor: SecondFactorFor,
    /// How many hours of an officer's week the helpdesk should take at most.
    pub helpdesk_hours_per_week: u32,
    /// The proxies in front that are believed about whom they speak for: addresses or networks.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
    /// In which header they say it: x-forwarded-for or forwarded.
    #[serde(default)]
    pub proxy_header: ProxyHeader,
    /// How many requests one person may make in a minute, and as many one address of nobody known.
    #[serde(default = "requests_per_minute")]
    pub requests_per_minute: u32,
    /// The format of the log: text or json.
    pub log: String,
    /// The address under which people outside reach Sigap; printed on letters.
    pub public_url: String,
    /// Where BSrE's esign-client answers; empty where nobody signs through BSrE.
    pub bsre_url: String,
    pub bsre_user: String,
    /// From a variable or the settings file: a command line is read by others.
    #[serde(default, skip_serializing)]
    pub bsre_password: Secret,
    /// Where it is asked for somebody's status, under its address.
    pub bsre_status_path: String,
    /// The time-stamping authority that stamps local signatures; empty for none.
    pub tsa_url: String,
    /// The mail server that letters are given to: `smtp://HOST:PORT`, or `smtps://USER:PASSWORD@HOST`;
    /// empty if none are. From a variable or the settings file, as all that holds a password.
    #[serde(default, skip_serializing)]
    pub smtp_url: Secret,
    /// From whom letters are mailed.
    #[serde(default)]
    pub mail_from: String,
    /// Where the daemon of ClamAV listens, which looks through files that come in:
    /// `unix:/run/clamav/clamd.ctl` or `tcp:HOST:PORT`; empty if none does.
    pub clamd: String,
    /// For how many days it is kept who read what.
    pub access_log_days: u32,
    /// Where Prometheus asks for metrics, apart from the address that people reach; empty if it does not.
    #[serde(default)]
    pub metrics_addr: String,
    /// The collector of OpenTelemetry that traces go to, such as `http://127.0.0.1:4318`; empty for none.
    #[serde(default)]
    pub otlp_url: String,
    /// How often a server seals what has come, in minutes.
    pub seal_minutes: u64,
    /// Where letters are written as files rather than mailed, to try it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_folder: Option<PathBuf>,
    /// The provider through which people sign in.
    #[serde(default, skip_serializing)]
    pub oidc: Option<OidcSettings>,
    /// The directory that keeps passwords.
    #[serde(default, skip_serializing)]
    pub ldap: Option<LdapSettings>,
    #[serde(default)]
    pub webhooks: Webhooks,
}

/// How programs elsewhere are told.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// The private networks into which messages may go beside the public one, such as `10.0.0.0/8`, or
    /// single addresses.
    #[serde(default)]
    pub allow: Vec<String>,
}

/// How an S3-compatible store is reached. What is left out is taken from the variables that other tools read
/// (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, …), or from the role of the machine.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// Where it answers, `https://…`; AWS itself if empty.
    #[serde(default)]
    pub endpoint: String,
    #[serde(default)]
    pub region: String,
    #[serde(default)]
    pub access_key_id: String,
    #[serde(default)]
    pub secret_access_key: Secret,
}

/// A setting that is in no log.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The longest that a server may leave what has come unsealed: a day, in minutes.
const SEAL_MINUTES_MAX: u64 = 24 * 60;

/// The whole hours of a working week by Perpres 21/2023, which has 37 and a half.
const WEEK_HOURS: u32 = 37;
/// Less would stop somebody at work, whose pages refresh by themselves.
const REQUESTS_PER_MINUTE_MIN: u32 = 60;
const REQUESTS_PER_MINUTE_MAX: u32 = 1_000_000;
/// For how many days the access log may be kept: long enough that somebody can ask, and no longer than
/// what it tells of.
const ACCESS_LOG_DAYS: std::ops::RangeInclusive<u32> = 30..=3_650;

/// The settings that are read unless others are named.
const SETTINGS_FILE: &str = "sigap.toml";

/// The most that the largest attachment may be set to, in megabytes.
const ATTACHMENT_MB_MAX: u64 = 1024;

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("sigap-data"),
            database: Secret::default(),
            calendars: None,
            files: String::new(),
            s3: S3Settings::default(),
            backup_dir: None,
            // After midnight, so that a backup holds whole days, and before anybody comes.
            backup_hour: 1,
            backup_daily: 7,
            backup_weekly: 4,
            backup_monthly: 12,
            read_from: None,
            addr: "127.0.0.1:8080".to_owned(),
            https: false,
            attachment_mb: 10,
            second_factor: SecondFactorFor::None,
            // An assumption: the SOP warns that main work is neglected and names no figure. Two fifths of
            // the 37.5 hours of Perpres 21/2023 leave the larger part to it.
            helpdesk_hours_per_week: 15,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            requests_per_minute: requests_per_minute(),
            log: "text".to_owned(),
            public_url: String::new(),
            bsre_url: String::new(),
            bsre_user: String::new(),
            bsre_password: Secret::default(),
            bsre_status_path: "api/user/status".to_owned(),
            tsa_url: String::new(),
            smtp_url: Secret::default(),
            mail_from: String::new(),
            clamd: String::new(),
            access_log_days: app::ACCESS_LOG_DAYS,
            metrics_addr: String::new(),
            otlp_url: String::new(),
            seal_minutes: 60,
            mail_folder: None,
            oidc: None,
            ldap: None,
            webhooks: Webhooks::default(),
        }
    }
}

impl Settings {
    /// How letters say that Sigap is reached: as set, or by the address it listens on.
    pub fn address(&self, listening: std::net::SocketAddr) -> String {
        match self.public_url.as_str() {
            "" => format!("{}://{listening}", if self.https { "https" } else { "http" }),
            url => url.to_owned(),
        }
    }

    /// Reads the settings; `flags` are those of the command line that were given.
    pub fn read(config: Option<&Path>, flags: impl Serialize) -> Result<Self> {
        let file = config.unwrap_or(Path::new(SETTINGS_FILE));
        if config.is_some() && !file.is_file() {
            bail!("the settings file {} does not exist", file.display());
        }
        let figment = Figment::from(Serialized::defaults(Self::default())).merge(Toml::file(file));
        let read_from = file.is_file().then(|| file.to_owned());
        Ok(Self { read_from, ..Self::read_over(figment, flags)? })
    }

    /// The same over what stands in a file.
    fn read_over(mut figment: Figment, flags: impl Serialize) -> Result<Self> {
        let known = [
            "data",
            "calendars",
            "files",
            "backup_dir",
            "backup_hour",
            "backup_daily",
            "backup_weekly",
            "backup_monthly",
            "addr",
            "https",
            "attachment_mb",
            "second_factor",
            "helpdesk_hours_per_week",
            "trusted_proxies",
            "proxy_header",
            "requests_per_minute",
            "log",
            "public_url",
            "bsre_url",
            "bsre_status_path",
            "tsa_url",
            "smtp_url",
            "mail_from",
            "clamd",
            "access_log_days",
            "metrics_addr",
            "otlp_url",
            "seal_minutes",
            "mail_folder",
        ];
        figment = figment.merge(Env::prefixed("SIGAP_").only(&known));
        let allowed = Env::raw().only(&["SIGAP_WEBHOOKS_ALLOW"]).map(|_| "webhooks.allow".into());
        figment = figment.merge(allowed);
        // As they are: what looks like a number is still a name or a password.
        for key in [
            "database",
            "bsre_user",
            "bsre_password",
            "oidc.client_secret",
            "ldap.bind_password",
            "s3.endpoint",
            "s3.region",
            "s3.access_key_id",
            "s3.secret_access_key",
        ] {
            if let Ok(value) = std::env::var(format!("SIGAP_{}", key.to_uppercase().replace('.', "_"))) {
                figment = figment.merge(Serialized::default(key, value));
            }
        }
        let settings: Self =
            figment.merge(Serialized::defaults(flags)).extract().context("the settings cannot be read")?;
        if !(1..=ATTACHMENT_MB_MAX).contains(&settings.attachment_mb) {
            bail!(
                "an attachment of at most {} MB cannot be set; choose from 1 to {ATTACHMENT_MB_MAX} \
                 with --attachment-mb",
                settings.attachment_mb
            );
        }
        if !(1..=WEEK_HOURS).contains(&settings.helpdesk_hours_per_week) {
            bail!(
                "a limit of {} helpdesk hours a week cannot be set; set helpdesk_hours_per_week from 1 to \
                 {WEEK_HOURS}",
                settings.helpdesk_hours_per_week
            );
        }
        if !(1..=SEAL_MINUTES_MAX).contains(&settings.seal_minutes) {
            bail!(
                "the history cannot be sealed every {} minutes; set seal_minutes from 1 to {SEAL_MINUTES_MAX}",
                settings.seal_minutes
            );
        }
        if !(0..24).contains(&settings.backup_hour) {
            bail!("a backup cannot be made at hour {}; set backup_hour from 0 to 23", settings.backup_hour);
        }
        settings.proxies()?;
        if !(REQUESTS_PER_MINUTE_MIN..=REQUESTS_PER_MINUTE_MAX).contains(&settings.requests_per_minute) {
            bail!(
                "{} requests a minute cannot be set; set requests_per_minute from {REQUESTS_PER_MINUTE_MIN} to \
                 {REQUESTS_PER_MINUTE_MAX}",
                settings.requests_per_minute
            );
        }
        if !ACCESS_LOG_DAYS.contains(&settings.access_log_days) {
            bail!(
                "the access log cannot be kept for {} days; set access_log_days from {} to {}",
                settings.access_log_days,
                ACCESS_LOG_DAYS.start(),
                ACCESS_LOG_DAYS.end()
            );
        }
        Ok(settings)
    }

    /// The bucket of the files, if they are in one.
    fn bucket(&self) -> Result<Option<Bucket>> {
        if self.files.is_empty() {
            return Ok(None);
        }
        let S3Settings { endpoint, region, access_key_id, secret_access_key } = &self.s3;
        let key = match (access_key_id.as_str(), secret_access_key.reveal()) {
            ("", "") => None,
            ("", _) | (_, "") => bail!(
                "a key of a bucket has two parts: set both s3.access_key_id and s3.secret_access_key, or \
                 neither"
            ),
            (id, secret) => Some(BucketKey { id: id.to_owned(), secret: secret.to_owned() }),
        };
        let bucket = Bucket::parse(&self.files).context("files is set wrongly")?;
        Ok(Some(Bucket { endpoint: endpoint.clone(), region: region.clone(), key, ..bucket }))
    }

    /// The files of the office, for whoever works beside the process that serves it.
    pub fn open_files(&self) -> Result<Files> {
        Ok(match self.bucket()? {
            Some(bucket) => Files::in_bucket(&bucket)?,
            None => Files::beside(self.data.join(FILES))?,
        })
    }

    /// The networks of the proxies that are trusted.
    pub fn proxies(&self) -> Result<Vec<IpNet>> {
        let network = |written: &String| {
            app::network(written).with_context(|| {
                format!("{written:?} in trusted_proxies is neither an address nor a network like 10.0.0.0/8")
            })
        };
        self.trusted_proxies.iter().map(network).collect()
    }
}

/// Ten a second: far more than anybody clicks, and enough for a program that is no burden.
fn requests_per_minute() -> u32 {
    600
}

/// An office that is open.
#[derive(Clone, Debug)]
pub struct Office {
    pub store: Store,
    pub calendar: Arc<Calendar>,
    settings: Settings,
}

impl Office {
    /// Whether there is an office to open: a server of databases knows that itself, once it is asked.
    pub fn is_there(settings: &Settings) -> bool {
        sqlite_file(settings).map_or_else(|| settings.data.is_dir(), |path| path.is_file())
    }

    /// Opens the office in a folder, which has to be there.
    pub async fn open(settings: &Settings) -> Result<Self> {
        let data = &settings.data;
        if !Self::is_there(settings) {
            bail!(
                "there is no office in {}; create one with `sigap migrate --data {0}`, or try `sigap demo`",
                data.display()
            );
        }
        Self::create(settings).await
    }

    /// Opens the office in a folder and creates what is missing.
    pub async fn create(settings: &Settings) -> Result<Self> {
        let data = &settings.data;
        make_folder(data).with_context(|| format!("the folder {} cannot be made", data.display()))?;
        let calendar = calendar(settings)?;
        let store = Store::open(&address(settings)).await?;
        store.migrate().await?;
        Ok(Self { store, calendar, settings: settings.clone() })
    }

    /// The desk of this office, for the one process that serves it: the folder of attachments is its
    /// own, while other commands may look into the database beside it.
    pub fn desk(&self, letters: LetterOffice) -> Result<Desk> {
        let files = match self.settings.bucket()? {
            Some(bucket) => Files::in_bucket(&bucket)?,
            None => Files::open(self.settings.data.join(FILES))?,
        };
        Ok(Desk::new(self.store.clone(), files, self.calendar.clone(), letters, Clock::System))
    }

    /// The day it is in the office.
    pub fn today(&self) -> Date {
        self.calendar.local(signer::now()).date()
    }

    /// The office's files for a command that reads them while a server may run.
    pub fn files(&self) -> Result<Files> {
        self.settings.open_files()
    }

    /// The key under which this office seals its history. It is made with the office and lies beside the
    /// database, in a file of its own; where seals were made already, another key would fit none of them.
    pub async fn seal_key(&self) -> Result<SealKey> {
        let path = self.settings.data.join(SEAL_KEY);
        if !path.exists() {
            if !self.store.seals_after(0, 1).await?.is_empty() {
                bail!(
                    "the key of the seals is missing: put {} back from where a copy of it is kept",
                    path.display()
                );
            }
            let key = SealKey::generate()?.reveal();
            make_key(&path, &key).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        read_seal_key(&self.settings)
    }

    /// Takes the key out under which this office keeps its secrets, for whoever serves it; what still lies in
    /// the database as it is, from before, is encrypted. The key is made with the office and lies beside the
    /// database, in a file of its own; where secrets are encrypted already, another key would open none.
    pub async fn open_secrets(&mut self) -> Result<()> {
        let path = self.settings.data.join(SECRETS_KEY);
        if !path.exists() {
            if self.store.has_encrypted_secrets().await? {
                bail!(
                    "the key of the secrets is missing: put {} back from where a copy of it is kept. Without \
                     it nobody's authenticator app counts and no webhook is told anything; if it is lost for \
                     good, take them away with `sigap user remove-second-factor` and `sigap webhook remove`, then \
                     have a new one made with `sigap migrate --new-keys`",
                    path.display()
                );
            }
            let key = SecretsKey::generate()?.reveal();
            make_key(&path, &key).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("the key of the secrets, {}, cannot be read", path.display()))?;
        let key = SecretsKey::parse(&text).with_context(|| {
            format!("{} is no key of secrets; put it back from where a copy of it is kept", path.display())
        })?;
        self.store = self.store.clone().with_secrets_key(key);
        let encrypted = self.store.encrypt_secrets().await?;
        if encrypted > 0 {
            tracing::info!(
                encrypted,
                "the secrets of authenticator apps and webhooks are encrypted from now on"
            );
        }
        Ok(())
    }

    /// Makes sure that this is the office whose keys lie in the folder, once both are there. The first who comes
    /// notes by what its keys are known; every node after it has to have the same, or they would seal and
    /// encrypt past each other.
    pub async fn agree_on_keys(&self) -> Result<()> {
        if let Some((name, _)) = self.keys_that_differ().await?.first() {
            bail!(
                "{} is not the {name} of this office: another node was started first and made its own. Copy \
                 {name} from the folder of that node, or let all nodes share one folder for the two keys. If the \
                 key of before is lost for good, see `sigap migrate --new-keys`",
                self.settings.data.join(name).display()
            );
        }
        Ok(())
    }

    /// Takes the keys in the folder for those of the office from now on, whatever was noted before.
    async fn take_new_keys(&self) -> Result<()> {
        for (name, fingerprint) in self.keys_that_differ().await? {
            let rests_on_it = match name {
                SEAL_KEY => !self.store.seals_after(0, 1).await?.is_empty(),
                _ => self.store.has_encrypted_secrets().await?,
            };
            if rests_on_it {
                bail!(
                    "there is something that was sealed or encrypted under the {name} of before; put that file \
                     back into {}",
                    self.settings.data.display()
                );
            }
            self.store.set_setting(&noted_as(name), &fingerprint).await?;
            println!("From now on this office has the {name} in {}.", self.settings.data.display());
        }
        Ok(())
    }

    /// The keys in the folder that are not those of the office, each with by what it is known. Nobody finds a
    /// key by that: it is a hash of 32 random bytes.
    async fn keys_that_differ(&self) -> Result<Vec<(&'static str, String)>> {
        let mut differ = Vec::new();
        for name in [SEAL_KEY, SECRETS_KEY] {
            let path = self.settings.data.join(name);
            let key = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            let fingerprint = hex::encode(Sha256::digest(format!("sigap {name} {}", key.trim())));
            // Only whoever noted the first notes the second, or of two nodes that start at once each might
            // have noted one.
            let noted = if differ.is_empty() {
                Some(self.store.settle_setting(&noted_as(name), &fingerprint).await?)
            } else {
                self.store.setting(&noted_as(name)).await?
            };
            if noted.as_ref() != Some(&fingerprint) {
                differ.push((name, fingerprint));
            }
        }
        Ok(differ)
    }

    /// The same desk for a command that only reads, while a server may run.
    pub fn reading_desk(&self, letters: LetterOffice) -> Result<Desk> {
        let files = self.files()?;
        Ok(Desk::new(self.store.clone(), files, self.calendar.clone(), letters, Clock::System))
    }
}

/// Makes the folder of an office. What people wrote lies in it, so that on Unix only its owner gets
/// in; one that is there already stays as somebody set it up.
pub fn make_folder(data: &Path) -> std::io::Result<()> {
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(data)
}

/// Keeps a new key in a file that only its owner can read, unless another process was faster.
fn make_key(path: &Path, key: &str) -> Result<()> {
    // Temporary files are for their owner alone, and stay so under their own name.
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    writeln!(file, "{key}")?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => Ok(made.map(drop)?),
    }
}

/// The key under which an office seals its history, which has to be there.
pub fn read_seal_key(settings: &Settings) -> Result<SealKey> {
    let path = settings.data.join(SEAL_KEY);
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("the key of the seals, {}, cannot be read", path.display()))?;
    SealKey::parse(&text).with_context(|| {
        format!("{} is no key of seals; put it back from where a copy of it is kept", path.display())
    })
}

/// The key of the seals in the folder of an office.
pub const SEAL_KEY: &str = "seal.key";

/// The key of the secrets in the folder of an office.
pub const SECRETS_KEY: &str = "secrets.key";

/// The setting in which it is noted by what a key is known.
fn noted_as(key: &str) -> String {
    format!("fingerprint of {key}")
}

/// The folder of attachments and letters in the folder of an office.
const FILES: &str = "files";

/// The address of the office's database.
pub fn address(settings: &Settings) -> String {
    match settings.database.reveal() {
        "" => format!("sqlite://{}", settings.data.join("sigap.db").display()),
        url => url.to_owned(),
    }
}

/// The file of the office's database; none where a server keeps it.
pub fn sqlite_file(settings: &Settings) -> Option<PathBuf> {
    path_of(&address(settings))
}

/// The file that an address names; none if a server is meant.
pub fn path_of(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
}

/// The calendar of the settings: the office's own files, or those that come with Sigap.
pub fn calendar(settings: &Settings) -> Result<Arc<Calendar>> {
    Ok(Arc::new(match &settings.calendars {
        Some(folder) => read_calendars(folder)?,
        None => Calendar::shipped().clone(),
    }))
}

fn read_calendars(folder: &Path) -> Result<Calendar> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("the folder {} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "toml") {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("the folder {} has no calendar files; they are named like 2026.toml", folder.display());
    }
    Ok(Calendar::from_files(&files)?)
}

/// Runs a command that waits for things.
pub fn run(command: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(command);
    // Hashing that nobody waits for any more must not hold up the end.
    runtime.shutdown_background();
    done
}

/// Writes a file so that nobody ever finds half of it.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        // What is no file, such as a pipe, is written to and not replaced.
        if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
            return std::fs::write(path, content);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::Builder::new();
        // As any file that is made; a temporary one would be for its owner alone.
        #[cfg(unix)]
        file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = file.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    office: OfficeArgs,
    /// Where seal.key or secrets.key is lost for good and nothing rests on it any more: take the one that lies
    /// in the folder now for the office's. Nodes that have the one of before have to be given it
    #[arg(long)]
    new_keys: bool,
}

/// `sigap migrate`
pub async fn migrate(migrate: Migrate) -> Result<ExitCode> {
    let args = migrate.office;
    let settings = Settings::read(args.config.as_deref(), &args)?;
    let mut office = Office::create(&settings).await?;
    office.seal_key().await?;
    office.open_secrets().await?;
    if migrate.new_keys {
        office.take_new_keys().await?;
    }
    office.agree_on_keys().await?;
    println!("The office in {} is ready.", settings.data.display());
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settings_file_is_read_or_refused_whatever_stands_in_it() {
        let seeds = [
            "data = \"kantor\"\naddr = \"127.0.0.1:80\"\nattachment_mb = 20\naccess_log_days = 400\n\
             trusted_proxies = [\"10.0.0.7\", \"10.1.0.0/16\"]\nproxy_header = \"forwarded\"\n\
             second_factor = \"signers\"\n[webhooks]\nallow = [\"10.0.0.0/8\"]\n",
            "smtp_url = \"smtps://a:b@mail.example\"\n[oidc]\nissuer = \"https://masuk.example\"\n\
             [[oidc.roles]]\nclaim = \"grup\"\n[ldap]\nurl = \"ldaps://direktori.example\"\n",
        ];
        let read = |text: &str| {
            let file = Figment::from(Serialized::defaults(Settings::default())).merge(Toml::string(text));
            Settings::read_over(file, OfficeArgs::default())
        };
        assert_eq!(read(seeds[0]).expect("sound settings").access_log_days, 400);
        let seeds = seeds.map(|seed| seed.as_bytes().to_vec());
        hostile::try_all(env!("CARGO_MANIFEST_DIR"), "settings", &seeds, |bytes| {
            if let Ok(text) = std::str::from_utf8(bytes) {
                let _ = read(text);
            }
        });
    }
}
