//! The list of cases: narrowed, searched, sorted, page by page; and what the register shares with it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use sop::Sop;
use sop::calendar::Calendar;
use sop::case::{PersonId, UnitCode, read_date};
use sop::definition::{EndId, Target};
use store::{BookFilter, CaseRow, Filter, OpenTask, RowStatus, Sort, StateFilter, Unit};

use super::rail;
use crate::ctx::{Ctx, Page};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};
use crate::words::{Due, DueFacts, Words};

/// How many cases a page of the list has.
const PAGE_CASES: u32 = 50;

#[derive(Template)]
#[template(path = "cases/list.html")]
struct ListPage {
    page: Page,
    fields: Vec<FilterField>,
    /// The filter cannot be read: its fields say why, and nothing is listed.
    unreadable: bool,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

/// `GET /cases`
pub async fn index(ctx: Ctx, Query(filters): Query<Filters>) -> Result<Response, Problem> {
    ctx.enter(Place::Cases)?;
    // The list has no field for these, so an address cannot narrow it by them unseen.
    let filters = Filters { from: String::new(), until: String::new(), ..filters };
    let (words, sop) = (ctx.words, ctx.desk.sop());
    let units = ctx.desk.store.units().await?;
    let read = filters.read(sop, &units, &ctx.desk.calendar, ctx.desk.now());
    let faults = read.as_ref().err().cloned().unwrap_or_default();

    let form = FilterForm { words, sop, units: &units, filters: &filters, faults: &faults };
    let fields = vec![form.words_or_number(), form.state(), form.unit(), form.step(), form.sort()];
    let (lines, next) = match &read {
        Ok(filter) => {
            let after = (!filters.after.is_empty()).then_some(filters.after.as_str());
            let scope = policy::cases(&ctx.person);
            let list = ctx.desk.store.list(&scope, filter, sort_of(&filters.sort), after, PAGE_CASES).await?;
            let mut rows = list.rows;
            asked_for_first(&mut rows, &filters.q);
            (lines(&ctx, &units, rows.iter()).await?, list.next)
        }
        Err(_) => (Vec::new(), None),
    };
    let title = words.t("list-title").to_string();
    let page = ListPage {
        page: ctx.page(&mended(words, title, &faults)),
        fields,
        unreadable: read.is_err(),
        lines,
        first: (!filters.after.is_empty()).then(|| filters.address("/cases", None)),
        next: next.map(|next| filters.address("/cases", Some(&next))),
    };
    answer(&page, &faults)
}

/// A list, with the status of a form to mend where its filter cannot be read.
pub fn answer(page: &impl Template, faults: &[Fault]) -> Result<Response, Problem> {
    problem::page(page, (!faults.is_empty()).then_some(Obstacle::Mend))
}

/// The title of a page whose filter may have to be mended.
pub fn mended(words: Words, title: String, faults: &[Fault]) -> String {
    if faults.is_empty() { title } else { words.t("title-mend").with("title", title).to_string() }
}

/// A number that was typed in full is looked for, so its case stands before those that mention it.
fn asked_for_first(rows: &mut [CaseRow], typed: &str) {
    rows.sort_by_key(|row| row.no != typed.trim());
}

/// The order that an address asks for.
pub fn sort_of(name: &str) -> Sort {
    match name {
        "due" => Sort::DueFirst,
        "number" => Sort::Number,
        _ => Sort::NewestFirst,
    }
}

/// What a list is narrowed to, as it stands in an address: whatever was typed or chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// The first day of receipt.
    pub from: String,
    /// The last day of receipt.
    pub until: String,
    pub unit: String,
    /// `running`, `overdue`, `suspended` or the id of an end.
    pub state: String,
    /// A row of the SOP.
    pub step: String,
    /// Words or a number.
    pub q: String,
    pub sort: String,
    /// Where this page begins.
    pub after: String,
}

/// A field of the filter that has to be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub field: &'static str,
    /// The phrase that says what to do.
    pub key: &'static str,
}

impl Filters {
    /// What to ask the store for, or the fields that cannot be read.
    pub fn read(
        &self,
        sop: &Sop,
        units: &[Unit],
        calendar: &Calendar,
        now: Timestamp,
    ) -> Result<Filter, Vec<Fault>> {
        let (from, before, mut faults) = self.days();
        let mut choice = |field: &'static str, chosen: &str, known: bool| {
            if !known && !chosen.is_empty() {
                faults.push(Fault { field, key: "fault-not-an-option" });
            }
        };
        choice("unit", &self.unit, units.iter().any(|unit| unit.code == *self.unit));
        choice("step", &self.step, sop.step(&self.step.as_str().into()).is_some());
        let state = match self.state.as_str() {
            "running" => Some(StateFilter::Running),
            "overdue" => Some(StateFilter::Overdue { now }),
            "suspended" => Some(StateFilter::Suspended),
            end => sop.end(&end.into()).map(|end| StateFilter::Ended(end.id.clone())),
        };
        choice("state", &self.state, state.is_some());
        if !faults.is_empty() {
            return Err(faults);
        }
        let midnight = |date: Date| calendar.instant(date.at(0, 0, 0, 0));
        let text = self.q.trim();
        Ok(Filter {
            received_from: from.and_then(midnight),
            received_before: before.and_then(midnight),
            unit: (!self.unit.is_empty()).then(|| UnitCode::new(&self.unit)),
            state,
            step: (!self.step.is_empty()).then(|| self.step.as_str().into()),
            text: (!text.is_empty()).then(|| text.to_owned()),
        })
    }

    /// The same for a book, which goes by days and units alone.
    pub fn read_for_book(&self, units: &[Unit]) -> Result<BookFilter<Date>, Vec<Fault>> {
        let (from, before, mut faults) = self.days();
        let unit = (!self.unit.is_empty()).then(|| UnitCode::new(&self.unit));
        if unit.as_ref().is_some_and(|chosen| !units.iter().any(|unit| unit.code == *chosen)) {
            faults.push(Fault { field: "unit", key: "fault-not-an-option" });
        }
        if faults.is_empty() { Ok(BookFilter { from, before, unit }) } else { Err(faults) }
    }

    /// The first day, and the one after the last, with what cannot be read of them.
    fn days(&self) -> (Option<Date>, Option<Date>, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut day = |field: &'static str, typed: &str| -> Option<Date> {
            let typed = typed.trim();
            let date = read_date(typed);
            if date.is_none() && !typed.is_empty() {
                faults.push(Fault { field, key: "fault-not-a-date" });
            }
            date
        };
        let (from, until) = (day("from", &self.from), day("until", &self.until));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            faults.push(Fault { field: "until", key: "list-fault-until" });
        }
        (from, until.and_then(|until| until.tomorrow().ok()), faults)
    }

    /// The address of the same list, from its beginning or from a place in it.
    pub fn address(&self, path: &str, after: Option<&str>) -> String {
        let parameters = [
            ("from", self.from.as_str()),
            ("until", &self.until),
            ("unit", &self.unit),
            ("state", &self.state),
            ("step", &self.step),
            ("q", &self.q),
            ("sort", &self.sort),
            ("after", after.unwrap_or_default()),
        ];
        self::address(path, &parameters)
    }
}

/// An address with whatever of its parameters is not empty.
pub fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(if address.len() == path.len() { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.extend(value.bytes().map(escaped));
    }
    address
}

/// A byte as it may stand in the value of a query.
fn escaped(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    }
}

/// A field of the filter, ready to be shown.
#[derive(Clone, Debug)]
pub struct FilterField {
    pub name: &'static str,
    pub label: String,
    pub control: FilterControl,
    pub error: Option<String>,
}

#[derive(Clone, Debug)]
pub enum FilterControl {
    Search { value: String },
    Date { value: String },
    Choice { options: Vec<Choice> },
}

#[derive(Clone, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// Makes the fields of a filter.
#[derive(Clone, Copy, Debug)]
pub struct FilterForm<'a> {
    pub words: Words,
    pub sop: &'a Sop,
    pub units: &'a [Unit],
    pub filters: &'a Filters,
    pub faults: &'a [Fault],
}

impl FilterForm<'_> {
    /// The first day, under a label that says what happened on it.
    pub fn from(&self, key: &str) -> FilterField {
        self.field("from", key, FilterControl::Date { value: self.filters.from.clone() })
    }

    pub fn until(&self) -> FilterField {
        self.field("until", "list-until", FilterControl::Date { value: self.filters.until.clone() })
    }

    pub fn words_or_number(&self) -> FilterField {
        self.field("q", "list-words", FilterControl::Search { value: self.filters.q.clone() })
    }

    pub fn state(&self) -> FilterField {
        let words = self.words;
        let mut options = vec![(String::new(), words.t("list-state-all").to_string())];
        let states = [
            ("running", "list-state-running"),
            ("overdue", "list-state-overdue"),
            ("suspended", "list-state-suspended"),
        ];
        options.extend(states.map(|(state, key)| (state.to_owned(), words.t(key).to_string())));
        for end in &self.sop.ends {
            options.push((end.id.to_string(), words.label(self.sop, &end.label).to_owned()));
        }
        self.choice("state", "list-state", &self.filters.state, options)
    }

    pub fn unit(&self) -> FilterField {
        let mut options = vec![(String::new(), self.words.t("list-unit-all").to_string())];
        options.extend(self.units.iter().map(|unit| (unit.code.to_string(), unit.name.clone())));
        self.choice("unit", "list-unit", &self.filters.unit, options)
    }

    pub fn step(&self) -> FilterField {
        let mut options = vec![(String::new(), self.words.t("list-step-all").to_string())];
        for step in &self.sop.steps {
            options.push((
                step.no.to_string(),
                format!("{} {}", step.no, self.words.label(self.sop, &step.label)),
            ));
        }
        self.choice("step", "list-step", &self.filters.step, options)
    }

    pub fn sort(&self) -> FilterField {
        let options = [("", "list-sort-newest"), ("due", "list-sort-due"), ("number", "list-sort-number")];
        let options = options.map(|(value, key)| (value.to_owned(), self.words.t(key).to_string()));
        self.choice("sort", "list-sort", &self.filters.sort, options.into())
    }

    fn choice(
        &self,
        name: &'static str,
        key: &str,
        chosen: &str,
        options: Vec<(String, String)>,
    ) -> FilterField {
        let options = options.into_iter();
        let options =
            options.map(|(value, label)| Choice { chosen: value == chosen, value, label }).collect();
        self.field(name, key, FilterControl::Choice { options })
    }

    fn field(&self, name: &'static str, key: &str, control: FilterControl) -> FilterField {
        let fault = self.faults.iter().find(|fault| fault.field == name);
        FilterField {
            name,
            label: self.words.t(key).to_string(),
            control,
            error: fault.map(|fault| self.words.t(fault.key).to_string()),
        }
    }
}

/// A case on one line of a list.
#[derive(Clone, Debug)]
pub struct Line {
    pub no: String,
    pub agenda: u32,
    pub received: String,
    /// The day it was entered, where that was a later one.
    pub entered: Option<String>,
    pub unit: String,
    pub requester: String,
    pub subject: String,
    /// The rows under way, or the one at which it ended.
    pub steps: Vec<StepMark>,
    pub performers: String,
    /// Nothing once it has ended.
    pub due: Option<Due>,
    /// How it ended, and when.
    pub ended: String,
}

#[derive(Clone, Debug)]
pub struct StepMark {
    /// Nothing where a case ended beside the rows of its SOP.
    pub no: Option<String>,
    pub node_class: String,
    pub label: String,
}

/// The lines of some cases, with the names of those who have them.
pub async fn lines(
    ctx: &Ctx,
    units: &[Unit],
    rows: impl Iterator<Item = &CaseRow> + Clone,
) -> Result<Vec<Line>, Problem> {
    let mut people: Vec<PersonId> =
        rows.clone().flat_map(|row| &row.open).filter_map(|task| task.assignee.clone()).collect();
    people.sort();
    people.dedup();
    let names = ctx.desk.store.names(&people).await?;
    let desk = &ctx.desk;
    let writer = Writer { words: ctx.words, calendar: &desk.calendar, now: desk.now(), units, names: &names };
    Ok(rows.map(|row| writer.line(row)).collect())
}

/// Writes lines.
struct Writer<'a> {
    words: Words,
    calendar: &'a Calendar,
    now: Timestamp,
    units: &'a [Unit],
    names: &'a HashMap<PersonId, String>,
}

impl Writer<'_> {
    fn line(&self, row: &CaseRow) -> Line {
        let (words, calendar) = (self.words, self.calendar);
        let sop = sop::find(&row.sop, &row.revision).unwrap_or_else(sop::shipped);
        let unit = self.units.iter().find(|unit| unit.code == row.unit);
        let entered_later = calendar.local(row.entered_at).date() != calendar.local(row.received_at).date();
        let due = self.due(row);
        let mut line = Line {
            no: row.no.to_string(),
            agenda: row.agenda,
            received: self.day(row.received_at),
            entered: entered_later
                .then(|| words.t("list-entered").with("date", self.day(row.entered_at)).to_string()),
            unit: unit.map_or_else(
                || row.unit.to_string(),
                |unit| unit.name_on(calendar.local(row.received_at).date()).to_owned(),
            ),
            requester: row.requester_name.clone(),
            subject: if row.subject.is_empty() { words.t("erased").to_string() } else { row.subject.clone() },
            steps: self.steps(sop, row, due.as_ref()),
            performers: self.performers(sop, &row.open),
            due,
            ended: String::new(),
        };
        if let RowStatus::Ended { end, at } = &row.status {
            let mark = ended_at(words, sop, end);
            line.ended = format!("{} {}", mark.label, self.day(*at));
            line.steps = vec![mark];
        }
        line
    }

    fn steps(&self, sop: &Sop, row: &CaseRow, due: Option<&Due>) -> Vec<StepMark> {
        let state = match due.map_or("", |due| due.class) {
            "held" => "held",
            "late" => "here late",
            "near" => "here near",
            _ => "here",
        };
        let mark = |task: &OpenTask| {
            let step = sop.step(&task.stage.step)?;
            let label = self.words.label(sop, &step.label).to_owned();
            Some(StepMark {
                no: Some(step.no.to_string()),
                node_class: format!("{} {state}", rail::shape(sop, step)),
                label: if task.round > 1 {
                    format!("{label}, {}", self.words.t("list-round").with("n", task.round))
                } else {
                    label
                },
            })
        };
        row.open.iter().filter_map(mark).collect()
    }

    /// Whoever has the open tasks: by name where somebody was named, else by role.
    fn performers(&self, sop: &Sop, open: &[OpenTask]) -> String {
        let mut performers: Vec<String> = Vec::new();
        for task in open {
            let named = task.assignee.as_ref().and_then(|person| self.names.get(person)).cloned();
            let role =
                || sop.stage(&task.stage).map(|stage| rail::role(self.words, stage.performer.as_str()));
            performers.extend(named.or_else(role).filter(|performer| !performers.contains(performer)));
        }
        performers.join(", ")
    }

    /// The due time in few words: lists have a column of them.
    fn due(&self, row: &CaseRow) -> Option<Due> {
        let words = self.words;
        let opened_at = row.open.iter().map(|task| task.step_opened_at).min().unwrap_or(row.received_at);
        let since = |at: Timestamp| words.t("list-since").with("date", self.day(at)).to_string();
        match &row.status {
            RowStatus::Ended { .. } => None,
            RowStatus::Suspended { since: suspended_at } => Some(Due {
                class: "held",
                eighths: 0,
                headline: words.t("list-held").to_string(),
                detail: since(*suspended_at),
            }),
            RowStatus::Running => {
                let reader_zone = self.calendar.zone();
                let facts = DueFacts { opened_at, due_at: row.due_at, held: None, reader_zone };
                let due = words.due(self.calendar, self.now, &facts);
                Some(match row.due_at {
                    Some(due_at) => {
                        let hour = words.hour(self.calendar.local(due_at).time());
                        Due { detail: format!("{} {hour}", self.day(due_at)), ..due }
                    }
                    None => {
                        Due { headline: words.t("list-no-norm").to_string(), detail: since(opened_at), ..due }
                    }
                })
            }
        }
    }

    fn day(&self, at: Timestamp) -> String {
        day(self.words, self.calendar, self.now, at)
    }
}

/// "24 Nov", with the year where it is not this one.
pub fn day(words: Words, calendar: &Calendar, now: Timestamp, at: Timestamp) -> String {
    let date = calendar.local(at).date();
    if date.year() == calendar.local(now).year() {
        words.short_date(at, calendar.zone())
    } else {
        words.date(date)
    }
}

/// The end in the symbol of the row that leads to it; a withdrawal has no row.
fn ended_at(words: Words, sop: &Sop, end: &EndId) -> StepMark {
    let leads_here = |target: &Target| match target {
        Target::End(id) => id == end,
        Target::Step(_) | Target::Stage(_) => false,
    };
    let row = sop.steps.iter().find(|step| {
        let outcomes = step.stages.iter().flat_map(|stage| &stage.outcomes);
        outcomes.flat_map(|outcome| &outcome.to).any(leads_here)
    });
    StepMark {
        no: row.map(|step| step.no.to_string()),
        node_class: row.map_or("", |step| rail::shape(sop, step)).to_owned(),
        label: sop.end(end).map_or_else(|| end.to_string(), |end| words.label(sop, &end.label).to_owned()),
    }
}

#[cfg(test)]
mod tests;
