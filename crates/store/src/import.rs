//! Taking in cases with the histories they already have: from another office, or made to try one out.

use jiff::Timestamp;
use sop::case::{Event, EventHash, Recorded};
use sqlx::{AnyConnection, query};

use crate::connection::Writes;
use crate::error::Context;
use crate::projection::Projection;
use crate::sql::CaseId;
use crate::{Store, StoreError, finding, letters, log, outbox, search};

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
        let mut imported = Imported::default();
        let mut found_by = Vec::with_capacity(histories.len());
        for history in histories {
            let id = case_of(history)?;
            let case = log::replay(id, history)?;
            log::write_events(&mut tx, id, history, EventHash::new("")).await?;
            Projection::of(id, &case)?.write(&mut tx, None).await?;
            search::write(&mut tx, id, &case).await?;
            found_by.push((id, finding::Entry::of(id, &case, history)?));
            outbox::write_past(&mut tx, id, history, until).await?;
            keep_numbers(&mut tx, id, history).await?;
            imported.cases += 1;
            imported.events += history.len() as u64;
        }
        finding::write(&mut tx, found_by).await?;
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

/// Keeps the numbers that a history has from being taken once more.
async fn keep_numbers(tx: &mut AnyConnection, id: CaseId, history: &[Recorded]) -> Result<(), StoreError> {
    let mut taken = vec![("case", id.year(), id.in_year())];
    for recorded in history {
        if let Event::Registered { agenda, .. } = &recorded.event {
            taken.push(("agenda", id.year(), (*agenda).into()));
        }
        if let Event::LetterSigned { signature, .. } = &recorded.event {
            taken.push((letters::SERIES, signature.dated.year().into(), signature.number.into()));
        }
    }
    for (series, year, number) in taken {
        query(
            "INSERT INTO numbers (series, year, last) VALUES ($1, $2, $3) \
             ON CONFLICT (series, year) DO UPDATE SET last = excluded.last WHERE numbers.last < excluded.last",
        )
        .bind(series)
        .bind(year)
        .bind(number)
        .execute(&mut *tx)
        .await
        .doing(|| format!("keeping the {series} numbers of {year} up to {number}"))?;
    }
    Ok(())
}
