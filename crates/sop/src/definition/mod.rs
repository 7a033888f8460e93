//! An SOP as data: the official document word for word, and beside it what a machine needs to run
//! it. The file's keys are the words of SOP-AP (PermenPAN-RB 35/2012), so that a civil servant can
//! read it aloud; this module gives them their English names.
//!
//! [`Sop::read`] refuses a file with every mistake's line and a mend. [`check`] walks all paths of
//! a sound SOP and remarks on what the document leaves open. [`flow`] draws the official table.

pub mod check;
pub mod flow;
mod read;
pub mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::{Norm, NormUnit};
use crate::identifier::identifier;

pub use read::{Mistake, SopError};

identifier!(
    /// Names an SOP through all its revisions, such as `helpdesk-ti`.
    SopCode
);
identifier!(
    /// The number of a row as printed, such as `6a`.
    StepNo
);
identifier!(
    /// Names a stage within its row.
    StageId
);
identifier!(
    /// Names an outcome within its stage.
    OutcomeId
);
identifier!(
    /// Names a field within its stage. Fields of one id in several stages carry the same text on
    /// where they are marked `lanjutan`.
    FieldId
);
identifier!(
    /// Names an option within its field.
    OptionId
);
identifier!(
    /// Names an end of the procedure, such as `ditolak`.
    EndId
);
identifier!(
    /// Names one of the qualifications that the SOP asks of its performers, such as `linux`.
    QualificationId
);
identifier!(
    /// What a person is in this office: a performer of the SOP, or one of the roles around it.
    Role
);

/// The whole of one revision of an SOP.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sop {
    #[serde(rename = "kode")]
    pub code: SopCode,
    /// The row at which every case begins.
    #[serde(rename = "mulai")]
    pub start: StepNo,
    /// The printed total. It is shown and never used: it need not be the length of any path.
    pub total: Total,
    /// The heading printed over the table.
    #[serde(rename = "judul")]
    pub heading: String,
    /// The rows after which the printed table goes to a new page.
    #[serde(rename = "halaman", default)]
    pub page_breaks: Vec<StepNo>,
    /// The performer who hands out work, holds it up and takes it up again.
    #[serde(rename = "koordinator")]
    pub coordinator: Role,
    #[serde(rename = "identitas")]
    pub identity: Identity,
    /// The performers in the order of their columns.
    #[serde(rename = "pelaksana")]
    pub performers: Vec<Performer>,
    #[serde(rename = "formulir")]
    pub form: RequestForm,
    /// The printed qualifications, each with an id by which the skills of people are kept.
    #[serde(rename = "kualifikasi", default)]
    pub qualifications: Vec<Qualification>,
    /// What each category of request asks of whoever works on it.
    #[serde(rename = "kebutuhan", default)]
    pub needs: Vec<Need>,
    #[serde(rename = "akhir")]
    pub ends: Vec<End>,
    #[serde(rename = "langkah")]
    pub steps: Vec<Step>,
    /// English for the labels this file adds. The document's own words are never translated.
    #[serde(rename = "inggris", default)]
    pub english: BTreeMap<String, String>,
}

/// The identity block of SOP-AP, word for word.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The names in the head of the document, the widest organisation first.
    pub unit: Vec<String>,
    #[serde(rename = "nomor")]
    pub number: String,
    #[serde(rename = "tanggal_pembuatan")]
    pub created: WrittenDate,
    #[serde(rename = "tanggal_revisi")]
    pub revised: WrittenDate,
    #[serde(rename = "tanggal_efektif")]
    pub effective: WrittenDate,
    #[serde(rename = "disahkan_oleh")]
    pub approved_by: Approval,
    #[serde(rename = "nama_sop")]
    pub title: String,
    #[serde(rename = "dasar_hukum")]
    pub legal_basis: Vec<String>,
    #[serde(rename = "kualifikasi_pelaksana")]
    pub qualifications: Vec<String>,
    #[serde(rename = "keterkaitan")]
    pub related: Vec<String>,
    #[serde(rename = "peralatan_perlengkapan")]
    pub equipment: Vec<String>,
    #[serde(rename = "peringatan")]
    pub warnings: Vec<String>,
    #[serde(rename = "pencatatan_dan_pendataan")]
    pub records: Vec<String>,
}

/// Who put the SOP into force.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    #[serde(rename = "jabatan")]
    pub position: String,
    #[serde(rename = "nama")]
    pub name: String,
    pub nip: String,
}

/// A date as an Indonesian document writes it, `02 Mei 2023`, and the day it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenDate {
    pub text: String,
    pub date: Date,
}

/// A column of the flow table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Performer {
    pub id: Role,
    /// The head of the column.
    #[serde(rename = "kolom")]
    pub column: String,
}

/// The form with which a request arrives.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestForm {
    #[serde(rename = "nama")]
    pub name: String,
    #[serde(rename = "asal")]
    pub source: Source,
    /// Why it was inferred; empty for what is written.
    #[serde(rename = "sebab", default)]
    pub reason: String,
    /// The choice by which requests are told apart in lists: what kind of problem it is.
    #[serde(rename = "golongan")]
    pub category: FieldId,
    /// The choice that says how soon help is needed.
    #[serde(rename = "kesegeraan")]
    pub urgency: FieldId,
    /// The paragraph that tells what is wrong.
    #[serde(rename = "uraian")]
    pub description: FieldId,
    #[serde(rename = "isian")]
    pub fields: Vec<Field>,
}

/// Something that performers must be able to do.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    pub id: QualificationId,
    #[serde(rename = "sebutan")]
    pub label: String,
    /// The sentence of the document, word for word.
    #[serde(rename = "kalimat")]
    pub sentence: String,
}

/// The qualifications without which a category of request is not worked on well.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    #[serde(rename = "golongan")]
    pub category: OptionId,
    #[serde(rename = "kualifikasi")]
    pub qualifications: Vec<QualificationId>,
    #[serde(rename = "asal")]
    pub source: Source,
    /// Why it was inferred; empty for what is written.
    #[serde(rename = "sebab", default)]
    pub reason: String,
}

/// An end of the procedure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    pub id: EndId,
    #[serde(rename = "sebutan")]
    pub label: String,
    #[serde(rename = "jenis")]
    pub kind: EndKind,
    /// The rows at which a case goes on when it is reopened.
    #[serde(rename = "buka_lagi")]
    pub reopens_at: Vec<StepNo>,
    #[serde(rename = "asal")]
    pub source: Source,
    /// Why it was inferred; empty for what is written.
    #[serde(rename = "sebab", default)]
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EndKind {
    #[serde(rename = "selesai")]
    Completed,
    #[serde(rename = "ditolak")]
    Rejected,
    #[serde(rename = "ditarik")]
    Withdrawn,
}

/// One row of the flow table, and the stages in which it really happens.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub no: StepNo,
    /// A short name for screens; the row itself only has a sentence.
    #[serde(rename = "sebutan")]
    pub label: String,
    /// What the requester is told while it runs, without a full stop.
    #[serde(rename = "sedang")]
    pub under_way: String,
    /// What the requester is told once it is done.
    #[serde(rename = "sudah")]
    pub finished: String,
    #[serde(rename = "kegiatan")]
    pub activity: String,
    /// What is printed in the performers' cells; the symbols themselves follow from the stages.
    #[serde(rename = "pelaksana", default)]
    pub performer_cells: BTreeMap<Role, String>,
    #[serde(rename = "kelengkapan", default)]
    pub requirements: Vec<String>,
    #[serde(rename = "waktu", default)]
    pub norm: Option<WrittenNorm>,
    /// The row's own remark makes its norm a wish rather than a duty.
    #[serde(rename = "anjuran", default)]
    pub advisory: bool,
    #[serde(default)]
    pub output: Vec<String>,
    #[serde(rename = "keterangan", default)]
    pub remark: Option<String>,
    #[serde(rename = "gabung", default)]
    pub join: Option<Join>,
    #[serde(rename = "tahap")]
    pub stages: Vec<Stage>,
}

/// A norm as printed (`1 - 5 hari`) and as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenNorm {
    pub text: String,
    pub norm: Norm,
}

/// Rows that run side by side and all have to be done before this one opens.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    #[serde(rename = "dari")]
    pub of: Vec<StepNo>,
    #[serde(rename = "asal")]
    pub source: Source,
    /// Why it was inferred; empty for what is written.
    #[serde(rename = "sebab", default)]
    pub reason: String,
}

/// Whether the document says a thing, or it was inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Source {
    #[serde(rename = "tertulis")]
    Written,
    #[serde(rename = "tersirat")]
    Inferred,
}

/// What one performer does at one time within a row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub id: StageId,
    #[serde(rename = "sebutan")]
    pub label: String,
    #[serde(rename = "pelaksana")]
    pub performer: Role,
    #[serde(rename = "jenis")]
    pub kind: StageKind,
    #[serde(rename = "asal")]
    pub source: Source,
    /// Why it was inferred; empty for what is written.
    #[serde(rename = "sebab", default)]
    pub reason: String,
    /// What its performer records when completing it.
    #[serde(rename = "isian", default)]
    pub fields: Vec<Field>,
    /// What each entry of its log records; only [`StageKind::StagedWork`] has a log.
    #[serde(rename = "catatan", default)]
    pub log_fields: Vec<Field>,
    #[serde(rename = "hasil")]
    pub outcomes: Vec<Outcome>,
}

/// What kind of act a stage is. Kinds belong to the code; which stage is of which kind, to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// A superior routes the request.
    #[serde(rename = "disposisi")]
    Disposition,
    /// The performer chooses which way the case goes.
    #[serde(rename = "keputusan")]
    Decision,
    /// The requester is told why, or what else would help.
    #[serde(rename = "penjelasan")]
    Explanation,
    /// The performer gives work to somebody.
    #[serde(rename = "perintah")]
    Order,
    /// A letter is written.
    #[serde(rename = "konsep")]
    Draft,
    /// A letter is corrected and passed on, or returned.
    #[serde(rename = "koreksi")]
    Correction,
    /// A letter is signed, or returned.
    #[serde(rename = "tanda_tangan")]
    Signature,
    /// Something is done and its result recorded.
    #[serde(rename = "pekerjaan")]
    Work,
    /// Work that is logged in stages before it is finished.
    #[serde(rename = "pekerjaan_bertahap")]
    StagedWork,
    /// A report is written.
    #[serde(rename = "laporan")]
    Report,
}

/// One thing to fill in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub id: FieldId,
    pub label: String,
    #[serde(rename = "petunjuk", default)]
    pub hint: Option<String>,
    #[serde(rename = "jenis")]
    pub kind: FieldKind,
    #[serde(rename = "wajib", default)]
    pub required: bool,
    /// The outcomes for which it is asked; empty for all.
    #[serde(rename = "untuk", default)]
    pub only_for: Vec<OutcomeId>,
    /// It begins with the newest text recorded under the same id in this case.
    #[serde(rename = "lanjutan", default)]
    pub carries_on: bool,
    /// The requester may read it while the case runs.
    #[serde(rename = "dibaca_pemohon", default)]
    pub read_by_requester: bool,
    #[serde(rename = "pilihan", default)]
    pub options: Vec<FieldOption>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum FieldKind {
    /// One line.
    #[serde(rename = "teks")]
    Line,
    /// Several lines.
    #[serde(rename = "paragraf")]
    Paragraph,
    #[serde(rename = "pilihan")]
    Choice,
    #[serde(rename = "pilihan_ganda")]
    Choices,
    /// A day that is not in the future.
    #[serde(rename = "tanggal")]
    PastDate,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldOption {
    pub id: OptionId,
    #[serde(rename = "sebutan")]
    pub label: String,
    #[serde(rename = "keterangan", default)]
    pub hint: Option<String>,
}

/// A way out of a stage.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub id: OutcomeId,
    #[serde(rename = "sebutan")]
    pub label: String,
    /// Where the case goes; several targets run side by side.
    #[serde(rename = "ke")]
    pub to: Vec<Target>,
    #[serde(rename = "asal")]
    pub source: Source,
    /// Why it was inferred; empty for what is written.
    #[serde(rename = "sebab", default)]
    pub reason: String,
    /// The role of which somebody has to be given the work that follows.
    #[serde(rename = "menugaskan", default)]
    pub assigns: Option<Role>,
    #[serde(rename = "menghasilkan", default)]
    pub produces: Vec<Document>,
}

/// A document that a stage brings forth.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    #[serde(rename = "nama")]
    pub name: String,
    /// The kind of naskah dinas as which it is printed.
    #[serde(rename = "naskah")]
    pub kind: DocumentKind,
    #[serde(rename = "kepada", default)]
    pub addressee: Option<Addressee>,
    /// The fields that it holds; empty for all of its stage. What is signed holds fields of the stages
    /// before, as they were last written.
    #[serde(rename = "isian", default)]
    pub fields: Vec<FieldId>,
    /// The subject of a letter, where no field says it.
    #[serde(rename = "hal", default)]
    pub subject: Option<String>,
    /// The field that says the subject of a letter.
    #[serde(rename = "isian_hal", default)]
    pub subject_field: Option<FieldId>,
    /// The field that says who gets a copy, one receiver on each line.
    #[serde(rename = "isian_tembusan", default)]
    pub copies_field: Option<FieldId>,
    /// Whoever completes the stage signs it, and it gets a number.
    #[serde(rename = "ditandatangani", default)]
    pub signed: bool,
}

/// The kinds of naskah dinas that Sigap can print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentKind {
    /// Lembar disposisi.
    #[serde(rename = "disposisi")]
    Disposition,
    /// The request form with its approval.
    #[serde(rename = "formulir")]
    RequestForm,
    /// Surat dinas.
    #[serde(rename = "surat")]
    Letter,
    #[serde(rename = "hasil-pemeriksaan")]
    Examination,
    #[serde(rename = "laporan-tahapan")]
    Progress,
    #[serde(rename = "laporan-pengecekan")]
    Check,
    #[serde(rename = "laporan-penyelesaian")]
    Completion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Addressee {
    /// The member of staff who asked.
    #[serde(rename = "pemohon")]
    Requester,
    /// The unit for which they asked.
    #[serde(rename = "satker")]
    Unit,
}

/// Where an outcome leads, written `7`, `4.konsep` or `ditolak`: only rows begin with a digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Step(StepNo),
    Stage(StageRef),
    End(EndId),
}

/// A stage by its row and name, written `4.konsep`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StageRef {
    pub step: StepNo,
    pub stage: StageId,
}

/// A sum of norms as printed under the table, `10 hari 2 jam 50 menit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub text: String,
    pub days: u32,
    pub minutes: u32,
}

/// The SOPs that come with Sigap, the newest revision last: file name and text.
const FILES: &[(&str, &str)] =
    &[("sops/helpdesk-ti/2024-08-29.toml", include_str!("../../../../sops/helpdesk-ti/2024-08-29.toml"))];

static SHIPPED: LazyLock<Vec<Sop>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| Sop::read(name, text).unwrap_or_else(|error| panic!("{error}"));
    FILES.iter().map(read).collect()
});

/// The SOP by which new cases begin: the newest revision.
pub fn shipped() -> &'static Sop {
    &SHIPPED[SHIPPED.len() - 1]
}

/// The SOP under which a case began, if it still comes with Sigap.
pub fn find(code: &SopCode, revision: &str) -> Option<&'static Sop> {
    SHIPPED.iter().find(|sop| sop.code == *code && sop.revision() == revision)
}

impl Outcome {
    /// The document that has to be signed for this outcome, and its place among those it brings forth.
    pub fn signed(&self) -> Option<(usize, &Document)> {
        self.produces.iter().enumerate().find(|(_, document)| document.signed)
    }
}

impl Document {
    /// The fields that it names, in the order in which they stand on it.
    pub fn named_fields(&self) -> impl Iterator<Item = &FieldId> {
        self.subject_field.iter().chain(&self.fields).chain(&self.copies_field)
    }
}

impl Sop {
    /// Names this revision: the day it was revised, as in `2024-08-29`.
    pub fn revision(&self) -> String {
        self.identity.revised.date.to_string()
    }

    pub fn step(&self, no: &StepNo) -> Option<&Step> {
        self.steps.iter().find(|step| step.no == *no)
    }

    pub fn stage(&self, stage: &StageRef) -> Option<&Stage> {
        self.step(&stage.step)?.stage(&stage.stage)
    }

    pub fn end(&self, id: &EndId) -> Option<&End> {
        self.ends.iter().find(|end| end.id == *id)
    }

    /// The end that stands for a withdrawal. Reading makes sure that there is one of each kind.
    pub fn end_of_kind(&self, kind: EndKind) -> Option<&End> {
        self.ends.iter().find(|end| end.kind == kind)
    }

    /// The English of a label that the file adds, or the label itself.
    pub fn in_english<'a>(&'a self, label: &'a str) -> &'a str {
        self.english.get(label).map_or(label, String::as_str)
    }

    /// The roles to which some outcome hands work.
    pub fn assigned_roles(&self) -> impl Iterator<Item = &Role> {
        let stages = self.steps.iter().flat_map(|step| &step.stages);
        stages.flat_map(|stage| &stage.outcomes).filter_map(|outcome| outcome.assigns.as_ref())
    }

    pub fn qualification(&self, id: &QualificationId) -> Option<&Qualification> {
        self.qualifications.iter().find(|qualification| qualification.id == *id)
    }

    /// What a category of request asks of whoever works on it; nothing where the file does not say.
    pub fn needed_for(&self, category: &OptionId) -> &[QualificationId] {
        let need = self.needs.iter().find(|need| need.category == *category);
        need.map_or(&[], |need| &need.qualifications)
    }

    /// The field of the request form by which requests are told apart. Reading makes sure that there is one.
    pub fn category_field(&self) -> Option<&Field> {
        self.form.fields.iter().find(|field| field.id == self.form.category)
    }

    /// Who gives a performer their work: whoever assigns it to them, or disposes to them. None for whom
    /// nobody does.
    pub fn superior(&self, role: &Role) -> Option<&Role> {
        let leads_to_them = |target: &Target| {
            let stage =
                self.first_stage(target).and_then(|stage| Some(self.stage(&stage)?.performer == *role));
            stage.unwrap_or(false)
        };
        let gives = |stage: &&Stage| {
            let disposes = stage.kind == StageKind::Disposition;
            stage.performer != *role
                && stage.outcomes.iter().any(|outcome| {
                    outcome.assigns.as_ref() == Some(role) || disposes && outcome.to.iter().any(leads_to_them)
                })
        };
        self.steps.iter().flat_map(|step| &step.stages).find(gives).map(|stage| &stage.performer)
    }

    /// The stage at which work begins on a target: a row begins with its first stage.
    pub fn first_stage(&self, target: &Target) -> Option<StageRef> {
        match target {
            Target::Step(no) => {
                let stage = self.step(no)?.stages.first()?;
                Some(StageRef { step: no.clone(), stage: stage.id.clone() })
            }
            Target::Stage(stage) => Some(stage.clone()),
            Target::End(_) => None,
        }
    }

    /// Whom an outcome hands a case on to, as the columns of the table name them.
    pub fn receivers(&self, outcome: &Outcome) -> Vec<&str> {
        let stages = outcome.to.iter().filter_map(|target| self.stage(&self.first_stage(target)?));
        let column = |stage: &Stage| {
            let performer = self.performers.iter().find(|performer| performer.id == stage.performer)?;
            Some(performer.column.as_str())
        };
        stages.filter_map(column).collect()
    }

    /// The row's place in the table, counted from 0.
    pub fn position(&self, no: &StepNo) -> Option<usize> {
        self.steps.iter().position(|step| step.no == *no)
    }
}

impl Step {
    pub fn stage(&self, id: &StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == *id)
    }

    pub fn norm(&self) -> Option<&Norm> {
        self.norm.as_ref().map(|written| &written.norm)
    }
}

impl Stage {
    pub fn outcome(&self, id: &OutcomeId) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id == *id)
    }

    /// The fields that are asked for an outcome.
    pub fn fields_for(&self, outcome: &OutcomeId) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.only_for.is_empty() || field.only_for.contains(outcome))
    }
}

impl StageKind {
    /// Whether the stage is drawn as a diamond: its performer decides which way the case goes.
    pub fn decides(self) -> bool {
        match self {
            Self::Decision | Self::Correction => true,
            Self::Disposition
            | Self::Explanation
            | Self::Order
            | Self::Draft
            | Self::Signature
            | Self::Work
            | Self::StagedWork
            | Self::Report => false,
        }
    }

    /// Whether the performer may send the work back instead of passing it on.
    pub fn may_return(self) -> bool {
        self.decides() || self == Self::Signature
    }
}

impl RequestForm {
    /// Its fields of one line, in which a request names what it concerns.
    pub fn lines(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.kind == FieldKind::Line)
    }
}

impl Field {
    pub fn option(&self, id: &str) -> Option<&FieldOption> {
        self.options.iter().find(|option| option.id == *id)
    }
}

impl Target {
    fn parse(text: &str) -> Self {
        match text.split_once('.') {
            Some((step, stage)) => {
                Self::Stage(StageRef { step: StepNo::new(step), stage: StageId::new(stage) })
            }
            None if text.starts_with(|c: char| c.is_ascii_digit()) => Self::Step(StepNo::new(text)),
            None => Self::End(EndId::new(text)),
        }
    }

    /// The row a target lies in, if it is not an end.
    pub fn step(&self) -> Option<&StepNo> {
        match self {
            Self::Step(no) => Some(no),
            Self::Stage(stage) => Some(&stage.step),
            Self::End(_) => None,
        }
    }
}

impl Total {
    /// Reads `10 hari 2 jam 50 menit`.
    fn parse(text: &str) -> Option<Self> {
        let mut total = Self { text: text.to_owned(), days: 0, minutes: 0 };
        let words: Vec<&str> = text.split_whitespace().collect();
        for pair in words.chunks(2) {
            let norm: Norm = pair.join(" ").parse().ok()?;
            total.add(&norm);
        }
        (!words.is_empty()).then_some(total)
    }

    /// Adds the longest time of a norm.
    fn add(&mut self, norm: &Norm) {
        match norm.unit {
            NormUnit::Minutes => self.minutes += norm.most,
            NormUnit::Hours => self.minutes += norm.most * 60,
            NormUnit::Days => self.days += norm.most,
        }
    }
}

impl WrittenDate {
    /// Reads `02 Mei 2023`.
    fn parse(text: &str) -> Option<Self> {
        const MONTHS: [&str; 12] = [
            "januari",
            "februari",
            "maret",
            "april",
            "mei",
            "juni",
            "juli",
            "agustus",
            "september",
            "oktober",
            "november",
            "desember",
        ];
        let mut words = text.split_whitespace();
        let day = words.next()?.parse().ok()?;
        let name = words.next()?.to_lowercase();
        let month = MONTHS.iter().position(|month| *month == name)? + 1;
        let year = words.next()?.parse().ok()?;
        let date = Date::new(year, i8::try_from(month).ok()?, day).ok()?;
        words.next().is_none().then(|| Self { text: text.to_owned(), date })
    }
}

impl fmt::Display for StageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.step, self.stage)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(no) => no.fmt(f),
            Self::Stage(stage) => stage.fmt(f),
            Self::End(end) => end.fmt(f),
        }
    }
}

impl Serialize for StageRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StageRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match Target::parse(&text) {
            Target::Stage(stage) => Ok(stage),
            Target::Step(_) | Target::End(_) => Err(serde::de::Error::custom(format!(
                "`{text}` bukan tahap; tahap ditulis `baris.tahap`, misalnya `4.konsep`"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&String::deserialize(deserializer)?))
    }
}

impl<'de> Deserialize<'de> for WrittenDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` bukan tanggal; tulis hari, nama bulan, tahun, misalnya `29 Agustus 2024`"
            ))
        })
    }
}

impl<'de> Deserialize<'de> for WrittenNorm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let norm = text.parse().map_err(serde::de::Error::custom)?;
        Ok(Self { text, norm })
    }
}

impl<'de> Deserialize<'de> for Total {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` bukan jumlah waktu; tulis misalnya `10 hari 2 jam 50 menit`"
            ))
        })
    }
}
