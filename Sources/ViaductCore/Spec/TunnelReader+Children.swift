internal import NetworkModel

extension TunnelReader {
    /// The greatest number of children; charon holds them all in one message of 512 KiB.
    private static let maximumChildren = 256

    /// Reads `children`, or makes the one child that `traffic` describes; empty only after a report.
    func children(_ source: PeerSource, name: TunnelName, esp: ESPSettings) -> [Located<TunnelChild>] {
        let top = source.own
        let extras = extras(source, "child", reserved: ReservedKeys.child)
        if top.has("children"), let traffic = top["traffic"] {
            traffic.fail("is given beside 'children'", "write the selectors in each child")
        }
        guard let children = top["children"] else {
            let traffic = top["traffic"].flatMap { SpecSection($0, keys: SpecKeys.traffic) }
            guard let local = selectors(traffic?["local"], isLocal: true, of: top),
                let remote = selectors(traffic?["remote"], isLocal: false, of: top)
            else { return [] }
            let child = TunnelChild(name: name, local: local, remote: remote, esp: esp, extras: extras)
            return [Located(value: child, field: traffic?.field ?? top.field)]
        }
        guard let entries = children.entries(expected: "a mapping of names to selectors") else { return [] }
        guard (1...Self.maximumChildren).contains(entries.count) else {
            children.fail("has \(entries.count) children", "write 1...\(Self.maximumChildren), or remove the key")
            return []
        }
        return entries.compactMap { entry in
            child(entry, in: children, of: top, esp: esp, extras: extras)
        }
    }

    private func child(
        _ entry: SpecNode.Entry, in children: SpecField, of peer: SpecSection, esp: ESPSettings,
        extras: [ExtraSetting]
    ) -> Located<TunnelChild>? {
        let field = children.child(entry)
        let name = TunnelName(entry.key)
        if name == nil {
            let remedy = "write 1...60 of A-Z a-z 0-9 _ -, not beginning with -, and not 'include'"
            report.add(
                "\(Quoted(entry.key)) is not a child's name", remedy, at: entry.position, path: children.path)
        }
        guard
            let section = SpecSection(
                field, keys: SpecKeys.child, expected: "a mapping such as '{ remote: 10.1.0.0/16 }'")
        else { return nil }
        let local = selectors(section["local"], isLocal: true, of: peer)
        let remote = selectors(section["remote"], isLocal: false, of: peer)
        let own = section["swanctl"].map { self.extras($0, reserved: ReservedKeys.child) } ?? []
        let ownESP = section["esp"].map { self.esp($0, base: esp) } ?? esp
        guard let name, let local, let remote, let ownESP else { return nil }
        let child = TunnelChild(
            name: name, local: local, remote: remote, esp: ownESP, extras: extras.overridden(by: own))
        return Located(value: child, field: field)
    }

    /// Reads a list of traffic selectors.
    ///
    /// Without one they are everything; but an end with a virtual address has just that, which is an empty list.
    private func selectors(_ field: SpecField?, isLocal: Bool, of peer: SpecSection) -> [TrafficSelector]? {
        let isVirtual = peer.has(isLocal ? "virtual" : "pools")
        guard let field else { return isVirtual ? [] : TrafficSelector.everything }
        guard let items = field.items("a list of prefixes") else { return nil }
        guard !items.isEmpty else {
            field.fail("is an empty list", "write what lies behind \(isLocal ? "us" : "the peer")")
            return nil
        }
        var found: [TrafficSelector] = []
        for item in items {
            guard let selector = selector(item, mayBeDynamic: isLocal || isVirtual) else { continue }
            if found.contains(selector) { item.failValue("is given twice", "keep one") }
            found.append(selector)
        }
        return found.count == items.count ? found : nil
    }

    /// A prefix, or `dynamic` for an end's virtual or outer address; behind it `[tcp/443]` and the like.
    private func selector(_ field: SpecField, mayBeDynamic: Bool) -> TrafficSelector? {
        let expected = "a prefix such as 192.168.88.0/24"
        guard let text = field.text(expected) else { return nil }
        var prefixText = text[...]
        var service: String?
        if let bracket = text.firstIndex(of: "["), text.hasSuffix("]") {
            prefixText = text[..<bracket]
            let inside = text[text.index(after: bracket)...].dropLast()
            guard Self.isService(inside) else {
                field.failValue(
                    "has no service in its brackets", "write one such as [tcp], [tcp/443] or [udp/5060-5069]")
                return nil
            }
            service = String(inside)
        }
        if prefixText == "dynamic" {
            guard mayBeDynamic else {
                field.failValue(
                    "means the peer's outer address, which cannot be routed into the tunnel", "write \(expected)")
                return nil
            }
            return TrafficSelector(nil, service: service)
        }
        let bare = SpecNode(content: .text(String(prefixText)), position: field.node.position)
        return network(SpecField(node: bare, path: field.path, isConfidential: field.isConfidential, report: report))
            .map { TrafficSelector($0, service: service) }
    }

    private static func isService(_ text: Substring) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = NumberRange.number(parts[0]).map { (1...255).contains($0) } ?? false
        let isProtocol = isNumber || IPProtocol.named[String(parts[0])] != nil
        guard parts.count == 2 else { return isProtocol }
        let hasPorts = ["tcp", "udp", "sctp", "udplite", "dccp", "6", "17", "33", "132", "136"].contains(parts[0])
        return hasPorts && NumberRange.parse(parts[1], UInt16(1)...65535) != nil
    }
}
