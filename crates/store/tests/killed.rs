//! Killing the process at any moment loses nothing that was acknowledged, and leaves nothing half
//! written.
//!
//! This binary runs itself as a writing child process, which says on its standard output what it has
//! stored, after it is stored. The parent kills it at some moment and looks what is there.

#[path = "contract/office.rs"]
mod office;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use office::{Dice, any_act, append, furnish, minutes, request, rules};
use sop::case::{CaseNo, Version};
use store::{Filter, Scope, SealKey, Sort, Store};

const OFFICES: u64 = 8;
const LIVES_PER_OFFICE: u64 = 25;

/// Set for the child: the address of the database, and what its dice begin with.
const WRITE_TO: &str = "SIGAP_TEST_WRITE_TO";
const DICE: &str = "SIGAP_TEST_DICE";

#[test]
fn what_was_acknowledged_survives_two_hundred_kills() {
    let offices = (0..OFFICES).map(|office| thread::spawn(move || kill_again_and_again(office)));
    let mut acknowledged = 0;
    for office in offices.collect::<Vec<_>>() {
        acknowledged += office.join().unwrap();
    }
    println!("{} kills, {acknowledged} acts acknowledged, none lost", OFFICES * LIVES_PER_OFFICE);
    assert!(acknowledged > OFFICES * LIVES_PER_OFFICE, "the writers had time to write");
}

/// How many acts were acknowledged in one office.
fn kill_again_and_again(office: u64) -> u64 {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("sigap.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut dice = Dice(0x5EED + office);
    let mut acknowledged = BTreeMap::<CaseNo, Version>::new();
    let mut acts = 0;
    for life in 0..LIVES_PER_OFFICE {
        let mut child = writer(&url, 1 + office * LIVES_PER_OFFICE + life);
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        // Sometimes right after it began, perhaps while it creates the database; mostly in the middle.
        let acts_before = dice.roll(12);
        let mut heard = Vec::new();
        while heard.len() < acts_before {
            let line = said.next().expect("the writer writes until it is killed").unwrap();
            heard.extend(stored(&line));
        }
        thread::sleep(Duration::from_micros(dice.roll(5_000) as u64));
        child.kill().unwrap();
        // What it said before it was killed still counts.
        heard.extend(said.filter_map(|line| stored(&line.unwrap())));
        child.wait().unwrap();
        acts += heard.len() as u64;
        acknowledged.extend(heard);
        runtime.block_on(inspect(&url, &acknowledged));
    }
    acts
}

/// What a line of the writer says is stored.
fn stored(line: &str) -> Option<(CaseNo, Version)> {
    let (no, version) = line.strip_prefix("stored ")?.split_once(' ')?;
    Some((no.into(), version.parse().unwrap()))
}

async fn inspect(url: &str, acknowledged: &BTreeMap<CaseNo, Version>) {
    let store = Store::open(url).await.unwrap();
    store.migrate().await.unwrap();
    for (no, version) in acknowledged {
        let file = store.case_file(&Scope::All, no).await.unwrap().unwrap_or_else(|| panic!("{no} is lost"));
        assert!(file.case.version >= *version, "{no}: {} of {version} events", file.case.version);
    }
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page =
            store.list(&Scope::All, &Filter::default(), Sort::Number, after.as_deref(), 1_000).await.unwrap();
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    for (n, row) in (1..).zip(&rows) {
        assert_eq!((row.no.to_string(), row.agenda), (format!("2026-{n:04}"), n), "no gap");
    }
    let all = Filter { text: Some("galat".to_owned()), ..Filter::default() };
    let found = store.list(&Scope::All, &all, Sort::Number, None, 1_000).await.unwrap();
    assert_eq!(found.rows.len(), rows.len().min(1_000), "every case can be found");
    let rebuilt = store.rebuild().await.unwrap();
    assert_eq!((rebuilt.cases, rebuilt.changed_cases), (rows.len() as u64, 0), "nothing is half written");
    let key = SealKey::generate().unwrap();
    assert_eq!(store.verify(&key, None).await.unwrap().findings, [], "every event follows the one before it");
    store.close().await;
}

fn writer(url: &str, dice: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_writer", "--nocapture", "--test-threads", "1"])
        .env(WRITE_TO, url)
        .env(DICE, dice.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// The child: works as an office does until it is killed. Without an address it has nothing to do.
#[test]
fn the_writer() {
    let Ok(url) = std::env::var(WRITE_TO) else { return };
    let mut dice = Dice(std::env::var(DICE).unwrap().parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(&url).await.unwrap();
        store.migrate().await.unwrap();
        if store.units().await.unwrap().is_empty() {
            furnish(&store).await;
        }
        let mut open = store.open_case_numbers(None, 1_000).await.unwrap();
        // Should the parent be gone, saying so fails, and the writer with it.
        for minute in 0.. {
            let at = minutes(minute);
            let stored = if open.is_empty() || dice.roll(6) == 0 {
                let by = office::actor("sari");
                let registration = request("Galat");
                let register =
                    |no, agenda| sop::case::register(rules(), no, agenda, &by, at, registration.clone());
                let file = store.register(2026, register).await.unwrap();
                open.push(file.case.number.clone());
                file
            } else {
                let no = &open[dice.roll(open.len())];
                let case = store.case_file(&Scope::All, no).await.unwrap().unwrap().case;
                let Ok(events) = any_act(&case, &mut dice, at) else { continue };
                append(&store, &case, events).await.unwrap()
            };
            println!("stored {} {}", stored.case.number, stored.case.version);
        }
    });
}
