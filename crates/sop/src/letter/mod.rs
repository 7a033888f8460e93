//! Naskah dinas as content: what is printed on each kind of official document, before a press sets
//! it in type.
//!
//! Everything here is plain text. A press gets a [`Letter`] as data and never as markup, so that
//! nothing that somebody typed can become an instruction to it.

mod dossier;
pub mod phrase;
mod stationery;
mod text;

pub use crate::written_date::date;
pub use dossier::{Dossier, Enclosure, Relationship, StepEntry, StoryEntry};
pub use stationery::{Numbering, Stationery, StationeryError};
pub use text::{Block, blocks};

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::case::{Case, CaseNo, Record, Task, TaskId, Value};
use crate::definition::{Document, Field, FieldKind, FieldOption, Outcome, Sop};

/// A document, by the template that prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "kebab-case")]
pub enum Letter {
    /// Lembar disposisi.
    Disposition(DispositionSheet),
    /// The request form as it was filed, with its approval.
    RequestForm(RequestFormSheet),
    /// Surat dinas.
    Official(OfficialLetter),
    /// Hasil pemeriksaan.
    Examination(Report),
    /// Laporan tahapan perbaikan.
    Progress(Report),
    /// Laporan hasil pengecekan.
    Check(Report),
    /// Laporan penyelesaian.
    Completion(Report),
    /// A page of a register.
    Register(RegisterBook),
    /// Berita acara pemusnahan arsip.
    Destruction(DestructionRecord),
}

/// What stands around every document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub letterhead: Letterhead,
    /// As what the document is headed.
    pub title: String,
    /// To which case it belongs; none for what belongs to none, such as a register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseNo>,
    /// The day it is dated; it is also the date in the file, so that printing it again changes nothing.
    pub date: Date,
    /// How it can be verified; none for a draft or a document that is not verified by code.
    pub seal: Option<Seal>,
    /// What is said at the foot of each page, such as how it was signed.
    pub footer: Vec<String>,
    /// Printed across each page where it is no valid letter, such as "KONSEP".
    pub mark: Option<String>,
}

impl Frame {
    /// Names the document among others, and for those who cannot see it.
    pub fn full_title(&self) -> String {
        match &self.case {
            Some(case) => format!("{}, kasus {case}", self.title),
            None => self.title.clone(),
        }
    }
}

/// Kop surat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// The names of the organisation, the widest first.
    pub names: Vec<String>,
    /// Address, telephone, website, line by line.
    pub address: Vec<String>,
}

/// Where a document can be verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Stands in the address and is printed for those who type it.
    pub code: String,
    /// What the QR code holds.
    pub address: String,
    /// The hash of the case's last event when the document was made; none on those of before there were
    /// hashes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
}

/// In which capacity somebody signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// As the holder of the position.
    #[default]
    Own,
    /// Pelaksana harian: the holder is away for a short time.
    Daily,
    /// Pelaksana tugas: the position is vacant, or its holder away for long.
    Acting,
    /// Atas nama: by mandate of the superior, who stays responsible.
    OnBehalf,
}

impl Capacity {
    /// What stands before the position.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::Daily => "Plh. ",
            Self::Acting => "Plt. ",
            Self::OnBehalf => "a.n. ",
        }
    }
}

/// Somebody who signs, or signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signatory {
    pub capacity: Capacity,
    /// The position whose authority the document has.
    pub position: String,
    /// On behalf of somebody, the signer's own position.
    pub own_position: Option<String>,
    pub name: String,
    pub nip: Option<String>,
}

/// Who initialled a document, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initial {
    pub position: String,
    pub name: String,
    pub at: String,
}

/// A label with what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// A box to tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    pub label: String,
    pub ticked: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DispositionSheet {
    pub frame: Frame,
    pub from: String,
    pub letter_no: String,
    pub letter_date: String,
    pub received: String,
    pub agenda: String,
    /// Sifat.
    pub urgencies: Vec<Tick>,
    /// Perihal.
    pub subject: String,
    /// Diteruskan kepada.
    pub forwarded_to: Vec<String>,
    /// Dengan hormat harap.
    pub requests: Vec<Tick>,
    pub notes: Vec<Block>,
    pub initial: Initial,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestFormSheet {
    pub frame: Frame,
    pub facts: Vec<Fact>,
    /// Each with its heading.
    pub sections: Vec<Section>,
    /// Who approved the request; none while nobody has.
    pub approval: Option<Initial>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfficialLetter {
    pub frame: Frame,
    /// Empty while it has none.
    pub number: String,
    /// Sifat, such as "Biasa".
    pub sensitivity: String,
    /// Lampiran, "-" for none.
    pub attachments: String,
    /// Hal.
    pub subject: String,
    pub place: String,
    /// The date as written; empty while it has none.
    pub dated: String,
    /// The lines of the addressee, below "Yth.".
    pub to: Vec<String>,
    pub body: Vec<Block>,
    pub signatory: Signatory,
    pub initials: Vec<Initial>,
    /// Tembusan.
    pub copies: Vec<String>,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    pub heading: String,
    pub body: Vec<Block>,
}

/// A stage of a repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageEntry {
    pub at: String,
    pub by: String,
    pub what: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub frame: Frame,
    pub facts: Vec<Fact>,
    pub sections: Vec<Section>,
    /// The stages of a repair, oldest first; empty in other reports.
    pub stages: Vec<StageEntry>,
    pub place: String,
    pub dated: String,
    pub author: Signatory,
    /// Who approved it, where somebody did.
    pub initials: Vec<Initial>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterBook {
    pub frame: Frame,
    /// What is listed, such as "1 sampai 30 November 2026".
    pub period: String,
    pub columns: Vec<RegisterColumn>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterColumn {
    pub head: String,
    /// Its share of the width.
    pub share: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DestructionRecord {
    pub frame: Frame,
    /// The sentence with which it begins.
    pub opening: String,
    pub facts: Vec<Fact>,
    /// What is destroyed, case by case.
    pub columns: Vec<RegisterColumn>,
    pub rows: Vec<Vec<String>>,
    pub place: String,
    /// The day it was carried out, as written; empty while it was not.
    pub dated: String,
    /// Those who stand for it.
    pub signing: Vec<SigningPlace>,
}

/// Where somebody signs by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningPlace {
    /// Their part in it, such as "Yang menyetujui".
    pub part: String,
    /// Empty where it is left open, to be filled in by hand; as the name.
    pub position: String,
    pub name: String,
    pub nip: Option<String>,
    /// When they did their part in Sigap; empty where they did none.
    pub at: String,
}

impl Letter {
    pub fn frame(&self) -> &Frame {
        match self {
            Self::Disposition(sheet) => &sheet.frame,
            Self::RequestForm(sheet) => &sheet.frame,
            Self::Official(letter) => &letter.frame,
            Self::Examination(report)
            | Self::Progress(report)
            | Self::Check(report)
            | Self::Completion(report) => &report.frame,
            Self::Register(book) => &book.frame,
            Self::Destruction(record) => &record.frame,
        }
    }

    /// Who signs it, or has written it; none for what nobody signs.
    pub fn signatory(&self) -> Option<&Signatory> {
        match self {
            Self::Official(letter) => Some(&letter.signatory),
            Self::Examination(report)
            | Self::Progress(report)
            | Self::Check(report)
            | Self::Completion(report) => Some(&report.author),
            Self::Disposition(_) | Self::RequestForm(_) | Self::Register(_) | Self::Destruction(_) => None,
        }
    }

    /// What it says, line by line as it is printed, for those who cannot see its pages.
    pub fn text(&self) -> Vec<String> {
        let facts = |facts: &[Fact]| -> Vec<String> {
            facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)).collect()
        };
        let section = |section: &Section| [vec![section.heading.clone()], lines(&section.body)].concat();
        match self {
            Self::Disposition(sheet) => {
                let ticked = |ticks: &[Tick]| {
                    let ticked = ticks.iter().filter(|tick| tick.ticked).map(|tick| tick.label.clone());
                    ticked.collect::<Vec<_>>().join("; ")
                };
                let mut text = vec![
                    format!("Surat dari: {}", sheet.from),
                    format!("No. surat: {}", sheet.letter_no),
                    format!("Tgl. surat: {}", sheet.letter_date),
                    format!("Diterima tgl.: {}", sheet.received),
                    format!("No. agenda: {}", sheet.agenda),
                    format!("Sifat: {}", ticked(&sheet.urgencies)),
                    format!("Perihal: {}", sheet.subject),
                    format!("Diteruskan kepada: {}", sheet.forwarded_to.join("; ")),
                    format!("Dengan hormat harap: {}", ticked(&sheet.requests)),
                ];
                text.extend(lines(&sheet.notes));
                text.push(sheet.initial.line());
                text
            }
            Self::RequestForm(sheet) => {
                let mut text = facts(&sheet.facts);
                text.extend(sheet.sections.iter().flat_map(section));
                let approval = |by: &Initial| format!("{}; {}; {}", by.at, by.position, by.name);
                text.extend(sheet.approval.as_ref().map(approval));
                text
            }
            Self::Official(letter) => {
                let mut text = vec![
                    format!("Nomor: {}", letter.number),
                    format!("{}, {}", letter.place, letter.dated),
                    format!("Sifat: {}", letter.sensitivity),
                    format!("Lampiran: {}", letter.attachments),
                    format!("Hal: {}", letter.subject),
                    format!("Yth. {}", letter.to.join(", ")),
                ];
                text.extend(lines(&letter.body));
                text.push(letter.signatory.line());
                if !letter.copies.is_empty() {
                    text.push(format!("Tembusan: {}", letter.copies.join("; ")));
                }
                text.extend(letter.initials.iter().map(Initial::line));
                text
            }
            Self::Examination(report)
            | Self::Progress(report)
            | Self::Check(report)
            | Self::Completion(report) => {
                let mut text = facts(&report.facts);
                let stage = |stage: &StageEntry| format!("{}; {}; {}", stage.at, stage.by, stage.what);
                text.extend(report.stages.iter().map(stage));
                text.extend(report.sections.iter().flat_map(section));
                text.push(format!("{}, {}", report.place, report.dated));
                text.push(report.author.line());
                text.extend(report.initials.iter().map(Initial::line));
                text
            }
            Self::Register(book) => {
                std::iter::once(book.period.clone()).chain(table(&book.columns, &book.rows)).collect()
            }
            Self::Destruction(record) => {
                let mut text = vec![record.opening.clone()];
                text.extend(facts(&record.facts));
                text.extend(table(&record.columns, &record.rows));
                text.push(format!("{}, {}", record.place, record.dated));
                text.extend(record.signing.iter().map(SigningPlace::line));
                text
            }
        }
    }
}

impl SigningPlace {
    fn line(&self) -> String {
        let nip = self.nip.as_deref().map(|nip| format!(", NIP {nip}")).unwrap_or_default();
        format!("{}; {}; {}{nip}; {}", self.part, self.position, self.name, self.at)
    }
}

/// The lines of a table with its head.
fn table<'a>(columns: &[RegisterColumn], rows: &'a [Vec<String>]) -> impl Iterator<Item = String> + use<'a> {
    let head = columns.iter().map(|column| column.head.clone()).collect::<Vec<_>>().join("; ");
    std::iter::once(head).chain(rows.iter().map(|row| row.join("; ")))
}

impl Signatory {
    /// The position in which somebody signs: "Plh. Kepala Bagian Umum", or on behalf of somebody "a.n.
    /// Sekretaris, Kepala Bagian Umum".
    pub fn in_capacity(&self) -> String {
        let own = self.own_position.as_deref().map(|own| format!(", {own}")).unwrap_or_default();
        format!("{}{}{own}", self.capacity.prefix(), self.position)
    }

    fn line(&self) -> String {
        let nip = self.nip.as_deref().map(|nip| format!(", NIP {nip}")).unwrap_or_default();
        format!("{}, {}{nip}", self.in_capacity(), self.name)
    }
}

impl Initial {
    fn line(&self) -> String {
        format!("{}; {}; {}", self.position, self.name, self.at)
    }
}

/// The body of a letter, line by line.
fn lines(body: &[Block]) -> Vec<String> {
    let block = |block: &Block| match block {
        Block::Paragraph { text } => vec![text.clone()],
        Block::List { items, .. } => items.clone(),
        Block::Table { head, rows } => std::iter::once(head).chain(rows).map(|row| row.join("; ")).collect(),
    };
    body.iter().flat_map(block).collect()
}

/// "2 Mei 2026 pukul 09.05 WIB"
pub fn moment(at: DateTime, zone: &str) -> String {
    format!("{} pukul {:02}.{:02} {zone}", date(at.date()), at.hour(), at.minute())
}

/// A document that a case brought forth, the task that did, and its place among those of the task.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    pub task: &'a Task,
    pub index: usize,
    pub document: &'a Document,
}

/// All documents that a case has brought forth so far, oldest first.
pub fn made<'a>(sop: &'a Sop, case: &'a Case) -> Vec<Made<'a>> {
    let mut tasks: Vec<(&Task, &Outcome)> =
        case.tasks.iter().filter_map(|task| Some((task, outcome(sop, task)?))).collect();
    tasks.sort_by_key(|(task, _)| (task.completion().map(|completion| completion.at), task.id));
    let documents = tasks.into_iter().flat_map(|(task, outcome)| {
        let documents = outcome.produces.iter().enumerate();
        documents.map(move |(index, document)| Made { task, index, document })
    });
    documents.collect()
}

/// The outcome with which a task was done.
fn outcome<'a>(sop: &'a Sop, task: &Task) -> Option<&'a Outcome> {
    sop.stage(&task.stage)?.outcome(&task.completion()?.outcome)
}

/// The subject of a letter, as it was when its task was done; none where there is no such letter.
pub fn subject(sop: &Sop, case: &Case, task: TaskId, index: usize) -> Option<String> {
    let document = outcome(sop, case.task(task)?)?.produces.get(index)?;
    let written = document.subject_field.as_ref().and_then(|field| case.text_as_of(task, field));
    let fixed = document.subject.as_deref().unwrap_or(&document.name);
    Some(written.unwrap_or(fixed).to_owned())
}

/// The boxes of a choice, with a tick in those that were chosen.
pub fn ticks(field: &Field, record: &Record) -> Vec<Tick> {
    let chosen = match record.values.get(&field.id) {
        Some(Value::Options(chosen)) => &chosen[..],
        Some(Value::Date(_)) | None => &[],
    };
    let tick =
        |option: &FieldOption| Tick { label: option.label.clone(), ticked: chosen.contains(&option.id) };
    field.options.iter().map(tick).collect()
}

/// A field as recorded, in the words of the SOP; none where it was left empty.
pub fn entry(field: &Field, record: &Record) -> Option<String> {
    match field.kind {
        FieldKind::Line | FieldKind::Paragraph => record.text(&field.id).map(ToOwned::to_owned),
        FieldKind::Choice | FieldKind::Choices => {
            let chosen = ticks(field, record).into_iter().filter(|tick| tick.ticked);
            let labels: Vec<String> = chosen.map(|tick| tick.label).collect();
            (!labels.is_empty()).then(|| labels.join("; "))
        }
        FieldKind::PastDate => match record.values.get(&field.id)? {
            Value::Date(day) => Some(date(*day)),
            Value::Options(_) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_names_its_zone() {
        let at = jiff::civil::date(2026, 5, 2).at(9, 5, 0, 0);
        assert_eq!(moment(at, "WIB"), "2 Mei 2026 pukul 09.05 WIB");
    }
}
