//! Norms as the SOP writes them: "20 menit", "2 jam", "1–5 hari".

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The largest amount a norm may name, in its own unit.
pub const AMOUNT_MAX: u32 = 9_999;

/// How long the SOP gives for a step, in the unit it says it in.
///
/// Never plain minutes: a working day has 450 minutes, in Ramadan 390, and neither is "1 hari".
/// Written and stored as the words of the SOP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Norm {
    /// The shorter end of a range ("1" in "1–5 hari"). It is shown, and never decides anything.
    pub least: Option<u32>,
    /// What counts as due.
    pub most: u32,
    pub unit: NormUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NormUnit {
    Minutes,
    Hours,
    Days,
}

/// A norm that cannot be read, with the words for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("norma waktu \"{written}\" tidak terbaca: {wrong}; {mend}")]
pub struct NormError {
    /// The text as it was given.
    pub written: String,
    /// What is wrong with it, in Indonesian.
    pub wrong: String,
    /// How to write it instead, in Indonesian.
    pub mend: String,
}

const HOW_TO_WRITE: &str =
    "tulis bilangan lalu menit, jam atau hari, misalnya \"20 menit\", \"2 jam\" atau \"1–5 hari\"";

impl Norm {
    #[must_use]
    pub const fn minutes(most: u32) -> Norm {
        Norm { least: None, most, unit: NormUnit::Minutes }
    }

    #[must_use]
    pub const fn hours(most: u32) -> Norm {
        Norm { least: None, most, unit: NormUnit::Hours }
    }

    #[must_use]
    pub const fn days(most: u32) -> Norm {
        Norm { least: None, most, unit: NormUnit::Days }
    }
}

impl NormUnit {
    /// The word of the SOP: "menit", "jam" or "hari".
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            NormUnit::Minutes => "menit",
            NormUnit::Hours => "jam",
            NormUnit::Days => "hari",
        }
    }
}

impl fmt::Display for NormUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Norm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Norm { least, most, unit } = self;
        match least {
            Some(least) => write!(f, "{least}–{most} {unit}"),
            None => write!(f, "{most} {unit}"),
        }
    }
}

impl FromStr for Norm {
    type Err = NormError;

    fn from_str(written: &str) -> Result<Norm, NormError> {
        let refuse = |wrong: String, mend: String| NormError {
            written: written.chars().take(60).collect(),
            wrong,
            mend,
        };
        let text = written.trim();
        let split = text.find(char::is_alphabetic).unwrap_or(text.len());
        let (amounts, word) = (text[..split].trim(), text[split..].trim());

        let unit = match word.to_lowercase().as_str() {
            "menit" => NormUnit::Minutes,
            "jam" => NormUnit::Hours,
            "hari" => NormUnit::Days,
            "" if amounts.is_empty() => {
                return Err(refuse("isinya kosong".into(), HOW_TO_WRITE.into()));
            }
            "" => return Err(refuse("satuannya tidak ada".into(), HOW_TO_WRITE.into())),
            "hari kerja" => {
                let mend = format!("tulis \"{amounts} hari\", hari selalu berarti hari kerja");
                return Err(refuse("satuannya ditulis lain".into(), mend));
            }
            other => {
                let other: String = other.chars().take(30).collect();
                return Err(refuse(format!("satuan \"{other}\" tidak dikenal"), HOW_TO_WRITE.into()));
            }
        };
        let amount = |text: &str| match text.trim() {
            "" => Err(refuse("bilangannya tidak ada".into(), HOW_TO_WRITE.into())),
            digits if !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let digits: String = digits.chars().take(30).collect();
                Err(refuse(format!("\"{digits}\" bukan bilangan bulat"), HOW_TO_WRITE.into()))
            }
            digits => digits.parse().ok().filter(|&amount| amount <= AMOUNT_MAX).ok_or_else(|| {
                refuse("bilangannya terlalu besar".into(), format!("paling banyak {AMOUNT_MAX}"))
            }),
        };
        let Some((least, most)) = amounts.split_once(['-', '–']) else {
            return Ok(Norm { least: None, most: amount(amounts)?, unit });
        };
        let (least, most) = (amount(least)?, amount(most)?);
        if least > most {
            return Err(refuse("rentangnya terbalik".into(), format!("tulis \"{most}–{least} {unit}\"")));
        }
        if least == most {
            return Err(refuse("kedua ujung rentangnya sama".into(), format!("tulis \"{most} {unit}\"")));
        }
        Ok(Norm { least: Some(least), most, unit })
    }
}

impl Serialize for Norm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Norm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Norm, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
