//! Who works in the office that is drilled and measured, and who asks it for help. All of them are invented.

use sop::calendar::Zone;
use sop::case::{Actor, Assignee, PersonId, UnitCode, roles};
use sop::definition::Role;
use store::{NewPerson, Period, Unit};

/// Everybody's password and passphrase.
pub const PASSWORD: &str = "payung-teduh-di-bangku";

pub const SECRETARY: &str = "hendra";
pub const LEAD: &str = "rina";
pub const MEMBER: &str = "budi";
pub const REQUESTER: &str = "pemohon-0";

const OFFICERS: &[(&str, &str, &str)] = &[
    (SECRETARY, "Hendra Prawira", "sekretaris"),
    (LEAD, "Rina Wulandari", "ketua"),
    (MEMBER, "Budi Prasetyo", "anggota"),
    ("dewi", "Dewi Kartikasari", "anggota"),
    ("maulana", "Maulana Idris", "anggota"),
    ("yohanes", "Yohanes Tallo", "anggota"),
    ("endang", "Endang Lestari", "agenda"),
];
const MEMBERS: &[&str] = &[MEMBER, "dewi", "maulana", "yohanes"];

/// How many units there are beside the secretariat, and how many people ask.
pub const UNITS: u64 = 30;
pub const REQUESTERS: u64 = 60;

const SECRETARIAT: &str = "SEKRETARIAT";

pub fn units() -> Vec<Unit> {
    let mut units = vec![Unit::new(UnitCode::new(SECRETARIAT), "Sekretariat Badan", Zone::Wib)];
    for n in 0..UNITS {
        let zone = [Zone::Wib, Zone::Wita, Zone::Wit][n as usize % 3];
        units.push(Unit::new(unit_of(n), &format!("Balai Percobaan {n:02}"), zone));
    }
    units
}

/// The unit of a requester.
pub fn unit_of(requester: u64) -> UnitCode {
    UnitCode::new(format!("BALAI-{:02}", requester % UNITS))
}

pub fn requester(n: u64) -> PersonId {
    PersonId::new(format!("pemohon-{n}"))
}

/// Everybody, with no password yet: only some of them sign in.
pub fn people() -> Vec<NewPerson> {
    let person = |id: &str, name: String, position: &str, unit: UnitCode, role: &str| NewPerson {
        id: PersonId::new(id),
        name,
        nip: None,
        email: email(id),
        periods: vec![Period::always(position, unit, [Role::new(role)])],
        password_hash: "none".to_owned(),
    };
    let officers = OFFICERS
        .iter()
        .map(|(id, name, role)| person(id, (*name).to_owned(), "Pegawai", UnitCode::new(SECRETARIAT), role));
    let requesters = (0..REQUESTERS).map(|n| {
        person(requester(n).as_str(), requester_name(n), "Pranata komputer", unit_of(n), roles::REQUESTER)
    });
    officers.chain(requesters).collect()
}

pub fn requester_name(n: u64) -> String {
    const FIRST: &[&str] = &["Sari", "Markus", "Nurul", "Jefri", "Lilis", "Bambang", "Taufik", "Made"];
    const LAST: &[&str] = &["Anggraini", "Lado", "Hidayati", "Wowor", "Suryani", "Sutejo", "Rahman"];
    format!("{} {}", FIRST[n as usize % FIRST.len()], LAST[n as usize % LAST.len()])
}

pub fn email(id: &str) -> String {
    format!("{id}@bangku.example")
}

/// Somebody who may do what waits for a role.
pub fn holder(role: &Role) -> Option<Actor> {
    let (id, ..) = OFFICERS.iter().find(|(_, _, held)| *role == **held)?;
    Some(officer(id))
}

/// An officer as whoever acts.
pub fn officer(id: &str) -> Actor {
    let role = OFFICERS.iter().find(|(known, ..)| *known == id).map(|(_, _, role)| Role::new(*role));
    Actor::person_with(id, role.into_iter().collect())
}

/// A member of the team as somebody to whom work is given.
pub fn member(n: u64) -> Assignee {
    let id = MEMBERS[n as usize % MEMBERS.len()];
    Assignee { person: PersonId::new(id), roles: vec![Role::new("anggota")] }
}
