use jiff::{SignedDuration, Timestamp};
use sop::case::{Command, PersonId};
use store::{
    After, Attempt, Claimed, DeliveryState, Disabled, EventKind, NewWebhook, Order, StoreError, WEBHOOKS_MAX,
    Webhook,
};

use crate::office::{Office, actor, minutes, request};

const LEASE: SignedDuration = SignedDuration::from_mins(5);

fn webhook(name: &str, kinds: &[EventKind]) -> NewWebhook {
    NewWebhook {
        name: name.to_owned(),
        address: "https://program.example/sigap".to_owned(),
        kinds: kinds.iter().copied().collect(),
        secret: "whsec_lama".to_owned(),
    }
}

impl Office {
    async fn tells(&self, name: &str, kinds: &[EventKind]) -> u32 {
        let added = self.store.add_webhook(&webhook(name, kinds), &PersonId::new("rina"), minutes(0)).await;
        added.unwrap().expect("room for one more")
    }

    async fn told(&self, id: u32) -> Webhook {
        self.store.webhook(id).await.unwrap().expect("a webhook")
    }

    /// The deliveries that are due, with their rounds.
    async fn due(&self, at: Timestamp) -> Vec<(u32, u32)> {
        let claimed = self.store.claim_orders("a", at, LEASE, 100).await.unwrap();
        let delivery = |Claimed { order, .. }| match order {
            Order::Deliver { delivery, round } => Some((delivery, round)),
            Order::NoteOverdue { .. } | Order::SendLetter { .. } | Order::RecomputeDue { .. } => None,
        };
        claimed.into_iter().filter_map(delivery).collect()
    }

    async fn notes(&self, webhook: u32, delivery: u32, at: Timestamp, after: After) -> bool {
        let error = (after != After::Delivered).then(|| "it answered 500".to_owned());
        let attempt = Attempt { at, millis: 12, status: Some(500), error };
        let five_days = SignedDuration::from_hours(120);
        self.store.note_attempt(webhook, delivery, &attempt, after, at - five_days).await.unwrap()
    }
}

#[tokio::test]
async fn what_a_webhook_asks_for_is_written_with_the_event_and_nothing_else() {
    let office = Office::in_memory().await;
    let all = office.tells("semua", &EventKind::ALL).await;
    let ends = office.tells("akhir", &[EventKind::Suspended, EventKind::Closed]).await;
    let file = office.register(request("Surel"), minutes(1)).await;
    let file = office.complete(&file.case, "teruskan", minutes(2)).await;
    let suspend = Command::Suspend { reason: "Menunggu".to_owned() };
    let file = office.act(&file.case, &actor("rina"), minutes(5), suspend).await;

    let told = office.store.deliveries(ends).await.unwrap();
    let [one] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(
        (one.kind, one.about.clone(), one.at, one.state),
        (
            EventKind::Suspended,
            Some((file.case.number.clone(), file.case.version)),
            minutes(5),
            DeliveryState::Waiting
        )
    );
    let kinds: Vec<&str> =
        office.store.deliveries(all).await.unwrap().iter().rev().map(|told| told.kind.name()).collect();
    assert_eq!(
        kinds,
        [
            "case.registered",
            "case.step_opened",
            "case.task_completed",
            "case.step_completed",
            "case.step_opened",
            "case.suspended"
        ]
    );
    assert_eq!(office.due(minutes(5)).await.len(), 7, "each delivery has its order");
}

#[tokio::test]
async fn one_that_is_off_is_told_nothing() {
    let office = Office::in_memory().await;
    let id = office.tells("semua", &EventKind::ALL).await;
    assert!(office.store.switch_webhook(id, Some(Disabled::ByHand)).await.unwrap());
    office.register(request("Surel"), minutes(1)).await;
    assert!(!office.store.try_webhook(id, minutes(1)).await.unwrap());
    assert_eq!(office.store.deliveries(id).await.unwrap(), []);
    assert!(office.store.switch_webhook(id, None).await.unwrap());
    office.register(request("Situs"), minutes(2)).await;
    assert!(!office.store.deliveries(id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_delivery_keeps_each_of_its_tries_and_can_be_sent_once_more() {
    let office = Office::in_memory().await;
    let id = office.tells("semua", &[]).await;
    assert!(office.store.try_webhook(id, minutes(0)).await.unwrap());
    let [(delivery, 1)] = office.due(minutes(0)).await[..] else { panic!("one order") };
    assert!(!office.store.deliver_again(id, delivery, minutes(0)).await.unwrap(), "it is on its way");
    office.notes(id, delivery, minutes(0), After::Again(minutes(1))).await;
    assert_eq!(office.told(id).await.failing_since, Some(minutes(0)));
    office.notes(id, delivery, minutes(1), After::GivenUp).await;
    assert_eq!(office.told(id).await.failing_since, Some(minutes(0)));
    assert!(office.store.waiting_delivery(delivery, 1).await.unwrap().is_none());

    assert!(!office.store.deliver_again(id + 1, delivery, minutes(2)).await.unwrap(), "it is another's");
    assert!(office.store.deliver_again(id, delivery, minutes(2)).await.unwrap());
    assert_eq!(office.due(minutes(2)).await, [(delivery, 2)]);
    assert!(office.store.waiting_delivery(delivery, 1).await.unwrap().is_none(), "the first round is over");
    assert!(office.store.waiting_delivery(delivery, 2).await.unwrap().is_some());
    office.notes(id, delivery, minutes(2), After::Delivered).await;
    let told = office.store.deliveries(id).await.unwrap();
    assert_eq!((told[0].state, told[0].attempts.len()), (DeliveryState::Delivered, 3));
    assert_eq!(office.told(id).await.failing_since, None);
}

#[tokio::test]
async fn one_that_fails_for_days_is_switched_off_once() {
    let office = Office::in_memory().await;
    let id = office.tells("semua", &[]).await;
    office.store.try_webhook(id, minutes(0)).await.unwrap();
    let [(delivery, _)] = office.due(minutes(0)).await[..] else { panic!("one order") };
    assert!(!office.notes(id, delivery, minutes(0), After::Again(minutes(1))).await);
    let fifth_day = minutes(5 * 24 * 60);
    assert!(!office.notes(id, delivery, fifth_day, After::Again(minutes(1))).await, "not yet");
    let later = minutes(5 * 24 * 60 + 1);
    assert!(office.notes(id, delivery, later, After::Again(minutes(1))).await);
    assert_eq!(office.told(id).await.disabled, Some(Disabled::Failing));
    assert!(!office.notes(id, delivery, later, After::GivenUp).await, "it was told already");
    assert!(office.store.switch_webhook(id, None).await.unwrap());
    assert_eq!((office.told(id).await.disabled, office.told(id).await.failing_since), (None, None));
}

#[tokio::test]
async fn another_secret_keeps_the_one_before_for_a_while() {
    let office = Office::in_memory().await;
    let id = office.tells("semua", &[]).await;
    assert!(office.store.change_webhook_secret(id, "whsec_baru", minutes(60)).await.unwrap());
    let told = office.told(id).await;
    assert_eq!(
        (told.secret.as_str(), told.old_secret),
        ("whsec_baru", Some(("whsec_lama".to_owned(), minutes(60))))
    );
    assert!(!office.store.change_webhook_secret(id + 1, "whsec_baru", minutes(60)).await.unwrap());
}

#[tokio::test]
async fn the_file_of_the_database_does_not_tell_with_what_messages_are_signed() {
    let office = Office::in_a_file().await;
    office
        .tamper(
            "INSERT INTO webhooks (name, address, secret, old_secret, old_secret_until, created_at, created_by) \
             VALUES ('dasbor', 'https://program.example', 'whsec_of_before', 'whsec_older_yet', 60, 0, 'rina')",
        )
        .await;
    assert_eq!(office.store.encrypt_secrets().await.unwrap(), 1);
    assert_eq!(office.store.encrypt_secrets().await.unwrap(), 0, "it is done");
    let new = office.tells("arsip", &[]).await;
    assert!(office.store.change_webhook_secret(new, "whsec_changed", minutes(60)).await.unwrap());

    let [before, added] = &office.store.webhooks().await.unwrap()[..] else { panic!("two webhooks") };
    let old = |webhook: &Webhook| webhook.old_secret.clone().map(|(secret, _)| secret);
    assert_eq!(
        (before.secret.as_str(), old(before).as_deref()),
        ("whsec_of_before", Some("whsec_older_yet"))
    );
    assert_eq!((added.secret.as_str(), old(added).as_deref()), ("whsec_changed", Some("whsec_lama")));
    assert!(!format!("{before:?}{added:?}").contains("whsec"), "nor is any in a log");

    let bytes: Vec<u8> =
        office.database_files().into_iter().flat_map(|file| std::fs::read(file).unwrap()).collect();
    let told = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(told("dasbor") && told("arsip"), "the files are those of the office");
    for secret in ["whsec", "of_before", "older_yet", "_lama", "_changed"] {
        assert!(!told(secret), "{secret}");
    }

    let keyless = office.another_door().await;
    assert!(keyless.has_encrypted_secrets().await.unwrap());
    assert!(matches!(keyless.webhooks().await, Err(StoreError::NoSecretsKey)));
    assert_eq!(
        keyless.webhook_names().await.unwrap(),
        [(before.id, "dasbor".to_owned()), (added.id, "arsip".to_owned())]
    );
    office.tamper("UPDATE webhooks SET secret = (SELECT secret FROM webhooks WHERE name = 'arsip')").await;
    assert!(matches!(office.store.webhook(before.id).await, Err(StoreError::Damaged { .. })));
}

#[tokio::test]
async fn one_that_is_removed_leaves_nothing_behind() {
    let office = Office::in_memory().await;
    let id = office.tells("semua", &EventKind::ALL).await;
    office.register(request("Surel"), minutes(1)).await;
    let due = office.due(minutes(1)).await;
    assert!(
        office.store.remove_webhook(id).await.unwrap() && !office.store.remove_webhook(id).await.unwrap()
    );
    for (delivery, round) in due {
        assert!(office.store.waiting_delivery(delivery, round).await.unwrap().is_none());
    }
    assert_eq!(office.store.webhooks().await.unwrap(), []);
}

#[tokio::test]
async fn what_was_told_long_ago_is_forgotten_and_what_waits_is_not() {
    let office = Office::in_memory().await;
    let id = office.tells("semua", &[]).await;
    for _ in 0..2 {
        office.store.try_webhook(id, minutes(0)).await.unwrap();
    }
    let due = office.due(minutes(0)).await;
    office.notes(id, due[0].0, minutes(0), After::Delivered).await;
    assert_eq!(office.store.forget_deliveries(minutes(0)).await.unwrap(), 0, "not before its time");
    assert_eq!(office.store.forget_deliveries(minutes(1)).await.unwrap(), 1);
    assert_eq!(office.store.deliveries(id).await.unwrap()[0].id, due[1].0);
}

#[tokio::test]
async fn an_office_has_only_so_many() {
    let office = Office::in_memory().await;
    for n in 0..WEBHOOKS_MAX {
        office.tells(&format!("ke-{n}"), &[]).await;
    }
    let more = office.store.add_webhook(&webhook("lagi", &[]), &PersonId::new("rina"), minutes(0)).await;
    assert_eq!(more.unwrap(), None);
}
