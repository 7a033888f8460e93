//! The real server, as somebody starts it, and as it dies.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use store::files::Files;

use crate::Browser;

/// For so long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks whether it does: short, for the time until its first page is measured.
const LOOK_AGAIN: Duration = Duration::from_millis(2);
/// More than anybody here asks in a minute: what is looked at is not the limit.
const SETTINGS: &str = "requests_per_minute = 1000000\n";

/// Where `sigap` lies, and the office it works on.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub sigap: PathBuf,
    /// The folder of the office.
    pub office: PathBuf,
    /// The address of its database; none where it is the file in the folder.
    pub database: Option<String>,
    /// What stands in its settings file, as TOML, beside what every office here has.
    pub settings: String,
    /// What its server finds in the environment beside what we do.
    pub environment: Vec<(String, String)>,
}

/// A server that runs. It is told to stop when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Where it answers, `http://127.0.0.1:PORT`.
    pub base: String,
    /// From its start to the end of the first page.
    pub first_page: Duration,
}

impl Program {
    /// The address of its database.
    pub fn database(&self) -> String {
        let own = || format!("sqlite://{}", self.office.join("sigap.db").display());
        self.database.clone().unwrap_or_else(own)
    }

    /// The files of the office, where they lie in its folder.
    pub fn files(&self) -> Result<Files> {
        Ok(Files::beside(self.office.join("files"))?)
    }

    /// Where its servers write what they have to say, one after another.
    pub fn log(&self) -> PathBuf {
        self.office.join("server.log")
    }

    /// Runs a command of `sigap` on the office, and types what it asks for.
    pub fn run(&self, arguments: &[&str], typed: &str) -> Result<()> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut process =
            command.spawn().with_context(|| format!("{} does not start", self.sigap.display()))?;
        process.stdin.take().context("its standard input")?.write_all(typed.as_bytes())?;
        let status = process.wait()?;
        if !status.success() {
            bail!("`sigap {}` ends with {status}", arguments.join(" "));
        }
        Ok(())
    }

    /// What a command of `sigap` on the office prints, however it ends.
    pub fn output(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(arguments).stdin(Stdio::null()).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.sigap);
        command.args(arguments).arg("--data").arg(&self.office);
        if let Some(database) = &self.database {
            command.arg("--database").arg(database);
        }
        command
    }

    /// Starts a server on a free port and waits for its first page.
    pub fn serve(&self) -> Result<Server> {
        self.serve_at("127.0.0.1:0".parse()?)
    }

    /// Starts a server on an address and waits for its first page.
    pub fn serve_at(&self, address: SocketAddr) -> Result<Server> {
        let settings = self.office.join("settings.toml");
        // Whole at once: another server of the same office may be reading it.
        let new = self.office.join(format!("settings.toml.{}", address.port()));
        fs::write(&new, format!("{SETTINGS}{}", self.settings))?;
        fs::rename(&new, &settings)?;
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log())?;
        let began = Instant::now();
        let mut process = self
            .command(&["serve", "--addr", &address.to_string()])
            .arg("--config")
            .arg(&settings)
            .env("RUST_LOG", "warn")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", self.sigap.display()))?;
        let said = process.stdout.take().context("its standard output")?;
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        let base = line.trim().strip_prefix("Sigap: ").unwrap_or_default().to_owned();
        let mut server = Server { process, base, first_page: Duration::ZERO };
        if server.base.is_empty() {
            bail!("the server does not start: see {}", self.log().display());
        }
        let browser = Browser::new(&server.base);
        while browser.open("/sign-in").is_err() {
            if began.elapsed() > PATIENCE {
                bail!("the server at {} does not answer", server.base);
            }
            thread::sleep(LOOK_AGAIN);
        }
        server.first_page = began.elapsed();
        Ok(server)
    }
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Kills it where it stands, as the end of the power would.
    pub fn kill(mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> Result<bool> {
        Ok(self.process.try_wait()?.is_none())
    }

    /// How much memory it has now, in bytes. None where the system does not say.
    pub fn memory(&self) -> Option<u64> {
        self.status("VmRSS:")
    }

    /// The most it has had so far.
    pub fn memory_peak(&self) -> Option<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, field: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kibibytes * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended has given its number away, perhaps to somebody else.
        if matches!(self.process.try_wait(), Ok(Some(_))) {
            return;
        }
        // Told rather than killed where the system can: it then writes what it still has.
        let told = Command::new("kill").arg(self.process.id().to_string()).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// An address of this machine on which nobody listens, for a server that comes back to where it was.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// How much room an office takes on the disk, its files left out, in bytes.
pub fn database_bytes(office: &Path) -> u64 {
    let of = |name: &str| fs::metadata(office.join(name)).map_or(0, |file| file.len());
    of("sigap.db") + of("sigap.db-wal")
}
