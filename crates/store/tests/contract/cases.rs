use jiff::ToSpan as _;
use sop::case::{Case, CaseNo, Command, Refusal, decide};
use store::{AppendError, RegisterError, Scope, StoreError};

use crate::office::{Dice, Office, actor, any_act, append, completion, minutes, request, rules};

#[tokio::test]
async fn a_case_is_found_again_as_it_was_stored() {
    let office = Office::in_memory().await;
    let registered = office.register(request("Surel tidak terkirim"), minutes(0)).await;
    assert_eq!(registered.case.number.as_str(), "2026-0001");
    assert_eq!(registered.case.agenda, 1);
    assert_eq!(office.case(&registered).await, registered);

    let forwarded = office.complete(&registered.case, "teruskan", minutes(10)).await;
    assert_eq!(office.case(&registered).await, forwarded);
    assert_eq!(office.store.append(&forwarded.case, Vec::new()).await.unwrap(), forwarded);
}

#[tokio::test]
async fn times_are_kept_to_the_nanosecond() {
    let office = Office::in_memory().await;
    let odd = minutes(0) + 123_456_789.nanoseconds();
    let registered = office.register(request("Surel"), odd).await;
    let approved = office.complete(&registered.case, "teruskan", odd + 1.nanosecond()).await;
    let reloaded = office.case(&registered).await;
    assert_eq!(reloaded, approved);
    assert_eq!(reloaded.case.request.entered_at, odd);
}

#[tokio::test]
async fn whatever_is_done_replays_as_it_was_lived() {
    let office = Office::in_memory().await;
    let mut dice = Dice(20_240_829);
    for _ in 0..4 {
        let mut file = office.register(request("Situs berubah tampilan"), minutes(0)).await;
        for minute in 1..60 {
            if let Ok(events) = any_act(&file.case, &mut dice, minutes(minute)) {
                file = append(&office.store, &file.case, events).await.unwrap();
            }
        }
        assert!(file.history.len() > 40, "{} events", file.history.len());
        assert_eq!(office.case(&file).await, file);
        assert_eq!(Case::replay(&file.history).unwrap(), file.case);
    }
}

#[tokio::test]
async fn two_people_act_on_one_version_and_the_second_hears_of_it() {
    let office = Office::in_memory().await;
    let shown = office.register(request("Server mati"), minutes(0)).await.case;
    let task = shown.open_tasks().next().unwrap();
    let (by, command) = completion(&shown, task, &"teruskan".into());
    let events = decide(rules(), &shown, &by, minutes(5), command).unwrap();
    let faster = office.store.append(&shown, events.clone()).await.unwrap();
    let slower = office.store.append(&shown, events).await;
    assert!(matches!(slower, Err(AppendError::Conflict)), "{slower:?}");
    assert_eq!(office.store.case_file(&Scope::All, &shown.number).await.unwrap().unwrap(), faster);
}

#[tokio::test]
async fn of_eight_who_act_at_once_through_two_doors_one_wins() {
    let office = Office::on_disk().await;
    let doors = [office.store.clone(), office.another_door().await];
    for round in 0..5 {
        let shown = office.register(request("Server mati"), minutes(round)).await.case;
        let acts = (0..8).map(|n| {
            let (store, shown) = (doors[n % 2].clone(), shown.clone());
            tokio::spawn(async move {
                let (by, command) =
                    completion(&shown, shown.open_tasks().next().unwrap(), &"teruskan".into());
                let events = decide(rules(), &shown, &by, minutes(10), command).unwrap();
                store.append(&shown, events).await
            })
        });
        let mut won = 0;
        for act in acts.collect::<Vec<_>>() {
            match act.await.unwrap() {
                Ok(_) => won += 1,
                Err(AppendError::Conflict) => {}
                Err(error @ (AppendError::NumberTaken | AppendError::Store(_))) => panic!("{error:?}"),
            }
        }
        assert_eq!(won, 1);
    }
}

#[tokio::test]
async fn a_refused_request_leaves_no_gap() {
    let office = Office::in_memory().await;
    office.register(request("Pertama"), minutes(0)).await;
    let refused = office.try_register(request(""), minutes(1)).await;
    assert!(matches!(refused, Err(RegisterError::Refused(Refusal::RecordIncomplete { .. }))), "{refused:?}");
    let second = office.register(request("Kedua"), minutes(2)).await;
    assert_eq!((second.case.number.as_str(), second.case.agenda), ("2026-0002", 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_requests_at_once_get_consecutive_numbers() {
    let office = Office::on_disk().await;
    let doors = [office.store.clone(), office.another_door().await];
    let requests = (0..20).map(|n| {
        let store = doors[n % 2].clone();
        tokio::spawn(async move {
            let by = actor("sari");
            let registration = request(&format!("Permintaan {n}"));
            let register = |number, agenda| {
                sop::case::register(rules(), number, agenda, &by, minutes(0), registration.clone())
            };
            let case = store.register(2026, register).await.unwrap().case;
            (case.number.to_string(), case.agenda)
        })
    });
    let mut taken = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        taken.push(request.await.unwrap());
    }
    taken.sort();
    let expected: Vec<_> = (1..=20).map(|n| (format!("2026-{n:04}"), n)).collect();
    assert_eq!(taken, expected);
}

#[tokio::test]
async fn each_year_counts_from_one_and_goes_on_after_9999() {
    let office = Office::on_disk().await;
    let register = async |year| {
        let by = actor("sari");
        let decide =
            |number, agenda| sop::case::register(rules(), number, agenda, &by, minutes(0), request("Surel"));
        office.store.register(year, decide).await
    };
    assert_eq!(register(2026).await.unwrap().case.number.as_str(), "2026-0001");
    assert_eq!(register(2025).await.unwrap().case.number.as_str(), "2025-0001");
    office.tamper("UPDATE numbers SET last = 9998 WHERE year = 2026").await;
    assert_eq!(register(2026).await.unwrap().case.number.as_str(), "2026-9999");
    let after = register(2026).await.unwrap();
    assert_eq!(after.case.number.as_str(), "2026-10000");
    assert_eq!(office.case(&after).await, after);
    assert!(matches!(register(-1).await, Err(RegisterError::Store(StoreError::Year { year: -1 }))));
    let page =
        office.store.list(&Scope::All, &Default::default(), store::Sort::Number, None, 10).await.unwrap();
    let numbers: Vec<_> = page.rows.iter().map(|row| row.no.as_str()).collect();
    assert_eq!(numbers, ["2025-0001", "2026-0001", "2026-9999", "2026-10000"]);
}

#[tokio::test]
async fn a_case_has_one_name() {
    let office = Office::in_memory().await;
    office.register(request("Surel"), minutes(0)).await;
    for other in
        ["2026-1", "2026-00001", "2026-+001", " 2026-0001", "2026-0001 ", "2026", "", "x-y", "2026-0001-1"]
    {
        let found = office.store.case_file(&Scope::All, &CaseNo::from(other)).await.unwrap();
        assert!(found.is_none(), "{other:?}");
    }
}

#[tokio::test]
async fn an_erased_text_leaves_everything_working() {
    let office = Office::on_disk().await;
    let file = office.register(request("Perihal yang pribadi"), minutes(0)).await;
    let file = office.complete(&file.case, "teruskan", minutes(1)).await;
    office.tamper("DELETE FROM event_texts").await;

    let erased = office.case(&file).await;
    assert_eq!(erased.case.request.subject, "");
    assert!(erased.history.iter().all(|recorded| recorded.texts.is_empty()));
    let skeletons = |history: &[sop::case::Recorded]| {
        history.iter().map(|recorded| (recorded.seq, recorded.event.clone())).collect::<Vec<_>>()
    };
    assert_eq!(skeletons(&erased.history), skeletons(&file.history));

    let further = office.complete(&erased.case, "setuju", minutes(2)).await;
    assert_eq!(office.case(&file).await, further);
    assert_eq!(office.store.rebuild().await.unwrap().changed_cases, 1, "the subject left the list too");
    let page =
        office.store.list(&Scope::All, &Default::default(), Default::default(), None, 10).await.unwrap();
    assert_eq!(page.rows[0].subject, "");
}

#[tokio::test]
async fn a_damaged_event_is_named() {
    let office = Office::on_disk().await;
    let file = office.register(request("Surel"), minutes(0)).await;
    office.register(request("Jaringan"), minutes(1)).await;
    let complaint = async || {
        let error = office.store.case_file(&Scope::All, &file.case.number).await.unwrap_err();
        error.to_string()
    };
    office.tamper("UPDATE events SET skeleton = '{' WHERE case_id = 20260000001 AND seq = 2").await;
    assert_eq!(complaint().await, "event 2 of case 2026-0001 is damaged in the database");
    office.tamper("DELETE FROM events WHERE case_id = 20260000001 AND seq = 2").await;
    assert_eq!(complaint().await, "event 2 of case 2026-0001 is damaged in the database");
    let whole = office.store.case_file(&Scope::All, &"2026-0002".into()).await.unwrap();
    assert!(whole.is_some(), "the others are as before");
}

#[tokio::test]
async fn a_requester_sees_their_own_cases_and_no_others() {
    let office = Office::in_memory().await;
    let file = office.register(request("Surel"), minutes(0)).await;
    let see = async |scope: Scope| office.store.case_file(&scope, &file.case.number).await.unwrap().is_some();
    assert!(see(Scope::All).await);
    assert!(see(Scope::Requester("sari".into())).await);
    assert!(!see(Scope::Requester("agus".into())).await);
    assert!(!see(Scope::Nothing).await);
}

#[tokio::test]
async fn of_somebody_else_s_case_nothing_is_read() {
    let office = Office::on_disk().await;
    let file = office.register(request("Surel"), minutes(0)).await;
    office.tamper("UPDATE events SET skeleton = '{'").await;
    let see = async |scope: Scope| office.store.case_file(&scope, &file.case.number).await;
    assert!(see(Scope::Requester("sari".into())).await.is_err(), "the owner hears that it is damaged");
    assert_eq!(see(Scope::Requester("agus".into())).await.unwrap(), None, "to others it is not there");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_with_a_mend() {
    for url in ["", "sigap.db", "mysql://office", "sqlite:", "sqlite://"] {
        let error = store::Store::open(url).await.unwrap_err();
        assert!(matches!(error, StoreError::Address { .. }), "{url:?}: {error:?}");
    }
    assert!(matches!(
        store::Store::open("sqlite:///no/such/folder/x.db").await,
        Err(StoreError::Database { .. })
    ));
}

#[tokio::test]
async fn a_database_is_ready_once_it_is_migrated() {
    let store = store::Store::open("sqlite::memory:").await.unwrap();
    assert!(store.ready().await.is_err());
    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    store.ready().await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused() {
    let office = Office::on_disk().await;
    office
        .tamper(
            "UPDATE _sqlx_migrations SET version = 99 \
                   WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
        )
        .await;
    assert!(office.store.ready().await.is_err());
    assert!(office.store.migrate().await.is_err());
}

#[tokio::test]
async fn nothing_in_the_path_of_a_database_has_a_meaning() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["kantor.db", "a b.db", "50%.db", "apa?mode=memory", "a#b.db", "é.db", "a:b", "..x"] {
        let path = dir.path().join(name);
        let store = store::Store::open(&format!("sqlite://{}", path.display())).await.unwrap();
        store.migrate().await.unwrap();
        store.close().await;
        assert!(path.is_file(), "{name}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 8, "and nothing else is left");
}

#[tokio::test]
async fn what_is_not_done_is_not_stored() {
    let office = Office::in_memory().await;
    let file = office.register(request("Surel"), minutes(0)).await;
    let refused =
        decide(rules(), &file.case, &actor("sari"), minutes(1), Command::Reopen { reason: "x".to_owned() });
    assert!(refused.is_err());
    assert_eq!(office.case(&file).await, file);
}
