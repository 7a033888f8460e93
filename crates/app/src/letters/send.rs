//! Mailing a letter, as an order of the outbox. SMTP cannot promise that a letter goes out exactly
//! once: should Sigap die after a server took it on and before that was noted, it goes out again,
//! under the same Message-ID.

use std::time::Duration;

use askama::Template;
use sop::case::{
    Actor, Case, CaseNo, Command, Dispatch, DispatchFailure, DispatchResult, DispatchState, EmailAddress,
    LetterCode, SignedLetter, SystemJob,
};
use sop::definition::Addressee;
use sop::letter::{self, Made};
use store::files::FilesError;
use store::{Scope, StoreError};

use super::mail::{MailError, Mailer, Message};
use super::office::signed_with;
use crate::desk::{ActError, Desk};

/// How often a letter is tried before the office is told that it did not go out. With the waits of
/// the outbox that takes four and a half hours.
pub const TRIES_MAX: u32 = 15;
/// How long a mail server may take over one letter: well within the lease of an order.
const SENDING_MAX: Duration = Duration::from_secs(30);

/// Why a letter did not go out this time.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error("the mail server took longer than {} s", SENDING_MAX.as_secs())]
    TooSlow,
    #[error("the signed letter cannot be read")]
    Files(#[from] FilesError),
    #[error("the text of the e-mail cannot be written")]
    Text(#[from] askama::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Act(#[from] ActError),
}

#[derive(Template)]
#[template(path = "letters/mail.txt")]
struct MailText<'a> {
    to: &'a str,
    /// The unit to whose head the letter is addressed, where it is not the requester's own.
    unit: Option<String>,
    number: &'a str,
    dated: String,
    subject: &'a str,
    case: &'a str,
    /// With what the letter was signed, and never more than that.
    signed: &'static str,
    verify: String,
    /// Where its requester follows the request, if they have an account.
    page: Option<String>,
    letterhead: Vec<String>,
}

/// Mails a letter for the `attempt`-th time and notes what became of it. What is known already is
/// left alone.
///
/// # Errors
/// It did not go out and should be tried once more.
pub async fn send(
    desk: &Desk,
    no: &CaseNo,
    code: &LetterCode,
    dispatch: u32,
    attempt: u32,
) -> Result<(), SendError> {
    let Some(file) = desk.store.case_file(&Scope::All, no).await? else { return Ok(()) };
    let Some(letter) = file.case.letter_by_code(code) else { return Ok(()) };
    let Some(under_way) = letter.dispatch(dispatch).filter(|found| found.state == DispatchState::UnderWay)
    else {
        return Ok(());
    };
    let failed = |cause, to, answer| DispatchResult::Failed { cause, to, answer };
    let to = match &under_way.address {
        Some(chosen) => EmailAddress::parse(chosen),
        None => address_of(desk, &file.case).await?,
    };
    let result = match (&desk.letters.mailer, to) {
        (None, _) => failed(DispatchFailure::NotSetUp, None, String::new()),
        (Some(_), None) => failed(DispatchFailure::NoAddress, None, String::new()),
        (Some(mailer), Some(to)) => {
            match mail(desk, mailer.as_ref(), &file.case, letter, under_way, to.clone()).await {
                Ok(()) => DispatchResult::Sent { to },
                Err(SendError::Mail(MailError::Permanent(answer))) => {
                    failed(DispatchFailure::Refused, Some(to), answer)
                }
                Err(error) if attempt >= TRIES_MAX => {
                    failed(DispatchFailure::GivenUp, Some(to), error.to_string())
                }
                Err(error) => return Err(error),
            }
        }
    };
    let note = Command::NoteDispatch { letter: code.clone(), dispatch, result };
    // However busy the case is: what is not noted is sent once more.
    loop {
        match desk.act(&Actor::System(SystemJob::Mail), &Scope::All, no, note.clone()).await {
            Err(ActError::Busy) => {}
            noted => return Ok(noted.map(drop)?),
        }
    }
}

/// Where a requester is reached by e-mail: what they wrote in their request comes before what they
/// sign in with.
pub async fn address_of(desk: &Desk, case: &Case) -> Result<Option<EmailAddress>, StoreError> {
    if let Some(address) = EmailAddress::parse(&case.request.contact) {
        return Ok(Some(address));
    }
    let Some(requester) = &case.request.requester else { return Ok(None) };
    let person = desk.store.person(requester, desk.today()).await?;
    Ok(person.and_then(|person| EmailAddress::parse(&person.email)))
}

async fn mail(
    desk: &Desk,
    mailer: &dyn Mailer,
    case: &Case,
    letter: &SignedLetter,
    dispatch: &Dispatch,
    to: EmailAddress,
) -> Result<(), SendError> {
    let message = compose(desk, case, letter, dispatch, to).await?;
    tokio::time::timeout(SENDING_MAX, mailer.send(message)).await.map_err(|_| SendError::TooSlow)??;
    Ok(())
}

async fn compose(
    desk: &Desk,
    case: &Case,
    letter: &SignedLetter,
    dispatch: &Dispatch,
    to: EmailAddress,
) -> Result<Message, SendError> {
    let signature = &letter.signature;
    let sop = desk.sop_of(case);
    let subject = letter::subject(sop, case, letter.task, letter.document);
    let subject = one_line(&subject.unwrap_or_default());
    let documents = letter::made(sop, case);
    let is_it = |made: &&Made<'_>| made.task.id == letter.task && made.index == letter.document;
    let addressee = documents.iter().find(is_it).and_then(|made| made.document.addressee);
    let unit = match addressee {
        Some(Addressee::Unit) => desk.store.unit(&case.request.unit).await?,
        Some(Addressee::Requester) | None => None,
    };
    let name = one_line(&case.request.requester_name);
    let address = &desk.letters.address;
    let text = MailText {
        to: if name.is_empty() { "Pemohon" } else { &name },
        unit: unit.map(|unit| unit.name_on(signature.dated).to_owned()),
        number: &signature.written_number,
        dated: letter::date(signature.dated),
        subject: &subject,
        case: case.number.as_str(),
        signed: signed_with(signature.means),
        verify: format!("{address}/v/{}", signature.code),
        page: case.request.requester.as_ref().map(|_| format!("{address}/requests/{}", case.number)),
        letterhead: desk.letters.stationery.letterhead(signature.dated).names,
    };
    let text = text.render()?;
    let pdf = desk.files.whole(&signature.file).await?;
    Ok(Message {
        id: format!("{}.{}", signature.code, dispatch.number),
        to,
        subject: format!("Surat {}: {subject}", signature.written_number),
        text,
        dated: dispatch.ordered_at,
        file_name: file_name(&signature.written_number),
        pdf,
    })
}

/// `Surat 012-TU.120-H.1-11-2026.pdf`, which no system takes for a folder, an option or a header.
fn file_name(number: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    format!("Surat {}.pdf", number.chars().map(safe).collect::<String>())
}

/// What people wrote goes into headers as one line.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
