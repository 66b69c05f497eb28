//! Which addresses may be called. A routing file, a sources file, or a redirect of somebody else's server must not make
//! this machine call its own services, its neighbours or a cloud's metadata, unless a file names them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network: an address and how many of its first bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    base: IpAddr,
    bits: u8,
}

impl Net {
    /// Reads `10.20.0.0/16`, `fd00::/8`, or one address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Net> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text.trim(), None),
        };
        let base: IpAddr = address.parse().ok()?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Net { base, bits })
    }

    /// Whether an address lies in it. An IPv4 address within an IPv6 address counts as itself.
    #[must_use]
    pub fn holds(&self, ip: IpAddr) -> bool {
        let same = |a: u128, b: u128, width: u32| {
            let shift = width.saturating_sub(u32::from(self.bits));
            a.checked_shr(shift).unwrap_or(0) == b.checked_shr(shift).unwrap_or(0)
        };
        match (self.base, ip.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => same(u128::from(a.to_bits()), u128::from(b.to_bits()), 32),
            (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), 128),
            _ => false,
        }
    }
}

/// Why an address is not called; `None`: it may be. Private networks are for those that the file lists.
#[must_use]
pub fn refused(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(v4) => refused_v4(v4),
        IpAddr::V6(v6) => refused_v6(v6),
    }
}

/// Never called, whatever a file says: no receiver of a mission stands there.
#[must_use]
pub fn always_refused(ip: IpAddr) -> Option<&'static str> {
    let metadata = "the address of a cloud's metadata";
    match ip {
        IpAddr::V4(v4) => match v4.octets() {
            [169, 254, 169, 254] | [100, 100, 100, 200] => Some(metadata),
            _ if v4.is_multicast() => Some("a multicast address"),
            _ if v4.is_broadcast() => Some("the broadcast address"),
            _ if v4.is_unspecified() => Some("no address of a machine"),
            _ => None,
        },
        IpAddr::V6(v6) => match embedded(v6) {
            Some(v4) => always_refused(IpAddr::V4(v4)),
            None if v6.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Some(metadata),
            None if v6.is_multicast() => Some("a multicast address"),
            None if v6.is_unspecified() => Some("no address of a machine"),
            None => None,
        },
    }
}

fn refused_v4(v4: Ipv4Addr) -> Option<&'static str> {
    if let Some(why) = always_refused(IpAddr::V4(v4)) {
        return Some(why);
    }
    match v4.octets() {
        [0, ..] => Some("an address of this network"),
        [127, ..] => Some("this machine itself"),
        [10, ..] | [192, 168, ..] => Some("a private network"),
        [172, b, ..] if (16..32).contains(&b) => Some("a private network"),
        [169, 254, ..] => Some("a link-local address"),
        [100, b, ..] if (64..128).contains(&b) => Some("a carrier's inner network"),
        [192, 0, 0, _] | [192, 88, 99, _] => Some("an address for protocols"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("an address for documentation"),
        [198, 18 | 19, ..] => Some("an address for benchmarks"),
        [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

fn refused_v6(v6: Ipv6Addr) -> Option<&'static str> {
    if let Some(why) = always_refused(IpAddr::V6(v6)) {
        return Some(why);
    }
    if v6.is_loopback() {
        return Some("this machine itself");
    }
    if let Some(v4) = embedded(v6) {
        return refused_v4(v4);
    }
    match v6.segments() {
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xfc00..=0xfdff, ..] => Some("a private network"),
        [0xfec0..=0xfeff, ..] => Some("a site-local address"),
        [0x0100, 0, 0, 0, ..] => Some("an address that discards"),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => Some("an address for documentation"),
        [0x2001, 0..=0x01ff, ..] => Some("an address for protocols"),
        [0x2000..=0x3fff, ..] => None,
        _ => Some("not a public address"),
    }
}

/// The IPv4 address within an IPv6 address that leads to it: mapped, compatible, NAT64 or 6to4.
fn embedded(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = v6.segments();
    let [.., hi, lo] = s;
    let v4 = |hi: u16, lo: u16| {
        let ([a, b], [c, d]) = (hi.to_be_bytes(), lo.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => Some(v4(hi, lo)),
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some(v4(hi, lo)),
        [0x64, 0xff9b, 1, ..] => Some(v4(hi, lo)),
        [0x2002, a, b, ..] => Some(v4(a, b)),
        [0, 0, 0, 0, 0, 0, hi, lo] if hi != 0 || lo > 1 => Some(v4(hi, lo)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_not_made_to_call_itself_its_neighbours_or_a_metadata_service() {
        for bad in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "fd00:ec2::254",
            "64:ff9b::a9fe:a9fe",
        ] {
            assert!(refused(bad.parse().unwrap()).is_some(), "{bad}");
        }
        for good in
            ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1"]
        {
            assert_eq!(refused(good.parse().unwrap()), None, "{good}");
        }
    }

    #[test]
    fn what_a_mission_may_allow_does_not_include_metadata_and_multicast() {
        for bad in
            ["169.254.169.254", "::ffff:169.254.169.254", "224.0.0.1", "ff02::1", "fd00:ec2::254", "0.0.0.0"]
        {
            assert!(always_refused(bad.parse().unwrap()).is_some(), "{bad}");
        }
        for own in ["127.0.0.1", "10.0.0.7", "192.168.4.4", "fd12::1", "::1"] {
            assert_eq!(always_refused(own.parse().unwrap()), None, "{own}");
        }
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let net = Net::parse("10.20.0.0/16").unwrap();
        assert!(net.holds("10.20.255.1".parse().unwrap()) && net.holds("::ffff:10.20.0.1".parse().unwrap()));
        assert!(!net.holds("10.21.0.1".parse().unwrap()) && !net.holds("fd00::1".parse().unwrap()));
        assert!(Net::parse("0.0.0.0/0").unwrap().holds("8.8.8.8".parse().unwrap()));
        assert!(Net::parse("fd00::/8").unwrap().holds("fd12::1".parse().unwrap()));
        for bad in ["10.0.0.0/33", "x", "10.0.0.0/", ""] {
            assert_eq!(Net::parse(bad), None, "{bad}");
        }
    }
}
