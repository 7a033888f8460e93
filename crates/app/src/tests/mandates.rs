//! Who acts in whose place, from day to day.

use store::Scope;

use super::*;

const BASIS: &str = "ND-12/TU.040/11/2026";
const SIGNS: &[(&str, &str)] = &[("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];

impl Visitor<'_> {
    /// Gives a mandate as Plh. for the days between two of November 2026.
    async fn lets(&self, giver: &str, taker: &str, from: u8, until: u8) -> Answer {
        let (from, until) = (format!("{from:02}-11-2026"), format!("{until:02}-11-2026"));
        let form = [
            ("giver", giver),
            ("taker", taker),
            ("capacity", "daily"),
            ("from", &from),
            ("until", &until),
            ("basis", BASIS),
        ];
        self.post("/mandates", &form).await
    }

    async fn has_waiting(&self, no: &str) -> bool {
        self.get("/inbox").await.text.contains(&format!("href=\"/cases/{no}#task-"))
    }
}

impl Office {
    async fn version(&self, no: &str) -> u64 {
        let file = self.desk.store.case_file(&Scope::All, &no.into()).await.expect("the store answers");
        file.expect("the case").case.version
    }

    /// Lets somebody act as Plh., entered by the agenda officer.
    async fn deputises(&self, giver: &str, taker: &str, from: u8, until: u8) {
        let answer = self.sign_in("endang").await.lets(giver, taker, from, until).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_deputy_signs_as_plh_and_letter_verification_book_and_history_say_for_whom() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    office.deputises("hendra", "rina", 24, 25).await;
    office.later("2026-11-24 09:00");
    let rina = office.sign_in("rina").await;
    let inbox = rina.get("/inbox").await.text;
    assert!(inbox.contains("untuk Hendra Prawira"), "{inbox}");
    let acting = "Anda bertindak sebagai Plh. untuk Hendra Prawira.";
    assert!(rina.get(&format!("/cases/{no}")).await.text.contains(acting));
    assert!(rina.get("/signing").await.text.contains(acting));
    let draft = rina.get(&format!("/cases/{no}/documents/draft-7/pdf")).await.text;
    assert!(draft.contains("\"capacity\":\"daily\",\"position\":\"Jabatan Hendra Prawira\""), "{draft}");

    let answer = rina.completes(&no, 7, SIGNS).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let (address, verify) = letter_of(&rina, &no, 7).await;
    let pdf = rina.get(&format!("{address}/pdf")).await.text;
    let signatory = "\"signatory\":{\"capacity\":\"daily\",\"position\":\"Jabatan Hendra Prawira\",\
                     \"own_position\":null,\"name\":\"Rina Wulandari\"";
    assert!(pdf.contains(signatory) && pdf.contains(" signed by Rina Wulandari"), "{pdf}");
    let verified = office.stranger().get(&verify).await.text;
    assert!(
        verified.contains("Rina Wulandari") && verified.contains("Plh. Jabatan Hendra Prawira"),
        "{verified}"
    );
    let page = rina.get(&format!("/cases/{no}")).await.text;
    let told = format!("Rina Wulandari (Plh. untuk Hendra Prawira, {BASIS}) menandatangani surat");
    assert!(page.contains(&told), "{page}");
    assert!(rina.get("/register/outgoing").await.text.contains("Rina Wulandari (Plh.)"));
    // Whoever signs in their own place signs as themselves.
    let (explanation, _) = letter_of(&rina, &no, 3).await;
    assert!(
        rina.get(&format!("{explanation}/pdf")).await.text.contains("\"signatory\":{\"capacity\":\"own\"")
    );
}

#[tokio::test]
async fn a_mandate_takes_effect_at_midnight_and_ends_by_itself() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    office.deputises("hendra", "rina", 24, 25).await;
    let version = office.version(&no).await;
    for (moment, is_in_force) in [
        ("2026-11-23 23:59", false),
        ("2026-11-24 00:00", true),
        ("2026-11-25 23:59", true),
        ("2026-11-26 00:00", false),
    ] {
        office.later(moment);
        let rina = office.sign_in("rina").await;
        assert_eq!(rina.has_waiting(&no).await, is_in_force, "{moment}");
        // Without a passphrase the rules answer first, and nothing is signed.
        let answer = rina.completes(&no, 7, &[("outcome", "tandatangani")]).await;
        let asked = answer.text.contains("Tulis frasa sandi sertifikat Anda.");
        assert_eq!((asked, answer.status == 303), (is_in_force, false), "{moment}: {}", answer.text);
        assert_eq!(office.version(&no).await, version);
    }
}

#[tokio::test]
async fn a_revoked_mandate_ends_at_once_and_stays_in_the_list_with_the_reason() {
    let office = Office::at("2026-11-24 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    office.deputises("hendra", "rina", 24, 25).await;
    let (rina, hendra) = (office.sign_in("rina").await, office.sign_in("hendra").await);
    assert!(rina.has_waiting(&no).await);
    let empty = hendra.post("/mandates/1/revocation", &[("reason-1", " ")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text.contains("href=\"#reason-1\""), "{}", empty.text);
    let revoked = hendra.post("/mandates/1/revocation", &[("reason-1", "Kembali lebih awal")]).await;
    assert_eq!(revoked.status, 303);
    assert!(!rina.has_waiting(&no).await);
    assert!(rina.get("/mandates").await.text.contains("Dicabut Hendra Prawira"));
    assert!(hendra.get("/mandates").await.text.contains("Kembali lebih awal"));
}

#[tokio::test]
async fn a_deputy_passes_on_what_they_were_given_and_who_drafted_does_not_sign_at_the_end_of_it() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    for id in ["budi", "yohanes"] {
        office.desk.store.set_signing_key(&key_of(id)).await.expect("a key");
    }
    office.deputises("hendra", "rina", 23, 30).await;
    let passes_on = |taker| {
        [
            ("giver", "rina"),
            ("taker", taker),
            ("capacity", "daily"),
            ("roles", "sekretaris"),
            ("from", "24-11-2026"),
            ("until", "24-11-2026"),
            ("basis", "ND-13"),
        ]
    };
    for taker in ["budi", "yohanes"] {
        let answer = office.sign_in("rina").await.post("/mandates", &passes_on(taker)).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
    office.later("2026-11-24 09:00");
    // Budi wrote the letter.
    let refused = office.sign_in("budi").await.completes(&no, 7, SIGNS).await;
    assert_ne!(refused.status, 303);
    assert!(refused.text.contains("orang lain"), "{}", refused.text);
    let yohanes = office.sign_in("yohanes").await;
    assert_eq!(yohanes.completes(&no, 7, SIGNS).await.status, 303);
    let page = yohanes.get(&format!("/cases/{no}")).await.text;
    assert!(page.contains("Yohanes Tallo (Plh. untuk Hendra Prawira, ND-13) menandatangani"), "{page}");
}

#[tokio::test]
async fn mandates_that_lead_in_a_circle_are_refused_and_say_why() {
    let office = Office::at("2026-11-23 09:00").await;
    office.deputises("hendra", "rina", 23, 27).await;
    office.deputises("rina", "budi", 25, 30).await;
    let endang = office.sign_in("endang").await;
    let refused = endang.lets("budi", "hendra", 26, 30).await;
    assert_eq!(refused.status, 422);
    let why = "Pada 26 Nov 2026 mandat akan berputar kembali ke pemberinya \
               (Hendra Prawira → Rina Wulandari → Budi Prasetyo).";
    assert!(refused.text.contains(why), "{}", refused.text);
    assert!(refused.text.contains(&format!("value=\"{BASIS}\"")), "what was typed is kept");
    assert_eq!(endang.lets("budi", "hendra", 28, 30).await.status, 303, "then the days do not meet");
    for (giver, taker, from, until, why) in [
        ("rina", "rina", 23, 23, "Seseorang tidak bertindak sebagai dirinya sendiri."),
        ("rina", "endang", 23, 23, "Mandat tidak dicatat oleh penerimanya."),
        ("rina", "yohanes", 25, 24, "Tanggal ini sebelum tanggal mulai."),
        ("rina", "yohanes", 20, 22, "Pilih hari ini atau sesudahnya."),
        ("markus", "yohanes", 23, 24, "Pilih salah satu."),
    ] {
        let refused = endang.lets(giver, taker, from, until).await;
        assert_eq!(refused.status, 422, "{giver} → {taker}");
        assert!(refused.text.contains(why), "no {why} in {}", refused.text);
    }
}

#[tokio::test]
async fn people_give_their_own_mandates_and_those_of_whom_they_give_work_to() {
    let office = Office::at("2026-11-23 09:00").await;
    let budi = office.sign_in("budi").await;
    assert_eq!(budi.lets("hendra", "yohanes", 23, 24).await.status, 422);
    assert_eq!(budi.lets("yohanes", "rina", 23, 24).await.status, 422);
    assert_eq!(budi.lets("budi", "yohanes", 23, 24).await.status, 303);
    assert_eq!(office.sign_in("rina").await.lets("yohanes", "budi", 25, 26).await.status, 303);
    assert_eq!(office.sign_in("hendra").await.lets("rina", "budi", 25, 26).await.status, 303);
    assert_eq!(office.sign_in("rina").await.lets("hendra", "budi", 27, 27).await.status, 422);
    assert_eq!(office.sign_in("wahyu").await.lets("hendra", "budi", 27, 27).await.status, 303);
    // What is not theirs, people neither read nor revoke.
    let yohanes = office.sign_in("yohanes").await;
    let page = yohanes.get("/mandates").await.text;
    assert!(page.contains("Yohanes Tallo sebagai Plh. untuk Budi Prasetyo"), "{page}");
    assert!(!page.contains("Plh. untuk Hendra Prawira"), "{page}");
    assert_eq!(yohanes.post("/mandates/4/revocation", &[("reason-4", "x")]).await.status, 404);
    assert_eq!(office.sign_in("markus").await.get("/mandates").await.status, 404);
}

#[tokio::test]
async fn somebody_from_outside_reads_the_office_while_they_act_for_it() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.deputises("hendra", "sari", 24, 24).await;
    for (moment, status) in [("2026-11-23 10:00", 404), ("2026-11-24 10:00", 200), ("2026-11-25 10:00", 404)]
    {
        office.later(moment);
        let sari = office.sign_in("sari").await;
        assert_eq!(sari.get(&format!("/cases/{no}")).await.status, status, "{moment}");
        assert_eq!(sari.get("/inbox").await.status, status, "{moment}");
    }
    office.later("2026-11-24 11:00");
    assert_eq!(office.sign_in("sari").await.completes(&no, 1, DISPOSES).await.status, 303);
}

#[tokio::test]
async fn a_superior_is_told_whose_tasks_wait_while_they_are_away_without_a_deputy() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    let away = [
        ("absent", "rina"),
        ("absent-from", "24-11-2026"),
        ("absent-until", "26-11-2026"),
        ("absent-reason", "dinas luar"),
    ];
    assert_eq!(office.sign_in("budi").await.post("/absences", &away).await.status, 422);
    assert_eq!(office.sign_in("rina").await.post("/absences", &away).await.status, 303);
    let told = "Rina Wulandari tidak di kantor sampai 26 Nov 2026 (dinas luar) dan belum ada yang \
                menggantikan. 1 tugas menunggu, yang terlama sejak Senin 23 Nov 09.00.";
    let sees =
        async |office: &Office, who: &str| office.sign_in(who).await.get("/inbox").await.text.contains(told);
    assert!(!sees(&office, "hendra").await, "she leaves tomorrow");
    office.later("2026-11-24 09:00");
    let inbox = office.sign_in("hendra").await.get("/inbox").await.text;
    assert!(inbox.contains(told) && inbox.contains("href=\"/mandates?giver=rina#beri\""), "{inbox}");
    assert!(!sees(&office, "budi").await, "it is her superior's to know");
    let form = office.sign_in("hendra").await.get("/mandates?giver=rina").await.text;
    assert!(form.contains("<option value=\"rina\" selected>"), "{form}");

    office.deputises("rina", "budi", 24, 24).await;
    assert!(!sees(&office, "hendra").await, "Budi acts in her place");
    office.later("2026-11-25 09:00");
    assert!(sees(&office, "hendra").await, "his mandate is over");
    assert_eq!(office.sign_in("rina").await.post("/absences/1/return", &[]).await.status, 303);
    assert!(!sees(&office, "hendra").await, "she is back");
}

#[tokio::test]
async fn nothing_is_told_of_somebody_away_for_whom_nothing_waits_or_whose_box_another_shares() {
    let office = Office::at("2026-11-23 09:00").await;
    let away = [
        ("absent", "rina"),
        ("absent-from", "23-11-2026"),
        ("absent-until", "23-11-2026"),
        ("absent-reason", "sakit"),
    ];
    assert_eq!(office.sign_in("rina").await.post("/absences", &away).await.status, 303);
    let hendra = office.sign_in("hendra").await;
    assert!(!hendra.get("/inbox").await.text.contains("belum ada yang menggantikan"));
    office.employs("dian", "Dian Puspita", &["ketua"]).await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    hendra.completes(&no, 1, DISPOSES).await;
    assert!(!hendra.get("/inbox").await.text.contains("belum ada yang menggantikan"));
}
