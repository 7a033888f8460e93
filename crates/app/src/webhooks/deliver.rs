//! Telling a webhook, as an order of the outbox. It is told at least once: each try has the same
//! `webhook-id`, by which the other side knows what it has had.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::{After, Attempt, Delivery, Disabled, StoreError, Webhook};

use super::courier::{CarryError, Parcel};
use super::signature;
use crate::desk::Desk;

/// How long is waited after each failed try. When all have passed, about three days after the first
/// try, the delivery is given up.
const WAITS: [SignedDuration; 10] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];
/// A webhook to which nothing has arrived for so long is switched off.
const FAILING_MAX: SignedDuration = SignedDuration::from_hours(5 * 24);
/// The answer of whoever will never want messages again.
const GONE: u16 = 410;

/// Why a webhook was not told this time.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// It is tried again then.
    #[error("the webhook was not told: {why}")]
    Again { at: Timestamp, why: String },
    #[error("this office tells no webhooks")]
    NoCourier,
    #[error("the message cannot be written")]
    Message(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a webhook is told. Nothing in it tells of a person: whoever may know more looks it up.
#[derive(Debug, Serialize)]
struct Message<'a> {
    r#type: &'a str,
    /// When it happened.
    timestamp: Timestamp,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'a str>,
    /// The version of the case with what happened, to order messages by and to miss none.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// Where to look it up, as somebody who may.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// Tells a webhook for the `attempt`-th time, and notes what became of it. What is known already is
/// left alone.
///
/// # Errors
/// It was not told and should be once more.
pub async fn deliver(desk: &Desk, delivery: u32, round: u32, attempt: u32) -> Result<(), DeliverError> {
    let Some((webhook, delivery)) = desk.store.waiting_delivery(delivery, round).await? else {
        return Ok(());
    };
    let courier = desk.courier.as_ref().ok_or(DeliverError::NoCourier)?;
    let at = desk.now();
    if webhook.disabled.is_some() {
        let tried = Attempt { at, millis: 0, status: None, error: Some("the webhook is off".to_owned()) };
        note(desk, &webhook, &delivery, &tried, After::GivenUp).await?;
        return Ok(());
    }
    let parcel = parcel(&webhook, &delivery, at, &desk.letters.address)?;
    let began = Instant::now();
    let answer = courier.carry(parcel).await;
    let millis = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    let (status, error) = match answer {
        Ok(status) if (200..300).contains(&status) => (Some(status), None),
        Ok(status) => (Some(status), Some(format!("it answered {status}"))),
        Err(CarryError::Address(error)) => (None, Some(error.to_string())),
        Err(CarryError::Failed(why)) => (None, Some(why)),
    };
    let tried = Attempt { at, millis, status: status.map(u32::from), error };
    let Some(why) = tried.error.clone() else {
        return note(desk, &webhook, &delivery, &tried, After::Delivered).await;
    };
    if status == Some(GONE) {
        note(desk, &webhook, &delivery, &tried, After::GivenUp).await?;
        desk.store.switch_webhook(webhook.id, Some(Disabled::Gone)).await?;
        tracing::warn!(webhook = webhook.name, "a webhook is gone and was switched off");
        return Ok(());
    }
    let wait = usize::try_from(attempt.saturating_sub(1)).ok().and_then(|tried| WAITS.get(tried));
    match wait {
        Some(wait) => {
            let next = at + *wait;
            note(desk, &webhook, &delivery, &tried, After::Again(next)).await?;
            Err(DeliverError::Again { at: next, why })
        }
        None => note(desk, &webhook, &delivery, &tried, After::GivenUp).await,
    }
}

async fn note(
    desk: &Desk,
    webhook: &Webhook,
    delivery: &Delivery,
    tried: &Attempt,
    after: After,
) -> Result<(), DeliverError> {
    let failing_before = tried.at - FAILING_MAX;
    if desk.store.note_attempt(webhook.id, delivery.id, tried, after, failing_before).await? {
        tracing::warn!(webhook = webhook.name, "a webhook has failed for days and was switched off");
    }
    Ok(())
}

/// The message as it is carried at a time.
fn parcel(
    webhook: &Webhook,
    delivery: &Delivery,
    at: Timestamp,
    office: &str,
) -> Result<Parcel, serde_json::Error> {
    let id = match &delivery.about {
        Some((case, version)) => format!("case-{case}-{version}"),
        None => format!("test-{}", delivery.id),
    };
    let case = delivery.about.as_ref();
    let body = serde_json::to_string(&Message {
        r#type: delivery.kind.name(),
        timestamp: delivery.at,
        data: Data {
            case: case.map(|(number, _)| number.as_str()),
            version: case.map(|(_, version)| *version),
            link: case.map(|(number, _)| format!("{office}/cases/{number}")),
        },
    })?;
    let seconds = at.as_second();
    let old = webhook.old_secret.as_ref().filter(|(_, until)| at < *until);
    let secrets = std::iter::once(webhook.secret.as_str()).chain(old.map(|(secret, _)| secret.as_str()));
    let signature = signature::sign(secrets, &id, seconds, &body);
    Ok(Parcel {
        address: webhook.address.clone(),
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ],
        body,
    })
}
