//! Whether the history is what was stored and sealed.
//!
//! What this can tell and what not: inside a case, the chain tells whatever is changed, put in, taken out
//! or moved without hashing anew. A case that is hashed anew as a whole, shortened or gone is told by the
//! seals. What came since the last seal is proven by the chain alone: there, whoever can write to the
//! database can shorten, hash anew, or add. And the last seals can be taken away with what they sealed;
//! an office that has noted a seal on paper finds that out ([`SealNote`]).

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sop::case::{CaseNo, EventHash, Version};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::chain::{self, Link, commitment};
use crate::destruction::{self, ListActKind, StoredAct};
use crate::error::{Cause, Context};
use crate::projection::last_of_batch;
use crate::seals::{Head, Seal, SealKey};
use crate::sql::{CaseId, Columns as _, int};
use crate::{Store, StoreError};

/// What verifying the history came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    pub cases: u64,
    pub events: u64,
    pub seals: u64,
    /// Events that came since the last seal of their case, which the chain alone proves.
    pub unsealed_events: u64,
    /// Texts that are gone while the commitment to them stands,
    pub erased_texts: u64,
    /// and how many of them went by an approved list of destruction, under its number.
    pub erased_by_lists: BTreeMap<u32, u64>,
    /// Acts about lists of destruction that came since the last seal.
    pub unsealed_list_acts: u64,
    /// Seals first, then lists of destruction, then cases, each in the order of their numbers.
    pub findings: Vec<Finding>,
}

/// Something that is not as it was stored or sealed. Events count from 1 within their case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    #[error("case {case}, event {event}: it was changed after it was stored")]
    EventChanged { case: CaseNo, event: Version },
    #[error("case {case}, event {event}: it was stored as event {was} and moved")]
    EventMoved { case: CaseNo, event: Version, was: Version },
    #[error("case {case}, {}: missing", span("event", *event, *last))]
    EventsMissing { case: CaseNo, event: Version, last: Version },
    #[error("case {case}, event {event}: it did not follow the event that now stands before it")]
    ChainBroken { case: CaseNo, event: Version },
    #[error("case {case}, event {event}: the letter that was signed here was made of another history")]
    LetterOfAnotherHistory { case: CaseNo, event: Version },
    #[error("case {case}, event {event}: its text {key} was changed after it was stored")]
    TextChanged { case: CaseNo, event: Version, key: String },
    #[error("case {case}, event {event}: its text {key} was put in after it was stored")]
    TextAdded { case: CaseNo, event: Version, key: String },
    #[error("case {case}, event {event}: its text {key} was erased, and no approved list says so")]
    TextErased { case: CaseNo, event: Version, key: String },
    #[error("list {list} of destruction: it is not the one that was proposed, approved and carried out")]
    ListChanged { list: u32 },
    #[error("list {list} of destruction: nobody proposed it")]
    ListNotProposed { list: u32 },
    #[error("list {list} of destruction: it is gone, while there is something that was done about it")]
    ListMissing { list: u32 },
    #[error(
        "list {list} of destruction, act {act}: it was changed after it was stored, or did not follow the act \
         that now stands before it"
    )]
    ListActChanged { list: u32, act: u64 },
    #[error("lists of destruction, {}: missing", span("act", *act, *last))]
    ListActsMissing { act: u64, last: u64 },
    #[error("lists of destruction: they end with act {act}, but seal {seal} covers {sealed} acts")]
    ListActsTruncated { act: u64, sealed: u64, seal: u64 },
    #[error("lists of destruction, act {act}: the acts up to it are not those under seal {seal}")]
    ListActsRewritten { act: u64, seal: u64 },
    #[error("case {case}: it is gone with its {sealed} events, which seal {seal} covers")]
    CaseMissing { case: CaseNo, sealed: Version, seal: u64 },
    #[error("{}, while cases are numbered without gaps", missing_cases(case, last))]
    CasesMissing { case: CaseNo, last: CaseNo },
    #[error("case {case}: it ends with event {event}, but seal {seal} covers {sealed} events")]
    CaseTruncated { case: CaseNo, event: Version, sealed: Version, seal: u64 },
    #[error("case {case}, event {event}: the history up to it is not the one under seal {seal}")]
    CaseRewritten { case: CaseNo, event: Version, seal: u64 },
    #[error("seal {seal}: it was changed, or not made under this key")]
    SealChanged { seal: u64 },
    #[error("{}: missing", span("seal", *seal, *last))]
    SealsMissing { seal: u64, last: u64 },
    #[error("seal {seal}: it is not the one whose digest was noted")]
    SealNotAsNoted { seal: u64 },
}

/// One number, or several in a row.
fn span(name: &str, first: u64, last: u64) -> String {
    if first == last { format!("{name} {first}") } else { format!("{name}s {first} to {last}") }
}

fn missing_cases(first: &CaseNo, last: &CaseNo) -> String {
    if first == last {
        format!("case {first} is missing")
    } else {
        format!("cases {first} to {last} are missing")
    }
}

/// What an office has noted of a seal: its number, and the digest or how it begins. Written `12` or
/// `12:9f3c0a…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealNote {
    number: u64,
    digest: String,
}

/// So many digits of a digest have to be noted at least, if any are.
const NOTED_DIGITS_MIN: usize = 16;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a seal is written as its number, or as its number, a colon and at least the first \
     {NOTED_DIGITS_MIN} digits of its digest"
)]
pub struct SealNoteError;

impl FromStr for SealNote {
    type Err = SealNoteError;

    fn from_str(written: &str) -> Result<Self, SealNoteError> {
        let (number, digest) = match written.split_once(':') {
            // In groups as it is printed, or without.
            Some((number, digest)) => (number, Some(digest.replace(' ', "").to_lowercase())),
            None => (written, None),
        };
        let number = number.parse().ok().filter(|number| *number > 0).ok_or(SealNoteError)?;
        let is_digest = |digest: &String| {
            digest.len() >= NOTED_DIGITS_MIN && digest.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        match digest {
            Some(digest) if !is_digest(&digest) => Err(SealNoteError),
            digest => Ok(Self { number, digest: digest.unwrap_or_default() }),
        }
    }
}

/// An event as it stands in its row.
struct StoredEvent {
    seq: Version,
    skeleton: String,
    commitments: String,
    algorithm: String,
    previous: EventHash,
    hash: EventHash,
}

/// What an event says of its own place in the history.
#[derive(Deserialize)]
struct Place {
    seq: Version,
    /// The event of which the letter was made, where it signed one.
    head: Option<EventHash>,
}

struct StoredText {
    key: String,
    salt: String,
    text: String,
}

/// A head, and the seal that covers it.
struct SealedHead {
    head: Head,
    seal: u64,
}

/// Everything that stands in the tables about one case.
#[derive(Default)]
struct StoredCase {
    events: Vec<StoredEvent>,
    texts: BTreeMap<Version, Vec<StoredText>>,
    /// In the order in which they were sealed.
    sealed: Vec<SealedHead>,
}

impl Store {
    /// Hashes everything anew and compares it with what was stored and sealed, from the stored rows
    /// alone. With a note of a seal, that seal has to be there too.
    pub async fn verify(&self, key: &SealKey, since: Option<&SealNote>) -> Result<Verification, StoreError> {
        // What is stored meanwhile is left for the next time.
        let mut tx = self.snapshot("beginning to verify the history").await?;
        let mut verification = Verification::default();
        let seals = verification.seals(&mut tx, key, since).await?;
        let destroyed = verification.lists(&mut tx, &seals).await?;
        let (mut done, mut before) = (CaseId(0), None);
        loop {
            let last = last_of_batch(&mut tx, done).await?;
            // After the last event, seals may still cover cases that are gone.
            let to = last.unwrap_or(CaseId(i64::MAX));
            for (id, case) in read_cases(&mut tx, CaseId(done.0 + 1), to).await? {
                verification.missing_before(id, before);
                verification.case(id, &case, &seals, destroyed.get(&id).copied());
                before = Some(id);
            }
            match last {
                Some(last) => done = last,
                None => break,
            }
        }
        Ok(verification)
    }
}

impl Verification {
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// Verifies the seals. Returns those that can be relied on.
    async fn seals(
        &mut self,
        tx: &mut AnyConnection,
        key: &SealKey,
        since: Option<&SealNote>,
    ) -> Result<BTreeMap<u64, Seal>, StoreError> {
        let doing = || "verifying the seals".to_owned();
        let mut sound = BTreeMap::new();
        let mut before: Option<Seal> = None;
        let rows = query(
            "SELECT number, algorithm, sealed_at, cases, events, previous, digest, list_acts, list_head \
             FROM seals ORDER BY number",
        )
        .fetch_all(&mut *tx)
        .await
        .doing(doing)?;
        for row in &rows {
            let seal = Seal::read(row)?;
            let algorithm = row.text("algorithm").damaged(|| format!("seal {}", seal.number))?;
            let heads =
                query("SELECT case_id, version, hash FROM sealed_heads WHERE seal = $1 ORDER BY case_id");
            let heads = heads.bind(int(seal.number)).fetch_all(&mut *tx).await.doing(doing)?;
            let heads = heads.iter().map(Head::read).collect::<Result<Vec<_>, _>>()?;
            let next = before.as_ref().map_or(1, |before| before.number + 1);
            let gap = next < seal.number;
            if gap {
                self.findings.push(Finding::SealsMissing { seal: next, last: seal.number - 1 });
            }
            let follows = gap || before.as_ref().map_or("", |before| &before.digest) == seal.previous;
            if seal.is_as_made(&algorithm, key, &heads) && follows {
                sound.insert(seal.number, seal.clone());
            } else {
                self.findings.push(Finding::SealChanged { seal: seal.number });
            }
            if let Some(note) = since.filter(|note| note.number == seal.number)
                && !seal.digest.starts_with(&note.digest)
            {
                self.findings.push(Finding::SealNotAsNoted { seal: seal.number });
            }
            self.seals += 1;
            before = Some(seal);
        }
        // Whoever took the last seals away may have left what they covered.
        let last = before.map_or(0, |seal| seal.number);
        let covered = query("SELECT MAX(seal) AS seal FROM sealed_heads").fetch_one(&mut *tx).await;
        let covered =
            covered.doing(doing)?.int_or_none("seal").damaged(|| "the number of a seal".to_owned())?;
        let covered = u64::try_from(covered.unwrap_or(0)).damaged(|| "the number of a seal".to_owned())?;
        let noted = since.map_or(0, |note| note.number);
        if last < covered.max(noted) {
            self.findings.push(Finding::SealsMissing { seal: last + 1, last: covered.max(noted) });
        }
        Ok(sound)
    }

    /// Verifies the lists of destruction. Returns which cases were destroyed by one that can be relied on.
    async fn lists(
        &mut self,
        tx: &mut AnyConnection,
        sound_seals: &BTreeMap<u64, Seal>,
    ) -> Result<BTreeMap<CaseId, u32>, StoreError> {
        let acts = destruction::read_acts(&mut *tx).await?;
        let lists = destruction::read_lists(tx).await?;
        let mut changed = self.list_acts(&acts);
        self.sealed_list_acts(&acts, sound_seals);
        for list in lists.not_proposed {
            self.findings.push(Finding::ListNotProposed { list });
            changed.insert(list);
        }
        let is_there =
            |list: u32| changed.contains(&list) || lists.proposed.iter().any(|proposed| proposed.id == list);
        let gone: BTreeSet<u32> = acts.iter().map(|act| act.list).filter(|list| !is_there(*list)).collect();
        self.findings.extend(gone.into_iter().map(|list| Finding::ListMissing { list }));
        let mut by_list = BTreeMap::new();
        for list in lists.proposed {
            let seen = |act: &&StoredAct| act.list == list.id && act.act.kind != ListActKind::CarriedOut;
            let outcome = |act: &&StoredAct| act.list == list.id && act.act.kind == ListActKind::CarriedOut;
            let is_the_same = list.is_as_proposed()
                && acts.iter().filter(seen).all(|act| act.digest == list.digest)
                && acts.iter().filter(outcome).all(|act| act.digest == list.outcome_digest());
            if !is_the_same {
                self.findings.push(Finding::ListChanged { list: list.id });
            } else if list.is_approved() && !changed.contains(&list.id) {
                let destroyed = list.cases.iter().filter(|listed| listed.destroyed_at.is_some());
                by_list.extend(destroyed.filter_map(|listed| Some((CaseId::parse(&listed.case)?, list.id))));
            }
        }
        Ok(by_list)
    }

    /// Verifies the chain of what was done about lists. Returns the lists about which it tells no longer what
    /// was done.
    fn list_acts(&mut self, acts: &[StoredAct]) -> BTreeSet<u32> {
        let mut changed = BTreeSet::new();
        let (mut next, mut previous) = (1, "");
        for act in acts {
            let gap = next < act.number;
            if gap {
                self.findings.push(Finding::ListActsMissing { act: next, last: act.number - 1 });
            }
            if !(act.is_as_stored() && (gap || act.previous == previous)) {
                self.findings.push(Finding::ListActChanged { list: act.list, act: act.number });
                changed.insert(act.list);
            }
            (next, previous) = (act.number + 1, &act.hash);
        }
        changed
    }

    /// Compares what was done about lists with the seals, up to the first that it does not fit.
    fn sealed_list_acts(&mut self, acts: &[StoredAct], sound_seals: &BTreeMap<u64, Seal>) {
        let last = acts.last().map_or(0, |act| act.number);
        let mut sealed_up_to = 0;
        for seal in sound_seals.values().filter(|seal| seal.list_acts > 0) {
            sealed_up_to = seal.list_acts;
            let (sealed, seal_no) = (seal.list_acts, seal.number);
            let finding = if last < sealed {
                Some(Finding::ListActsTruncated { act: last, sealed, seal: seal_no })
            } else {
                let act = acts.iter().find(|act| act.number == sealed);
                act.filter(|act| act.hash != seal.list_head)
                    .map(|act| Finding::ListActsRewritten { act: act.number, seal: seal_no })
            };
            if let Some(finding) = finding {
                self.findings.push(finding);
                break;
            }
        }
        self.unsealed_list_acts = last.saturating_sub(sealed_up_to);
    }

    /// Cases are numbered without gaps within their year.
    fn missing_before(&mut self, id: CaseId, before: Option<CaseId>) {
        let first = match before {
            Some(before) if before.year() == id.year() => before.0 + 1,
            _ => id.first_of_year().0,
        };
        if first < id.0 {
            let last = CaseId(id.0 - 1).no();
            self.findings.push(Finding::CasesMissing { case: CaseId(first).no(), last });
        }
    }

    fn case(
        &mut self,
        id: CaseId,
        case: &StoredCase,
        sound_seals: &BTreeMap<u64, Seal>,
        destroyed_by: Option<u32>,
    ) {
        let no = id.no();
        if !case.events.is_empty() {
            self.cases += 1;
        }
        let mut previous = EventHash::new("");
        let mut next = 1;
        for event in &case.events {
            self.events += 1;
            let gap = next < event.seq;
            if gap {
                let last = event.seq - 1;
                self.findings.push(Finding::EventsMissing { case: no.clone(), event: next, last });
            }
            let follows = gap || event.previous == previous;
            let stored = event.place_when_stored(id);
            let of_another_history = |head: &EventHash| !case.events.iter().any(|event| event.hash == *head);
            let (case_no, seq) = (no.clone(), event.seq);
            let finding = match stored {
                None => Some(Finding::EventChanged { case: case_no, event: seq }),
                Some(Place { seq: was, .. }) if was != seq => {
                    Some(Finding::EventMoved { case: case_no, event: seq, was })
                }
                Some(_) if !follows => Some(Finding::ChainBroken { case: case_no, event: seq }),
                Some(Place { head: Some(head), .. }) if of_another_history(&head) => {
                    Some(Finding::LetterOfAnotherHistory { case: case_no, event: seq })
                }
                Some(_) => None,
            };
            self.findings.extend(finding);
            self.texts(&no, event, case.texts.get(&event.seq).map_or(&[], Vec::as_slice), destroyed_by);
            previous = event.hash.clone();
            next = event.seq + 1;
        }
        let belongs = |seq: &Version| case.events.iter().any(|event| event.seq == *seq);
        for (event, texts) in case.texts.iter().filter(|(seq, _)| !belongs(seq)) {
            self.findings.extend(texts.iter().map(|text| Finding::TextAdded {
                case: no.clone(),
                event: *event,
                key: text.key.clone(),
            }));
        }
        self.sealed(&no, case, sound_seals);
    }

    fn texts(&mut self, case: &CaseNo, event: &StoredEvent, texts: &[StoredText], destroyed_by: Option<u32>) {
        let commitments: BTreeMap<String, String> =
            serde_json::from_str(&event.commitments).unwrap_or_default();
        let is_there = |key: &String| texts.iter().any(|text| text.key == *key);
        for key in commitments.keys().filter(|key| !is_there(key)) {
            self.erased_texts += 1;
            match destroyed_by {
                Some(list) => *self.erased_by_lists.entry(list).or_default() += 1,
                None => self.findings.push(Finding::TextErased {
                    case: case.clone(),
                    event: event.seq,
                    key: key.clone(),
                }),
            }
        }
        for StoredText { key, salt, text } in texts {
            let (case, event, key) = (case.clone(), event.seq, key.clone());
            match commitments.get(&key) {
                None => self.findings.push(Finding::TextAdded { case, event, key }),
                Some(committed) if *committed != commitment(salt, text) => {
                    self.findings.push(Finding::TextChanged { case, event, key });
                }
                Some(_) => {}
            }
        }
    }

    /// Compares a case with the seals that cover it, up to the first that it does not fit.
    fn sealed(&mut self, no: &CaseNo, case: &StoredCase, sound_seals: &BTreeMap<u64, Seal>) {
        let last = case.events.last().map_or(0, |event| event.seq);
        let mut sealed_up_to = 0;
        for SealedHead { head, seal } in &case.sealed {
            if !sound_seals.contains_key(seal) {
                continue;
            }
            sealed_up_to = head.version;
            let (case_no, seal) = (no.clone(), *seal);
            let finding = if last == 0 {
                Some(Finding::CaseMissing { case: case_no, sealed: head.version, seal })
            } else if last < head.version {
                Some(Finding::CaseTruncated { case: case_no, event: last, sealed: head.version, seal })
            } else {
                let event = case.events.iter().find(|event| event.seq == head.version);
                event.filter(|event| event.hash != head.hash).map(|event| Finding::CaseRewritten {
                    case: case_no,
                    event: event.seq,
                    seal,
                })
            };
            if let Some(finding) = finding {
                self.findings.push(finding);
                break;
            }
        }
        self.unsealed_events += last.saturating_sub(sealed_up_to);
    }
}

impl StoredEvent {
    /// What the event says of its place, if it is as it was stored, going by its hash.
    fn place_when_stored(&self, case: CaseId) -> Option<Place> {
        let place: Place = serde_json::from_str(&self.skeleton).ok()?;
        let link = Link {
            case,
            seq: place.seq,
            previous: &self.previous,
            skeleton: &self.skeleton,
            commitments: &self.commitments,
        };
        (self.algorithm == chain::ALGORITHM && link.hash() == self.hash).then_some(place)
    }

    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            seq: u64::try_from(row.int("seq")?)?,
            skeleton: row.text("skeleton")?,
            commitments: row.text("commitments")?,
            algorithm: row.text("algorithm")?,
            previous: EventHash::new(row.text("previous")?),
            hash: EventHash::new(row.text("hash")?),
        })
    }
}

/// What stands in the tables about the cases from `first` to `last`, though it be seals alone.
async fn read_cases(
    tx: &mut AnyConnection,
    first: CaseId,
    last: CaseId,
) -> Result<BTreeMap<CaseId, StoredCase>, StoreError> {
    let doing = || format!("reading what is stored after case {first}");
    let read = |sql: &'static str| query(sql).bind(first.0).bind(last.0);
    let key_of = |row: &AnyRow| row.case("case_id").damaged(|| format!("the key of a row after {first}"));
    let mut cases: BTreeMap<CaseId, StoredCase> = BTreeMap::new();
    let events = read(
        "SELECT case_id, seq, skeleton, algorithm, previous, hash, commitments \
         FROM events WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, seq",
    );
    for row in events.fetch_all(&mut *tx).await.doing(doing)? {
        let id = key_of(&row)?;
        let event = StoredEvent::read(&row).damaged(|| format!("an event of case {id}"))?;
        cases.entry(id).or_default().events.push(event);
    }
    let texts = read(
        "SELECT case_id, seq, key, text, salt \
         FROM event_texts WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, seq, key",
    );
    for row in texts.fetch_all(&mut *tx).await.doing(doing)? {
        let id = key_of(&row)?;
        let text = || -> Result<(Version, StoredText), Cause> {
            let text = StoredText { key: row.text("key")?, salt: row.text("salt")?, text: row.text("text")? };
            Ok((u64::try_from(row.int("seq")?)?, text))
        };
        let (seq, text) = text().damaged(|| format!("a text of case {id}"))?;
        cases.entry(id).or_default().texts.entry(seq).or_default().push(text);
    }
    let sealed = read(
        "SELECT case_id, version, hash, seal \
         FROM sealed_heads WHERE case_id >= $1 AND case_id <= $2 ORDER BY case_id, version",
    );
    for row in sealed.fetch_all(&mut *tx).await.doing(doing)? {
        let head = Head::read(&row)?;
        let seal = row.int("seal").map(u64::try_from).damaged(|| format!("a seal of case {}", head.case))?;
        let seal = seal.damaged(|| format!("a seal of case {}", head.case))?;
        cases.entry(head.case).or_default().sealed.push(SealedHead { head, seal });
    }
    Ok(cases)
}
