//! What somebody changed in a text, word by word.

use similar::{ChangeTag, TextDiff};

/// A stretch of a text that was corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Kept(String),
    Removed(String),
    Added(String),
}

/// A text that was changed, under the name of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revised {
    pub label: String,
    pub pieces: Vec<Piece>,
}

/// How one text became another; empty where nothing was changed. Words that were replaced side by side
/// are one change, as a reader would mark them.
pub fn revision(before: &str, after: &str) -> Vec<Piece> {
    if before == after {
        return Vec::new();
    }
    let mut pieces = Vec::new();
    let mut open = Change::default();
    for change in TextDiff::from_words(before, after).iter_all_changes() {
        let words = change.value();
        match change.tag() {
            ChangeTag::Delete => open.removes(words),
            ChangeTag::Insert => open.adds(words),
            ChangeTag::Equal if open.may_go_on_over(words) => open.space.push_str(words),
            ChangeTag::Equal => {
                let space = open.close(&mut pieces);
                match pieces.last_mut() {
                    Some(Piece::Kept(text)) => text.push_str(words),
                    Some(Piece::Removed(_) | Piece::Added(_)) | None => {
                        pieces.push(Piece::Kept(space + words));
                    }
                }
            }
        }
    }
    let space = open.close(&mut pieces);
    if !space.is_empty() {
        pieces.push(Piece::Kept(space));
    }
    pieces
}

/// A change that may still go on.
#[derive(Default)]
struct Change {
    removed: String,
    added: String,
    /// What was kept since, and belongs to the change only if it goes on.
    space: String,
}

impl Change {
    fn removes(&mut self, words: &str) {
        self.goes_on();
        self.removed.push_str(words);
    }

    fn adds(&mut self, words: &str) {
        self.goes_on();
        self.added.push_str(words);
    }

    fn goes_on(&mut self) {
        let space = std::mem::take(&mut self.space);
        self.removed.push_str(&space);
        self.added.push_str(&space);
    }

    fn may_go_on_over(&self, words: &str) -> bool {
        !self.removed.is_empty() && !self.added.is_empty() && words.chars().all(|c| c == ' ')
    }

    /// Puts down the change, if there is one, and returns what was kept after it.
    fn close(&mut self, pieces: &mut Vec<Piece>) -> String {
        let Self { removed, added, space } = std::mem::take(self);
        pieces.extend((!removed.is_empty()).then_some(Piece::Removed(removed)));
        pieces.extend((!added.is_empty()).then_some(Piece::Added(added)));
        space
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_shows_what_went_and_what_came() {
        let kept = |text: &str| Piece::Kept(text.to_owned());
        assert_eq!(
            revision("Surat Saudara telah kami terima.", "Surat Saudara sudah kami terima."),
            [
                kept("Surat Saudara "),
                Piece::Removed("telah".to_owned()),
                Piece::Added("sudah".to_owned()),
                kept(" kami terima."),
            ]
        );
        assert_eq!(
            revision("Kami tolak saja.", "Belum dapat kami penuhi saja."),
            [
                Piece::Removed("Kami tolak".to_owned()),
                Piece::Added("Belum dapat kami penuhi".to_owned()),
                kept(" saja."),
            ]
        );
        assert_eq!(revision("Sama.", "Sama."), []);
        assert_eq!(revision("", "Baru."), [Piece::Added("Baru.".to_owned())]);
    }
}
