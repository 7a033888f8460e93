//! Berita acara pemusnahan: what a list destroys, what it leaves, and what verifying the history says of it.

use jiff::{Timestamp, ToSpan as _};
use sop::case::{AttachedFile, CaseNo, Command, FileHash, PersonId};
use store::files::Files;
use store::{
    BookFilter, CaseFile, DataRequestKind, DestructionError, Filter, ListActKind, ListedCase, NewDestruction,
    ReadAt, ReadOf, ReadWhat, Reading, ReadingsOf, Scope, SealKey, Sort, StoreError,
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
        self.tries_to_propose(None).await.unwrap()
    }

    async fn tries_to_propose(&self, answers: Option<(u32, &str)>) -> Result<u32, DestructionError> {
        let cases = self.due().await;
        let new = NewDestruction { basis: "JRA", cases: &cases, answers };
        self.office.store.propose_destruction(&"wulan".into(), new, later()).await
    }

    async fn state(&self, list: u32) -> ListActKind {
        self.office.store.destruction_list(list).await.unwrap().unwrap().state()
    }

    async fn approves(&self, list: u32) {
        let store = &self.office.store;
        let digest = store.destruction_list(list).await.unwrap().unwrap().digest;
        store.approve_destruction(list, &digest, &"haris".into(), later()).await.unwrap();
    }

    async fn carries_out(&self, list: u32) -> Result<store::CarriedOut, DestructionError> {
        self.office.store.carry_out_destruction(list, &"wulan".into(), &self.files, later()).await
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

/// The hash of an act as somebody would make it who has read how it is done.
async fn hash_acts_anew(office: &Office) {
    use sqlx::{AnyConnection, Connection as _, Row as _};
    let mut connection = AnyConnection::connect(&office.url()).await.unwrap();
    let rows = sqlx::query("SELECT * FROM destruction_acts ORDER BY number").fetch_all(&mut connection);
    let mut previous = String::new();
    for row in rows.await.unwrap() {
        let number: i64 = row.get("number");
        let (list, at): (i64, i64) = (row.get("list"), row.get("at"));
        let text = |column: &str| row.get::<String, _>(column);
        let hash = crate::history::hash_of(&[
            "sigap destruction act sha256-v1",
            &number.to_string(),
            &list.to_string(),
            &text("kind"),
            &text("person"),
            &at.to_string(),
            &text("reason"),
            &text("digest"),
            &previous,
        ]);
        sqlx::query("UPDATE destruction_acts SET previous = $1, hash = $2 WHERE number = $3")
            .bind(previous)
            .bind(hash.as_str())
            .bind(number)
            .execute(&mut connection)
            .await
            .unwrap();
        previous = hash;
    }
}

#[tokio::test]
async fn a_list_that_was_forged_or_altered_is_found_and_excuses_no_erased_text() {
    for (what, is_hashed_anew, tampering, expected) in [
        (
            "a case is no longer marked as destroyed",
            false,
            "UPDATE destruction_cases SET destroyed_at = NULL",
            &[
                "list 1 of destruction: it is not the one that was proposed, approved and carried out",
                "case 2026-0001, event 1: its text @hal was erased, and no approved list says so",
            ][..],
        ),
        (
            "a case is kept for less",
            false,
            "UPDATE destruction_cases SET kept_until = 2020",
            &["list 1 of destruction: it is not the one that was proposed, approved and carried out"],
        ),
        (
            "another approved",
            false,
            "UPDATE destruction_acts SET person = 'rina' WHERE kind = 'approved'",
            &[
                "list 1 of destruction, act 2: it was changed after it was stored, or did not follow the act that \
               now stands before it",
            ],
        ),
        (
            "another approved, and what follows is hashed anew",
            true,
            "UPDATE destruction_acts SET person = 'rina' WHERE kind = 'approved'",
            &["lists of destruction, act 3: the acts up to it are not those under seal 2"],
        ),
        (
            "whoever proposed has approved",
            true,
            "UPDATE destruction_acts SET person = 'wulan' WHERE kind = 'approved'",
            &[
                "lists of destruction, act 3: the acts up to it are not those under seal 2",
                "case 2026-0001, event 1: its text @hal was erased, and no approved list says so",
            ],
        ),
        (
            "the approval is gone",
            false,
            "DELETE FROM destruction_acts WHERE kind = 'approved'",
            &[
                "lists of destruction, act 2: missing",
                "case 2026-0001, event 1: its text @hal was erased, and no approved list says so",
            ],
        ),
        (
            "all that was done is gone",
            false,
            "DELETE FROM destruction_acts",
            &[
                "lists of destruction: they end with act 0, but seal 2 covers 3 acts",
                "list 1 of destruction: nobody proposed it",
                "case 2026-0001, event 1: its text @hal was erased, and no approved list says so",
            ],
        ),
        (
            "the list is gone",
            false,
            "DELETE FROM destruction_cases; DELETE FROM destruction_lists",
            &["list 1 of destruction: it is gone, while there is something that was done about it"],
        ),
        (
            "a list is put there that nobody proposed",
            false,
            "INSERT INTO destruction_lists (basis, digest) VALUES ('JRA', 'x'); \
             INSERT INTO destruction_cases (list, case_id, class, kept_until, ended_at, destroyed_at) \
               VALUES (2, 20260000002, 'layanan-ti', 2020, 1, 1); \
             DELETE FROM event_texts WHERE case_id = 20260000002 AND key = '@hal'",
            &[
                "list 2 of destruction: nobody proposed it",
                "case 2026-0002, event 1: its text @hal was erased, and no approved list says so",
            ],
        ),
        (
            "what the seal says of the lists is edited",
            false,
            "UPDATE seals SET list_acts = 0, list_head = '' WHERE number = 2",
            &["seal 2: it was changed, or not made under this key"],
        ),
    ] {
        let archive = Archive::new().await;
        archive.ended("Jaringan mati", &[]).await;
        archive.asked("Masih berjalan", &[]).await;
        let store = &archive.office.store;
        store.seal(&key(), minutes(40)).await.unwrap().expect("two cases");
        let list = archive.proposes().await;
        archive.approves(list).await;
        archive.carries_out(list).await.unwrap();
        assert_eq!(store.verify(&key(), None).await.unwrap().unsealed_list_acts, 3);
        let sealed = store.seal(&key(), later()).await.unwrap().expect("a list is something to seal");
        assert_eq!((sealed.number, sealed.list_acts), (2, 3));
        assert_eq!(store.seal(&key(), later()).await.unwrap(), None);
        let untouched = store.verify(&key(), None).await.unwrap();
        assert_eq!((said(&untouched), untouched.unsealed_list_acts), (Vec::new(), 0));

        let on_sqlite = format!("PRAGMA foreign_keys = OFF; {tampering}");
        let on_postgres = format!("SET session_replication_role = replica; {tampering}");
        archive.office.tamper_each(&on_sqlite, &on_postgres).await;
        if is_hashed_anew {
            hash_acts_anew(&archive.office).await;
        }
        let verification = store.verify(&key(), None).await.unwrap();
        let found = said(&verification);
        for expected in expected {
            assert!(found.iter().any(|found| found == expected), "{what}: {expected}: {found:#?}");
        }
        let about_lists = |found: &&String| found.starts_with("list") || found.starts_with("seal");
        let expected_about_lists = expected.iter().filter(|found| !found.starts_with("case")).count();
        assert_eq!(found.iter().filter(about_lists).count(), expected_about_lists, "{what}: {found:#?}");
    }
}

#[tokio::test]
async fn a_list_is_withdrawn_by_whoever_proposed_it_or_refused_by_another_and_its_cases_are_due_again() {
    let archive = Archive::new().await;
    let no = archive.ended("Jaringan mati", &[]).await;
    let store = &archive.office.store;
    let (wulan, haris) = (PersonId::new("wulan"), PersonId::new("haris"));

    let first = archive.proposes().await;
    let by_another = store.withdraw_destruction(first, &haris, "Bukan milik saya", later()).await;
    assert!(matches!(by_another, Err(DestructionError::NotTheProposer { .. })), "{by_another:?}");
    store.withdraw_destruction(first, &wulan, "Salah dasar", later()).await.unwrap();
    assert_eq!(archive.state(first).await, ListActKind::Withdrawn);

    let second = archive.proposes().await;
    let by_proposer = store.refuse_destruction(second, &wulan, "Saya sendiri", later()).await;
    assert!(matches!(by_proposer, Err(DestructionError::SamePerson { .. })), "{by_proposer:?}");
    store.refuse_destruction(second, &haris, "Masih diperiksa auditor", later()).await.unwrap();
    let refused = store.destruction_list(second).await.unwrap().unwrap();
    assert_eq!(refused.act(ListActKind::Refused).unwrap().reason, "Masih diperiksa auditor");
    assert_eq!(archive.due().await.len(), 1, "it is due again");

    let digest = refused.digest;
    let late = store.approve_destruction(second, &digest, &haris, later()).await;
    assert!(matches!(late, Err(DestructionError::NotWaiting { .. })), "{late:?}");
    assert!(matches!(archive.carries_out(second).await, Err(DestructionError::NotApproved { .. })));
    assert!(store.case_file(&Scope::All, &no).await.unwrap().is_some());

    let third = archive.proposes().await;
    archive.approves(third).await;
    let late = store.withdraw_destruction(third, &wulan, "Terlambat", later()).await;
    assert!(matches!(late, Err(DestructionError::NotWaiting { .. })), "{late:?}");
    archive.carries_out(third).await.unwrap();
    assert_eq!(archive.state(third).await, ListActKind::CarriedOut);
    assert_eq!(said(&store.verify(&key(), None).await.unwrap()), [""; 0]);
}

#[tokio::test]
async fn a_list_that_answers_a_request_for_erasure_answers_it_once() {
    let archive = Archive::new().await;
    let no = archive.ended("Jaringan mati", &[]).await;
    let store = &archive.office.store;
    let (sari, kind) = (PersonId::new("sari"), DataRequestKind::Erasure);
    assert!(store.add_data_request(&sari, kind, Some(&no), "Hapuslah.", minutes(10)).await.unwrap());
    let waiting = store.waiting_data_requests().await.unwrap().pop().unwrap();
    assert_eq!(waiting.case.as_ref(), Some(&no));
    assert!(store.ended_case(&no).await.unwrap().is_some());

    let list = archive.tries_to_propose(Some((waiting.id, "Kami kabulkan."))).await.unwrap();
    assert!(store.ended_case(&no).await.unwrap().is_none(), "it is on a list");
    let answered = store.data_request(waiting.id).await.unwrap().unwrap();
    assert_eq!(answered.answer.unwrap().text, "Kami kabulkan.");
    assert_eq!(store.destruction_list(list).await.unwrap().unwrap().request, Some(waiting.id));

    store.withdraw_destruction(list, &"wulan".into(), "Keliru", later()).await.unwrap();
    let twice = archive.tries_to_propose(Some((waiting.id, "Sekali lagi."))).await;
    assert!(matches!(twice, Err(DestructionError::Answered { .. })), "{twice:?}");
    assert_eq!(archive.due().await.len(), 1, "nothing of it was put down");
}

#[tokio::test]
async fn a_case_is_on_one_list_at_a_time() {
    let archive = Archive::new().await;
    archive.ended("Jaringan mati", &[]).await;
    let cases = archive.due().await;
    let first = archive.proposes().await;
    let new = NewDestruction { basis: "JRA", cases: &cases, answers: None };
    let again = archive.office.store.propose_destruction(&"wulan".into(), new, later()).await;
    assert!(matches!(again, Err(DestructionError::Listed { list, .. }) if list == first), "{again:?}");
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
    assert_eq!(half.state(), ListActKind::Approved);
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
