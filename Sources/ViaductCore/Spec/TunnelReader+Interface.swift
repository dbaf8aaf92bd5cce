internal import NetworkModel

/// The section `interface` as it was read, with the places that later checks point to.
struct InterfaceDraft {
    var value: TunnelInterface?
    var addresses: [Located<TunnelAddress>] = []
    var mtu: Located<UInt32>?
    var device: Located<InterfaceName>?
    var segmentSize: Located<SegmentSize>?
    var kind: Located<TunnelKind>?
    var namespace: Located<NamespaceName>?
    var vrf: Located<InterfaceName>?
}

extension TunnelReader {
    /// Reads `interface`.
    func interface(_ top: SpecSection) -> InterfaceDraft {
        let section = top["interface"].flatMap { SpecSection($0, keys: SpecKeys.interface) }
        var draft = InterfaceDraft()
        draft.addresses = section?["addresses"].map { addresses($0) } ?? []
        draft.mtu = section?["mtu"].flatMap { automaticOr($0, mtu) }
        draft.device = section?["device"].flatMap { field in
            interfaceName(field).map { Located(value: $0, field: field) }
        }
        draft.segmentSize = section?["mss"].flatMap { field in
            segmentSize(field).map { Located(value: $0, field: field) }
        }
        draft.namespace = section?["netns"].flatMap { field in
            namespace(field).map { Located(value: $0, field: field) }
        }
        draft.vrf = section?["vrf"].flatMap { field in
            interfaceName(field).map { Located(value: $0, field: field) }
        }
        draft.kind = section?["kind"].flatMap { field in
            field.word(TunnelKind.self).map { Located(value: $0, field: field) }
        }
        let kind = draft.kind?.value ?? .xfrm
        let id = section?["id"].map { identifier($0, kind: kind) } ?? .automatic
        let isMulticast = section?["multicast"].map { $0.boolean() } ?? false
        guard let name = section?["name"].map({ interfaceName($0) }) ?? defaultName(top), let id, let isMulticast
        else { return draft }
        let value = TunnelInterface(
            kind: kind, name: name, id: id, device: draft.device?.value,
            addresses: draft.addresses.map(\.value), mtu: draft.mtu?.value, isMulticast: isMulticast,
            segmentSize: draft.segmentSize?.value ?? .untouched, namespace: draft.namespace?.value,
            vrf: draft.vrf?.value)
        check(value, draft, section)
        draft.value = value
        return draft
    }

    private func check(_ link: TunnelInterface, _ draft: InterfaceDraft, _ section: SpecSection?) {
        if link.device == link.name {
            draft.device?.field.failValue("is the tunnel's own link", "write the device of the underlay")
        }
        if link.vrf == link.name {
            draft.vrf?.field.failValue("is the tunnel's own link", "write the name of the VRF")
        }
        if let vrf = draft.vrf, draft.namespace != nil {
            vrf.field.fail("is given beside 'netns'", "keep one; each alone keeps the tunnel's routes apart")
        }
        // Two if_ids are two links, and the second has a name of its own.
        if case .pair = link.id, link.kind != .vti, link.name.text.utf8.count == InterfaceName.maximumLength,
            link.name.text.hasSuffix("-in")
        {
            (section?["name"] ?? section?.field)?.fail(
                "'\(link.name)' is what the link for packets that come in would be called", "write another name")
        }
    }

    /// Reads `mss`.
    private func segmentSize(_ field: SpecField) -> SegmentSize? {
        field.value("clamp, off, or a number of 536...65495 bytes") { text in
            switch text {
            case "off": .untouched
            case "clamp": .clamped
            default:
                NumberRange.number(text).flatMap { (536...65495).contains($0) ? .limited(UInt16($0)) : nil }
            }
        }
    }

    private func namespace(_ field: SpecField) -> NamespaceName? {
        let expected = "the name of a network namespace: 1...255 of A-Z a-z 0-9 _ . -, not beginning with . or -"
        return field.value(expected) { NamespaceName($0) }
    }

    /// The tunnel's name, when it can be an interface's as well.
    private func defaultName(_ top: SpecSection) -> InterfaceName? {
        if let name = InterfaceName(name.text), !["all", "default", "lo"].contains(name.text) { return name }
        let why =
            name.text.utf8.count > InterfaceName.maximumLength ? "is longer than 15 bytes" : "has a meaning of its own"
        let remedy =
            "the tunnel's name '\(name)' \(why), so the link needs another, such as 'interface: { name: vpn0 }'"
        top.failMissing("interface.name", remedy)
        return nil
    }

    /// A value, or the word `auto` for nil.
    private func automaticOr<Value>(_ field: SpecField, _ read: (SpecField) -> Value?) -> Located<Value>? {
        if case .text("auto") = field.node.content { return nil }
        return read(field).map { Located(value: $0, field: field) }
    }

    private func addresses(_ field: SpecField) -> [Located<TunnelAddress>] {
        var found: [Located<TunnelAddress>] = []
        for item in field.items("a list of addresses") ?? [] {
            guard let address = tunnelAddress(item) else { continue }
            if found.contains(where: { $0.value.address.address == address.address.address }) {
                item.fail("gives \(address.address.address) a second time", "keep one")
            }
            found.append(Located(value: address, field: item))
        }
        return found
    }

    private func tunnelAddress(_ field: SpecField) -> TunnelAddress? {
        if case .text = field.node.content { return ownAddress(field).map { TunnelAddress($0) } }
        let expected = "an address such as 10.9.0.1/30, or { address, peer }"
        guard let section = SpecSection(field, keys: SpecKeys.address, expected: expected) else { return nil }
        guard let given = section["address"] else {
            section.failMissing("address", "write our address")
            return nil
        }
        let peer = section["peer"].map { self.address($0) }
        guard let own = ownAddress(given, hasPeer: peer != nil) else { return nil }
        guard let peer, let peerField = section["peer"] else { return TunnelAddress(own) }
        guard let peer else { return nil }
        if peer.family != own.family {
            peerField.failValue("is of another family than \(own.address)", "write two addresses of one family")
        } else if peer == own.address {
            peerField.failValue("is our own address", "write the far end's")
        } else if peer.isAny || peer.isMulticast || peer.isLoopback {
            peerField.failValue("is not the address of a host")
        }
        return TunnelAddress(own, peer: peer)
    }

    /// An address that a host can have.
    private func ownAddress(_ field: SpecField, hasPeer: Bool = false) -> IPPrefix? {
        guard let prefix = prefix(field) else { return nil }
        let address = prefix.address
        guard !address.isAny, !address.isMulticast, !address.isLoopback, prefix.length > 0 else {
            field.failValue("is not the address of a host")
            return nil
        }
        let hasNetwork = prefix.length < prefix.family.bitCount - 1 && !hasPeer
        if hasNetwork, prefix.isNetwork {
            field.failValue("is the address of the network itself", "write that of a host in it")
        } else if hasNetwork, prefix.family == .ipv4, isBroadcast(prefix) {
            field.failValue("is the network's broadcast address", "write that of a host in it")
        }
        return prefix
    }

    private func isBroadcast(_ prefix: IPPrefix) -> Bool {
        let inverted = prefix.address.bytes.map { ~$0 }
        guard let mirror = IPAddress(bytes: inverted).flatMap({ IPPrefix($0, length: prefix.length) }) else {
            return false
        }
        return mirror.isNetwork
    }
}
