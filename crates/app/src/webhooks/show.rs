//! One webhook: how it is set up, what is done to it, and what became of its messages.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use store::{Attempt, DELIVERIES_SHOWN, Delivery, DeliveryState, Disabled, Webhook};

use super::{kind_in_words, signature};
use crate::ctx::{Ctx, Page, show as show_page};
use crate::policy::{self, Place};
use crate::problem::Problem;

/// For how long messages are signed with the old secret too, so that the other side has time to take
/// the new one.
const OLD_SECRET: SignedDuration = SignedDuration::from_hours(24);

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct WebhookPage {
    page: Page,
    id: u32,
    name: String,
    address: String,
    state: String,
    /// What somebody has to know of its state.
    warning: Option<String>,
    kinds: Vec<String>,
    made: String,
    /// The secret that was just made.
    secret: Option<String>,
    /// Until when the secret before is used as well.
    old_until: Option<String>,
    may_change: bool,
    is_on: bool,
    deliveries: Vec<DeliveryView>,
    deliveries_shown: u32,
}

struct DeliveryView {
    id: u32,
    kind: String,
    kind_name: &'static str,
    case: Option<String>,
    at: String,
    state: String,
    next: Option<String>,
    /// It may be sent once more.
    may_repeat: bool,
    attempts: Vec<AttemptView>,
}

struct AttemptView {
    at: String,
    answer: String,
    millis: u32,
    error: Option<String>,
}

/// `GET /webhooks/{id}`
pub async fn show(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    page(&ctx, id, None).await
}

/// `POST /webhooks/{id}/secret`: answers with the page itself, since no other can show the secret.
pub async fn change_secret(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::ChangeWebhooks)?;
    let secret = signature::new_secret().map_err(|error| Problem::internal(&error))?;
    if ctx.desk.store.change_webhook_secret(id, &secret, ctx.desk.now() + OLD_SECRET).await? {
        page(&ctx, id, Some(secret)).await
    } else {
        Err(Problem::NotFound)
    }
}

/// `POST /webhooks/{id}/trial`
pub async fn try_out(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::ChangeWebhooks)?;
    done(&ctx, id, ctx.desk.store.try_webhook(id, ctx.desk.now()).await?)
}

/// `POST /webhooks/{id}/disabling`
pub async fn switch_off(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::ChangeWebhooks)?;
    done(&ctx, id, ctx.desk.store.switch_webhook(id, Some(Disabled::ByHand)).await?)
}

/// `POST /webhooks/{id}/enabling`
pub async fn switch_on(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::ChangeWebhooks)?;
    done(&ctx, id, ctx.desk.store.switch_webhook(id, None).await?)
}

/// `POST /webhooks/{id}/deliveries/{delivery}/repetition`
pub async fn deliver_again(ctx: Ctx, Path((id, delivery)): Path<(u32, u32)>) -> Result<Response, Problem> {
    ctx.enter(Place::ChangeWebhooks)?;
    done(&ctx, id, ctx.desk.store.deliver_again(id, delivery, ctx.desk.now()).await?)
}

fn done(ctx: &Ctx, id: u32, done: bool) -> Result<Response, Problem> {
    if !done {
        return Err(Problem::NotFound);
    }
    ctx.desk.wake();
    Ok(Redirect::to(&format!("/webhooks/{id}")).into_response())
}

pub(super) async fn page(ctx: &Ctx, id: u32, secret: Option<String>) -> Result<Response, Problem> {
    ctx.enter(Place::Webhooks)?;
    let webhook = ctx.desk.store.webhook(id).await?.ok_or(Problem::NotFound)?;
    let deliveries = ctx.desk.store.deliveries(id).await?;
    let (words, now) = (ctx.words, ctx.desk.now());
    let moment = |at| words.moment(at, ctx.desk.calendar.zone());
    let may_change = policy::may(&ctx.person, Place::ChangeWebhooks);
    let warning = match webhook.disabled {
        Some(Disabled::Failing) => Some(words.t("webhook-failing-explained").to_string()),
        Some(Disabled::Gone) => Some(words.t("webhook-gone-explained").to_string()),
        Some(Disabled::ByHand) => Some(words.t("webhook-off-explained").to_string()),
        None => webhook
            .failing_since
            .map(|since| words.t("webhook-failing-since").with("since", moment(since)).to_string()),
    };
    let is_on = webhook.disabled.is_none();
    show_page(&WebhookPage {
        page: ctx.page(&words.t("webhook-of").with("name", webhook.name.as_str()).to_string()),
        id,
        state: words.t(state(&webhook)).to_string(),
        warning,
        kinds: webhook.kinds.iter().map(|kind| kind_in_words(words, *kind)).collect(),
        made: words.date(ctx.desk.calendar.local(webhook.created_at).date()),
        secret,
        old_until: webhook.old_secret.filter(|(_, until)| now < *until).map(|(_, until)| moment(until)),
        may_change,
        is_on,
        deliveries: deliveries.into_iter().map(|delivery| view(ctx, delivery, may_change && is_on)).collect(),
        deliveries_shown: DELIVERIES_SHOWN,
        name: webhook.name,
        address: webhook.address,
    })
}

/// The phrase for how a webhook stands.
pub(super) fn state(webhook: &Webhook) -> &'static str {
    match (webhook.disabled, webhook.failing_since) {
        (Some(Disabled::ByHand), _) => "webhook-off",
        (Some(Disabled::Failing), _) => "webhook-off-failing",
        (Some(Disabled::Gone), _) => "webhook-off-gone",
        (None, Some(_)) => "webhook-failing",
        (None, None) => "webhook-on",
    }
}

/// Whether somebody has to look at it.
pub(super) fn is_bad(webhook: &Webhook) -> bool {
    match webhook.disabled {
        Some(Disabled::Failing | Disabled::Gone) => true,
        Some(Disabled::ByHand) => false,
        None => webhook.failing_since.is_some(),
    }
}

fn view(ctx: &Ctx, delivery: Delivery, may_repeat: bool) -> DeliveryView {
    let words = ctx.words;
    let moment = |at| words.moment(at, ctx.desk.calendar.zone());
    let state = match delivery.state {
        DeliveryState::Waiting => "delivery-waiting",
        DeliveryState::Delivered => "delivery-delivered",
        DeliveryState::GivenUp => "delivery-given-up",
    };
    let attempt = |attempt: Attempt| AttemptView {
        at: moment(attempt.at),
        answer: attempt.status.map_or_else(
            || words.t("delivery-no-answer").to_string(),
            |status| words.t("delivery-answer").with("status", status.to_string()).to_string(),
        ),
        millis: attempt.millis,
        // What was answered says it already.
        error: attempt.error.filter(|_| attempt.status.is_none()),
    };
    DeliveryView {
        id: delivery.id,
        kind: kind_in_words(words, delivery.kind),
        kind_name: delivery.kind.name(),
        case: delivery.about.map(|(case, _)| case.to_string()),
        at: moment(delivery.at),
        state: words.t(state).to_string(),
        next: delivery.next_at.map(moment),
        may_repeat: may_repeat && delivery.state != DeliveryState::Waiting,
        attempts: delivery.attempts.into_iter().map(attempt).collect(),
    }
}
