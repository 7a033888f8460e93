//! The berita acara of a list, as it is printed: signed by hand below what was done in Sigap, with places for
//! the witnesses. Printed again it is the same.

use sop::letter::{self, DestructionRecord, Fact, Frame, Letter, RegisterColumn, SigningPlace};
use store::{DestructionList, ListAct, ListActKind, ListedCase, StoreError};

use super::class_name;
use crate::desk::Desk;

/// How many witnesses sign, from the units for law and for supervision.
const WITNESSES: usize = 2;

/// Each with its share of the width.
const COLUMNS: [(&str, u32); 6] = [
    ("No.", 8),
    ("Nomor kasus", 18),
    ("Klasifikasi", 40),
    ("Berakhir", 22),
    ("Disimpan sampai akhir", 16),
    ("Keterangan", 26),
];

/// A list as a document, which is no berita acara before it was carried out and says so.
pub async fn printed(desk: &Desk, list: &DestructionList) -> Result<Letter, StoreError> {
    let carried_out = list.act(ListActKind::CarriedOut);
    let last = list.then.last().unwrap_or(&list.proposed);
    let date = desk.calendar.local(last.at).date();
    let mark = match list.state() {
        ListActKind::Proposed => Some("USULAN"),
        ListActKind::Approved => Some("BELUM DILAKSANAKAN"),
        ListActKind::Withdrawn => Some("DITARIK"),
        ListActKind::Refused => Some("DITOLAK"),
        ListActKind::CarriedOut => None,
    };
    let destroyed = list.cases.iter().filter(|listed| listed.destroyed_at.is_some()).count();
    let opening = match carried_out {
        Some(act) => format!(
            "Pada {} telah dimusnahkan {destroyed} berkas kasus menurut daftar di bawah ini. Isi permintaan, surat, \
             lampiran, dan data pribadi di dalamnya dihapus; nomor kasus dan urutan langkahnya tetap tercatat.",
            moment(desk, act)
        ),
        None => format!("Daftar ini memuat {} berkas kasus untuk dimusnahkan.", list.cases.len()),
    };
    let proposer = signing(desk, "Yang mengusulkan", Some(&list.proposed)).await?;
    let approver = signing(desk, "Yang menyetujui", list.act(ListActKind::Approved)).await?;
    let mut facts = vec![
        fact("Jumlah dalam daftar", format!("{} berkas kasus", list.cases.len())),
        fact("Dasar", list.basis.clone()),
        fact("Diusulkan", done(&proposer)),
        fact("Disetujui", done(&approver)),
    ];
    let mut places = vec![proposer, approver];
    if let Some(act) = carried_out {
        let place = signing(desk, "Yang melaksanakan", Some(act)).await?;
        facts.push(fact("Dilaksanakan", done(&place)));
        if act.by != list.proposed.by {
            places.push(place);
        }
    }
    for _ in 0..WITNESSES {
        places.push(signing(desk, "Saksi", None).await?);
    }
    let rows =
        list.cases.iter().enumerate().map(|(nth, listed)| row(desk, nth, listed, carried_out.is_some()));
    Ok(Letter::Destruction(DestructionRecord {
        frame: Frame {
            letterhead: desk.letters.stationery.letterhead(date),
            title: format!("Berita acara pemusnahan arsip nomor {}", list.id),
            case: None,
            date,
            seal: None,
            footer: vec![format!(
                "Daftar pemusnahan nomor {} dalam Sigap. SHA-256: {}",
                list.id, list.digest
            )],
            mark: mark.map(ToOwned::to_owned),
        },
        opening,
        facts,
        columns: COLUMNS.map(|(head, share)| RegisterColumn { head: head.to_owned(), share }).into(),
        rows: rows.collect(),
        place: desk.letters.stationery.place.clone(),
        dated: carried_out.map(|act| letter::date(desk.calendar.local(act.at).date())).unwrap_or_default(),
        signing: places,
    }))
}

fn row(desk: &Desk, nth: usize, listed: &ListedCase, is_carried_out: bool) -> Vec<String> {
    let outcome = match listed.destroyed_at {
        Some(_) => "Dimusnahkan",
        None if is_carried_out => "Tetap disimpan, dibuka kembali",
        None => "",
    };
    vec![
        format!("{}.", nth + 1),
        listed.case.to_string(),
        class_name(&listed.class).to_owned(),
        letter::date(desk.calendar.local(listed.ended_at).date()),
        listed.kept_until.to_string(),
        outcome.to_owned(),
    ]
}

/// Where somebody signs who did something, with what they were on that day; left open for nobody.
async fn signing(desk: &Desk, part: &str, act: Option<&ListAct>) -> Result<SigningPlace, StoreError> {
    let person = match act {
        Some(act) => desk.store.person(&act.by, desk.calendar.local(act.at).date()).await?,
        None => None,
    };
    let (position, name, nip) =
        person.map(|person| (person.position, person.name, person.nip)).unwrap_or_default();
    let at = act.map(|act| moment(desk, act)).unwrap_or_default();
    Ok(SigningPlace { part: part.to_owned(), position, name, nip, at })
}

/// "5 Januari 2032 pukul 08.10 WIB oleh Wahyu Nugroho"; nothing while nobody did.
fn done(place: &SigningPlace) -> String {
    if place.at.is_empty() { String::new() } else { format!("{} oleh {}", place.at, place.name) }
}

fn moment(desk: &Desk, act: &ListAct) -> String {
    letter::moment(desk.calendar.local(act.at), desk.calendar.zone().abbreviation())
}

fn fact(label: &str, value: String) -> Fact {
    Fact { label: label.to_owned(), value }
}
