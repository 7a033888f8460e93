//! Reading PDF files that anybody may have written.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

/// The largest file that is signed or verified, in bytes: 64 MiB.
pub const PDF_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What one compressed stream may unpack to while a file is read, in bytes. Only the streams that
/// hold objects are unpacked, never pictures.
const UNPACKED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How deep a tree of form fields is followed; a real one has two or three levels.
const FIELD_DEPTH_MAX: usize = 16;

/// How many form fields are looked at.
const FIELDS_MAX: usize = 4096;

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the file has {bytes} bytes, more than {PDF_BYTES_MAX}")]
    TooLarge { bytes: usize },
    #[error("the file does not begin like a PDF")]
    NotPdf,
    #[error("the PDF is encrypted")]
    Encrypted,
    #[error("the structure of the PDF cannot be read")]
    Structure(#[source] Option<lopdf::Error>),
}

/// Reads a file of at most [`PDF_BYTES_MAX`].
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.len() > PDF_BYTES_MAX {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    if !bytes.starts_with(b"%PDF-") {
        return Err(ReadError::NotPdf);
    }
    let options = LoadOptions { max_decompressed_size: Some(UNPACKED_BYTES_MAX), ..LoadOptions::default() };
    // The parser is not ours, and a file from outside must not end the request that asks about it.
    let document = catch_unwind(AssertUnwindSafe(|| Document::load_mem_with_options(bytes, options)))
        .map_err(|_| ReadError::Structure(None))?
        .map_err(|error| ReadError::Structure(Some(error)))?;
    if document.is_encrypted() || document.encryption_state.is_some() {
        return Err(ReadError::Encrypted);
    }
    Ok(document)
}

/// The object behind a key, through any references; `None` if absent, null or dangling.
pub fn entry<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let (_, object) = document.dereference(dictionary.get(key).ok()?).ok()?;
    (!object.is_null()).then_some(object)
}

pub fn dictionary_at<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    entry(document, dictionary, key)?.as_dict().ok()
}

pub fn array_at<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [Object]> {
    entry(document, dictionary, key)?.as_array().ok().map(Vec::as_slice)
}

pub fn is_name(document: &Document, dictionary: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    entry(document, dictionary, key).and_then(|object| object.as_name().ok()) == Some(name)
}

/// The fields of the form, leaves and groups, each with its object number where it has one.
pub fn fields(document: &Document) -> Vec<(Option<ObjectId>, &Dictionary)> {
    let roots = document
        .catalog()
        .ok()
        .and_then(|catalog| dictionary_at(document, catalog, b"AcroForm"))
        .and_then(|form| array_at(document, form, b"Fields"))
        .unwrap_or_default();
    let mut found: Vec<(Option<ObjectId>, &Dictionary)> = vec![];
    let mut open: Vec<(&Object, usize)> = roots.iter().rev().map(|field| (field, 0)).collect();
    while let Some((object, depth)) = open.pop() {
        if found.len() >= FIELDS_MAX {
            break;
        }
        let Ok((id, field)) = document.dereference(object) else { continue };
        let Ok(field) = field.as_dict() else { continue };
        found.push((id, field));
        if depth < FIELD_DEPTH_MAX {
            let children = array_at(document, field, b"Kids").unwrap_or_default();
            // A form cannot have more fields than are looked at, whatever its arrays claim.
            open.extend(children.iter().rev().take(FIELDS_MAX).map(|child| (child, depth + 1)));
            open.truncate(FIELDS_MAX);
        }
    }
    found
}

/// Whether a field or its widget is a signature field, by its own type or its parent's.
pub fn is_signature_field(document: &Document, field: &Dictionary) -> bool {
    let mut field = field;
    for _ in 0..FIELD_DEPTH_MAX {
        if field.has(b"FT") {
            return is_name(document, field, b"FT", b"Sig");
        }
        match dictionary_at(document, field, b"Parent") {
            Some(parent) => field = parent,
            None => return false,
        }
    }
    false
}

/// A text string (ISO 32000-1, 7.9.2.2): plain letters as they are, anything else as UTF-16.
pub fn text_to_object(text: &str) -> Object {
    use lopdf::StringFormat::{Hexadecimal, Literal};
    if text.chars().all(|letter| letter == ' ' || letter.is_ascii_graphic()) {
        return Object::String(text.as_bytes().to_vec(), Literal);
    }
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    Object::String(units.flat_map(u16::to_be_bytes).collect(), Hexadecimal)
}

/// The text of a text string. Letters of PDFDocEncoding beyond Latin-1 may be read wrongly: they are
/// only shown, nothing depends on them.
pub fn text_of(object: &Object) -> Option<String> {
    let bytes = object.as_str().ok()?;
    Some(match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().copied().map(char::from).collect(),
    })
}

/// A date (ISO 32000-1, 7.9.4), in UTC and to the second.
pub fn time_to_text(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}+00'00'",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// The moment a date names; one without a zone is taken as UTC. `None` if it is not a date.
pub fn time_of(text: &str) -> Option<Timestamp> {
    let mut rest = text.strip_prefix("D:").unwrap_or(text);
    let mut number = |digits: usize, otherwise: i64| {
        let Some(part) = rest.get(..digits) else { return Some(otherwise) };
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(otherwise);
        }
        rest = &rest[digits..];
        part.parse::<i64>().ok()
    };
    let (year, month, day) = (number(4, -1)?, number(2, 1)?, number(2, 1)?);
    let (hour, minute, second) = (number(2, 0)?, number(2, 0)?, number(2, 0)?);
    let narrow = |value: i64| i8::try_from(value).ok();
    if year < 1 || !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 {
        return None;
    }
    let year = i16::try_from(year).ok()?;
    let first = date(year, narrow(month)?, 1);
    if narrow(day)? > first.days_in_month() {
        return None;
    }
    let local = first.with().day(narrow(day)?).build().ok()?.at(
        narrow(hour)?,
        narrow(minute)?,
        narrow(second.min(59))?,
        0,
    );
    let sign = match rest.bytes().next() {
        None | Some(b'Z') => 0,
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let mut shift = 0;
    if sign != 0 {
        let mut parts = rest[1..].split('\'');
        let hours: i64 = parts.next()?.parse().ok().filter(|hours| (0..=23).contains(hours))?;
        let minutes: i64 = match parts.next() {
            None | Some("") => 0,
            Some(minutes) => minutes.parse().ok().filter(|minutes| (0..=59).contains(minutes))?,
        };
        shift = sign * (hours * 60 + minutes);
    }
    Offset::UTC.to_timestamp(local).ok()?.checked_sub(shift.minutes()).ok()
}
