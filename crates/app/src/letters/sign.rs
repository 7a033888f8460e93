//! Signing: a letter gets its number, is printed, signed and kept, and only then does the case move
//! on. Where anything fails on the way, the case stays where it is and no number is used.

use jiff::civil::Date;
use sop::case::{
    self, Actor, Case, CaseNo, Command, FileHash, LetterCode, NewEvent, Office, Refusal, Signature,
};
use sop::letter::{Capacity, Letter, Made, Signatory, made};
use store::files::{Files, FilesError};
use store::{AppendError, CaseFile, LetterNumber, Person, Scope, SigningKey, StoreError};

use super::compose::Composer;
use super::draft::evolved;
use super::office::{LetterError, Passphrase, Says, Signed};
use crate::desk::{ActError, Desk};

/// Why a letter was not signed. The case is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Act(#[from] ActError),
    #[error("this person has no key to sign with")]
    NoKey,
    #[error("the reserved number was used or voided in the meantime")]
    NumberGone,
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
#[derive(Clone, Debug)]
pub struct Hand {
    pub passphrase: Passphrase,
    /// The number that was set aside for this letter; none for the next one of today.
    pub reserved: Option<LetterNumber>,
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
            let (desk, person, actor) = (desk.clone(), person.clone(), actor.clone());
            let (scope, no, hand) = (scope.clone(), no.clone(), hand.clone());
            // On its own: whoever leaves the page while a service signs shall not leave behind a
            // signature that nobody keeps.
            let signing =
                tokio::spawn(
                    async move { sign(&desk, &person, &actor, &scope, &no, completion, &hand).await },
                );
            signing.await.unwrap_or_else(|error| Err(LetterError::Signing(Box::new(error)).into()))
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
    let _turn = desk.letters.turn_to_number().await;
    // Among all nodes as well: two of them would sign two letters with one number.
    let Some(_turn_of_node) = desk.store.turn_to_number().await? else { return Err(ActError::Busy.into()) };
    let mut code = None;
    // The same for every try, or a letter would be signed twice because the case around it has changed.
    let mut head = None;
    let mut before: Option<(Vec<u8>, SigningKey, Signed)> = None;
    for _ in 0..TRIES_MAX {
        // Read anew: a letter that lost its number at midnight bears the day of its next one.
        let now = desk.now();
        let file = desk.store.case_file(scope, no).await?.ok_or(ActError::NotFound)?;
        let office = Office { sop: desk.sop_of(&file.case), calendar: &desk.calendar };
        let key = desk.store.signing_key(&person.id).await?;
        let (number, written_number, dated) =
            numbered(desk, hand.reserved, desk.calendar.local(now).date()).await?;
        let code = match &code {
            Some(code) => code,
            None => code.insert(new_code()?),
        };
        let mut signature = Signature {
            code: code.clone(),
            number,
            written_number,
            dated,
            reserved: hand.reserved.is_some(),
            file: FileHash::new(""),
            bytes: 0,
            content: FileHash::new(""),
            // The rules say in which.
            capacity: Capacity::Own,
            means: key.as_ref().map_or(case::SigningMeans::Test, SigningKey::means),
            certificate: String::new(),
            head: Some(head.get_or_insert(file.head.clone()).clone()),
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
        let signed = match before.take() {
            // Only the case around it has changed: the same letter is not signed twice.
            Some((same, with, signed)) if same == content && with == key => signed,
            _ => desk.letters.sign(letter, key.clone(), hand.passphrase.clone(), says).await?,
        };
        signature.content = keep(&desk.files, &content).await?;
        signature.file = keep(&desk.files, &signed.pdf).await?;
        signature.bytes = signed.pdf.len() as u64;
        signature.certificate.clone_from(&signed.certificate);
        before = Some((content, key, signed));
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

/// The number of a letter, as it is written too, and the day it bears: the next one of today, or what
/// was set aside for it.
async fn numbered(
    desk: &Desk,
    reserved: Option<LetterNumber>,
    today: Date,
) -> Result<(u32, String, Date), SignError> {
    let Some(reserved) = reserved else {
        let number = desk.store.next_letter_number(today.year()).await?;
        return Ok((number, desk.letters.stationery.numbering.write(number, today), today));
    };
    let waiting = desk.store.reserved_number(reserved).await?.ok_or(SignError::NumberGone)?;
    Ok((reserved.number, waiting.written_number, waiting.dated))
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
