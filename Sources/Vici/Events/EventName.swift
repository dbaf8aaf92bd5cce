/// The name of an event that charon can send.
public struct EventName: RawRepresentable, Sendable, Hashable {
    /// The name on the wire.
    public let rawValue: String

    /// Takes a name as it is on the wire.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Every line of charon's log, up to level 1.
    public static let log = EventName(rawValue: "log")
    /// An IKE_SA was established or closed.
    public static let ikeUpDown = EventName(rawValue: "ike-updown")
    /// A CHILD_SA was established or closed.
    public static let childUpDown = EventName(rawValue: "child-updown")
    /// An IKE_SA was rekeyed; it raises no `ikeUpDown`.
    public static let ikeRekey = EventName(rawValue: "ike-rekey")
    /// A CHILD_SA was rekeyed; it raises no `childUpDown`.
    public static let childRekey = EventName(rawValue: "child-rekey")
    /// The addresses of an IKE_SA changed, as by MOBIKE or a NAT; since 5.9.2.
    public static let ikeUpdate = EventName(rawValue: "ike-update")
    /// Something failed; since 6.0.3.
    public static let alert = EventName(rawValue: "alert")
}
