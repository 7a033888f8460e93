//! OpenID Connect: the code flow with PKCE (RFC 7636), against what the provider says of itself.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use app::{Attempt, Provider, ProviderError, Vouched};
use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalClaims, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, Client, ClientId,
    ClientSecret, CsrfToken, DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ureq::Agent;

use super::{KnownBy, OidcSettings, claim, holds, is_loopback, ruled};
use crate::signing::http::{Patience, agent};

/// What a provider says of itself and the keys it signs with are believed for so long.
const KNOWN_FOR: Duration = Duration::from_hours(1);
/// Somebody looks at a page meanwhile.
const PATIENCE: Patience =
    Patience { to_connect: Duration::from_secs(5), for_an_answer: Duration::from_secs(10) };
/// The longest answer, in bytes; keys with their certificates are the longest.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// Where a provider sends people back to, under the address of Sigap.
const RETURN: &str = "/sign-in/provider/return";

/// With what an ID token may be signed: never with nothing, nor with a secret that is not the provider's
/// alone.
const SIGNED_WITH: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// All that a provider says of somebody beside what is standard.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct OtherClaims(Map<String, Value>);

impl AdditionalClaims for OtherClaims {}

type Tokens = StandardTokenResponse<
    IdTokenFields<
        OtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type OurClient = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub struct OidcProvider {
    settings: OidcSettings,
    inner: Arc<Inner>,
}

/// What goes to the threads that wait for the provider.
struct Inner {
    settings: OidcSettings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    agent: Agent,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

impl OidcProvider {
    /// # Errors
    /// The address of the provider or of Sigap is none, or secrets would go there unencrypted.
    pub fn new(settings: OidcSettings, address: &str) -> Result<Self> {
        let issuer = Url::parse(&settings.issuer)
            .with_context(|| format!("the issuer {:?} of [oidc] is no address", settings.issuer))?;
        if issuer.scheme() != "https" && !is_loopback(&issuer) {
            bail!("the issuer {issuer} of [oidc] would be asked unencrypted; give an https address");
        }
        let redirect = format!("{}{RETURN}", address.trim_end_matches('/'));
        let redirect = RedirectUrl::new(redirect).with_context(|| {
            format!("people reach Sigap at {address:?}, which is no address; set public_url")
        })?;
        let inner = Inner {
            settings: settings.clone(),
            issuer: IssuerUrl::new(settings.issuer.clone())?,
            redirect,
            agent: agent(PATIENCE),
            known: Mutex::new(None),
        };
        Ok(Self { settings, inner: Arc::new(inner) })
    }

    /// Does something that waits for the provider on a thread that may wait.
    fn waiting<T: Send + 'static>(
        &self,
        what: impl FnOnce(&Inner) -> Result<T, ProviderError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, ProviderError>> {
        let inner = self.inner.clone();
        Box::pin(async move {
            match tokio::task::spawn_blocking(move || what(&inner)).await {
                Ok(done) => done,
                Err(error) => Err(ProviderError::OutOfReach(error.into())),
            }
        })
    }
}

// The settings have a secret in them, which says so itself; the agent says nothing of use.
impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcProvider").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

impl Provider for OidcProvider {
    fn label(&self) -> &str {
        &self.settings.label
    }

    fn address<'a>(&'a self, attempt: &'a Attempt) -> BoxFuture<'a, Result<String, ProviderError>> {
        let Attempt { state, nonce, verifier } = attempt.clone();
        self.waiting(move |inner| inner.address(state, nonce, verifier))
    }

    fn vouched<'a>(
        &'a self,
        code: &'a str,
        nonce: &'a str,
        verifier: &'a str,
    ) -> BoxFuture<'a, Result<Vouched, ProviderError>> {
        let (code, nonce, verifier) = (code.to_owned(), nonce.to_owned(), verifier.to_owned());
        self.waiting(move |inner| inner.vouched(code, nonce, verifier))
    }
}

impl Inner {
    fn address(&self, state: String, nonce: String, verifier: String) -> Result<String, ProviderError> {
        let client = self.client(self.known()?);
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(
                verifier,
            )));
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, _, _) = request.url();
        Ok(url.into())
    }

    fn vouched(&self, code: String, nonce: String, verifier: String) -> Result<Vouched, ProviderError> {
        let client = self.client(self.known()?);
        let http = |request| self.ask(request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::DoesNotHold(error.into()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request(&http)
            .map_err(|error| match error {
                RequestTokenError::Request(error) => ProviderError::OutOfReach(error.into()),
                error => ProviderError::DoesNotHold(error.into()),
            })?;
        let token = tokens.id_token().ok_or_else(|| ProviderError::DoesNotHold("no ID token came".into()))?;
        let nonce = Nonce::new(nonce);
        let claims = match token.claims(&client.id_token_verifier().set_allowed_algs(SIGNED_WITH), &nonce) {
            // It may have begun to sign with another key since it was asked.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let client = self.client(self.discover()?);
                let verifier = client.id_token_verifier().set_allowed_algs(SIGNED_WITH);
                token.claims(&verifier, &nonce)
            }
            claims => claims,
        };
        let claims = claims.map_err(|error| ProviderError::DoesNotHold(error.into()))?;
        let mut told = self.told_beside(&client, &tokens, claims.subject())?;
        // What is signed counts more.
        told.extend(object(claims)?);
        self.read(&told)
    }

    /// What the provider tells about the same person where it is asked with the access token.
    fn told_beside(
        &self,
        client: &OurClient,
        tokens: &Tokens,
        subject: &openidconnect::SubjectIdentifier,
    ) -> Result<Map<String, Value>, ProviderError> {
        use openidconnect::OAuth2TokenResponse as _;

        let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject.clone())) else {
            return Ok(Map::new());
        };
        let http = |request| self.ask(request);
        let told: UserInfoClaims<OtherClaims, CoreGenderClaim> =
            request.request(&http).map_err(|error| match error {
                UserInfoError::Request(error) => ProviderError::OutOfReach(error.into()),
                error => ProviderError::DoesNotHold(error.into()),
            })?;
        object(&told)
    }

    /// Who it is, by what was told.
    fn read(&self, told: &Map<String, Value>) -> Result<Vouched, ProviderError> {
        let known_by = self.settings.person;
        let name = match known_by {
            // Whoever may write any address into an account there would be anybody here.
            KnownBy::Email if told.get("email_verified") != Some(&Value::Bool(true)) => None,
            KnownBy::Email => told.get("email"),
            KnownBy::Nip => claim(told, &self.settings.nip_claim),
        };
        let login = name.and_then(Value::as_str).and_then(|name| known_by.login(name));
        let shown = |value: &String| {
            ["acr", "amr"].iter().any(|name| told.get(*name).is_some_and(|found| holds(found, value)))
        };
        Ok(Vouched {
            login: login.ok_or(ProviderError::Untold(known_by.told()))?,
            roles: ruled(&self.settings.roles, told),
            second_factor: self.settings.second_factor.iter().any(shown),
        })
    }

    fn client(&self, metadata: CoreProviderMetadata) -> OurClient {
        let secret = self.settings.client_secret.reveal();
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.to_owned()));
        OurClient::from_provider_metadata(metadata, ClientId::new(self.settings.client_id.clone()), secret)
            .set_redirect_uri(self.redirect.clone())
    }

    /// What the provider says of itself, asked for at most now and then.
    fn known(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some((at, metadata)) if at.elapsed() < KNOWN_FOR => Ok(metadata),
            _ => self.discover(),
        }
    }

    fn discover(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let http = |request| self.ask(request);
        let metadata = CoreProviderMetadata::discover(&self.issuer, &http).map_err(|error| match error {
            DiscoveryError::Request(error) => ProviderError::OutOfReach(error.into()),
            error => ProviderError::OutOfReach(error.into()),
        })?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let answer = if request.body().is_empty() {
            self.agent.run(request.map(drop))
        } else {
            self.agent.run(request)
        };
        let (head, mut body) = answer?.into_parts();
        let body = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        Ok(HttpResponse::from_parts(head, body))
    }
}

/// Claims by their names.
fn object(claims: &impl Serialize) -> Result<Map<String, Value>, ProviderError> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(ProviderError::DoesNotHold(Box::<dyn Error + Send + Sync>::from(error))),
    }
}

#[cfg(test)]
mod tests;
