//! What the house asks of every change: one test a law, and a message that says where it is broken and how to mend it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

// ---- Who may know whom -------------------------------------------------------------------------------------------

/// Each crate, and all of ours that it may depend on.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("sop", &[]),
    ("store", &["sop"]),
    ("letters", &["sop"]),
    ("signatures", &[]),
    ("app", &["sop", "store"]),
    ("sigap", &["sop", "store", "letters", "signatures", "app"]),
    ("hostile", &[]),
    ("drill", &["sop", "store", "signatures"]),
    ("bench", &["sop", "store", "drill"]),
    ("xtask", &[]),
];

/// Which crate's tests and benches may use another of ours: the bench of letters times the whole way of one,
/// printed, signed and verified; and whoever reads what comes from outside is tried with hostile bytes.
const MAY_TRY_WITH: &[(&str, &str)] = &[
    ("letters", "signatures"),
    ("sop", "hostile"),
    ("store", "hostile"),
    ("signatures", "hostile"),
    ("app", "hostile"),
    ("sigap", "hostile"),
];

#[test]
fn crates_depend_only_downwards() {
    let packages = packages();
    let mut broken = Vec::new();
    for (name, dependencies) in &packages {
        let Some((_, may)) = MAY_DEPEND_ON.iter().find(|(known, _)| known == name) else {
            broken.push(format!("{name} is new: give it a place in MAY_DEPEND_ON and in ARCHITECTURE.md"));
            continue;
        };
        let ours = dependencies.iter().filter(|dependency| packages.contains_key(*dependency));
        broken.extend(
            ours.filter(|dependency| !may.contains(&dependency.as_str()))
                .map(|dependency| format!("{name} depends on {dependency}")),
        );
    }
    assert_law("A crate depends only on those below it.", broken);
}

#[test]
fn only_the_store_knows_sql() {
    let mut broken: Vec<String> = packages()
        .into_iter()
        .filter(|(name, dependencies)| name != "store" && dependencies.contains("sqlx"))
        .map(|(name, _)| format!("{name} depends on sqlx"))
        .collect();
    for file in rust_files().iter().filter(|file| !file.path.starts_with("crates/store/")) {
        for statement in ["SELECT ", "INSERT INTO", "DELETE FROM"] {
            broken.extend(file.places_of(statement));
        }
        broken.extend(file.places_where("UPDATE ", |rest| rest.split_whitespace().nth(1) == Some("SET")));
    }
    assert_law("SQL is written in crates/store alone: ask the store for what you need.", broken);
}

/// A node of PostgreSQL that goes on while another adds a column would find its prepared statement to answer
/// otherwise than it was prepared for.
#[test]
fn every_statement_names_its_columns() {
    let mut broken = Vec::new();
    for file in rust_files().iter().filter(|file| file.path.starts_with("crates/store/src/")) {
        for word in ["SELECT ", "RETURNING "] {
            broken.extend(file.places_where(word, |rest| {
                let first = rest.split([',', ' ', '"', '\n']).next().unwrap_or_default();
                first == "*" || first.ends_with(".*")
            }));
        }
    }
    assert_law("A statement names the columns that it reads: write them out instead of *.", broken);
}

#[test]
fn only_problem_knows_status_codes() {
    const HOME: &str = "crates/app/src/problem.rs";
    /// Who else may, with the reason. Tests may, since they look from outside.
    const ALSO: &[(&str, &str)] = &[];

    let files = rust_files();
    let mut broken: Vec<String> = files
        .iter()
        .filter(|file| {
            file.path != HOME && !file.is_test() && ALSO.iter().all(|(path, _)| *path != file.path)
        })
        .flat_map(|file| file.places_of("StatusCode"))
        .collect();
    for path in std::iter::once(&HOME).chain(ALSO.iter().map(|(path, _)| path)) {
        if !files.iter().any(|file| file.path == *path && file.text.contains("StatusCode")) {
            broken.push(format!("{path} may name status codes, but does not (any more)"));
        }
    }
    assert_law("A failure becomes a status in problem.rs: return a `Problem`.", broken);
}

/// Clippy refuses the calls themselves (clippy.toml), through whatever name; this keeps the exceptions at home.
#[test]
fn only_the_desk_reads_the_clock() {
    let mut broken = Vec::new();
    for file in rust_files() {
        // The bench and the drills act as people do, now.
        let asks_now = ["crates/sigap/", "crates/bench/", "crates/drill/"]
            .iter()
            .any(|home| file.path.starts_with(home));
        if file.path != "crates/app/src/desk.rs" && !asks_now {
            for clock in ["Timestamp::now", "Zoned::now", "SystemTime::now", "clippy::disallowed_methods"] {
                broken.extend(file.places_of(clock));
            }
        }
    }
    for file in repository().iter().filter(|file| file.path.starts_with("crates/store/")) {
        for clock in ["CURRENT_TIMESTAMP", "'now'", "unixepoch()"] {
            broken.extend(file.places_of(clock));
        }
    }
    assert_law("Time comes in as an argument; neither the code nor the database looks it up.", broken);
}

#[test]
fn the_sop_does_nothing_but_think() {
    const DOES: &[&str] = &[
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "async fn",
        "async move",
        "Instant::now",
    ];
    const BRINGS_IN: &[&str] =
        &["tokio", "futures-util", "sqlx", "axum", "rand", "getrandom", "uuid", "tracing"];

    let packages = packages();
    let mut broken: Vec<String> = BRINGS_IN
        .iter()
        .filter(|outside| packages["sop"].contains(**outside))
        .map(|outside| format!("sop depends on {outside}"))
        .collect();
    for file in rust_files().iter().filter(|file| file.path.starts_with("crates/sop/src/") && !file.is_test())
    {
        broken.extend(DOES.iter().flat_map(|deed| file.places_of(deed)));
    }
    assert_law("crates/sop has no I/O, no async, no clock, no chance: what it needs is an argument.", broken);
}

// ---- What the repository says ------------------------------------------------------------------------------------

#[test]
fn the_repository_speaks_of_the_project_alone() {
    // Put together here, so that this file keeps its own law.
    let homes = ["work", "root", "Users"].map(|home| format!("/{home}/"));
    let registries = [
        ["index", "crates.io"],
        ["static", "crates.io"],
        ["github.com/rust-lang/crates", "io-index"],
        ["registry", "npmjs.org"],
        ["registry", "yarnpkg.com"],
        ["pypi", "org"],
        ["files", "pythonhosted.org"],
        ["deb", "debian.org"],
        ["security", "debian.org"],
        ["deb", "nodesource.com"],
    ]
    .map(|parts| parts.join("."));
    // The one line in which cargo itself names where crates come from.
    let from_cargo = format!("source = \"registry+https://{}\"", registries[2]);

    let mut broken = Vec::new();
    for mut file in repository() {
        if file.path == "Cargo.lock" {
            file.text = file.text.replace(&from_cargo, "");
            broken.extend(file.places_of("source = "));
        }
        if file.path.ends_with("package-lock.json") {
            broken.extend(file.places_of("\"resolved\""));
        }
        for host in &registries {
            broken.extend(file.places_of(host));
        }
        for home in &homes {
            let text = &file.text;
            let starts_a_path = |at: usize| {
                !text[..at].ends_with(|before: char| before.is_alphanumeric() || ".-_".contains(before))
            };
            broken.extend(
                text.match_indices(home).filter(|(at, _)| starts_a_path(*at)).map(|(at, _)| file.place(at)),
            );
        }
    }
    assert_law("No path of somebody's machine and no registry's host is written down.", broken);
}

#[test]
fn the_glossary_names_what_the_code_names() {
    let glossary = read("docs/GLOSSARY.md");
    let mut names = BTreeSet::new();
    for row in glossary.lines().filter(|line| line.starts_with('|')) {
        // | istilah | name in code | meaning |
        let name_in_code = row.split('|').nth(2).unwrap_or_default();
        names.extend(name_in_code.split('`').skip(1).step_by(2));
    }
    assert!(
        !names.is_empty(),
        "docs/GLOSSARY.md has no row `| istilah | name in code | meaning |` with a name in backticks"
    );
    let code = rust_files();
    let unknown = names.into_iter().filter(|name| !code.iter().any(|file| contains_word(&file.text, name)));
    assert_law(
        "Every name in the glossary is a name in the code: rename it there, or take its row out.",
        unknown.map(|name| format!("docs/GLOSSARY.md: `{name}`")).collect(),
    );
}

// ---- The colours -------------------------------------------------------------------------------------------------

const STYLESHEET: &str = "crates/app/assets/sigap.css";

#[test]
fn dark_is_written_twice_and_the_same() {
    let rules = css_rules(&read(STYLESHEET));
    let [light, by_system, by_person] = themes(&rules);
    assert_eq!(by_system, by_person, "{STYLESHEET}: the system's dark and the person's dark differ");
    let unknown = by_person.keys().filter(|token| !light.contains_key(*token));
    assert_law(
        "Every dark token has a light one.",
        unknown.map(|token| format!("{STYLESHEET}: {token}")).collect(),
    );
}

#[test]
fn every_token_used_is_defined() {
    let text = read(STYLESHEET);
    let rules = css_rules(&text);
    let defined: BTreeSet<&str> =
        rules.iter().flat_map(|rule| rule.declarations.keys()).map(String::as_str).collect();
    let used: BTreeSet<&str> =
        text.split("var(").skip(1).filter_map(|rest| rest.split([')', ',']).next()).map(str::trim).collect();
    let unknown = used.difference(&defined);
    assert_law(
        "A token is defined before it is used.",
        unknown.map(|token| format!("{STYLESHEET}: {token}")).collect(),
    );
}

/// WCAG 2: 4.5 to 1 for text (1.4.3), 3 to 1 for the borders of fields (1.4.11).
#[test]
fn everybody_can_read_the_colours() {
    const NEEDED: &[(&str, &[&str], f64)] = &[
        ("--ink", &["--paper", "--sheet"], 4.5),
        ("--ink-2", &["--paper", "--sheet"], 4.5),
        ("--leaf", &["--paper", "--sheet"], 4.5),
        ("--rice-text", &["--paper", "--sheet"], 4.5),
        ("--brick-text", &["--paper", "--sheet"], 4.5),
        ("--on-leaf", &["--leaf", "--leaf-deep"], 4.5),
        ("--on-rice", &["--rice"], 4.5),
        ("--on-brick", &["--brick"], 4.5),
        ("--pencil", &["--paper"], 3.0),
    ];
    let rules = css_rules(&read(STYLESHEET));
    let [light, _, dark] = themes(&rules);
    let mut broken = Vec::new();
    for (theme, tokens) in [("light", light), ("dark", dark)] {
        let luminance = |token: &str| {
            let colour =
                tokens.get(token).unwrap_or_else(|| panic!("{STYLESHEET}: {token} has no {theme} value"));
            luminance(colour)
                .unwrap_or_else(|| panic!("{STYLESHEET}: {token} is {colour}; write it as #rrggbb"))
        };
        for (front, grounds, least) in NEEDED {
            for ground in *grounds {
                let (one, other) = (luminance(front), luminance(ground));
                let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
                if contrast < *least {
                    broken.push(format!(
                        "{STYLESHEET}: {theme} {front} on {ground} has {contrast:.2}, needs {least}"
                    ));
                }
            }
        }
    }
    assert_law("What is written can be read.", broken);
}

/// The tokens of light, of dark by the system's wish, and of dark by the person's.
fn themes(rules: &[CssRule]) -> [&BTreeMap<String, String>; 3] {
    let find = |what: &str, belongs: &dyn Fn(&CssRule) -> bool| {
        let mut found =
            rules.iter().filter(|rule| rule.declarations.contains_key("--paper") && belongs(rule));
        match (found.next(), found.next()) {
            (Some(rule), None) => &rule.declarations,
            (None, _) => panic!("{STYLESHEET}: no block of tokens for {what}"),
            (Some(_), Some(_)) => panic!("{STYLESHEET}: two blocks of tokens for {what}"),
        }
    };
    let always = |rule: &CssRule| !rule.within.iter().any(|around| around.starts_with("@media"));
    let by_system =
        |rule: &CssRule| rule.within.iter().any(|around| around.contains("prefers-color-scheme: dark"));
    [
        find(":root", &|rule| rule.selector == ":root" && always(rule)),
        find("@media (prefers-color-scheme: dark)", &by_system),
        find(":root[data-theme=\"dark\"]", &|rule| {
            rule.selector == ":root[data-theme=\"dark\"]" && always(rule)
        }),
    ]
}

struct CssRule {
    within: Vec<String>,
    selector: String,
    declarations: BTreeMap<String, String>,
}

/// Enough of CSS for our own file: blocks in blocks, and declarations in the innermost.
fn css_rules(text: &str) -> Vec<CssRule> {
    let mut plain = String::new();
    for (index, part) in text.split("/*").enumerate() {
        plain.push_str(if index == 0 { part } else { part.split_once("*/").map_or("", |(_, after)| after) });
    }
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut rules, mut around, mut start) = (Vec::new(), Vec::new(), 0);
    for (at, sign) in plain.match_indices(['{', '}', ';']) {
        let before = &plain[start..at];
        match sign {
            "{" => around.push(one_line(before)),
            "}" => {
                let selector = around.pop().expect("as many { as } in the stylesheet");
                let declarations = before
                    .split(';')
                    .filter_map(|line| line.split_once(':'))
                    .map(|(name, value)| (name.trim().to_owned(), one_line(value)))
                    .collect();
                rules.push(CssRule { within: around.clone(), selector, declarations });
            }
            // Declarations wait for the end of their block; a statement such as `@layer a, b;` ends here.
            _ if around.is_empty() => {}
            _ => continue,
        }
        start = at + 1;
    }
    rules
}

/// The relative luminance of `#rrggbb`, as WCAG 2 defines it.
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

// ---- Looking around ----------------------------------------------------------------------------------------------

/// A file of the repository: tracked, or new and not ignored.
struct File {
    path: String,
    text: String,
}

impl File {
    fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("tests.rs")
    }

    fn places_of(&self, word: &str) -> Vec<String> {
        self.places_where(word, |_| true)
    }

    /// Where `word` stands and the text after it is as asked.
    fn places_where(&self, word: &str, after: impl Fn(&str) -> bool) -> Vec<String> {
        let found = self.text.match_indices(word).filter(|(at, word)| after(&self.text[at + word.len()..]));
        found.map(|(at, _)| self.place(at)).collect()
    }

    fn place(&self, at: usize) -> String {
        let line = self.text[..at].matches('\n').count();
        format!("{}:{}: {}", self.path, line + 1, self.text.lines().nth(line).unwrap_or_default().trim())
    }
}

fn repository() -> Vec<File> {
    let listed =
        output(Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]));
    let paths: BTreeSet<&str> = listed.split_terminator('\0').collect();
    assert!(paths.contains("Cargo.toml"), "git lists no Cargo.toml, so it does not list the repository");
    // Git still lists what was removed but not yet committed.
    let present = paths.into_iter().filter(|path| root().join(path).is_file());
    present
        .map(|path| {
            let bytes = std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            File { path: path.to_owned(), text: String::from_utf8_lossy(&bytes).into_owned() }
        })
        .collect()
}

fn rust_files() -> Vec<File> {
    repository()
        .into_iter()
        .filter(|file| file.path.starts_with("crates/") && file.path.ends_with(".rs"))
        .collect()
}

/// Every package of the workspace, with the names of all it depends on, for whatever purpose but those of
/// [`MAY_TRY_WITH`].
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = output(Command::new(env!("CARGO")).args(["metadata", "--no-deps", "--format-version=1"]));
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("cargo metadata prints JSON");
    let name = |value: &serde_json::Value| value["name"].as_str().expect("a name").to_owned();
    let list = |value: &serde_json::Value| value.as_array().expect("a list").clone();
    let dependencies = |package: &serde_json::Value| {
        let may_try_with = |dependency: &serde_json::Value| {
            dependency["kind"] == "dev" && MAY_TRY_WITH.contains(&(&name(package), &name(dependency)))
        };
        let dependencies = list(&package["dependencies"]);
        dependencies.iter().filter(|dependency| !may_try_with(dependency)).map(name).collect()
    };
    list(&metadata["packages"]).iter().map(|package| (name(package), dependencies(package))).collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn output(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository").into()
}

fn contains_word(text: &str, word: &str) -> bool {
    let belongs = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(belongs) && !text[at + word.len()..].starts_with(belongs))
}

fn assert_law(law: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{law}\n  {}\n", broken.join("\n  "));
}
