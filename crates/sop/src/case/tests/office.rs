//! A small office, and stories of what happens in it.
//!
//! A story is one act a line, said as the office would say it, with the answer indented below it:
//!
//! ```text
//! Mon 2026-11-23 08:00 Markus asks
//! Hendra completes 1.disposisi teruskan
//!     task 1 is done: teruskan, sifat=[biasa], harap=[tanggapan]
//!     …
//!     row 2 opens, due Mon 2026-11-23 08:20
//!     task 2: 2.kaji waits
//! Budi completes 2.kaji setuju to Budi
//!     no: NotYourRole, needed ketua
//! ```
//!
//! Where a story gives no answer, the act has to succeed; `…` stands for any lines. What a form
//! requires and a story does not mention is filled in. Times carry their weekday, and a wrong one
//! fails. After every act the whole history is replayed and the case has to be sound.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};

use crate::calendar::Calendar;
use crate::case::{
    Actor, Assignee, AttachedFile, Audience, By, Case, Channel, Command, DispatchFailure, DispatchResult,
    DueCause, EmailAddress, Entries, Event, FieldProblem, NewEvent, Office as Lookup, PersonId, Problem,
    Recorded, Refusal, Registration, Signature, SigningMeans, Status, SystemJob, TaskId, TaskState, Value,
    Values, decide, register,
};
use crate::definition::{Field, FieldKind, Role, Sop, StageRef, StepNo};
use crate::letter::Capacity;
use crate::mandate::{MandateId, Standing};

/// Who works here, and everybody's roles.
pub const PEOPLE: [(&str, &[&str]); 8] = [
    ("Hendra", &["sekretaris"]),
    ("Rina", &["ketua"]),
    ("Budi", &["anggota"]),
    ("Yohanes", &["anggota"]),
    ("Endang", &["agenda"]),
    ("Markus", &["pemohon"]),
    ("Siti", &["pemohon"]),
    ("Wayan", &["admin"]),
];

/// Plays a story and compares it with its answers.
#[track_caller]
pub fn check(story: &str) {
    play(story);
}

/// Plays a story and leaves the office as it is afterwards.
#[track_caller]
pub fn play(story: &str) -> Office {
    play_by(crate::shipped(), story)
}

/// Plays a story by another SOP than the shipped one.
#[track_caller]
pub fn play_by(sop: &'static Sop, story: &str) -> Office {
    let mut office = Office { sop, ..Office::open() };
    let mut acts: Vec<(&str, Vec<&str>)> = Vec::new();
    let lines = || story.lines().filter(|line| !line.trim().is_empty());
    let margin = lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
    for line in lines() {
        if line.starts_with(&" ".repeat(margin + 1)) {
            acts.last_mut().expect("a story begins with an act").1.push(line.trim());
        } else {
            acts.push((line.trim(), Vec::new()));
        }
    }
    let (mut told, mut as_told) = (String::new(), true);
    for (act, expected) in acts {
        let answer = office.hear(act);
        as_told &= if expected.is_empty() {
            !answer.iter().any(|line| line.starts_with("no: "))
        } else {
            matches(&expected, &answer)
        };
        told += &format!("{act}\n");
        told.extend(answer.iter().map(|line| format!("    {line}\n")));
    }
    assert!(as_told, "the story went otherwise:\n\n{told}");
    office
}

/// Whether the answer is as expected, where `…` stands for any lines.
fn matches(expected: &[&str], answer: &[String]) -> bool {
    match expected.split_first() {
        None => answer.is_empty(),
        Some((&"…", rest)) => (0..=answer.len()).any(|skip| matches(rest, &answer[skip..])),
        Some((line, rest)) => {
            answer.split_first().is_some_and(|(first, more)| first == line && matches(rest, more))
        }
    }
}

/// The office at a moment, with the one case it works on.
pub struct Office {
    pub sop: &'static Sop,
    pub calendar: Calendar,
    /// The dates on which the calendar was declared closed in a story.
    days_off: Vec<Date>,
    pub now: Timestamp,
    pub history: Vec<Recorded>,
    pub case: Option<Case>,
}

impl Office {
    /// Monday morning, with nothing to do yet.
    pub fn open() -> Self {
        Self {
            sop: crate::shipped(),
            calendar: Calendar::shipped().clone(),
            days_off: Vec::new(),
            now: moment("Mon 2026-11-23 08:00"),
            history: Vec::new(),
            case: None,
        }
    }

    pub fn lookup(&self) -> Lookup<'_> {
        Lookup { sop: self.sop, calendar: &self.calendar }
    }

    pub fn case(&self) -> &Case {
        self.case.as_ref().expect("somebody asked for help")
    }

    pub fn register(&mut self, by: &Actor, registration: Registration) -> Result<Vec<Recorded>, Refusal> {
        let events = register(self.lookup(), "2026-0001".into(), 1, by, self.now, registration)?;
        Ok(self.record(events))
    }

    pub fn act(&mut self, by: &Actor, command: Command) -> Result<Vec<Recorded>, Refusal> {
        let events = decide(self.lookup(), self.case(), by, self.now, command)?;
        Ok(self.record(events))
    }

    /// Stores events as the store does: numbered without gaps, each evolving the case.
    fn record(&mut self, events: Vec<NewEvent>) -> Vec<Recorded> {
        let before = self.history.len();
        for event in events {
            let recorded = event.recorded(self.history.len() as u64 + 1);
            self.case = match self.case.take() {
                None => Case::begin(&recorded),
                Some(case) => Some(case.evolve(&recorded)),
            };
            self.history.push(recorded);
        }
        self.check_sound();
        self.history[before..].to_vec()
    }

    /// What holds of every case at any time.
    #[track_caller]
    fn check_sound(&self) {
        let case = self.case();
        assert_eq!(Case::replay(&self.history).as_ref(), Some(case), "replay equals live");
        assert_eq!(case.version, self.history.len() as u64);
        assert!(self.history.is_sorted_by_key(|recorded| recorded.at), "history never runs backwards");
        for (nth, task) in case.tasks.iter().enumerate() {
            assert_eq!(task.id, TaskId(nth as u32 + 1), "tasks are counted without gaps");
        }
        let open: Vec<_> = case.open_tasks().collect();
        for task in &open {
            assert!(case.open_step(&task.stage.step).is_some(), "the row of an open task is open");
            let same = open.iter().filter(|other| other.stage == task.stage).count();
            assert_eq!(same, 1, "{} waits once", task.stage);
            if let Some(assignee) = &task.assignee {
                let needed = &self.sop.stage(&task.stage).unwrap().performer;
                assert!(assignee_named(assignee).roles.contains(needed), "{assignee} can do {}", task.stage);
            }
        }
        for run in case.open_steps() {
            assert_eq!(
                case.open_steps().filter(|other| other.step == run.step).count(),
                1,
                "a row is open once"
            );
            assert!(open.iter().any(|task| task.stage.step == run.step), "an open row waits for somebody");
            let norm = self.sop.step(&run.step).unwrap().norm();
            assert_eq!(norm.is_some(), run.due_at.is_some(), "a row is due if the SOP gives it a norm");
        }
        match case.status {
            Status::Ended { .. } => {
                assert!(open.is_empty() && case.open_steps().next().is_none(), "nothing waits")
            }
            Status::Running | Status::Suspended { .. } => {
                assert!(!open.is_empty(), "a case that runs waits for somebody")
            }
        }
    }

    /// Does what one line of a story says and tells what came of it.
    #[track_caller]
    fn hear(&mut self, line: &str) -> Vec<String> {
        if let Some(date) = line.strip_suffix(" becomes a day off") {
            self.days_off.push(day(date));
            self.calendar = calendar_with(&self.days_off);
            return Vec::new();
        }
        let words = self.set_clock(line);
        if let Some(stage) = words.strip_prefix("as far as ") {
            let (stage, via) = stage.split_once(" via ").unwrap_or((stage, "aplikasi"));
            self.go_on_to(stage, via);
            return Vec::new();
        }
        if words == "the case" {
            return self.outline();
        }
        if let Some(field) = words.strip_prefix("carried on in ") {
            let text = self.case().newest_text(&field.into());
            return vec![text.map_or_else(|| "nothing".to_owned(), |text| format!("{text:?}"))];
        }
        let outcome = self.ask(words);
        match outcome {
            Err(refusal) => vec![format!("no: {}", say_refusal(&refusal))],
            Ok(events) if events.is_empty() => vec!["nothing to do".to_owned()],
            Ok(events) => events.iter().map(say).collect(),
        }
    }

    fn dispatched(letter: &str, dispatch: &str, result: DispatchResult) -> Command {
        let dispatch = dispatch.parse().expect("the number of a dispatch");
        Command::NoteDispatch { letter: letter.into(), dispatch, result }
    }

    /// `Tue 2026-11-24 08:00 Rina …` or, on the same day, `09:00 Rina …`.
    #[track_caller]
    pub fn set_clock<'a>(&mut self, line: &'a str) -> &'a str {
        if line.as_bytes().get(2) == Some(&b':') {
            let today = Calendar::shipped().local(self.now).date();
            let time = line[..5].parse::<jiff::civil::Time>().expect("HH:MM");
            self.now = instant(today.to_datetime(time));
            &line[6..]
        } else if line.as_bytes().get(8) == Some(&b'-') {
            self.now = moment(&line[..20]);
            &line[21..]
        } else {
            line
        }
    }

    /// `NAME verb …`, with what was typed behind a colon. `NAME/GIVER` acts for somebody else too.
    #[track_caller]
    fn ask(&mut self, words: &str) -> Result<Vec<Recorded>, Refusal> {
        let (head, typed) = words.split_once(": ").unwrap_or((words.trim_end_matches(':'), ""));
        let head: Vec<&str> = head.split_whitespace().collect();
        let (name, verb, rest) = (head[0], head[1], &head[2..]);
        let by = actor(name);
        let command = match (verb, rest) {
            ("asks", []) => {
                let registration = self.registration(Some(name), typed);
                return self.register(&by, registration);
            }
            ("enters", ["for", whom]) => {
                let whom = (*whom != "nobody").then_some(*whom);
                let registration =
                    Registration { channel: Channel::Letter, ..self.registration(whom, typed) };
                return self.register(&by, registration);
            }
            ("completes", [stage, outcome, more @ ..]) => {
                let (mut assignee, mut seen) = (None, self.case().version);
                for pair in more.chunks(2) {
                    match pair {
                        ["to", whom] => assignee = Some(assignee_named(whom)),
                        ["seen", version] => seen = version.parse().expect("a version"),
                        other => panic!("{other:?}"),
                    }
                }
                let task = self.task(stage);
                self.complete(task, outcome, typed, assignee, seen)
            }
            ("logs", [stage]) => {
                let task = self.task(stage);
                let fields =
                    self.sop.stage(&stage_ref(stage)).map(|stage| &stage.log_fields[..]).unwrap_or_default();
                Command::LogProgress { task, entries: fill(fields.iter(), typed) }
            }
            ("assigns", [stage, "to", whom]) => {
                let seen = self.case().version;
                Command::Assign { task: self.task(stage), to: assignee_named(whom), seen }
            }
            ("suspends", []) => Command::Suspend { reason: spell(typed) },
            ("resumes", []) => Command::Resume { note: spell(typed) },
            ("withdraws", []) => Command::Withdraw { reason: spell(typed) },
            ("reopens", []) => Command::Reopen { reason: spell(typed) },
            ("notes", ["for", "office"]) => Command::Note { text: spell(typed), audience: Audience::Office },
            ("notes", ["for", "everyone"]) => {
                Command::Note { text: spell(typed), audience: Audience::Everyone }
            }
            ("attaches", []) => Command::Attach {
                files: vec![AttachedFile {
                    file: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
                    media_type: "image/png".to_owned(),
                    bytes: 48_213,
                    name: spell(typed),
                }],
            },
            ("sends", [letter, "again"]) => {
                Command::SendAgain { letter: (*letter).into(), address: spell(typed) }
            }
            ("delivers", [letter, dispatch]) => {
                Self::dispatched(letter, dispatch, DispatchResult::Sent { to: address(typed) })
            }
            ("fails", [letter, dispatch, "for", address]) => {
                let to = EmailAddress::parse(address);
                let answer = spell(typed);
                Self::dispatched(
                    letter,
                    dispatch,
                    DispatchResult::Failed { cause: DispatchFailure::Refused, to, answer },
                )
            }
            ("finds", ["row", no, "overdue"]) => {
                let due_at = self.case().open_step(&(*no).into()).and_then(|run| run.due_at);
                Command::NoteOverdue { step: (*no).into(), due_at: due_at.expect("the row has a due time") }
            }
            ("finds", ["row", no, "overdue", "since", at @ ..]) => {
                Command::NoteOverdue { step: (*no).into(), due_at: moment(&at.join(" ")) }
            }
            ("recomputes", []) => Command::RecomputeDue,
            other => panic!("the office does not say {other:?}"),
        };
        self.act(&by, command)
    }

    pub fn complete(
        &self,
        task: TaskId,
        outcome: &str,
        typed: &str,
        assignee: Option<Assignee>,
        seen: u64,
    ) -> Command {
        let stage = self.case().task(task).and_then(|task| self.sop.stage(&task.stage));
        let outcome = outcome.into();
        let entries = stage.map(|stage| fill(stage.fields_for(&outcome), typed)).unwrap_or_default();
        let signature = stage.and_then(|stage| stage.outcome(&outcome)?.signed()).map(|_| self.signature());
        Command::Complete { task, outcome, entries, assignee, seen, signature }
    }

    /// A letter as the press and the signer hand it over, with the next number of this case alone.
    pub fn signature(&self) -> Signature {
        let number = u32::try_from(self.case().letters.len()).unwrap() + 1;
        let dated = self.calendar.local(self.now).date();
        Signature {
            code: format!("kode-{number}").as_str().into(),
            number,
            written_number: format!("{number}/TU.120/H.1/{:02}/{}", dated.month(), dated.year()),
            dated,
            reserved: false,
            file: "5e3a".into(),
            bytes: 48_000,
            content: "c047e47".into(),
            capacity: Capacity::Own,
            means: SigningMeans::Test,
            certificate: "c0de".to_owned(),
            head: None,
        }
    }

    /// A request as the form has it, for a person with an account or for somebody without.
    pub fn registration(&self, requester: Option<&str>, typed: &str) -> Registration {
        let mut entries = fill(self.sop.form.fields.iter(), typed);
        let mut take = |key: &str| entries.remove(key).map(|texts| texts.concat());
        Registration {
            requester: requester.map(person),
            requester_name: take("nama").unwrap_or_else(|| "Markus Tefa".to_owned()),
            contact: take("kontak").unwrap_or_else(|| "0812 0000 1111".to_owned()),
            unit: "ntt".into(),
            subject: take("hal").unwrap_or_else(|| "Situs tidak dapat dibuka".to_owned()),
            channel: Channel::Form,
            received_at: take("diterima").map_or(self.now, |text| moment(&text)),
            letter_no: take("nomor-surat").unwrap_or_default(),
            letter_date: take("tanggal-surat").map(|text| day(&text)),
            entries,
            files: Vec::new(),
        }
    }

    /// The open task of a stage, or its last one, or a task that never was.
    fn task(&self, stage: &str) -> TaskId {
        let stage = stage_ref(stage);
        let tasks = || self.case().tasks.iter().filter(|task| task.stage == stage);
        let open = tasks().find(|task| task.state == TaskState::Open);
        open.or(tasks().next_back()).map_or(TaskId(99), |task| task.id)
    }

    /// Lets everybody do what waits for them until a stage opens, nobody returning anything.
    fn go_on_to(&mut self, stage: &str, via: &str) {
        let goal = stage_ref(stage);
        for _ in 0..50 {
            if self.case().open_tasks().any(|task| task.stage == goal) {
                return;
            }
            let task = self.case().open_tasks().next().expect("the case goes on").clone();
            let definition = self.sop.stage(&task.stage).unwrap();
            let rejected = goal.step == *"3" || goal.step == *"4";
            let wanted = match task.stage.to_string().as_str() {
                "2.kaji" => {
                    if rejected {
                        "tolak"
                    } else {
                        "setuju"
                    }
                }
                "5.identifikasi" => via,
                _ => definition.outcomes[0].id.as_str(),
            };
            let by = match &task.assignee {
                Some(assignee) => actor(assignee.as_str()),
                None => holder(&definition.performer),
            };
            if !definition.log_fields.is_empty() {
                let entries = fill(definition.log_fields.iter(), "");
                self.act(&by, Command::LogProgress { task: task.id, entries }).unwrap();
            }
            let outcome = definition.outcome(&wanted.into()).unwrap();
            let assignee = outcome.assigns.is_some().then(|| assignee_named("Budi"));
            let command = self.complete(task.id, wanted, "", assignee, self.case().version);
            self.act(&by, command).unwrap();
        }
        panic!("{stage} is never reached");
    }

    /// The case as somebody would sum it up.
    pub fn outline(&self) -> Vec<String> {
        let case = self.case();
        let mut lines = vec![match &case.status {
            Status::Running => "running".to_owned(),
            Status::Suspended { since, by, reason } => {
                format!("suspended since {} by {}: {reason:?}", spoken(*since), say_by(by))
            }
            Status::Ended { end, at } => format!("ended {}: {end}", spoken(*at)),
        }];
        for run in case.open_steps() {
            let round = if run.round > 1 { format!(", round {}", run.round) } else { String::new() };
            let due = run.due_at.map(|due| format!(", due {}", spoken(due))).unwrap_or_default();
            let overdue = if run.overdue { ", overdue" } else { "" };
            lines.push(format!("row {} is open{round}{due}{overdue}", run.step));
        }
        for task in case.open_tasks() {
            lines.push(format!("task {}: {} {}", task.id, task.stage, waits(task.assignee.as_ref())));
        }
        lines
    }
}

pub fn actor(name: &str) -> Actor {
    match name {
        "Clock" => Actor::System(SystemJob::Clock),
        "Calendar" => Actor::System(SystemJob::Calendar),
        "Mail" => Actor::System(SystemJob::Mail),
        name => {
            let (name, giver) =
                name.split_once('/').map_or((name, None), |(name, giver)| (name, Some(giver)));
            let Assignee { person, roles } = assignee_named(name);
            match giver {
                None => Actor::person_with(person, roles),
                Some(giver) => Actor::Person { id: person, roles, standings: vec![standing(giver)] },
            }
        }
    }
}

/// The right to act as Plh. in somebody's place, in all that is theirs.
fn standing(giver: &str) -> Standing {
    let Assignee { person, roles } = assignee_named(giver);
    Standing { person, capacity: Capacity::Daily, roles, mandate: MandateId(1) }
}

#[track_caller]
pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap_or_else(|| panic!("{text:?} is no e-mail address"))
}

/// Anybody who holds a role.
pub fn holder(role: &Role) -> Actor {
    let (name, _) =
        PEOPLE.iter().find(|(_, roles)| roles.contains(&role.as_str())).expect("somebody does this");
    actor(name)
}

#[track_caller]
pub fn assignee_named<'a>(name: impl ToString + 'a) -> Assignee {
    let name = name.to_string();
    let (_, roles) = PEOPLE
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(&name))
        .unwrap_or_else(|| panic!("nobody here is called {name}"));
    Assignee { person: person(&name), roles: roles.iter().map(|role| Role::new(*role)).collect() }
}

pub fn person(name: &str) -> PersonId {
    PersonId::new(name.to_lowercase())
}

#[track_caller]
pub fn stage_ref(text: &str) -> StageRef {
    let (step, stage) = text.split_once('.').expect("ROW.STAGE");
    StageRef { step: StepNo::new(step), stage: stage.into() }
}

/// What a form requires, and over it what was typed: `sifat=segera; harap=tanggapan+proses`. Nothing
/// behind `=` leaves a field empty.
pub fn fill<'a>(fields: impl Iterator<Item = &'a Field>, typed: &str) -> Entries {
    let mut entries = Entries::new();
    let mut several = Vec::new();
    for field in fields {
        if field.kind == FieldKind::Choices {
            several.push(field.id.as_str().to_owned());
        }
        if field.required {
            let default = match field.kind {
                FieldKind::Line | FieldKind::Paragraph => format!("({})", field.id),
                FieldKind::Choice | FieldKind::Choices => field.options[0].id.to_string(),
                FieldKind::PastDate => "2026-11-01".to_owned(),
            };
            entries.insert(field.id.to_string(), vec![default]);
        }
    }
    for pair in typed.split("; ").filter(|pair| !pair.is_empty()) {
        let (key, text) = pair.split_once('=').expect("field=text");
        let texts = if several.iter().any(|field| field == key) {
            text.split('+').map(spell).collect()
        } else {
            vec![spell(text)]
        };
        entries.insert(key.to_owned(), texts);
    }
    entries
}

/// `a×201` is a text of 201 characters; `\r`, `\n`, `\t` and `\0` are what they are in Rust.
fn spell(text: &str) -> String {
    match text.split_once('×') {
        Some((piece, times)) => piece.repeat(times.parse().expect("TEXT×TIMES")),
        None => text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0"),
    }
}

/// What an event says.
fn say(recorded: &Recorded) -> String {
    let mut line = match &recorded.event {
        Event::Registered {
            number,
            agenda,
            sop,
            revision,
            requester,
            unit,
            channel,
            received_at,
            letter_date,
            values,
        } => {
            let whom = requester.as_ref().map_or_else(|| "somebody without an account".to_owned(), called);
            let channel = match channel {
                Channel::Form => "by form",
                Channel::Letter => "by letter",
            };
            let dated = letter_date.map(|date| format!(" dated {date}")).unwrap_or_default();
            format!(
                "registered as {number}, agenda {agenda}, {sop} {revision}, for {whom} of {unit}, {channel}{dated}, \
                 received {}, entered by {}{}",
                spoken(*received_at),
                say_by(&recorded.by),
                say_values(values)
            )
        }
        Event::StepOpened { step, round, due_at } => {
            let round = if *round > 1 { format!(", round {round}") } else { String::new() };
            let due = due_at.map_or_else(|| ", never due".to_owned(), |due| format!(", due {}", spoken(due)));
            format!("row {step} opens{round}{due}")
        }
        Event::TaskOpened { task, stage, assignee } => {
            format!("task {task}: {stage} {}", waits(assignee.as_ref()))
        }
        Event::TaskAssigned { task, to, takes_over } => {
            format!(
                "task {task} is given to {}{}",
                called(to),
                if *takes_over { ", with what follows" } else { "" }
            )
        }
        Event::ProgressLogged { task, values } => format!("task {task} is logged{}", say_values(values)),
        Event::TaskCompleted { task, outcome, values, assigned } => {
            let to = assigned.as_ref().map(|to| format!(", given to {}", called(to))).unwrap_or_default();
            format!("task {task} is done: {outcome}{to}{}", say_values(values))
        }
        Event::LetterSigned { task, signature, .. } => {
            let capacity = match signature.capacity {
                Capacity::Own => String::new(),
                capacity => format!(", {}by {}", capacity.prefix(), say_by(&recorded.by)),
            };
            format!("letter {} of task {task} is signed{capacity}", signature.number)
        }
        Event::DispatchOrdered { letter, dispatch } => {
            format!("dispatch {dispatch} of {letter} is ordered by {}", say_by(&recorded.by))
        }
        Event::Dispatched { letter, dispatch } => format!("dispatch {dispatch} of {letter} is on its way"),
        Event::DispatchFailed { letter, dispatch, cause } => {
            format!("dispatch {dispatch} of {letter} failed: {cause:?}")
        }
        Event::StepCompleted { step } => format!("row {step} is done"),
        Event::Suspended => format!("suspended by {}", say_by(&recorded.by)),
        Event::Resumed => format!("resumed by {}", say_by(&recorded.by)),
        Event::DueMoved { step, from, to, cause } => {
            let cause = match cause {
                DueCause::Suspension => "suspension",
                DueCause::Calendar => "calendar",
            };
            format!("row {step} is due {} instead of {} ({cause})", spoken(*to), spoken(*from))
        }
        Event::StepOverdue { step, due_at } => format!("row {step} was due {}", spoken(*due_at)),
        Event::Noted { audience: Audience::Office } => {
            format!("noted for the office by {}", say_by(&recorded.by))
        }
        Event::Noted { audience: Audience::Everyone } => {
            format!("noted for everyone by {}", say_by(&recorded.by))
        }
        Event::Attached { media_type, bytes, .. } => {
            format!("attached by {}, {media_type}, {bytes} bytes", say_by(&recorded.by))
        }
        Event::Closed { end } => format!("closed: {end}"),
        Event::Reopened => format!("reopened by {}", say_by(&recorded.by)),
    };
    for (key, text) in &recorded.texts {
        line += &format!(", {key}={text:?}");
    }
    line
}

fn say_values(values: &Values) -> String {
    values
        .iter()
        .map(|(field, value)| match value {
            Value::Options(options) => {
                let options: Vec<&str> = options.iter().map(|option| option.as_str()).collect();
                format!(", {field}=[{}]", options.join(", "))
            }
            Value::Date(date) => format!(", {field}={date}"),
        })
        .collect()
}

fn say_refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotYourRole { needed } => format!("NotYourRole, needed {needed}"),
        Refusal::SamePerson { stage } => format!("SamePerson as {stage}"),
        Refusal::NotAssignedToYou { assignee } => format!("NotAssignedToYou, but to {}", called(assignee)),
        Refusal::NotYourRequest => "NotYourRequest".to_owned(),
        Refusal::TaskNotOpen { task, completed: None } => format!("TaskNotOpen, task {task}"),
        Refusal::TaskNotOpen { task, completed: Some((by, at)) } => {
            format!("TaskNotOpen, task {task} was done by {} at {}", say_by(by), spoken(*at))
        }
        Refusal::Stale { task, by, at } => {
            format!("Stale, task {task} was changed by {} at {}", say_by(by), spoken(*at))
        }
        Refusal::OutcomeUnknown { outcome, known } => {
            let known: Vec<&str> = known.iter().map(|outcome| outcome.as_str()).collect();
            format!("OutcomeUnknown, {outcome} is none of {}", known.join(", "))
        }
        Refusal::RecordIncomplete { problems } => {
            let problems: Vec<String> = problems.iter().map(say_problem).collect();
            format!("RecordIncomplete, {}", problems.join(", "))
        }
        Refusal::AssigneeNeeded { needed } => format!("AssigneeNeeded, {needed}"),
        Refusal::AssigneeUnsuited { person, needed } => {
            format!("AssigneeUnsuited, {} is not {needed}", called(person))
        }
        Refusal::SignatureNeeded => "SignatureNeeded".to_owned(),
        Refusal::WronglyDated { dated } => format!("WronglyDated {dated}"),
        Refusal::NoSuchLetter => "NoSuchLetter".to_owned(),
        Refusal::LetterUnderWay { since } => format!("LetterUnderWay since {}", spoken(*since)),
        Refusal::NothingLogged => "NothingLogged".to_owned(),
        Refusal::NoLog => "NoLog".to_owned(),
        Refusal::CaseFinished { end } => format!("CaseFinished, {end}"),
        Refusal::CaseRunning => "CaseRunning".to_owned(),
        Refusal::CaseSuspended { since } => format!("CaseSuspended since {}", spoken(*since)),
        Refusal::NotSuspended => "NotSuspended".to_owned(),
        Refusal::ReceivedInFuture => "ReceivedInFuture".to_owned(),
        Refusal::NoCalendar { year } => format!("NoCalendar for {year}"),
    }
}

fn say_problem(problem: &FieldProblem) -> String {
    let what = match problem.problem {
        Problem::Missing => "is missing".to_owned(),
        Problem::TooLong { chars_max } => format!("is longer than {chars_max} characters"),
        Problem::NotAnOption => "is not an option".to_owned(),
        Problem::NotADate => "is not a date".to_owned(),
        Problem::InFuture => "is in the future".to_owned(),
        Problem::NotAnAddress => "is not an e-mail address".to_owned(),
    };
    format!("{} {what}", problem.field)
}

fn say_by(by: &By) -> String {
    match by {
        By::Person { person, role, in_place_of: None } => format!("{} as {role}", called(person)),
        By::Person { person, role, in_place_of: Some(place) } => {
            format!("{} as {role} for {}", called(person), called(&place.person))
        }
        By::System { system: SystemJob::Clock } => "the clock".to_owned(),
        By::System { system: SystemJob::Calendar } => "the calendar".to_owned(),
        By::System { system: SystemJob::Mail } => "the mail".to_owned(),
    }
}

fn waits(assignee: Option<&PersonId>) -> String {
    assignee.map_or_else(|| "waits".to_owned(), |assignee| format!("waits for {}", called(assignee)))
}

fn called(person: &PersonId) -> String {
    let id = person.as_str();
    id[..1].to_uppercase() + &id[1..]
}

/// The shipped calendar with more days off in 2026.
pub fn calendar_with(days_off: &[Date]) -> Calendar {
    let files = [2025, 2026, 2027].map(|year| {
        let path = format!("{}/../../calendars/{year}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let entries: String = days_off
            .iter()
            .filter(|date| date.year() == year)
            .map(|date| format!("\n  {{ tanggal = {date}, nama = \"Libur mendadak\", jenis = \"nasional\", dasar = \"SKB perubahan\" }},"))
            .collect();
        (format!("{year}.toml"), text.replace("\nlibur = [", &format!("\nlibur = [{entries}")))
    });
    Calendar::from_files(&files).unwrap_or_else(|error| panic!("{error}"))
}

/// `Mon 2026-11-23 08:00`, on the office's wall.
#[track_caller]
pub fn moment(text: &str) -> Timestamp {
    let (date, time) = text.rsplit_once(' ').expect("Www YYYY-MM-DD HH:MM");
    instant(day(date).to_datetime(time.parse().expect("HH:MM")))
}

#[track_caller]
fn day(text: &str) -> Date {
    let (weekday, date) = text.split_once(' ').expect("Www YYYY-MM-DD");
    let date: Date = date.parse().expect("YYYY-MM-DD");
    assert_eq!(short(date.weekday()), weekday, "{text}");
    date
}

fn instant(local: DateTime) -> Timestamp {
    Calendar::shipped().zone().offset().to_timestamp(local).unwrap()
}

pub fn spoken(instant: Timestamp) -> String {
    let local = Calendar::shipped().local(instant);
    format!("{} {}", short(local.date().weekday()), local.strftime("%Y-%m-%d %H:%M"))
}

fn short(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}
