//! Cases as an office has them after years: each walked through the rules, act by act, in memory. Most are
//! repaired, some rejected, some withdrawn; some are returned on their way, stand still for a while or run
//! late; and some still wait, many of them for too long.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use drill::{Chance, filled, people};
use jiff::{SignedDuration, Timestamp};
use sop::Sop;
use sop::calendar::{Calendar, Norm};
use sop::case::{
    Actor, Audience, Case, CaseNo, Channel, Command, DispatchResult, DispatchState, EmailAddress, NewEvent,
    Office, PersonId, Recorded, Registration, Signature, SigningMeans, Status, SystemJob, Task, decide,
    register, roles,
};
use sop::definition::{OutcomeId, Role, Stage};
use sop::letter::Capacity;

/// A word that stands in the subject of every fourth case.
pub const COMMON_WORD: &str = "situs";
/// A word that stands in the subjects of [`RARE_CASES`] cases, however many there are.
pub const RARE_WORD: &str = "bangkutua";
pub const RARE_CASES: u64 = 10;

/// More acts than any case of ours needs.
const ACTS_MAX: u32 = 300;

const PLACES: &[&str] = &["lantai dua", "gudang benih", "ruang rapat", "laboratorium", "kebun percobaan"];

/// Writes the histories of an office up to a time, in the order in which the cases came in.
#[derive(Debug)]
pub struct Author<'a> {
    sop: &'static Sop,
    calendar: &'a Calendar,
    cases: u64,
    until: Timestamp,
    /// How many cases came in, and letters were signed, in each year.
    cases_of: HashMap<i16, u64>,
    letters_of: HashMap<i16, u32>,
}

/// What is to become of a case.
#[derive(Debug)]
struct Fate {
    rejected: bool,
    /// After this many acts nothing happens any more, or the requester withdraws.
    waits_after: Option<u32>,
    waits_for_signature: bool,
    withdrawn_after: Option<u32>,
    returned: bool,
    reworked: bool,
    stands_still: bool,
    /// How much longer everything takes than usual, in percent.
    pace: u64,
}

/// A case while it is written.
#[derive(Debug)]
struct Writing<'a> {
    office: Office<'a>,
    chance: Chance,
    fate: Fate,
    now: Timestamp,
    /// None only between two events, since a fold takes the case and gives it back.
    folded: Option<Case>,
    history: Vec<Recorded>,
    /// How long the rules took for all of it: deciding and folding, nothing else.
    deciding: Duration,
}

impl<'a> Author<'a> {
    pub fn new(calendar: &'a Calendar, cases: u64, until: Timestamp) -> Self {
        Self {
            sop: sop::shipped(),
            calendar,
            cases,
            until,
            cases_of: HashMap::new(),
            letters_of: HashMap::new(),
        }
    }

    /// The history of the case that came in as the nth, counted from 0.
    pub fn write(&mut self, nth: u64) -> Result<Written> {
        let chance = Chance::of(nth);
        let at = self.arrival(nth)?;
        let year = self.calendar.local(at).year();
        let in_year = self.cases_of.entry(year).or_default();
        *in_year += 1;
        let number = CaseNo::new(format!("{year:04}-{in_year:04}"));
        let agenda = u32::try_from(*in_year)?;
        let office = Office { sop: self.sop, calendar: self.calendar };
        let every = (self.cases / RARE_CASES).max(1);
        let is_rare = nth.is_multiple_of(every) && nth / every < RARE_CASES;
        let mut writing = Writing::begin(office, chance, at, number, agenda, is_rare)?;
        if nth + letters_to_sign(self.cases) >= self.cases {
            writing.fate = Fate::UNSIGNED;
        }
        let mut acts = 0;
        while let Some(minutes) = writing.act(acts, &mut self.letters_of)? {
            acts += 1;
            if acts > ACTS_MAX {
                bail!("case {} finds no end", writing.case().number);
            }
            let next = self.calendar.due(writing.now, &Norm::minutes(minutes))?;
            writing.note_overdue(next.min(self.until))?;
            if next > self.until {
                return Ok(writing.written());
            }
            writing.now = next;
        }
        writing.note_overdue(self.until)?;
        Ok(writing.written())
    }

    /// Cases come in evenly, in working time, over two years.
    fn arrival(&self, nth: u64) -> Result<Timestamp> {
        let first = self.until - SignedDuration::from_hours(24 * 730);
        let span = self.until.duration_since(first).as_secs();
        let after = span.saturating_mul(i64::try_from(nth)?) / i64::try_from(self.cases.max(1))?;
        Ok(self.calendar.due(first + SignedDuration::from_secs(after), &Norm::minutes(1))?)
    }
}

/// How many of the last cases wait for the signature of a letter, for the bench to sign them.
pub fn letters_to_sign(cases: u64) -> u64 {
    (cases / 5).min(400)
}

/// Where they wait.
pub const SIGNATURE: &str = "4.tanda-tangan";

/// A history, and how long the rules took for it.
#[derive(Debug)]
pub struct Written {
    pub history: Vec<Recorded>,
    pub case: Case,
    pub deciding: Duration,
}

impl Fate {
    /// Rejected, and the letter that says so is not signed yet.
    const UNSIGNED: Self = Self {
        rejected: true,
        waits_after: None,
        waits_for_signature: true,
        withdrawn_after: None,
        returned: false,
        reworked: false,
        stands_still: false,
        pace: 1,
    };

    fn draw(chance: &mut Chance) -> Self {
        let rejected = chance.percent(15);
        // One in twenty still waits somewhere on its way, whatever became of the others.
        let waits_after = chance.percent(5).then(|| chance.below(if rejected { 7 } else { 14 }) as u32);
        let withdrawn_after = chance.percent(3).then(|| 1 + chance.below(6) as u32);
        Self {
            rejected,
            waits_after,
            waits_for_signature: false,
            withdrawn_after,
            returned: chance.percent(10),
            reworked: chance.percent(8),
            stands_still: chance.percent(8),
            pace: if chance.percent(20) { 150 + chance.below(400) } else { 30 + chance.below(60) },
        }
    }
}

impl<'a> Writing<'a> {
    fn begin(
        office: Office<'a>,
        mut chance: Chance,
        now: Timestamp,
        number: CaseNo,
        agenda: u32,
        is_rare: bool,
    ) -> Result<Self> {
        let fate = Fate::draw(&mut chance);
        let requester = chance.below(people::REQUESTERS);
        let id = people::requester(requester);
        let by = Actor::person_with(id.clone(), vec![Role::new(roles::REQUESTER)]);
        let rare = if is_rare { RARE_WORD } else { "" };
        let subject = format!("{} {} {rare}", drill::subject(&mut chance), chance.one_of(PLACES));
        let entries = filled(&mut chance, office.sop.form.fields.iter(), office.calendar, now);
        let registration = Registration {
            requester: Some(id),
            requester_name: people::requester_name(requester),
            contact: format!("0812 5550 {requester:04}"),
            unit: people::unit_of(requester),
            subject: subject.trim().to_owned(),
            channel: Channel::Form,
            received_at: now,
            letter_no: String::new(),
            letter_date: None,
            entries,
            files: Vec::new(),
        };
        let events = register(office, number, agenda, &by, now, registration)
            .map_err(|refusal| anyhow!("a request is refused: {refusal:?}"))?;
        let mut events = events.into_iter();
        let first = events.next().context("a registration is an event")?.recorded(1);
        let case = Case::begin(&first).context("a case begins with its registration")?;
        let mut writing = Self {
            office,
            chance,
            fate,
            now,
            folded: Some(case),
            history: vec![first],
            deciding: Duration::ZERO,
        };
        writing.keep(events);
        Ok(writing)
    }

    fn keep(&mut self, events: impl IntoIterator<Item = NewEvent>) {
        for event in events {
            let recorded = event.recorded(self.case().version + 1);
            self.folded = self.folded.take().map(|case| case.evolve(&recorded));
            self.history.push(recorded);
        }
    }

    fn case(&self) -> &Case {
        self.folded.as_ref().expect("it is given back after each event")
    }

    fn written(self) -> Written {
        let case = self.folded.expect("it is given back after each event");
        Written { history: self.history, case, deciding: self.deciding }
    }

    fn ask(&mut self, by: &Actor, at: Timestamp, command: Command) -> Result<()> {
        let began = Instant::now();
        let events = decide(self.office, self.case(), by, at, command)
            .map_err(|refusal| anyhow!("case {} refuses: {refusal:?}", self.case().number))?;
        self.keep(events);
        self.deciding += began.elapsed();
        Ok(())
    }

    fn note_overdue(&mut self, until: Timestamp) -> Result<()> {
        if self.case().ended().is_some() || matches!(self.case().status, Status::Suspended { .. }) {
            return Ok(());
        }
        let late: Vec<_> = self
            .case()
            .open_steps()
            .filter(|run| !run.overdue)
            .filter_map(|run| Some((run.step.clone(), run.due_at.filter(|due| *due < until)?)))
            .collect();
        for (step, due_at) in late {
            let command = Command::NoteOverdue { step, due_at };
            self.ask(&Actor::System(SystemJob::Clock), due_at, command)?;
        }
        Ok(())
    }

    /// Does what comes next. Returns the working minutes until the act after it; none if nothing comes.
    fn act(&mut self, nth: u32, letters_of: &mut HashMap<i16, u32>) -> Result<Option<u32>> {
        if self.case().ended().is_some() || self.fate.waits_after == Some(nth) {
            return Ok(None);
        }
        let now = self.now;
        if matches!(self.case().status, Status::Suspended { .. }) {
            let note = "Akses server sudah diberikan.".to_owned();
            self.ask(&people::officer(people::LEAD), now, Command::Resume { note })?;
            return Ok(Some(90));
        }
        if self.fate.withdrawn_after == Some(nth) {
            let requester = self.case().request.requester.clone().context("everybody asks for themselves")?;
            let by = Actor::person_with(requester, vec![Role::new(roles::REQUESTER)]);
            let reason = "Sudah berjalan lagi sesudah peramban diperbarui.".to_owned();
            self.ask(&by, now, Command::Withdraw { reason })?;
            return Ok(None);
        }
        let task = self.case().open_tasks().next().context("a running case waits for somebody")?.clone();
        let stage = self.office.sop.stage(&task.stage).context("the SOP has the stage")?;
        if self.fate.waits_for_signature && task.stage.to_string() == SIGNATURE {
            return Ok(None);
        }
        let by = match &task.assignee {
            Some(person) => people::officer(person.as_str()),
            None => people::holder(&stage.performer).context("somebody in the office does this")?,
        };
        if !stage.log_fields.is_empty() && task.log.len() < 2 {
            if task.log.is_empty() && self.fate.stands_still {
                self.fate.stands_still = false;
                let reason = "Menunggu akses server dari Pusdatin.".to_owned();
                self.ask(&people::officer(people::LEAD), now, Command::Suspend { reason })?;
                return Ok(Some(900));
            }
            if task.log.is_empty() && self.chance.percent(50) {
                let text = "Mohon kirim foto layar yang terbaru bila masih terjadi.".to_owned();
                self.ask(&by, now, Command::Note { text, audience: Audience::Everyone })?;
            }
            let entries = filled(&mut self.chance, stage.log_fields.iter(), self.office.calendar, now);
            self.ask(&by, now, Command::LogProgress { task: task.id, entries })?;
            return Ok(Some(self.minutes(200)));
        }
        self.complete(&by, &task, stage, letters_of)?;
        Ok(Some(self.minutes(60)))
    }

    fn complete(
        &mut self,
        by: &Actor,
        task: &Task,
        stage: &Stage,
        letters_of: &mut HashMap<i16, u32>,
    ) -> Result<()> {
        let outcome = self.outcome(task, stage);
        let entries = filled(&mut self.chance, stage.fields_for(&outcome), self.office.calendar, self.now);
        let chosen = stage.outcome(&outcome).context("the stage has the outcome")?;
        let assignee = chosen.assigns.is_some().then(|| people::member(self.chance.below(4)));
        let signature = chosen.signed().map(|_| self.signature(letters_of));
        let seen = self.case().version;
        let command = Command::Complete { task: task.id, outcome, entries, assignee, seen, signature };
        self.ask(by, self.now, command)?;
        self.mail()
    }

    fn outcome(&mut self, task: &Task, stage: &Stage) -> OutcomeId {
        let first = stage.outcomes.first().map(|outcome| outcome.id.clone());
        let special = match task.stage.to_string().as_str() {
            "2.kaji" => Some(if self.fate.rejected { "tolak" } else { "setuju" }),
            "5.identifikasi" => Some(*self.chance.one_of(&["aplikasi", "server", "keduanya"])),
            "8.pengecekan" => Some(if std::mem::take(&mut self.fate.reworked) { "ulang" } else { "lulus" }),
            "4.koreksi" | "10.koreksi" if std::mem::take(&mut self.fate.returned) => Some("kembalikan"),
            "4.koreksi" | "10.koreksi" => Some("teruskan"),
            "4.tanda-tangan" | "10.tanda-tangan" => Some("tandatangani"),
            _ => None,
        };
        special.map(OutcomeId::new).or(first).unwrap_or_else(|| OutcomeId::new(""))
    }

    /// A letter as the press and the signer hand it over; its file is nowhere.
    fn signature(&mut self, letters_of: &mut HashMap<i16, u32>) -> Signature {
        let dated = self.office.calendar.local(self.now).date();
        let number = letters_of.entry(dated.year()).or_default();
        *number += 1;
        Signature {
            code: self.chance.digest()[..26].into(),
            number: *number,
            written_number: format!("B-{number}/TU.120/H.1/{:02}/{}", dated.month(), dated.year()),
            dated,
            reserved: false,
            file: self.chance.digest().as_str().into(),
            bytes: 48_000,
            content: self.chance.digest().as_str().into(),
            capacity: Capacity::Own,
            means: SigningMeans::Test,
            certificate: self.chance.digest(),
            head: None,
        }
    }

    /// Notes that the letters on their way went out.
    fn mail(&mut self) -> Result<()> {
        let under_way: Vec<_> = self
            .case()
            .letters
            .iter()
            .flat_map(|letter| letter.dispatches.iter().map(move |dispatch| (letter, dispatch)))
            .filter(|(_, dispatch)| matches!(dispatch.state, DispatchState::UnderWay))
            .map(|(letter, dispatch)| (letter.signature.code.clone(), dispatch.number))
            .collect();
        for (letter, dispatch) in under_way {
            let requester = self.case().request.requester.as_ref().map_or("tu", PersonId::as_str);
            let to = EmailAddress::parse(&people::email(requester)).context("an e-mail address")?;
            let command = Command::NoteDispatch { letter, dispatch, result: DispatchResult::Sent { to } };
            self.ask(&Actor::System(SystemJob::Mail), self.now, command)?;
        }
        Ok(())
    }

    fn minutes(&mut self, usual: u64) -> u32 {
        let minutes = usual * self.fate.pace / 100 + self.chance.below(20) + 1;
        u32::try_from(minutes).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_office_is_written_twice() {
        let until: Timestamp = "2026-06-30T03:00:00Z".parse().expect("a time");
        let write = || -> Vec<Vec<Recorded>> {
            let mut author = Author::new(Calendar::shipped(), 300, until);
            (0..300).map(|nth| author.write(nth).expect("a history").history).collect()
        };
        let histories = write();
        assert_eq!(histories, write());
        let cases: Vec<Case> =
            histories.iter().map(|history| Case::replay(history).expect("a case")).collect();
        let ends: std::collections::BTreeSet<String> =
            cases.iter().filter_map(|case| Some(case.ended()?.0.to_string())).collect();
        assert!(ends.len() >= 3, "repaired, rejected and withdrawn: {ends:?}");
        let open = || cases.iter().filter(|case| case.ended().is_none());
        assert!(open().count() > 5, "some still run");
        assert!(open().any(|case| case.open_steps().any(|run| run.overdue)), "some are overdue");
        let rare = cases.iter().filter(|case| case.request.subject.contains(RARE_WORD)).count();
        assert_eq!(rare as u64, RARE_CASES);
    }
}
