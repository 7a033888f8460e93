use sop::calendar::Zone;
use sop::case::CaseNo;
use store::RowStatus;

use super::*;
use crate::words::Language;

const WORDS: Words = Words { language: Language::Indonesian };

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn units() -> Vec<Unit> {
    vec![Unit::new(UnitCode::new("brmp-ntt"), "BRMP NTT", Zone::Wita)]
}

fn filters(typed: &[(&str, &str)]) -> Filters {
    let typed: serde_json::Map<_, _> =
        typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    serde_json::from_value(typed.into()).expect("every field may be absent")
}

fn read(typed: &[(&str, &str)]) -> Result<Filter, Vec<Fault>> {
    filters(typed).read(sop::shipped(), &units(), Calendar::shipped(), at("2026-11-24T08:30:00+07:00"))
}

#[test]
fn an_empty_filter_narrows_nothing() {
    assert_eq!(read(&[]), Ok(Filter::default()));
    assert_eq!(read(&[("q", "  "), ("from", ""), ("state", "")]), Ok(Filter::default()));
}

#[test]
fn both_days_of_a_range_count_whole_on_the_wall_of_the_office() {
    let filter = read(&[("from", "26-10-2026"), ("until", "24/11/2026")]).expect("a range");
    assert_eq!(filter.received_from, Some(at("2026-10-26T00:00:00+07:00")));
    assert_eq!(filter.received_before, Some(at("2026-11-25T00:00:00+07:00")));
}

#[test]
fn a_day_is_enough_for_a_range() {
    assert!(read(&[("from", "24-11-2026"), ("until", "24-11-2026")]).is_ok());
    assert!(read(&[("until", "31-12-9999")]).is_ok());
}

#[test]
fn what_cannot_be_read_is_told_at_its_field() {
    let faults = |typed: &[(&str, &str)]| -> Vec<(&str, &str)> {
        let faults = read(typed).expect_err("a fault");
        faults.into_iter().map(|fault| (fault.field, fault.key)).collect()
    };
    assert_eq!(faults(&[("from", "kemarin")]), [("from", "fault-not-a-date")]);
    assert_eq!(
        faults(&[("from", "31-02-2026"), ("until", "x")]),
        [("from", "fault-not-a-date"), ("until", "fault-not-a-date")]
    );
    assert_eq!(faults(&[("from", "25-11-2026"), ("until", "24-11-2026")]), [("until", "list-fault-until")]);
    assert_eq!(
        faults(&[("unit", "tiada"), ("step", "11"), ("state", "hilang")]),
        [("unit", "fault-not-an-option"), ("step", "fault-not-an-option"), ("state", "fault-not-an-option")]
    );
}

#[test]
fn states_are_the_running_ones_and_each_end() {
    let now = at("2026-11-24T08:30:00+07:00");
    let state = |name| read(&[("state", name)]).expect("a state").state;
    assert_eq!(state("running"), Some(StateFilter::Running));
    assert_eq!(state("overdue"), Some(StateFilter::Overdue { now }));
    assert_eq!(state("suspended"), Some(StateFilter::Suspended));
    for end in &sop::shipped().ends {
        assert_eq!(state(end.id.as_str()), Some(StateFilter::Ended(end.id.clone())));
    }
}

#[test]
fn the_address_keeps_the_filter_and_nothing_empty() {
    assert_eq!(Filters::default().address("/cases", None), "/cases");
    let filters = filters(&[("q", "situs & iklan"), ("unit", "brmp-ntt"), ("after", "old")]);
    assert_eq!(
        filters.address("/register", Some("a+b")),
        "/register?unit=brmp-ntt&q=situs%20%26%20iklan&after=a%2Bb"
    );
}

fn row(no: &str, status: RowStatus) -> CaseRow {
    CaseRow {
        no: CaseNo::new(no),
        agenda: 387,
        unit: UnitCode::new("brmp-ntt"),
        subject: "Surel dinas menolak lampiran".to_owned(),
        requester: None,
        requester_name: "Yohanes Tallo".to_owned(),
        received_at: at("2026-11-20T15:00:00+07:00"),
        entered_at: at("2026-11-23T07:31:00+07:00"),
        status,
        due_at: None,
        open: Vec::new(),
        sop: sop::shipped().code.clone(),
        revision: sop::shipped().revision(),
        category: None,
        urgency: None,
    }
}

fn line(row: &CaseRow) -> Line {
    let (names, units) = (HashMap::new(), units());
    let now = at("2026-11-24T08:30:00+07:00");
    Writer { words: WORDS, calendar: Calendar::shipped(), now, units: &units, names: &names }.line(row)
}

#[test]
fn the_case_that_was_asked_for_by_number_stands_first() {
    let mut rows = ["2026-0300", "2026-0142", "2026-0100"].map(|no| row(no, RowStatus::Running));
    asked_for_first(&mut rows, " 2026-0142 ");
    assert_eq!(rows.map(|row| row.no.to_string()), ["2026-0142", "2026-0300", "2026-0100"]);
}

#[test]
fn an_overdue_decision_is_a_late_diamond_with_its_role() {
    let stage = sop::shipped().first_stage(&Target::Step("2".into())).expect("row 2");
    let opened_at = at("2026-11-23T15:40:00+07:00");
    let open = vec![OpenTask {
        task: sop::case::TaskId(2),
        stage,
        round: 1,
        assignee: None,
        step_opened_at: opened_at,
        opened_at,
    }];
    let due_at = Some(at("2026-11-24T07:40:00+07:00"));
    let line = line(&CaseRow { open, due_at, ..row("2026-0142", RowStatus::Running) });
    assert_eq!(
        (line.steps[0].no.as_deref(), line.steps[0].node_class.as_str()),
        (Some("2"), "dia here late")
    );
    assert_eq!(line.performers, "Ketua Tim");
    let due = line.due.expect("it runs");
    assert_eq!((due.headline.as_str(), due.detail.as_str()), ("Lewat 50 menit kerja", "24 Nov 07.40"));
    assert_eq!((line.received.as_str(), line.entered.as_deref()), ("20 Nov", Some("dicatat 23 Nov")));
}

#[test]
fn an_ended_case_shows_the_row_that_ended_it() {
    let ended = |kind, at| {
        let end = sop::shipped().end_of_kind(kind).expect("each kind has an end").id.clone();
        line(&row("2026-0121", RowStatus::Ended { end, at }))
    };
    let completed = ended(sop::definition::EndKind::Completed, at("2026-11-17T10:00:00+07:00"));
    assert_eq!((completed.steps[0].no.as_deref(), completed.ended.as_str()), (Some("10"), "Selesai 17 Nov"));
    let withdrawn = ended(sop::definition::EndKind::Withdrawn, at("2025-12-30T10:00:00+07:00"));
    assert_eq!(
        (withdrawn.steps[0].no.as_deref(), withdrawn.ended.as_str()),
        (None, "Ditarik pemohon 30 Des 2025")
    );
    assert!(completed.due.is_none());
}
