//! Finding cases by whatever was written in them.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use sop::Sop;
use sop::case::{UnitCode, WrittenKind};
use store::{CaseRow, Found, FoundState, Fragment, Hit, RANKED_CASES_MAX, RowStatus, Search, Unit};

use crate::cases::list::{self, Choice, FilterControl, FilterField};
use crate::ctx::{self, Ctx, Page};
use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::words::Words;

/// How many cases a page of what was found has.
const PAGE_HITS: u32 = 20;
/// How many years back a search can be narrowed to one.
const YEARS: i16 = 6;

#[derive(Template)]
#[template(path = "search/index.html")]
struct SearchPage {
    page: Page,
    fields: Vec<FilterField>,
    /// Nothing was looked for yet.
    begun: bool,
    /// For what these are the hits, and where what was typed is looked for as it is.
    instead: Option<(String, String)>,
    /// Says that the oldest were left out.
    newest_only: Option<String>,
    /// The address without anything that narrows it, where it is narrowed.
    wider: Option<String>,
    hits: Vec<HitView>,
    first: Option<String>,
    next: Option<String>,
}

struct HitView {
    no: String,
    href: String,
    subject: Vec<Fragment>,
    about: String,
    excerpts: Vec<ExcerptView>,
}

struct ExcerptView {
    kind: String,
    text: Vec<Fragment>,
}

/// What is looked for, as it stands in an address: whatever was typed or chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    year: String,
    unit: String,
    /// `running`, `suspended` or the id of an end.
    state: String,
    /// Not empty where the words count as they were typed.
    exact: String,
    after: String,
}

/// `GET /search`
pub async fn index(ctx: Ctx, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    ctx.enter(Place::Search)?;
    let desk = &ctx.desk;
    let units = desk.store.units().await?;
    let begun = !asked.q.trim().is_empty();
    let search = asked.search(desk.sop());
    let after = (!asked.after.is_empty()).then_some(asked.after.as_str());
    let found = if begun {
        desk.store.search(&policy::cases(&ctx.person), &search, after, PAGE_HITS).await?
    } else {
        Found::default()
    };
    let words = ctx.words;
    let title = if begun {
        words.t("search-title-of").with("text", asked.q.trim()).to_string()
    } else {
        words.t("search-title").to_string()
    };
    let is_narrowed = ![&asked.year, &asked.unit, &asked.state].into_iter().all(String::is_empty);
    let wider = Asked { q: asked.q.clone(), ..Asked::default() };
    let exactly = Asked { exact: "1".to_owned(), after: String::new(), ..asked.clone() };
    let page = SearchPage {
        page: ctx.page(&title),
        fields: fields(&ctx, &units, &asked),
        begun,
        instead: found.instead.map(|instead| (instead, exactly.address())),
        newest_only: found
            .newest_only
            .then(|| words.t("search-newest-only").with("n", RANKED_CASES_MAX).to_string()),
        wider: is_narrowed.then(|| wider.address()),
        hits: found.hits.into_iter().map(|hit| hit_view(&ctx, &units, hit)).collect(),
        first: after.map(|_| Asked { after: String::new(), ..asked.clone() }.address()),
        next: found.next.map(|after| Asked { after, ..asked.clone() }.address()),
    };
    ctx::show(&page)
}

impl Asked {
    /// What to look for. A choice that there is none of narrows to nothing that could be found.
    fn search(&self, sop: &Sop) -> Search {
        Search {
            text: self.q.clone(),
            exact: !self.exact.is_empty(),
            year: (!self.year.is_empty()).then(|| self.year.parse().unwrap_or_default()),
            unit: (!self.unit.is_empty()).then(|| UnitCode::new(&self.unit)),
            state: state(sop, &self.state),
        }
    }

    fn address(&self) -> String {
        let Self { q, year, unit, state, exact, after } = self;
        list::address(
            "/search",
            &[("q", q), ("year", year), ("unit", unit), ("state", state), ("exact", exact), ("after", after)],
        )
    }
}

/// How cases stand that are called so in an address; none for all.
pub fn state(sop: &Sop, name: &str) -> Option<FoundState> {
    match name {
        "running" => Some(FoundState::Running),
        "suspended" => Some(FoundState::Suspended),
        end => sop.end(&end.into()).map(|end| FoundState::Ended(end.id.clone())),
    }
}

fn fields(ctx: &Ctx, units: &[Unit], asked: &Asked) -> Vec<FilterField> {
    let (words, desk) = (ctx.words, &ctx.desk);
    let field = |name, key: &str, control| FilterField {
        name,
        label: words.t(key).to_string(),
        control,
        error: None,
    };
    let choice = |chosen: &str, all: &str, options: Vec<(String, String)>| FilterControl::Choice {
        options: [(String::new(), words.t(all).to_string())]
            .into_iter()
            .chain(options)
            .map(|(value, label)| Choice { chosen: value == chosen, value, label })
            .collect(),
    };
    let this_year = desk.today().year();
    let years = (0..YEARS).map(|back| (this_year - back).to_string());
    let states = [("running", "list-state-running"), ("suspended", "list-state-suspended")];
    let states = states.map(|(state, key)| (state.to_owned(), words.t(key).to_string()));
    let ends = desk.sop().ends.iter();
    let ends = ends.map(|end| (end.id.to_string(), words.label(desk.sop(), &end.label).to_owned()));
    let mut fields = vec![
        field("q", "list-words", FilterControl::Search { value: asked.q.clone() }),
        field(
            "year",
            "search-year",
            choice(&asked.year, "search-year-all", years.map(|year| (year.clone(), year)).collect()),
        ),
        field(
            "state",
            "list-state",
            choice(&asked.state, "list-state-all", states.into_iter().chain(ends).collect()),
        ),
    ];
    // Whoever finds only their own requests knows whose they are.
    if policy::may(&ctx.person, Place::Cases) {
        let units = units.iter().map(|unit| (unit.code.to_string(), unit.name.clone())).collect();
        fields.push(field("unit", "list-unit", choice(&asked.unit, "list-unit-all", units)));
    }
    fields
}

fn hit_view(ctx: &Ctx, units: &[Unit], hit: Hit) -> HitView {
    let Hit { case, subject, excerpts } = hit;
    let place = if policy::may(&ctx.person, Place::Cases) { "cases" } else { "requests" };
    let erased = || vec![Fragment { text: ctx.words.t("erased").to_string(), marked: false }];
    let excerpts = excerpts.into_iter().map(|excerpt| ExcerptView {
        kind: kind(ctx.words, excerpt.kind, excerpt.office_only),
        text: excerpt.text,
    });
    HitView {
        no: case.no.to_string(),
        href: format!("/{place}/{}", case.no),
        about: about(ctx, units, &case),
        subject: if subject.is_empty() { erased() } else { subject },
        excerpts: excerpts.collect(),
    }
}

/// What a place is called in which something was found.
fn kind(words: Words, kind: WrittenKind, office_only: bool) -> String {
    let key = match kind {
        WrittenKind::Request => "search-in-request",
        WrittenKind::Record => "search-in-record",
        WrittenKind::Note if office_only => "search-in-office-note",
        WrittenKind::Note => "search-in-note",
        WrittenKind::Letter => "search-in-letter",
        WrittenKind::Attachment => "search-in-attachment",
    };
    words.t(key).to_string()
}

/// A case in few words: how it stands, whose it is, when it came in.
pub fn about(ctx: &Ctx, units: &[Unit], case: &CaseRow) -> String {
    let (words, calendar) = (ctx.words, &ctx.desk.calendar);
    let sop = sop::find(&case.sop, &case.revision).unwrap_or_else(sop::shipped);
    let state = match &case.status {
        RowStatus::Running => words.t("list-state-running").to_string(),
        RowStatus::Suspended { .. } => words.t("list-state-suspended").to_string(),
        RowStatus::Ended { end, .. } => {
            sop.end(end).map_or_else(|| end.to_string(), |end| words.label(sop, &end.label).to_owned())
        }
    };
    let unit = units.iter().find(|unit| unit.code == case.unit);
    let unit = unit.map_or_else(|| case.unit.to_string(), |unit| unit.name.clone());
    let received = words.date(calendar.local(case.received_at).date());
    words.t("search-about").with("state", state).with("unit", unit).with("date", received).to_string()
}
