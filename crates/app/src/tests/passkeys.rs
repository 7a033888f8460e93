//! Passkeys, with an authenticator of our own that does as it is told.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Answer, Office, PASSWORD, Visitor};
use crate::{Passkeys, SecondFactorFor};

const HOME: &str = "https://sigap.example";

/// The authenticator in somebody's laptop.
struct Laptop {
    key: SigningKey,
    credential_id: Vec<u8>,
    /// How often it has signed.
    count: u32,
    /// The address of the page that asks it.
    origin: &'static str,
}

impl Laptop {
    fn new() -> Self {
        let key = SigningKey::from_slice(&[7; 32]).expect("a key");
        Self { key, credential_id: b"laptop-of-rina-1".to_vec(), count: 1, origin: HOME }
    }

    fn client_data(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let challenge = &asked["publicKey"]["challenge"];
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// The hash of the name of the site, that its owner was there and was recognised, and the count.
    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        [&Sha256::digest(b"sigap.example")[..], &[flags], &self.count.to_be_bytes()].concat()
    }

    /// Makes a passkey.
    fn makes(&self, asked: &Value) -> String {
        let point = self.key.verifying_key().to_encoded_point(false);
        let (x, y) = (point.x().expect("a point"), point.y().expect("a point"));
        // CBOR of a map: kind EC2, algorithm ES256, curve P-256, x, y.
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let id = &self.credential_id;
        let length = u16::try_from(id.len()).expect("short").to_be_bytes();
        let data = [&self.authenticator_data(0x45)[..], &[0; 16], &length, id, &key].concat();
        let length = u8::try_from(data.len()).expect("less than 256 bytes");
        let attestation =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat();
        self.answer(json!({
            "attestationObject": BASE64URL_NOPAD.encode(&attestation),
            "clientDataJSON": BASE64URL_NOPAD.encode(&self.client_data("webauthn.create", asked)),
        }))
    }

    /// Signs what it is asked.
    fn signs(&mut self, asked: &Value) -> String {
        self.count += 1;
        let (client, data) = (self.client_data("webauthn.get", asked), self.authenticator_data(0x05));
        let signature: Signature = self.key.sign(&[&data[..], &Sha256::digest(&client)].concat());
        self.answer(json!({
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "clientDataJSON": BASE64URL_NOPAD.encode(&client),
            "signature": BASE64URL_NOPAD.encode(signature.to_der().as_bytes()),
            "userHandle": null,
        }))
    }

    fn answer(&self, response: Value) -> String {
        let id = BASE64URL_NOPAD.encode(&self.credential_id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
            .to_string()
    }
}

/// What a page asks an authenticator.
fn asked(page: &str) -> Value {
    let asked = page.split("data-asked=\"").nth(1).and_then(|rest| rest.split('"').next());
    let asked = asked.expect("a question").replace("&#34;", "\"").replace("&quot;", "\"");
    serde_json::from_str(&asked).expect("JSON")
}

async fn office() -> Office {
    let mut office = Office::at("2026-11-23 09:00").await;
    office.settings.passkeys = Passkeys::at(HOME);
    office
}

async fn begins(who: &Visitor<'_>, name: &str, password: &str) -> Answer {
    who.post("/account/second-factor/passkeys", &[("passkey-name", name), ("passkey-password", password)])
        .await
}

async fn confirms(who: &Visitor<'_>, answer: &str) -> Answer {
    who.post("/account/second-factor/passkeys/confirmation", &[("answer", answer)]).await
}

/// Rina makes a passkey: her recovery codes.
async fn makes(who: &Visitor<'_>, laptop: &Laptop) -> Vec<String> {
    let question = asked(&begins(who, "Laptop kantor", PASSWORD).await.text);
    let answer = confirms(who, &laptop.makes(&question)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let codes = answer.text.split("<li><code>").skip(1);
    codes.filter_map(|rest| Some(rest.split('<').next()?.to_owned())).collect()
}

/// Who has given Rina's password, and what her authenticator is then asked.
async fn gives_password(office: &Office) -> (Visitor<'_>, Value) {
    let form = [("login", "rina@brmp.example"), ("password", PASSWORD)];
    let answer = office.stranger().post("/session", &form).await;
    assert_eq!(answer.location, "/sign-in/code");
    let half = Visitor { office, cookie: answer.cookie.split(';').next().unwrap_or_default().to_owned() };
    let question = asked(&half.get("/sign-in/code").await.text);
    (half, question)
}

async fn gives(who: &Visitor<'_>, answer: &str) -> u16 {
    who.post("/session/passkey", &[("answer", answer)]).await.status
}

#[tokio::test]
async fn a_passkey_is_asked_for_after_the_password_and_its_answer_counts_once() {
    let office = office().await;
    let mut laptop = Laptop::new();
    let (rina, phone) = (office.sign_in("rina").await, office.sign_in("rina").await);
    assert_eq!(makes(&rina, &laptop).await.len(), 10);
    assert_eq!(phone.get("/inbox").await.status, 303, "it signed in without");
    let page = rina.get("/account").await.text;
    assert!(page.contains("Laptop kantor") && page.contains("belum pernah dipakai"), "{page}");

    let (half, question) = gives_password(&office).await;
    let answer = laptop.signs(&question);
    let let_in = half.post("/session/passkey", &[("answer", &answer), ("next", "/cases")]).await;
    assert_eq!((let_in.status, let_in.location.as_str()), (303, "/cases"), "{}", let_in.text);
    let cookie = let_in.cookie.split(';').next().unwrap_or_default().to_owned();
    let page = Visitor { office: &office, cookie }.get("/account").await.text;
    assert!(page.contains("terakhir dipakai Senin 23 Nov 2026"), "{page}");

    let (half, _) = gives_password(&office).await;
    assert_eq!(gives(&half, &answer).await, 422, "it answers what was asked before");
    let (half, question) = gives_password(&office).await;
    let answer = laptop.signs(&question);
    assert_eq!(gives(&half, "{}").await, 422);
    assert_eq!(gives(&half, &answer).await, 422, "what was asked went with the wrong answer");
}

#[tokio::test]
async fn a_page_that_only_looks_like_this_one_gets_nothing_from_a_passkey() {
    let office = office().await;
    let rina = office.sign_in("rina").await;
    let elsewhere = Laptop { origin: "https://sigap-example.net", ..Laptop::new() };
    let question = asked(&begins(&rina, "Laptop", PASSWORD).await.text);
    let refused = confirms(&rina, &elsewhere.makes(&question)).await;
    assert!(refused.status == 422 && refused.text.contains("Passkey tidak dibuat"), "{}", refused.text);
    makes(&rina, &Laptop::new()).await;
    for origin in ["https://sigap-example.net", "http://sigap.example", "https://sigap.example:8443"] {
        let (half, question) = gives_password(&office).await;
        let mut elsewhere = Laptop { origin, ..Laptop::new() };
        assert_eq!(gives(&half, &elsewhere.signs(&question)).await, 422, "{origin}");
    }
}

#[tokio::test]
async fn a_copy_of_a_passkey_is_found_out_by_its_count() {
    let office = office().await;
    let (mut laptop, mut copy) = (Laptop::new(), Laptop::new());
    makes(&office.sign_in("rina").await, &laptop).await;
    let (copied, copy_question) = gives_password(&office).await;
    let (half, question) = gives_password(&office).await;
    assert_eq!(gives(&half, &laptop.signs(&question)).await, 303);
    assert_eq!(gives(&copied, &copy.signs(&copy_question)).await, 422, "asked before the other was used");
    copy.count = 1;
    let (half, question) = gives_password(&office).await;
    assert_eq!(gives(&half, &copy.signs(&question)).await, 422, "it has signed less often");
    let (half, question) = gives_password(&office).await;
    let mut foreign =
        Laptop { key: SigningKey::from_slice(&[8; 32]).expect("a key"), count: 9, ..Laptop::new() };
    assert_eq!(gives(&half, &foreign.signs(&question)).await, 422, "another key");
    let (half, question) = gives_password(&office).await;
    assert_eq!(gives(&half, &laptop.signs(&question)).await, 303);
}

#[tokio::test]
async fn a_passkey_is_made_by_whoever_knows_the_password_and_removed_with_a_code() {
    let mut office = office().await;
    office.settings.second_factor = SecondFactorFor::All;
    let rina = office.sign_in("rina").await;
    assert!(begins(&rina, "Laptop", "tebakan").await.text.contains("Kata sandi sekarang tidak cocok"));
    assert!(begins(&rina, " ", PASSWORD).await.text.contains("passkey-name-error"));
    assert_eq!(confirms(&rina, "{}").await.location, "/account/second-factor", "nothing was asked");
    let codes = makes(&rina, &Laptop::new()).await;
    assert_eq!(rina.get("/inbox").await.status, 200, "it counts where a second factor is a duty");

    let page = rina.get("/account").await.text;
    assert!(!page.contains("/account/second-factor/removal"), "the only one stays: {page}");
    let id = office.desk.store.passkeys(&"rina".into()).await.expect("her passkeys")[0].id.to_string();
    let form = [("removed", id.as_str()), ("password", PASSWORD), ("code", codes[0].as_str())];
    assert_eq!(rina.post("/account/second-factor/removal", &form).await.status, 404);
    let cookie = rina.cookie.clone();
    office.settings.second_factor = SecondFactorFor::None;
    let rina = Visitor { office: &office, cookie };
    let form = [("removed", id.as_str()), ("password", PASSWORD), ("code", "000000")];
    assert_eq!(rina.post("/account/second-factor/removal", &form).await.status, 422);
    let replaced = rina.post("/account/second-factor/recovery-codes", &[("password-codes", "tebakan")]).await;
    assert_eq!(replaced.status, 422);
    let replaced = rina.post("/account/second-factor/recovery-codes", &[("password-codes", PASSWORD)]).await;
    let fresh = replaced.text.split("<li><code>").nth(1).and_then(|rest| rest.split('<').next());
    let form = [("removed", id.as_str()), ("password", PASSWORD), ("code", codes[1].as_str())];
    assert_eq!(rina.post("/account/second-factor/removal", &form).await.status, 422, "an old code");
    let form = [("removed", id.as_str()), ("password", PASSWORD), ("code", fresh.expect("a new code"))];
    let removed = rina.post("/account/second-factor/removal", &form).await;
    assert_eq!(removed.location, "/account?done=second-factor", "{}", removed.text);
    office.sign_in("rina").await;
}

#[tokio::test]
async fn passkeys_are_offered_only_under_an_address_that_can_have_them() {
    for address in ["https://sigap.example", "https://sigap.example:8443/", "http://localhost:8080"] {
        assert!(Passkeys::at(address).is_some(), "{address}");
    }
    for address in ["", "sigap", "http://sigap.example", "http://127.0.0.1:8080", "https://10.0.0.7"] {
        assert!(Passkeys::at(address).is_none(), "{address}");
    }
    let office = Office::at("2026-11-23 09:00").await;
    let rina = office.sign_in("rina").await;
    assert!(!rina.get("/account/second-factor").await.text.contains("passkey"));
    assert_eq!(begins(&rina, "Laptop", PASSWORD).await.status, 404);
}

/// Whatever comes back in the place of an authenticator's answer is judged, and no fault of ours.
#[test]
fn bent_answers_of_an_authenticator_are_refused_or_understood() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (office, mut laptop) = (runtime.block_on(office()), Laptop::new());
    let (person, has) = runtime.block_on(async {
        makes(&office.sign_in("rina").await, &laptop).await;
        let (store, id) = (&office.desk.store, "rina".into());
        let person = store.person(&id, office.desk.today()).await.expect("people").expect("Rina");
        (person, store.passkeys(&id).await.expect("her passkeys"))
    });
    let passkeys = Passkeys::at(HOME).expect("an address with a name");
    let to_make = passkeys.ask_to_make(&person, "Laptop lain", &[]).expect("a question");
    let to_sign = passkeys.ask(&has).expect("a question");
    let question = |asked: &str| serde_json::from_str(asked).expect("JSON");
    let seeds = [laptop.makes(&question(&to_make.asked)), laptop.signs(&question(&to_sign.asked))];
    assert!(passkeys.answered(&to_sign.state, &seeds[1]).expect("an answer").is_some());
    hostile::try_all(env!("CARGO_MANIFEST_DIR"), "passkeys", &seeds.map(String::into_bytes), |bytes| {
        let answer = String::from_utf8_lossy(bytes);
        passkeys.made(&to_make.state, &answer).expect("it is judged");
        passkeys.answered(&to_sign.state, &answer).expect("it is judged");
    });
}
