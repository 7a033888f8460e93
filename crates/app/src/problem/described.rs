//! Which problems the interface for machines answers with, for its description.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sop::case::Refusal;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema as _, ToSchema as _};

use super::{FieldToMend, Problem, ProblemJson};

type Responses = BTreeMap<String, RefOr<Response>>;

/// What may stand in the way of reading.
#[derive(Debug)]
pub struct ReadProblems;

/// What may stand in the way of an act on a case.
#[derive(Debug)]
pub struct ActProblems;

/// What may stand in the way of whatever else changes something.
#[derive(Debug)]
pub struct WriteProblems;

fn read() -> Vec<(Problem, &'static str)> {
    vec![
        (Problem::BadRequest(""), "The address cannot be read."),
        (Problem::NoToken, "There is no token, or one that is unknown, revoked or expired."),
        (Problem::NotFound, "It does not exist, or not for this person: the two look the same."),
        (Problem::Destroyed { list: 0, day: Date::ZERO }, "The case was destroyed once its years were over."),
        (Problem::Mend(Vec::new()), "Something has to be mended; `errors` names the fields."),
        (
            Problem::TooManyRequests { seconds: 1 },
            "Too many requests in a minute; `Retry-After` says when to go on.",
        ),
        (Problem::Internal { reference: 0 }, "The fault is ours; the number in `detail` leads to the log."),
        (Problem::Busy, "Sigap is busy. Try again in a moment."),
    ]
}

fn write() -> Vec<(Problem, &'static str)> {
    let mut problems = read();
    problems.extend([
        (Problem::OnlyReads, "The token may only read, or this is not for this person to do."),
        (Problem::Refused(Refusal::CaseRunning, String::new()), "As things stand, it is not allowed."),
        (Problem::FormTooLarge, "The body is too large."),
        (Problem::TooSlow, "The body took too long to arrive."),
        (Problem::NotJson, "The body is not of the media type that is asked for."),
    ]);
    problems
}

fn act() -> Vec<(Problem, &'static str)> {
    let mut problems = write();
    problems.extend([
        (Problem::Changed, "The case has changed since it was read. Read it again, and decide anew."),
        (Problem::SeenNeeded, "`If-Match` is missing."),
    ]);
    problems
}

impl IntoResponses for ReadProblems {
    fn responses() -> Responses {
        described(read())
    }
}

impl IntoResponses for ActProblems {
    fn responses() -> Responses {
        described(act())
    }
}

impl IntoResponses for WriteProblems {
    fn responses() -> Responses {
        described(write())
    }
}

fn described(problems: Vec<(Problem, &str)>) -> Responses {
    let json = Content::new(Some(Ref::from_schema_name("Problem")));
    let described = problems.into_iter().map(|(problem, description)| {
        let response =
            ResponseBuilder::new().description(description).content("application/problem+json", json.clone());
        (problem.status().as_u16().to_string(), response.build().into())
    });
    described.collect()
}

/// The schemas that these answers refer to.
pub fn schemas() -> Vec<(String, RefOr<utoipa::openapi::Schema>)> {
    vec![
        (ProblemJson::name().into_owned(), ProblemJson::schema()),
        (FieldToMend::name().into_owned(), FieldToMend::schema()),
    ]
}
