//! What the browser journeys need beyond Rust.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::{Need, answer, in_path, must};
use crate::root;

/// Redocly asks for it.
const NODE_MAJOR_MIN: u32 = 20;

const NEED: Need = Need {
    whose: "The browser journeys and the judges",
    elsewhere: "install Chromium or Chrome (CHROME_PATH says where it is), Node 20 or newer with npm, OpenLDAP with \
                its slapd, and ClamAV with its daemon",
    without: "--no-browser",
};

/// Where they are.
#[derive(Debug)]
pub struct Tools {
    pub chromium: PathBuf,
}

/// Servers that journeys start for themselves, and the Debian packages that bring them.
const SERVERS: &[(&str, &str)] = &[("clamd", "clamav-daemon"), ("slapd", "slapd")];

/// Makes sure of Chromium, the servers, Node and the packages in e2e/, or says what is missing and how to get it.
pub fn tools() -> Result<Tools, String> {
    let chromium = match find_chromium()? {
        Some(chromium) => chromium,
        None => {
            NEED.install(&["chromium"])?;
            find_chromium()?
                .ok_or("Chromium was installed, but no `chromium` in PATH answers to --version.")?
        }
    };
    // Where they are, only root's PATH looks.
    let missing: Vec<&str> = SERVERS
        .iter()
        .filter(|(program, _)| {
            in_path(program).or_else(|| in_path(&format!("/usr/sbin/{program}"))).is_none()
        })
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        NEED.install(&missing)?;
    }
    packages()?;
    Ok(Tools { chromium })
}

/// Makes sure of Node and the packages in e2e/.
pub fn packages() -> Result<(), String> {
    if node_major().is_none_or(|major| major < NODE_MAJOR_MIN) || answer("npm", &["--version"]).is_none() {
        NEED.install(&["nodejs", "npm"])?;
        match node_major() {
            Some(major) if major >= NODE_MAJOR_MIN => {}
            found => {
                return Err(format!(
                    "The journeys and the judges need Node {NODE_MAJOR_MIN} or newer and npm; `node --version` says {}. Install a newer Node.",
                    found.map_or("nothing".to_owned(), |major| format!("v{major}"))
                ));
            }
        }
    }
    install_packages()
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
