//! Webhooks: programs elsewhere that are told what happens to cases. Whoever keeps the accounts says
//! whom, and sees what became of each message. A secret is shown once, right after it was made.

mod courier;
mod deliver;
mod show;
mod signature;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use sop::case::one_line;
use store::{EventKind, NewWebhook, WEBHOOKS_MAX, Webhook};

pub use courier::{AddressError, CarryError, Courier, Parcel};
pub use deliver::{DeliverError, deliver};
pub use show::{change_secret, deliver_again, show, switch_off, switch_on, try_out};
#[cfg(test)]
pub(crate) use signature::sign;

use crate::ctx::{Ctx, Page};
use crate::form::{Control, ErrorLink, FieldView, OptionView, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};
use crate::words::Words;

/// The longest name of a webhook, in characters.
const NAME_CHARS_MAX: usize = 60;
/// The longest address, in characters.
const ADDRESS_CHARS_MAX: usize = 200;

/// The fields of the form.
const NAME: &str = "name";
const ADDRESS: &str = "address";
const KINDS: &str = "kinds";

#[derive(Template)]
#[template(path = "webhooks/index.html")]
struct WebhooksPage {
    page: Page,
    webhooks: Vec<WebhookLine>,
    errors: Vec<ErrorLink>,
    /// The form for a new one; nothing for whoever may not make any.
    fields: Vec<FieldView>,
}

struct WebhookLine {
    id: u32,
    name: String,
    address: String,
    state: String,
    /// Somebody has to look at it.
    bad: bool,
}

/// `GET /webhooks`
pub async fn index(ctx: Ctx) -> Result<Response, Problem> {
    ctx.enter(Place::Webhooks)?;
    page(&ctx, &Typed::default(), None).await
}

/// `POST /webhooks`: answers with the page of the webhook itself, since no other can show its secret.
pub async fn create(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::ChangeWebhooks)?;
    let new = match read(&ctx, &typed).await? {
        Ok(new) => new,
        Err(fault) => return page(&ctx, &typed, Some(fault)).await,
    };
    match ctx.desk.store.add_webhook(&new, &ctx.person.id, ctx.desk.now()).await? {
        Some(id) => show::page(&ctx, id, Some(new.secret)).await,
        None => {
            let sentence = ctx.words.t("webhook-too-many").with("n", WEBHOOKS_MAX).to_string();
            page(&ctx, &typed, Some((NAME, sentence))).await
        }
    }
}

/// `POST /webhooks/{id}/removal`
pub async fn remove(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::ChangeWebhooks)?;
    if ctx.desk.store.remove_webhook(id).await? {
        Ok(Redirect::to("/webhooks").into_response())
    } else {
        Err(Problem::NotFound)
    }
}

/// The field that has to be mended, and how.
type Fault = (&'static str, String);

/// What was typed as a webhook, with a secret of its own.
async fn read(ctx: &Ctx, typed: &Typed) -> Result<Result<NewWebhook, Fault>, Problem> {
    let words = ctx.words;
    let name = one_line(typed.one(NAME));
    let address = typed.one(ADDRESS).trim().to_owned();
    for (field, text, chars_max) in [(NAME, &name, NAME_CHARS_MAX), (ADDRESS, &address, ADDRESS_CHARS_MAX)] {
        if text.is_empty() {
            return Ok(Err((field, words.t("fault-missing").to_string())));
        }
        if text.chars().count() > chars_max {
            return Ok(Err((field, words.t("fault-too-long").with("n", chars_max).to_string())));
        }
    }
    let Some(courier) = &ctx.desk.courier else { return Err(Problem::NotFound) };
    if let Err(error) = courier.check(&address).await {
        return Ok(Err((ADDRESS, address_fault(words, &error))));
    }
    let kinds: Option<BTreeSet<EventKind>> = typed
        .all(KINDS)
        .iter()
        .map(|name| EventKind::ALL.into_iter().find(|kind| kind.name() == name))
        .collect();
    match kinds {
        None => Ok(Err((KINDS, words.t("fault-not-an-option").to_string()))),
        Some(kinds) if kinds.is_empty() => Ok(Err((KINDS, words.t("fault-choose-some").to_string()))),
        Some(kinds) => {
            let secret = signature::new_secret().map_err(|error| Problem::internal(&error))?;
            Ok(Ok(NewWebhook { name, address, kinds, secret }))
        }
    }
}

fn address_fault(words: Words, error: &AddressError) -> String {
    let with_host = |key: &str, host: &str| words.t(key).with("host", host).to_string();
    match error {
        AddressError::NotAnAddress => words.t("webhook-not-an-address").to_string(),
        AddressError::NotEncrypted { host } => with_host("webhook-not-encrypted", host),
        AddressError::Private { host } => with_host("webhook-private", host),
        AddressError::Unknown { host } => with_host("webhook-unknown", host),
    }
}

async fn page(ctx: &Ctx, typed: &Typed, fault: Option<Fault>) -> Result<Response, Problem> {
    let words = ctx.words;
    let webhooks = ctx.desk.store.webhooks().await?;
    let title = words.t("webhooks-title").to_string();
    let title = if fault.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let may_change = policy::may(&ctx.person, Place::ChangeWebhooks);
    let fields = if may_change { form(words, typed, fault.as_ref()) } else { Vec::new() };
    let errors = fields.iter().filter_map(|field| {
        let sentence = format!("{}: {}", field.label, field.error.as_ref()?);
        Some(ErrorLink { field: field.name.clone(), sentence })
    });
    let template = WebhooksPage {
        page: ctx.page(&title),
        webhooks: webhooks.iter().map(|webhook| line(words, webhook)).collect(),
        errors: errors.collect(),
        fields,
    };
    problem::page(&template, fault.is_some().then_some(Obstacle::Mend))
}

fn form(words: Words, typed: &Typed, fault: Option<&Fault>) -> Vec<FieldView> {
    let field = |name: &'static str, key: &str, hint: &str, control: Control| FieldView {
        name: name.to_owned(),
        label: words.t(key).to_string(),
        hint: Some(words.t(hint).to_string()),
        control,
        required: true,
        error: fault.filter(|(field, _)| *field == name).map(|(_, sentence)| sentence.clone()),
    };
    let options = EventKind::ALL.into_iter().map(|kind| OptionView {
        id: kind.name().to_owned(),
        label: kind_in_words(words, kind),
        hint: Some(kind.name().to_owned()),
        chosen: typed.all(KINDS).iter().any(|chosen| chosen == kind.name()),
    });
    let value = |name| typed.one(name).to_owned();
    vec![
        field(NAME, "webhook-name", "webhook-name-hint", Control::Line { value: value(NAME) }),
        field(ADDRESS, "webhook-address", "webhook-address-hint", Control::Line { value: value(ADDRESS) }),
        field(KINDS, "webhook-kinds", "webhook-kinds-hint", Control::Choices { options: options.collect() }),
    ]
}

fn line(words: Words, webhook: &Webhook) -> WebhookLine {
    WebhookLine {
        id: webhook.id,
        name: webhook.name.clone(),
        address: webhook.address.clone(),
        state: words.t(show::state(webhook)).to_string(),
        bad: show::is_bad(webhook),
    }
}

/// What happened, as people say it.
fn kind_in_words(words: Words, kind: EventKind) -> String {
    let key = match kind {
        EventKind::Registered => "webhook-kind-registered",
        EventKind::StepOpened => "webhook-kind-step-opened",
        EventKind::StepCompleted => "webhook-kind-step-completed",
        EventKind::StepOverdue => "webhook-kind-step-overdue",
        EventKind::DueMoved => "webhook-kind-due-moved",
        EventKind::TaskAssigned => "webhook-kind-task-assigned",
        EventKind::TaskCompleted => "webhook-kind-task-completed",
        EventKind::LetterSigned => "webhook-kind-letter-signed",
        EventKind::LetterSent => "webhook-kind-letter-sent",
        EventKind::LetterNotSent => "webhook-kind-letter-not-sent",
        EventKind::Attached => "webhook-kind-attached",
        EventKind::Suspended => "webhook-kind-suspended",
        EventKind::Resumed => "webhook-kind-resumed",
        EventKind::Closed => "webhook-kind-closed",
        EventKind::Reopened => "webhook-kind-reopened",
        EventKind::Test => "webhook-kind-test",
    };
    words.t(key).to_string()
}
