extension MSSClamp {
    /// The nft(8) commands that make the table, each a program and its arguments.
    ///
    /// Each of them is a transaction, where the kernel is otherwise told all in one; a table without its rules does
    /// nothing. nft joins its arguments with spaces, so what has spaces may as well be one argument. nft 0.9.9 is needed.
    public var creationCommands: [[String]] {
        let chain = ["inet", table.text, Self.chain]
        return [
            ["nft", "create", "table", "inet", table.text, "{ comment \"\(comment)\"; }"],
            ["nft", "add", "chain"] + chain + ["{ type filter hook forward priority mangle; policy accept; }"],
        ] + rules.map { ["nft", "add", "rule"] + chain + $0.words(interface) }
    }

    /// The name of the chain.
    public static let chain = "forward"
}

extension FirewallTableName {
    /// The nft(8) command that removes the table with all that is in it; it fails when the table is not there.
    public var removalCommand: [String] { ["nft", "delete", "table", "inet", text] }
}

extension MSSClampRule {
    /// The rule in nft's language.
    fileprivate func words(_ interface: InterfaceName) -> [String] {
        var words: [String]
        switch direction {
        case .output: words = ["oifname"]
        case .input: words = ["iifname"]
        }
        words.append("\"\(interface)\"")
        switch family {
        case .ipv4: words += ["meta", "nfproto", "ipv4"]
        case .ipv6: words += ["meta", "nfproto", "ipv6"]
        case nil: break
        }
        // SYN and SYN-ACK: of the two flags, the first is set and the second is not.
        words += ["tcp", "flags", "syn", "/", "syn,rst", "tcp", "option", "maxseg", "size", "set"]
        switch size {
        case .routeMTU: words += ["rt", "mtu"]
        case .bytes(let bytes): words.append("\(bytes)")
        }
        return words
    }
}
