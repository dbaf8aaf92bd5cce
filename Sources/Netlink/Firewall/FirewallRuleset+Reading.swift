internal import CLibnl
internal import Glibc
internal import NetworkModel

/// A message about a chain, a rule, a set or its elements, of a family that routed packets meet.
struct FirewallMessage: Sendable {
    let family: FirewallFamily
    let attributes: AttributeReader

    /// Reads a message of nf_tables of a type; nil for any other.
    init?(_ type: nf_tables_msg_types, _ message: Message) {
        guard message.type == Int(NFNL_SUBSYS_NFTABLES) << 8 | Int(type.rawValue),
            let header = message.payload.structure(nfgenmsg()),
            let family = FirewallFamily(rawValue: header.nfgen_family)
        else { return nil }
        self.family = family
        attributes = message.payload.attributes(after: FirewallObject.headerSize)
    }

    func text(_ type: some RawRepresentable<UInt32>) -> String { attributes[Int(type.rawValue)]?.text ?? "" }

    func number(_ type: some RawRepresentable<UInt32>) -> UInt32? { attributes.number(type) }
}

extension AttributeReader {
    /// A number of 4 bytes in network order.
    fileprivate func number(_ type: some RawRepresentable<UInt32>) -> UInt32? {
        self[Int(type.rawValue)]?.u32.map { UInt32(bigEndian: $0) }
    }

    /// The bytes of a nested NFTA_DATA_VALUE.
    fileprivate func data(_ type: some RawRepresentable<UInt32>) -> [UInt8]? {
        self[Int(type.rawValue)]?.attributes()[Int(NFTA_DATA_VALUE.rawValue)]?.array
    }

    /// The verdict in a nested NFTA_DATA_VERDICT.
    fileprivate func verdict(_ type: some RawRepresentable<UInt32>) -> FirewallVerdict? {
        guard let inner = self[Int(type.rawValue)]?.attributes()[Int(NFTA_DATA_VERDICT.rawValue)]?.attributes(),
            let code = inner.number(NFTA_VERDICT_CODE)
        else { return nil }
        let chain = inner[Int(NFTA_VERDICT_CHAIN.rawValue)]?.text ?? ""
        // NFT_* are below zero, NF_* above (linux/netfilter.h): 0 drop, 1 accept.
        switch Int32(bitPattern: code) {
        case 0: return .drop
        case 1: return .accept
        case -1, -2: return .next
        case -3: return .jump(chain)
        case -4: return .goto(chain)
        case -5: return .return
        default: return .unknown
        }
    }
}

extension FirewallChain {
    /// Reads NFT_MSG_NEWCHAIN.
    init(_ message: FirewallMessage) {
        let hook = message.attributes[Int(NFTA_CHAIN_HOOK.rawValue)]?.attributes()
        self.init(
            family: message.family, table: message.text(NFTA_CHAIN_TABLE), name: message.text(NFTA_CHAIN_NAME),
            hook: hook?.number(NFTA_HOOK_HOOKNUM).flatMap { FirewallHook(rawValue: $0) },
            priority: Int32(bitPattern: hook?.number(NFTA_HOOK_PRIORITY) ?? 0),
            dropsByDefault: hook != nil && message.number(NFTA_CHAIN_POLICY) == 0)
    }
}

extension FirewallRule {
    /// Reads NFT_MSG_NEWRULE.
    init(_ message: FirewallMessage) {
        let handle = message.attributes[Int(NFTA_RULE_HANDLE.rawValue)]?.integer(UInt64.self) ?? 0
        let list = message.attributes[Int(NFTA_RULE_EXPRESSIONS.rawValue)]?.attributes()
        self.init(
            handle: UInt64(bigEndian: handle),
            expressions: (list.map { Array($0) } ?? []).map { FirewallExpression($0.payload.attributes()) })
    }
}

extension FirewallExpression {
    /// Reads NFTA_LIST_ELEM: a name, and what belongs to it.
    fileprivate init(_ element: AttributeReader) {
        let name = element[Int(NFTA_EXPR_NAME.rawValue)]?.text ?? ""
        let data = (element[Int(NFTA_EXPR_DATA.rawValue)] ?? Bytes([])).attributes()
        self = Self.read(name, data) ?? .unknown(name)
    }

    private static func read(_ name: String, _ data: AttributeReader) -> FirewallExpression? {
        switch name {
        case "meta":
            // Without a destination it sets a property, such as the mark, which later rules may look at.
            guard let key = data.number(NFTA_META_KEY) else { return nil }
            return data.number(NFTA_META_DREG).map { .meta(key: key, register: $0) } ?? .neutral
        case "payload":
            guard let base = data.number(NFTA_PAYLOAD_BASE), let offset = data.number(NFTA_PAYLOAD_OFFSET),
                let length = data.number(NFTA_PAYLOAD_LEN)
            else { return nil }
            return data.number(NFTA_PAYLOAD_DREG).map {
                .payload(base: base, offset: Int(offset), length: Int(length), register: $0)
            } ?? .neutral
        case "ct":
            guard let key = data.number(NFTA_CT_KEY) else { return nil }
            return data.number(NFTA_CT_DREG).map { .tracking(key: key, register: $0) } ?? .neutral
        case "cmp":
            guard let register = data.number(NFTA_CMP_SREG), let operation = data.number(NFTA_CMP_OP),
                let bytes = data.data(NFTA_CMP_DATA)
            else { return nil }
            return .compare(register: register, operation: operation, bytes: bytes)
        case "range":
            guard let register = data.number(NFTA_RANGE_SREG), let operation = data.number(NFTA_RANGE_OP),
                let from = data.data(NFTA_RANGE_FROM_DATA), let to = data.data(NFTA_RANGE_TO_DATA)
            else { return nil }
            return .range(register: register, isOutside: operation == 1, from: from, to: to)
        case "bitwise":
            guard let source = data.number(NFTA_BITWISE_SREG), let destination = data.number(NFTA_BITWISE_DREG),
                let mask = data.data(NFTA_BITWISE_MASK), let xor = data.data(NFTA_BITWISE_XOR)
            else { return nil }
            return .bitwise(source: source, destination: destination, mask: mask, xor: xor)
        case "lookup":
            guard let register = data.number(NFTA_LOOKUP_SREG) else { return nil }
            let target = data.number(NFTA_LOOKUP_DREG)
            // A map of values, not of verdicts, fills a register with what is not known here.
            if let target, target != 0 { return nil }
            return .lookup(
                set: data[Int(NFTA_LOOKUP_SET.rawValue)]?.text ?? "", register: register, length: 0,
                isOutside: (data.number(NFTA_LOOKUP_FLAGS) ?? 0) & 1 == 1, isVerdict: target == 0)
        case "immediate":
            if let verdict = data.verdict(NFTA_IMMEDIATE_DATA) { return .verdict(verdict) }
            guard let register = data.number(NFTA_IMMEDIATE_DREG), let bytes = data.data(NFTA_IMMEDIATE_DATA) else {
                return nil
            }
            return .immediate(register: register, bytes: bytes)
        case "reject": return .verdict(.drop)
        case "counter", "log", "notrack", "last", "objref", "masq", "redir", "tproxy": return .neutral
        case "nat": return .verdict(.accept)
        default: return nil
        }
    }
}

extension FirewallSet {
    /// Reads NFT_MSG_NEWSET.
    init(_ message: FirewallMessage) {
        // NFT_SET_INTERVAL is 4 (linux/netfilter/nf_tables.h).
        let flags = message.number(NFTA_SET_FLAGS) ?? 0
        self.init(
            family: message.family, table: message.text(NFTA_SET_TABLE), name: message.text(NFTA_SET_NAME),
            keyLength: Int(message.number(NFTA_SET_KEY_LEN) ?? 0), isInterval: flags & 4 != 0)
    }
}

extension [FirewallSet.Element] {
    /// Reads NFT_MSG_NEWSETELEM.
    init(_ message: FirewallMessage) {
        let list = message.attributes[Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue)]?.attributes()
        self = (list.map { Array<Attribute>($0) } ?? []).compactMap { element in
            let data = element.payload.attributes()
            guard let key = data.data(NFTA_SET_ELEM_KEY) else { return nil }
            // NFT_SET_ELEM_INTERVAL_END is 1.
            return FirewallSet.Element(
                key: key, lastKey: data.data(NFTA_SET_ELEM_KEY_END),
                isEnd: (data.number(NFTA_SET_ELEM_FLAGS) ?? 0) & 1 == 1, verdict: data.verdict(NFTA_SET_ELEM_DATA))
        }
    }
}
