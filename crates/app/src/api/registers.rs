//! The books that the office keeps, line by line.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cases::{day, mend};
use super::client::{Query, Reads};
use super::page_of::{placed, rows_max};
use crate::cases::list::Filters;
use crate::policy::Place;
use crate::problem::{Problem, ReadProblems};
use crate::register::{Book, Cell, Reader};

/// Which lines of a book.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BookQuery {
    /// The first day.
    #[param(value_type = Option<String>, format = Date, example = "2026-01-01")]
    from: Option<Date>,
    /// The last day.
    #[param(value_type = Option<String>, format = Date, example = "2026-12-31")]
    until: Option<Date>,
    /// The code of a unit.
    #[param(example = "BRMP-NTT")]
    unit: Option<String>,
    /// Where the page begins: the `next` of the page before.
    after: Option<String>,
    /// How many lines at most; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Some lines of a book.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookPage)]
pub struct BookView {
    /// What the book is called.
    title: String,
    /// Each column under the name by which lines call it.
    columns: Vec<ColumnView>,
    /// The newest first. Days are `2026-11-23`, moments RFC 3339; what is empty is left out.
    #[schema(example = json!([{"agenda": "142", "subject": "Situs tidak tampil", "case": "2026-0142"}]))]
    lines: Vec<BTreeMap<&'static str, String>>,
    /// What to send as `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookColumn)]
pub struct ColumnView {
    #[schema(example = "subject")]
    name: &'static str,
    head: String,
}

/// The books, for the description of their address.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "kebab-case")]
#[allow(dead_code, reason = "it only describes")]
enum BookName {
    Incoming,
    Outgoing,
    Dispositions,
}

/// Read a book of the office
///
/// The agenda of incoming letters, that of outgoing letters, or the book of dispositions.
#[utoipa::path(
    get, path = "/api/v1/registers/{book}", operation_id = "getRegister", tag = "letters",
    params(("book" = inline(BookName), Path, description = "Which book.", example = "incoming"), BookQuery),
    responses((status = 200, description = "A page of the book.", body = BookView), ReadProblems),
)]
pub async fn show(
    Reads(ctx): Reads,
    Path(book): Path<String>,
    Query(query): Query<BookQuery>,
) -> Result<Json<BookView>, Problem> {
    ctx.enter(Place::Cases)?;
    let book = Book::named(&book).ok_or(Problem::NotFound)?;
    let limit = rows_max(&ctx, query.limit)?;
    let units = ctx.desk.store.units().await?;
    let filters = Filters {
        from: day(query.from),
        until: day(query.until),
        unit: query.unit.unwrap_or_default(),
        ..Filters::default()
    };
    let filter = filters.read_for_book(&units).map_err(|faults| mend(&ctx, &faults))?;
    let reader = Reader {
        store: ctx.desk.store.clone(),
        calendar: ctx.desk.calendar.clone(),
        words: ctx.words,
        units: units.into(),
        filter,
    };
    let page = placed(&ctx, reader.read(book, query.after.as_deref(), limit).await)?;
    let names: Vec<&'static str> =
        book.columns().iter().map(|column| column.head.trim_start_matches("book-")).collect();
    let line = |cells: Vec<Cell>| {
        let named = names.iter().copied().zip(cells.iter().map(text));
        named.filter(|(_, text)| !text.is_empty()).collect()
    };
    let columns = book.columns().iter().zip(&names);
    let columns =
        columns.map(|(column, name)| ColumnView { name, head: ctx.words.t(column.head).to_string() });
    Ok(Json(BookView {
        title: book.title(ctx.words),
        columns: columns.collect(),
        lines: page.lines.into_iter().map(line).collect(),
        next: page.next,
    }))
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Number(text) => text.clone(),
        Cell::Day(day) => day.to_string(),
        Cell::Moment(at) => at.to_string(),
        Cell::Case(no) => no.to_string(),
    }
}
