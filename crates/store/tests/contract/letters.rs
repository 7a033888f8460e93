use sop::case::{CaseNo, Event, NewEvent, SigningMeans, decide};
use store::{AppendError, CaseFile, LetterFilter, SigningKey, TrustedRoot};

use crate::office::{Office, append, completion, minutes, request, rules};

/// A case that waits for the signature under its refusal.
async fn waiting_for_signature(office: &Office, subject: &str) -> CaseFile {
    let mut file = office.register(request(subject), minutes(0)).await;
    for outcome in ["teruskan", "tolak", "penjelasan", "perintahkan", "ajukan", "teruskan"] {
        file = office.complete(&file.case, outcome, minutes(10)).await;
    }
    file
}

/// What the secretary's signature would write, with a number.
fn signed_as(file: &CaseFile, number: u32) -> Vec<NewEvent> {
    let task = file.case.open_tasks().next().unwrap();
    let (by, command) = completion(&file.case, task, &"tandatangani".into());
    let mut events = decide(rules(), &file.case, &by, minutes(20), command).unwrap();
    for event in &mut events {
        if let Event::LetterSigned { signature, .. } = &mut event.event {
            signature.number = number;
            signature.code = format!("{}-{number}", file.case.number).as_str().into();
        }
    }
    events
}

#[tokio::test]
async fn letters_are_numbered_one_after_another_each_year_anew() {
    let office = Office::in_memory().await;
    assert_eq!(office.store.next_letter_number(2026).await.unwrap(), 1);
    let file = waiting_for_signature(&office, "Minta server baru").await;
    // The explanation was the first, of row 3.
    assert_eq!(office.store.next_letter_number(2026).await.unwrap(), 2);
    office.store.append(&file.case, signed_as(&file, 2)).await.unwrap();
    assert_eq!(office.store.next_letter_number(2026).await.unwrap(), 3);
    assert_eq!(office.store.next_letter_number(2027).await.unwrap(), 1);
}

#[tokio::test]
async fn a_number_that_went_to_another_letter_stops_the_whole_act() {
    let office = Office::in_memory().await;
    let first = waiting_for_signature(&office, "Minta server baru").await;
    let second = waiting_for_signature(&office, "Minta domain baru").await;
    let next = office.store.next_letter_number(2026).await.unwrap();
    office.store.append(&first.case, signed_as(&first, next)).await.unwrap();
    for wrong in [next, next + 2, 0] {
        let refused = office.store.append(&second.case, signed_as(&second, wrong)).await;
        assert!(matches!(refused, Err(AppendError::NumberTaken)), "{refused:?}");
        assert_eq!(office.case(&second).await, second, "nothing was written");
    }
    assert_eq!(office.store.next_letter_number(2026).await.unwrap(), next + 1, "and no number is lost");
    office.store.append(&second.case, signed_as(&second, next + 1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_sign_at_once_each_gets_a_number_of_their_own() {
    let office = Office::on_disk().await;
    let mut waiting = Vec::new();
    for n in 0..8 {
        waiting.push(waiting_for_signature(&office, &format!("Permintaan {n}")).await);
    }
    let doors = [office.store.clone(), office.another_door().await];
    let signing = waiting.into_iter().enumerate().map(|(n, file)| {
        let store = doors[n % 2].clone();
        tokio::spawn(async move {
            loop {
                let number = store.next_letter_number(2026).await.unwrap();
                match store.append(&file.case, signed_as(&file, number)).await {
                    Ok(_) => return,
                    Err(AppendError::NumberTaken) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
        })
    });
    for signed in signing.collect::<Vec<_>>() {
        signed.await.unwrap();
    }
    let letters = office.store.letters(2026, &LetterFilter::default(), 100).await.unwrap();
    let numbers: Vec<u32> = letters.iter().map(|letter| letter.number).collect();
    assert_eq!(numbers, (1..=16).rev().collect::<Vec<_>>(), "eight explanations and eight refusals");
}

#[tokio::test]
async fn the_register_of_letters_is_read_by_year_and_unit_a_page_at_a_time() {
    let office = Office::in_memory().await;
    for n in 0..3 {
        let file = waiting_for_signature(&office, &format!("Permintaan {n}")).await;
        let events = signed_as(&file, 0);
        append(&office.store, &file.case, events).await.unwrap();
    }
    let page = |filter: LetterFilter| {
        let store = office.store.clone();
        async move { store.letters(2026, &filter, 4).await.unwrap() }
    };
    let first = page(LetterFilter::default()).await;
    assert_eq!(first.iter().map(|letter| letter.number).collect::<Vec<_>>(), [6, 5, 4, 3]);
    let rest = page(LetterFilter { below: Some(3), unit: None }).await;
    assert_eq!(rest.iter().map(|letter| letter.number).collect::<Vec<_>>(), [2, 1]);
    let elsewhere = page(LetterFilter { unit: Some("bpsi-lain".into()), below: None }).await;
    assert_eq!(elsewhere, []);
    assert_eq!(office.store.letters(2025, &LetterFilter::default(), 10).await.unwrap(), []);

    let oldest = office.store.letters_after(None, 4).await.unwrap();
    assert_eq!(oldest.iter().map(|letter| letter.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let rest = office.store.letters_after(oldest.last(), 4).await.unwrap();
    assert_eq!(rest.iter().map(|letter| letter.number).collect::<Vec<_>>(), [5, 6]);

    let newest = &first[0];
    assert_eq!(office.store.letter(&newest.code).await.unwrap().as_ref(), Some(newest));
    assert_eq!(office.store.letter(&"tidak-ada".into()).await.unwrap(), None);
    assert_eq!(newest.case, CaseNo::new("2026-0003"));
    assert_eq!(newest.subject, "Sebaris", "as the drafter wrote it");
    assert_eq!(first[1].subject, "Penjelasan atas permintaan bantuan teknis TI", "as the SOP says");
    assert_eq!(newest.signer.as_str(), "haris");
}

#[tokio::test]
async fn a_key_is_kept_as_it_came_and_replaced_by_the_next() {
    let office = Office::in_memory().await;
    let person = "haris".into();
    assert_eq!(office.store.signing_key(&person).await.unwrap(), None);
    let mut key = SigningKey {
        person: person.clone(),
        means: SigningMeans::Test,
        key_file: vec![0x30, 0x82, 0x00, 0xFF],
        certificate: "ab".repeat(32),
        holder: "Haris".to_owned(),
        issuer: "CA Percobaan".to_owned(),
        valid_until: minutes(60 * 24 * 365),
        imported_at: minutes(0),
    };
    office.store.set_signing_key(&key).await.unwrap();
    assert_eq!(office.store.signing_key(&person).await.unwrap().as_ref(), Some(&key));
    key.means = SigningMeans::Local;
    key.key_file.push(1);
    office.store.set_signing_key(&key).await.unwrap();
    assert_eq!(office.store.signing_keys().await.unwrap(), [key.clone()]);
    assert!(!format!("{key:?}").contains("48"), "the key itself is in no log");

    let root = TrustedRoot { certificate: "cd".repeat(32), pem: "-----BEGIN CERTIFICATE-----".to_owned() };
    office.store.add_trusted_root(&root, minutes(0)).await.unwrap();
    office.store.add_trusted_root(&root, minutes(1)).await.unwrap();
    assert_eq!(office.store.trusted_roots().await.unwrap(), [root]);
}
