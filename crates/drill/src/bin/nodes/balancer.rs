//! HAProxy with the configuration that comes with Sigap: nothing but its addresses are others.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use drill::{Browser, free_address};

const START: Duration = Duration::from_secs(20);

/// A balancer that runs. It ends when this is dropped.
#[derive(Debug)]
pub struct Balancer {
    process: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Balancer {
    /// Starts it before some nodes, by its configuration file, and waits until it reaches one.
    pub fn start(haproxy: &Path, configuration: &Path, folder: &Path, nodes: &[SocketAddr]) -> Result<Self> {
        let shipped = fs::read_to_string(configuration)
            .with_context(|| format!("{} cannot be read", configuration.display()))?;
        let address = free_address()?;
        let servers: Vec<String> =
            nodes.iter().enumerate().map(|(n, node)| format!("    server node{n} {node}\n")).collect();
        let mut places = 0;
        let written: String = shipped
            .lines()
            .map(|line| match line.split_whitespace().next() {
                Some("bind") => {
                    places += 1;
                    format!("    bind {address}\n")
                }
                Some("server-template") => {
                    places += 1;
                    servers.concat()
                }
                _ => format!("{line}\n"),
            })
            .collect();
        ensure!(places == 2, "{} has one place to bind and one of nodes", configuration.display());
        let file = folder.join("haproxy.cfg");
        fs::write(&file, written)?;
        let log = folder.join("haproxy.log");
        let says = super::log_file(&log)?;
        let process = Command::new(haproxy)
            .arg("-db")
            .arg("-f")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(says.try_clone()?)
            .stderr(says)
            .spawn()
            .with_context(|| format!("{} does not start", haproxy.display()))?;
        let balancer = Self { process, address, log };
        let began = Instant::now();
        while Browser::new(&balancer.base()).open("/sign-in").is_err() {
            ensure!(began.elapsed() < START, "HAProxy reaches nobody: see {}", balancer.log.display());
            thread::sleep(Duration::from_millis(50));
        }
        Ok(balancer)
    }

    /// Where it answers.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
