//! What people wrote in a case: of what kind each text is, and who may read it. Searching goes by this,
//! so that it finds for everybody what they may open, and nothing else.

use super::{Audience, Case, Event, Recorded, Texts, Version, text_key};
use crate::definition::{Field, FieldId, FieldKind, Sop, StageKind};
use crate::letter::{made, subject};

/// A text of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub kind: WrittenKind,
    pub audience: Audience,
    /// The event with which it was written.
    pub seq: Version,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WrittenKind {
    /// What was asked for, by whom.
    Request,
    /// What a performer recorded in a row of the SOP.
    Record,
    /// A note, or why a case was held up, taken up again or ended.
    Note,
    /// A letter, drafted or signed, and its number.
    Letter,
    /// The name of a file.
    Attachment,
}

/// What an ended case teaches whoever has the next one like it. Nothing where it was not written, or
/// was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lesson<'a> {
    /// What was wrong.
    pub wrong: Option<&'a str>,
    /// What mended it, or helped instead.
    pub mended: Option<&'a str>,
}

/// Every text of a case that was not erased, in the order in which they were written; letters last.
///
/// The requester reads the request, the files, the fields that the SOP opens to them, the notes that are
/// for everyone, and the documents that are addressed to them or their unit. The rest is the office's.
pub fn written(sop: &Sop, case: &Case, history: &[Recorded]) -> Vec<Written> {
    let mut all = Vec::new();
    for recorded in history {
        let mut add = |kind, audience, text: Option<&str>| {
            if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                all.push(Written { kind, audience, seq: recorded.seq, text: text.to_owned() });
            }
        };
        let text = |key: &str| recorded.texts.get(key).map(String::as_str);
        match &recorded.event {
            Event::Registered { .. } => {
                let beside =
                    [text_key::SUBJECT, text_key::REQUESTER_NAME, text_key::CONTACT, text_key::LETTER_NO];
                for key in beside {
                    add(WrittenKind::Request, Audience::Everyone, text(key));
                }
                for (_, text) in typed(&sop.form.fields, &recorded.texts) {
                    add(WrittenKind::Request, Audience::Everyone, Some(text));
                }
            }
            Event::ProgressLogged { task, .. } => {
                let stage = case.task(*task).and_then(|task| sop.stage(&task.stage));
                for (field, text) in
                    stage.into_iter().flat_map(|stage| typed(&stage.log_fields, &recorded.texts))
                {
                    add(WrittenKind::Record, audience(field), Some(text));
                }
            }
            Event::TaskCompleted { task, .. } => {
                let Some(stage) = case.task(*task).and_then(|task| sop.stage(&task.stage)) else { continue };
                let kind = match stage.kind {
                    StageKind::Draft | StageKind::Correction | StageKind::Signature => WrittenKind::Letter,
                    StageKind::Disposition
                    | StageKind::Decision
                    | StageKind::Explanation
                    | StageKind::Order
                    | StageKind::Work
                    | StageKind::StagedWork
                    | StageKind::Report => WrittenKind::Record,
                };
                for (field, text) in typed(&stage.fields, &recorded.texts) {
                    add(kind, audience(field), Some(text));
                }
            }
            Event::Noted { audience } => add(WrittenKind::Note, *audience, text(text_key::NOTE)),
            Event::Resumed => add(WrittenKind::Note, Audience::Everyone, text(text_key::NOTE)),
            Event::Suspended | Event::Closed { .. } | Event::Reopened => {
                add(WrittenKind::Note, Audience::Everyone, text(text_key::REASON));
            }
            Event::Attached { .. } => {
                add(WrittenKind::Attachment, Audience::Everyone, text(text_key::FILE_NAME));
            }
            // By which way a letter went out is nothing that people write about a case.
            Event::DispatchOrdered { .. } | Event::Dispatched { .. } | Event::DispatchFailed { .. } => {}
            Event::StepOpened { .. }
            | Event::TaskOpened { .. }
            | Event::TaskAssigned { .. }
            | Event::LetterSigned { .. }
            | Event::StepCompleted { .. }
            | Event::DueMoved { .. }
            | Event::StepOverdue { .. } => {}
        }
    }
    all.extend(documents(sop, case));
    all
}

/// What stands on the documents that leave the office, and the numbers under which letters were signed.
fn documents(sop: &Sop, case: &Case) -> Vec<Written> {
    let mut all = Vec::new();
    for made in made(sop, case) {
        let (task, document) = (made.task, made.document);
        let letter = case.letter(task.id, made.index);
        let addressed = document.addressee.is_some();
        if letter.is_none() && !addressed {
            // It holds what its stage recorded, which is among the texts already.
            continue;
        }
        let audience = if addressed { Audience::Everyone } else { Audience::Office };
        let seq = task.touched.0;
        let number = letter.map(|letter| letter.signature.written_number.clone());
        let subject = subject(sop, case, task.id, made.index).filter(|_| document.subject_field.is_some());
        let stage = sop.stage(&task.stage);
        let of_stage = || stage.into_iter().flat_map(|stage| &stage.fields).map(|field| &field.id);
        let fields: Vec<&FieldId> =
            if document.fields.is_empty() { of_stage().collect() } else { document.fields.iter().collect() };
        let texts = fields.into_iter().chain(&document.copies_field);
        let texts = texts.filter_map(|field| case.text_as_of(task.id, field)).map(ToOwned::to_owned);
        let texts = number.into_iter().chain(subject).chain(texts);
        all.extend(texts.map(|text| Written { kind: WrittenKind::Letter, audience, seq, text }));
    }
    all
}

/// The texts of some fields, in their order.
fn typed<'a>(fields: &'a [Field], texts: &'a Texts) -> impl Iterator<Item = (&'a Field, &'a str)> {
    fields.iter().filter_map(|field| Some((field, texts.get(field.id.as_str())?.as_str())))
}

fn audience(field: &Field) -> Audience {
    if field.read_by_requester { Audience::Everyone } else { Audience::Office }
}

impl Case {
    /// What was wrong and what mended it: what the report says of the damage, or else what was found when
    /// the work was examined; and what was done in the repair, or else what was explained to the
    /// requester. Each is the first paragraph of the last stage of its kind.
    pub fn lesson<'a>(&'a self, sop: &Sop) -> Lesson<'a> {
        let last = |kind: StageKind| {
            let done = self.tasks.iter().filter_map(|task| {
                let (stage, completion) = (sop.stage(&task.stage)?, task.completion()?);
                let field = stage.fields.iter().find(|field| field.kind == FieldKind::Paragraph)?;
                (stage.kind == kind).then_some((completion.at, task.id, completion.record.text(&field.id)?))
            });
            done.max_by_key(|(at, task, _)| (*at, *task)).map(|(.., text)| text)
        };
        Lesson {
            wrong: last(StageKind::Report).or_else(|| last(StageKind::Work)),
            mended: last(StageKind::StagedWork).or_else(|| last(StageKind::Explanation)),
        }
    }

    /// What the request says it concerns, in a line of its form: the name of the system or device.
    pub fn concerns<'a>(&'a self, sop: &Sop) -> Option<&'a str> {
        sop.form.lines().find_map(|field| self.request.form.text(&field.id))
    }
}
