//! What a test needs beyond Rust: found on this machine, installed where we may, or asked for in so many words.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Who needs something, for the sentence that asks for it.
#[derive(Debug)]
pub struct Need {
    pub whose: &'static str,
    /// What to do where there is no apt.
    pub elsewhere: &'static str,
    /// What leaves it out at somebody's desk.
    pub without: &'static str,
}

impl Need {
    /// Installs Debian packages; only root may, and only where there is an apt.
    pub fn install(&self, packages: &[&str]) -> Result<(), String> {
        let Self { whose, elsewhere, without } = self;
        let packages_named = packages.join(" ");
        let may = answer("id", &["-u"]).as_deref() == Some("0") && in_path("apt-get").is_some();
        if !may {
            return Err(format!(
                "{whose} need what this machine does not have: {packages_named}.\n\
                 On Debian: sudo apt-get update && sudo apt-get install --no-install-recommends {packages_named}\n\
                 Elsewhere: {elsewhere}.\n\
                 At your desk, `cargo xtask test {without}` runs all the rest."
            ));
        }
        let mut install = Command::new("apt-get");
        install.args(["install", "-qq", "--yes", "--no-install-recommends"]).args(packages);
        must(Command::new("apt-get").args(["update", "-qq"]))?;
        must(install.env("DEBIAN_FRONTEND", "noninteractive"))
    }
}

/// Runs a command whose failure is the end, its output shown.
pub fn must(command: &mut Command) -> Result<(), String> {
    println!("{command:?}");
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} failed ({status}); what it says is above.")),
        Err(error) => Err(format!("{command:?} could not be started: {error}")),
    }
}

/// What a command prints, if it ends well.
pub fn answer(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

pub fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    // Joining an absolute name gives the name itself.
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
