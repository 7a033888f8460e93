//! A letter of a case, signed through BSrE.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::{Clock, Desk, Hand, LetterError, Passphrase, SignError};
use sop::calendar::{Calendar, Zone};
use sop::case::{
    Actor, CaseNo, Channel, Command, Entries, PersonId, Registration, SigningMeans, TaskId, UnitCode,
};
use sop::definition::{OutcomeId, Role};
use store::files::Files;
use store::{NewPerson, Period, Scope, Store, Unit};

use super::stand_in::{Habit, PASSPHRASE, PASSWORD, StandIn, now};
use super::{at_bsre, signer};
use crate::letters;

const PEOPLE: [(&str, &str); 3] = [("hendra", "sekretaris"), ("rina", "ketua"), ("markus", "pemohon")];

fn acting(id: &str) -> Actor {
    let role = PEOPLE.iter().find(|(known, _)| *known == id).expect("somebody of the office").1;
    Actor::person_with(id, vec![Role::new(role)])
}

fn entries(fields: &[(&str, &str)]) -> Entries {
    fields
        .iter()
        .map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()]))
        .collect::<BTreeMap<_, _>>()
}

/// An office in which Rina signs through BSrE, and a case that waits for her to explain its refusal.
async fn office(files: &tempfile::TempDir, bsre: &str) -> (Desk, CaseNo) {
    let store = Store::open("sqlite::memory:").await.expect("a store in memory");
    store.migrate().await.expect("its schema");
    let unit = UnitCode::new("SEKRETARIAT");
    store.add_unit(Unit::new(unit.clone(), "Sekretariat", Zone::Wib)).await.expect("a unit");
    for (id, role) in PEOPLE {
        let person = NewPerson {
            id: PersonId::new(id),
            name: id.to_owned(),
            nip: None,
            email: format!("{id}@brmp.example"),
            periods: vec![Period::always(role, unit.clone(), [Role::new(role)])],
            password_hash: String::new(),
        };
        store.add_person(&person).await.expect("a person");
    }
    store.set_signing_key(&at_bsre()).await.expect("a key");
    let files = Files::open(files.path()).expect("a folder for files");
    let letters = letters::office("https://sigap.example", signer(bsre, PASSWORD));
    let calendar = Arc::new(Calendar::shipped().clone());
    let desk = Desk::new(store, files, calendar, letters, Clock::Fixed(now()));
    let registration = Registration {
        requester: Some(PersonId::new("markus")),
        requester_name: "Markus".to_owned(),
        contact: "0812 5550 0142".to_owned(),
        unit,
        subject: "Minta kamera".to_owned(),
        channel: Channel::Form,
        received_at: now(),
        letter_no: String::new(),
        letter_date: None,
        entries: entries(&[("jenis", "aplikasi"), ("uraian", "Minta kamera baru."), ("sifat", "biasa")]),
        files: Vec::new(),
    };
    let no = desk.register(&acting("markus"), registration).await.expect("a case").case.number;
    let disposes = [("sifat", "biasa"), ("harap", "proses")];
    complete(&desk, &no, "hendra", (1, "teruskan", &disposes)).await.expect("a disposition");
    let rejects = [("alasan", "ganda"), ("ringkas", "Bukan kami.")];
    complete(&desk, &no, "rina", (2, "tolak", &rejects)).await.expect("a decision");
    (desk, no)
}

async fn complete(
    desk: &Desk,
    no: &CaseNo,
    who: &str,
    (task, outcome, fields): (u32, &str, &[(&str, &str)]),
) -> Result<(), SignError> {
    let command = Command::Complete {
        task: TaskId(task),
        outcome: OutcomeId::new(outcome),
        entries: entries(fields),
        assignee: None,
        seen: 999,
        signature: None,
    };
    let person =
        desk.store.person(&PersonId::new(who), desk.today()).await.expect("the store").expect("a person");
    let hand = Hand { passphrase: Passphrase::new(PASSPHRASE), reserved: None };
    app::complete(desk, &person, &acting(who), &Scope::All, no, command, &hand).await.map(|_| ())
}

const EXPLAINS: (u32, &str, &[(&str, &str)]) = (3, "penjelasan", &[("penjelasan", "Ditangani Bagian Umum.")]);

#[tokio::test]
async fn where_bsre_fails_the_case_stays_where_it_is_and_takes_no_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let failing = StandIn::open(Habit::HangsUp, "ISSUE");
    let (mut desk, no) = office(&folder, &failing.url).await;
    let case = async |desk: &Desk| {
        desk.store.case_file(&Scope::All, &no).await.expect("the store").expect("a case").case
    };
    let before = case(&desk).await;
    let answer = complete(&desk, &no, "rina", EXPLAINS).await;
    assert!(matches!(answer, Err(SignError::Letter(LetterError::AnswerLost(_)))), "{answer:?}");
    assert_eq!(failing.seen(|seen| seen.signed), 1, "it was asked once");
    let after = case(&desk).await;
    assert_eq!((after.version, after.letters.len()), (before.version, 0));
    assert!(after.open_tasks().any(|task| task.id == TaskId(3)));
    assert_eq!(desk.store.next_letter_number(2026).await.expect("a number"), 1);

    let signing = StandIn::open(Habit::Signs, "ISSUE");
    desk.letters = letters::office("https://sigap.example", signer(&signing.url, PASSWORD));
    complete(&desk, &no, "rina", EXPLAINS).await.expect("a signed explanation");
    let signed = case(&desk).await;
    let signature = &signed.letters[0].signature;
    assert_eq!((signature.number, signature.means), (1, SigningMeans::Bsre));
    assert_eq!(signature.certificate.len(), 64, "the certificate that BSrE signed with");
    assert_eq!(desk.store.next_letter_number(2026).await.expect("a number"), 2);
}
