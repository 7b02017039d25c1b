//! Ranges of IP addresses, as patterns write them.

use std::net::IpAddr;

/// The addresses whose leading bits are the network's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    prefix_bits: u32,
}

impl Network {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (address, bits) =
            text.split_once('/').filter(|(_, bits)| !bits.contains('/')).ok_or("Malformed CIDR, one '/' required")?;
        let prefix_bits: i64 = bits.parse().map_err(|_| "Malformed CIDR, mask bits must be an integer")?;
        let address: IpAddr = address.parse().map_err(|_| format!("Nonstandard IP address: {address}"))?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        match u32::try_from(prefix_bits) {
            Err(_) => Err("Malformed CIDR, mask bits must not be negative".to_owned()),
            Ok(bits) if bits > width => {
                Err(format!("IPv{} mask bits must be < {}", if width == 32 { 4 } else { 6 }, width))
            }
            Ok(prefix_bits) => Ok(Self { address, prefix_bits }),
        }
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        match (self.address, text.parse()) {
            (IpAddr::V4(network), Ok(IpAddr::V4(address))) => {
                u32::from(network) ^ u32::from(address) <= u32::MAX.checked_shr(self.prefix_bits).unwrap_or(0)
            }
            (IpAddr::V6(network), Ok(IpAddr::V6(address))) => {
                u128::from(network) ^ u128::from(address) <= u128::MAX.checked_shr(self.prefix_bits).unwrap_or(0)
            }
            _ => false,
        }
    }
}
