//! What somebody might do to the database of an office, and what verifying its history says of it.

use sha2::{Digest as _, Sha256};
use sop::case::{Audience, Command};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};
use store::{CaseFile, Seal, SealKey, SealNote, Store, Verification};
use tempfile::TempDir;

use crate::office::{Office, actor, completion, minutes, postgres, waiting_for_signature};

/// The key that the office keeps outside its database.
fn key() -> SealKey {
    SealKey::parse(&"5e".repeat(32)).unwrap()
}

/// Three cases, sealed in the middle of their lives and near their end; what came last no seal covers.
struct SealedOffice {
    office: Office,
    seals: Vec<Seal>,
}

impl SealedOffice {
    async fn new() -> Self {
        Self::of(Office::on_disk().await).await
    }

    async fn of(office: Office) -> Self {
        let mut files = office.requests(3).await;
        let mut seals = Vec::new();
        for (file, outcome) in files.iter_mut().zip(["teruskan", "teruskan", "teruskan"]) {
            *file = office.complete(&file.case, outcome, minutes(10)).await;
        }
        seals.extend(office.store.seal(&key(), minutes(11)).await.unwrap());
        for file in &mut files[..2] {
            *file = note(&office, file, 12).await;
        }
        seals.extend(office.store.seal(&key(), minutes(13)).await.unwrap());
        note(&office, &files[1], 14).await;
        Self { office, seals }
    }

    /// What is found in a copy of the database that was tampered with.
    async fn found(&self, tampering: &str) -> Verification {
        self.found_since(tampering, None).await
    }

    async fn found_since(&self, tampering: &str, since: Option<&SealNote>) -> Verification {
        let copy = Copy::of(&self.office).await;
        copy.tamper(tampering).await;
        copy.store().await.verify(&key(), since).await.unwrap()
    }
}

async fn note(office: &Office, file: &CaseFile, minute: i64) -> CaseFile {
    let note = Command::Note { text: format!("Catatan pukul {minute}"), audience: Audience::Office };
    office.act(&file.case, &actor("rina"), minutes(minute), note).await
}

/// A database that was copied, as somebody who stole or restores it would.
struct Copy {
    url: String,
    /// Of SQLite alone.
    _folder: Option<TempDir>,
}

impl Copy {
    async fn of(office: &Office) -> Self {
        if office.is_on_postgres() {
            return Self { url: postgres::copied_database(&office.url()).await, _folder: None };
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("salinan.db").display().to_string();
        office.tamper(&format!("VACUUM INTO '{path}'")).await;
        Self { url: format!("sqlite://{path}"), _folder: Some(folder) }
    }

    async fn store(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    async fn connection(&self) -> AnyConnection {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let unchecked = match connection.backend_name() {
            "PostgreSQL" => "SET session_replication_role = replica",
            _ => "PRAGMA foreign_keys = OFF",
        };
        sqlx::raw_sql(unchecked).execute(&mut connection).await.unwrap();
        connection
    }

    async fn tamper(&self, sql: &str) {
        let mut connection = self.connection().await;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }

    /// Hashes a case anew from its first event on, as somebody who has read how it is done would.
    async fn hash_anew(&self, case: &str, case_id: i64) {
        let mut connection = self.connection().await;
        let rows =
            sqlx::query("SELECT seq, skeleton, commitments FROM events WHERE case_id = $1 ORDER BY seq")
                .bind(case_id)
                .fetch_all(&mut connection)
                .await
                .unwrap();
        let mut previous = String::new();
        for row in rows {
            let seq: i64 = row.get("seq");
            let (skeleton, commitments): (String, String) = (row.get("skeleton"), row.get("commitments"));
            let seq_digits = seq.to_string();
            let hash =
                hash_of(&["sigap event sha256-v1", case, &seq_digits, &previous, &skeleton, &commitments]);
            sqlx::query("UPDATE events SET previous = $1, hash = $2 WHERE case_id = $3 AND seq = $4")
                .bind(previous.as_str())
                .bind(hash.as_str())
                .bind(case_id)
                .bind(seq)
                .execute(&mut connection)
                .await
                .unwrap();
            previous = hash;
        }
    }
}

/// The hash as it is written down, by other means than the store's.
pub fn hash_of(parts: &[&str]) -> String {
    let bytes: Vec<u8> = parts
        .iter()
        .flat_map(|part| [&(part.len() as u64).to_be_bytes()[..], part.as_bytes()].concat())
        .collect();
    hex::encode(Sha256::digest(&bytes))
}

fn said(verification: &Verification) -> Vec<String> {
    verification.findings.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn an_untouched_history_is_sound() {
    let sealed = SealedOffice::new().await;
    let verification = sealed.found("SELECT 1").await;
    assert_eq!(said(&verification), [""; 0]);
    assert_eq!((verification.cases, verification.seals, verification.unsealed_events), (3, 2, 1));
    assert_eq!(verification.events, sealed.seals[1].events + 1);
    assert_eq!(sealed.seals.iter().map(|seal| seal.cases).collect::<Vec<_>>(), [3, 3]);
}

#[tokio::test]
async fn each_event_follows_the_one_before_it_by_its_hash() {
    let sealed = SealedOffice::new().await;
    let copy = Copy::of(&sealed.office).await;
    let hashes = "SELECT hash FROM events ORDER BY case_id, seq";
    let stored = sqlx::query(hashes).fetch_all(&mut copy.connection().await).await.unwrap();
    copy.hash_anew("2026-0001", 20_260_000_001).await;
    copy.hash_anew("2026-0002", 20_260_000_002).await;
    copy.hash_anew("2026-0003", 20_260_000_003).await;
    let anew = sqlx::query(hashes).fetch_all(&mut copy.connection().await).await.unwrap();
    let texts = |rows: &[sqlx::any::AnyRow]| rows.iter().map(|row| row.get("hash")).collect::<Vec<String>>();
    assert_eq!(texts(&stored), texts(&anew), "whoever follows the description comes to the same hashes");
    let first =
        sealed.office.store.case_file(&store::Scope::All, &"2026-0001".into()).await.unwrap().unwrap();
    assert!(texts(&stored).contains(&first.head.to_string()));
}

#[tokio::test]
async fn whatever_is_done_to_a_history_is_found() {
    let sealed = SealedOffice::new().await;
    for (what, tampering, expected) in [
        (
            "an event is edited",
            "UPDATE events SET skeleton = replace(skeleton, 'bpsip-ntt', 'bbpsi-padi') \
             WHERE case_id = 20260000002 AND seq = 1",
            &["case 2026-0002, event 1: it was changed after it was stored"][..],
        ),
        (
            "an event that no seal covers is edited",
            "UPDATE events SET skeleton = replace(skeleton, 'office', 'everyone') \
             WHERE case_id = 20260000002 AND seq = 9",
            &["case 2026-0002, event 9: it was changed after it was stored"],
        ),
        (
            "a commitment is edited",
            "UPDATE events SET commitments = '{}' WHERE case_id = 20260000002 AND seq = 9",
            &[
                "case 2026-0002, event 9: it was changed after it was stored",
                "case 2026-0002, event 9: its text @catatan was put in after it was stored",
            ],
        ),
        (
            "an algorithm that nobody knows is claimed",
            "UPDATE events SET algorithm = 'none' WHERE case_id = 20260000003 AND seq = 2",
            &["case 2026-0003, event 2: it was changed after it was stored"],
        ),
        (
            "a text is edited",
            "UPDATE event_texts SET text = 'Lain' WHERE case_id = 20260000001 AND seq = 1 AND key = '@hal'",
            &["case 2026-0001, event 1: its text @hal was changed after it was stored"],
        ),
        (
            "a text is put in",
            "INSERT INTO event_texts (case_id, seq, key, text, salt) VALUES (20260000001, 2, '@sebab', 'x', 'y')",
            &["case 2026-0001, event 2: its text @sebab was put in after it was stored"],
        ),
        (
            "a text is erased, and no list says so",
            "DELETE FROM event_texts WHERE case_id = 20260000001 AND seq = 1 AND key = '@hal'",
            &["case 2026-0001, event 1: its text @hal was erased, and no approved list says so"],
        ),
        (
            "an event is put in",
            "UPDATE events SET seq = -seq - 1 WHERE case_id = 20260000003 AND seq >= 5; \
             UPDATE events SET seq = -seq WHERE seq < 0; \
             INSERT INTO events (case_id, seq, skeleton, commitments, algorithm, previous, hash) \
               SELECT case_id, 5, skeleton, commitments, algorithm, previous, hash FROM events \
               WHERE case_id = 20260000003 AND seq = 4",
            &[
                "case 2026-0003, event 5: it was stored as event 4 and moved",
                "case 2026-0003, event 5: its text catatan was erased, and no approved list says so",
                "case 2026-0003, event 6: it was stored as event 5 and moved",
                "case 2026-0003, event 7: it was stored as event 6 and moved",
                "case 2026-0003, event 8: it was stored as event 7 and moved",
                "case 2026-0003, event 7: the history up to it is not the one under seal 1",
            ],
        ),
        (
            "two events change places",
            "UPDATE events SET seq = 100 WHERE case_id = 20260000003 AND seq = 2; \
             UPDATE events SET seq = 2 WHERE case_id = 20260000003 AND seq = 3; \
             UPDATE events SET seq = 3 WHERE case_id = 20260000003 AND seq = 100",
            &[
                "case 2026-0003, event 2: it was stored as event 3 and moved",
                "case 2026-0003, event 3: it was stored as event 2 and moved",
                "case 2026-0003, event 4: it did not follow the event that now stands before it",
            ],
        ),
        (
            "an event is taken out",
            "DELETE FROM events WHERE case_id = 20260000003 AND seq = 3",
            &["case 2026-0003, event 3: missing"],
        ),
        (
            "a case is shortened",
            "DELETE FROM events WHERE case_id = 20260000001 AND seq > 5; \
             DELETE FROM event_texts WHERE case_id = 20260000001 AND seq > 5",
            &["case 2026-0001: it ends with event 5, but seal 1 covers 7 events"],
        ),
        (
            "a case is gone",
            "DELETE FROM events WHERE case_id = 20260000003; \
             DELETE FROM event_texts WHERE case_id = 20260000003; \
             DELETE FROM cases WHERE case_id = 20260000003",
            &["case 2026-0003: it is gone with its 7 events, which seal 1 covers"],
        ),
        (
            "a case is gone, and what the seals say of it",
            "DELETE FROM events WHERE case_id = 20260000002; \
             DELETE FROM event_texts WHERE case_id = 20260000002; \
             DELETE FROM sealed_heads WHERE case_id = 20260000002",
            &[
                "seal 1: it was changed, or not made under this key",
                "seal 2: it was changed, or not made under this key",
                "case 2026-0002 is missing, while cases are numbered without gaps",
            ],
        ),
        (
            "a seal is gone",
            "DELETE FROM seals WHERE number = 1; DELETE FROM sealed_heads WHERE seal = 1",
            &["seal 1: missing"],
        ),
        ("the last seal is gone", "DELETE FROM seals WHERE number = 2", &["seal 2: missing"]),
        (
            "a seal is edited",
            "UPDATE seals SET sealed_at = sealed_at + 1 WHERE number = 2",
            &["seal 2: it was changed, or not made under this key"],
        ),
        (
            "a seal is put out of its chain",
            "UPDATE seals SET previous = '' WHERE number = 2",
            &["seal 2: it was changed, or not made under this key"],
        ),
        (
            "what a seal covers is edited",
            "UPDATE sealed_heads SET hash = 'x' WHERE seal = 2 AND case_id = 20260000001",
            &["seal 2: it was changed, or not made under this key"],
        ),
    ] {
        assert_eq!(said(&sealed.found(tampering).await), expected, "{what}");
    }
}

#[tokio::test]
async fn a_case_that_is_hashed_anew_as_a_whole_is_given_away_by_its_seal() {
    let sealed = SealedOffice::new().await;
    let copy = Copy::of(&sealed.office).await;
    copy.tamper(
        "UPDATE events SET skeleton = replace(skeleton, 'bpsip-ntt', 'bbpsi-padi') \
         WHERE case_id = 20260000002 AND seq = 1",
    )
    .await;
    copy.hash_anew("2026-0002", 20_260_000_002).await;
    let found = copy.store().await.verify(&key(), None).await.unwrap();
    assert_eq!(said(&found), ["case 2026-0002, event 7: the history up to it is not the one under seal 1"]);
}

#[tokio::test]
async fn a_letter_gives_away_that_its_case_was_hashed_anew_before_any_seal() {
    let office = Office::on_disk().await;
    let file = waiting_for_signature(&office, "Server mati").await;
    let (by, mut command) =
        completion(&file.case, file.case.open_tasks().next().unwrap(), &"tandatangani".into());
    let Command::Complete { signature: Some(signature), .. } = &mut command else { panic!("no signature") };
    signature.head = Some(file.head.clone());
    office.act(&file.case, &by, minutes(20), command).await;
    assert_eq!(said(&office.store.verify(&key(), None).await.unwrap()), [""; 0]);

    let copy = Copy::of(&office).await;
    copy.tamper("UPDATE events SET skeleton = replace(skeleton, 'bpsip-ntt', 'bbpsi-padi') WHERE seq = 1")
        .await;
    copy.hash_anew("2026-0001", 20_260_000_001).await;
    let found = said(&copy.store().await.verify(&key(), None).await.unwrap());
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert!(finding.ends_with("the letter that was signed here was made of another history"), "{finding}");
}

#[tokio::test]
async fn an_event_hashed_anew_alone_no_longer_leads_to_the_next() {
    let sealed = SealedOffice::new().await;
    let copy = Copy::of(&sealed.office).await;
    copy.hash_anew("2026-0003", 20_260_000_003).await;
    let mut connection = copy.connection().await;
    let row = sqlx::query("SELECT * FROM events WHERE case_id = 20260000003 AND seq = 2");
    let row = row.fetch_one(&mut connection).await.unwrap();
    let skeleton = row.get::<String, _>("skeleton").replace("03:02:00", "03:02:01");
    assert_ne!(skeleton, row.get::<String, _>("skeleton"));
    let (previous, commitments): (String, String) = (row.get("previous"), row.get("commitments"));
    let hash = hash_of(&["sigap event sha256-v1", "2026-0003", "2", &previous, &skeleton, &commitments]);
    sqlx::query("UPDATE events SET skeleton = $1, hash = $2 WHERE case_id = 20260000003 AND seq = 2")
        .bind(skeleton)
        .bind(hash)
        .execute(&mut connection)
        .await
        .unwrap();
    let found = copy.store().await.verify(&key(), None).await.unwrap();
    assert_eq!(
        said(&found),
        ["case 2026-0003, event 3: it did not follow the event that now stands before it"]
    );
}

#[tokio::test]
async fn taking_the_last_seals_away_with_what_they_covered_is_found_by_whoever_noted_one() {
    let sealed = SealedOffice::new().await;
    let rolled_back = "DELETE FROM sealed_heads WHERE seal = 2; DELETE FROM seals WHERE number = 2; \
                       DELETE FROM event_texts WHERE seq > 7; DELETE FROM events WHERE seq > 7";
    assert_eq!(said(&sealed.found(rolled_back).await), [""; 0], "the database alone cannot tell");
    let noted: SealNote = "2".parse().unwrap();
    assert_eq!(said(&sealed.found_since(rolled_back, Some(&noted)).await), ["seal 2: missing"]);

    let [first, second] = &sealed.seals[..] else { panic!("two seals") };
    let (start, more) = (second.digest[..8].to_uppercase(), &second.digest[8..16]);
    let by_digest: SealNote = format!("2:{start} {more}").parse().unwrap();
    assert_eq!(said(&sealed.found_since("SELECT 1", Some(&by_digest)).await), [""; 0]);
    let another: SealNote = format!("2:{}", first.digest).parse().unwrap();
    assert_eq!(
        said(&sealed.found_since("SELECT 1", Some(&another)).await),
        ["seal 2: it is not the one whose digest was noted"]
    );
}

#[tokio::test]
async fn what_came_since_the_last_seal_can_be_cut_off_and_is_counted_as_unsealed() {
    let sealed = SealedOffice::new().await;
    let cut = "DELETE FROM event_texts WHERE case_id = 20260000002 AND seq > 8; \
               DELETE FROM events WHERE case_id = 20260000002 AND seq > 8";
    let found = sealed.found(cut).await;
    assert_eq!((said(&found), found.unsealed_events), (Vec::new(), 0));
}

#[tokio::test]
async fn a_seal_is_made_only_when_something_has_come_and_only_under_one_key() {
    let sealed = SealedOffice::new().await;
    let store = &sealed.office.store;
    let third = store.seal(&key(), minutes(20)).await.unwrap().expect("one note came");
    assert_eq!((third.number, third.previous.as_str()), (3, sealed.seals[1].digest.as_str()));
    assert_eq!(store.seal(&key(), minutes(21)).await.unwrap(), None);
    assert_eq!(store.seals_after(1, 10).await.unwrap(), [sealed.seals[1].clone(), third]);
    let stranger = SealKey::generate().unwrap();
    let found = store.verify(&stranger, None).await.unwrap();
    assert_eq!(found.findings.len(), 3, "{found:?}");
    assert_eq!(SealKey::parse(&stranger.reveal()).unwrap().reveal(), stranger.reveal());
}

#[tokio::test]
async fn a_note_of_a_seal_has_a_number_and_enough_of_its_digest() {
    for wrong in ["", "0", "x", "-1", "2:", "2:9f3c", "2:9f3c0a1b2c3d4e5g", ":9f3c0a1b2c3d4e5f"] {
        assert!(wrong.parse::<SealNote>().is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn an_office_of_the_version_before_is_chained_as_it_stands() {
    let sealed = SealedOffice::of(Office::in_a_file().await).await;
    let before = sealed.office.store.case_file(&store::Scope::All, &"2026-0002".into()).await.unwrap();
    let copy = Copy::of(&sealed.office).await;
    copy.tamper(
        "DROP VIEW listed_cases; DROP TABLE destruction_acts; \
         ALTER TABLE data_requests DROP COLUMN case_id; \
         DROP TABLE sealed_heads; DROP TABLE seals; ALTER TABLE events DROP COLUMN algorithm; \
         ALTER TABLE events DROP COLUMN previous; ALTER TABLE events DROP COLUMN hash; \
         ALTER TABLE events DROP COLUMN commitments; ALTER TABLE event_texts DROP COLUMN salt; \
         DELETE FROM _sqlx_migrations WHERE version IN (9, 23)",
    )
    .await;
    let store = copy.store().await;
    store.migrate().await.unwrap();
    let after = store.case_file(&store::Scope::All, &"2026-0002".into()).await.unwrap();
    assert_eq!(after.map(|file| file.history), before.map(|file| file.history));
    assert_eq!(said(&store.verify(&key(), None).await.unwrap()), [""; 0]);
    store.seal(&key(), minutes(30)).await.unwrap().expect("everything is new to the first seal");
    copy.tamper(
        "UPDATE event_texts SET text = 'Lain' WHERE case_id = 20260000002 AND seq = 1 AND key = '@hal'",
    )
    .await;
    assert_eq!(
        said(&store.verify(&key(), None).await.unwrap()),
        ["case 2026-0002, event 1: its text @hal was changed after it was stored"]
    );
}
