//! The access log: that nothing of a case is read unseen, and who gets to see who read it.

use sop::case::{CaseNo, PersonId};
use store::{ReadingRow, ReadingsOf};

use super::reach::{addresses, filled, office_with_a_case};
use super::{Office, waits_for_signature};

impl Office {
    /// The access log of a case, the last line first.
    async fn readings_of(&self, no: &str) -> Vec<ReadingRow> {
        self.desk.write_readings().await.expect("the access log");
        let of = ReadingsOf::Case(CaseNo::new(no));
        self.desk.store.readings(&of, None, 1_000).await.expect("the access log").rows
    }

    /// How often something of a case was read.
    async fn times_read(&self, no: &str) -> u64 {
        self.readings_of(no).await.iter().map(|row| row.at.times).sum()
    }
}

#[tokio::test]
async fn every_page_and_file_that_names_a_case_leaves_a_line() {
    let (office, no) = office_with_a_case().await;
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    let (ratna, markus) = (office.sign_in("ratna").await, office.sign_in("markus").await);
    let of_a_case = addresses(&office).await;
    let of_a_case: Vec<_> =
        of_a_case.iter().filter(|(method, path)| method == "GET" && path.contains("{no}")).collect();
    assert!(of_a_case.len() >= 8, "{of_a_case:?}");
    for (_, path) in of_a_case {
        let before = office.times_read(&no).await;
        let reader = if path.starts_with("/requests/") { &markus } else { &ratna };
        assert_eq!(reader.get(&filled(path, &no)).await.status, 200, "{path}: who may read it?");
        assert_eq!(office.times_read(&no).await, before + 1, "{path} was read unseen");
    }
}

#[tokio::test]
async fn whatever_a_program_reads_of_a_case_leaves_a_line_with_the_name_of_its_token() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = waits_for_signature(&office, "Belum dapat kami penuhi.").await;
    let file: &[(&str, Option<&str>, &[u8])] = &[("files", Some("a.png"), super::PNG)];
    office.sign_in("markus").await.post_files(&format!("/cases/{no}/attachments"), file).await;
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    let (rina, ratna) = (office.acting("rina").await, office.acting("ratna").await);
    let case = rina.get(&format!("/api/v1/cases/{no}")).await.json;
    let attachment = case["attachments"][0]["id"].as_u64().or(case["attachments"][0]["seq"].as_u64());
    let attachment = attachment.unwrap_or_else(|| panic!("an attachment: {case}")).to_string();
    let letters = rina.get("/api/v1/letters").await.json;
    let code = letters["letters"][0]["code"].as_str().unwrap_or_else(|| panic!("a letter: {letters}"));
    let described = rina.get("/api/v1/openapi.json").await.json;
    let paths = described["paths"].as_object().expect("paths").iter();
    let of_a_case = paths.filter(|(path, operations)| {
        operations.get("get").is_some() && (path.contains("{no}") || path.contains("{code}"))
    });
    let mut count = 0;
    for (path, _) in of_a_case {
        let before = office.times_read(&no).await;
        let address = [("{no}", no.as_str()), ("{id}", "form"), ("{seq}", &attachment), ("{code}", code)]
            .iter()
            .fold(path.clone(), |path, (name, value)| path.replace(name, value));
        let reader = if path.ends_with("/readings") { &ratna } else { &rina };
        assert_eq!(reader.get(&address).await.status, 200, "{address}");
        assert_eq!(office.times_read(&no).await, before + 1, "{path} was read unseen");
        let last = &office.readings_of(&no).await;
        assert!(last.iter().any(|row| row.token == "uji" && row.person == "rina"), "{last:?}");
        count += 1;
    }
    assert!(count >= 9, "{count}");
}

#[tokio::test]
async fn a_page_that_refreshes_by_itself_is_one_line_and_a_later_look_is_another() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    let cookie = office.sign_in("rina").await.cookie;
    for moment in ["2026-11-23 09:00", "2026-11-23 09:10", "2026-11-23 09:24", "2026-11-23 09:40"] {
        office.later(moment);
        let rina = super::Visitor { office: &office, cookie: cookie.clone() };
        assert_eq!(rina.get(&format!("/cases/{no}")).await.status, 200);
        office.desk.write_readings().await.expect("the access log");
    }
    let times: Vec<u64> = office.readings_of(&no).await.iter().map(|row| row.at.times).collect();
    assert_eq!(times, [1, 3], "sixteen minutes later it is another look");
}

#[tokio::test]
async fn what_was_not_shown_was_not_read() {
    let (office, no) = office_with_a_case().await;
    assert_eq!(office.stranger().get(&format!("/cases/{no}")).await.status, 303);
    assert_eq!(office.sign_in("sari").await.get(&format!("/requests/{no}")).await.status, 404);
    assert_eq!(office.sign_in("wahyu").await.get(&format!("/cases/{no}/dossier")).await.status, 404);
    assert_eq!(office.times_read(&no).await, 0);
}

#[tokio::test]
async fn the_auditor_and_whoever_asked_for_help_see_who_read_and_nobody_else() {
    let (office, no) = office_with_a_case().await;
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    let rina = office.sign_in("rina").await;
    rina.get(&format!("/cases/{no}")).await;
    rina.get(&format!("/cases/{no}/attachments/2")).await;
    office.sign_in("markus").await.get(&format!("/requests/{no}")).await;

    let audited = office.sign_in("ratna").await.get(&format!("/cases/{no}/readings")).await;
    assert_eq!(audited.status, 200);
    for said in ["Rina Wulandari", "Markus Lado", "Lampiran: foto.png", "Kasus dan riwayatnya", "730 hari"] {
        assert!(audited.text.contains(said), "{said}: {}", audited.text);
    }
    for person in ["hendra", "rina", "wahyu", "markus"] {
        assert_eq!(
            office.sign_in(person).await.get(&format!("/cases/{no}/readings")).await.status,
            404,
            "{person}"
        );
    }
    let own = office.sign_in("markus").await.get("/account/readings").await.text;
    for said in ["Rina Wulandari", "Markus Lado (Anda)", "Ratna Dewi", "Catatan siapa membaca", &no] {
        assert!(own.contains(said), "{said}: {own}");
    }
    let foreign = office.sign_in("sari").await.get("/account/readings").await.text;
    assert!(foreign.contains("Belum ada yang membaca") && !foreign.contains("Rina"), "{foreign}");
}

#[tokio::test]
async fn the_access_log_is_read_a_page_at_a_time_and_forgets_what_is_too_old() {
    let mut office = Office::at("2026-11-23 09:00").await;
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    let cookie = office.sign_in("rina").await.cookie;
    let start = office.desk.now();
    // Every sixteen minutes of a long day, each time as another line.
    for look in 0..44 {
        office.desk = office.desk.at(crate::Clock::Fixed(start + jiff::SignedDuration::from_mins(16 * look)));
        let rina = super::Visitor { office: &office, cookie: cookie.clone() };
        assert_eq!(rina.get(&format!("/cases/{no}")).await.status, 200);
        office.desk.write_readings().await.expect("the access log");
    }
    let all = office.readings_of(&no).await.len();
    let of = ReadingsOf::Subject(PersonId::new("markus"));
    let first = office.desk.store.readings(&of, None, 20).await.expect("a page");
    let second = office.desk.store.readings(&of, first.next.as_deref(), 1_000).await.expect("a page");
    assert_eq!((first.rows.len(), second.rows.len(), second.next), (20, all - 20, None));
    assert!(first.rows[19].at.first > second.rows[0].at.first);
    let middle = second.rows[0].at.last;
    assert_eq!(office.desk.store.forget_readings(middle).await.expect("forgotten"), (all - 21) as u64);
    assert_eq!(office.readings_of(&no).await.len(), 21);
    let nowhere = office.sign_in("markus").await.get("/account/readings?after=x").await;
    assert!((400..500).contains(&nowhere.status), "{}", nowhere.status);
}
