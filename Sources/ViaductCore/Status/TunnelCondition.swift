/// How a tunnel is, in one word.
public enum TunnelCondition: String, Sendable, Hashable, CaseIterable, Codable {
    /// All is as the spec asks, and the SAs are there.
    case up
    /// All is as the spec asks, but for the SAs: they are negotiated, or come with the first packet or the peer's call.
    case waiting
    /// Something of it is there and differs from its spec, or has no spec.
    case drifted
    /// Its packets are held back, or something stands in the way of `up`.
    case blocked
    /// Nothing of it is there.
    case down
}
