//! Puts a letter together: what a case recorded, on the stationery of the office.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use sop::Sop;
use sop::calendar::{Calendar, Zone};
use sop::case::{Case, Completion, LogEntry, PersonId, SignedLetter, Task};
use sop::definition::{
    Addressee, Document, DocumentKind, Field, FieldKind, Outcome, Stage, StageKind, Target,
};
use sop::letter::{
    self, Capacity, DispositionSheet, Fact, Frame, Initial, Letter, Made, OfficialLetter, Report,
    RequestFormSheet, Seal, Section, Signatory, StageEntry, Stationery, blocks, entry, ticks,
};
use store::{Person, StoreError, Unit};

use super::office::footer;
use crate::desk::Desk;

/// What a letter is put together from.
#[derive(Debug)]
pub struct Composer<'a> {
    sop: &'static Sop,
    case: &'a Case,
    calendar: &'a Calendar,
    stationery: &'a Stationery,
    address: &'a str,
    /// Whoever did something, as they were on the day on which they did it.
    people: HashMap<(PersonId, Date), Person>,
    unit: Option<Unit>,
}

impl<'a> Composer<'a> {
    /// Looks up everybody whom the case's letters name.
    pub async fn new(desk: &'a Desk, case: &'a Case) -> Result<Self, StoreError> {
        let day = |at| desk.calendar.local(at).date();
        let mut wanted: BTreeSet<(PersonId, Date)> = BTreeSet::new();
        for task in &case.tasks {
            if let Some(done) = task.completion() {
                let day = day(done.at);
                let giver = done.by.in_place_of().map(|place| &place.person);
                wanted.extend(done.by.person().into_iter().chain(giver).map(|id| (id.clone(), day)));
            }
            let logged = |entry: &LogEntry| Some((entry.by.person()?.clone(), day(entry.at)));
            wanted.extend(task.log.iter().filter_map(logged));
        }
        let mut people = HashMap::new();
        for (id, day) in wanted {
            if let Some(person) = desk.store.person(&id, day).await? {
                people.insert((id, day), person);
            }
        }
        Ok(Self {
            sop: desk.sop_of(case),
            case,
            calendar: &desk.calendar,
            stationery: &desk.letters.stationery,
            address: &desk.letters.address,
            people,
            unit: desk.store.unit(&case.request.unit).await?,
        })
    }

    /// A document that the case has brought forth. What has to be signed and is not yet is a draft.
    pub fn made(&self, made: &Made<'_>) -> Option<Letter> {
        let Made { task, index, document } = *made;
        let stage = self.sop.stage(&task.stage)?;
        let completion = task.completion()?;
        let outcome = stage.outcome(&completion.outcome)?;
        let signed = self.case.letter(task.id, index);
        Some(match document.kind {
            DocumentKind::Disposition => {
                Letter::Disposition(self.disposition(task, stage, outcome, document)?)
            }
            DocumentKind::RequestForm => Letter::RequestForm(self.request_form(&document.name)),
            DocumentKind::Letter => Letter::Official(self.official(task, index, stage, document, signed)?),
            DocumentKind::Examination => Letter::Examination(self.report(task, stage, document)?),
            DocumentKind::Progress => Letter::Progress(self.report(task, stage, document)?),
            DocumentKind::Check => Letter::Check(self.report(task, stage, document)?),
            DocumentKind::Completion => Letter::Completion(self.report(task, stage, document)?),
        })
    }

    /// The request form as it was filed, with its approval as soon as there is one.
    pub fn form(&self) -> Letter {
        Letter::RequestForm(self.request_form(&self.sop.form.name))
    }

    fn disposition(
        &self,
        task: &Task,
        stage: &Stage,
        outcome: &Outcome,
        document: &Document,
    ) -> Option<DispositionSheet> {
        let (request, record) = (&self.case.request, &task.completion()?.record);
        let ticks = |kind: FieldKind| {
            let field = stage.fields.iter().find(|field| field.kind == kind);
            field.map_or_else(Vec::new, |field| ticks(field, record))
        };
        let paragraphs = stage.fields.iter().filter(|field| field.kind == FieldKind::Paragraph);
        let at = task.completion()?.at;
        Some(DispositionSheet {
            frame: self.frame(&document.name, self.date(at), None),
            from: self.unit_name(self.date(at)),
            letter_no: request.letter_no.clone().unwrap_or_else(|| self.case.number.to_string()),
            letter_date: letter::date(request.letter_date.unwrap_or_else(|| self.date(request.received_at))),
            received: self.moment(request.received_at),
            agenda: self.case.agenda.to_string(),
            urgencies: ticks(FieldKind::Choice),
            subject: request.subject.clone(),
            forwarded_to: self.sop.receivers(outcome).into_iter().map(ToOwned::to_owned).collect(),
            requests: ticks(FieldKind::Choices),
            notes: paragraphs.filter_map(|field| record.text(&field.id)).flat_map(blocks).collect(),
            initial: self.initial(task)?,
        })
    }

    fn request_form(&self, name: &str) -> RequestFormSheet {
        let (case, request) = (self.case, &self.case.request);
        let mut facts = vec![
            fact("Nomor kasus", case.number.to_string()),
            fact("Nomor agenda", case.agenda.to_string()),
            fact("Diterima", self.moment(request.received_at)),
            fact("Pemohon", request.requester_name.clone()),
            fact("Satuan kerja", self.unit_name(self.date(request.entered_at))),
            fact("Kontak", request.contact.clone()),
        ];
        if let Some(number) = &request.letter_no {
            let dated = request.letter_date.map(|date| format!(", {}", letter::date(date)));
            facts.push(fact("Surat", format!("{number}{}", dated.unwrap_or_default())));
        }
        facts.push(fact("Perihal", request.subject.clone()));
        let mut sections = Vec::new();
        for field in &self.sop.form.fields {
            let Some(text) = entry(field, &request.form) else { continue };
            if field.kind == FieldKind::Paragraph {
                sections.push(Section { heading: field.label.clone(), body: blocks(&text) });
            } else {
                facts.push(fact(&field.label, text));
            }
        }
        let approved = |made: &Made<'_>| made.document.kind == DocumentKind::RequestForm;
        let approval = letter::made(self.sop, case).into_iter().rfind(approved);
        RequestFormSheet {
            frame: self.frame(name, self.date(request.entered_at), None),
            facts,
            sections,
            approval: approval.and_then(|made| self.initial(made.task)),
        }
    }

    fn official(
        &self,
        task: &Task,
        index: usize,
        stage: &Stage,
        document: &Document,
        signed: Option<&SignedLetter>,
    ) -> Option<OfficialLetter> {
        let (case, completion) = (self.case, task.completion()?);
        let date = signed.map_or_else(|| self.date(completion.at), |signed| signed.signature.dated);
        let texts: Vec<&str> = if document.fields.is_empty() {
            let fields = stage.fields_for(&completion.outcome);
            fields.filter_map(|field| completion.record.text(&field.id)).collect()
        } else {
            document.fields.iter().filter_map(|field| case.text_as_of(task.id, field)).collect()
        };
        let to = match document.addressee {
            Some(Addressee::Requester) => vec![case.request.requester_name.clone(), self.unit_name(date)],
            Some(Addressee::Unit) | None => vec![format!("Kepala {}", self.unit_name(date))],
        };
        let capacity = signed.map_or(completion.by.capacity(), |signed| signed.signature.capacity);
        // Who drafted a letter does not sign it: until somebody does, the place is left open.
        let is_signed = signed.is_some() || document.signed;
        let signatory = if is_signed && completion.by.person().is_some() {
            self.signatory(completion, capacity)
        } else {
            Signatory {
                capacity,
                position: self.signing_position(),
                own_position: None,
                name: String::new(),
                nip: None,
            }
        };
        let copies = document.copies_field.as_ref().and_then(|field| case.text_as_of(task.id, field));
        let copies = copies.unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty());
        let mut frame = self.frame(&document.name, date, signed);
        if signed.is_none() {
            frame.mark = Some("KONSEP".to_owned());
            frame.footer = vec!["Konsep: belum bernomor dan belum ditandatangani.".to_owned()];
        }
        Some(OfficialLetter {
            frame,
            number: signed.map(|signed| signed.signature.written_number.clone()).unwrap_or_default(),
            sensitivity: self.sensitivity(),
            attachments: "-".to_owned(),
            subject: letter::subject(self.sop, case, task.id, index)?,
            place: self.stationery.place.clone(),
            dated: signed.map(|signed| letter::date(signed.signature.dated)).unwrap_or_default(),
            to: to.into_iter().chain(["di tempat".to_owned()]).collect(),
            body: texts.into_iter().flat_map(blocks).collect(),
            signatory,
            initials: self.initials(task),
            copies: copies.map(ToOwned::to_owned).collect(),
        })
    }

    fn report(&self, task: &Task, stage: &Stage, document: &Document) -> Option<Report> {
        let (case, completion) = (self.case, task.completion()?);
        let held = |field: &&Field| document.fields.is_empty() || document.fields.contains(&field.id);
        let section = |field: &Field| {
            let text = entry(field, &completion.record)?;
            Some(Section { heading: field.label.clone(), body: blocks(&text) })
        };
        let stages = task.log.iter().map(|logged| StageEntry {
            at: self.moment(logged.at),
            by: (logged.by.person().and_then(|id| self.on_day_of(id, logged.at)))
                .map_or_else(String::new, |person| person.name.clone()),
            what: stage
                .log_fields
                .iter()
                .filter_map(|field| entry(field, &logged.record))
                .collect::<Vec<_>>()
                .join("\n"),
        });
        let step = self.sop.step(&task.stage.step)?;
        Some(Report {
            frame: self.frame(&document.name, self.date(completion.at), None),
            facts: vec![
                fact("Nomor kasus", case.number.to_string()),
                fact("Satuan kerja", self.unit_name(self.date(completion.at))),
                fact("Pemohon", case.request.requester_name.clone()),
                fact("Perihal", case.request.subject.clone()),
                fact("Langkah SOP", format!("{}, {}", step.no, step.label)),
            ],
            sections: stage.fields_for(&completion.outcome).filter(held).filter_map(section).collect(),
            stages: stages.collect(),
            place: self.stationery.place.clone(),
            dated: letter::date(self.date(completion.at)),
            author: self.signatory(completion, completion.by.capacity()),
            initials: self.approvals(task),
        })
    }

    pub fn frame(&self, title: &str, date: Date, signed: Option<&SignedLetter>) -> Frame {
        let seal = signed.map(|signed| Seal {
            code: signed.signature.code.to_string(),
            address: format!("{}/v/{}", self.address, signed.signature.code),
            head: signed.signature.head.as_ref().map(ToString::to_string),
        });
        let recorded = || {
            vec![format!(
                "Dicatat secara elektronik dalam kasus {}; tidak memerlukan tanda tangan basah.",
                self.case.number
            )]
        };
        Frame {
            letterhead: self.stationery.letterhead(date),
            title: title.to_owned(),
            case: Some(self.case.number.clone()),
            date,
            footer: signed.map_or_else(recorded, |signed| footer(signed.signature.means)),
            seal,
            mark: None,
        }
    }

    /// How a letter is to be handled: as the disposition said.
    fn sensitivity(&self) -> String {
        let disposition = self.case.tasks.iter().rev().find_map(|task| {
            let stage = self.sop.stage(&task.stage).filter(|stage| stage.kind == StageKind::Disposition)?;
            let field = stage.fields.iter().find(|field| field.kind == FieldKind::Choice)?;
            entry(field, &task.completion()?.record)
        });
        disposition.unwrap_or_else(|| "Biasa".to_owned())
    }

    /// The position of whoever signs in this SOP, for a letter that nobody has signed.
    fn signing_position(&self) -> String {
        let mut stages = self.sop.steps.iter().flat_map(|step| &step.stages);
        let signs = stages.find(|stage| stage.kind == StageKind::Signature);
        let performer = signs
            .and_then(|stage| self.sop.performers.iter().find(|performer| performer.id == stage.performer));
        performer.map(|performer| performer.column.clone()).unwrap_or_default()
    }

    fn signatory(&self, done: &Completion, capacity: Capacity) -> Signatory {
        let person = done.by.person().and_then(|id| self.on_day_of(id, done.at));
        let own = person.map(|person| person.position.clone()).unwrap_or_default();
        let giver = done.by.in_place_of().and_then(|place| self.on_day_of(&place.person, done.at));
        // Letters of before there were mandates say a capacity, but not for whom.
        let position = match giver {
            Some(giver) => giver.position.clone(),
            None if capacity == Capacity::OnBehalf => self.signing_position(),
            None => own.clone(),
        };
        Signatory {
            capacity,
            position,
            own_position: (capacity == Capacity::OnBehalf).then_some(own),
            name: person.map(|person| person.name.clone()).unwrap_or_default(),
            nip: person.and_then(|person| person.nip.clone()),
        }
    }

    /// Who corrected a letter and passed it on: their paraf.
    fn initials(&self, signed: &Task) -> Vec<Initial> {
        let corrected = |task: &&Task| {
            let stage = self.sop.stage(&task.stage);
            task.stage.step == signed.stage.step
                && task.round == signed.round
                && stage.is_some_and(|stage| stage.kind == StageKind::Correction)
                && task.completion().is_some_and(|completion| !completion.record.texts.is_empty())
        };
        // The last time counts: what was returned has no paraf.
        let last = self.case.tasks.iter().filter(|task| task.id < signed.id).rfind(corrected);
        last.filter(|task| self.passes_on(task)).and_then(|task| self.initial(task)).into_iter().collect()
    }

    /// Whether a task was done with an outcome that goes on rather than back.
    fn passes_on(&self, task: &Task) -> bool {
        let stage = self.sop.stage(&task.stage);
        let first = stage.and_then(|stage| stage.outcomes.first());
        first.zip(task.completion()).is_some_and(|(first, completion)| first.id == completion.outcome)
    }

    /// Who decided on a report in the row after it, and let it pass.
    fn approvals(&self, reported: &Task) -> Vec<Initial> {
        let Some(outcome) =
            self.sop.stage(&reported.stage).and_then(|stage| stage.outcome(&reported.completion()?.outcome))
        else {
            return Vec::new();
        };
        let next: Vec<_> = outcome.to.iter().filter_map(|target| self.sop.first_stage(target)).collect();
        let decided = self.case.tasks.iter().find(|task| {
            task.id > reported.id
                && next.contains(&task.stage)
                && self.sop.stage(&task.stage).is_some_and(|stage| stage.kind == StageKind::Decision)
                && task.completion().is_some()
        });
        decided
            .filter(|task| self.passes_on(task) && outcome.to.iter().all(|to| matches!(to, Target::Step(_))))
            .and_then(|task| self.initial(task))
            .into_iter()
            .collect()
    }

    fn initial(&self, task: &Task) -> Option<Initial> {
        let completion = task.completion()?;
        let person = self.on_day_of(completion.by.person()?, completion.at)?;
        Some(Initial {
            position: self.signatory(completion, completion.by.capacity()).in_capacity(),
            name: person.name.clone(),
            at: self.moment(completion.at),
        })
    }

    /// Somebody as they were on the day of a moment.
    fn on_day_of(&self, person: &PersonId, at: Timestamp) -> Option<&Person> {
        self.people.get(&(person.clone(), self.date(at)))
    }

    /// How the unit that asked was called on a day.
    pub fn unit_name(&self, day: Date) -> String {
        let unit = self.unit.as_ref();
        unit.map_or_else(|| self.case.request.unit.to_string(), |unit| unit.name_on(day).to_owned())
    }

    fn date(&self, at: Timestamp) -> Date {
        self.calendar.local(at).date()
    }

    pub fn moment(&self, at: Timestamp) -> String {
        let zone: Zone = self.calendar.zone();
        letter::moment(self.calendar.local(at), zone.abbreviation())
    }
}

pub fn fact(label: &str, value: String) -> Fact {
    Fact { label: label.to_owned(), value }
}
