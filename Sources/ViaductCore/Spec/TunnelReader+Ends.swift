internal import NetworkModel

extension TunnelReader {
    /// Reads `local`, `remote`, `psk` and `auth` of a peer.
    func ends(_ source: PeerSource) -> (local: LocalEnd?, remote: RemoteEnd?) {
        let section = source.own
        let hasOwnSecret = section.has("psk") || section.has("auth")
        let sharing = hasOwnSecret ? section : source.defaults ?? section
        let shared = sharedAuthentication(sharing)
        let locals = source.all("local").map { localSection($0) }
        let remote = remoteSection(section["remote"])
        // What both ends share comes before what the other peers' local end has.
        let nearest = hasOwnSecret && source.defaults != nil && !section.has("local") ? [] : locals
        let localField = nearest.compactMap { $0.section?["auth"] }.last
        let ownLocal = localField.map { authentication($0, isOurs: true) }
        let ownRemote = remote.section?["auth"].map { authentication($0, isOurs: false) }
        if !section.has("remote") {
            section.failMissing("remote", "a spec needs the peer's address or name, such as 'remote: vpn.example.org'")
        }
        if let given = sharing["psk"] ?? sharing["auth"] {
            if ownLocal != nil, ownRemote != nil, hasOwnSecret {
                given.fail("is never used", "both ends have an 'auth' of their own; remove one or the other")
            }
        } else if !sharing.has("auth"), !sharing.has("psk"), ownLocal == nil || ownRemote == nil {
            let missing = ownLocal == nil && ownRemote == nil ? "" : ownLocal == nil ? " for 'local'" : " for 'remote'"
            section.failMissing("psk", "a spec needs a secret\(missing), such as 'psk: { file: NAME.psk }', or 'auth'")
        }
        if case .psk(let ours)? = ownLocal ?? shared.local, case .psk(let theirs)? = ownRemote ?? shared.remote,
            ours != theirs
        {
            (remote.section?["auth"] ?? localField)?.fail(
                "has another pre-shared key than the other end",
                "charon has one for both ends of a connection; write it once, as 'psk' of the spec")
        }
        return (
            (ownLocal ?? shared.local).map { way in
                LocalEnd(
                    address: locals.compactMap(\.address).last, identity: locals.compactMap(\.identity).last,
                    authentication: way)
            },
            (ownRemote ?? shared.remote).flatMap { way in
                remote.hosts.map { RemoteEnd(hosts: $0, identity: remote.identity, authentication: way) }
            }
        )
    }

    private func localSection(
        _ field: SpecField?
    ) -> (address: IPAddress?, identity: String?, section: SpecSection?) {
        guard let field else { return (nil, nil, nil) }
        if case .text = field.node.content { return (underlayAddress(field), nil, nil) }
        let expected = "our address, or a mapping of \(SpecKeys.end.joined(separator: ", "))"
        guard let section = SpecSection(field, keys: SpecKeys.end, expected: expected) else { return (nil, nil, nil) }
        return (section["address"].flatMap { underlayAddress($0) }, section["id"].flatMap { identity($0) }, section)
    }

    private func remoteSection(
        _ field: SpecField?
    ) -> (hosts: [RemoteHost]?, identity: String?, section: SpecSection?) {
        guard let field else { return (nil, nil, nil) }
        guard case .mapping = field.node.content else { return (hosts(field), nil, nil) }
        guard let section = SpecSection(field, keys: SpecKeys.end) else { return (nil, nil, nil) }
        if !section.has("address") { section.failMissing("address", "write the peer's address or name") }
        return (section["address"].flatMap { hosts($0) }, section["id"].flatMap { identity($0) }, section)
    }

    /// The places where the peer may be; empty for the word `any`, nil only after a report.
    private func hosts(_ field: SpecField) -> [RemoteHost]? {
        if case .text("any") = field.node.content { return [] }
        var hosts: [RemoteHost] = []
        let items = field.items("an address or name") ?? []
        if items.isEmpty, case .list = field.node.content {
            field.fail("is an empty list", "write the peer's address or name")
        }
        for item in items {
            if case .text("any") = item.node.content {
                item.failValue("leaves nothing for others to say", "write 'any' alone, without a list")
                continue
            }
            guard let host = host(item) else { continue }
            if hosts.contains(host) { item.failValue("is given twice", "keep one") }
            hosts.append(host)
        }
        return hosts.isEmpty ? nil : hosts
    }

    private func host(_ field: SpecField) -> RemoteHost? {
        guard let text = field.text("an address or name") else { return nil }
        if text.contains("/") { return network(field).map { .block($0) } }
        if IPAddress(text) != nil || text.contains(":") { return underlayAddress(field).map { .address($0) } }
        guard let name = hostName(text) else {
            field.failValue("is neither an address nor a host name", "write one such as 192.0.2.2 or vpn.example.org")
            return nil
        }
        return .name(name)
    }

    /// A DNS name (RFC 1123), whose last label is not a number: that would be an address with a slip.
    private func hostName(_ text: String) -> String? {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isGood = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(SpecKeys.isWordByte)
                && !label.hasPrefix("-") && !label.hasSuffix("-")
        }
        let isNumber = labels.last?.utf8.allSatisfy { (0x30...0x39).contains($0) } ?? true
        return isGood && !isNumber && text.utf8.count <= 253 ? text : nil
    }

    /// An address of the underlay: one host's.
    private func underlayAddress(_ field: SpecField) -> IPAddress? {
        guard let text = field.text("an address"), let address = address(field) else { return nil }
        guard !address.isAny, !address.isMulticast, !address.isLoopback, text != "255.255.255.255" else {
            field.failValue("is not the address of a host on the underlay")
            return nil
        }
        return address
    }

    /// An IKE identity.
    ///
    /// Charon reads any of these forms itself; what it would cut or take for "anybody" is refused.
    private func identity(_ field: SpecField) -> String? {
        guard let text = field.text("an identity") else { return nil }
        guard (1...255).contains(text.utf8.count) else {
            field.fail(text.isEmpty ? "is empty" : "is longer than 255 bytes", "write 1...255 bytes")
            return nil
        }
        guard text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }), !text.hasPrefix(" "), !text.hasSuffix(" ") else {
            field.failValue("has characters that charon refuses", "use printable ASCII, without blanks at the ends")
            return nil
        }
        if let type = ["ipv4:", "ipv6:"].first(where: { text.hasPrefix($0) }) {
            field.failValue("is the bytes of its text to charon, not an address", "leave out '\(type)'")
            return nil
        }
        guard !isAnybody(text) else {
            field.failValue("stands for more than one", "write whom you mean")
            return nil
        }
        return text
    }

    /// Whether charon takes an identity for a pattern.
    ///
    /// That is anybody, a block or a range of addresses, a wildcard, a regular expression. A wildcard in a distinguished name is left, for there it is bound to a certificate's CA.
    private func isAnybody(_ text: String) -> Bool {
        let ends = text.split(separator: "-", maxSplits: 1).map { IPAddress($0) }
        let isRange = ends.count == 2 && !ends.contains(nil)
        let isBlock = text.contains("/") && IPPrefix(text) != nil
        let isWildcard = text.contains("*") && !text.contains("=")
        return text.contains("%any") || text.hasPrefix("^") || isRange || isBlock || isWildcard
            || IPAddress(text)?.isAny == true
    }
}
