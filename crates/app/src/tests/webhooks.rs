//! Programs elsewhere are told what happens to cases, and the administrator sees what became of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use store::{DeliveryState, Disabled, EventKind};

use super::{DISPOSES, Office};
use crate::{AddressError, CarryError, Clock, Courier, Parcel};

/// A courier that keeps what it carries and answers as it was told, then always well.
#[derive(Debug, Default)]
struct PlainCourier {
    carried: Mutex<Vec<Parcel>>,
    answers: Mutex<VecDeque<Result<u16, CarryError>>>,
}

impl PlainCourier {
    fn answering(answers: impl IntoIterator<Item = u16>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().map(Ok).collect()), ..Self::default() })
    }

    fn carried(&self) -> Vec<Parcel> {
        self.carried.lock().expect("one thread at a time").clone()
    }
}

impl Courier for PlainCourier {
    fn check<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<(), AddressError>> {
        let host = || "10.0.0.1".to_owned();
        let answer = match address {
            "https://10.0.0.1/" => Err(AddressError::Private { host: host() }),
            address if address.starts_with("https://") => Ok(()),
            _ => Err(AddressError::NotAnAddress),
        };
        Box::pin(async move { answer })
    }

    fn carry(&self, parcel: Parcel) -> BoxFuture<'_, Result<u16, CarryError>> {
        self.carried.lock().expect("one thread at a time").push(parcel);
        let answer = self.answers.lock().expect("one thread at a time").pop_front();
        Box::pin(async move { answer.unwrap_or(Ok(204)) })
    }
}

const FORM: &[(&str, &str)] = &[
    ("name", "Papan pemantau"),
    ("address", "https://papan.example/sigap"),
    ("kinds", "case.registered"),
    ("kinds", "case.closed"),
];

async fn office(courier: &Arc<PlainCourier>) -> Office {
    let mut office = Office::at("2026-11-23 09:00").await;
    office.desk = office.desk.carrying(courier.clone());
    office
}

fn header<'a>(parcel: &'a Parcel, name: &str) -> &'a str {
    parcel.headers.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}

fn secret_on(page: &str) -> String {
    let rest = &page[page.find("whsec_").expect("a secret on the page")..];
    rest.split('<').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_program_is_told_what_it_asked_for_and_nothing_about_people() {
    let courier = PlainCourier::answering([]);
    let office = office(&courier).await;
    let wahyu = office.sign_in("wahyu").await;
    let made = wahyu.post("/webhooks", FORM).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let secret = secret_on(&made.text);
    assert!(!wahyu.get("/webhooks/1").await.text.contains(&secret), "a secret is shown once");

    let no = office.sign_in("markus").await.asks("Situs mati").await;
    office.sign_in("hendra").await.completes(&no, 1, DISPOSES).await;
    office.works().await;
    let carried = courier.carried();
    let [parcel] = carried.as_slice() else { panic!("{carried:?}") };
    assert_eq!(parcel.address, "https://papan.example/sigap");
    assert_eq!(
        parcel.body,
        format!(
            r#"{{"type":"case.registered","timestamp":"2026-11-23T02:00:00Z","data":{{"case":"{no}","version":1,"link":"https://sigap.example/cases/{no}"}}}}"#
        )
    );
    let expected =
        crate::webhooks::sign([secret.as_str()], &format!("case-{no}-1"), 1_795_399_200, &parcel.body);
    assert_eq!(
        (
            header(parcel, "webhook-id"),
            header(parcel, "webhook-timestamp"),
            header(parcel, "webhook-signature")
        ),
        (format!("case-{no}-1").as_str(), "1795399200", expected.as_str())
    );
    office.works().await;
    assert_eq!(courier.carried().len(), 1, "what was told is not told again");
}

#[tokio::test]
async fn one_that_fails_is_tried_later_and_later_as_the_same_message_and_then_given_up() {
    let courier = PlainCourier::answering([500; 20]);
    let mut office = office(&courier).await;
    office.sign_in("wahyu").await.post("/webhooks", FORM).await;
    office.sign_in("markus").await.asks("Situs mati").await;
    let mut waits = Vec::new();
    while let Some(at) = office.desk.store.next_order_at().await.unwrap() {
        let before = office.desk.now();
        office.desk = office.desk.at(Clock::Fixed(at));
        office.works().await;
        waits.push(at.duration_since(before).as_secs());
    }
    assert_eq!(waits, [0, 5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    let told = office.desk.store.deliveries(1).await.unwrap();
    assert_eq!((told[0].state, told[0].attempts.len()), (DeliveryState::GivenUp, 11));
    let carried = courier.carried();
    assert!(carried.iter().all(|parcel| header(parcel, "webhook-id") == header(&carried[0], "webhook-id")));

    office.later("2026-11-28 09:01");
    office.sign_in("markus").await.asks("Situs mati lagi").await;
    office.works().await;
    let webhook = office.desk.store.webhook(1).await.unwrap().expect("a webhook");
    assert_eq!(webhook.disabled, Some(Disabled::Failing));
    let page = office.sign_in("wahyu").await.get("/webhooks/1").await.text;
    assert!(
        page.contains("Berhari-hari tidak ada pesan yang sampai") && page.contains("jawaban 500"),
        "{page}"
    );
}

#[tokio::test]
async fn what_was_not_delivered_can_be_sent_again_from_its_page() {
    let courier = PlainCourier::answering([410]);
    let office = office(&courier).await;
    let wahyu = office.sign_in("wahyu").await;
    wahyu.post("/webhooks", FORM).await;
    assert_eq!(wahyu.post("/webhooks/1/trial", &[]).await.location, "/webhooks/1");
    office.works().await;
    let page = wahyu.get("/webhooks/1").await.text;
    assert!(page.contains("Penerima menjawab 410") && page.contains("Tidak terkirim"), "{page}");
    assert_eq!(wahyu.post("/webhooks/1/deliveries/1/repetition", &[]).await.status, 404, "it is off");
    wahyu.post("/webhooks/1/enabling", &[]).await;
    assert_eq!(wahyu.post("/webhooks/1/deliveries/1/repetition", &[]).await.status, 303);
    office.works().await;
    let told = office.desk.store.deliveries(1).await.unwrap();
    assert_eq!((told[0].kind, told[0].state), (EventKind::Test, DeliveryState::Delivered));
    assert!(courier.carried()[1].body.contains("\"data\":{}"));
}

#[tokio::test]
async fn messages_have_both_signatures_for_a_day_after_the_secret_was_changed() {
    let courier = PlainCourier::answering([]);
    let mut office = office(&courier).await;
    let old = secret_on(&office.sign_in("wahyu").await.post("/webhooks", FORM).await.text);
    let changed = office.sign_in("wahyu").await.post("/webhooks/1/secret", &[]).await;
    let new = secret_on(&changed.text);
    assert_ne!(new, old);
    for (moment, secrets) in [("2026-11-24 08:59", vec![&new, &old]), ("2026-11-24 09:00", vec![&new])] {
        office.later(moment);
        office.desk.store.try_webhook(1, office.desk.now()).await.unwrap();
        office.works().await;
        let parcel = courier.carried().pop().expect("a message");
        let secrets = secrets.into_iter().map(String::as_str);
        let at = office.desk.now().as_second();
        let expected = crate::webhooks::sign(secrets, header(&parcel, "webhook-id"), at, &parcel.body);
        assert_eq!(header(&parcel, "webhook-signature"), expected, "{moment}");
    }
}

#[tokio::test]
async fn a_form_that_cannot_be_is_shown_again_with_what_to_do() {
    let office = office(&PlainCourier::answering([])).await;
    let wahyu = office.sign_in("wahyu").await;
    for (form, said) in [
        (&[("address", "https://papan.example/"), ("kinds", "case.closed")][..], "Nama: Isilah bagian ini."),
        (&[("name", "Papan"), ("address", "papan"), ("kinds", "case.closed")], "Tulis alamat lengkap"),
        (&[("name", "Papan"), ("address", "https://10.0.0.1/"), ("kinds", "case.closed")], "webhooks.allow"),
        (&[("name", "Papan"), ("address", "https://papan.example/")], "Kejadian:"),
        (&[("name", "Papan"), ("address", "https://papan.example/"), ("kinds", "test")], "Kejadian:"),
    ] {
        let answer = wahyu.post("/webhooks", form).await;
        assert_eq!(answer.status, 422, "{said}");
        assert!(answer.text.contains(said), "{said}: {}", answer.text);
    }
    assert_eq!(office.desk.store.webhooks().await.unwrap(), []);
}

#[tokio::test]
async fn only_the_administrator_changes_webhooks_and_the_auditor_looks() {
    let office = office(&PlainCourier::answering([])).await;
    office.employs("ratna", "Ratna Dewi", &["auditor"]).await;
    office.sign_in("wahyu").await.post("/webhooks", FORM).await;
    let ratna = office.sign_in("ratna").await;
    for path in ["/webhooks", "/webhooks/1"] {
        let page = ratna.get(path).await;
        assert!(page.status == 200 && !page.text.contains("action=\"/webhooks"), "{path}");
        assert_eq!(office.sign_in("rina").await.get(path).await.status, 404);
    }
    for act in [
        "",
        "/1/trial",
        "/1/secret",
        "/1/disabling",
        "/1/enabling",
        "/1/removal",
        "/1/deliveries/1/repetition",
    ] {
        for who in ["ratna", "rina"] {
            let answer = office.sign_in(who).await.post(&format!("/webhooks{act}"), FORM).await;
            assert_eq!(answer.status, 404, "{who} {act}");
        }
    }
    let webhook = office.desk.store.webhook(1).await.unwrap().expect("it is still there");
    assert_eq!((webhook.disabled, webhook.old_secret), (None, None));
}
