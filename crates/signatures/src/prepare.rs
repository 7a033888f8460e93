//! The first and the third phase: an empty signature in a file, and the CMS in its place.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::ops::Range;

use jiff::Timestamp;
use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, Writer, dictionary};
use sha2_for_cms::{Digest, Sha256};

use crate::pdf::{self, ReadError};

/// The longest CMS that fits, in bytes: 16 KiB. A signature with a chain of three takes about 4 KiB, a
/// time stamp of a public authority with its own chain 4 to 8 KiB.
pub const SIGNATURE_BYTES_MAX: usize = 16 * 1024;

/// Fields made here are called this and a number: "Sigap1".
const FIELD_NAME: &str = "Sigap";

/// Print and Locked. Hidden would let readers skip the field, and PDF/A forbids it.
const WIDGET_FLAGS: i64 = 4 | 128;

/// SignaturesExist and AppendOnly (ISO 32000-1, table 219).
const SIGNATURE_FLAGS: i64 = 1 | 2;

/// Room for the three numbers of `/ByteRange` that are known only once everything is written. Ten
/// digits each, two blanks between them.
const BYTE_RANGE_WIDTH: usize = 32;

/// What a signature says about itself, besides its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Who signs, as it is written under the letter.
    pub name: String,
    /// Why, such as "Menandatangani surat jawaban".
    pub reason: String,
    /// In which capacity, such as "Plh. Kepala Bagian Umum"; empty where nothing is said of it. A
    /// signature dictionary has no place for it, so it stands behind the reason, where every reader
    /// shows it.
    pub capacity: String,
    /// Where, such as "Jakarta".
    pub location: String,
    /// When: the claimed time. Fractions of a second are dropped.
    pub at: Timestamp,
}

/// A file with an empty signature, waiting for its CMS.
#[derive(Clone)]
pub struct Prepared {
    bytes: Vec<u8>,
    /// The hexadecimal string of `/Contents`, its angle brackets included: what is not signed.
    hole: Range<usize>,
}

/// Why a file cannot be given a signature.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    #[error("the file to be signed cannot be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the file to be signed is encrypted")]
    Encrypted,
    #[error("the file to be signed is damaged: its cross-references had to be guessed")]
    Damaged,
    #[error("the file to be signed has no page that could hold the signature")]
    NoPage,
    #[error("the file to be signed has a {part} that is not a {expected}")]
    Malformed { part: &'static str, expected: &'static str },
    #[error("the signature could not be written into the file")]
    Writing(#[from] std::io::Error),
}

impl From<ReadError> for PrepareError {
    fn from(error: ReadError) -> PrepareError {
        match error {
            ReadError::Encrypted => PrepareError::Encrypted,
            ReadError::TooLarge { .. } | ReadError::NotPdf | ReadError::Structure(_) => {
                PrepareError::Unreadable(Box::new(error))
            }
        }
    }
}

/// Why a CMS cannot be put into a prepared file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    #[error("the signature has {bytes} bytes, more than the {SIGNATURE_BYTES_MAX} kept free in the file")]
    TooLarge { bytes: usize },
    #[error("the signature is empty")]
    Empty,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Prepared")
            .field("bytes", &self.bytes.len())
            .field("hole", &self.hole)
            .finish()
    }
}

impl Prepared {
    /// The SHA-256 of everything that is signed: the file without the hole.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(&self.bytes[..self.hole.start]);
        hasher.update(&self.bytes[self.hole.end..]);
        hasher.finalize().into()
    }

    /// The signed file. Whether `cms` is a signature of this file is for [`crate::verify`] to say.
    ///
    /// # Errors
    /// [`EmbedError`] if it is empty or longer than [`SIGNATURE_BYTES_MAX`].
    pub fn embed(mut self, cms: &[u8]) -> Result<Vec<u8>, EmbedError> {
        if cms.is_empty() {
            return Err(EmbedError::Empty);
        }
        if cms.len() > SIGNATURE_BYTES_MAX {
            return Err(EmbedError::TooLarge { bytes: cms.len() });
        }
        let digits = crate::hex(cms);
        let start = self.hole.start + 1;
        self.bytes[start..start + digits.len()].copy_from_slice(digits.as_bytes());
        Ok(self.bytes)
    }
}

/// Appends one revision with an invisible, empty signature on the first page.
///
/// What was there stays byte for byte, so that earlier signatures stay valid and the file stays what
/// it claims to be (PDF/A-2a, PDF/UA-1): the widget has an appearance, a description and no extent,
/// its page says how its annotations are ordered, and the new cross-references are written in the
/// manner of the old ones. The same input gives the same bytes.
///
/// # Errors
/// [`PrepareError`] if it is not an intact, unencrypted PDF of at most
/// [`PDF_BYTES_MAX`](crate::PDF_BYTES_MAX) with a page.
pub fn prepare(pdf: &[u8], field: &Field) -> Result<Prepared, PrepareError> {
    let document = pdf::read(pdf)?;
    // An appended revision points back to the cross-references before it; there must be some.
    if document.xref_recovery.is_some() || document.xref_start == 0 {
        return Err(PrepareError::Damaged);
    }
    let mut revision = Revision::after(&document);
    let signature = revision.number();
    let widget = revision.number();
    let appearance = revision.number();

    let page = document.page_iter().next().ok_or(PrepareError::NoPage)?;
    revision.set(appearance, appearance_stream());
    revision.set(
        widget,
        dictionary! {
            "Type" => "Annot",
            "Subtype" => "Widget",
            "FT" => "Sig",
            "T" => pdf::text_to_object(&free_name(&document)),
            "TU" => pdf::text_to_object(&format!("Tanda tangan elektronik {}", field.name)),
            "F" => WIDGET_FLAGS,
            "Rect" => vec![0.into(), 0.into(), 0.into(), 0.into()],
            "P" => page,
            "V" => signature,
            "AP" => dictionary! { "N" => appearance },
        },
    );
    add_to_page(&document, &mut revision, page, widget)?;
    add_to_form(&document, &mut revision, widget)?;
    revision.write(pdf, signature, field)
}

/// Readers and Preflight want an appearance even for a widget without extent.
fn appearance_stream() -> Stream {
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), 0.into(), 0.into()],
        "Resources" => Dictionary::new(),
    };
    Stream::new(dictionary, vec![])
}

fn free_name(document: &Document) -> String {
    let taken: HashSet<String> = pdf::fields(document)
        .into_iter()
        .filter_map(|(_, field)| pdf::text_of(pdf::entry(document, field, b"T")?))
        .collect();
    (1..).map(|number| format!("{FIELD_NAME}{number}")).find(|name| !taken.contains(name)).unwrap_or_default()
}

fn add_to_page(
    document: &Document,
    revision: &mut Revision<'_>,
    page: ObjectId,
    widget: ObjectId,
) -> Result<(), PrepareError> {
    let malformed = PrepareError::Malformed { part: "page", expected: "dictionary" };
    let mut changed = document.get_object(page).and_then(Object::as_dict).map_err(|_| malformed)?.clone();
    let before = changed.clone();
    push(document, revision, &mut changed, "Annots", widget)?;
    // PDF/UA-1, 7.18.3: a page with annotations goes through them in the order of its structure.
    if !changed.has(b"Tabs") {
        changed.set("Tabs", "S");
    }
    if changed != before {
        revision.set(page, changed);
    }
    Ok(())
}

fn add_to_form(
    document: &Document,
    revision: &mut Revision<'_>,
    widget: ObjectId,
) -> Result<(), PrepareError> {
    let root = document.trailer.get(b"Root").and_then(Object::as_reference);
    let malformed = |part| PrepareError::Malformed { part, expected: "dictionary" };
    let root = root.map_err(|_| malformed("catalog"))?;
    let mut catalog = document.catalog().map_err(|_| malformed("catalog"))?.clone();
    let form = pdf::entry(document, &catalog, b"AcroForm").map(Object::as_dict);
    let mut form = form.transpose().map_err(|_| malformed("form"))?.cloned().unwrap_or_default();
    push(document, revision, &mut form, "Fields", widget)?;
    let flags = pdf::entry(document, &form, b"SigFlags").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
    form.set("SigFlags", flags | SIGNATURE_FLAGS);
    match catalog.get(b"AcroForm") {
        Ok(Object::Reference(id)) => revision.set(*id, form),
        Ok(_) | Err(_) => {
            catalog.set("AcroForm", form);
            revision.set(root, catalog);
        }
    }
    Ok(())
}

/// Adds a reference to an array that may stand in its dictionary, elsewhere, or nowhere yet.
fn push(
    document: &Document,
    revision: &mut Revision<'_>,
    owner: &mut Dictionary,
    key: &'static str,
    added: ObjectId,
) -> Result<(), PrepareError> {
    let array = pdf::entry(document, owner, key.as_bytes()).map(Object::as_array).transpose();
    let mut array = array
        .map_err(|_| PrepareError::Malformed { part: key, expected: "list" })?
        .cloned()
        .unwrap_or_default();
    array.push(added.into());
    match owner.get(key.as_bytes()) {
        Ok(Object::Reference(id)) if document.has_object(*id) => revision.set(*id, array),
        Ok(_) | Err(_) => owner.set(key, array),
    }
    Ok(())
}

/// The objects of one appended revision.
struct Revision<'a> {
    before: &'a Document,
    objects: BTreeMap<ObjectId, Object>,
    last: u32,
}

impl Revision<'_> {
    fn after(before: &Document) -> Revision<'_> {
        let size = before.trailer.get(b"Size").and_then(Object::as_i64).unwrap_or(0);
        let size = u32::try_from(size).unwrap_or(0);
        Revision { before, objects: BTreeMap::new(), last: before.max_id.max(size.saturating_sub(1)) }
    }

    fn number(&mut self) -> ObjectId {
        self.last += 1;
        (self.last, 0)
    }

    fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.objects.insert(id, object.into());
    }

    fn write(mut self, pdf: &[u8], signature: ObjectId, field: &Field) -> Result<Prepared, PrepareError> {
        let mut bytes = Vec::with_capacity(pdf.len() + 2 * SIGNATURE_BYTES_MAX + 4096);
        bytes.extend_from_slice(pdf);
        if !pdf.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        let mut offsets = BTreeMap::new();
        for (id, object) in &self.objects {
            offsets.insert(*id, bytes.len());
            writeln!(bytes, "{} {} obj", id.0, id.1)?;
            Writer::write_object(&mut bytes, object)?;
            bytes.extend_from_slice(b"\nendobj\n");
        }
        offsets.insert(signature, bytes.len());
        let (byte_range, hole) = write_signature(&mut bytes, signature, field)?;

        let table = bytes.len();
        let mut trailer = Dictionary::new();
        for key in ["Root", "Info"] {
            if let Ok(value) = self.before.trailer.get(key.as_bytes()) {
                trailer.set(key, value.clone());
            }
        }
        if let Some(id) = pdf::array_at(self.before, &self.before.trailer, b"ID")
            && let Some(first) = id.first()
        {
            let second = Sha256::digest(&bytes)[..16].to_vec();
            let second = Object::String(second, lopdf::StringFormat::Hexadecimal);
            trailer.set("ID", vec![first.clone(), second]);
        }
        trailer.set("Prev", i64::try_from(self.before.xref_start).unwrap_or(i64::MAX));
        match self.before.reference_table.cross_reference_type {
            XrefType::CrossReferenceTable => write_table(&mut bytes, &offsets, trailer, self.last)?,
            XrefType::CrossReferenceStream => {
                let id = self.number();
                offsets.insert(id, table);
                write_stream(&mut bytes, id, &offsets, trailer, self.last)?;
            }
        }
        writeln!(bytes, "startxref\n{table}\n%%EOF")?;

        let numbers = format!("{} {} {}", hole.start, hole.end, bytes.len() - hole.end);
        let target = &mut bytes[byte_range.start..byte_range.start + numbers.len()];
        target.copy_from_slice(numbers.as_bytes());
        Ok(Prepared { bytes, hole })
    }
}

/// What stands between the reason and the capacity.
const IN_CAPACITY: &str = ", selaku ";

/// What a signature gives as its reason when it also says in which capacity it was made: the dictionary
/// of a signature has no other place for it. [`crate::verify`] takes the two apart again.
pub fn reason_with_capacity(reason: &str, capacity: &str) -> String {
    if capacity.is_empty() { reason.to_owned() } else { format!("{reason}{IN_CAPACITY}{capacity}") }
}

/// The reason and the capacity, as they were written into one; without a capacity that one is empty.
pub(crate) fn reason_and_capacity(written: &str) -> (&str, &str) {
    written.rsplit_once(IN_CAPACITY).unwrap_or((written, ""))
}

/// Writes the signature dictionary by hand: where its two gaps lie must be known to the byte.
fn write_signature(
    bytes: &mut Vec<u8>,
    id: ObjectId,
    field: &Field,
) -> Result<(Range<usize>, Range<usize>), std::io::Error> {
    writeln!(bytes, "{} {} obj", id.0, id.1)?;
    bytes.extend_from_slice(b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached");
    let texts = [
        ("M", pdf::time_to_text(field.at)),
        ("Name", field.name.clone()),
        ("Reason", reason_with_capacity(&field.reason, &field.capacity)),
        ("Location", field.location.clone()),
    ];
    for (key, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        write!(bytes, "/{key}")?;
        Writer::write_object(bytes, &pdf::text_to_object(text))?;
    }
    bytes.extend_from_slice(b"/ByteRange[0 ");
    let byte_range = bytes.len()..bytes.len() + BYTE_RANGE_WIDTH;
    bytes.resize(byte_range.end, b' ');
    bytes.extend_from_slice(b"]/Contents");
    let start = bytes.len();
    bytes.push(b'<');
    bytes.resize(start + 1 + 2 * SIGNATURE_BYTES_MAX, b'0');
    bytes.push(b'>');
    let hole = start..bytes.len();
    bytes.extend_from_slice(b">>\nendobj\n");
    Ok((byte_range, hole))
}

/// Runs of consecutive object numbers: the sections of a cross-reference table.
fn runs(offsets: &BTreeMap<ObjectId, usize>) -> Vec<Vec<(ObjectId, usize)>> {
    let mut runs: Vec<Vec<(ObjectId, usize)>> = vec![];
    for (&id, &offset) in offsets {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|(last, _)| last.0 + 1 == id.0) => run.push((id, offset)),
            Some(_) | None => runs.push(vec![(id, offset)]),
        }
    }
    runs
}

/// ISO 32000-1, 7.5.4 and 7.5.5. Every line of an entry has twenty bytes.
fn write_table(
    bytes: &mut Vec<u8>,
    offsets: &BTreeMap<ObjectId, usize>,
    mut trailer: Dictionary,
    last: u32,
) -> Result<(), std::io::Error> {
    bytes.extend_from_slice(b"xref\n");
    for run in runs(offsets) {
        writeln!(bytes, "{} {}", run[0].0.0, run.len())?;
        for (id, offset) in run {
            writeln!(bytes, "{offset:010} {:05} n\r", id.1)?;
        }
    }
    trailer.set("Size", i64::from(last) + 1);
    bytes.extend_from_slice(b"trailer\n");
    Writer::write_object(bytes, &trailer.into())?;
    bytes.push(b'\n');
    Ok(())
}

/// ISO 32000-1, 7.5.8: fields of one, four and two bytes, not compressed.
fn write_stream(
    bytes: &mut Vec<u8>,
    id: ObjectId,
    offsets: &BTreeMap<ObjectId, usize>,
    mut trailer: Dictionary,
    last: u32,
) -> Result<(), std::io::Error> {
    let mut index: Vec<Object> = vec![];
    let mut content = vec![];
    for run in runs(offsets) {
        index.push(i64::from(run[0].0.0).into());
        index.push(i64::try_from(run.len()).unwrap_or(i64::MAX).into());
        for (id, offset) in run {
            content.push(1);
            content.extend_from_slice(&u32::try_from(offset).unwrap_or(u32::MAX).to_be_bytes());
            content.extend_from_slice(&id.1.to_be_bytes());
        }
    }
    trailer.set("Type", "XRef");
    trailer.set("W", vec![1.into(), 4.into(), 2.into()]);
    trailer.set("Index", index);
    trailer.set("Size", i64::from(last) + 1);
    writeln!(bytes, "{} {} obj", id.0, id.1)?;
    Writer::write_object(bytes, &Stream::new(trailer, content).into())?;
    bytes.extend_from_slice(b"\nendobj\n");
    Ok(())
}
