//! Letters on their way: what they begin with, how they will look, what was corrected.

use super::{DISPOSES, Office, PASSPHRASE, Visitor, waits_for_signature};

/// A rejected request whose letter waits to be drafted by Budi, as task 5.
async fn waits_for_draft(office: &Office) -> String {
    let no = office.sign_in("markus").await.asks("Minta kamera").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let rina = office.sign_in("rina").await;
    let rejects = [("outcome", "tolak"), ("t2-alasan", "ganda"), ("t2-ringkas", "Sudah diminta Senin.")];
    rina.completes(&no, 2, &rejects).await;
    let explains = [
        ("outcome", "penjelasan"),
        ("t3-penjelasan", "Ditangani Bagian Umum."),
        ("passphrase-penjelasan", PASSPHRASE),
    ];
    rina.completes(&no, 3, &explains).await;
    let orders = [("outcome", "perintahkan"), ("assignee", "budi")];
    assert_eq!(rina.completes(&no, 4, &orders).await.status, 303);
    no
}

async fn writes_phrase(who: &Visitor<'_>, seen: &str, text: &str) -> super::Answer {
    who.post("/phrases/4.konsep/surat", &[("seen", seen), ("text", text)]).await
}

#[tokio::test]
async fn a_letter_begins_with_the_phrase_of_the_office_and_what_the_case_knows() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_draft(&office).await;
    let page = office.sign_in("budi").await.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("permintaan Saudara tanggal 23 November 2026 perihal Minta kamera"), "{page}");
    assert!(page.contains("Alasan: Permintaan ganda."), "{page}");
    assert!(page.contains("Sudah diminta Senin."), "{page}");
    assert!(page.contains("melalui surat nomor 1/TU.120/H.1/11/2026 tanggal 23 November 2026."), "{page}");
}

#[tokio::test]
async fn the_office_writes_its_own_phrases_and_nobody_overwrites_another() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_draft(&office).await;
    let (rina, endang) = (office.sign_in("rina").await, office.sign_in("endang").await);
    let own = "Tentang {perihal}: belum dapat kami penuhi.\r\n\r\nPetugas: {temuan}";
    assert_eq!(writes_phrase(&rina, "0", own).await.status, 303);
    let page = office.sign_in("budi").await.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Tentang Minta kamera: belum dapat kami penuhi."), "{page}");
    assert!(!page.contains("Petugas:"), "nothing has been found in this case: {page}");

    // Endang still has the phrase that comes with Sigap before her.
    let late = writes_phrase(&endang, "0", "Dengan hormat, {perihal}.").await;
    assert_eq!(late.status, 422);
    assert!(
        late.text.contains("baru saja ditulis orang lain") && late.text.contains("Dengan hormat, {perihal}.")
    );
    assert!(rina.get("/phrases").await.text.contains("Ditulis Rina Wulandari, "));
}

#[tokio::test]
async fn a_phrase_that_cannot_be_filled_is_returned_with_what_was_typed() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    for (typed, said) in [("Yth. {pemohn}", "bernama pemohn"), ("Yth. {pemohon", "tidak ditutup")] {
        let answer = writes_phrase(&rina, "0", typed).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains(said) && answer.text.contains(typed), "{}", answer.text);
    }
    assert_eq!(rina.post("/phrases/4.konsep/alamat", &[("text", "x")]).await.status, 404);
    for other in ["budi", "hendra", "markus", "wahyu"] {
        let other = office.sign_in(other).await;
        assert_eq!(other.get("/phrases").await.status, 404);
        assert_eq!(writes_phrase(&other, "0", "x").await.status, 404);
    }
}

#[tokio::test]
async fn a_draft_is_looked_at_as_it_will_be_printed_and_nothing_is_kept() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_draft(&office).await;
    let budi = office.sign_in("budi").await;
    let form = [("outcome", "ajukan"), ("t5-hal-penolakan", "Jawaban"), ("t5-surat", "Mohon maaf.")];
    let preview = budi.post(&format!("/cases/{no}/tasks/5/preview"), &form).await;
    assert_eq!(preview.status, 200);
    let printed = printed(&preview.text);
    assert!(printed.contains("Mohon maaf.") && printed.contains("KONSEP"), "{printed}");
    assert!(!printed.contains("Budi"), "who drafts a letter does not sign it: {printed}");
    assert!(!budi.get(&format!("/cases/{no}")).await.text.contains("Mohon maaf."), "nothing is kept");
    for stranger in ["markus", "sari", "wahyu"] {
        let stranger = office.sign_in(stranger).await;
        assert_eq!(stranger.post(&format!("/cases/{no}/tasks/5/preview"), &form).await.status, 404);
    }
    assert_eq!(budi.post(&format!("/cases/{no}/tasks/4/preview"), &form).await.status, 404, "task 4 is done");
}

#[tokio::test]
async fn a_letter_names_who_gets_a_copy() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_draft(&office).await;
    let form = [
        ("outcome", "ajukan"),
        ("t5-hal-penolakan", "Jawaban"),
        ("t5-surat", "Mohon maaf."),
        ("t5-tembusan", "Ketua Tim Datin\r\n\r\nKepala Biro Umum"),
    ];
    let preview = office.sign_in("budi").await.post(&format!("/cases/{no}/tasks/5/preview"), &form).await;
    let printed = printed(&preview.text);
    assert!(printed.contains(r#""copies":["Ketua Tim Datin","Kepala Biro Umum"]"#), "{printed}");
}

#[tokio::test]
async fn what_the_lead_corrects_is_marked_against_the_draft() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_draft(&office).await;
    let letter = [("outcome", "ajukan"), ("t5-hal-penolakan", "Jawaban"), ("t5-surat", "Kami tolak saja.")];
    office.sign_in("budi").await.completes(&no, 5, &letter).await;
    let rina = office.sign_in("rina").await;
    let corrected = [
        ("outcome", "teruskan"),
        ("t6-hal-penolakan", "Jawaban"),
        ("t6-surat", "Belum dapat kami penuhi saja."),
    ];
    let marked = |page: &str| {
        page.contains("Dihapus: </span>Kami tolak</del>")
            && page.contains("Ditambahkan: </span>Belum dapat kami penuhi</ins>")
    };
    let preview = rina.post(&format!("/cases/{no}/tasks/6/preview"), &corrected).await.text;
    assert!(marked(&preview), "while it is typed: {preview}");
    rina.completes(&no, 6, &corrected).await;
    let page = office.sign_in("hendra").await.get(&format!("/cases/{no}")).await.text;
    let (task, history) = page.split_once("id=\"riw\"").expect("a history");
    assert!(marked(task), "before the signer: {task}");
    assert!(marked(history), "in the history: {history}");
    let seen_by_requester = office.sign_in("markus").await.get(&format!("/requests/{no}")).await.text;
    assert!(!seen_by_requester.contains("Kami tolak"), "a draft is the office's alone");
}

#[tokio::test]
async fn a_letter_that_was_passed_on_unchanged_shows_no_changes() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let page = office.sign_in("hendra").await.get(&format!("/cases/{no}")).await.text;
    assert!(!page.contains("Yang diubah dari konsep"), "{page}");
}

/// What the pages of a preview show: the press of these tests prints the content as it is.
fn printed(preview: &str) -> String {
    use base64::Engine as _;
    let pages = preview.split("data:image/png;base64,").skip(1).filter_map(|rest| rest.split('"').next());
    let decode = |page: &str| base64::engine::general_purpose::STANDARD.decode(page).expect("a picture");
    pages.map(|page| String::from_utf8_lossy(&decode(page)).into_owned()).collect()
}
