//! The auditor, who reads everything and changes nothing.

use store::Scope;

use super::{Office, PNG, waits_for_signature};

async fn office_with_auditor() -> Office {
    let office = Office::at("2026-11-23 09:00").await;
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    office
}

#[tokio::test]
async fn an_auditor_reads_every_case_with_its_letters_and_the_people() {
    let office = office_with_auditor().await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let ratna = office.sign_in("ratna").await;
    assert_eq!(ratna.get("/").await.location, "/cases");
    for path in [
        "/cases",
        &format!("/cases/{no}"),
        &format!("/cases/{no}/documents/form"),
        &format!("/cases/{no}/documents/3-0"),
        &format!("/cases/{no}/documents/3-0/pdf"),
        &format!("/cases/{no}/dossier"),
        "/register",
        "/register/outgoing/csv",
        "/people",
        "/sop",
    ] {
        assert_eq!(ratna.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn an_auditor_changes_nothing_and_is_offered_nothing_to_change() {
    let office = office_with_auditor().await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let ratna = office.sign_in("ratna").await;
    let page = ratna.get(&format!("/cases/{no}")).await.text;
    assert!(!page.contains(&format!("action=\"/cases/{no}/")), "no form is on the page: {page}");
    assert!(!ratna.get("/register/outgoing").await.text.contains("action=\"/numbers"));

    let before = office.desk.store.case_file(&Scope::All, &no.as_str().into()).await.unwrap();
    for (act, form) in [
        ("notes", &[("text", "Sudah diperiksa"), ("audience", "office")][..]),
        ("suspension", &[("reason", "Menunggu")]),
        ("withdrawal", &[("reason", "Tidak perlu")]),
        ("reopening", &[("reason", "Rusak lagi")]),
        ("tasks/7/completion", &[("outcome", "kembalikan"), ("t7-dikembalikan", "x"), ("seen", "999")]),
        ("tasks/7/assignment", &[("assignee", "budi")]),
        ("documents/3-0/dispatches", &[("surel-3-0", "lain@brmp.example")]),
    ] {
        let answer = ratna.post(&format!("/cases/{no}/{act}"), form).await;
        assert!(answer.status >= 400, "{act}: {}", answer.status);
    }
    let file: &[(&str, Option<&str>, &[u8])] = &[("files", Some("a.png"), PNG)];
    assert!(ratna.post_files(&format!("/cases/{no}/attachments"), file).await.status >= 400);
    let after = office.desk.store.case_file(&Scope::All, &no.as_str().into()).await.unwrap();
    assert_eq!(after, before);
    for path in ["/inbox", "/requests", "/requests/new", "/signing", "/phrases"] {
        assert_eq!(ratna.get(path).await.status, 404, "{path}");
    }
    assert_eq!(ratna.post("/numbers", &[("purpose", "Surat")]).await.status, 404);
}
