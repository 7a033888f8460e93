use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use sop::calendar::Zone;
use sop::definition::Role;
use store::{
    Asked, Corrected, Correcting, Device, NewPerson, Period, PersonError, ProviderSignIn, PutPeopleError,
    RuledRoles, Skills, StoreError, Term, Unit,
};

use crate::office::{Office, correcting, minutes, period, person, unit};

/// A day on which nothing changes.
const TODAY: Date = date(2026, 1, 5);

fn names(people: &[store::Person]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

#[tokio::test]
async fn people_are_found_by_name_and_role() {
    let office = Office::in_memory().await;
    let store = &office.store;
    assert_eq!(
        names(&store.people(TODAY).await.unwrap()),
        ["Agus", "Budi", "Dewi", "Haris", "Rina", "Sari", "Wulan"]
    );
    assert_eq!(names(&store.people_with_role(&"anggota".into(), TODAY).await.unwrap()), ["Budi", "Dewi"]);
    let several = person("tono", "Tono", &["ketua", "anggota", "ketua"]);
    store.add_person(&several).await.unwrap();
    let tono = store.person(&"tono".into(), TODAY).await.unwrap().unwrap();
    assert_eq!(tono.roles, ["anggota", "ketua"]);
    store.add_person(&person("nol", "Nol", &[])).await.unwrap();
    assert_eq!(store.person(&"nol".into(), TODAY).await.unwrap().unwrap().roles, [""; 0]);
    assert_eq!(store.person(&"nobody".into(), TODAY).await.unwrap(), None);

    let found = store.names(&["sari".into(), "nobody".into(), "sari".into()]).await.unwrap();
    assert_eq!((found.len(), found["sari"].as_str()), (1, "Sari"));
    assert!(store.names(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_address_and_a_nip_belong_to_one_person() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let tono = NewPerson { nip: Some("19680415 199203 1 001".to_owned()), ..person("tono", "Tono", &[]) };
    store.add_person(&tono).await.unwrap();
    let same_email = NewPerson { email: "TONO@Kantor.example ".to_owned(), ..person("x", "X", &[]) };
    assert!(matches!(store.add_person(&same_email).await, Err(PersonError::EmailTaken)));
    let same_nip = NewPerson { nip: Some("196804151992031001".to_owned()), ..person("x", "X", &[]) };
    assert!(matches!(store.add_person(&same_nip).await, Err(PersonError::NipTaken)));
    let nowhere = NewPerson { periods: vec![period("nowhere", &[])], ..person("x", "X", &[]) };
    assert!(matches!(store.add_person(&nowhere).await, Err(PersonError::UnitUnknown)));
    let same_id = NewPerson { email: "other@kantor.example".to_owned(), ..person("tono", "X", &[]) };
    assert!(matches!(store.add_person(&same_id).await, Err(PersonError::Store(_))));
    assert_eq!(store.person(&"x".into(), TODAY).await.unwrap(), None);
}

#[tokio::test]
async fn people_are_put_in_all_or_none() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let before = store.people(TODAY).await.unwrap();
    let budi = NewPerson {
        nip: Some("19680415 199203 1 001".to_owned()),
        email: "budi.p@kantor.example".to_owned(),
        password_hash: "$argon2id$other".to_owned(),
        ..person("budi", "Budi Prasetyo", &["ketua"])
    };
    let tono = person("tono", "Tono", &["anggota"]);
    let taken = NewPerson { email: "sari@kantor.example".to_owned(), ..person("x", "Xaver", &[]) };
    let error =
        store.put_people(&[budi.clone(), tono.clone(), taken], TODAY, &correcting()).await.unwrap_err();
    assert!(
        matches!(&error, PutPeopleError::Person { name, source: PersonError::EmailTaken } if name == "Xaver"),
        "{error}"
    );
    assert_eq!(store.people(TODAY).await.unwrap(), before);

    store.put_people(&[budi, tono], TODAY, &correcting()).await.unwrap();
    let credentials = store.credentials("196804151992031001", TODAY).await.unwrap().unwrap();
    assert_eq!(
        (credentials.person.name.as_str(), credentials.person.email.as_str()),
        ("Budi Prasetyo", "budi.p@kantor.example")
    );
    assert_eq!(credentials.person.roles, ["ketua"]);
    assert_eq!(credentials.password_hash, "$argon2id$", "nobody gets another password");
    assert_eq!(store.people(TODAY).await.unwrap().len(), before.len() + 1);
}

#[tokio::test]
async fn people_sign_in_by_address_or_nip() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let tono = NewPerson { nip: Some("19680415 199203 1 001".to_owned()), ..person("tono", "Tono", &[]) };
    store.add_person(&tono).await.unwrap();
    for login in
        ["tono@kantor.example", " Tono@KANTOR.example", "196804151992031001", "19680415 199203 1 001"]
    {
        let credentials = store.credentials(login, TODAY).await.unwrap().expect(login);
        assert_eq!(credentials.person.id.as_str(), "tono");
        assert_eq!(credentials.password_hash, "$argon2id$");
        assert!(!format!("{credentials:?} {tono:?}").contains("argon2"), "no hash in a log");
    }
    for login in ["", "tono", "@", "budi@kantor", "' OR 1=1 --"] {
        assert!(store.credentials(login, TODAY).await.unwrap().is_none(), "{login:?}");
    }
}

#[tokio::test]
async fn what_is_mended_of_a_person_stays_for_a_while_with_who_did_it_and_why() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let at = |period: Period| Period { term: Term::since(TODAY), ..period };
    let first = NewPerson {
        nip: Some("196804151992031001".to_owned()),
        periods: vec![at(period("bpsip-ntt", &["anggota"]))],
        ..person("tono", "Tono", &[])
    };
    store.put_people(std::slice::from_ref(&first), TODAY, &correcting()).await.unwrap();
    assert_eq!(store.corrections(None, None, 10).await.unwrap().rows, [], "nothing was there to mend");

    let granted = Correcting { by: Some("rina".into()), at: minutes(5), why: "Permohonan 4".to_owned() };
    let mended = NewPerson {
        name: "Tono Suharto".to_owned(),
        nip: None,
        email: "tono.s@kantor.example".to_owned(),
        periods: vec![Period {
            position: "Pranata Komputer".to_owned(),
            ..at(period("bbpsi-padi", &["anggota"]))
        }],
        ..first.clone()
    };
    store.put_people(std::slice::from_ref(&mended), TODAY, &granted).await.unwrap();
    let all = store.corrections(Some(&"tono".into()), None, 10).await.unwrap().rows;
    assert!(all.iter().all(|one| (&one.by, one.at, one.why.as_str())
        == (&granted.by, granted.at, granted.why.as_str())));
    let said: Vec<_> =
        all.iter().rev().map(|one| (one.field, one.before.as_str(), one.after.as_str())).collect();
    assert_eq!(
        said,
        [
            (Corrected::Name, "Tono", "Tono Suharto"),
            (Corrected::Nip, "196804151992031001", ""),
            (Corrected::Email, first.email.as_str(), "tono.s@kantor.example"),
            (Corrected::Position, first.periods[0].position.as_str(), "Pranata Komputer"),
            (Corrected::Unit, "bpsip-ntt", "bbpsi-padi"),
        ]
    );
    store.put_people(&[mended], TODAY, &granted).await.unwrap();
    assert_eq!(store.corrections(Some(&"sari".into()), None, 10).await.unwrap().rows, []);

    let (mut paged, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = store.corrections(None, after.as_deref(), 2).await.unwrap();
        paged.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, all, "and what was said again changed nothing");
    let error = store.corrections(None, Some("x"), 2).await.unwrap_err();
    assert!(matches!(error, StoreError::Cursor { .. }), "{error}");
    assert_eq!(store.forget_corrections(minutes(5)).await.unwrap(), 0);
    assert_eq!(store.forget_corrections(minutes(6)).await.unwrap(), 5);
}

#[tokio::test]
async fn units_are_kept_with_their_zone() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let ntt = store.unit(&unit("bpsip-ntt")).await.unwrap().unwrap();
    assert_eq!((ntt.name.as_str(), ntt.zone), ("BPSIP Nusa Tenggara Timur", Zone::Wita));
    assert_eq!(store.unit(&unit("nowhere")).await.unwrap(), None);
    store.add_unit(Unit { name: "BPSIP NTT".to_owned(), ..ntt }).await.unwrap();
    let all: Vec<_> = store.units().await.unwrap().into_iter().map(|unit| unit.name).collect();
    assert_eq!(all, ["BBPSI Padi", "BPSIP NTT"]);
}

#[tokio::test]
async fn a_language_is_remembered() {
    let office = Office::in_memory().await;
    let language = async || office.store.person(&"sari".into(), TODAY).await.unwrap().unwrap().language;
    assert_eq!(language().await, None);
    assert!(office.store.set_language(&"sari".into(), "en").await.unwrap());
    assert_eq!(language().await.as_deref(), Some("en"));
    assert!(!office.store.set_language(&"nobody".into(), "en").await.unwrap());
}

#[tokio::test]
async fn sessions_expire_and_end() {
    let office = Office::on_disk().await;
    let store = &office.store;
    let (sari, budi) = ("sari".into(), "budi".into());
    let who = async |token: u8, minute| {
        let found = store.session(&[token; 32], minutes(minute), minutes(0), Asked::ByHand).await.unwrap();
        found.map(|person| person.to_string())
    };
    let device = Device::default();
    store.start_session(&[1; 32], &sari, &device, minutes(0), minutes(60)).await.unwrap();
    store.start_session(&[2; 32], &sari, &device, minutes(0), minutes(90)).await.unwrap();
    store.start_session(&[3; 32], &budi, &device, minutes(0), minutes(90)).await.unwrap();
    assert_eq!(who(1, 59).await.as_deref(), Some("sari"));
    assert_eq!(who(1, 60).await, None, "expired");
    assert_eq!(who(9, 1).await, None, "never was");

    assert_eq!(store.end_expired_sessions(minutes(60)).await.unwrap(), 1);
    assert_eq!(store.end_expired_sessions(minutes(60)).await.unwrap(), 0);

    assert!(store.set_password(&sari, "$argon2id$new", None).await.unwrap());
    assert_eq!(who(2, 61).await, None, "a new password ends the sessions");
    assert_eq!(
        store.credentials("sari@kantor.example", TODAY).await.unwrap().unwrap().password_hash,
        "$argon2id$new"
    );
    assert!(!store.set_password(&"nobody".into(), "x", None).await.unwrap());

    assert_eq!(who(3, 61).await.as_deref(), Some("budi"), "of others nothing ended");
    store.end_session(&[3; 32]).await.unwrap();
    assert_eq!(who(3, 61).await, None);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_whatever_its_page_does_by_itself() {
    let office = Office::on_disk().await;
    let store = &office.store;
    store
        .start_session(&[1; 32], &"sari".into(), &Device::default(), minutes(0), minutes(600))
        .await
        .unwrap();
    let goes_on = async |minute, asked| {
        store.session(&[1; 32], minutes(minute), minutes(minute - 30), asked).await.unwrap().is_some()
    };
    assert!(goes_on(29, Asked::ByItself).await && goes_on(30, Asked::ByHand).await);
    assert!(goes_on(60, Asked::ByItself).await, "used half an hour ago");
    assert!(!goes_on(61, Asked::ByHand).await);
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let (sari, budi) = ("sari".into(), "budi".into());
    let phone = Device {
        address: Some("10.0.0.7".to_owned()),
        browser: Some("Chrome".to_owned()),
        system: Some("Android".to_owned()),
    };
    for (token, person, device, start) in [
        (1, &sari, &phone, 0),
        (2, &sari, &Device::default(), 5),
        (3, &budi, &Device::default(), 5),
        (4, &sari, &Device::default(), 6),
    ] {
        store.start_session(&[token; 32], person, device, minutes(start), minutes(start + 90)).await.unwrap();
    }
    let listed = async |minute, since| store.sessions(&sari, minutes(minute), minutes(since)).await.unwrap();
    let rows = listed(10, 0).await;
    let starts: Vec<_> = rows.iter().map(|row| row.started_at).collect();
    assert_eq!(starts, [minutes(6), minutes(5), minutes(0)]);
    assert_eq!(rows[2].device, phone);
    assert_eq!(listed(10, 1).await.len(), 2, "one was left alone for too long");
    assert_eq!(listed(90, 0).await.len(), 2, "one has expired");

    assert!(!store.revoke_session(&budi, &rows[0].token_hash).await.unwrap(), "not his");
    assert!(store.revoke_session(&sari, &rows[0].token_hash).await.unwrap());
    assert!(!store.revoke_session(&sari, &rows[0].token_hash).await.unwrap(), "it has ended");
    store.end_other_sessions(&sari, &[2; 32]).await.unwrap();
    assert_eq!(listed(10, 0).await, [rows[1].clone()]);
    assert_eq!(store.sessions(&budi, minutes(10), minutes(0)).await.unwrap().len(), 1);
    assert!(store.set_password(&sari, "$argon2id$new", Some(&[2; 32])).await.unwrap());
    assert_eq!(listed(10, 0).await.len(), 1, "who changes a password stays");
}

#[tokio::test]
async fn when_a_session_was_used_is_kept_to_the_minute() {
    let office = Office::on_disk().await;
    let device = Device::default();
    office.store.start_session(&[1; 32], &"sari".into(), &device, minutes(0), minutes(60)).await.unwrap();
    let seen_at = async |now| {
        office.store.session(&[1; 32], now, minutes(0), Asked::ByHand).await.unwrap();
        let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&office.url()).await.unwrap();
        let micros: i64 =
            sqlx::query_scalar("SELECT last_seen_at FROM sessions").fetch_one(&mut connection).await.unwrap();
        jiff::Timestamp::from_microsecond(micros).unwrap()
    };
    assert_eq!(seen_at(minutes(0) + 59.seconds()).await, minutes(0));
    assert_eq!(seen_at(minutes(0) + 60.seconds()).await, minutes(1));
    assert_eq!(seen_at(minutes(0) + 119.seconds()).await, minutes(1));
    assert_eq!(seen_at(minutes(2)).await, minutes(2));
}

#[tokio::test]
async fn a_session_is_found_while_somebody_else_writes_for_long() {
    let office = Office::on_disk().await;
    let device = Device::default();
    office.store.start_session(&[1; 32], &"sari".into(), &device, minutes(0), minutes(60)).await.unwrap();
    let mut writer = <sqlx::AnyConnection as sqlx::Connection>::connect(&office.url()).await.unwrap();
    let for_long = if office.is_on_postgres() {
        "BEGIN; UPDATE sessions SET person = person"
    } else {
        "BEGIN IMMEDIATE"
    };
    sqlx::raw_sql(for_long).execute(&mut writer).await.unwrap();
    let who = async |minute| {
        office.store.session(&[1; 32], minutes(minute), minutes(0), Asked::ByHand).await.unwrap()
    };
    for minute in [2, 3] {
        assert_eq!(who(minute).await, Some("sari".into()), "at minute {minute}");
    }
    sqlx::raw_sql("ROLLBACK").execute(&mut writer).await.unwrap();
}

#[tokio::test]
async fn tries_to_sign_in_are_limited_and_forgotten() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let take = async |key: &str, minute, since| {
        store.take_try(key, minutes(minute), minutes(since), 2).await.unwrap()
    };
    assert!(take("sari", 0, -15).await && take("sari", 1, -14).await);
    assert!(!take("sari", 2, -13).await, "two are enough");
    assert!(take("10.0.0.1", 2, -13).await, "of others nothing is counted");
    assert!(take("sari", 16, 1).await, "the first is long ago, and what was refused was not counted");
    assert!(!take("sari", 16, 1).await);

    store.give_try_back("sari", minutes(16)).await.unwrap();
    assert!(take("sari", 16, 1).await, "only that one was given back");
    assert!(!take("sari", 16, 1).await);
    store.forget_tries("sari").await.unwrap();
    assert!(take("sari", 16, 1).await);
    assert!(
        take("10.0.0.1", 16, 1).await && !take("10.0.0.1", 16, 1).await,
        "of others nothing is forgotten"
    );

    assert!(take("x", 24 * 60 + 3, 24 * 60).await);
    assert!(take("10.0.0.1", 24 * 60 + 3, 0).await, "after a day they are gone");
}

#[tokio::test]
async fn of_many_tries_at_once_no_more_are_taken_than_allowed() {
    let office = Office::on_disk().await;
    let doors = [office.store.clone(), office.another_door().await];
    let tries: Vec<_> = (0..40)
        .map(|n| {
            let store = doors[n % 2].clone();
            tokio::spawn(async move { store.take_try("sari", minutes(0), minutes(-15), 5).await.unwrap() })
        })
        .collect();
    let mut taken = 0;
    for attempt in tries {
        taken += usize::from(attempt.await.unwrap());
    }
    assert_eq!(taken, 5);
}

#[tokio::test]
async fn settings_are_kept() {
    let office = Office::in_memory().await;
    assert_eq!(office.store.setting("nama").await.unwrap(), None);
    office.store.set_setting("nama", "Sekretariat").await.unwrap();
    office.store.set_setting("nama", "Sekretariat Badan").await.unwrap();
    assert_eq!(office.store.setting("nama").await.unwrap().as_deref(), Some("Sekretariat Badan"));
}

#[tokio::test]
async fn what_people_can_do_is_noted_anew_each_time() {
    let office = Office::in_memory().await;
    let people = ["budi".into(), "dewi".into()];
    let skills = |qualifications: &[&str], tags: &[&str]| Skills {
        qualifications: qualifications.iter().map(|id| (*id).into()).collect(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
    };
    office.store.set_skills(&people[0], &skills(&["linux", "jaringan"], &["Mikrotik"])).await.unwrap();
    office.store.set_skills(&people[0], &skills(&["linux"], &["linux"])).await.unwrap();
    let noted = office.store.skills(&people).await.unwrap();
    assert_eq!(
        noted[&people[0]],
        skills(&["linux"], &["linux"]),
        "a tag may be called as a qualification is"
    );
    assert_eq!(noted.get(&people[1]), None, "of Dewi nothing is noted");
}

#[tokio::test]
async fn roles_that_rules_give_come_and_go_and_others_stay() {
    let office = Office::in_memory().await;
    let store = &office.store;
    store.add_person(&person("tono", "Tono", &["agenda", "ketua"])).await.unwrap();
    let tono = "tono".into();
    let ruled = |held: &[&str]| RuledRoles {
        ruled: vec!["anggota".into(), "ketua".into()],
        held: held.iter().map(|role| Role::new(*role)).collect(),
    };
    let held = async |day| store.person(&tono, day).await.unwrap().unwrap().roles;
    let (before, today) = (date(2026, 1, 4), date(2026, 1, 5));
    assert!(store.grant_roles_by_rule(&tono, &ruled(&["anggota"]), today).await.unwrap());
    assert_eq!(held(today).await, ["agenda", "anggota"]);
    assert_eq!(held(before).await, ["agenda", "ketua"], "what was held stays written");
    assert!(!store.grant_roles_by_rule(&tono, &ruled(&["anggota"]), today).await.unwrap(), "nothing is new");
    assert!(store.grant_roles_by_rule(&tono, &ruled(&[]), today).await.unwrap());
    assert_eq!(held(today).await, ["agenda"]);
    assert!(
        store.grant_roles_by_rule(&tono, &ruled(&["anggota"]), today).await.unwrap(),
        "again the same day"
    );
    assert_eq!(held(today).await, ["agenda", "anggota"]);
    assert!(!store.grant_roles_by_rule(&tono, &RuledRoles::default(), today).await.unwrap(), "no rules");
}

#[tokio::test]
async fn of_two_who_bring_the_same_answer_of_the_provider_one_gets_in() {
    let office = Office::on_disk().await;
    let store = &office.store;
    let begun = ProviderSignIn { nonce: "n".to_owned(), verifier: "v".to_owned(), next: "/cases".to_owned() };
    for browser in [[1; 32], [2; 32]] {
        store.begin_provider_sign_in(&browser, &[9; 32], &begun, minutes(0), minutes(10)).await.unwrap();
    }
    let doors = [office.store.clone(), office.another_door().await];
    let takes: Vec<_> = (0..8)
        .map(|n| {
            let store = doors[n % 2].clone();
            tokio::spawn(
                async move { store.take_provider_sign_in(&[1; 32], &[9; 32], minutes(1)).await.unwrap() },
            )
        })
        .collect();
    let mut taken = Vec::new();
    for take in takes {
        taken.extend(take.await.unwrap());
    }
    assert_eq!(taken, std::slice::from_ref(&begun));
    assert!(!format!("{begun:?}").contains("nonce"), "nothing that proves a sign-in in a log");
    for (browser, state, at) in [(2, 8, 1), (3, 9, 1), (2, 9, 10)] {
        let took = store.take_provider_sign_in(&[browser; 32], &[state; 32], minutes(at)).await.unwrap();
        assert_eq!(took, None, "browser {browser}, state {state}, after {at} minutes");
    }
}
