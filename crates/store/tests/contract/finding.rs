//! Finding cases by what was written in them: what finds what, for whom, and what is found no more.

use std::collections::BTreeSet;

use sop::case::{AttachedFile, Audience, CaseNo, Command, Entries, FileHash, Registration, WrittenKind};
use store::files::Files;
use store::{
    Excerpt, Filter, Found, FoundState, Fragment, ListedCase, NewDestruction, Scope, Search, Sort, StoreError,
};

use crate::office::{Dice, Office, actor, any_act, append, completion, letter, minutes, request};

fn about(text: &str) -> Search {
    Search { text: text.to_owned(), ..Search::default() }
}

fn sari() -> Scope {
    Scope::Requester("sari".into())
}

impl Office {
    async fn search(&self, scope: &Scope, search: &Search) -> Found {
        self.store.search(scope, search, None, 100).await.unwrap()
    }

    /// The numbers of the cases that a text finds, in their order.
    async fn finds(&self, scope: &Scope, text: &str) -> Vec<String> {
        numbers(&self.search(scope, &about(text)).await)
    }

    /// A request about something, with what is wrong.
    async fn asked(&self, subject: &str, description: &str) -> CaseNo {
        self.register(described(subject, description, ""), minutes(0)).await.case.number
    }

    async fn remarks(&self, no: &CaseNo, text: &str, audience: Audience) {
        let file = self.store.case_file(&Scope::All, no).await.unwrap().unwrap();
        let note = Command::Note { text: text.to_owned(), audience };
        self.act(&file.case, &actor("rina"), minutes(5), note).await;
    }
}

fn described(subject: &str, description: &str, system: &str) -> Registration {
    let mut entries: Entries = request(subject).entries;
    entries.insert("uraian".to_owned(), vec![description.to_owned()]);
    entries.insert("sistem".to_owned(), vec![system.to_owned()]);
    Registration { entries, ..request(subject) }
}

fn numbers(found: &Found) -> Vec<String> {
    found.hits.iter().map(|hit| hit.case.no.to_string()).collect()
}

fn shown(fragments: &[Fragment]) -> String {
    let show = |part: &Fragment| if part.marked { format!("[{}]", part.text) } else { part.text.clone() };
    fragments.iter().map(show).collect()
}

fn excerpts(found: &Found) -> Vec<(WrittenKind, bool, String)> {
    let read = |excerpt: &Excerpt| (excerpt.kind, excerpt.office_only, shown(&excerpt.text));
    found.hits.iter().flat_map(|hit| &hit.excerpts).map(read).collect()
}

#[tokio::test]
async fn a_case_is_found_by_whatever_was_written_in_it() {
    let office = Office::in_memory().await;
    let mut registration = described("Surel tidak terkirim", "Pesan kembali sejak pagi", "Zimbra");
    registration.files.push(AttachedFile {
        file: FileHash::new("1".repeat(64)),
        media_type: "image/png".to_owned(),
        bytes: 10,
        name: "Tangkapan layar.png".to_owned(),
    });
    let file = office.register(registration, minutes(0)).await;
    let other = office.register(letter("Data hilang", "B-12/TU/2026"), minutes(1)).await;
    let no = file.case.number.to_string();
    office.remarks(&file.case.number, "Menunggu cakram pengganti", Audience::Office).await;
    let mut file = office.case(&file).await;
    for outcome in ["teruskan", "setuju"] {
        file = office.complete(&file.case, outcome, minutes(10)).await;
    }
    let task = file.case.open_tasks().next().unwrap();
    let (by, command) = completion(&file.case, task, &"aplikasi".into());
    let Command::Complete { task, outcome, mut entries, assignee, seen, signature } = command else {
        panic!("a completion")
    };
    entries.insert("temuan".to_owned(), vec!["Antrean Postfix penuh".to_owned()]);
    let command = Command::Complete { task, outcome, entries, assignee, seen, signature };
    office.act(&file.case, &by, minutes(20), command).await;

    for (text, kind, marked) in [
        ("pesan", Some(WrittenKind::Request), "[Pesan] kembali sejak pagi"),
        ("zimbra", Some(WrittenKind::Request), "[Zimbra]"),
        ("wahyuni", Some(WrittenKind::Request), "Sari [Wahyuni]"),
        ("tangkapan", Some(WrittenKind::Attachment), "[Tangkapan] layar.png"),
        ("cakram", Some(WrittenKind::Note), "Menunggu [cakram] pengganti"),
        ("postfix", Some(WrittenKind::Record), "Antrean [Postfix] penuh"),
        ("antrean postfix penuh", Some(WrittenKind::Record), "[Antrean] [Postfix] [penuh]"),
        ("terkirim", None, ""),
        ("nusa tenggara", None, ""),
    ] {
        let found = office.search(&Scope::All, &about(text)).await;
        assert!(numbers(&found).contains(&no), "{text}");
        match kind {
            Some(kind) => {
                let places = excerpts(&found);
                let place = places.iter().find(|(_, _, text)| text == marked);
                assert_eq!(place.map(|(kind, ..)| *kind), Some(kind), "{text}: {places:?}");
            }
            None => assert_eq!(excerpts(&found).len(), 0, "{text}"),
        }
    }
    let subject = &office.search(&Scope::All, &about("kirim surel")).await.hits[0].subject;
    assert_eq!(shown(subject), "[Surel] tidak [terkirim]", "words of one root find each other");
    let number = other.case.number.to_string();
    for text in ["B-12/TU/2026", "12/TU", "tu/2026", "B-12", &number, "2026-0002", "data lado"] {
        assert_eq!(office.finds(&Scope::All, text).await, std::slice::from_ref(&number), "{text}");
    }
    assert!(office.finds(&Scope::All, "12-B").await.is_empty(), "parts of a number come in its order");
}

#[tokio::test]
async fn requesters_find_their_own_requests_and_only_by_what_they_may_read() {
    let office = Office::in_memory().await;
    let own = office.asked("Surel tidak terkirim", "Pesan kembali").await;
    let foreign = Registration { requester: Some("agus".into()), ..request("Surel penuh rahasia") };
    let foreign = office.register(foreign, minutes(1)).await.case.number;
    office.remarks(&own, "Kata sandinya bocor lewat pengelabuan", Audience::Office).await;
    office.remarks(&own, "Silakan ganti kuncinya", Audience::Everyone).await;

    assert_eq!(office.finds(&sari(), "surel").await, [own.to_string()]);
    assert_eq!(office.finds(&sari(), "kunci").await, [own.to_string()]);
    for text in ["rahasia", "pengelabuan", "pengelab", "pengelabuna", "surel bocor", foreign.as_str()] {
        let found = office.search(&sari(), &about(text)).await;
        assert_eq!(found, Found::default(), "{text}");
    }
    let read = office.search(&sari(), &about("ganti kunci")).await;
    assert_eq!(excerpts(&read), [(WrittenKind::Note, false, "Silakan [ganti] [kuncinya]".to_owned())]);

    let all = office.search(&Scope::All, &about("pengelabuan")).await;
    let note = "Kata sandinya bocor lewat [pengelabuan]".to_owned();
    assert_eq!(excerpts(&all), [(WrittenKind::Note, true, note)]);
    assert_eq!(office.search(&Scope::Nothing, &about("surel")).await, Found::default());
}

#[tokio::test]
async fn the_last_word_may_go_on_and_a_slip_is_forgiven_unless_the_text_is_to_be_exact() {
    let office = Office::in_memory().await;
    let network = office.asked("Jaringan lambat", "Kabel digigit").await.to_string();
    office.asked("Printer macet", "Kertas tersangkut").await;
    for (text, instead) in [
        ("jarin", None),
        ("lambat jari", None),
        ("jarignan", Some("jaringan")),
        ("jaringn lambat", Some("jaringan lambat")),
        ("lambta garongan", Some("lambat jaringan")),
    ] {
        let found = office.search(&Scope::All, &about(text)).await;
        assert_eq!((numbers(&found), found.instead.as_deref()), (vec![network.clone()], instead), "{text}");
        let exact = Search { exact: true, ..about(text) };
        assert!(office.search(&Scope::All, &exact).await.hits.is_empty(), "{text}");
    }
    for text in ["jar lambat", "komputer", "jaringan macet", "2026-0003", "x"] {
        assert_eq!(office.search(&Scope::All, &about(text)).await, Found::default(), "{text}");
    }
}

#[tokio::test]
async fn what_a_case_is_about_counts_more_than_what_was_said_on_its_way_and_the_newest_comes_first() {
    let office = Office::in_memory().await;
    let named = office.asked("Pemindai rusak", "Tidak menyala").await.to_string();
    let mentioned = office.asked("Kertas habis", "Kata Rina, pemindai pun tidak").await;
    office.remarks(&mentioned, "Bukan urusan kami", Audience::Office).await;
    office.requests(12).await;
    let found = office.finds(&Scope::All, "pemindai").await;
    assert_eq!(found, [named, mentioned.to_string()]);
    let alike = office.finds(&Scope::All, "permintaan").await;
    let newest_first: Vec<String> = (3..=14).rev().map(|n| format!("2026-{n:04}")).collect();
    assert_eq!(alike, newest_first);
    // A number that is typed in full stands before the cases that mention it.
    office.remarks(&mentioned, "Sama dengan 2026-0005, 2026-0005, 2026-0005", Audience::Office).await;
    assert_eq!(office.finds(&Scope::All, "2026-0005").await, ["2026-0005", mentioned.as_str()]);
}

#[tokio::test]
async fn a_search_is_narrowed_by_year_unit_and_state() {
    let office = Office::in_memory().await;
    let ended = office.asked("Surel penuh", "Kotak penuh").await;
    let file = office.store.case_file(&Scope::All, &ended).await.unwrap().unwrap();
    let withdraw = Command::Withdraw { reason: "Sudah selesai sendiri".to_owned() };
    office.act(&file.case, &actor("sari"), minutes(5), withdraw).await;
    let on_paper = office.register(letter("Surel hilang", "B-12/TU/2026"), minutes(6)).await.case.number;
    let narrowed = |search: Search| Search { text: "surel".to_owned(), ..search };
    for (search, found) in [
        (Search { year: Some(2026), ..Search::default() }, vec![&on_paper, &ended]),
        (Search { year: Some(2025), ..Search::default() }, vec![]),
        (Search { unit: Some("bbpsi-padi".into()), ..Search::default() }, vec![&on_paper]),
        (Search { state: Some(FoundState::Running), ..Search::default() }, vec![&on_paper]),
        (Search { state: Some(FoundState::Suspended), ..Search::default() }, vec![]),
        (Search { state: Some(FoundState::Ended("ditarik".into())), ..Search::default() }, vec![&ended]),
    ] {
        let search = narrowed(search);
        let numbers: BTreeSet<String> =
            numbers(&office.search(&Scope::All, &search).await).into_iter().collect();
        assert_eq!(numbers, found.iter().map(ToString::to_string).collect(), "{search:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_what_comes_in_meanwhile_moves_nothing() {
    let office = Office::in_memory().await;
    office.requests(7).await;
    let search = about("permintaan");
    let first = office.store.search(&Scope::All, &search, None, 3).await.unwrap();
    office.requests(2).await;
    let second = office.store.search(&Scope::All, &search, first.next.as_deref(), 3).await.unwrap();
    let third = office.store.search(&Scope::All, &search, second.next.as_deref(), 3).await.unwrap();
    let shown: Vec<String> = [&first, &second, &third].into_iter().flat_map(numbers).collect();
    assert_eq!(shown, (1..=7).rev().map(|n| format!("2026-{n:04}")).collect::<Vec<_>>());
    assert_eq!(third.next, None);
    for place in ["", "g.", "g.1", "g.x.2", "f.0.1", "g.20260000007.20260009999"] {
        let nowhere = office.store.search(&Scope::All, &search, Some(place), 3).await;
        assert!(matches!(nowhere, Err(StoreError::Cursor { .. })), "{place:?}: {nowhere:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_typed_has_a_meaning_of_its_own() {
    let office = Office::in_memory().await;
    office.asked("Surel tidak terkirim", "Pesan kembali").await;
    let long = "surel ".repeat(500);
    for (text, finds) in [
        ("\"surel", true),
        ("surel\" OR \"x", false),
        ("surel AND tidak", false),
        ("subject : surel", false),
        ("{office} : surel", false),
        ("surel*", true),
        ("NEAR(surel tidak)", false),
        ("(surel)", true),
        ("-surel", true),
        ("^surel", true),
        ("'; DROP TABLE found_cases; --", false),
        ("sure\0l", false),
        ("%", false),
        ("surel \u{202e} tidak", true),
        (long.as_str(), true),
    ] {
        assert_eq!(!office.finds(&Scope::All, text).await.is_empty(), finds, "{text:?}");
    }
    let office = &office;
    let runtime = tokio::runtime::Handle::current();
    let seeds =
        ["surel \"tidak\" 2026-0001", "kata AND (x OR y*) NOT z^2"].map(|seed| seed.as_bytes().to_vec());
    tokio::task::block_in_place(|| {
        hostile::try_all(env!("CARGO_MANIFEST_DIR"), "searches", &seeds, |bytes| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            runtime.block_on(office.store.search(&Scope::All, &about(&text), None, 5)).expect("an answer");
        });
    });
}

/// What everybody finds by some words of a busy office.
async fn everything(office: &Office) -> Vec<Found> {
    let mut all = Vec::new();
    for text in ["permintaan", "beberapa keadaan", "galat 500", "wahyuni", "kerusak", "galta", "2026-0003"] {
        for scope in [Scope::All, sari()] {
            all.push(office.search(&scope, &about(text)).await);
        }
    }
    all
}

#[tokio::test]
async fn what_is_rebuilt_finds_the_same() {
    let office = Office::on_disk().await;
    let mut dice = Dice(5);
    for mut file in office.requests(8).await {
        for minute in 0..dice.roll(30) as i64 {
            if let Ok(events) = any_act(&file.case, &mut dice, minutes(20 + minute)) {
                file = append(&office.store, &file.case, events).await.unwrap();
            }
        }
    }
    let before = everything(&office).await;
    assert!(before.iter().filter(|found| !found.hits.is_empty()).count() >= 10, "{before:#?}");
    office
        .tamper_each(
            "INSERT INTO found_cases (found_cases) VALUES ('delete-all'); DELETE FROM found_words; \
             DELETE FROM found_word_keys",
            "DELETE FROM found_cases; DELETE FROM found_words; DELETE FROM found_word_keys",
        )
        .await;
    assert!(everything(&office).await.iter().all(|found| found.hits.is_empty()));
    office.store.rebuild().await.unwrap();
    assert_eq!(everything(&office).await, before);
    // A text that was erased is found no more.
    office.tamper("DELETE FROM event_texts WHERE case_id = 20260000003 AND key = '@hal'").await;
    office.store.rebuild().await.unwrap();
    let subjects = office.finds(&Scope::All, "permintaan").await;
    assert!(!subjects.contains(&"2026-0003".to_owned()), "{subjects:?}");
}

#[tokio::test]
async fn a_destroyed_case_leaves_nothing_to_be_found_and_no_word_in_the_file() {
    let office = Office::on_disk().await;
    let folder = tempfile::tempdir().unwrap();
    let files = Files::open(folder.path()).unwrap();
    let no = office.asked("Xilofon rahasia", "Kata sandi Quetzalkoatl dan jaringan").await;
    office.asked("Jaringan lambat", "Kabel digigit tikus").await;
    let file = office.store.case_file(&Scope::All, &no).await.unwrap().unwrap();
    let withdraw = Command::Withdraw { reason: "Sudah ketemu".to_owned() };
    office.act(&file.case, &actor("sari"), minutes(5), withdraw).await;
    let later = minutes(6 * 366 * 24 * 60);
    let ended = office.store.ended_cases(&sop::shipped().code, later).await.unwrap();
    let listed = ended.into_iter().map(|(case, ended_at)| ListedCase {
        case,
        class: "layanan-ti".to_owned(),
        ended_at,
        kept_until: 2031,
        destroyed_at: None,
    });
    let listed: Vec<ListedCase> = listed.collect();
    let new = NewDestruction { basis: "JRA", cases: &listed, answers: None };
    let store = &office.store;
    let list = store.propose_destruction(&"wulan".into(), new, later).await.unwrap();
    let digest = store.destruction_list(list).await.unwrap().unwrap().digest;
    store.approve_destruction(list, &digest, &"haris".into(), later).await.unwrap();
    store.carry_out_destruction(list, &"wulan".into(), &files, later).await.unwrap();

    for scope in [Scope::All, sari()] {
        for text in ["xilofon", "quetz", "quetzalkoalt", "ketemu"] {
            assert_eq!(office.search(&scope, &about(text)).await, Found::default(), "{text}");
        }
    }
    assert_eq!(office.finds(&sari(), "jaringan").await, ["2026-0002"], "what others wrote stays");
    assert_eq!(office.finds(&sari(), no.as_str()).await.len(), 0);
    let by_number = office.search(&Scope::All, &about(no.as_str())).await;
    assert_eq!((numbers(&by_number), excerpts(&by_number).len()), (vec![no.to_string()], 0));
    let before = everything(&office).await;
    office.store.rebuild().await.unwrap();
    assert_eq!(everything(&office).await, before);
    let list = office.store.list(&Scope::All, &Filter::default(), Sort::Number, None, 10).await.unwrap();
    assert_eq!(list.rows.len(), 2);

    if office.is_on_postgres() {
        // What lies in a server's files until it vacuums is its own affair: see decision 0020.
        return;
    }
    office.tamper("PRAGMA wal_checkpoint(TRUNCATE)").await;
    for path in office.database_files() {
        let bytes = std::fs::read(&path).unwrap();
        for word in ["xilofon", "quetzalkoatl"] {
            let there = bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()));
            assert!(!there, "{word} in {}", path.display());
        }
    }
}

#[tokio::test]
async fn beside_a_request_stand_earlier_cases_like_it_with_what_mended_them() {
    let office = Office::in_memory().await;
    let scanner =
        described("Pemindai tidak menyala", "Lampu pemindai mati sejak listrik padam", "Fujitsu fi");
    let mut first = office.register(scanner, minutes(0)).await;
    for outcome in ["teruskan", "setuju", "aplikasi", "diperiksa"] {
        first = office.complete(&first.case, outcome, minutes(10)).await;
    }
    let task = first.case.open_tasks().next().unwrap().id;
    let logged: Entries = [("tahapan".to_owned(), vec!["Membuka penutup".to_owned()])].into();
    first = office
        .act(&first.case, &actor("budi"), minutes(15), Command::LogProgress { task, entries: logged })
        .await;
    let task = first.case.open_tasks().next().unwrap();
    let (by, command) = completion(&first.case, task, &"diperbaiki".into());
    let Command::Complete { task, outcome, mut entries, assignee, seen, signature } = command else {
        panic!("a completion")
    };
    entries.insert("ringkasan".to_owned(), vec!["Adaptor daya diganti".to_owned()]);
    let command = Command::Complete { task, outcome, entries, assignee, seen, signature };
    office.act(&first.case, &by, minutes(20), command).await;
    for n in 0..6 {
        office.asked(&format!("Surel {n} tidak terkirim"), "Pesan kembali").await;
    }
    let same_system =
        office.register(described("Gambar bergaris", "Kaca pemindai kotor", "FUJITSU-FI"), minutes(2));
    let same_system = same_system.await.case.number;
    let new = office.register(
        described("Pemindai mati", "Tidak menyala setelah listrik padam", "Fujitsu fi"),
        minutes(3),
    );
    let new = new.await;

    let similar = office.store.similar(&Scope::All, &new.case).await.unwrap();
    let told: Vec<_> = similar
        .iter()
        .map(|similar| (similar.case.no.clone(), similar.same_system, similar.mended.as_deref()))
        .collect();
    assert_eq!(
        told,
        [(first.case.number.clone(), true, Some("Adaptor daya diganti")), (same_system, true, None)]
    );
    assert_eq!(similar[0].wrong.as_deref(), Some("Beberapa baris\ntentang keadaannya"));
    assert!(
        office.store.similar(&Scope::All, &first.case).await.unwrap().is_empty(),
        "nothing came before it"
    );
    assert!(office.store.similar(&sari(), &new.case).await.unwrap().is_empty());
    let unlike = office.register(described("Kunci lemari hilang", "Tolong dibukakan", ""), minutes(4)).await;
    assert!(office.store.similar(&Scope::All, &unlike.case).await.unwrap().is_empty());
}
