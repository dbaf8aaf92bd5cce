import Netlink
import NetworkModel
import Testing

@Suite(.kernel, .firewall) struct KernelFirewallTests {
    @Test(arguments: clampSizes) func `a clamp reads as it was made, and goes as a whole`(size: MSSClamp.Size) throws {
        let sandbox = try FirewallSandbox()
        let clamp = try officeClamp(size)
        #expect(try sandbox.socket.mssClampTables().isEmpty)
        try sandbox.socket.perform(together: Request.adding(clamp))
        #expect(
            try sandbox.socket.mssClampTables()
                == [MSSClampTable(name: clamp.table, comment: clamp.comment, clamp: clamp)])
        try sandbox.socket.perform(together: [.delete(clamp.table)])
        #expect(try sandbox.socket.mssClampTables().isEmpty)
        let error = try failure { try sandbox.socket.perform(together: [.delete(clamp.table)]) }
        #expect(error.isAlreadyGone && error.codeName == "ENOENT")
        #expect(error.description == "delete firewall table inet viaduct-office: No such file or directory (ENOENT)")
    }

    @Test(.nft, arguments: clampSizes)
    func `the printed commands make the same, and take it away`(size: MSSClamp.Size) throws {
        let clamp = try officeClamp(size)
        let ours = try FirewallSandbox()
        try ours.socket.perform(together: Request.adding(clamp))
        let theirs = try FirewallSandbox()
        for command in clamp.creationCommands { try theirs.run(command) }
        #expect(try ours.ruleset() == theirs.ruleset())
        #expect(try theirs.socket.mssClampTables().map(\.clamp) == [clamp])
        try ours.run(clamp.table.removalCommand)
        try theirs.socket.perform(together: [.delete(clamp.table)])
        #expect(try ours.nft(["list", "ruleset"]).isEmpty)
        #expect(try theirs.nft(["list", "ruleset"]).isEmpty)
    }

    @Test func `a table that is there is not touched, and a transaction that fails changes nothing`() throws {
        let sandbox = try FirewallSandbox()
        let clamp = try officeClamp(.bytes(1360))
        let twice = try Request.adding(clamp) + Request.adding(clamp)
        #expect(try failure { try sandbox.socket.perform(together: twice) }.isAlreadyThere)
        #expect(try sandbox.socket.mssClampTables().isEmpty)
        try sandbox.socket.perform(together: Request.adding(clamp))
        let other = try officeClamp(.bytes(1000))
        let error = try failure { try sandbox.socket.perform(together: Request.adding(other)) }
        #expect(error.isAlreadyThere && error.hint != nil)
        #expect(try sandbox.socket.mssClampTables().map(\.clamp) == [clamp])
        // The socket is in step still, for all that the failures left unread.
        try sandbox.socket.perform(together: [.delete(clamp.table)] + Request.adding(other))
        #expect(try sandbox.socket.mssClampTables().map(\.clamp) == [other])
    }

    @Test func `many tunnels have a table each, in one transaction`() throws {
        let sandbox = try FirewallSandbox()
        let clamps = try (0..<200).map { number in
            let table = try #require(FirewallTableName(tunnel: "t\(number)"))
            return try #require(MSSClamp(table: table, interface: name("t\(number)"), size: .pathMTU(linkMTU: 1400)))
        }
        try sandbox.socket.perform(together: clamps.flatMap { try Request.adding($0) })
        #expect(try Set(sandbox.socket.mssClampTables().map(\.clamp)) == Set(clamps))
        try sandbox.socket.perform(together: clamps.map { try Request.delete($0.table) })
        #expect(try sandbox.socket.mssClampTables().isEmpty)
    }

    @Test(
        .nft,
        arguments: [
            "add rule inet viaduct-office forward accept",
            "insert rule inet viaduct-office forward counter",
            "flush chain inet viaduct-office forward",
            "add chain inet viaduct-office other",
            "add set inet viaduct-office other { type mark; }",
            "add table inet viaduct-office { flags dormant; }",
            "add chain inet viaduct-office forward { policy drop; }",
            "replace rule inet viaduct-office forward handle 2 oifname \"office1\" tcp flags syn / syn,rst"
                + " tcp option maxseg size set rt mtu",
            "replace rule inet viaduct-office forward handle 2 oifname != \"office0\" tcp flags syn / syn,rst"
                + " tcp option maxseg size set rt mtu",
            "replace rule inet viaduct-office forward handle 2 oifname \"office0\" tcp flags syn"
                + " tcp option maxseg size set rt mtu",
            "replace rule inet viaduct-office forward handle 2 oifname \"office0\" tcp flags syn / syn,rst"
                + " tcp option maxseg size set 1400",
        ]) func `whatever is changed in the table is seen, and it stays ours`(command: String) throws
    {
        let sandbox = try FirewallSandbox()
        let clamp = try officeClamp(.pathMTU(linkMTU: 1400))
        try sandbox.socket.perform(together: Request.adding(clamp))
        try sandbox.nft([command])
        let tables = try sandbox.socket.mssClampTables()
        #expect(tables == [MSSClampTable(name: clamp.table, comment: clamp.comment, clamp: nil)])
        #expect(tables.allSatisfy { $0.isOurs })
        try sandbox.socket.perform(together: [.delete(clamp.table)] + Request.adding(clamp))
        #expect(try sandbox.socket.mssClampTables().map(\.clamp) == [clamp])
    }

    @Test(.nft) func `tables of others are theirs, whatever their names`() throws {
        let sandbox = try FirewallSandbox()
        try sandbox.nft(["add table ip viaduct-office; add table inet filter; add table inet viaduct_x"])
        #expect(try sandbox.socket.mssClampTables().isEmpty)
        try sandbox.nft(["add table inet viaduct-a; add table inet viaduct-b { comment \"mine\"; }"])
        let tables = try sandbox.socket.mssClampTables()
        #expect(tables.map(\.comment) == [nil, "mine"])
        #expect(tables.allSatisfy { $0.clamp == nil && !$0.isOurs })
    }

    @Test func `a socket of another subsystem is refused`() throws {
        let sandbox = try Sandbox()
        #expect(try failure { _ = try sandbox.socket.mssClampTables() }.codeName == "EINVAL")
        let requests = try Request.adding(officeClamp(.bytes(1000)))
        #expect(try failure { try sandbox.socket.perform(together: requests) }.codeName == "EINVAL")
        try sandbox.socket.perform(together: [])
        let firewall = try FirewallSandbox()
        #expect(try failure { try firewall.socket.perform(requests[0]) }.codeName == "EINVAL")
    }
}
