//! What the judges need beyond Rust: programs of others that read and verify PDF, such that try the interface for
//! machines, and those that Sigap is put into service with.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::{Need, answer, in_path, must};
use crate::{browser, root};

const NEED: Need = Need {
    whose: "The judges",
    elsewhere: "install qpdf, Poppler, ZBar, the NSS tools, HAProxy, systemd, Python 3 with venv and a Java \
                runtime; the jars of PDFBox 2, its Preflight and what they need belong into /usr/share/java",
    without: "--no-judges",
};

/// Where Debian puts HAProxy; only root's PATH looks there.
pub const HAPROXY: &str = "/usr/sbin/haproxy";

/// A program or a file, and the Debian package that brings it.
const PACKAGES: &[(&str, &str)] = &[
    ("qpdf", "qpdf"),
    ("pdfsig", "poppler-utils"),
    ("zbarimg", "zbar-tools"),
    ("certutil", "libnss3-tools"),
    ("java", "default-jre-headless"),
    (HAPROXY, "haproxy"),
    ("systemd-analyze", "systemd"),
    ("/usr/share/java/preflight.jar", "libpdfbox2-java"),
    ("/usr/share/java/javax.activation.jar", "libactivation-java"),
    ("/usr/share/java/jaxb-api.jar", "libjaxb-api-java"),
];

/// Where they are.
#[derive(Debug)]
pub struct Tools {
    /// The Python in which pyHanko, schemathesis and moto are installed.
    python: PathBuf,
}

impl Tools {
    /// A Python that has what requirements.txt asks for.
    pub fn python(&self) -> &Path {
        &self.python
    }
}

/// The script by which such a Python is an S3 server.
pub fn s3_server() -> PathBuf {
    judges().join("s3_server.py")
}

/// Makes sure of the programs, of pyHanko, schemathesis, moto and Redocly, or says what is missing and how to get it.
pub fn tools() -> Result<Tools, String> {
    let missing = PACKAGES.iter().filter(|(file, _)| in_path(file).is_none()).map(|(_, package)| *package);
    let mut missing: Vec<&str> = missing.collect();
    if answer("python3", &["-c", "import venv, ensurepip"]).is_none() {
        missing.push("python3-venv");
    }
    if !missing.is_empty() {
        NEED.install(&missing)?;
    }
    browser::packages()?;
    Ok(Tools { python: python()? })
}

/// The judges of letters at work, with the programs that cargo has built into a folder.
pub fn of_letters(tools: &Tools, binaries: &Path) -> Command {
    session(tools, "judge.py", binaries)
}

/// The judges of the interface for machines, likewise.
pub fn of_interface(tools: &Tools, binaries: &Path) -> Command {
    session(tools, "interface.py", binaries)
}

/// The judges of how Sigap is put into service, likewise.
pub fn of_deploy(tools: &Tools, binaries: &Path) -> Command {
    session(tools, "deploy.py", binaries)
}

/// The tests that keep files in a bucket, with the Python from which they start their S3 server. They are the ones
/// that are ignored: naming them would have all that they depend on built anew, with fewer features.
pub fn of_bucket(tools: &Tools, mut tests: Command) -> Command {
    tests.args(["--", "--ignored"]).env("SIGAP_S3_SERVER", &tools.python);
    tests
}

fn session(tools: &Tools, script: &str, binaries: &Path) -> Command {
    let mut session = Command::new(&tools.python);
    session.arg(judges().join(script)).arg(binaries).current_dir(root());
    session
}

/// Installs what requirements.txt asks for into a folder of its own, when it is not there.
fn python() -> Result<PathBuf, String> {
    let folder = root().join("target/judges/venv");
    let python = folder.join("bin/python");
    let requirements = judges().join("requirements.txt");
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let wanted = read(&requirements)?;
    let stamp = folder.join("installed-requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    must(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    must(install.arg(&requirements))?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}

fn judges() -> PathBuf {
    root().join("xtask/judges")
}
