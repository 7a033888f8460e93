//! Who is asking: gathered once, so that no handler lists six extractors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use sop::Sop;
use sop::calendar::Zone;
use sop::case::{Actor, PersonId};
use store::{Asked, Person, StoreError, TaskBox};

use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::readings::Reader;
use crate::words::{Language, Words};
use crate::{Desk, Settings, session};

/// What every handler can reach.
#[derive(Clone, Debug)]
pub struct App {
    pub desk: Desk,
    pub settings: Arc<Settings>,
}

/// Anybody who opens a page, signed in or not.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub words: Words,
    pub person: Option<Person>,
    actor: Option<Actor>,
    /// The session in which they are signed in, by the hash of its cookie.
    session: Option<[u8; 32]>,
    theme: Option<&'static str>,
    path: String,
    waiting: u32,
}

/// Somebody signed in, and the desk they sit at.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub desk: Desk,
    pub settings: Arc<Settings>,
    /// Their roles are all in which they may act today, by own right or in somebody's place; which of the
    /// two it is, the actor tells.
    pub person: Person,
    pub actor: Actor,
    pub words: Words,
    /// The hash of the cookie of this session.
    pub session: [u8; 32],
    visitor: Visitor,
}

/// What the frame around every page shows.
#[derive(Clone, Debug)]
pub struct Page {
    pub words: Words,
    pub title: String,
    pub theme: Option<&'static str>,
    pub places: Vec<PlaceLink>,
    pub who: Option<String>,
    /// Whether there is something that they may look through, from elsewhere than its own page.
    pub has_search: bool,
    /// Where switches of language and theme come back to.
    pub path: String,
    pub sop: &'static Sop,
}

#[derive(Clone, Debug)]
pub struct PlaceLink {
    pub href: &'static str,
    pub label: String,
    pub count: Option<String>,
    pub here: bool,
}

impl App {
    /// Counts a request of a person, or of nobody known by their address. Of whom nothing is known, as
    /// of all who come through a proxy, nothing is counted: that is the proxy's to do.
    ///
    /// # Errors
    /// It is one too many.
    pub fn count(&self, parts: &Parts, person: Option<&PersonId>) -> Result<(), Problem> {
        let who = match person {
            Some(person) => Some(format!("orang:{person}")),
            None => session::ClientAddress::of(parts)
                .behind(&self.settings)
                .map(|address| format!("alamat:{address}")),
        };
        who.map_or(Ok(()), |who| self.settings.limits.take(&who, self.desk.now()))
    }
}

/// The most tasks that the masthead counts.
const WAITING_MAX: u32 = 99;

pub const THEME_COOKIE: &str = "sigap_tampilan";
pub const LANGUAGE_COOKIE: &str = "sigap_bahasa";

impl Visitor {
    /// # Errors
    /// If it cannot be found out who this is, which is not the same as being signed out.
    pub async fn of(app: &App, method: &Method, headers: &HeaderMap, uri: &Uri) -> Result<Self, StoreError> {
        let visitor = Self::unknown(method, headers, uri);
        let Some(token) = session::token(headers) else { return Ok(visitor) };
        let Some(person) = session::whose(&app.desk, &token, session::asked(headers)).await? else {
            return Ok(visitor);
        };
        let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_tag);
        let remembered = person.language.as_deref().and_then(Language::from_tag);
        let (person, actor) = today(&app.desk, person).await?;
        let waiting = waiting(&app.desk, &person, &actor).await;
        let words = Words::new(chosen.or(remembered).unwrap_or_default());
        let path = page_address(method, headers, uri, Some(&person));
        Ok(Self {
            words,
            person: Some(person),
            actor: Some(actor),
            session: Some(token),
            waiting,
            path,
            ..visitor
        })
    }

    /// Somebody of whom nothing is known but what the browser sent.
    pub fn unknown(method: &Method, headers: &HeaderMap, uri: &Uri) -> Self {
        let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_tag);
        Self {
            words: Words::new(chosen.unwrap_or_default()),
            person: None,
            actor: None,
            session: None,
            theme: match cookie(headers, THEME_COOKIE) {
                Some("dark") => Some("dark"),
                Some("light") => Some("light"),
                Some(_) | None => None,
            },
            path: page_address(method, headers, uri, None),
            waiting: 0,
        }
    }
}

impl Page {
    pub fn new(visitor: &Visitor, title: &str) -> Self {
        Self {
            words: visitor.words,
            title: title.to_owned(),
            theme: visitor.theme,
            places: places(visitor),
            who: visitor.person.as_ref().map(|person| format!("{}, {}", person.name, person.position)),
            has_search: visitor.person.as_ref().is_some_and(|person| policy::may(person, Place::Search))
                && !visitor.path.starts_with("/search"),
            path: visitor.path.clone(),
            sop: sop::shipped(),
        }
    }

    /// The revision day of the SOP, for the foot of the page.
    pub fn sop_revised(&self) -> &str {
        &self.sop.identity.revised.text
    }
}

/// Stands for the session of a program, which has none: no token has this hash.
const NO_SESSION: [u8; 32] = [0; 32];

impl Ctx {
    /// Somebody for whom a program asks.
    ///
    /// # Errors
    /// If it cannot be found out in whose place they act.
    pub async fn of_program(app: &App, person: Person, words: Words) -> Result<Self, StoreError> {
        let (person, actor) = today(&app.desk, person).await?;
        let visitor = Visitor {
            words,
            person: Some(person.clone()),
            actor: Some(actor.clone()),
            session: None,
            theme: None,
            path: String::new(),
            waiting: 0,
        };
        Ok(Self::of(app, person, actor, NO_SESSION, visitor))
    }

    fn of(app: &App, person: Person, actor: Actor, session: [u8; 32], visitor: Visitor) -> Self {
        Self {
            session,
            desk: app.desk.clone(),
            settings: app.settings.clone(),
            actor,
            person,
            words: visitor.words,
            visitor,
        }
    }

    pub fn page(&self, title: &str) -> Page {
        Page::new(&self.visitor, title)
    }

    /// The same person as they are now, while their session goes on: for what outlives a request. Asking
    /// keeps nobody signed in.
    ///
    /// # Errors
    /// If it cannot be found out.
    pub async fn person_now(&self) -> Result<Option<Person>, StoreError> {
        let Some(person) = session::whose(&self.desk, &self.session, Asked::ByItself).await? else {
            return Ok(None);
        };
        Ok(Some(today(&self.desk, person).await?.0))
    }

    /// Answers `not found` where a place is not for this person.
    pub fn enter(&self, place: Place) -> Result<(), Problem> {
        if policy::may(&self.person, place) { Ok(()) } else { Err(Problem::NotFound) }
    }

    /// Counts the tasks that wait once more, on a page that answers with what it has just done.
    pub async fn recount(&mut self) {
        self.visitor.waiting = waiting(&self.desk, &self.person, &self.actor).await;
    }

    pub fn task_box(&self) -> TaskBox {
        task_box(&self.person, &self.actor)
    }

    /// The zone in which this person lives; due times are the office's and say so.
    pub async fn zone(&self) -> Result<Zone, Problem> {
        let unit = self.desk.store.unit(&self.person.unit).await?;
        Ok(unit.map_or(self.desk.calendar.zone(), |unit| unit.zone))
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visitor = Self::of(app, &parts.method, &parts.headers, &parts.uri).await?;
        app.count(parts, visitor.person.as_ref().map(|person| &person.id))?;
        Ok(visitor)
    }
}

impl FromRequestParts<App> for Ctx {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = match Visitor::of(app, &parts.method, &parts.headers, &parts.uri).await {
            Ok(visitor) => visitor,
            Err(error) => return Err(Problem::from(error).into_response()),
        };
        app.count(parts, visitor.person.as_ref().map(|person| &person.id)).map_err(Problem::into_response)?;
        let signed_in = (visitor.person.clone(), visitor.actor.clone(), visitor.session);
        let (Some(person), Some(actor), Some(session)) = signed_in else {
            // What was sent would be lost on the way over the sign-in page, and its address opens nothing.
            return Err(if is_opened(&parts.method) {
                Redirect::to(&session::sign_in_address(&visitor.path)).into_response()
            } else {
                Problem::SignedOut.into_response()
            });
        };
        Reader::is(parts, &person.id, "");
        match owes_second_factor(app, &person, &session, &parts.uri).await {
            Ok(false) => {}
            Ok(true) => return Err(Redirect::to(SECOND_FACTOR).into_response()),
            Err(problem) => return Err(problem.into_response()),
        }
        Ok(Self::of(app, person, actor, session, visitor))
    }
}

/// Where a second factor is set up.
const SECOND_FACTOR: &str = "/account/second-factor";

/// Whether somebody has to set up a second factor before anything else. Only where they do that they
/// are let in without.
async fn owes_second_factor(
    app: &App,
    person: &Person,
    session: &[u8; 32],
    uri: &Uri,
) -> Result<bool, Problem> {
    if !policy::needs_second_factor(person, app.settings.second_factor)
        || uri.path().starts_with(SECOND_FACTOR)
    {
        return Ok(false);
    }
    let store = &app.desk.store;
    Ok(!session::second_factor::is_set_up(store, &person.id).await?
        && !store.has_second_factor_elsewhere(session).await?)
}

/// The address by which the page that somebody sees can be opened. A page that answers a form stands
/// where the form was sent, and nothing opens there, so that the page it came from counts.
fn page_address(method: &Method, headers: &HeaderMap, uri: &Uri, person: Option<&Person>) -> String {
    let whole = |uri: &Uri| uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    if is_opened(method) {
        return whole(uri);
    }
    let Some(from) = sent_from(headers) else { return "/".to_owned() };
    // A form that is sent twice comes from a page that itself answered one.
    match from.path().split('/').skip(1).collect::<Vec<_>>()[..] {
        ["session"] => "/sign-in".to_owned(),
        ["session", "code" | "passkey"] => "/sign-in/code".to_owned(),
        ["session", _] | ["language" | "theme"] => "/".to_owned(),
        ["account", "second-factor", ..] => "/account/second-factor".to_owned(),
        ["account", ..] => "/account".to_owned(),
        ["webhooks", id, _, ..] => format!("/webhooks/{id}"),
        ["retention", id, _] => format!("/retention/{id}"),
        ["requests"] if uri.path() == "/requests" => "/requests/new".to_owned(),
        ["cases", no, act, ..] if act != "documents" => {
            let office = person.is_some_and(|person| policy::may(person, Place::Cases));
            format!("/{}/{no}", if office { "cases" } else { "requests" })
        }
        _ => whole(&from),
    }
}

/// Whether a request opens a page, rather than sending something to it.
fn is_opened(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// The page of this host from which a form was sent.
fn sent_from(headers: &HeaderMap) -> Option<Uri> {
    let from: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.as_bytes();
    (from.authority()?.as_str().as_bytes() == host).then_some(from)
}

/// A page as an answer.
pub fn show(template: &impl Template) -> Result<Response, Problem> {
    Ok(Html(template.render()?).into_response())
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split("; "))
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// How many tasks wait for a person, for the masthead; a page is not refused for want of it.
async fn waiting(desk: &Desk, person: &Person, actor: &Actor) -> u32 {
    if !policy::may(person, Place::Inbox) {
        return 0;
    }
    desk.store.inbox_count(&task_box(person, actor), WAITING_MAX + 1).await.unwrap_or_default()
}

fn task_box(person: &Person, actor: &Actor) -> TaskBox {
    let mut deputises: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for standing in actor.standings() {
        deputises.entry(standing.person.clone()).or_default().extend(standing.roles.iter().cloned());
    }
    TaskBox { person: person.id.clone(), roles: person.roles.clone(), deputises }
}

/// Somebody as they stand today: with every role in which they may act, and as the rules know them.
async fn today(desk: &Desk, person: Person) -> Result<(Person, Actor), StoreError> {
    let standings = desk.standings(&person.id).await?;
    let mut roles = person.roles.clone();
    roles.extend(standings.iter().flat_map(|standing| standing.roles.iter().cloned()));
    roles.sort();
    roles.dedup();
    let actor = Actor::Person { id: person.id.clone(), roles: person.roles.clone(), standings };
    Ok((Person { roles, ..person }, actor))
}

fn places(visitor: &Visitor) -> Vec<PlaceLink> {
    let words = visitor.words;
    let mut places = Vec::new();
    let mut add = |href: &'static str, key: &str, count: Option<String>| {
        places.push(PlaceLink { href, label: words.t(key).to_string(), count, here: false });
    };
    if let Some(person) = &visitor.person {
        if policy::may(person, Place::Inbox) {
            let count = match visitor.waiting {
                0 => None,
                many if many > WAITING_MAX => Some(format!("{WAITING_MAX}+")),
                few => Some(few.to_string()),
            };
            add("/inbox", "place-inbox", count);
        }
        if policy::may(person, Place::Ask) {
            let key = if policy::may(person, Place::EnterLetter) { "place-enter" } else { "place-ask" };
            add("/requests/new", key, None);
        }
        if policy::may(person, Place::OwnRequests) {
            add("/requests", "place-own", None);
        }
        if policy::may(person, Place::Cases) {
            add("/cases", "place-cases", None);
            add("/register", "place-register", None);
        }
        if policy::may(person, Place::Workload) {
            add("/workload", "place-workload", None);
        }
        if policy::may(person, Place::People) {
            add("/people", "place-people", None);
        }
        if policy::may(person, Place::Webhooks) {
            add("/webhooks", "place-webhooks", None);
        }
        if policy::may(person, Place::Retention) {
            add("/retention", "place-retention", None);
        }
        add("/sop", "place-sop", None);
    }
    // The place whose address is the longest beginning of this one: `/requests/new` before `/requests`.
    let path = visitor.path.split('?').next().unwrap_or_default();
    let within =
        |href: &str| path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    let here =
        places.iter().map(|place| place.href).filter(|href| within(href)).max_by_key(|href| href.len());
    for place in &mut places {
        place.here = Some(place.href) == here;
    }
    places
}
