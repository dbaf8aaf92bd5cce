internal import NetworkModel

/// The traffic selectors of one side of a child.
struct SelectorsImport {
    /// As a spec says them.
    var texts: [String] = []
    /// Their prefixes.
    var prefixes: [IPPrefix] = []
    /// Whether our own address on the underlay, or the peer's, is among them.
    var holdsOwn = false

    /// Whether they are what a spec without the key has.
    var areEverything: Bool { texts == TrafficSelector.everything.map(\.description) }
}

extension ConnectionImport {
    /// Reads `local_ts` or `remote_ts`; without the key it is `dynamic`.
    func selectors(_ child: ForeignSection, _ name: String, ends: EndsImport) -> SelectorsImport {
        let key = child.take(name)
        let isLocal = name == "local_ts"
        let items = key?.items ?? []
        let remark = { (item: String, what: String, remedy: String?) in
            key?.remark(on: item, what, remedy) ?? child.remark(what, remedy)
        }
        var found = SelectorsImport()
        for item in items.isEmpty ? ["dynamic"] : items {
            guard let (addresses, service) = parts(of: item) else {
                report.fail(
                    remark(item, "has a service that no spec can say", "write it as [tcp/443] or [udp/5060-5069]"))
                continue
            }
            if addresses == "dynamic" {
                addOwn(service, to: &found, isLocal: isLocal, isKeyGiven: key != nil, ends: ends) {
                    remark(item, $0, $1)
                }
                continue
            }
            guard let blocks = blocks(of: addresses, remark: { remark(item, $0, $1) }) else { continue }
            for block in blocks {
                let text = "\(block)\(service)"
                guard !found.texts.contains(text) else { continue }
                found.texts.append(text)
                found.prefixes.append(block)
            }
            if !service.isEmpty, !isLocal {
                report.warn(
                    remark(
                        item, "is for one service only",
                        "the whole of \(addresses) is routed into the link, which drops all but that service"))
            }
        }
        if version1, found.texts.count > 1 {
            report.warn(
                remark(
                    found.texts.dropFirst().joined(separator: ", "), "is beyond the one selector that IKEv1 has",
                    "only \(found.texts[0]) is kept, as charon does"))
            found.texts = [found.texts[0]]
            found.prefixes = Array(found.prefixes.prefix(1))
        }
        return found
    }

    private var version1: Bool { section.take("version")?.value == "1" }

    /// Whether the end has an address that it is given: then it has just that as its selector.
    private func isGiven(isLocal: Bool) -> Bool {
        section.take(isLocal ? "vips" : "pools").map { !$0.items.isEmpty } ?? false
    }

    /// Adds the end's own address.
    private func addOwn(
        _ service: String, to found: inout SelectorsImport, isLocal: Bool, isKeyGiven: Bool, ends: EndsImport,
        remark: (String, String?) -> ImportRemark
    ) {
        guard !isLocal, !isGiven(isLocal: isLocal) else {
            found.texts.append("dynamic\(service)")
            found.holdsOwn = isLocal && !isGiven(isLocal: isLocal)
            return
        }
        let what =
            isKeyGiven ? "means the peer's own address" : "has no 'remote_ts', which means the peer's own address"
        if let address = ends.remoteAddresses.first {
            let prefix = IPPrefix(host: address)
            found.texts.append("\(prefix)\(service)")
            found.holdsOwn = true
            let today = ends.isByName ? " now, as its name has it today: if that changes, so must the spec" : " now"
            report.warn(
                remark(what, "it is \(prefix)\(today); if networks behind the peer were meant, write 'remote_ts'"))
        } else {
            report.fail(remark("\(what), and that is not known", "write 'remote_ts' with what lies behind the peer"))
        }
    }

    /// A selector's addresses, and its service in brackets as a spec writes it; nil for a service that it cannot say.
    private func parts(of item: String) -> (addresses: String, service: String)? {
        guard let bracket = item.firstIndex(of: "[") else { return (item, "") }
        let addresses = String(item[..<bracket])
        guard item.hasSuffix("]") else { return nil }
        let inside = item[item.index(after: bracket)...].dropLast()
        let words = inside.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let isAnyPort = words.count < 2 || ["", "any", "%any", "0-65535"].contains(words[1])
        let proto = words[0].lowercased()
        if ["", "any", "%any", "0"].contains(proto) { return isAnyPort ? (addresses, "") : nil }
        guard !isAnyPort else { return (addresses, "[\(proto)]") }
        return (addresses, "[\(proto)/\(Self.ports[words[1].lowercased()] ?? words[1])]")
    }

    /// Ports that are known by name in configurations (/etc/services).
    private static let ports = [
        "http": "80", "https": "443", "ssh": "22", "domain": "53", "smtp": "25", "bgp": "179", "isakmp": "500",
        "l2tp": "1701", "l2f": "1701", "ntp": "123", "syslog": "514", "snmp": "161", "ldap": "389", "sip": "5060",
    ]

    /// The blocks that a selector's addresses are; nil after a report.
    private func blocks(of text: String, remark: (String, String?) -> ImportRemark) -> [IPPrefix]? {
        if let prefix = IPPrefix(text) {
            if !prefix.isNetwork {
                report.warn(remark("has host bits set", "it is \(prefix.network) now, as charon reads it"))
            }
            return [prefix.network]
        }
        if let blocks = AddressRange(text)?.blocks {
            if blocks.count > 1 {
                let list = blocks.map(\.description).joined(separator: ", ")
                report.warn(remark("is a range", "it is \(list) now; the peer sees several selectors for one"))
            }
            return blocks
        }
        report.fail(remark("is no prefix", "write one such as 192.168.88.0/24"))
        return nil
    }
}
