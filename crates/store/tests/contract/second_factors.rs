use sop::case::PersonId;
use store::{Added, NewPasskey, PASSKEYS_MAX, SecondFactors, StoreError};

use crate::office::{Office, minutes};

#[tokio::test]
async fn a_second_factor_counts_once_confirmed_and_each_code_once() {
    let office = Office::on_disk().await;
    let store = &office.store;
    let (sari, budi) = ("sari".into(), "budi".into());
    assert_eq!(store.authenticator_app(&sari).await.unwrap(), None);
    assert!(store.begin_authenticator_app(&sari, b"first").await.unwrap());
    assert!(store.begin_authenticator_app(&sari, b"second").await.unwrap());
    let confirm = async |person, step, codes: &[[u8; 32]]| {
        store.confirm_authenticator_app(person, step, codes, &[1; 32], minutes(0)).await.unwrap()
    };
    assert_eq!(confirm(&budi, 7, &[]).await, Added::Not);
    assert!(!store.second_factors(&sari).await.unwrap().is_any(), "not before it is confirmed");
    assert_eq!(confirm(&sari, 7, &[[1; 32], [2; 32]]).await, Added::First);
    assert_eq!(confirm(&sari, 8, &[[3; 32]]).await, Added::Not);
    assert!(!store.begin_authenticator_app(&sari, b"third").await.unwrap(), "it counts already");
    let factor = store.authenticator_app(&sari).await.unwrap().unwrap();
    assert_eq!(factor.secret, b"second");
    assert_eq!(factor.confirmed_at, Some(minutes(0)));
    let factors = SecondFactors { has_app: true, passkeys: 0, recovery_codes_left: 2 };
    assert_eq!(store.second_factors(&sari).await.unwrap(), factors);
    let shown = format!("{factor:?}");
    assert!(!shown.contains("115") && !shown.contains("secret"), "no secret in a log: {shown}");

    assert!(!store.use_step(&sari, 7).await.unwrap(), "it was used to confirm");
    let doors = [office.store.clone(), office.another_door().await];
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let store = doors[n % 2].clone();
            tokio::spawn(async move { store.use_step(&"sari".into(), 9).await.unwrap() })
        })
        .collect();
    let mut used = 0;
    for attempt in tries {
        used += usize::from(attempt.await.unwrap());
    }
    assert_eq!(used, 1, "of many who send the same code one gets in");
    assert!(!store.use_step(&sari, 8).await.unwrap(), "an older one comes too late");

    assert!(!store.use_recovery_code(&budi, &[1; 32]).await.unwrap(), "not his");
    assert!(store.use_recovery_code(&sari, &[1; 32]).await.unwrap());
    assert!(!store.use_recovery_code(&sari, &[1; 32]).await.unwrap());
    assert!(store.remove_authenticator_app(&sari).await.unwrap());
    assert!(!store.remove_authenticator_app(&sari).await.unwrap());
    assert!(!store.use_recovery_code(&sari, &[2; 32]).await.unwrap(), "its codes went with it");
}

fn passkey(credential_id: &str) -> NewPasskey {
    NewPasskey {
        name: "Laptop".to_owned(),
        credential_id: credential_id.to_owned(),
        credential: "0".to_owned(),
    }
}

#[tokio::test]
async fn second_factors_share_their_recovery_codes_and_the_last_one_takes_them_along() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let (sari, budi): (PersonId, PersonId) = ("sari".into(), "budi".into());
    assert!(!store.replace_recovery_codes(&sari, &[[9; 32]]).await.unwrap(), "they stand in for nothing");
    let add = async |person, credential_id: &str, codes: &[[u8; 32]]| {
        store.add_passkey(person, &passkey(credential_id), codes, &[1; 32], minutes(1)).await.unwrap()
    };
    assert_eq!(add(&sari, "a", &[[1; 32], [2; 32]]).await, Added::First);
    assert_eq!(add(&budi, "a", &[[3; 32]]).await, Added::Not, "it is somebody's already");
    assert!(!store.second_factors(&budi).await.unwrap().is_any());
    assert!(!store.use_recovery_code(&budi, &[3; 32]).await.unwrap(), "nothing was changed");
    assert!(store.begin_authenticator_app(&sari, b"secret").await.unwrap());
    let confirmed = store.confirm_authenticator_app(&sari, 7, &[[4; 32]], &[1; 32], minutes(2)).await;
    assert_eq!(confirmed.unwrap(), Added::Further);
    let factors = SecondFactors { has_app: true, passkeys: 1, recovery_codes_left: 2 };
    assert_eq!(store.second_factors(&sari).await.unwrap(), factors);

    let id = store.passkeys(&sari).await.unwrap()[0].id;
    assert!(!store.remove_passkey(&budi, id).await.unwrap(), "not his");
    assert!(store.remove_passkey(&sari, id).await.unwrap());
    assert!(store.use_recovery_code(&sari, &[1; 32]).await.unwrap(), "they stand in for the app");
    assert!(store.replace_recovery_codes(&sari, &[[5; 32]]).await.unwrap());
    assert!(!store.use_recovery_code(&sari, &[2; 32]).await.unwrap(), "replaced");
    assert!(store.remove_authenticator_app(&sari).await.unwrap());
    let none = SecondFactors { has_app: false, passkeys: 0, recovery_codes_left: 0 };
    assert_eq!(store.second_factors(&sari).await.unwrap(), none);

    for n in 0..PASSKEYS_MAX {
        let credential_id = format!("b{n}");
        assert_ne!(add(&sari, &credential_id, &[]).await, Added::Not);
    }
    assert_eq!(add(&sari, "c", &[]).await, Added::Not, "one more than anybody needs");
    assert!(store.remove_second_factors(&sari).await.unwrap());
    assert!(!store.remove_second_factors(&sari).await.unwrap());
}

#[tokio::test]
async fn of_two_copies_of_a_passkey_that_answer_at_once_one_gets_in() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let sari: PersonId = "sari".into();
    store.add_passkey(&sari, &passkey("a"), &[], &[1; 32], minutes(1)).await.unwrap();
    let key = store.passkeys(&sari).await.unwrap().remove(0);
    assert_eq!((key.name.as_str(), key.created_at, key.used_at), ("Laptop", minutes(1), None));
    assert!(!store.use_passkey(&"budi".into(), key.id, "0", "1", minutes(2)).await.unwrap(), "not his");
    assert!(store.use_passkey(&sari, key.id, "0", "1", minutes(2)).await.unwrap());
    assert!(!store.use_passkey(&sari, key.id, "0", "1", minutes(2)).await.unwrap());
    let used = store.passkeys(&sari).await.unwrap().remove(0);
    assert_eq!((used.credential.as_str(), used.used_at), ("1", Some(minutes(2))));
}

#[tokio::test]
async fn what_an_authenticator_was_asked_is_there_once_and_not_for_long() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let take =
        async |token: u8, minute| store.take_passkey_challenge(&[token; 32], minutes(minute)).await.unwrap();
    store.ask_passkey(&[1; 32], "old", minutes(5)).await.unwrap();
    store.ask_passkey(&[1; 32], "new", minutes(5)).await.unwrap();
    assert_eq!(take(2, 0).await, None, "another was asked");
    assert_eq!(take(1, 4).await.as_deref(), Some("new"));
    assert_eq!(take(1, 4).await, None, "it was answered");
    store.ask_passkey(&[1; 32], "late", minutes(5)).await.unwrap();
    assert_eq!(take(1, 5).await, None);
    store.ask_passkey(&[1; 32], "forgotten", minutes(5)).await.unwrap();
    store.end_expired_sessions(minutes(6)).await.unwrap();
    assert_eq!(take(1, 0).await, None, "it was swept away");
}

#[tokio::test]
async fn the_file_of_the_database_does_not_tell_the_secret_of_an_app_not_even_one_from_before() {
    let office = Office::in_a_file().await;
    let (sari, budi): (PersonId, PersonId) = ("sari".into(), "budi".into());
    let (old, new) = (b"old-secret-of-20-byt", b"new-secret-of-20-byt");
    office
        .tamper(&format!(
            "INSERT INTO second_factors (person, secret, used_step) VALUES ('sari', '{}', 0)",
            hex::encode(old)
        ))
        .await;
    let keyless = office.another_door().await;
    assert!(matches!(keyless.encrypt_secrets().await, Err(StoreError::NoSecretsKey)));
    assert!(!keyless.has_encrypted_secrets().await.unwrap());
    assert_eq!(office.store.encrypt_secrets().await.unwrap(), 1);
    assert_eq!(office.store.encrypt_secrets().await.unwrap(), 0, "it is done");
    assert!(office.store.begin_authenticator_app(&budi, new).await.unwrap());
    for (person, secret) in [(&sari, old), (&budi, new)] {
        assert_eq!(office.store.authenticator_app(person).await.unwrap().unwrap().secret, secret);
        assert!(matches!(keyless.authenticator_app(person).await, Err(StoreError::NoSecretsKey)));
    }
    assert!(keyless.has_encrypted_secrets().await.unwrap());

    let bytes: Vec<u8> =
        office.database_files().into_iter().flat_map(|file| std::fs::read(file).unwrap()).collect();
    let told = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(told(b"budi") && told(b"xchacha20poly1305-v1"), "the files are those of the office");
    for secret in [old, new] {
        assert!(
            !told(secret) && !told(hex::encode(secret).as_bytes()),
            "{}",
            String::from_utf8_lossy(secret)
        );
    }

    office
        .tamper(
            "UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE person = 'budi')",
        )
        .await;
    assert!(matches!(office.store.authenticator_app(&sari).await, Err(StoreError::Damaged { .. })));
}

#[tokio::test]
async fn a_code_is_owed_until_it_is_given_or_too_late() {
    let office = Office::in_memory().await;
    let store = &office.store;
    let sari = "sari".into();
    for token in [1, 2, 3] {
        store.await_code(&[token; 32], &sari, minutes(10)).await.unwrap();
    }
    let owes = async |token: u8, minute| store.awaited_code(&[token; 32], minutes(minute)).await.unwrap();
    assert_eq!(owes(1, 9).await.as_ref(), Some(&sari));
    assert_eq!(owes(1, 10).await, None);
    assert_eq!(owes(9, 0).await, None);
    store.forget_awaited_code(&[1; 32]).await.unwrap();
    assert_eq!((owes(1, 0).await, owes(2, 0).await.as_ref()), (None, Some(&sari)));
    store.set_password(&sari, "$argon2id$new", None).await.unwrap();
    assert_eq!(owes(2, 0).await, None, "it was the old password that was given");
}
