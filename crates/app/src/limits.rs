//! How much one person, or one address of nobody known, may ask for in a minute, and how long what they
//! send may take. Each process counts in its memory; several nodes on one database tell each other every
//! second, so that a limit holds for the office and no request waits for the database.

use std::collections::HashMap;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{StreamExt as _, poll_fn};
use jiff::{SignedDuration, Timestamp};
use store::{AskedHere, DueInAll, PAGE_ROWS_MAX, StoreError};

use crate::Desk;
use crate::ctx::App;
use crate::problem::Problem;

/// How many are kept in mind before those are forgotten who have asked for nothing of late.
const KNOWN_MAX: usize = 10_000;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// How often nodes tell each other: so much longer than its limit says somebody may ask all of them.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// Whoever is so far ahead in all is told to every node, those included that have not seen them yet.
const TOLD_TO_ALL: SignedDuration = SignedDuration::from_secs(30);

/// Who asked for how much, and how much is too much. Whoever holds a copy holds the same counts.
#[derive(Clone, Debug)]
pub struct Limits {
    each: SignedDuration,
    counts: Arc<Mutex<HashMap<String, Count>>>,
}

/// What one asked for.
#[derive(Clone, Copy, Debug)]
struct Count {
    /// When all they asked for would have been due, had they asked evenly: nobody may be a minute ahead of
    /// that (the generic cell rate algorithm of ATM Forum).
    due: Timestamp,
    /// What other nodes have not been told of: what it is worth, and when it began.
    untold: SignedDuration,
    since: Timestamp,
}

impl Limits {
    /// Limits of so many requests in a minute for each person, and for each address of nobody known.
    pub fn new(requests_per_minute: u32) -> Self {
        let each = MINUTE / i32::try_from(requests_per_minute.max(1)).unwrap_or(i32::MAX);
        Self { each, counts: Arc::default() }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// It is one too many.
    pub(crate) fn take(&self, who: &str, now: Timestamp) -> Result<(), Problem> {
        let mut counts = self.counts();
        if counts.len() >= KNOWN_MAX {
            counts.retain(|_, count| count.due > now);
        }
        // Nobody ever gets further ahead than a minute, and what the clocks of nodes differ by: it was counted by a
        // clock that has gone back since.
        let before = counts.get(who).copied().filter(|count| count.due.duration_since(now) <= MINUTE * 2);
        let before = before.unwrap_or(Count::of_nothing(now));
        let due = before.due.max(now) + self.each;
        let ahead = due.duration_since(now);
        if ahead > MINUTE {
            let seconds = u32::try_from((ahead - MINUTE).as_secs()).unwrap_or_default() + 1;
            return Err(Problem::TooManyRequests { seconds });
        }
        let since = if before.untold.is_zero() { now } else { before.since };
        counts.insert(who.to_owned(), Count { due, untold: before.untold + self.each, since });
        Ok(())
    }

    /// Tells other nodes who asked for how much, and hears it of them, for as long as the desk is open. A node
    /// that cannot reach the database goes on with its own counts.
    pub async fn share(self, desk: Desk) {
        if !desk.store.is_shared() {
            return;
        }
        let mut is_shared = true;
        loop {
            tokio::select! {
                () = tokio::time::sleep(TELL_EVERY) => {}
                () = desk.closed() => return,
            }
            let shared = self.share_once(&desk).await;
            if let Err(error) = &shared
                && is_shared
            {
                let error: &dyn std::error::Error = error;
                tracing::warn!(error, "requests are counted by this node alone until the database answers");
            }
            is_shared = shared.is_ok();
        }
    }

    async fn share_once(&self, desk: &Desk) -> Result<(), StoreError> {
        let now = desk.now();
        let asked = self.untold(now);
        match desk.store.share_request_counts(&asked, now, now + TOLD_TO_ALL, now + MINUTE).await {
            Ok(in_all) => {
                self.hear(in_all);
                Ok(())
            }
            Err(error) => {
                self.take_back(asked);
                Err(error)
            }
        }
    }

    /// What other nodes are to be told, from now on taken as told: of those who asked for most, if there are
    /// many. What was due already holds nobody back and is not told.
    fn untold(&self, now: Timestamp) -> Vec<AskedHere> {
        let mut counts = self.counts();
        let mut asked: Vec<_> = counts.iter_mut().filter(|(_, count)| !count.untold.is_zero()).collect();
        asked.sort_by_key(|(_, count)| std::cmp::Reverse(count.due));
        asked
            .into_iter()
            .filter(|(_, count)| count.due > now)
            .take(PAGE_ROWS_MAX as usize)
            .map(|(who, count)| {
                let worth = std::mem::take(&mut count.untold);
                AskedHere { who: who.clone(), since: count.since, worth }
            })
            .collect()
    }

    /// Nobody was told after all.
    fn take_back(&self, asked: Vec<AskedHere>) {
        let mut counts = self.counts();
        for AskedHere { who, since, worth } in asked {
            if let Some(count) = counts.get_mut(&who) {
                (count.untold, count.since) = (count.untold + worth, since);
            }
        }
    }

    /// Takes into account what all nodes counted together. What came here since it was told is not among it.
    fn hear(&self, in_all: Vec<DueInAll>) {
        let mut counts = self.counts();
        for DueInAll { who, due } in in_all {
            let count = counts.entry(who).or_insert(Count::of_nothing(due));
            // What one node counts by itself is never less than what it told, so that nobody loses who asks one.
            count.due = count.due.max(due + count.untold);
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, Count>> {
        // Whoever panicked while counting has left a count that is still one.
        self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Count {
    fn of_nothing(at: Timestamp) -> Self {
        Self { due: at, untold: SignedDuration::ZERO, since: at }
    }
}

/// Cuts what takes too long to arrive, and says so. Only what is sent counts: an act that has begun is
/// never cut, and what it answers stands.
pub async fn slow_bodies(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let limit = app.settings.body_time_max;
    let was_cut = Arc::new(AtomicBool::new(false));
    let cut = was_cut.clone();
    let response = next.run(request.map(|body| arriving_within(body, limit, cut))).await;
    // Whoever read the body knows only that it broke off.
    if was_cut.load(Ordering::Relaxed) && response.status().is_client_error() {
        return Problem::TooSlow.into_response();
    }
    response
}

fn arriving_within(body: Body, limit: Duration, cut: Arc<AtomicBool>) -> Body {
    let mut late = Box::pin(tokio::time::sleep(limit));
    let mut data = body.into_data_stream();
    Body::from_stream(poll_fn(move |context| {
        if Pin::as_mut(&mut late).poll(context).is_ready() {
            cut.store(true, Ordering::Relaxed);
            let late = io::Error::new(io::ErrorKind::TimedOut, "the body took too long to arrive");
            return Poll::Ready(Some(Err(axum::Error::new(late))));
        }
        data.poll_next_unpin(context)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_too_fast_waits_and_nobody_else_does() {
        let limits = Limits::new(60);
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        for _ in 0..60 {
            limits.take("rina", now).expect("a minute's worth at once");
        }
        assert_eq!(limits.take("rina", now), Err(Problem::TooManyRequests { seconds: 2 }));
        assert_eq!(limits.take("budi", now), Ok(()));
        let later = now + SignedDuration::from_secs(1);
        assert_eq!(limits.take("rina", later), Ok(()), "one more each second");
        assert!(limits.take("rina", later).is_err());
    }

    #[test]
    fn a_clock_that_goes_back_shuts_nobody_out() {
        let limits = Limits::new(60);
        let tomorrow: Timestamp = "2026-11-24T02:00:00Z".parse().expect("a time");
        limits.take("rina", tomorrow).expect("the first request");
        let today = tomorrow - SignedDuration::from_hours(24);
        assert_eq!(limits.take("rina", today), Ok(()));
    }

    #[test]
    fn those_who_ask_for_nothing_are_forgotten() {
        let limits = Limits::new(60);
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        for n in 0..KNOWN_MAX {
            limits.take(&n.to_string(), now).expect("the first request");
        }
        limits.take("rina", now + MINUTE).expect("the first request");
        assert_eq!(limits.counts().len(), 1);
    }

    /// How many more are let through at once.
    fn left(limits: &Limits, who: &str, now: Timestamp) -> u32 {
        (0..).take_while(|_| limits.take(who, now).is_ok()).count() as u32
    }

    /// What all nodes are told when one has told what was asked of it: what it asked, after what was due before.
    fn in_all(asked: &[AskedHere], before: Timestamp) -> Vec<DueInAll> {
        let due = |asked: &AskedHere| before.max(asked.since) + asked.worth;
        asked.iter().map(|asked| DueInAll { who: asked.who.clone(), due: due(asked) }).collect()
    }

    #[test]
    fn what_was_asked_of_one_node_counts_on_the_other() {
        let (here, there) = (Limits::new(60), Limits::new(60));
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        for _ in 0..40 {
            here.take("rina", now).expect("within her limit");
        }
        for _ in 0..5 {
            there.take("rina", now).expect("nobody has told yet");
        }
        let told = in_all(&here.untold(now), now);
        there.hear(told.clone());
        assert_eq!(left(&there, "rina", now), 15);
        assert_eq!(left(&there, "budi", now), 60, "others go on");
        // What she asked there is told in its turn, once.
        let mut of_rina = there.untold(now);
        of_rina.retain(|asked| asked.who == "rina");
        here.hear(in_all(&of_rina, told[0].due));
        assert_eq!(left(&here, "rina", now), 0);
        assert_eq!(there.untold(now), []);
    }

    #[test]
    fn whoever_asks_one_node_alone_has_the_whole_limit() {
        let limits = Limits::new(60);
        let mut now: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        let mut known = now;
        // One a second is what the limit allows for ever, told in between or not.
        for second in 0..600 {
            limits.take("rina", now).expect("evenly");
            if second % 3 == 0 {
                let told = in_all(&limits.untold(now), known);
                known = told[0].due;
                limits.hear(told);
            }
            now += SignedDuration::from_secs(1);
        }
        assert_eq!(left(&limits, "rina", now), 60);
    }

    #[test]
    fn what_could_not_be_told_is_told_later() {
        let limits = Limits::new(60);
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        limits.take("rina", now).expect("the first request");
        let asked = limits.untold(now);
        limits.take_back(asked.clone());
        assert_eq!(limits.untold(now), asked);
        limits.take("rina", now).expect("the second request");
        assert_eq!(limits.untold(now + MINUTE), [], "what is long due holds nobody back");
    }
}
