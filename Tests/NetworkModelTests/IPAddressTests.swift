import NetworkModel
import Testing

@Suite("An IP address is read and printed in its canonical form")
struct IPAddressTests {
    @Test(
        "good texts",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("fe80::1:0:0:1", "fe80::1:0:0:1"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ])
    func good(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect("\(address)" == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(IPAddress(bytes: address.bytes) == address)
        #expect(address.family == (text.contains(":") ? .ipv6 : .ipv4))
        #expect(address.bytes.count * 8 == address.family.bitCount)
    }

    @Test(
        "bad texts",
        arguments: [
            "", " ", "192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1 ", "192.0.2.1\0", "192.0.2.1/32", "1", "0x1",
            ":", ":::", "1::2::3", "12345::", "fe80::1%eth0", "::g", "[::1]", "localhost", "٣.0.0.1",
        ])
    func bad(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("bytes of any other count are no address", arguments: [0, 3, 5, 15, 17])
    func badBytes(count: Int) {
        #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("addresses sort by family and then by bytes")
    func order() throws {
        let texts = ["10.0.0.1", "10.0.0.2", "192.0.2.1", "::1", "2001:db8::1", "fe80::1"]
        let addresses = try texts.map { try #require(IPAddress($0)) }
        #expect(addresses.reversed().sorted() == addresses)
    }

    @Test("special addresses are known")
    func special() throws {
        func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
        #expect(try address("0.0.0.0").isAny && address("::").isAny)
        #expect(try !address("0.0.0.1").isAny)
        #expect(try address("224.0.0.1").isMulticast && address("ff02::1").isMulticast)
        #expect(try !address("240.0.0.1").isMulticast && !address("fe80::1").isMulticast)
        #expect(try address("127.9.9.9").isLoopback && address("::1").isLoopback)
        #expect(try !address("::2").isLoopback && !address("128.0.0.1").isLoopback)
        #expect(try address("169.254.1.1").isLinkLocal && address("febf::1").isLinkLocal)
        #expect(try !address("169.253.1.1").isLinkLocal && !address("fec0::1").isLinkLocal)
    }
}
