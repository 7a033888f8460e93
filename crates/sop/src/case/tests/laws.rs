//! What holds whatever people try. [`Office`] itself checks after every act that replaying the
//! history gives the same case, that the history is in order and that the case is sound.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::office::{Office, PEOPLE, actor, address, assignee_named, fill, holder, play};
use crate::case::{
    Actor, Assignee, AttachedFile, Audience, Case, Command, DispatchResult, Event, LetterCode, Recorded,
    Refusal, Status, TaskId, Version, decide,
};
use crate::definition::check::{Path, paths};
use crate::definition::{Outcome, Stage, Step, StepNo, Target};

/// Something somebody tries, chosen blindly. Numbers pick from what there is at that moment.
#[derive(Clone, Debug)]
struct Attempt {
    who: &'static str,
    /// Whoever may do it does it, rather than `who`.
    rightly: bool,
    act: Act,
    minutes_later: i64,
}

#[derive(Clone, Debug)]
enum Act {
    Complete {
        task: Index,
        outcome: Index,
        to: Option<&'static str>,
        filled: bool,
        seen: Option<Version>,
    },
    /// As the task's performer would.
    CompleteWell {
        task: Index,
        outcome: Index,
    },
    Log {
        task: Index,
        filled: bool,
    },
    Assign {
        task: Index,
        to: &'static str,
    },
    Suspend,
    Resume,
    Withdraw,
    Reopen,
    Note(Audience),
    Attach,
    SendAgain(Index),
    NoteDispatch(Index),
    NoteOverdue {
        step: Index,
        late_by: i64,
    },
    RecomputeDue,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let anybody = || select(PEOPLE.map(|(name, _)| name).to_vec());
    let act = prop_oneof![
        3 => (any::<Index>(), any::<Index>(), proptest::option::of(anybody()), any::<bool>(), proptest::option::of(0..60u64))
            .prop_map(|(task, outcome, to, filled, seen)| Act::Complete { task, outcome, to, filled, seen }),
        20 => (any::<Index>(), any::<Index>()).prop_map(|(task, outcome)| Act::CompleteWell { task, outcome }),
        3 => (any::<Index>(), any::<bool>()).prop_map(|(task, filled)| Act::Log { task, filled }),
        2 => (any::<Index>(), anybody()).prop_map(|(task, to)| Act::Assign { task, to }),
        1 => Just(Act::Suspend),
        3 => Just(Act::Resume),
        1 => Just(Act::Withdraw),
        2 => Just(Act::Reopen),
        1 => prop_oneof![Just(Audience::Office), Just(Audience::Everyone)].prop_map(Act::Note),
        1 => Just(Act::Attach),
        2 => any::<Index>().prop_map(Act::SendAgain),
        2 => any::<Index>().prop_map(Act::NoteDispatch),
        2 => (any::<Index>(), -90..90i64).prop_map(|(step, late_by)| Act::NoteOverdue { step, late_by }),
        1 => Just(Act::RecomputeDue),
    ];
    let anybody = select(
        PEOPLE.map(|(name, _)| name).into_iter().chain(["Clock", "Calendar", "Mail"]).collect::<Vec<_>>(),
    );
    (anybody, any::<bool>(), act, prop_oneof![Just(0), -60..600i64, 0..10_000i64])
        .prop_map(|(who, rightly, act, minutes_later)| Attempt { who, rightly, act, minutes_later })
}

impl Attempt {
    /// The actor and the command, as far as the case has something to pick from.
    fn command(&self, office: &Office) -> (Actor, Command) {
        let case = office.case();
        let any_task = |index: &Index| index.get(&case.tasks).id;
        let mut by = actor(if self.rightly { self.act.rightful().unwrap_or(self.who) } else { self.who });
        let command = match &self.act {
            Act::Complete { task, outcome, to, filled, seen } => {
                let task = any_task(task);
                let stage = office.sop.stage(&case.task(task).unwrap().stage).unwrap();
                let outcome = &outcome.get(&stage.outcomes).id;
                let seen = seen.unwrap_or(case.version);
                match office.complete(task, outcome.as_str(), "", to.map(assignee_named), seen) {
                    Command::Complete { task, outcome, assignee, seen, signature, .. } if !filled => {
                        let entries = fill([].into_iter(), "");
                        Command::Complete { task, outcome, entries, assignee, seen, signature }
                    }
                    command => command,
                }
            }
            Act::CompleteWell { task, outcome } => {
                let open: Vec<_> = case.open_tasks().collect();
                if open.is_empty() {
                    return (by, Command::Reopen { reason: "Rusak lagi".to_owned() });
                }
                let task = task.get(&open);
                let stage = office.sop.stage(&task.stage).unwrap();
                by = performer(task.assignee.as_ref().map(|assignee| assignee.as_str()), stage);
                let outcome = outcome.get(&stage.outcomes);
                let to = outcome.assigns.as_ref().map(|_| assignee_named("Yohanes"));
                office.complete(task.id, outcome.id.as_str(), "", to, case.version)
            }
            Act::Log { task, filled } => {
                let task = any_task(task);
                let stage = office.sop.stage(&case.task(task).unwrap().stage).unwrap();
                let fields = if *filled { &stage.log_fields[..] } else { &[] };
                Command::LogProgress { task, entries: fill(fields.iter(), "") }
            }
            Act::Assign { task, to } => {
                let open: Vec<_> = case.open_tasks().collect();
                let task = if self.rightly && !open.is_empty() { task.get(&open).id } else { any_task(task) };
                let stage = office.sop.stage(&case.task(task).unwrap().stage).unwrap();
                let to = match holder(&stage.performer) {
                    Actor::Person { id, roles, .. } if self.rightly => Assignee { person: id, roles },
                    Actor::Person { .. } | Actor::System(_) => assignee_named(to),
                };
                Command::Assign { task, to, seen: case.version }
            }
            Act::Suspend => Command::Suspend { reason: "Menunggu satker".to_owned() },
            Act::Resume => Command::Resume { note: String::new() },
            Act::Withdraw => Command::Withdraw { reason: "Tidak jadi".to_owned() },
            Act::Reopen => Command::Reopen { reason: "Rusak lagi".to_owned() },
            Act::Note(audience) => Command::Note { text: "Halo".to_owned(), audience: *audience },
            Act::Attach => Command::Attach {
                files: vec![AttachedFile {
                    file: "00".into(),
                    media_type: "image/png".to_owned(),
                    bytes: 1,
                    name: "layar.png".to_owned(),
                }],
            },
            Act::SendAgain(index) => {
                Command::SendAgain { letter: any_letter(case, index), address: "tu@brmp.example".to_owned() }
            }
            Act::NoteDispatch(index) => {
                let letter = any_letter(case, index);
                let last = case.letter_by_code(&letter).and_then(|letter| letter.dispatches.last());
                let result = DispatchResult::Sent { to: address("tu@brmp.example") };
                Command::NoteDispatch { letter, dispatch: last.map_or(1, |last| last.number), result }
            }
            Act::NoteOverdue { step, late_by } => {
                let run = step.get(&case.steps);
                let due_at = run.due_at.unwrap_or(office.now) + SignedDuration::from_mins(*late_by / 30);
                Command::NoteOverdue { step: run.step.clone(), due_at }
            }
            Act::RecomputeDue => Command::RecomputeDue,
        };
        (by, command)
    }

    /// Tries it, and says what came of it. A refusal changes nothing.
    fn make(&self, office: &mut Office) -> Result<Vec<Recorded>, Refusal> {
        office.now += SignedDuration::from_mins(self.minutes_later);
        let (by, command) = self.command(office);
        let before = (office.case().clone(), office.history.len());
        let answer = office.act(&by, command);
        if answer.is_err() {
            assert_eq!((office.case(), office.history.len()), (&before.0, before.1));
        }
        answer
    }
}

impl Act {
    /// Somebody who may, where that does not depend on the task.
    fn rightful(&self) -> Option<&'static str> {
        match self {
            Self::Assign { .. } | Self::Suspend | Self::Resume | Self::Reopen => Some("Rina"),
            Self::Withdraw => Some("Markus"),
            Self::NoteOverdue { .. } => Some("Clock"),
            Self::RecomputeDue => Some("Calendar"),
            Self::SendAgain(_) => Some("Endang"),
            Self::NoteDispatch(_) => Some("Mail"),
            Self::Log { .. } => Some("Budi"),
            Self::Complete { .. } | Self::CompleteWell { .. } | Self::Note(_) | Self::Attach => None,
        }
    }
}

/// One of the case's letters; one that it does not have while it has none.
fn any_letter(case: &Case, index: &Index) -> LetterCode {
    if case.letters.is_empty() {
        return "kode-0".into();
    }
    index.get(&case.letters).signature.code.clone()
}

/// Whether all of it is about letters on their way, of which an ended case goes on to take note.
fn only_dispatches(events: &[Recorded]) -> bool {
    events.iter().all(|recorded| {
        matches!(
            recorded.event,
            Event::DispatchOrdered { .. } | Event::Dispatched { .. } | Event::DispatchFailed { .. }
        )
    })
}

fn performer(assignee: Option<&str>, stage: &Stage) -> Actor {
    assignee.map_or_else(|| holder(&stage.performer), actor)
}

/// Every stage of the SOP, as stories name them.
fn stages() -> Vec<String> {
    let sop = crate::shipped();
    let of = |step: &'static Step| step.stages.iter().map(move |stage| format!("{}.{}", step.no, stage.id));
    sop.steps.iter().flat_map(of).collect()
}

fn asked() -> Office {
    let mut office = Office::open();
    let registration = office.registration(Some("Markus"), "");
    office.register(&actor("Markus"), registration).unwrap();
    office
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_try_the_case_stays_sound(
        stage in select(stages()),
        attempts in prop::collection::vec(attempt(), 1..80),
    ) {
        let mut office = play(&format!("Markus asks\nas far as {stage} via keduanya"));
        for attempt in &attempts {
            let ended = office.case().ended().is_some();
            let suspended_since = match office.case().status {
                Status::Suspended { since, .. } => Some(since),
                Status::Running | Status::Ended { .. } => None,
            };
            let (_, command) = attempt.command(&office);
            let answer = attempt.make(&mut office);
            let Ok(events) = answer else { continue };
            if ended {
                let reopened = matches!(command, Command::Reopen { .. });
                prop_assert!(only_dispatches(&events) || reopened, "an ended case took {command:?}");
            }
            if let Some(since) = suspended_since {
                // What fell due before the clock stopped is noted all the same.
                let worked = events.iter().any(|recorded| match &recorded.event {
                    Event::TaskCompleted { .. } | Event::ProgressLogged { .. } => true,
                    Event::StepOverdue { due_at, .. } => *due_at >= since,
                    _ => false,
                });
                prop_assert!(!worked, "a suspended case took {command:?}");
            }
            prop_assert!(opened_in_turn(&office), "{events:#?}");
        }
        prop_assert!(overdue_at_most_once_for_a_due_time(&office.history));
    }

    #[test]
    fn every_path_of_the_sop_can_be_walked_while_others_interfere(
        path in select(paths(crate::shipped())),
        order in prop::collection::vec(any::<bool>(), 20),
        interference in prop::collection::vec(prop::collection::vec(attempt(), 0..4), 20),
    ) {
        let mut office = asked();
        for (turn, others) in order.iter().zip(interference) {
            for attempt in others {
                // The wrong people try the wrong things; right ones that lead off the path are not tried.
                let (by, command) = attempt.command(&office);
                let harmless = matches!(
                    command,
                    Command::Note { .. }
                        | Command::Attach { .. }
                        | Command::SendAgain { .. }
                        | Command::NoteDispatch { .. }
                        | Command::NoteOverdue { .. }
                        | Command::RecomputeDue
                );
                if harmless || decide(office.lookup(), office.case(), &by, office.now, command.clone()).is_err() {
                    let before = office.case().tasks.clone();
                    let _ = office.act(&by, command);
                    prop_assert_eq!(&office.case().tasks, &before);
                }
            }
            let open: Vec<_> = office.case().open_tasks().cloned().collect();
            let Some(task) = (if *turn { open.first() } else { open.last() }) else { break };
            step_along(&mut office, &path, task.id);
        }
        prop_assert_eq!(office.case().ended().map(|(end, _)| end.as_str()), Some(path.end.as_str()));
        prop_assert_eq!(rows_walked(office.case()), rows_of(&path));
    }

    #[test]
    fn a_finished_case_accepts_nothing_but_reopening_and_what_became_of_its_letters(
        end in select(vec!["4.tanda-tangan", "10.tanda-tangan", "ditarik"]),
        attempts in prop::collection::vec(attempt(), 1..40),
    ) {
        let mut office = play("Markus asks");
        match end {
            "ditarik" => { office.act(&actor("Markus"), Command::Withdraw { reason: "Beres".to_owned() }).unwrap(); }
            last => office = play(&format!("Markus asks\nas far as {last}\nHendra completes {last} tandatangani")),
        }
        let mut before = office.case().clone();
        for attempt in attempts {
            office.now += SignedDuration::from_mins(attempt.minutes_later);
            let (by, command) = attempt.command(&office);
            let reopening = matches!(command, Command::Reopen { .. });
            match office.act(&by, command) {
                Ok(events) if only_dispatches(&events) => {
                    let case = office.case();
                    prop_assert_eq!((&case.status, &case.tasks, &case.steps), (&before.status, &before.tasks, &before.steps));
                    before = case.clone();
                }
                Ok(events) => {
                    prop_assert!(reopening, "an ended case took {events:?}");
                    return Ok(());
                }
                Err(_) => prop_assert_eq!(office.case(), &before),
            }
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer(attempts in prop::collection::vec(attempt(), 1..30)) {
        let (mut one, mut other) = (asked(), asked());
        for attempt in attempts {
            prop_assert_eq!(attempt.make(&mut one), attempt.make(&mut other));
        }
    }
}

#[test]
fn the_examinations_end_alike_in_any_order() {
    let story = |first: &str, second: &str| {
        let office = play(&format!(
            "
            Mon 2026-11-23 08:00 Markus asks
            as far as 5.identifikasi
            Budi completes 5.identifikasi keduanya
            09:00 Budi completes {first} diperiksa
            Budi completes {second} diperiksa
            as far as 10.tanda-tangan
            Hendra completes 10.tanda-tangan tandatangani
            "
        ));
        timeless(office.case())
    };
    assert_eq!(
        story("6a.periksa-aplikasi", "6b.periksa-server"),
        story("6b.periksa-server", "6a.periksa-aplikasi")
    );
}

/// A case without the order in which things happened at one moment.
fn timeless(case: &Case) -> Case {
    let mut case = case.clone();
    for task in &mut case.tasks {
        task.touched.0 = 0;
    }
    case
}

/// Completes a task in the way that keeps to a path.
fn step_along(office: &mut Office, path: &Path, id: TaskId) {
    let task = office.case().task(id).unwrap().clone();
    let stage = office.sop.stage(&task.stage).unwrap();
    let by = performer(task.assignee.as_ref().map(|assignee| assignee.as_str()), stage);
    if !stage.log_fields.is_empty() {
        let entries = fill(stage.log_fields.iter(), "");
        office.act(&by, Command::LogProgress { task: id, entries }).unwrap();
    }
    let outcome = outcome_along(stage, path, &task.stage.step);
    let to = outcome.assigns.as_ref().map(|_| assignee_named("Budi"));
    let command = office.complete(id, outcome.id.as_str(), "", to, office.case().version);
    office.act(&by, command).unwrap();
}

/// The outcome whose targets are what the path does next; loops are not taken.
fn outcome_along<'a>(stage: &'a Stage, path: &Path, row: &StepNo) -> &'a Outcome {
    let here = path.steps.iter().position(|item| item.split('+').any(|no| *row == no)).unwrap();
    let next: BTreeSet<&str> =
        path.steps.get(here + 1).map_or(path.end.as_str(), String::as_str).split('+').collect();
    let ahead = |outcome: &&Outcome| {
        let within = outcome.to.iter().all(|target| matches!(target, Target::Stage(to) if to.step == *row));
        let names: Vec<String> = outcome.to.iter().map(Target::to_string).collect();
        within || names.iter().map(String::as_str).collect::<BTreeSet<_>>() == next
    };
    stage.outcomes.iter().find(ahead).expect("the path goes on")
}

fn rows_of(path: &Path) -> BTreeSet<String> {
    path.steps.iter().flat_map(|item| item.split('+')).map(str::to_owned).collect()
}

fn rows_walked(case: &Case) -> BTreeSet<String> {
    assert!(case.steps.iter().all(|run| run.done && run.round == 1));
    case.steps.iter().map(|run| run.step.to_string()).collect()
}

/// A row opens at the start, at a reopening, or by the outcome that leads to it; and one that joins,
/// not while a branch is open.
fn opened_in_turn(office: &Office) -> bool {
    let sop = office.sop;
    let mut leads_to: Vec<Target> = vec![Target::Step(sop.start.clone())];
    let mut in_turn = true;
    let mut case: Option<Case> = None;
    for recorded in &office.history {
        let next = match case.take() {
            None => Case::begin(recorded).unwrap(),
            Some(case) => case.evolve(recorded),
        };
        match &recorded.event {
            Event::TaskCompleted { task, outcome, .. } => {
                let stage = sop.stage(&next.task(*task).unwrap().stage).unwrap();
                leads_to = stage.outcome(outcome).unwrap().to.clone();
            }
            Event::Closed { end } => {
                let rows = &sop.end(end).unwrap().reopens_at;
                leads_to = rows.iter().map(|no| Target::Step(no.clone())).collect();
            }
            Event::StepOpened { step, .. } => {
                let join = sop.step(step).unwrap().join.as_ref();
                let joined =
                    join.is_none_or(|join| join.of.iter().all(|branch| next.open_step(branch).is_none()));
                in_turn &= joined && leads_to.iter().any(|target| target.step() == Some(step));
            }
            Event::TaskOpened { stage, .. } => {
                in_turn &= leads_to.iter().any(|target| sop.first_stage(target).as_ref() == Some(stage));
            }
            _ => {}
        }
        case = Some(next);
    }
    in_turn
}

fn overdue_at_most_once_for_a_due_time(history: &[Recorded]) -> bool {
    let mut noted: BTreeSet<(StepNo, Timestamp, u64)> = BTreeSet::new();
    let mut opened = 0;
    history.iter().all(|recorded| match &recorded.event {
        Event::StepOpened { .. } => {
            opened = recorded.seq;
            true
        }
        Event::StepOverdue { step, due_at } => noted.insert((step.clone(), *due_at, opened)),
        _ => true,
    })
}
