//! The register as CSV: one line for each request, sent page by page while it is read.

use std::sync::Arc;

use axum::extract::Query;
use axum::response::Response;
use jiff::Timestamp;
use sop::Sop;
use sop::calendar::Calendar;
use sop::definition::{FieldId, OptionId, StepNo};
use store::{Filter, RegisterRow, RowStatus, Scope, Store, StoreError, Unit};

use super::csv::{Lines, ROWS_AT_ONCE};
use super::dates;
use crate::cases::list::Filters;
use crate::ctx::Ctx;
use crate::policy::{self, Place};
use crate::problem::Problem;
use crate::words::Words;

/// `GET /register.csv`
pub async fn csv(ctx: Ctx, Query(filters): Query<Filters>) -> Result<Response, Problem> {
    ctx.enter(Place::Cases)?;
    let filters = super::narrowed(filters);
    let (store, now) = (ctx.desk.store.clone(), ctx.desk.now());
    let units = store.units().await?;
    let Ok(filter) = filters.read(ctx.desk.sop(), &units, &ctx.desk.calendar, now) else {
        // The page says what to mend, and where.
        return super::page(&ctx, &filters).await;
    };
    let sheet = Sheet { words: ctx.words, sop: ctx.desk.sop(), calendar: ctx.desk.calendar.clone(), units };
    let reader = Arc::new(Reader { store, scope: policy::cases(&ctx.person), filter, sheet });
    let first = reader.read(None).await?;
    let name = format!("register-{}", ctx.desk.calendar.local(now).date());
    let head = reader.sheet.head();
    Ok(super::csv::file(ctx.words, &name, head, first, move |after| {
        let reader = reader.clone();
        async move { reader.read(Some(&after)).await }
    }))
}

/// Reads the register for one file.
struct Reader {
    store: Store,
    scope: Scope,
    filter: Filter,
    sheet: Sheet,
}

impl Reader {
    async fn read(&self, after: Option<&str>) -> Result<Lines, StoreError> {
        let page = self.store.register_page(&self.scope, &self.filter, after, ROWS_AT_ONCE).await?;
        let lines = page.rows.iter().map(|row| self.sheet.row(row)).collect();
        Ok(Lines { lines, next: page.next })
    }
}

/// Writes the lines of the file.
struct Sheet {
    words: Words,
    /// Its rows are columns here.
    sop: &'static Sop,
    calendar: Arc<Calendar>,
    units: Vec<Unit>,
}

impl Sheet {
    fn head(&self) -> Vec<String> {
        let words = self.words;
        let zone = self.calendar.zone().abbreviation();
        let mut cells: Vec<String> = [
            words.t("register-col-no"),
            words.t("register-col-agenda"),
            words.t("register-col-letter-no"),
            words.t("register-col-letter-date"),
            words.t("register-col-received").with("zone", zone),
            words.t("register-col-entered").with("zone", zone),
            words.t("register-col-unit"),
            words.t("register-col-requester"),
            words.t("register-col-subject"),
            words.t("register-col-category"),
            words.t("register-col-urgency"),
            words.t("register-col-state"),
        ]
        .iter()
        .map(ToString::to_string)
        .collect();
        for step in &self.sop.steps {
            cells.push(
                words.t("register-col-done").with("step", step.no.as_str()).with("zone", zone).to_string(),
            );
            if dates::decides(step) {
                cells.push(words.t("register-col-decision").with("step", step.no.as_str()).to_string());
            }
        }
        cells.push(words.t("register-col-rounds").to_string());
        cells.push(words.t("register-col-closed").with("zone", zone).to_string());
        cells
    }

    fn row(&self, row: &RegisterRow) -> Vec<String> {
        let case = &row.case;
        let unit = self.units.iter().find(|unit| unit.code == case.unit);
        let mut cells = vec![
            case.no.to_string(),
            case.agenda.to_string(),
            row.letter_no.clone().unwrap_or_default(),
            row.letter_date.map_or_else(String::new, |date| date.to_string()),
            self.moment(case.received_at),
            self.moment(case.entered_at),
            unit.map_or_else(
                || case.unit.to_string(),
                |unit| {
                    let received = self.calendar.local(case.received_at).date();
                    unit.name_on(received).to_owned()
                },
            ),
            case.requester_name.clone(),
            case.subject.clone(),
            self.option(&self.sop.form.category, case.category.as_ref()),
            self.option(&self.sop.form.urgency, case.urgency.as_ref()),
            self.state(&case.status),
        ];
        for step in &self.sop.steps {
            let last = self.last_done(row, &step.no);
            cells.push(last.and_then(|run| run.closed_at).map_or_else(String::new, |at| self.moment(at)));
            if dates::decides(step) {
                let decision = last.and_then(|run| dates::decision(self.sop, &row.steps, run));
                let label = decision.map_or("", |outcome| self.words.label(self.sop, &outcome.label));
                cells.push(label.to_owned());
            }
        }
        let rounds = row.steps.iter().map(|run| run.round).max();
        cells.push(rounds.map_or_else(String::new, |rounds| rounds.to_string()));
        cells.push(row.closed_at.map_or_else(String::new, |at| self.moment(at)));
        cells
    }

    /// The last time that a row was done.
    fn last_done<'a>(&self, row: &'a RegisterRow, no: &StepNo) -> Option<&'a store::StepDates> {
        row.steps.iter().rev().find(|run| run.done && run.step == *no)
    }

    fn state(&self, status: &RowStatus) -> String {
        let words = self.words;
        match status {
            RowStatus::Running => words.t("list-state-running").to_string(),
            RowStatus::Suspended { .. } => words.t("list-state-suspended").to_string(),
            RowStatus::Ended { end, .. } => {
                let known = self.sop.end(end);
                known.map_or_else(|| end.to_string(), |end| words.label(self.sop, &end.label).to_owned())
            }
        }
    }

    /// What was chosen in a field of the request form.
    fn option(&self, field: &FieldId, chosen: Option<&OptionId>) -> String {
        let field = self.sop.form.fields.iter().find(|known| known.id == *field);
        let option = chosen.and_then(|chosen| field?.option(chosen.as_str()));
        option.map_or("", |option| self.words.label(self.sop, &option.label)).to_owned()
    }

    /// "2026-11-24 07:40", which every spreadsheet reads as a time and sorts as one.
    fn moment(&self, at: Timestamp) -> String {
        let at = self.calendar.local(at);
        format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
    }
}

#[cfg(test)]
mod tests;
