import NetworkModel
import Testing

@Suite struct MSSClampTests {
    @Test func `a link's own MTU counts for offers that come in, in each family that it carries`() throws {
        let known = try officeClamp(.pathMTU(linkMTU: 1400)).rules
        #expect(
            known == [
                MSSClampRule(direction: .output, family: nil, size: .routeMTU),
                MSSClampRule(direction: .input, family: nil, size: .routeMTU),
                MSSClampRule(direction: .input, family: .ipv4, size: .bytes(1360)),
                MSSClampRule(direction: .input, family: .ipv6, size: .bytes(1340)),
            ])
        #expect(
            try officeClamp(.pathMTU(linkMTU: 1279)).rules == known[..<2] + [
                MSSClampRule(direction: .input, family: .ipv4, size: .bytes(1239))
            ])
        #expect(try officeClamp(.pathMTU(linkMTU: 68)).rules.last?.size == .bytes(28))
        #expect(try officeClamp(.pathMTU(linkMTU: nil)).rules == Array(known[..<2]))
        #expect(try officeClamp(.bytes(1200)).rules.allSatisfy { $0.family == nil && $0.size == .bytes(1200) })
    }

    @Test func `what is out of range, or cannot be said to nft, is refused`() throws {
        let table = try #require(FirewallTableName(tunnel: "office"))
        for size: MSSClamp.Size in [
            .bytes(535), .bytes(65496), .pathMTU(linkMTU: 0), .pathMTU(linkMTU: 67), .pathMTU(linkMTU: 65536),
        ] {
            #expect(MSSClamp(table: table, interface: try name("office0"), size: size) == nil, "\(size)")
        }
        for text in ["a\"b", "eth*", "*"] {
            #expect(MSSClamp(table: table, interface: try name(text), size: .bytes(1000)) == nil, "\(text)")
        }
        #expect(MSSClamp(table: table, interface: try name("a*b"), size: .bytes(65495)) != nil)
    }

    @Test func `tunnels have tables of their own, by names that nft takes as they are`() {
        #expect(FirewallTableName(tunnel: "a-b_C9")?.text == "viaduct-a-b_C9")
        #expect(FirewallTableName(tunnel: "a")?.isOurs == true)
        #expect(FirewallTableName("viaduct_a")?.isOurs == false)
        for text in ["", "9a", "-a", ".a", "a b", "a\"", "a;b", "ü", String(repeating: "a", count: 256)] {
            #expect(FirewallTableName(text) == nil, "\(text)")
        }
        #expect(FirewallTableName(tunnel: "") == nil)
    }

    @Test(arguments: clampSizes) func `a comment leads back to the clamp`(size: MSSClamp.Size) throws {
        let clamp = try officeClamp(size)
        #expect(clamp.comment.utf8.count <= 128)
        #expect(MSSClamp(table: clamp.table, comment: clamp.comment) == clamp)
        #expect(MSSClamp(table: clamp.table, comment: clamp.comment + " ") == nil)
        #expect(MSSClamp(table: clamp.table, comment: String(clamp.comment.dropLast())) != clamp)
    }

    @Test(arguments: [
        "", "mine", "viaduct:", "viaduct: office0 mss", "viaduct: office0 mss 01360", "viaduct: office0 mss +1360",
        "viaduct: office0 mss 100", "viaduct: office0 mss 65536", "viaduct: office0  mss 1360",
        "other: office0 mss 1360",
        "viaduct: office0 mss path-mtu link-mtu", "viaduct: office0 mss path-mtu link-mtu 99999999999",
        "viaduct: office0 mss path-mtu 1400", "viaduct: a/b mss 1360",
    ]) func `any other comment is none of a clamp`(comment: String) throws {
        #expect(MSSClamp(table: try #require(FirewallTableName(tunnel: "office")), comment: comment) == nil)
    }

    @Test func `the commands are those that nft shows again`() throws {
        let clamp = try officeClamp(.pathMTU(linkMTU: 1400))
        let rule = "nft add rule inet viaduct-office forward"
        let clamping = "tcp flags syn / syn,rst tcp option maxseg size set"
        #expect(
            clamp.creationCommands.map { $0.joined(separator: " ") } == [
                "nft create table inet viaduct-office"
                    + " { comment \"viaduct: office0 mss path-mtu link-mtu 1400\"; }",
                "nft add chain inet viaduct-office forward"
                    + " { type filter hook forward priority mangle; policy accept; }",
                "\(rule) oifname \"office0\" \(clamping) rt mtu",
                "\(rule) iifname \"office0\" \(clamping) rt mtu",
                "\(rule) iifname \"office0\" meta nfproto ipv4 \(clamping) 1360",
                "\(rule) iifname \"office0\" meta nfproto ipv6 \(clamping) 1340",
            ])
        #expect(clamp.table.removalCommand == ["nft", "delete", "table", "inet", "viaduct-office"])
    }
}
