//! How the services are reached that signing needs.

use std::io::ErrorKind;
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error, Timeout};

/// How long is waited. The one who signs looks at a page meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub to_connect: Duration,
    pub for_an_answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { to_connect: Duration::from_secs(10), for_an_answer: Duration::from_secs(60) }
    }
}

pub fn agent(patience: Patience) -> Agent {
    let config = Agent::config_builder()
        // An office may have certificates of its own authority, which the system knows.
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .timeout_connect(Some(patience.to_connect))
        .timeout_global(Some(patience.for_an_answer))
        // What is sent is for this service and no other.
        .max_redirects(0)
        .max_redirects_will_error(false)
        // A connection kept from before may be dead, and a request lost on it looks like a lost answer.
        .max_idle_connections(0)
        .http_status_as_error(false)
        .build();
    Agent::new_with_config(config)
}

/// Whether there never was a connection, so that nothing can have come of the request.
pub fn never_connected(error: &Error) -> bool {
    match error {
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::AddrNotAvailable
        ),
        _ => false,
    }
}
