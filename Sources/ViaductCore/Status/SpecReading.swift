/// What became of reading a tunnel's spec.
public enum SpecReading: Sendable {
    /// There is none.
    case none
    /// This is what it asks for.
    case read(Tunnel)
    /// It cannot be read, for this reason.
    case unreadable(String)

    /// The tunnel that it asks for; nil when it is missing or cannot be read.
    public var tunnel: Tunnel? {
        if case .read(let tunnel) = self { tunnel } else { nil }
    }
}
