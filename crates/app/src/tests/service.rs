//! What people may do follows from what they hold on the day, and what they held stays written.

use jiff::civil::date;
use sop::calendar::Zone;
use sop::case::{PersonId, UnitCode};
use sop::definition::Role;
use store::{NewPerson, Period, Term, Unit};

use super::{DISPOSES, HASH, Office, PASSPHRASE, Visitor, key_of, letter_of};

/// Tono, who was in the team, leads it for three days, and keeps accounts from the day after.
pub fn tono() -> NewPerson {
    let period = |from, until, position: &str, role| Period {
        term: Term { from, until },
        position: position.to_owned(),
        unit: UnitCode::new("SEKRETARIAT"),
        roles: vec![Role::new(role)],
    };
    NewPerson {
        id: PersonId::new("tono"),
        name: "Tono Suharto".to_owned(),
        nip: None,
        email: "tono@brmp.example".to_owned(),
        periods: vec![
            period(None, Some(date(2026, 11, 22)), "Anggota Tim", "anggota"),
            period(Some(date(2026, 11, 23)), Some(date(2026, 11, 25)), "Ketua Tim", "ketua"),
            period(Some(date(2026, 11, 26)), None, "Pengelola Akun", "admin"),
        ],
        password_hash: HASH.clone(),
    }
}

#[tokio::test]
async fn a_role_begins_and_ends_by_itself_also_in_a_session_that_is_open() {
    let mut office = Office::at("2026-11-25 23:30").await;
    office.desk.store.add_person(&tono()).await.expect("a person");
    let cookie = office.sign_in("tono").await.cookie;
    let opens = async |office: &Office, path: &str| {
        let visitor = Visitor { office, cookie: cookie.clone() };
        visitor.get(path).await.status
    };
    assert_eq!((opens(&office, "/inbox").await, opens(&office, "/people").await), (200, 404));
    office.later("2026-11-26 00:15");
    assert_eq!((opens(&office, "/inbox").await, opens(&office, "/people").await), (404, 200));
}

#[tokio::test]
async fn a_letter_names_the_position_held_on_the_day_of_the_act() {
    let mut office = Office::at("2026-11-25 09:00").await;
    office.desk.store.add_person(&tono()).await.expect("a person");
    office.desk.store.set_signing_key(&key_of("tono")).await.expect("a key");
    let no = office.sign_in("markus").await.asks("Minta kamera").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let tono = office.sign_in("tono").await;
    tono.completes(&no, 2, &[("outcome", "tolak"), ("t2-alasan", "ganda"), ("t2-ringkas", "Bukan kami.")])
        .await;
    let explains = [
        ("outcome", "penjelasan"),
        ("t3-penjelasan", "Ditangani Bagian Umum."),
        ("passphrase-penjelasan", PASSPHRASE),
    ];
    assert_eq!(tono.completes(&no, 3, &explains).await.status, 303);

    office.later("2026-11-30 09:00");
    let rina = office.sign_in("rina").await;
    let (letter, verify) = letter_of(&rina, &no, 3).await;
    for page in [rina.get(&letter).await.text, office.stranger().get(&verify).await.text] {
        assert!(page.contains("Ketua Tim") && !page.contains("Pengelola Akun"), "{page}");
    }
}

#[tokio::test]
async fn whoever_keeps_accounts_sees_what_was_is_and_will_be() {
    let office = Office::at("2026-11-24 09:00").await;
    office.desk.store.add_person(&tono()).await.expect("a person");
    let over = Unit {
        parent: Some(UnitCode::new("SEKRETARIAT")),
        term: Term { from: None, until: Some(date(2025, 12, 31)) },
        ..Unit::new(UnitCode::new("BPSIP-NTT"), "BPSIP NTT", Zone::Wita)
    };
    office.desk.store.add_unit(over).await.expect("a unit");
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    for reader in ["wahyu", "ratna"] {
        let page = office.sign_in(reader).await.get("/people").await.text;
        for expected in [
            "Ketua Tim, SEKRETARIAT <span class=\"soft\">23 Nov 2026 sampai 25 Nov 2026</span>",
            "<li class=\"soft\">Anggota Tim, SEKRETARIAT <span class=\"soft\">berakhir 22 Nov 2026</span>",
            "<li class=\"soft\">Pengelola Akun, SEKRETARIAT <span class=\"soft\">mulai 26 Nov 2026</span>",
            "BPSIP NTT",
            "berakhir 31 Des 2025",
        ] {
            assert!(page.contains(expected), "{expected}: {page}");
        }
    }
    assert_eq!(office.sign_in("rina").await.get("/people").await.status, 404);
}

#[tokio::test]
async fn a_unit_that_was_renamed_is_called_as_it_was_on_old_letters_and_in_old_rows() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let signed_before = office.sign_in("markus").await.asks("Minta kamera").await;
    let signed_after = office.sign_in("markus").await.asks("Minta tripod").await;
    let reject = async |office: &Office, no: &str| {
        office.sign_in("hendra").await.completes(no, 1, DISPOSES).await;
        let rina = office.sign_in("rina").await;
        let rejects = [("outcome", "tolak"), ("t2-alasan", "ganda"), ("t2-ringkas", "Bukan kami.")];
        rina.completes(no, 2, &rejects).await;
        let explains = [
            ("outcome", "penjelasan"),
            ("t3-penjelasan", "Ditangani Bagian Umum."),
            ("passphrase-penjelasan", PASSPHRASE),
        ];
        assert_eq!(rina.completes(no, 3, &explains).await.status, 303);
    };
    reject(&office, &signed_before).await;
    let store = &office.desk.store;
    let ntt = store.unit(&UnitCode::new("BRMP-NTT")).await.expect("the store").expect("a unit");
    let old_name = ntt.name.clone();
    let renamed = ntt.renamed("Balai Baru NTT", date(2026, 11, 25)).expect("a new name");
    store.add_unit(renamed).await.expect("a unit");
    assert!(office.sign_in("rina").await.get("/cases").await.text.contains(&old_name), "not before its day");

    office.later("2026-11-25 09:00");
    reject(&office, &signed_after).await;
    let late = office.sign_in("markus").await.asks("Minta lampu").await;
    let rina = office.sign_in("rina").await;
    for (no, is_new) in [(&signed_before, false), (&signed_after, true)] {
        let letter = rina.get(&letter_of(&rina, no, 3).await.0).await.text;
        assert_eq!(letter.contains("Balai Baru NTT"), is_new, "{letter}");
        assert_eq!(letter.contains(&old_name), !is_new, "{letter}");
    }
    for (no, is_new) in [(&signed_after, false), (&late, true)] {
        let page = rina.get(&format!("/cases/{no}")).await.text;
        assert_eq!(page.contains("Balai Baru NTT"), is_new, "{page}");
    }
    let rows = rina.get("/register.csv").await.text;
    let row = |no: &str| rows.lines().find(|line| line.contains(no)).unwrap_or_default().to_owned();
    assert!(row(&signed_before).contains(&old_name) && row(&late).contains("Balai Baru NTT"), "{rows}");
    let sent = rina.get("/register/outgoing").await.text;
    assert!(sent.contains(&old_name) && sent.contains("Balai Baru NTT"), "{sent}");
    let people = office.sign_in("wahyu").await.get("/people").await.text;
    assert!(people.contains(&format!("sampai 24 Nov 2026: {old_name}")), "{people}");
}

#[tokio::test]
async fn a_unit_that_is_over_is_chosen_no_more_and_keeps_its_name_in_old_cases() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Minta kamera").await;
    let ends = Term { from: None, until: Some(date(2026, 11, 23)) };
    let unit = Unit { term: ends, ..Unit::new(UnitCode::new("BRMP-NTT"), "BRMP NTT", Zone::Wita) };
    office.desk.store.add_unit(unit).await.expect("a unit");
    let offered = async |office: &Office| {
        let form = office.sign_in("endang").await.get("/requests/new").await;
        assert_eq!(form.status, 200);
        form.text.contains("BRMP-NTT")
    };
    assert!(offered(&office).await, "its last day counts");
    office.later("2026-11-24 09:00");
    assert!(!offered(&office).await);
    assert!(office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text.contains("BRMP NTT"));
}
