/// A CHILD_SA: a pair of ESP or AH SAs, from `list-sas` and from events.
///
/// Keys that this charon does not send are nil, false or empty; keys unknown here are ignored. Before it is installed a
/// CHILD_SA has no more than a name, ids, a state, a mode and selectors.
public struct ChildSA: Sendable, Equatable {
    /// A netfilter mark with the bits of it that count.
    public struct Mark: Sendable, Equatable {
        /// The mark (`mark-in`, `mark-out`).
        public let value: UInt32
        /// The mask (`mark-mask-in`, `mark-mask-out`); all bits when not told.
        public let mask: UInt32
    }

    /// What went through in one direction.
    public struct Traffic: Sendable, Equatable {
        /// Bytes (`bytes-in`, `bytes-out`); nil when not told.
        public let bytes: UInt64?
        /// Packets (`packets-in`, `packets-out`); nil when not told.
        public let packets: UInt64?
        /// Seconds since the last packet (`use-in`, `use-out`); nil when there was none.
        public let lastUse: Int?
    }

    /// The child's name in the configuration (`name`).
    public let name: String
    /// The unique id (`uniqueid`), counted from 1 since charon started; nil when not told.
    public let uniqueID: UInt32?
    /// The reqid that joins policies and SAs in the kernel (`reqid`); nil when not told.
    public let reqID: UInt32?
    /// The state (`state`).
    public let state: State
    /// The mode in charon's word (`mode`), such as `TUNNEL`; nil when not told.
    public let mode: String?
    /// The protocol, `ESP` or `AH` (`protocol`); nil before it is installed.
    public let ipsecProtocol: String?
    /// True when ESP goes in UDP (`encap`).
    public let isEncapsulated: Bool
    /// The SPI of the inbound SA (`spi-in`); nil before it is installed.
    public let spiIn: UInt32?
    /// The SPI of the outbound SA (`spi-out`); nil before it is installed.
    public let spiOut: UInt32?
    /// The mark of inbound policies (`mark-in`); nil when none.
    public let markIn: Mark?
    /// The mark of outbound policies and the outbound SA (`mark-out`); nil when none.
    public let markOut: Mark?
    /// The interface id of the inbound SA and policies (`if-id-in`); nil when none.
    public let ifIDIn: UInt32?
    /// The interface id of the outbound SA and policies (`if-id-out`); nil when none.
    public let ifIDOut: UInt32?
    /// The negotiated algorithms; `dh` is nil until the first rekey, as the IKE_SA's exchange serves the first keys.
    public let algorithms: Algorithms
    /// True with extended sequence numbers (`esn`).
    public let hasExtendedSequenceNumbers: Bool
    /// What came in.
    public let trafficIn: Traffic
    /// What went out.
    public let trafficOut: Traffic
    /// Seconds until it is rekeyed (`rekey-time`), negative when overdue; nil when it will not be.
    public let rekeyTime: Int?
    /// Seconds until it expires (`life-time`), negative when overdue; nil when it does not.
    public let lifeTime: Int?
    /// Seconds since it was installed (`install-time`); nil before that.
    public let installTime: Int?
    /// The local traffic selectors as negotiated (`local-ts`), such as `10.0.0.0/24` or `10.1.0.1/32[tcp/http]`.
    public let localSelectors: [String]
    /// The remote traffic selectors as negotiated (`remote-ts`).
    public let remoteSelectors: [String]

    /// Reads the section of one CHILD_SA, named `NAME-UNIQUEID` or, in older charons and in `child-rekey`, `NAME`.
    package init(section: String, _ content: Message) {
        name = content.text("name") ?? section
        uniqueID = content.number("uniqueid")
        reqID = content.number("reqid")
        state = State(content.text("state") ?? "")
        mode = content.text("mode")
        ipsecProtocol = content.text("protocol")
        isEncapsulated = content.flag("encap")
        spiIn = content.hex("spi-in")
        spiOut = content.hex("spi-out")
        markIn = Mark("in", content)
        markOut = Mark("out", content)
        ifIDIn = content.hex("if-id-in")
        ifIDOut = content.hex("if-id-out")
        algorithms = Algorithms(content)
        hasExtendedSequenceNumbers = content.flag("esn")
        trafficIn = Traffic("in", content)
        trafficOut = Traffic("out", content)
        rekeyTime = content.number("rekey-time")
        lifeTime = content.number("life-time")
        installTime = content.number("install-time")
        localSelectors = content.texts("local-ts")
        remoteSelectors = content.texts("remote-ts")
    }

    /// Reads a section of `child-sas`: one CHILD_SA, or the old and the new one of `child-rekey`.
    static func all(in content: Message, named section: String) -> [ChildSA] {
        let pair = ["old", "new"].compactMap { content.section($0) }
        guard !pair.isEmpty else { return [ChildSA(section: section, content)] }
        return pair.map { ChildSA(section: section, $0) }
    }
}

extension ChildSA.Mark {
    /// Reads the mark of one direction; nil when there is none.
    fileprivate init?(_ direction: String, _ content: Message) {
        guard let value: UInt32 = content.hex("mark-\(direction)") else { return nil }
        self.value = value
        mask = content.hex("mark-mask-\(direction)") ?? .max
    }
}

extension ChildSA.Traffic {
    /// Reads the counters of one direction.
    fileprivate init(_ direction: String, _ content: Message) {
        bytes = content.number("bytes-\(direction)")
        packets = content.number("packets-\(direction)")
        lastUse = content.number("use-\(direction)")
    }
}
