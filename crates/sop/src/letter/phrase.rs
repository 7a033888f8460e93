//! Phrases: how the office begins its texts. A phrase belongs to a field of a stage and is filled from
//! what the case has recorded, so that a letter begins as the office writes it and not as an empty box.
//!
//! A phrase is plain text in which a name in braces stands for a fact of the case: `{perihal}`,
//! `{pemohon}`, or any field of the SOP by its id. A paragraph about something that the case does not
//! know is left out whole, since half a sentence is worse than none.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{date, entry};
use crate::calendar::Calendar;
use crate::case::{Case, LogEntry, PARAGRAPH_CHARS_MAX, one_line};
use crate::definition::{
    DocumentKind, Field, FieldId, FieldKind, Outcome, Sop, Stage, StageKind, StageRef, Step,
};

/// Where a phrase stands: a field of a stage, written `4.konsep` and `surat`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Place {
    #[serde(rename = "tahap")]
    pub stage: StageRef,
    #[serde(rename = "isian")]
    pub field: FieldId,
}

/// What stands for the names in a phrase: name → text. What the case does not know is not in it.
pub type Facts = BTreeMap<String, String>;

/// Why a text is no phrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    #[error("{{{name}}} tidak dikenal")]
    Unknown { name: String },
    #[error("kurung kurawal dibuka tetapi tidak ditutup")]
    Unclosed,
    #[error("lebih dari {chars_max} huruf")]
    TooLong { chars_max: usize },
}

/// The names that belong to every case, beside the fields of its SOP.
const ALWAYS: [&str; 5] = ["kasus", "pemohon", "perihal", "satker", "surat_masuk"];

/// The fields that can begin with a phrase: the texts and subjects of documents, where they are first
/// written. What is corrected begins with what is there.
pub fn places(sop: &Sop) -> impl Iterator<Item = (Place, &Step, &Stage, &Field)> {
    let stages = sop.steps.iter().flat_map(|step| step.stages.iter().map(move |stage| (step, stage)));
    let stages = stages.filter(|(_, stage)| stage.kind != StageKind::Correction);
    stages.flat_map(move |(step, stage)| {
        let written = |field: &&Field| matches!(field.kind, FieldKind::Line | FieldKind::Paragraph);
        let printed = move |field: &&Field| is_printed(sop, stage, field);
        stage.fields.iter().filter(written).filter(printed).map(move |field| {
            let stage_ref = StageRef { step: step.no.clone(), stage: stage.id.clone() };
            (Place { stage: stage_ref, field: field.id.clone() }, step, stage, field)
        })
    })
}

/// The names that a phrase of this SOP can use, in alphabetical order.
pub fn names(sop: &Sop) -> Vec<String> {
    let stages = || sop.steps.iter().flat_map(|step| &step.stages);
    let fields = stages().flat_map(|stage| stage.fields.iter().chain(&stage.log_fields));
    let mut names: Vec<String> = fields.chain(&sop.form.fields).map(|field| field.id.to_string()).collect();
    names.extend(ALWAYS.map(ToOwned::to_owned));
    names.extend(sop.steps.iter().filter(|step| signs(step)).map(letter_name));
    names.sort();
    names.dedup();
    names
}

/// Whether a text can be filled from the cases of an SOP.
///
/// # Errors
/// What is wrong with it.
pub fn check(sop: &Sop, phrase: &str) -> Result<(), PhraseError> {
    if phrase.chars().count() > PARAGRAPH_CHARS_MAX {
        return Err(PhraseError::TooLong { chars_max: PARAGRAPH_CHARS_MAX });
    }
    let known = names(sop);
    for piece in pieces(phrase) {
        match piece {
            Piece::Words(_) => {}
            Piece::Name(name) if known.iter().any(|known| known == name) => {}
            Piece::Name(name) => return Err(PhraseError::Unknown { name: name.to_owned() }),
            Piece::Unclosed => return Err(PhraseError::Unclosed),
        }
    }
    Ok(())
}

/// What a case knows, for the phrases of its letters. `unit` is the name of the unit that asked.
pub fn facts(sop: &Sop, case: &Case, unit: &str, calendar: &Calendar) -> Facts {
    let request = &case.request;
    let mut facts = Facts::new();
    for field in &sop.form.fields {
        facts.extend(entry(field, &request.form).map(|text| (field.id.to_string(), text)));
    }
    for stage in sop.steps.iter().flat_map(|step| &step.stages) {
        for field in stage.fields.iter().chain(&stage.log_fields) {
            let text = recorded(sop, case, calendar, &field.id);
            facts.extend((!text.is_empty()).then(|| (field.id.to_string(), text)));
        }
    }
    for step in sop.steps.iter().filter(|step| signs(step)) {
        let of_step = |task| case.task(task).is_some_and(|task| task.stage.step == step.no);
        let signed = case.letters.iter().rfind(|letter| of_step(letter.task));
        facts.extend(signed.map(|letter| {
            let (number, dated) = (&letter.signature.written_number, letter.signature.dated);
            (letter_name(step), format!("surat nomor {number} tanggal {}", date(dated)))
        }));
    }
    let asked = match (&request.letter_no, request.letter_date) {
        (Some(number), Some(dated)) => format!("surat Saudara nomor {number} tanggal {}", date(dated)),
        (Some(number), None) => format!("surat Saudara nomor {number}"),
        (None, _) => {
            let received = calendar.local(request.received_at).date();
            format!("permintaan Saudara tanggal {}", date(received))
        }
    };
    let always = [
        case.number.to_string(),
        request.requester_name.clone(),
        request.subject.clone(),
        unit.to_owned(),
        asked,
    ];
    let always = ALWAYS.iter().zip(always).filter(|(_, text)| !text.is_empty());
    facts.extend(always.map(|(name, text)| ((*name).to_owned(), text)));
    facts
}

/// A phrase with the facts of a case in it.
pub fn fill(phrase: &str, facts: &Facts) -> String {
    let paragraphs = paragraphs(phrase).filter_map(|paragraph| {
        let pieces: Vec<Piece<'_>> = pieces(paragraph).collect();
        if let [Piece::Name(name)] = pieces[..] {
            return facts.get(name).cloned();
        }
        pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Words(words) => Some(words.to_owned()),
                // Within a sentence there is no place for paragraphs.
                Piece::Name(name) => facts.get(name).map(|text| one_line(text)),
                Piece::Unclosed => None,
            })
            .collect()
    });
    paragraphs.collect::<Vec<String>>().join("\n\n")
}

/// What a field says in a case: of each stage that asks for it the newest, one after another. A text
/// that is carried on from stage to stage is one text, and its newest version counts.
fn recorded(sop: &Sop, case: &Case, calendar: &Calendar, id: &FieldId) -> String {
    let stages = sop.steps.iter().flat_map(|step| step.stages.iter().map(move |stage| (step, stage)));
    let mut texts = Vec::new();
    for (step, stage) in stages {
        let here = StageRef { step: step.no.clone(), stage: stage.id.clone() };
        let mut tasks = case.tasks.iter().filter(|task| task.stage == here);
        if let Some(field) = stage.log_fields.iter().find(|field| field.id == *id) {
            let line = |logged: &LogEntry| {
                let on = date(calendar.local(logged.at).date());
                Some(format!("- {on}: {}", one_line(&entry(field, &logged.record)?)))
            };
            let newest = tasks.clone().rfind(|task| !task.log.is_empty());
            let log = newest.map_or(&[][..], |task| &task.log);
            let lines: Vec<String> = log.iter().filter_map(line).collect();
            texts.extend((!lines.is_empty()).then(|| lines.join("\n")));
        }
        if let Some(field) = stage.fields.iter().find(|field| field.id == *id) {
            if field.carries_on {
                return case.newest_text(id).unwrap_or_default().to_owned();
            }
            let newest = tasks.rfind(|task| task.completion().is_some());
            texts.extend(newest.and_then(|task| entry(field, &task.completion()?.record)));
        }
    }
    texts.join("\n\n")
}

/// Whether a field of a stage stands on some document: by its name, or as one of all fields of its stage.
fn is_printed(sop: &Sop, stage: &Stage, field: &Field) -> bool {
    let stages = sop.steps.iter().flat_map(|step| &step.stages);
    let mut documents = stages.flat_map(|stage| &stage.outcomes).flat_map(|outcome| &outcome.produces);
    let asks = |outcome: &&Outcome| field.only_for.is_empty() || field.only_for.contains(&outcome.id);
    let mut own = stage.outcomes.iter().filter(asks).flat_map(|outcome| &outcome.produces);
    documents.any(|document| document.named_fields().any(|named| *named == field.id))
        || own.any(|document| document.fields.is_empty() && document.kind != DocumentKind::RequestForm)
}

fn signs(step: &Step) -> bool {
    step.stages.iter().flat_map(|stage| &stage.outcomes).any(|outcome: &Outcome| outcome.signed().is_some())
}

/// What stands in a phrase for the letter that a row signed: `surat_langkah_3`.
fn letter_name(step: &Step) -> String {
    format!("surat_langkah_{}", step.no)
}

fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (paragraph, after) = rest.split_once("\n\n").unwrap_or((rest, ""));
        rest = after.trim_start();
        Some(paragraph.trim())
    })
}

enum Piece<'a> {
    Words(&'a str),
    Name(&'a str),
    Unclosed,
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(inner) = rest.strip_prefix('{') else {
            let end = rest.find('{').unwrap_or(rest.len());
            let (words, after) = rest.split_at(end);
            rest = after;
            return Some(Piece::Words(words));
        };
        let Some((name, after)) = inner.split_once('}') else {
            rest = "";
            return Some(Piece::Unclosed);
        };
        rest = after;
        Some(Piece::Name(name.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts_of(known: &[(&str, &str)]) -> Facts {
        known.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_phrase_is_filled_from_the_case() {
        let facts = facts_of(&[("pemohon", "Yusuf Tandi"), ("perihal", "Situs mati")]);
        assert_eq!(
            fill("Permintaan {pemohon} perihal { perihal } sudah kami terima.", &facts),
            "Permintaan Yusuf Tandi perihal Situs mati sudah kami terima."
        );
    }

    #[test]
    fn what_the_case_does_not_know_takes_its_paragraph_along() {
        let facts = facts_of(&[("temuan", "Memori penuh.")]);
        assert_eq!(
            fill("Pembuka.\n\nTemuan: {temuan}\n\nSaran: {rekomendasi}\n\nPenutup.", &facts),
            "Pembuka.\n\nTemuan: Memori penuh.\n\nPenutup."
        );
    }

    #[test]
    fn paragraphs_of_the_case_stay_paragraphs_only_where_they_stand_alone() {
        let facts = facts_of(&[("hasil", "Log penuh.\n\n- disk 100%\n- layanan mati")]);
        assert_eq!(fill("{hasil}", &facts), "Log penuh.\n\n- disk 100%\n- layanan mati");
        assert_eq!(fill("Hasilnya: {hasil}", &facts), "Hasilnya: Log penuh. - disk 100% - layanan mati");
    }

    #[test]
    fn what_people_wrote_is_never_read_as_a_phrase() {
        let facts = facts_of(&[("perihal", "{pemohon}"), ("pemohon", "Yusuf")]);
        assert_eq!(fill("Perihal {perihal}.", &facts), "Perihal {pemohon}.");
    }

    #[test]
    fn a_mistake_in_a_phrase_is_named() {
        let sop = crate::definition::shipped();
        assert_eq!(check(sop, "Yth. {pemohon}, {surat_langkah_3}"), Ok(()));
        assert_eq!(check(sop, "Yth. {pemohn}"), Err(PhraseError::Unknown { name: "pemohn".to_owned() }));
        assert_eq!(check(sop, "Yth. {pemohon"), Err(PhraseError::Unclosed));
        let long = "a".repeat(PARAGRAPH_CHARS_MAX + 1);
        assert_eq!(check(sop, &long), Err(PhraseError::TooLong { chars_max: PARAGRAPH_CHARS_MAX }));
    }

    #[test]
    fn no_field_of_the_sop_has_the_name_of_something_else() {
        let sop = crate::definition::shipped();
        let stages = sop.steps.iter().flat_map(|step| &step.stages);
        let fields = stages.flat_map(|stage| stage.fields.iter().chain(&stage.log_fields));
        for field in fields.chain(&sop.form.fields) {
            assert!(!ALWAYS.contains(&field.id.as_str()), "{} stands for two things", field.id);
        }
    }
}
