use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// The names of all phrases of a catalogue.
fn phrases(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned()))
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "html") {
            found.push(path);
        }
    }
}

#[test]
fn both_languages_have_the_same_phrases() {
    let (indonesian, english) = (phrases(INDONESIAN), phrases(ENGLISH));
    let only: Vec<_> = indonesian.symmetric_difference(&english).collect();
    assert!(only.is_empty(), "in one catalogue only: {only:?}");
}

#[test]
fn every_phrase_is_used_and_every_phrase_used_is_there() {
    let mut files = Vec::new();
    sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path(), &mut files);
    let known = phrases(INDONESIAN);
    let mut quoted = BTreeSet::new();
    let mut missing = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source can be read");
        for piece in text.split('"').skip(1) {
            quoted.insert(piece.to_owned());
        }
        for asked in text.split(".t(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if !known.contains(asked) {
                missing.insert(format!("{asked} in {}", file.display()));
            }
        }
    }
    assert!(missing.is_empty(), "asked for and absent: {missing:#?}");
    // Phrases whose name is put together: roles, days, months, problems, acts.
    let composed = ["role-", "weekday-", "month-", "problem-", "act-", "capacity-", "kept-"];
    let unused: Vec<_> = known
        .iter()
        .filter(|phrase| !quoted.contains(*phrase) && !composed.iter().any(|start| phrase.starts_with(start)))
        .collect();
    assert!(unused.is_empty(), "never used: {unused:#?}");
}

#[test]
fn a_phrase_is_filled_in() {
    let words = Words::new(Language::Indonesian);
    assert_eq!(words.t("standing-at").with("who", "Rina").with("step", "2").to_string(), "Rina di langkah 2");
    let words = Words::new(Language::English);
    assert_eq!(words.t("span-days").with("n", 1).to_string(), "1 day");
    assert_eq!(words.t("span-days").with("n", 3).to_string(), "3 days");
}
