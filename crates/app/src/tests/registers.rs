//! The books of the office, and numbers of letters that are set aside.

use sop::case::{Actor, Channel, Registration};

use super::*;

/// A case whose refusal is signed: it has a disposition and two letters.
async fn refused_case(office: &Office) -> String {
    let no = waits_for_signature(office, "Belum dapat kami penuhi.").await;
    let signs = [("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];
    assert_eq!(office.sign_in("hendra").await.completes(&no, 7, &signs).await.status, 303);
    no
}

/// Sets a number aside and returns its key.
async fn reserves(visitor: &Visitor<'_>, purpose: &str) -> String {
    let answer = visitor.post("/numbers", &[("purpose", purpose)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let key = answer.location.rsplit_once("#nomor-").map(|(_, key)| key.to_owned());
    key.unwrap_or_else(|| panic!("{} leads to no number", answer.location))
}

#[tokio::test]
async fn the_books_tell_what_came_what_was_disposed_and_what_went_out() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = refused_case(&office).await;
    let endang = office.sign_in("endang").await;
    for (book, told) in [
        ("incoming", &["23 Nov 2026 09.00 WIB", "BRMP NTT", "Markus Lado", "Minta kamera", "Formulir"][..]),
        (
            "dispositions",
            &[
                "Hendra Prawira",
                "Biasa",
                "Ketua Kelompok/Tim Kerja Substansi",
                "Proses lebih lanjut",
                "Minta kamera",
            ][..],
        ),
        ("outgoing", &["TU.120/", "Jawaban", "Hendra Prawira", "Rina Wulandari", "BRMP NTT"][..]),
    ] {
        let page = endang.get(&format!("/register/{book}")).await;
        assert_eq!(page.status, 200);
        let csv = endang.get(&format!("/register/{book}/csv")).await;
        let pdf = endang.get(&format!("/register/{book}/pdf?from=01-11-2026&until=30-11-2026")).await;
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(pdf.headers["content-type"], "application/pdf");
        assert!(pdf.text.contains("November 2026, "), "{}", pdf.text);
        for told in told {
            assert!(page.text.contains(told), "no {told} in {}", page.text);
            assert!(pdf.text.contains(told), "no {told} in {}", pdf.text);
            let told = told.replace("23 Nov 2026 09.00 WIB", "2026-11-23 09:00");
            assert!(csv.text.contains(&told), "no {told} in {}", csv.text);
        }
        assert!(page.text.contains(&format!("href=\"/cases/{no}\"")));
        let before = endang.get(&format!("/register/{book}?until=22-11-2026")).await.text;
        assert!(before.contains("Belum ada catatan dalam masa ini.") && !before.contains("TU.120/"));
    }
    assert_eq!(endang.get("/register/lain").await.status, 404);
}

#[tokio::test]
async fn a_file_has_the_separator_of_its_reader_s_spreadsheet() {
    let office = Office::at("2026-11-23 09:00").await;
    office.sign_in("markus").await.asks("=1+1; lalu, dua").await;
    let rina = office.sign_in("rina").await;
    let csv = rina.get("/register/incoming/csv").await.text;
    assert!(csv.starts_with("\u{feff}Agenda;Dicatat;Diterima (WIB);Dari satker;"), "{csv}");
    assert!(csv.contains(";\"'=1+1; lalu, dua\";Formulir;"), "{csv}");
    let cookie = format!("{}; sigap_bahasa=en", rina.cookie);
    let english = Visitor { office: &office, cookie }.get("/register/incoming/csv").await.text;
    assert!(english.starts_with("\u{feff}Agenda,Entered,Received (WIB),From unit,"), "{english}");
}

#[tokio::test]
async fn a_period_that_cannot_be_read_is_told_at_its_field_and_prints_nothing() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    for path in ["", "/csv", "/pdf"] {
        let answer = rina.get(&format!("/register/outgoing{path}?from=kemarin")).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("id=\"from-error\"") && answer.text.contains("value=\"kemarin\""));
    }
    assert_eq!(rina.get("/register/outgoing?after=2026-x").await.status, 400);
}

#[tokio::test]
async fn a_period_too_long_to_print_is_told_with_the_limit() {
    let office = Office::at("2026-11-23 09:00").await;
    let actor = Actor::person_with("endang", vec![Role::new("agenda")]);
    let entries = [("jenis", "aplikasi"), ("uraian", "Tidak tampil."), ("sifat", "biasa")];
    let entries = entries.map(|(field, entry)| (field.to_owned(), vec![entry.to_owned()]));
    let registration = Registration {
        requester: None,
        requester_name: "Yohanes Lado".to_owned(),
        contact: "pesawat 114".to_owned(),
        unit: UnitCode::new("BRMP-NTT"),
        subject: "Situs tidak tampil".to_owned(),
        channel: Channel::Letter,
        received_at: office.desk.now(),
        letter_no: String::new(),
        letter_date: None,
        entries: entries.into(),
        files: Vec::new(),
    };
    let endang = office.sign_in("endang").await;
    for _ in 0..500 {
        office.desk.register(&actor, registration.clone()).await.expect("a request");
    }
    assert_eq!(endang.get("/register/incoming/pdf").await.headers["content-type"], "application/pdf");
    office.desk.register(&actor, registration).await.expect("one more");
    let refused = endang.get("/register/incoming/pdf").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("lebih dari 500 catatan"), "{}", refused.text);
    assert_eq!(endang.get("/register/incoming/csv").await.text.lines().count(), 502, "a file has them all");
}

#[tokio::test]
async fn a_letter_signed_later_takes_the_number_and_the_day_that_were_set_aside() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let key = reserves(&office.sign_in("endang").await, "Jawaban kepada BRMP NTT").await;
    assert_eq!(key, "2026-2", "the explanation was the first");
    office.later("2026-11-25 10:00");

    let hendra = office.sign_in("hendra").await;
    let form = hendra.get(&format!("/cases/{no}")).await.text;
    assert!(form.contains("2/TU.120/H.1/11/2026, 23 Nov 2026: Jawaban kepada BRMP NTT"), "{form}");
    let signs =
        [("outcome", "tandatangani"), ("number-tandatangani", &key), ("passphrase-tandatangani", PASSPHRASE)];
    let answer = hendra.completes(&no, 7, &signs).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let (address, _) = letter_of(&hendra, &no, 7).await;
    let letter = hendra.get(&format!("{address}/pdf")).await.text;
    assert!(letter.contains("2/TU.120/H.1/11/2026") && letter.contains("23 November 2026"), "{letter}");
    let case = hendra.get(&format!("/cases/{no}")).await.text;
    assert!(case.contains("surat nomor 2/TU.120/H.1/11/2026. Nomornya dicadangkan 23 Nov 2026."), "{case}");

    let agenda = hendra.get("/register/outgoing").await.text;
    let remark = "Dicadangkan Endang Lestari, 23 Nov 2026 09.00 WIB: Jawaban kepada BRMP NTT";
    assert!(agenda.contains(remark) && !agenda.contains("id=\"nomor-2026-2\""), "{agenda}");
    assert_eq!(office.desk.store.next_letter_number(2026).await.expect("a number"), 3);
}

#[tokio::test]
async fn a_letter_signed_in_january_with_a_number_of_december_stays_in_its_year() {
    let mut office = Office::at("2026-12-30 09:00").await;
    let old = waits_for_signature(&office, "Untuk tahun lama.").await;
    let new = waits_for_signature(&office, "Untuk tahun baru.").await;
    let key = reserves(&office.sign_in("endang").await, "Surat akhir tahun").await;
    office.later("2027-01-04 09:00");
    let hendra = office.sign_in("hendra").await;
    let sign = async |no: &str, number: &str| {
        let signs = [
            ("outcome", "tandatangani"),
            ("number-tandatangani", number),
            ("passphrase-tandatangani", PASSPHRASE),
        ];
        let answer = hendra.completes(no, 7, &signs).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let (address, _) = letter_of(&hendra, no, 7).await;
        hendra.get(&format!("{address}/pdf")).await.text
    };
    let letter = sign(&old, &key).await;
    assert!(letter.contains("3/TU.120/H.1/12/2026") && letter.contains("30 Desember 2026"), "{letter}");
    let letter = sign(&new, "").await;
    assert!(letter.contains("\"1/TU.120/H.1/01/2027\"") && letter.contains("4 Januari 2027"), "{letter}");
}

#[tokio::test]
async fn a_number_is_given_up_once_with_a_reason_that_stands_in_the_agenda() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let endang = office.sign_in("endang").await;
    let key = reserves(&endang, "Surat tugas").await;
    let voiding = format!("/numbers/{key}/voiding");
    let reason = format!("reason-{key}");

    let nameless = endang.post(&voiding, &[(&reason, "  ")]).await;
    assert_eq!(nameless.status, 422);
    assert!(nameless.text.contains(&format!("href=\"#{reason}\"")), "{}", nameless.text);
    assert_eq!(endang.post(&voiding, &[(&reason, "Tidak jadi berangkat")]).await.status, 303);
    let again = endang.post(&voiding, &[(&reason, "Sekali lagi")]).await;
    assert_eq!(again.status, 409);
    assert!(again.text.contains("tidak ada yang berubah") && again.text.contains("Sekali lagi"));

    let agenda = endang.get("/register/outgoing").await.text;
    let explained = "Dibatalkan Endang Lestari, 23 Nov 2026 09.00 WIB: Tidak jadi berangkat. \
                     Dicadangkan Endang Lestari, 23 Nov 2026 09.00 WIB.";
    assert!(agenda.contains("Surat tugas") && agenda.contains(explained), "{agenda}");
    // Nobody signs with it any more, and the next letter does not take it either.
    let hendra = office.sign_in("hendra").await;
    let signs =
        [("outcome", "tandatangani"), ("number-tandatangani", &key), ("passphrase-tandatangani", PASSPHRASE)];
    let refused = hendra.completes(&no, 7, &signs).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Nomor cadangan itu sudah dipakai atau dibatalkan"), "{}", refused.text);
    assert_eq!(office.desk.store.next_letter_number(2026).await.expect("a number"), 3);
}

#[tokio::test]
async fn numbers_are_set_aside_by_those_who_keep_the_agenda_or_sign() {
    let office = Office::at("2026-11-23 09:00").await;
    for (id, may) in [
        ("endang", true),
        ("hendra", true),
        ("rina", true),
        ("budi", false),
        ("wahyu", false),
        ("markus", false),
    ] {
        let visitor = office.sign_in(id).await;
        let answer = visitor.post("/numbers", &[("purpose", "Surat tugas")]).await;
        assert_eq!(answer.status, if may { 303 } else { 404 }, "{id}");
        let voided = visitor.post("/numbers/2026-1/voiding", &[("reason-2026-1", "")]).await;
        assert_eq!(voided.status, if may { 422 } else { 404 }, "{id}");
    }
    let budi = office.sign_in("budi").await.get("/register/outgoing").await.text;
    assert!(budi.contains("Surat tugas") && !budi.contains("action=\"/numbers\""), "he reads the agenda");
    let endang = office.sign_in("endang").await;
    let long = "panjang ".repeat(40);
    for purpose in ["", " \t", long.as_str()] {
        let answer = endang.post("/numbers", &[("purpose", purpose)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("href=\"#purpose\"") && answer.text.contains(purpose.trim()));
    }
    assert_eq!(office.desk.store.next_letter_number(2026).await.expect("a number"), 4, "none was taken");
}

#[tokio::test]
async fn no_number_is_older_than_what_it_answers() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let key = reserves(&office.sign_in("endang").await, "Surat tugas").await;
    office.later("2026-11-24 09:00");
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let hendra = office.sign_in("hendra").await;
    assert!(!hendra.get(&format!("/cases/{no}")).await.text.contains("number-tandatangani"));
    let signs =
        [("outcome", "tandatangani"), ("number-tandatangani", &key), ("passphrase-tandatangani", PASSPHRASE)];
    assert_eq!(hendra.completes(&no, 7, &signs).await.status, 409);
}
