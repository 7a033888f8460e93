use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn roles(text: &str) -> Vec<Role> {
    text.split('+').filter(|role| !role.is_empty()).map(Role::new).collect()
}

/// `hendra→rina daily sekretaris 2026-11-23..2026-11-25`
#[track_caller]
fn mandate(text: &str) -> Mandate {
    let words: Vec<&str> = text.split(' ').collect();
    let [people, capacity, passed, days] = words[..] else { panic!("{text:?} is no mandate") };
    let (giver, taker) = people.split_once('→').expect("GIVER→TAKER");
    let (from, until) = days.split_once("..").expect("FROM..UNTIL");
    Mandate {
        giver: giver.into(),
        taker: taker.into(),
        capacity: serde_json::from_value(capacity.into()).expect("a capacity"),
        roles: roles(passed),
        from: day(from),
        until: day(until),
        basis: "ND-12/TU.040/11/2026".to_owned(),
    }
}

/// The roles that people of the office hold by own right.
fn own(person: &PersonId) -> Vec<Role> {
    roles(match person.as_str() {
        "hendra" => "sekretaris",
        "rina" => "ketua",
        "budi" | "yohanes" => "anggota",
        "endang" => "agenda",
        "ratna" => "auditor",
        _ => "pemohon",
    })
}

/// In whose place somebody acts on a day: `hendra daily sekretaris by 1`.
fn acts(mandates: &[Mandate], who: &str, on: &str) -> Vec<String> {
    let numbered = (1..).map(MandateId).zip(mandates.iter().cloned());
    let in_force: Vec<_> = numbered.filter(|(_, mandate)| mandate.is_in_force(day(on))).collect();
    let people = mandates.iter().flat_map(|mandate| [&mandate.giver, &mandate.taker]);
    let held: BTreeMap<PersonId, Vec<Role>> = people.map(|person| (person.clone(), own(person))).collect();
    let standings = standings(&in_force, &who.into(), |person| &held[person]);
    let said = |standing: Standing| {
        let roles: Vec<&str> = standing.roles.iter().map(Role::as_str).collect();
        let capacity = serde_json::to_value(standing.capacity).unwrap();
        format!(
            "{} {} {} by {}",
            standing.person,
            capacity.as_str().unwrap(),
            roles.join("+"),
            standing.mandate
        )
    };
    standings.into_iter().map(said).collect()
}

#[track_caller]
fn check(beside: &[&str], new: &str, answer: &str) {
    let beside: Vec<Mandate> = beside.iter().map(|text| mandate(text)).collect();
    // Wulan keeps the mandates.
    let new = mandate(new);
    let given = new.give(
        crate::shipped(),
        &beside,
        &own(&new.giver),
        &own(&new.taker),
        &"wulan".into(),
        day("2026-11-23"),
    );
    assert_eq!(given.map_or_else(|refusal| refusal.to_string(), |()| "given".to_owned()), answer);
}

#[test]
fn a_mandate_takes_effect_on_its_first_day_and_ends_after_its_last() {
    let mandates = [mandate("hendra→rina daily sekretaris 2026-11-24..2026-11-26")];
    assert_eq!(acts(&mandates, "rina", "2026-11-23"), [""; 0]);
    for on in ["2026-11-24", "2026-11-25", "2026-11-26"] {
        assert_eq!(acts(&mandates, "rina", on), ["hendra daily sekretaris by 1"]);
    }
    assert_eq!(acts(&mandates, "rina", "2026-11-27"), [""; 0]);
    assert_eq!(acts(&mandates, "budi", "2026-11-25"), [""; 0]);
}

#[test]
fn mandates_chain_while_all_of_them_are_in_force() {
    let mandates = [
        mandate("hendra→rina acting sekretaris 2026-11-01..2026-12-31"),
        mandate("rina→budi daily ketua+sekretaris 2026-11-24..2026-11-26"),
    ];
    assert_eq!(
        acts(&mandates, "budi", "2026-11-25"),
        ["rina daily ketua by 2", "hendra daily sekretaris by 2"]
    );
    assert_eq!(acts(&mandates, "rina", "2026-11-25"), ["hendra acting sekretaris by 1"]);
    assert_eq!(acts(&mandates, "budi", "2026-11-27"), [""; 0]);
}

#[test]
fn a_chain_passes_on_no_more_than_each_of_its_mandates() {
    let mandates = [
        mandate("hendra→rina daily sekretaris 2026-11-23..2026-11-27"),
        mandate("rina→budi daily ketua 2026-11-23..2026-11-27"),
    ];
    assert_eq!(acts(&mandates, "budi", "2026-11-25"), ["rina daily ketua by 2"]);
    // What its giver no longer holds, a mandate does not pass on.
    let stale = [mandate("rina→budi daily ketua+sekretaris 2026-11-23..2026-11-27")];
    assert_eq!(acts(&stale, "budi", "2026-11-25"), ["rina daily ketua by 1"]);
}

#[test]
fn whoever_has_become_an_auditor_acts_in_nobodys_place_and_passes_nothing_on() {
    let mandates = [
        mandate("hendra→ratna daily sekretaris 2026-11-23..2026-11-27"),
        mandate("ratna→budi daily sekretaris 2026-11-23..2026-11-27"),
    ];
    assert_eq!(acts(&mandates, "ratna", "2026-11-25"), [""; 0]);
    assert_eq!(acts(&mandates, "budi", "2026-11-25"), [""; 0]);
}

#[test]
fn under_atas_nama_the_superior_stays_responsible_down_the_chain() {
    let mandates = [
        mandate("hendra→rina on_behalf sekretaris 2026-11-23..2026-11-27"),
        mandate("rina→budi daily sekretaris 2026-11-23..2026-11-27"),
    ];
    assert_eq!(acts(&mandates, "budi", "2026-11-25"), ["hendra on_behalf sekretaris by 2"]);
}

#[test]
fn a_mandate_that_makes_no_sense_is_not_given() {
    check(&[], "hendra→rina daily sekretaris 2026-11-23..2026-11-23", "given");
    check(
        &[],
        "hendra→wulan daily sekretaris 2026-11-23..2026-11-27",
        "nobody enters a mandate that is given to themselves",
    );
    check(&[], "hendra→hendra daily sekretaris 2026-11-23..2026-11-27", "nobody acts in their own place");
    check(&[], "hendra→rina daily sekretaris 2026-11-24..2026-11-23", "it would end before it begins");
    check(&[], "hendra→rina daily sekretaris 2026-11-20..2026-11-22", "its days are over");
    check(&[], "hendra→rina daily  2026-11-23..2026-11-27", "it passes on nothing");
    check(
        &[],
        "markus→siti daily pemohon 2026-11-23..2026-11-27",
        "the role pemohon stays with whoever holds it",
    );
    check(&[], "hendra→ratna daily sekretaris 2026-11-23..2026-11-27", "its taker is an auditor");
    check(
        &[],
        "rina→budi daily sekretaris 2026-11-23..2026-11-27",
        "its giver does not hold the role sekretaris",
    );
    check(
        &["hendra→rina daily sekretaris 2026-11-23..2026-11-27"],
        "rina→budi daily sekretaris 2026-11-27..2026-11-30",
        "given",
    );
    check(
        &["hendra→rina daily sekretaris 2026-11-23..2026-11-27"],
        "rina→budi daily sekretaris 2026-11-28..2026-11-30",
        "its giver does not hold the role sekretaris",
    );
}

#[test]
fn a_mandate_that_leads_back_is_not_given_where_their_days_meet() {
    let chain = [
        "hendra→rina daily sekretaris 2026-11-23..2026-11-27",
        "rina→budi daily ketua 2026-11-25..2026-11-30",
    ];
    let leads_back = "on 2026-11-27 it would lead back to its giver";
    check(&chain, "budi→hendra daily anggota 2026-11-27..2026-12-04", leads_back);
    check(&chain, "budi→hendra daily anggota 2026-11-28..2026-12-04", "given");
    check(
        &chain[..1],
        "rina→hendra daily ketua 2026-11-20..2026-12-04",
        "on 2026-11-23 it would lead back to its giver",
    );

    let beside = chain.map(mandate);
    let new = mandate("budi→hendra daily anggota 2026-11-27..2026-12-04");
    let refusal = new
        .give(
            crate::shipped(),
            &beside,
            &own(&new.giver),
            &own(&new.taker),
            &"wulan".into(),
            day("2026-11-23"),
        )
        .unwrap_err();
    let through = ["hendra", "rina", "budi"].map(PersonId::from).into();
    assert_eq!(refusal, MandateRefusal::Loops { day: day("2026-11-27"), through });
}

const PEOPLE: [&str; 6] = ["hendra", "rina", "budi", "yohanes", "endang", "ratna"];

fn any_mandate() -> impl Strategy<Value = Mandate> {
    let people = || select(PEOPLE.to_vec());
    let capacities = select(vec![Capacity::Daily, Capacity::Acting, Capacity::OnBehalf]);
    let passed = proptest::sample::subsequence(vec!["sekretaris", "ketua", "anggota", "agenda"], 0..=4);
    (people(), people(), capacities, passed, 1..28_i8, 0..6_i8).prop_map(
        |(giver, taker, capacity, passed, from, days)| Mandate {
            giver: giver.into(),
            taker: taker.into(),
            capacity,
            roles: passed.into_iter().map(Role::from).collect(),
            from: jiff::civil::date(2026, 11, from),
            until: jiff::civil::date(2026, 11, (from + days).min(30)),
            basis: String::new(),
        },
    )
}

/// Those of the mandates that are given, each beside those before it.
fn given(tried: Vec<Mandate>) -> Vec<Mandate> {
    let mut given: Vec<Mandate> = Vec::new();
    for mandate in tried {
        if mandate
            .give(
                crate::shipped(),
                &given,
                &own(&mandate.giver),
                &own(&mandate.taker),
                &"wulan".into(),
                day("2026-11-01"),
            )
            .is_ok()
        {
            given.push(mandate);
        }
    }
    given
}

/// Whether somebody can go on from person to person for ever.
fn goes_in_circles(mandates: &[&Mandate]) -> bool {
    let mut people: BTreeSet<&PersonId> = mandates.iter().map(|mandate| &mandate.giver).collect();
    // Whoever has nobody to pass on to stands at an end; those who only lead there do as well.
    loop {
        let leads_on = |person: &&&PersonId| {
            mandates.iter().any(|mandate| mandate.giver == ***person && people.contains(&mandate.taker))
        };
        let left: BTreeSet<&PersonId> = people.iter().filter(leads_on).copied().collect();
        if left.len() == people.len() {
            return !left.is_empty();
        }
        people = left;
    }
}

proptest! {
    #[test]
    fn mandates_never_lead_in_circles(tried in proptest::collection::vec(any_mandate(), 0..40)) {
        let given = given(tried);
        for on in 1..=30 {
            let on = jiff::civil::date(2026, 11, on);
            let in_force: Vec<&Mandate> = given.iter().filter(|mandate| mandate.is_in_force(on)).collect();
            prop_assert!(!goes_in_circles(&in_force), "on {on}: {in_force:?}");
        }
    }

    /// Whatever stands in the database, also what was never let in.
    #[test]
    fn nobody_gets_more_than_each_mandate_passes_on(
        mandates in proptest::collection::vec(any_mandate(), 0..12),
        who in select(PEOPLE.to_vec()),
        on in 1..=30_i8,
    ) {
        let on = jiff::civil::date(2026, 11, on);
        let numbered: Vec<_> = (1..).map(MandateId).zip(mandates).collect();
        let in_force: Vec<_> =
            numbered.iter().filter(|(_, mandate)| mandate.is_in_force(on)).cloned().collect();
        let held: BTreeMap<PersonId, Vec<Role>> =
            PEOPLE.into_iter().map(|person| (person.into(), own(&person.into()))).collect();
        for standing in standings(&in_force, &who.into(), |person| &held[person]) {
            prop_assert!(standing.person != *who, "nobody acts in their own place by way of others");
            let (_, mandate) = in_force
                .iter()
                .find(|(id, _)| *id == standing.mandate)
                .expect("a mandate that is not in force gives nothing");
            prop_assert_eq!(mandate.taker.as_str(), who);
            for role in &standing.roles {
                prop_assert!(mandate.roles.contains(role));
                prop_assert!(own(&standing.person).contains(role));
            }
        }
    }
}
