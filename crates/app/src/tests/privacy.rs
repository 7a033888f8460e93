//! Personal data: that the notice tells of all that is kept, what people get of their own, and the clock of
//! their requests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sop::case::{PersonId, UnitCode};
use sop::definition::Role;
use store::{Correcting, NewPerson, Period};

use super::{Office, Visitor, waits_for_signature};
use crate::privacy::KEPT;

/// In which tables that lies of which the notice tells.
const TABLES: &[(&str, &[&str])] = &[
    ("account", &["people", "postings", "held_roles", "person_skills"]),
    ("signing-in", &["sessions", "api_tokens", "second_factors", "passkeys", "directory_people"]),
    (
        "secrets",
        &[
            "sign_in_failures",
            "request_counts",
            "recovery_codes",
            "awaited_codes",
            "registration_keys",
            "passkey_challenges",
            "provider_sign_ins",
        ],
    ),
    ("signing-key", &["signing_keys", "bsre_signers"]),
    ("acting", &["mandates", "absences"]),
    (
        "cases",
        &[
            "events",
            "event_texts",
            "cases",
            "case_search",
            "found_cases",
            "found_words",
            "found_word_keys",
            "letters",
        ],
    ),
    (
        "work",
        &[
            "destruction_acts",
            "destruction_lists",
            "dispositions",
            "open_tasks",
            "task_holds",
            "phrases",
            "reserved_numbers",
            "webhooks",
        ],
    ),
    ("readings", &["readings"]),
    ("corrections", &["corrections"]),
    ("data-requests", &["data_requests"]),
];

/// The tables of the store with a column that is declared personal.
fn personal_tables() -> BTreeSet<String> {
    let declared: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(include_str!("../../../store/personal.toml")).expect("personal.toml");
    let personal = declared.into_iter().filter(|(_, columns)| columns.values().any(|is| is == "personal"));
    personal.map(|(table, _)| table).collect()
}

async fn export(who: &Visitor<'_>) -> Value {
    let answer = who.get("/account/data/export").await;
    assert_eq!(answer.status, 200);
    serde_json::from_str(&answer.text).expect("JSON")
}

#[tokio::test]
async fn the_notice_tells_of_every_table_with_personal_data_and_anybody_may_read_it() {
    let told: BTreeSet<String> =
        TABLES.iter().flat_map(|(_, tables)| *tables).map(|table| (*table).to_owned()).collect();
    assert_eq!(told, personal_tables(), "tell of each table in the notice, and put it in TABLES");
    let names: Vec<&str> = KEPT.iter().map(|kept| kept.name).collect();
    assert_eq!(names, TABLES.iter().map(|(name, _)| *name).collect::<Vec<_>>());

    let mut office = Office::at("2026-11-23 09:00").await;
    office.settings.access_log_days = 400;
    let page = office.stranger().get("/privacy").await;
    assert_eq!(page.status, 200);
    for said in ["400 hari", "2 tahun aktif dan 3 tahun inaktif", "anggapan", "3×24 jam kalender", "Pasal 20"]
    {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(!page.text.contains("kept-"), "each item has its words: {}", page.text);
    assert!(office.stranger().get("/sign-in").await.text.contains("href=\"/privacy\""));
}

#[tokio::test]
async fn people_get_all_that_is_held_about_them_and_nothing_of_others() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    office.sign_in("sari").await.asks("Rahasia Sari").await;
    let rina = office.sign_in("rina").await;
    for (text, audience) in [("Hanya untuk kantor.", "office"), ("Untuk pemohon.", "everyone")] {
        rina.post(&format!("/cases/{no}/notes"), &[("text", text), ("audience", audience)]).await;
    }
    rina.get(&format!("/cases/{no}")).await;
    let markus = office.sign_in("markus").await;
    markus.post("/account/data", &[("kind", "access"), ("text", "Apa yang disimpan?")]).await;

    let all = export(&markus).await;
    let sections: BTreeSet<&str> = all.as_object().expect("sections").keys().map(String::as_str).collect();
    let promised: BTreeSet<&str> = KEPT.iter().filter_map(|kept| kept.given_out_as).collect();
    assert!(promised.is_subset(&sections), "{promised:?} in {sections:?}");
    assert_eq!(all["account"]["email"], "markus@brmp.example");
    assert!(all["signing_in"]["sessions"].as_array().is_some_and(|sessions| !sessions.is_empty()));
    assert_eq!(all["cases"].as_array().map(Vec::len), Some(1));
    assert_eq!(all["cases"][0]["number"], no.as_str());
    assert_eq!(all["readings"][0]["person"], "rina");
    assert_eq!(all["data_requests"][0]["text"], "Apa yang disimpan?");
    let text = all.to_string();
    for theirs in ["Minta kamera", "0812 5550 0142", "Situs tidak tampil.", "Untuk pemohon."] {
        assert!(text.contains(theirs), "{theirs}: {text}");
    }
    for foreign in ["Rahasia Sari", "Hanya untuk kantor.", "Belum dapat kami penuhi.", "argon2", "pkcs12"] {
        assert!(!text.contains(foreign), "{foreign}: {text}");
    }
    // Whoever signs is told of their key, and never gets it.
    let hendra = export(&office.sign_in("hendra").await).await;
    assert_eq!(hendra["signing_key"]["kept"]["holder"], "Pemegang hendra");
    assert!(!hendra.to_string().contains(super::PASSPHRASE));
}

#[tokio::test]
async fn a_request_about_ones_data_runs_for_three_times_twenty_four_hours_weekends_included() {
    // A Friday: the three days end on Monday.
    let mut office = Office::at("2026-11-20 15:00").await;
    let asks = [("kind", "correction"), ("text", "Nama saya Markus Ladu.")];
    assert_eq!(office.sign_in("markus").await.post("/account/data", &asks).await.status, 303);
    let due = "Senin 23 Nov 2026 15.00 WIB";
    for (person, path) in [("markus", "/account/data"), ("wahyu", "/data-requests")] {
        let page = office.sign_in(person).await.get(path).await.text;
        for said in ["Perbaikan", "Nama saya Markus Ladu.", due, "sisa 72 jam"] {
            assert!(page.contains(said), "{person}: {said}: {page}");
        }
    }
    office.later("2026-11-23 15:01");
    for (person, path) in [("markus", "/account/data"), ("wahyu", "/data-requests")] {
        let page = office.sign_in(person).await.get(path).await.text;
        assert!(page.contains("Lewat waktu: seharusnya dijawab Senin 23 Nov 2026"), "{person}: {page}");
    }
    for (person, status) in [("markus", 404), ("rina", 404), ("wahyu", 422)] {
        let nothing = office.sign_in(person).await.post("/data-requests/1/answer", &[("answer", " ")]).await;
        assert_eq!(nothing.status, status, "{person}");
    }
    let answer = [("answer", "Sudah kami perbaiki.")];
    let wahyu = office.sign_in("wahyu").await;
    assert_eq!(wahyu.post("/data-requests/1/answer", &answer).await.status, 303);
    assert_eq!(wahyu.post("/data-requests/1/answer", &answer).await.status, 404, "it is answered once");
    assert!(wahyu.get("/data-requests").await.text.contains("Tidak ada permohonan"));
    let page = office.sign_in("markus").await.get("/account/data").await.text;
    assert!(page.contains("Sudah kami perbaiki.") && page.contains("oleh Wahyu Nugroho"), "{page}");
    assert!(!office.sign_in("sari").await.get("/account/data").await.text.contains("Markus Ladu"));
}

#[tokio::test]
async fn answered_requests_are_found_again_with_who_answered_and_whether_in_time() {
    let mut office = Office::at("2026-11-20 15:00").await;
    for text in ["Pertama", "Kedua"] {
        office.sign_in("markus").await.post("/account/data", &[("kind", "access"), ("text", text)]).await;
    }
    let answer = [("answer", "Ini datanya.")];
    office.later("2026-11-21 15:00");
    office.sign_in("wahyu").await.post("/data-requests/1/answer", &answer).await;
    office.later("2026-11-23 16:00");
    office.sign_in("wahyu").await.post("/data-requests/2/answer", &answer).await;
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    for reader in ["wahyu", "ratna"] {
        let page = office.sign_in(reader).await.get("/data-requests/answered").await.text;
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
        assert!(place("Kedua") < place("Pertama"), "the last answer first");
        assert!(place("Lewat 3×24 jam: 73 jam") < place("Dalam 3×24 jam: 24 jam"));
        place("oleh Wahyu Nugroho");
    }
    let wahyu = office.sign_in("wahyu").await;
    let first = office.desk.store.answered_data_requests(None, 1).await.expect("a page");
    let older = wahyu.get(&format!("/data-requests/answered?after={}", first.next.expect("more"))).await.text;
    assert!(older.contains("Pertama") && !older.contains("Kedua"), "{older}");
    assert_eq!(wahyu.get("/data-requests/answered?after=x.1").await.status, 400);
}

#[tokio::test]
async fn what_was_corrected_is_seen_by_whom_it_is_about_the_admin_and_the_auditor() {
    let office = Office::at("2026-11-20 15:00").await;
    let mended = NewPerson {
        name: "Markus Ladu".to_owned(),
        nip: None,
        email: "markus@brmp.example".to_owned(),
        id: PersonId::new("markus"),
        periods: vec![Period::always("Analis", UnitCode::new("BRMP-NTT"), [Role::new("pemohon")])],
        password_hash: String::new(),
    };
    let why = "Permohonan 1 dikabulkan";
    let correcting =
        Correcting { by: Some(PersonId::new("wahyu")), at: office.desk.now(), why: why.to_owned() };
    office.desk.store.put_people(&[mended], office.desk.today(), &correcting).await.expect("a correction");
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    for (reader, path) in
        [("markus", "/account/data"), ("wahyu", "/people/corrections"), ("ratna", "/people/corrections")]
    {
        let page = office.sign_in(reader).await.get(path).await.text;
        for said in ["Markus Lado", "Markus Ladu", "Wahyu Nugroho", why] {
            assert!(page.contains(said), "{reader}: {said}: {page}");
        }
    }
    let all = export(&office.sign_in("markus").await).await;
    assert_eq!(
        all["corrections"].as_array().expect("corrections").last().expect("one")["before"],
        "Markus Lado"
    );
    let sari = office.sign_in("sari").await;
    assert!(!sari.get("/account/data").await.text.contains("Ladu"));
    assert_eq!(export(&sari).await["corrections"], serde_json::json!([]));
    assert_eq!(sari.get("/people/corrections").await.status, 404);
}

#[tokio::test]
async fn a_request_without_words_is_returned_and_five_may_wait() {
    let office = Office::at("2026-11-20 15:00").await;
    let markus = office.sign_in("markus").await;
    assert_eq!(markus.post("/account/data", &[("kind", "access"), ("text", " ")]).await.status, 422);
    let long = "a".repeat(2_001);
    let refused = markus.post("/account/data", &[("kind", "correction"), ("text", &long)]).await;
    assert!(refused.status == 422 && refused.text.contains(&long), "what was typed is kept");
    for _ in 0..5 {
        assert_eq!(markus.post("/account/data", &[("kind", "access"), ("text", "Apa?")]).await.status, 303);
    }
    let sixth = markus.post("/account/data", &[("kind", "access"), ("text", "Keenam")]).await;
    assert!(sixth.status == 422 && sixth.text.contains("masih menunggu jawaban"), "{}", sixth.text);
    assert!(sixth.text.contains("Keenam"));
}

#[tokio::test]
async fn a_destroyed_case_says_so_calmly_wherever_it_is_asked_for() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    let no = markus.asks("Rahasia Markus").await;
    markus.post(&format!("/cases/{no}/withdrawal"), &[("text", "Sudah dapat sendiri.")]).await;
    office.later("2032-01-05 09:00");
    super::retention::destroys_all_that_is_due(&office).await;

    let rina = office.sign_in("rina").await;
    for part in ["", "/dossier", "/documents/form", "/documents/form/pdf", "/attachments/2", "/readings"] {
        let page = rina.get(&format!("/cases/{no}{part}")).await;
        let said = page.text.contains("dimusnahkan pada 5 Jan 2032 menurut berita acara nomor 1");
        assert!(page.status == 404 || (page.status == 410 && said), "{part}: {} {}", page.status, page.text);
    }
    assert_eq!(rina.get(&format!("/cases/{no}")).await.status, 410);
    let reopened = rina.post(&format!("/cases/{no}/reopening"), &[("text", "Dibuka lagi")]).await;
    assert_eq!(reopened.status, 410, "{}", reopened.text);
    for list in ["/cases", "/cases?q=Rahasia", "/register", "/register.csv", "/register/incoming"] {
        let page = rina.get(list).await;
        assert_eq!(page.status, 200, "{list}: {}", page.text);
        assert!(!page.text.contains("Rahasia Markus") && !page.text.contains("Markus Lado"), "{list}");
    }
    let markus = office.sign_in("markus").await;
    assert_eq!(markus.get(&format!("/requests/{no}")).await.status, 404, "nothing leads to them any more");
}
