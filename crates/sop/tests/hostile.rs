//! Whatever stands in a file or a field, it is understood or refused in words.

use hostile::try_all;
use jiff::civil::date;
use sop::Sop;
use sop::calendar::{Calendar, Norm};
use sop::case::EmailAddress;
use sop::letter::{Stationery, phrase};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn shipped(path: &str) -> Vec<u8> {
    let path = format!("{HERE}/../../{path}");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[test]
fn files_of_an_sop() {
    let folder = std::fs::read_dir(format!("{HERE}/../../sops/helpdesk-ti")).unwrap();
    let seeds: Vec<Vec<u8>> = folder.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    try_all(HERE, "sops", &seeds, |bytes| {
        let Ok(sop) = Sop::read("prosedur.toml", &text(bytes)) else { return };
        // What is taken for an SOP can be checked, drawn and printed.
        let _ = sop::definition::check::check(&sop);
        let _ = sop::definition::flow::draw(&sop);
        let _ = sop::definition::table::text_table(&sop, 80);
    });
}

#[test]
fn files_of_a_year() {
    try_all(HERE, "calendars", &[shipped("calendars/2026.toml")], |bytes| {
        let Ok(calendar) = Calendar::from_files(&[("2026.toml", text(bytes))]) else { return };
        let norms = ["20 menit", "2 jam", "5 hari"].map(|norm| norm.parse::<Norm>().unwrap());
        let starts = ["2026-01-01T00:00:00Z", "2026-03-18T05:00:00Z", "2026-12-31T23:59:59Z"];
        for start in starts.map(|start| start.parse().unwrap()) {
            for norm in &norms {
                let _ = calendar.due(start, norm);
            }
        }
    });
}

#[test]
fn files_of_the_stationery() {
    try_all(HERE, "stationery", &[shipped("stationery/sekretariat.toml")], |bytes| {
        let Ok(stationery) = Stationery::read("kop.toml", &text(bytes)) else { return };
        let _ = stationery.letterhead(date(2026, 11, 24));
        let _ = stationery.numbering.write(u32::MAX, date(2026, 11, 24));
    });
}

#[test]
fn lines_that_people_type() {
    let typed = [
        "1 - 5 hari",
        "markus@ntt.example",
        "2026-11-24",
        "31 Desember 2026",
        "Surat {nomor} dari {satker} tanggal {tanggal}",
        "1. Satu\n2. Dua\n\n- Tiga\n  - Empat\n\nLima",
    ];
    let seeds = typed.map(|line| line.as_bytes().to_vec());
    try_all(HERE, "lines", &seeds, |bytes| {
        let text = text(bytes);
        let _ = text.parse::<Norm>();
        let _ = EmailAddress::parse(&text);
        let _ = sop::case::read_date(&text);
        let _ = sop::letter::blocks(&text);
        let _ = phrase::check(sop::shipped(), &text);
        let _ = phrase::fill(&text, &phrase::Facts::default());
    });
}
