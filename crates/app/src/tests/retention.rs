//! Retensi: which cases are due, the lists by which they are destroyed, and requests for erasure.

use super::{Office, PASSPHRASE, PASSWORD, PlainMailer, waits_for_signature};
use crate::letters::MailError;
use crate::retention;

/// What a form sends that proposes a list.
fn proposal<'a>(cases: &[&'a str], basis: &'a str) -> Vec<(&'static str, &'a str)> {
    cases.iter().map(|case| ("cases", *case)).chain([("basis", basis)]).collect()
}

/// Markus asks, and no longer needs it.
async fn ended(office: &Office, subject: &str) -> String {
    let markus = office.sign_in("markus").await;
    let no = markus.asks(subject).await;
    markus.post(&format!("/cases/{no}/withdrawal"), &[("text", "Sudah dapat sendiri.")]).await;
    no
}

/// Wahyu proposes a list, and where it is seen.
async fn proposed(office: &Office, cases: &[&str]) -> String {
    let form = proposal(cases, "JRA Kementan 2030");
    let sent = office.sign_in("wahyu").await.post("/retention", &form).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    sent.location
}

async fn digest(office: &Office, list: u32) -> String {
    office.desk.store.destruction_list(list).await.expect("a store").expect("the list").digest
}

async fn approved(office: &Office, list: u32) {
    let digest = digest(office, list).await;
    let form = [("digest", digest.as_str()), ("password", PASSWORD)];
    let sent = office.sign_in("hendra").await.post(&format!("/retention/{list}/approval"), &form).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
}

async fn carried_out(office: &Office, list: u32) {
    let sent = office.sign_in("wahyu").await.post(&format!("/retention/{list}/destruction"), &[]).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
}

/// Proposes all that is due, has it approved, and carries it out.
pub(super) async fn destroys_all_that_is_due(office: &Office) {
    let due = retention::due(&office.desk).await.expect("what is due");
    let cases: Vec<&str> = due.iter().map(|listed| listed.case.as_str()).collect();
    let address = proposed(office, &cases).await;
    let list = address.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a list");
    approved(office, list).await;
    carried_out(office, list).await;
}

#[tokio::test]
async fn a_case_is_due_on_the_first_day_after_its_years() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = ended(&office, "Rahasia Markus").await;
    office.sign_in("markus").await.asks("Masih berjalan").await;
    for (day, is_due) in [("2031-12-31 23:00", false), ("2032-01-01 07:00", true)] {
        office.later(day);
        let page = office.sign_in("wahyu").await.get("/retention").await;
        assert_eq!(page.status, 200);
        assert_eq!(page.text.contains(&no), is_due, "{day}: {}", page.text);
        assert!(!page.text.contains("Rahasia Markus"), "whoever keeps the accounts sees no case");
    }
}

#[tokio::test]
async fn a_list_is_proposed_approved_under_a_password_and_carried_out_by_different_people() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let (gone, kept) = (ended(&office, "Satu").await, ended(&office, "Dua").await);
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    office.later("2032-01-05 09:00");
    let wahyu = office.sign_in("wahyu").await;
    let nothing = wahyu.post("/retention", &proposal(&[], "")).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text.contains("sekurang-kurangnya satu kasus"), "{}", nothing.text);
    let address = proposed(&office, &[&gone]).await;
    assert_eq!(address, "/retention/1");
    let mine = wahyu.get("/retention").await.text;
    assert!(mine.contains("1 kasus, diusulkan") && mine.contains("Menunggu persetujuan"), "{mine}");

    let digest = digest(&office, 1).await;
    let right = [("digest", digest.as_str()), ("password", PASSWORD)];
    assert_eq!(wahyu.post("/retention/1/approval", &right).await.status, 404, "approving is not theirs");
    let hendra = office.sign_in("hendra").await;
    assert!(hendra.get("/retention/1").await.text.contains("JRA Kementan 2030"));
    assert!(hendra.get("/retention/1").await.text.contains(&format!("href=\"/cases/{gone}\"")));
    for (digest, password, status) in
        [(digest.as_str(), "", 422), (&digest, "bukan ini", 422), ("lain", PASSWORD, 409)]
    {
        let form = [("digest", digest), ("password", password)];
        assert_eq!(hendra.post("/retention/1/approval", &form).await.status, status, "{password}");
    }
    let early = wahyu.post("/retention/1/destruction", &[]).await;
    assert!(early.status == 409 && early.text.contains("belum disetujui"), "{}", early.text);
    let usul = wahyu.get("/retention/1/pdf").await.text;
    assert!(usul.contains("\"mark\":\"USULAN\""), "{usul}");
    approved(&office, 1).await;
    assert_eq!(
        office.sign_in("rina").await.get(&format!("/cases/{gone}")).await.status,
        200,
        "nothing is gone yet"
    );
    carried_out(&office, 1).await;
    let rina = office.sign_in("rina").await;
    assert_eq!(rina.get(&format!("/cases/{gone}")).await.status, 410);
    assert_eq!(rina.get(&format!("/cases/{kept}")).await.status, 200, "it was not ticked");

    for who in ["wahyu", "hendra", "ratna"] {
        let reader = office.sign_in(who).await;
        let page = reader.get("/retention/1").await.text;
        for said in ["Sudah dilaksanakan", "oleh Wahyu Nugroho.", "oleh Hendra", "Dimusnahkan"] {
            assert!(page.contains(said), "{who}: {said}: {page}");
        }
        let record = reader.get("/retention/1/pdf").await;
        assert_eq!(
            record.headers.get("content-type").and_then(|kind| kind.to_str().ok()),
            Some("application/pdf")
        );
        for said in [
            "Berita acara pemusnahan arsip nomor 1",
            "telah dimusnahkan 1 berkas kasus",
            "JRA Kementan 2030",
            "5 Januari 2032 pukul 09.00 WIB oleh Wahyu Nugroho",
            "Yang menyetujui",
            "Saksi",
            &gone,
            "\"mark\":null",
        ] {
            assert!(record.text.contains(said), "{who}: {said}: {}", record.text);
        }
    }
    for who in ["rina", "budi", "markus"] {
        assert_eq!(office.sign_in(who).await.get("/retention/1").await.status, 404, "{who}");
    }
}

#[tokio::test]
async fn a_list_is_withdrawn_or_refused_with_a_reason_and_its_cases_are_due_again() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = ended(&office, "Satu").await;
    office.later("2032-01-05 09:00");
    let (wahyu, hendra) = (office.sign_in("wahyu").await, office.sign_in("hendra").await);
    for (list, who, act, state) in [(1, &wahyu, "withdrawal", "Ditarik"), (2, &hendra, "refusal", "Ditolak")]
    {
        assert_eq!(proposed(&office, &[&no]).await, format!("/retention/{list}"));
        assert!(!wahyu.get("/retention").await.text.contains(&no), "it is on a list");
        let (address, field) = (format!("/retention/{list}/{act}"), format!("{act}-reason"));
        let silent = who.post(&address, &[(&field, " ")]).await;
        assert_eq!(silent.status, 422, "{}", silent.text);
        let other = if act == "refusal" { &wahyu } else { &hendra };
        assert_eq!(other.post(&address, &[(&field, "x")]).await.status, 404, "{act} is not theirs");
        assert_eq!(who.post(&address, &[(&field, "Masih diperiksa.")]).await.status, 303);
        let page = hendra.get(&format!("/retention/{list}")).await.text;
        assert!(page.contains(state) && page.contains("Masih diperiksa."), "{page}");
        assert!(wahyu.get("/retention").await.text.contains(&no), "it is due again");
        let again = who.post(&address, &[(&field, "x")]).await;
        assert!(again.status == 409 && again.text.contains("tidak lagi menunggu"), "{}", again.text);
    }
}

#[tokio::test]
async fn whoever_proposed_a_list_does_not_approve_it_in_the_place_of_another_either() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = ended(&office, "Satu").await;
    office.employs("dua", "Dua Peran", &["admin", "sekretaris"]).await;
    office.later("2032-01-05 09:00");
    let both = office.sign_in("dua").await;
    assert_eq!(both.post("/retention", &proposal(&[&no], "JRA")).await.status, 303);
    let page = both.get("/retention/1").await.text;
    assert!(page.contains("orang lain yang menyetujuinya") && !page.contains("/approval"), "{page}");
    let digest = digest(&office, 1).await;
    let form = [("digest", digest.as_str()), ("password", PASSWORD)];
    let own = both.post("/retention/1/approval", &form).await;
    assert!(own.status == 409 && own.text.contains("Mintalah orang lain"), "{}", own.text);
}

#[tokio::test]
async fn a_request_for_erasure_that_is_granted_goes_on_a_list_and_before_its_years_needs_a_legal_basis() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let markus = office.sign_in("markus").await;
    assert!(!markus.get("/account/data").await.text.contains("Penghapusan"), "nothing of theirs has ended");
    let running = markus.asks("Masih berjalan").await;
    let no = ended(&office, "Rahasia Markus").await;
    for (case, text) in [("", "Hapus"), (running.as_str(), "Hapus"), ("2026-9999", "Hapus"), (&no, " ")] {
        let form = [("kind", "erasure"), ("case", case), ("text", text)];
        assert_eq!(markus.post("/account/data", &form).await.status, 422, "{case:?} {text:?}");
    }
    let asks = [("kind", "erasure"), ("case", no.as_str()), ("text", "Mohon dihapus.")];
    for _ in 0..2 {
        assert_eq!(markus.post("/account/data", &asks).await.status, 303);
    }

    let wahyu = office.sign_in("wahyu").await;
    let waiting = wahyu.get("/data-requests").await.text;
    for said in ["Penghapusan", "Mohon dihapus.", "disimpan sampai akhir 2031", "Dasar hukum"] {
        assert!(waiting.contains(said), "{said}: {waiting}");
    }
    let mut grants = vec![("answer", "Kami kabulkan."), ("grant", "yes")];
    let without = wahyu.post("/data-requests/1/answer", &grants).await;
    assert_eq!(without.status, 422, "{}", without.text);
    assert!(without.text.contains("Kami kabulkan."), "what was typed is kept");
    grants.push(("legal-basis", "Putusan 12/2026"));
    let granted = wahyu.post("/data-requests/1/answer", &grants).await;
    assert_eq!((granted.status, granted.location.as_str()), (303, "/retention/1"), "{}", granted.text);
    let twice = wahyu.post("/data-requests/2/answer", &grants).await;
    assert!(twice.status == 422 && twice.text.contains("tidak dapat diusulkan"), "{}", twice.text);
    let list = wahyu.get("/retention/1").await.text;
    assert!(list.contains("Permohonan penghapusan nomor 1") && list.contains("Putusan 12/2026"), "{list}");
    let page = markus.get("/account/data").await.text;
    assert!(page.contains("Kami kabulkan.") && page.contains("nomor 1: Menunggu persetujuan"), "{page}");

    approved(&office, 1).await;
    carried_out(&office, 1).await;
    let page = markus.get("/account/data").await.text;
    assert!(page.contains("nomor 1: Sudah dilaksanakan"), "{page}");
    assert_eq!(office.sign_in("rina").await.get(&format!("/cases/{no}")).await.status, 410);

    // Once its years are over nothing more than the request is needed.
    let old = ended(&office, "Lama").await;
    let asks = [("kind", "erasure"), ("case", old.as_str()), ("text", "Mohon dihapus.")];
    office.later("2032-01-05 09:00");
    assert_eq!(office.sign_in("markus").await.post("/account/data", &asks).await.status, 303);
    let grants = [("answer", "Kami kabulkan."), ("grant", "yes")];
    assert_eq!(office.sign_in("wahyu").await.post("/data-requests/3/answer", &grants).await.status, 303);
}

#[tokio::test]
async fn orders_about_a_destroyed_case_end_quietly() {
    let away = || MailError::Temporary("451 try again later".to_owned());
    let mailer = PlainMailer::answering([away(), away(), away()]);
    let mut office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let signs = [("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];
    assert_eq!(office.sign_in("hendra").await.completes(&no, 7, &signs).await.status, 303);
    office.works().await;
    let tried = mailer.got().len();
    assert!(tried > 0, "the letter did not go out yet");
    let markus = office.sign_in("markus").await;
    let asks = [("kind", "erasure"), ("case", no.as_str()), ("text", "Mohon dihapus.")];
    assert_eq!(markus.post("/account/data", &asks).await.status, 303);
    let grants = [("answer", "Kami kabulkan."), ("grant", "yes"), ("legal-basis", "Putusan 12/2026")];
    assert_eq!(office.sign_in("wahyu").await.post("/data-requests/1/answer", &grants).await.status, 303);
    approved(&office, 1).await;
    carried_out(&office, 1).await;
    assert!(office.desk.store.next_order_at().await.expect("the outbox").is_some());

    office.later("2027-06-01 09:00");
    office.works().await;
    assert_eq!(office.desk.store.next_order_at().await.expect("the outbox"), None, "nothing is tried again");
    assert_eq!(mailer.got().len(), tried, "and nothing is mailed");
}
