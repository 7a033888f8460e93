//! Files for a spreadsheet, sent page by page while they are read.

use std::future::Future;

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use store::StoreError;

use crate::words::{Language, Words};

/// How many lines are read at a time.
pub const ROWS_AT_ONCE: u32 = 500;
/// By this mark spreadsheets know that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Some lines of a file, and where the next ones begin.
#[derive(Debug)]
pub struct Lines {
    pub lines: Vec<Vec<String>>,
    pub next: Option<String>,
}

/// A file of that name, without its ending. `first` was read before anything is sent, so that a fault
/// of the store is answered as one; `read` reads on from a place.
pub fn file<F, R>(words: Words, name: &str, head: Vec<String>, first: Lines, read: F) -> Response
where
    F: Fn(String) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Lines, StoreError>> + Send,
{
    let separator = separator(words.language);
    let head = [BYTE_ORDER_MARK, &written([head], separator)].concat();
    let pages = stream::try_unfold((Some(first), read), move |(page, read)| async move {
        let Some(Lines { lines, next }) = page else { return Ok(None) };
        let page = match next {
            Some(after) => Some(read(after).await).transpose().inspect_err(|error| {
                tracing::error!(%error, "a register breaks off while it is being sent");
            })?,
            None => None,
        };
        Ok::<_, StoreError>(Some((written(lines, separator), (page, read))))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    let body = Body::from_stream(stream::once(async { Ok(head) }).chain(pages));
    (headers, body).into_response()
}

/// A spreadsheet takes for the separator what does not stand in its numbers: where the comma does, as
/// in Indonesian, it opens a file with commas as one column.
fn separator(language: Language) -> u8 {
    match language {
        Language::Indonesian => b';',
        Language::English => b',',
    }
}

fn written(rows: impl IntoIterator<Item = Vec<String>>, separator: u8) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        // Writing to memory does not fail, and all rows have as many cells as the head.
        let _ = writer.write_record(row.into_iter().map(defused));
    }
    writer.into_inner().unwrap_or_default()
}

/// What begins like a formula is no formula: a spreadsheet would run what somebody typed as a name.
fn defused(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_defused() {
        for cell in ["=1+1", "+62 812", "-2", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(defused(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["", "2026-0142", "Situs a=b", "'sudah"] {
            assert_eq!(defused(cell.to_owned()), cell);
        }
    }

    #[test]
    fn what_was_typed_survives_a_reader_of_the_same_language() {
        let typed = ["Yohanes \"Yo\" Tallo", "satu; dua, tiga", "atas\nbawah", "=HYPERLINK(\"x\")"];
        for language in [Language::Indonesian, Language::English] {
            let text = written([typed.map(ToOwned::to_owned).to_vec()], separator(language));
            let mut reader = ::csv::ReaderBuilder::new();
            let reader = reader.has_headers(false).delimiter(separator(language));
            let mut reader = reader.from_reader(text.as_slice());
            let record = reader.records().next().expect("a line").expect("a sound line");
            let read: Vec<&str> = record.iter().collect();
            assert_eq!(read, [typed[0], typed[1], typed[2], "'=HYPERLINK(\"x\")"]);
        }
    }
}
