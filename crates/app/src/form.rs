//! Forms as they are sent and shown again: what was typed is never lost.

use std::collections::BTreeMap;

use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use sop::Sop;
use sop::case::{Entries, FieldProblem, LINE_CHARS_MAX, Problem as FieldFault, one_line};
use sop::definition::{Field, FieldId, FieldKind};

use crate::words::Words;

/// The fields of a form, each with all its values.
#[derive(Clone, Debug, Default)]
pub struct Typed(Entries);

impl Typed {
    pub fn from_entries(entries: Entries) -> Self {
        Self(entries)
    }

    /// The first value of a field, or nothing.
    pub fn one(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn entries(&self) -> &Entries {
        &self.0
    }
}

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let pairs = axum::Form::<Vec<(String, String)>>::from_request(request, state);
        let axum::Form(pairs) = pairs.await.map_err(FormRejection::into_response)?;
        let mut entries: Entries = BTreeMap::new();
        for (name, value) in pairs {
            entries.entry(name).or_default().push(value);
        }
        Ok(Self(entries))
    }
}

/// A field of the SOP's file, ready to be shown.
#[derive(Clone, Debug)]
pub struct FieldView {
    /// The name under which it is sent.
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    pub control: Control,
    pub required: bool,
    pub error: Option<String>,
}

#[derive(Clone, Debug)]
pub enum Control {
    Line {
        value: String,
    },
    Paragraph {
        value: String,
        rows: usize,
    },
    Date {
        value: String,
    },
    Choice {
        options: Vec<OptionView>,
    },
    /// One of many, below a line that asks for it.
    Select {
        prompt: String,
        options: Vec<OptionView>,
    },
    Choices {
        options: Vec<OptionView>,
    },
}

#[derive(Clone, Debug)]
pub struct OptionView {
    pub id: String,
    pub label: String,
    pub hint: Option<String>,
    pub chosen: bool,
}

/// An error as the summary above a form lists it, linked to its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorLink {
    pub field: String,
    pub sentence: String,
}

/// What a form shows: what was typed, else what its fields begin with.
#[derive(Clone, Copy, Debug)]
pub struct FormState<'a> {
    pub words: Words,
    pub sop: &'a Sop,
    pub typed: Option<&'a Typed>,
    pub problems: &'a [FieldProblem],
    /// The texts with which fields begin.
    pub begun: Option<&'a BTreeMap<FieldId, String>>,
}

impl FormState<'_> {
    /// A field under the name `prefix` + its id.
    pub fn field(&self, prefix: &str, field: &Field) -> FieldView {
        let name = format!("{prefix}{}", field.id);
        let value = match self.typed {
            Some(typed) => typed.one(&name).to_owned(),
            None => self.begun.and_then(|begun| begun.get(&field.id)).cloned().unwrap_or_default(),
        };
        let options = || {
            let chosen = self.typed.map(|typed| typed.all(&name)).unwrap_or_default();
            let option = |option: &sop::definition::FieldOption| OptionView {
                id: option.id.to_string(),
                label: self.words.label(self.sop, &option.label).to_owned(),
                hint: option.hint.as_deref().map(|hint| self.words.label(self.sop, hint).to_owned()),
                chosen: chosen.iter().any(|id| option.id == *id.as_str()),
            };
            field.options.iter().map(option).collect()
        };
        FieldView {
            label: self.words.label(self.sop, &field.label).to_owned(),
            hint: field.hint.as_deref().map(|hint| self.words.label(self.sop, hint).to_owned()),
            required: field.required,
            error: self.error(field),
            control: match field.kind {
                FieldKind::Line => Control::Line { value },
                FieldKind::Paragraph => {
                    let rows = rows(&value, 4);
                    Control::Paragraph { value, rows }
                }
                FieldKind::PastDate => Control::Date { value },
                FieldKind::Choice => Control::Choice { options: options() },
                FieldKind::Choices => Control::Choices { options: options() },
            },
            name,
        }
    }

    fn error(&self, field: &Field) -> Option<String> {
        let problem = self.problems.iter().find(|problem| problem.field == field.id)?;
        Some(fault(self.words, problem.problem, Some(field.kind)))
    }
}

/// How many rows show a text with one to spare: at least `least`, and no more than fit a screen.
pub fn rows(text: &str, least: usize) -> usize {
    let lines = text.lines().map(|line| 1 + line.chars().count() / 70).sum::<usize>();
    (lines + 1).clamp(least, 18)
}

/// A text as the one line that has to be there.
///
/// # Errors
/// It is not there, or too long.
pub fn line(text: &str) -> Result<String, FieldFault> {
    let line = one_line(text);
    if line.is_empty() {
        Err(FieldFault::Missing)
    } else if line.chars().count() > LINE_CHARS_MAX {
        Err(FieldFault::TooLong { chars_max: LINE_CHARS_MAX })
    } else {
        Ok(line)
    }
}

/// The one line that has to be in a field of a form.
///
/// # Errors
/// What to do about the field, in a sentence.
pub fn typed_line(words: Words, typed: &Typed, field: &str) -> Result<String, String> {
    line(typed.one(field)).map_err(|problem| fault(words, problem, None))
}

/// How programs are told what is wrong with a field; it stays the same whatever the sentence says.
pub fn code(fault: FieldFault) -> &'static str {
    match fault {
        FieldFault::Missing => "missing",
        FieldFault::TooLong { .. } => "too-long",
        FieldFault::NotAnOption => "not-an-option",
        FieldFault::NotADate => "not-a-date",
        FieldFault::InFuture => "in-future",
        FieldFault::NotAnAddress => "not-an-address",
    }
}

/// What to do about a field, in one sentence.
pub fn fault(words: Words, fault: FieldFault, kind: Option<FieldKind>) -> String {
    match fault {
        FieldFault::Missing => {
            let key = match kind {
                Some(FieldKind::Choice) => "fault-choose-one",
                Some(FieldKind::Choices) => "fault-choose-some",
                Some(FieldKind::Line | FieldKind::Paragraph | FieldKind::PastDate) | None => "fault-missing",
            };
            words.t(key).to_string()
        }
        FieldFault::TooLong { chars_max } => words.t("fault-too-long").with("n", chars_max).to_string(),
        FieldFault::NotAnOption => words.t("fault-not-an-option").to_string(),
        FieldFault::NotADate => words.t("fault-not-a-date").to_string(),
        FieldFault::InFuture => words.t("fault-in-future").to_string(),
        FieldFault::NotAnAddress => words.t("fault-not-an-address").to_string(),
    }
}
