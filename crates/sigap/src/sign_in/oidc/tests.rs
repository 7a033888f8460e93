//! Against a stand-in for a provider, whose ID tokens are as the test wants them.

use std::sync::{Arc, Mutex};

use app::{Attempt, Provider as _, ProviderError, Vouched};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};

use super::OidcProvider;
use crate::sign_in::{KnownBy, OidcSettings, RoleRule};
use crate::signer;

const CLIENT: &str = "sigap";
const SECRET: &str = "sandi-klien-sigap";
const NONCE: &str = "nonce-yang-dimulai-di-sini";
const VERIFIER: &str = "bukti-bahwa-kode-diminta-oleh-yang-memulai-di-sini";

/// What the stand-in answers with.
#[derive(Default)]
struct Says {
    token: String,
    keys: Value,
}

struct StandIn {
    url: String,
    says: Arc<Mutex<Says>>,
}

impl StandIn {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("an address");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let says = Arc::new(Mutex::new(Says::default()));
        let itself = json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/masuk"),
            "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            // More than anybody should take.
            "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        });
        let (keys, token) = (says.clone(), says.clone());
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async || Json(itself)))
            .route("/keys", get(async move || Json(keys.lock().expect("the stand-in").keys.clone())))
            .route(
                "/token",
                post(async move || {
                    let id_token = token.lock().expect("the stand-in").token.clone();
                    Json(json!({"access_token": "a", "token_type": "Bearer", "id_token": id_token}))
                }),
            );
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, says }
    }

    /// Signs with this key from now on.
    fn signs_with(&self, key: &CoreEdDsaPrivateSigningKey) {
        let keys = CoreJsonWebKeySet::new(vec![key.as_verification_key()]);
        self.says.lock().expect("the stand-in").keys = serde_json::to_value(keys).expect("JSON");
    }

    fn answers_with(&self, token: String) {
        self.says.lock().expect("the stand-in").token = token;
    }

    /// Sound claims about Rina.
    fn claims(&self) -> Value {
        let now = signer::now().as_second();
        json!({
            "iss": self.url, "aud": CLIENT, "sub": "7", "nonce": NONCE, "iat": now, "exp": now + 60,
            "email": "Rina@brmp.example", "email_verified": true,
            "groups": ["helpdesk-ketua"], "amr": ["pwd", "mfa"],
        })
    }

    fn provider(&self, person: KnownBy) -> OidcProvider {
        let settings = OidcSettings {
            issuer: self.url.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: serde_json::from_value(SECRET.into()).expect("text"),
            label: "akun".to_owned(),
            scopes: vec!["email".to_owned()],
            person,
            nip_claim: "nip".to_owned(),
            second_factor: vec!["mfa".to_owned()],
            roles: vec![RoleRule {
                claim: "groups".to_owned(),
                value: "helpdesk-ketua".to_owned(),
                role: "ketua".to_owned(),
            }],
        };
        OidcProvider::new(settings, "https://sigap.example/").expect("settings that fit")
    }
}

/// A key that follows from a number.
fn key(number: u8) -> CoreEdDsaPrivateSigningKey {
    // The head of a PKCS #8 file with an Ed25519 key (RFC 8410).
    let mut file = hex::decode("302e020100300506032b657004220420").expect("hexadecimal");
    file.extend([number; 32]);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(file));
    let id = JsonWebKeyId::new(format!("kunci-{number}"));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(id)).expect("a key")
}

fn token(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn signed(number: u8, claims: &Value) -> String {
    let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": format!("kunci-{number}")});
    token(&header, claims, |bytes| {
        key(number).sign(&CoreJwsSigningAlgorithm::EdDsa, bytes).expect("a signature")
    })
}

async fn vouched(provider: &OidcProvider) -> Result<Vouched, ProviderError> {
    provider.vouched("kode", NONCE, VERIFIER).await
}

#[tokio::test]
async fn a_sound_token_says_who_it_is_which_roles_they_have_and_how_they_showed_it() {
    let stand_in = StandIn::open().await;
    stand_in.signs_with(&key(1));
    stand_in.answers_with(signed(1, &stand_in.claims()));
    let rina = vouched(&stand_in.provider(KnownBy::Email)).await.expect("a sound token");
    assert_eq!(rina.login, "rina@brmp.example");
    assert_eq!((rina.roles.held, rina.second_factor), (vec!["ketua".into()], true));
    let mut claims = stand_in.claims();
    claims["nip"] = json!("19820314 200801 2 001");
    claims["amr"] = json!(["pwd"]);
    stand_in.answers_with(signed(1, &claims));
    let rina = vouched(&stand_in.provider(KnownBy::Nip)).await.expect("a sound token");
    assert_eq!((rina.login.as_str(), rina.second_factor), ("198203142008012001", false));
}

#[tokio::test]
async fn no_forged_token_lets_anybody_in() {
    let stand_in = StandIn::open().await;
    stand_in.signs_with(&key(1));
    let provider = stand_in.provider(KnownBy::Email);
    let but = |name: &str, value: Value| {
        let mut claims = stand_in.claims();
        claims[name] = value;
        signed(1, &claims)
    };
    let claims = stand_in.claims();
    let past = signer::now().as_second() - 3600;
    let none = token(&json!({"alg": "none"}), &claims, |_| Vec::new());
    // Whoever has the secret of the client would be everybody.
    let shared = token(&json!({"alg": "HS256"}), &claims, |bytes| {
        CoreHmacKey::new(SECRET).sign(&CoreJwsSigningAlgorithm::HmacSha256, bytes).expect("a signature")
    });
    let sound = signed(1, &claims);
    let (head, signature) = sound.rsplit_once('.').expect("a signature");
    let (header, _) = head.split_once('.').expect("claims");
    let other = URL_SAFE_NO_PAD.encode(stand_in.claims().to_string().replace("Rina", "Budi"));
    for (forged, token) in [
        ("for another sign-in", but("nonce", json!("nonce-lain"))),
        ("for another program", but("aud", json!("program-lain"))),
        ("by another provider", but("iss", json!("https://lain.example"))),
        ("of an hour ago", but("exp", json!(past))),
        ("with no signature", none),
        ("under the secret of the client", shared),
        ("under another key", signed(2, &claims)),
        ("changed since it was signed", format!("{header}.{other}.{signature}")),
        ("that is none", "bukan.token.sama.sekali".to_owned()),
    ] {
        stand_in.answers_with(token);
        let answer = vouched(&provider).await;
        assert!(matches!(answer, Err(ProviderError::DoesNotHold(_))), "a token {forged}: {answer:?}");
    }
    stand_in.answers_with(sound);
    vouched(&provider).await.expect("a sound token");
}

#[tokio::test]
async fn an_address_that_is_not_verified_is_nobodys() {
    let stand_in = StandIn::open().await;
    stand_in.signs_with(&key(1));
    for (verified, nip) in [(json!(false), "1"), (json!("true"), "2"), (Value::Null, "3")] {
        let mut claims = stand_in.claims();
        claims["email_verified"] = verified;
        claims["nip"] = json!(nip);
        stand_in.answers_with(signed(1, &claims));
        for person in [KnownBy::Email, KnownBy::Nip] {
            let answer = vouched(&stand_in.provider(person)).await;
            assert!(answer.is_err(), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_provider_may_change_its_keys() {
    let stand_in = StandIn::open().await;
    let provider = stand_in.provider(KnownBy::Email);
    for number in [1, 2] {
        stand_in.signs_with(&key(number));
        stand_in.answers_with(signed(number, &stand_in.claims()));
        vouched(&provider).await.expect("a token under the key of now");
    }
}

#[tokio::test]
async fn one_is_sent_there_with_state_nonce_and_a_challenge_and_without_secrets() {
    let stand_in = StandIn::open().await;
    stand_in.signs_with(&key(1));
    let provider = stand_in.provider(KnownBy::Email);
    let attempt =
        Attempt { state: "keadaan".to_owned(), nonce: NONCE.to_owned(), verifier: VERIFIER.to_owned() };
    let address = provider.address(&attempt).await.expect("an address");
    for part in [
        "response_type=code",
        "client_id=sigap",
        "state=keadaan",
        "nonce=nonce-yang-dimulai-di-sini",
        "code_challenge_method=S256",
        "redirect_uri=https%3A%2F%2Fsigap.example%2Fsign-in%2Fprovider%2Freturn",
        "scope=openid+email",
    ] {
        assert!(address.contains(part), "no {part} in {address}");
    }
    assert!(!address.contains(VERIFIER) && !address.contains(SECRET), "{address}");
    assert!(!format!("{provider:?} {attempt:?}").contains("sandi"), "no secret in a log");
}

#[tokio::test]
async fn a_provider_that_nobody_answers_for_is_out_of_reach() {
    // The port of a server that has just gone.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let url = format!("http://{}", gone.expect("an address"));
    let provider = StandIn { url, says: Arc::default() }.provider(KnownBy::Email);
    assert!(matches!(vouched(&provider).await, Err(ProviderError::OutOfReach(_))));
}

#[test]
fn a_secret_goes_unencrypted_to_this_machine_only() {
    let settings = |issuer: &str| OidcSettings { issuer: issuer.to_owned(), ..here() };
    for (issuer, said) in [("http://sso.example", "unencrypted"), ("sso", "no address")] {
        let error = OidcProvider::new(settings(issuer), "https://sigap.example").expect_err("a refusal");
        assert!(format!("{error:#}").contains(said), "{error:#}");
    }
    assert!(OidcProvider::new(settings("https://sso.example"), "https://sigap.example").is_ok());
    let error = OidcProvider::new(settings("https://sso.example"), "sigap").expect_err("a refusal");
    assert!(format!("{error:#}").contains("public_url"), "{error:#}");
}

fn here() -> OidcSettings {
    toml("issuer = \"http://127.0.0.1\"\nclient_id = \"sigap\"")
}

fn toml(text: &str) -> OidcSettings {
    use figment::providers::{Format as _, Toml};

    figment::Figment::from(Toml::string(text)).extract().expect("settings")
}

/// A token that was bent says nothing of anybody: at most it is still the one that was signed.
#[test]
fn a_bent_token_vouches_for_nobody_else() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let stand_in = runtime.block_on(StandIn::open());
    stand_in.signs_with(&key(1));
    let provider = stand_in.provider(KnownBy::Email);
    let unsigned = token(&json!({"alg": "none", "typ": "JWT"}), &stand_in.claims(), |_| Vec::new());
    let seeds = [signed(1, &stand_in.claims()), signed(2, &stand_in.claims()), unsigned];
    let seeds = seeds.map(String::into_bytes);
    hostile::try_all(env!("CARGO_MANIFEST_DIR"), "tokens", &seeds, |bytes| {
        stand_in.answers_with(String::from_utf8_lossy(bytes).into_owned());
        if let Ok(somebody) = runtime.block_on(vouched(&provider)) {
            assert_eq!((somebody.login.as_str(), somebody.second_factor), ("rina@brmp.example", true));
        }
    });
}
