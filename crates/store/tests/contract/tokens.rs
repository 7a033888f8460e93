use jiff::{Timestamp, ToSpan as _};
use store::{NewToken, TOKENS_MAX, TokenError, TokenScope};

use crate::office::{MORNING, Office};

fn token(name: &str, expires_at: Timestamp) -> NewToken {
    NewToken { name: name.to_owned(), scope: TokenScope::Read, expires_at }
}

#[tokio::test]
async fn a_token_leads_to_its_person_until_it_expires_or_is_revoked() {
    let office = Office::in_memory().await;
    let (store, now): (_, Timestamp) = (&office.store, MORNING.parse().unwrap());
    let expires_at = now + 1.hour();
    store.add_token(&[1; 32], &"rina".into(), &token("Papan", expires_at), now).await.unwrap();

    let (person, found) = store.token(&[1; 32], now).await.unwrap().unwrap();
    assert_eq!((person.as_str(), found.name.as_str(), found.scope), ("rina", "Papan", TokenScope::Read));
    assert_eq!(found.used_at, None, "this is its first use");
    assert_eq!(store.tokens(&"rina".into(), now).await.unwrap()[0].used_at, Some(now));
    assert!(store.token(&[2; 32], now).await.unwrap().is_none(), "nobody has made this one");
    assert!(store.token(&[1; 32], expires_at).await.unwrap().is_none(), "it has expired");
    assert!(store.tokens(&"rina".into(), expires_at).await.unwrap().is_empty());

    assert!(!store.revoke_token(&"budi".into(), found.id).await.unwrap(), "it is not his");
    assert!(store.revoke_token(&"rina".into(), found.id).await.unwrap());
    assert!(store.token(&[1; 32], now).await.unwrap().is_none());
}

#[tokio::test]
async fn only_tokens_that_are_still_valid_count_against_the_limit() {
    let office = Office::in_memory().await;
    let (store, now): (_, Timestamp) = (&office.store, MORNING.parse().unwrap());
    let expires_at = now + 1.hour();
    for n in 0..TOKENS_MAX {
        let hash = [u8::try_from(n).unwrap(); 32];
        store.add_token(&hash, &"rina".into(), &token("Papan", expires_at), now).await.unwrap();
    }
    let one_more = store.add_token(&[99; 32], &"rina".into(), &token("Papan", expires_at), now).await;
    assert!(matches!(one_more, Err(TokenError::TooMany { tokens_max: TOKENS_MAX })), "{one_more:?}");
    let later = token("Papan", expires_at + 1.hour());
    store.add_token(&[98; 32], &"budi".into(), &later, now).await.unwrap();
    store.add_token(&[99; 32], &"rina".into(), &later, expires_at).await.unwrap();
}
