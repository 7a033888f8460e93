//! People at work: they file requests and complete tasks, and go on whatever happens to the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use sop::calendar::Calendar;
use sop::case::{CaseNo, Entries, TaskId};
use sop::definition::{OutcomeId, StageId, StageRef, StepNo};

use crate::people::{LEAD, MEMBER, PASSWORD, SECRETARY};
use crate::{Answer, Chance, Desk, Fate, Ledger, What, fields, filled, now, subject};

/// What is done to a case, and by whom: the shortest way to its end. The request is rejected, which the lead
/// explains in a letter and the secretary says in another.
const WAY: &[(&str, &str, &str, &str)] = &[
    (SECRETARY, "1", "disposisi", "teruskan"),
    (LEAD, "2", "kaji", "tolak"),
    (LEAD, "3", "penjelasan", "penjelasan"),
    (LEAD, "4", "perintah", "perintahkan"),
    (MEMBER, "4", "konsep", "ajukan"),
    (LEAD, "4", "koreksi", "teruskan"),
    (SECRETARY, "4", "tanda-tangan", "tandatangani"),
];
/// So many of these acts are done to a case that is not to have letters.
const WITHOUT_LETTERS: usize = 2;

/// After a failure people wait for a moment before they try again.
const PAUSE: Duration = Duration::from_millis(100);
/// And they leave a case alone that fails again and again, to go on with another.
const FAILURES_MAX: u32 = 20;

/// How many of the cases go all the way, with two letters that are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    None,
    /// The first of each client, and every nth after it.
    EveryNth(u64),
}

/// Who works, where, and on what.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where the servers of the office answer, or a balancer before them. A client begins at one of them and
    /// goes to the next where there is no answer.
    pub bases: Vec<String>,
    pub clients: usize,
    pub letters: Letters,
    /// Tells the words in the subjects of this load from those of others on the same office, and makes it the
    /// same each time.
    pub seed: u64,
}

/// A load under way.
#[derive(Debug)]
pub struct Running {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    /// Everybody signs in, and begins.
    ///
    /// # Errors
    /// Somebody cannot sign in; the servers have to be there for that.
    pub fn begin(&self, ledger: &Arc<Ledger>) -> Result<Running> {
        let stop = Arc::<AtomicBool>::default();
        let mut clients = Vec::new();
        for nth in 0..self.clients {
            let base = nth % self.bases.len();
            let client = Client {
                desk: Desk::open(&self.bases[base])?,
                bases: self.bases.clone(),
                base,
                name: format!("uji{}k{nth}", self.seed),
                chance: Chance::of(self.seed * 1_000 + nth as u64),
                ledger: ledger.clone(),
                stop: stop.clone(),
            };
            let letters = self.letters;
            clients.push(thread::spawn(move || client.work(letters)));
        }
        Ok(Running { stop, clients })
    }
}

impl Running {
    /// Lets everybody finish what they are at.
    pub fn end(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            // A client that panicked has left an act without an answer in the ledger.
            let _ = client.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Client {
    desk: Desk,
    bases: Vec<String>,
    base: usize,
    /// Begins the words of its requests.
    name: String,
    chance: Chance,
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
}

/// A task as its page shows it.
struct Form {
    task: TaskId,
    seen: String,
}

impl Client {
    fn work(mut self, letters: Letters) {
        for nth in 0.. {
            let Some(case) = self.file(nth) else { break };
            let has_letters = matches!(letters, Letters::EveryNth(every) if nth % every == 0);
            let acts = if has_letters { WAY.len() } else { WITHOUT_LETTERS };
            let mut failures = 0;
            let mut way = WAY[..acts].iter().peekable();
            while let Some(&&(person, step, stage, outcome)) = way.peek() {
                if self.is_over() || failures > FAILURES_MAX {
                    break;
                }
                let at = StageRef { step: StepNo::new(step), stage: StageId::new(stage) };
                match self.advance(&case, person, &at, &OutcomeId::new(outcome)) {
                    Ok(()) => drop(way.next()),
                    Err(_) => {
                        failures += 1;
                        self.elsewhere();
                    }
                }
            }
            if self.is_over() {
                break;
            }
        }
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits, and goes on at the next server.
    fn elsewhere(&mut self) {
        thread::sleep(PAUSE);
        if self.bases.len() > 1 {
            self.base = (self.base + 1) % self.bases.len();
            self.desk = self.desk.at(&self.bases[self.base]);
        }
    }

    /// Whoever was signed out, as after a long while, signs in again.
    fn sign_in_again(&mut self) {
        if let Ok(desk) = Desk::open(&self.bases[self.base]) {
            self.desk = desk;
        }
    }

    /// Files a request, however often it has to be written anew. None once it is over.
    fn file(&mut self, nth: u64) -> Option<CaseNo> {
        for again in 0_u64.. {
            if self.is_over() {
                break;
            }
            // Written anew each time: of one whose answer was lost nobody knows whether it was taken on.
            let word = format!("{}n{nth}a{again}", self.name);
            let subject = format!("{} {word}", subject(&mut self.chance));
            let form = crate::request(&mut self.chance, &subject, now());
            let place = self.ledger.try_to(What::Request { word });
            let answer = self.desk.requester.post_with_files("/requests", &form);
            let signed_out = answer.as_ref().is_ok_and(|answer| answer.status == 401);
            let fate = fate(answer, None);
            self.ledger.settle(place, fate.clone());
            if signed_out {
                self.sign_in_again();
            }
            if let Fate::Acknowledged { case } = fate {
                return Some(case);
            }
            self.elsewhere();
        }
        None
    }

    /// Brings a case one act further, unless that happened when nobody heard of it.
    fn advance(&mut self, case: &CaseNo, person: &str, at: &StageRef, outcome: &OutcomeId) -> Result<()> {
        let page = self.desk.of(person).get(&format!("/cases/{case}"))?;
        if page.location.starts_with("/sign-in") {
            self.sign_in_again();
        }
        if page.status != 200 {
            bail!("the page of case {case} answers {}", page.status);
        }
        let page = String::from_utf8_lossy(&page.body).into_owned();
        let Some(form) = Form::of(&page, case, outcome) else { return Ok(()) };
        let entries = self.completion(&form, at, outcome, now())?;
        let what = What::Completion { case: case.clone(), task: form.task, outcome: outcome.clone() };
        let place = self.ledger.try_to(what);
        let path = format!("/cases/{case}/tasks/{}/completion", form.task);
        let fate = fate(self.desk.of(person).post(&path, &entries), Some(case));
        self.ledger.settle(place, fate.clone());
        match fate {
            Fate::Acknowledged { .. } => Ok(()),
            fate => bail!("{fate:?}"),
        }
    }

    fn completion(
        &mut self,
        form: &Form,
        at: &StageRef,
        outcome: &OutcomeId,
        now: Timestamp,
    ) -> Result<Entries> {
        let stage = sop::shipped().stage(at).with_context(|| format!("the SOP has no stage {at}"))?;
        let filled = filled(&mut self.chance, stage.fields_for(outcome), Calendar::shipped(), now);
        let mut entries: Entries =
            filled.into_iter().map(|(name, values)| (format!("t{}-{name}", form.task), values)).collect();
        entries.extend(fields(&[("outcome", outcome.as_str()), ("seen", &form.seen)]));
        let chosen = stage.outcome(outcome).with_context(|| format!("{at} has no outcome {outcome}"))?;
        if chosen.assigns.is_some() {
            entries.extend(fields(&[("assignee", MEMBER)]));
        }
        if chosen.signed().is_some() {
            entries.extend(fields(&[(&format!("passphrase-{outcome}"), PASSWORD)]));
        }
        Ok(entries)
    }
}

impl Form {
    /// The form on the page of a case with which a task can be completed that way, if there is one.
    fn of(page: &str, case: &CaseNo, outcome: &OutcomeId) -> Option<Self> {
        let between = |text: &str, before: &str, after: &str| {
            Some(text.split_once(before)?.1.split_once(after)?.0.to_owned())
        };
        page.split("<form ").skip(1).find_map(|form| {
            let form = form.split("</form>").next()?;
            let task = between(form, &format!("action=\"/cases/{case}/tasks/"), "/completion\"")?;
            let leads_there = form.contains(&format!("name=\"outcome\" value=\"{outcome}\""));
            let seen = between(form, "name=\"seen\" value=\"", "\"")?;
            leads_there.then_some(Self { task: TaskId(task.parse().ok()?), seen })
        })
    }
}

/// What an answer means for whoever gets it.
fn fate(answer: Result<Answer>, case: Option<&CaseNo>) -> Fate {
    match answer {
        Err(error) => Fate::Unanswered { why: format!("{error:#}") },
        Ok(answer) if answer.status == 303 => {
            let led_to = answer
                .location
                .rsplit_once('/')
                .filter(|(place, _)| *place == if case.is_some() { "/cases" } else { "/requests" });
            match led_to {
                Some((_, number)) if case.is_none_or(|case| *case == *number) => {
                    Fate::Acknowledged { case: CaseNo::new(number) }
                }
                _ => Fate::Refused { status: 303, said: format!("leads to {}", answer.location) },
            }
        }
        Ok(answer) => {
            let (status, said) = (answer.status, answer.said());
            if status >= 500 { Fate::Failed { status, said } } else { Fate::Refused { status, said } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_one_that_the_sop_has() {
        for (_, step, stage, outcome) in WAY {
            let at = StageRef { step: StepNo::new(*step), stage: StageId::new(*stage) };
            let found = sop::shipped().stage(&at).and_then(|stage| stage.outcome(&OutcomeId::new(*outcome)));
            assert!(found.is_some(), "{at} {outcome}");
        }
    }

    #[test]
    fn only_the_form_of_a_task_that_leads_there_is_filled_in() {
        let page = "<form action=\"/cases/2026-0001/tasks/2/progress\"></form>\
                    <form id=\"t2-form\" action=\"/cases/2026-0001/tasks/2/completion\" method=\"post\">\
                    <input type=\"hidden\" name=\"seen\" value=\"7\">\
                    <input type=\"radio\" name=\"outcome\" value=\"tolak\"></form>";
        let case = CaseNo::new("2026-0001");
        let form = Form::of(page, &case, &OutcomeId::new("tolak")).expect("the form");
        assert_eq!((form.task, form.seen.as_str()), (TaskId(2), "7"));
        assert!(Form::of(page, &case, &OutcomeId::new("teruskan")).is_none());
        assert!(Form::of(page, &CaseNo::new("2026-0002"), &OutcomeId::new("tolak")).is_none());
    }

    #[test]
    fn only_what_leads_to_its_case_is_acknowledged() {
        let answer =
            |status, location: &str| Ok(Answer { status, location: location.to_owned(), body: Vec::new() });
        let case = CaseNo::new("2026-0001");
        let taken_on = Fate::Acknowledged { case: case.clone() };
        assert_eq!(fate(answer(303, "/requests/2026-0001"), None), taken_on);
        assert_eq!(fate(answer(303, "/cases/2026-0001"), Some(&case)), taken_on);
        assert!(matches!(fate(answer(303, "/sign-in"), Some(&case)), Fate::Refused { .. }));
        assert!(matches!(fate(answer(200, ""), Some(&case)), Fate::Refused { .. }));
        assert!(matches!(fate(answer(503, ""), None), Fate::Failed { .. }));
        assert!(matches!(fate(Err(anyhow::anyhow!("cut")), None), Fate::Unanswered { .. }));
    }
}
