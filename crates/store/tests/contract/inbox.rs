use sop::case::{Command, TaskId};
use store::{InboxCursor, StoreError};

use crate::office::{Office, actor, box_of, minutes};

async fn tasks(office: &Office, person: &str) -> Vec<String> {
    let rows = office.store.inbox(&box_of(person), None, 100).await.unwrap();
    rows.iter().map(|row| format!("{} {}", row.case, row.stage)).collect()
}

#[tokio::test]
async fn a_task_lies_in_the_inbox_of_whoever_it_waits_for() {
    let office = Office::in_memory().await;
    let file = office.requests(1).await.remove(0);
    assert_eq!(tasks(&office, "haris").await, ["2026-0001 1.disposisi"]);
    assert_eq!(tasks(&office, "rina").await, [""; 0]);

    let file = office.complete(&file.case, "teruskan", minutes(1)).await;
    assert_eq!(tasks(&office, "haris").await, [""; 0]);
    assert_eq!(tasks(&office, "rina").await, ["2026-0001 2.kaji"]);

    let file = office.complete(&file.case, "setuju", minutes(2)).await;
    let assigned = file.case.open_tasks().next().unwrap().assignee.clone().unwrap();
    assert_eq!(assigned.as_str(), "budi");
    assert_eq!(tasks(&office, "budi").await.len(), 1);
    assert_eq!(tasks(&office, "dewi").await, [""; 0], "it was given to Budi");

    let to = sop::case::Assignee { person: "dewi".into(), roles: vec!["anggota".into()] };
    let task = file.case.open_tasks().next().unwrap().id;
    office
        .act(&file.case, &actor("rina"), minutes(3), Command::Assign { task, to, seen: file.case.version })
        .await;
    assert_eq!(tasks(&office, "budi").await, [""; 0]);
    assert_eq!(tasks(&office, "dewi").await.len(), 1);
}

#[tokio::test]
async fn an_inbox_goes_by_due_time_and_by_pages() {
    let office = Office::in_memory().await;
    for (n, file) in office.requests(9).await.into_iter().enumerate() {
        // Handed on in the reverse order, so that the last has the earliest due time.
        office.complete(&file.case, "teruskan", minutes(100 - n as i64)).await;
    }
    office.requests(2).await;
    let mut both = box_of("rina");
    both.roles.extend(box_of("haris").roles);
    both.roles.extend(box_of("haris").roles);

    let whole = office.store.inbox(&both, None, 100).await.unwrap();
    assert_eq!(whole.len(), 11, "each task once, though a role was named twice");
    assert!(whole[..9].is_sorted_by_key(|row| row.due_at));
    assert_eq!(whole[0].case.as_str(), "2026-0009");
    assert!(whole[9..].iter().all(|row| row.due_at.is_none()), "what has no due time is last");

    let mut paged = Vec::new();
    let mut after: Option<InboxCursor> = None;
    loop {
        let rows = office.store.inbox(&both, after.as_ref(), 4).await.unwrap();
        let Some(last) = rows.last() else { break };
        // It goes through the address of a page.
        after = Some(last.cursor().to_string().parse().unwrap());
        paged.extend(rows);
    }
    assert_eq!(paged, whole);
}

#[tokio::test]
async fn counting_goes_no_further_than_asked() {
    let office = Office::in_memory().await;
    office.requests(5).await;
    for (at_most, counted) in [(0, 0), (3, 3), (5, 5), (100, 5)] {
        assert_eq!(office.store.inbox_count(&box_of("haris"), at_most).await.unwrap(), counted);
    }
    assert_eq!(office.store.inbox_count(&box_of("sari"), 100).await.unwrap(), 0);
}

#[tokio::test]
async fn a_suspended_case_says_since_when_and_why() {
    let office = Office::in_memory().await;
    let file = office.requests(1).await.remove(0);
    let suspend = Command::Suspend { reason: "Menunggu suku cadang".to_owned() };
    let file = office.act(&file.case, &actor("rina"), minutes(7), suspend).await;
    let rows = office.store.inbox(&box_of("haris"), None, 10).await.unwrap();
    assert_eq!(rows[0].suspended, Some((minutes(7), "Menunggu suku cadang".to_owned())));
    assert_eq!(
        (rows[0].task, rows[0].task_opened_at, rows[0].step_opened_at),
        (TaskId(1), minutes(0), minutes(0))
    );
    office.act(&file.case, &actor("rina"), minutes(9), Command::Resume { note: String::new() }).await;
    assert_eq!(office.store.inbox(&box_of("haris"), None, 10).await.unwrap()[0].suspended, None);
}

#[test]
fn a_place_that_was_made_up_is_refused() {
    for text in ["", "1", "1.2026-0001", "1.2026-1.1", "x.2026-0001.1", "1.2026-0001.1.1", "1.2026-0001.-1"] {
        let cursor: Result<InboxCursor, _> = text.parse();
        assert!(matches!(cursor, Err(StoreError::Cursor { .. })), "{text:?}");
    }
}
