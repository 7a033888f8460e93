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
/// may read. What changed between a page and its stream is told at once.
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
    let coming = stream::unfold(changes, move |mut changes| {
        let (scope, watched) = (scope.clone(), watched.case.clone());
        async move {
            loop {
                match changes.recv().await {
                    Ok(Change::Case { case, requester, .. }) => {
                        let visible = match &scope {
                            Scope::All => true,
                            Scope::Requester(person) => requester.as_ref() == Some(person),
                            Scope::Nothing => false,
                        };
                        if visible && watched.as_ref().is_none_or(|watched| *watched == case) {
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
    let desk = ctx.desk.clone();
    let stream = stream::iter(missed).chain(coming).take_until(async move { desk.closed().await });
    Ok(Sse::new(stream.boxed()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn changed(case: &str) -> Event {
    Event::default().event("changed").data(case)
}
