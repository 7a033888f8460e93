//! Dates and hours as an Indonesian letter writes them.

use jiff::civil::{Date, DateTime, Weekday};

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
const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

fn of_month<'a>(date: Date, names: &[&'a str; 12]) -> &'a str {
    let month = usize::from(date.month().unsigned_abs());
    names.get(month.wrapping_sub(1)).copied().unwrap_or_default()
}

/// "2 Mei 2026"
pub fn date(date: Date) -> String {
    format!("{} {} {}", date.day(), of_month(date, &MONTHS), date.year())
}

/// "Sabtu, 2 Mei 2026"
pub fn weekday_date(day: Date) -> String {
    let weekday = match day.weekday() {
        Weekday::Monday => "Senin",
        Weekday::Tuesday => "Selasa",
        Weekday::Wednesday => "Rabu",
        Weekday::Thursday => "Kamis",
        Weekday::Friday => "Jumat",
        Weekday::Saturday => "Sabtu",
        Weekday::Sunday => "Minggu",
    };
    format!("{weekday}, {}", date(day))
}

/// "2 Mei 2026 pukul 09.05 WIB"
pub fn moment(at: DateTime, zone: &str) -> String {
    format!("{} pukul {:02}.{:02} {zone}", date(at.date()), at.hour(), at.minute())
}

/// "V", as some units write the month in the number of a letter.
pub fn month_roman(date: Date) -> &'static str {
    of_month(date, &ROMAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_out() {
        let day = jiff::civil::date(2026, 5, 2);
        assert_eq!(date(day), "2 Mei 2026");
        assert_eq!(weekday_date(day), "Sabtu, 2 Mei 2026");
        assert_eq!(moment(day.at(9, 5, 0, 0), "WIB"), "2 Mei 2026 pukul 09.05 WIB");
        assert_eq!(month_roman(day), "V");
    }
}
