//! What our dependencies are: their licences, where they come from, and which weaknesses are known of them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::machine::{answer, must};
use crate::root;

const VERSION: &str = "0.20.2";

/// Where cargo-deny is; built into target/ when it is not there yet.
pub fn tool() -> Result<PathBuf, String> {
    let folder = root().join("target/tools");
    let deny = folder.join("bin/cargo-deny");
    if answer(&deny, &["--version"]).is_some_and(|version| version.ends_with(VERSION)) {
        return Ok(deny);
    }
    let mut install = Command::new("cargo");
    // It runs for seconds, so that time spent on making it fast would be lost.
    install.args(["install", "--quiet", "--locked", "--debug", "--root"]).arg(&folder);
    must(install.arg(format!("cargo-deny@{VERSION}")))?;
    Ok(deny)
}

/// Fetches the list of known weaknesses, which lies outside the registry of crates.
///
/// # Errors
/// Why it could not be fetched. Then nothing is known, neither good nor bad.
pub fn advisories(deny: &Path) -> Result<(), String> {
    let mut fetch = Command::new("timeout");
    fetch.arg("60").arg(deny).args(["fetch", "db"]).current_dir(root()).stdin(Stdio::null());
    match fetch.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it took too long");
            Err(format!("`cargo deny fetch db`: {}", last.trim()))
        }
        Err(error) => Err(format!("{} could not be started: {error}", deny.display())),
    }
}

/// Checks what deny.toml says of these.
pub fn check(deny: &Path, what: &[&str]) -> Command {
    let mut check = Command::new(deny);
    // What is fetched is fetched before, so that a network that is away is not taken for a finding.
    if what.contains(&"advisories") {
        check.arg("--offline");
    }
    check.args(["check", "--hide-inclusion-graph"]).args(what).current_dir(root());
    check
}
