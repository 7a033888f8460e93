//! The forms of the SOP as programs fill them in, and what has to be mended in them.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use sop::Sop;
use sop::case::{Entries, FieldProblem, Problem as Fault, Refusal};
use sop::definition::{Field, FieldKind};
use utoipa::ToSchema;

use crate::cases;
use crate::ctx::Ctx;
use crate::desk::ActError;
use crate::form;
use crate::problem::{FieldToMend, Problem};

/// What is filled in: the id of a field, and a text, the id of an option or a date, or several options.
pub type Filled = BTreeMap<String, Entry>;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Entry {
    One(String),
    Several(Vec<String>),
}

/// A field of a form of the SOP.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormField {
    /// Under which it is filled in.
    #[schema(example = "uraian")]
    pub id: String,
    pub label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    pub kind: FormFieldKind,
    pub required: bool,
    /// What can be chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FormOption>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FormFieldKind {
    Line,
    Paragraph,
    /// The id of one option.
    Choice,
    /// The ids of one or several options.
    Choices,
    /// A day that is not in the future, `2026-11-20`.
    PastDate,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FormOption {
    pub id: String,
    pub label: String,
}

impl FormField {
    pub fn of(ctx: &Ctx, sop: &Sop, field: &Field) -> Self {
        let label = |label: &str| ctx.words.label(sop, label).to_owned();
        Self {
            id: field.id.to_string(),
            label: label(&field.label),
            hint: field.hint.as_deref().map(label),
            kind: match field.kind {
                FieldKind::Line => FormFieldKind::Line,
                FieldKind::Paragraph => FormFieldKind::Paragraph,
                FieldKind::Choice => FormFieldKind::Choice,
                FieldKind::Choices => FormFieldKind::Choices,
                FieldKind::PastDate => FormFieldKind::PastDate,
            },
            required: field.required,
            options: field
                .options
                .iter()
                .map(|option| FormOption { id: option.id.to_string(), label: label(&option.label) })
                .collect(),
        }
    }
}

/// What was filled in, as the rules read it. A field that the form does not have is refused: whoever
/// misspells one should not find out later that it was left out.
pub fn entries<'a>(
    ctx: &Ctx,
    fields: impl Iterator<Item = &'a Field> + Clone,
    filled: Filled,
) -> Result<Entries, Problem> {
    let known = |id: &str| fields.clone().any(|field| field.id == *id);
    let unknown: Vec<FieldToMend> = filled
        .keys()
        .filter(|id| !known(id))
        .map(|id| FieldToMend {
            field: id.clone(),
            code: "unknown",
            detail: ctx.words.t("api-field-unknown").to_string(),
        })
        .collect();
    if !unknown.is_empty() {
        return Err(Problem::Mend(unknown));
    }
    let values = |entry| match entry {
        Entry::One(text) => vec![text],
        Entry::Several(texts) => texts,
    };
    Ok(filled.into_iter().map(|(id, entry)| (id, values(entry))).collect())
}

/// Why an act did not happen, for a program. `name_of` is what it calls a field that is none of the
/// SOP's.
pub async fn refused(ctx: &Ctx, sop: &Sop, error: ActError, name_of: fn(&str) -> &str) -> Problem {
    match error {
        ActError::Refused(Refusal::RecordIncomplete { problems }) => {
            Problem::Mend(problems.iter().map(|problem| to_mend(ctx, problem, name_of)).collect())
        }
        ActError::Refused(Refusal::SignatureNeeded) => {
            let sentence = ctx.words.t("api-signature-needed").to_string();
            Problem::Refused(Refusal::SignatureNeeded, sentence)
        }
        ActError::Refused(refusal) => {
            let people: Vec<_> = match &refusal {
                Refusal::NotAssignedToYou { assignee } => vec![assignee.clone()],
                Refusal::TaskNotOpen { completed: Some((by, _)), .. } | Refusal::Stale { by, .. } => {
                    by.person().cloned().into_iter().collect()
                }
                _ => Vec::new(),
            };
            // A sentence with "somebody" in it is better than none.
            let names: HashMap<_, _> = ctx.desk.store.names(&people).await.unwrap_or_default();
            let sentence = cases::refusal_sentence(ctx, sop, &names, &refusal);
            Problem::Refused(refusal, sentence)
        }
        error => error.into(),
    }
}

fn to_mend(ctx: &Ctx, problem: &FieldProblem, name_of: fn(&str) -> &str) -> FieldToMend {
    mend(ctx, name_of(problem.field.as_str()), problem.problem)
}

/// A field with what is wrong with it.
pub fn mend(ctx: &Ctx, field: &str, fault: Fault) -> FieldToMend {
    FieldToMend {
        field: field.to_owned(),
        code: form::code(fault),
        detail: form::fault(ctx.words, fault, None),
    }
}

/// One line that has to be there.
pub fn line(ctx: &Ctx, field: &str, text: &str) -> Result<String, Problem> {
    form::line(text).map_err(|fault| Problem::Mend(vec![mend(ctx, field, fault)]))
}
