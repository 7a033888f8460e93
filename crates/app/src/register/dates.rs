//! What the dates of a case's rows tell about the ways it took.

use std::collections::BTreeSet;

use sop::Sop;
use sop::definition::{Outcome, Step, StepNo, Target};
use store::StepDates;

/// Whether a row can lead to different rows.
pub fn decides(step: &Step) -> bool {
    let exits: BTreeSet<_> = exits(step).map(|(_, rows)| rows).collect();
    exits.len() > 1
}

/// The outcome by which a case left a row: the one whose rows opened when this one was done. Nothing
/// where the row leads one way only, or where the case ended there.
pub fn decision<'a>(sop: &'a Sop, runs: &[StepDates], run: &StepDates) -> Option<&'a Outcome> {
    let step = sop.step(&run.step).filter(|step| decides(step))?;
    let closed_at = run.closed_at.filter(|_| run.done)?;
    let opened: BTreeSet<&StepNo> =
        runs.iter().filter(|next| next.opened_at == closed_at).map(|next| &next.step).collect();
    exits(step).find(|(_, rows)| *rows == opened).map(|(outcome, _)| outcome)
}

/// The outcomes that lead out of a row to others, with these.
fn exits(step: &Step) -> impl Iterator<Item = (&Outcome, BTreeSet<&StepNo>)> {
    let outcomes = step.stages.iter().flat_map(|stage| &stage.outcomes);
    outcomes
        .map(|outcome| (outcome, outcome.to.iter().filter_map(Target::step).collect::<BTreeSet<_>>()))
        .filter(|(_, rows)| !rows.is_empty() && !rows.contains(&step.no))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn at(hour: &str) -> Timestamp {
        format!("2026-11-24T{hour}:00+07:00").parse().expect("a timestamp")
    }

    /// "2 07:40-08:10" is a run of row 2 that was done; "7 09:00-" one that is open.
    fn runs(text: &str) -> Vec<StepDates> {
        let run = |text: &str| {
            let (step, times) = text.split_once(' ').expect("a row and its times");
            let (opened, closed) = times.split_once('-').expect("two times");
            StepDates {
                step: step.into(),
                round: 1,
                opened_at: at(opened),
                due_at: None,
                closed_at: (!closed.is_empty()).then(|| at(closed)),
                done: !closed.is_empty(),
            }
        };
        text.split(", ").map(run).collect()
    }

    fn check(text: &str, decided: &[&str]) {
        let runs = runs(text);
        let sop = sop::shipped();
        let found = runs.iter().map(|run| decision(sop, &runs, run).map_or("", |outcome| &outcome.label));
        assert_eq!(found.collect::<Vec<_>>(), decided);
    }

    #[test]
    fn rows_with_more_than_one_way_out() {
        let deciding = sop::shipped().steps.iter().filter(|step| decides(step));
        assert_eq!(deciding.map(|step| step.no.as_str()).collect::<Vec<_>>(), ["2", "5", "8"]);
    }

    #[test]
    fn the_row_that_opens_next_tells_what_was_decided() {
        check("1 07:30-07:40, 2 07:40-08:10, 3 08:10-", &["", "Tolak", ""]);
        check("1 07:30-07:40, 2 07:40-08:10, 5 08:10-", &["", "Setuju", ""]);
    }

    #[test]
    fn both_branches_are_one_decision() {
        check("5 08:10-09:00, 6a 09:00-, 6b 09:00-", &["Keduanya, diperiksa bersamaan", "", ""]);
    }

    #[test]
    fn a_repetition_is_told_from_the_first_round() {
        check(
            "7 09:00-10:00, 8 10:00-10:30, 7 10:30-13:00, 8 13:00-13:20, 9 13:20-",
            &["", "Ulang perbaikan", "", "Lulus", ""],
        );
    }
}
