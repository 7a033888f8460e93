//! What people do at the desk, over HTTP, timed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use drill::people::PASSWORD;
use drill::{Chance, Desk, fields};
use jiff::Timestamp;
use sop::case::{CaseNo, Entries, TaskState};
use store::{Scope, Store};

use crate::corpus::{COMMON_WORD, RARE_WORD, SIGNATURE};
use crate::office::Office;
use crate::report::Series;

/// A page that is only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Inbox,
    /// With what waits for each member of the team.
    InboxOfLead,
    Case,
    List,
    SearchRare,
    SearchCommon,
    RegisterMonth,
}

impl Page {
    pub const ALL: [Self; 7] = [
        Self::Inbox,
        Self::InboxOfLead,
        Self::Case,
        Self::List,
        Self::SearchRare,
        Self::SearchCommon,
        Self::RegisterMonth,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::InboxOfLead => "inbox of the lead",
            Self::Case => "case page",
            Self::List => "list by filter",
            Self::SearchRare => "search, rare word",
            Self::SearchCommon => "search, common word",
            Self::RegisterMonth => "register of a month, CSV",
        }
    }

    /// How many times fewer than the others it is asked for: a month of the register takes long.
    fn rarity(self) -> usize {
        if self == Self::RegisterMonth { 20 } else { 1 }
    }

    /// Asks for it, of an office with some cases.
    pub fn open(self, desk: &Desk, cases: &[CaseNo], chance: &mut Chance) -> Result<()> {
        let path = match self {
            Self::Inbox | Self::InboxOfLead => "/inbox".to_owned(),
            Self::Case => format!("/cases/{}", chance.one_of(cases)),
            Self::List => format!("/cases?state=running&unit=BALAI-{:02}&sort=due", chance.below(30)),
            Self::SearchRare => format!("/cases?q={RARE_WORD}"),
            Self::SearchCommon => format!("/cases?q={COMMON_WORD}"),
            Self::RegisterMonth => "/register.csv?from=01-03-2026&until=31-03-2026".to_owned(),
        };
        let browser = if self == Self::Inbox { &desk.member } else { &desk.lead };
        browser.open(&path).map(drop)
    }
}

/// Lets some clients do the same thing side by side until it was done often enough.
pub fn load(
    name: &str,
    desks: &[Desk],
    times: usize,
    act: impl Fn(&Desk, usize) -> Result<()> + Sync,
) -> Result<Series> {
    let (next, took) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(times)));
    let began = Instant::now();
    let done: Result<()> = std::thread::scope(|scope| {
        let client = |desk| {
            let (next, took, act) = (&next, &took, &act);
            move || -> Result<()> {
                let mut own: Vec<Duration> = Vec::new();
                loop {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    if nth >= times {
                        break;
                    }
                    let began = Instant::now();
                    act(desk, nth)?;
                    own.push(began.elapsed());
                }
                took.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
                Ok(())
            }
        };
        let clients: Vec<_> = desks.iter().map(|desk| scope.spawn(client(desk))).collect();
        clients.into_iter().try_for_each(|client| client.join().map_err(|_| anyhow!("a client ended"))?)
    });
    done.with_context(|| name.to_owned())?;
    let all = began.elapsed();
    Ok(Series::of(name, desks.len(), took.into_inner().unwrap_or_else(PoisonError::into_inner), all))
}

/// All pages, asked for by some clients.
pub fn pages(desks: &[Desk], times: usize, cases: &[CaseNo]) -> Result<Vec<Series>> {
    Page::ALL
        .into_iter()
        .map(|page| {
            load(page.name(), desks, (times / page.rarity()).max(1), |desk, nth| {
                page.open(desk, cases, &mut Chance::of(nth as u64))
            })
        })
        .collect()
}

/// Requests are filed, and then the first task of each is completed.
pub fn durable(desks: &[Desk], times: usize, now: Timestamp) -> Result<[Series; 2]> {
    let filed = Mutex::new(Vec::with_capacity(times));
    let filing = load("file a request", desks, times, |desk, nth| {
        let answer = desk.requester.post_with_files("/requests", &request(nth as u64, now))?;
        let location = answer.taken_on().context("filing a request")?;
        let number = location.rsplit('/').next().unwrap_or_default().to_owned();
        filed.lock().unwrap_or_else(PoisonError::into_inner).push(number);
        Ok(())
    })?;
    let filed = filed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let completing = load("complete a task", desks, times, |desk, nth| {
        let form = fields(&[
            ("outcome", "teruskan"),
            ("seen", "3"),
            ("t1-sifat", "biasa"),
            ("t1-harap", "proses"),
            ("t1-catatan", "Mohon dikaji, koordinasikan dengan Pusdatin bila perlu."),
        ]);
        let path = format!("/cases/{}/tasks/1/completion", filed[nth]);
        desk.secretary.post(&path, &form)?.taken_on().context(path).map(drop)
    })?;
    Ok([filing, completing])
}

/// The request form, filled in.
pub fn request(nth: u64, now: Timestamp) -> Entries {
    drill::request(&mut Chance::of(nth), "Surel dinas tidak terkirim", now)
}

/// Letters are signed: printed, given their number, signed and kept. Those that were signed are taken from
/// the list.
pub async fn letters(
    desks: &[Desk],
    times: usize,
    store: &Store,
    to_sign: &mut Vec<CaseNo>,
) -> Result<Option<Series>> {
    let mut waiting = Vec::with_capacity(times);
    while waiting.len() < times
        && let Some(number) = to_sign.pop()
    {
        let Some(file) = store.case_file(&Scope::All, &number).await? else { continue };
        let is_waiting =
            |task: &&sop::case::Task| task.state == TaskState::Open && task.stage.to_string() == SIGNATURE;
        if let Some(task) = file.case.tasks.iter().find(is_waiting) {
            waiting.push((number, task.id, file.case.version));
        }
    }
    if waiting.is_empty() {
        return Ok(None);
    }
    let series = load("sign a letter", desks, waiting.len(), |desk, nth| {
        let (number, task, seen) = &waiting[nth];
        let form = fields(&[
            ("outcome", "tandatangani"),
            ("seen", &seen.to_string()),
            ("passphrase-tandatangani", PASSWORD),
        ]);
        let path = format!("/cases/{number}/tasks/{task}/completion");
        desk.secretary.post(&path, &form)?.taken_on().context(path).map(drop)
    })?;
    Ok(Some(series))
}

/// How much longer pages of a large office take than those of a small one, asked for in turns so that what
/// else the machine does hits both alike.
pub fn growth(
    small: (&Desk, &[CaseNo]),
    large: (&Desk, &[CaseNo]),
    times: usize,
) -> Result<Vec<(Page, f64)>> {
    let mut ratios = Vec::new();
    for page in [Page::Inbox, Page::InboxOfLead, Page::Case, Page::List, Page::SearchRare] {
        let mut took = [Vec::with_capacity(times), Vec::with_capacity(times)];
        for nth in 0..times + times / 10 {
            for (took, (desk, cases)) in took.iter_mut().zip([small, large]) {
                let began = Instant::now();
                page.open(desk, cases, &mut Chance::of(nth as u64))?;
                // The first tenth warms up.
                if nth >= times / 10 {
                    took.push(began.elapsed());
                }
            }
        }
        let [small, large] = took.map(|took| Series::of(page.name(), 1, took, Duration::from_secs(1)).p50_ms);
        ratios.push((page, large / small));
    }
    Ok(ratios)
}

/// Some cases of an office, evenly over all of it.
pub async fn some_cases(store: &Store, office: &Office) -> Result<Vec<CaseNo>> {
    let mut some = Vec::new();
    for year in [2025, 2026] {
        let mut n = 1;
        loop {
            let number = CaseNo::new(format!("{year:04}-{n:04}"));
            if store.case_file(&Scope::All, &number).await?.is_none() {
                break;
            }
            some.push(number);
            n += (office.cases / 400).max(1);
        }
    }
    if some.is_empty() { Err(anyhow!("the office has no cases")) } else { Ok(some) }
}
