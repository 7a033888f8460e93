//! Faults of the machine, for as long as they last: strace attaches to a server that runs and lets system calls
//! of it fail or wait, and lets go of it again.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use drill::Server;

/// For so long strace may take to attach or to let go.
const PATIENCE: Duration = Duration::from_secs(10);

/// It ends when this is dropped.
#[derive(Debug)]
pub struct Injection {
    strace: Child,
    server: u32,
}

impl Injection {
    /// From now on these calls of a server fail as told (`error=EIO`, `delay_enter=200000`), where they are about
    /// one of these files; all of them where there is none.
    pub fn begin(server: &Server, calls: &str, fails: &str, files: &[PathBuf]) -> Result<Self> {
        let mut strace = Command::new("strace");
        strace.args(["--follow-forks", "--quiet=all", "--output=/dev/null"]);
        strace.arg(format!("--trace={calls}")).arg(format!("--inject={calls}:{fails}"));
        for file in files {
            strace.arg("--trace-path").arg(file);
        }
        strace.arg("--attach").arg(server.pid().to_string());
        strace.stdin(Stdio::null()).stderr(Stdio::inherit());
        let strace = strace.spawn().context("strace cannot be started")?;
        let mut injection = Self { strace, server: server.pid() };
        injection.wait_until(true)?;
        Ok(injection)
    }

    /// Lets everything work again.
    pub fn end(mut self) -> Result<()> {
        self.let_go()?;
        self.wait_until(false)
    }

    fn let_go(&mut self) -> Result<()> {
        // Told, it lets the threads of the server go on; killed, it might leave one of them stopped.
        Command::new("kill").arg("-INT").arg(self.strace.id().to_string()).status()?;
        self.strace.wait()?;
        Ok(())
    }

    /// All threads of the server are traced, or none is.
    fn wait_until(&mut self, traced: bool) -> Result<()> {
        let began = Instant::now();
        loop {
            let mut all = true;
            for thread in fs::read_dir(format!("/proc/{}/task", self.server))? {
                let status = fs::read_to_string(thread?.path().join("status")).unwrap_or_default();
                let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
                all &= tracer.is_none_or(|tracer| (tracer.trim() != "0") == traced);
            }
            if all {
                return Ok(());
            }
            if traced && self.strace.try_wait()?.is_some() {
                bail!(
                    "strace may not attach to the server: run the drills as root, or allow it with \
                     `sysctl kernel.yama.ptrace_scope=0`"
                );
            }
            if began.elapsed() > PATIENCE {
                bail!("strace neither attaches to the server nor lets go of it");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Injection {
    fn drop(&mut self) {
        if matches!(self.strace.try_wait(), Ok(None)) {
            let _ = self.let_go();
        }
    }
}
