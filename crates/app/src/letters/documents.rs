//! The documents of a case: each as the pages that are printed, and as PDF. What was signed is shown
//! as it was signed; the rest is printed from what the case holds now.

use askama::Template;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sop::case::{CaseNo, FileHash, SignedLetter, TaskId, Texts, Values};
use sop::letter::{Letter, made};
use store::CaseFile;

use super::compose::Composer;
use super::draft::{self, Done};
use crate::cases;
use crate::ctx::{self, Ctx, Page};
use crate::mandates;
use crate::policy::{self, Place};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "letters/document.html")]
struct DocumentPage {
    page: Page,
    no: String,
    back: String,
    /// The address of the document, to which `/pdf` and `/pages/1` are added.
    address: String,
    title: String,
    /// How it stands: signed by whom, or only recorded.
    state: String,
    verify: Option<String>,
    pages: Vec<String>,
    /// The same for those who cannot see the pages, or look for a word.
    text: Vec<String>,
}

/// A document that its reader may see.
struct Opened {
    file: CaseFile,
    letter: Letter,
    name: String,
    signed: Option<SignedLetter>,
}

/// `GET /cases/{no}/documents/{which}`: `form`, `{task}-{index}`, or `draft-{task}` for a letter that
/// waits for its signature.
pub async fn page(ctx: Ctx, Path((no, which)): Path<(CaseNo, String)>) -> Result<Response, Problem> {
    let opened = open(&ctx, &no, &which).await?;
    let words = ctx.words;
    let zone = ctx.desk.calendar.zone();
    let state = match &opened.signed {
        Some(signed) => words
            .t("letter-signed")
            .with("number", signed.signature.written_number.clone())
            .with("moment", words.weekday_moment(signed.at, zone))
            .to_string(),
        None if which.starts_with("draft-") => words.t("letter-draft").to_string(),
        None => words.t("letter-recorded").to_string(),
    };
    let text = opened.letter.text();
    let count = ctx.desk.letters.page_count(opened.letter).await?;
    let pages = (1..=count).map(|n| words.t("letter-page").with("n", n).with("of", count).to_string());
    ctx::show(&DocumentPage {
        page: ctx.page(&opened.name),
        no: no.to_string(),
        back: cases::address(&ctx, &opened.file.case.number),
        address: format!("/cases/{no}/documents/{which}"),
        title: opened.name,
        state,
        verify: opened.signed.map(|signed| format!("/v/{}", signed.signature.code)),
        pages: pages.collect(),
        text,
    })
}

/// `GET /cases/{no}/documents/{which}/pdf`
pub async fn pdf(ctx: Ctx, Path((no, which)): Path<(CaseNo, String)>) -> Result<Response, Problem> {
    pdf_of(&ctx, &no, &which).await
}

/// A document of a case that a person may read, as PDF.
pub async fn pdf_of(ctx: &Ctx, no: &CaseNo, which: &str) -> Result<Response, Problem> {
    let opened = open(ctx, no, which).await?;
    let name = format!("{} {no}.pdf", opened.name);
    let body = match &opened.signed {
        Some(signed) => {
            let (content, _) = ctx.desk.files.read(&signed.signature.file).await?;
            Body::from_stream(tokio_util::io::ReaderStream::new(content))
        }
        None => Body::from(ctx.desk.letters.pdf(opened.letter).await?),
    };
    Ok(as_file(&name, body))
}

/// A PDF to be kept as a file with a name.
pub fn as_file(name: &str, pdf: impl Into<Body>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, cases::disposition(name));
    (headers, pdf.into()).into_response()
}

/// `GET /cases/{no}/documents/{which}/pages/{page}`, counted from 1, as a picture.
pub async fn picture(
    ctx: Ctx,
    Path((no, which, page)): Path<(CaseNo, String, usize)>,
) -> Result<Response, Problem> {
    let opened = open(&ctx, &no, &which).await?;
    let page = page.checked_sub(1).ok_or(Problem::NotFound)?;
    let picture = ctx.desk.letters.picture(opened.letter, page).await?.ok_or(Problem::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], picture).into_response())
}

async fn open(ctx: &Ctx, no: &CaseNo, which: &str) -> Result<Opened, Problem> {
    let scope = policy::cases(&ctx.person);
    let file = ctx.desk.store.case_file(&scope, no).await?.ok_or(Problem::NotFound)?;
    let case = &file.case;
    let sop = ctx.desk.sop_of(case);
    if which == "form" {
        let letter = Composer::new(&ctx.desk, case).await?.form();
        let name = ctx.words.label(sop, &sop.form.name).to_owned();
        return Ok(Opened { file, letter, name, signed: None });
    }
    let (task, index) = which.split_once('-').ok_or(Problem::NotFound)?;
    if task == "draft" {
        // A letter on its way is the office's alone.
        ctx.enter(Place::Cases)?;
        let id = TaskId(index.parse().map_err(|_| Problem::NotFound)?);
        let task = case.open_tasks().find(|task| task.id == id).ok_or(Problem::NotFound)?;
        let stage = sop.stage(&task.stage).ok_or(Problem::NotFound)?;
        let (outcome, _) = draft::written_by_others(sop, &task.stage).ok_or(Problem::NotFound)?;
        let done = Done {
            outcome: outcome.id.clone(),
            by: mandates::doer(ctx, stage, task),
            values: Values::new(),
            texts: Texts::new(),
        };
        let (_, letter) = draft::drafts(&ctx.desk, case, task, done).await?.pop().ok_or(Problem::NotFound)?;
        let name = ctx.words.t("letter-draft-title").to_string();
        return Ok(Opened { file, letter, name, signed: None });
    }
    let task = TaskId(task.parse().map_err(|_| Problem::NotFound)?);
    let index: usize = index.parse().map_err(|_| Problem::NotFound)?;
    let all = made(sop, case);
    let made = all
        .iter()
        .find(|made| made.task.id == task && made.index == index)
        .filter(|made| policy::document(&ctx.person, made.document))
        .ok_or(Problem::NotFound)?;
    let name = made.document.name.clone();
    let signed = case.letter(task, index).cloned();
    let letter = match &signed {
        Some(signed) => content(ctx, &signed.signature.content).await?,
        None => Composer::new(&ctx.desk, case).await?.made(made).ok_or(Problem::NotFound)?,
    };
    Ok(Opened { letter, name, signed, file })
}

/// What was printed on a signed letter.
async fn content(ctx: &Ctx, hash: &FileHash) -> Result<Letter, Problem> {
    let bytes = ctx.desk.files.whole(hash).await?;
    serde_json::from_slice(&bytes).map_err(|error| Problem::internal(&error))
}
