//! Who may do what, when: every state of a case × every command × everybody, as one table.

use super::office::{Office, actor, address, assignee_named, fill, moment, play, stage_ref};
use crate::case::{AttachedFile, Audience, Command, DispatchResult, Refusal, TaskId, decide, register};

const COLUMNS: [(&str, &str); 9] = [
    ("pemohon", "Markus"),
    ("pemohon2", "Siti"),
    ("agenda", "Endang"),
    ("sekretaris", "Hendra"),
    ("ketua", "Rina"),
    ("anggota", "Budi"),
    ("anggota2", "Yohanes"),
    ("admin", "Wayan"),
    ("sistem", "Clock"),
];

const LEGEND: &str = "\
Markus (pemohon) asked; Siti (pemohon2) did not. Work is given to Budi (anggota), not to Yohanes (anggota2).
yes        it happens                              -          nothing is left to say
role       NotYourRole                             request    NotYourRequest
assigned   NotAssignedToYou                        not-open   TaskNotOpen
finished   CaseFinished                            running    CaseRunning
suspended  CaseSuspended                           going-on   NotSuspended
no-log     NoLog                                   log-first  NothingLogged
unsuited   AssigneeUnsuited                        no-letter  NoSuchLetter
under-way  LetterUnderWay
";

#[test]
fn every_state_times_role_times_command() {
    let mut table = LEGEND.to_owned();
    let heads: String = COLUMNS.iter().map(|(head, _)| format!("{head:<11}")).collect();
    table += &format!("\n{:<34}{}\n", "", heads.trim_end());
    let office = Office::open();
    let cells = COLUMNS.map(|(_, name)| {
        let registration = office.registration(Some(name), "");
        cell(register(office.lookup(), "2026-0001".into(), 1, &actor(name), office.now, registration))
    });
    table += &line("-", "register", &cells);
    for (state, mut office, task) in states() {
        // Late enough for everything to be overdue.
        office.now = moment("Mon 2026-12-14 08:00");
        table.push('\n');
        for command in commands(&office, task) {
            let name = name(&command);
            let cells = COLUMNS.map(|(_, name)| {
                cell(decide(office.lookup(), office.case(), &actor(name), office.now, command.clone()))
            });
            table += &line(&state, name, &cells);
        }
    }
    insta::assert_snapshot!("state_role_command", table);
}

/// A case waiting at each stage of the SOP, a suspended one, and one at each end; and the task that
/// is tried.
fn states() -> Vec<(String, Office, TaskId)> {
    let mut states = Vec::new();
    for step in &crate::shipped().steps {
        for stage in &step.stages {
            let stage = format!("{}.{}", step.no, stage.id);
            let via = if step.no == *"6b" { "server" } else { "aplikasi" };
            let office = play(&format!("Markus asks\nas far as {stage} via {via}"));
            let task = office.case().open_tasks().find(|task| task.stage == stage_ref(&stage)).unwrap().id;
            states.push((stage, office, task));
        }
    }
    for (state, story) in [
        ("suspended", "as far as 7.perbaikan\nRina suspends: Menunggu satker"),
        ("selesai", "as far as 10.tanda-tangan\nHendra completes 10.tanda-tangan tandatangani"),
        ("ditolak", "as far as 4.tanda-tangan\nHendra completes 4.tanda-tangan tandatangani"),
        (
            "terkirim",
            "as far as 10.tanda-tangan\nHendra completes 10.tanda-tangan tandatangani\n\
             Mail delivers kode-1 1: markus@brmp.example",
        ),
        ("ditarik", "as far as 7.perbaikan\nMarkus withdraws: Tidak jadi"),
    ] {
        let office = play(&format!("Markus asks\n{story}"));
        let task = office.case().tasks.last().unwrap().id;
        states.push((state.to_owned(), office, task));
    }
    states
}

/// Every command, as sensibly as the state allows.
fn commands(office: &Office, task: TaskId) -> Vec<Command> {
    let case = office.case();
    let stage = office.sop.stage(&case.task(task).unwrap().stage).unwrap();
    let outcome = &stage.outcomes[0];
    let to = outcome.assigns.is_some().then(|| assignee_named("Budi"));
    let run = case.steps.last().unwrap();
    let letter = case.letters.first().map_or("kode-1".into(), |letter| letter.signature.code.clone());
    let mut commands = vec![office.complete(task, outcome.id.as_str(), "", to, case.version)];
    if let Command::Complete { signature: Some(_), task, outcome, entries, assignee, seen } = &commands[0] {
        commands.push(Command::Complete {
            task: *task,
            outcome: outcome.clone(),
            entries: entries.clone(),
            assignee: assignee.clone(),
            seen: *seen,
            signature: None,
        });
    }
    commands.extend([
        Command::LogProgress { task, entries: fill(stage.log_fields.iter(), "") },
        Command::Assign { task, to: assignee_named("Yohanes"), seen: case.version },
        Command::Suspend { reason: "Menunggu satker".to_owned() },
        Command::Resume { note: String::new() },
        Command::Withdraw { reason: "Tidak jadi".to_owned() },
        Command::Reopen { reason: "Rusak lagi".to_owned() },
        Command::Note { text: "Halo".to_owned(), audience: Audience::Office },
        Command::Attach {
            files: vec![AttachedFile {
                file: "00".into(),
                media_type: "image/png".to_owned(),
                bytes: 1,
                name: "a.png".to_owned(),
            }],
        },
        Command::SendAgain { letter: letter.clone(), address: "markus@brmp.example".to_owned() },
        Command::NoteDispatch {
            letter,
            dispatch: 1,
            result: DispatchResult::Sent { to: address("markus@brmp.example") },
        },
        Command::NoteOverdue { step: run.step.clone(), due_at: run.due_at.unwrap_or(run.opened_at) },
        Command::RecomputeDue,
    ]);
    commands
}

/// A new command has to be named here, and then added above.
fn name(command: &Command) -> &'static str {
    match command {
        Command::Complete { signature: Some(_), .. } => "sign",
        Command::Complete { signature: None, .. } => "complete",
        Command::LogProgress { .. } => "log",
        Command::Assign { .. } => "assign",
        Command::Suspend { .. } => "suspend",
        Command::Resume { .. } => "resume",
        Command::Withdraw { .. } => "withdraw",
        Command::Reopen { .. } => "reopen",
        Command::Note { .. } => "note",
        Command::Attach { .. } => "attach",
        Command::SendAgain { .. } => "send-again",
        Command::NoteDispatch { .. } => "note-dispatch",
        Command::NoteOverdue { .. } => "note-overdue",
        Command::RecomputeDue => "recompute-due",
    }
}

fn cell<T>(answer: Result<Vec<T>, Refusal>) -> &'static str {
    match answer {
        Ok(events) if events.is_empty() => "-",
        Ok(_) => "yes",
        Err(refusal) => match refusal {
            Refusal::NotYourRole { .. } => "role",
            Refusal::NotAssignedToYou { .. } => "assigned",
            Refusal::SamePerson { .. } => "same",
            Refusal::NotYourRequest => "request",
            Refusal::TaskNotOpen { .. } => "not-open",
            Refusal::Stale { .. } => "stale",
            Refusal::OutcomeUnknown { .. } => "outcome",
            Refusal::RecordIncomplete { .. } => "record",
            Refusal::AssigneeNeeded { .. } => "needed",
            Refusal::AssigneeUnsuited { .. } => "unsuited",
            Refusal::NothingLogged => "log-first",
            Refusal::SignatureNeeded => "unsigned",
            Refusal::WronglyDated { .. } => "dated",
            Refusal::NoLog => "no-log",
            Refusal::NoSuchLetter => "no-letter",
            Refusal::LetterUnderWay { .. } => "under-way",
            Refusal::CaseFinished { .. } => "finished",
            Refusal::CaseRunning => "running",
            Refusal::CaseSuspended { .. } => "suspended",
            Refusal::NotSuspended => "going-on",
            Refusal::ReceivedInFuture => "future",
            Refusal::NoCalendar { .. } => "calendar",
        },
    }
}

fn line(state: &str, command: &str, cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| format!("{cell:<11}")).collect();
    format!("{state:<20}{command:<14}{}\n", cells.trim_end())
}
