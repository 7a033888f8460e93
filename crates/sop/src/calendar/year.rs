//! A year file: its keys, and what is refused in it.
//!
//! The file is walked by hand rather than through serde, so that each mistake is answered in
//! Indonesian, with its place and a mend, to the civil servant who edits it.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::{Date, Time};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Holiday, HolidayKind, Hours, HoursKind, Zone};

/// The years a file may be for.
pub const YEAR_MIN: i16 = 2000;
/// The years a file may be for.
pub const YEAR_MAX: i16 = 2099;
/// How large one year file may be. The shipped ones have about 6 kB.
pub const FILE_BYTES_MAX: usize = 256 * 1024;

/// A mistake in a year file: where it is, what is wrong, how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {}{wrong}. {mend}.", quoted(key))]
pub struct CalendarError {
    /// The file's name as it was given.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The key, such as `jam.jumat.buka` or `libur[3].tanggal`; empty when the file is not TOML.
    pub key: String,
    /// Indonesian, without a full stop.
    pub wrong: String,
    /// Indonesian, without a full stop.
    pub mend: String,
}

fn quoted(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("`{key}`: ") }
}

/// What one revision of a year file changed (`berubah`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub revision: u32,
    /// In the words of the file.
    pub note: String,
}

/// One year file, checked.
#[derive(Debug)]
pub(super) struct Year {
    pub(super) year: i16,
    pub(super) revision: u32,
    pub(super) changes: Vec<Change>,
    pub(super) zone: Zone,
    pub(super) hours: YearHours,
    pub(super) ramadan: Vec<Ramadan>,
    pub(super) holidays: BTreeMap<Date, Holiday>,
}

#[derive(Debug)]
pub(super) struct YearHours {
    pub(super) normal: Hours,
    pub(super) friday: Hours,
    pub(super) ramadan: Hours,
    pub(super) ramadan_friday: Hours,
}

/// First and last day of a Ramadan. A year can have two: 2030 will.
#[derive(Debug)]
pub(super) struct Ramadan {
    pub(super) first: Date,
    pub(super) last: Date,
    pub(super) estimate: bool,
}

/// Reads and checks all files, and sorts them by year.
pub(super) fn read_all<N: AsRef<str>, T: AsRef<str>>(files: &[(N, T)]) -> Result<Vec<Year>, CalendarError> {
    let mut years: Vec<(&str, Year)> = vec![];
    for (name, text) in files {
        let year = read(name.as_ref(), text.as_ref(), &years)?;
        years.push((name.as_ref(), year));
    }
    years.sort_by_key(|(_, year)| year.year);
    Ok(years.into_iter().map(|(_, year)| year).collect())
}

/// One file, which must fit those already read.
fn read(name: &str, text: &str, others: &[(&str, Year)]) -> Result<Year, CalendarError> {
    let file = File { name, text };
    if text.len() > FILE_BYTES_MAX {
        let wrong = format!("berkas ini lebih besar dari {} kB", FILE_BYTES_MAX / 1024);
        return Err(file.error(0..0, "", &wrong, "Satu berkas hanya memuat satu tahun"));
    }
    let root = DeTable::parse(text).map_err(|error| {
        let wrong = format!("berkas ini bukan TOML yang sah ({})", error.message());
        let mend = "Periksa tanda kutip, kurung dan tanda sama dengan di baris ini";
        file.error(error.span().unwrap_or(0..0), "", &wrong, mend)
    })?;
    let root = Section { file, path: String::new(), span: 0..0, table: root.get_ref() };
    root.only(&["tahun", "versi", "zona", "berubah", "jam", "ramadan", "libur"])?;

    let year = read_year(&root)?;
    if let Some((other, _)) = others.iter().find(|(_, known)| known.year == year) {
        let wrong = format!("tahun {year} sudah ada di {other}");
        return Err(root.wrong("tahun", &wrong, "Satu tahun satu berkas: gabungkan keduanya"));
    }
    let zone = read_zone(&root)?;
    if let Some((other, known)) = others.first().filter(|(_, known)| known.zone != zone) {
        let wrong = format!("zonanya lain daripada zona {other} ({})", known.zone.abbreviation());
        let mend = "Semua tahun satu kantor memakai zona yang sama";
        return Err(root.wrong("zona", &wrong, mend));
    }
    let revision = root.number("versi", 1, 9_999)?;
    let hours = root.section("jam")?;
    hours.only(&["biasa", "jumat", "ramadan", "ramadan_jumat"])?;
    Ok(Year {
        year,
        revision,
        changes: read_changes(&root, revision)?,
        zone,
        hours: YearHours {
            normal: read_hours(&hours.section("biasa")?, HoursKind::Normal)?,
            friday: read_hours(&hours.section("jumat")?, HoursKind::Friday)?,
            ramadan: read_hours(&hours.section("ramadan")?, HoursKind::Ramadan)?,
            ramadan_friday: read_hours(&hours.section("ramadan_jumat")?, HoursKind::RamadanFriday)?,
        },
        ramadan: read_ramadan(&root, year)?,
        holidays: read_holidays(&root, year)?,
    })
}

fn read_year(root: &Section<'_, '_>) -> Result<i16, CalendarError> {
    let (low, high) = (YEAR_MIN.unsigned_abs().into(), YEAR_MAX.unsigned_abs().into());
    let year = root.number("tahun", low, high)?;
    let stem = root.file.name.rsplit(['/', '\\']).next().and_then(|name| name.strip_suffix(".toml"));
    if let Some(named) = stem.and_then(|stem| stem.parse::<u32>().ok())
        && named != year
    {
        let wrong = format!("nama berkasnya {named}, tetapi tahunnya {year}");
        let mend = "Ganti nama berkas atau tahunnya, supaya keduanya sama";
        return Err(root.wrong("tahun", &wrong, mend));
    }
    Ok(i16::try_from(year).expect("between YEAR_MIN and YEAR_MAX"))
}

fn read_zone(root: &Section<'_, '_>) -> Result<Zone, CalendarError> {
    match root.text("zona")? {
        "Asia/Jakarta" | "Asia/Pontianak" => Ok(Zone::Wib),
        "Asia/Makassar" => Ok(Zone::Wita),
        "Asia/Jayapura" => Ok(Zone::Wit),
        other => {
            let wrong = format!("zona \"{other}\" tidak dikenal");
            let mend = "Tulis \"Asia/Jakarta\" (WIB), \"Asia/Makassar\" (WITA) atau \"Asia/Jayapura\" (WIT)";
            Err(root.wrong("zona", &wrong, mend))
        }
    }
}

fn read_changes(root: &Section<'_, '_>, revision: u32) -> Result<Vec<Change>, CalendarError> {
    let mut changes: Vec<Change> = vec![];
    for entry in root.sections("berubah")? {
        entry.only(&["versi", "isi"])?;
        let change =
            Change { revision: entry.number("versi", 1, 9_999)?, note: entry.text("isi")?.to_owned() };
        if change.revision > revision {
            let wrong = format!("versi {} lebih baru dari versi berkas, {revision}", change.revision);
            return Err(entry.wrong("versi", &wrong, "Naikkan `versi` berkas ini bila isinya berubah"));
        }
        if changes.last().is_some_and(|last| last.revision >= change.revision) {
            let mend = "Urutkan dari versi terlama ke terbaru, satu entri satu versi";
            return Err(entry.wrong("versi", "urutannya tidak naik", mend));
        }
        changes.push(change);
    }
    Ok(changes)
}

fn read_hours(section: &Section<'_, '_>, kind: HoursKind) -> Result<Hours, CalendarError> {
    section.only(&["buka", "tutup", "istirahat", "dasar"])?;
    let opens = section.time("buka")?;
    let closes = section.time("tutup")?;
    let (rest_from, rest_to) = section.two_times("istirahat")?;
    if closes <= opens {
        let wrong = format!("tutup pukul {}, padahal buka pukul {}", dotted(closes), dotted(opens));
        return Err(section.wrong("tutup", &wrong, "Tulis jam tutup sesudah jam buka"));
    }
    if rest_to <= rest_from {
        let mend = "Tulis mulai lalu selesai, misalnya [\"12.00\", \"13.00\"]";
        return Err(section.wrong("istirahat", "istirahat selesai sebelum mulai", mend));
    }
    if rest_from <= opens || closes <= rest_to {
        let (rest_from, rest_to) = (dotted(rest_from), dotted(rest_to));
        let wrong = format!("istirahat {rest_from}–{rest_to} tidak di antara jam buka dan jam tutup");
        let mend = format!("Tulis waktu antara {} dan {}", dotted(opens), dotted(closes));
        return Err(section.wrong("istirahat", &wrong, &mend));
    }
    let decree = section.text("dasar")?.to_owned();
    Ok(Hours { kind, opens, rest_from, rest_to, closes, decree, estimate: false })
}

fn read_ramadan(root: &Section<'_, '_>, year: i16) -> Result<Vec<Ramadan>, CalendarError> {
    // Every year has a Ramadan. Without it a month of due times would be wrong and look right.
    root.need("ramadan")?;
    let mut months: Vec<Ramadan> = vec![];
    for entry in root.sections("ramadan")? {
        entry.only(&["mulai", "selesai", "perkiraan", "dasar"])?;
        let (first, last) = (entry.date("mulai", year)?, entry.date("selesai", year)?);
        if last < first {
            return Err(entry.wrong("selesai", "selesai sebelum mulai", "Tukar kedua tanggalnya"));
        }
        if months.last().is_some_and(|before| first <= before.last) {
            let mend = "Urutkan, dan pisahkan kedua Ramadan tahun ini";
            return Err(entry.wrong("mulai", "mulai sebelum Ramadan yang di atasnya selesai", mend));
        }
        entry.text_or_nothing("dasar")?;
        months.push(Ramadan { first, last, estimate: entry.flag("perkiraan")? });
    }
    Ok(months)
}

fn read_holidays(root: &Section<'_, '_>, year: i16) -> Result<BTreeMap<Date, Holiday>, CalendarError> {
    root.need("libur")?;
    let mut holidays = BTreeMap::<Date, Holiday>::new();
    for entry in root.sections("libur")? {
        entry.only(&["tanggal", "nama", "jenis", "dasar", "perkiraan"])?;
        let date = entry.date("tanggal", year)?;
        let kind = match entry.text("jenis")? {
            "nasional" => HolidayKind::National,
            "cuti bersama" => HolidayKind::CollectiveLeave,
            other => {
                let wrong = format!("jenis \"{other}\" tidak dikenal");
                return Err(entry.wrong("jenis", &wrong, "Tulis \"nasional\" atau \"cuti bersama\""));
            }
        };
        let holiday = Holiday {
            name: entry.text("nama")?.to_owned(),
            kind,
            decree: entry.text("dasar")?.to_owned(),
            estimate: entry.flag("perkiraan")?,
        };
        if let Some(known) = holidays.get(&date) {
            let wrong = format!("{date} sudah tercantum sebagai {}", known.name);
            return Err(entry.wrong("tanggal", &wrong, "Hapus salah satu, atau perbaiki tanggalnya"));
        }
        holidays.insert(date, holiday);
    }
    Ok(holidays)
}

/// A file being read, to turn places in it into lines and columns.
#[derive(Clone, Copy)]
struct File<'f> {
    name: &'f str,
    text: &'f str,
}

impl File<'_> {
    fn error(self, span: Range<usize>, key: &str, wrong: &str, mend: &str) -> CalendarError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        CalendarError {
            file: self.name.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            key: key.to_owned(),
            wrong: wrong.to_owned(),
            mend: mend.to_owned(),
        }
    }
}

/// A table of the file: typed reading of its keys, with errors that know where they are.
struct Section<'f, 'i> {
    file: File<'f>,
    /// Empty at the top, else with its dot: `jam.jumat.`
    path: String,
    span: Range<usize>,
    table: &'f DeTable<'i>,
}

impl<'f, 'i> Section<'f, 'i> {
    /// An error at a key's value, or at the section if it has no such key.
    fn wrong(&self, key: &str, wrong: &str, mend: &str) -> CalendarError {
        let span = self.table.get(key).map_or(self.span.clone(), Spanned::span);
        self.file.error(span, &format!("{}{key}", self.path), wrong, mend)
    }

    fn only(&self, known: &[&str]) -> Result<(), CalendarError> {
        // Map order is not the file's; the first one in the file is the one to show.
        let unknown = self.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        let Some(key) = unknown.min_by_key(|key| key.span().start) else { return Ok(()) };
        let path = format!("{}{}", self.path, key.get_ref());
        let mend = format!("Kunci di bagian ini: {}", known.join(", "));
        Err(self.file.error(key.span(), &path, "kunci ini tidak dikenal", &mend))
    }

    fn need(&self, key: &str) -> Result<&'f Spanned<DeValue<'i>>, CalendarError> {
        self.table
            .get(key)
            .ok_or_else(|| self.wrong(key, "kunci ini belum ada", &format!("Tambahkan {}", example(key))))
    }

    fn mistyped(&self, key: &str) -> CalendarError {
        self.wrong(key, "isinya bukan yang diharapkan", &format!("Tulis {}", example(key)))
    }

    fn text(&self, key: &str) -> Result<&'f str, CalendarError> {
        let value = self.need(key)?.get_ref();
        let text = value.as_str().ok_or_else(|| self.mistyped(key))?;
        if text.trim().is_empty() {
            return Err(self.wrong(key, "isinya kosong", &format!("Tulis {}", example(key))));
        }
        Ok(text)
    }

    fn text_or_nothing(&self, key: &str) -> Result<Option<&'f str>, CalendarError> {
        self.table.get(key).map(|_| self.text(key)).transpose()
    }

    fn flag(&self, key: &str) -> Result<bool, CalendarError> {
        match self.table.get(key) {
            Some(value) => value.get_ref().as_bool().ok_or_else(|| self.mistyped(key)),
            None => Ok(false),
        }
    }

    fn number(&self, key: &str, low: u32, high: u32) -> Result<u32, CalendarError> {
        let value = self.need(key)?.get_ref();
        let integer = value.as_integer().ok_or_else(|| self.mistyped(key))?;
        u32::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .filter(|number| (low..=high).contains(number))
            .ok_or_else(|| {
                let wrong = format!("{integer} di luar batas");
                self.wrong(key, &wrong, &format!("Tulis bilangan dari {low} sampai {high}"))
            })
    }

    /// A date of the file's own year.
    fn date(&self, key: &str, year: i16) -> Result<Date, CalendarError> {
        let value = self.need(key)?.get_ref();
        if value.is_str() {
            let mend = format!("Tulis tanpa tanda kutip: {}", example(key));
            return Err(self.wrong(key, "tanggal ini ditulis sebagai teks", &mend));
        }
        let written = value.as_datetime().ok_or_else(|| self.mistyped(key))?;
        let (Some(date), None, None) = (written.date, written.time, written.offset) else {
            return Err(self.wrong(key, "tanggal ini disertai jam", "Tulis tanggalnya saja"));
        };
        let date = i16::try_from(date.year)
            .ok()
            .zip(i8::try_from(date.month).ok())
            .zip(i8::try_from(date.day).ok())
            .and_then(|((year, month), day)| Date::new(year, month, day).ok())
            .ok_or_else(|| {
                let mend = "Periksa bulan dan harinya";
                self.wrong(key, &format!("tanggal {written} tidak ada"), mend)
            })?;
        if date.year() != year {
            let wrong = format!("{date} bukan tanggal tahun {year}");
            let mend = format!("Perbaiki tahunnya, atau pindahkan ke berkas {}.toml", date.year());
            return Err(self.wrong(key, &wrong, &mend));
        }
        Ok(date)
    }

    fn time(&self, key: &str) -> Result<Time, CalendarError> {
        let text = self.text(key)?;
        read_time(text).ok_or_else(|| self.not_a_time(key, text))
    }

    fn two_times(&self, key: &str) -> Result<(Time, Time), CalendarError> {
        let array = self.need(key)?.get_ref().as_array().ok_or_else(|| self.mistyped(key))?;
        let texts: Option<Vec<&str>> = array.iter().map(|value| value.get_ref().as_str()).collect();
        let Some([from, to]) = texts.as_deref() else { return Err(self.mistyped(key)) };
        let time = |text: &str| read_time(text).ok_or_else(|| self.not_a_time(key, text));
        Ok((time(from)?, time(to)?))
    }

    fn not_a_time(&self, key: &str, text: &str) -> CalendarError {
        let mend = "Tulis dua angka jam, titik, dua angka menit, misalnya \"07.30\"";
        self.wrong(key, &format!("\"{text}\" bukan waktu"), mend)
    }

    fn section(&self, key: &str) -> Result<Section<'f, 'i>, CalendarError> {
        let value = self.need(key)?;
        let table = value.get_ref().as_table().ok_or_else(|| self.mistyped(key))?;
        Ok(self.inner(format!("{}{key}.", self.path), value.span(), table))
    }

    /// The tables of an array, or the one table; none if the key is absent.
    fn sections(&self, key: &str) -> Result<Vec<Section<'f, 'i>>, CalendarError> {
        let Some(value) = self.table.get(key) else { return Ok(vec![]) };
        if value.get_ref().is_table() {
            return Ok(vec![self.section(key)?]);
        }
        let array = value.get_ref().as_array().ok_or_else(|| self.mistyped(key))?;
        let entries = array.iter().enumerate().map(|(index, entry)| {
            let table = entry.get_ref().as_table().ok_or_else(|| self.mistyped(key))?;
            let path = format!("{}{key}[{}].", self.path, index + 1);
            Ok(self.inner(path, entry.span(), table))
        });
        entries.collect()
    }

    fn inner(&self, path: String, span: Range<usize>, table: &'f DeTable<'i>) -> Section<'f, 'i> {
        Section { file: self.file, path, span, table }
    }
}

/// How a key is written, for mends.
fn example(key: &str) -> &'static str {
    match key {
        "tahun" => "tahun = 2026",
        "versi" => "versi = 1",
        "zona" => "zona = \"Asia/Jakarta\"",
        "berubah" => "berubah = [{ versi = 1, isi = \"…\" }]",
        "isi" => "isi = \"apa yang berubah\"",
        "jam" => "bagian [jam.biasa], [jam.jumat], [jam.ramadan] dan [jam.ramadan_jumat]",
        "biasa" => "bagian [jam.biasa] dengan buka, tutup, istirahat dan dasar",
        "jumat" => "bagian [jam.jumat] dengan buka, tutup, istirahat dan dasar",
        "ramadan" => "bagian [ramadan] dengan mulai dan selesai, dan [jam.ramadan] dengan jamnya",
        "ramadan_jumat" => "bagian [jam.ramadan_jumat] dengan buka, tutup, istirahat dan dasar",
        "buka" => "buka = \"07.30\"",
        "tutup" => "tutup = \"16.00\"",
        "istirahat" => "istirahat = [\"12.00\", \"13.00\"]",
        "dasar" => "dasar = \"nomor keputusan atau peraturannya\"",
        "mulai" => "mulai = 2026-02-19",
        "selesai" => "selesai = 2026-03-20",
        "libur" => "libur = [{ tanggal = 2026-01-01, nama = \"…\", jenis = \"nasional\", dasar = \"…\" }]",
        "tanggal" => "tanggal = 2026-01-01",
        "nama" => "nama = \"nama harinya\"",
        "jenis" => "jenis = \"nasional\" atau jenis = \"cuti bersama\"",
        "perkiraan" => "perkiraan = true",
        _ => "isinya menurut contoh di tahun lain",
    }
}

/// "07.30"
fn read_time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once('.')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// A time as Indonesian writes it: 07.30.
pub(super) fn dotted(time: Time) -> String {
    format!("{:02}.{:02}", time.hour(), time.minute())
}
