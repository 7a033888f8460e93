//! Whom the ketua is told to consider first.

use super::*;
use crate::shipped;

const LIMIT: WeeklyLimit = WeeklyLimit { hours: 15 };

/// Somebody as the office says it: `Budi, linux jaringan, 2 tasks, 4 hours`, and `away` or `away later`.
fn candidate(line: &str) -> Candidate {
    let parts: Vec<&str> = line.split(", ").collect();
    let number = |text: &str| text.split(' ').next().unwrap().parse::<u32>().unwrap();
    Candidate {
        person: parts[0].into(),
        qualifications: parts[1].split(' ').filter(|id| *id != "-").map(QualificationId::new).collect(),
        open: number(parts[2]),
        overdue: 0,
        minutes: Some(i64::from(number(parts[3])) * 60),
        presence: match parts.get(4) {
            None => Presence::Here,
            Some(&"away later") => Presence::AwayLater,
            Some(_) => Presence::Away,
        },
    }
}

/// Who is proposed where a server is down, which needs Linux and networks.
fn for_a_server(lines: &[&str]) -> Option<String> {
    let candidates: Vec<Candidate> = lines.iter().map(|line| candidate(line)).collect();
    let needed = shipped().needed_for(&"server".into());
    proposed(&candidates, needed, LIMIT).map(|found| found.person.to_string())
}

#[test]
fn whoever_can_do_all_of_it_comes_first() {
    let office = ["Budi, linux, 0 tasks, 0 hours", "Dewi, linux jaringan, 3 tasks, 9 hours"];
    assert_eq!(for_a_server(&office).as_deref(), Some("Dewi"));
}

#[test]
fn of_those_who_can_it_is_one_who_is_below_the_limit() {
    let office = ["Budi, linux jaringan, 1 tasks, 15 hours", "Dewi, linux jaringan, 4 tasks, 14 hours"];
    assert_eq!(for_a_server(&office).as_deref(), Some("Dewi"), "15 of 15 hours leave no room");
}

#[test]
fn then_who_has_the_fewest_tasks_and_then_the_least_time_taken() {
    let office = ["Budi, linux jaringan, 2 tasks, 1 hours", "Dewi, linux jaringan, 1 tasks, 9 hours"];
    assert_eq!(for_a_server(&office).as_deref(), Some("Dewi"));
    let office = ["Budi, linux jaringan, 1 tasks, 9 hours", "Dewi, linux jaringan, 1 tasks, 8 hours"];
    assert_eq!(for_a_server(&office).as_deref(), Some("Dewi"));
    let office = ["Budi, linux jaringan, 1 tasks, 8 hours", "Dewi, linux jaringan, 1 tasks, 8 hours"];
    assert_eq!(for_a_server(&office).as_deref(), Some("Budi"), "between equals the first named");
}

#[test]
fn whoever_is_away_is_not_proposed_and_whoever_leaves_only_if_nobody_stays() {
    let office = ["Budi, linux jaringan, 0 tasks, 0 hours, away", "Dewi, linux, 5 tasks, 20 hours"];
    assert_eq!(for_a_server(&office).as_deref(), Some("Dewi"));
    let office =
        ["Budi, linux jaringan, 0 tasks, 0 hours, away later", "Dewi, linux jaringan, 5 tasks, 20 hours"];
    assert_eq!(for_a_server(&office).as_deref(), Some("Dewi"));
    assert_eq!(for_a_server(&["Budi, linux jaringan, 0 tasks, 0 hours, away"]), None);
}

#[test]
fn where_nobody_can_all_of_it_somebody_still_is_proposed() {
    let office = ["Budi, -, 0 tasks, 0 hours", "Dewi, pemrograman jaringan, 5 tasks, 20 hours"];
    assert_eq!(for_a_server(&office).as_deref(), Some("Dewi"), "she lacks less");
    assert_eq!(for_a_server(&[]), None);
}

#[test]
fn what_one_can_and_what_one_lacks_are_told_apart() {
    let needed = shipped().needed_for(&"server".into());
    let budi = candidate("Budi, komputer linux, 0 tasks, 0 hours");
    let (has, lacks) = budi.fit(needed);
    assert_eq!(
        (has, lacks),
        (vec![&QualificationId::from("linux")], vec![&QualificationId::from("jaringan")])
    );
}
