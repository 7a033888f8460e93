//! How much one person, or one address of nobody known, may ask for in a minute, and how long what they
//! send may take. Each process counts for itself and forgets when it ends.

use std::collections::HashMap;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{StreamExt as _, poll_fn};
use jiff::{SignedDuration, Timestamp};

use crate::ctx::App;
use crate::problem::Problem;

/// How many are kept in mind before those are forgotten who have asked for nothing of late.
const KNOWN_MAX: usize = 10_000;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Who asked for how much. For each it is kept when all they asked for would have been due, had they
/// asked evenly: nobody may be a minute ahead of that (the generic cell rate algorithm of ATM Forum).
#[derive(Debug)]
pub struct Limits {
    each: SignedDuration,
    even: Mutex<HashMap<String, Timestamp>>,
}

impl Limits {
    pub fn new(requests_per_minute: u32) -> Self {
        Self {
            each: MINUTE / i32::try_from(requests_per_minute.max(1)).unwrap_or(i32::MAX),
            even: Mutex::default(),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// It is one too many.
    pub fn take(&self, who: &str, now: Timestamp) -> Result<(), Problem> {
        // Whoever panicked while counting has left a count that is still one.
        let mut even = self.even.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if even.len() >= KNOWN_MAX {
            even.retain(|_, due| *due > now);
        }
        // Nobody ever gets further ahead than a minute: it was counted by a clock that has gone back since.
        let due = even.get(who).copied().filter(|due| due.duration_since(now) <= MINUTE);
        let due = due.unwrap_or(now).max(now) + self.each;
        let ahead = due.duration_since(now);
        if ahead > MINUTE {
            let seconds = u32::try_from((ahead - MINUTE).as_secs()).unwrap_or_default() + 1;
            return Err(Problem::TooManyRequests { seconds });
        }
        even.insert(who.to_owned(), due);
        Ok(())
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
        assert_eq!(limits.even.lock().expect("one thread at a time").len(), 1);
    }
}
