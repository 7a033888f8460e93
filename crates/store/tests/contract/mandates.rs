use jiff::civil::Date;
use sop::letter::Capacity;
use sop::mandate::{Mandate, MandateId, MandateRefusal};
use store::MandateError;

use crate::office::{MORNING, Office, actor, box_of, completion, minutes, request};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Haris lets Rina act in his place from Tuesday until Thursday.
fn mandate() -> Mandate {
    Mandate {
        giver: "haris".into(),
        taker: "rina".into(),
        capacity: Capacity::Daily,
        roles: vec!["sekretaris".into()],
        from: day("2026-01-06"),
        until: day("2026-01-08"),
        basis: "ND-12/TU.040/01/2026".to_owned(),
    }
}

#[tokio::test]
async fn a_mandate_is_in_force_on_its_days_until_it_is_revoked() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let id = store.give_mandate(&mandate(), &"wulan".into(), minutes(0), |_| Ok(())).await.unwrap();
    let in_force = async |on: &str| store.mandates_in_force(day(on)).await.unwrap().len();

    for (on, count) in
        [("2026-01-05", 0), ("2026-01-06", 1), ("2026-01-07", 1), ("2026-01-08", 1), ("2026-01-09", 0)]
    {
        assert_eq!(in_force(on).await, count, "{on}");
    }
    assert!(store.revoke_mandate(id, "Haris kembali", &"haris".into(), minutes(5)).await.unwrap());
    assert_eq!(in_force("2026-01-07").await, 0);
    assert!(!store.revoke_mandate(id, "lagi", &"wulan".into(), minutes(6)).await.unwrap());
    assert!(!store.revoke_mandate(MandateId(99), "", &"wulan".into(), minutes(6)).await.unwrap());

    // It is kept for good.
    let kept = store.mandates().await.unwrap().remove(0);
    assert_eq!((kept.id, &kept.mandate, kept.entered_by.as_str()), (id, &mandate(), "wulan"));
    let revoked = kept.revoked.clone().unwrap();
    assert_eq!(
        (revoked.by.as_str(), revoked.at, revoked.reason.as_str()),
        ("haris", minutes(5), "Haris kembali")
    );
    assert_eq!(store.mandates_with(&[id]).await.unwrap(), [kept]);
    assert_eq!(store.mandates_with(&[]).await.unwrap(), []);
}

#[tokio::test]
async fn the_rules_see_the_mandates_whose_days_meet_and_may_refuse() {
    let office = Office::in_memory().await;
    let store = &office.store;
    store
        .give_mandate(&mandate(), &"wulan".into(), minutes(0), |beside| {
            assert_eq!(beside, []);
            Ok(())
        })
        .await
        .unwrap();
    let back = Mandate { giver: "rina".into(), taker: "haris".into(), from: day("2026-01-08"), ..mandate() };
    let refused = store
        .give_mandate(&back, &"wulan".into(), minutes(1), |beside| {
            assert_eq!(beside, [mandate()]);
            Err(MandateRefusal::ToOneself)
        })
        .await;
    assert!(matches!(refused, Err(MandateError::Refused(MandateRefusal::ToOneself))));
    let later = Mandate { from: day("2026-01-09"), until: day("2026-01-12"), ..back };
    store
        .give_mandate(&later, &"wulan".into(), minutes(2), |beside| {
            assert_eq!(beside, []);
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(store.mandates().await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_box_of_a_deputy_holds_what_was_given_to_those_they_act_for() {
    let office = Office::in_memory().await;
    let mut file = office.register(request("Surel mati"), MORNING.parse().unwrap()).await;
    for outcome in ["teruskan", "tolak", "penjelasan", "perintahkan"] {
        file = office.complete(&file.case, outcome, minutes(10)).await;
    }
    let task = file.case.open_tasks().next().unwrap();
    let budi = task.assignee.clone().expect("the letter was given to somebody");
    let waits = async |own: &str, deputises: &[(&str, &[&str])]| {
        let mut tasks = box_of(own);
        tasks.deputises = deputises
            .iter()
            .map(|(person, roles)| ((*person).into(), roles.iter().map(|role| (*role).into()).collect()))
            .collect();
        let rows = office.store.inbox(&tasks, None, 10).await.unwrap();
        assert_eq!(office.store.inbox_count(&tasks, 10).await.unwrap() as usize, rows.len());
        rows.len()
    };
    assert_eq!(waits("wulan", &[]).await, 0);
    assert_eq!(waits("wulan", &[(budi.as_str(), &["anggota"])]).await, 1);
    assert_eq!(waits("wulan", &[(budi.as_str(), &["ketua"])]).await, 0, "it does not cover this work");
    assert_eq!(waits("wulan", &[("dewi", &["anggota"])]).await, 0);
    // The letter's task is Budi's still.
    let (by, _) = completion(&file.case, task, &"ajukan".into());
    assert_eq!(by, actor(budi.as_str()));
}
