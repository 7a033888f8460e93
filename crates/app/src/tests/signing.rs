//! Several letters signed in one go.

use store::Scope;

use super::{Office, PASSPHRASE, Visitor, waits_for_signature};

/// The boxes on somebody's signing desk.
async fn boxes(who: &Visitor<'_>) -> Vec<String> {
    let page = who.get("/signing").await.text;
    let boxes = page.split("name=\"letter\" value=\"").skip(1);
    boxes.filter_map(|rest| Some(rest.split('"').next()?.to_owned())).collect()
}

async fn sign(who: &Visitor<'_>, letters: &[&str], passphrase: &str) -> super::Answer {
    let mut form: Vec<(&str, &str)> = letters.iter().map(|letter| ("letter", *letter)).collect();
    form.push(("passphrase", passphrase));
    who.post("/signing", &form).await
}

#[tokio::test]
async fn letters_that_wait_are_signed_in_one_go_each_with_its_own_number() {
    let office = Office::at("2026-11-23 09:00").await;
    let first = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let second = waits_for_signature(&office, "Juga belum.").await;
    let hendra = office.sign_in("hendra").await;
    assert!(hendra.get("/inbox").await.text.contains("2 surat menunggu tanda tangan Anda"));
    let boxes = boxes(&hendra).await;
    let before = office.desk.store.case_file(&Scope::All, &first.as_str().into()).await.unwrap().unwrap();
    let answer = sign(&hendra, &[&boxes[0], &boxes[1]], PASSPHRASE).await;
    assert_eq!(answer.status, 200);
    // Numbers 1 and 2 went to the explanations.
    for number in ["3/TU.120/H.1/11/2026", "4/TU.120/H.1/11/2026"] {
        assert!(answer.text.contains(number), "{}", answer.text);
    }
    let letter = hendra.get(&format!("/cases/{first}/documents/7-0/pdf")).await.text;
    assert!(
        letter.contains(&format!("\"head\":\"{}\"", before.head)),
        "it carries its case's head: {letter}"
    );
    for no in [first, second] {
        let page = hendra.get(&format!("/cases/{no}/documents/7-0/pdf")).await.text;
        assert!(page.contains("\"capacity\":\"own\"") && page.contains(" signed by Hendra"), "{page}");
    }
    assert!(hendra.get("/signing").await.text.contains("Tidak ada surat yang menunggu"));
}

#[tokio::test]
async fn a_wrong_passphrase_signs_none_and_what_was_ticked_stays_ticked() {
    let office = Office::at("2026-11-23 09:00").await;
    waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let hendra = office.sign_in("hendra").await;
    let boxes = boxes(&hendra).await;
    let answer = sign(&hendra, &[&boxes[0]], "bukan ini").await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Frasa sandi tidak cocok"), "{}", answer.text);
    assert!(answer.text.contains(&format!("value=\"{}\" checked", boxes[0])), "{}", answer.text);
    assert!(!answer.text.contains("bukan ini"), "a passphrase is never sent back");
    assert_eq!(sign(&hendra, &[], PASSPHRASE).await.status, 422);
    assert_eq!(sign(&hendra, &[&boxes[0]], "").await.status, 422);
    assert_eq!(office.desk.store.next_letter_number(2026).await.unwrap(), 2);
}

#[tokio::test]
async fn where_one_letter_has_changed_the_others_are_signed_all_the_same() {
    let office = Office::at("2026-11-23 09:00").await;
    let first = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    waits_for_signature(&office, "Juga belum.").await;
    let hendra = office.sign_in("hendra").await;
    let boxes = boxes(&hendra).await;
    // In another tab the first one is returned.
    let returns = [("outcome", "kembalikan"), ("t7-dikembalikan", "Sebutkan dasar hukumnya.")];
    assert_eq!(hendra.completes(&first, 7, &returns).await.status, 303);
    let answer = sign(&hendra, &[&boxes[0], &boxes[1]], PASSPHRASE).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Satu surat ditandatangani."), "{}", answer.text);
    assert!(answer.text.contains("Satu surat belum ditandatangani."), "{}", answer.text);
}

#[tokio::test]
async fn the_signing_desk_shows_nobody_else_s_letters() {
    let office = Office::at("2026-11-23 09:00").await;
    waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let waiting = boxes(&office.sign_in("hendra").await).await;
    let rina = office.sign_in("rina").await;
    assert!(boxes(&rina).await.is_empty());
    let answer = sign(&rina, &[&waiting[0]], PASSPHRASE).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Satu surat belum ditandatangani."), "{}", answer.text);
    for stranger in ["markus", "endang", "wahyu"] {
        assert_eq!(office.sign_in(stranger).await.get("/signing").await.status, 404, "{stranger}");
    }
}
