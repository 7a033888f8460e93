use jiff::Timestamp;
use sop::definition::{FieldId, StageId, StageRef, StepNo};
use sop::letter::phrase::Place;

use crate::office::{MORNING, Office};

fn place(step: &str, stage: &str, field: &str) -> Place {
    let stage = StageRef { step: StepNo::new(step), stage: StageId::new(stage) };
    Place { stage, field: FieldId::new(field) }
}

#[tokio::test]
async fn the_newest_version_of_a_phrase_counts_and_nobody_overwrites_another() {
    let office = Office::in_memory().await;
    let (store, at): (_, Timestamp) = (&office.store, MORNING.parse().unwrap());
    let letter = place("4", "konsep", "surat");
    assert_eq!(store.phrase(&letter).await.unwrap(), None);

    assert!(store.write_phrase(&letter, 0, "Dengan hormat,", &"rina".into(), at).await.unwrap());
    assert!(store.write_phrase(&letter, 1, "Menindaklanjuti {perihal},", &"wulan".into(), at).await.unwrap());
    // Rina still has the first version before her.
    assert!(!store.write_phrase(&letter, 1, "Salam,", &"rina".into(), at).await.unwrap());

    let phrase = store.phrase(&letter).await.unwrap().unwrap();
    assert_eq!((phrase.text.as_str(), phrase.version), ("Menindaklanjuti {perihal},", 2));
    assert_eq!((phrase.written_by.as_str(), phrase.written_at), ("wulan", at));
    assert_eq!(store.phrase(&place("4", "konsep", "hal-penolakan")).await.unwrap(), None);
    assert_eq!(store.phrase(&place("10", "konsep", "surat")).await.unwrap(), None);
}
