//! Who a program comes for, the people and units of the office, and its working time.

use std::collections::HashMap;

use axum::Json;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sop::case::PersonId;
use sop::definition::Role;
use store::{Person, TokenScope};
use utoipa::ToSchema;

use super::client::{Holds, Reads};
use super::mandates::CapacityName;
use crate::mandates;
use crate::policy::{self, Place};
use crate::problem::{Problem, ReadProblems};

/// Somebody by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonName {
    /// By which acts name them.
    pub id: String,
    #[schema(example = "Budi Prasetyo")]
    pub name: String,
}

/// For whom a program comes, and with what.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// With every role in which they may act today, by own right or in somebody's place.
    person: PersonView,
    /// In whose place they may act today, the nearest first.
    stands_in_for: Vec<StandingView>,
    /// What its owner calls the token.
    token: String,
    scope: Scope,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// The right to act in somebody's place, today.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standing)]
pub struct StandingView {
    person: PersonName,
    capacity: CapacityName,
    roles: Vec<String>,
    /// The mandate by which they do.
    mandate: u32,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Scope {
    Read,
    Act,
}

/// Somebody with an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    id: String,
    name: String,
    position: String,
    /// The code of their unit.
    unit: String,
    roles: Vec<String>,
}

/// The people of the office.
#[derive(Debug, Serialize, ToSchema)]
pub struct People {
    people: Vec<PersonView>,
}

/// The units that ask for help.
#[derive(Debug, Serialize, ToSchema)]
pub struct Units {
    units: Vec<UnitView>,
}

/// A work unit (satker).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unit)]
pub struct UnitView {
    #[schema(example = "BRMP-NTT")]
    code: String,
    name: String,
    /// Where it keeps its clocks.
    #[schema(example = "WITA")]
    zone: &'static str,
    /// The code of the unit to which it belongs.
    #[schema(example = "SEKRETARIAT")]
    parent: Option<String>,
    /// The first day on which it exists; open without one.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last day on which it exists; open without one. No new request comes from a unit that is over.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
}

/// Read who this is
#[utoipa::path(
    get, path = "/api/v1/me", operation_id = "getMe", tag = "office",
    responses((status = 200, description = "The person, and what the token may.", body = Me), ReadProblems),
)]
pub async fn me(Holds(ctx, token): Holds) -> Result<Json<Me>, Problem> {
    let names = mandates::givers(&ctx).await?;
    let standings = ctx.actor.standings().iter().map(|standing| StandingView {
        person: PersonName::of(&names, &standing.person),
        capacity: standing.capacity.into(),
        roles: standing.roles.iter().map(Role::to_string).collect(),
        mandate: standing.mandate.0,
    });
    Ok(Json(Me {
        stands_in_for: standings.collect(),
        person: ctx.person.into(),
        token: token.name,
        scope: match token.scope {
            TokenScope::Read => Scope::Read,
            TokenScope::Act => Scope::Act,
        },
        expires_at: token.expires_at,
    }))
}

/// List people
///
/// Everybody with an account, for whoever keeps accounts.
#[utoipa::path(
    get, path = "/api/v1/people", operation_id = "listPeople", tag = "office",
    responses((status = 200, description = "Everybody, by name.", body = People), ReadProblems),
)]
pub async fn people(Reads(ctx): Reads) -> Result<Json<People>, Problem> {
    ctx.enter(Place::People)?;
    let people = ctx.desk.store.people(ctx.desk.today()).await?;
    Ok(Json(People { people: people.into_iter().map(PersonView::from).collect() }))
}

/// List units
#[utoipa::path(
    get, path = "/api/v1/units", operation_id = "listUnits", tag = "office",
    responses((status = 200, description = "All units, by name.", body = Units), ReadProblems),
)]
pub async fn units(Reads(ctx): Reads) -> Result<Json<Units>, Problem> {
    // Who sees them on the pages: in the filter of the list, or in the form for a letter.
    if !policy::may(&ctx.person, Place::EnterLetter) {
        ctx.enter(Place::Cases)?;
    }
    let today = ctx.desk.today();
    let units = ctx.desk.store.units().await?.into_iter().map(|unit| UnitView {
        name: unit.name_on(today).to_owned(),
        code: unit.code.to_string(),
        zone: unit.zone.abbreviation(),
        parent: unit.parent.map(|parent| parent.to_string()),
        from: unit.term.from,
        until: unit.term.until,
    });
    Ok(Json(Units { units: units.collect() }))
}

impl From<Person> for PersonView {
    fn from(person: Person) -> Self {
        Self {
            id: person.id.to_string(),
            name: person.name,
            position: person.position,
            unit: person.unit.to_string(),
            roles: person.roles.iter().map(Role::to_string).collect(),
        }
    }
}

impl PersonName {
    /// Somebody among names; one who is gone has none.
    pub fn of(names: &HashMap<PersonId, String>, id: &PersonId) -> Self {
        Self { id: id.to_string(), name: names.get(id).cloned().unwrap_or_default() }
    }
}

impl From<Person> for PersonName {
    fn from(person: Person) -> Self {
        Self { id: person.id.to_string(), name: person.name }
    }
}
