internal import CLibnl
internal import Glibc
internal import NetworkModel

extension Rule {
    /// Reads an RTM_NEWRULE or RTM_DELRULE; nil for those of other families and for actions that are not known here.
    init?(_ message: Message) {
        guard message.type == RTM_NEWRULE || message.type == RTM_DELRULE,
            let header = message.payload.structure(fib_rule_hdr()), let family = AddressFamily(number: header.family)
        else { return nil }
        let attributes = message.payload.attributes(after: MemoryLayout<fib_rule_hdr>.size)
        guard let action = RuleAction(header, attributes) else { return nil }
        self.init(
            family: family, priority: 0, action: action, isInverted: header.flags & UInt32(FIB_RULE_INVERT) != 0,
            typeOfService: header.tos == 0 ? nil : header.tos, origin: 0)
        var mark: UInt32?
        var mask: UInt32?
        for attribute in attributes {
            let value = attribute.payload
            switch attribute.type {
            case FRA_PRIORITY: priority = value.u32 ?? 0
            case FRA_SRC: from = value.prefix(of: family, length: header.src_len)
            case FRA_DST: to = value.prefix(of: family, length: header.dst_len)
            case FRA_FWMARK: mark = value.u32
            case FRA_FWMASK: mask = value.u32
            case FRA_IIFNAME: inputInterface = value.interfaceName
            case FRA_OIFNAME: outputInterface = value.interfaceName
            case FRA_IP_PROTO: ipProtocol = value.u8
            case FRA_SPORT_RANGE: sourcePorts = value.range()
            case FRA_DPORT_RANGE: destinationPorts = value.range()
            case FRA_UID_RANGE: users = value.range()
            case FRA_TUN_ID: tunnelID = value.integer(UInt64.self).map { UInt64(bigEndian: $0) }
            case FRA_L3MDEV: isL3Master = value.u8 == 1
            case FRA_SUPPRESS_PREFIXLEN: suppressPrefixLength = value.u32.flatMap { $0 == .max ? nil : $0 }
            case FRA_SUPPRESS_IFGROUP: suppressGroup = value.u32.flatMap { $0 == .max ? nil : $0 }
            case FRA_PROTOCOL: origin = value.u8 ?? 0
            default: break
            }
        }
        if mark != nil || mask != nil { self.mark = Mark(mark ?? 0, mask: mask ?? .max) }
    }
}

extension RuleAction {
    /// Reads the action and its table or target.
    fileprivate init?(_ header: fib_rule_hdr, _ attributes: AttributeReader) {
        switch Int(header.action) {
        case FR_ACT_TO_TBL: self = .lookup(table: attributes[FRA_TABLE]?.u32 ?? UInt32(header.table))
        case FR_ACT_GOTO: self = .goto(priority: attributes[FRA_GOTO]?.u32 ?? 0)
        case FR_ACT_NOP: self = .nop
        case FR_ACT_BLACKHOLE: self = .blackhole
        case FR_ACT_UNREACHABLE: self = .unreachable
        case FR_ACT_PROHIBIT: self = .prohibit
        default: return nil
        }
    }
}

extension Bytes {
    /// A prefix that a packet must lie in; nil for one of length 0, which is any address.
    fileprivate func prefix(of family: AddressFamily, length: UInt8) -> IPPrefix? {
        length == 0 ? nil : address(of: family).flatMap { IPPrefix($0, length: Int(length)) }
    }

    /// The two ends of a range, in host order; nil when the first is above the last.
    fileprivate func range<Value: FixedWidthInteger>() -> ClosedRange<Value>? {
        guard let first = integer(Value.self), let last = integer(Value.self, at: MemoryLayout<Value>.size),
            first <= last
        else { return nil }
        return first...last
    }
}
