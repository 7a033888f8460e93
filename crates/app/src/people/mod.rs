//! Pengguna: the accounts of the office with what their owners were, are and will be, what people can
//! do, and the units.

mod skills;

pub use skills::{
    address as skills_address, beyond_limits, found as of_skills, note as note_skills, read as read_skills,
    show as skills, skills_of,
};

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use sop::case::UnitCode;
use store::{FormerName, Person, Posting, ServiceRecord, Term, Unit};

use crate::cases::rail;
use crate::ctx::{self, Ctx, Page};
use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::words::Words;

#[derive(Template)]
#[template(path = "people/index.html")]
struct PeoplePage {
    page: Page,
    accounts: Vec<Account>,
    units: Vec<UnitLine>,
}

struct Account {
    name: String,
    positions: Vec<Held>,
    roles: Vec<Held>,
    sign_in: String,
    /// Where it is written down what they can do, for whoever may and of whom it matters.
    skills: Option<String>,
}

/// What is held for a time, and how that stands today.
struct Held {
    what: String,
    when: String,
    is_in_force: bool,
}

struct UnitLine {
    code: String,
    name: String,
    /// How it was called, the newest name first, each with its last day.
    former_names: Vec<String>,
    parent: String,
    zone: &'static str,
    when: String,
    is_in_force: bool,
}

struct Writer {
    words: Words,
    today: Date,
    units: HashMap<UnitCode, Unit>,
}

/// `GET /people`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    ctx.enter(Place::People)?;
    let (words, today) = (ctx.words, ctx.desk.today());
    let units = ctx.desk.store.units().await?;
    let by_code = units.iter().map(|unit| (unit.code.clone(), unit.clone())).collect();
    let writer = Writer { words, today, units: by_code };
    let may_note = policy::may(&ctx.person, Place::Skills);
    let records = ctx.desk.store.service_records().await?;
    let accounts = ctx.desk.store.people(today).await?.into_iter().map(|person| {
        let record = records.get(&person.id).cloned().unwrap_or_default();
        let skills = (may_note && skills::matter(&person)).then(|| skills::address(&person.id));
        writer.account(person, record, skills)
    });
    ctx::show(&PeoplePage {
        page: ctx.page(&words.t("people-title").to_string()),
        accounts: accounts.collect(),
        units: units.into_iter().map(|unit| writer.unit(unit)).collect(),
    })
}

impl Writer {
    fn account(&self, person: Person, record: ServiceRecord, skills: Option<String>) -> Account {
        let positions = record
            .postings
            .into_iter()
            .map(|posting| (posting.term, format!("{}, {}", posting.position, self.unit_of(&posting))));
        let roles = record
            .holdings
            .into_iter()
            .map(|holding| (holding.term, rail::role(self.words, holding.role.as_str())));
        Account {
            name: person.name,
            positions: self.held(positions.collect()),
            roles: self.held(roles.collect()),
            sign_in: person.email,
            skills,
        }
    }

    /// First what is in force, then the rest from the last to the first.
    fn held(&self, mut terms: Vec<(Term, String)>) -> Vec<Held> {
        terms.sort_by_key(|(term, _)| (term.holds_on(self.today), *term));
        terms.reverse();
        let held = terms.into_iter().map(|(term, what)| Held {
            what,
            when: self.words.term(term, self.today),
            is_in_force: term.holds_on(self.today),
        });
        held.collect()
    }

    fn unit(&self, unit: Unit) -> UnitLine {
        UnitLine {
            parent: unit.parent.as_ref().map(|parent| self.name_of(parent, self.today)).unwrap_or_default(),
            name: unit.name_on(self.today).to_owned(),
            former_names: unit.former_names.iter().rev().map(|former| self.former(former)).collect(),
            code: unit.code.to_string(),
            zone: unit.zone.abbreviation(),
            when: self.words.term(unit.term, self.today),
            is_in_force: unit.term.holds_on(self.today),
        }
    }

    fn former(&self, former: &FormerName) -> String {
        let until = self.words.date(former.until);
        self.words.t("unit-former-name").with("name", former.name.clone()).with("until", until).to_string()
    }

    /// The unit of a posting, called as it was on the last day of it that has come.
    fn unit_of(&self, posting: &Posting) -> String {
        let last = posting.term.until.map_or(self.today, |until| until.min(self.today));
        self.name_of(&posting.unit, last)
    }

    fn name_of(&self, code: &UnitCode, day: Date) -> String {
        self.units.get(code).map_or_else(|| code.to_string(), |unit| unit.name_on(day).to_owned())
    }
}
