//! The developer's commands: `cargo xtask …`.

mod bench;
mod browser;
mod dependencies;
mod drills;
mod judges;
mod machine;
mod postgres;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use test::Lane;

const HELP: &str = "\
Sigap's developer commands

  cargo xtask test                     all that a change must pass, as CI runs it:
                                         format    cargo fmt --all --check
                                         lints     cargo clippy, warnings denied
                                         licences  cargo-deny: what our dependencies are and may be (deny.toml)
                                         advisories  the same: known weaknesses, where the list can be reached
                                         tests     cargo test, the whole workspace; the store on a PostgreSQL of its own too
                                         judges    pyHanko, Poppler, qpdf, PDFBox and ZBar on our letters
                                         bench     that the bench still works, on a small office; it judges no speed
                                         drills    the real server with disks, databases and clocks that fail
                                         nodes     three real nodes behind HAProxy, killed in turns with their database
                                         deploy    HAProxy and systemd on what is in deploy/
                                         journeys  e2e/ in Chromium, against a demo office of its own
  cargo xtask test rules               only the SOP, the calendar and the case: seconds, while you write rules
  cargo xtask test store               only the store, on SQLite and on a PostgreSQL of its own
  cargo xtask test house               only what the house asks: who depends on whom, SQL, clock, colours, glossary
  cargo xtask test journeys [WORD…]    only the journeys, or those whose name contains a WORD
  cargo xtask test judges              only what other programs say of our letters
  cargo xtask test bench               only that the bench works
  cargo xtask test drills [WORD…]      only the drills, or those whose name contains a WORD: docs/faults.md
  cargo xtask test nodes               only three nodes behind HAProxy
  cargo xtask test --no-browser        all but the journeys (at your desk; CI refuses)
  cargo xtask test --no-judges         all but the judges (the same; several may be left out)
  cargo xtask test --no-drills         all but the drills (the same)
  cargo xtask bench [--profile NAME] [--cases N] [--store sqlite|postgres] [--database URL] [--times N] [--against N]
                                       how fast Sigap is here, on a release build: docs/performance.md says what is
                                       measured. Offices and reports are kept in target/bench/
  cargo xtask help                     this text

`test` ends with the line `N passed, N failed`; its exit code is 0 if nothing failed.

The tests need PostgreSQL and PgBouncer, the journeys Chromium (or Chrome) and Node 20.19 or newer, the judges Python and the programs
of others, the drills strace and faketime. As root on
a Debian machine, `test` installs what is missing; elsewhere it says what to install and stops. The packages in e2e/
come by `npm ci`, pyHanko by pip into target/.
  CHROME_PATH=/path/to/chromium        the browser to use, if yours is not found by itself
  CI=true                              only the whole test, with the committed Cargo.lock
After a failed journey, look into e2e/artifacts/: pictures, pages, and the server's log. The letters that were judged
stay in target/judges/letters/.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lane = match arguments.as_slice() {
        [] | ["help" | "-h" | "--help", ..] | ["test", "-h" | "--help"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        ["test", left_out @ ..]
            if left_out.iter().all(|word| ["--no-browser", "--no-judges", "--no-drills"].contains(word)) =>
        {
            Lane::Whole {
                journeys: !left_out.contains(&"--no-browser"),
                judges: !left_out.contains(&"--no-judges"),
                drills: !left_out.contains(&"--no-drills"),
            }
        }
        ["test", "rules"] => Lane::Only { package: "sop" },
        ["test", "store"] => Lane::Store,
        ["test", "house"] => Lane::Only { package: "xtask" },
        ["bench", arguments @ ..] => return bench::run(arguments),
        ["test", "bench"] => Lane::Bench,
        ["test", "judges"] => Lane::Judges,
        ["test", "nodes"] => Lane::Nodes,
        ["test", "journeys", words @ ..] => {
            Lane::Journeys { words: words.iter().map(ToString::to_string).collect() }
        }
        ["test", "drills", words @ ..] => {
            Lane::Drills { words: words.iter().map(ToString::to_string).collect() }
        }
        unknown => {
            eprintln!("There is no `cargo xtask {}`.\n", unknown.join(" "));
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    test::run(&lane)
}

/// The root of the repository, wherever the command was called from.
fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask lies in the repository").into()
}
