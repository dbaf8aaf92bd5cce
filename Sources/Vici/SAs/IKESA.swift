/// An IKE_SA with its CHILD_SAs, from `list-sas` and from events.
///
/// Keys that this charon does not send are nil, false or empty; keys unknown here are ignored.
public struct IKESA: Sendable, Equatable {
    /// One end of an IKE_SA.
    public struct Endpoint: Sendable, Equatable {
        /// The address (`local-host`, `remote-host`); `%any` while it is not known, nil when not told.
        public let host: String?
        /// The UDP port (`local-port`, `remote-port`); 4500 or 500 as a rule, nil when not told.
        public let port: UInt16?
        /// The identity (`local-id`, `remote-id`); `%any` while it is not known, nil when not told.
        public let id: String?
        /// True when a NAT was found in front of this end (`nat-local`, `nat-remote`).
        public let isBehindNAT: Bool
        /// The virtual addresses given to this end (`local-vips`, `remote-vips`).
        public let virtualAddresses: [String]
    }

    /// The connection's name; `(unnamed)` while a responder has not found one.
    public let name: String
    /// The unique id (`uniqueid`), counted from 1 since charon started; nil when not told.
    public let uniqueID: UInt32?
    /// The IKE version, 1 or 2 (`version`); nil when not told.
    public let version: Int?
    /// The state (`state`).
    public let state: State
    /// This end.
    public let local: Endpoint
    /// The peer's end.
    public let remote: Endpoint
    /// The peer's EAP or XAuth identity when it differs from its IKE identity (`remote-eap-id`, `remote-xauth-id`).
    public let remoteUser: String?
    /// True when this end began the IKE_SA (`initiator`).
    public let isInitiator: Bool
    /// The initiator's SPI (`initiator-spi`); nil when not told.
    public let initiatorSPI: UInt64?
    /// The responder's SPI (`responder-spi`); nil when not told.
    public let responderSPI: UInt64?
    /// True when a NAT was found, or faked by `encap = yes` (`nat-any`).
    public let hasNAT: Bool
    /// True when a NAT was faked (`nat-fake`).
    public let isNATFaked: Bool
    /// The inbound interface id of the connection (`if-id-in`); nil when none.
    public let ifIDIn: UInt32?
    /// The outbound interface id of the connection (`if-id-out`); nil when none.
    public let ifIDOut: UInt32?
    /// The negotiated algorithms.
    public let algorithms: Algorithms
    /// Seconds since the IKE_SA was established (`established`); nil before that.
    public let established: Int?
    /// Seconds until it is rekeyed (`rekey-time`), negative when overdue; nil when it will not be.
    public let rekeyTime: Int?
    /// Seconds until it is re-authenticated (`reauth-time`), negative when overdue; nil when it will not be.
    public let reauthTime: Int?
    /// What is to be done (`tasks-queued`), in charon's words.
    public let queuedTasks: [String]
    /// What waits for the peer's answer (`tasks-active`), in charon's words.
    public let activeTasks: [String]
    /// What the peer has begun (`tasks-passive`), in charon's words.
    public let passiveTasks: [String]
    /// The CHILD_SAs (`child-sas`), in charon's order; after a rekey the old one may stand beside the new one.
    public let children: [ChildSA]

    /// Reads the section of one IKE_SA.
    package init(name: String, _ content: Message) {
        self.name = name
        uniqueID = content.number("uniqueid")
        version = content.number("version")
        state = State(content.text("state") ?? "")
        local = Endpoint("local", content)
        remote = Endpoint("remote", content)
        remoteUser = content.text("remote-eap-id") ?? content.text("remote-xauth-id")
        isInitiator = content.flag("initiator")
        initiatorSPI = content.hex("initiator-spi")
        responderSPI = content.hex("responder-spi")
        hasNAT = content.flag("nat-any")
        isNATFaked = content.flag("nat-fake")
        ifIDIn = content.hex("if-id-in")
        ifIDOut = content.hex("if-id-out")
        algorithms = Algorithms(content)
        established = content.number("established")
        rekeyTime = content.number("rekey-time")
        reauthTime = content.number("reauth-time")
        queuedTasks = content.texts("tasks-queued")
        activeTasks = content.texts("tasks-active")
        passiveTasks = content.texts("tasks-passive")
        let sections = content.section("child-sas")?.sections ?? []
        children = sections.flatMap { ChildSA.all(in: $0.content, named: $0.name) }
    }
}

extension IKESA.Endpoint {
    /// Reads the keys that begin with `local` or `remote`.
    fileprivate init(_ side: String, _ content: Message) {
        host = content.text("\(side)-host")
        port = content.number("\(side)-port")
        id = content.text("\(side)-id")
        isBehindNAT = content.flag("nat-\(side)")
        virtualAddresses = content.texts("\(side)-vips")
    }
}
