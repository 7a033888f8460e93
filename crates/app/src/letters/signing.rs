//! Meja tanda tangan: the letters that wait for their signer, to be signed several in one go. Each is
//! an act of its own: where one fails, those before it are signed and those after it wait.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use sop::case::{CaseNo, Command, Entries, TaskId, UnitCode, Version};
use store::TaskRow;

use super::revision::Revised;
use super::{Hand, LetterError, Passphrase, SignError, complete, draft};
use crate::cases::{self, SigningView};
use crate::ctx::{Ctx, Page};
use crate::form::Typed;
use crate::mandates;
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};

/// How many letters are shown, and signed in one go: each takes about a second.
const LETTERS_MAX: usize = 20;
/// How many waiting tasks are looked through for letters.
const TASKS_MAX: u32 = 200;

#[derive(Template)]
#[template(path = "letters/signing.html")]
struct SigningPage {
    page: Page,
    /// What became of those that were to be signed.
    signed: Vec<Outcome>,
    failed: Vec<Outcome>,
    /// What stands in the way of all of them, in a sentence.
    error: Option<String>,
    letters: Vec<Waiting>,
    signing: SigningView,
}

/// A letter that was signed, or was not, in a sentence.
struct Outcome {
    no: CaseNo,
    sentence: String,
}

/// A letter that waits for the reader's signature.
struct Waiting {
    no: CaseNo,
    task: TaskId,
    /// What its box sends: case, task, and the version of the case that was seen.
    value: String,
    title: String,
    subject: String,
    unit: String,
    /// In whose place it is signed, in a sentence; none for whoever signs by own right.
    acting: Option<String>,
    revised: Vec<Revised>,
    chosen: bool,
}

/// `GET /signing`
pub async fn signing(ctx: Ctx) -> Result<Response, Problem> {
    ctx.enter(Place::Inbox)?;
    page(&ctx, &Typed::default(), Done::default()).await
}

/// What became of some letters.
#[derive(Default)]
struct Done {
    signed: Vec<Outcome>,
    failed: Vec<Outcome>,
    error: Option<String>,
}

/// `POST /signing`: signs the letters that were ticked.
pub async fn sign_several(mut ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::Inbox)?;
    let words = ctx.words;
    let mut done = Done::default();
    let ticked: Vec<Ticked> = typed.all("letter").iter().filter_map(|value| Ticked::read(value)).collect();
    let passphrase = Passphrase::new(typed.one("passphrase"));
    if ticked.is_empty() {
        done.error = Some(words.t("signing-none-chosen").to_string());
    } else if passphrase.is_empty() {
        done.error = Some(words.t("sign-no-passphrase").to_string());
    } else {
        let hand = Hand { passphrase, reserved: None };
        for letter in ticked.into_iter().take(LETTERS_MAX) {
            let no = letter.no.clone();
            match sign(&ctx, letter, &hand).await {
                Ok(number) => {
                    let sentence = words.t("signing-signed").with("number", number).to_string();
                    done.signed.push(Outcome { no, sentence });
                }
                // The same passphrase would fail the others too.
                Err(Failed::All(sentence)) => {
                    done.error = Some(sentence);
                    break;
                }
                Err(Failed::One(sentence)) => done.failed.push(Outcome { no, sentence }),
            }
        }
    }
    ctx.recount().await;
    page(&ctx, &typed, done).await
}

/// A box that was ticked.
struct Ticked {
    no: CaseNo,
    task: TaskId,
    seen: Version,
}

impl Ticked {
    fn read(value: &str) -> Option<Self> {
        let mut parts = value.split('/');
        let (no, task, seen) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { no: CaseNo::new(no), task: TaskId(task.parse().ok()?), seen: seen.parse().ok()? })
    }
}

/// Why a letter was not signed, and whether that holds for all.
enum Failed {
    One(String),
    All(String),
}

/// Signs one letter and returns its number.
async fn sign(ctx: &Ctx, letter: Ticked, hand: &Hand) -> Result<String, Failed> {
    let Ticked { no, task, seen } = letter;
    let scope = policy::cases(&ctx.person);
    let gone = |problem: Problem| Failed::One(problem.detail(ctx.words));
    let file = ctx.desk.store.case_file(&scope, &no).await.map_err(|error| gone(error.into()))?;
    let file = file.ok_or_else(|| gone(Problem::NotFound))?;
    let sop = ctx.desk.sop_of(&file.case);
    let stage = file.case.task(task).map(|task| &task.stage);
    let letter = stage.and_then(|stage| draft::written_by_others(sop, stage));
    let (outcome, _) = letter.ok_or_else(|| gone(Problem::NotFound))?;
    let completion = Command::Complete {
        task,
        outcome: outcome.id.clone(),
        entries: Entries::new(),
        assignee: None,
        seen,
        signature: None,
    };
    match complete(&ctx.desk, &ctx.person, &ctx.actor, &scope, &no, completion, hand).await {
        Ok(file) => {
            let signed = file.case.letters.iter().rfind(|signed| signed.task == task);
            Ok(signed.map_or_else(String::new, |signed| signed.signature.written_number.clone()))
        }
        Err(error) => {
            let for_all = matches!(
                error,
                SignError::NoKey
                    | SignError::Letter(LetterError::WrongPassphrase | LetterError::CertificateExpired)
            );
            let sentence = cases::unfinished(ctx, error).map_err(gone)?.sentence(ctx, sop, &HashMap::new());
            Err(if for_all { Failed::All(sentence) } else { Failed::One(sentence) })
        }
    }
}

async fn page(ctx: &Ctx, typed: &Typed, done: Done) -> Result<Response, Problem> {
    let words = ctx.words;
    let units = ctx.desk.unit_names().await?;
    let mut letters = Vec::new();
    for row in ctx.desk.store.inbox(&ctx.task_box(), None, TASKS_MAX).await? {
        if letters.len() == LETTERS_MAX {
            break;
        }
        letters.extend(waiting(ctx, &row, &units, typed).await?);
    }
    let key = ctx.desk.store.signing_key(&ctx.person.id).await?;
    let is_refused = done.error.is_some() || !done.failed.is_empty();
    let template = SigningPage {
        page: ctx.page(&words.t("signing-title").to_string()),
        letters,
        signing: SigningView::new(words, key.as_ref(), done.error.clone()),
        signed: done.signed,
        failed: done.failed,
        error: done.error,
    };
    problem::page(&template, is_refused.then_some(Obstacle::Mend))
}

/// A task as a letter that waits, if it is one.
async fn waiting(
    ctx: &Ctx,
    row: &TaskRow,
    units: &HashMap<UnitCode, String>,
    typed: &Typed,
) -> Result<Option<Waiting>, Problem> {
    let words = ctx.words;
    if !is_letter(row) || row.suspended.is_some() {
        return Ok(None);
    }
    let file = ctx.desk.store.case_file(&policy::cases(&ctx.person), &row.case).await?;
    let Some(case) = file.map(|file| file.case) else { return Ok(None) };
    let sop = ctx.desk.sop_of(&case);
    let Some(task) = case.open_tasks().find(|task| task.id == row.task) else { return Ok(None) };
    let Some((outcome, document)) = draft::written_by_others(sop, &task.stage) else { return Ok(None) };
    let complete = Command::Complete {
        task: task.id,
        outcome: outcome.id.clone(),
        entries: Entries::new(),
        assignee: None,
        seen: case.version,
        signature: None,
    };
    if !cases::is_offered(ctx, &case, complete) {
        return Ok(None);
    }
    let subject = document.subject_field.as_ref().and_then(|field| case.newest_text(field));
    let value = format!("{}/{}/{}", case.number, task.id, case.version);
    // What was ticked stays ticked.
    let sent = typed.all("letter");
    let same = |sent: &String| sent.starts_with(&format!("{}/{}/", case.number, task.id));
    Ok(Some(Waiting {
        no: case.number.clone(),
        task: task.id,
        chosen: sent.iter().any(same),
        value,
        title: subject.or(document.subject.as_deref()).unwrap_or(&document.name).to_owned(),
        subject: row.subject.clone(),
        unit: units.get(&row.unit).map_or_else(|| row.unit.to_string(), Clone::clone),
        acting: mandates::acting(ctx, sop, task).await?,
        revised: draft::revised(words, sop, &case, task),
    }))
}

/// Whether a task is a letter that others have written and its performer signs.
pub fn is_letter(row: &TaskRow) -> bool {
    let sop = sop::find(&row.sop, &row.revision).unwrap_or_else(sop::shipped);
    draft::written_by_others(sop, &row.stage).is_some()
}
