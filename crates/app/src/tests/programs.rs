//! Programs of the office: what they send, set aside, give and count for the people who run them.

use std::sync::Arc;

use serde_json::{Value, json};
use store::TokenScope;

use super::api::{Program, Told};
use super::hostile::PlainScanner;
use super::*;

/// A form with files, as programs send it: for each part its file name, if it has one, and its content.
fn form(parts: &[(Option<&str>, &[u8])]) -> Body {
    let mut body = Vec::new();
    for (name, content) in parts {
        let name = name.map_or_else(String::new, |name| format!("; filename=\"{name}\""));
        let head = format!("--batas\r\nContent-Disposition: form-data; name=\"files\"{name}\r\n\r\n");
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend_from_slice(b"--batas--\r\n");
    Body::from(body)
}

impl Program<'_> {
    /// Attaches files to a case that it has seen in a version.
    async fn attaches(&self, no: &str, seen: &str, parts: &[(Option<&str>, &[u8])]) -> Told {
        let request = Request::post(format!("/api/v1/cases/{no}/attachments"))
            .header("content-type", "multipart/form-data; boundary=batas")
            .header("if-match", seen);
        self.send(request, form(parts)).await
    }
}

/// The codes of the fields that have to be mended.
fn codes(told: &Told) -> Vec<&str> {
    told.json["errors"]
        .as_array()
        .map_or(Vec::new(), |errors| errors.iter().filter_map(|error| error["code"].as_str()).collect())
}

#[tokio::test]
async fn a_program_attaches_files_and_fetches_them_as_they_were() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    let markus = office.acting("markus").await;
    let seen = markus.sees(&no).await;
    let told =
        markus.attaches(&no, &seen, &[(Some("../foto.png"), PNG), (Some("surat.pdf"), b"%PDF-1.7")]).await;
    assert_eq!(told.status, 200, "{}", told.json);
    assert_eq!(told.headers["etag"], markus.sees(&no).await, "the answer has the version that acts need now");

    let listed = office.acting("rina").await.get(&format!("/api/v1/cases/{no}/attachments")).await.json;
    let files = listed["attachments"].as_array().expect("files");
    assert_eq!((&files[0]["name"], &files[0]["media_type"]), (&json!("foto.png"), &json!("image/png")));
    assert_eq!((&files[1]["name"], &files[1]["bytes"]), (&json!("surat.pdf"), &json!(8)));
    assert_eq!(told.json["attachments"], listed["attachments"]);
    let fetched = markus.get(&format!("/api/v1/cases/{no}/attachments/{}", files[0]["seq"])).await;
    assert_eq!((fetched.status, fetched.bytes.as_slice()), (200, PNG));
    let sha256 = files[0]["sha256"].as_str().expect("a hash");
    assert_eq!(fetched.headers["etag"], format!("\"{sha256}\""));
    assert_eq!(sha256.len(), 64);

    let stale = markus.attaches(&no, &seen, &[(Some("foto.png"), PNG)]).await;
    stale.is_problem(412, "changed");
    let now = markus.sees(&no).await;
    let reader = office.program("markus", TokenScope::Read).await;
    reader.attaches(&no, &now, &[(Some("foto.png"), PNG)]).await.is_problem(403, "only-reads");
    let sari = office.acting("sari").await;
    sari.attaches(&no, &now, &[(Some("foto.png"), PNG)]).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn a_file_that_cannot_be_kept_is_told_with_why_and_keeps_the_others_out() {
    let mut office = Office::at("2026-11-23 09:00").await;
    office.desk.scanner = Some(Arc::new(PlainScanner));
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    let markus = office.acting("markus").await;
    let seen = markus.sees(&no).await;
    let (harmful, unreadable) = ([PNG, b"jahat"].concat(), [PNG, b"rusak"].concat());
    let large = [PNG, &vec![0; 10 * 1024 * 1024]].concat();
    for (parts, expected) in [
        (vec![(Some("a.png"), PNG), (Some("b.docx"), b"PK\x03\x04".as_slice())], vec!["kind"]),
        (
            vec![(Some("a.png"), harmful.as_slice()), (Some("b.png"), unreadable.as_slice())],
            vec!["harmful", "not-scanned"],
        ),
        (vec![(Some("a.png"), large.as_slice())], vec!["too-large"]),
        (vec![(Some("a.png"), PNG); 6], vec!["too-many"]),
        (vec![(None, PNG)], vec!["unknown"]),
        (vec![], vec!["missing"]),
    ] {
        let told = markus.attaches(&no, &seen, &parts).await;
        told.is_problem(422, "mend");
        assert_eq!(codes(&told), expected, "{}", told.json);
    }
    assert_eq!(markus.sees(&no).await, seen, "none of them was kept");
    let json = Request::post(format!("/api/v1/cases/{no}/attachments"))
        .header("content-type", "application/json")
        .header("if-match", &seen);
    markus.send(json, Body::from("{}")).await.is_problem(415, "not-files");
    let torn = Request::post(format!("/api/v1/cases/{no}/attachments"))
        .header("content-type", "multipart/form-data; boundary=batas")
        .header("if-match", &seen);
    markus.send(torn, Body::from("--batas\r\nContent-Disp")).await.is_problem(400, "bad-request");
}

#[tokio::test]
async fn a_letter_is_followed_on_its_way_and_sent_again() {
    let mailer = PlainMailer::answering([MailError::Permanent("550 5.1.1 unknown".to_owned())]);
    let office = Office::at("2026-11-23 09:00").await.mailing(mailer.clone());
    let no = explained(&office, "Minta kamera").await;
    let path = format!("/api/v1/cases/{no}/dispatches");
    let (endang, markus) = (office.acting("endang").await, office.acting("markus").await);
    let waits = endang.get(&path).await.json;
    assert_eq!(
        (&waits["dispatches"][0]["state"]["name"], &waits["dispatches"][0]["number"]),
        (&json!("under-way"), &json!(1))
    );
    assert_eq!(markus.get(&path).await.json["dispatches"], json!([]), "nothing has gone out yet");
    office.works().await;
    let failed = endang.get(&path).await.json["dispatches"][0].clone();
    assert_eq!((&failed["document"], &failed["address"]), (&json!("3-0"), &json!("markus@brmp.example")));
    assert_eq!(
        (&failed["state"]["cause"], &failed["state"]["answer"]),
        (&json!("refused"), &json!("550 5.1.1 unknown"))
    );
    let told = markus.get(&path).await.json;
    assert_eq!(told["dispatches"][0]["address"], "m***@brmp.example");
    assert!(!told.to_string().contains("550"), "what servers say is the office's: {told}");

    let again = "documents/3-0/dispatches";
    let acts = endang.get(&format!("/api/v1/cases/{no}")).await.json["acts"].clone();
    assert!(acts.as_array().is_some_and(|acts| acts.contains(&json!(again))), "{acts}");
    let two = endang.does(&no, again, &json!({ "address": "tu, umum" })).await;
    two.is_problem(422, "mend");
    assert_eq!((&two.json["errors"][0]["field"], codes(&two)), (&json!("address"), vec!["not-an-address"]));
    let address = json!({ "address": "tu@brmp.example" });
    markus.does(&no, again, &address).await.is_problem(403, "not-your-role");
    endang.does(&no, "documents/9-0/dispatches", &address).await.is_problem(404, "not-found");
    assert_eq!(endang.does(&no, again, &address).await.status, 200);
    endang.does(&no, again, &address).await.is_problem(409, "letter-under-way");
    office.works().await;
    let sent = endang.get(&path).await.json["dispatches"][1].clone();
    assert_eq!((&sent["state"]["name"], &sent["address"]), (&json!("sent"), &json!("tu@brmp.example")));
    assert_eq!(mailer.got().len(), 2);
}

#[tokio::test]
async fn numbers_are_set_aside_and_given_up_by_those_who_may_on_the_pages() {
    let office = Office::at("2026-11-23 09:00").await;
    let endang = office.acting("endang").await;
    let reserved = endang.posts("/api/v1/numbers", &json!({ "purpose": " Surat di atas  kertas " })).await;
    assert_eq!((reserved.status, &reserved.json["id"]), (201, &json!("2026-1")), "{}", reserved.json);
    assert_eq!(
        (&reserved.json["dated"], &reserved.json["by"]["name"]),
        (&json!("2026-11-23"), &json!("Endang Lestari"))
    );
    assert_eq!(endang.get("/api/v1/numbers").await.json["numbers"], json!([reserved.json]));
    let blank = endang.posts("/api/v1/numbers", &json!({ "purpose": " " })).await;
    blank.is_problem(422, "mend");
    assert_eq!((&blank.json["errors"][0]["field"], codes(&blank)), (&json!("purpose"), vec!["missing"]));

    let voiding = "/api/v1/numbers/2026-1/voiding";
    let budi = office.acting("budi").await;
    budi.get("/api/v1/numbers").await.is_problem(404, "not-found");
    budi.posts("/api/v1/numbers", &json!({ "purpose": "Apa saja" })).await.is_problem(404, "not-found");
    budi.posts(voiding, &json!({ "reason": "Iseng." })).await.is_problem(404, "not-found");
    endang.posts(voiding, &json!({ "reason": "" })).await.is_problem(422, "mend");
    let voided = endang.posts(voiding, &json!({ "reason": "Tidak jadi." })).await;
    assert_eq!(
        (voided.status, &voided.json["voided"]["reason"]),
        (200, &json!("Tidak jadi.")),
        "{}",
        voided.json
    );
    endang.posts(voiding, &json!({ "reason": "Sekali lagi." })).await.is_problem(409, "number-gone");
    assert_eq!(endang.get("/api/v1/numbers").await.json["numbers"], json!([]));
    for n in 2..=51 {
        let told = endang.posts("/api/v1/numbers", &json!({ "purpose": format!("Surat {n}") })).await;
        assert_eq!(told.status, 201, "{}", told.json);
    }
    let full = endang.posts("/api/v1/numbers", &json!({ "purpose": "Satu lagi" })).await;
    assert_eq!((full.status, codes(&full)), (422, vec!["too-many"]));
}

fn mandate(giver: &str, taker: &str, capacity: &str) -> Value {
    json!({
        "giver": giver, "taker": taker, "capacity": capacity,
        "from": "2026-11-24", "until": "2026-11-25", "basis": "ND-12/TU.040/11/2026",
    })
}

#[tokio::test]
async fn a_mandate_is_given_shows_in_tasks_and_letters_and_is_revoked() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let given =
        office.acting("endang").await.posts("/api/v1/mandates", &mandate("hendra", "rina", "daily")).await;
    assert_eq!((given.status, &given.json["state"]), (201, &json!("to-come")), "{}", given.json);
    assert_eq!(
        (&given.json["roles"], &given.json["entered_by"]["id"]),
        (&json!(["sekretaris"]), &json!("endang"))
    );
    office.later("2026-11-24 09:00");
    let rina = office.acting("rina").await;
    let me = rina.get("/api/v1/me").await.json;
    assert_eq!(
        (&me["stands_in_for"][0]["person"]["name"], &me["stands_in_for"][0]["capacity"]),
        (&json!("Hendra Prawira"), &json!("daily"))
    );
    let tasks = rina.get("/api/v1/tasks").await.json;
    let is_it = |task: &&Value| task["case"] == *no && task["task"] == 7;
    let task = tasks["tasks"].as_array().expect("tasks").iter().find(is_it).expect("the letter that waits");
    assert_eq!(
        (&task["in_place_of"]["person"]["id"], &task["in_place_of"]["mandate"]),
        (&json!("hendra"), &given.json["id"])
    );
    let case = rina.get(&format!("/api/v1/cases/{no}")).await.json;
    assert_eq!(case["tasks"][0]["in_place_of"], task["in_place_of"]);
    let sign = [("outcome", "tandatangani"), ("passphrase-tandatangani", PASSPHRASE)];
    assert_eq!(office.sign_in("rina").await.completes(&no, 7, &sign).await.status, 303);
    let letters = rina.get("/api/v1/letters").await.json;
    assert_eq!(
        (&letters["letters"][0]["capacity"], &letters["letters"][0]["in_place_of"]),
        (&json!("own"), &Value::Null)
    );
    let letter = &letters["letters"][1];
    assert_eq!(
        (&letter["signer"]["id"], &letter["capacity"], &letter["in_place_of"]["name"]),
        (&json!("rina"), &json!("daily"), &json!("Hendra Prawira"))
    );

    let hendra = office.acting("hendra").await;
    let listed = hendra.get("/api/v1/mandates").await.json;
    assert_eq!(
        (&listed["mandates"][0]["state"], &listed["mandates"][0]["taker"]["id"]),
        (&json!("in-force"), &json!("rina"))
    );
    let revocation = format!("/api/v1/mandates/{}/revocation", given.json["id"]);
    rina.posts(&revocation, &json!({ "reason": "Cukup." })).await.is_problem(404, "not-found");
    let revoked = hendra.posts(&revocation, &json!({ "reason": "Sudah kembali." })).await;
    assert_eq!((revoked.status, &revoked.json["state"]), (200, &json!("over")), "{}", revoked.json);
    assert_eq!(revoked.json["revoked"]["reason"], "Sudah kembali.");
    assert_eq!(rina.get("/api/v1/me").await.json["stands_in_for"], json!([]));
}

#[tokio::test]
async fn what_the_rules_of_mandates_do_not_allow_is_told_at_its_field() {
    let office = Office::at("2026-11-23 09:00").await;
    let endang = office.acting("endang").await;
    for (asked, field, code) in [
        (mandate("hendra", "hendra", "daily"), "taker", "to-oneself"),
        (mandate("hendra", "endang", "daily"), "taker", "taker-enters"),
        (mandate("hendra", "rina", "own"), "capacity", "not-an-option"),
        (mandate("siapa", "rina", "daily"), "giver", "not-an-option"),
    ] {
        let told = endang.posts("/api/v1/mandates", &asked).await;
        told.is_problem(422, "mend");
        assert_eq!((&told.json["errors"][0]["field"], codes(&told)), (&json!(field), vec![code]));
    }
    let mut foreign = mandate("hendra", "rina", "daily");
    foreign["roles"] = json!(["ketua"]);
    assert_eq!(codes(&endang.posts("/api/v1/mandates", &foreign).await), ["not-theirs"]);
    let budi = office.acting("budi").await;
    let told = budi.posts("/api/v1/mandates", &mandate("hendra", "rina", "daily")).await;
    assert_eq!((told.status, codes(&told)), (422, vec!["not-an-option"]), "Budi speaks for himself alone");
    office
        .acting("markus")
        .await
        .posts("/api/v1/mandates", &mandate("markus", "sari", "daily"))
        .await
        .is_problem(404, "not-found");

    for (giver, taker) in [("hendra", "rina"), ("budi", "yohanes"), ("rina", "budi")] {
        let given = endang.posts("/api/v1/mandates", &mandate(giver, taker, "acting")).await;
        assert_eq!(given.status, 201, "{}", given.json);
    }
    let first = endang.get("/api/v1/mandates?limit=2").await.json;
    let next = first["next"].as_str().expect("there is more");
    let rest = endang.get(&format!("/api/v1/mandates?limit=2&after={next}")).await.json;
    assert_eq!((&rest["mandates"][0]["giver"]["id"], &rest["next"]), (&json!("hendra"), &Value::Null));
    endang.get("/api/v1/mandates?after=entah").await.is_problem(422, "mend");
    let of_yohanes = office.acting("yohanes").await.get("/api/v1/mandates").await.json;
    assert_eq!(of_yohanes["mandates"].as_array().map(Vec::len), Some(1), "one reads what concerns oneself");
}

#[tokio::test]
async fn who_is_away_is_noted_and_taken_back() {
    let office = Office::at("2026-11-23 09:00").await;
    let (rina, budi) = (office.acting("rina").await, office.acting("budi").await);
    let away = |from: &str, until: &str| json!({ "person": "budi", "from": from, "until": until, "reason": "Dinas luar" });
    let noted = rina.posts("/api/v1/absences", &away("2026-11-23", "2026-11-25")).await;
    assert_eq!(
        (noted.status, &noted.json["person"]["name"]),
        (201, &json!("Budi Prasetyo")),
        "{}",
        noted.json
    );
    assert_eq!(budi.get("/api/v1/absences").await.json["absences"], json!([noted.json]));
    let reversed = rina.posts("/api/v1/absences", &away("2026-11-25", "2026-11-24")).await;
    assert_eq!((&reversed.json["errors"][0]["field"], codes(&reversed)), (&json!("until"), vec!["reversed"]));
    let yohanes = office.acting("yohanes").await;
    let told = yohanes.posts("/api/v1/absences", &away("2026-11-24", "2026-11-24")).await;
    assert_eq!((&told.json["errors"][0]["field"], codes(&told)), (&json!("person"), vec!["not-an-option"]));
    let back = format!("/api/v1/absences/{}/return", noted.json["id"]);
    yohanes.posts(&back, &json!({})).await.is_problem(404, "not-found");
    let returned = budi.posts(&back, &json!({})).await;
    assert_eq!((returned.status, &returned.json["absences"]), (200, &json!([])), "{}", returned.json);
}

#[tokio::test]
async fn the_calendar_of_a_year_tells_its_hours_days_off_and_decrees() {
    let office = Office::at("2026-11-23 09:00").await;
    let markus = office.acting("markus").await;
    let years = markus.get("/api/v1/calendar/years").await.json;
    assert!(
        years["years"]
            .as_array()
            .is_some_and(|years| years.contains(&json!({ "year": 2026, "revision": 1 })))
    );
    let year = markus.get("/api/v1/calendar/years/2026").await.json;
    assert_eq!((&year["zone"], year["days_off"].as_array().map(Vec::len)), (&json!("WIB"), Some(25)));
    let hours = year["hours"].as_array().expect("hours");
    let friday = hours.iter().find(|hours| hours["kind"] == "friday").expect("Fridays");
    assert_eq!(
        (&friday["opens"], &friday["rest_from"], &friday["closes"]),
        (&json!("07:30"), &json!("11:30"), &json!("16:30"))
    );
    assert_eq!((hours.len(), &friday["decree"]), (4, &json!("Perpres 21/2023")));
    assert_eq!(year["ramadan"], json!([{ "first": "2026-02-19", "last": "2026-03-17", "estimate": false }]));
    let christmas = &year["days_off"][24];
    assert_eq!((&christmas["date"], &christmas["kind"]), (&json!("2026-12-25"), &json!("national")));
    assert_eq!(christmas["decree"], "SKB 1497/2025, 2/2025, 5/2025");
    markus.get("/api/v1/calendar/years/2031").await.is_problem(404, "not-found");

    let between = "from=2026-11-23T15:00:00%2B07:00&to=2026-11-24T08:00:00%2B07:00";
    let passed = markus.get(&format!("/api/v1/calendar/elapsed?{between}")).await.json;
    assert_eq!(passed, json!({ "minutes": 90, "days": 0, "rest_minutes": 90 }));
    let beyond =
        markus.get("/api/v1/calendar/elapsed?from=2031-01-01T00:00:00Z&to=2031-01-02T00:00:00Z").await;
    beyond.is_problem(422, "no-calendar");
}

#[tokio::test]
async fn a_letter_is_looked_at_before_it_is_a_letter_and_the_dossier_tells_the_rest() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let rina = office.program("rina", TokenScope::Read).await;
    let preview = format!("/api/v1/cases/{no}/tasks/7/preview");
    let seen = rina.sees(&no).await;
    let told = rina.posts(&preview, &json!({ "outcome": "tandatangani" })).await;
    assert_eq!(told.status, 200, "{}", told.json);
    let pdf = told.json["documents"][0]["pdf"].as_str().expect("a document");
    let pdf = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, pdf).expect("Base64");
    let pdf = String::from_utf8_lossy(&pdf);
    assert!(pdf.starts_with("%PDF") && pdf.contains("Belum dapat kami penuhi."), "{pdf}");
    assert!(!pdf.contains(" signed by "), "nobody has signed it: {pdf}");
    assert_eq!(rina.sees(&no).await, seen, "nothing was changed");
    rina.posts(&preview, &json!({ "entries": { "suratt": "x" } })).await.is_problem(422, "mend");
    rina.posts(&format!("/api/v1/cases/{no}/tasks/1/preview"), &json!({})).await.is_problem(404, "not-found");
    let markus = office.acting("markus").await;
    markus.posts(&preview, &json!({})).await.is_problem(404, "not-found");
    office.desk.write_readings().await.expect("the access log");
    let of = store::ReadingsOf::Case(no.as_str().into());
    let log = office.desk.store.readings(&of, None, 100).await.expect("the access log").rows;
    assert_eq!(
        log.iter().filter(|row| row.person == "rina").map(|row| row.at.times).sum::<u64>(),
        3,
        "two looks and a preview: {log:?}"
    );

    let dossier = rina.get(&format!("/api/v1/cases/{no}/dossier")).await;
    assert_eq!(
        (dossier.status, &dossier.headers["content-type"]),
        (200, &"application/pdf".parse().expect("a type"))
    );
    assert!(dossier.bytes.starts_with(b"%PDF"));
    markus.get(&format!("/api/v1/cases/{no}/dossier")).await.is_problem(404, "not-found");
}

#[tokio::test]
async fn the_auditor_s_program_reads_who_read_and_a_requester_s_who_read_theirs() {
    let office = Office::at("2026-11-23 09:00").await;
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    let rina = office.acting("rina").await;
    rina.get(&format!("/api/v1/cases/{no}")).await;
    rina.get(&format!("/api/v1/cases/{no}/documents/form")).await;
    let path = format!("/api/v1/cases/{no}/readings");
    let first = office.acting("ratna").await.get(&format!("{path}?limit=1")).await.json;
    let line = &first["readings"][0];
    assert_eq!(
        (&line["who"]["name"], &line["token"], &line["times"]),
        (&json!("Rina Wulandari"), &json!("uji"), &json!(1))
    );
    let next = first["next"].as_str().expect("there is more");
    let rest = office.acting("ratna").await.get(&format!("{path}?after={next}")).await.json;
    let things = [&line["what"], &rest["readings"][0]["what"]];
    for thing in ["case", "document"] {
        assert!(things.contains(&&json!(thing)), "no {thing} in {things:?}");
    }
    for person in ["rina", "markus", "wahyu"] {
        office.acting(person).await.get(&path).await.is_problem(404, "not-found");
    }
    let own = office.acting("markus").await.get("/api/v1/me/readings").await.json;
    assert!(own["readings"].as_array().is_some_and(|lines| lines.len() >= 3), "{own}");
    assert_eq!(office.acting("sari").await.get("/api/v1/me/readings").await.json["readings"], json!([]));
    office.acting("markus").await.get("/api/v1/me/readings?after=entah").await.is_problem(422, "mend");
}

#[tokio::test]
async fn what_somebody_can_do_is_noted_by_whoever_leads_the_work() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.acting("rina").await;
    let path = "/api/v1/people/budi/skills";
    assert_eq!(rina.get(path).await.json, json!({ "qualifications": [], "tags": [] }));
    let qualification = sop::shipped().qualifications[0].id.to_string();
    let skills = json!({ "qualifications": [qualification], "tags": ["jaringan  kantor", " "] });
    let noted = rina.posts(path, &skills).await;
    assert_eq!((noted.status, &noted.json["tags"]), (200, &json!(["jaringan kantor"])), "{}", noted.json);
    assert_eq!(rina.get(path).await.json, noted.json);
    let unknown = rina.posts(path, &json!({ "qualifications": ["sihir"], "tags": [] })).await;
    assert_eq!((unknown.status, codes(&unknown)), (422, vec!["not-an-option"]));
    let long = rina.posts(path, &json!({ "qualifications": [], "tags": ["x".repeat(41)] })).await;
    assert_eq!((long.status, codes(&long)), (422, vec!["too-long"]));
    rina.get("/api/v1/people/hendra/skills").await.is_problem(404, "not-found");
    office.acting("budi").await.get(path).await.is_problem(404, "not-found");
}
