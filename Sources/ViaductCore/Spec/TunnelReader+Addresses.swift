internal import NetworkModel

extension TunnelReader {
    /// An address without a prefix length.
    func address(_ field: SpecField) -> IPAddress? {
        guard let text = field.text("an address") else { return nil }
        guard let address = IPAddress(text) else {
            if text.contains("%") {
                field.failValue("has a zone", "write the address alone")
            } else if text.contains("/") {
                field.failValue("has a prefix length", "write the address alone")
            } else {
                field.failValue("is not an address", "write one such as 192.0.2.1 or 2001:db8::1")
            }
            return nil
        }
        return isMapped(address, field) ? nil : address
    }

    /// An address with or without a prefix length; host bits may be set.
    func prefix(_ field: SpecField) -> IPPrefix? {
        guard let text = field.text("an address block") else { return nil }
        guard let prefix = IPPrefix(text) else {
            field.failValue("is not an address block", "write one such as 192.168.88.0/24 or 2001:db8:88::/64")
            return nil
        }
        return isMapped(prefix.address, field) ? nil : prefix
    }

    /// An address block without host bits.
    func network(_ field: SpecField) -> IPPrefix? {
        guard let prefix = prefix(field) else { return nil }
        guard prefix.isNetwork else {
            field.failValue("has host bits set", "write \(prefix.network)")
            return nil
        }
        return prefix
    }

    private func isMapped(_ address: IPAddress, _ field: SpecField) -> Bool {
        let isMapped =
            address.family == .ipv6 && address.bytes[..<10].allSatisfy { $0 == 0 }
            && address.bytes[10] == 0xff && address.bytes[11] == 0xff
        guard isMapped else { return false }
        let remedy = IPAddress(bytes: address.bytes[12...]).map { "write \($0)" }
        field.failValue("is an IPv4 address in IPv6 clothes", remedy)
        return true
    }

    /// An interface's name that is safe in a command, a path of /proc/sys and a rule.
    func interfaceName(_ field: SpecField) -> InterfaceName? {
        let expected = "an interface name: at most 15 of A-Z a-z 0-9 _ . -, not beginning with . or -"
        return field.value(expected) { text in
            let isSafe =
                text.utf8.allSatisfy { SpecKeys.isWordByte($0) || $0 == 0x2e }
                && !text.hasPrefix("-") && !text.hasPrefix(".") && !["all", "default"].contains(text)
            return isSafe ? InterfaceName(text) : nil
        }
    }

    /// A routing table by number or name.
    func table(_ field: SpecField) -> UInt32? {
        guard let text = field.text("a routing table") else { return nil }
        let known = ["main": Route.mainTable, "default": 253, "local": 255].merging(tableNames) { own, _ in own }
        if let number = known[text] ?? UInt32(literal: text), number != 0 { return number }
        let nearest = NearestWord.to(text, among: known.keys).map { "did you mean '\($0)'?" }
        field.failValue("is no routing table", nearest ?? "write 1...4294967295 or a name of /etc/iproute2/rt_tables")
        return nil
    }

    /// An MTU in bytes.
    func mtu(_ field: SpecField) -> UInt32? {
        field.integer(Int(TunnelMTU.minimum)...65535, unit: "bytes").map { UInt32($0) }
    }
}
