//! An office that moves to another database takes every row with it as it stands.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sop::case::{Audience, CaseNo, Command};
use sop::letter::Stationery;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};
use store::{
    Copied, CopyError, CopyStage, Copying, Filter, ListedCase, NewDestruction, Scope, SealKey, Sort, Store,
    StoreError,
};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::office::{Office, actor, minutes, postgres, request, waiting_for_signature};

/// What is kept for finding alone, and made anew.
const DERIVED: [&str; 4] = ["case_search", "found_cases", "found_word_keys", "found_words"];

/// One row in each table that no act of these tests fills, as it could stand on both databases.
const ROWS: &str = "\
    INSERT INTO units (code, name, zone, parent) VALUES ('a-seksi', 'Seksi di bawah padi', 'WIB', 'bbpsi-padi'); \
    INSERT INTO unit_names (unit, until_day, name) VALUES ('bbpsi-padi', '2024-12-31', 'BB Padi'); \
    INSERT INTO settings (key, value) VALUES ('nama', 'Kantor \u{e9} \u{1f4e8}'); \
    INSERT INTO sessions (token_hash, person, started_at, last_seen_at, expires_at, browser) \
      VALUES ('ab', 'sari', 1, 2, 9223372036854775807, 'Firefox'); \
    INSERT INTO sign_in_failures (id, key, at) VALUES (7, 'sari', 5); \
    INSERT INTO request_counts (who, due_at) VALUES ('sari', 8); \
    INSERT INTO trusted_roots (certificate, pem, added_at) VALUES ('cd', '', 3); \
    INSERT INTO bsre_signers (person, nik, registered_at) VALUES ('rina', '3171234567890123', 4); \
    INSERT INTO phrases (stage, field, version, text, written_by, written_at) \
      VALUES ('4.konsep', 'surat', 1, 'Dengan hormat', 'haris', 5); \
    INSERT INTO second_factors (person, secret, used_step, algorithm) VALUES ('budi', '00', -1, ''); \
    INSERT INTO recovery_codes (person, code_hash) VALUES ('budi', 'ef'); \
    INSERT INTO awaited_codes (token_hash, person, expires_at) VALUES ('01', 'budi', 6); \
    INSERT INTO api_tokens (id, token_hash, person, name, scope, created_at, expires_at) \
      VALUES (12, '02', 'sari', 'Skrip', 'read', 7, 8); \
    INSERT INTO registration_keys (person, key, request_hash, case_id, at) VALUES ('sari', 'k', '03', 1, 9); \
    INSERT INTO mandates (id, giver, taker, capacity, roles, from_day, until_day, basis, entered_by, entered_at) \
      VALUES (3, 'haris', 'rina', 'plt', 'sekretaris', '2026-01-05', '2026-01-06', 'ND', 'haris', 10); \
    INSERT INTO absences (id, person, from_day, until_day, reason, entered_by, entered_at) \
      VALUES (4, 'dewi', '2026-01-05', '2026-01-06', 'cuti', 'rina', 11); \
    INSERT INTO passkeys (id, person, credential_id, name, credential, created_at) \
      VALUES (5, 'dewi', 'x', 'HP', '{}', 12); \
    INSERT INTO passkey_challenges (token_hash, state, expires_at) VALUES ('04', '{}', 13); \
    INSERT INTO directory_people (person) VALUES ('agus'); \
    INSERT INTO provider_sign_ins (browser_hash, state_hash, nonce, verifier, next, expires_at) \
      VALUES ('05', '06', 'n', 'v', '/', 14); \
    INSERT INTO readings (id, case_id, person, what, which, token, address, first_at, last_at, times) \
      VALUES (6, 20260000001, 'rina', 'case', '', '', '', 15, 16, 2); \
    INSERT INTO data_requests (id, person, kind, text, asked_at) VALUES (8, 'agus', 'access', 'Apa?', 17); \
    INSERT INTO person_skills (person, kind, skill) VALUES ('dewi', 'tag', 'jaringan'); \
    INSERT INTO webhooks (id, name, address, secret, created_at, created_by) \
      VALUES (9, 'Pantau', 'https://pantau.example', 'r', 18, 'haris'); \
    INSERT INTO webhook_kinds (webhook, kind) VALUES (9, 'case.registered'); \
    INSERT INTO deliveries (id, webhook, kind, case_id, seq, at, state) \
      VALUES (10, 9, 'case.registered', 20260000001, 1, 19, 'done'); \
    INSERT INTO delivery_attempts (delivery, number, at, millis, status) VALUES (10, 1, 20, 30, 204); \
    INSERT INTO corrections (id, person, field, old_value, new_value, corrected_at, reason) \
      VALUES (11, 'agus', 'name', 'Agos', 'Agus', 21, 'salah tulis'); ";

fn key() -> SealKey {
    SealKey::parse(&"5e".repeat(32)).unwrap()
}

/// An office in which something stands in every table.
async fn lived_in() -> Office {
    let office = if postgres::is_chosen() { Office::in_a_file().await } else { Office::on_disk().await };
    waiting_for_signature(&office, "Minta server baru").await;
    let ended = office.register(request("Galat surel"), minutes(0)).await;
    let withdraw = Command::Withdraw { reason: "Sudah dapat sendiri".to_owned() };
    office.act(&ended.case, &actor("sari"), minutes(5), withdraw).await;
    let listed = |(case, ended_at)| ListedCase {
        case,
        class: "layanan-ti".to_owned(),
        ended_at,
        kept_until: 2031,
        destroyed_at: None,
    };
    let store = &office.store;
    let due: Vec<_> = store.ended_cases(&sop::shipped().code, minutes(9)).await.unwrap();
    let cases: Vec<_> = due.into_iter().map(listed).collect();
    let new = NewDestruction { basis: "JRA", cases: &cases, answers: None };
    store.propose_destruction(&"wulan".into(), new, minutes(9)).await.unwrap();
    let numbering = &Stationery::shipped().numbering;
    let dated = "2026-01-05".parse().unwrap();
    store.reserve_number(numbering, dated, "Undangan", &"wulan".into(), minutes(10)).await.unwrap();
    office.tamper(ROWS).await;
    let key_of = |bytes: &str| {
        format!(
            "INSERT INTO signing_keys (person, means, key_file, certificate, holder, issuer, valid_until, \
             imported_at) VALUES ('haris', 'test', {bytes}, '07', 'Haris', 'Kantor', 22, 23)"
        )
    };
    office.tamper(&key_of("x'00ff10'")).await;
    store.seal(&key(), minutes(30)).await.unwrap().unwrap();
    office
}

/// Somewhere to go, on the other database where there are two.
struct Elsewhere {
    folder: TempDir,
    url: String,
}

impl Elsewhere {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match postgres::is_chosen() {
            true => postgres::empty_database().await,
            false => format!("sqlite://{}", folder.path().join("lain.db").display()),
        };
        Self { folder, url }
    }

    async fn open(&self) -> Store {
        Store::open(&postgres::as_opened(&self.url)).await.unwrap()
    }

    async fn tamper(&self, sql: &str) {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

async fn copy(from: &Store, to: &Store) -> Result<Copied, CopyError> {
    Copying::begin(from, to).await?.run(|_| ()).await
}

/// Begins a copy, or goes on with it, and cuts it off when it tells for the so-many-th time how far it is. Its
/// connections go with it, as those of a process that is killed.
async fn copy_until_cut_off(from: &Store, to: &Elsewhere, told_max: usize) -> Option<Copied> {
    let to = to.open().await;
    let (told, cut) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let tell = |_| {
        if told.fetch_add(1, Ordering::Relaxed) + 1 == told_max {
            cut.notify_one();
        }
    };
    tokio::select! {
        biased;
        () = cut.notified() => None,
        copied = async { Copying::begin(from, &to).await.unwrap().run(tell).await } => Some(copied.unwrap()),
    }
}

/// What an office can do with its history, its lists and its numbers after it has moved.
async fn is_at_home_in(store: &Store) {
    store.migrate().await.unwrap();
    let verification = store.verify(&key(), None).await.unwrap();
    assert_eq!((verification.findings, verification.cases, verification.seals), (Vec::new(), 2, 1));
    let found = Filter { text: Some("galat".to_owned()), ..Filter::default() };
    let found = store.list(&Scope::All, &found, Sort::Number, None, 10).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    let asked = store::Search { text: "sendiri".to_owned(), ..store::Search::default() };
    assert_eq!(store.search(&Scope::All, &asked, None, 10).await.unwrap().hits.len(), 1);
    let rebuilt = store.rebuild().await.unwrap();
    assert_eq!((rebuilt.cases, rebuilt.changed_cases), (2, 0));
    let dated = "2026-01-06".parse().unwrap();
    let numbering = &Stationery::shipped().numbering;
    let by = "wulan".into();
    let reserved = store.reserve_number(numbering, dated, "Rapat", &by, minutes(40)).await.unwrap();
    assert_eq!(reserved.number.number, 3, "one letter is signed and one number reserved");
    let decide = |number: CaseNo, agenda| {
        let rules = crate::office::rules();
        sop::case::register(rules, number, agenda, &actor("sari"), minutes(41), request("Sesudah pindah"))
    };
    assert_eq!(store.register(2026, decide).await.unwrap().case.number, "2026-0003");
}

#[tokio::test]
async fn an_office_goes_elsewhere_and_back_row_by_row() {
    let (office, there) = (lived_in().await, Elsewhere::new().await);
    let moved = there.open().await;
    let went = copy(&office.store, &moved).await.unwrap();
    let empty: Vec<_> = went.tables.iter().filter(|sum| sum.rows == 0).map(|sum| &sum.table).collect();
    assert_eq!(empty, Vec::<&String>::new(), "put a row into each new table in ROWS");

    let home = format!("sqlite://{}", there.folder.path().join("pulang.db").display());
    let back = Store::open(&home).await.unwrap();
    let came = copy(&moved, &back).await.unwrap();
    assert_eq!(came.tables, went.tables);
    assert_eq!(came.rows_written, went.tables.iter().map(|sum| sum.rows).sum::<u64>());
    is_at_home_in(&moved).await;
    is_at_home_in(&back).await;
    // What is counted goes on after the highest, which came with its number.
    there.tamper("INSERT INTO sign_in_failures (key, at) VALUES ('agus', 50)").await;
}

#[tokio::test]
async fn no_table_is_forgotten() {
    let (office, there) = (Office::in_a_file().await, Elsewhere::new().await);
    let copied = copy(&office.store, &there.open().await).await.unwrap();
    let sql = match postgres::is_chosen() {
        true => {
            "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '#_%' ESCAPE '#'"
        }
        false => {
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') \
                  AND name NOT LIKE 'sqlite%' AND name NOT LIKE '#_%' ESCAPE '#'"
        }
    };
    let mut connection = AnyConnection::connect(&there.url).await.unwrap();
    let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
    let there: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let known = copied.tables.into_iter().map(|sum| sum.table).chain(DERIVED.map(str::to_owned));
    assert_eq!(known.collect::<BTreeSet<_>>(), there);
}

#[tokio::test]
async fn a_copy_that_is_cut_off_goes_on_where_it_was() {
    let (office, there) = (lived_in().await, Elsewhere::new().await);
    let moved = there.open().await;
    let mut cuts = 0;
    // Each time some steps further, perhaps up to one of which nobody heard that it was the last.
    while copy_until_cut_off(&office.store, &there, 1 + 8 * cuts).await.is_none() {
        cuts += 1;
        match moved.migrate().await {
            Err(StoreError::HalfCopied) => {}
            Err(error) => panic!("{error}"),
            Ok(()) => break,
        }
    }
    assert!(cuts > 8, "{cuts}");
    let (whole, once_more) = (Elsewhere::new().await, Elsewhere::new().await);
    let at_once = copy(&office.store, &whole.open().await).await.unwrap();
    assert_eq!(copy(&moved, &once_more.open().await).await.unwrap().tables, at_once.tables);
    is_at_home_in(&moved).await;
}

#[tokio::test]
async fn nothing_else_is_written_over() {
    let (office, other, there) = (lived_in().await, Office::on_disk().await, Elsewhere::new().await);
    let refused = copy(&office.store, &other.store).await.unwrap_err();
    assert!(matches!(refused, CopyError::TargetInUse), "{refused}");
    other.register(request("Di sini"), minutes(0)).await;
    let moved = there.open().await;
    assert_eq!(copy_until_cut_off(&office.store, &there, 3).await, None);
    let refused = copy(&other.store, &moved).await.unwrap_err();
    assert!(matches!(refused, CopyError::TargetOfAnother), "{refused}");
    let refused = copy(&moved, &Elsewhere::new().await.open().await).await.unwrap_err();
    assert!(matches!(refused, CopyError::Store(StoreError::HalfCopied)), "{refused}");
    copy(&office.store, &moved).await.unwrap();
    let refused = copy(&office.store, &moved).await.unwrap_err();
    assert!(matches!(refused, CopyError::TargetInUse), "it is an office by now: {refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_works_meanwhile_is_noticed() {
    let (office, there) = (lived_in().await, Elsewhere::new().await);
    let moved = there.open().await;
    let (read, go_on) = (Arc::new(Notify::new()), std::sync::mpsc::channel());
    let (worked, waits) = go_on;
    let copying = tokio::spawn({
        let (from, to, read) = (office.store.clone(), moved.clone(), read.clone());
        async move {
            let mut waits = Some(waits);
            let tell = |progress: store::Progress| {
                if progress.stage == CopyStage::Finding
                    && let Some(waits) = waits.take()
                {
                    read.notify_one();
                    waits.recv().unwrap();
                }
            };
            Copying::begin(&from, &to).await?.run(tell).await
        }
    });
    read.notified().await;
    let file = office.store.case_file(&Scope::All, &"2026-0001".into()).await.unwrap().unwrap();
    let note = Command::Note { text: "Masih galat".to_owned(), audience: Audience::Everyone };
    office.act(&file.case, &actor("rina"), minutes(60), note).await;
    worked.send(()).unwrap();
    match copying.await.unwrap().unwrap_err() {
        CopyError::SourceChanged { tables } => {
            assert!(tables.contains(&"events".to_owned()) && !tables.contains(&"people".to_owned()));
        }
        other => panic!("{other}"),
    }
    assert!(matches!(moved.migrate().await.unwrap_err(), StoreError::HalfCopied));
    copy(&office.store, &moved).await.unwrap();
    is_at_home_in(&moved).await;
}

#[tokio::test]
async fn a_row_of_the_copy_that_somebody_changed_is_noticed() {
    let (office, there) = (lived_in().await, Elsewhere::new().await);
    let moved = there.open().await;
    for (sql, table) in [
        ("UPDATE units SET name = 'Lain' WHERE code = 'a-seksi'", "units"),
        ("UPDATE people SET email = 'lain@kantor.example' WHERE id = 'agus'", "people"),
        (
            "DELETE FROM sign_in_failures WHERE id = 7; INSERT INTO sign_in_failures (id, key, at) VALUES (7, 'sari', 6)",
            "sign_in_failures",
        ),
    ] {
        assert_eq!(copy_until_cut_off(&office.store, &there, 60).await, None);
        there.tamper(sql).await;
        match copy(&office.store, &moved).await.unwrap_err() {
            CopyError::NotTheSame { tables } => assert_eq!(tables, [table]),
            other => panic!("{other}"),
        }
    }
    copy(&office.store, &moved).await.unwrap();
}

#[tokio::test]
async fn a_backup_is_a_file_of_sqlite_wherever_the_office_is_and_without_secrets() {
    let (office, there) = (lived_in().await, Elsewhere::new().await);
    let moved = there.open().await;
    let whole = copy(&office.store, &moved).await.unwrap();
    let path = there.folder.path().join("cadangan.db");
    moved.copy_into(&path).await.unwrap();
    let files: Vec<_> =
        std::fs::read_dir(there.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(files.iter().all(|name| !name.to_string_lossy().starts_with("cadangan.db-")), "{files:?}");
    let looked_into = Store::look_into(&path).await.unwrap();
    assert_eq!(looked_into.verify(&key(), None).await.unwrap().findings, []);
    let again = tempfile::tempdir().unwrap();
    let again = Store::open(&format!("sqlite://{}", again.path().join("lagi.db").display())).await.unwrap();
    let restored = copy(&looked_into, &again).await.unwrap();
    for (sum, before) in restored.tables.iter().zip(&whole.tables) {
        let secret = ["signing_keys", "sessions", "awaited_codes", "passkey_challenges"];
        match secret.contains(&sum.table.as_str()) {
            true => assert_eq!(sum.rows, 0, "{}", sum.table),
            false => assert_eq!(sum, before),
        }
    }
    looked_into.close().await;
    is_at_home_in(&again).await;
    // And as it is, without a copy.
    is_at_home_in(&Store::open(&format!("sqlite://{}", path.display())).await.unwrap()).await;
}
