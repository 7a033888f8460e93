use sop::case::{Actor, CaseNo, Channel, EventHash, Office, Recorded, Registration, register};
use sqlx::Row as _;

use crate::chain::{Link, commitment};
use crate::error::{Context as _, NotAcknowledged};
use crate::inbox::InboxCursor;
use crate::seals::Head;
use crate::search;
use crate::sql::{CaseId, Statement};
use crate::{
    Filter, Scope, Seal, SealKey, Sort, StateFilter, Store, StoreError, TaskBox, books, connection, inbox,
    lists, reports,
};

#[test]
fn numbers_have_at_least_four_digits() {
    for (year, number, no) in [(2026, 142, "2026-0142"), (2026, 10_000, "2026-10000"), (7, 1, "0007-0001")] {
        let id = CaseId::new(year, number).unwrap();
        assert_eq!(id.no().as_str(), no);
        assert_eq!(CaseId::parse(&CaseNo::from(no)), Some(id));
    }
    assert!(CaseId::new(2026, 9_999) < CaseId::new(2026, 10_000), "keys sort as numbers do");
    assert_eq!((CaseId::new(2026, 0), CaseId::new(0, 1), CaseId::new(2026, 10_000_000)), (None, None, None));
}

/// Computed by other means from what `chain` says in words. Should this change, stored hashes no longer
/// verify: give the algorithm another name instead.
#[test]
fn events_are_hashed_as_they_were_from_the_first() {
    let salt = "000102030405060708090a0b0c0d0e0f";
    let text = commitment(salt, "Surel tidak terkirim é");
    assert_eq!(text, "acb79417c8745c3b1c3a6056f440b2fad28c521821ec79d86c31a2de5c1905c6");
    let commitments = format!(r#"{{"@hal":"{text}"}}"#);
    let link = Link {
        case: CaseId::new(2026, 142).unwrap(),
        seq: 12,
        previous: &EventHash::new("ab".repeat(32)),
        skeleton: r#"{"seq":12,"at":"2026-01-05T03:00:00Z","system":"clock","event":"suspended"}"#,
        commitments: &commitments,
    };
    assert_eq!(link.hash().as_str(), "5ebc312590f7dc872d19916000b9d5d17be8313e5f75fa5916bd182812cb9457");
}

/// As for events: computed by other means from what `seals` says in words.
#[test]
fn seals_are_made_as_they_were_from_the_first() {
    let head = |number, version, hash: &str| Head {
        case: CaseId::new(2026, number).unwrap(),
        version,
        hash: EventHash::new(hash.repeat(32)),
    };
    let seal = Seal {
        number: 7,
        sealed_at: "2026-01-05T03:00:00Z".parse().unwrap(),
        cases: 2,
        events: 9,
        list_acts: 3,
        list_head: "9f".repeat(32),
        previous: "cd".repeat(32),
        digest: String::new(),
    };
    let key = SealKey::parse(&"5e".repeat(32)).unwrap();
    for (algorithm, digest) in [
        ("hmac-sha256-v1", "8f2b7104d192a8a1dd83c43711902a8a9f79fefc8e0c10c2f795f368a67d9014"),
        ("hmac-sha256-v2", "2930c4079754a7fc3ed35dd57a53afdfa63e381c08fb1df7321481635b41047e"),
    ] {
        let heads = [head(1, 5, "ab"), head(142, 4, "ef")];
        assert_eq!(seal.computed_digest(algorithm, &key, &heads), digest, "{algorithm}");
        let made = Seal { digest: digest.to_owned(), ..seal.clone() };
        // A seal of before says nothing about lists.
        assert_eq!(made.is_as_made(algorithm, &key, &heads), algorithm == "hmac-sha256-v2");
    }
}

#[test]
fn what_is_typed_is_quoted_word_by_word() {
    for (typed, question) in [
        ("surel dinas", Some(r#""surel"* "dinas"*"#)),
        ("2026-0142", Some(r#""2026-0142"*"#)),
        (r#"a"b OR"#, Some(r#""a""b"* "OR"*"#)),
        ("surel -- *", Some(r#""surel"*"#)),
        ("a\0b", Some(r#""ab"*"#)),
        (" - ", None),
        ("", None),
    ] {
        assert_eq!(search::question(typed).as_deref(), question, "{typed:?}");
    }
}

/// How SQLite would go about a statement.
async fn plan(store: &Store, statement: Statement) -> String {
    let mut explained = Statement::new("EXPLAIN QUERY PLAN ");
    explained.append(statement);
    let rows = explained.fetch_all(&store.readers, || "explaining".to_owned()).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>("detail") + "\n").collect()
}

async fn empty_store() -> Store {
    let store = Store::open("sqlite::memory:").await.unwrap();
    store.migrate().await.unwrap();
    store
}

#[tokio::test]
async fn the_common_lists_are_read_in_the_order_of_an_index() {
    let store = empty_store().await;
    let all = Filter::default;
    let now = "2026-01-05T03:00:00Z".parse().unwrap();
    let unit = || Filter { unit: Some("u".into()), ..all() };
    let state = |state| Filter { state: Some(state), ..all() };
    let month = || Filter { received_from: Some(now), received_before: Some(now), ..all() };
    let text = || Filter { text: Some("surel".to_owned()), ..all() };
    let sari = || Scope::Requester("sari".into());
    let ended = || state(StateFilter::Ended("selesai".into()));
    const BY_KEY: &str = "INTEGER PRIMARY KEY";
    use Sort::{DueFirst, NewestFirst, Number};
    for (scope, filter, sort, index) in [
        (Scope::All, all(), NewestFirst, "cases_received"),
        (Scope::All, all(), DueFirst, "cases_due"),
        (Scope::All, all(), Number, BY_KEY),
        (Scope::All, month(), NewestFirst, "cases_received"),
        (Scope::All, unit(), NewestFirst, "cases_unit_received"),
        (Scope::All, unit(), DueFirst, "cases_unit_due"),
        (Scope::All, unit(), Number, BY_KEY),
        (Scope::All, Filter { unit: Some("u".into()), ..month() }, NewestFirst, "cases_unit_received"),
        (Scope::All, state(StateFilter::Running), NewestFirst, "cases_state_received"),
        (Scope::All, state(StateFilter::Running), DueFirst, "cases_state_due"),
        (Scope::All, state(StateFilter::Overdue { now }), DueFirst, "cases_state_due"),
        (Scope::All, state(StateFilter::Suspended), NewestFirst, "cases_state_received"),
        (Scope::All, ended(), NewestFirst, "cases_state_received"),
        (Scope::All, ended(), Number, BY_KEY),
        (sari(), all(), NewestFirst, "cases_requester_received"),
        (Scope::All, text(), NewestFirst, "case_search"),
        (Scope::All, text(), Number, "case_search"),
    ] {
        let cursor = match (sort, filter.text.is_some()) {
            (NewestFirst, false) => "r.1.20260000001",
            (NewestFirst, true) => "f.0.20260000001",
            (DueFirst, _) => "d.1.20260000001",
            (Number, _) => "n.0.20260000001",
        };
        for after in [None, Some(cursor)] {
            let statement = lists::statement_for_test(&scope, &filter, sort, after).unwrap().unwrap();
            let sql = statement.sql().to_owned();
            // The first page begins where the table does.
            let index = if index == BY_KEY && after.is_none() { "SCAN c" } else { index };
            let plan = plan(&store, statement).await;
            assert!(
                plan.contains(index) && !plan.contains("TEMP B-TREE"),
                "{filter:?} {sort:?}\n{sql}\n{plan}"
            );
        }
    }
}

#[tokio::test]
async fn an_inbox_is_merged_from_the_order_of_its_indexes() {
    let store = empty_store().await;
    let rina = TaskBox {
        person: "rina".into(),
        roles: vec!["ketua".into(), "anggota".into(), "agenda".into()],
        deputises: [("budi".into(), ["anggota".into()].into())].into(),
    };
    let after: InboxCursor = "1.2026-0001.1".parse().unwrap();
    for after in [None, Some(&after)] {
        let statement = inbox::statement_for_test(&rina, after).unwrap();
        let sql = statement.sql().to_owned();
        let plan = plan(&store, statement).await;
        assert_eq!(plan.matches("INDEX open_tasks_role (role=?").count(), 3, "{sql}\n{plan}");
        assert_eq!(plan.matches("INDEX open_tasks_assignee (assignee=?").count(), 2, "{sql}\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
        assert!(!plan.contains("SCAN"), "{sql}\n{plan}");
    }
}

#[tokio::test]
async fn the_books_are_read_in_the_order_of_their_indexes() {
    let store = empty_store().await;
    const BY_NUMBER: &str = "autoindex";
    for (unit, after, indexes) in [
        (None, false, ["cases_entered", "dispositions_disposed", BY_NUMBER, BY_NUMBER]),
        (None, true, ["cases_entered", "dispositions_disposed", BY_NUMBER, BY_NUMBER]),
        (Some("u"), true, ["cases_unit_entered", "dispositions_unit_disposed", "letters_unit", BY_NUMBER]),
    ] {
        for ((book, statement), index) in books::statements_for_test(unit, after).into_iter().zip(indexes) {
            let sql = statement.sql().to_owned();
            let plan = plan(&store, statement).await;
            assert!(plan.contains(index), "{book}: {sql}\n{plan}");
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{book}: {sql}\n{plan}");
        }
    }
}

#[tokio::test]
async fn what_a_person_holds_is_read_from_indexes() {
    let store = empty_store().await;
    let people = ["budi".into(), "dewi".into()];
    let statements = reports::statements_for_test(&people, "2026-01-05T03:00:00Z".parse().unwrap());
    for (statement, indexes) in statements.into_iter().zip([
        &["INDEX task_holds_person (person=? AND until_sort>?)"][..],
        &["INDEX task_holds_person (person=? AND until_sort=? AND held_from<?)"],
        &["INDEX task_holds_person (person=? AND until_sort>? AND until_sort<?)"],
        &["INDEX open_tasks_assignee (assignee=?)", "INDEX open_tasks_running (assignee=? AND due_sort<?)"],
    ]) {
        let sql = statement.sql().to_owned();
        let plan = plan(&store, statement).await;
        for index in indexes {
            assert!(plan.contains(index), "{sql}\n{plan}");
        }
        let scans = plan.lines().filter(|line| line.starts_with("SCAN") && !line.contains("counted"));
        assert_eq!(scans.filter(|line| !line.contains("held")).count(), 0, "{sql}\n{plan}");
    }
}

/// `personal.toml`: table → column → whether it holds personal data.
type Declared = std::collections::BTreeMap<String, std::collections::BTreeMap<String, Content>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Content {
    Open,
    Personal,
}

#[tokio::test]
async fn every_column_is_declared_open_or_personal() {
    let store = empty_store().await;
    let declared: Declared = toml::from_str(include_str!("../personal.toml")).unwrap();
    let declared: Vec<(String, String)> = declared
        .into_iter()
        .flat_map(|(table, columns)| columns.into_keys().map(move |column| (table.clone(), column)))
        .collect();
    // The words of the search index have tables of their own, made by SQLite.
    let columns = sqlx::query(
        "SELECT m.name AS name, c.name AS col FROM sqlite_master m, pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE '%sqlite%' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' \
         AND m.name NOT IN (SELECT s.name || x.tail FROM sqlite_master s, \
           (SELECT '_data' AS tail UNION SELECT '_idx' UNION SELECT '_docsize' UNION SELECT '_config' \
            UNION SELECT '_content') x WHERE s.sql LIKE '%fts5%') \
         ORDER BY m.name, c.name",
    );
    let rows = columns.fetch_all(&store.readers).await.unwrap();
    let there: Vec<(String, String)> = rows.iter().map(|row| (row.get("name"), row.get("col"))).collect();
    let undeclared: Vec<_> = there.iter().filter(|column| !declared.contains(column)).collect();
    assert!(undeclared.is_empty(), "declare in personal.toml: {undeclared:?}");
    let gone: Vec<_> = declared.iter().filter(|column| !there.contains(column)).collect();
    assert!(gone.is_empty(), "take out of personal.toml: {gone:?}");
}

#[test]
fn whatever_somebody_notes_of_a_seal_or_types_as_a_number_is_read_or_refused() {
    let seeds = ["12:9f3c 0a1b 9f3c 0a1b", "3171234567890123", &"ab".repeat(32)];
    let seeds = seeds.map(|line| line.as_bytes().to_vec());
    hostile::try_all(env!("CARGO_MANIFEST_DIR"), "lines", &seeds, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let _ = text.parse::<crate::SealNote>();
        let _ = crate::SealKey::parse(&text);
        let _ = crate::Nik::parse(&text);
    });
}

/// What somebody asked, as events of before are stored.
fn asked() -> Vec<Recorded> {
    let fields = [("jenis", "aplikasi"), ("uraian", "Galat 500 sejak pagi"), ("sifat", "segera")];
    let registration = Registration {
        requester: Some("sari".into()),
        requester_name: "Sari Wahyuni".to_owned(),
        contact: "pesawat 114".to_owned(),
        unit: "bpsip-ntt".into(),
        subject: "Surel".to_owned(),
        channel: Channel::Form,
        received_at: "2026-01-05T03:00:00Z".parse().unwrap(),
        letter_no: String::new(),
        letter_date: None,
        entries: fields.map(|(field, entry)| (field.to_owned(), vec![entry.to_owned()])).into(),
        files: Vec::new(),
    };
    let rules = Office { sop: sop::shipped(), calendar: sop::calendar::Calendar::shipped() };
    let (by, at) = (Actor::person_with("sari", vec!["pemohon".into()]), registration.received_at);
    let events = register(rules, "2026-0001".into(), 1, &by, at, registration).unwrap();
    (1..).zip(events).map(|(seq, event)| event.recorded(seq)).collect()
}

/// An office as a version of before left it, with somebody in it and a request of theirs.
async fn furnish_as_of(store: &Store, version: i64, asked: &[Recorded]) {
    let run = async |sql: &'static str| sqlx::raw_sql(sql).execute(&store.readers).await.unwrap();
    run("INSERT INTO units (code, name, zone) VALUES ('bpsip-ntt', 'BPSIP Nusa Tenggara Timur', 'WITA')")
        .await;
    if version < 12 {
        run("INSERT INTO people (id, name, email, email_key, position, unit, password_hash) \
             VALUES ('sari', 'Sari', 'sari@kantor.example', 'sari@kantor.example', 'Pegawai', 'bpsip-ntt', '')")
        .await;
        run("INSERT INTO person_roles (person, role) VALUES ('sari', 'pemohon')").await;
    } else {
        run("INSERT INTO people (id, name, email, email_key, password_hash) \
             VALUES ('sari', 'Sari', 'sari@kantor.example', 'sari@kantor.example', '')")
        .await;
        run("INSERT INTO postings (person, from_day, until_day, position, unit) \
             VALUES ('sari', '', '9999-12-31', 'Pegawai', 'bpsip-ntt')")
        .await;
        run("INSERT INTO held_roles (person, role, from_day, until_day) \
             VALUES ('sari', 'pemohon', '', '9999-12-31')")
        .await;
    }
    for recorded in asked.iter().filter(|_| version >= 2) {
        let mut skeleton = recorded.clone();
        let texts = std::mem::take(&mut skeleton.texts);
        sqlx::query("INSERT INTO events (case_id, seq, skeleton) VALUES (20260000001, $1, $2)")
            .bind(recorded.seq as i64)
            .bind(serde_json::to_string(&skeleton).unwrap())
            .execute(&store.readers)
            .await
            .unwrap();
        for (key, text) in texts {
            sqlx::query("INSERT INTO event_texts (case_id, seq, key, text) VALUES (20260000001, $1, $2, $3)")
                .bind(recorded.seq as i64)
                .bind(key)
                .bind(text)
                .execute(&store.readers)
                .await
                .unwrap();
        }
    }
    if version >= 2 {
        // Whatever came with a release of before asks for this itself; here it was never carried out.
        run("INSERT INTO settings (key, value) VALUES ('rebuild', 'due'), ('chain', 'due') \
             ON CONFLICT (key) DO NOTHING")
        .await;
    }
}

#[tokio::test]
async fn an_office_of_every_version_before_is_brought_up_to_date() {
    let asked = asked();
    for version in connection::versions_for_test() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        store.migrate_to_for_test(version).await;
        furnish_as_of(&store, version, &asked).await;
        store.migrate().await.unwrap();
        store.ready().await.unwrap();
        let sari = store.person(&"sari".into(), "2026-01-05".parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(sari.roles, ["pemohon"], "from version {version}");
        if version >= 2 {
            let file = store.case_file(&Scope::All, &"2026-0001".into()).await.unwrap().unwrap();
            assert_eq!(file.history, asked, "from version {version}");
            let found = Filter { text: Some("surel".to_owned()), ..Filter::default() };
            let found = store.list(&Scope::All, &found, Sort::NewestFirst, None, 10).await.unwrap();
            assert_eq!(found.rows.len(), 1, "from version {version}");
            let verification = store.verify(&SealKey::generate().unwrap(), None).await.unwrap();
            assert_eq!(
                (verification.findings, verification.cases),
                (Vec::new(), 1),
                "from version {version}"
            );
        }
    }
}

async fn store_in(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&format!("sqlite://{}", folder.path().join("sigap.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// As it does when the disk is full, and the driver does not hear of it.
#[tokio::test]
async fn a_transaction_that_sqlite_ends_by_itself_spoils_none_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder).await;
    let mut tx = store.write("beginning what comes to nothing").await.unwrap();
    sqlx::raw_sql("ROLLBACK").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap_err();
    store.set_setting("after", "all is well").await.unwrap();
    assert_eq!(store.setting("after").await.unwrap().as_deref(), Some("all is well"));
}

#[tokio::test]
async fn a_database_that_cannot_write_is_told_from_one_that_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_in(&folder).await;
    let mut tx = store.write("beginning to write").await.unwrap();
    sqlx::raw_sql("PRAGMA query_only = ON").execute(&mut *tx).await.unwrap();
    let refused = sqlx::raw_sql("DELETE FROM settings").execute(&mut *tx).await.map(drop);
    let kinds = |error: StoreError| (error.cannot_write(), error.is_out_of_reach());
    assert_eq!(kinds(refused.doing(|| "writing".to_owned()).unwrap_err()), (true, false));
    let asked = sqlx::raw_sql("there is no such statement").execute(&mut *tx).await.map(drop);
    assert_eq!(kinds(asked.doing(|| "asking".to_owned()).unwrap_err()), (false, false));
    let lost = || sqlx::Error::from(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
    let away: [Result<(), StoreError>; 3] = [
        Err(sqlx::Error::PoolTimedOut).doing(|| "connecting".to_owned()),
        Err(lost()).doing(|| "writing".to_owned()),
        Err(NotAcknowledged::from(lost())).doing(|| "ending a transaction".to_owned()),
    ];
    for away in away {
        assert_eq!(kinds(away.unwrap_err()), (false, true));
    }
}
