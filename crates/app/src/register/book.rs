//! What stands in a book, the same on the screen, in a spreadsheet and on paper.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use sop::calendar::Calendar;
use sop::case::{CaseNo, Channel, PersonId, UnitCode};
use sop::definition::{OptionId, Stage};
use store::{BookFilter, DispositionRow, IncomingRow, OutgoingRow, Reservation, Store, StoreError, Unit};

use crate::words::Words;

/// A book that the office keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    /// Agenda surat masuk.
    Incoming,
    /// Agenda surat keluar.
    Outgoing,
    /// Buku disposisi.
    Dispositions,
}

/// A column of a book.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The phrase of its head.
    pub head: &'static str,
    /// Its share of the width of a printed page.
    pub share: u32,
    /// What stands in it are moments.
    pub timed: bool,
    /// How the screen sets it.
    pub class: &'static str,
}

/// What stands in one place. Each medium writes it in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// The number of a letter, which is broken behind a slash only.
    Number(String),
    Day(Date),
    Moment(Timestamp),
    Case(CaseNo),
}

/// A line of a book: a cell for each column.
pub type Line = Vec<Cell>;

/// Some lines of a book, and where the next ones begin.
#[derive(Debug)]
pub struct BookPage {
    pub lines: Vec<Line>,
    pub next: Option<String>,
}

const INCOMING: &[Column] = &[
    Column { head: "book-agenda", share: 9, timed: false, class: "" },
    Column { head: "book-entered", share: 12, timed: false, class: "tgl nowrap" },
    Column { head: "book-received", share: 13, timed: true, class: "nowrap" },
    Column { head: "book-unit", share: 16, timed: false, class: "sat" },
    Column { head: "book-sender", share: 14, timed: false, class: "sat" },
    Column { head: "book-letter-no", share: 18, timed: false, class: "" },
    Column { head: "book-letter-date", share: 12, timed: false, class: "nowrap" },
    Column { head: "book-subject", share: 24, timed: false, class: "hal" },
    Column { head: "book-channel", share: 10, timed: false, class: "" },
    Column { head: "book-case", share: 12, timed: false, class: "nowrap" },
];

const OUTGOING: &[Column] = &[
    Column { head: "book-number", share: 18, timed: false, class: "" },
    Column { head: "book-dated", share: 11, timed: false, class: "tgl nowrap" },
    Column { head: "book-subject", share: 28, timed: false, class: "hal" },
    Column { head: "book-addressee", share: 18, timed: false, class: "sat" },
    Column { head: "book-signer", share: 15, timed: false, class: "" },
    Column { head: "book-case", share: 11, timed: false, class: "nowrap" },
    Column { head: "book-remark", share: 26, timed: false, class: "" },
];

const DISPOSITIONS: &[Column] = &[
    Column { head: "book-agenda", share: 9, timed: false, class: "" },
    Column { head: "book-disposed", share: 13, timed: true, class: "tgl nowrap" },
    Column { head: "book-unit", share: 16, timed: false, class: "sat" },
    Column { head: "book-subject", share: 23, timed: false, class: "hal" },
    Column { head: "book-urgency", share: 9, timed: false, class: "" },
    Column { head: "book-disposed-by", share: 13, timed: false, class: "" },
    Column { head: "book-forwarded", share: 18, timed: false, class: "" },
    Column { head: "book-requests", share: 17, timed: false, class: "" },
    Column { head: "book-notes", share: 20, timed: false, class: "prose" },
    Column { head: "book-case", share: 12, timed: false, class: "nowrap" },
];

impl Book {
    pub const ALL: [Self; 3] = [Self::Incoming, Self::Outgoing, Self::Dispositions];

    /// Its name in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
            Self::Dispositions => "dispositions",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|book| book.name() == name)
    }

    pub fn title(self, words: Words) -> String {
        words
            .t(match self {
                Self::Incoming => "book-incoming",
                Self::Outgoing => "book-outgoing",
                Self::Dispositions => "book-dispositions",
            })
            .to_string()
    }

    pub fn explained(self, words: Words) -> String {
        words
            .t(match self {
                Self::Incoming => "book-incoming-explained",
                Self::Outgoing => "book-outgoing-explained",
                Self::Dispositions => "book-dispositions-explained",
            })
            .to_string()
    }

    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Incoming => INCOMING,
            Self::Outgoing => OUTGOING,
            Self::Dispositions => DISPOSITIONS,
        }
    }
}

/// Reads a book for somebody.
#[derive(Clone, Debug)]
pub struct Reader {
    pub store: Store,
    pub calendar: Arc<Calendar>,
    pub words: Words,
    pub units: Arc<[Unit]>,
    pub filter: BookFilter<Date>,
}

impl Reader {
    /// A page of a book, the newest line first.
    pub async fn read(&self, book: Book, after: Option<&str>, limit: u32) -> Result<BookPage, StoreError> {
        match book {
            Book::Incoming => {
                let page = self.store.incoming(&self.moments(), after, limit).await?;
                let lines = page.rows.into_iter().map(|row| self.incoming(row)).collect();
                Ok(BookPage { lines, next: page.next })
            }
            Book::Outgoing => {
                let page = self.store.outgoing(&self.filter, after, limit).await?;
                let names = self.names(page.rows.iter().flat_map(people)).await?;
                let lines = page.rows.iter().map(|row| self.outgoing(row, &names)).collect();
                Ok(BookPage { lines, next: page.next })
            }
            Book::Dispositions => {
                let page = self.store.dispositions(&self.moments(), after, limit).await?;
                let names = self.names(page.rows.iter().filter_map(|row| row.by.as_ref())).await?;
                let lines = page.rows.iter().map(|row| self.disposition(row, &names)).collect();
                Ok(BookPage { lines, next: page.next })
            }
        }
    }

    /// The days of the filter as moments on the office's wall.
    fn moments(&self) -> BookFilter<Timestamp> {
        let midnight = |day: Option<Date>| day.and_then(|day| self.calendar.instant(day.at(0, 0, 0, 0)));
        let BookFilter { from, before, unit } = self.filter.clone();
        BookFilter { from: midnight(from), before: midnight(before), unit }
    }

    fn incoming(&self, row: IncomingRow) -> Line {
        let channel = match row.channel {
            Channel::Form => "book-channel-form",
            Channel::Letter => "book-channel-letter",
        };
        vec![
            Cell::Text(row.agenda.to_string()),
            Cell::Day(self.day(row.entered_at)),
            Cell::Moment(row.received_at),
            self.unit(&row.unit, self.day(row.entered_at)),
            self.kept(row.requester_name),
            row.letter_no.map_or_else(nothing, Cell::Number),
            row.letter_date.map_or_else(nothing, Cell::Day),
            self.kept(row.subject),
            Cell::Text(self.words.t(channel).to_string()),
            Cell::Case(row.case),
        ]
    }

    fn outgoing(&self, row: &OutgoingRow, names: &HashMap<PersonId, String>) -> Line {
        match row {
            OutgoingRow::Signed { letter, reservation } => {
                let name = name(names, &letter.signer);
                let capacity = letter.capacity.prefix().trim_end();
                let signer = if capacity.is_empty() { name } else { format!("{name} ({capacity})") };
                let remark = reservation.as_ref().map(|reservation| {
                    let reserved = self.reserved(reservation, names);
                    self.words
                        .t("book-was-reserved")
                        .with("reserved", reserved)
                        .with("purpose", reservation.purpose.clone())
                        .to_string()
                });
                vec![
                    Cell::Number(letter.written_number.clone()),
                    Cell::Day(letter.dated),
                    self.kept(letter.subject.clone()),
                    self.unit(&letter.unit, letter.dated),
                    Cell::Text(signer),
                    Cell::Case(letter.case.clone()),
                    Cell::Text(remark.unwrap_or_default()),
                ]
            }
            OutgoingRow::Reserved(reservation) => vec![
                Cell::Number(reservation.written_number.clone()),
                Cell::Day(reservation.dated),
                Cell::Text(reservation.purpose.clone()),
                nothing(),
                nothing(),
                nothing(),
                Cell::Text(self.became(reservation, names)),
            ],
        }
    }

    /// Why a number has no letter.
    fn became(&self, reservation: &Reservation, names: &HashMap<PersonId, String>) -> String {
        let reserved = self.reserved(reservation, names);
        let Some(voiding) = &reservation.voided else { return format!("{reserved}.") };
        self.words
            .t("book-voided")
            .with("who", name(names, &voiding.by))
            .with("moment", self.words.moment(voiding.at, self.calendar.zone()))
            .with("reason", voiding.reason.clone())
            .with("reserved", reserved)
            .to_string()
    }

    /// Who set a number aside, and when.
    fn reserved(&self, reservation: &Reservation, names: &HashMap<PersonId, String>) -> String {
        self.words
            .t("book-reserved")
            .with("who", name(names, &reservation.by))
            .with("moment", self.words.moment(reservation.at, self.calendar.zone()))
            .to_string()
    }

    fn disposition(&self, row: &DispositionRow, names: &HashMap<PersonId, String>) -> Line {
        let sop = sop::find(&row.sop, &row.revision).unwrap_or_else(sop::shipped);
        let stage = sop.stage(&row.stage);
        let label = |id: &OptionId| {
            let option = stage.and_then(|stage| option(stage, id));
            option.map_or_else(|| id.to_string(), |label| self.words.label(sop, label).to_owned())
        };
        let requests: Vec<String> = row.requests.iter().map(label).collect();
        let outcome = stage.and_then(|stage| stage.outcome(&row.outcome));
        let forwarded = outcome.map(|outcome| sop.receivers(outcome)).unwrap_or_default();
        vec![
            Cell::Text(row.agenda.to_string()),
            Cell::Moment(row.at),
            self.unit(&row.unit, self.day(row.at)),
            self.kept(row.subject.clone()),
            row.urgency.as_ref().map_or_else(nothing, |urgency| Cell::Text(label(urgency))),
            row.by.as_ref().map_or_else(nothing, |by| Cell::Text(name(names, by))),
            Cell::Text(forwarded.join("; ")),
            Cell::Text(requests.join("; ")),
            Cell::Text(row.notes.clone()),
            Cell::Case(row.case.clone()),
        ]
    }

    fn day(&self, at: Timestamp) -> Date {
        self.calendar.local(at).date()
    }

    /// A unit by the name that it had on a day.
    fn unit(&self, code: &UnitCode, day: Date) -> Cell {
        let unit = self.units.iter().find(|unit| unit.code == *code);
        Cell::Text(unit.map_or_else(|| code.to_string(), |unit| unit.name_on(day).to_owned()))
    }

    /// A text that may have been erased.
    fn kept(&self, text: String) -> Cell {
        Cell::Text(if text.is_empty() { self.words.t("erased").to_string() } else { text })
    }

    async fn names<'a>(
        &self,
        people: impl Iterator<Item = &'a PersonId>,
    ) -> Result<HashMap<PersonId, String>, StoreError> {
        let mut people: Vec<PersonId> = people.cloned().collect();
        people.sort();
        people.dedup();
        self.store.names(&people).await
    }
}

fn nothing() -> Cell {
    Cell::Text(String::new())
}

/// Everybody whom a line names.
fn people(row: &OutgoingRow) -> Vec<&PersonId> {
    let (signer, reservation) = match row {
        OutgoingRow::Signed { letter, reservation } => (Some(&letter.signer), reservation.as_ref()),
        OutgoingRow::Reserved(reservation) => (None, Some(reservation)),
    };
    let voided_by =
        reservation.and_then(|reservation| reservation.voided.as_ref()).map(|voiding| &voiding.by);
    signer.into_iter().chain(reservation.map(|reservation| &reservation.by)).chain(voided_by).collect()
}

/// What somebody is called; an account that is gone leaves its id.
pub fn name(names: &HashMap<PersonId, String>, person: &PersonId) -> String {
    names.get(person).cloned().unwrap_or_else(|| person.to_string())
}

/// What a choice of a stage's form is called.
fn option<'a>(stage: &'a Stage, id: &OptionId) -> Option<&'a str> {
    let mut options = stage.fields.iter().flat_map(|field| &field.options);
    options.find(|option| option.id == *id).map(|option| option.label.as_str())
}
