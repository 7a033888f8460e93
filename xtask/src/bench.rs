//! `cargo xtask bench`: builds the server and the program that measures it, and lets the one measure the other.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::root;
use crate::test::{cargo, stream};

/// With how many cases, and how often each act, the bench shows in a test that it still works. It judges no speed.
const TRIED_CASES: &str = "200";
const TRIED_TIMES: &str = "10";

/// Runs the bench on a build of `--profile` (release unless said otherwise); whatever else is said goes to it.
pub fn run(arguments: &[&str]) -> ExitCode {
    let (profile, rest) = match arguments {
        ["--profile", profile, rest @ ..] => (*profile, rest),
        rest => ("release", rest),
    };
    let built = stream(cargo(&["build", "--profile", profile, "--package=sigap", "--package=bench"]), |_| {});
    if !built {
        return ExitCode::FAILURE;
    }
    // Cargo keeps what it builds under `dev` in a folder of another name.
    let folder = root().join("target").join(if profile == "dev" { "debug" } else { profile });
    let mut bench = program(&folder, &root().join("target/bench"));
    bench.args(["--profile", profile]).args(rest);
    match bench.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("The bench could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A small run on what was built for the tests, in an office of its own.
pub fn trial(built: &Path) -> Command {
    let folder: PathBuf = root().join("target/bench-trial");
    // The last trial's office would hide that a new one cannot be made any more; there may be none yet.
    let _ = std::fs::remove_dir_all(&folder);
    let mut bench = program(built, &folder);
    bench.args(["--profile", "dev", "--cases", TRIED_CASES, "--times", TRIED_TIMES, "--against", "0"]);
    bench
}

/// The bench in the folder where it was built together with the server.
fn program(built: &Path, folder: &Path) -> Command {
    let mut bench = Command::new(built.join("bench"));
    bench.arg("--sigap").arg(built.join("sigap"));
    bench.arg("--repository").arg(root()).arg("--folder").arg(folder);
    bench
}
