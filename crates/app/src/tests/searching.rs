//! Finding cases on the pages and through the interface: who finds what, and how it is shown.

use serde_json::Value;

use super::{DISPOSES, Office};

async fn office_with_notes() -> (Office, String) {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs <b>mati</b> total").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let rina = office.sign_in("rina").await;
    for (text, audience) in
        [("Sandinya bocor, jangan disebar", "office"), ("Silakan dicoba lagi", "everyone")]
    {
        rina.post(&format!("/cases/{no}/notes"), &[("text", text), ("audience", audience)]).await;
    }
    (office, no)
}

#[tokio::test]
async fn the_office_finds_every_text_and_a_requester_their_own_requests_by_what_they_may_read() {
    let (office, no) = office_with_notes().await;
    let (rina, markus, sari) =
        (office.sign_in("rina").await, office.sign_in("markus").await, office.sign_in("sari").await);
    let found = rina.get("/search?q=bocor").await;
    assert_eq!(found.status, 200);
    assert!(found.text.contains("Sandinya <mark>bocor</mark>, jangan"), "{}", found.text);
    assert!(found.text.contains("Catatan internal") && found.text.contains(&format!("href=\"/cases/{no}\"")));
    for (who, q, finds) in [
        (&markus, "bocor", false),
        (&markus, "boc", false),
        (&markus, "bocro", false),
        (&markus, "dicoba", true),
        (&markus, no.as_str(), true),
        (&sari, "situs", false),
        (&sari, "situz", false),
        (&sari, no.as_str(), false),
    ] {
        let page = who.get(&format!("/search?q={q}")).await;
        let is_there = page.text.contains(&format!("href=\"/requests/{no}\""));
        assert_eq!((page.status, is_there), (200, finds), "{q}: {}", page.text);
        assert!(!page.text.contains("disebar") && !page.text.contains("<mark>bocor"), "{q}: {}", page.text);
    }
    assert!(!markus.get("/search?q=situs").await.text.contains("name=\"unit\""));
}

#[tokio::test]
async fn what_was_written_is_marked_and_never_becomes_part_of_the_page() {
    let (office, _) = office_with_notes().await;
    let rina = office.sign_in("rina").await;
    let page = rina.get("/search?q=mati").await.text;
    assert!(page.contains("Situs &#60;b&#62;<mark>mati</mark>&#60;/b&#62; total"), "{page}");
    let typed = rina.get("/search?q=%3Cscript%3E%22alert").await;
    assert!(typed.status == 200 && !typed.text.contains("<script>\"alert"), "{}", typed.text);
    for q in ["%22", "*", "a%00b", "NEAR(a%20b)", "%E2%80%AE", "-", "q%20AND%20NOT%20", "subject%3Ax"] {
        assert_eq!(rina.get(&format!("/search?q={q}")).await.status, 200, "{q}");
    }
    let nowhere = rina.get("/search?q=mati&after=g.1.1").await;
    assert!((400..500).contains(&nowhere.status), "{}", nowhere.status);
}

#[tokio::test]
async fn a_slip_is_told_with_a_way_to_search_exactly_and_nothing_found_helps_on() {
    let (office, no) = office_with_notes().await;
    let rina = office.sign_in("rina").await;
    let meant = rina.get("/search?q=stius").await.text;
    assert!(
        meant.contains("Menampilkan hasil untuk <strong>situs</strong>") && meant.contains(&no),
        "{meant}"
    );
    assert!(meant.contains("href=\"/search?q=stius&#38;exact=1\""), "{meant}");
    let exactly = rina.get("/search?q=stius&exact=1").await.text;
    assert!(exactly.contains("Tidak ada yang ditemukan") && !exactly.contains(&no), "{exactly}");
    let narrowed = rina.get("/search?q=situs&year=2020").await.text;
    assert!(narrowed.contains("href=\"/search?q=situs\"") && !narrowed.contains(&no), "{narrowed}");
    assert!(rina.get("/search").await.text.contains("Ketik kata atau nomor"));
    assert!(rina.get("/cases").await.text.contains("action=\"/search\""), "the box stands in the masthead");
    assert!(!office.sign_in("wahyu").await.get("/people").await.text.contains("action=\"/search\""));
}

#[tokio::test]
async fn programs_search_as_their_person_does() {
    let (office, no) = office_with_notes().await;
    let rina = office.acting("rina").await;
    let told = rina.get("/api/v1/search?q=bocor").await;
    assert_eq!(told.status, 200, "{}", told.json);
    let hit = &told.json["hits"][0];
    assert_eq!(
        (&hit["case"]["number"], &hit["excerpts"][0]["found_in"]),
        (&Value::from(no), &Value::from("note"))
    );
    assert_eq!(
        (&hit["excerpts"][0]["office_only"], &told.json["newest_only"]),
        (&true.into(), &false.into())
    );
    let parts = hit["excerpts"][0]["text"].as_array().expect("parts");
    assert!(parts.iter().any(|part| part["marked"] == true && part["text"] == "bocor"), "{parts:?}");
    assert_eq!(rina.get("/api/v1/search?q=stius").await.json["instead"], "situs");
    assert_eq!(rina.get("/api/v1/search?q=situs&state=x").await.status, 422);
    assert_eq!(rina.get("/api/v1/search?q=situs&year=0").await.status, 422);
    assert_eq!(rina.get("/api/v1/search?q=situs&after=x").await.status, 422);
    let markus = office.acting("markus").await;
    assert_eq!(markus.get("/api/v1/search?q=bocor").await.json["hits"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn beside_a_case_stand_earlier_ones_like_it_for_the_office_alone() {
    let (office, no) = office_with_notes().await;
    let markus = office.sign_in("markus").await;
    let new = markus.asks("Situs mati lagi, total").await;
    let rina = office.sign_in("rina").await;
    let case = rina.get(&format!("/cases/{new}")).await.text;
    assert!(case.contains(&format!("href=\"/cases/{new}/similar\"")), "{case}");
    let similar = rina.get(&format!("/cases/{new}/similar")).await.text;
    assert!(
        similar.contains("Kasus serupa") && similar.contains(&format!("href=\"/cases/{no}\"")),
        "{similar}"
    );
    let none = rina.get(&format!("/cases/{no}/similar")).await.text;
    assert!(none.contains("Tidak ada kasus terdahulu"), "{none}");
    assert_eq!(markus.get(&format!("/cases/{new}/similar")).await.status, 404);
}
