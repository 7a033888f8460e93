//! Berita acara pemusnahan: what a list destroys, what it leaves, and what verifying the history says of it.

use jiff::{Timestamp, ToSpan as _};
use sop::case::{AttachedFile, CaseNo, Command, FileHash, PersonId};
use store::files::Files;
use store::{
    BookFilter, CaseFile, DestructionError, Filter, ListedCase, ReadAt, ReadOf, ReadWhat, Reading,
    ReadingsOf, Scope, SealKey, Sort, StoreError,
};

use crate::office::{Office, actor, minutes, request, waiting_for_signature};

/// Six years and a day after the cases ended.
fn later() -> Timestamp {
    minutes(0) + (6 * 366 * 24).hours()
}

fn key() -> SealKey {
    SealKey::parse(&"5e".repeat(32)).unwrap()
}

struct Archive {
    office: Office,
    folder: tempfile::TempDir,
    files: Files,
}

impl Archive {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        Self { office: Office::on_disk().await, folder, files }
    }

    async fn keeps(&self, content: &str) -> FileHash {
        let mut upload = self.files.begin().await.unwrap();
        upload.write(content.as_bytes()).await.unwrap();
        upload.finish().await.unwrap().0
    }

    async fn has(&self, file: &FileHash) -> bool {
        self.files.read(file).await.is_ok()
    }

    /// A request of Sari's with files.
    async fn asked(&self, subject: &str, contents: &[&str]) -> CaseFile {
        let mut registration = request(subject);
        for content in contents {
            registration.files.push(AttachedFile {
                file: self.keeps(content).await,
                media_type: "text/plain".to_owned(),
                bytes: content.len() as u64,
                name: format!("{content}.txt"),
            });
        }
        self.office.register(registration, minutes(0)).await
    }

    async fn ended(&self, subject: &str, contents: &[&str]) -> CaseNo {
        let file = self.asked(subject, contents).await;
        let withdraw = Command::Withdraw { reason: "Sudah dapat sendiri".to_owned() };
        self.office.act(&file.case, &actor("sari"), minutes(5), withdraw).await.case.number
    }

    /// Everything that has ended, as it is put on a list.
    async fn due(&self) -> Vec<ListedCase> {
        let due = self.office.store.ended_cases(&sop::shipped().code, later()).await.unwrap();
        let listed = |(case, ended_at)| ListedCase {
            case,
            class: "layanan-ti".to_owned(),
            ended_at,
            kept_until: 2031,
            destroyed_at: None,
        };
        due.into_iter().map(listed).collect()
    }

    async fn proposes(&self) -> u32 {
        let store = &self.office.store;
        store.propose_destruction(&"wulan".into(), "JRA", &self.due().await, later()).await.unwrap()
    }

    async fn approves(&self, list: u32) {
        let store = &self.office.store;
        let digest = store.destruction_list(list).await.unwrap().unwrap().digest;
        store.approve_destruction(list, &digest, &"haris".into(), later()).await.unwrap();
    }

    async fn carries_out(&self, list: u32) -> Result<store::CarriedOut, DestructionError> {
        self.office.store.carry_out_destruction(list, &self.files, later()).await
    }

    /// Everything that lists and books show, and what is found by a word.
    async fn everything(&self, word: &str) -> String {
        let (store, all) = (&self.office.store, Scope::All);
        let list = store.list(&all, &Filter::default(), Sort::Number, None, 100).await.unwrap();
        let filter = Filter { text: Some(word.to_owned()), ..Filter::default() };
        let found = store.list(&all, &filter, Sort::Number, None, 100).await.unwrap();
        let book = BookFilter::default();
        let incoming = store.incoming(&book, None, 100).await.unwrap();
        let outgoing = store.outgoing(&BookFilter::default(), None, 100).await.unwrap();
        let dispositions = store.dispositions(&book, None, 100).await.unwrap();
        format!("{list:#?}{found:#?}{incoming:#?}{outgoing:#?}{dispositions:#?}")
    }
}

fn said(verification: &store::Verification) -> Vec<String> {
    verification.findings.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_case_is_destroyed_by_a_list_that_another_approved_and_its_history_still_verifies() {
    let archive = Archive::new().await;
    let store = &archive.office.store;
    let file = waiting_for_signature(&archive.office, "Rahasia Sari").await;
    let no = archive.office.complete(&file.case, "tandatangani", minutes(20)).await.case.number;
    let running = archive.asked("Masih berjalan", &[]).await.case.number;
    let reading = Reading {
        of: ReadOf::Case(no.clone()),
        what: ReadWhat::Case,
        which: String::new(),
        person: PersonId::new("rina"),
        token: String::new(),
        address: "10.0.0.7".to_owned(),
    };
    store.note_readings(&[(reading, ReadAt::once(minutes(30)))]).await.unwrap();
    store.seal(&key(), minutes(40)).await.unwrap().expect("a seal");

    let list = archive.proposes().await;
    assert!(archive.due().await.is_empty(), "what is on a list is on no second one");
    let listed = store.destruction_list(list).await.unwrap().unwrap();
    assert_eq!(listed.cases.iter().map(|listed| &listed.case).collect::<Vec<_>>(), [&no]);
    assert!(matches!(archive.carries_out(list).await, Err(DestructionError::NotApproved { .. })));
    let by_proposer = store.approve_destruction(list, &listed.digest, &"wulan".into(), later()).await;
    assert!(matches!(by_proposer, Err(DestructionError::SamePerson { .. })), "{by_proposer:?}");
    let of_another = store.approve_destruction(list, "0000", &"haris".into(), later()).await;
    assert!(matches!(of_another, Err(DestructionError::Changed { .. })), "{of_another:?}");
    archive.approves(list).await;
    assert!(store.case_file(&Scope::All, &no).await.unwrap().is_some(), "nothing is gone yet");

    let done = archive.carries_out(list).await.unwrap();
    assert_eq!((done.cases, done.left), (1, Vec::new()));
    let gone = store.case_file(&Scope::All, &no).await.unwrap_err();
    assert!(matches!(&gone, StoreError::Destroyed { case, list: 1, .. } if *case == no), "{gone}");
    assert!(store.letter(&"surat-1/2026".into()).await.is_err(), "its letter went with it");
    let of_case = ReadingsOf::Case(no.clone());
    assert!(store.readings(&of_case, None, 10).await.unwrap().rows.is_empty());
    assert!(store.case_file(&Scope::All, &running).await.unwrap().is_some());

    let shown = archive.everything("rahasia").await;
    for personal in ["Rahasia Sari", "\"haris\""] {
        assert!(!shown.contains(personal), "{personal}: {shown}");
    }
    assert_eq!(store.rebuild().await.unwrap().changed_cases, 0, "what is rebuilt stays empty");
    assert_eq!(archive.everything("rahasia").await, shown);

    let verification = store.verify(&key(), None).await.unwrap();
    assert_eq!(said(&verification), [""; 0]);
    assert!(verification.erased_texts > 5, "{verification:?}");
    assert_eq!(verification.erased_by_lists.get(&list), Some(&verification.erased_texts));
    let report = serde_json::to_value(&verification).unwrap();
    assert_eq!(report["erased_by_lists"], serde_json::json!({ "1": verification.erased_texts }));
}

#[tokio::test]
async fn a_text_erased_without_a_list_or_under_one_that_nobody_else_approved_is_found() {
    let archive = Archive::new().await;
    let no = archive.ended("Jaringan mati", &[]).await;
    let list = archive.proposes().await;
    archive.approves(list).await;
    archive.carries_out(list).await.unwrap();
    let store = &archive.office.store;
    for (tampering, expected) in [
        (
            "UPDATE destruction_cases SET destroyed_at = NULL".to_owned(),
            format!("case {no}, event 1: its text @hal was erased, and no approved list says so"),
        ),
        (
            "UPDATE destruction_cases SET destroyed_at = 1; UPDATE destruction_lists SET approved_by = NULL"
                .to_owned(),
            format!("case {no}, event 1: its text @hal was erased, and no approved list says so"),
        ),
        (
            "UPDATE destruction_lists SET approved_by = 'haris'; UPDATE destruction_cases SET kept_until = 2020"
                .to_owned(),
            "list 1 of destruction: it is not the one that was proposed and approved".to_owned(),
        ),
    ] {
        archive.office.tamper(&tampering).await;
        let found = said(&store.verify(&key(), None).await.unwrap());
        assert!(found.contains(&expected), "{expected}: {found:?}");
        let report = serde_json::to_value(store.verify(&key(), None).await.unwrap()).unwrap();
        let erased = serde_json::json!({ "finding": "text_erased", "case": no, "event": 1, "key": "@hal" });
        assert!(report["findings"].as_array().unwrap().contains(&erased), "{report}");
    }
}

#[tokio::test]
async fn a_file_goes_with_the_last_case_that_refers_to_it() {
    let archive = Archive::new().await;
    archive.ended("Satu", &["hanya satu", "bersama"]).await;
    archive.asked("Dua", &["bersama"]).await;
    let (own, shared) = (archive.keeps("hanya satu").await, archive.keeps("bersama").await);
    let list = archive.proposes().await;
    archive.approves(list).await;
    assert_eq!(archive.carries_out(list).await.unwrap().files, 1);
    assert!(!archive.has(&own).await && archive.has(&shared).await);
    let again = archive.carries_out(list).await.unwrap();
    assert_eq!((again.cases, again.files), (1, 0), "a second time changes nothing");
    assert!(archive.folder.path().is_dir());
}

#[tokio::test]
async fn a_destruction_that_was_cut_off_is_finished_the_next_time() {
    let archive = Archive::new().await;
    archive.ended("Satu", &["berkas satu"]).await;
    archive.ended("Dua", &["berkas dua"]).await;
    let list = archive.proposes().await;
    archive.approves(list).await;
    // Stops at the second case, as a process that is killed would.
    archive
        .office
        .tamper_each(
            "CREATE TRIGGER mati BEFORE DELETE ON event_texts WHEN old.case_id = 20260000002 \
             BEGIN SELECT RAISE(ABORT, 'mati'); END",
            "CREATE FUNCTION mati() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''mati''; END'; \
             CREATE TRIGGER mati BEFORE DELETE ON event_texts FOR EACH ROW \
             WHEN (old.case_id = 20260000002) EXECUTE FUNCTION mati()",
        )
        .await;
    assert!(archive.carries_out(list).await.is_err());
    let half = archive.office.store.destruction_list(list).await.unwrap().unwrap();
    assert_eq!(half.cases.iter().filter(|listed| listed.destroyed_at.is_some()).count(), 1);
    assert_eq!(half.carried_out_at, None);
    assert_eq!(said(&archive.office.store.verify(&key(), None).await.unwrap()), [""; 0]);
    archive.office.tamper_each("DROP TRIGGER mati", "DROP TRIGGER mati ON event_texts").await;
    let done = archive.carries_out(list).await.unwrap();
    assert_eq!((done.cases, done.files), (2, 2));
}

#[tokio::test]
async fn a_case_that_was_taken_up_again_stays() {
    let archive = Archive::new().await;
    let no = archive.ended("Satu", &[]).await;
    let list = archive.proposes().await;
    archive.approves(list).await;
    let file = archive.office.store.case_file(&Scope::All, &no).await.unwrap().unwrap();
    let reopen = Command::Reopen { reason: "Ternyata belum".to_owned() };
    archive.office.act(&file.case, &actor("rina"), later(), reopen).await;
    let done = archive.carries_out(list).await.unwrap();
    assert_eq!((done.cases, done.left), (0, vec![no.clone()]));
    assert!(archive.office.store.case_file(&Scope::All, &no).await.unwrap().is_some());
}
