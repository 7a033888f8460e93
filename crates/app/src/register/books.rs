//! The books on the screen, as files for a spreadsheet and printed.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use sop::letter::{self, Frame, Letter, RegisterBook, RegisterColumn};
use store::{BookFilter, Unit};

use super::book::{Book, BookPage, Cell, Column, Line, Reader};
use super::csv::{self, Lines, ROWS_AT_ONCE};
use super::numbers::{NumbersView, Refused};
use crate::cases;
use crate::cases::list::{Fault, FilterField, FilterForm, Filters};
use crate::ctx::{Ctx, Page};
use crate::policy::Place;
use crate::problem::{self, Obstacle, Problem};
use crate::words::{Language, Words};

/// How many lines a page of a book has.
const PAGE_LINES: u32 = 50;
/// How many lines are printed at once: some fifty pages, which take the press some ten seconds.
const PRINTED_LINES_MAX: u32 = 500;

#[derive(Template)]
#[template(path = "register/book.html")]
struct ShownBook {
    page: Page,
    book: Book,
    title: String,
    explained: String,
    /// Setting numbers aside, for those who may.
    numbers: Option<NumbersView>,
    fields: Vec<FilterField>,
    unreadable: bool,
    /// Why this cannot be printed.
    unprinted: Option<String>,
    /// Periods that are often asked for.
    periods: Vec<(String, String)>,
    csv: String,
    pdf: String,
    heads: Vec<String>,
    lines: Vec<Vec<ShownCell>>,
    first: Option<String>,
    next: Option<String>,
}

struct ShownCell {
    class: &'static str,
    label: String,
    /// Where it may be broken.
    pieces: Vec<String>,
    href: Option<String>,
}

/// `GET /register/{book}`
pub async fn show(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(filters): Query<Filters>,
) -> Result<Response, Problem> {
    let book = opened(&ctx, &name)?;
    page(&ctx, book, &narrowed(filters), None, None).await
}

/// `GET /register/{book}/csv`
pub async fn csv(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(filters): Query<Filters>,
) -> Result<Response, Problem> {
    let book = opened(&ctx, &name)?;
    let filters = narrowed(filters);
    let units = ctx.desk.store.units().await?;
    let Ok(filter) = filters.read_for_book(&units) else {
        // The page says what to mend, and where.
        return page(&ctx, book, &filters, None, None).await;
    };
    let writer = Writer { words: ctx.words, medium: Medium::Spreadsheet };
    let reader = Arc::new(reader(&ctx, ctx.words, units, filter));
    let write = move |reader: &Reader, read: BookPage| Lines {
        lines: read.lines.iter().map(|line| writer.line(reader, line)).collect(),
        next: read.next,
    };
    let first = write(&reader, reader.read(book, None, ROWS_AT_ONCE).await?);
    let head = book.columns().iter().map(|column| writer.head(&reader, column)).collect();
    let name = format!("{}-{}", file_name(book), ctx.desk.calendar.local(ctx.desk.now()).date());
    Ok(csv::file(ctx.words, &name, head, first, move |after| {
        let reader = reader.clone();
        async move { Ok(write(&reader, reader.read(book, Some(&after), ROWS_AT_ONCE).await?)) }
    }))
}

/// `GET /register/{book}/pdf`
pub async fn pdf(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(filters): Query<Filters>,
) -> Result<Response, Problem> {
    let book = opened(&ctx, &name)?;
    let filters = narrowed(filters);
    let units = ctx.desk.store.units().await?;
    let Ok(filter) = filters.read_for_book(&units) else {
        return page(&ctx, book, &filters, None, None).await;
    };
    // A register is an official document, whatever language its reader has chosen for the screen.
    let words = Words::new(Language::Indonesian);
    let reader = reader(&ctx, words, units, filter);
    let read = reader.read(book, None, PRINTED_LINES_MAX).await?;
    if read.next.is_some() {
        let limit = PRINTED_LINES_MAX;
        let unprinted = ctx.words.t("book-too-long").with("n", limit).to_string();
        return page(&ctx, book, &filters, Some(unprinted), None).await;
    }
    let printed = printed(&ctx, book, &reader, &read.lines);
    let pdf = ctx.desk.letters.pdf(printed).await?;
    let name = format!("{}-{}.pdf", file_name(book), ctx.desk.calendar.local(ctx.desk.now()).date());
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(header::CONTENT_DISPOSITION, cases::disposition(&name));
    Ok((headers, pdf).into_response())
}

/// The book that an address names, for those who may read it.
fn opened(ctx: &Ctx, name: &str) -> Result<Book, Problem> {
    ctx.enter(Place::Cases)?;
    Book::named(name).ok_or(Problem::NotFound)
}

/// A book has no field for the rest, so an address cannot narrow it by that unseen.
fn narrowed(filters: Filters) -> Filters {
    let Filters { from, until, unit, after, .. } = filters;
    Filters { from, until, unit, after, ..Filters::default() }
}

fn reader(ctx: &Ctx, words: Words, units: Vec<Unit>, filter: BookFilter<Date>) -> Reader {
    let desk = &ctx.desk;
    Reader { store: desk.store.clone(), calendar: desk.calendar.clone(), words, units: units.into(), filter }
}

/// The page of a book: as it is, with the reason why it was not printed, or with a form about numbers
/// that was refused.
pub(super) async fn page(
    ctx: &Ctx,
    book: Book,
    filters: &Filters,
    unprinted: Option<String>,
    refused: Option<Refused<'_>>,
) -> Result<Response, Problem> {
    let words = ctx.words;
    let units = ctx.desk.store.units().await?;
    let read = filters.read_for_book(&units);
    let faults: Vec<Fault> = read.as_ref().err().cloned().unwrap_or_default();
    let form = FilterForm { words, sop: ctx.desk.sop(), units: &units, filters, faults: &faults };
    let fields = vec![form.from("book-from"), form.until(), form.unit()];
    let unreadable = read.is_err();
    let (lines, next) = match read {
        Ok(filter) => {
            let reader = reader(ctx, words, units, filter);
            let after = (!filters.after.is_empty()).then_some(filters.after.as_str());
            let BookPage { lines, next } = reader.read(book, after, PAGE_LINES).await?;
            let writer = Writer { words, medium: Medium::Screen };
            (lines.iter().map(|line| writer.shown(&reader, book, line)).collect(), next)
        }
        Err(_) => (Vec::new(), None),
    };
    let obstacle = match &refused {
        Some(refused) => Some(refused.obstacle()),
        None => (unreadable || unprinted.is_some()).then_some(Obstacle::Mend),
    };
    let title = book.title(words);
    let shown = if obstacle.is_some() {
        words.t("title-mend").with("title", title.clone()).to_string()
    } else {
        title.clone()
    };
    let path = format!("/register/{}", book.name());
    let numbers = match book {
        Book::Outgoing => NumbersView::of(ctx, refused.as_ref()).await?,
        Book::Incoming | Book::Dispositions => None,
    };
    let writer = Writer { words, medium: Medium::Screen };
    let template = ShownBook {
        page: ctx.page(&shown),
        book,
        title,
        explained: book.explained(words),
        numbers,
        fields,
        unreadable,
        unprinted,
        periods: periods(ctx, &path, &filters.unit),
        csv: filters.address(&format!("{path}/csv"), None),
        pdf: filters.address(&format!("{path}/pdf"), None),
        heads: book.columns().iter().map(|column| writer.words.t(column.head).to_string()).collect(),
        lines,
        first: (!filters.after.is_empty()).then(|| filters.address(&path, None)),
        next: next.map(|next| filters.address(&path, Some(&next))),
    };
    problem::page(&template, obstacle)
}

/// This month, the one before and this year, each with its address.
fn periods(ctx: &Ctx, path: &str, unit: &str) -> Vec<(String, String)> {
    let today = ctx.desk.calendar.local(ctx.desk.now()).date();
    let month = today.first_of_month();
    let before = month.yesterday().unwrap_or(month);
    let typed = |date: Date| format!("{:02}-{:02}-{}", date.day(), date.month(), date.year());
    [
        ("book-this-month", month, today.last_of_month()),
        ("book-last-month", before.first_of_month(), before),
        ("book-this-year", today.first_of_year(), today.last_of_year()),
    ]
    .map(|(key, from, until)| {
        let filters =
            Filters { from: typed(from), until: typed(until), unit: unit.to_owned(), ..Filters::default() };
        (ctx.words.t(key).to_string(), filters.address(path, None))
    })
    .into()
}

/// A book as a document, the oldest line first as on paper.
fn printed(ctx: &Ctx, book: Book, reader: &Reader, lines: &[Line]) -> Letter {
    let writer = Writer { words: reader.words, medium: Medium::Paper };
    let now = ctx.desk.calendar.local(ctx.desk.now());
    let column = |column: &Column| RegisterColumn { head: writer.head(reader, column), share: column.share };
    let moment = letter::moment(now, ctx.desk.calendar.zone().abbreviation());
    Letter::Register(RegisterBook {
        frame: Frame {
            letterhead: ctx.desk.letters.stationery.letterhead(now.date()),
            title: book.title(reader.words),
            date: now.date(),
            case: None,
            seal: None,
            footer: vec![format!("Dicetak dari Sigap, {moment}.")],
            mark: None,
        },
        period: period(reader, lines.len()),
        columns: book.columns().iter().map(column).collect(),
        rows: lines.iter().rev().map(|line| writer.line(reader, line)).collect(),
    })
}

/// "November 2026, BRMP NTT, 12 catatan"
fn period(reader: &Reader, count: usize) -> String {
    let BookFilter { from, before, unit } = &reader.filter;
    let until = before.and_then(|before| before.yesterday().ok());
    let days = match (*from, until) {
        (None, None) => "Seluruh masa".to_owned(),
        (Some(from), None) => format!("Sejak {}", letter::date(from)),
        (None, Some(until)) => format!("Sampai {}", letter::date(until)),
        (Some(from), Some(until)) if from == from.first_of_year() && until == from.last_of_year() => {
            format!("Tahun {}", from.year())
        }
        (Some(from), Some(until)) if from == from.first_of_month() && until == from.last_of_month() => {
            letter::date(from).trim_start_matches("1 ").to_owned()
        }
        (Some(from), Some(until)) => format!("{} sampai {}", letter::date(from), letter::date(until)),
    };
    let unit = unit.as_ref().and_then(|code| reader.units.iter().find(|unit| unit.code == *code));
    let unit = unit.map(|unit| format!(", {}", unit.name)).unwrap_or_default();
    format!("{days}{unit}, {count} catatan")
}

/// Names the files of a book, wherever they lie.
fn file_name(book: Book) -> &'static str {
    match book {
        Book::Incoming => "agenda-surat-masuk",
        Book::Outgoing => "agenda-surat-keluar",
        Book::Dispositions => "buku-disposisi",
    }
}

/// Writes cells for a medium.
#[derive(Clone, Copy)]
struct Writer {
    words: Words,
    medium: Medium,
}

#[derive(Clone, Copy)]
enum Medium {
    Screen,
    Paper,
    /// Times have to be read as times, so that they sort and count.
    Spreadsheet,
}

impl Writer {
    /// A head says of which zone the times below it are where they do not say so themselves.
    fn head(self, reader: &Reader, column: &Column) -> String {
        let head = self.words.t(column.head).to_string();
        match self.medium {
            Medium::Spreadsheet if column.timed => {
                format!("{head} ({})", reader.calendar.zone().abbreviation())
            }
            Medium::Spreadsheet | Medium::Screen | Medium::Paper => head,
        }
    }

    fn line(self, reader: &Reader, line: &Line) -> Vec<String> {
        line.iter().map(|cell| self.cell(reader, cell)).collect()
    }

    fn cell(self, reader: &Reader, cell: &Cell) -> String {
        match (cell, self.medium) {
            (Cell::Text(text) | Cell::Number(text), _) => text.clone(),
            (Cell::Case(no), _) => no.to_string(),
            (Cell::Day(day), Medium::Spreadsheet) => day.to_string(),
            (Cell::Day(day), Medium::Screen | Medium::Paper) => self.words.date(*day),
            (Cell::Moment(at), Medium::Spreadsheet) => {
                let at = reader.calendar.local(*at);
                format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
            }
            (Cell::Moment(at), Medium::Screen | Medium::Paper) => {
                self.words.moment(*at, reader.calendar.zone())
            }
        }
    }

    fn shown(self, reader: &Reader, book: Book, line: &Line) -> Vec<ShownCell> {
        let cells = book.columns().iter().zip(line);
        let shown = cells.map(|(column, cell)| {
            let text = self.cell(reader, cell);
            let (pieces, href) = match cell {
                Cell::Number(number) => (number.split_inclusive('/').map(ToOwned::to_owned).collect(), None),
                Cell::Case(no) => (vec![text], Some(format!("/cases/{no}"))),
                Cell::Text(_) | Cell::Day(_) | Cell::Moment(_) => (vec![text], None),
            };
            ShownCell { class: column.class, label: self.words.t(column.head).to_string(), pieces, href }
        });
        shown.collect()
    }
}

impl ShownCell {
    fn is_empty(&self) -> bool {
        self.pieces.iter().all(String::is_empty)
    }
}

#[cfg(test)]
mod tests;
