internal import NetworkModel

extension Pairing {
    /// The spec of one end.
    func spec(of end: PairedHost, to other: PairedHost, secret: Secret) throws(SpecError) -> ImportedSpec {
        let inner = links.compactMap { Self.addresses(of: $0) }.map {
            end == left ? $0 : (left: $0.right, right: $0.left)
        }
        let own = inner.map { SpecValue.text("\($0.left)") }
        let document = SpecValue.mapping(
            local(end), remote(other, from: end), .init("psk", .mapping(.init("file", "\(name).psk"))),
            .init(
                "interface",
                ifAny: .mapping(ifAny: [
                    .init("name", ifAny: name.linkName.map { .text($0) }),
                    .init("addresses", ifAny: own.isEmpty ? nil : .list(own)),
                ])),
            isAnyToAny ? .init("routes", .list(other.networks.map { .text("\($0)") })) : nil,
            carried(by: end, to: other, inner: inner),
            other.host == nil ? nil : .init("start", end == caller ? "up" : "listen"))
        return try ImportedSpec(
            name: name, origin: end.name,
            heading: ["Made by `viaduct pair` for \(end.name); the other end is \(other.name)."], document: document,
            secrets: [ImportedSecret(fileName: "\(name).psk", secret: secret)])
    }

    private func local(_ end: PairedHost) -> SpecValue.Entry {
        guard let address = end.address else { return .init("local", .mapping(.init("id", identity(end)))) }
        return .init("local", "\(address)")
    }

    private func remote(_ other: PairedHost, from end: PairedHost) -> SpecValue.Entry {
        guard other.host == nil else { return .init("remote", other.name) }
        return .init("remote", .mapping(.init("address", "any"), .init("id", identity(other))))
    }

    /// Who an end is to the other: its address or name; one that may be anywhere has a name of the tunnel's.
    func identity(_ end: PairedHost) -> String { end.host?.description ?? "any.\(name)" }

    /// The selectors: `traffic`, or a child for each pair where the peer has one pair to an SA.
    private func carried(
        by end: PairedHost, to other: PairedHost, inner: [(left: IPPrefix, right: IPPrefix)]
    ) -> SpecValue.Entry? {
        guard !isAnyToAny else { return nil }
        if format == .libreswan {
            return .init(
                "children",
                .mapping(
                    pairs(from: end, to: other).enumerated().map { index, pair in
                        .init(
                            "net\(index + 1)",
                            .mapping(.init("local", "\(pair.local)"), .init("remote", "\(pair.remote)")))
                    }))
        }
        func texts(_ networks: [IPPrefix], _ hosts: [IPPrefix]) -> SpecValue {
            .texts((networks + hosts.map { IPPrefix(host: $0.address) }).map(\.description))
        }
        return .init(
            "traffic",
            .mapping(
                .init("local", texts(end.networks, inner.map(\.left))),
                .init("remote", texts(other.networks, inner.map(\.right)))))
    }

    /// Every pair of networks of one family, in the order of the left end's.
    func pairs(from end: PairedHost, to other: PairedHost) -> [(local: IPPrefix, remote: IPPrefix)] {
        let pairs = left.networks.flatMap { first in
            right.networks.filter { $0.family == first.family }.map { (first, $0) }
        }
        return pairs.map { end == left ? (local: $0.0, remote: $0.1) : (local: $0.1, remote: $0.0) }
    }
}

extension SpecValue {
    /// A mapping of the entries that are there; nil when none is.
    static func mapping(ifAny entries: [Entry?]) -> SpecValue? {
        let given = entries.compactMap { $0 }
        return given.isEmpty ? nil : .mapping(given)
    }
}

extension TunnelName {
    /// The name of the tunnel's link where it cannot have the tunnel's; nil where it can.
    var linkName: String? {
        let isName = InterfaceName(text) != nil && !["all", "default", "lo"].contains(text)
        guard !isName else { return nil }
        let digits = String(InterfaceIDs.hash(text) & 0xffff, radix: 16)
        return "\(text.prefix(15 - 1 - digits.count))-\(digits)"
    }
}
