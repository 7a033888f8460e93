//! Webhooks: programs elsewhere that are told what happens to cases, and what became of the telling.
//!
//! A delivery and its order are written with the event they tell of, so that none is lost. An event
//! that is told has a public name ([`EventKind`]) that stays the same whatever becomes of ours. With what
//! messages are signed is kept encrypted, as `secrets` says.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sop::case::{CaseNo, Event, PersonId, Recorded, Version};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use crate::error::{Cause, Context};
use crate::outbox::{self, Order};
use crate::secrets::{ALGORITHM, Owner, SecretsKey};
use crate::sql::{CaseId, Columns as _, Statement, int, micros, name_of};
use crate::{Store, StoreError};

/// How many webhooks an office may have.
pub const WEBHOOKS_MAX: u32 = 20;
/// How many deliveries of a webhook are looked at, the newest first.
pub const DELIVERIES_SHOWN: u32 = 50;

/// What programs elsewhere are told of. The names are public and stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    Registered,
    StepOpened,
    StepCompleted,
    StepOverdue,
    DueMoved,
    TaskAssigned,
    TaskCompleted,
    LetterSigned,
    LetterSent,
    LetterNotSent,
    Attached,
    Suspended,
    Resumed,
    Closed,
    Reopened,
    /// Nothing happened: somebody tries the way. Each webhook may be told this, and none asks for it.
    Test,
}

/// A program elsewhere that is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: u32,
    pub name: String,
    /// Where it listens: an `https` address, or `http` within the office's own network.
    pub address: String,
    pub kinds: BTreeSet<EventKind>,
    pub secret: String,
    /// The secret before, and until when messages are signed with it as well.
    pub old_secret: Option<(String, Timestamp)>,
    /// Why nothing is sent to it.
    pub disabled: Option<Disabled>,
    /// Since when no message has arrived.
    pub failing_since: Option<Timestamp>,
    pub created_at: Timestamp,
    pub created_by: PersonId,
}

/// Why a webhook is sent nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disabled {
    /// Somebody switched it off.
    ByHand,
    /// For days nothing arrived.
    Failing,
    /// It answered that it is gone for good.
    Gone,
}

/// A webhook that is being made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewWebhook {
    pub name: String,
    pub address: String,
    pub kinds: BTreeSet<EventKind>,
    pub secret: String,
}

// Written out, so that no secret gets into a log.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Webhook");
        shown.field("id", &self.id).field("name", &self.name).field("address", &self.address);
        shown.finish_non_exhaustive()
    }
}

impl fmt::Debug for NewWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("NewWebhook");
        shown.field("name", &self.name).field("address", &self.address).finish_non_exhaustive()
    }
}

/// One event told to one webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: u32,
    pub kind: EventKind,
    /// The case and its version with the event; none where somebody tries the way.
    pub about: Option<(CaseNo, Version)>,
    /// When it happened.
    pub at: Timestamp,
    pub state: DeliveryState,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
    /// The tries so far, the first one first.
    pub attempts: Vec<Attempt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Waiting,
    Delivered,
    GivenUp,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub at: Timestamp,
    /// How long it took.
    pub millis: u32,
    /// What the other side answered, as HTTP counts it; none if it did not.
    pub status: Option<u32>,
    /// Why it does not count; none if it does.
    pub error: Option<String>,
}

/// What follows from a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Delivered,
    /// It is tried again.
    Again(Timestamp),
    GivenUp,
}

impl EventKind {
    /// What a webhook can ask for.
    pub const ALL: [Self; 15] = [
        Self::Registered,
        Self::StepOpened,
        Self::StepCompleted,
        Self::StepOverdue,
        Self::DueMoved,
        Self::TaskAssigned,
        Self::TaskCompleted,
        Self::LetterSigned,
        Self::LetterSent,
        Self::LetterNotSent,
        Self::Attached,
        Self::Suspended,
        Self::Resumed,
        Self::Closed,
        Self::Reopened,
    ];

    /// As programs know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registered => "case.registered",
            Self::StepOpened => "case.step_opened",
            Self::StepCompleted => "case.step_completed",
            Self::StepOverdue => "case.step_overdue",
            Self::DueMoved => "case.due_moved",
            Self::TaskAssigned => "case.task_assigned",
            Self::TaskCompleted => "case.task_completed",
            Self::LetterSigned => "case.letter_signed",
            Self::LetterSent => "case.letter_sent",
            Self::LetterNotSent => "case.letter_not_sent",
            Self::Attached => "case.attached",
            Self::Suspended => "case.suspended",
            Self::Resumed => "case.resumed",
            Self::Closed => "case.closed",
            Self::Reopened => "case.reopened",
            Self::Test => "test",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Test]).find(|kind| kind.name() == name)
    }

    /// What an event is outside; none where it is the office's own affair.
    fn of(event: &Event) -> Option<Self> {
        Some(match event {
            Event::Registered { .. } => Self::Registered,
            Event::StepOpened { .. } => Self::StepOpened,
            Event::StepCompleted { .. } => Self::StepCompleted,
            Event::StepOverdue { .. } => Self::StepOverdue,
            Event::DueMoved { .. } => Self::DueMoved,
            Event::TaskAssigned { .. } => Self::TaskAssigned,
            Event::TaskCompleted { .. } => Self::TaskCompleted,
            Event::LetterSigned { .. } => Self::LetterSigned,
            Event::Dispatched { .. } => Self::LetterSent,
            Event::DispatchFailed { .. } => Self::LetterNotSent,
            Event::Attached { .. } => Self::Attached,
            Event::Suspended => Self::Suspended,
            Event::Resumed => Self::Resumed,
            Event::Closed { .. } => Self::Closed,
            Event::Reopened => Self::Reopened,
            // What is planned, on its way, or written for some eyes only.
            Event::TaskOpened { .. }
            | Event::ProgressLogged { .. }
            | Event::DispatchOrdered { .. }
            | Event::Noted { .. } => return None,
        })
    }
}

impl Store {
    /// Keeps a new webhook. None if the office has [`WEBHOOKS_MAX`] already.
    pub async fn add_webhook(
        &self,
        new: &NewWebhook,
        by: &PersonId,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        let doing = || format!("adding the webhook {}", new.name);
        let key = self.secrets_key()?;
        let mut tx = self.write("beginning to add a webhook").await?;
        let there =
            query("SELECT COUNT(*) AS webhooks FROM webhooks").fetch_one(&mut *tx).await.doing(doing)?;
        if there.count("webhooks").damaged(|| "the count of webhooks".to_owned())? >= WEBHOOKS_MAX {
            return Ok(None);
        }
        let row = query(
            "INSERT INTO webhooks (name, address, secret, algorithm, created_at, created_by) \
             VALUES ($1, $2, '', $3, $4, $5) RETURNING id",
        )
        .bind(new.name.as_str())
        .bind(new.address.as_str())
        .bind(ALGORITHM)
        .bind(micros(now))
        .bind(by.as_str())
        .fetch_one(&mut *tx)
        .await
        .doing(doing)?;
        let id = row.count("id").damaged(|| "the id of a webhook".to_owned())?;
        // What is encrypted names its webhook, which has its number only now.
        query("UPDATE webhooks SET secret = $1 WHERE id = $2")
            .bind(key.encrypt(Owner::Webhook(id), new.secret.as_bytes())?)
            .bind(i64::from(id))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        for kind in &new.kinds {
            query("INSERT INTO webhook_kinds (webhook, kind) VALUES ($1, $2)")
                .bind(i64::from(id))
                .bind(kind.name())
                .execute(&mut *tx)
                .await
                .doing(doing)?;
        }
        tx.commit().await.doing(doing)?;
        Ok(Some(id))
    }

    /// All webhooks, the oldest first.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        self.webhooks_where(Statement::new(
            "SELECT id, name, address, secret, old_secret, old_secret_until, disabled, failing_since, \
             created_at, created_by, algorithm \
             FROM webhooks ORDER BY id",
        ))
        .await
    }

    pub async fn webhook(&self, id: u32) -> Result<Option<Webhook>, StoreError> {
        let mut one = Statement::new(
            "SELECT id, name, address, secret, old_secret, old_secret_until, disabled, failing_since, \
             created_at, created_by, algorithm \
             FROM webhooks WHERE id = ",
        );
        one.int(i64::from(id));
        Ok(self.webhooks_where(one).await?.pop())
    }

    async fn webhooks_where(&self, which: Statement) -> Result<Vec<Webhook>, StoreError> {
        let rows = which.fetch_all(&self.readers, || "reading webhooks".to_owned()).await?;
        let kinds = query("SELECT webhook, kind FROM webhook_kinds")
            .fetch_all(&self.readers)
            .await
            .doing(|| "reading what webhooks are told of".to_owned())?;
        let mut told: HashMap<u32, BTreeSet<EventKind>> = HashMap::new();
        for row in &kinds {
            let read = || -> Result<_, Cause> { Ok((row.count("webhook")?, row.kind()?)) };
            let (webhook, kind) = read().damaged(|| "what a webhook is told of".to_owned())?;
            told.entry(webhook).or_default().insert(kind);
        }
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let key = self.secrets_key()?;
        rows.iter().map(|row| Webhook::read(row, key, &mut told)).collect()
    }

    /// The number and name of each webhook, also for whoever has no key of their secrets.
    pub async fn webhook_names(&self) -> Result<Vec<(u32, String)>, StoreError> {
        let rows = query("SELECT id, name FROM webhooks ORDER BY id").fetch_all(&self.readers).await;
        let rows = rows.doing(|| "reading the names of webhooks".to_owned())?;
        let read = |row: &AnyRow| -> Result<_, Cause> { Ok((row.count("id")?, row.text("name")?)) };
        let names = rows.iter().map(read).collect::<Result<Vec<_>, _>>();
        names.damaged(|| "the name of a webhook".to_owned())
    }

    /// Signs the messages of a webhook with another secret, and with the one before until a time. False
    /// if there is no such webhook.
    pub async fn change_webhook_secret(
        &self,
        id: u32,
        secret: &str,
        old_until: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("changing the secret of webhook {id}");
        let secret = self.secrets_key()?.encrypt(Owner::Webhook(id), secret.as_bytes())?;
        let mut tx = self.write("beginning to change the secret of a webhook").await?;
        let changed = query(
            "UPDATE webhooks SET old_secret = secret, old_secret_until = $1, secret = $2 WHERE id = $3",
        )
        .bind(micros(old_until))
        .bind(secret)
        .bind(i64::from(id))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(changed.rows_affected() == 1)
    }

    /// Switches a webhook off, or on again, from where it counts as sound. False if there is no such
    /// webhook. What waits for one that is off is given up when its time comes.
    pub async fn switch_webhook(&self, id: u32, disabled: Option<Disabled>) -> Result<bool, StoreError> {
        let doing = || format!("switching webhook {id}");
        let mut tx = self.write("beginning to switch a webhook").await?;
        let switched = query("UPDATE webhooks SET disabled = $1, failing_since = NULL WHERE id = $2")
            .bind(disabled.map(|why| name_of(&why)).transpose()?)
            .bind(i64::from(id))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(switched.rows_affected() == 1)
    }

    /// Removes a webhook with its deliveries. False if there is no such webhook.
    pub async fn remove_webhook(&self, id: u32) -> Result<bool, StoreError> {
        let doing = || format!("removing webhook {id}");
        let mut tx = self.write("beginning to remove a webhook").await?;
        let removed = query("DELETE FROM webhooks WHERE id = $1")
            .bind(i64::from(id))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(removed.rows_affected() == 1)
    }

    /// Orders a message that only tries the way. False if there is no such webhook, or it is off.
    pub async fn try_webhook(&self, id: u32, now: Timestamp) -> Result<bool, StoreError> {
        let doing = || format!("trying webhook {id}");
        let mut tx = self.write("beginning to try a webhook").await?;
        let there = query("SELECT id FROM webhooks WHERE id = $1 AND disabled IS NULL")
            .bind(i64::from(id))
            .fetch_optional(&mut *tx)
            .await
            .doing(doing)?;
        if there.is_none() {
            return Ok(false);
        }
        order(&mut tx, i64::from(id), EventKind::Test, None, now).await?;
        tx.commit().await.doing(doing)?;
        Ok(true)
    }

    /// Orders a delivery of a webhook once more, from the beginning. False if the webhook has no such
    /// delivery, it is on its way already, or the webhook is off.
    pub async fn deliver_again(&self, webhook: u32, id: u32, now: Timestamp) -> Result<bool, StoreError> {
        let doing = || format!("ordering delivery {id} once more");
        let mut tx = self.write("beginning to order a delivery once more").await?;
        let row = query(
            "UPDATE deliveries SET state = 'waiting', round = round + 1, next_at = $1 \
             WHERE id = $2 AND webhook = $3 AND state <> 'waiting' \
               AND EXISTS (SELECT 1 FROM webhooks WHERE id = $3 AND disabled IS NULL) \
             RETURNING round",
        )
        .bind(micros(now))
        .bind(i64::from(id))
        .bind(i64::from(webhook))
        .fetch_optional(&mut *tx)
        .await
        .doing(doing)?;
        let Some(row) = row else { return Ok(false) };
        let round = row.count("round").damaged(|| format!("delivery {id}"))?;
        let order = Order::Deliver { delivery: id, round };
        outbox::add(&mut tx, format!("deliver/{id}/{round}"), &order, now).await?;
        tx.commit().await.doing(doing)?;
        Ok(true)
    }

    /// The newest deliveries of a webhook.
    pub async fn deliveries(&self, webhook: u32) -> Result<Vec<Delivery>, StoreError> {
        let doing = || format!("reading the deliveries of webhook {webhook}");
        let rows = query(
            "SELECT id, webhook, kind, case_id, seq, at, state, round, next_at \
             FROM deliveries WHERE webhook = $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(i64::from(webhook))
        .bind(i64::from(DELIVERIES_SHOWN))
        .fetch_all(&self.readers)
        .await
        .doing(doing)?;
        let mut deliveries = rows.iter().map(Delivery::read).collect::<Result<Vec<_>, _>>()?;
        if deliveries.is_empty() {
            return Ok(deliveries);
        }
        let mut tries = Statement::new(
            "SELECT delivery, number, at, millis, status, error \
             FROM delivery_attempts WHERE delivery IN ",
        );
        tries.ints(deliveries.iter().map(|delivery| i64::from(delivery.id)));
        tries.push(" ORDER BY delivery, number");
        for row in &tries.fetch_all(&self.readers, doing).await? {
            let read = || -> Result<_, Cause> { Ok((row.count("delivery")?, Attempt::read(row)?)) };
            let (id, attempt) = read().damaged(|| format!("a try for webhook {webhook}"))?;
            if let Some(delivery) = deliveries.iter_mut().find(|delivery| delivery.id == id) {
                delivery.attempts.push(attempt);
            }
        }
        Ok(deliveries)
    }

    /// A delivery that still waits in this round, without its tries, and to whom it goes.
    pub async fn waiting_delivery(
        &self,
        id: u32,
        round: u32,
    ) -> Result<Option<(Webhook, Delivery)>, StoreError> {
        let row = query(
            "SELECT id, webhook, kind, case_id, seq, at, state, round, next_at \
             FROM deliveries WHERE id = $1 AND round = $2 AND state = 'waiting'",
        )
        .bind(i64::from(id))
        .bind(i64::from(round))
        .fetch_optional(&self.readers)
        .await
        .doing(|| format!("reading delivery {id}"))?;
        let Some(row) = row else { return Ok(None) };
        let webhook = row.count("webhook").damaged(|| format!("delivery {id}"))?;
        let delivery = Delivery::read(&row)?;
        Ok(self.webhook(webhook).await?.map(|webhook| (webhook, delivery)))
    }

    /// Notes a try of a delivery and what follows from it. A webhook to which nothing has arrived since
    /// before `failing_before` is switched off; true if that happened just now.
    pub async fn note_attempt(
        &self,
        webhook: u32,
        delivery: u32,
        attempt: &Attempt,
        after: After,
        failing_before: Timestamp,
    ) -> Result<bool, StoreError> {
        let doing = || format!("noting a try of delivery {delivery}");
        let mut tx = self.write("beginning to note a try of a delivery").await?;
        query(
            "INSERT INTO delivery_attempts (delivery, number, at, millis, status, error) \
             SELECT $1, COUNT(*) + 1, $2, $3, $4, $5 FROM delivery_attempts WHERE delivery = $1",
        )
        .bind(i64::from(delivery))
        .bind(micros(attempt.at))
        .bind(i64::from(attempt.millis))
        .bind(attempt.status.map(i64::from))
        .bind(attempt.error.as_deref())
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        let (state, next_at) = match after {
            After::Delivered => (DeliveryState::Delivered, None),
            After::Again(at) => (DeliveryState::Waiting, Some(at)),
            After::GivenUp => (DeliveryState::GivenUp, None),
        };
        query("UPDATE deliveries SET state = $1, next_at = $2 WHERE id = $3")
            .bind(name_of(&state)?)
            .bind(next_at.map(micros))
            .bind(i64::from(delivery))
            .execute(&mut *tx)
            .await
            .doing(doing)?;
        let failing_since = (after != After::Delivered).then(|| micros(attempt.at));
        query(
            "UPDATE webhooks SET failing_since = CASE WHEN $1 IS NULL THEN NULL \
             ELSE COALESCE(failing_since, $1) END WHERE id = $2",
        )
        .bind(failing_since)
        .bind(i64::from(webhook))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        let switched_off = query(
            "UPDATE webhooks SET disabled = 'failing' \
             WHERE id = $1 AND disabled IS NULL AND failing_since < $2",
        )
        .bind(i64::from(webhook))
        .bind(micros(failing_before))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
        tx.commit().await.doing(doing)?;
        Ok(switched_off.rows_affected() == 1)
    }

    /// Forgets what was told, or given up, before a time. Returns how many deliveries that were.
    pub async fn forget_deliveries(&self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM deliveries WHERE at < $1 AND state <> 'waiting'";
        self.forget("old deliveries", sql, before).await
    }
}

/// Writes the deliveries of events, each with its order.
pub(crate) async fn write(tx: &mut AnyConnection, id: CaseId, events: &[Recorded]) -> Result<(), StoreError> {
    let told = events.iter().filter_map(|recorded| Some((EventKind::of(&recorded.event)?, recorded)));
    let told: Vec<(EventKind, &Recorded)> = told.collect();
    if told.is_empty() {
        return Ok(());
    }
    let asked = query(
        "SELECT webhook, kind FROM webhook_kinds JOIN webhooks ON id = webhook WHERE disabled IS NULL \
         ORDER BY webhook",
    )
    .fetch_all(&mut *tx)
    .await
    .doing(|| format!("looking who is told of case {id}"))?;
    let read = |row: &AnyRow| -> Result<_, Cause> { Ok((row.int("webhook")?, row.kind()?)) };
    let asked = asked.iter().map(read).collect::<Result<Vec<_>, _>>();
    let asked = asked.damaged(|| "what a webhook is told of".to_owned())?;
    // In the order in which it happened, whatever order they asked in.
    for (kind, recorded) in told {
        for (webhook, _) in asked.iter().filter(|(_, asks)| *asks == kind) {
            order(tx, *webhook, kind, Some((id, recorded.seq)), recorded.at).await?;
        }
    }
    Ok(())
}

/// Writes a delivery and its order.
async fn order(
    tx: &mut AnyConnection,
    webhook: i64,
    kind: EventKind,
    about: Option<(CaseId, Version)>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let doing = || format!("writing a delivery for webhook {webhook}");
    let row = query(
        "INSERT INTO deliveries (webhook, kind, case_id, seq, at, state, next_at) \
         VALUES ($1, $2, $3, $4, $5, 'waiting', $5) RETURNING id",
    )
    .bind(webhook)
    .bind(kind.name())
    .bind(about.map(|(case, _)| case.0))
    .bind(about.map(|(_, seq)| int(seq)))
    .bind(micros(at))
    .fetch_one(&mut *tx)
    .await
    .doing(doing)?;
    let id = row.count("id").damaged(|| "the id of a delivery".to_owned())?;
    outbox::add(tx, format!("deliver/{id}/1"), &Order::Deliver { delivery: id, round: 1 }, at).await
}

trait KindColumn {
    fn kind(&self) -> Result<EventKind, Cause>;
}

impl KindColumn for AnyRow {
    fn kind(&self) -> Result<EventKind, Cause> {
        let name = self.text("kind")?;
        EventKind::named(&name).ok_or_else(|| format!("nobody is told of {name}").into())
    }
}

impl Webhook {
    fn read(
        row: &AnyRow,
        key: &SecretsKey,
        told: &mut HashMap<u32, BTreeSet<EventKind>>,
    ) -> Result<Self, StoreError> {
        let read = |told: &mut HashMap<u32, BTreeSet<EventKind>>| -> Result<Self, Cause> {
            let id = row.count("id")?;
            let algorithm = row.text("algorithm")?;
            if algorithm != ALGORITHM {
                return Err(format!("{algorithm:?} is no way in which a secret is encrypted").into());
            }
            let decrypted = |written: String| -> Result<String, Cause> {
                Ok(String::from_utf8(key.decrypt(Owner::Webhook(id), &written)?)?)
            };
            let old_secret = row.text_or_none("old_secret")?.map(decrypted).transpose()?;
            let disabled = match row.text_or_none("disabled")? {
                Some(_) => Some(row.one_of("disabled")?),
                None => None,
            };
            Ok(Self {
                id,
                name: row.text("name")?,
                address: row.text("address")?,
                kinds: told.remove(&id).unwrap_or_default(),
                secret: decrypted(row.text("secret")?)?,
                old_secret: old_secret.zip(row.time_or_none("old_secret_until")?),
                disabled,
                failing_since: row.time_or_none("failing_since")?,
                created_at: row.time("created_at")?,
                created_by: PersonId::new(row.text("created_by")?),
            })
        };
        read(told).damaged(|| "a webhook".to_owned())
    }
}

impl Delivery {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        let read = || -> Result<Self, Cause> {
            let about = match row.int_or_none("case_id")? {
                Some(_) => Some((row.case("case_id")?.no(), u64::try_from(row.int("seq")?)?)),
                None => None,
            };
            Ok(Self {
                id: row.count("id")?,
                kind: row.kind()?,
                about,
                at: row.time("at")?,
                state: row.one_of("state")?,
                next_at: row.time_or_none("next_at")?,
                attempts: Vec::new(),
            })
        };
        read().damaged(|| "a delivery".to_owned())
    }
}

impl Attempt {
    fn read(row: &AnyRow) -> Result<Self, Cause> {
        Ok(Self {
            at: row.time("at")?,
            millis: row.count("millis")?,
            status: row.int_or_none("status")?.map(u32::try_from).transpose()?,
            error: row.text_or_none("error")?,
        })
    }
}
