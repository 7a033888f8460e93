//! What changes, as it happens: server-sent events that pages use to refresh what they show.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::Query;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use sop::case::CaseNo;
use store::Scope;
use tokio::sync::broadcast::error::RecvError;

use crate::ctx::Ctx;
use crate::policy;

/// How often a quiet stream shows that it is alive, so that nothing between cuts it.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Of which case to tell; of all when none is named.
#[derive(Debug, serde::Deserialize)]
pub struct Watched {
    case: Option<CaseNo>,
}

/// `GET /changes`: an event `changed` with the number of each case that changes and that the person
/// may read.
pub async fn changes(
    ctx: Ctx,
    Query(watched): Query<Watched>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let scope = policy::cases(&ctx.person);
    let stream = stream::unfold(ctx.desk.watch(), move |mut changes| {
        let (scope, watched) = (scope.clone(), watched.case.clone());
        async move {
            loop {
                match changes.recv().await {
                    Ok(change) => {
                        let visible = match &scope {
                            Scope::All => true,
                            Scope::Requester(person) => change.requester.as_ref() == Some(person),
                            Scope::Nothing => false,
                        };
                        if visible && watched.as_ref().is_none_or(|case| *case == change.case) {
                            let event = Event::default().event("changed").data(change.case.as_str());
                            return Some((Ok(event), changes));
                        }
                    }
                    // Whoever was too slow for some events refreshes once for all of them.
                    Err(RecvError::Lagged(_)) => {
                        return Some((Ok(Event::default().event("changed").data("")), changes));
                    }
                    Err(RecvError::Closed) => return None,
                }
            }
        }
    });
    let desk = ctx.desk.clone();
    let stream = stream.take_until(async move { desk.closed().await });
    Sse::new(stream.boxed()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}
