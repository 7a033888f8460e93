//! Files of a case, sent and fetched. Whoever may read the case reads all of them.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use sop::case::{Attachment, CaseNo, Command, Problem as Fault, Version};
use utoipa::ToSchema;

use super::acts;
use super::client::{Acts, Files, Reads, Seen};
use super::described::{CaseAnswer, InCase, OnCase};
use super::form;
use crate::cases;
use crate::problem::{ActProblems, FieldToMend, Problem, ReadProblems};

/// A file that belongs to the case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentView {
    /// The last part of its address, `/api/v1/cases/{no}/attachments/{seq}`.
    #[schema(value_type = u32)]
    seq: Version,
    /// As its sender called it; empty if it was erased.
    #[schema(example = "foto layar.png")]
    name: String,
    /// Told by its content when it came in: `application/pdf`, `image/png` or `image/jpeg`.
    #[schema(example = "image/png")]
    media_type: String,
    bytes: u64,
    /// The SHA-256 of its content, in hexadecimal. Its `ETag` says the same.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// When it came in.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// The files of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attachments {
    /// The oldest first.
    attachments: Vec<AttachmentView>,
}

/// Files to be attached, for the description of their form.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "it only describes")]
pub struct FilesToAttach {
    /// Each file as a part of its own with its name: PDF, PNG or JPEG. All are kept or none.
    #[schema(inline, min_items = 1, max_items = 5)]
    files: Vec<FileToAttach>,
}

/// A file as it is.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "it only describes")]
struct FileToAttach(Vec<u8>);

/// List the files of a case
///
/// Those that came with the request and those that were added. Whoever may read the case may read each of
/// them: the office and whoever asked for help.
#[utoipa::path(
    get, path = "/api/v1/cases/{no}/attachments", operation_id = "listAttachments", tag = "cases",
    params(InCase),
    responses((status = 200, description = "The files, the oldest first.", body = Attachments), ReadProblems),
)]
pub async fn list(Reads(ctx): Reads, Path(no): Path<CaseNo>) -> Result<Json<Attachments>, Problem> {
    let file = acts::seen_case(&ctx, &no).await?;
    Ok(Json(Attachments { attachments: file.case.attachments.iter().map(AttachmentView::of).collect() }))
}

/// Attach files to a case
///
/// A form with files, `multipart/form-data`, as a browser sends it. Up to five files at a time, each no
/// larger than the office allows (10 MB, if it does not say otherwise). What they are is told by their
/// content and not by their names, and where the office has a virus scanner, it looks through each before
/// it is kept. All files are kept or none; `errors` tells of each that was refused: `kind`, `too-large`,
/// `too-many`, `harmful`, or `not-scanned` where the scanner does not answer.
#[utoipa::path(
    post, path = "/api/v1/cases/{no}/attachments", operation_id = "attachFiles", tag = "acts",
    params(OnCase),
    request_body(
        content = FilesToAttach, content_type = "multipart/form-data", description = "The files."
    ),
    responses(CaseAnswer, ActProblems),
)]
pub async fn add(
    Acts(ctx): Acts,
    Path(no): Path<CaseNo>,
    Seen(seen): Seen,
    Files(form): Files,
) -> Result<Response, Problem> {
    // Nothing is taken in for a case that the person cannot see, or that is not as they know it.
    if acts::seen_case(&ctx, &no).await?.case.version != seen {
        return Err(Problem::Changed);
    }
    let received = cases::receive(&ctx, form).await?;
    let unknown = received.typed.entries().keys().map(|field| FieldToMend {
        field: field.clone(),
        code: "unknown",
        detail: ctx.words.t("api-part-not-a-file").to_string(),
    });
    let refused = received.refused.iter().map(|file| FieldToMend {
        field: "files".to_owned(),
        code: file.key.trim_start_matches("file-"),
        detail: file.sentence(&ctx),
    });
    let mut mend: Vec<FieldToMend> = unknown.chain(refused).collect();
    if mend.is_empty() && received.is_empty() {
        mend.push(form::mend(&ctx, "files", Fault::Missing));
    }
    if !mend.is_empty() {
        return Err(Problem::Mend(mend));
    }
    let command = Command::Attach { files: received.keep().await? };
    acts::act(&ctx, &no, seen, command).await
}

/// Download a file of a case
#[utoipa::path(
    get, path = "/api/v1/cases/{no}/attachments/{seq}", operation_id = "getAttachment", tag = "cases",
    params(InCase, ("seq" = u32, Path, description = "The number that the case tells.", maximum = 1_000_000)),
    responses(
        (status = 200, description = "The file, as it came in.", content(
            (Vec<u8> = "application/pdf"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"),
        ), headers(("ETag" = String, description = "The SHA-256 of its content, in hexadecimal."))),
        ReadProblems,
    ),
)]
pub async fn content(
    Reads(ctx): Reads,
    Path((no, seq)): Path<(CaseNo, Version)>,
) -> Result<Response, Problem> {
    cases::content_of(&ctx, &no, seq).await
}

impl AttachmentView {
    pub fn of(attachment: &Attachment) -> Self {
        Self {
            seq: attachment.seq,
            name: attachment.name.clone(),
            media_type: attachment.media_type.clone(),
            bytes: attachment.bytes,
            sha256: attachment.file.to_string(),
            at: attachment.at,
        }
    }
}
