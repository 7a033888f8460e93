//! The plain text in which letters are written: paragraphs, lists and tables, as people type them
//! anyway.

use serde::{Deserialize, Serialize};

/// A piece of the body of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    Paragraph {
        text: String,
    },
    List {
        /// Counted with numbers rather than marked.
        numbered: bool,
        items: Vec<String>,
    },
    /// All rows are as long as the head.
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

/// More columns are put into the last one, since no page is wide enough for them.
const TABLE_COLUMNS_MAX: usize = 8;

/// Reads a text. Every text has a meaning: what is no list and no table is a paragraph.
///
/// Paragraphs end at an empty line. Lines that begin with `- ` are a list, with `1. ` a numbered
/// one. Lines between bars are a table, the first of them its head: `| Waktu | Tindakan |`.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    // Whether the next line may go on with the block before: nothing stood between.
    let mut goes_on = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            goes_on = false;
            continue;
        }
        let read = Read::of(line);
        let last = blocks.last_mut().filter(|_| goes_on);
        match (read, last) {
            (Read::Rule, Some(Block::Table { .. })) => {}
            (Read::Row(cells), Some(Block::Table { head, rows })) => {
                let mut cells = cells;
                cells.resize(head.len(), String::new());
                rows.push(cells);
            }
            (Read::Row(cells), _) => blocks.push(Block::Table { head: cells, rows: Vec::new() }),
            (Read::Item { numbered, text }, Some(Block::List { numbered: before, items }))
                if *before == numbered =>
            {
                items.push(text);
            }
            (Read::Item { numbered, text }, _) => {
                blocks.push(Block::List { numbered, items: vec![text] });
            }
            // A line broken by hand belongs to what it goes on with.
            (Read::Rule, Some(Block::Paragraph { text })) => join(text, line),
            (Read::Words(words), Some(Block::Paragraph { text })) => join(text, words),
            (Read::Words(words), Some(Block::List { items, .. })) => {
                if let Some(item) = items.last_mut() {
                    join(item, words);
                }
            }
            (Read::Rule, _) => blocks.push(Block::Paragraph { text: line.to_owned() }),
            (Read::Words(words), _) => blocks.push(Block::Paragraph { text: words.to_owned() }),
        }
        goes_on = true;
    }
    blocks
}

enum Read<'a> {
    Item {
        numbered: bool,
        text: String,
    },
    Row(Vec<String>),
    /// The line that some draw below the head of a table.
    Rule,
    Words(&'a str),
}

impl<'a> Read<'a> {
    fn of(line: &'a str) -> Self {
        if let Some(text) = ["- ", "• ", "* "].iter().find_map(|mark| line.strip_prefix(mark)) {
            return Self::Item { numbered: false, text: text.trim().to_owned() };
        }
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if (1..=2).contains(&digits)
            && let Some(text) = line[digits..].strip_prefix(". ").or(line[digits..].strip_prefix(") "))
        {
            return Self::Item { numbered: true, text: text.trim().to_owned() };
        }
        let Some(inner) = line.strip_prefix('|').and_then(|rest| rest.strip_suffix('|')) else {
            return Self::Words(line);
        };
        if !inner.is_empty() && inner.chars().all(|c| matches!(c, '-' | ':' | '|' | ' ')) {
            return Self::Rule;
        }
        Self::Row(inner.splitn(TABLE_COLUMNS_MAX, '|').map(|cell| cell.trim().to_owned()).collect())
    }
}

fn join(text: &mut String, more: &str) {
    text.push(' ');
    text.push_str(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(text: &str) -> Block {
        Block::Paragraph { text: text.to_owned() }
    }

    fn list(numbered: bool, items: &[&str]) -> Block {
        Block::List { numbered, items: items.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn paragraphs_end_at_an_empty_line() {
        let text = "Menindaklanjuti surat Saudara,\r\nkami sampaikan hal berikut.\n\n\nTerima kasih.";
        let expected = [
            paragraph("Menindaklanjuti surat Saudara, kami sampaikan hal berikut."),
            paragraph("Terima kasih."),
        ];
        assert_eq!(blocks(text), expected);
        assert_eq!(blocks("  \n\n"), []);
    }

    #[test]
    fn lists_are_marked_or_numbered() {
        let text =
            "Langkahnya:\n- matikan server\n- nyalakan lagi,\n  lalu tunggu\n1. satu\n2) dua\n\n- lagi";
        let expected = [
            paragraph("Langkahnya:"),
            list(false, &["matikan server", "nyalakan lagi, lalu tunggu"]),
            list(true, &["satu", "dua"]),
            list(false, &["lagi"]),
        ];
        assert_eq!(blocks(text), expected);
    }

    #[test]
    fn a_year_or_a_price_begins_no_list() {
        assert_eq!(blocks("2026. Tahun itu"), [paragraph("2026. Tahun itu")]);
        assert_eq!(blocks("3.500 rupiah"), [paragraph("3.500 rupiah")]);
        assert_eq!(blocks("-5 derajat"), [paragraph("-5 derajat")]);
    }

    #[test]
    fn a_table_is_as_wide_as_its_head() {
        let text = "| Waktu | Tindakan |\n|---|:--|\n| 09.00 | Diperiksa | lebih |\n| 10.00 |\nSelesai.";
        let row = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        let expected = [
            Block::Table {
                head: row(&["Waktu", "Tindakan"]),
                rows: vec![row(&["09.00", "Diperiksa"]), row(&["10.00", ""])],
            },
            paragraph("Selesai."),
        ];
        assert_eq!(blocks(text), expected);
    }

    #[test]
    fn what_looks_like_markup_stays_text() {
        let text = "#set page(margin: 0pt) $x$ *tebal* `kode` <label> @rujukan \\ // ~";
        assert_eq!(blocks(text), [paragraph(text)]);
    }
}
