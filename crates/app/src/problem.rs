//! What went wrong, as a page or as RFC 9457 JSON. Only this module chooses status codes.
//!
//! A handler returns a [`Problem`]; [`render`] turns it into what the visitor can read, in their
//! language, since the handler that failed may not know either. Programs always get JSON.

mod described;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use serde::Serialize;
use sop::calendar::Calendar;
use sop::case::Refusal;
use store::StoreError;
use store::files::FilesError;
use utoipa::ToSchema;

use crate::api;
use crate::ctx::{App, Page, Visitor};
use crate::desk::ActError;
use crate::letters::{DossierError, LetterError};
use crate::words::Words;

pub use described::{ActProblems, ReadProblems, WriteProblems, schemas};

#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// Absent, or not for this person: the two look the same.
    NotFound,
    /// Somebody holds a letter with a code that is not of one of ours.
    NotOurLetter,
    /// The case was destroyed by a list, on a day of the office.
    Destroyed {
        list: u32,
        day: Date,
    },
    /// The method does not fit the address.
    MethodNotAllowed,
    /// A form sent from another site.
    CrossSite,
    /// A form sent after its session ended.
    SignedOut,
    /// Files that together exceed what a form may bring.
    TooLarge {
        megabytes_max: u64,
    },
    /// Text that exceeds what a form may bring.
    FormTooLarge,
    /// What was sent took too long to arrive.
    TooSlow,
    /// The request cannot be read; the key of a phrase says why.
    BadRequest(&'static str),
    /// A program came without a token that is valid.
    NoToken,
    /// A program wants to act with a token that may only read.
    OnlyReads,
    /// The body of a program's request is not JSON.
    NotJson,
    /// It is no form with files.
    NotFiles,
    /// It is, but not what is asked for; the sentence says where.
    Unreadable(String),
    /// Fields that a program has to mend.
    Mend(Vec<FieldToMend>),
    /// The rules say no to a program, in a sentence.
    Refused(Refusal, String),
    /// A program acts on a case without saying which version it has seen.
    SeenNeeded,
    /// The case has changed since a program read it.
    Changed,
    /// Another request was registered under this key.
    KeyUsed,
    /// A number that was set aside has its letter, or was given up.
    NumberGone,
    TooManyTries,
    /// More requests than one may make in a minute; then there is room for another.
    TooManyRequests {
        seconds: u32,
    },
    Busy,
    /// The case is there and a file of it is not. The number leads to the log.
    FileMissing {
        reference: u64,
    },
    /// What lies there is not the file that was kept.
    FileAltered {
        reference: u64,
    },
    /// The place of files cannot be reached, or cannot take one in.
    FilesOutOfReach {
        reference: u64,
    },
    /// The database does not answer.
    DatabaseOutOfReach {
        reference: u64,
    },
    /// The database answers and cannot write.
    DatabaseCannotWrite {
        reference: u64,
    },
    /// Our fault. The number leads to the log.
    Internal {
        reference: u64,
    },
}

/// A field of a program's request that has to be mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldToMend {
    /// The name of the field, or the id of a field of the SOP.
    #[schema(example = "uraian")]
    pub field: String,
    /// What is wrong with it: `missing`, `too-long`, `not-an-option`, `not-a-date`, `in-future`,
    /// `not-an-address`, `unknown`, or what its operation tells of.
    #[schema(example = "missing")]
    pub code: &'static str,
    /// How to mend it, in a sentence.
    #[schema(example = "Fill this in.")]
    pub detail: String,
}

impl Problem {
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Internal { reference: Self::logged(error) }
    }

    /// The fault is logged here, once, with a number that the page shows.
    fn logged(error: &(dyn std::error::Error + 'static)) -> u64 {
        let mut bytes = [0; 4];
        // Without randomness the number is 0, and the log still has the fault.
        let _ = getrandom::fill(&mut bytes);
        let reference = u64::from(u32::from_le_bytes(bytes));
        let mut causes = Vec::new();
        let mut cause = error.source();
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        tracing::error!(reference, cause = causes.join(": "), "{error}");
        reference
    }

    /// The status with which a limit on a whole form is answered.
    pub fn too_large() -> StatusCode {
        StatusCode::PAYLOAD_TOO_LARGE
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::NotOurLetter => StatusCode::NOT_FOUND,
            Self::Destroyed { .. } => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::TooLarge { .. } | Self::FormTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BadRequest(_) | Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::NoToken => StatusCode::UNAUTHORIZED,
            Self::OnlyReads => StatusCode::FORBIDDEN,
            Self::NotJson | Self::NotFiles => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Mend(_) | Self::KeyUsed => MEND,
            Self::Refused(refusal, _) => refused(refusal),
            Self::SeenNeeded => StatusCode::PRECONDITION_REQUIRED,
            Self::Changed => StatusCode::PRECONDITION_FAILED,
            Self::NumberGone => StatusCode::CONFLICT,
            Self::TooManyTries | Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy
            | Self::FilesOutOfReach { .. }
            | Self::DatabaseOutOfReach { .. }
            | Self::DatabaseCannotWrite { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::FileMissing { .. } | Self::FileAltered { .. } | Self::Internal { .. } => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::NotOurLetter => "not-our-letter",
            Self::Destroyed { .. } => "destroyed",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::CrossSite => "cross-site",
            Self::SignedOut => "signed-out",
            Self::TooLarge { .. } => "too-large",
            Self::FormTooLarge => "form-too-large",
            Self::TooSlow => "too-slow",
            Self::BadRequest(_) => "bad-request",
            Self::NoToken => "no-token",
            Self::OnlyReads => "only-reads",
            Self::NotJson => "not-json",
            Self::NotFiles => "not-files",
            Self::Unreadable(_) => "unreadable",
            Self::Mend(_) => "mend",
            Self::Refused(refusal, _) => refusal_kind(refusal),
            Self::SeenNeeded => "if-match-needed",
            Self::Changed => "changed",
            Self::KeyUsed => "key-used",
            Self::NumberGone => "number-gone",
            Self::TooManyTries => "too-many-tries",
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::Busy => "busy",
            Self::FileMissing { .. } => "file-missing",
            Self::FileAltered { .. } => "file-altered",
            Self::FilesOutOfReach { .. } => "files-out-of-reach",
            Self::DatabaseOutOfReach { .. } => "database-out-of-reach",
            Self::DatabaseCannotWrite { .. } => "database-cannot-write",
            Self::Internal { .. } => "internal",
        }
    }

    fn title(&self, words: Words) -> String {
        match self {
            Self::Refused(..) => words.t("problem-refused").to_string(),
            problem => words.t(&format!("problem-{}", problem.kind())).to_string(),
        }
    }

    /// What the visitor can do about it.
    pub fn detail(&self, words: Words) -> String {
        match self {
            Self::BadRequest(key) => words.t(key).to_string(),
            Self::Refused(_, sentence) => sentence.clone(),
            Self::Unreadable(why) => {
                words.t("problem-unreadable-detail").with("why", why.as_str()).to_string()
            }
            Self::TooLarge { megabytes_max } => {
                words.t("problem-too-large-detail").with("megabytes", *megabytes_max).to_string()
            }
            Self::Destroyed { list, day } => words
                .t("problem-destroyed-detail")
                .with("list", list.to_string())
                .with("day", words.date(*day))
                .to_string(),
            Self::FileMissing { reference }
            | Self::FileAltered { reference }
            | Self::FilesOutOfReach { reference }
            | Self::DatabaseOutOfReach { reference }
            | Self::DatabaseCannotWrite { reference }
            | Self::Internal { reference } => words
                .t(&format!("problem-{}-detail", self.kind()))
                .with("reference", reference.to_string())
                .to_string(),
            Self::TooManyRequests { seconds } => {
                words.t("problem-too-many-requests-detail").with("n", *seconds).to_string()
            }
            Self::FormTooLarge
            | Self::TooSlow
            | Self::NotFound
            | Self::NotOurLetter
            | Self::MethodNotAllowed
            | Self::CrossSite
            | Self::SignedOut
            | Self::NoToken
            | Self::OnlyReads
            | Self::NotJson
            | Self::NotFiles
            | Self::Mend(_)
            | Self::SeenNeeded
            | Self::Changed
            | Self::KeyUsed
            | Self::NumberGone
            | Self::TooManyTries
            | Self::Busy => words.t(&format!("problem-{}-detail", self.kind())).to_string(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            // A place in a list that an address made up.
            StoreError::Cursor { .. } => Self::BadRequest("problem-bad-cursor-detail"),
            StoreError::Destroyed { list, at, .. } => {
                Self::Destroyed { list, day: Calendar::shipped().local(at).date() }
            }
            StoreError::Database { .. } => {
                let reference = Self::logged(&error);
                if error.is_out_of_reach() {
                    Self::DatabaseOutOfReach { reference }
                } else if error.cannot_write() {
                    Self::DatabaseCannotWrite { reference }
                } else {
                    Self::Internal { reference }
                }
            }
            StoreError::Damaged { .. }
            | StoreError::Address { .. }
            | StoreError::SopUnknown { .. }
            | StoreError::Year { .. }
            | StoreError::NoSecretsKey
            | StoreError::HalfCopied
            | StoreError::Randomness { .. } => Self::internal(&error),
        }
    }
}

impl From<FilesError> for Problem {
    fn from(error: FilesError) -> Self {
        let reference = Self::logged(&error);
        match error {
            FilesError::Missing { .. } => Self::FileMissing { reference },
            FilesError::Altered { .. } => Self::FileAltered { reference },
            FilesError::Failed { .. } => Self::FilesOutOfReach { reference },
            FilesError::Address { .. } => Self::Internal { reference },
        }
    }
}

impl From<DossierError> for Problem {
    fn from(error: DossierError) -> Self {
        match error {
            DossierError::Store(error) => error.into(),
            DossierError::Files(error) => error.into(),
            DossierError::Letter(error) => error.into(),
            DossierError::Events(_) => Self::internal(&error),
        }
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::internal(&error)
    }
}

/// What an act answers when it is not a refusal that its page can show.
impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NotFound => Self::NotFound,
            ActError::Busy => Self::Busy,
            ActError::Changed => Self::Changed,
            ActError::KeyUsed => Self::KeyUsed,
            ActError::Store(error) => error.into(),
            ActError::Refused(refusal) => Self::internal(&refusal),
        }
    }
}

impl From<LetterError> for Problem {
    fn from(error: LetterError) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What stands in the way of what was asked, on a page that shows it.
#[derive(Clone, Copy, Debug)]
pub enum Obstacle<'a> {
    /// A form or filter has to be mended.
    Mend,
    /// Somebody was faster.
    TooLate,
    /// Another server would have to be asked, and cannot be.
    OutOfReach,
    Refused(&'a Refusal),
}

/// A page as an answer, with the status of the obstacle it shows, if any.
pub fn page(template: &impl Template, obstacle: Option<Obstacle<'_>>) -> Result<Response, Problem> {
    let status = match obstacle {
        None => StatusCode::OK,
        Some(Obstacle::Mend) => MEND,
        Some(Obstacle::TooLate) => StatusCode::CONFLICT,
        Some(Obstacle::OutOfReach) => StatusCode::SERVICE_UNAVAILABLE,
        Some(Obstacle::Refused(refusal)) => refused(refusal),
    };
    Ok((status, Html(template.render()?)).into_response())
}

/// The status of a page that shows a refusal: 422 where the form can be mended, 409 where the case
/// is not what the person thought, 403 where it is not theirs to do.
fn refused(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::RecordIncomplete { .. }
        | Refusal::OutcomeUnknown { .. }
        | Refusal::AssigneeNeeded { .. }
        | Refusal::AssigneeUnsuited { .. }
        | Refusal::SignatureNeeded
        | Refusal::NothingLogged
        | Refusal::NoLog
        | Refusal::NoSuchLetter
        | Refusal::ReceivedInFuture
        | Refusal::NoCalendar { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::TaskNotOpen { .. }
        | Refusal::Stale { .. }
        | Refusal::WronglyDated { .. }
        | Refusal::LetterUnderWay { .. }
        | Refusal::CaseFinished { .. }
        | Refusal::CaseRunning
        | Refusal::CaseSuspended { .. }
        | Refusal::NotSuspended => StatusCode::CONFLICT,
        Refusal::NotYourRole { .. }
        | Refusal::NotAssignedToYou { .. }
        | Refusal::SamePerson { .. }
        | Refusal::NotYourRequest => StatusCode::FORBIDDEN,
    }
}

/// The status of a form that has to be mended.
const MEND: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: Page,
    title: String,
    detail: String,
    /// What was sent can be sent again once its sender has signed in beside this page.
    signed_out: bool,
}

/// What went wrong, as RFC 9457 has it.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
struct ProblemJson {
    /// Names the kind of problem, and stays the same.
    #[schema(example = "/problems/not-found")]
    r#type: String,
    /// The kind of problem in words.
    title: String,
    /// The status of the answer.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    status: u16,
    /// What happened and what to do, for people.
    detail: String,
    /// The fields that have to be mended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldToMend>,
}

/// Writes out the problems that handlers, extractors and the router answer with.
pub async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_program = api::is_within(request.uri().path());
    let wants_json = is_program
        || request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("json") && !accept.contains("html"));
    let (method, headers, uri) = (request.method().clone(), request.headers().clone(), request.uri().clone());
    let response = next.run(request).await;
    let status = response.status();
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        // axum's own extractors and limits answer with plain text; ours are pages.
        None if !(status.is_client_error() || status.is_server_error()) || is_page(&response) => {
            return response;
        }
        None if status == StatusCode::METHOD_NOT_ALLOWED => Problem::MethodNotAllowed,
        None if status == StatusCode::PAYLOAD_TOO_LARGE => Problem::FormTooLarge,
        None if status == StatusCode::NOT_FOUND => Problem::NotFound,
        None if status.is_client_error() => Problem::BadRequest("problem-bad-request-detail"),
        None => Problem::Busy,
    };
    let allowed = response.headers().get(header::ALLOW).cloned();
    if is_program {
        return with_allow(again_after(json(&problem, api::words(&headers)), &problem), allowed);
    }
    // Whoever cannot be looked up can still be told what went wrong, and at once.
    let visitor = match problem {
        Problem::DatabaseOutOfReach { .. } => None,
        _ => Visitor::of(&app, &method, &headers, &uri).await.ok(),
    };
    let visitor = visitor.unwrap_or_else(|| Visitor::unknown(&method, &headers, &uri));
    with_allow(again_after(write_out(&problem, &visitor, wants_json), &problem), allowed)
}

fn write_out(problem: &Problem, visitor: &Visitor, wants_json: bool) -> Response {
    let words = visitor.words;
    if wants_json {
        return json(problem, words);
    }
    let (title, detail) = (problem.title(words), problem.detail(words));
    let page = Page::new(visitor, &title);
    match (ProblemPage { page, title, detail, signed_out: *problem == Problem::SignedOut }).render() {
        Ok(html) => (problem.status(), Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page for a problem cannot be written");
            problem.status().into_response()
        }
    }
}

fn json(problem: &Problem, words: Words) -> Response {
    let body = ProblemJson {
        r#type: format!("/problems/{}", problem.kind()),
        title: problem.title(words),
        status: problem.status().as_u16(),
        detail: problem.detail(words),
        errors: match problem {
            Problem::Mend(fields) => fields.clone(),
            _ => Vec::new(),
        },
    };
    let mut response = (problem.status(), axum::Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    // RFC 6750, section 3.
    let challenge = match problem {
        Problem::NoToken => Some("Bearer realm=\"sigap\""),
        Problem::OnlyReads => Some("Bearer realm=\"sigap\", error=\"insufficient_scope\", scope=\"act\""),
        _ => None,
    };
    if let Some(challenge) = challenge {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

/// Says when there is room for another request, where there was one too many.
fn again_after(mut response: Response, problem: &Problem) -> Response {
    if let Problem::TooManyRequests { seconds } = problem {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// Says again which methods an address takes, where the router has said it.
fn with_allow(mut response: Response, allowed: Option<HeaderValue>) -> Response {
    if let Some(allowed) = allowed {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// Something that a program has made, and where it is.
pub fn created(address: &str, body: impl Serialize) -> Response {
    (StatusCode::CREATED, [(header::LOCATION, address)], axum::Json(body)).into_response()
}

/// How the type of a problem names a refusal.
fn refusal_kind(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotYourRole { .. } => "not-your-role",
        Refusal::NotAssignedToYou { .. } => "not-assigned-to-you",
        Refusal::SamePerson { .. } => "same-person",
        Refusal::NotYourRequest => "not-your-request",
        Refusal::TaskNotOpen { .. } => "task-not-open",
        Refusal::Stale { .. } => "stale",
        Refusal::OutcomeUnknown { .. } => "outcome-unknown",
        Refusal::RecordIncomplete { .. } => "mend",
        Refusal::AssigneeNeeded { .. } => "assignee-needed",
        Refusal::AssigneeUnsuited { .. } => "assignee-unsuited",
        Refusal::SignatureNeeded => "signature-needed",
        Refusal::WronglyDated { .. } => "wrongly-dated",
        Refusal::NoSuchLetter => "no-such-letter",
        Refusal::LetterUnderWay { .. } => "letter-under-way",
        Refusal::NothingLogged => "nothing-logged",
        Refusal::NoLog => "no-log",
        Refusal::CaseFinished { .. } => "case-finished",
        Refusal::CaseRunning => "case-running",
        Refusal::CaseSuspended { .. } => "case-suspended",
        Refusal::NotSuspended => "not-suspended",
        Refusal::ReceivedInFuture => "received-in-future",
        Refusal::NoCalendar { .. } => "no-calendar",
    }
}

fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/html"))
}
