//! `/v/{code}`: what anybody who holds a letter may know about it, without an account.

use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use sha2::{Digest as _, Sha256};
use sop::case::{LetterCode, SigningMeans};
use store::LetterRow;

use crate::ctx::{App, Page, Visitor};
use crate::problem::{self, Obstacle, Problem};

#[derive(Template)]
#[template(path = "letters/verify.html")]
struct VerifyPage {
    page: Page,
    code: String,
    number: String,
    dated: String,
    signed_by: String,
    position: String,
    signed_at: String,
    /// With what it was signed; a letter never claims more.
    means: String,
    is_test: bool,
    check: Option<Checked>,
    error: Option<String>,
}

/// What was found about an uploaded file.
struct Checked {
    is_valid: bool,
    sentence: String,
}

/// The largest file that is looked at, in bytes. Our letters have some 100 kB.
const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;

/// `GET /v/{code}`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<LetterCode>,
) -> Result<Response, Problem> {
    let letter = app.desk.store.letter(&code).await?.ok_or(Problem::NotOurLetter)?;
    page(&app, &visitor, letter, None, None).await
}

/// `POST /v/{code}`: whether a file is this letter, unchanged.
pub async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Path(code): Path<LetterCode>,
    mut form: Multipart,
) -> Result<Response, Problem> {
    let letter = app.desk.store.letter(&code).await?.ok_or(Problem::NotOurLetter)?;
    let mut uploaded = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(unreadable)? {
        if field.name() != Some("file") {
            continue;
        }
        while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
            if uploaded.len() + chunk.len() > FILE_BYTES_MAX {
                return Err(Problem::TooLarge { megabytes_max: (FILE_BYTES_MAX / (1024 * 1024)) as u64 });
            }
            uploaded.extend_from_slice(&chunk);
        }
    }
    let words = visitor.words;
    if uploaded.is_empty() {
        let error = Some(words.t("verify-no-file").to_string());
        return page(&app, &visitor, letter, None, error).await;
    }
    let is_this_letter = hex::encode(Sha256::digest(&uploaded)) == letter.file.as_str();
    let roots = app.desk.store.trusted_roots().await?;
    let by_service = is_this_letter && letter.means == SigningMeans::Bsre;
    let verdict = app.desk.letters.verify(uploaded, roots, app.desk.now(), by_service).await?;
    let key = match (is_this_letter, verdict.valid, verdict.modified_after_signing) {
        (true, Some(true), _) => "verify-same",
        (true, _, _) => "verify-same-untrusted",
        (false, Some(true), false) => "verify-another",
        (false, _, true) => "verify-modified",
        (false, _, false) => "verify-not-it",
    };
    let is_valid = is_this_letter && verdict.valid == Some(true);
    let checked = Checked { is_valid, sentence: words.t(key).to_string() };
    page(&app, &visitor, letter, Some(checked), None).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    letter: LetterRow,
    check: Option<Checked>,
    error: Option<String>,
) -> Result<Response, Problem> {
    let words = visitor.words;
    let signed_on = app.desk.calendar.local(letter.signed_at).date();
    let signer = app.desk.store.person(&letter.signer, signed_on).await?;
    let giver = match &letter.in_place_of {
        Some(giver) => app.desk.store.person(giver, signed_on).await?,
        None => signer.clone(),
    };
    let name = signer.map(|person| person.name).unwrap_or_default();
    let position = giver.map(|person| person.position).unwrap_or_default();
    let title = words.t("verify-title").to_string();
    let obstacle = error.is_some().then_some(Obstacle::Mend);
    let template = VerifyPage {
        page: Page::new(visitor, &title),
        code: letter.code.to_string(),
        number: letter.written_number,
        dated: words.date(letter.dated),
        signed_by: name,
        position: format!("{}{position}", letter.capacity.prefix()),
        signed_at: words.weekday_moment(letter.signed_at, app.desk.calendar.zone()),
        means: words
            .t(match letter.means {
                SigningMeans::Test => "means-test",
                SigningMeans::Local => "means-local",
                SigningMeans::Bsre => "means-bsre",
            })
            .to_string(),
        is_test: letter.means == SigningMeans::Test,
        check,
        error,
    };
    problem::page(&template, obstacle)
}

fn unreadable(error: MultipartError) -> Problem {
    tracing::info!(error = error.body_text(), "a file to verify could not be read");
    if error.status() == Problem::too_large() {
        Problem::TooLarge { megabytes_max: (FILE_BYTES_MAX / (1024 * 1024)) as u64 }
    } else {
        Problem::BadRequest("problem-bad-request-detail")
    }
}
