//! From when until when: positions, roles and units are held for a time, and what has ended is history.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sop::case::UnitCode;
use sop::definition::Role;
use sqlx::any::AnyRow;

use crate::error::Cause;
use crate::sql::Columns as _;

/// Days of the office from one to another, both included; without a day it is open on that side. A term
/// that ends before it begins holds on no day: what it says was taken back in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    pub from: Option<Date>,
    pub until: Option<Date>,
}

/// A position in a unit, for a time. Nobody has two of them on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub term: Term,
    pub position: String,
    pub unit: UnitCode,
}

/// A role, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub term: Term,
    pub role: Role,
}

/// What somebody is for a time, as one line of a table says it: their position with all their roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub term: Term,
    pub position: String,
    pub unit: UnitCode,
    pub roles: Vec<Role>,
}

/// All that somebody was, is and will be, each in the order in which it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceRecord {
    pub postings: Vec<Posting>,
    pub holdings: Vec<Holding>,
}

/// Stands in a column for a term that has no end.
const OPEN_END: &str = "9999-12-31";

impl Term {
    /// Open on both sides.
    pub const ALWAYS: Self = Self { from: None, until: None };

    pub fn since(from: Date) -> Self {
        Self { from: Some(from), until: None }
    }

    pub fn holds_on(&self, day: Date) -> bool {
        self.first() <= day && day <= self.last()
    }

    /// Whether it holds on any day at all.
    pub fn is_taken_back(&self) -> bool {
        self.last() < self.first()
    }

    /// Whether there is a day on which both hold.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first().max(other.first()) <= self.last().min(other.last())
    }

    fn first(&self) -> Date {
        self.from.unwrap_or(Date::MIN)
    }

    fn last(&self) -> Date {
        self.until.unwrap_or(Date::MAX)
    }

    /// The same, over with a day at the latest, however short that makes it.
    fn over_with(self, last: Date) -> Self {
        let last = last.max(day_before(self.first())).min(self.last());
        Self { until: (last < Date::MAX).then_some(last), ..self }
    }

    pub(crate) fn begin_column(&self) -> String {
        self.from.map_or_else(String::new, |day| day.to_string())
    }

    pub(crate) fn end_column(&self) -> String {
        self.until.map_or_else(|| OPEN_END.to_owned(), |day| day.to_string())
    }

    pub(crate) fn read(row: &AnyRow) -> Result<Self, Cause> {
        let (from, until) = (row.text("from_day")?, row.text("until_day")?);
        Ok(Self {
            from: (!from.is_empty()).then(|| from.parse()).transpose()?,
            until: (until != OPEN_END).then(|| until.parse()).transpose()?,
        })
    }
}

impl Period {
    /// For somebody of whom nothing else is known: they always were what they are.
    pub fn always(position: &str, unit: UnitCode, roles: impl IntoIterator<Item = Role>) -> Self {
        Self { term: Term::ALWAYS, position: position.to_owned(), unit, roles: roles.into_iter().collect() }
    }
}

impl ServiceRecord {
    /// What stands in the record once periods have been put in. From the first day of a period on it is
    /// as the periods say; what is in force today and in none of them is over with yesterday, and what
    /// would begin later is taken back. Nothing goes: what does not fit any longer gets an end.
    ///
    /// A period without a first day goes on with what is held already, and begins today where nothing is;
    /// if it ended before today, its beginning is open.
    #[must_use]
    pub fn put(&self, periods: &[Period], today: Date) -> Self {
        self.put_as_of(periods, Some(today))
    }

    /// The record of somebody new: what has no first day always was.
    pub fn of(periods: &[Period]) -> Self {
        Self::default().put_as_of(periods, None)
    }

    fn put_as_of(&self, periods: &[Period], today: Option<Date>) -> Self {
        let postings =
            self.postings.iter().map(|held| (held.term, (held.position.clone(), held.unit.clone())));
        let stated =
            periods.iter().map(|period| (period.term, (period.position.clone(), period.unit.clone())));
        let postings = put(postings.collect(), stated.collect(), today);
        let roles: BTreeSet<&Role> = (self.holdings.iter().map(|held| &held.role))
            .chain(periods.iter().flat_map(|period| &period.roles))
            .collect();
        let holdings = roles.into_iter().flat_map(|role| {
            let written = self.holdings.iter().filter(|held| held.role == *role);
            let stated = periods.iter().filter(|period| period.roles.contains(role));
            let written = written.map(|held| (held.term, ())).collect();
            let terms = put(written, stated.map(|period| (period.term, ())).collect(), today);
            terms.into_iter().map(|(term, ())| Holding { term, role: role.clone() }).collect::<Vec<_>>()
        });
        let holdings = holdings.collect();
        let postings =
            postings.into_iter().map(|(term, (position, unit))| Posting { term, position, unit }).collect();
        Self { postings, holdings }.in_order()
    }

    /// What stands in the record once it is said that from today on somebody holds a role, or does not.
    #[must_use]
    pub fn ruled(mut self, role: &Role, holds: bool, today: Date) -> Self {
        let mut of_role = self.holdings.iter_mut().filter(|holding| holding.role == *role);
        if !holds {
            for holding in of_role.filter(|holding| holding.term.holds_on(today)) {
                holding.term = holding.term.over_with(day_before(today));
            }
        } else if !of_role.any(|holding| holding.term.holds_on(today)) {
            // One that was taken back on its first day has that day already.
            let since = Term::since(today);
            self.holdings.retain(|holding| holding.role != *role || holding.term.from != since.from);
            self.holdings.push(Holding { term: since, role: role.clone() });
        }
        self.in_order()
    }

    /// The same as periods in which nothing changes, from the first to the last, which put into an empty
    /// record give this one without what was taken back. On days without a position it is the nearest.
    pub fn periods(&self) -> Vec<Period> {
        let postings: Vec<&Posting> =
            self.postings.iter().filter(|posting| !posting.term.is_taken_back()).collect();
        let holdings = self.holdings.iter().filter(|holding| !holding.term.is_taken_back());
        let holdings: Vec<&Holding> = holdings.collect();
        let terms = || {
            let posted = postings.iter().map(|posting| posting.term);
            posted.chain(holdings.iter().map(|holding| holding.term))
        };
        // On these days something begins, or something has just ended.
        let begins: BTreeSet<Date> = terms()
            .flat_map(|term| [Some(term.first()), term.until.map(day_after)].into_iter().flatten())
            .collect();
        let begins: Vec<Date> = begins.into_iter().collect();
        let mut periods = Vec::new();
        for (at, first) in begins.iter().enumerate() {
            if !terms().any(|term| term.holds_on(*first)) {
                continue;
            }
            let Some(posting) = nearest(&postings, *first) else { continue };
            let mut roles: Vec<Role> = (holdings.iter().filter(|holding| holding.term.holds_on(*first)))
                .map(|holding| holding.role.clone())
                .collect();
            roles.sort();
            periods.push(Period {
                term: Term {
                    from: (*first > Date::MIN).then_some(*first),
                    until: begins.get(at + 1).map(|next| day_before(*next)),
                },
                position: posting.position.clone(),
                unit: posting.unit.clone(),
                roles,
            });
        }
        periods
    }

    pub(crate) fn in_order(mut self) -> Self {
        self.postings.sort_by_key(|posting| posting.term);
        self.holdings.sort_by(|a, b| (a.term, &a.role).cmp(&(b.term, &b.role)));
        self
    }
}

/// The posting on a day: the last that has begun by then, or else the first to begin.
fn nearest<'a>(postings: &[&'a Posting], day: Date) -> Option<&'a Posting> {
    let begun = postings.iter().rev().find(|posting| posting.term.first() <= day);
    begun.or_else(|| postings.first()).copied()
}

/// What stands written of one seat, in which nobody sits twice on a day, after what is stated of it.
fn put<T: Clone + PartialEq>(
    written: Vec<(Term, T)>,
    stated: Vec<(Term, T)>,
    today: Option<Date>,
) -> Vec<(Term, T)> {
    let goes_on = |today: Date, what: &T| {
        let held = written.iter().find(|(term, held)| held == what && term.holds_on(today));
        held.map_or(Some(today), |(term, _)| term.from)
    };
    let mut stated: Vec<(Term, T)> = stated
        .into_iter()
        .map(|(term, what)| match (term.from, today) {
            (None, Some(today)) if term.last() >= today => {
                (Term { from: goes_on(today, &what), ..term }, what)
            }
            (_, _) => (term, what),
        })
        .collect();
    stated.sort_by_key(|(term, _)| *term);
    let mut after: Vec<(Term, T)> = Vec::new();
    for (term, what) in stated {
        match after.last_mut() {
            Some((last, held)) if *held == what && day_after(last.last()) >= term.first() => {
                last.until = last.until.zip(term.until).map(|(one, other)| one.max(other));
            }
            _ => after.push((term, what)),
        }
    }
    let stated: Vec<Term> = after.iter().map(|(term, _)| *term).collect();
    for (term, what) in written {
        if stated.iter().any(|stated| stated.from == term.from) {
            continue;
        }
        let cut_by = stated.iter().filter(|stated| stated.overlaps(&term));
        let last = cut_by.map(Term::first).min().or(today).map_or(Date::MAX, day_before);
        after.push((term.over_with(last), what));
    }
    after
}

fn day_before(day: Date) -> Date {
    day.yesterday().unwrap_or(Date::MIN)
}

fn day_after(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}
