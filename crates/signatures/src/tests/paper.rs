//! Small PDF files written by hand, and people who sign them.

use std::fmt::Write;
use std::sync::LazyLock;

use jiff::Timestamp;

use crate::{Certificate, Field, Key, KeyFile, Subject, TestAuthority};

pub const PASSPHRASE: &str = "kertas-uji";

/// Where something stands in a file, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Absent,
    Direct,
    Indirect,
}

pub const PLACES: [Place; 3] = [Place::Absent, Place::Direct, Place::Indirect];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Classic,
    Stream,
}

/// One page that says "Surat", with its form and annotations where they are wanted.
pub fn paper(form: Place, annotations: Place, table: Table) -> Vec<u8> {
    let form_object = "<</Fields [] /SigFlags 0>>";
    let form = match form {
        Place::Absent => "",
        Place::Direct => "/AcroForm <</Fields [] /SigFlags 0>>",
        Place::Indirect => "/AcroForm 5 0 R",
    };
    let link = "<</Type/Annot/Subtype/Link/Rect[10 10 20 20]/F 4/Contents(tautan)>>";
    let (annotations, list) = match annotations {
        Place::Absent => ("", "null".to_owned()),
        Place::Direct => ("/Annots [7 0 R]", "null".to_owned()),
        Place::Indirect => ("/Annots 6 0 R", "[7 0 R]".to_owned()),
    };
    let text = "BT /F1 12 Tf 72 720 Td (Surat) Tj ET";
    let objects = [
        format!("<</Type/Catalog/Pages 2 0 R{form}>>"),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 8 0 R>>>>{annotations}>>"
        ),
        format!("<</Length {}>>\nstream\n{text}\nendstream", text.len()),
        form_object.to_owned(),
        list,
        link.to_owned(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut pdf = String::from("%PDF-1.7\n%kertas\n");
    let mut offsets = vec![];
    for (index, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        write!(pdf, "{} 0 obj\n{object}\nendobj\n", index + 1).unwrap();
    }
    let start = pdf.len();
    let id = "/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]";
    match table {
        Table::Classic => {
            write!(pdf, "xref\n0 {}\n0000000000 65535 f\r\n", objects.len() + 1).unwrap();
            for offset in offsets {
                write!(pdf, "{offset:010} 00000 n\r\n").unwrap();
            }
            write!(pdf, "trailer\n<</Size {}/Root 1 0 R{id}>>\n", objects.len() + 1).unwrap();
        }
        Table::Stream => {
            let number = objects.len() + 1;
            let mut content = "00 00000000 ff".to_owned();
            for offset in offsets.iter().chain([&start]) {
                write!(content, "01 {offset:08x} 00").unwrap();
            }
            content.push('>');
            write!(
                pdf,
                "{number} 0 obj\n<</Type/XRef/Size {}/W[1 4 1]/Root 1 0 R{id}/Filter/ASCIIHexDecode/Length {}>>\nstream\n{content}\nendstream\nendobj\n",
                number + 1,
                content.len()
            )
            .unwrap();
        }
    }
    write!(pdf, "startxref\n{start}\n%%EOF\n").unwrap();
    pdf.into_bytes()
}

pub fn plain() -> Vec<u8> {
    paper(Place::Absent, Place::Absent, Table::Classic)
}

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// When everybody in the tests signs and asks.
pub fn now() -> Timestamp {
    time("2027-01-15T02:30:00Z")
}

pub fn field(name: &str) -> Field {
    Field {
        name: name.to_owned(),
        reason: "Menandatangani surat jawaban".to_owned(),
        capacity: "Plh. Kepala Bagian Umum".to_owned(),
        location: "Jakarta".to_owned(),
        at: now(),
    }
}

/// An authority and two people it issued certificates for.
pub struct Office {
    pub authority: TestAuthority,
    pub head: Key,
    pub secretary: Key,
}

impl Office {
    pub fn roots(&self) -> Vec<Certificate> {
        vec![self.authority.root().clone()]
    }
}

pub fn subject(name: &str) -> Subject {
    Subject {
        common_name: name.to_owned(),
        serial_number: Some("199001012015012001".to_owned()),
        organization: "Sekretariat Contoh".to_owned(),
        title: "Kepala Bagian".to_owned(),
    }
}

pub fn key(authority: &TestAuthority, name: &str) -> Key {
    key_from(authority, name, time("2027-01-01T00:00:00Z"))
}

pub fn key_from(authority: &TestAuthority, name: &str, began: Timestamp) -> Key {
    let file = authority.issue(&subject(name), began, 2, PASSPHRASE).unwrap();
    KeyFile::from_bytes(file).unlock(PASSPHRASE).unwrap()
}

pub fn office() -> &'static Office {
    static OFFICE: LazyLock<Office> = LazyLock::new(|| {
        let authority = TestAuthority::create("Otoritas Uji Meja", time("2027-01-01T00:00:00Z")).unwrap();
        let head = key(&authority, "Ratna Contoh");
        let secretary = key(&authority, "Joko Contoh");
        Office { authority, head, secretary }
    });
    &OFFICE
}

pub fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

pub fn fixture_root() -> Certificate {
    Certificate::from_pem(&String::from_utf8(fixture("root.pem")).unwrap()).unwrap()
}

pub fn fixture_key(name: &str) -> Key {
    KeyFile::import(&fixture(name), PASSPHRASE, now()).unwrap().file.unlock(PASSPHRASE).unwrap()
}

/// Where `needle` first stands.
pub fn find(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).position(|window| window == needle).unwrap()
}

/// The four numbers of the last `/ByteRange`.
pub fn byte_range(pdf: &[u8]) -> [usize; 4] {
    let text = String::from_utf8_lossy(pdf).into_owned();
    let (_, rest) = text.rsplit_once("/ByteRange[").unwrap();
    let (numbers, _) = rest.split_once(']').unwrap();
    let numbers: Vec<usize> = numbers.split_whitespace().map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}
