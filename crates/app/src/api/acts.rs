//! What is done to a case through the interface. Each act answers with the case as it is then.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use sop::case::{Assignee, Audience, CaseNo, Command, PersonId, TaskId, Version, text_key};
use sop::definition::{Field, OutcomeId, Stage};
use store::CaseFile;
use utoipa::ToSchema;

use super::cases;
use super::client::{Acts, Body, Reads, Seen};
use super::described::{CaseAnswer, InCase, OnCase, OnTask};
use super::form::{self, Filled};
use crate::ctx::Ctx;
use crate::letters;
use crate::policy::{self, Place};
use crate::problem::{ActProblems, Problem, WriteProblems};

/// How a task is finished.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// One of the outcomes of the task.
    #[schema(example = "teruskan")]
    outcome: String,
    /// The fields of the outcome, by their ids.
    #[serde(default)]
    #[schema(example = json!({"sifat": "biasa", "harap": ["proses"]}))]
    entries: Filled,
    /// To whom the work that follows is given, by their id, where the outcome asks for it.
    #[serde(default)]
    assignee: Option<String>,
}

/// A task as it is filled in so far.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// One of the outcomes of the task; the first that leads to a document, if left out.
    #[serde(default)]
    #[schema(example = "teruskan")]
    outcome: String,
    /// The fields of the outcome, by their ids, as far as they are written.
    #[serde(default)]
    #[schema(example = json!({"sifat": "biasa", "harap": ["proses"]}))]
    entries: Filled,
}

/// What a task would bring forth.
#[derive(Debug, Serialize, ToSchema)]
pub struct Preview {
    documents: Vec<PreviewedDocument>,
}

/// A document as it would be printed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewedDocument {
    name: String,
    /// The PDF, in Base64.
    #[schema(content_encoding = "base64", content_media_type = "application/pdf")]
    pdf: String,
}

/// A stage of a repair.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// The fields of the log, by their ids.
    entries: Filled,
}

/// To whom a task is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The id of a person.
    assignee: String,
}

/// Why something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    #[schema(example = "Menunggu suku cadang dari penyedia.", max_length = 2000)]
    pub reason: String,
}

/// What happened meanwhile.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resumption {
    #[serde(default)]
    #[schema(example = "Suku cadang sudah datang.", max_length = 2000)]
    note: String,
}

/// Something written beside the forms of the SOP.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    #[schema(example = "Penyedia sudah dihubungi.", max_length = 2000)]
    note: String,
    #[serde(default)]
    audience: NoteAudience,
}

/// Who may read a note.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoteAudience {
    /// The office only.
    Office,
    /// The office and the requester.
    #[default]
    Everyone,
}

/// Finish a task
///
/// An outcome that signs a letter is refused as `signature-needed`: letters are signed on the pages.
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/tasks/{task}/completion", operation_id = "completeTask", tag = "acts",
    params(OnTask), request_body = Completion,
    responses(CaseAnswer, ActProblems),
)]
pub async fn complete(
    Acts(ctx): Acts,
    Path((no, task)): Path<(CaseNo, TaskId)>,
    Seen(seen): Seen,
    Body(done): Body<Completion>,
) -> Result<Response, Problem> {
    let command = Command::Complete {
        task,
        entries: entries(&ctx, &no, task, |stage| &stage.fields, done.entries).await?,
        outcome: OutcomeId::new(done.outcome),
        assignee: match done.assignee {
            Some(person) => Some(assignee(&ctx, person).await?),
            None => None,
        },
        seen,
        signature: None,
    };
    act(&ctx, &no, seen, command).await
}

/// Preview a letter
///
/// The documents that a task would bring forth if it were finished as it is filled in, each as a PDF
/// without number and signature: by the outcome that is named, or else by the first that leads to a
/// document. A letter that is signed later in its row is shown as it would be with what is written now.
/// Nothing is kept and nothing changes, so that a token that may read is enough.
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/tasks/{task}/preview", operation_id = "previewLetter", tag = "acts",
    params(InCase, ("task" = u32, Path, description = "The task.", minimum = 1, maximum = 1_000_000, example = 1)),
    request_body = Draft,
    responses((status = 200, description = "The documents.", body = Preview), WriteProblems),
)]
pub async fn preview(
    Reads(ctx): Reads,
    Path((no, task)): Path<(CaseNo, TaskId)>,
    Body(Draft { outcome, entries: filled }): Body<Draft>,
) -> Result<Json<Preview>, Problem> {
    ctx.enter(Place::Cases)?;
    let entries = entries(&ctx, &no, task, |stage| &stage.fields, filled).await?;
    let tried = letters::tried(&ctx, &no, task, &outcome, &entries).await?;
    let mut documents = Vec::new();
    for (name, letter) in tried.letters {
        let pdf = BASE64.encode(ctx.desk.letters.pdf(letter).await?);
        documents.push(PreviewedDocument { name, pdf });
    }
    Ok(Json(Preview { documents }))
}

/// Log a stage of a repair
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/tasks/{task}/progress", operation_id = "logProgress", tag = "acts",
    params(OnTask), request_body = Progress,
    responses(CaseAnswer, ActProblems),
)]
pub async fn log_progress(
    Acts(ctx): Acts,
    Path((no, task)): Path<(CaseNo, TaskId)>,
    Seen(seen): Seen,
    Body(logged): Body<Progress>,
) -> Result<Response, Problem> {
    let entries = entries(&ctx, &no, task, |stage| &stage.log_fields, logged.entries).await?;
    act(&ctx, &no, seen, Command::LogProgress { task, entries }).await
}

/// Give a task to somebody
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/tasks/{task}/assignment", operation_id = "assignTask", tag = "acts",
    params(OnTask), request_body = Assignment,
    responses(CaseAnswer, ActProblems),
)]
pub async fn assign(
    Acts(ctx): Acts,
    Path((no, task)): Path<(CaseNo, TaskId)>,
    Seen(seen): Seen,
    Body(given): Body<Assignment>,
) -> Result<Response, Problem> {
    let to = assignee(&ctx, given.assignee).await?;
    act(&ctx, &no, seen, Command::Assign { task, to, seen }).await
}

/// Stop the clock of a case
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/suspension", operation_id = "suspendCase", tag = "acts",
    params(OnCase), request_body = Reason,
    responses(CaseAnswer, ActProblems),
)]
pub async fn suspend(
    Acts(ctx): Acts,
    Path(no): Path<CaseNo>,
    Seen(seen): Seen,
    Body(Reason { reason }): Body<Reason>,
) -> Result<Response, Problem> {
    act(&ctx, &no, seen, Command::Suspend { reason }).await
}

/// Let the clock of a case run again
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/resumption", operation_id = "resumeCase", tag = "acts",
    params(OnCase), request_body = Resumption,
    responses(CaseAnswer, ActProblems),
)]
pub async fn resume(
    Acts(ctx): Acts,
    Path(no): Path<CaseNo>,
    Seen(seen): Seen,
    Body(Resumption { note }): Body<Resumption>,
) -> Result<Response, Problem> {
    act(&ctx, &no, seen, Command::Resume { note }).await
}

/// Withdraw a request
///
/// The requester no longer needs help.
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/withdrawal", operation_id = "withdrawCase", tag = "acts",
    params(OnCase), request_body = Reason,
    responses(CaseAnswer, ActProblems),
)]
pub async fn withdraw(
    Acts(ctx): Acts,
    Path(no): Path<CaseNo>,
    Seen(seen): Seen,
    Body(Reason { reason }): Body<Reason>,
) -> Result<Response, Problem> {
    act(&ctx, &no, seen, Command::Withdraw { reason }).await
}

/// Take an ended case up again
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/reopening", operation_id = "reopenCase", tag = "acts",
    params(OnCase), request_body = Reason,
    responses(CaseAnswer, ActProblems),
)]
pub async fn reopen(
    Acts(ctx): Acts,
    Path(no): Path<CaseNo>,
    Seen(seen): Seen,
    Body(Reason { reason }): Body<Reason>,
) -> Result<Response, Problem> {
    act(&ctx, &no, seen, Command::Reopen { reason }).await
}

/// Write a note
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/notes", operation_id = "noteOnCase", tag = "acts",
    params(OnCase), request_body = Note,
    responses(CaseAnswer, ActProblems),
)]
pub async fn note(
    Acts(ctx): Acts,
    Path(no): Path<CaseNo>,
    Seen(seen): Seen,
    Body(Note { note, audience }): Body<Note>,
) -> Result<Response, Problem> {
    let audience = match audience {
        NoteAudience::Office => Audience::Office,
        NoteAudience::Everyone => Audience::Everyone,
    };
    act(&ctx, &no, seen, Command::Note { text: note, audience }).await
}

/// Does it, and answers with the case as it is then.
pub(super) async fn act(
    ctx: &Ctx,
    no: &CaseNo,
    seen: Version,
    command: Command,
) -> Result<Response, Problem> {
    let scope = policy::cases(&ctx.person);
    match ctx.desk.act_on(&ctx.actor, &scope, no, seen, command).await {
        Ok(file) => cases::answer(ctx, &file).await,
        Err(error) => {
            let file = seen_case(ctx, no).await?;
            Err(form::refused(ctx, ctx.desk.sop_of(&file.case), error, name_of).await)
        }
    }
}

/// What was filled in for a task.
async fn entries(
    ctx: &Ctx,
    no: &CaseNo,
    task: TaskId,
    fields: fn(&Stage) -> &Vec<Field>,
    filled: Filled,
) -> Result<sop::case::Entries, Problem> {
    let file = seen_case(ctx, no).await?;
    let sop = ctx.desk.sop_of(&file.case);
    // Without its stage the rules say that it does not wait.
    let stage = file.case.task(task).and_then(|task| sop.stage(&task.stage));
    match stage {
        Some(stage) => form::entries(ctx, fields(stage).iter(), filled),
        None => Ok(sop::case::Entries::new()),
    }
}

/// A case that this person may read.
pub(super) async fn seen_case(ctx: &Ctx, no: &CaseNo) -> Result<CaseFile, Problem> {
    ctx.desk.store.case_file(&policy::cases(&ctx.person), no).await?.ok_or(Problem::NotFound)
}

/// An id that nobody has is somebody without a role.
async fn assignee(ctx: &Ctx, id: String) -> Result<Assignee, Problem> {
    let person = PersonId::new(id);
    let found = ctx.desk.assignee(&person).await?;
    Ok(found.unwrap_or(Assignee { person, roles: Vec::new() }))
}

/// What acts call the texts that belong to no field of the SOP.
fn name_of(key: &str) -> &str {
    match key {
        text_key::REASON => "reason",
        text_key::NOTE => "note",
        text_key::EMAIL => "address",
        text_key::FILE_NAME => "files",
        field => field,
    }
}
