//! What a case is found by.

use std::collections::BTreeSet;

use sop::case::{Audience, Case, PersonId, Recorded, Status, UnitCode, Written, WrittenKind, written};
use sop::definition::EndId;

use super::words::{stem, words};
use crate::StoreError;
use crate::projection::{ended, sop_of};
use crate::sql::CaseId;

/// A case as the index has it, each part as words parted by blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(super) unit: Option<UnitCode>,
    pub(super) facets: String,
    pub(super) codes: String,
    pub(super) subject: String,
    pub(super) system: String,
    pub(super) request: String,
    pub(super) shared: String,
    pub(super) office: String,
    /// Every word of it as it was written, but in small letters.
    pub(super) words: BTreeSet<String>,
}

impl Entry {
    pub(crate) fn of(id: CaseId, case: &Case, history: &[Recorded]) -> Result<Self, StoreError> {
        let sop = sop_of(case)?;
        let request = &case.request;
        let mut entry = Self::of_destroyed(id, case);
        if let Some(requester) = &request.requester {
            entry.facets.push(' ');
            entry.facets.push_str(&facet::requester(requester));
        }
        let system = case.concerns(sop).unwrap_or_default();
        let letter_no = request.letter_no.as_deref().unwrap_or_default();
        let Self { codes, subject, system: of_system, request: rest, shared, office, words, .. } = &mut entry;
        add(codes, words, letter_no);
        add(subject, words, &request.subject);
        add(of_system, words, system);
        for Written { kind, audience, text, .. } in written(sop, case, history) {
            let column = match (kind, audience) {
                (WrittenKind::Request, _)
                    if [&request.subject, system, letter_no].contains(&text.as_str()) =>
                {
                    continue;
                }
                (WrittenKind::Request, _) => &mut *rest,
                (_, Audience::Everyone) => &mut *shared,
                (_, Audience::Office) => &mut *office,
            };
            add(column, words, &text);
        }
        Ok(entry)
    }

    /// What is left of a case that is destroyed: its number, its unit and how it ended.
    pub(crate) fn of_destroyed(id: CaseId, case: &Case) -> Self {
        let unit = &case.request.unit;
        let state = match &case.status {
            Status::Running => facet::RUNNING.to_owned(),
            Status::Suspended { .. } => facet::SUSPENDED.to_owned(),
            Status::Ended { end, .. } => facet::ended(end),
        };
        let mut entry = Self {
            unit: Some(unit.clone()),
            facets: format!("{} {state}", facet::unit(unit)),
            ..Self::default()
        };
        add(&mut entry.codes, &mut entry.words, id.no().as_str());
        entry
    }

    /// Adds the name of the unit as it is now: a case is found by it too, though it says only the code.
    pub(super) fn with_unit_name(mut self, name: &str) -> Self {
        let code = self.unit.as_ref().map(ToString::to_string).unwrap_or_default();
        add(&mut self.request, &mut self.words, &code);
        add(&mut self.request, &mut self.words, name);
        self
    }
}

fn add(column: &mut String, all: &mut BTreeSet<String>, text: &str) {
    for word in words(text) {
        if !column.is_empty() {
            column.push(' ');
        }
        column.push_str(&stem(&word.word));
        all.insert(word.word);
    }
}

/// Words that stand for what is not a text. What an id may hold is not known, so that it is written in
/// hexadecimal and stays one word.
pub(super) mod facet {
    use super::{EndId, PersonId, UnitCode};

    pub(in crate::finding) const RUNNING: &str = "srunning";
    pub(in crate::finding) const SUSPENDED: &str = "ssuspended";

    pub(in crate::finding) fn ended(end: &EndId) -> String {
        format!("s{}", hex::encode(super::ended(end.as_str())))
    }

    pub(in crate::finding) fn unit(unit: &UnitCode) -> String {
        format!("u{}", hex::encode(unit.as_str()))
    }

    pub(in crate::finding) fn requester(person: &PersonId) -> String {
        format!("r{}", hex::encode(person.as_str()))
    }
}
