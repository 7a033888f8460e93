//! `cargo xtask test`: runs the stages one after another, counts, and tells how long each took.
//!
//! A stage that fails does not keep the later ones from running, so that one run tells all there is to mend; only
//! what could not be built is not run.

use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::postgres::{Cluster, Fresh};
use crate::{bench, browser, dependencies, drills, judges, root};

/// What to run.
#[derive(Debug)]
pub enum Lane {
    /// Everything, but for what somebody leaves out at their desk.
    Whole {
        journeys: bool,
        judges: bool,
        drills: bool,
    },
    Judges,
    /// The store, on both databases.
    Store,
    /// A small run of the bench.
    Bench,
    Only {
        package: &'static str,
    },
    Journeys {
        words: Vec<String>,
    },
    Drills {
        words: Vec<String>,
    },
    /// The drill of three nodes.
    Nodes,
}

pub fn run(lane: &Lane) -> ExitCode {
    let in_ci = std::env::var("CI").is_ok_and(|ci| !matches!(ci.as_str(), "" | "0" | "false"));
    if in_ci && !matches!(lane, Lane::Whole { journeys: true, judges: true, drills: true }) {
        eprintln!("CI is set, so only the whole `cargo xtask test` counts: nothing may be left out.");
        println!("0 passed, 1 failed");
        return ExitCode::FAILURE;
    }
    let mut report = Report { in_ci, ..Report::default() };
    match lane {
        Lane::Whole { journeys, judges, drills } => report.whole(*journeys, *judges, *drills),
        Lane::Judges => {
            if let Some(tools) = report.tools("what the judges need", judges::tools)
                && report.build()
            {
                report.judges(&tools);
            }
        }
        Lane::Store => {
            if let Some(cluster) = report.tools("PostgreSQL and PgBouncer", Cluster::start) {
                report.tests("--package=store", Some(&cluster));
            }
        }
        Lane::Only { package } => report.tests(&format!("--package={package}"), None),
        Lane::Bench => {
            if report.build() {
                report.bench();
            }
        }
        Lane::Journeys { words } => {
            if let Some(tools) = report.tools(BROWSER, browser::tools)
                && report.build()
            {
                report.journeys(&tools, words);
            }
        }
        Lane::Drills { words } => {
            if let Some(cluster) = report.tools(FAULTS, drills::tools)
                && report.build()
            {
                report.drills(&cluster, words);
            }
        }
        Lane::Nodes => {
            if let Some(tools) = report.tools("what the judges need", judges::tools)
                && report.build()
            {
                report.nodes(&tools);
            }
        }
    }
    report.close(lane)
}

/// What the journeys need, as the heading of its stage.
const BROWSER: &str = "Chromium, slapd, Node and the packages in e2e/";

/// What the drills need.
const FAULTS: &str = "strace, faketime and a PostgreSQL that may be killed";

/// What the drill of three nodes needs beside what the judges do.
const NODES: &str = "a PostgreSQL for three nodes, which is killed";

/// What the stages so far have shown.
#[derive(Default)]
struct Report {
    in_ci: bool,
    stages: Vec<Stage>,
    ignored: u32,
    /// Seconds of each test program, to show where the time of the tests goes.
    slowest: Vec<(f64, String)>,
    /// Why the known weaknesses of our dependencies could not be looked up.
    not_looked_up: Option<String>,
}

struct Stage {
    name: &'static str,
    passed: u32,
    failed: u32,
    took: Duration,
}

impl Report {
    fn whole(&mut self, journeys: bool, judges: bool, drills: bool) {
        // First, so that what is missing shows before the minutes of compiling rather than after.
        let browser = journeys.then(|| self.tools(BROWSER, browser::tools));
        let programs = judges.then(|| self.tools("what the judges need", judges::tools));
        let killed = drills.then(|| self.tools(FAULTS, drills::tools));
        let Some(cluster) = self.tools("PostgreSQL and PgBouncer", Cluster::start) else { return };
        if matches!(browser, Some(None)) || matches!(programs, Some(None)) || matches!(killed, Some(None)) {
            return;
        }
        self.format_and_lints();
        self.dependencies();
        if self.build() {
            self.tests("--workspace", Some(&cluster));
            drop(cluster);
            self.bench();
            if let Some(Some(killed)) = killed {
                self.drills(&killed, &[]);
            }
            if let Some(Some(programs)) = programs {
                if drills {
                    self.nodes(&programs);
                }
                self.judges(&programs);
            }
            if let Some(Some(browser)) = browser {
                self.journeys(&browser, &[]);
            }
        }
    }

    fn tools<T>(&mut self, what: &str, find: fn() -> Result<T, String>) -> Option<T> {
        let began = heading("tools", what);
        let tools = find().map_err(|why| println!("\n{why}"));
        self.add("tools", 0, u32::from(tools.is_err()), began);
        tools.ok()
    }

    fn format_and_lints(&mut self) {
        self.all_or_nothing("format", cargo(&["fmt", "--all", "--check"]));
        let mut lints = cargo(&["clippy", "--workspace", "--all-targets"]);
        lints.args(self.locked()).args(["--", "--deny", "warnings"]);
        self.all_or_nothing("lints", lints);
    }

    fn dependencies(&mut self) {
        let Some(deny) = self.tools("cargo-deny", dependencies::tool) else { return };
        self.all_or_nothing("licences", dependencies::check(&deny, &["licenses", "bans", "sources"]));
        match dependencies::advisories(&deny) {
            Ok(()) => self.all_or_nothing("advisories", dependencies::check(&deny, &["advisories"])),
            Err(why) => self.not_looked_up = Some(why),
        }
    }

    /// A stage of its own, so that the time of the tests is the time of the tests. All targets at once: building
    /// only `sigap` would choose other features for its dependencies, and compile half of them a second time.
    fn build(&mut self) -> bool {
        let mut build = cargo(&["build", "--workspace", "--all-targets"]);
        build.args(self.locked());
        let began = heading("build", &spelled(&build));
        let built = stream(build, |_| {});
        self.add("build", 0, u32::from(!built), began);
        if !built {
            println!("\nWhat does not compile cannot be tested: the rest is left out.");
        }
        built
    }

    fn tests(&mut self, what: &str, cluster: Option<&Cluster>) {
        let mut tests = cargo(&["test", what, "--no-fail-fast"]);
        if let Some(cluster) = cluster {
            tests.env("SIGAP_TEST_POSTGRES", cluster.address());
            tests.env("SIGAP_TEST_PGBOUNCER", cluster.pgbouncer_address());
        }
        tests.args(self.locked());
        self.ignored += self.libtest("tests", tests);
    }

    /// The tests that `cargo test` passes over because they need a server of others.
    fn bucket(&mut self, tools: &judges::Tools) {
        let mut tests = cargo(&["test", "--workspace"]);
        tests.args(self.locked());
        let before = self.stages.len();
        self.libtest("bucket", judges::of_bucket(tools, tests));
        let ran = self.stages[before..].iter().map(|stage| stage.passed).sum();
        self.ignored = self.ignored.saturating_sub(ran);
    }

    /// Runs tests of ours, and says how many of them were ignored.
    fn libtest(&mut self, name: &'static str, tests: Command) -> u32 {
        let began = heading(name, &spelled(&tests));
        let (mut passed, mut failed, mut ignored, mut program) = (0, 0, 0, String::new());
        let mut slowest = Vec::new();
        let fine = stream(tests, |line| {
            let words = line.trim_start();
            if words.starts_with("Running ") || words.starts_with("Doc-tests ") {
                program = words.trim_start_matches("Running ").to_owned();
            } else if let Some(counts) = words.strip_prefix("test result: ") {
                passed += count(counts, "passed");
                failed += count(counts, "failed");
                ignored += count(counts, "ignored");
                if let Some(seconds) = seconds(counts) {
                    slowest.push((seconds, program.clone()));
                }
            }
        });
        // A test program that does not compile, or dies on the way, has no result to count; nor has no test at all.
        if failed == 0 && (!fine || passed == 0) {
            failed = 1;
        }
        self.slowest.extend(slowest);
        self.add(name, passed, failed, began);
        ignored
    }

    fn judges(&mut self, tools: &judges::Tools) {
        self.bucket(tools);
        self.counted("judges", judges::of_letters(tools, &built()));
        self.counted("interface", judges::of_interface(tools, &built()));
        self.counted("deploy", judges::of_deploy(tools, &built()));
    }

    fn bench(&mut self) {
        self.all_or_nothing("bench", bench::trial(&built()));
    }

    fn drills(&mut self, cluster: &Fresh, words: &[String]) {
        self.counted("drills", drills::all(cluster, &built(), words));
    }

    fn nodes(&mut self, tools: &judges::Tools) {
        if let Some(cluster) = self.tools(NODES, drills::cluster_of_nodes) {
            self.counted("nodes", drills::of_nodes(tools, &cluster, &built()));
        }
    }

    fn journeys(&mut self, tools: &browser::Tools, words: &[String]) {
        let mut journeys = Command::new("node");
        journeys
            .arg("run.mjs")
            .args(words)
            .current_dir(root().join("e2e"))
            .env("SIGAP_BIN", built().join("sigap"))
            .env("CHROME_PATH", &tools.chromium);
        self.counted("journeys", journeys);
    }

    /// A program of others that ends with the line `N passed, N failed`.
    fn counted(&mut self, name: &'static str, command: Command) {
        let began = heading(name, &spelled(&command));
        let (mut passed, mut failed) = (0, 0);
        let fine = stream(command, |line| {
            if line.ends_with(" failed") && line.contains(" passed, ") {
                (passed, failed) = (count(line, "passed"), count(line, "failed"));
            }
        });
        if failed == 0 && (!fine || passed == 0) {
            failed = 1;
        }
        self.add(name, passed, failed, began);
    }

    fn all_or_nothing(&mut self, name: &'static str, command: Command) {
        let began = heading(name, &spelled(&command));
        let fine = stream(command, |_| {});
        self.add(name, u32::from(fine), u32::from(!fine), began);
    }

    /// CI tests what is committed: a Cargo.lock that does not fit must fail there instead of being mended quietly.
    fn locked(&self) -> Option<&'static str> {
        self.in_ci.then_some("--locked")
    }

    fn add(&mut self, name: &'static str, passed: u32, failed: u32, began: Instant) {
        let took = began.elapsed();
        self.stages.push(Stage { name, passed, failed, took });
    }

    fn close(mut self, lane: &Lane) -> ExitCode {
        self.slowest.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        println!("\n── time ──");
        for Stage { name, passed, failed, took } in &self.stages {
            println!("{name:<10} {:>7.1} s  {passed:>5} passed  {failed:>3} failed", took.as_secs_f64());
        }
        for (seconds, program) in self.slowest.iter().take(5) {
            println!("{seconds:>18.1} s  {program}");
        }
        if self.ignored > 0 {
            println!("Marked as ignored, so not run: {}.", self.ignored);
        }
        if let Lane::Whole { journeys, judges, drills } = lane {
            for (ran, what) in [
                (journeys, "BROWSER JOURNEYS"),
                (judges, "JUDGES OF LETTERS, TESTS WITH AN S3 SERVER AND THE DRILL OF THREE NODES"),
                (drills, "DRILLS"),
            ] {
                if !ran {
                    println!(
                        "\n!!! THE {what} WERE LEFT OUT. Run `cargo xtask test` before you hand this in. !!!\n"
                    );
                }
            }
        }
        if let Some(why) = self.not_looked_up {
            println!("\n!!! THE KNOWN WEAKNESSES OF OUR DEPENDENCIES WERE NOT LOOKED UP: {why} !!!\n");
        }
        let passed: u32 = self.stages.iter().map(|stage| stage.passed).sum();
        let failed: u32 = self.stages.iter().map(|stage| stage.failed).sum();
        println!("{passed} passed, {failed} failed");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Where cargo builds to: the folder in which we lie ourselves, whatever CARGO_TARGET_DIR says.
fn built() -> PathBuf {
    std::env::current_exe().expect("the path of this program").with_file_name("")
}

fn heading(name: &str, what: &str) -> Instant {
    println!("\n── {name}: {what} ──");
    Instant::now()
}

pub fn cargo(arguments: &[&str]) -> Command {
    // The cargo that runs us, so that a chosen toolchain stays chosen.
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(root());
    if std::io::stdout().is_terminal() {
        cargo.env("CARGO_TERM_COLOR", "always"); // it writes into our pipe and would think nobody looks
    }
    cargo
}

fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs a command, shows what it writes as it comes, and gives each line, without colours, to `read`.
pub fn stream(mut command: Command, mut read: impl FnMut(&str)) -> bool {
    // One pipe for both: cargo names the test program on stderr, the program tells its result on stdout.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let both = writer.try_clone().expect("a second end of the pipe");
    let child = command.stdin(Stdio::null()).stdout(writer).stderr(both).spawn();
    let spelled = spelled(&command);
    drop(command); // it holds writing ends, and reading would never come to an end
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            println!("`{spelled}` could not be started: {error}");
            return false;
        }
    };
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        let mut screen = std::io::stdout().lock();
        screen.write_all(&line).and_then(|()| screen.flush()).expect("somebody reads our output");
        read(without_colours(&String::from_utf8_lossy(&line)).trim_end());
        line.clear();
    }
    child.wait().is_ok_and(|status| status.success())
}

/// Takes away the escape sequences `ESC [ … letter`, the only ones that cargo and libtest write.
fn without_colours(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        plain + part.split_once(|end: char| end.is_ascii_alphabetic()).map_or("", |(_, text)| text)
    })
}

/// The number before `what` in "3 passed, 0 failed" or "ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.35s".
fn count(counts: &str, what: &str) -> u32 {
    let words: Vec<&str> = counts.split([' ', ';', ',']).collect();
    let at = words.iter().position(|word| *word == what);
    at.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}

fn seconds(counts: &str) -> Option<f64> {
    counts.split_once("finished in ")?.1.trim_end_matches('s').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_results_are_counted() {
        let line = without_colours(
            "test result: \u{1b}[31mFAILED\u{1b}[0m. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.35s",
        );
        assert_eq!(
            line,
            "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.35s"
        );
        assert_eq!(["passed", "failed", "ignored"].map(|what| count(&line, what)), [12, 3, 1]);
        assert_eq!(seconds(&line), Some(0.35));
    }
}
