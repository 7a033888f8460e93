//! Who a program comes for, the people and units of the office, and its working time.

use axum::Json;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sop::calendar::Norm;
use sop::case::Refusal;
use sop::definition::Role;
use store::{Person, TokenScope};
use utoipa::{IntoParams, ToSchema};

use super::client::{Holds, Query, Reads};
use super::form;
use crate::policy::{self, Place};
use crate::problem::{FieldToMend, Problem, ReadProblems};

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
    person: PersonView,
    /// What its owner calls the token.
    token: String,
    scope: Scope,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
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

/// From when on how much working time counts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DueQuery {
    /// When work begins.
    #[param(value_type = String, format = DateTime, example = "2026-11-23T09:12:00+07:00")]
    start: Timestamp,
    /// A norm as the SOP writes it: minutes, hours or days, and `1 - 5 hari` for a range.
    #[param(example = "2 jam", max_length = 60)]
    norm: String,
}

/// When something is due, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueTime {
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// The norm as it was understood.
    #[schema(example = "2 jam")]
    norm: String,
    /// Each stretch of time that counts or does not, in Indonesian sentences.
    because: Vec<String>,
}

/// Read who this is
#[utoipa::path(
    get, path = "/api/v1/me", operation_id = "getMe", tag = "office",
    responses((status = 200, description = "The person, and what the token may.", body = Me), ReadProblems),
)]
pub async fn me(Holds(ctx, token): Holds) -> Json<Me> {
    Json(Me {
        person: ctx.person.into(),
        token: token.name,
        scope: match token.scope {
            TokenScope::Read => Scope::Read,
            TokenScope::Act => Scope::Act,
        },
        expires_at: token.expires_at,
    })
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

/// Compute when something is due
///
/// Counts working time by the calendar of the office: its hours, days off and joint leave.
#[utoipa::path(
    get, path = "/api/v1/calendar/due", operation_id = "computeDue", tag = "office", params(DueQuery),
    responses((status = 200, description = "When it is due, and why.", body = DueTime), ReadProblems),
)]
pub async fn due(Reads(ctx): Reads, Query(query): Query<DueQuery>) -> Result<Json<DueTime>, Problem> {
    let norm: Norm = query.norm.parse().map_err(|error: sop::calendar::NormError| {
        Problem::Mend(vec![FieldToMend {
            field: "norm".to_owned(),
            code: "not-a-norm",
            detail: error.to_string(),
        }])
    })?;
    let calendar = &ctx.desk.calendar;
    let computed = calendar
        .due(query.start, &norm)
        .and_then(|due_at| Ok((due_at, calendar.explain(query.start, &norm)?)));
    match computed {
        Ok((due_at, lines)) => Ok(Json(DueTime {
            due_at,
            norm: norm.to_string(),
            because: lines.iter().map(sop::calendar::ExplainLine::sentence).collect(),
        })),
        Err(missing) => {
            let refusal = Refusal::from(missing);
            Err(form::refused(&ctx, ctx.desk.sop(), refusal.into(), |field| field).await)
        }
    }
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

impl From<Person> for PersonName {
    fn from(person: Person) -> Self {
        Self { id: person.id.to_string(), name: person.name }
    }
}
