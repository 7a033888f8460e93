use std::collections::BTreeSet;

use sop::case::{Command, TaskId};
use store::{Filter, Page, RowStatus, Scope, Sort, StateFilter, StoreError};

use crate::office::{Dice, Office, actor, any_act, append, letter, minutes, request, unit};

async fn numbers(office: &Office, filter: Filter) -> Vec<String> {
    let page = office.store.list(&Scope::All, &filter, Sort::NewestFirst, None, 100).await.unwrap();
    page.rows.iter().map(|row| row.no.to_string()).collect()
}

fn text(text: &str) -> Filter {
    Filter { text: Some(text.to_owned()), ..Filter::default() }
}

#[tokio::test]
async fn a_row_says_what_the_case_says() {
    let office = Office::in_memory().await;
    let file = office.register(letter("Data hilang", "B-12/TU/2026"), minutes(0)).await;
    let file = office.complete(&file.case, "teruskan", minutes(3)).await;
    let page = office.store.list(&Scope::All, &Filter::default(), Sort::NewestFirst, None, 10).await.unwrap();
    let [row] = page.rows.as_slice() else { panic!("{page:?}") };
    let case = &file.case;
    assert_eq!((&row.no, row.agenda, &row.unit), (&case.number, 1, &case.request.unit));
    assert_eq!((row.subject.as_str(), row.requester_name.as_str()), ("Data hilang", "Yohanes Lado"));
    assert_eq!((row.requester.as_ref(), row.received_at), (None, case.request.received_at));
    assert_eq!((row.status.clone(), row.due_at), (RowStatus::Running, case.steps[1].due_at));
    assert_eq!(
        (row.category.as_ref().unwrap().as_str(), row.urgency.as_ref().unwrap().as_str()),
        ("aplikasi", "segera")
    );
    let [open] = row.open.as_slice() else { panic!("{row:?}") };
    assert_eq!((open.task, open.stage.to_string(), open.round), (TaskId(2), "2.kaji".to_owned(), 1));
    assert_eq!((page.next, open.opened_at), (None, minutes(3)));

    let page = office.store.register_page(&Scope::All, &Filter::default(), None, 10).await.unwrap();
    let [entry] = page.rows.as_slice() else { panic!("{page:?}") };
    assert_eq!(entry.case, *row);
    assert_eq!((entry.letter_no.as_deref(), entry.closed_at), (Some("B-12/TU/2026"), None));
    assert_eq!(entry.letter_date, case.request.letter_date);
    assert_eq!(entry.steps.len(), 2);
    assert_eq!((entry.steps[0].closed_at, entry.steps[0].done), (Some(minutes(3)), true));
    assert_eq!((entry.steps[1].opened_at, entry.steps[1].closed_at), (minutes(3), None));
}

#[tokio::test]
async fn pages_show_everything_once_while_new_cases_arrive() {
    let office = Office::in_memory().await;
    let mut dice = Dice(7);
    for mut file in office.requests(23).await {
        for minute in 0..dice.roll(12) as i64 {
            if let Ok(events) = any_act(&file.case, &mut dice, minutes(30 + minute)) {
                file = append(&office.store, &file.case, events).await.unwrap();
            }
        }
    }
    for sort in [Sort::NewestFirst, Sort::DueFirst, Sort::Number] {
        for filter in [
            Filter::default(),
            Filter { unit: Some(unit("bpsip-ntt")), ..Filter::default() },
            Filter { state: Some(StateFilter::Running), ..Filter::default() },
            Filter { step: Some("5".into()), ..Filter::default() },
            text("permintaan"),
        ] {
            let whole = office.store.list(&Scope::All, &filter, sort, None, 1_000).await.unwrap();
            let expected: Vec<_> = whole.rows.iter().map(|row| row.no.clone()).collect();
            let mut paged = Vec::new();
            let mut after: Option<String> = None;
            loop {
                let page = office.store.list(&Scope::All, &filter, sort, after.as_deref(), 4).await.unwrap();
                assert!(page.rows.len() <= 4);
                paged.extend(page.rows.into_iter().map(|row| row.no));
                // Somebody is always faster.
                office.register(request("Permintaan lain"), minutes(100)).await;
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            let once: BTreeSet<_> = paged.iter().collect();
            assert_eq!(once.len(), paged.len(), "nothing is shown twice");
            let old: Vec<_> = paged.iter().filter(|no| expected.contains(no)).cloned().collect();
            assert_eq!(old, expected, "{sort:?} {filter:?}");
        }
    }
}

#[tokio::test]
async fn the_last_full_page_knows_that_it_is_the_last() {
    let office = Office::in_memory().await;
    office.requests(4).await;
    let first = office.store.register_page(&Scope::All, &Filter::default(), None, 2).await.unwrap();
    let last =
        office.store.register_page(&Scope::All, &Filter::default(), first.next.as_deref(), 2).await.unwrap();
    assert_eq!((last.rows.len(), last.next), (2, None));
}

#[tokio::test]
async fn sorting_by_due_time_puts_what_has_none_last() {
    let office = Office::in_memory().await;
    let files = office.requests(3).await;
    office.complete(&files[2].case, "teruskan", minutes(20)).await;
    office.complete(&files[1].case, "teruskan", minutes(10)).await;
    let page = office.store.list(&Scope::All, &Filter::default(), Sort::DueFirst, None, 10).await.unwrap();
    let rows: Vec<_> = page.rows.iter().map(|row| (row.no.as_str(), row.due_at.is_some())).collect();
    assert_eq!(rows, [("2026-0002", true), ("2026-0003", true), ("2026-0001", false)]);
}

#[tokio::test]
async fn each_filter_finds_its_cases() {
    let office = Office::in_memory().await;
    let files = office.requests(3).await;
    let paper = office.register(letter("Lewat surat", "7/TU"), minutes(50)).await;
    let kaji = office.complete(&files[0].case, "teruskan", minutes(60)).await;
    let suspend = Command::Suspend { reason: "Menunggu vendor".to_owned() };
    office.act(&files[1].case, &actor("rina"), minutes(61), suspend).await;
    let withdraw = Command::Withdraw { reason: "Sudah pulih".to_owned() };
    office.act(&files[2].case, &actor("sari"), minutes(62), withdraw).await;

    let state = |state| Filter { state: Some(state), ..Filter::default() };
    assert_eq!(numbers(&office, state(StateFilter::Running)).await, ["2026-0004", "2026-0001"]);
    assert_eq!(numbers(&office, state(StateFilter::Suspended)).await, ["2026-0002"]);
    assert_eq!(numbers(&office, state(StateFilter::Ended("ditarik".into()))).await, ["2026-0003"]);
    assert_eq!(numbers(&office, state(StateFilter::Ended("selesai".into()))).await, [""; 0]);
    let due_at = kaji.case.open_steps().next().unwrap().due_at.unwrap();
    assert_eq!(numbers(&office, state(StateFilter::Overdue { now: due_at })).await, ["2026-0001"]);
    let before = due_at - jiff::SignedDuration::from_secs(1);
    assert_eq!(numbers(&office, state(StateFilter::Overdue { now: before })).await, [""; 0]);

    let padi = Filter { unit: Some(unit("bbpsi-padi")), ..Filter::default() };
    assert_eq!(numbers(&office, padi).await, [paper.case.number.as_str()]);
    let step = |no: &str| Filter { step: Some(no.into()), ..Filter::default() };
    assert_eq!(numbers(&office, step("2")).await, ["2026-0001"]);
    assert_eq!(numbers(&office, step("1")).await, ["2026-0004", "2026-0002"]);
    let both = Filter { step: Some("1".into()), ..text("surat") };
    assert_eq!(numbers(&office, both).await, ["2026-0004"]);
}

#[tokio::test]
async fn a_span_of_time_is_half_open() {
    let office = Office::in_memory().await;
    for minute in 0..4 {
        let received_at = minutes(minute);
        office.register(sop::case::Registration { received_at, ..request("Surel") }, minutes(10)).await;
    }
    let span =
        Filter { received_from: Some(minutes(1)), received_before: Some(minutes(3)), ..Filter::default() };
    assert_eq!(numbers(&office, span.clone()).await, ["2026-0003", "2026-0002"]);
    let page = office.store.register_page(&Scope::All, &span, None, 1).await.unwrap();
    assert_eq!(page.rows[0].case.no.as_str(), "2026-0003");
}

#[tokio::test]
async fn words_find_a_case_by_what_they_begin() {
    let office = Office::in_memory().await;
    office.register(request("Jaringan kantor terputus"), minutes(0)).await;
    office.register(letter("Surel dinas penuh", "891.2/OT.210"), minutes(1)).await;
    for (typed, found) in [
        ("2026-0002", "2026-0002"),
        ("jaring", "2026-0001"),
        ("JARINGAN putus", ""),
        ("JARINGAN ter", "2026-0001"),
        ("wahyu", "2026-0001"),
        ("nusa tenggara", "2026-0001"),
        ("bbpsi-padi", "2026-0002"),
        ("891.2/OT", "2026-0002"),
        ("lado surel", "2026-0002"),
        ("ringan", ""),
    ] {
        assert_eq!(numbers(&office, text(typed)).await.join(" "), found, "{typed}");
    }
    assert_eq!(numbers(&office, text("2026")).await, ["2026-0002", "2026-0001"]);
    assert_eq!(numbers(&office, text("   ")).await.len(), 2, "blank is no filter");
}

#[tokio::test]
async fn nothing_that_is_typed_is_an_error() {
    let office = Office::in_memory().await;
    office.register(request("Galat \"500\" AND lambat"), minutes(0)).await;
    for typed in [
        "\"",
        "\"\"",
        "a\"b",
        "'",
        "*",
        "surel*",
        "-",
        "^galat",
        "NOT",
        "AND",
        "OR",
        "NEAR(a b)",
        "subject:",
        "subject : x",
        "{a b} : c",
        "(",
        ")",
        "a)b",
        "+",
        "a + b",
        "\\",
        "%",
        "_",
        "\0",
        "a\0b",
        "\u{301}",
        "日本",
        "🙂",
        ";",
        "--",
        "' OR 1=1 --",
    ] {
        office.store.list(&Scope::All, &text(typed), Sort::NewestFirst, None, 10).await.unwrap();
        office.store.list(&Scope::All, &text(typed), Sort::DueFirst, None, 10).await.unwrap();
    }
    assert_eq!(numbers(&office, text("\"500\" AND")).await, ["2026-0001"]);
    assert_eq!(numbers(&office, text(&"galat ".repeat(10_000))).await, ["2026-0001"]);
    assert_eq!(numbers(&office, text("-")).await, [""; 0]);
}

#[tokio::test]
async fn a_place_that_was_made_up_is_refused() {
    let office = Office::in_memory().await;
    office.requests(3).await;
    let due = office.store.list(&Scope::All, &Filter::default(), Sort::DueFirst, None, 1).await.unwrap();
    let other_list = due.next.unwrap();
    for after in
        ["", "x", "r.1", "r.1.2.3", "r.a.b", "r.99999999999999999999.1", "r..", "'", other_list.as_str()]
    {
        let page: Result<Page<_>, _> =
            office.store.list(&Scope::All, &Filter::default(), Sort::NewestFirst, Some(after), 1).await;
        assert!(matches!(page, Err(StoreError::Cursor { .. })), "{after:?}: {page:?}");
    }
}

#[tokio::test]
async fn lists_show_a_requester_only_their_own_cases() {
    let office = Office::in_memory().await;
    office.register(request("Milik Sari"), minutes(0)).await;
    let agus = sop::case::Registration { requester: Some("agus".into()), ..request("Milik Agus") };
    office.register(agus, minutes(1)).await;
    office.register(letter("Milik siapa pun", "1"), minutes(2)).await;
    for (scope, count) in [
        (Scope::All, 3),
        (Scope::Requester("sari".into()), 1),
        (Scope::Requester("budi".into()), 0),
        (Scope::Nothing, 0),
    ] {
        for filter in
            [Filter::default(), text("milik"), Filter { step: Some("1".into()), ..Filter::default() }]
        {
            for sort in [Sort::NewestFirst, Sort::DueFirst, Sort::Number] {
                let page = office.store.list(&scope, &filter, sort, None, 10).await.unwrap();
                assert_eq!(page.rows.len(), count, "{scope:?} {filter:?}");
                if let Scope::Requester(person) = &scope {
                    assert!(page.rows.iter().all(|row| row.requester.as_ref() == Some(person)));
                }
            }
            let page = office.store.register_page(&scope, &filter, None, 10).await.unwrap();
            assert_eq!(page.rows.len(), count);
        }
        let counts = office.store.open_cases_by_step(&scope, minutes(5)).await.unwrap();
        assert_eq!(counts.iter().map(|count| count.cases as usize).sum::<usize>(), count);
    }
}
