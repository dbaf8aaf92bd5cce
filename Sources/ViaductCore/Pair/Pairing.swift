public import NetworkModel

/// A tunnel between two machines, of which both ends are made at once.
public struct Pairing: Sendable, Hashable {
    /// The tunnel's name at both ends.
    public let name: TunnelName
    /// The end that is described first; it calls, unless the other one can be called by nobody.
    public let left: PairedHost
    /// The other end.
    public let right: PairedHost
    /// How the other end is configured.
    public let format: Format
    /// The blocks of two that the links have their addresses of, such as 169.254.7.0/30; the left end has the first.
    public let links: [IPPrefix]
    /// Whether the SAs carry any address to any, so that later changes of routes concern one end only.
    public let isAnyToAny: Bool

    /// How an end is configured.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// By a spec.
        case viaduct
        /// By a swanctl.conf and a script of ip commands.
        case swanctl
        /// By libreswan's ipsec.conf.
        case libreswan
    }

    /// Describes a pair.
    ///
    /// - Throws: `PairError` when the two ends do not fit together.
    public init(
        name: TunnelName, left: PairedHost, right: PairedHost, format: Format = .viaduct, links: [IPPrefix] = [],
        isAnyToAny: Bool = false
    ) throws(PairError) {
        self.name = name
        self.left = left
        self.right = right
        self.format = format
        self.links = links
        self.isAnyToAny = isAnyToAny
        try checkHosts()
        try checkNetworks()
        for link in links where Self.addresses(of: link) == nil {
            throw PairError("\(link) is no block of two hosts; write a /30 or /31 of IPv4, a /126 or /127 of IPv6")
        }
        if format == .libreswan, isAnyToAny || !links.isEmpty {
            throw PairError("libreswan's end has neither addresses on its link nor any-to-any selectors here")
        }
    }

    private func checkHosts() throws(PairError) {
        if left.host == right.host { throw PairError("both ends are \(left.name)") }
        if let own = left.address, let other = right.address, own.family != other.family {
            throw PairError("\(own) and \(other) are of two families")
        }
        for (end, other) in [(left, right), (right, left)] where end.host == nil && other.address == nil {
            throw PairError("an end that calls from anywhere needs the address of the other, not a name")
        }
    }

    private func checkNetworks() throws(PairError) {
        for (end, other) in [(left, right), (right, left)] {
            for network in end.networks {
                if let overlapping = other.networks.first(where: { $0.overlaps(network) }) {
                    throw PairError("\(network) and \(overlapping) overlap, so nobody could tell the two ends apart")
                }
                guard other.networks.contains(where: { $0.family == network.family }) else {
                    throw PairError("\(network) has no network of its family at the other end")
                }
            }
        }
    }

    /// The end that calls; the other waits to be called.
    var caller: PairedHost { right.host == nil ? right : left }

    /// The addresses of the two hosts of a block; nil when it is none of two.
    static func addresses(of block: IPPrefix) -> (left: IPPrefix, right: IPPrefix)? {
        let room = block.family.bitCount - block.length
        guard block.isNetwork, (1...2).contains(room) else { return nil }
        func host(_ number: UInt8) -> IPPrefix? {
            var bytes = block.address.bytes
            bytes[bytes.count - 1] |= number + UInt8(room - 1)
            return IPAddress(bytes: bytes).flatMap { IPPrefix($0, length: block.length) }
        }
        guard let left = host(0), let right = host(1) else { return nil }
        return (left, right)
    }

    /// Makes the files of both ends.
    ///
    /// - Parameters:
    ///   - secret: the pre-shared key, of printable text.
    ///   - schema: the path of the JSON Schema, for editors.
    /// - Returns: the ends, the one that waits first, in the order in which they are brought up.
    /// - Throws: `SpecError` when a spec would be none, such as of a host's name that is none; `PlanError` when nothing
    ///   can be made of it for a machine without Viaduct.
    public func ends(secret: Secret, schema: String) throws -> [PairedEnd] {
        let first = try spec(of: left, to: right, secret: secret)
        let second = try spec(of: right, to: left, secret: secret)
        let ours = PairedEnd(
            host: left, format: .viaduct, drafts: first.drafts(schema: schema), steps: Self.steps(name))
        let theirs: PairedEnd =
            switch format {
            case .viaduct:
                PairedEnd(
                    host: right, format: .viaduct, drafts: second.drafts(schema: schema), steps: Self.steps(name))
            case .swanctl: try PlainEnd(of: second, host: right, to: left).end(secret: secret)
            case .libreswan: try libreswanEnd(secret: secret)
            }
        return caller == left ? [theirs, ours] : [ours, theirs]
    }

    private static func steps(_ name: TunnelName) -> [String] {
        ["copy the files to \(SpecLocation.usualDirectory), for root alone", "viaduct up \(name)"]
    }
}

/// All that belongs to one end of a pair.
public struct PairedEnd: Sendable, Hashable {
    /// The end.
    public let host: PairedHost
    /// How it is configured.
    public let format: Pairing.Format
    /// Its files.
    public let drafts: [FileDraft]
    /// What is to be done there, in order.
    public let steps: [String]
}
