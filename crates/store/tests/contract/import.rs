use sop::case::Recorded;
use store::{Imported, Order, Rebuilt, Scope, SealKey};

use crate::office::{Dice, Office, any_act, append, minutes, request, waiting_for_signature};

/// Another office with a few cases, one of which has a signed letter.
async fn elsewhere() -> (Office, Vec<Vec<Recorded>>) {
    let office = Office::in_memory().await;
    let mut dice = Dice(7);
    let mut file = office.register(request("Situs berubah tampilan"), minutes(0)).await;
    for minute in 1..60 {
        if let Ok(events) = any_act(&file.case, &mut dice, minutes(minute)) {
            file = append(&office.store, &file.case, events).await.unwrap();
        }
    }
    let signed = waiting_for_signature(&office, "Surel tidak terkirim").await;
    let signed = office.complete(&signed.case, "tandatangani", minutes(600)).await;
    let running = office.register(request("Jaringan terputus"), minutes(601)).await;
    (office, vec![file.history, signed.history, running.history])
}

#[tokio::test]
async fn cases_of_another_office_are_as_they_were_there() {
    let (there, histories) = elsewhere().await;
    let here = Office::in_memory().await;
    let events = histories.iter().map(|history| history.len() as u64).sum();
    let imported = here.store.import(&histories, minutes(700)).await.unwrap();
    assert_eq!(imported, Imported { cases: 3, events });
    for history in &histories {
        let number = sop::case::Case::replay(history).unwrap().number;
        let [was, is] = [&there.store, &here.store];
        let was = was.case_file(&Scope::All, &number).await.unwrap().unwrap();
        let is = is.case_file(&Scope::All, &number).await.unwrap().unwrap();
        assert_eq!((is.case, is.history), (was.case, was.history));
    }
    // What lists read is what the events say, and the chain holds.
    assert_eq!(here.store.rebuild().await.unwrap(), Rebuilt { cases: 3, events, changed_cases: 0 });
    let verification = here.store.verify(&SealKey::generate().unwrap(), None).await.unwrap();
    assert!(verification.is_sound(), "{:?}", verification.findings);
}

#[tokio::test]
async fn the_numbers_of_cases_that_came_in_are_not_given_again() {
    let (there, histories) = elsewhere().await;
    let here = Office::in_memory().await;
    here.store.import(&histories, minutes(700)).await.unwrap();
    let next = here.register(request("Server mati"), minutes(701)).await;
    assert_eq!((next.case.number.as_str(), next.case.agenda), ("2026-0004", 4));
    assert_eq!(
        here.store.next_letter_number(2026).await.unwrap(),
        there.store.next_letter_number(2026).await.unwrap()
    );
    // Twice would be two cases of one number.
    assert!(here.store.import(&histories, minutes(702)).await.is_err());
}

#[tokio::test]
async fn what_was_to_be_done_there_is_not_done_here_again() {
    let (_, histories) = elsewhere().await;
    let here = Office::in_memory().await;
    here.store.import(&histories, minutes(610)).await.unwrap();
    let lease = jiff::SignedDuration::from_secs(60);
    let due = here.store.claim_orders("worker", minutes(10_000), lease, 1_000).await.unwrap();
    assert!(!due.is_empty(), "what comes due later still waits");
    for claimed in due {
        match claimed.order {
            Order::NoteOverdue { due_at, .. } => assert!(due_at > minutes(610)),
            order => panic!("it was done there: {order:?}"),
        }
    }
}

#[tokio::test]
async fn a_history_with_a_gap_is_refused_and_nothing_of_it_stays() {
    let (_, mut histories) = elsewhere().await;
    histories[2].remove(1);
    let here = Office::in_memory().await;
    let error = here.store.import(&histories, minutes(700)).await.unwrap_err();
    assert!(error.to_string().contains("the history of case 2026-0003"), "{error}");
    let rebuilt = here.store.rebuild().await.unwrap();
    assert_eq!((rebuilt.cases, rebuilt.changed_cases), (0, 0));
}
