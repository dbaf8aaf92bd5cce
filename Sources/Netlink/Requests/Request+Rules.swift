internal import CLibnl
internal import Glibc
public import NetworkModel

extension Request {
    /// The request that adds a rule (RTM_NEWRULE, ip-rule(8) `add`); EEXIST when the very same rule is there.
    ///
    /// - Parameter rule: the rule.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` EINVAL when a prefix is of another family than the rule.
    public static func add(_ rule: Rule) throws(NetlinkError) -> Request {
        try encode(.add, rule)
    }

    /// The request that removes a rule (RTM_DELRULE); ENOENT when it is not there.
    ///
    /// The kernel removes the first rule that has all that is sent, so the whole rule is sent. A rule that is the same
    /// but for a further selector can still be taken for it when it comes first: give rules priorities of their own.
    ///
    /// - Parameter rule: the rule.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` EINVAL when a prefix is of another family than the rule.
    public static func delete(_ rule: Rule) throws(NetlinkError) -> Request {
        try encode(.delete, rule)
    }

    private static func encode(_ operation: NetlinkError.Operation, _ rule: Rule) throws(NetlinkError) -> Request {
        let subject = Subject.rule(rule)
        guard [rule.from, rule.to].allSatisfy({ $0.map { $0.family == rule.family } ?? true }) else {
            throw NetlinkError(operation, subject, code: EINVAL, hint: "a prefix is not of the rule's family")
        }
        var header = fib_rule_hdr()
        header.family = rule.family.number
        header.src_len = UInt8(rule.from?.length ?? 0)
        header.dst_len = UInt8(rule.to?.length ?? 0)
        header.tos = rule.typeOfService ?? 0
        header.action = rule.action.number
        if rule.isInverted { header.flags |= UInt32(FIB_RULE_INVERT) }
        var message =
            operation == .add
            ? MessageBuilder(RTM_NEWRULE, flags: NLM_F_CREATE | NLM_F_EXCL, header: header)
            : MessageBuilder(RTM_DELRULE, header: header)
        message.put(FRA_PRIORITY, rule.priority)
        switch rule.action {
        case .lookup(let table): if !rule.isL3Master { message.put(FRA_TABLE, table) }
        case .goto(let priority): message.put(FRA_GOTO, priority)
        case .nop, .blackhole, .unreachable, .prohibit: break
        }
        message.put(selectorsOf: rule)
        if rule.isL3Master { message.put(FRA_L3MDEV, UInt8(1)) }
        if let length = rule.suppressPrefixLength { message.put(FRA_SUPPRESS_PREFIXLEN, length) }
        if let group = rule.suppressGroup { message.put(FRA_SUPPRESS_IFGROUP, group) }
        message.put(FRA_PROTOCOL, rule.origin)
        return try message.finish(operation, subject)
    }
}

extension MessageBuilder {
    /// Puts what a packet must have for the rule to match.
    fileprivate mutating func put(selectorsOf rule: Rule) {
        // A prefix of length 0 is any address, and is said by its absence.
        if let from = rule.from, !from.isEverything { put(FRA_SRC, from.address) }
        if let to = rule.to, !to.isEverything { put(FRA_DST, to.address) }
        if let name = rule.inputInterface { put(FRA_IIFNAME, text: name.text) }
        if let name = rule.outputInterface { put(FRA_OIFNAME, text: name.text) }
        if let mark = rule.mark {
            put(FRA_FWMARK, mark.value)
            put(FRA_FWMASK, mark.mask)
        }
        if let tunnel = rule.tunnelID { put(FRA_TUN_ID, tunnel.bigEndian) }
        if let users = rule.users { put(FRA_UID_RANGE, users.lowerBound, users.upperBound) }
        if let ipProtocol = rule.ipProtocol { put(FRA_IP_PROTO, ipProtocol) }
        if let ports = rule.sourcePorts { put(FRA_SPORT_RANGE, ports.lowerBound, ports.upperBound) }
        if let ports = rule.destinationPorts { put(FRA_DPORT_RANGE, ports.lowerBound, ports.upperBound) }
    }

    /// Puts the two ends of a range (`fib_rule_port_range`, `fib_rule_uid_range`), in host order.
    private mutating func put<Value: FixedWidthInteger>(_ type: Int, _ first: Value, _ last: Value) {
        put(type, withUnsafeBytes(of: (first, last)) { Array($0) })
    }
}

extension RuleAction {
    /// The number of the action (FR_ACT_*).
    fileprivate var number: UInt8 {
        switch self {
        case .lookup: UInt8(FR_ACT_TO_TBL)
        case .goto: UInt8(FR_ACT_GOTO)
        case .nop: UInt8(FR_ACT_NOP)
        case .blackhole: UInt8(FR_ACT_BLACKHOLE)
        case .unreachable: UInt8(FR_ACT_UNREACHABLE)
        case .prohibit: UInt8(FR_ACT_PROHIBIT)
        }
    }
}
