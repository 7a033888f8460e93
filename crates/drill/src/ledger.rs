//! What was tried, and what was answered: kept apart from the server, which may be killed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sop::case::{CaseNo, TaskId};
use sop::definition::OutcomeId;

/// Something that somebody asked of the server.
#[derive(Clone, Debug)]
pub struct Act {
    pub what: What,
    pub fate: Fate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A request was filed. Its word stands in its subject and nowhere else.
    Request { word: String },
    /// A task was completed. The same may be tried again after a failure, so that it stands here again.
    Completion { case: CaseNo, task: TaskId, outcome: OutcomeId },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is under way.
    Tried,
    /// It was taken on, about a case: from now on it may never be lost.
    Acknowledged { case: CaseNo },
    /// It was not taken on, for a reason that whoever asked can mend (4xx): it may never be there.
    Refused { status: u16, said: String },
    /// The server could not, and says so in a page (5xx). Whether it is there, that page has to tell.
    Failed { status: u16, said: String },
    /// There was no answer, so that nobody knows: it is there once or not at all.
    Unanswered { why: String },
}

/// Written by many clients at once.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Vec<Act>>);

/// How many acts came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub acknowledged: usize,
    pub refused: usize,
    pub failed: usize,
    pub unanswered: usize,
}

impl Ledger {
    /// Notes that something is about to be asked. Returns its place, for [`Ledger::settle`].
    pub fn try_to(&self, what: What) -> usize {
        let mut acts = self.lock();
        acts.push(Act { what, fate: Fate::Tried });
        acts.len() - 1
    }

    /// Notes what came of it.
    pub fn settle(&self, place: usize, fate: Fate) {
        self.lock()[place].fate = fate;
    }

    /// Everything so far.
    pub fn acts(&self) -> Vec<Act> {
        self.lock().clone()
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for act in &*self.lock() {
            match act.fate {
                Fate::Acknowledged { .. } => counts.acknowledged += 1,
                Fate::Refused { .. } => counts.refused += 1,
                Fate::Failed { .. } => counts.failed += 1,
                Fate::Tried | Fate::Unanswered { .. } => counts.unanswered += 1,
            }
        }
        counts
    }

    /// What pages said that took nothing on, and how often each: the status before the words, without the number
    /// that leads to the log.
    pub fn said(&self) -> BTreeMap<String, usize> {
        let mut all = BTreeMap::new();
        for act in &*self.lock() {
            if let Fate::Refused { status, said } | Fate::Failed { status, said } = &act.fate {
                let is_reference =
                    |word: &&str| word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_digit());
                let words: Vec<&str> = said.split(' ').filter(|word| !is_reference(word)).collect();
                *all.entry(format!("{status} {}", words.join(" "))).or_default() += 1;
            }
        }
        all
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Act>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
