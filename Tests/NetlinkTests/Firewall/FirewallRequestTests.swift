import NetworkModel
import Testing

@testable import Netlink

@Suite struct FirewallRequestTests {
    @Test func `a clamp is a table, a chain and its rules`() throws {
        let requests = try Request.adding(officeClamp(.pathMTU(linkMTU: 1400)))
        #expect(requests.count == 6)
        expect(requests[0], is: FirewallGolden.table)
        expect(requests[1], is: FirewallGolden.chain)
        expect(requests[2], is: FirewallGolden.outputRule)
        let inputRule = FirewallGolden.outputRule.replacing("0800 0200 00000007", with: "0800 0200 00000006")
        expect(requests[3], is: inputRule)
        let inputRuleIPv4 = FirewallGolden.inputRuleIPv6
            .replacing("0500 0100 0a 000000", with: "0500 0100 02 000000")
            .replacing("0600 0100 053c 0000", with: "0600 0100 0550 0000")
        expect(requests[4], is: inputRuleIPv4)
        expect(requests[5], is: FirewallGolden.inputRuleIPv6)
        #expect(requests.allSatisfy { $0.description == "add firewall table inet viaduct-office" })
    }

    @Test func `a fixed size is for both families, whose rules say no word of them`() throws {
        let requests = try Request.adding(officeClamp(.bytes(1340)))
        #expect(requests.count == 4)
        let prefix = Array(bytes(FirewallGolden.outputRule)[20..<52])
        #expect(requests[2...].allSatisfy { Array($0.bytes[20..<52]) == prefix })
        // Without the 36 and 44 bytes of `meta nfproto ipv6`.
        #expect(requests[2...].allSatisfy { $0.bytes.count == bytes(FirewallGolden.inputRuleIPv6).count - 36 - 44 })
    }

    @Test func `a removal names the table`() throws {
        let table = try officeClamp(.bytes(1000)).table
        expect(try .delete(table), is: FirewallGolden.removal)
    }

    @Test func `the longest names fit`() throws {
        let table = try #require(FirewallTableName(String(repeating: "t", count: FirewallTableName.maximumLength)))
        let interface = try name("123456789012345")
        let clamp = try #require(MSSClamp(table: table, interface: interface, size: .pathMTU(linkMTU: 65535)))
        #expect(try Request.adding(clamp).count == 6)
    }
}
