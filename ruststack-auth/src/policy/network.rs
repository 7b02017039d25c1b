//! Ranges of addresses: `203.0.113.0/24`, `2001:db8::/32`, or one address.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// An address and how many of its leading bits count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is no range of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct InvalidNetwork;

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(bits), str::parse).map_err(|_| InvalidNetwork)?;
        if prefix <= bits { Ok(Self { address, prefix }) } else { Err(InvalidNetwork) }
    }
}

impl Network {
    /// An IPv4 address in IPv6's clothes is the IPv4 address.
    pub(super) fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => self.masked_v4(network) == self.masked_v4(address),
            (IpAddr::V6(network), IpAddr::V6(address)) => self.masked_v6(network) == self.masked_v6(address),
            _ => false,
        }
    }

    /// Broader than /8, or /32 of IPv6: so broad that S3 calls it the public.
    pub(super) fn is_very_broad(self) -> bool {
        self.prefix < if self.address.is_ipv4() { 8 } else { 32 }
    }

    fn masked_v4(self, address: Ipv4Addr) -> u32 {
        address.to_bits().checked_shr(32 - u32::from(self.prefix)).unwrap_or(0)
    }

    fn masked_v6(self, address: Ipv6Addr) -> u128 {
        address.to_bits().checked_shr(128 - u32::from(self.prefix)).unwrap_or(0)
    }
}
