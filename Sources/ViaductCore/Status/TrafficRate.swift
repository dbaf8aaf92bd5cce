/// What goes through an SA in a second, found from two looks at it.
public struct TrafficRate: Sendable, Hashable {
    /// Bytes a second.
    public var bytes: Double
    /// Packets a second.
    public var packets: Double

    /// Finds a rate; nil when the count went back, as that of another SA may.
    ///
    /// - Parameters:
    ///   - old: the earlier count.
    ///   - new: the later count of the same SA.
    ///   - seconds: the time between the two, above 0.
    public init?(from old: TrafficCount, to new: TrafficCount, seconds: Double) {
        guard seconds > 0, new.bytes >= old.bytes, new.packets >= old.packets else { return nil }
        bytes = Double(new.bytes - old.bytes) / seconds
        packets = Double(new.packets - old.packets) / seconds
    }
}
