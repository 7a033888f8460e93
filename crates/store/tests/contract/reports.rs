use jiff::ToSpan as _;
use sop::case::{Assignee, Command};
use store::{Scope, StepCount, Workload};

use crate::office::{Office, actor, minutes};

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

    let open = office.store.open_case_numbers().await.unwrap();
    let open: Vec<_> = open.iter().map(|no| no.as_str()).collect();
    assert_eq!(open, ["2026-0001", "2026-0002", "2026-0003"]);
}

#[tokio::test]
async fn what_was_given_to_people_is_their_workload() {
    let office = Office::in_memory().await;
    for file in office.requests(3).await.into_iter().take(2) {
        let file = office.complete(&file.case, "teruskan", minutes(10)).await;
        office.complete(&file.case, "setuju", minutes(11)).await;
    }
    let load = |overdue| [Workload { person: "budi".into(), open: 2, overdue }];
    assert_eq!(office.store.workload(minutes(12)).await.unwrap(), load(0));
    let next_year = minutes(0) + (365 * 24).hours();
    assert_eq!(office.store.workload(next_year).await.unwrap(), load(2));
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
