//! Who gets a task, as the ketua weighs it, and what the helpdesk takes of whose week.

use jiff::civil::Date;
use sop::case::PersonId;

use super::{DISPOSES, Office};

const GIVES_BUDI: &[(&str, &str)] = &[("outcome", "setuju"), ("assignee", "budi")];

/// An office in which it is known what Budi and Yohanes can do, and in which Budi has had a case of
/// Markus's since Monday at nine.
async fn office_with_work() -> (Office, String) {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    let budi = [("qualification", "pemrograman"), ("qualification", "linux"), ("tags", "WordPress")];
    assert_eq!(rina.post("/people/budi/skills", &budi).await.location, "/workload");
    rina.post("/people/yohanes/skills", &[("qualification", "linux"), ("tags", "")]).await;
    let no = asked(&office).await;
    assert_eq!(rina.completes(&no, 2, GIVES_BUDI).await.status, 303);
    (office, no)
}

/// A request about an application, which waits for Rina's decision.
async fn asked(office: &Office) -> String {
    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    no
}

async fn away(office: &Office, who: &str, from: Date, until: Date) {
    let (store, rina) = (&office.desk.store, PersonId::new("rina"));
    store
        .add_absence(&PersonId::new(who), from, until, "dinas luar", &rina, office.desk.now())
        .await
        .unwrap();
}

async fn page(office: &Office, no: &str) -> String {
    office.sign_in("rina").await.get(&format!("/cases/{no}")).await.text
}

/// The members that a page offers, each with whether they are chosen already.
fn offered(page: &str) -> Vec<(&str, bool)> {
    page.split("name=\"assignee\" value=\"")
        .skip(1)
        .filter_map(|rest| {
            let (id, _) = rest.split_once('"')?;
            let (control, _) = rest.split_once('>')?;
            Some((id, control.contains("checked")))
        })
        .collect()
}

#[tokio::test]
async fn somebody_is_proposed_with_the_reason_and_nobody_is_chosen() {
    let (mut office, _) = office_with_work().await;
    office.later("2026-11-23 10:30");
    let no = asked(&office).await;
    let page = page(&office, &no).await;
    assert!(page.contains("Kasus ini memerlukan Pemrograman dan Linux."), "{page}");
    let proposal = "Usulan: Budi Prasetyo, memenuhi Pemrograman dan Linux, 1 tugas terbuka, paling banyak \
                    1 jam 30 menit pekan ini. Anda yang memilih.";
    assert!(page.contains(proposal), "{page}");
    assert!(page.contains("paling banyak 1 jam 30 menit dari 15 jam") && page.contains("juga WordPress"));
    assert!(page.contains("belum memenuhi Pemrograman"), "Yohanes is compared by the same");
    assert_eq!(offered(&page), [("budi", false), ("yohanes", false)]);
}

#[tokio::test]
async fn what_was_chosen_is_still_chosen_when_the_form_comes_back() {
    let office = Office::at("2026-11-23 09:00").await;
    let no = asked(&office).await;
    let rina = office.sign_in("rina").await;
    let without_outcome = rina.completes(&no, 2, &[("assignee", "yohanes")]).await;
    assert_eq!(without_outcome.status, 422);
    assert_eq!(offered(&without_outcome.text), [("budi", false), ("yohanes", true)]);
}

#[tokio::test]
async fn whoever_is_away_carries_a_warning_and_somebody_else_is_proposed() {
    let (office, _) = office_with_work().await;
    away(&office, "budi", Date::constant(2026, 11, 23), Date::constant(2026, 11, 25)).await;
    let no = asked(&office).await;
    let page = page(&office, &no).await;
    assert!(page.contains("Usulan: Yohanes Tallo, memenuhi Linux, belum memenuhi Pemrograman"), "{page}");
    assert!(page.contains("Sedang tidak di kantor. Tidak masuk Senin 23 Nov sampai Rabu 25 Nov."), "{page}");
    let anyway = office.sign_in("rina").await.completes(&no, 2, GIVES_BUDI).await;
    assert_eq!(anyway.status, 303, "the ketua decides");
}

#[tokio::test]
async fn a_week_full_of_helpdesk_is_warned_of_but_stops_nobody() {
    let (mut office, _) = office_with_work().await;
    office.later("2026-11-25 08:59");
    let no = asked(&office).await;
    // Six hours on Monday, seven and a half on Tuesday, and the hour and a half of today not quite.
    let reached = "Batas 15 jam sepekan sudah tercapai.";
    assert!(!page(&office, &no).await.contains(reached));
    office.later("2026-11-25 09:00");
    assert!(page(&office, &no).await.contains(reached));
    assert_eq!(office.sign_in("rina").await.completes(&no, 2, GIVES_BUDI).await.status, 303);
}

#[tokio::test]
async fn a_task_that_is_handed_on_says_whose_it_is_and_proposes_another() {
    let (office, no) = office_with_work().await;
    let page = page(&office, &no).await;
    assert!(page.contains("Tugas ini ada padanya sekarang"), "{page}");
    assert!(page.contains("Usulan: Yohanes Tallo"), "{page}");
    assert_eq!(offered(&page), [("budi", false), ("yohanes", false)]);
}

#[tokio::test]
async fn the_workload_shows_hours_week_by_week_and_of_which_cases() {
    let (mut office, no) = office_with_work().await;
    office.later("2026-11-30 09:30");
    let found = [("outcome", "aplikasi"), ("t3-temuan", "Galat 500.")];
    assert_eq!(office.sign_in("budi").await.completes(&no, 3, &found).await.status, 303);
    office.later("2026-12-01 09:30");
    for who in ["rina", "hendra"] {
        let page = office.sign_in(who).await.get("/workload").await.text;
        assert!(page.contains("paling banyak 9 jam 30 menit dari 15 jam"), "{page}");
        assert!(page.contains("<b class=\"over\">36 jam</b>"), "last week from Monday at nine: {page}");
        assert!(
            page.contains(&format!("<a href=\"/cases/{no}\">{no}</a> 9 jam 30 menit")),
            "both its tasks: {page}"
        );
        assert!(page.contains("akan terbengkalai"), "what the SOP warns of");
        assert_eq!(page.contains("/people/budi/skills"), who == "rina", "only the ketua changes skills");
    }
    for who in ["budi", "markus", "endang", "wahyu"] {
        assert_eq!(office.sign_in(who).await.get("/workload").await.status, 404, "{who}");
    }
}

#[tokio::test]
async fn skills_are_written_down_by_the_ketua_and_the_admin_for_those_who_get_work() {
    let office = Office::at("2026-11-23 09:00").await;
    let wahyu = office.sign_in("wahyu").await;
    assert!(wahyu.get("/people").await.text.contains("/people/budi/skills"));
    let noted =
        [("qualification", "jaringan"), ("qualification", "memasak"), ("tags", " Mikrotik ,, Wi-Fi  5")];
    assert_eq!(wahyu.post("/people/budi/skills", &noted).await.location, "/people");
    let page = wahyu.get("/people/budi/skills").await.text;
    assert!(
        page.contains("value=\"jaringan\" checked") && page.contains("value=\"Mikrotik, Wi-Fi 5\""),
        "{page}"
    );
    assert!(!page.contains("memasak"), "the SOP knows no such qualification");
    assert!(page.contains("“memiliki kemampuan trouble shooting jaringan internet”"), "word for word");
    for (who, whose) in [("budi", "budi"), ("hendra", "budi"), ("rina", "markus"), ("rina", "nobody")] {
        let visitor = office.sign_in(who).await;
        assert_eq!(visitor.get(&format!("/people/{whose}/skills")).await.status, 404, "{who} of {whose}");
    }
}

#[tokio::test]
async fn too_many_tags_are_returned_as_they_were_typed() {
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    let many: Vec<String> = (0..13).map(|n| format!("alat {n}")).collect();
    let long = "x".repeat(41);
    for tags in [many.join(", "), long] {
        let answer = rina.post("/people/budi/skills", &[("qualification", "linux"), ("tags", &tags)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("Tulis paling banyak 12 keahlian"), "{}", answer.text);
        assert!(answer.text.contains(&format!("value=\"{tags}\"")));
        assert!(answer.text.contains("value=\"linux\" checked"));
    }
    assert!(!rina.get("/people/budi/skills").await.text.contains("checked"), "nothing was kept of it");
}

#[tokio::test]
async fn the_sop_page_says_why_a_category_needs_what_it_needs() {
    let office = Office::at("2026-11-23 09:00").await;
    let page = office.sign_in("rina").await.get("/sop").await.text;
    assert!(page.contains("Server tidak dapat dijangkau: Jaringan dan Linux"), "{page}");
    assert!(page.contains("peralatan naskah untuk server ialah SSH"), "{page}");
}
