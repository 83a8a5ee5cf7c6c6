//! Which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Destinations {
    /// Those of the public Internet, and nothing that only this machine or its network reaches: no loopback, private or
    /// link-local address, no cloud's metadata service.
    #[default]
    Public,
    /// Those, and this machine itself. For trying it out and for tests.
    PublicAndLoopback,
}

impl Destinations {
    /// Whether an address may be connected to.
    pub fn allow(self, address: IpAddr) -> bool {
        // The same machine, said in the other family.
        match address.to_canonical() {
            address if address.is_loopback() => self == Self::PublicAndLoopback,
            IpAddr::V4(v4) => is_public_v4(v4),
            IpAddr::V6(v6) => is_public_v6(v6),
        }
    }

    /// Those addresses of a name that may be connected to.
    pub(crate) fn among(self, addresses: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
        addresses.filter(|address| self.allow(address.ip())).collect()
    }
}

/// What the registry of special addresses (RFC 6890) sets aside, and no global unicast.
const SPECIAL_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    // Where clouds keep their metadata.
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// Within global unicast: what documents use, and what carries another address inside (Teredo, 6to4).
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xDB8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3FFF, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// All that was ever given out for the public: unique local, link-local, multicast and translated addresses are elsewhere.
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|net| net.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    GLOBAL_UNICAST.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(destinations: Destinations, address: &str) -> bool {
        destinations.allow(address.parse().unwrap())
    }

    #[test]
    fn addresses_inside_are_refused() {
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::7f00:1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "64:ff9b::a00:1",
            "64:ff9b:1::a00:1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "100::1",
        ] {
            assert!(!allowed(Destinations::Public, address), "{address}");
        }
    }

    #[test]
    fn addresses_of_the_internet_are_allowed() {
        for address in [
            "1.1.1.1",
            "9.9.9.9",
            "100.63.0.1",
            "172.32.0.1",
            "169.253.1.1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(allowed(Destinations::Public, address), "{address}");
        }
    }

    #[test]
    fn loopback_is_allowed_to_those_who_say_so_and_nothing_else_inside_is() {
        for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert!(allowed(Destinations::PublicAndLoopback, address), "{address}");
        }
        for address in ["10.0.0.1", "169.254.169.254", "fe80::1", "0.0.0.0"] {
            assert!(!allowed(Destinations::PublicAndLoopback, address), "{address}");
        }
    }
}
