public import NetworkModel

/// Which address `up` and `check` send a packet to, to see that the tunnel carries it (spec key `probe`).
public enum ProbeWish: Sendable, Hashable {
    /// The far end's inner address where the link's own addresses tell it; a failure is a warning.
    case automatic
    /// None.
    case off
    /// This one; a failure makes `up` fail.
    case address(IPAddress)
}

extension Tunnel {
    /// The far end's inner address as far as the link's own addresses tell it: the `peer` of a pair, or the other address
    /// of a prefix that has room for two.
    ///
    /// With several peers on the link there is no one far end; nil then, too.
    public var farAddress: IPAddress? {
        guard peers.count == 1 else { return nil }
        return interface.addresses.lazy.compactMap { $0.peer ?? $0.address.otherHost }.first
    }
}

extension IPPrefix {
    /// The other address of a point-to-point prefix, of /30 and /31 or /126 and /127; nil for any other.
    var otherHost: IPAddress? {
        let hostBits = family.bitCount - length
        guard var bytes = Optional(address.bytes), let last = bytes.last else { return nil }
        switch (hostBits, last & 3) {
        case (1, _): bytes[bytes.count - 1] = last ^ 1
        case (2, 1), (2, 2): bytes[bytes.count - 1] = last ^ 3
        default: return nil
        }
        return IPAddress(bytes: bytes)
    }
}
