use jiff::ToSpan as _;
use sop::calendar::Calendar;
use sop::case::{Assignee, CaseNo, Command};
use sop::workload::{self, Week};
use store::{Scope, StepCount, Workload};

use crate::office::{Dice, Office, actor, any_act, append, minutes};

#[tokio::test]
async fn cases_are_counted_at_their_rows() {
    let office = Office::in_memory().await;
    let files = office.requests(4).await;
    office.complete(&files[0].case, "teruskan", minutes(10)).await;
    let kaji = office.complete(&files[1].case, "teruskan", minutes(10)).await;
    let suspend = Command::Suspend { reason: "Menunggu vendor".to_owned() };
    office.act(&kaji.case, &actor("rina"), minutes(11), suspend).await;
    let withdraw = Command::Withdraw { reason: "Sudah pulih".to_owned() };
    office.act(&files[3].case, &actor("sari"), minutes(12), withdraw).await;

    let count = |step: &str, cases, overdue| StepCount { step: step.into(), cases, overdue };
    let counts = office.store.open_cases_by_step(&Scope::All, minutes(29)).await.unwrap();
    assert_eq!(counts, [count("1", 1, 0), count("2", 2, 0)]);
    let counts = office.store.open_cases_by_step(&Scope::All, minutes(30)).await.unwrap();
    assert_eq!(counts, [count("1", 1, 0), count("2", 2, 1)], "the clock of the suspended one stands still");

    let open = async |after: Option<&str>, limit| {
        let after = after.map(CaseNo::from);
        let open = office.store.open_case_numbers(after.as_ref(), limit).await.unwrap();
        open.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(open(None, 10).await, ["2026-0001", "2026-0002", "2026-0003"]);
    assert_eq!(open(None, 2).await, ["2026-0001", "2026-0002"]);
    assert_eq!(open(Some("2026-0002"), 2).await, ["2026-0003"], "the last one was withdrawn");
}

#[tokio::test]
async fn what_was_given_to_people_is_their_workload() {
    let office = Office::in_memory().await;
    let mut last = None;
    for file in office.requests(3).await.into_iter().take(2) {
        let file = office.complete(&file.case, "teruskan", minutes(10)).await;
        last = Some(office.complete(&file.case, "setuju", minutes(11)).await);
    }
    let both = ["budi".into(), "dewi".into()];
    let load = |open, overdue| {
        let nothing = Workload { person: "dewi".into(), open: 0, overdue: 0 };
        [Workload { person: "budi".into(), open, overdue }, nothing]
    };
    let next_year = minutes(0) + (365 * 24).hours();
    assert_eq!(office.store.workload(&both, minutes(12)).await.unwrap(), load(2, 0));
    assert_eq!(office.store.workload(&both, next_year).await.unwrap(), load(2, 2));

    let suspend = Command::Suspend { reason: "Menunggu vendor".to_owned() };
    office.act(&last.unwrap().case, &actor("rina"), minutes(13), suspend).await;
    let paused = load(2, 1);
    assert_eq!(office.store.workload(&both, next_year).await.unwrap(), paused, "its clock stands still");
    assert_eq!(office.store.rebuild().await.unwrap().changed_cases, 0);
    assert_eq!(office.store.workload(&both, next_year).await.unwrap(), paused);
}

#[tokio::test]
async fn the_store_knows_from_when_until_when_a_task_was_whose() {
    let office = Office::in_memory().await;
    let file = office.requests(1).await.remove(0);
    let file = office.complete(&file.case, "teruskan", minutes(10)).await;
    let file = office.complete(&file.case, "setuju", minutes(20)).await;
    let suspend = Command::Suspend { reason: "Menunggu vendor".to_owned() };
    let file = office.act(&file.case, &actor("rina"), minutes(30), suspend).await;
    let resume = Command::Resume { note: String::new() };
    let file = office.act(&file.case, &actor("rina"), minutes(50), resume).await;
    let task = file.case.open_tasks().next().unwrap().id;
    let to = Assignee { person: "dewi".into(), roles: vec!["anggota".into()] };
    let hand_on = Command::Assign { task, to, seen: file.case.version };
    office.act(&file.case, &actor("rina"), minutes(60), hand_on).await;

    let both = ["budi".into(), "dewi".into()];
    let told = async |from, until| {
        let holds = office.store.task_holds(&both, minutes(from), minutes(until)).await.unwrap();
        let mut told: Vec<String> = holds
            .into_iter()
            .flat_map(|(person, holds)| holds.into_iter().map(move |hold| (person.clone(), hold)))
            .map(|(person, hold)| {
                let minute = |at: jiff::Timestamp| (at - minutes(0)).as_mins();
                let until = hold.until.map_or_else(|| "still".to_owned(), |at| minute(at).to_string());
                format!("{person} {} {} {until}", hold.case, minute(hold.from))
            })
            .collect();
        told.sort();
        told
    };
    let whole = ["budi 2026-0001 20 30", "budi 2026-0001 50 60", "dewi 2026-0001 60 still"];
    assert_eq!(told(0, 1000).await, whole, "the pause is nobody's");
    assert_eq!(told(30, 55).await, whole[1..2], "what only touches a week is not of it");

    assert_eq!(office.store.rebuild().await.unwrap().changed_cases, 0);
    assert_eq!(told(0, 1000).await, whole);
}

#[tokio::test]
async fn the_time_that_was_somebodys_is_known_without_all_that_they_hold() {
    let office = Office::in_memory().await;
    let mut dice = Dice(11);
    for mut file in office.requests(25).await {
        for minute in 0..dice.roll(60) as i64 {
            if let Ok(events) = any_act(&file.case, &mut dice, minutes(20 + 7 * minute)) {
                file = append(&office.store, &file.case, events).await.unwrap();
            }
        }
    }
    let people = ["budi".into(), "dewi".into()];
    let calendar = Calendar::shipped();
    let now = minutes(500);
    let week = Week::of(calendar.local(now).date());
    let (begins, ends) = week.bounds(calendar);
    let all = office.store.task_holds(&people, begins, ends).await.unwrap();
    let enough = office.store.time_held(&people, begins, ends).await.unwrap();
    let mut left_out = 0;
    for person in &people {
        let [all, enough] = [&all, &enough].map(|holds| holds.get(person).cloned().unwrap_or_default());
        assert!(enough.iter().filter(|hold| hold.until.is_none()).count() <= 1, "{person}: {enough:?}");
        left_out += all.len() - enough.len();
        for now in [now, minutes(600), minutes(1_800), ends] {
            let time = |holds| workload::minutes(&workload::shares(calendar, week, now, holds).unwrap());
            assert_eq!(time(&enough), time(&all), "{person} at {now}");
        }
    }
    assert!(left_out > 3, "somebody holds several at once");
}
