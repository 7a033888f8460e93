//! The people of an office at their browsers, and the forms they fill in.

use anyhow::Result;
use jiff::Timestamp;
use sop::calendar::Calendar;
use sop::case::Entries;
use sop::definition::{Field, FieldKind};

use crate::people::{LEAD, MEMBER, REQUESTER, SECRETARY};
use crate::{Browser, Chance, fields};

const SUBJECTS: &[&str] = &[
    "Situs tidak dapat dibuka",
    "Surel dinas tidak menerima lampiran",
    "Jaringan di ruang arsip terputus",
    "Aplikasi persuratan lambat",
    "Situs berubah tampilan",
    "Server cadangan penuh",
    "Akun pegawai baru belum aktif",
    "Galat saat mengunggah laporan",
];
const SENTENCES: &[&str] = &[
    "Gejala dapat diulang pada dua komputer yang berbeda.",
    "Pesan galat muncul sesudah halaman dimuat sebagian, lalu layar menjadi kosong.",
    "Perbaikan dipasang pada salinan uji, dicoba bersama pemohon, dan berjalan baik.",
    "Berkas tema dan pengaya tidak diperbarui sejak lama; satu pengaya bermasalah.",
    "Mohon dikaji lebih dulu dan dikoordinasikan dengan Pusdatin bila perlu.",
    "Ruang simpan penuh dan satu layanan berhenti; catatan sistem dilampirkan.",
    "Layanan kepada masyarakat terhambat sejak pagi ini sehingga perlu penanganan segera.",
];

/// The browsers of one client: of whoever asks, of the secretary, of the lead and of a member of the team.
#[derive(Clone, Debug)]
pub struct Desk {
    pub requester: Browser,
    pub secretary: Browser,
    pub lead: Browser,
    pub member: Browser,
}

impl Desk {
    /// Everybody signs in by the form.
    pub fn open(base: &str) -> Result<Self> {
        Ok(Self {
            requester: Browser::signed_in(base, REQUESTER)?,
            secretary: Browser::signed_in(base, SECRETARY)?,
            lead: Browser::signed_in(base, LEAD)?,
            member: Browser::signed_in(base, MEMBER)?,
        })
    }

    /// The same people at another address of the same office.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self {
            requester: self.requester.at(base),
            secretary: self.secretary.at(base),
            lead: self.lead.at(base),
            member: self.member.at(base),
        }
    }

    /// The browser of one of them.
    pub fn of(&self, person: &str) -> &Browser {
        match person {
            SECRETARY => &self.secretary,
            LEAD => &self.lead,
            MEMBER => &self.member,
            _ => &self.requester,
        }
    }
}

/// What a request may be about.
pub fn subject(chance: &mut Chance) -> &'static str {
    chance.one_of::<&'static str>(SUBJECTS)
}

/// The request form, filled in.
pub fn request(chance: &mut Chance, subject: &str, now: Timestamp) -> Entries {
    let mut form = filled(chance, sop::shipped().form.fields.iter(), Calendar::shipped(), now);
    form.extend(fields(&[("@kontak", "0812 5550 0142"), ("@hal", subject)]));
    form
}

/// A form filled in as somebody would who leaves out what may be left out.
pub fn filled<'f>(
    chance: &mut Chance,
    fields: impl Iterator<Item = &'f Field>,
    calendar: &Calendar,
    now: Timestamp,
) -> Entries {
    fields
        .filter(|field| field.required)
        .map(|field| {
            let value = match field.kind {
                FieldKind::Line => (*chance.one_of(SUBJECTS)).to_owned(),
                FieldKind::Paragraph => {
                    let sentences = 2 + chance.below(3);
                    let text: Vec<&str> = (0..sentences).map(|_| *chance.one_of(SENTENCES)).collect();
                    text.join(" ")
                }
                FieldKind::Choice | FieldKind::Choices => chance.one_of(&field.options).id.to_string(),
                FieldKind::PastDate => calendar.local(now).date().to_string(),
            };
            (field.id.to_string(), vec![value])
        })
        .collect()
}
