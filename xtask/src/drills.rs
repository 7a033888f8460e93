//! The drills: something happens to the real server, and nothing is lost. `docs/faults.md` says what.

use std::path::Path;
use std::process::Command;

use crate::judges;
use crate::machine::{Need, in_path};
use crate::postgres::Fresh;
use crate::root;

const NEED: Need = Need {
    whose: "The drills",
    elsewhere: "install strace and libfaketime; system calls are only injected on Linux",
    without: "--no-drills",
};

/// Makes sure of the programs that do it, and makes a cluster of PostgreSQL that is killed.
pub fn tools() -> Result<Fresh, String> {
    let missing: Vec<&str> =
        ["strace", "faketime"].into_iter().filter(|name| in_path(name).is_none()).collect();
    if !missing.is_empty() {
        NEED.install(&missing)?;
    }
    Fresh::make("drills")
}

/// All drills, or those whose name contains a word, on what was built.
pub fn all(cluster: &Fresh, built: &Path, words: &[String]) -> Command {
    let folder = root().join("target/drills");
    // What the last run left because it failed; there may be nothing.
    let _ = std::fs::remove_dir_all(&folder);
    let mut drill = Command::new(built.join("drill"));
    drill.arg("--sigap").arg(built.join("sigap")).arg("--folder").arg(folder);
    drill.arg("--postgres").arg(&cluster.programs).arg("--cluster").arg(cluster.data()).args(words);
    drill
}

/// A cluster for the drill of several nodes, which kills its server as well.
pub fn cluster_of_nodes() -> Result<Fresh, String> {
    Fresh::make("nodes")
}

/// The drill of three nodes behind HAProxy, whose files lie with the S3 server of the judges.
pub fn of_nodes(tools: &judges::Tools, cluster: &Fresh, built: &Path) -> Command {
    let folder = root().join("target/nodes");
    // As above.
    let _ = std::fs::remove_dir_all(&folder);
    let mut drill = Command::new(built.join("nodes"));
    drill.arg("--sigap").arg(built.join("sigap")).arg("--folder").arg(folder);
    drill.arg("--postgres").arg(&cluster.programs).arg("--cluster").arg(cluster.data());
    drill.arg("--haproxy").arg(judges::HAPROXY).arg("--balancer").arg(root().join("deploy/haproxy.cfg"));
    drill.arg("--python").arg(tools.python()).arg("--s3-server").arg(judges::s3_server());
    drill
}
