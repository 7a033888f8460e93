use store::{BookFilter, Filter, Scope, Sort};

use crate::office::{Dice, Office, any_act, append, box_of, minutes};

/// Everything that lists show, as text.
async fn everything(office: &Office) -> String {
    let (all, filter) = (Scope::All, Filter::default());
    let list = office.store.list(&all, &filter, Sort::Number, None, 1_000).await.unwrap();
    let register = office.store.register_page(&all, &filter, None, 1_000).await.unwrap();
    let found = Filter { text: Some("permintaan sari".to_owned()), ..Filter::default() };
    let found = office.store.list(&all, &found, Sort::Number, None, 1_000).await.unwrap();
    let mut text = format!("{list:#?}\n{register:#?}\n{found:#?}\n");
    for person in ["haris", "rina", "budi", "dewi"] {
        let inbox = office.store.inbox(&box_of(person), None, 1_000).await.unwrap();
        text += &format!("{inbox:#?}\n");
    }
    let incoming = office.store.incoming(&BookFilter::default(), None, 1_000).await.unwrap();
    let outgoing = office.store.outgoing(&BookFilter::default(), None, 1_000).await.unwrap();
    let dispositions = office.store.dispositions(&BookFilter::default(), None, 1_000).await.unwrap();
    assert!(!outgoing.rows.is_empty(), "some letters were signed");
    assert!(!dispositions.rows.is_empty(), "some dispositions were given");
    let officers = ["budi".into(), "dewi".into()];
    let mut holds = office.store.task_holds(&officers, minutes(0), minutes(100_000)).await.unwrap();
    let holds = officers.map(|officer| holds.remove(&officer).unwrap_or_default());
    assert!(holds.iter().any(|holds| !holds.is_empty()), "some work was given to somebody");
    text + &format!("{holds:#?}\n{incoming:#?}\n{outgoing:#?}\n{dispositions:#?}\n")
}

async fn busy_office() -> Office {
    at_work(Office::on_disk().await).await
}

async fn at_work(office: Office) -> Office {
    let mut dice = Dice(5);
    for mut file in office.requests(12).await {
        for minute in 0..dice.roll(40) as i64 {
            if let Ok(events) = any_act(&file.case, &mut dice, minutes(20 + minute)) {
                file = append(&office.store, &file.case, events).await.unwrap();
            }
        }
    }
    office
}

#[tokio::test]
async fn what_is_rebuilt_equals_what_was_there() {
    let office = busy_office().await;
    let before = everything(&office).await;
    let rebuilt = office.store.rebuild().await.unwrap();
    assert_eq!((rebuilt.cases, rebuilt.changed_cases), (12, 0));
    assert!(rebuilt.events > 100, "{rebuilt:?}");
    assert_eq!(everything(&office).await, before);
}

#[tokio::test]
async fn rebuilding_mends_what_was_tampered_with() {
    let office = busy_office().await;
    let before = everything(&office).await;
    for (tampering, changed_cases) in [
        ("UPDATE cases SET state = 'running', due_sort = 0, subject = 'x', unit = 'y' WHERE agenda = 3", 1),
        ("UPDATE open_tasks SET assignee = 'sari', role = 'pemohon'", u64::MAX),
        ("DELETE FROM step_runs WHERE case_id = 20260000004 AND run = 1", 1),
        (
            "DELETE FROM open_tasks; DELETE FROM task_holds; DELETE FROM step_runs; DELETE FROM dispositions; \
             DELETE FROM cases",
            12,
        ),
        ("UPDATE task_holds SET person = 'sari'", u64::MAX),
        ("UPDATE dispositions SET notes = 'x'", u64::MAX),
        (
            "INSERT INTO cases SELECT 20260000999, version, agenda, sop, revision, unit, subject, requester, \
          requester_name, letter_no, letter_date, category, urgency, received_at, entered_at, state, \
          state_since, suspended_reason, due_sort, channel FROM cases WHERE agenda = 1",
            1,
        ),
        ("DELETE FROM letters", u64::MAX),
        ("UPDATE letters SET subject = 'x', number = number + 100", u64::MAX),
        (
            if office.is_on_postgres() {
                "DELETE FROM case_search"
            } else {
                "INSERT INTO case_search (case_search) VALUES ('delete-all')"
            },
            0,
        ),
    ] {
        office.tamper(tampering).await;
        let rebuilt = office.store.rebuild().await.unwrap();
        if changed_cases == u64::MAX {
            assert!(rebuilt.changed_cases > 0, "{tampering}");
        } else {
            assert_eq!(rebuilt.changed_cases, changed_cases, "{tampering}");
        }
        assert_eq!(everything(&office).await, before, "{tampering}");
        assert_eq!(office.store.rebuild().await.unwrap().changed_cases, 0, "{tampering}");
    }
}

#[tokio::test]
async fn an_office_without_cases_rebuilds_to_nothing() {
    let office = Office::in_memory().await;
    let rebuilt = office.store.rebuild().await.unwrap();
    assert_eq!((rebuilt.cases, rebuilt.events, rebuilt.changed_cases), (0, 0, 0));
}

#[tokio::test]
async fn an_office_of_the_version_before_has_its_books_after_the_first_start() {
    let mut office = at_work(Office::in_a_file().await).await;
    let before = everything(&office).await;
    office
        .tamper(
            "DROP TABLE dispositions; DROP TABLE reserved_numbers; DROP INDEX letters_unit; \
             DROP INDEX cases_entered; DROP INDEX cases_unit_entered; ALTER TABLE cases DROP COLUMN channel; \
             ALTER TABLE letters DROP COLUMN means; ALTER TABLE letters DROP COLUMN capacity; \
             DELETE FROM _sqlx_migrations WHERE version = 6",
        )
        .await;
    // Opened anew, as a server that is started would: one that runs knows the tables as they were.
    office.store = office.another_door().await;
    office.store.migrate().await.unwrap();
    assert_eq!(everything(&office).await, before);
}
