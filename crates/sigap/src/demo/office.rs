//! The invented office: units that bear real names, and people who are nobody.

use anyhow::Result;
use app::Desk;
use jiff::Timestamp;
use jiff::civil::Date;
use sop::calendar::Zone;
use sop::case::{PersonId, UnitCode};
use sop::definition::{QualificationId, Role};
use store::{NewPerson, Period, Skills, Store, Unit};

use crate::signer::TestCa;

pub struct Member {
    /// Names the person in the script, and begins their e-mail address.
    pub id: &'static str,
    pub name: &'static str,
    pub nip: &'static str,
    pub position: &'static str,
    pub unit: &'static str,
    pub role: &'static str,
    pub phone: &'static str,
}

const fn member(
    id: &'static str,
    name: &'static str,
    nip: &'static str,
    position: &'static str,
    unit: &'static str,
    role: &'static str,
    phone: &'static str,
) -> Member {
    Member { id, name, nip, position, unit, role, phone }
}

const SECRETARIAT: &str = "SEKRETARIAT";

/// Names of units as BRMP's own sites and news give them.
pub const UNITS: &[(&str, &str, Zone)] = &[
    (SECRETARIAT, "Sekretariat BRMP", Zone::Wib),
    ("BRMP-NTT", "BRMP NTT", Zone::Wita),
    ("BRMP-BENGKULU", "BRMP Bengkulu", Zone::Wib),
    ("BRMP-SULUT", "BRMP Sulawesi Utara", Zone::Wita),
    ("BRMP-TP", "BRMP Tanaman Pangan", Zone::Wib),
    ("BRMP-TAK", "BRMP Tanaman Aneka Kacang", Zone::Wib),
    ("BRMP-LINGKUNGAN", "Balai Perakitan dan Pengujian Lingkungan Pertanian", Zone::Wib),
    ("BRMP-PH", "Balai Pengelola Hasil Perakitan dan Modernisasi Pertanian", Zone::Wib),
    ("IP2MP-GENTENG", "IP2MP Genteng", Zone::Wib),
    ("IP2MP-MUNENG", "IP2MP Muneng", Zone::Wib),
    ("BRMP-KALTARA", "BRMP Kalimantan Utara", Zone::Wita),
    ("LOKA-PAPUA-TENGAH", "Loka Papua Tengah", Zone::Wit),
    ("LOKA-PAPUA-BD", "Loka Papua Barat Daya", Zone::Wit),
];

pub const PEOPLE: &[Member] = &[
    member(
        "rina",
        "Rina Wulandari",
        "198203142008012001",
        "Ketua Tim Datin",
        SECRETARIAT,
        "ketua",
        "0812 5550 0101",
    ),
    member(
        "hendra",
        "Hendra Prawira",
        "197106211997031002",
        "Sekretaris Badan",
        SECRETARIAT,
        "sekretaris",
        "0812 5550 0102",
    ),
    member(
        "budi",
        "Budi Prasetyo",
        "198811052014021003",
        "Anggota Tim Datin",
        SECRETARIAT,
        "anggota",
        "0812 5550 0103",
    ),
    member(
        "dewi",
        "Dewi Kartikasari",
        "199004182015032004",
        "Anggota Tim Datin",
        SECRETARIAT,
        "anggota",
        "0812 5550 0104",
    ),
    member(
        "maulana",
        "Maulana Idris",
        "199209272019021005",
        "Anggota Tim Datin",
        SECRETARIAT,
        "anggota",
        "0812 5550 0105",
    ),
    member(
        "yohanes",
        "Yohanes Tallo",
        "198707302012121006",
        "Anggota Tim Datin",
        SECRETARIAT,
        "anggota",
        "0812 5550 0106",
    ),
    member(
        "endang",
        "Endang Lestari",
        "197812092003122007",
        "Petugas agenda",
        SECRETARIAT,
        "agenda",
        "0812 5550 0107",
    ),
    member(
        "markus",
        "Markus Lado",
        "198502112010011008",
        "Kasubbag TU",
        "BRMP-NTT",
        "pemohon",
        "0812 5550 0142",
    ),
    member(
        "sari",
        "Sari Anggraini",
        "199106232016032009",
        "Pranata komputer",
        "BRMP-BENGKULU",
        "pemohon",
        "0812 5550 0143",
    ),
    member(
        "jefri",
        "Jefri Wowor",
        "198901152015021010",
        "Pranata komputer",
        "BRMP-SULUT",
        "pemohon",
        "0812 5550 0144",
    ),
    member(
        "nurul",
        "Nurul Hidayati",
        "199303082018012011",
        "Arsiparis",
        "BRMP-TP",
        "pemohon",
        "0812 5550 0145",
    ),
    member(
        "bambang",
        "Bambang Sutejo",
        "197909172006041012",
        "Kasubbag TU",
        "BRMP-TAK",
        "pemohon",
        "0812 5550 0146",
    ),
    member(
        "lilis",
        "Lilis Suryani",
        "198610242011012013",
        "Pustakawan",
        "BRMP-LINGKUNGAN",
        "pemohon",
        "0812 5550 0147",
    ),
    member(
        "taufik",
        "Taufik Rahman",
        "199408122020121014",
        "Pranata komputer",
        "BRMP-PH",
        "pemohon",
        "0812 5550 0148",
    ),
    member(
        "wahyu",
        "Wahyu Nugroho",
        "199001202017121015",
        "Admin Sigap",
        SECRETARIAT,
        "admin",
        "0812 5550 0108",
    ),
];

/// What the members can do: the SOP's qualifications, and what else they are good at.
const SKILLS: &[(&str, &[&str], &[&str])] = &[
    ("budi", &["komputer", "pemrograman", "linux"], &["WordPress"]),
    ("dewi", &["komputer", "pemrograman"], &["Laravel"]),
    ("maulana", &["komputer", "jaringan"], &["Mikrotik"]),
    ("yohanes", &["komputer", "linux", "jaringan"], &[]),
];

impl Member {
    pub fn email(&self) -> String {
        format!("{}@brmp.example", self.id)
    }
}

/// Puts the units and people in.
pub async fn furnish(store: &Store, password_hash: &str) -> Result<()> {
    for (code, name, zone) in UNITS {
        store.add_unit(Unit::new(UnitCode::new(*code), name, *zone)).await?;
    }
    for member in PEOPLE {
        let person = NewPerson {
            id: PersonId::new(member.id),
            name: member.name.to_owned(),
            nip: Some(member.nip.to_owned()),
            email: member.email(),
            periods: vec![Period::always(
                member.position,
                UnitCode::new(member.unit),
                [Role::new(member.role)],
            )],
            password_hash: password_hash.to_owned(),
        };
        store.add_person(&person).await?;
    }
    for (id, qualifications, tags) in SKILLS {
        let skills = Skills {
            qualifications: qualifications.iter().map(|id| QualificationId::new(*id)).collect(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        store.set_skills(&PersonId::new(*id), &skills).await?;
    }
    Ok(())
}

/// Gives those who sign a key of an authority that says in its name what it is, valid from a time
/// before the first letter.
pub async fn give_keys(store: &Store, today: Date, passphrase: &str, since: Timestamp) -> Result<()> {
    let authority = TestCa::found(store, since).await?;
    for person in store.people(today).await? {
        if person.roles.iter().any(|role| ["sekretaris", "ketua"].contains(&role.as_str())) {
            authority.give_key(store, &person, passphrase, since).await?;
        }
    }
    Ok(())
}

/// Sets two letter numbers aside, of which one is not needed after all: the agenda explains both.
pub async fn set_numbers_aside(desk: &Desk) -> Result<()> {
    let (now, agenda_officer) = (desk.now(), PersonId::new("endang"));
    let today = desk.calendar.local(now).date();
    let numbering = &desk.letters.stationery.numbering;
    let reserve = |purpose| desk.store.reserve_number(numbering, today, purpose, &agenda_officer, now);
    reserve("Surat tugas ke BRMP NTT, ditandatangani di atas kertas").await?;
    let unneeded = reserve("Undangan rapat koordinasi").await?;
    desk.store.void_number(unneeded.number, "Rapat ditunda sampai tahun depan", &agenda_officer, now).await?;
    Ok(())
}
