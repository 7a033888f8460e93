//! The Form Permintaan Bantuan Helpdesk TI: filled in by whoever needs help, or by the agenda
//! officer for a letter that came on paper.

use askama::Template;
use axum::extract::{Multipart, Query};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Time;
use serde::Deserialize;
use sop::case::{
    Channel, FieldProblem, Problem as Fault, Refusal, Registration, UnitCode, read_date, text_key,
};
use sop::definition::{FieldId, FieldKind};
use store::Unit;

use crate::cases::{self, rail};
use crate::ctx::{Ctx, Page};
use crate::desk::ActError;
use crate::form::{self, Control, ErrorLink, FieldView, FormState, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};

#[derive(Template)]
#[template(path = "requests/new.html")]
struct NewPage {
    page: Page,
    form_name: String,
    entering: bool,
    /// Where the other form is, for whoever may fill in both.
    other: Option<&'static str>,
    errors: Vec<ErrorLink>,
    refusal: Option<String>,
    units: Vec<UnitView>,
    unit_error: Option<String>,
    own_unit: String,
    who: Vec<FieldView>,
    letter: Vec<FieldView>,
    subject: FieldView,
    fields: Vec<FieldView>,
    files_error: Option<String>,
    attachments_hint: String,
    after: Vec<rail::RailRow>,
}

struct UnitView {
    code: String,
    name: String,
    chosen: bool,
}

/// What a form that was refused says.
#[derive(Default)]
struct Faults {
    problems: Vec<FieldProblem>,
    refusal: Option<Refusal>,
    files: Option<String>,
}

const UNIT: &str = "unit";
const RECEIVED_ON: &str = "received-on";
const RECEIVED_HOUR: &str = "received-hour";
const LETTER_DATE: &str = "letter-date";

/// Says in an address, and in the form, that whoever keeps the agenda asks for themselves.
const OWN: &str = "own";

#[derive(Debug, Default, Deserialize)]
pub struct Whose {
    #[serde(default)]
    own: String,
}

/// `GET /requests/new`
pub async fn new(ctx: Ctx, Query(whose): Query<Whose>) -> Result<Response, Problem> {
    ctx.enter(Place::Ask)?;
    page(&ctx, is_entering(&ctx, &whose.own), None, Faults::default()).await
}

/// Whether a letter is entered that came from somebody else. Who may only ask for themselves does that.
fn is_entering(ctx: &Ctx, own: &str) -> bool {
    let asks_for_self = own == "yes" && policy::may(&ctx.person, Place::OwnRequests);
    policy::may(&ctx.person, Place::EnterLetter) && !asks_for_self
}

/// `POST /requests`: the request and its files are taken in together or not at all.
pub async fn create(ctx: Ctx, form: Multipart) -> Result<Response, Problem> {
    ctx.enter(Place::Ask)?;
    let mut received = cases::receive(&ctx, form).await?;
    let typed = std::mem::take(&mut received.typed);
    let mut faults = Faults::default();
    let entering = is_entering(&ctx, typed.one(OWN));
    let units = ctx.desk.store.units().await?;
    let mut registration = registration(&ctx, entering, &typed, &units, &mut faults);
    // The rules are asked before anything is kept, so that all there is to mend is said at once.
    if let Err(refusal) = ctx.desk.would_register(&ctx.actor, &registration) {
        faults.add(refusal);
    }
    if !faults.none() || !received.refused.is_empty() {
        faults.files = Some(received.sentence(&ctx)).filter(|sentence| !sentence.is_empty());
        return page(&ctx, entering, Some(&typed), faults).await;
    }
    registration.files = received.keep().await?;
    match ctx.desk.register(&ctx.actor, registration).await {
        Ok(file) => Ok(Redirect::to(&cases::address(&ctx, &file.case.number)).into_response()),
        Err(ActError::Refused(refusal)) => {
            faults.add(refusal);
            page(&ctx, entering, Some(&typed), faults).await
        }
        Err(error) => Err(error.into()),
    }
}

fn registration(
    ctx: &Ctx,
    entering: bool,
    typed: &Typed,
    units: &[Unit],
    faults: &mut Faults,
) -> Registration {
    let now = ctx.desk.now();
    let today = ctx.desk.calendar.local(now).date();
    let mut fault = |field: &str, problem: Fault| {
        faults.problems.push(FieldProblem { field: FieldId::new(field), problem });
    };
    let mut registration = Registration {
        requester: (!entering).then(|| ctx.person.id.clone()),
        requester_name: if entering {
            typed.one(text_key::REQUESTER_NAME).to_owned()
        } else {
            ctx.person.name.clone()
        },
        contact: typed.one(text_key::CONTACT).to_owned(),
        unit: ctx.person.unit.clone(),
        subject: typed.one(text_key::SUBJECT).to_owned(),
        channel: if entering { Channel::Letter } else { Channel::Form },
        received_at: now,
        letter_no: String::new(),
        letter_date: None,
        entries: typed.entries().clone(),
        files: Vec::new(),
    };
    if !entering {
        return registration;
    }
    registration.letter_no = typed.one(text_key::LETTER_NO).to_owned();
    let code = UnitCode::new(typed.one(UNIT));
    if !units.iter().any(|unit| unit.code == code && unit.term.holds_on(today)) {
        fault(UNIT, Fault::NotAnOption);
    }
    registration.unit = code;
    match typed.one(LETTER_DATE).trim() {
        "" => {}
        text => match read_date(text) {
            Some(date) if date > today => fault(LETTER_DATE, Fault::InFuture),
            Some(date) => registration.letter_date = Some(date),
            None => fault(LETTER_DATE, Fault::NotADate),
        },
    }
    match (typed.one(RECEIVED_ON).trim(), typed.one(RECEIVED_HOUR).trim()) {
        ("", "") => {}
        (day, hour) => match (read_date(day), read_hour(hour)) {
            (None, _) => fault(RECEIVED_ON, Fault::NotADate),
            (Some(_), None) => fault(RECEIVED_HOUR, Fault::NotADate),
            (Some(day), Some(hour)) => match ctx.desk.calendar.instant(day.to_datetime(hour)) {
                Some(at) if at <= now => registration.received_at = at,
                Some(_) | None => fault(RECEIVED_ON, Fault::InFuture),
            },
        },
    }
    registration
}

/// Reads `09.12` or `9:12`.
fn read_hour(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(['.', ':'])?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl Faults {
    fn add(&mut self, refusal: Refusal) {
        match refusal {
            Refusal::RecordIncomplete { problems } => self.problems.extend(problems),
            refusal => self.refusal = Some(refusal),
        }
    }

    fn none(&self) -> bool {
        self.problems.is_empty() && self.refusal.is_none() && self.files.is_none()
    }
}

async fn page(ctx: &Ctx, entering: bool, typed: Option<&Typed>, faults: Faults) -> Result<Response, Problem> {
    let words = ctx.words;
    let sop = ctx.desk.sop();
    let units = ctx.desk.store.units().await?;
    let now = ctx.desk.calendar.local(ctx.desk.now());
    let today = format!("{:02}-{:02}-{}", now.day(), now.month(), now.year());
    let hour = format!("{:02}.{:02}", now.hour(), now.minute());

    // Fields of the frame look like those of the SOP's file, so that one template draws both.
    let field = |name: &str, key: &str, hint: Option<&str>, kind: FieldKind, required: bool, begun: &str| {
        let value = typed.map_or_else(|| begun.to_owned(), |typed| typed.one(name).to_owned());
        let problem = faults.problems.iter().find(|problem| problem.field == *name);
        FieldView {
            name: name.to_owned(),
            label: words.t(key).to_string(),
            hint: hint.map(|key| words.t(key).to_string()),
            required,
            error: problem.map(|problem| {
                if name == RECEIVED_HOUR {
                    words.t("fault-not-an-hour").to_string()
                } else {
                    form::fault(words, problem.problem, Some(kind))
                }
            }),
            control: if kind == FieldKind::PastDate {
                Control::Date { value }
            } else {
                Control::Line { value }
            },
        }
    };
    use FieldKind::{Line, PastDate};
    let mut who = Vec::new();
    if entering {
        who.push(field(text_key::REQUESTER_NAME, "request-name", None, Line, true, ""));
    }
    who.push(field(text_key::CONTACT, "request-contact", Some("request-contact-hint"), Line, true, ""));
    let letter = if entering {
        vec![
            field(text_key::LETTER_NO, "fact-letter", None, Line, false, ""),
            field(LETTER_DATE, "fact-letter-date", Some("date-hint"), PastDate, false, ""),
            field(RECEIVED_ON, "request-received-on", Some("date-hint"), PastDate, true, &today),
            field(RECEIVED_HOUR, "request-received-hour", Some("hour-hint"), PastDate, true, &hour),
        ]
    } else {
        Vec::new()
    };
    let subject = field(text_key::SUBJECT, "request-subject", Some("request-subject-hint"), Line, true, "");
    let state = FormState { words, sop, typed, problems: &faults.problems, begun: None };
    let fields: Vec<FieldView> = sop.form.fields.iter().map(|field| state.field("", field)).collect();

    let unit_error = faults
        .problems
        .iter()
        .any(|problem| problem.field == UNIT)
        .then(|| words.t("fault-choose-unit").to_string());
    let mut errors: Vec<ErrorLink> = Vec::new();
    if let Some(error) = &unit_error {
        errors.push(ErrorLink {
            field: UNIT.to_owned(),
            sentence: format!("{}: {error}", words.t("fact-unit")),
        });
    }
    for field in who.iter().chain(&letter).chain([&subject]).chain(&fields) {
        if let Some(error) = &field.error {
            errors
                .push(ErrorLink { field: field.name.clone(), sentence: format!("{}: {error}", field.label) });
        }
    }
    if let Some(error) = &faults.files {
        errors.push(ErrorLink { field: "files".to_owned(), sentence: error.clone() });
    }
    let title = words.t(if entering { "request-title-enter" } else { "request-title" }).to_string();
    let shown = if faults.none() { title } else { words.t("title-mend").with("title", title).to_string() };
    let obstacle = (!faults.none()).then_some(Obstacle::Mend);
    let own_unit = units.iter().find(|unit| unit.code == ctx.person.unit);
    let own_unit = own_unit.map(|unit| unit.name_on(now.date()).to_owned());
    let template = NewPage {
        form_name: words.label(sop, &sop.form.name).to_owned(),
        entering,
        other: {
            let may_both =
                [Place::EnterLetter, Place::OwnRequests].map(|place| policy::may(&ctx.person, place));
            let address = if entering { "/requests/new?own=yes" } else { "/requests/new" };
            (may_both == [true, true]).then_some(address)
        },
        errors,
        refusal: faults
            .refusal
            .as_ref()
            .map(|refusal| cases::refusal_sentence(ctx, sop, &std::collections::HashMap::new(), refusal)),
        units: units
            .into_iter()
            .filter(|unit| unit.term.holds_on(now.date()))
            .map(|unit| UnitView {
                chosen: typed.is_some_and(|typed| unit.code == *typed.one(UNIT)),
                name: unit.name_on(now.date()).to_owned(),
                code: unit.code.to_string(),
            })
            .collect(),
        unit_error,
        own_unit: own_unit.unwrap_or_default(),
        who,
        letter,
        subject,
        fields,
        files_error: faults.files,
        attachments_hint: cases::attachments_hint(ctx),
        after: rail::plain(sop, words),
        page: ctx.page(&shown),
    };
    problem::page(&template, obstacle)
}

#[cfg(test)]
mod tests {
    use super::read_hour;

    #[test]
    fn an_hour_is_written_with_a_stop_or_a_colon() {
        assert_eq!(read_hour("09.12"), read_hour("9:12"));
        assert_eq!(read_hour("24.00"), None);
        assert_eq!(read_hour("pagi"), None);
    }
}
