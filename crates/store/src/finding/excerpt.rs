//! Where in a text it was found, and what stands around.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::index::Phrase;
use super::words::{Word, stem, words};

/// A part of a text, marked if it is what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    pub text: String,
    pub marked: bool,
}

/// How many words of a long text are shown,
const SHOWN_WORDS: usize = 26;
/// and how many of them before the first that was looked for.
const SHOWN_WORDS_BEFORE: usize = 6;

/// What was looked for: the phrases of each word, by the stem with which they begin.
#[derive(Debug)]
pub(super) struct Marker<'a> {
    beginnings: HashMap<&'a str, Vec<(usize, &'a [String])>>,
}

/// Where it was found in a text.
#[derive(Debug)]
pub(super) struct Marks {
    words: Vec<Word>,
    /// Which words of the text, the last not included, and which of those that were looked for it is.
    marks: Vec<(Range<usize>, usize)>,
}

impl<'a> Marker<'a> {
    pub(super) fn new(all_of: &'a [Vec<Phrase>]) -> Self {
        let mut beginnings: HashMap<&str, Vec<(usize, &[String])>> = HashMap::new();
        for (n, phrases) in all_of.iter().enumerate() {
            for phrase in phrases {
                if let Some(first) = phrase.first() {
                    beginnings.entry(first).or_default().push((n, phrase));
                }
            }
        }
        Self { beginnings }
    }

    pub(super) fn marks(&self, text: &str) -> Marks {
        let words = words(text);
        let stems: Vec<String> = words.iter().map(|word| stem(&word.word)).collect();
        let mut marks = Vec::new();
        let mut at = 0;
        while let Some(here) = stems.get(at) {
            let begun = self.beginnings.get(here.as_str()).into_iter().flatten();
            let longest =
                begun.filter(|(_, phrase)| stems[at..].starts_with(phrase)).max_by_key(|(_, p)| p.len());
            if let Some((n, phrase)) = longest {
                marks.push((at..at + phrase.len(), *n));
                at += phrase.len();
            } else {
                at += 1;
            }
        }
        Marks { words, marks }
    }
}

impl Marks {
    /// Which of the words that were looked for the text has.
    pub(super) fn found(&self) -> BTreeSet<usize> {
        self.marks.iter().map(|(_, n)| *n).collect()
    }

    /// The whole text.
    pub(super) fn whole(&self, text: &str) -> Vec<Fragment> {
        self.fragments(text, 0..text.len())
    }

    /// The part of the text that has most of what was looked for.
    pub(super) fn part(&self, text: &str) -> Vec<Fragment> {
        let within = |from: usize| {
            let shown = from..from + SHOWN_WORDS - SHOWN_WORDS_BEFORE;
            let marks = self.marks.iter().filter(move |(at, _)| shown.contains(&at.start));
            marks.map(|(_, n)| *n).collect::<BTreeSet<_>>().len()
        };
        let starts = self.marks.iter().map(|(at, _)| at.start);
        // Of several that are as good, the first.
        let best = starts.rev().max_by_key(|start| within(*start)).unwrap_or(0);
        let first = best.saturating_sub(SHOWN_WORDS_BEFORE);
        let last = (first + SHOWN_WORDS).min(self.words.len());
        let from = if first == 0 { 0 } else { self.words[first].place.start };
        let to = self.words.get(last).map_or(text.len(), |_| self.words[last - 1].place.end);
        let mut fragments = self.fragments(text, from..to);
        if from > 0 {
            fragments.insert(0, Fragment { text: "… ".to_owned(), marked: false });
        }
        if to < text.len() {
            fragments.push(Fragment { text: " …".to_owned(), marked: false });
        }
        fragments
    }

    fn fragments(&self, text: &str, shown: Range<usize>) -> Vec<Fragment> {
        let mut fragments = Vec::new();
        let mut add = |place: Range<usize>, marked| {
            let text = text.get(place).unwrap_or_default().replace(['\n', '\r', '\t'], " ");
            if !text.is_empty() {
                fragments.push(Fragment { text, marked });
            }
        };
        let mut done = shown.start;
        for (at, _) in &self.marks {
            let place = self.words[at.start].place.start..self.words[at.end - 1].place.end;
            if place.start >= done && place.end <= shown.end {
                add(done..place.start, false);
                done = place.end;
                add(place, true);
            }
        }
        add(done..shown.end, false);
        fragments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(all_of: &[&[&str]]) -> Vec<Vec<Phrase>> {
        let phrase = |typed: &&str| words(typed).iter().map(|word| stem(&word.word)).collect();
        all_of.iter().map(|one_of| one_of.iter().map(phrase).collect()).collect()
    }

    fn shown(fragments: Vec<Fragment>) -> String {
        let show = |part: Fragment| if part.marked { format!("[{}]", part.text) } else { part.text };
        fragments.into_iter().map(show).collect()
    }

    #[test]
    fn words_of_the_same_root_are_marked_as_they_were_written() {
        let looked_for = phrases(&[&["perbaikan"], &["2026-0142"]]);
        let marker = Marker::new(&looked_for);
        for (text, marked) in [
            ("Sudah diperbaiki.\nLihat 2026-0142", "Sudah [diperbaiki]. Lihat [2026-0142]"),
            ("Tahun 2026, nomor 0142", "Tahun 2026, nomor 0142"),
            ("<b>MEMPERBAIKI</b> & lain", "<b>[MEMPERBAIKI]</b> & lain"),
            ("", ""),
        ] {
            assert_eq!(shown(marker.marks(text).whole(text)), marked, "{text:?}");
        }
    }

    #[test]
    fn of_a_long_text_the_part_is_shown_that_has_most_of_what_was_looked_for() {
        let looked_for = phrases(&[&["server"], &["padam"]]);
        let before = "server pertama ".to_owned() + &"kata ".repeat(60);
        let text = before + "lalu server kantor padam sejak pagi " + &"kata ".repeat(60);
        let part = shown(Marker::new(&looked_for).marks(&text).part(&text));
        assert!(part.starts_with("… kata") && part.ends_with("kata …"), "{part}");
        assert!(part.contains("[server] kantor [padam] sejak"), "{part}");
        assert!(part.len() < 200, "{part}");
        let short = "server padam";
        assert_eq!(shown(Marker::new(&looked_for).marks(short).part(short)), "[server] [padam]");
    }
}
