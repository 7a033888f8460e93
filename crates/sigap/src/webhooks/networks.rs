//! Into which networks messages may go. A webhook's address is typed by a person and looked up by
//! Sigap, which stands within the office's network: without a guard, somebody could make it knock at
//! machines that only Sigap reaches (CWE-918).

use std::net::IpAddr;

use anyhow::{Context, Result};
use ipnet::IpNet;

/// What belongs to no public network, or to none that a message has to reach, by the registries of
/// special addresses (RFC 6890 and its successors at IANA).
const REFUSED: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    // Also where clouds answer with the keys of a machine: 169.254.169.254.
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    // Multicast, reserved, and broadcast.
    "224.0.0.0/3",
];

/// The only addresses of version 6 that are given out to the public. All else is refused: loopback,
/// link-local, unique local (also `fd00:ec2::254`, where a cloud answers), multicast, mapped.
const PUBLIC_V6: &str = "2000::/3";
/// Within them: documentation, and ways to write an address of version 4 (6to4, Teredo).
const REFUSED_V6: &[&str] = &["2001:db8::/32", "3fff::/20", "2002::/16", "2001::/23"];

/// The networks that an office allows beside the public one.
#[derive(Clone, Debug)]
pub struct Networks {
    allowed: Vec<IpNet>,
    refused: Vec<IpNet>,
    refused_v6: Vec<IpNet>,
    public_v6: IpNet,
}

impl Networks {
    /// `allowed` are networks such as `10.0.0.0/8`, or single addresses.
    ///
    /// # Errors
    /// One of them is neither.
    pub fn new(allowed: &[String]) -> Result<Self> {
        let read = |text: &str| -> Result<IpNet> {
            text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).with_context(|| {
                format!("webhooks.allow has {text:?}; write networks such as \"10.0.0.0/8\", or addresses")
            })
        };
        let read_all = |all: &[&str]| all.iter().map(|text| read(text)).collect::<Result<Vec<_>>>();
        Ok(Self {
            allowed: allowed.iter().map(|text| read(text)).collect::<Result<_>>()?,
            refused: read_all(REFUSED)?,
            refused_v6: read_all(REFUSED_V6)?,
            public_v6: read(PUBLIC_V6)?,
        })
    }

    /// Whether the office says that an address is its own.
    pub fn are_own(&self, address: IpAddr) -> bool {
        let address = unmapped(address);
        self.allowed.iter().any(|network| network.contains(&address))
    }

    /// Whether messages may go to an address.
    pub fn may_reach(&self, address: IpAddr) -> bool {
        let address = unmapped(address);
        if self.are_own(address) {
            return true;
        }
        let within = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        match address {
            IpAddr::V4(_) => !within(&self.refused),
            IpAddr::V6(_) => self.public_v6.contains(&address) && !within(&self.refused_v6),
        }
    }
}

/// An address of version 4 that is written as one of version 6, as what it is.
fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::from),
        IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(allowed: &[&str]) -> Networks {
        let allowed: Vec<String> = allowed.iter().map(|text| (*text).to_owned()).collect();
        Networks::new(&allowed).expect("networks")
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn messages_reach_the_public_network_and_no_other() {
        let networks = networks(&[]);
        for public in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2404:8000::1",
        ] {
            assert!(networks.may_reach(address(public)), "{public}");
        }
        for refused in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!networks.may_reach(address(refused)), "{refused}");
        }
    }

    #[test]
    fn an_office_allows_what_it_names_and_nothing_beside() {
        let networks = networks(&["10.1.0.0/16", "127.0.0.1", "fd12::/16"]);
        for allowed in ["10.1.2.3", "127.0.0.1", "::ffff:10.1.2.3", "fd12::1"] {
            assert!(networks.may_reach(address(allowed)) && networks.are_own(address(allowed)), "{allowed}");
        }
        for refused in ["10.2.0.1", "127.0.0.2", "::1", "fd13::1"] {
            assert!(!networks.may_reach(address(refused)), "{refused}");
        }
        assert!(!networks.are_own(address("1.1.1.1")));
        let wrong = Networks::new(&["kantor".to_owned()]).expect_err("no network");
        assert!(format!("{wrong:#}").contains("10.0.0.0/8"), "{wrong:#}");
    }
}
