//! What other nodes change, as it happens.
//!
//! On PostgreSQL a change of a case is announced in its transaction, so that it is told if and only if it is
//! stored. Whoever is connected through PgBouncer cannot listen, and looks instead how far the count of
//! changes has come. On SQLite there are no other nodes.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sop::case::{Case, CaseNo, PersonId, Version};
use sqlx::postgres::PgListener;
use sqlx::{AnyConnection, query};

use crate::connection::Dialect;
use crate::error::Context;
use crate::postgres::Reached;
use crate::{Store, StoreError};

/// How often whoever cannot listen looks, and how long whoever can waits before another try.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Something that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Case {
        case: CaseNo,
        version: Version,
        requester: Option<PersonId>,
    },
    /// One or several cases, and nobody told which.
    Something,
}

impl Change {
    pub fn of(case: &Case) -> Self {
        Self::Case {
            case: case.number.clone(),
            version: case.version,
            requester: case.request.requester.clone(),
        }
    }
}

/// A change as the nodes tell each other.
#[derive(Debug, Serialize, Deserialize)]
struct Announcement {
    /// Who tells it, to whom it is no news.
    node: u64,
    case: CaseNo,
    version: Version,
    requester: Option<PersonId>,
}

/// What other nodes change, one after another.
#[derive(Debug)]
pub struct Changes {
    store: Store,
    listener: Option<PgListener>,
    /// The connection was lost, and what was told meanwhile with it.
    has_missed: bool,
    /// How far the count of changes had come.
    count: Option<i64>,
    /// The count goes up before what it counts can be seen, so that the next look tells it once more.
    to_repeat: bool,
}

impl Store {
    /// What other nodes change from now on. What this one changes is not among it, unless through PgBouncer.
    pub fn changes(&self) -> Changes {
        Changes { store: self.clone(), listener: None, has_missed: false, count: None, to_repeat: false }
    }

    /// Announces a change once its transaction is stored.
    pub(crate) async fn announce(&self, tx: &mut AnyConnection, case: &Case) -> Result<(), StoreError> {
        if self.dialect == Dialect::Sqlite {
            return Ok(());
        }
        let doing = || format!("announcing a change of case {}", case.number);
        let announcement = Announcement {
            node: self.node,
            case: case.number.clone(),
            version: case.version,
            requester: case.request.requester.clone(),
        };
        query("SELECT nextval('case_changes'), pg_notify('case_changes', $1)")
            .bind(serde_json::to_string(&announcement).doing(doing)?)
            .execute(tx)
            .await
            .doing(doing)?;
        Ok(())
    }
}

impl Changes {
    /// Waits for the next change. A database that does not answer is asked again until it does.
    pub async fn next(&mut self) -> Change {
        loop {
            let told = match self.store.dialect {
                Dialect::Sqlite => std::future::pending().await,
                Dialect::Postgres(Reached::Directly) => self.hear().await,
                Dialect::Postgres(Reached::ThroughPgBouncer) => self.look().await,
            };
            match told {
                Ok(Some(change)) => return change,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "changes of other nodes do not arrive; trying again shortly"
                    );
                    self.listener = None;
                    self.has_missed = true;
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        }
    }

    async fn hear(&mut self) -> Result<Option<Change>, StoreError> {
        let doing = || "listening for changes".to_owned();
        let listener = match &mut self.listener {
            Some(listener) => listener,
            none => {
                let address = self.store.readers.connect_options().database_url.to_string();
                let mut listener = PgListener::connect(&address).await.doing(doing)?;
                listener.listen("case_changes").await.doing(doing)?;
                none.insert(listener)
            }
        };
        if std::mem::take(&mut self.has_missed) {
            return Ok(Some(Change::Something));
        }
        let Some(told) = listener.try_recv().await.doing(doing)? else {
            return Ok(Some(Change::Something));
        };
        let Announcement { node, case, version, requester } =
            serde_json::from_str(told.payload()).damaged(|| "what another node told".to_owned())?;
        Ok((node != self.store.node).then_some(Change::Case { case, version, requester }))
    }

    async fn look(&mut self) -> Result<Option<Change>, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT last_value FROM case_changes")
            .fetch_one(&self.store.readers)
            .await
            .doing(|| "looking for changes".to_owned())?;
        let has_moved = self.count.replace(count).is_some_and(|before| before != count);
        if has_moved || std::mem::take(&mut self.to_repeat) {
            self.to_repeat = has_moved;
            return Ok(Some(Change::Something));
        }
        tokio::time::sleep(LOOK_EVERY).await;
        Ok(None)
    }
}
