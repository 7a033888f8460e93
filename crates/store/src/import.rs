//! Taking in cases with the histories they already have: from another office, or made to try one out.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sop::case::{Event, EventHash, Recorded};
use sqlx::AnyConnection;

use crate::connection::Writes;
use crate::error::Context;
use crate::log::EventRows;
use crate::projection::Projection;
use crate::rows::{Rows, Table};
use crate::sql::CaseId;
use crate::{Store, StoreError, finding, letters, log, outbox, projection, search};

/// What was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub cases: u64,
    pub events: u64,
}

impl Store {
    /// Takes whole histories in, each from its registration on, in one transaction: all of them or none. Cases
    /// and letters keep the numbers they have, and whoever takes the next number gets a later one. The events
    /// are chained anew, under salts of this office. What was to be done by `until` counts as done.
    ///
    /// # Errors
    /// A history does not begin with its registration or has a gap, or there is a case of its number.
    pub async fn import(
        &self,
        histories: &[Vec<Recorded>],
        until: Timestamp,
    ) -> Result<Imported, StoreError> {
        let mut tx = self.write_to(Writes::All, "beginning to take histories in").await?;
        let mut events = EventRows::new();
        let (mut cases, mut projections) = (Vec::new(), Vec::new());
        let (mut entries, mut orders) = (Vec::new(), outbox::past_rows());
        let mut numbers = Numbers::new();
        let mut imported = Imported::default();
        for history in histories {
            let id = case_of(history)?;
            let case = log::replay(id, history)?;
            events.add(id, history, EventHash::new(""))?;
            projections.push(Projection::of(id, &case)?);
            entries.push((id, finding::Entry::of(id, &case, history)?));
            outbox::add_past(&mut orders, id, history, until)?;
            note_numbers(&mut numbers, id, history);
            cases.push((id, case));
            imported.cases += 1;
            imported.events += history.len() as u64;
        }
        events.write(&mut tx).await?;
        projection::write(&mut tx, &projection::new_cases(&projections)).await?;
        search::write(&mut tx, &cases).await?;
        finding::write(&mut tx, entries).await?;
        orders.write(&mut tx, || "writing the orders of histories".to_owned()).await?;
        keep_numbers(&mut tx, numbers).await?;
        tx.commit().await.doing(|| format!("taking {} histories in", histories.len()))?;
        Ok(imported)
    }
}

/// Whose history it is.
fn case_of(history: &[Recorded]) -> Result<CaseId, StoreError> {
    let number = match history.first().map(|first| &first.event) {
        Some(Event::Registered { number, .. }) => number,
        Some(_) | None => {
            return Err("it does not begin with a registration").damaged(|| "a history".to_owned());
        }
    };
    let damaged = || format!("the history of case {number}");
    let id = CaseId::parse(number).ok_or("no case can have this number").damaged(damaged)?;
    let in_order = (1..).zip(history).all(|(seq, recorded)| recorded.seq == seq);
    if in_order { Ok(id) } else { Err("its events are not counted without gaps").damaged(damaged) }
}

/// The last number of each series and year.
type Numbers = BTreeMap<(&'static str, i64), i64>;

/// Notes the numbers that a history has.
fn note_numbers(numbers: &mut Numbers, id: CaseId, history: &[Recorded]) {
    let mut note = |series, year, number: i64| {
        let last = numbers.entry((series, year)).or_default();
        *last = number.max(*last);
    };
    note("case", id.year(), id.in_year());
    for recorded in history {
        if let Event::Registered { agenda, .. } = &recorded.event {
            note("agenda", id.year(), (*agenda).into());
        }
        if let Event::LetterSigned { signature, .. } = &recorded.event {
            note(letters::SERIES, signature.dated.year().into(), signature.number.into());
        }
    }
}

/// Keeps numbers from being taken once more.
async fn keep_numbers(tx: &mut AnyConnection, numbers: Numbers) -> Result<(), StoreError> {
    let mut rows = Rows::of(Table {
        insert: "INSERT INTO numbers (series, year, last)",
        row: "(?, ?, ?)",
        otherwise: "ON CONFLICT (series, year) DO UPDATE SET last = excluded.last \
                    WHERE numbers.last < excluded.last",
    });
    for ((series, year), number) in numbers {
        rows.add([series.into(), year.into(), number.into()]);
    }
    rows.write(tx, || "keeping the numbers of histories".to_owned()).await
}
