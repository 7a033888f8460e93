use std::collections::BTreeSet;

use jiff::{SignedDuration, ToSpan as _};
use sop::case::{Actor, CaseNo, Command, DispatchFailure, DispatchResult, Event};
use store::{Claimed, Order};

use crate::office::{Office, actor, minutes, request};

const LEASE: SignedDuration = SignedDuration::from_mins(5);

#[tokio::test]
async fn a_due_time_comes_with_an_order_that_waits_for_it() {
    let office = Office::in_memory().await;
    let file = office.register(request("Surel"), minutes(0)).await;
    assert_eq!(office.store.next_order_at().await.unwrap(), None, "the first row has no norm");
    let file = office.complete(&file.case, "teruskan", minutes(0)).await;
    let due_at = file.case.open_steps().next().unwrap().due_at.unwrap();
    assert_eq!(office.store.next_order_at().await.unwrap(), Some(due_at));

    let early = due_at - 1.microsecond();
    assert_eq!(office.store.claim_orders("a", early, LEASE, 10).await.unwrap(), []);
    let claimed = office.store.claim_orders("a", due_at, LEASE, 10).await.unwrap();
    let [claimed] = claimed.as_slice() else { panic!("{claimed:?}") };
    let order = Order::NoteOverdue { case: file.case.number.clone(), step: "2".into(), due_at };
    assert_eq!((&claimed.order, claimed.attempts), (&order, 1));

    // Carrying it out twice does it once.
    let clock = Actor::System(sop::case::SystemJob::Clock);
    let note = || Command::NoteOverdue { step: "2".into(), due_at };
    let noted = office.act(&file.case, &clock, due_at, note()).await;
    assert!(matches!(noted.history.last().unwrap().event, Event::StepOverdue { .. }));
    let again = office.act(&noted.case, &clock, due_at, note()).await;
    assert_eq!(again, noted);
    assert!(office.store.finish_order(claimed.id, "a", due_at).await.unwrap());
    assert!(!office.store.finish_order(claimed.id, "a", due_at).await.unwrap());
    assert_eq!(office.store.next_order_at().await.unwrap(), None);
}

#[tokio::test]
async fn an_order_never_comes_before_its_time() {
    let office = Office::in_memory().await;
    let odd = minutes(0) + 1.nanosecond();
    let file = office.register(request("Surel"), odd).await;
    let file = office.complete(&file.case, "teruskan", odd).await;
    let due_at = file.case.open_steps().next().unwrap().due_at.unwrap();
    assert!(office.store.next_order_at().await.unwrap().unwrap() >= due_at);
}

#[tokio::test]
async fn a_due_time_that_moves_brings_an_order_of_its_own() {
    let office = Office::in_memory().await;
    let file = office.register(request("Surel"), minutes(0)).await;
    let file = office.complete(&file.case, "teruskan", minutes(0)).await;
    let suspend = Command::Suspend { reason: "Menunggu".to_owned() };
    let file = office.act(&file.case, &actor("rina"), minutes(5), suspend).await;
    let file =
        office.act(&file.case, &actor("rina"), minutes(15), Command::Resume { note: String::new() }).await;
    let moved = file.case.open_steps().next().unwrap().due_at.unwrap();
    assert_eq!(moved, minutes(30));
    let claimed = office.store.claim_orders("a", minutes(60), LEASE, 10).await.unwrap();
    let due = claimed.into_iter().filter_map(|Claimed { order, .. }| match order {
        Order::NoteOverdue { due_at, .. } => Some(due_at),
        Order::SendLetter { .. } | Order::Deliver { .. } | Order::RecomputeDue { .. } => None,
    });
    let due: Vec<_> = due.collect();
    assert_eq!(due, [minutes(20), minutes(30)]);
}

#[tokio::test]
async fn a_letter_that_was_signed_is_mailed_by_an_order_of_its_own() {
    let office = Office::in_memory().await;
    let mut file = office.register(request("Minta server"), minutes(0)).await;
    for outcome in ["teruskan", "tolak", "penjelasan"] {
        file = office.complete(&file.case, outcome, minutes(1)).await;
    }
    let letter = file.case.letters[0].signature.code.clone();
    let send =
        |dispatch| Order::SendLetter { case: file.case.number.clone(), letter: letter.clone(), dispatch };
    let claimed = office.store.claim_orders("a", minutes(1), LEASE, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|claimed| &claimed.order).collect::<Vec<_>>(), [&send(1)]);
    assert!(office.store.finish_order(claimed[0].id, "a", minutes(1)).await.unwrap());

    let result = DispatchResult::Failed { cause: DispatchFailure::NotSetUp, to: None, answer: String::new() };
    let note = Command::NoteDispatch { letter: letter.clone(), dispatch: 1, result };
    let mail = Actor::System(sop::case::SystemJob::Mail);
    let noted = office.act(&file.case, &mail, minutes(2), note).await;
    let again = Command::SendAgain { letter: letter.clone(), address: "tu@brmp.example".to_owned() };
    office.act(&noted.case, &actor("rina"), minutes(3), again).await;
    let claimed = office.store.claim_orders("a", minutes(3), LEASE, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|claimed| &claimed.order).collect::<Vec<_>>(), [&send(2)]);
    let body = serde_json::to_string(&claimed[0].order).unwrap();
    assert!(!body.contains("brmp.example"), "an address lies among the texts alone: {body}");
}

#[tokio::test]
async fn what_is_not_stored_orders_nothing() {
    let office = Office::in_memory().await;
    let shown = office.register(request("Surel"), minutes(0)).await;
    office.complete(&shown.case, "teruskan", minutes(0)).await;
    let (by, command) =
        crate::office::completion(&shown.case, shown.case.open_tasks().next().unwrap(), &"teruskan".into());
    let events = sop::case::decide(crate::office::rules(), &shown.case, &by, minutes(0), command).unwrap();
    assert!(office.store.append(&shown.case, events).await.is_err());
    office.store.rebuild().await.unwrap();
    assert_eq!(office.store.claim_orders("a", minutes(600), LEASE, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_workers_one_takes_an_order_on() {
    let office = Office::on_disk().await;
    for file in office.requests(40).await {
        office.complete(&file.case, "teruskan", minutes(60)).await;
    }
    let doors = [office.store.clone(), office.another_door().await];
    let workers = (0..4).map(|n| {
        let store = doors[n % 2].clone();
        tokio::spawn(async move {
            let (worker, now) = (format!("worker {n}"), minutes(600));
            let mut done = Vec::new();
            loop {
                let claimed = store.claim_orders(&worker, now, LEASE, 3).await.unwrap();
                if claimed.is_empty() {
                    return done;
                }
                for order in claimed {
                    assert_eq!(order.attempts, 1);
                    assert!(store.finish_order(order.id, &worker, now).await.unwrap());
                    done.push(order.id);
                }
            }
        })
    });
    let mut done = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        done.extend(worker.await.unwrap());
    }
    assert_eq!((done.len(), done.iter().collect::<BTreeSet<_>>().len()), (40, 40));
}

#[tokio::test]
async fn when_a_lease_runs_out_somebody_else_takes_the_order_on() {
    let office = Office::in_memory().await;
    let file = office.register(request("Surel"), minutes(0)).await;
    office.complete(&file.case, "teruskan", minutes(0)).await;
    let store = &office.store;
    let first = store.claim_orders("a", minutes(60), LEASE, 10).await.unwrap().remove(0);
    assert_eq!(store.claim_orders("b", minutes(64), LEASE, 10).await.unwrap(), []);
    assert_eq!(store.next_order_at().await.unwrap(), Some(minutes(65)));
    let second = store.claim_orders("b", minutes(65), LEASE, 10).await.unwrap().remove(0);
    assert_eq!((second.id, second.attempts), (first.id, 2));
    assert!(!store.finish_order(first.id, "a", minutes(66)).await.unwrap(), "it is no longer theirs");
    assert!(!store.retry_order(first.id, "a", minutes(66)).await.unwrap());

    assert!(store.retry_order(second.id, "b", minutes(90)).await.unwrap());
    assert_eq!(store.claim_orders("a", minutes(89), LEASE, 10).await.unwrap(), []);
    let third = store.claim_orders("a", minutes(90), LEASE, 10).await.unwrap().remove(0);
    assert_eq!(third.attempts, 3);
    assert!(store.finish_order(third.id, "a", minutes(91)).await.unwrap());
}

#[tokio::test]
async fn an_order_that_cannot_be_read_holds_up_no_other() {
    let office = Office::on_disk().await;
    for file in office.requests(2).await {
        office.complete(&file.case, "teruskan", minutes(5)).await;
    }
    office.tamper("UPDATE orders SET body = '{}' WHERE id = 1").await;
    let claimed = office.store.claim_orders("a", minutes(60), LEASE, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|claimed| claimed.id).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn due_times_are_computed_once_for_each_calendar_and_from_where_a_worker_was_stopped() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let recomputing = async |at| {
        let claimed = store.claim_orders("worker", at, LEASE, 100).await.unwrap();
        let calendar = |claimed: Claimed| match claimed.order {
            Order::RecomputeDue { calendar, after, .. } => Some((calendar, after)),
            Order::NoteOverdue { .. } | Order::SendLetter { .. } | Order::Deliver { .. } => None,
        };
        claimed.into_iter().filter_map(calendar).collect::<Vec<_>>()
    };
    let named = |calendar: &str, after: Option<&str>| (calendar.to_owned(), after.map(CaseNo::from));

    assert!(store.order_recomputing("2026", minutes(0)).await.unwrap());
    assert!(!store.order_recomputing("2026", minutes(1)).await.unwrap(), "another node was the first");
    assert_eq!(recomputing(minutes(2)).await, [named("2026", None)]);
    // Whoever takes up what a killed worker left orders the rest once more, which is the same order.
    for _ in 0..2 {
        store.go_on_recomputing("2026", minutes(0), &"2026-0050".into()).await.unwrap();
    }
    assert_eq!(recomputing(minutes(2)).await, [named("2026", Some("2026-0050"))]);

    // There and back again: whatever was computed meanwhile is computed anew.
    assert!(store.order_recomputing("2026 anew", minutes(3)).await.unwrap());
    assert!(store.order_recomputing("2026", minutes(4)).await.unwrap());
    assert_eq!(recomputing(minutes(4)).await, [named("2026 anew", None), named("2026", None)]);
    assert_eq!(store.calendar_ordered().await.unwrap().as_deref(), Some("2026"));
}
