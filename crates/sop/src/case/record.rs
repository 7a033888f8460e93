//! From what somebody typed to what is recorded, field by field as the SOP asks.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Texts, Value, Values};
use crate::definition::{Field, FieldId, FieldKind, OptionId};

/// The longest text of one line, in characters.
pub const LINE_CHARS_MAX: usize = 200;
/// The longest text of several lines, in characters.
pub const PARAGRAPH_CHARS_MAX: usize = 10_000;

/// A form as it was sent: field id → what was typed or chosen.
pub type Entries = BTreeMap<String, Vec<String>>;

/// A field that has to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// A field of the SOP, or one of the names in [`super::text_key`].
    pub field: FieldId,
    pub problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    Missing,
    TooLong {
        chars_max: usize,
    },
    /// Not one of the options.
    NotAnOption,
    NotADate,
    InFuture,
    NotAnAddress,
}

/// Reads the fields an outcome asks for; `today` is the office's date.
pub(super) fn read<'a>(
    fields: impl Iterator<Item = &'a Field>,
    entries: &Entries,
    today: Date,
) -> Result<(Values, Texts), Vec<FieldProblem>> {
    let (values, texts, problems) = read_all(fields, entries, today);
    if problems.is_empty() { Ok((values, texts)) } else { Err(problems) }
}

/// Reads a form that is still being filled in: what is sound so far, and nothing of the rest.
pub fn read_so_far<'a>(
    fields: impl Iterator<Item = &'a Field>,
    entries: &Entries,
    today: Date,
) -> (Values, Texts) {
    let (values, mut texts, problems) = read_all(fields, entries, today);
    for FieldProblem { field, .. } in problems {
        texts.remove(field.as_str());
    }
    (values, texts)
}

fn read_all<'a>(
    fields: impl Iterator<Item = &'a Field>,
    entries: &Entries,
    today: Date,
) -> (Values, Texts, Vec<FieldProblem>) {
    let (mut values, mut texts, mut problems) = (Values::new(), Texts::new(), Vec::new());
    for field in fields {
        let typed: Vec<String> = entries
            .get(field.id.as_str())
            .into_iter()
            .flatten()
            .map(|text| tidy(text))
            .filter(|text| !text.is_empty())
            .collect();
        let problem = |problem| FieldProblem { field: field.id.clone(), problem };
        let Some(first) = typed.first() else {
            if field.required {
                problems.push(problem(Problem::Missing));
            } else if field.carries_on && entries.contains_key(field.id.as_str()) {
                // What somebody before had written and was cleared stays cleared.
                texts.insert(field.id.to_string(), String::new());
            }
            continue;
        };
        match field.kind {
            FieldKind::Line => {
                let line = one_line(first);
                problems.extend(limited(&line, LINE_CHARS_MAX).map(problem));
                texts.insert(field.id.to_string(), line);
            }
            FieldKind::Paragraph => {
                problems.extend(limited(first, PARAGRAPH_CHARS_MAX).map(problem));
                texts.insert(field.id.to_string(), first.clone());
            }
            FieldKind::Choice | FieldKind::Choices => {
                let chosen = if field.kind == FieldKind::Choice { &typed[..1] } else { &typed[..] };
                if chosen.iter().all(|id| field.option(id).is_some()) {
                    // In the order of the file and each once, however they were sent.
                    let chosen: Vec<OptionId> = field
                        .options
                        .iter()
                        .filter(|option| chosen.iter().any(|id| option.id == *id.as_str()))
                        .map(|option| option.id.clone())
                        .collect();
                    values.insert(field.id.clone(), Value::Options(chosen));
                } else {
                    problems.push(problem(Problem::NotAnOption));
                }
            }
            FieldKind::PastDate => match read_date(first) {
                Some(date) if date > today => problems.push(problem(Problem::InFuture)),
                Some(date) => {
                    values.insert(field.id.clone(), Value::Date(date));
                }
                None => problems.push(problem(Problem::NotADate)),
            },
        }
    }
    (values, texts, problems)
}

/// Reads one line that belongs to no field of the SOP.
pub(super) fn read_line(
    key: &str,
    text: &str,
    required: bool,
    texts: &mut Texts,
    problems: &mut Vec<FieldProblem>,
) {
    keep(key, one_line(text), required, LINE_CHARS_MAX, texts, problems);
}

/// Reads one text of several lines that belongs to no field of the SOP.
pub(super) fn read_text(
    key: &str,
    text: &str,
    required: bool,
    chars_max: usize,
    texts: &mut Texts,
    problems: &mut Vec<FieldProblem>,
) {
    keep(key, tidy(text), required, chars_max, texts, problems);
}

fn keep(
    key: &str,
    text: String,
    required: bool,
    chars_max: usize,
    texts: &mut Texts,
    problems: &mut Vec<FieldProblem>,
) {
    let missing = (required && text.is_empty()).then_some(Problem::Missing);
    let problem = missing.or_else(|| limited(&text, chars_max));
    problems.extend(problem.map(|problem| FieldProblem { field: FieldId::new(key), problem }));
    if !text.is_empty() {
        texts.insert(key.to_owned(), text);
    }
}

/// Reads `20-11-2026`, `20/11/2026`, `20.11.2026` or `2026-11-20`.
pub fn read_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().split(['-', '/', '.']).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    if year.len() != 4 || !parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn limited(text: &str, chars_max: usize) -> Option<Problem> {
    (text.chars().count() > chars_max).then_some(Problem::TooLong { chars_max })
}

/// What was typed, as one line without control characters: a subject or a name goes into letter heads
/// and lists, where there is no second line.
pub fn one_line(text: &str) -> String {
    tidy(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One kind of line ending, no control characters, no blank edges.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    text.trim().to_owned()
}
