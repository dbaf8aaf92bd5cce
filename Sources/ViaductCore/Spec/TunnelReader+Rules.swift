internal import NetworkModel

extension TunnelReader {
    /// Reads `rules`; a rule that fits both families counts for both.
    func rules(_ field: SpecField) -> [Located<[TunnelRule]>] {
        let items = field.items("a list of rules") ?? []
        return items.compactMap { item in rule(item).map { Located(value: $0, field: item) } }
    }

    private func rule(_ field: SpecField) -> [TunnelRule]? {
        let expected = "a mapping such as '{ from: 10.1.1.0/24, table: 100 }'"
        guard let section = SpecSection(field, keys: SpecKeys.rule, expected: expected) else { return nil }
        let priority = section["priority"].flatMap { $0.identifier(1...UInt32.max) }
        guard let families = families(section), let action = action(section, priority: priority) else { return nil }
        if !SpecKeys.ruleSelectors.contains(where: { section.has($0) }) {
            field.fail("has no selector, so it is for every packet", "write 'from', 'to', 'fwmark' or another")
        }
        var rule = Rule(family: .ipv4, priority: priority ?? 0, action: action)
        rule.isInverted = section["not"].map { $0.boolean() ?? false } ?? false
        rule.from = section["from"].flatMap { network($0) }
        rule.to = section["to"].flatMap { network($0) }
        rule.mark = section["fwmark"].flatMap { mark($0) }
        rule.inputInterface = section["iif"].flatMap { interfaceName($0) }
        rule.outputInterface = section["oif"].flatMap { interfaceName($0) }
        rule.ipProtocol = section["ipproto"].flatMap { ipProtocol($0) }
        rule.sourcePorts = section["sport"].flatMap { range($0, "a port or ports such as 53 or 1000-2000", 1...65535) }
        rule.destinationPorts = section["dport"].flatMap {
            range($0, "a port or ports such as 53 or 1000-2000", 1...65535)
        }
        rule.users = section["uidrange"].flatMap { range($0, "users such as 1000-1999", 0...UInt32.max - 1) }
        rule.typeOfService = section["tos"].flatMap { typeOfService($0) }
        rule.tunnelID = section["tun_id"].flatMap { $0.identifier(1...UInt32.max) }.map { UInt64($0) }
        rule.suppressPrefixLength = section["suppress_prefixlength"].flatMap {
            $0.identifier(0...UInt32(families.map(\.bitCount).min() ?? 32))
        }
        rule.suppressGroup = section["suppress_ifgroup"].flatMap { $0.identifier(0...UInt32(Int32.max)) }
        return families.map { family in
            rule.family = family
            return TunnelRule(rule, hasPriority: priority != nil)
        }
    }

    /// The families that a rule is for.
    ///
    /// They are as `family`, `from` and `to` say, else both; nil after a report.
    private func families(_ section: SpecSection) -> [AddressFamily]? {
        var found: [(family: AddressFamily, field: SpecField)] = []
        if let field = section["family"] {
            guard let family = field.word(AddressFamily.self) else { return nil }
            found.append((family, field))
        }
        for key in ["from", "to"] {
            guard let field = section[key], case .text(let text) = field.node.content else { continue }
            IPPrefix(text).map { found.append(($0.family, field)) }
        }
        guard let first = found.first else { return AddressFamily.allCases }
        if let other = found.first(where: { $0.family != first.family }) {
            other.field.failValue("is of another family than '\(first.field.path)'")
            return nil
        }
        return [first.family]
    }

    private func action(_ section: SpecSection, priority: UInt32?) -> RuleAction? {
        let given = ["table", "goto", "action"].filter { section.has($0) }
        guard given.count == 1 else {
            let what = given.isEmpty ? "says nothing about what to do" : "says more than one thing to do"
            section.field.fail(what, "write one of 'table', 'goto', 'action'")
            return nil
        }
        for key in ["suppress_prefixlength", "suppress_ifgroup"] where !section.has("table") {
            section[key]?.fail("is for a rule with a table only", "remove it")
        }
        if let field = section["table"] { return table(field).map { .lookup(table: $0) } }
        if let field = section["goto"] {
            guard let target = field.identifier(1...UInt32.max) else { return nil }
            guard let priority, priority < target else {
                field.failValue("can only be a later rule", "give this rule a lower 'priority'")
                return nil
            }
            return .goto(priority: target)
        }
        return section["action"].flatMap { $0.word(ActionWord.self) }.map(\.action)
    }

    private enum ActionWord: String, CaseIterable {
        case nop
        case blackhole
        case unreachable
        case prohibit

        var action: RuleAction {
            switch self {
            case .nop: .nop
            case .blackhole: .blackhole
            case .unreachable: .unreachable
            case .prohibit: .prohibit
            }
        }
    }

    private func mark(_ field: SpecField) -> Mark? {
        guard let mark = field.value("a mark such as 0x10 or 0x10/0xff", { Mark($0) }) else { return nil }
        guard mark.value & ~mark.mask == 0 else {
            field.failValue(
                "has bits outside its mask, so it never matches", "write \(mark.value & mark.mask)/\(mark.mask)")
            return nil
        }
        guard mark.mask != 0, mark != Mark(0) else {
            field.failValue("matches every packet", "write a mark, or 0 with a mask such as 0/0xff")
            return nil
        }
        return mark
    }

    private func ipProtocol(_ field: SpecField) -> UInt8? {
        field.value("a protocol: 1...255, or a name such as tcp") { text in
            IPProtocol.named[text] ?? UInt32(literal: text).flatMap { (1...255).contains($0) ? UInt8($0) : nil }
        }
    }

    private func typeOfService(_ field: SpecField) -> UInt8? {
        field.value("a type of service: a multiple of 4 of 4...252") { text in
            UInt32(literal: text).flatMap { (4...252).contains($0) && $0 % 4 == 0 ? UInt8($0) : nil }
        }
    }

    private func range<Number: FixedWidthInteger>(
        _ field: SpecField, _ expected: String, _ limits: ClosedRange<Number>
    ) -> ClosedRange<Number>? {
        field.value(expected) { NumberRange.parse($0, limits) }
    }
}

/// Names of IP protocols, as /etc/protocols has them.
enum IPProtocol {
    static let named: [String: UInt8] = [
        "icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "udp": 17, "dccp": 33, "gre": 47, "esp": 50, "ah": 51,
        "icmpv6": 58, "ipv6-icmp": 58, "ospf": 89, "pim": 103, "vrrp": 112, "sctp": 132, "udplite": 136,
    ]
}
