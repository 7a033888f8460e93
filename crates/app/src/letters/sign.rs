//! Signing: a letter gets its number, is printed, signed and kept, and only then does the case move
//! on. Where anything fails on the way, the case stays where it is and no number is used.

use sop::case::{
    self, Actor, Case, CaseNo, Command, FileHash, LetterCode, NewEvent, Office, Refusal, Signature, Task,
};
use sop::letter::{Capacity, Letter, Made, Signatory, made};
use store::files::{Files, FilesError};
use store::{AppendError, CaseFile, Person, Scope, StoreError};

use super::compose::Composer;
use super::office::{LetterError, Passphrase, Says};
use crate::desk::{ActError, Desk};

/// Why a letter was not signed. The case is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Act(#[from] ActError),
    #[error("this person has no key to sign with")]
    NoKey,
    #[error("no passphrase was given")]
    NoPassphrase,
    #[error(transparent)]
    Letter(#[from] LetterError),
    #[error("the signed letter cannot be kept")]
    Files(#[from] FilesError),
    #[error("there is no randomness for the letter's code")]
    Randomness,
}

impl From<StoreError> for SignError {
    fn from(error: StoreError) -> Self {
        Self::Act(error.into())
    }
}

impl From<Refusal> for SignError {
    fn from(refusal: Refusal) -> Self {
        Self::Act(refusal.into())
    }
}

/// What the signer gives.
#[derive(Debug)]
pub struct Hand {
    pub capacity: Capacity,
    pub passphrase: Passphrase,
}

/// How often a letter is printed and signed anew because another got its number first.
const TRIES_MAX: usize = 5;

/// Completes a task. Where the rules ask for a signature, its letter is signed in the same act.
pub async fn complete(
    desk: &Desk,
    person: &Person,
    actor: &Actor,
    scope: &Scope,
    no: &CaseNo,
    completion: Command,
    hand: &Hand,
) -> Result<CaseFile, SignError> {
    match desk.act(actor, scope, no, completion.clone()).await {
        Err(ActError::Refused(Refusal::SignatureNeeded)) => {
            sign(desk, person, actor, scope, no, completion, hand).await
        }
        done => Ok(done?),
    }
}

async fn sign(
    desk: &Desk,
    person: &Person,
    actor: &Actor,
    scope: &Scope,
    no: &CaseNo,
    completion: Command,
    hand: &Hand,
) -> Result<CaseFile, SignError> {
    let now = desk.now();
    let mut code = None;
    for _ in 0..TRIES_MAX {
        let file = desk.store.case_file(scope, no).await?.ok_or(ActError::NotFound)?;
        let office = Office { sop: desk.sop_of(&file.case), calendar: &desk.calendar };
        let key = desk.store.signing_key(&person.id).await?;
        let dated = desk.calendar.local(now).date();
        let number = desk.store.next_letter_number(dated.year()).await?;
        let code = match &code {
            Some(code) => code,
            None => code.insert(new_code()?),
        };
        let mut signature = Signature {
            code: code.clone(),
            number,
            written_number: desk.letters.stationery.numbering.write(number, dated),
            dated,
            file: FileHash::new(""),
            bytes: 0,
            content: FileHash::new(""),
            capacity: hand.capacity,
            means: key.as_ref().map_or(case::SigningMeans::Test, |key| key.means),
            certificate: key.as_ref().map(|key| key.certificate.clone()).unwrap_or_default(),
        };
        // The rules are asked first: whoever may not sign learns it without a passphrase.
        let foretold = case::decide(office, &file.case, actor, now, with(&completion, &signature))?;
        let Some(key) = key else { return Err(SignError::NoKey) };
        if hand.passphrase.is_empty() {
            return Err(SignError::NoPassphrase);
        }
        let letter = compose(desk, &file.case, foretold, &signature).await?;
        let says = Says {
            name: person.name.clone(),
            reason: letter.frame().full_title(),
            capacity: letter.signatory().map(Signatory::in_capacity).unwrap_or_default(),
            place: desk.letters.stationery.place.clone(),
            at: now,
        };
        let content = serde_json::to_vec(&letter).map_err(|error| LetterError::Press(Box::new(error)))?;
        let pdf = desk.letters.sign(letter, key, hand.passphrase.clone(), says).await?;
        signature.content = keep(&desk.files, &content).await?;
        signature.file = keep(&desk.files, &pdf).await?;
        signature.bytes = pdf.len() as u64;
        let events = case::decide(office, &file.case, actor, now, with(&completion, &signature))?;
        match desk.store.append(&file.case, events).await {
            Ok(file) => {
                desk.tell(&file.case);
                return Ok(file);
            }
            // Whoever was faster took the number, or changed the case: once more, as it is now.
            Err(AppendError::NumberTaken | AppendError::Conflict) => {}
            Err(AppendError::Store(error)) => return Err(error.into()),
        }
    }
    Err(ActError::Busy.into())
}

/// The letter as it will stand in the case, put together from the case as it will be.
async fn compose(
    desk: &Desk,
    case: &Case,
    foretold: Vec<NewEvent>,
    signature: &Signature,
) -> Result<Letter, SignError> {
    let after = evolved(case, foretold);
    let sop = desk.sop_of(&after);
    let composer = Composer::new(desk, &after).await?;
    let letter =
        after.letters.iter().find(|letter| letter.signature.code == signature.code).and_then(|signed| {
            let made = made(sop, &after);
            let is_it = |made: &&Made<'_>| made.task.id == signed.task && made.index == signed.document;
            composer.made(made.iter().find(is_it)?)
        });
    letter.ok_or_else(|| SignError::Letter(LetterError::Press("the case has no such letter".into())))
}

/// The letter that a task would sign, as a draft without number and date: what its signer looks at.
pub async fn draft(
    desk: &Desk,
    case: &Case,
    task: &Task,
    actor: &Actor,
) -> Result<Option<Letter>, StoreError> {
    let sop = desk.sop_of(case);
    let Some(stage) = sop.stage(&task.stage) else { return Ok(None) };
    let Some(outcome) = stage.outcomes.iter().find(|outcome| outcome.signed().is_some()) else {
        return Ok(None);
    };
    let completed = case::Event::TaskCompleted {
        task: task.id,
        outcome: outcome.id.clone(),
        values: case::Values::new(),
        assigned: None,
    };
    let role = stage.performer.clone();
    let Some(person) = actor.person().cloned() else { return Ok(None) };
    let by = case::By::Person { person, role };
    let at = desk.now().max(case.changed_at);
    let event = NewEvent { at, by, event: completed, texts: case::Texts::new() };
    let after = evolved(case, vec![event]);
    let composer = Composer::new(desk, &after).await?;
    let made = made(sop, &after);
    Ok(made
        .iter()
        .find(|made| made.task.id == task.id && made.document.signed)
        .and_then(|made| composer.made(made)))
}

/// The case as it will be after some events.
fn evolved(case: &Case, events: Vec<NewEvent>) -> Case {
    let recorded = (case.version + 1..).zip(events).map(|(seq, event)| event.recorded(seq));
    recorded.fold(case.clone(), |case, recorded| case.evolve(&recorded))
}

fn with(completion: &Command, signature: &Signature) -> Command {
    match completion.clone() {
        Command::Complete { task, outcome, entries, assignee, seen, signature: _ } => {
            Command::Complete { task, outcome, entries, assignee, seen, signature: Some(signature.clone()) }
        }
        other => other,
    }
}

async fn keep(files: &Files, bytes: &[u8]) -> Result<FileHash, FilesError> {
    let mut upload = files.begin().await?;
    upload.write(bytes).await?;
    Ok(upload.finish().await?.0)
}

/// Eighty random bits, in letters that are not mistaken for one another when read aloud or typed.
fn new_code() -> Result<LetterCode, SignError> {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| SignError::Randomness)?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(LetterCode::new(groups.join("-")))
}
