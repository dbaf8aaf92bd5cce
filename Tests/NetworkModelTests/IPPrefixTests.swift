import NetworkModel
import Testing

@Suite("A prefix is an address and the bits of it that count")
struct IPPrefixTests {
    @Test(
        "good texts, and their networks",
        arguments: [
            ("10.9.0.1/24", "10.9.0.1/24", "10.9.0.0/24"), ("10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8"),
            ("10.1.2.3", "10.1.2.3/32", "10.1.2.3/32"), ("255.255.255.255/0", "255.255.255.255/0", "0.0.0.0/0"),
            ("10.1.2.255/31", "10.1.2.255/31", "10.1.2.254/31"), ("10.255.1.1/9", "10.255.1.1/9", "10.128.0.0/9"),
            ("2001:DB8::1/64", "2001:db8::1/64", "2001:db8::/64"), ("::1", "::1/128", "::1/128"),
            ("ffff::/0", "ffff::/0", "::/0"), ("2001:db8:ffff::/33", "2001:db8:ffff::/33", "2001:db8:8000::/33"),
        ])
    func good(text: String, printed: String, network: String) throws {
        let prefix = try #require(IPPrefix(text))
        #expect("\(prefix)" == printed)
        #expect("\(prefix.network)" == network)
        #expect(prefix.isNetwork == (printed == network))
        #expect(IPPrefix(printed) == prefix)
    }

    @Test(
        "bad texts",
        arguments: [
            "", "/", "10.0.0.0/", "/8", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08",
            "10.0.0.0/8/8", "10.0.0.0/8 ", "10.0.0.0/255.0.0.0", "10/8", "10.0.0.0/0000", "fe80::1%eth0/64", "default",
        ])
    func bad(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test(
        "containment",
        arguments: [
            ("10.0.0.0/8", "10.1.0.0/16", true), ("10.1.0.0/16", "10.0.0.0/8", false),
            ("10.0.0.0/8", "10.0.0.0/8", true), ("10.0.0.1/8", "10.255.255.255/32", true),
            ("10.0.0.0/8", "11.0.0.0/8", false), ("0.0.0.0/0", "203.0.113.1/32", true),
            ("0.0.0.0/0", "::/0", false), ("::/0", "2001:db8::/32", true), ("::/0", "10.0.0.0/8", false),
            ("192.0.2.128/25", "192.0.2.127/32", false), ("192.0.2.128/25", "192.0.2.128/32", true),
        ])
    func contains(outer: String, inner: String, expected: Bool) throws {
        let outer = try #require(IPPrefix(outer))
        let inner = try #require(IPPrefix(inner))
        #expect(outer.contains(inner) == expected)
        if inner.isHost { #expect(outer.contains(inner.address) == expected) }
        #expect(outer.overlaps(inner) == (expected || inner.contains(outer)))
        #expect(outer.overlaps(inner) == inner.overlaps(outer))
    }

    @Test("everything holds all, a host is one")
    func extremes() throws {
        let address = try #require(IPAddress("192.0.2.1"))
        #expect(IPPrefix.everything(.ipv4).isEverything)
        #expect(IPPrefix(host: address).isHost)
        #expect(IPPrefix(address, length: 33) == nil)
        #expect(IPPrefix(address, length: -1) == nil)
    }

    @Test("prefixes sort by address, then from wide to narrow")
    func order() throws {
        let prefixes = try ["10.0.0.0/8", "10.0.0.0/16", "10.1.0.0/16", "::/0", "fd00::/8"].map {
            try #require(IPPrefix($0))
        }
        #expect(prefixes.reversed().sorted() == prefixes)
    }
}
