//! The dossier of a case: one PDF for the archive with the whole story and every document within. It
//! follows from the case alone, not from the time it is asked for, so that made again it is the same.

use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sop::Sop;
use sop::case::{Attachment, Case, CaseNo, PersonId, SignedLetter, Status, StepRun};
use sop::letter::{
    Block, Dossier, Enclosure, Fact, Letter, Made, Relationship, Section, StepEntry, StoryEntry, made,
};
use sop::mandate::MandateId;
use std::collections::HashMap;
use store::files::FilesError;
use store::{CaseFile, StoreError};

use super::compose::{Composer, fact};
use super::documents::as_file;
use super::office::LetterError;
use crate::cases::{self, Teller, tracks};
use crate::ctx::Ctx;
use crate::desk::Desk;
use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::words::{Language, Words};

/// Why there is no dossier.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error("the events cannot be written as JSON")]
    Events(#[from] serde_json::Error),
    #[error(transparent)]
    Letter(#[from] LetterError),
}

/// `GET /cases/{no}/dossier`
pub async fn download(ctx: Ctx, Path(no): Path<CaseNo>) -> Result<Response, Problem> {
    ctx.enter(Place::Cases)?;
    let file = ctx.desk.store.case_file(&policy::cases(&ctx.person), &no).await?.ok_or(Problem::NotFound)?;
    let pdf = of_case(&ctx.desk, &file).await?;
    Ok(as_file(&format!("Berkas kasus {no}.pdf"), pdf))
}

/// The dossier of a case as PDF.
///
/// # Errors
///
/// A signed letter whose file is lost or is not what was signed, and what the store or the press cannot do.
pub async fn of_case(desk: &Desk, file: &CaseFile) -> Result<Vec<u8>, DossierError> {
    let case = &file.case;
    let composer = Composer::new(desk, case).await?;
    let names = desk.store.names(&tracks::people(&file.history, case)).await?;
    let bases = cases::bases(&desk.store, &file.history).await?;
    let sop = desk.sop_of(case);
    let writer = Writer { desk, sop, case, composer: &composer, names: &names, bases: &bases };
    let dossier = writer.dossier(file).await?;
    Ok(desk.letters.dossier(dossier).await?)
}

struct Writer<'a> {
    desk: &'a Desk,
    sop: &'static Sop,
    case: &'a Case,
    composer: &'a Composer<'a>,
    names: &'a HashMap<PersonId, String>,
    bases: &'a HashMap<MandateId, String>,
}

impl Writer<'_> {
    async fn dossier(&self, file: &CaseFile) -> Result<Dossier, DossierError> {
        let case = self.case;
        let date = self.desk.calendar.local(case.changed_at).date();
        let form = self.composer.form();
        let (mut facts, mut sections) = match &form {
            Letter::RequestForm(sheet) => (sheet.facts.clone(), sheet.sections.clone()),
            Letter::Disposition(_)
            | Letter::Official(_)
            | Letter::Examination(_)
            | Letter::Progress(_)
            | Letter::Check(_)
            | Letter::Completion(_)
            | Letter::Register(_)
            | Letter::Destruction(_) => (Vec::new(), Vec::new()),
        };
        let identity = &self.sop.identity;
        facts.push(fact("SOP", format!("{}, {}", identity.number, identity.title)));
        facts.push(fact("Revisi SOP", identity.revised.text.clone()));
        facts.push(fact("Keadaan", self.standing()));
        facts.push(fact("Kejadian terakhir", self.composer.moment(case.changed_at)));
        if !case.attachments.is_empty() {
            let items = case.attachments.iter().map(attachment).collect();
            let body = vec![Block::List { numbered: false, items }];
            sections.push(Section { heading: "Lampiran kasus, tidak disertakan".to_owned(), body });
        }
        Ok(Dossier {
            frame: self.composer.frame("Berkas kasus", date, None),
            facts,
            sections,
            steps: self.steps(),
            story: self.story(file),
            enclosures: self.enclosures(file, form).await?,
        })
    }

    fn standing(&self) -> String {
        match &self.case.status {
            Status::Running => "Berjalan".to_owned(),
            Status::Suspended { since, .. } => {
                format!("Ditangguhkan sejak {}", self.composer.moment(*since))
            }
            Status::Ended { end, at } => {
                let label = self.sop.end(end).map_or(end.as_str(), |end| end.label.as_str());
                format!("{label}, {}", self.composer.moment(*at))
            }
        }
    }

    fn steps(&self) -> Vec<StepEntry> {
        let at = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| self.composer.moment(at));
        let entry = |run: &StepRun| {
            let label = self.sop.step(&run.step).map_or("", |step| step.label.as_str());
            let round = if run.round > 1 { format!(" (putaran {})", run.round) } else { String::new() };
            StepEntry {
                step: format!("{}. {label}{round}", run.step),
                by: self.performers(run),
                opened: at(Some(run.opened_at)),
                due: at(run.due_at),
                closed: at(run.closed_at),
                met: met(run).to_owned(),
            }
        };
        self.case.steps.iter().map(entry).collect()
    }

    fn performers(&self, run: &StepRun) -> String {
        let mut names: Vec<&str> = Vec::new();
        for task in &self.case.tasks {
            let of_run = task.stage.step == run.step && task.round == run.round;
            let person = task.completion().filter(|_| of_run).and_then(|done| done.by.person());
            let name = person.and_then(|person| self.names.get(person)).map(String::as_str);
            names.extend(name.filter(|name| !names.contains(name)));
        }
        if names.is_empty() { "-".to_owned() } else { names.join(", ") }
    }

    fn story(&self, file: &CaseFile) -> Vec<StoryEntry> {
        let teller = Teller {
            words: Words::new(Language::Indonesian),
            sop: self.sop,
            case: self.case,
            names: self.names,
            bases: self.bases,
            zone: self.desk.calendar.zone(),
            for_requester: false,
        };
        let told = file.history.iter().filter_map(|recorded| Some((recorded.at, teller.line(recorded)?)));
        told.map(|(at, line)| {
            let record = line.record.into_iter().map(|(label, value)| Fact { label, value });
            let written = line.quote.map(|quote| fact("Tertulis", quote));
            StoryEntry {
                at: self.composer.moment(at),
                what: line.sentence,
                record: record.chain(written).collect(),
            }
        })
        .collect()
    }

    /// The request, every document in the order in which it came about, the events, and the list of all.
    async fn enclosures(&self, file: &CaseFile, form: Letter) -> Result<Vec<Enclosure>, DossierError> {
        let mut enclosed = Enclosed::default();
        let filed = format!(
            "{}, diajukan {}",
            self.sop.form.name,
            self.composer.moment(file.case.request.entered_at)
        );
        enclosed.document(&self.sop.form.name, filed, self.desk.letters.pdf(form).await?);
        for made in made(self.sop, self.case) {
            let name = &made.document.name;
            match self.case.letter(made.task.id, made.index) {
                Some(signed) => {
                    let letter = self.desk.files.whole(&signed.signature.file).await?;
                    enclosed.document(name, self.about_signed(name, signed), letter);
                }
                None => {
                    let Some(letter) = self.composer.made(&made) else { continue };
                    let about = self.about_recorded(&made);
                    enclosed.document(name, about, self.desk.letters.pdf(letter).await?);
                }
            }
        }
        let mut events = Vec::new();
        for recorded in &file.history {
            serde_json::to_writer(&mut events, recorded)?;
            events.push(b'\n');
        }
        let about = "Catatan kejadian kasus, satu objek JSON tiap baris".to_owned();
        enclosed.add("peristiwa.jsonl", about, Relationship::Source, "application/jsonl", events);
        let list = enclosed.0.iter().map(|file| format!("{}  {}\n", file.digest, file.name));
        let list = list.collect::<String>().into_bytes();
        let about = "Daftar intisari, untuk diperiksa dengan sha256sum -c".to_owned();
        enclosed.add("manifes.sha256", about, Relationship::Data, "text/plain", list);
        Ok(enclosed.0)
    }

    fn about_signed(&self, name: &str, signed: &SignedLetter) -> String {
        let signature = &signed.signature;
        let signer = signed.by.person().and_then(|person| self.names.get(person));
        let capacity = signature.capacity.prefix().trim_end();
        let capacity = if capacity.is_empty() { String::new() } else { format!(" ({capacity})") };
        format!(
            "{name} nomor {}, ditandatangani {}{capacity}, {}, kode {}",
            signature.written_number,
            signer.map_or("-", String::as_str),
            self.composer.moment(signed.at),
            signature.code
        )
    }

    fn about_recorded(&self, made: &Made<'_>) -> String {
        let at = made.task.completion().map(|done| format!(", dicatat {}", self.composer.moment(done.at)));
        format!("{}{}", made.document.name, at.unwrap_or_default())
    }
}

/// The files of a dossier so far.
#[derive(Default)]
struct Enclosed(Vec<Enclosure>);

impl Enclosed {
    /// Its place makes a name unique, and lets the files stand in their order.
    fn document(&mut self, name: &str, description: String, content: Vec<u8>) {
        let words: Vec<String> = name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        let name = format!("{:02}-{}.pdf", self.0.len() + 1, words.join("-"));
        self.add(&name, description, Relationship::Supplement, "application/pdf", content);
    }

    fn add(
        &mut self,
        name: &str,
        description: String,
        relationship: Relationship,
        media_type: &'static str,
        content: Vec<u8>,
    ) {
        let digest = digest(&content);
        self.0.push(Enclosure {
            name: name.to_owned(),
            description,
            relationship,
            media_type,
            digest,
            content,
        });
    }
}

fn digest(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// Whether a due time was met, as far as the events tell.
fn met(run: &StepRun) -> &'static str {
    match (run.due_at, run.closed_at) {
        (None, _) => "Tanpa tenggat",
        (Some(_), Some(_)) if !run.done => "Tidak diselesaikan",
        (Some(due), Some(closed)) if closed <= due => "Terpenuhi",
        (Some(_), Some(_)) => "Terlewati",
        (Some(_), None) if run.overdue => "Berjalan, terlewati",
        (Some(_), None) => "Berjalan",
    }
}

fn attachment(attachment: &Attachment) -> String {
    let Attachment { name, bytes, file, .. } = attachment;
    format!("{name}, {} kB, SHA-256 {file}", bytes.div_ceil(1024))
}
