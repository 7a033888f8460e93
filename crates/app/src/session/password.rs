//! Passwords: which are good enough, and how they are kept. They are kept as argon2id hashes; hashing
//! waits its turn, so that many sign-ins at once neither fill the memory nor hold up the pages of
//! others.

use std::collections::HashSet;
use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The shortest password, in characters.
pub const CHARS_MIN: usize = 12;
/// The longest, in characters: more than anybody types.
pub const CHARS_MAX: usize = 200;
/// How many different characters a password has at least.
const DIFFERENT_CHARS_MIN: usize = 5;
/// Parts of names shorter than this come up in many a good password.
const NAME_CHARS_MIN: usize = 4;
/// How many are hashed at the same time; each takes 19 MiB.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Whose password it is to be, as far as a guesser knows them.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub nip: Option<&'a str>,
}

/// Why a password is not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    #[error("a password has at least {CHARS_MIN} characters")]
    TooShort,
    #[error("a password has at most {CHARS_MAX} characters")]
    TooLong,
    #[error("a password does not contain its owner's name, e-mail address or NIP")]
    NamesOwner,
    #[error(
        "this password is one of those that are tried first: digits alone, few characters over and over, or \
         nothing but common words; put words together that nobody would expect beside each other"
    )]
    Common,
}

/// Whether a new password is good enough for its owner.
///
/// Length counts most; beyond it only what guessers try first is refused, and no mixture of kinds of
/// characters is asked for (NIST SP 800-63B, 3.1.1.2).
pub fn check(password: &str, owner: &Owner<'_>) -> Result<(), Weakness> {
    match password.chars().count() {
        ..CHARS_MIN => return Err(Weakness::TooShort),
        chars if chars > CHARS_MAX => return Err(Weakness::TooLong),
        _ => {}
    }
    if names(&password.to_lowercase(), owner) {
        return Err(Weakness::NamesOwner);
    }
    if is_common(password) { Err(Weakness::Common) } else { Ok(()) }
}

fn names(password: &str, owner: &Owner<'_>) -> bool {
    let email = owner.email.to_lowercase();
    let mailbox = email.split('@').next().unwrap_or_default();
    let name = owner.name.to_lowercase();
    let name = name.split(|letter: char| !letter.is_alphanumeric());
    let mut known = name.chain([mailbox, owner.nip.unwrap_or_default()]);
    known.any(|known| known.chars().count() >= NAME_CHARS_MIN && password.contains(known))
}

fn is_common(password: &str) -> bool {
    let different: HashSet<char> = password.chars().collect();
    if different.len() < DIFFERENT_CHARS_MIN {
        return true;
    }
    // As typed, and as meant where digits stand for letters, `p4ssw0rd`; those around it stand for none.
    let password = password.to_lowercase();
    let password = password.trim_matches(|char: char| !char.is_alphabetic());
    let letters =
        |read: fn(char) -> Option<char>| -> Vec<char> { password.chars().filter_map(read).collect() };
    let typed = letters(|char| char.is_alphabetic().then_some(char));
    let meant = letters(|char| match char {
        '0' => Some('o'),
        '1' | '!' => Some('i'),
        '3' => Some('e'),
        '4' | '@' => Some('a'),
        '5' | '$' => Some('s'),
        '7' => Some('t'),
        other => other.is_alphabetic().then_some(other),
    });
    is_made_of_common_words(&typed) || is_made_of_common_words(&meant)
}

/// Whether common words, one after the other, are all there is. Nothing is made of no words.
fn is_made_of_common_words(letters: &[char]) -> bool {
    // Whether words reach from the beginning to here.
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for end in 1..=letters.len() {
        let mut starts = end.saturating_sub(COMMON.chars_max)..end;
        reached[end] = starts
            .any(|start| reached[start] && COMMON.words.contains(&String::from_iter(&letters[start..end])));
    }
    reached[letters.len()]
}

struct CommonWords {
    words: HashSet<String>,
    chars_max: usize,
}

static COMMON: LazyLock<CommonWords> = LazyLock::new(|| {
    let lines = include_str!("common_words.txt").lines();
    let words: HashSet<String> = lines.filter(|line| !line.starts_with('#')).map(ToOwned::to_owned).collect();
    let chars_max = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    CommonWords { words, chars_max }
});

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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Weakness> {
        let owner = Owner {
            name: "Rina A. Wulandari",
            email: "rwulan@brmp.example",
            nip: Some("198203142008012001"),
        };
        super::check(password, &owner)
    }

    #[test]
    fn what_is_tried_first_is_no_password() {
        for common in [
            "password1234",
            "P4ssw0rd!2026",
            "Rahasia-Negara-45",
            "bismillah 123",
            "Indonesia17081945",
            "qwertyuiop123",
            "admin@kementan2026",
            "Januari2026!!",
            "198203142008",
            "081255500101",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "!!!!????....,,,;",
        ] {
            assert_eq!(check(common), Err(Weakness::Common), "{common}");
        }
    }

    #[test]
    fn a_password_does_not_name_its_owner() {
        for own in ["wulandari-di-gunung", "kopi-RWULAN-tubruk", "nip 198203142008012001", "kopi Wulandari?"]
        {
            assert_eq!(check(own), Err(Weakness::NamesOwner), "{own}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_and_words_that_belong_to_nobody_are_welcome() {
        assert_eq!(check("kopi-tubruk"), Err(Weakness::TooShort));
        assert_eq!(check("éééééééé-ab"), Err(Weakness::TooShort));
        assert_eq!(check(&"kopi tubruk ".repeat(17)), Err(Weakness::TooLong));
        for good in
            ["kopi-tubruk!", "sandi-yang-panjang", "percobaan-sigap", "kuda lumping 7", "Xq7#mmv0!kLp"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }
}
