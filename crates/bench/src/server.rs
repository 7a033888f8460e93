//! The real server, as somebody starts it.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::client::Browser;

/// For so long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(120);
/// More than a bench asks in a minute: what is measured is not the limit.
const SETTINGS: &str = "requests_per_minute = 1000000\n";

/// Where `sigap` lies, and the folder of the office it works on.
#[derive(Clone, Debug)]
pub struct Program {
    pub sigap: PathBuf,
    pub office: PathBuf,
    /// The address of its database; none where it is the file in the folder.
    pub database: Option<String>,
}

/// A server that runs; it ends with this.
#[derive(Debug)]
pub struct Server {
    process: Child,
    pub base: String,
    /// From its start to the end of the first page.
    pub first_page: Duration,
}

impl Program {
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
        let settings = self.office.join("bench.toml");
        fs::write(&settings, SETTINGS)?;
        let log = fs::File::create(self.office.join("server.log"))?;
        let began = Instant::now();
        let mut process = self
            .command(&["serve", "--addr", "127.0.0.1:0"])
            .arg("--config")
            .arg(&settings)
            .env("RUST_LOG", "warn")
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
            bail!("the server does not start: see {}", self.office.join("server.log").display());
        }
        let browser = Browser::new(&server.base);
        while browser.open("/sign-in").is_err() {
            if began.elapsed() > PATIENCE {
                bail!("the server at {} does not answer", server.base);
            }
        }
        server.first_page = began.elapsed();
        Ok(server)
    }
}

impl Server {
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
        // Told rather than killed where the system can: it then writes what it still has.
        let told = Command::new("kill").arg(self.process.id().to_string()).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// How much room an office takes on the disk, its files left out, in bytes.
pub fn database_bytes(office: &Path) -> u64 {
    let of = |name: &str| fs::metadata(office.join(name)).map_or(0, |file| file.len());
    of("sigap.db") + of("sigap.db-wal")
}
