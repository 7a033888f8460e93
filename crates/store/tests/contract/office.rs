//! A small named office: Sari and Agus ask for help, Wulan keeps the agenda, Haris is the secretary,
//! Rina leads the team, Budi and Dewi do the work.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::{Timestamp, ToSpan as _};
use sop::calendar::{Calendar, Zone};
use sop::case::{
    Actor, Assignee, AttachedFile, Audience, Case, Channel, Command, Entries, Event, FileHash, LetterCode,
    NewEvent, Office as Rules, PersonId, Refusal, Registration, Signature, SigningMeans, Status, Task,
    TaskId, UnitCode, decide, register,
};
use sop::definition::{Field, FieldKind, OutcomeId, Role, StageKind};
use sop::letter::Capacity;
use sqlx::{AssertSqlSafe, Connection as _};
use store::{
    AppendError, CaseFile, Correcting, LetterNumber, NewPerson, OutgoingRow, Period, RegisterError, Scope,
    SecretsKey, Store, TaskBox, Unit,
};
use tempfile::TempDir;

#[path = "postgres.rs"]
pub mod postgres;

/// A Monday, ten in the morning in Jakarta.
pub const MORNING: &str = "2026-01-05T03:00:00Z";

const PEOPLE: &[(&str, &str, &[&str])] = &[
    ("sari", "Sari", &["pemohon"]),
    ("agus", "Agus", &["pemohon"]),
    ("wulan", "Wulan", &["agenda"]),
    ("haris", "Haris", &["sekretaris"]),
    ("rina", "Rina", &["ketua"]),
    ("budi", "Budi", &["anggota"]),
    ("dewi", "Dewi", &["anggota"]),
];

/// A correction that nobody has to account for.
pub fn correcting() -> Correcting {
    Correcting { by: None, at: minutes(0), why: "daftar pegawai".to_owned() }
}

pub struct Office {
    pub store: Store,
    place: Place,
}

enum Place {
    Memory,
    Folder(TempDir),
    Postgres { url: String },
}

impl Office {
    /// An office that is gone with the test. On PostgreSQL it is the same as [`Office::on_disk`].
    pub async fn in_memory() -> Self {
        if postgres::is_chosen() {
            return Self::on_disk().await;
        }
        let store = Store::open("sqlite::memory:").await.unwrap();
        store.migrate().await.unwrap();
        furnish(&store).await;
        Self { store, place: Place::Memory }
    }

    /// An office that can be opened a second time.
    pub async fn on_disk() -> Self {
        if !postgres::is_chosen() {
            return Self::in_a_file().await;
        }
        let url = postgres::furnished_database().await;
        let store = Store::open(&postgres::as_opened(&url)).await.unwrap();
        let place = Place::Postgres { url };
        Self { store: store.with_secrets_key(SecretsKey::generate().unwrap()), place }
    }

    /// An office on SQLite, whichever database the others are on: for what is about its file, or about
    /// versions that knew no other.
    pub async fn in_a_file() -> Self {
        let place = Place::Folder(tempfile::tempdir().unwrap());
        let store = Store::open(&place.url()).await.unwrap();
        let store = store.with_secrets_key(SecretsKey::generate().unwrap());
        store.migrate().await.unwrap();
        furnish(&store).await;
        Self { store, place }
    }

    pub fn is_on_postgres(&self) -> bool {
        matches!(self.place, Place::Postgres { .. })
    }

    /// The same office through another door, as another process would open it.
    pub async fn another_door(&self) -> Store {
        Store::open(&postgres::as_opened(&self.url())).await.unwrap()
    }

    pub fn url(&self) -> String {
        self.place.url()
    }

    /// All files of the database.
    pub fn database_files(&self) -> Vec<PathBuf> {
        let Place::Folder(folder) = &self.place else { panic!("an office in a folder") };
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// Does to the database what nobody should.
    pub async fn tamper(&self, sql: &str) {
        let mut connection = sqlx::AnyConnection::connect(&self.url()).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The same where each database says it in its own way.
    pub async fn tamper_each(&self, sqlite: &str, postgres: &str) {
        self.tamper(if self.is_on_postgres() { postgres } else { sqlite }).await;
    }

    pub async fn register(&self, registration: Registration, at: Timestamp) -> CaseFile {
        self.try_register(registration, at).await.unwrap()
    }

    pub async fn try_register(
        &self,
        registration: Registration,
        at: Timestamp,
    ) -> Result<CaseFile, RegisterError> {
        let by = match &registration.requester {
            Some(requester) => actor(requester.as_str()),
            None => actor("wulan"),
        };
        self.store
            .register(2026, |number, agenda| register(rules(), number, agenda, &by, at, registration.clone()))
            .await
    }

    /// Asks for something and stores what was decided.
    pub async fn act(&self, case: &Case, by: &Actor, at: Timestamp, command: Command) -> CaseFile {
        let events = decide(rules(), case, by, at, command).unwrap();
        append(&self.store, case, events).await.unwrap()
    }

    /// Completes the first open task with an outcome.
    pub async fn complete(&self, case: &Case, outcome: &str, at: Timestamp) -> CaseFile {
        let task = case.open_tasks().next().expect("an open task");
        let (by, command) = completion(case, task, &outcome.into());
        self.act(case, &by, at, command).await
    }

    pub async fn case(&self, file: &CaseFile) -> CaseFile {
        self.store.case_file(&Scope::All, &file.case.number).await.unwrap().expect("the case")
    }

    /// So many requests, a minute apart, each about something else.
    pub async fn requests(&self, count: usize) -> Vec<CaseFile> {
        let mut files = Vec::new();
        for n in 0..count {
            files.push(self.register(request(&format!("Permintaan {n}")), minutes(n as i64)).await);
        }
        files
    }
}

impl Place {
    fn url(&self) -> String {
        match self {
            Self::Memory => panic!("an office on disk"),
            Self::Folder(folder) => format!("sqlite://{}", folder.path().join("kantor kita.db").display()),
            Self::Postgres { url } => url.clone(),
        }
    }
}

pub async fn furnish(store: &Store) {
    for (code, name, zone) in
        [("bpsip-ntt", "BPSIP Nusa Tenggara Timur", Zone::Wita), ("bbpsi-padi", "BBPSI Padi", Zone::Wib)]
    {
        store.add_unit(Unit::new(code.into(), name, zone)).await.unwrap();
    }
    for (id, name, roles) in PEOPLE {
        store.add_person(&person(id, name, roles)).await.unwrap();
    }
}

pub fn person(id: &str, name: &str, roles: &[&str]) -> NewPerson {
    NewPerson {
        id: id.into(),
        name: name.to_owned(),
        nip: None,
        email: format!("{id}@kantor.example"),
        periods: vec![period("bpsip-ntt", roles)],
        password_hash: "$argon2id$".to_owned(),
    }
}

pub fn period(unit: &str, roles: &[&str]) -> Period {
    Period::always("Pegawai", unit.into(), roles.iter().map(|role| Role::from(*role)))
}

pub fn rules() -> Rules<'static> {
    Rules { sop: sop::shipped(), calendar: Calendar::shipped() }
}

pub fn actor(id: &str) -> Actor {
    Actor::person_with(id, roles_of(id))
}

fn roles_of(id: &str) -> Vec<Role> {
    let (_, _, roles) = PEOPLE.iter().find(|(known, ..)| *known == id).expect("somebody of this office");
    roles.iter().map(|role| Role::from(*role)).collect()
}

pub fn box_of(id: &str) -> TaskBox {
    TaskBox { person: id.into(), roles: roles_of(id), deputises: BTreeMap::new() }
}

/// So many minutes after [`MORNING`].
pub fn minutes(minutes: i64) -> Timestamp {
    MORNING.parse::<Timestamp>().unwrap() + minutes.minutes()
}

/// What Sari asks for, and when it is received: when it is asked for, unless the test says otherwise.
pub fn request(subject: &str) -> Registration {
    Registration {
        requester: Some("sari".into()),
        requester_name: "Sari Wahyuni".to_owned(),
        contact: "pesawat 114".to_owned(),
        unit: "bpsip-ntt".into(),
        subject: subject.to_owned(),
        channel: Channel::Form,
        received_at: MORNING.parse().unwrap(),
        letter_no: String::new(),
        letter_date: None,
        entries: entries(&[("jenis", "aplikasi"), ("uraian", "Galat 500 sejak pagi"), ("sifat", "segera")]),
        files: Vec::new(),
    }
}

/// The same on paper, from somebody without an account.
pub fn letter(subject: &str, letter_no: &str) -> Registration {
    Registration {
        requester: None,
        requester_name: "Yohanes Lado".to_owned(),
        unit: "bbpsi-padi".into(),
        channel: Channel::Letter,
        letter_no: letter_no.to_owned(),
        letter_date: Some("2026-01-02".parse().unwrap()),
        ..request(subject)
    }
}

pub fn entries(pairs: &[(&str, &str)]) -> Entries {
    pairs.iter().map(|(field, entry)| ((*field).to_owned(), vec![(*entry).to_owned()])).collect()
}

/// Who completes a task with an outcome, and how: everything the form asks for is filled in.
pub fn completion(case: &Case, task: &Task, outcome: &OutcomeId) -> (Actor, Command) {
    let stage = rules().sop.stage(&task.stage).expect("a stage of the SOP");
    let outcome = stage.outcome(outcome).expect("an outcome of the stage");
    let command = Command::Complete {
        signature: outcome.signed().map(|_| signature()),
        task: task.id,
        outcome: outcome.id.clone(),
        entries: filled(stage.fields_for(&outcome.id)),
        assignee: outcome
            .assigns
            .as_ref()
            .map(|role| Assignee { person: first_with(role), roles: vec![role.clone()] }),
        seen: case.version,
    };
    (performer(task), command)
}

/// A letter that was signed this morning; its number is given when it is stored.
fn signature() -> Signature {
    Signature {
        code: "".into(),
        number: 0,
        written_number: String::new(),
        dated: "2026-01-05".parse().unwrap(),
        reserved: false,
        file: FileHash::new("1".repeat(64)),
        bytes: 50_000,
        content: FileHash::new("3".repeat(64)),
        capacity: Capacity::Own,
        means: SigningMeans::Test,
        certificate: "2".repeat(64),
        head: None,
    }
}

/// Stores what was decided, with the next number for a letter among it.
pub async fn append(store: &Store, case: &Case, mut events: Vec<NewEvent>) -> Result<CaseFile, AppendError> {
    let mut signed = LetterCode::new("");
    for event in &mut events {
        match &mut event.event {
            Event::LetterSigned { signature, .. } => {
                let year = signature.dated.year();
                signature.number = store.next_letter_number(year).await.unwrap();
                signature.written_number = format!("{}/{year}", signature.number);
                signature.code = format!("surat-{}", signature.written_number).as_str().into();
                signed = signature.code.clone();
            }
            // The first dispatch comes with the signature, before the letter's number is known.
            Event::DispatchOrdered { letter, dispatch: 1 } => *letter = signed.clone(),
            _ => {}
        }
    }
    store.append(case, events).await
}

/// A case that waits for the signature under its refusal.
pub async fn waiting_for_signature(office: &Office, subject: &str) -> CaseFile {
    let mut file = office.register(request(subject), minutes(0)).await;
    for outcome in ["teruskan", "tolak", "penjelasan", "perintahkan", "ajukan", "teruskan"] {
        file = office.complete(&file.case, outcome, minutes(10)).await;
    }
    file
}

/// The number on a line of the agenda of outgoing letters.
pub fn number_of(line: &OutgoingRow) -> LetterNumber {
    match line {
        OutgoingRow::Signed { letter, .. } => letter.number,
        OutgoingRow::Reserved(reservation) => reservation.number,
    }
}

/// Whoever a task waits for.
pub fn performer(task: &Task) -> Actor {
    let stage = rules().sop.stage(&task.stage).expect("a stage of the SOP");
    let person = task.assignee.clone().unwrap_or_else(|| first_with(&stage.performer));
    actor(person.as_str())
}

fn first_with(role: &Role) -> PersonId {
    let holds = |roles: &[&str]| roles.iter().any(|held| *role == *held);
    PEOPLE.iter().find(|(_, _, roles)| holds(roles)).map(|(id, ..)| PersonId::from(*id)).expect("somebody")
}

fn filled<'a>(fields: impl Iterator<Item = &'a Field>) -> Entries {
    fields
        .map(|field| {
            let entry = match field.kind {
                FieldKind::Line => "Sebaris".to_owned(),
                FieldKind::Paragraph => "Beberapa baris\ntentang keadaannya".to_owned(),
                FieldKind::Choice | FieldKind::Choices => field.options[0].id.to_string(),
                FieldKind::PastDate => "2026-01-02".to_owned(),
            };
            (field.id.to_string(), vec![entry])
        })
        .collect::<BTreeMap<_, _>>()
}

/// Numbers that look random and are the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// Something that somebody might do to a case now, as the dice will have it.
pub fn any_act(case: &Case, dice: &mut Dice, at: Timestamp) -> Result<Vec<NewEvent>, Refusal> {
    let (by, command) = match (&case.status, dice.roll(12)) {
        (Status::Ended { .. }, _) => {
            (actor("rina"), Command::Reopen { reason: "Kerusakan kembali".to_owned() })
        }
        (Status::Suspended { .. }, _) => {
            (actor("rina"), Command::Resume { note: "Barang datang".to_owned() })
        }
        (Status::Running, 0) => {
            (actor("sari"), Command::Note { text: "Masih galat".to_owned(), audience: Audience::Everyone })
        }
        (Status::Running, 1) => {
            (actor("rina"), Command::Suspend { reason: "Menunggu suku cadang".to_owned() })
        }
        (Status::Running, 2) => {
            let file = FileHash::new("0".repeat(64));
            let name = "foto layar.png".to_owned();
            let files = vec![AttachedFile { file, media_type: "image/png".to_owned(), bytes: 3, name }];
            (actor("rina"), Command::Attach { files })
        }
        (Status::Running, roll) => {
            let open: Vec<&Task> = case.open_tasks().collect();
            let task = open[dice.roll(open.len())];
            let stage = rules().sop.stage(&task.stage).expect("a stage of the SOP");
            if stage.kind == StageKind::StagedWork && (task.log.is_empty() || roll == 3) {
                let entries = filled(stage.log_fields.iter());
                (performer(task), Command::LogProgress { task: task.id, entries })
            } else {
                completion(case, task, &stage.outcomes[dice.roll(stage.outcomes.len())].id)
            }
        }
    };
    decide(rules(), case, &by, at, command)
}

pub fn unit(code: &str) -> UnitCode {
    code.into()
}

pub fn task(id: u32) -> TaskId {
    TaskId(id)
}
