//! Carries messages to webhooks by HTTP, and nowhere else.
//!
//! The address that is connected to is the one that was looked at: names are resolved once, in the
//! client itself, so that a name which leads elsewhere a moment later gains nothing.

mod networks;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use app::{AddressError, CarryError, Courier, Parcel};
use futures_util::future::BoxFuture;
use networks::Networks;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use crate::office::Settings;

/// How long another program may take over a message: well within the lease of an order.
const CARRYING_MAX: Duration = Duration::from_secs(15);
/// How much of an answer is read. Nothing in it counts but its status.
const ANSWER_BYTES_MAX: u64 = 4 * 1024;

/// How this office tells webhooks.
///
/// # Errors
/// The settings name what is no network.
pub fn courier(settings: &Settings) -> Result<Arc<dyn Courier>> {
    Ok(Arc::new(HttpCourier::new(Networks::new(&settings.webhooks.allow)?, DefaultResolver::default())))
}

#[derive(Debug)]
struct HttpCourier {
    networks: Arc<Networks>,
    agent: Agent,
}

/// Resolves names, and refuses those that lead where no message may go.
#[derive(Debug)]
struct Guarded<R> {
    networks: Arc<Networks>,
    resolver: R,
}

impl HttpCourier {
    fn new(networks: Networks, resolver: impl Resolver) -> Self {
        let networks = Arc::new(networks);
        let config = Agent::config_builder()
            // An office may have certificates of its own authority, which the system knows.
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .timeout_global(Some(CARRYING_MAX))
            // Another address would have to be looked at first; whoever moves says so on the page.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A proxy would resolve the name itself, and past the guard.
            .proxy(None)
            .max_idle_connections(0)
            .http_status_as_error(false)
            .user_agent("Sigap")
            .build();
        let guarded = Guarded { networks: networks.clone(), resolver };
        Self { networks, agent: Agent::with_parts(config, DefaultConnector::default(), guarded) }
    }
}

impl Courier for HttpCourier {
    fn check<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<(), AddressError>> {
        let networks = self.networks.clone();
        let address = address.to_owned();
        Box::pin(async move {
            let unknown = AddressError::Unknown { host: address.clone() };
            tokio::task::spawn_blocking(move || check(&networks, &address)).await.unwrap_or(Err(unknown))
        })
    }

    fn carry(&self, parcel: Parcel) -> BoxFuture<'_, Result<u16, CarryError>> {
        let agent = self.agent.clone();
        Box::pin(async move {
            let stopped = |_| Err(CarryError::Failed("Sigap was stopping".to_owned()));
            tokio::task::spawn_blocking(move || carry(&agent, &parcel)).await.unwrap_or_else(stopped)
        })
    }
}

fn check(networks: &Networks, address: &str) -> Result<(), AddressError> {
    let uri = read(address)?;
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().unwrap_or(443);
    // A literal address of version 6 stands in brackets, which belong to no name.
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found =
        (bare, port).to_socket_addrs().map_err(|_| AddressError::Unknown { host: host.to_owned() })?;
    let found: Vec<IpAddr> = found.map(|found| found.ip()).collect();
    if found.is_empty() {
        return Err(AddressError::Unknown { host: host.to_owned() });
    }
    may_reach(networks, &uri, &found)
}

/// An address that can be that of a webhook.
fn read(address: &str) -> Result<Uri, AddressError> {
    let uri: Uri = address.parse().map_err(|_| AddressError::NotAnAddress)?;
    let known = matches!(uri.scheme_str(), Some("https" | "http"));
    let plain = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    let whole = uri.host().is_some_and(|host| !host.is_empty()) && !address.contains('#');
    if known && plain && whole { Ok(uri) } else { Err(AddressError::NotAnAddress) }
}

/// Whether messages may go to all the addresses to which a name leads.
fn may_reach(networks: &Networks, uri: &Uri, found: &[IpAddr]) -> Result<(), AddressError> {
    let host = || uri.host().unwrap_or_default().to_owned();
    if !found.iter().all(|address| networks.may_reach(*address)) {
        return Err(AddressError::Private { host: host() });
    }
    let encrypted = uri.scheme_str() == Some("https");
    if !encrypted && !found.iter().all(|address| networks.are_own(*address)) {
        return Err(AddressError::NotEncrypted { host: host() });
    }
    Ok(())
}

impl<R: Resolver> Resolver for Guarded<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.resolver.resolve(uri, config, timeout)?;
        let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
        match may_reach(&self.networks, uri, &addresses) {
            Ok(()) => Ok(found),
            Err(refused) => Err(Error::Other(Box::new(refused))),
        }
    }
}

fn carry(agent: &Agent, parcel: &Parcel) -> Result<u16, CarryError> {
    let uri = read(&parcel.address)?;
    let mut request = agent.post(uri);
    for (name, value) in &parcel.headers {
        request = request.header(*name, value);
    }
    let mut response = request.send(&parcel.body).map_err(failed)?;
    // Read to the end where that is near, so that the other side sees its answer taken.
    let _ = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
    Ok(response.status().as_u16())
}

fn failed(error: Error) -> CarryError {
    match error {
        Error::Other(other) => match other.downcast::<AddressError>() {
            Ok(refused) => CarryError::Address(*refused),
            Err(other) => CarryError::Failed(other.to_string()),
        },
        error => CarryError::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
