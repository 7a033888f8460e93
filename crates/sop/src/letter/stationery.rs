//! Tata naskah as data: under which letterhead an office writes on which day, and how it numbers.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

use super::{Letterhead, phrase};
use crate::definition::{FieldId, StageRef};
use crate::written_date::month_roman;

/// How an office writes letters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stationery {
    /// Where letters are written.
    #[serde(rename = "tempat")]
    pub place: String,
    #[serde(rename = "nomor")]
    pub numbering: Numbering,
    #[serde(rename = "kop")]
    letterheads: Vec<DatedLetterhead>,
    /// How texts begin, until the office writes it otherwise.
    #[serde(rename = "frasa", default)]
    phrases: Vec<Phrase>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrase {
    #[serde(rename = "tahap")]
    stage: StageRef,
    #[serde(rename = "isian")]
    field: FieldId,
    #[serde(rename = "teks")]
    text: String,
}

/// How the number of an outgoing letter is put together.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// Such as `{urut}/{kka}/{unit}/{bulan}/{tahun}`.
    #[serde(rename = "susunan")]
    pattern: String,
    /// Kode klasifikasi arsip.
    #[serde(rename = "kka")]
    classification: String,
    /// The code of the unit, set by the head of the echelon-I unit.
    unit: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatedLetterhead {
    /// The first day on which it is used.
    #[serde(rename = "sejak", deserialize_with = "day")]
    since: Date,
    #[serde(rename = "nama")]
    names: Vec<String>,
    #[serde(rename = "alamat")]
    address: Vec<String>,
}

/// Why a file is no stationery.
#[derive(Debug, thiserror::Error)]
pub enum StationeryError {
    #[error("{file}: {message}")]
    Shape { file: String, message: String },
    #[error("{file}: belum ada [[kop]]; tambahkan sedikitnya satu, dengan sejak, nama, dan alamat")]
    NoLetterhead { file: String },
    #[error("{file}: [[kop]] sejak {since} tidak mempunyai nama")]
    Nameless { file: String, since: Date },
    #[error("{file}: susunan nomor tidak memuat {{{missing}}}; tanpa itu dua surat dapat bernomor sama")]
    Ambiguous { file: String, missing: &'static str },
    #[error(
        "{file}: susunan nomor memuat {{{unknown}}}, yang tidak dikenal; pakai urut, kka, unit, bulan, bulan_romawi, atau tahun"
    )]
    UnknownPart { file: String, unknown: String },
}

const SHIPPED: (&str, &str) =
    ("stationery/sekretariat.toml", include_str!("../../../../stationery/sekretariat.toml"));

impl Stationery {
    /// That of the office whose SOP comes with Sigap.
    pub fn shipped() -> &'static Self {
        static READ: LazyLock<Stationery> = LazyLock::new(|| {
            Stationery::read(SHIPPED.0, SHIPPED.1).unwrap_or_else(|error| panic!("{error}"))
        });
        &READ
    }

    /// Reads the stationery of an office. `file` is only used in messages.
    ///
    /// # Errors
    /// What is wrong with the file, in Indonesian, with a mend.
    pub fn read(file: &str, text: &str) -> Result<Self, StationeryError> {
        let file = || file.to_owned();
        let mut stationery: Self = toml::from_str(text)
            .map_err(|error| StationeryError::Shape { file: file(), message: error.to_string() })?;
        if stationery.letterheads.is_empty() {
            return Err(StationeryError::NoLetterhead { file: file() });
        }
        if let Some(kop) = stationery.letterheads.iter().find(|kop| kop.names.is_empty()) {
            return Err(StationeryError::Nameless { file: file(), since: kop.since });
        }
        let parts = stationery.numbering.parts();
        let known = ["urut", "kka", "unit", "bulan", "bulan_romawi", "tahun"];
        if let Some(unknown) = parts.iter().find(|part| !known.contains(&part.as_str())) {
            return Err(StationeryError::UnknownPart { file: file(), unknown: unknown.clone() });
        }
        // The sequence begins anew each year.
        if let Some(missing) = ["urut", "tahun"].into_iter().find(|part| !parts.iter().any(|p| p == part)) {
            return Err(StationeryError::Ambiguous { file: file(), missing });
        }
        stationery.letterheads.sort_by_key(|kop| kop.since);
        Ok(stationery)
    }

    /// The letterhead of a day; before the first one, the first.
    pub fn letterhead(&self, on: Date) -> Letterhead {
        let current = self.letterheads.iter().rev().find(|kop| kop.since <= on);
        current.or(self.letterheads.first()).map_or_else(
            || Letterhead { names: Vec::new(), address: Vec::new() },
            |kop| Letterhead { names: kop.names.clone(), address: kop.address.clone() },
        )
    }

    /// How a text begins, before the case is filled in; empty where the office has no phrase for it.
    pub fn phrase(&self, place: &phrase::Place) -> &str {
        let at = |phrase: &&Phrase| phrase.stage == place.stage && phrase.field == place.field;
        self.phrases.iter().find(at).map_or("", |phrase| phrase.text.trim())
    }
}

impl Numbering {
    /// The number of a letter as it is printed: `12/TU.120/H.1/11/2026`.
    pub fn write(&self, number: u32, dated: Date) -> String {
        self.pattern
            .replace("{urut}", &number.to_string())
            .replace("{kka}", &self.classification)
            .replace("{unit}", &self.unit)
            .replace("{bulan}", &format!("{:02}", dated.month()))
            .replace("{bulan_romawi}", month_roman(dated))
            .replace("{tahun}", &dated.year().to_string())
    }

    /// The names in braces.
    fn parts(&self) -> Vec<String> {
        let pieces = self.pattern.split('{').skip(1);
        pieces.filter_map(|piece| Some(piece.split_once('}')?.0.to_owned())).collect()
    }
}

/// A date as TOML writes it, without quotation marks.
fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let written = toml::value::Datetime::deserialize(from)?;
    written.to_string().parse().map_err(|_| {
        serde::de::Error::custom(format!("`{written}` bukan tanggal; tulis misalnya 2025-04-09"))
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn letters_are_written_under_the_name_of_their_day() {
        let stationery = Stationery::shipped();
        let badan = |on| stationery.letterhead(on).names[1].clone();
        assert_eq!(badan(date(2025, 4, 8)), "BADAN STANDARDISASI INSTRUMEN PERTANIAN");
        assert_eq!(badan(date(2025, 4, 9)), "BADAN PERAKITAN DAN MODERNISASI PERTANIAN");
        assert_eq!(badan(date(2020, 1, 1)), "BADAN STANDARDISASI INSTRUMEN PERTANIAN");
    }

    #[test]
    fn numbers_follow_the_pattern_of_the_office() {
        let numbering = &Stationery::shipped().numbering;
        assert_eq!(numbering.write(7, date(2026, 1, 31)), "7/TU.120/H.1/01/2026");
        let roman =
            changed("{urut}/{kka}/{unit}/{bulan}/{tahun}", "B-{urut}/{bulan_romawi}/{tahun}").unwrap();
        assert_eq!(roman.numbering.write(120, date(2027, 12, 1)), "B-120/XII/2027");
    }

    #[test]
    fn each_phrase_begins_a_text_of_the_sop() {
        let sop = crate::definition::shipped();
        let places: Vec<phrase::Place> = phrase::places(sop).map(|(place, ..)| place).collect();
        for Phrase { stage, field, text } in &Stationery::shipped().phrases {
            let place = phrase::Place { stage: stage.clone(), field: field.clone() };
            assert!(places.contains(&place), "{stage} asks for no {field}");
            assert_eq!(phrase::check(sop, text), Ok(()), "{stage} {field}");
        }
    }

    #[test]
    fn a_wrong_file_is_answered_with_a_mend() {
        let said = |from: &str, to: &str| changed(from, to).unwrap_err().to_string();
        assert!(said("{urut}/", "").contains("tidak memuat {urut}"));
        assert!(said("/{tahun}", "").contains("tidak memuat {tahun}"));
        assert!(said("{unit}", "{bagian}").contains("memuat {bagian}, yang tidak dikenal"));
        assert!(said("sejak  = 2022-09-21", "sejak  = \"kemarin\"").contains("sejak"));
        assert!(said("tempat", "kota").contains("kota"));
        assert!(Stationery::read("kop.toml", "").unwrap_err().to_string().contains("kop.toml"));
    }

    fn changed(from: &str, to: &str) -> Result<Stationery, StationeryError> {
        assert!(SHIPPED.1.contains(from), "the stationery holds no {from}");
        Stationery::read("kop.toml", &SHIPPED.1.replacen(from, to, 1))
    }
}
