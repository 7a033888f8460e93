use jiff::civil::{Date, date};
use sop::case::{CaseNo, Event, LetterCode, NewEvent, SigningMeans, decide};
use sop::letter::{Capacity, Stationery};
use sqlx::Connection as _;
use store::{
    AppendError, BookFilter, CaseFile, Kept, KeyFile, LetterNumber, Nik, OutgoingRow, RESERVED_MAX,
    Reservation, ReserveError, SigningKey, TrustedRoot,
};

use crate::office::{Office, append, completion, minutes, number_of, rules, waiting_for_signature};

/// What the secretary's signature would write, with a number.
fn signed_as(file: &CaseFile, number: u32) -> Vec<NewEvent> {
    let task = file.case.open_tasks().next().unwrap();
    let (by, command) = completion(&file.case, task, &"tandatangani".into());
    let mut events = decide(rules(), &file.case, &by, minutes(20), command).unwrap();
    let code: LetterCode = format!("{}-{number}", file.case.number).as_str().into();
    for event in &mut events {
        match &mut event.event {
            Event::LetterSigned { signature, .. } => {
                signature.number = number;
                signature.code = code.clone();
            }
            Event::DispatchOrdered { letter, .. } => *letter = code.clone(),
            _ => {}
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
    let numbers: Vec<u32> = outgoing(&office).await.iter().map(|line| number_of(line).number).collect();
    assert_eq!(numbers, (1..=16).rev().collect::<Vec<_>>(), "eight explanations and eight refusals");
}

#[tokio::test]
async fn a_letter_is_found_by_its_code_with_what_it_was_signed() {
    let office = Office::in_memory().await;
    let file = waiting_for_signature(&office, "Minta server baru").await;
    append(&office.store, &file.case, signed_as(&file, 0)).await.unwrap();
    let [OutgoingRow::Signed { letter: newest, .. }, OutgoingRow::Signed { letter: first, .. }] =
        &outgoing(&office).await[..]
    else {
        panic!("two letters");
    };
    let oldest = office.store.letters_after(None, 1).await.unwrap();
    assert_eq!(oldest, [(**first).clone()], "page by page, the oldest first");
    let rest = office.store.letters_after(Some(first.number), 1).await.unwrap();
    assert_eq!(rest, [(**newest).clone()]);
    assert_eq!(office.store.letter(&newest.code).await.unwrap().as_ref(), Some(&**newest));
    assert_eq!(office.store.letter(&"tidak-ada".into()).await.unwrap(), None);
    assert_eq!(newest.case, CaseNo::new("2026-0001"));
    assert_eq!(newest.subject, "Sebaris", "as the drafter wrote it");
    assert_eq!(first.subject, "Penjelasan atas permintaan bantuan teknis TI", "as the SOP says");
    assert_eq!((newest.signer.as_str(), first.signer.as_str()), ("haris", "rina"));
    assert_eq!((newest.means, newest.capacity), (SigningMeans::Test, Capacity::Own));
}

/// A number set aside on a day, for a purpose.
async fn reserve(office: &Office, dated: Date) -> Reservation {
    let numbering = &Stationery::shipped().numbering;
    let purpose = "Surat yang ditandatangani di atas kertas";
    office.store.reserve_number(numbering, dated, purpose, &"wulan".into(), minutes(15)).await.unwrap()
}

/// What the secretary's signature would write with a reserved number.
fn signed_with(file: &CaseFile, reservation: &Reservation) -> Vec<NewEvent> {
    let mut events = signed_as(file, reservation.number.number);
    for event in &mut events {
        if let Event::LetterSigned { signature, .. } = &mut event.event {
            signature.reserved = true;
            signature.dated = reservation.dated;
            signature.written_number.clone_from(&reservation.written_number);
        }
    }
    events
}

const TODAY: Date = date(2026, 1, 5);

#[tokio::test]
async fn a_reserved_number_waits_outside_the_sequence_until_its_letter_takes_it() {
    let office = Office::in_memory().await;
    let file = waiting_for_signature(&office, "Minta server baru").await;
    let reservation = reserve(&office, TODAY).await;
    assert_eq!(reservation.number, LetterNumber { year: 2026, number: 2 });
    assert_eq!(reservation.written_number, "2/TU.120/H.1/01/2026");
    assert_eq!(office.store.next_letter_number(2026).await.unwrap(), 3);
    assert_eq!(office.store.reserved_numbers().await.unwrap(), std::slice::from_ref(&reservation));
    assert_eq!(outgoing(&office).await[0], OutgoingRow::Reserved(reservation.clone()));

    office.store.append(&file.case, signed_with(&file, &reservation)).await.unwrap();
    assert_eq!(office.store.next_letter_number(2026).await.unwrap(), 3, "nothing more was taken");
    assert_eq!(office.store.reserved_numbers().await.unwrap(), []);
    assert_eq!(office.store.reserved_number(reservation.number).await.unwrap(), None);
    let lines = outgoing(&office).await;
    assert_eq!(lines.len(), 2, "a number has one line");
    let OutgoingRow::Signed { letter, reservation: told } = &lines[0] else { panic!("a letter: {lines:?}") };
    assert_eq!((letter.number, told.as_ref()), (reservation.number, Some(&reservation)));
}

#[tokio::test]
async fn a_number_is_used_or_voided_and_each_once() {
    let office = Office::in_memory().await;
    let files = [
        waiting_for_signature(&office, "Minta server baru").await,
        waiting_for_signature(&office, "Minta domain baru").await,
    ];
    let (used, voided) = (reserve(&office, TODAY).await, reserve(&office, TODAY).await);
    let void = async |number| {
        office.store.void_number(number, "Tidak jadi", &"rina".into(), minutes(30)).await.unwrap()
    };
    office.store.append(&files[0].case, signed_with(&files[0], &used)).await.unwrap();
    assert!(void(voided.number).await);
    assert!(!void(voided.number).await, "it is voided already");
    assert!(!void(used.number).await, "a letter has it");
    assert!(!void(LetterNumber { year: 2026, number: 1 }).await, "it never was reserved");

    let another_day = Reservation { dated: date(2026, 1, 4), ..reserve(&office, TODAY).await };
    for gone in [used, voided.clone(), another_day] {
        let refused = office.store.append(&files[1].case, signed_with(&files[1], &gone)).await;
        assert!(matches!(refused, Err(AppendError::NumberTaken)), "{refused:?}");
        assert_eq!(office.case(&files[1]).await, files[1], "nothing was written");
    }
    let lines = outgoing(&office).await;
    let explained = lines.iter().find(|line| number_of(line) == voided.number);
    let Some(OutgoingRow::Reserved(Reservation { voided: Some(voiding), .. })) = explained else {
        panic!("the gap is explained: {explained:?}");
    };
    assert_eq!((voiding.by.as_str(), voiding.reason.as_str()), ("rina", "Tidak jadi"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_want_one_reserved_number_at_once_one_gets_it() {
    let office = Office::on_disk().await;
    for round in 0..4 {
        let mut signing = Vec::new();
        let files = [
            waiting_for_signature(&office, &format!("Permintaan {round} pertama")).await,
            waiting_for_signature(&office, &format!("Permintaan {round} kedua")).await,
        ];
        let reservation = reserve(&office, TODAY).await;
        for file in files {
            let store = office.another_door().await;
            let events = signed_with(&file, &reservation);
            signing.push(tokio::spawn(async move { store.append(&file.case, events).await.is_ok() }));
        }
        let (store, number) = (office.another_door().await, reservation.number);
        signing.push(tokio::spawn(async move {
            store.void_number(number, "Tidak jadi", &"wulan".into(), minutes(30)).await.unwrap()
        }));
        let mut winners = 0;
        for one in signing {
            winners += usize::from(one.await.unwrap());
        }
        assert_eq!(winners, 1);
        assert_eq!(office.store.reserved_numbers().await.unwrap(), []);
    }
}

/// Both wait for the same row when they are let go, so that each has begun before the other has ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_that_one_node_voids_while_another_uses_it_is_either() {
    let office = Office::on_disk().await;
    for round in 0..6 {
        let file = waiting_for_signature(&office, &format!("Permintaan {round}")).await;
        let reservation = reserve(&office, TODAY).await;
        let (number, events) = (reservation.number, signed_with(&file, &reservation));
        let (using, voiding) = (office.another_door().await, office.another_door().await);
        let mut holding = sqlx::AnyConnection::connect(&office.url()).await.unwrap();
        let held = if office.is_on_postgres() {
            "BEGIN; UPDATE numbers SET last = last WHERE series = 'letter'"
        } else {
            "BEGIN IMMEDIATE"
        };
        sqlx::raw_sql(held).execute(&mut holding).await.unwrap();
        let case = file.case.clone();
        let use_it = async move || using.append(&case, events).await;
        let void_it = async move || voiding.void_number(number, "Batal", &"wulan".into(), minutes(30)).await;
        let (used, voided) = if round % 2 == 0 {
            let used = tokio::spawn(async move { use_it().await });
            (used, tokio::spawn(async move { void_it().await }))
        } else {
            let voided = tokio::spawn(async move { void_it().await });
            (tokio::spawn(async move { use_it().await }), voided)
        };
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert!(!used.is_finished() && !voided.is_finished(), "both wait");
        sqlx::raw_sql("COMMIT").execute(&mut holding).await.unwrap();

        let (used, voided) = (used.await.unwrap(), voided.await.unwrap().unwrap());
        let lines = outgoing(&office).await;
        let line = lines.iter().find(|line| number_of(line) == number).expect("the number has a line");
        match used {
            Ok(_) => assert!(!voided && matches!(line, OutgoingRow::Signed { .. }), "{line:?}"),
            Err(AppendError::NumberTaken) => {
                let is_explained =
                    matches!(line, OutgoingRow::Reserved(reserved) if reserved.voided.is_some());
                assert!(voided && is_explained, "{line:?}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn the_old_year_keeps_its_numbers_when_the_new_one_begins_at_one() {
    let office = Office::in_memory().await;
    let reserved = reserve(&office, date(2025, 12, 30)).await;
    let dated = |file: &CaseFile, number, dated| {
        let mut events = signed_as(file, number);
        for event in &mut events {
            if let Event::LetterSigned { signature, .. } = &mut event.event {
                signature.dated = dated;
            }
        }
        events
    };
    let file = waiting_for_signature(&office, "Nomor tahun lalu").await;
    office.store.append(&file.case, signed_with(&file, &reserved)).await.unwrap();
    // Printed before midnight, stored after letters of the new year: it keeps the day it bears.
    let file = waiting_for_signature(&office, "Dicetak sebelum tengah malam").await;
    office.store.append(&file.case, dated(&file, 2, date(2025, 12, 31))).await.unwrap();
    let numbers: Vec<String> =
        outgoing(&office).await.iter().map(|line| number_of(line).to_string()).collect();
    assert_eq!(numbers, ["2026-2", "2026-1", "2025-2", "2025-1"], "the explanations are of the new year");
}

#[tokio::test]
async fn so_many_numbers_wait_at_most() {
    let office = Office::in_memory().await;
    for _ in 0..RESERVED_MAX {
        reserve(&office, TODAY).await;
    }
    let numbering = &Stationery::shipped().numbering;
    let by = "wulan".into();
    let one_more = office.store.reserve_number(numbering, TODAY, "Lagi", &by, minutes(20)).await;
    assert!(matches!(one_more, Err(ReserveError::TooMany { waiting_max: RESERVED_MAX })), "{one_more:?}");
    assert_eq!(office.store.next_letter_number(2026).await.unwrap(), RESERVED_MAX + 1, "none is skipped");
    let first = LetterNumber { year: 2026, number: 1 };
    assert!(office.store.void_number(first, "Tidak jadi", &by, minutes(21)).await.unwrap());
    assert_eq!(reserve(&office, TODAY).await.number.number, RESERVED_MAX + 1);
}

/// The whole agenda of outgoing letters, the highest number first.
async fn outgoing(office: &Office) -> Vec<OutgoingRow> {
    office.store.outgoing(&BookFilter::default(), None, 1_000).await.unwrap().rows
}

#[tokio::test]
async fn a_key_is_kept_as_it_came_and_replaced_by_the_next() {
    let office = Office::in_memory().await;
    let person = "haris".into();
    assert_eq!(office.store.signing_key(&person).await.unwrap(), None);
    let file = KeyFile {
        pkcs12: vec![0x30, 0x82, 0x00, 0xFF],
        certificate: "ab".repeat(32),
        holder: "Haris".to_owned(),
        issuer: "CA Percobaan".to_owned(),
        valid_until: minutes(60 * 24 * 365),
    };
    let nik = Nik::parse("3171234567890123").unwrap();
    // Each takes the place of the one before, wherever that was kept.
    for (kept, means) in [
        (Kept::Test(file.clone()), SigningMeans::Test),
        (Kept::Bsre(nik.clone()), SigningMeans::Bsre),
        (Kept::Bsre(Nik::parse("3171234567890124").unwrap()), SigningMeans::Bsre),
        (Kept::Local(KeyFile { pkcs12: vec![0x30, 0x80], ..file }), SigningMeans::Local),
    ] {
        let key = SigningKey { person: person.clone(), kept, registered_at: minutes(1) };
        office.store.set_signing_key(&key).await.unwrap();
        assert_eq!(office.store.signing_key(&person).await.unwrap().as_ref(), Some(&key));
        assert_eq!(office.store.signing_keys().await.unwrap(), std::slice::from_ref(&key));
        assert_eq!(key.means(), means);
        let shown = format!("{key:?}");
        assert!(!shown.contains("48"), "the key itself is in no log");
        assert!(!shown.contains("317123"), "nor is the number of a person");
    }
    assert_eq!(nik.to_string(), "************0123");
    for typed in ["", "317123456789012", "31712345678901234", "317123456789012x", "3171234567890१"] {
        assert_eq!(Nik::parse(typed), None, "{typed}");
    }

    let root = TrustedRoot { certificate: "cd".repeat(32), pem: "-----BEGIN CERTIFICATE-----".to_owned() };
    office.store.add_trusted_root(&root, minutes(0)).await.unwrap();
    office.store.add_trusted_root(&root, minutes(1)).await.unwrap();
    assert_eq!(office.store.trusted_roots().await.unwrap(), [root]);
}
