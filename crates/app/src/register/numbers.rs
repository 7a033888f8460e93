//! Numbers of letters that are set aside, and given up with the reason why.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use sop::case::PersonId;
use store::{LetterNumber, Reservation, ReserveError};

use super::book::{self, Book};
use super::books;
use crate::cases::list::Filters;
use crate::ctx::Ctx;
use crate::form::{self, Control, ErrorLink, FieldView, Typed};
use crate::policy::{self, Place};
use crate::problem::{Obstacle, Problem};
use crate::words::Words;

/// The field that says for what a number is set aside.
const PURPOSE: &str = "purpose";
/// Where the numbers are seen.
const PAGE: &str = "/register/outgoing";

/// What the page of outgoing letters offers to those who may set numbers aside.
#[derive(Debug)]
pub struct NumbersView {
    pub purpose: FieldView,
    pub waiting: Vec<WaitingView>,
    pub errors: Vec<ErrorLink>,
    /// Why nothing was done, where no field says it, and what was typed.
    pub refusal: Option<String>,
    pub kept: Vec<(String, String)>,
}

/// A number that waits for its letter, with the form by which it is given up.
#[derive(Debug)]
pub struct WaitingView {
    pub key: String,
    pub number: String,
    pub dated: String,
    pub purpose: String,
    pub who: String,
    pub reason: FieldView,
}

/// A form about numbers that was refused, to be shown again as it was typed.
#[derive(Debug)]
pub struct Refused<'a> {
    typed: &'a Typed,
    why: Why,
}

#[derive(Debug)]
enum Why {
    /// This field has to be mended, and how.
    Field(String, String),
    /// The number does not wait any more; what was written goes back to its writer.
    Gone(LetterNumber),
}

impl Refused<'_> {
    pub fn obstacle(&self) -> Obstacle<'_> {
        match self.why {
            Why::Field(..) => Obstacle::Mend,
            Why::Gone(_) => Obstacle::TooLate,
        }
    }
}

/// `POST /numbers`: sets the next number aside.
pub async fn reserve(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::Numbers)?;
    let purpose = match form::typed_line(ctx.words, &typed, PURPOSE) {
        Ok(purpose) => purpose,
        Err(sentence) => return again(&ctx, &typed, Why::Field(PURPOSE.to_owned(), sentence)).await,
    };
    match set_aside(&ctx, &purpose).await {
        Ok(reserved) => Ok(Redirect::to(&format!("{PAGE}#{}", anchor(reserved.number))).into_response()),
        Err(ReserveError::TooMany { waiting_max }) => {
            let sentence = too_many(ctx.words, waiting_max);
            again(&ctx, &typed, Why::Field(PURPOSE.to_owned(), sentence)).await
        }
        Err(ReserveError::Store(error)) => Err(error.into()),
    }
}

/// Sets the next number of today aside.
pub async fn set_aside(ctx: &Ctx, purpose: &str) -> Result<Reservation, ReserveError> {
    let desk = &ctx.desk;
    let numbering = &desk.letters.stationery.numbering;
    desk.store.reserve_number(numbering, desk.today(), purpose, &ctx.person.id, desk.now()).await
}

/// That as many numbers wait as may, in a sentence.
pub fn too_many(words: Words, waiting_max: u32) -> String {
    words.t("number-too-many").with("n", waiting_max).to_string()
}

/// `POST /numbers/{number}/voiding`: gives a number up for good.
pub async fn void(ctx: Ctx, Path(number): Path<String>, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::Numbers)?;
    let number: LetterNumber = number.parse().map_err(|_| Problem::NotFound)?;
    let field = reason_control(number);
    let reason = match form::typed_line(ctx.words, &typed, &field) {
        Ok(reason) => reason,
        Err(sentence) => return again(&ctx, &typed, Why::Field(field, sentence)).await,
    };
    if ctx.desk.store.void_number(number, &reason, &ctx.person.id, ctx.desk.now()).await? {
        Ok(Redirect::to(PAGE).into_response())
    } else {
        again(&ctx, &typed, Why::Gone(number)).await
    }
}

async fn again(ctx: &Ctx, typed: &Typed, why: Why) -> Result<Response, Problem> {
    books::page(ctx, Book::Outgoing, &Filters::default(), None, Some(Refused { typed, why })).await
}

fn reason_control(number: LetterNumber) -> String {
    format!("reason-{number}")
}

/// Names a waiting number on its page.
fn anchor(number: LetterNumber) -> String {
    format!("nomor-{number}")
}

impl NumbersView {
    /// None for those who may not set numbers aside.
    pub async fn of(ctx: &Ctx, refused: Option<&Refused<'_>>) -> Result<Option<Self>, Problem> {
        if !policy::may(&ctx.person, Place::Numbers) {
            return Ok(None);
        }
        let words = ctx.words;
        let waiting = ctx.desk.store.reserved_numbers().await?;
        let people: Vec<PersonId> = waiting.iter().map(|reservation| reservation.by.clone()).collect();
        let names = ctx.desk.store.names(&people).await?;
        let field = |name: String, key: &str, hint: Option<&str>| FieldView {
            label: words.t(key).to_string(),
            hint: hint.map(|key| words.t(key).to_string()),
            control: Control::Line {
                value: refused.map(|refused| refused.typed.one(&name)).unwrap_or_default().to_owned(),
            },
            required: true,
            error: refused.and_then(|refused| match &refused.why {
                Why::Field(field, sentence) if *field == name => Some(sentence.clone()),
                Why::Field(..) | Why::Gone(_) => None,
            }),
            name,
        };
        let purpose = field(PURPOSE.to_owned(), "number-purpose", Some("number-purpose-hint"));
        let view = |reservation: &Reservation| WaitingView {
            key: reservation.number.to_string(),
            number: reservation.written_number.clone(),
            dated: words.date(reservation.dated),
            purpose: reservation.purpose.clone(),
            who: book::name(&names, &reservation.by),
            reason: field(reason_control(reservation.number), "number-reason", None),
        };
        let waiting: Vec<WaitingView> = waiting.iter().map(view).collect();
        let fields = std::iter::once(&purpose).chain(waiting.iter().map(|waiting| &waiting.reason));
        let errors = fields.filter_map(|field| {
            let sentence = format!("{}: {}", field.label, field.error.as_ref()?);
            Some(ErrorLink { field: field.name.clone(), sentence })
        });
        let gone = refused.and_then(|refused| match refused.why {
            Why::Gone(number) => Some((number, refused.typed.one(&reason_control(number)).to_owned())),
            Why::Field(..) => None,
        });
        Ok(Some(Self {
            errors: errors.collect(),
            refusal: gone.as_ref().map(|_| words.t("number-gone").to_string()),
            kept: gone.map(|(_, typed)| (words.t("number-reason").to_string(), typed)).into_iter().collect(),
            purpose,
            waiting,
        }))
    }
}
