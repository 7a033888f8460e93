//! The past stays readable: one sample of every event lies in `golden/`, and a whole case. Until 1.0
//! an event may still change, with its sample; afterwards a sample is only ever added.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::office::play;
use crate::case::{
    Audience, By, Case, Channel, DispatchFailure, DueCause, Event, Recorded, Signature, SigningMeans,
    SystemJob, Value,
};

#[test]
fn every_sample_reads_and_writes_back_the_same() {
    for (name, text) in samples("json") {
        let recorded: Recorded =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let written = serde_json::to_string_pretty(&recorded).unwrap() + "\n";
        assert_eq!(written, text, "{name}");
    }
}

#[test]
fn every_event_has_a_sample() {
    let mut missing: BTreeSet<&str> = WANTED.into_iter().collect();
    for (name, text) in samples("json") {
        let recorded: Recorded = serde_json::from_str(&text).unwrap();
        let kinds = kinds(&recorded);
        assert!(name.starts_with(kinds[0]), "{name} holds {}", kinds[0]);
        for kind in kinds {
            missing.remove(kind);
        }
    }
    assert_eq!(missing, BTreeSet::new(), "samples to add to golden/");
}

#[test]
fn a_whole_case_replays_to_the_same_state() {
    let history = golden_case();
    insta::assert_debug_snapshot!("golden_case", Case::replay(&history).unwrap());
}

#[test]
fn a_case_that_was_written_down_replays_as_if_it_had_never_been() {
    let office = play(
        "
        Mon 2026-11-23 08:00 Markus asks: sejak=20-11-2026
        as far as 8.pengecekan via keduanya
        Rina suspends: Menunggu satker
        10:00 Rina resumes: Sudah ada
        Markus attaches: layar.png
        ",
    );
    let lines: Vec<String> =
        office.history.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    let read: Vec<Recorded> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, office.history);
    assert_eq!(Case::replay(&read).as_ref(), Some(office.case()));
}

#[test]
fn an_event_holds_nothing_that_people_wrote() {
    for recorded in golden_case() {
        let skeleton = serde_json::to_string(&recorded.event).unwrap();
        for text in recorded.texts.values() {
            assert!(!skeleton.contains(text.as_str()), "{skeleton} holds {text:?}");
        }
    }
}

#[test]
fn a_field_that_is_added_later_is_no_obstacle_to_an_older_reader() {
    let (_, text) = samples("json").into_iter().find(|(name, _)| name == "step_opened.json").unwrap();
    let newer = text.replacen('{', "{\"besok\": [1],", 1);
    assert_eq!(serde_json::from_str::<Recorded>(&newer).unwrap(), serde_json::from_str(&text).unwrap());
}

/// What needs a sample of its own. `kinds` is the list the compiler keeps complete.
const WANTED: [&str; 42] = [
    "registered",
    "registered by form",
    "registered by letter",
    "step_opened",
    "step_opened without due",
    "task_opened",
    "task_opened for somebody",
    "task_assigned",
    "progress_logged",
    "task_completed",
    "letter_signed",
    "letter_signed by a key of the office",
    "letter_signed by a key for trying out",
    "letter_signed by BSrE",
    "letter_signed with a reserved number",
    "letter_signed with the head of its case",
    "dispatch_ordered",
    "dispatched",
    "dispatch_failed",
    "dispatch_failed refused",
    "dispatch_failed given up",
    "dispatch_failed without address",
    "dispatch_failed not set up",
    "step_completed",
    "suspended",
    "resumed",
    "due_moved",
    "due_moved by suspension",
    "due_moved by calendar",
    "step_overdue",
    "noted",
    "noted for office",
    "noted for everyone",
    "attached",
    "closed",
    "reopened",
    "by a deputy",
    "by clock",
    "by calendar",
    "by mail",
    "with a date",
    "with options",
];

/// What a sample is a sample of: the event first, then what there is several of.
fn kinds(recorded: &Recorded) -> Vec<&'static str> {
    let mut kinds = match &recorded.event {
        Event::Registered { channel: Channel::Form, .. } => vec!["registered", "registered by form"],
        Event::Registered { channel: Channel::Letter, .. } => vec!["registered", "registered by letter"],
        Event::StepOpened { due_at: Some(_), .. } => vec!["step_opened"],
        Event::StepOpened { due_at: None, .. } => vec!["step_opened", "step_opened without due"],
        Event::TaskOpened { assignee: None, .. } => vec!["task_opened"],
        Event::TaskOpened { assignee: Some(_), .. } => vec!["task_opened", "task_opened for somebody"],
        Event::TaskAssigned { .. } => vec!["task_assigned"],
        Event::ProgressLogged { .. } => vec!["progress_logged"],
        Event::TaskCompleted { .. } => vec!["task_completed"],
        Event::LetterSigned { signature: Signature { reserved: true, .. }, .. } => {
            vec!["letter_signed", "letter_signed with a reserved number"]
        }
        Event::LetterSigned { signature: Signature { head: Some(_), .. }, .. } => {
            vec!["letter_signed", "letter_signed with the head of its case"]
        }
        Event::LetterSigned { signature: Signature { means: SigningMeans::Local, .. }, .. } => {
            vec!["letter_signed", "letter_signed by a key of the office"]
        }
        Event::LetterSigned { signature: Signature { means: SigningMeans::Test, .. }, .. } => {
            vec!["letter_signed", "letter_signed by a key for trying out"]
        }
        Event::LetterSigned { signature: Signature { means: SigningMeans::Bsre, .. }, .. } => {
            vec!["letter_signed", "letter_signed by BSrE"]
        }
        Event::DispatchOrdered { .. } => vec!["dispatch_ordered"],
        Event::Dispatched { .. } => vec!["dispatched"],
        Event::DispatchFailed { cause, .. } => match cause {
            DispatchFailure::Refused => vec!["dispatch_failed", "dispatch_failed refused"],
            DispatchFailure::GivenUp => vec!["dispatch_failed", "dispatch_failed given up"],
            DispatchFailure::NoAddress => vec!["dispatch_failed", "dispatch_failed without address"],
            DispatchFailure::NotSetUp => vec!["dispatch_failed", "dispatch_failed not set up"],
        },
        Event::StepCompleted { .. } => vec!["step_completed"],
        Event::Suspended => vec!["suspended"],
        Event::Resumed => vec!["resumed"],
        Event::DueMoved { cause: DueCause::Suspension, .. } => vec!["due_moved", "due_moved by suspension"],
        Event::DueMoved { cause: DueCause::Calendar, .. } => vec!["due_moved", "due_moved by calendar"],
        Event::StepOverdue { .. } => vec!["step_overdue"],
        Event::Noted { audience: Audience::Office } => vec!["noted", "noted for office"],
        Event::Noted { audience: Audience::Everyone } => vec!["noted", "noted for everyone"],
        Event::Attached { .. } => vec!["attached"],
        Event::Closed { .. } => vec!["closed"],
        Event::Reopened => vec!["reopened"],
    };
    match &recorded.event {
        Event::Registered { values, .. }
        | Event::TaskCompleted { values, .. }
        | Event::ProgressLogged { values, .. } => kinds.extend(values.values().map(|value| match value {
            Value::Options(_) => "with options",
            Value::Date(_) => "with a date",
        })),
        _ => {}
    }
    match &recorded.by {
        By::Person { in_place_of: None, .. } => {}
        By::Person { in_place_of: Some(_), .. } => kinds.push("by a deputy"),
        By::System { system: SystemJob::Clock } => kinds.push("by clock"),
        By::System { system: SystemJob::Calendar } => kinds.push("by calendar"),
        By::System { system: SystemJob::Mail } => kinds.push("by mail"),
    }
    kinds
}

/// Accepted with both examinations, the repair repeated once, suspended in between.
fn golden_case() -> Vec<Recorded> {
    let (_, text) = samples("jsonl").into_iter().next().expect("a whole case");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The files of one kind in `golden/`: name and text.
fn samples(extension: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}
