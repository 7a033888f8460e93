//! A PostgreSQL of the tests' own: a cluster in a temporary folder, gone with the run. The machine's own, if it has
//! one, is not touched.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::machine::{Need, answer, in_path, must};

const NEED: Need = Need {
    whose: "The tests of the store",
    elsewhere: "install PostgreSQL 14 or newer, with its initdb in PATH, and PgBouncer",
    without: "rules",
};

/// Who owns the cluster: PostgreSQL refuses to be run by root.
const OWNER: &str = "postgres";

/// For how long the server may take to answer.
const START: Duration = Duration::from_secs(30);

/// A cluster that was made and that nobody serves yet. It is gone when this is dropped.
#[derive(Debug)]
pub struct Fresh {
    /// The folder of PostgreSQL's programs.
    pub programs: PathBuf,
    folder: PathBuf,
    /// Whom to become, where we are root.
    owner: Option<(u32, u32)>,
}

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    server: Child,
    /// Stands before it for the tests that come through PgBouncer.
    pgbouncer: Option<Child>,
    fresh: Fresh,
    port: u16,
    pgbouncer_port: u16,
}

impl Fresh {
    /// Makes sure of PostgreSQL and makes a cluster in which nothing is set, so that what it says is on the disk
    /// is there; or says what is missing and how to get it.
    pub fn make(name: &str) -> Result<Self, String> {
        if find().is_none() {
            NEED.install(&["postgresql"])?;
        }
        let programs = find().ok_or("postgresql was installed, but initdb is nowhere to be found.")?;
        let folder = std::env::temp_dir().join(format!("sigap-test-{name}-{}", std::process::id()));
        std::fs::create_dir(&folder).map_err(why("the folder of a cluster cannot be made"))?;
        let fresh = Self { programs, folder, owner: owner()? };
        if let Some((user, group)) = fresh.owner {
            std::os::unix::fs::chown(&fresh.folder, Some(user), Some(group))
                .map_err(why("the folder of a cluster cannot be given away"))?;
        }
        let mut make = fresh.run(&fresh.programs.join("initdb"));
        make.arg("--pgdata").arg(fresh.data()).args([
            "--username=sigap",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
        ]);
        must(make.arg("--locale=C.UTF-8"))?;
        Ok(fresh)
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A program as whoever owns the cluster.
    fn run(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = self.owner {
            use std::os::unix::process::CommandExt as _;
            command.uid(user).gid(group);
        }
        // Wherever we are, that user may not be allowed to be.
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null());
        command
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn why(what: &str) -> impl FnOnce(std::io::Error) -> String {
    move |error| format!("{what}: {error}")
}

impl Cluster {
    /// Makes sure of PostgreSQL and PgBouncer and starts a cluster, or says what is missing and how to get it.
    pub fn start() -> Result<Self, String> {
        if pgbouncer().is_none() {
            NEED.install(&["pgbouncer"])?;
        }
        let pgbouncer = pgbouncer().ok_or("pgbouncer was installed, but is nowhere to be found.")?;
        let fresh = Fresh::make("postgres")?;
        // Both at once, or they might be the same.
        let free = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0"));
        let [port, pgbouncer_port] =
            free.map(|socket| socket.and_then(|socket| Ok(socket.local_addr()?.port())));
        let port = port.map_err(why("there is no free port"))?;
        let pgbouncer_port = pgbouncer_port.map_err(why("there is no free port"))?;
        let mut serve = fresh.run(&fresh.programs.join("postgres"));
        serve.arg("-D").arg(fresh.data());
        for setting in [
            "listen_addresses=127.0.0.1",
            &format!("port={port}"),
            &format!("unix_socket_directories={}", fresh.folder.display()),
            "max_connections=300",
            // Nothing here has to survive.
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "max_wal_size=128MB",
            "autovacuum=off",
            "log_min_messages=fatal",
        ] {
            serve.arg("-c").arg(setting);
        }
        let server = serve.stderr(Stdio::inherit()).spawn().map_err(why("PostgreSQL cannot be started"))?;
        let mut cluster = Self { server, pgbouncer: None, fresh, port, pgbouncer_port };
        wait(&cluster.fresh.programs, port)?;
        let settings = cluster.fresh.folder.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={port} user=sigap\n[pgbouncer]\nlisten_addr=127.0.0.1\n\
             listen_port={pgbouncer_port}\nunix_socket_dir=\nauth_type=any\npool_mode=transaction\n\
             ignore_startup_parameters=extra_float_digits\nmax_client_conn=500\ndefault_pool_size=5\n"
        );
        std::fs::write(&settings, text).map_err(why("the settings of PgBouncer cannot be written"))?;
        let begun = cluster.fresh.run(&pgbouncer).arg("--quiet").arg(&settings).stderr(Stdio::null()).spawn();
        cluster.pgbouncer = Some(begun.map_err(why("PgBouncer cannot be started"))?);
        wait(&cluster.fresh.programs, pgbouncer_port)?;
        Ok(cluster)
    }

    /// The address of the database from which others are made.
    pub fn address(&self) -> String {
        format!("postgres://sigap@127.0.0.1:{}/postgres", self.port)
    }

    /// The address of the PgBouncer before it, without a database.
    pub fn pgbouncer_address(&self) -> String {
        format!("postgres://sigap@127.0.0.1:{}", self.pgbouncer_port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The children of the server see that it is gone and end.
        for process in self.pgbouncer.iter_mut().chain([&mut self.server]) {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn wait(programs: &Path, port: u16) -> Result<(), String> {
    let (began, port) = (Instant::now(), port.to_string());
    let is_ready = || answer(programs.join("pg_isready"), &["--host=127.0.0.1", "--port", &port]).is_some();
    while !is_ready() {
        if began.elapsed() > START {
            return Err(format!("a database was started on port {port} and does not answer after {START:?}"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Where PgBouncer is; only root's PATH looks there.
fn pgbouncer() -> Option<PathBuf> {
    in_path("pgbouncer").or_else(|| in_path("/usr/sbin/pgbouncer"))
}

/// Where the programs are: Debian keeps those of a server out of PATH, one folder for each version.
fn find() -> Option<PathBuf> {
    let in_path = in_path("initdb").and_then(|file| Some(file.parent()?.to_owned()));
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.retain(|folder| folder.join("initdb").is_file());
    folders.pop().or(in_path)
}

/// Whom to become, where we are root.
fn owner() -> Result<Option<(u32, u32)>, String> {
    if answer("id", &["-u"]).as_deref() != Some("0") {
        return Ok(None);
    }
    let number = |what| answer("id", &[what, OWNER]).and_then(|number| number.parse().ok());
    match (number("-u"), number("-g")) {
        (Some(user), Some(group)) => Ok(Some((user, group))),
        _ => Err(format!("PostgreSQL refuses to be run by root, and there is no user {OWNER} to become.")),
    }
}
