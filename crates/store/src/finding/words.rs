//! Words, as they are indexed and asked for. All of it is worked out here, so that every database finds
//! the same.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use waken_snowball::Algorithm;

/// The most characters of a word that count.
const WORD_CHARS_MAX: usize = 60;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands, in bytes.
    pub(super) place: Range<usize>,
    /// In small letters, without accents.
    pub(super) word: String,
}

/// The words of a text: letters and digits, parted by whatever is neither.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut begun = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric() || is_combining_mark(c), begun) {
            (true, None) => begun = Some(at),
            (false, Some(from)) => {
                begun = None;
                let word = folded(&text[from..at]);
                if !word.is_empty() {
                    words.push(Word { place: from..at, word });
                }
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    words
}

fn folded(word: &str) -> String {
    if word.is_ascii() {
        // Nearly every word is, and what follows comes to the same.
        let letters = &word[..word.len().min(WORD_CHARS_MAX)];
        return letters.to_ascii_lowercase();
    }
    let letters = word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    // Making a letter small can bring an accent with it.
    letters.filter(|c| c.is_alphanumeric()).take(WORD_CHARS_MAX).collect()
}

/// What a word has in common with those that are made of the same root: "memperbaiki", "diperbaiki" and
/// "perbaikan" have "baik". A number or code is found as it was typed.
pub(super) fn stem(word: &str) -> String {
    if is_code(word) {
        return word.to_owned();
    }
    let stem = waken_snowball::stem(Algorithm::Indonesian, word);
    if stem.is_empty() { word.to_owned() } else { stem.into_owned() }
}

pub(super) fn is_code(word: &str) -> bool {
    word.contains(|c: char| c.is_numeric())
}

/// How many letters of the beginning of a word its keys are made of.
const KEY_CHARS: usize = 7;
/// Words of fewer letters are too much like others to tell what was meant.
const SLIP_CHARS_MIN: usize = 4;
/// From so many letters on, two slips are forgiven.
const TWO_SLIPS_CHARS_MIN: usize = 7;

/// How many slips are forgiven in a word: letters that are wrong, missing, too many, or in each other's
/// place.
pub(super) fn slips_max(word: &str) -> usize {
    match word.chars().count() {
        _ if is_code(word) => 0,
        ..SLIP_CHARS_MIN => 0,
        SLIP_CHARS_MIN..TWO_SLIPS_CHARS_MIN => 1,
        TWO_SLIPS_CHARS_MIN.. => 2,
    }
}

/// How many slips lie between two words.
pub(super) fn slips_between(one: &str, other: &str) -> usize {
    strsim::osa_distance(one, other)
}

/// What is left of the beginning of a word when as many letters are left out as slips are forgiven, in
/// every way. Whoever leaves out letters on both sides meets in the middle, and looks up a few keys
/// instead of comparing all words (SymSpell, Wolf Garbe).
pub(super) fn keys(word: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut shorter = BTreeSet::from([word.chars().take(KEY_CHARS).collect::<Vec<char>>()]);
    if slips_max(word) == 0 {
        return keys;
    }
    for _ in 0..=slips_max(word) {
        keys.extend(shorter.iter().map(|letters| letters.iter().collect::<String>()));
        let without = |letters: &Vec<char>, at: usize| {
            let mut rest = letters.clone();
            rest.remove(at);
            rest
        };
        shorter = shorter
            .iter()
            .flat_map(|letters| (0..letters.len()).map(move |at| without(letters, at)))
            .collect();
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.word).collect()
    }

    #[test]
    fn a_text_is_parted_into_words_without_accents_or_capitals() {
        for (text, said) in [
            ("Surel tidak terkirim!", &["surel", "tidak", "terkirim"][..]),
            ("B-123/TI.2/2026", &["b", "123", "ti", "2", "2026"]),
            ("Café, cafe\u{301} ÉCOLE", &["cafe", "cafe", "ecole"]),
            ("  --  ", &[]),
            ("\u{301}", &[]),
            ("", &[]),
        ] {
            assert_eq!(heard(text), said, "{text:?}");
        }
        let text = "Café itu galat";
        let places: Vec<&str> = words(text).into_iter().map(|word| &text[word.place]).collect();
        assert_eq!(places, ["Café", "itu", "galat"]);
    }

    #[test]
    fn words_of_one_root_have_one_stem_and_codes_have_none() {
        for word in ["memperbaiki", "diperbaiki", "perbaikan", "baik"] {
            assert_eq!(stem(word), "baik", "{word}");
        }
        assert_eq!(stem("b2kan"), "b2kan");
    }

    #[test]
    fn words_a_slip_or_two_apart_have_a_key_in_common() {
        for (typed, meant) in [
            ("jarignan", "jaringan"),
            ("jaringn", "jaringan"),
            ("jaaringan", "jaringan"),
            ("jarongan", "jaringan"),
            ("garongan", "jaringan"),
            ("pintu", "pinto"),
            ("servr", "server"),
            ("printr", "printer"),
        ] {
            let common = keys(typed).intersection(&keys(meant)).count();
            let slips = slips_between(typed, meant);
            assert!(common > 0 && slips <= slips_max(typed), "{typed} {meant}: {slips}");
        }
        assert!(keys("web").is_empty() && keys("2026a").is_empty());
    }
}
