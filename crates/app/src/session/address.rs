//! From which address somebody comes: the one that is connected, or whom a proxy in front says it speaks for.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::Settings;

/// Stands for the address of a connection that has none.
const UNKNOWN: &str = "?";

/// In which header a proxy says for whom it speaks. A proxy only adds to the one that it knows; the other
/// would be whatever a client wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    #[default]
    XForwardedFor,
    /// As in RFC 7239.
    Forwarded,
}

/// What is known of the address of a client.
#[derive(Clone, Debug)]
pub struct ClientAddress {
    connected: Option<IpAddr>,
    headers: HeaderMap,
}

impl ClientAddress {
    pub fn of(parts: &Parts) -> Self {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|connected| connected.0.ip());
        Self { connected, headers: parts.headers.clone() }
    }

    /// The address of the person. With a proxy in front that is not trusted everybody comes from its address,
    /// and fifty typing mistakes would lock the whole office out; then none is known.
    pub fn behind(&self, settings: &Settings) -> Option<String> {
        if settings.trusted_proxies.is_empty() && settings.https {
            return None;
        }
        let Some(connected) = self.connected else { return Some(UNKNOWN.to_owned()) };
        let is_trusted = |address: IpAddr| settings.trusted_proxies.iter().any(|net| net.contains(&address));
        // Each proxy adds at the end whom it speaks for, so that what stands before the first that is not
        // trusted may be made up.
        let mut address = connected.to_canonical();
        for before in said_by_proxies(&self.headers, settings.proxy_header).iter().rev() {
            if !is_trusted(address) {
                break;
            }
            match before {
                Some(before) => address = *before,
                None => return None,
            }
        }
        Some(address.to_string())
    }
}

/// For whom proxies say they speak, the nearest to us last; none for what is no address.
fn said_by_proxies(headers: &HeaderMap, header: ProxyHeader) -> Vec<Option<IpAddr>> {
    let (name, read): (_, fn(&str) -> Option<IpAddr>) = match header {
        ProxyHeader::XForwardedFor => ("x-forwarded-for", address),
        ProxyHeader::Forwarded => ("forwarded", |element| {
            let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
            let mut speaks_for = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
            address(speaks_for.next()?.1.trim().trim_matches('"'))
        }),
    };
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
    lines.flat_map(|line| line.split(',')).map(|element| read(element.trim())).collect()
}

/// An address, alone or with a port, an IPv6 one in brackets or not.
fn address(written: &str) -> Option<IpAddr> {
    let bare = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(written);
    let address = bare.parse().or_else(|_| written.parse().map(|socket: SocketAddr| socket.ip()));
    Some(address.ok()?.to_canonical())
}

/// Networks and single addresses as settings write them, `10.0.0.0/8` or `10.0.0.7`; none if it is neither.
pub fn network(written: &str) -> Option<IpNet> {
    written.parse().ok().or_else(|| Some(IpNet::from(written.parse::<IpAddr>().ok()?)))
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn behind(settings: &Settings, connected: &str, headers: &[(&'static str, &str)]) -> Option<String> {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("a header")));
        let connected = Some(connected.parse().expect("an address"));
        ClientAddress { connected, headers: headers.collect() }.behind(settings)
    }

    fn trusting(proxies: &[&str]) -> Settings {
        let trusted_proxies = proxies.iter().filter_map(|written| network(written)).collect();
        Settings { https: true, trusted_proxies, ..Settings::default() }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_what_it_added_itself() {
        const FOR: &str = "x-forwarded-for";
        let settings = trusting(&["127.0.0.1", "10.0.0.0/8"]);
        for (connected, said, address) in [
            ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("::ffff:127.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
            ("127.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
            ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
            ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
            ("127.0.0.1", "10.0.0.7", "10.0.0.7"),
        ] {
            assert_eq!(behind(&settings, connected, &[(FOR, said)]).as_deref(), Some(address), "{said}");
        }
        assert_eq!(behind(&settings, "127.0.0.1", &[(FOR, "203.0.113.9, siapa")]), None, "no address");
        assert_eq!(behind(&settings, "127.0.0.1", &[]).as_deref(), Some("127.0.0.1"));
        let lines = [(FOR, "1.2.3.4"), (FOR, "203.0.113.9")];
        assert_eq!(behind(&settings, "127.0.0.1", &lines).as_deref(), Some("203.0.113.9"), "the last line");
    }

    #[test]
    fn the_header_that_the_proxy_does_not_write_is_not_read() {
        let forwarded = ("forwarded", "for=1.2.3.4, For=\"[2001:db8::1]:80\";proto=https");
        let settings = trusting(&["127.0.0.1"]);
        let both = [forwarded, ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(behind(&settings, "127.0.0.1", &both).as_deref(), Some("203.0.113.9"));
        let settings = Settings { proxy_header: ProxyHeader::Forwarded, ..settings };
        assert_eq!(behind(&settings, "127.0.0.1", &both).as_deref(), Some("2001:db8::1"));
    }

    #[test]
    fn without_a_trusted_proxy_nobody_is_believed() {
        let said = [("x-forwarded-for", "203.0.113.9")];
        assert_eq!(behind(&Settings::default(), "192.0.2.1", &said).as_deref(), Some("192.0.2.1"));
        assert_eq!(behind(&trusting(&[]), "127.0.0.1", &said), None, "everybody would come from the proxy");
        assert!(network("10.0.0.0/33").is_none() && network("kantor").is_none());
    }
}
