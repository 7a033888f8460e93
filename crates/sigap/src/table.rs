//! Tables as offices keep them: CSV out of a spreadsheet, with what has to be mended told by line.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use store::Term;

/// The most lines that one table may have.
const LINES_MAX: usize = 10_000;
/// The longest cell, in characters.
const CELL_CHARS_MAX: usize = 200;

pub const FROM: &str = "sejak";
pub const UNTIL: &str = "sampai";

/// What a table has, in this order when it is written.
pub struct Columns {
    pub needed: &'static [&'static str],
    pub optional: &'static [&'static str],
}

/// One line of a table.
pub struct Line {
    pub no: u64,
    cells: Vec<(&'static str, String)>,
}

/// What has to be mended, each with its line.
#[derive(Default)]
pub struct Problems(Vec<(u64, String)>);

/// Reads a file whose first line names its columns, in any order, divided by commas or semicolons.
pub fn read(file: &Path, columns: &Columns) -> Result<Vec<Line>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    lines(&text, columns).with_context(|| format!("{} is not such a table", file.display()))
}

/// The lines of such a table.
pub fn lines(text: &str, columns: &Columns) -> Result<Vec<Line>> {
    // Spreadsheets write a mark of their own first, and in Indonesia divide by semicolons. After a
    // carriage return the reader would count lines one too low.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let is_divided_by_semicolons = text.lines().next().is_some_and(|head| head.contains(';'));
    let mut table = csv::ReaderBuilder::new()
        .delimiter(if is_divided_by_semicolons { b';' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = table.headers()?.clone();
    let place = |column: &str| head.iter().position(|named| named.eq_ignore_ascii_case(column));
    let missing: Vec<&str> =
        columns.needed.iter().copied().filter(|column| place(column).is_none()).collect();
    if !missing.is_empty() {
        bail!("the columns {} are missing from its first line", missing.join(", "));
    }
    let places: Vec<(&'static str, usize)> =
        columns.all().filter_map(|column| Some((column, place(column)?))).collect();
    let mut lines = Vec::new();
    for record in table.records() {
        let record = record?;
        let cells =
            places.iter().map(|(column, at)| (*column, record.get(*at).unwrap_or_default().to_owned()));
        lines.push(Line { no: record.position().map_or(0, csv::Position::line), cells: cells.collect() });
        if lines.len() > LINES_MAX {
            bail!("it has more than {LINES_MAX} lines; divide it");
        }
    }
    Ok(lines)
}

/// Writes a table with all its columns.
pub fn written<const N: usize>(
    columns: &Columns,
    lines: impl IntoIterator<Item = [String; N]>,
) -> Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(columns.all())?;
    for line in lines {
        table.write_record(line)?;
    }
    Ok(table.into_inner()?)
}

/// A day as a table has it; nothing for none.
pub fn day(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

impl Columns {
    fn all(&self) -> impl Iterator<Item = &'static str> {
        self.needed.iter().chain(self.optional).copied()
    }
}

impl Line {
    /// Empty if there is no such column.
    pub fn cell(&self, column: &str) -> &str {
        self.cell_if_there(column).unwrap_or_default()
    }

    pub fn cell_if_there(&self, column: &str) -> Option<&str> {
        self.cells.iter().find(|(named, _)| *named == column).map(|(_, text)| text.as_str())
    }

    /// What stands under *sejak* and *sampai*; an empty cell leaves the term open on its side.
    pub fn term(&self, problems: &mut Problems) -> Term {
        let mut read = |column: &str| {
            let text = self.cell(column);
            let day = text.parse::<Date>();
            if !text.is_empty() && day.is_err() {
                problems.add(self.no, format!("{column} {text} is no day; write it like 2026-12-31"));
            }
            day.ok()
        };
        let term = Term { from: read(FROM), until: read(UNTIL) };
        if term.is_taken_back() {
            let (from, until) = (self.cell(FROM), self.cell(UNTIL));
            problems.add(self.no, format!("{UNTIL} {until} lies before {FROM} {from}; mend one of them"));
        }
        term
    }
}

impl Problems {
    pub fn add(&mut self, line: u64, problem: String) {
        self.0.push((line, problem));
    }

    /// Adds what is wrong with a cell in which something has to be written.
    pub fn check_text(&mut self, line: &Line, column: &str) {
        let text = line.cell(column);
        if text.is_empty() {
            self.add(line.no, format!("{column} is empty; write it"));
        } else if text.chars().count() > CELL_CHARS_MAX {
            self.add(line.no, format!("{column} is longer than {CELL_CHARS_MAX} characters; shorten it"));
        } else if text.starts_with(['=', '+', '-', '@']) {
            self.add(line.no, format!("{column} {text} begins like a formula; write it otherwise"));
        }
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Prints them in the order of the lines. None if there are none.
    pub fn told(mut self, file: &Path) -> Option<ExitCode> {
        if self.0.is_empty() {
            return None;
        }
        self.0.sort_by_key(|(line, _)| *line);
        for (line, problem) in &self.0 {
            println!("{}:{line}: {problem}", file.display());
        }
        println!("{} to mend. Nothing was changed.", self.0.len());
        Some(ExitCode::FAILURE)
    }
}
