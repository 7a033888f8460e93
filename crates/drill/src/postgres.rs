//! A PostgreSQL whose death is part of the drill. Somebody else has made its cluster; here it is started as its
//! files say, so that what it says is on the disk is there.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// For so long it may take to start, with what it has to put right after a death.
const START: Duration = Duration::from_secs(60);

/// A server of databases that can be killed and comes back to the same port. It ends when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    /// The folder of its programs.
    programs: PathBuf,
    cluster: PathBuf,
    port: u16,
    server: Option<Child>,
}

impl Postgres {
    /// Starts the server of a cluster, by its programs (`postgres`, `createdb` and the like are in one folder).
    /// It runs as whoever owns the cluster, since it refuses to be run by root.
    pub fn start(programs: &Path, cluster: &Path) -> Result<Self> {
        let port = crate::free_address()?.port();
        let mut postgres =
            Self { programs: programs.to_owned(), cluster: cluster.to_owned(), port, server: None };
        postgres.come_back()?;
        Ok(postgres)
    }

    /// Makes a database, empty or a copy of another, and tells its address.
    pub fn database(&self, name: &str, copied_from: Option<&str>) -> Result<String> {
        let mut create = self.tool("createdb");
        if let Some(template) = copied_from {
            create.arg("--template").arg(template);
        }
        let made = create.arg(name).status()?;
        if !made.success() {
            bail!("the database {name} cannot be made");
        }
        Ok(format!("postgres://sigap@127.0.0.1:{}/{name}", self.port))
    }

    pub fn is_up(&self) -> bool {
        self.server.is_some()
    }

    /// Kills the server with all its processes where they stand.
    pub fn kill(&mut self) -> Result<()> {
        let Some(mut server) = self.server.take() else { bail!("the database is down already") };
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", server.id()))
            .context("which processes the database has")?;
        server.kill()?;
        server.wait()?;
        // Those of them that have seen it themselves are gone.
        let _ = Command::new("kill")
            .arg("-9")
            .args(children.split_whitespace())
            .stderr(Stdio::null())
            .status()?;
        Ok(())
    }

    /// Starts it again where it was, and waits until it answers.
    pub fn come_back(&mut self) -> Result<()> {
        let began = Instant::now();
        // What the one before left in shared memory may be gone only a moment after it.
        loop {
            let mut server = self.spawn()?;
            while server.try_wait()?.is_none() {
                if self.tool("pg_isready").stdout(Stdio::null()).status()?.success() {
                    self.server = Some(server);
                    return Ok(());
                }
                if began.elapsed() > START {
                    server.kill()?;
                    server.wait()?;
                    bail!("the database does not answer after {START:?}: see {}", self.log().display());
                }
                thread::sleep(Duration::from_millis(50));
            }
            if began.elapsed() > START {
                bail!("the database does not start: see {}", self.log().display());
            }
            thread::sleep(Duration::from_millis(200));
        }
    }

    fn spawn(&self) -> Result<Child> {
        let owner = fs::metadata(&self.cluster).with_context(|| self.cluster.display().to_string())?;
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut command = Command::new(self.programs.join("postgres"));
        command.arg("-D").arg(&self.cluster).current_dir(&self.cluster);
        for setting in [
            "listen_addresses=127.0.0.1",
            &format!("port={}", self.port),
            &format!("unix_socket_directories={}", self.cluster.display()),
            "max_connections=200",
        ] {
            command.arg("-c").arg(setting);
        }
        if fs::metadata("/proc/self")?.uid() != owner.uid() {
            command.uid(owner.uid()).gid(owner.gid());
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        command.spawn().context("the database cannot be started")
    }

    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.args(["--host=127.0.0.1", "--username=sigap", "--port", &self.port.to_string()]);
        command
    }

    fn log(&self) -> PathBuf {
        self.cluster.with_extension("log")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.server.is_some() {
            let _ = self.kill();
        }
    }
}
