use jiff::civil::Date;

use crate::office::{Office, minutes};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[tokio::test]
async fn an_absence_shows_on_each_of_its_days_and_no_other() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let (from, until) = (day("2026-01-06"), day("2026-01-08"));
    let id = store
        .add_absence(&"rina".into(), from, until, "dinas luar", &"rina".into(), minutes(0))
        .await
        .unwrap();
    let away = async |from: &str, until: &str| store.absences(day(from), day(until)).await.unwrap().len();

    assert_eq!(away("2026-01-05", "2026-01-05").await, 0);
    assert_eq!(away("2026-01-06", "2026-01-06").await, 1);
    assert_eq!(away("2026-01-08", "2026-01-12").await, 1);
    assert_eq!(away("2026-01-09", "2026-01-09").await, 0);
    let found = store.absences(from, from).await.unwrap().remove(0);
    assert_eq!((found.id, found.person.as_str(), found.reason.as_str()), (id, "rina", "dinas luar"));
    assert_eq!((found.from, found.until), (from, until));
}

#[tokio::test]
async fn whoever_is_back_early_is_there_from_that_day() {
    let office = Office::in_memory().await;
    let (store, rina) = (&office.store, "rina".into());
    let (from, until) = (day("2026-01-06"), day("2026-01-08"));
    let id = store.add_absence(&rina, from, until, "sakit", &rina, minutes(0)).await.unwrap();

    assert!(!store.end_absence(id, day("2026-01-09")).await.unwrap(), "it was over by then");
    assert!(store.end_absence(id, day("2026-01-08")).await.unwrap());
    assert_eq!(store.absences(until, until).await.unwrap(), []);
    assert_eq!(store.absences(from, until).await.unwrap()[0].until, day("2026-01-07"));
    // Somebody who has not left yet stays.
    assert!(store.end_absence(id, from).await.unwrap());
    assert_eq!(store.absences(from, until).await.unwrap(), []);
    assert!(!store.end_absence(id, from).await.unwrap());
}
