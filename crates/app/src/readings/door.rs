//! The door through which everything goes that is read of a case. It stands around the router, so that
//! no handler has to think of it and no new address can forget it.

use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sop::case::{CaseNo, LetterCode, PersonId};
use store::{ReadOf, ReadWhat, Reading};

use crate::ctx::App;
use crate::problem::Problem;
use crate::session::ClientAddress;

/// Who reads, as whoever lets them in tells the door.
#[derive(Clone, Debug, Default)]
pub struct Reader(Arc<OnceLock<Who>>);

#[derive(Debug)]
struct Who {
    person: PersonId,
    token: String,
}

impl Reader {
    /// Tells the door who it is, with the name of their token if it is a program.
    pub fn is(parts: &Parts, person: &PersonId, token: &str) {
        if let Some(Self(who)) = parts.extensions.get() {
            // Somebody else cannot come in by the same request.
            let _ = who.set(Who { person: person.clone(), token: token.to_owned() });
        }
    }
}

/// What an address names.
struct Opened {
    of: ReadOf,
    what: ReadWhat,
    which: String,
}

/// A form is sent there that changes nothing, and what comes back is read of the case.
const PREVIEW: &str = "/preview";

/// Notes who read what, where an address names a case and something of it was shown.
pub async fn note(
    State(app): State<App>,
    path: MatchedPath,
    params: RawPathParams,
    address: ClientAddress,
    mut request: Request,
    next: Next,
) -> Response {
    let shows = request.method() == Method::GET || path.as_str().ends_with(PREVIEW);
    let opened = shows.then(|| opened(path.as_str(), &params)).flatten();
    let Some(Opened { of, what, which }) = opened else { return next.run(request).await };
    let reader = Reader::default();
    request.extensions_mut().insert(reader.clone());
    let response = next.run(request).await;
    let Some(Who { person, token }) = reader.0.get().filter(|_| response.status().is_success()) else {
        return response;
    };
    let reading = Reading {
        of,
        what,
        which,
        person: person.clone(),
        token: token.clone(),
        address: address.behind(&app.settings).unwrap_or_default(),
    };
    match app.desk.note_reading(reading).await {
        Ok(()) => response,
        // Nothing is read unseen.
        Err(error) => Problem::from(error).into_response(),
    }
}

/// What is opened at an address of the router; none where it names neither case nor letter.
fn opened(path: &str, params: &RawPathParams) -> Option<Opened> {
    let param = |name: &str| params.iter().find(|(param, _)| *param == name).map(|(_, value)| value);
    let which = |names: &[&str]| names.iter().find_map(|name| param(name)).unwrap_or_default().to_owned();
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    if path.starts_with("/letters/{code}") {
        let code = which(&["code"]);
        return Some(Opened {
            of: ReadOf::Letter(LetterCode::new(&code)),
            what: ReadWhat::Letter,
            which: code,
        });
    }
    let of = ReadOf::Case(CaseNo::new(param("no")?));
    let rest = path.split_once("{no}").map_or("", |(_, rest)| rest);
    let (what, which) = match rest.split('/').nth(1) {
        Some("documents") => (ReadWhat::Document, which(&["which", "id"])),
        Some("attachments") if param("seq").is_some() => (ReadWhat::Attachment, which(&["seq"])),
        Some("dossier") => (ReadWhat::Dossier, String::new()),
        Some("readings") => (ReadWhat::Readings, String::new()),
        None if path.starts_with("/requests/") => (ReadWhat::Tracking, String::new()),
        // Whatever else is shown of a case is part of it.
        Some(_) | None => (ReadWhat::Case, String::new()),
    };
    Some(Opened { of, what, which })
}
