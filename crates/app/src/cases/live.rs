//! What changes, as it happens: server-sent events that pages use to refresh what they show.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::Query;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use sop::case::{CaseNo, Version};
use store::{Change, Scope};
use tokio::sync::broadcast::error::RecvError;

use crate::ctx::Ctx;
use crate::policy;
use crate::problem::Problem;

/// How often a quiet stream shows that it is alive, so that nothing between cuts it.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Of which case to tell; of all when none is named.
#[derive(Debug, serde::Deserialize)]
pub struct Watched {
    case: Option<CaseNo>,
    /// The version of the case that the page shows.
    seen: Option<Version>,
}

/// `GET /changes`: an event `changed` with the number of each case that changes and that the person
/// may read at that time: their session can have ended, or a role of theirs, while the stream was open.
/// What changed between a page and its stream is told at once.
pub async fn changes(
    ctx: Ctx,
    Query(watched): Query<Watched>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let scope = policy::cases(&ctx.person);
    let changes = ctx.desk.watch();
    let missed = match (&watched.case, watched.seen) {
        (Some(no), Some(seen)) => {
            let file = ctx.desk.store.case_file(&scope, no).await?;
            file.filter(|file| file.case.version > seen).map(|_| Ok(changed(no.as_str())))
        }
        (Some(_) | None, _) => None,
    };
    let desk = ctx.desk.clone();
    let coming = stream::unfold(changes, move |mut changes| {
        let (ctx, watched) = (ctx.clone(), watched.case.clone());
        async move {
            loop {
                match changes.recv().await {
                    Ok(Change::Case { case, .. })
                        if watched.as_ref().is_some_and(|watched| *watched != case) => {}
                    Ok(Change::Case { case, requester, .. }) => {
                        // Whose session has ended, or cannot be looked up, hears no more.
                        let visible = match policy::cases(&ctx.person_now().await.ok()??) {
                            Scope::All => true,
                            Scope::Requester(person) => requester == Some(person),
                            Scope::Nothing => false,
                        };
                        if visible {
                            return Some((Ok(changed(case.as_str())), changes));
                        }
                    }
                    // Whoever was too slow for some events, or was not told of what they are, refreshes once
                    // for all of them.
                    Ok(Change::Something) | Err(RecvError::Lagged(_)) => {
                        return Some((Ok(changed("")), changes));
                    }
                    Err(RecvError::Closed) => return None,
                }
            }
        }
    });
    let stream = stream::iter(missed).chain(coming).take_until(async move { desk.closed().await });
    Ok(Sse::new(stream.boxed()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn changed(case: &str) -> Event {
    Event::default().event("changed").data(case)
}
