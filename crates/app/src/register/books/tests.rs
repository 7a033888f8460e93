use jiff::civil::date;
use sop::calendar::{Calendar, Zone};
use store::Store;

use super::*;

async fn reader(from: Option<Date>, before: Option<Date>, unit: Option<&str>) -> Reader {
    let unit_of_ntt = Unit::new("ntt".into(), "BRMP NTT", Zone::Wita);
    Reader {
        store: Store::open("sqlite::memory:").await.expect("a store"),
        calendar: Arc::new(Calendar::shipped().clone()),
        words: Words::new(Language::Indonesian),
        units: vec![unit_of_ntt].into(),
        filter: BookFilter { from, before, unit: unit.map(Into::into) },
    }
}

#[tokio::test]
async fn a_printed_period_is_named_as_an_office_says_it() {
    let (first, last) = (date(2026, 11, 1), date(2026, 12, 1));
    for (from, before, unit, said) in [
        (Some(first), Some(last), None, "November 2026, 3 catatan"),
        (Some(date(2026, 1, 1)), Some(date(2027, 1, 1)), None, "Tahun 2026, 3 catatan"),
        (Some(date(2026, 11, 11)), Some(last), None, "11 November 2026 sampai 30 November 2026, 3 catatan"),
        (Some(first), None, Some("ntt"), "Sejak 1 November 2026, BRMP NTT, 3 catatan"),
        (None, Some(last), None, "Sampai 30 November 2026, 3 catatan"),
        (None, None, None, "Seluruh masa, 3 catatan"),
    ] {
        assert_eq!(period(&reader(from, before, unit).await, 3), said);
    }
}

#[tokio::test]
async fn each_medium_writes_a_moment_in_its_own_way() {
    let reader = reader(None, None, None).await;
    let cell = Cell::Moment("2026-11-24T00:40:00Z".parse().expect("a moment"));
    let write = |medium| Writer { words: reader.words, medium }.cell(&reader, &cell);
    assert_eq!(write(Medium::Screen), "24 Nov 2026 07.40 WIB");
    assert_eq!(write(Medium::Paper), "24 Nov 2026 07.40 WIB");
    assert_eq!(write(Medium::Spreadsheet), "2026-11-24 07:40");
}

#[test]
fn every_book_has_an_address() {
    for book in Book::ALL {
        assert_eq!(Book::named(book.name()), Some(book));
    }
    assert_eq!(Book::named("lain"), None);
}
