//! History in sentences: who did what, when, and what they wrote.

use std::collections::HashMap;

use sop::Sop;
use sop::calendar::Zone;
use sop::case::{
    Audience, By, Case, DispatchFailure, DueCause, Event, LetterCode, PersonId, Record, Recorded, Task,
    Texts, Value, Values, Version, text_key,
};
use sop::definition::{EndKind, Field, FieldKind, Outcome, StageKind, Target};

use sop::mandate::MandateId;
use store::{Store, StoreError};

use super::dispatches;
use crate::letters::{self, Revised};
use crate::mandates;
use crate::words::Words;

/// One line of history.
#[derive(Clone, Debug)]
pub struct Line {
    /// The event that it tells.
    pub seq: Version,
    /// For machines, RFC 3339.
    pub datetime: String,
    pub at: String,
    pub sentence: String,
    /// Short words in quotation marks behind the sentence.
    pub quote: Option<String>,
    /// The form that was filled in, label and text.
    pub record: Vec<(String, String)>,
    /// What a correction changed.
    pub revised: Vec<Revised>,
    /// The form stands open: what a requester may read was written for them.
    pub open: bool,
    /// The act has no place in the SOP.
    pub outside_sop: bool,
    pub office_only: bool,
}

/// What history is told with.
#[derive(Clone, Copy, Debug)]
pub struct Teller<'a> {
    pub words: Words,
    pub sop: &'a Sop,
    pub case: &'a Case,
    pub names: &'a HashMap<PersonId, String>,
    /// By which letter each mandate was given that the history names.
    pub bases: &'a HashMap<MandateId, String>,
    pub zone: Zone,
    /// Tell only what concerns the requester.
    pub for_requester: bool,
}

/// By which letters the mandates were given under which somebody acted.
pub async fn bases(store: &Store, history: &[Recorded]) -> Result<HashMap<MandateId, String>, StoreError> {
    let mut ids: Vec<MandateId> =
        history.iter().filter_map(|recorded| Some(recorded.by.in_place_of()?.mandate)).collect();
    ids.sort();
    ids.dedup();
    let rows = store.mandates_with(&ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.mandate.basis)).collect())
}

/// The history, newest first.
pub fn sentences(teller: Teller<'_>, history: &[Recorded]) -> Vec<Line> {
    history.iter().rev().filter_map(|recorded| teller.line(recorded)).collect()
}

impl Teller<'_> {
    /// One event in words; nothing where there is nothing to tell.
    pub fn line(&self, recorded: &Recorded) -> Option<Line> {
        let words = self.words;
        let text = |key: &str| recorded.texts.get(key).cloned();
        let who = self.name(&recorded.by);
        let say = |key: &'static str| words.t(key).with("who", who.clone());
        let (sentence, quote, record) = match &recorded.event {
            // The rows and tasks that open are on the rail; history tells what people did.
            Event::StepOpened { .. } | Event::TaskOpened { .. } | Event::StepCompleted { .. } => return None,
            Event::Registered { agenda, requester, .. } => {
                let key = if requester.is_some() && requester.as_ref() == recorded.by.person() {
                    "history-registered"
                } else {
                    "history-entered"
                };
                (say(key).with("agenda", *agenda).to_string(), None, Vec::new())
            }
            Event::TaskAssigned { task, to, .. } => {
                if self.for_requester {
                    return None;
                }
                let stage = self.case.task(*task).and_then(|task| self.sop.stage(&task.stage));
                let stage =
                    stage.map_or_else(String::new, |stage| words.label(self.sop, &stage.label).to_owned());
                (
                    say("history-assigned").with("to", self.name_of(to)).with("stage", stage).to_string(),
                    None,
                    Vec::new(),
                )
            }
            Event::ProgressLogged { task, values } => {
                let stage = self.case.task(*task).and_then(|task| self.sop.stage(&task.stage))?;
                let record = self.record(&stage.log_fields, values, &recorded.texts);
                (say("history-logged").to_string(), None, record)
            }
            Event::TaskCompleted { task, outcome, values, assigned } => {
                let task = self.case.task(*task)?;
                let stage = self.sop.stage(&task.stage)?;
                let outcome = stage.outcome(outcome)?;
                let record = self.record(&stage.fields, values, &recorded.texts);
                if self.for_requester && record.is_empty() && !leaves_row(outcome) {
                    return None;
                }
                let mut sentence = say("history-completed")
                    .with("step", task.stage.step.to_string())
                    .with("stage", words.label(self.sop, &stage.label).to_owned())
                    .with("outcome", words.label(self.sop, &outcome.label).to_owned())
                    .to_string();
                if let Some(assigned) = assigned.as_ref().filter(|_| !self.for_requester) {
                    sentence.push(' ');
                    sentence
                        .push_str(&words.t("history-handed").with("to", self.name_of(assigned)).to_string());
                }
                (sentence, None, record)
            }
            Event::LetterSigned { signature, .. } => {
                // Where it was by a mandate, that says more.
                let by_mandate = recorded.by.in_place_of().is_some();
                let capacity = if by_mandate { "" } else { signature.capacity.prefix().trim_end() };
                let key = if capacity.is_empty() { "history-signed" } else { "history-signed-as" };
                let mut sentence = say(key)
                    .with("number", signature.written_number.clone())
                    .with("capacity", capacity)
                    .to_string();
                if signature.reserved {
                    let day = self.words.date(signature.dated);
                    sentence.push(' ');
                    sentence += &self.words.t("history-number-reserved").with("date", day).to_string();
                }
                (sentence, None, Vec::new())
            }
            // The first follows from the signature; what became of it is told.
            Event::DispatchOrdered { dispatch: 1, .. } => return None,
            Event::DispatchOrdered { letter, .. } => {
                if self.for_requester {
                    return None;
                }
                let sentence = say("history-mail-again")
                    .with("number", self.number(letter))
                    .with("address", self.address(recorded));
                (sentence.to_string(), None, Vec::new())
            }
            Event::Dispatched { letter, .. } => {
                let sentence = words
                    .t("history-mail-sent")
                    .with("number", self.number(letter))
                    .with("address", self.address(recorded));
                (sentence.to_string(), None, Vec::new())
            }
            Event::DispatchFailed { letter, cause, .. } => {
                if self.for_requester {
                    return None;
                }
                let sentence = words
                    .t(match cause {
                        DispatchFailure::Refused => "history-mail-refused",
                        DispatchFailure::GivenUp => "history-mail-given-up",
                        DispatchFailure::NoAddress => "history-mail-no-address",
                        DispatchFailure::NotSetUp => "history-mail-not-set-up",
                    })
                    .with("number", self.number(letter))
                    .with("address", self.address(recorded));
                (sentence.to_string(), text(text_key::SERVER_ANSWER), Vec::new())
            }
            Event::Suspended => (say("history-suspended").to_string(), text(text_key::REASON), Vec::new()),
            Event::Resumed => (say("history-resumed").to_string(), text(text_key::NOTE), Vec::new()),
            Event::DueMoved { step, from, to, cause } => {
                if self.for_requester {
                    return None;
                }
                let key = match cause {
                    DueCause::Suspension => "history-due-moved-suspension",
                    DueCause::Calendar => "history-due-moved-calendar",
                };
                let sentence = words
                    .t(key)
                    .with("step", step.to_string())
                    .with("from", words.moment(*from, self.zone))
                    .with("to", words.moment(*to, self.zone));
                (sentence.to_string(), None, Vec::new())
            }
            Event::StepOverdue { step, .. } => {
                (words.t("history-overdue").with("step", step.to_string()).to_string(), None, Vec::new())
            }
            Event::Noted { audience } => {
                if self.for_requester && *audience == Audience::Office {
                    return None;
                }
                (say("history-noted").to_string(), text(text_key::NOTE), Vec::new())
            }
            Event::Attached { .. } => {
                let name = text(text_key::FILE_NAME).unwrap_or_default();
                (say("history-attached").with("file", name).to_string(), None, Vec::new())
            }
            Event::Closed { end } => {
                let end = self.sop.end(end)?;
                let key = match end.kind {
                    EndKind::Completed => "history-closed-completed",
                    EndKind::Rejected => "history-closed-rejected",
                    EndKind::Withdrawn => "history-closed-withdrawn",
                };
                (say(key).to_string(), text(text_key::REASON), Vec::new())
            }
            Event::Reopened => (say("history-reopened").to_string(), text(text_key::REASON), Vec::new()),
        };
        let office_only = matches!(&recorded.event, Event::Noted { audience: Audience::Office });
        Some(Line {
            seq: recorded.seq,
            datetime: recorded.at.to_string(),
            at: words.short_moment(recorded.at, self.zone),
            sentence,
            quote: quote.filter(|quote| !quote.is_empty()),
            record,
            revised: self.revised(recorded),
            open: self.for_requester,
            outside_sop: recorded.is_outside_sop(),
            office_only,
        })
    }

    /// The fields of a form as label and text; for the requester only those meant for them.
    fn record(&self, fields: &[Field], values: &Values, texts: &Texts) -> Vec<(String, String)> {
        let shown = fields.iter().filter(|field| !self.for_requester || field.read_by_requester);
        shown
            .filter_map(|field| {
                let text = entry(self.words, self.sop, field, values, texts)?;
                Some((self.words.label(self.sop, &field.label).to_owned(), text))
            })
            .collect()
    }

    /// What a correction changed in the letter. It is the office's alone, as the draft is.
    fn revised(&self, recorded: &Recorded) -> Vec<Revised> {
        let Event::TaskCompleted { task, .. } = &recorded.event else { return Vec::new() };
        let corrects = |task: &&Task| {
            self.sop.stage(&task.stage).is_some_and(|stage| stage.kind == StageKind::Correction)
        };
        let task = self.case.task(*task).filter(corrects).filter(|_| !self.for_requester);
        task.map_or_else(Vec::new, |task| {
            letters::corrected(self.words, self.sop, self.case, task, &recorded.texts)
        })
    }

    fn number(&self, letter: &LetterCode) -> String {
        self.case
            .letter_by_code(letter)
            .map(|letter| letter.signature.written_number.clone())
            .unwrap_or_default()
    }

    /// The address an event names.
    fn address(&self, recorded: &Recorded) -> String {
        let address = recorded.texts.get(text_key::EMAIL).map_or("", String::as_str);
        if self.for_requester {
            dispatches::masked(self.words, address)
        } else {
            dispatches::shown(self.words, address)
        }
    }

    fn name(&self, by: &By) -> String {
        let who = by.person().map_or_else(|| "Sigap".to_owned(), |person| self.name_of(person));
        let Some(place) = by.in_place_of() else { return who };
        let basis = self.bases.get(&place.mandate).cloned().unwrap_or_default();
        let phrase = self.words.t("history-acting");
        mandates::for_whom(phrase, place.capacity, self.name_of(&place.person))
            .with("who", who)
            .with("basis", basis)
            .to_string()
    }

    fn name_of(&self, person: &PersonId) -> String {
        self.names.get(person).cloned().unwrap_or_else(|| self.words.t("somebody").to_string())
    }
}

/// What was recorded in some fields, each with its label, in words; not what was left empty or erased.
pub fn record<'a>(
    words: Words,
    sop: &Sop,
    fields: impl Iterator<Item = &'a Field>,
    record: &Record,
) -> Vec<(String, String)> {
    let labelled = |field: &Field| {
        let text = entry(words, sop, field, &record.values, &record.texts)?;
        Some((words.label(sop, &field.label).to_owned(), text))
    };
    fields.filter_map(labelled).collect()
}

/// One field as recorded, in words; nothing where it was left empty or erased.
pub fn entry(words: Words, sop: &Sop, field: &Field, values: &Values, texts: &Texts) -> Option<String> {
    match field.kind {
        FieldKind::Line | FieldKind::Paragraph => {
            texts.get(field.id.as_str()).filter(|text| !text.is_empty()).cloned()
        }
        FieldKind::Choice | FieldKind::Choices | FieldKind::PastDate => match values.get(&field.id)? {
            Value::Options(chosen) => {
                let labels = chosen.iter().filter_map(|id| field.option(id.as_str()));
                let labels: Vec<&str> = labels.map(|option| words.label(sop, &option.label)).collect();
                Some(labels.join("; "))
            }
            Value::Date(date) => Some(words.weekday_date(*date)),
        },
    }
}

/// Whether the case moves on, and not only a letter from one desk to the next.
fn leaves_row(outcome: &Outcome) -> bool {
    outcome.to.iter().any(|target| match target {
        Target::Step(_) | Target::End(_) => true,
        Target::Stage(_) => false,
    })
}
