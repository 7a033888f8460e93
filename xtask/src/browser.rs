//! What the browser journeys need beyond Rust: found, installed where we may, or asked for in so many words.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::root;

const NODE_MAJOR_MIN: u32 = 18;

/// Where they are.
#[derive(Debug)]
pub struct Tools {
    pub chromium: PathBuf,
}

/// Makes sure of Chromium, Node and the packages in e2e/, or says what is missing and how to get it.
pub fn tools() -> Result<Tools, String> {
    if node_major().is_none_or(|major| major < NODE_MAJOR_MIN) || answer("npm", &["--version"]).is_none() {
        install(&["nodejs", "npm"])?;
        match node_major() {
            Some(major) if major >= NODE_MAJOR_MIN => {}
            found => {
                return Err(format!(
                    "The journeys need Node {NODE_MAJOR_MIN} or newer and npm; `node --version` says {}. Install a newer Node.",
                    found.map_or("nothing".to_owned(), |major| format!("v{major}"))
                ));
            }
        }
    }
    let chromium = match find_chromium()? {
        Some(chromium) => chromium,
        None => {
            install(&["chromium"])?;
            find_chromium()?
                .ok_or("Chromium was installed, but no `chromium` in PATH answers to --version.")?
        }
    };
    install_packages()?;
    Ok(Tools { chromium })
}

fn find_chromium() -> Result<Option<PathBuf>, String> {
    if let Some(chosen) = std::env::var_os("CHROME_PATH") {
        let chosen = PathBuf::from(chosen);
        return match answer(&chosen, &["--version"]) {
            Some(_) => Ok(Some(chosen)),
            None => Err(format!("CHROME_PATH is {}, which does not answer to --version.", chosen.display())),
        };
    }
    let names = [
        // Starts and paints for half the work of a whole browser.
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
    // Asking for the version passes over the placeholders that some distributions install under these names.
    Ok(names.iter().filter_map(|name| in_path(name)).find(|path| answer(path, &["--version"]).is_some()))
}

fn node_major() -> Option<u32> {
    answer("node", &["--version"])?.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs Debian packages; only root may, and only where there is an apt.
fn install(packages: &[&str]) -> Result<(), String> {
    let packages_named = packages.join(" ");
    let may = answer("id", &["-u"]).as_deref() == Some("0") && in_path("apt-get").is_some();
    if !may {
        return Err(format!(
            "The browser journeys need what this machine does not have: {packages_named}.\n\
             On Debian: sudo apt-get update && sudo apt-get install --no-install-recommends {packages_named}\n\
             Elsewhere: install Chromium or Chrome (CHROME_PATH says where it is), and Node {NODE_MAJOR_MIN} or newer with npm.\n\
             At your desk, `cargo xtask test --no-browser` runs all the rest."
        ));
    }
    let mut install = Command::new("apt-get");
    install.args(["install", "-qq", "--yes", "--no-install-recommends"]).args(packages);
    must(Command::new("apt-get").args(["update", "-qq"]))?;
    must(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// `npm ci` throws away and fetches everything, so it runs only when the lock file is not the one it last ran for.
fn install_packages() -> Result<(), String> {
    let e2e = root().join("e2e");
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let wanted = read(&e2e.join("package-lock.json"))?;
    let stamp = e2e.join("node_modules").join(".installed-lock.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    must(Command::new("npm").arg("ci").current_dir(&e2e))?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Runs a command whose failure is the end, its output shown.
fn must(command: &mut Command) -> Result<(), String> {
    println!("{command:?}");
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} failed ({status}); what it says is above.")),
        Err(error) => Err(format!("{command:?} could not be started: {error}")),
    }
}

/// What a command prints, if it ends well.
fn answer(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    // Joining an absolute name gives the name itself.
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
