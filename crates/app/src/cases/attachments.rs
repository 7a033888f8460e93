//! Files that belong to a case: taken in as they stream, kept under the hash of their content, told
//! apart by their content and not by their name, and served only to whoever may read the case.

use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use sop::case::{AttachedFile, CaseNo, Command, Version};
use store::files::Upload;

use super::acts;
use super::refusal::{Act, Hindrance, Refused, RefusedForm};
use crate::ctx::Ctx;
use crate::form::Typed;
use crate::policy;
use crate::problem::Problem;
use crate::scanner::Scanned;

/// What may be attached, told by its first bytes.
const MEDIA_TYPES: [&str; 3] = ["application/pdf", "image/png", "image/jpeg"];
/// How many files one form may bring.
const FILES_MAX: usize = 5;
/// How many characters of a file's name are kept.
const NAME_CHARS_MAX: usize = 120;
/// As many bytes as telling the kind of a file takes.
const HEAD_BYTES: usize = 512;

/// A form with files. What is not kept is gone when this is dropped.
#[derive(Debug)]
pub struct Received {
    /// Its other fields.
    pub typed: Typed,
    files: Vec<Pending>,
    pub refused: Vec<FileRefused>,
}

/// A file that has come in and is not kept yet.
#[derive(Debug)]
struct Pending {
    upload: Upload,
    media_type: &'static str,
    name: String,
}

/// Why a file was not taken in: the key of a phrase, and the file's name.
#[derive(Debug)]
pub struct FileRefused {
    pub key: &'static str,
    name: String,
}

impl FileRefused {
    /// The same in a sentence.
    pub fn sentence(&self, ctx: &Ctx) -> String {
        let megabytes = ctx.settings.attachment_bytes_max / (1024 * 1024);
        ctx.words.t(self.key).with("name", self.name.clone()).with("megabytes", megabytes).to_string()
    }
}

/// Reads a form with files: its other fields, and each file as it streams in or why it is refused.
pub async fn receive(ctx: &Ctx, mut form: Multipart) -> Result<Received, Problem> {
    let mut entries = sop::case::Entries::new();
    let (mut files, mut refused) = (Vec::new(), Vec::new());
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            // More than all files together may have: what was read so far is shown again.
            Err(error) if error.status() == Problem::too_large() && !refused.is_empty() => break,
            Err(error) => return Err(unreadable(ctx, error)),
        };
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(plain_name) {
            // A file control that was left empty sends a file without a name.
            Some(file_name) if file_name.is_empty() => {}
            Some(file_name) if files.len() + refused.len() >= FILES_MAX => {
                refused.push(FileRefused { key: "file-too-many", name: file_name });
            }
            Some(file_name) => match take(ctx, field, file_name).await? {
                Ok(file) => files.push(file),
                Err(file) => refused.push(file),
            },
            None => {
                let value = field.text().await.map_err(|error| unreadable(ctx, error))?;
                entries.entry(name).or_default().push(value);
            }
        }
    }
    Ok(Received { typed: Typed::from_entries(entries), files, refused })
}

impl Received {
    /// What has to be said at the file field: why a file was refused, and that the others have to be
    /// chosen again, since no browser keeps them.
    pub fn sentence(&self, ctx: &Ctx) -> String {
        let mut sentences: Vec<String> = self.refused.iter().map(|file| file.sentence(ctx)).collect();
        let names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        if !names.is_empty() {
            sentences.push(ctx.words.t("file-again").with("names", names.join(", ")).to_string());
        }
        sentences.join(" ")
    }

    /// Whether no file came in that can be kept.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Keeps the files, now that nothing stands in their way.
    pub async fn keep(self) -> Result<Vec<AttachedFile>, Problem> {
        let mut kept = Vec::new();
        for Pending { upload, media_type, name } in self.files {
            let (file, bytes) = upload.finish().await?;
            kept.push(AttachedFile { file, media_type: media_type.to_owned(), bytes, name });
        }
        Ok(kept)
    }
}

async fn take(
    ctx: &Ctx,
    mut field: Field<'_>,
    name: String,
) -> Result<Result<Pending, FileRefused>, Problem> {
    let bytes_max = ctx.settings.attachment_bytes_max;
    let mut upload = ctx.desk.files.begin().await?;
    let mut head: Vec<u8> = Vec::with_capacity(HEAD_BYTES);
    let mut bytes = 0;
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(ctx, error))? {
        bytes += chunk.len() as u64;
        if bytes > bytes_max {
            return Ok(Err(FileRefused { key: "file-too-large", name }));
        }
        head.extend(chunk.iter().take(HEAD_BYTES - head.len()));
        upload.write(&chunk).await?;
    }
    let kind = infer::get(&head).map(|kind| kind.mime_type());
    let Some(media_type) = MEDIA_TYPES.into_iter().find(|known| kind == Some(*known)) else {
        return Ok(Err(FileRefused { key: "file-kind", name }));
    };
    if let Some(scanner) = &ctx.desk.scanner {
        let key = match scanner.scan(upload.so_far().await?).await {
            Ok(Scanned::Clean) => return Ok(Ok(Pending { upload, media_type, name })),
            Ok(Scanned::Harmful { found }) => {
                tracing::warn!(found, person = %ctx.person.id, "a harmful file was refused");
                "file-harmful"
            }
            Err(error) => {
                tracing::error!(%error, "a file was refused unseen");
                "file-not-scanned"
            }
        };
        return Ok(Err(FileRefused { key, name }));
    }
    Ok(Ok(Pending { upload, media_type, name }))
}

/// `POST /cases/{no}/attachments`
pub async fn attach(ctx: Ctx, Path(no): Path<CaseNo>, form: Multipart) -> Result<Response, Problem> {
    // Nothing is taken in for a case that the person cannot see.
    let scope = policy::cases(&ctx.person);
    let file = ctx.desk.store.case_file(&scope, &no).await?.ok_or(Problem::NotFound)?;
    let mut received = receive(&ctx, form).await?;
    let typed = std::mem::take(&mut received.typed);
    if !received.refused.is_empty() {
        let why = Hindrance::Files(received.sentence(&ctx));
        return acts::again(&ctx, &file, Refused { why, of: RefusedForm::Act(Act::Attach), typed: &typed })
            .await;
    }
    let command = Command::Attach { files: received.keep().await? };
    acts::act(&ctx, &no, command, RefusedForm::Act(Act::Attach), &typed).await
}

/// `GET /cases/{no}/attachments/{seq}`
pub async fn download(ctx: Ctx, Path((no, seq)): Path<(CaseNo, Version)>) -> Result<Response, Problem> {
    content_of(&ctx, &no, seq).await
}

/// An attachment of a case that a person may read, as a file.
pub async fn content_of(ctx: &Ctx, no: &CaseNo, seq: Version) -> Result<Response, Problem> {
    let file = ctx.desk.store.case_file(&policy::cases(&ctx.person), no).await?.ok_or(Problem::NotFound)?;
    let attachment =
        file.case.attachments.iter().find(|attachment| attachment.seq == seq).ok_or(Problem::NotFound)?;
    let (content, bytes) = ctx.desk.files.read(&attachment.file).await?;
    let mut headers = HeaderMap::new();
    // The kind was told by the content when it came in; whatever it was is not run by the browser.
    let media_type = MEDIA_TYPES.into_iter().find(|known| *known == attachment.media_type);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type.unwrap_or("application/octet-stream")),
    );
    headers.insert(header::CONTENT_LENGTH, bytes.into());
    headers.insert(header::CONTENT_DISPOSITION, disposition(&attachment.name));
    // The hash of the content, by which whoever fetched it can tell that nothing was lost on the way.
    let tag = HeaderValue::from_str(&format!("\"{}\"", attachment.file));
    headers.insert(header::ETAG, tag.map_err(|error| Problem::internal(&error))?);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok((headers, Body::from_stream(tokio_util::io::ReaderStream::new(content))).into_response())
}

/// A file's name as people see it: no folders, no control characters, not too long.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect::<String>().trim().to_owned()
}

/// `Content-Disposition` with the name as RFC 6266 and RFC 8187 write it.
pub fn disposition(name: &str) -> HeaderValue {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

fn unreadable(ctx: &Ctx, error: MultipartError) -> Problem {
    tracing::info!(error = error.body_text(), "a form with files could not be read");
    if error.status() == Problem::too_large() {
        return Problem::TooLarge { megabytes_max: ctx.settings.attachment_bytes_max / (1024 * 1024) };
    }
    Problem::BadRequest("problem-upload-detail")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_name_and_loses_its_folders() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("C:\\Users\\x\\foto layar.png"), "foto layar.png");
        assert_eq!(plain_name("a\r\nSet-Cookie: x.png"), "aSet-Cookie: x.png");
        assert_eq!(plain_name(&"n".repeat(500)).len(), NAME_CHARS_MAX);
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        let value = disposition("a\"; filename=evil.exe\u{202e}é.pdf");
        let text = value.to_str().expect("only ASCII");
        assert!(
            text.starts_with(
                "attachment; filename=\"a__ filename_evil.exe__.pdf\"; filename*=UTF-8''a%22%3B"
            ),
            "{text}"
        );
    }
}
