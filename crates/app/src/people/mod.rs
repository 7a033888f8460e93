//! Pengguna: the accounts of the office, for whoever keeps them.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use sop::case::UnitCode;

use crate::cases::rail;
use crate::ctx::{self, Ctx, Page};
use crate::policy::Place;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "people/index.html")]
struct PeoplePage {
    page: Page,
    accounts: Vec<Account>,
}

struct Account {
    name: String,
    position: String,
    unit: String,
    roles: String,
    sign_in: String,
}

/// `GET /people`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    ctx.enter(Place::People)?;
    let words = ctx.words;
    let units: HashMap<UnitCode, String> =
        ctx.desk.store.units().await?.into_iter().map(|unit| (unit.code, unit.name)).collect();
    let accounts = ctx.desk.store.people(ctx.desk.today()).await?.into_iter().map(|person| Account {
        name: person.name,
        position: person.position,
        unit: units.get(&person.unit).map_or_else(|| person.unit.to_string(), Clone::clone),
        roles: person
            .roles
            .iter()
            .map(|role| rail::role(words, role.as_str()))
            .collect::<Vec<_>>()
            .join(", "),
        sign_in: person.email,
    });
    ctx::show(&PeoplePage {
        page: ctx.page(&words.t("people-title").to_string()),
        accounts: accounts.collect(),
    })
}
