//! What the drills came to.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::Result;

use crate::faults::{Fault, Outcome};

#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    fault: &'static str,
    store: &'static str,
    took: Duration,
    /// None if the drill found something.
    outcome: Option<Outcome>,
}

impl Report {
    pub fn add(&mut self, name: &str, fault: &Fault, took: Duration, outcome: Result<Outcome>) {
        if let Err(error) = &outcome {
            println!("  {name} failed: {error:#}");
        }
        self.rows.push(Row { fault: fault.what, store: fault.store.name(), took, outcome: outcome.ok() });
    }

    pub fn passed(&self) -> usize {
        self.rows.iter().filter(|row| row.outcome.is_some()).count()
    }

    pub fn failed(&self) -> usize {
        self.rows.len() - self.passed()
    }

    /// In Markdown, as `docs/faults.md` has it.
    pub fn table(&self) -> String {
        let mut table = String::from(
            "\n| fault | store | times | acknowledged | failed in words | no answer (of these there) | lost | seconds |\n\
             |---|---|---:|---:|---:|---:|---:|---:|\n",
        );
        for Row { fault, store, took, outcome } in &self.rows {
            let took = took.as_secs_f64();
            let _infallible = match outcome {
                Some(Outcome { times, afterwards }) => writeln!(
                    table,
                    "| {fault} | {store} | {times} | {} | {} | {} ({}) | {} | {took:.0} |",
                    afterwards.counts.acknowledged,
                    afterwards.counts.failed + afterwards.counts.refused,
                    afterwards.counts.unanswered,
                    afterwards.unanswered_and_there,
                    afterwards.lost,
                ),
                None => writeln!(table, "| {fault} | {store} | FAILED | | | | | {took:.0} |"),
            };
        }
        table
    }
}
