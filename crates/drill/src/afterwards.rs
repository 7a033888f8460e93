//! What the store has kept, against what the server acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use sop::case::{CaseNo, Event, Recorded, TaskId};
use sop::definition::OutcomeId;
use store::files::Files;
use store::{Filter, PAGE_ROWS_MAX, Scope, SealKey, Sort, Store};

use crate::{Counts, Fate, Ledger, Program, What};

/// What was found. Nothing is written while it is looked for, but what heals by itself when a database is opened;
/// servers may be at work, as long as nobody acts.
#[derive(Clone, Debug, Default)]
pub struct Afterwards {
    pub counts: Counts,
    pub cases: usize,
    pub events: usize,
    /// Letters that were signed.
    pub letters: usize,
    /// Dispatches of letters that were ordered,
    pub dispatches: usize,
    /// and those of which a mail server took a letter on, as their cases say.
    pub dispatched: usize,
    /// Files that events name, all of them read and hashed.
    pub files: usize,
    /// Acts that were acknowledged and are not there, or are not what was acknowledged.
    pub lost: usize,
    /// Acts of which a page said that they failed, and that are there nevertheless.
    pub failed_and_there: usize,
    /// Acts without an answer that are there.
    pub unanswered_and_there: usize,
    /// Everything that should not be, each in a sentence.
    pub findings: Vec<String>,
}

/// What the histories of all cases say.
#[derive(Default)]
struct Kept {
    cases: Vec<KeptCase>,
    /// Every completion of a task: with which outcomes it was completed, of which there may be one.
    completed: BTreeMap<(CaseNo, TaskId), Vec<OutcomeId>>,
    events: usize,
    dispatches: usize,
    dispatched: usize,
    /// Events that are older than the one before them in the same case.
    backwards: Vec<String>,
}

/// What counts of a case beside its events.
struct KeptCase {
    number: CaseNo,
    agenda: u32,
    subject: String,
}

impl Afterwards {
    /// Looks through an office whose files lie in its folder.
    ///
    /// # Errors
    /// It cannot be looked through; what was found is no error.
    pub async fn of(program: &Program, ledger: &Ledger) -> Result<Self> {
        Self::with_files(program, &program.files()?, ledger).await
    }

    /// The same for an office whose files lie elsewhere.
    ///
    /// # Errors
    /// As [`Afterwards::of`].
    pub async fn with_files(program: &Program, files: &Files, ledger: &Ledger) -> Result<Self> {
        let key = std::fs::read_to_string(program.office.join("seal.key")).context("the key of the seals")?;
        let key = SealKey::parse(&key).context("the key of the seals is none")?;
        let store = Store::open(&program.database()).await?;
        let mut found = Self { counts: ledger.counts(), ..Self::default() };
        let kept = Kept::read(&store).await?;
        (found.cases, found.events) = (kept.cases.len(), kept.events);
        (found.dispatches, found.dispatched) = (kept.dispatches, kept.dispatched);
        found.findings.extend(kept.backwards.iter().cloned());
        found.acts(&kept, ledger);
        found.case_numbers(&kept);
        found.letter_numbers(&store).await?;
        found.named_files(&store, files).await?;
        let verified = store.verify(&key, None).await?;
        found.findings.extend(verified.findings.iter().map(|finding| format!("the log: {finding}")));
        let rebuilt = store.rebuild().await?;
        if rebuilt.changed_cases > 0 {
            found.findings.push(format!("{} cases were half written", rebuilt.changed_cases));
        }
        store.close().await;
        Ok(found)
    }

    /// # Errors
    /// Something is not as it should be.
    pub fn is_sound(&self) -> Result<()> {
        if self.findings.is_empty() {
            return Ok(());
        }
        const SHOWN: usize = 20;
        let mut all = format!("{} findings:", self.findings.len());
        for finding in self.findings.iter().take(SHOWN) {
            let _infallible = write!(all, "\n  {finding}");
        }
        bail!(all)
    }

    fn acts(&mut self, kept: &Kept, ledger: &Ledger) {
        let mut cases_of: BTreeMap<&str, Vec<&CaseNo>> = BTreeMap::new();
        for case in &kept.cases {
            // The word of a request stands last in its subject.
            let word = case.subject.rsplit(' ').next().unwrap_or_default();
            cases_of.entry(word).or_default().push(&case.number);
        }
        let acts = ledger.acts();
        // Of a task that was tried again and then done, no earlier try counts as there.
        let mut acknowledged = BTreeSet::new();
        for act in &acts {
            if let (What::Completion { case, task, .. }, Fate::Acknowledged { .. }) = (&act.what, &act.fate)
                && !acknowledged.insert((case.clone(), *task))
            {
                self.findings.push(format!("task {task} of case {case} was acknowledged twice"));
            }
        }
        for act in acts {
            let (name, there) = match &act.what {
                What::Request { word } => {
                    let cases = cases_of.get(word.as_str()).map_or(&[][..], Vec::as_slice);
                    if let Fate::Acknowledged { case } = &act.fate
                        && cases != [case]
                    {
                        self.lost += 1;
                        self.findings.push(format!("request {word} is {cases:?}, not case {case}"));
                    }
                    (format!("request {word}"), cases.len())
                }
                What::Completion { case, task, outcome } => {
                    let key = (case.clone(), *task);
                    let outcomes = kept.completed.get(&key).map_or(&[][..], Vec::as_slice);
                    let is_acknowledged = matches!(act.fate, Fate::Acknowledged { .. });
                    if is_acknowledged && outcomes != [outcome.clone()] {
                        self.lost += 1;
                        let found = format!("task {task} of case {case} is {outcomes:?}, not {outcome}");
                        self.findings.push(found);
                    }
                    if !is_acknowledged && acknowledged.contains(&key) {
                        continue;
                    }
                    (format!("task {task} of case {case}"), outcomes.len())
                }
            };
            if there > 1 {
                self.findings.push(format!("{name} is there {there} times"));
            }
            match act.fate {
                Fate::Acknowledged { .. } => {}
                Fate::Refused { status, said } => {
                    // Refused may also be what was done by a try before, whose answer was lost.
                    if there > 0 && matches!(act.what, What::Request { .. }) {
                        self.findings.push(format!("{name} is there, and was refused: {status} {said}"));
                    }
                }
                Fate::Failed { .. } => self.failed_and_there += usize::from(there > 0),
                Fate::Tried | Fate::Unanswered { .. } => self.unanswered_and_there += usize::from(there > 0),
            }
        }
    }

    /// Case numbers and agenda numbers begin with 1 in each year and have no gaps.
    fn case_numbers(&mut self, kept: &Kept) {
        let mut of_year: BTreeMap<&str, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        for case in &kept.cases {
            let Some((year, number)) = case.number.as_str().split_once('-') else { continue };
            let (numbers, agenda) = of_year.entry(year).or_default();
            numbers.extend(number.parse::<u32>());
            agenda.push(case.agenda);
        }
        for (year, (numbers, agenda)) in of_year {
            self.without_gaps(&format!("the case numbers of {year}"), numbers);
            self.without_gaps(&format!("the agenda numbers of {year}"), agenda);
        }
    }

    async fn letter_numbers(&mut self, store: &Store) -> Result<()> {
        let mut of_year: BTreeMap<i16, Vec<u32>> = BTreeMap::new();
        let mut last = None;
        loop {
            let page = store.letters_after(last, PAGE_ROWS_MAX).await?;
            let Some(row) = page.last() else { break };
            last = Some(row.number);
            self.letters += page.len();
            for row in page {
                of_year.entry(row.number.year).or_default().push(row.number.number);
            }
        }
        for (year, numbers) in of_year {
            self.without_gaps(&format!("the letter numbers of {year}"), numbers);
        }
        Ok(())
    }

    fn without_gaps(&mut self, what: &str, mut numbers: Vec<u32>) {
        numbers.sort_unstable();
        if let Some((should, is)) = (1..).zip(&numbers).find(|(should, is)| should != *is) {
            self.findings.push(format!("{what} have {is} where {should} should be"));
        }
    }

    async fn named_files(&mut self, store: &Store, files: &Files) -> Result<()> {
        let mut named = BTreeSet::new();
        let mut after = None;
        loop {
            let page = store.files_named_after(after.as_ref()).await?;
            named.extend(page.iter().flat_map(|event| event.files.iter().cloned()));
            after = page.last().cloned();
            if after.is_none() {
                break;
            }
        }
        self.files = named.len();
        for file in named {
            if let Err(error) = files.read(&file).await {
                self.findings.push(error.to_string());
            }
        }
        Ok(())
    }
}

impl Kept {
    async fn read(store: &Store) -> Result<Self> {
        let mut kept = Self::default();
        let mut after = None;
        loop {
            let all = Filter::default();
            let page = store.list(&Scope::All, &all, Sort::Number, after.as_deref(), PAGE_ROWS_MAX).await?;
            kept.cases.extend(page.rows.into_iter().map(|row| KeptCase {
                number: row.no,
                agenda: row.agenda,
                subject: row.subject,
            }));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        for KeptCase { number, .. } in &kept.cases {
            let file = store.case_file(&Scope::All, number).await?;
            let history = file.with_context(|| format!("case {} has no history", number))?.history;
            kept.events += history.len();
            for recorded in &history {
                match &recorded.event {
                    Event::TaskCompleted { task, outcome, .. } => {
                        kept.completed.entry((number.clone(), *task)).or_default().push(outcome.clone());
                    }
                    Event::DispatchOrdered { .. } => kept.dispatches += 1,
                    Event::Dispatched { .. } => kept.dispatched += 1,
                    _ => {}
                }
            }
            let later = |pair: &&[Recorded]| pair[1].at < pair[0].at;
            kept.backwards.extend(history.windows(2).filter(later).map(|pair| {
                format!("case {number}, event {}: {} is before {}", pair[1].seq, pair[1].at, pair[0].at)
            }));
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(cases: &[(&str, u32, &str)], completed: &[(&str, &[&str])]) -> Kept {
        Kept {
            cases: cases
                .iter()
                .map(|(number, agenda, word)| KeptCase {
                    number: CaseNo::new(*number),
                    agenda: *agenda,
                    subject: format!("Situs lambat {word}"),
                })
                .collect(),
            completed: completed
                .iter()
                .map(|(case, outcomes)| {
                    let outcomes = outcomes.iter().map(|outcome| OutcomeId::new(*outcome)).collect();
                    ((CaseNo::new(*case), TaskId(1)), outcomes)
                })
                .collect(),
            ..Kept::default()
        }
    }

    fn ledger(acts: &[(What, Fate)]) -> Ledger {
        let ledger = Ledger::default();
        for (what, fate) in acts {
            let place = ledger.try_to(what.clone());
            ledger.settle(place, fate.clone());
        }
        ledger
    }

    fn look(kept: &Kept, ledger: &Ledger) -> Afterwards {
        let mut found = Afterwards::default();
        found.acts(kept, ledger);
        found.case_numbers(kept);
        found
    }

    fn request(word: &str) -> What {
        What::Request { word: word.to_owned() }
    }

    fn completion(case: &str) -> What {
        let outcome = OutcomeId::new("teruskan");
        What::Completion { case: CaseNo::new(case), task: TaskId(1), outcome }
    }

    fn taken_on(case: &str) -> Fate {
        Fate::Acknowledged { case: CaseNo::new(case) }
    }

    const LOST: fn() -> Fate = || Fate::Unanswered { why: "cut".to_owned() };

    #[test]
    fn what_was_acknowledged_and_is_there_once_is_sound() {
        let kept = kept(&[("2026-0001", 1, "a"), ("2026-0002", 2, "b")], &[("2026-0001", &["teruskan"])]);
        let ledger = ledger(&[
            (request("a"), taken_on("2026-0001")),
            (request("b"), LOST()),
            (request("c"), LOST()),
            (completion("2026-0001"), LOST()),
            (completion("2026-0001"), taken_on("2026-0001")),
        ]);
        let found = look(&kept, &ledger);
        found.is_sound().expect("all is well");
        assert_eq!((found.lost, found.unanswered_and_there), (0, 1), "b is there, and c is not");
    }

    #[test]
    fn what_is_missing_doubled_or_altered_is_told() {
        let refused = Fate::Refused { status: 422, said: "Isi ini.".to_owned() };
        for (kept, act, lost, told) in [
            (kept(&[], &[]), (request("a"), taken_on("2026-0001")), 1, "request a is []"),
            (
                kept(&[("2026-0001", 1, "b")], &[]),
                (request("a"), taken_on("2026-0001")),
                1,
                "not case 2026-0001",
            ),
            (
                kept(&[("2026-0001", 1, "a"), ("2026-0002", 2, "a")], &[]),
                (request("a"), LOST()),
                0,
                "is there 2 times",
            ),
            (kept(&[("2026-0001", 1, "a")], &[]), (request("a"), refused), 0, "was refused"),
            (kept(&[], &[]), (completion("2026-0001"), taken_on("2026-0001")), 1, "not teruskan"),
            (
                kept(&[], &[("2026-0001", &["tolak"])]),
                (completion("2026-0001"), taken_on("2026-0001")),
                1,
                "not teruskan",
            ),
            (
                kept(&[], &[("2026-0001", &["teruskan", "teruskan"])]),
                (completion("2026-0001"), LOST()),
                0,
                "is there 2 times",
            ),
            (kept(&[("2026-0002", 1, "a")], &[]), (request("b"), LOST()), 0, "have 2 where 1 should be"),
            (kept(&[("2026-0001", 2, "a")], &[]), (request("b"), LOST()), 0, "agenda numbers"),
        ] {
            let found = look(&kept, &ledger(&[act]));
            assert_eq!(found.lost, lost, "{:?}", found.findings);
            let said = found.is_sound().expect_err(told).to_string();
            assert!(said.contains(told), "{said}");
        }
        let twice = [
            (completion("2026-0001"), taken_on("2026-0001")),
            (completion("2026-0001"), taken_on("2026-0001")),
        ];
        let found = look(&kept(&[], &[("2026-0001", &["teruskan"])]), &ledger(&twice));
        assert!(found.findings.iter().any(|finding| finding.contains("acknowledged twice")));
    }
}
