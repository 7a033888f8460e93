use jiff::civil::date;
use sop::calendar::Zone;
use sop::case::{CaseNo, UnitCode};
use sop::definition::EndKind;
use store::{CaseRow, StepDates};

use super::*;
use crate::words::Language;

fn at(text: &str) -> Timestamp {
    format!("{text}:00+07:00").parse().expect("a timestamp")
}

fn sheet(language: Language) -> Sheet {
    let unit = Unit::new(UnitCode::new("brmp-ntt"), "BRMP NTT", Zone::Wita);
    let calendar = Arc::new(Calendar::shipped().clone());
    Sheet { words: Words { language }, sop: sop::shipped(), calendar, units: vec![unit] }
}

fn rejected() -> RegisterRow {
    let sop = sop::shipped();
    let run = |step: &str, opened: &str, closed: &str| StepDates {
        step: step.into(),
        round: 1,
        opened_at: at(opened),
        due_at: None,
        closed_at: Some(at(closed)),
        done: true,
    };
    RegisterRow {
        case: CaseRow {
            no: CaseNo::new("2026-0142"),
            agenda: 387,
            unit: UnitCode::new("brmp-ntt"),
            subject: "=HYPERLINK(\"http://contoh.invalid\")".to_owned(),
            requester: None,
            requester_name: "Yohanes \"Yo\" Tallo".to_owned(),
            received_at: at("2026-11-20T15:00"),
            entered_at: at("2026-11-23T07:31"),
            status: RowStatus::Ended {
                end: sop.end_of_kind(EndKind::Rejected).expect("an end").id.clone(),
                at: at("2026-11-26T10:00"),
            },
            due_at: None,
            open: Vec::new(),
            sop: sop.code.clone(),
            revision: sop.revision(),
            category: Some(OptionId::new("aplikasi")),
            urgency: Some(OptionId::new("segera")),
        },
        letter_no: Some("B-12/TU.020/H.9/11/2026".to_owned()),
        letter_date: Some(date(2026, 11, 19)),
        closed_at: Some(at("2026-11-26T10:00")),
        steps: vec![
            run("1", "2026-11-23T07:31", "2026-11-23T08:00"),
            run("2", "2026-11-23T08:00", "2026-11-23T08:15"),
            run("3", "2026-11-23T08:15", "2026-11-23T09:00"),
            run("4", "2026-11-23T09:00", "2026-11-26T10:00"),
        ],
    }
}

#[test]
fn a_request_is_one_line_of_as_many_cells_as_the_head() {
    let sheet = sheet(Language::Indonesian);
    let (head, row) = (sheet.head(), sheet.row(&rejected()));
    assert_eq!(head.len(), row.len());
    let cell = |name: &str| {
        let at = head.iter().position(|cell| cell == name).unwrap_or_else(|| panic!("no {name} in {head:?}"));
        row[at].as_str()
    };
    assert_eq!(cell("Nomor kasus"), "2026-0142");
    assert_eq!(cell("Tanggal surat"), "2026-11-19");
    assert_eq!(cell("Diterima (WIB)"), "2026-11-20 15:00");
    assert_eq!(cell("Satuan kerja"), "BRMP NTT");
    assert_eq!(cell("Jenis masalah"), "Aplikasi atau situs");
    assert_eq!(cell("Keadaan"), "Ditolak");
    assert_eq!(cell("Baris 2 selesai (WIB)"), "2026-11-23 08:15");
    assert_eq!(cell("Baris 2 keputusan"), "Tolak");
    assert_eq!(cell("Baris 5 selesai (WIB)"), "");
    assert_eq!(cell("Ditutup (WIB)"), "2026-11-26 10:00");
}

#[test]
fn a_reader_of_english_has_english_heads_and_labels() {
    let sheet = sheet(Language::English);
    assert_eq!(sheet.head()[0], "Case number");
    assert!(sheet.row(&rejected()).contains(&"Rejected".to_owned()));
}
