use jiff::Timestamp;
use jiff::civil::date;
use sop::case::Channel;
use store::{BookFilter, StoreError};

use crate::office::{
    Office, append, completion, letter, minutes, number_of, request, rules, unit, waiting_for_signature,
};

#[tokio::test]
async fn the_agenda_of_incoming_letters_goes_by_its_numbers() {
    let office = Office::in_memory().await;
    office.register(request("Situs tidak terbuka"), minutes(0)).await;
    let mut late = letter("Surel penuh", "B-12/TU.040/1/2026");
    late.received_at = minutes(-600);
    office.register(late, minutes(5)).await;
    office.register(request("Printer macet"), minutes(9)).await;

    let page = office.store.incoming(&BookFilter::default(), None, 2).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.agenda).collect::<Vec<_>>(), [3, 2]);
    let second = &page.rows[1];
    assert_eq!(second.letter_no.as_deref(), Some("B-12/TU.040/1/2026"));
    assert_eq!((second.channel, page.rows[0].channel), (Channel::Letter, Channel::Form));
    assert_eq!((second.received_at, second.entered_at), (minutes(-600), minutes(5)), "it was entered later");
    let rest = office.store.incoming(&BookFilter::default(), page.next.as_deref(), 2).await.unwrap();
    assert_eq!((rest.rows.len(), rest.rows[0].agenda, rest.next), (1, 1, None));

    let asked = async |filter: BookFilter<Timestamp>| {
        let rows = office.store.incoming(&filter, None, 10).await.unwrap().rows;
        rows.iter().map(|row| row.agenda).collect::<Vec<_>>()
    };
    let padi = BookFilter { unit: Some(unit("bbpsi-padi")), ..BookFilter::default() };
    assert_eq!(asked(padi).await, [2]);
    let some_minutes =
        BookFilter { from: Some(minutes(5)), before: Some(minutes(9)), ..BookFilter::default() };
    assert_eq!(asked(some_minutes).await, [2]);
}

#[tokio::test]
async fn the_agenda_of_outgoing_letters_has_every_number_in_its_place() {
    let office = Office::in_memory().await;
    let numbering = &sop::letter::Stationery::shipped().numbering;
    let today = date(2026, 1, 5);
    let mut files = Vec::new();
    for n in 0..3 {
        files.push(waiting_for_signature(&office, &format!("Permintaan {n}")).await);
        let by = "wulan".into();
        office.store.reserve_number(numbering, today, "Di atas kertas", &by, minutes(20)).await.unwrap();
    }
    let task = files[0].case.open_tasks().next().unwrap();
    let (by, command) = completion(&files[0].case, task, &"tandatangani".into());
    let events = sop::case::decide(rules(), &files[0].case, &by, minutes(30), command).unwrap();
    append(&office.store, &files[0].case, events).await.unwrap();

    let mut numbers = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = office.store.outgoing(&BookFilter::default(), after.as_deref(), 2).await.unwrap();
        numbers.extend(page.rows.iter().map(|line| number_of(line).number));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(numbers, [7, 6, 5, 4, 3, 2, 1]);

    let asked = async |filter: BookFilter<jiff::civil::Date>| {
        let rows = office.store.outgoing(&filter, None, 10).await.unwrap().rows;
        rows.iter().map(|line| number_of(line).number).collect::<Vec<_>>()
    };
    let of_unit = |code| BookFilter { unit: Some(unit(code)), ..BookFilter::default() };
    assert_eq!(asked(of_unit("bpsip-ntt")).await, [7, 5, 3, 1], "a number without a letter is no unit's");
    assert_eq!(asked(of_unit("bbpsi-padi")).await, [0; 0]);
    let day = |from, before| BookFilter { from: Some(from), before: Some(before), unit: None };
    assert_eq!(asked(day(today, date(2026, 1, 6))).await.len(), 7);
    assert_eq!(asked(day(date(2025, 12, 1), today)).await, [0; 0]);
    let made_up = office.store.outgoing(&BookFilter::default(), Some("2026-x"), 10).await;
    assert!(matches!(made_up, Err(StoreError::Cursor { .. })), "{made_up:?}");
}

#[tokio::test]
async fn every_disposition_stands_in_its_book() {
    let office = Office::in_memory().await;
    let mut waiting = Vec::new();
    for n in 0..3 {
        waiting.push(office.register(request(&format!("Permintaan {n}")), minutes(n)).await);
    }
    assert_eq!(office.store.dispositions(&BookFilter::default(), None, 10).await.unwrap().rows, []);
    // The last that came is the first to be given.
    for (n, file) in waiting.iter().rev().enumerate() {
        office.complete(&file.case, "teruskan", minutes(10 + n as i64)).await;
    }
    let page = office.store.dispositions(&BookFilter::default(), None, 2).await.unwrap();
    let agendas = |rows: &[store::DispositionRow]| rows.iter().map(|row| row.agenda).collect::<Vec<_>>();
    assert_eq!(agendas(&page.rows), [1, 2]);
    let rest = office.store.dispositions(&BookFilter::default(), page.next.as_deref(), 2).await.unwrap();
    assert_eq!((agendas(&rest.rows), rest.next), (vec![3], None));

    let first = &page.rows[0];
    assert_eq!((first.at, first.by.as_ref().map(|by| by.as_str())), (minutes(12), Some("haris")));
    assert_eq!((first.stage.to_string().as_str(), first.outcome.as_str()), ("1.disposisi", "teruskan"));
    assert_eq!(first.urgency.as_ref().map(|id| id.as_str()), Some("biasa"));
    assert_eq!(first.requests, ["tanggapan"]);
    assert_eq!(first.notes, "Beberapa baris\ntentang keadaannya");
    let of_unit = |code| BookFilter { unit: Some(unit(code)), ..BookFilter::default() };
    let found = async |filter| office.store.dispositions(&filter, None, 10).await.unwrap().rows.len();
    assert_eq!((found(of_unit("bpsip-ntt")).await, found(of_unit("bbpsi-padi")).await), (3, 0));
    let until = BookFilter { before: Some(minutes(11)), ..BookFilter::default() };
    assert_eq!(found(until).await, 1);
}
