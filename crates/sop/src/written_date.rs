//! Dates as an Indonesian document writes them.

use jiff::civil::{Date, Weekday};

/// "Senin"
pub(crate) fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Senin",
        Weekday::Tuesday => "Selasa",
        Weekday::Wednesday => "Rabu",
        Weekday::Thursday => "Kamis",
        Weekday::Friday => "Jumat",
        Weekday::Saturday => "Sabtu",
        Weekday::Sunday => "Minggu",
    }
}

/// "2 Mei 2026"
pub fn date(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    format!("{} {} {}", date.day(), of_month(date, &MONTHS), date.year())
}

/// "V", as some offices write the month in the number of a letter.
pub(crate) fn month_roman(date: Date) -> &'static str {
    of_month(date, &["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"])
}

fn of_month(date: Date, names: &[&'static str; 12]) -> &'static str {
    names[usize::from(date.month().unsigned_abs()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_out() {
        let day = jiff::civil::date(2026, 5, 2);
        assert_eq!((weekday(day), date(day).as_str(), month_roman(day)), ("Sabtu", "2 Mei 2026", "V"));
    }
}
