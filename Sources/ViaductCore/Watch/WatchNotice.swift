/// Something that `watch` tells a person, once.
public enum WatchNotice: Sendable {
    /// It looks after a tunnel from now on.
    case following(TunnelName)
    /// It no longer does, because the tunnel was taken down.
    case released(TunnelName)
    /// Something of the tunnel was not as `up` had made it, and is again.
    case repaired(TunnelName, [Step])
    /// The tunnel has no SA, and packets take another one until it has.
    case detoured(TunnelName, [Planner.Detour])
    /// SAs were of no use any more, and are negotiated anew.
    case renewed(TunnelName, connection: String, RenewalReason)
    /// Children lack their SAs, and charon was asked to negotiate.
    case waiting(TunnelName, children: [String])
    /// All children have their SAs again.
    case established(TunnelName)
    /// It cannot be repaired now; it is tried again with growing pauses.
    case failed(TunnelName, reason: String)
    /// What could not be repaired is as it should be.
    case recovered(TunnelName)
    /// What the tunnel is made of was edited, so it is left alone.
    case edited(TunnelName, path: String)
    /// Something breaks again and again, so the repairs are made with growing pauses.
    case limited(TunnelName, repairs: Int)
    /// charon does not answer.
    case charonGone
    /// charon answers again.
    case charonBack
    /// The machine has slept, so long.
    case resumed(Duration)

    /// Why SAs are negotiated anew.
    public enum RenewalReason: String, Sendable, Hashable, CustomStringConvertible {
        /// charon has them, and the kernel does not.
        case notInKernel = "not-in-kernel"
        /// The peer's name leads elsewhere by now, and nothing comes from where it was.
        case peerMoved = "peer-moved"
        /// After the machine has slept nothing comes back through them.
        case deadAfterSleep = "dead-after-sleep"

        /// The reason in words.
        public var description: String {
            switch self {
            case .notInKernel: "the kernel no longer had them"
            case .peerMoved: "the peer's name leads elsewhere"
            case .deadAfterSleep: "nothing came back through them after the machine had slept"
            }
        }
    }

    /// The tunnel that it is about; nil when it is about all of them.
    public var tunnel: TunnelName? {
        switch self {
        case .following(let name), .released(let name), .repaired(let name, _), .detoured(let name, _),
            .renewed(let name, _, _), .waiting(let name, _), .established(let name), .failed(let name, _),
            .recovered(let name),
            .edited(let name, _), .limited(let name, _):
            name
        case .charonGone, .charonBack, .resumed: nil
        }
    }
}
