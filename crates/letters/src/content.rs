//! The content of a document as its template reads it: plain text that the fonts can print.

use jiff::civil::Date;
use serde_json::{Value, json};
use sop::Sop;
use sop::letter::{Dossier, Letter};
use typst::foundations::Bytes;

use crate::world::{Case, Template};
use crate::{CONTENT_BYTES_MAX, ENCLOSURES_MAX, MISSING, PressError, Standard, seal, sop_sheet};

/// In case the fonts lack [`MISSING`] as well.
const MISSING_TOO: char = '?';

/// Longer titles are cut in the properties of the file; a PDF cannot hold any length there.
const TITLE_CHARS_MAX: usize = 300;

/// How many lines from the caller stand at the foot of each page, and how long each may be: the foot
/// has to leave room for the letter.
const FOOTER_LINES_MAX: usize = 4;
const FOOTER_CHARS_MAX: usize = 400;

/// A longer mark would be too small to be read from afar.
const MARK_CHARS_MAX: usize = 40;

pub(crate) struct Content {
    pub template: Template,
    /// Identifies the document in its file; only a digest of it is written.
    pub ident: String,
    pub json: String,
    pub standard: Standard,
    /// The files that the template may put into the PDF.
    pub enclosures: Vec<Bytes>,
}

impl Content {
    pub(crate) fn of_letter(letter: &Letter, standard: Standard, case: &Case) -> Result<Self, PressError> {
        let template = Template::of(letter);
        let frame = letter.frame();
        let mut value = serde_json::to_value(letter)?;
        let footer = frame.footer.iter().filter(|line| !line.trim().is_empty());
        let footer: Vec<String> =
            footer.take(FOOTER_LINES_MAX).map(|line| cut(line, FOOTER_CHARS_MAX)).collect();
        value["frame"]["footer"] = Value::from(footer);
        if let Some(mark) = &frame.mark {
            value["frame"]["mark"] = Value::String(cut(mark, MARK_CHARS_MAX));
        }
        // A drawing is made by us and is no text to clean.
        let qr = frame.seal.as_ref().map(|seal| seal::drawing(&seal.address)).transpose()?;
        Self::new(template, value, qr, &frame.full_title(), frame.date, standard, case)
    }

    pub(crate) fn of_dossier(dossier: &Dossier, case: &Case) -> Result<Self, PressError> {
        let count = dossier.enclosures.len();
        if count > ENCLOSURES_MAX {
            return Err(PressError::TooManyEnclosures { count });
        }
        let (value, title, date) =
            (serde_json::to_value(dossier)?, dossier.frame.full_title(), dossier.frame.date);
        let content = Self::new(Template::Dossier, value, None, &title, date, Standard::Holding, case)?;
        let enclosed = dossier.enclosures.iter().map(|file| Bytes::new(file.content.clone()));
        Ok(Self { enclosures: enclosed.collect(), ..content })
    }

    pub(crate) fn of_sop(sop: &Sop, case: &Case) -> Result<Self, PressError> {
        let title = format!("SOP {}, {}", sop.identity.number, sop.identity.title);
        let (sheet, date) = (sop_sheet::sheet(sop), sop.identity.effective.date);
        Self::new(Template::Sop, sheet, None, &title, date, Standard::Accessible, case)
    }

    fn new(
        template: Template,
        mut value: Value,
        qr: Option<Value>,
        title: &str,
        date: Date,
        standard: Standard,
        case: &Case,
    ) -> Result<Self, PressError> {
        value["document"] = json!({
            "title": if title.trim().is_empty() { "Naskah dinas".to_owned() } else { cut(title, TITLE_CHARS_MAX) },
            "year": date.year(),
            "month": date.month(),
            "day": date.day(),
            // PDFBox Preflight, the judge of PDF/A-1b, cannot follow a bookmark whose destination is an
            // object of its own, which the standard allows and Typst writes.
            "bookmarks": standard != Standard::Archival,
        });
        clean_all(&mut value, case);
        if let Some(qr) = qr {
            value["qr"] = qr;
        }
        let json = serde_json::to_string(&value)?;
        if json.len() > CONTENT_BYTES_MAX {
            return Err(PressError::TooLarge { bytes: json.len() });
        }
        Ok(Self {
            template,
            ident: format!("sigap/{}/{date}/{title}", template.name()),
            json,
            standard,
            enclosures: Vec::new(),
        })
    }
}

/// The first characters of a text, and a sign that there were more.
fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Cleans every text in it; the names of fields are ours.
fn clean_all(value: &mut Value, case: &Case) {
    match value {
        Value::String(text) => {
            // Most text needs nothing.
            if !text.chars().all(|c| matches!(c, ' '..='~')) {
                *text = clean(text, case);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| clean_all(item, case)),
        Value::Object(fields) => fields.values_mut().for_each(|item| clean_all(item, case)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text without what cannot be printed: control characters and invisible ones go, line ends stay, and
/// what the fonts lack becomes [`MISSING`].
fn clean(text: &str, case: &Case) -> String {
    let missing = if case.prints(MISSING) { MISSING } else { MISSING_TOO };
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        let kept = match c {
            '\n' => Some('\n'),
            '\r' => None,
            '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
            c if is_invisible(c) => None,
            c if c.is_whitespace() && c != '\u{a0}' => Some(' '),
            c if c.is_control() => None,
            c if is_private(c) => Some(missing),
            c if case.prints(c) => Some(c),
            _ => Some(missing),
        };
        cleaned.extend(kept);
    }
    cleaned
}

/// Characters that steer how others are shown and have no shape of their own.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that an archive may not hold: private ones and those that are none.
fn is_private(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0xe000..=0xf8ff | 0xf0000..=0x10_ffff | 0xfdd0..=0xfdef) || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        clean(text, &Case::new())
    }

    #[test]
    fn what_the_fonts_lack_shows_as_a_box() {
        assert_eq!(cleaned("Dr. Éva Łukasz—“naskah”"), "Dr. Éva Łukasz—“naskah”");
        assert_eq!(cleaned("表 🙂 x"), "□ □ x");
    }

    #[test]
    fn what_cannot_be_seen_goes() {
        assert_eq!(cleaned("a\u{0}b\u{7}c\u{200b}d\u{feff}e\u{ad}f\u{202e}g"), "abcdefg");
        assert_eq!(cleaned("satu\r\ndua\ttiga\u{a0}empat"), "satu\ndua tiga\u{a0}empat");
        assert_eq!(cleaned("\u{e000}\u{fffe}"), "□□");
    }

    #[test]
    fn a_cut_text_shows_that_there_was_more() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("äbcd", 3), "äbc…");
    }
}
