//! Passwords are kept as argon2id hashes; hashing waits its turn, so that many sign-ins at once
//! neither fill the memory nor hold up the pages of others.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The shortest password, in characters.
pub const CHARS_MIN: usize = 12;
/// How many are hashed at the same time; each takes 19 MiB.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Hashes a password for storing.
pub async fn hash(password: String) -> String {
    let _place = PLACES.acquire().await;
    match tokio::task::spawn_blocking(move || hash_now(&password)).await {
        Ok(hash) => hash,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The same on this thread, for a command line.
pub fn hash_now(password: &str) -> String {
    match Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => hash.to_string(),
        // Only impossible parameters or a missing source of randomness fail, and then no password is safe.
        Err(error) => panic!("a password cannot be hashed: {error}"),
    }
}

/// Whether a password belongs to a hash.
pub async fn verify(password: String, hash: String) -> bool {
    let _place = PLACES.acquire().await;
    let check = move || {
        PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    };
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}
