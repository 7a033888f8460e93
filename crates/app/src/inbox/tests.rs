use sop::case::{CaseNo, TaskId};
use sop::definition::Target;

use super::*;
use crate::words::Language;

fn at(text: &str) -> Timestamp {
    format!("{text}:00+07:00").parse().expect("a timestamp")
}

fn reader(now: &str) -> Reader<'static> {
    let words = Words::new(Language::Indonesian);
    Reader { words, calendar: Calendar::shipped(), now: at(now), zone: Zone::Wib }
}

/// "8: 2026-11-24T10:40" is a task in row 8 due then; "10: -" one without a due time; "ditangguhkan"
/// behind it suspends its case.
fn row(text: &str) -> TaskRow {
    let (step, rest) = text.split_once(": ").expect("a row and a due time");
    let (due, suspended) = rest.split_once(' ').unwrap_or((rest, ""));
    let sop = sop::shipped();
    TaskRow {
        case: CaseNo::new("2026-0142"),
        subject: "Surel dinas menolak lampiran".to_owned(),
        unit: UnitCode::new("brmp-ntt"),
        sop: sop.code.clone(),
        revision: sop.revision(),
        task: TaskId(2),
        stage: sop.first_stage(&Target::Step(step.into())).expect("a row of the SOP"),
        round: 1,
        assignee: None,
        step_opened_at: at("2026-11-20T09:00"),
        task_opened_at: at("2026-11-20T09:00"),
        due_at: (due != "-").then(|| at(due)),
        suspended: (suspended == "ditangguhkan")
            .then(|| (at("2026-11-23T09:00"), "Menunggu akses.".to_owned())),
    }
}

/// The ids of the groups with the rows in them, at half past eight on Tuesday 24 November 2026.
fn groups(tasks: &[&str]) -> Vec<String> {
    let reader = reader("2026-11-24T08:30");
    let rows: Vec<TaskRow> = tasks.iter().map(|text| row(text)).collect();
    let tasks = rows.iter().map(|row| (row, reader.due(row))).collect();
    let said = |group: GroupView| {
        let steps: Vec<String> = group.tasks.into_iter().map(|task| task.step).collect();
        format!("{} ({}): {}", group.title, group.count, steps.join(", "))
    };
    reader.groups(&HashMap::new(), tasks, |_| None).into_iter().map(said).collect()
}

fn sentences(waiting: u32, tasks: &[&str]) -> String {
    let reader = reader("2026-11-24T08:30");
    let rows: Vec<TaskRow> = tasks.iter().map(|text| row(text)).collect();
    let tasks: Vec<_> = rows.iter().map(|row| (row, reader.due(row))).collect();
    reader.sentences(waiting, &tasks).join(" ")
}

#[test]
fn tasks_stand_in_groups_by_due_time() {
    assert_eq!(
        groups(&[
            "2: 2026-11-24T07:40",
            "3: 2026-11-24T08:51",
            "8: 2026-11-25T08:05",
            "7: 2026-11-30T10:00",
            "10: -"
        ]),
        [
            "Terlambat (1 tugas): 2",
            "Hari ini (1 tugas): 3",
            "Besok (1 tugas): 8",
            "Nanti (1 tugas): 7",
            "Tanpa norma waktu (1 tugas): 10"
        ]
    );
}

#[test]
fn a_suspended_task_is_never_late_and_stands_last() {
    assert_eq!(
        groups(&["8: 2026-11-23T14:10 ditangguhkan", "7: 2026-11-30T10:00", "10: - ditangguhkan"]),
        ["Nanti (3 tugas): 7, 8, 10"]
    );
}

#[test]
fn the_due_minute_itself_is_not_late() {
    assert_eq!(groups(&["2: 2026-11-24T08:30"]), ["Hari ini (1 tugas): 2"]);
}

#[test]
fn the_head_counts_in_words_and_names_what_comes_next() {
    assert_eq!(
        sentences(9, &["2: 2026-11-24T07:40", "8: 2026-11-23T14:10", "3: 2026-11-24T08:51"]),
        "Sembilan tugas menunggu Anda. Dua sudah lewat waktu; berikutnya jatuh tempo pukul 08.51."
    );
    assert_eq!(
        sentences(2, &["8: 2026-11-25T08:05", "10: -"]),
        "Dua tugas menunggu Anda. Yang pertama jatuh tempo besok pukul 08.05."
    );
    assert_eq!(
        sentences(1, &["7: 2026-11-30T10:00"]),
        "Satu tugas menunggu Anda. Yang pertama jatuh tempo Senin 30 Nov pukul 10.00."
    );
    assert_eq!(sentences(1, &["2: 2026-11-24T07:40"]), "Satu tugas menunggu Anda. Waktunya sudah lewat.");
    assert_eq!(sentences(14, &["10: -"]), "14 tugas menunggu Anda.");
    assert_eq!(sentences(100, &["10: -"]), "Lebih dari 99 tugas menunggu Anda.");
    assert_eq!(sentences(0, &[]), "");
}

#[test]
fn the_hours_of_today_follow_the_clock() {
    let today = |now: &str| reader(now).today();
    assert_eq!(
        today("2026-11-24T06:00"),
        "Selasa 24 Nov 2026 06.00 WIB. Jam kerja hari ini 07.30–16.00, istirahat 12.00–13.00."
    );
    assert_eq!(
        today("2026-11-24T08:30"),
        "Selasa 24 Nov 2026 08.30 WIB. Jam kerja hari ini sampai 16.00, istirahat 12.00–13.00."
    );
    assert_eq!(today("2026-11-24T13:00"), "Selasa 24 Nov 2026 13.00 WIB. Jam kerja hari ini sampai 16.00.");
    assert_eq!(
        today("2026-11-24T16:00"),
        "Selasa 24 Nov 2026 16.00 WIB. Kantor sudah tutup sejak pukul 16.00."
    );
    assert_eq!(today("2026-11-28T09:00"), "Sabtu 28 Nov 2026 09.00 WIB. Kantor tutup hari ini: Sabtu.");
    assert_eq!(today("2031-11-28T09:00"), "Jumat 28 Nov 2031 09.00 WIB.");
}
