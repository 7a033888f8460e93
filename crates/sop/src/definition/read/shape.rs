//! What the reader of TOML finds wrong with the shape of a file, said in Indonesian to the civil
//! servant who edits it: where it is, what is wrong, how to mend it. The reader itself speaks
//! English and of types; neither belongs in front of somebody who writes SOPs.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Mistake, position};

/// Keys that stand for tables of their own: what to add when one is missing.
const TABLES: [(&str, &str); 9] = [
    ("identitas", "[identitas]"),
    ("disahkan_oleh", "[identitas.disahkan_oleh]"),
    ("pelaksana", "[[pelaksana]]"),
    ("formulir", "[formulir]"),
    ("isian", "[[formulir.isian]]"),
    ("akhir", "[[akhir]]"),
    ("langkah", "[[langkah]]"),
    ("tahap", "[[langkah.tahap]]"),
    ("hasil", "[[langkah.tahap.hasil]]"),
];

/// The value that an error is about, and the way to it.
#[derive(Default)]
struct Place<'a> {
    /// The keys as a person names them, such as `langkah 4`, `tahap konsep`, `ke`.
    path: Vec<String>,
    /// The bare keys, as a table's head writes them.
    head: Vec<String>,
    value: Option<&'a Spanned<DeValue<'a>>>,
}

pub(super) fn mistake(file: &str, text: &str, span: Option<Range<usize>>, error: &str) -> Mistake {
    let span = span.unwrap_or(0..0);
    let span = text.floor_char_boundary(span.start)..text.floor_char_boundary(span.end);
    let root = DeTable::parse(text);
    let mut place = Place::default();
    if let Ok(root) = &root
        && !find(root.get_ref(), span.start, &mut place)
    {
        place = Place::default();
    }
    let (at, (message, mend)) = match root {
        Ok(_) => (span.start, wrong_value(text, &place, &span, error)),
        Err(_) => syntax(text, &span, error),
    };
    let (line, column) = position(text, at);
    Mistake { file: file.to_owned(), line, column, key: place.path.join(", "), message, mend }
}

/// Walks to the innermost key or value that covers a place in the text. The span of a table is its
/// head, so that its entries have to be looked at whatever it covers.
fn find<'a>(table: &'a DeTable<'a>, at: usize, place: &mut Place<'a>) -> bool {
    for (key, value) in table {
        place.path.push(key.get_ref().to_string());
        place.head.push(key.get_ref().to_string());
        if key.span().contains(&at) {
            place.value = Some(value);
            return true;
        }
        if find_in(value, at, place) {
            return true;
        }
        place.path.pop();
        place.head.pop();
    }
    false
}

fn find_in<'a>(value: &'a Spanned<DeValue<'a>>, at: usize, place: &mut Place<'a>) -> bool {
    let inside = match value.get_ref() {
        DeValue::Table(table) => find(table, at, place),
        DeValue::Array(list) => list.iter().enumerate().any(|(nth, item)| {
            let list_name = place.path.last().cloned().unwrap_or_default();
            if let (DeValue::Table(table), Some(last)) = (item.get_ref(), place.path.last_mut()) {
                *last = format!("{list_name} {}", called(table, nth));
            }
            let found = find_in(item, at, place);
            if !found && let Some(last) = place.path.last_mut() {
                *last = list_name;
            }
            found
        }),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => false,
    };
    if !inside && value.span().contains(&at) {
        place.value = Some(value);
        return true;
    }
    inside
}

/// A table of a list is called by its number or name, or by its place if it has neither.
fn called(table: &DeTable<'_>, nth: usize) -> String {
    let name = ["no", "id"].iter().find_map(|key| table.get(*key)).and_then(|value| value.get_ref().as_str());
    name.map_or_else(|| format!("ke-{}", nth + 1), str::to_owned)
}

/// A key or value that TOML can read and an SOP has no use for.
fn wrong_value(text: &str, place: &Place<'_>, span: &Range<usize>, error: &str) -> (String, String) {
    let quoted: Vec<&str> = error.split('`').skip(1).step_by(2).collect();
    let name = quoted.first().copied().unwrap_or_default();
    let known = quoted.get(1..).unwrap_or_default();
    if error.starts_with("unknown field") {
        let mend = match nearest(name, known) {
            Some(nearest) => format!("mungkin maksudnya `{nearest}`"),
            None => format!("kunci yang dikenal di sini: {}", known.join(", ")),
        };
        return (format!("kunci `{name}` tidak dikenal di sini"), mend);
    }
    if error.starts_with("missing field") {
        return (format!("kunci `{name}` belum ada"), add(text, place, span, name));
    }
    if error.starts_with("unknown variant") {
        let list = known.join(", ");
        let mend = match nearest(name, known) {
            Some(nearest) => format!("mungkin maksudnya `{nearest}`; yang dikenal: {list}"),
            None => format!("pilih salah satu: {list}"),
        };
        return (format!("`{name}` tidak dikenal"), mend);
    }
    if let Some((_, wanted)) =
        error.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        return wrong_type(text, place, span, wanted);
    }
    match error.split_once("; ") {
        Some((what, mend)) => (what.to_owned(), mend.to_owned()),
        None => (
            "nilai ini tidak dapat dipakai di sini".to_owned(),
            "bandingkan dengan SOP yang sudah jadi".to_owned(),
        ),
    }
}

fn add(text: &str, place: &Place<'_>, span: &Range<usize>, name: &str) -> String {
    let table = TABLES.iter().find(|(key, _)| *key == name).map(|(_, table)| *table);
    // In a row, `pelaksana` is no table but the words in its cells, and is never required.
    let is_stage = place.head.last().is_some_and(|key| key == "tahap");
    match table {
        Some(table) if !(is_stage && name == "pelaksana") => format!("tambahkan {table} dengan isinya"),
        Some(_) | None if text[span.start..].starts_with('{') => {
            format!("tambahkan {name} = … di dalam kurung kurawal ini")
        }
        Some(_) | None if place.path.is_empty() => format!("tambahkan {name} = … di awal berkas"),
        Some(_) | None => format!("tambahkan {name} = … di bawah baris ini"),
    }
}

fn wrong_type(text: &str, place: &Place<'_>, span: &Range<usize>, wanted: &str) -> (String, String) {
    let Some(value) = place.value else {
        return (
            "isinya bukan yang diharapkan".to_owned(),
            "bandingkan dengan SOP yang sudah jadi".to_owned(),
        );
    };
    let raw = text[value.span()].trim();
    let head = place.head.join(".");
    let found = match value.get_ref() {
        DeValue::String(_) => "teks",
        DeValue::Integer(_) | DeValue::Float(_) => "bilangan",
        DeValue::Boolean(_) => "true atau false",
        DeValue::Datetime(_) => "tanggal tanpa tanda kutip",
        DeValue::Array(_) => "daftar",
        DeValue::Table(_) => "tabel",
    };
    if text[span.start..].starts_with("[[") {
        return (format!("`{head}` hanya ada satu"), format!("tulis [{head}] dengan kurung siku tunggal"));
    }
    let is_plain = !matches!(value.get_ref(), DeValue::Array(_) | DeValue::Table(_));
    let (expected, mend) = if wanted.contains("string") {
        let mend = if is_plain {
            format!("tulis \"{raw}\"")
        } else {
            "tulis satu teks di dalam tanda kutip".to_owned()
        };
        ("teks", mend)
    } else if wanted.contains("sequence") {
        let mend = match value.get_ref() {
            DeValue::Table(_) => {
                format!("tulis [[{head}]] dengan kurung siku ganda, sebelum bagian-bagiannya")
            }
            _ => format!("tulis [{raw}]"),
        };
        ("daftar", mend)
    } else if wanted.contains("bool") {
        ("true atau false", "tulis true (ya) atau false (tidak), tanpa tanda kutip".to_owned())
    } else if wanted.contains("map") || wanted.contains("struct") {
        let mend = match value.get_ref() {
            DeValue::Array(_) => format!("tulis [{head}] dengan kurung siku tunggal"),
            _ if wanted.contains("struct") => "tulis misalnya { id = \"…\", sebutan = \"…\" }".to_owned(),
            _ => format!("tulis misalnya {{ ketua = {raw} }}"),
        };
        ("tabel", mend)
    } else {
        ("lain", "bandingkan dengan SOP yang sudah jadi".to_owned())
    };
    (format!("isinya {found}, seharusnya {expected}"), mend)
}

/// A text that is no TOML: the place to mend, what is wrong, and the mend.
fn syntax(text: &str, span: &Range<usize>, error: &str) -> (usize, (String, String)) {
    let raw = text[span.clone()].trim();
    let say = |message: &str, mend: &str| (message.to_owned(), mend.to_owned());
    let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| error.starts_with(beginning));
    // A list that was not closed is noticed where the next thing begins, often lines later.
    let before = text[..span.start].trim_end().len();
    if begins(&["missing comma between array", "unclosed array,", "unclosed array\n"])
        || error == "unclosed array"
    {
        let said = say(
            "daftar ini belum ditutup, atau kurang koma",
            "pisahkan isinya dengan koma dan tutup dengan ]",
        );
        return (before, said);
    }
    if begins(&["missing comma between key-value", "unclosed inline table"]) {
        let said = say(
            "tabel ini belum ditutup, atau kurang koma",
            "pisahkan isinya dengan koma dan tutup dengan }",
        );
        return (before, said);
    }
    let said = if begins(&["string values must be quoted", "missing value", "invalid value"]) {
        unquoted(raw)
    } else if begins(&[
        "key with no value",
        "missing assignment",
        "extra `=`",
        "extra assignment",
        "invalid key-value",
    ]) {
        say(
            "baris ini bukan kunci = nilai",
            "tulis satu kunci, tanda =, lalu nilainya, misalnya kegiatan = \"…\"",
        )
    } else if begins(&["invalid basic string", "invalid literal string", "invalid multi-line"]) {
        if error.contains("expected `\"`") || error.contains("expected `'`") {
            say("teks ini belum ditutup", "tutup dengan tanda kutip pada baris yang sama")
        } else {
            say("teks ini memuat tanda yang tidak dapat dibaca", "tulis garis miring terbalik dua kali, \\\\")
        }
    } else if begins(&["missing escaped value", "too few unicode"]) {
        say("teks ini memuat garis miring terbalik", "tulis garis miring terbalik dua kali, \\\\")
    } else if begins(&["unclosed array table"]) {
        say("kepala tabel ini belum ditutup", "tutup dengan ]]")
    } else if begins(&["unclosed table"]) {
        say("kepala tabel ini belum ditutup", "tutup dengan ]")
    } else if begins(&["extra comma"]) {
        say("ada koma yang berlebih", "hapus salah satu koma")
    } else if begins(&["unexpected content", "unexpected key or value", "unexpected `=`"]) {
        say(
            "ada tulisan yang tidak pada tempatnya",
            "tulis satu kunci = nilai pada setiap baris, catatan sesudah #",
        )
    } else if begins(&["invalid unquoted key", "unquoted keys", "missing key", "keys cannot"]) {
        say("kunci ini tidak sah", "pakai huruf, angka, tanda hubung, atau garis bawah, tanpa spasi")
    } else if begins(&["duplicate key"]) {
        let name = raw.trim_matches('"');
        let mend = if text[..span.start].ends_with('[') && !text[..span.start].ends_with("[[") {
            format!("hapus salah satunya, atau tulis [[{name}]] bila tabel ini boleh lebih dari satu")
        } else {
            "hapus salah satunya".to_owned()
        };
        (format!("`{name}` sudah ditulis di atas"), mend)
    } else if begins(&["cannot extend"]) {
        say("nilai ini sudah ditulis sebagai nilai biasa di atas", "hapus salah satunya")
    } else if begins(&["cannot recurse", "recursion limit"]) {
        say("kurungnya terlalu dalam", "kurangi kurung di dalam kurung")
    } else if begins(&[
        "unexpected leading zero",
        "redundant",
        "invalid",
        "`_` may only",
        "integers with",
        "radix",
    ]) {
        say("bilangan atau tanggal ini tidak dapat dibaca", "tulis di dalam tanda kutip")
    } else {
        say("tulisan ini bukan TOML yang sah", "periksa tanda kutip, koma, dan kurung pada baris ini")
    };
    (span.start, said)
}

fn unquoted(raw: &str) -> (String, String) {
    const CURLY: [char; 4] = ['“', '”', '‘', '’'];
    match raw {
        "" => ("nilainya belum ditulis".to_owned(), "tulis nilainya sesudah tanda =".to_owned()),
        "ya" | "tidak" => (
            format!("`{raw}` bukan nilai"),
            "tulis true (ya) atau false (tidak), atau teks di dalam tanda kutip".to_owned(),
        ),
        curly if curly.starts_with(CURLY) => (
            "tanda kutip lengkung tidak dapat dibaca".to_owned(),
            format!("pakai tanda kutip lurus: \"{}\"", curly.trim_matches(CURLY)),
        ),
        plain => ("teks ini tidak diapit tanda kutip".to_owned(), format!("tulis \"{plain}\"")),
    }
}

/// The word that was probably meant, if one is close enough to be worth saying.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let closest = known.iter().min_by_key(|known| distance(known, word))?;
    (distance(closest, word) <= 1 + word.chars().count() / 4).then_some(closest)
}

/// How many letters differ between two words (Levenshtein), to guess which key was meant.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(left != *right)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}
