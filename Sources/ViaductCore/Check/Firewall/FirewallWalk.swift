internal import NetworkModel

/// Takes a packet through the chains of a hook as nf_tables does.
///
/// A match that depends on what is not known is no match; but where such a rule would have let the packet pass, it is not
/// said to be dropped later.
struct FirewallWalk {
    let ruleset: FirewallRuleset
    let packet: FirewallPacket

    /// Where a packet was dropped.
    struct Drop: Hashable {
        var family: FirewallFamily
        var table: String
        var chain: String
        /// The rule's number; nil when the chain's policy did it.
        var handle: UInt64?

        /// The place, in words.
        var description: String {
            let place = "\(family.word) \(table) \(chain)"
            return handle.map { "rule \($0) of chain \(place)" } ?? "the policy of chain \(place)"
        }

        /// The command that shows it.
        var listing: String { "nft -a list chain \(family.word) \(table) \(chain)" }
    }

    /// Where the packet is dropped at a hook; nil when it passes, or when that is not known.
    func drop(at hook: FirewallHook) -> Drop? {
        let chains = ruleset.chains.filter { $0.hook == hook && $0.family.takes(packet.family) }
            .sorted { $0.priority < $1.priority }
        for chain in chains {
            var run = Run(ruleset: ruleset, packet: packet)
            switch run.walk(chain, depth: 0) {
            case .drop(let handle, let place):
                return run.mayHavePassed
                    ? nil : Drop(family: place.family, table: place.table, chain: place.name, handle: handle)
            case .pass: continue
            case .end:
                guard chain.dropsByDefault, !run.mayHavePassed else { continue }
                return Drop(family: chain.family, table: chain.table, chain: chain.name, handle: nil)
            case .unknown: return nil
            }
        }
        return nil
    }
}

private enum Outcome {
    case pass
    case drop(UInt64, FirewallChain)
    /// The rules ended without a verdict.
    case end
    case unknown
}

/// The registers of nf_tables while a packet passes a chain.
private struct Run {
    let ruleset: FirewallRuleset
    let packet: FirewallPacket
    var registers = [UInt8?](repeating: nil, count: 80)
    /// Whether a rule that could not be decided would have let the packet pass.
    var mayHavePassed = false
    /// How many rules may still be asked: chains that jump to each other twice have more ways through than anybody has
    /// time for.
    var patience = 100_000

    init(ruleset: FirewallRuleset, packet: FirewallPacket) {
        self.ruleset = ruleset
        self.packet = packet
    }

    mutating func walk(_ chain: FirewallChain, depth: Int) -> Outcome {
        // The kernel allows 16 jumps, one in another (NFT_JUMP_STACK_SIZE).
        guard depth <= 16 else { return .unknown }
        for rule in chain.rules {
            guard patience > 0 else { return .unknown }
            patience -= 1
            switch evaluate(rule, of: chain) {
            case .next: continue
            case .accept: return .pass
            case .drop: return .drop(rule.handle, chain)
            case .return: return .end
            case .unknown: return .unknown
            case .jump(let name):
                let outcome = walk(named: name, beside: chain, depth: depth)
                if case .end = outcome { continue }
                return outcome
            case .goto(let name): return walk(named: name, beside: chain, depth: depth)
            }
        }
        return .end
    }

    private mutating func walk(named name: String, beside chain: FirewallChain, depth: Int) -> Outcome {
        let target = ruleset.chains.first {
            $0.family == chain.family && $0.table == chain.table && $0.name == name
        }
        guard let target else { return .unknown }
        return walk(target, depth: depth + 1)
    }

    /// The verdict of a rule; `next` when it does not match.
    private mutating func evaluate(_ rule: FirewallRule, of chain: FirewallChain) -> FirewallVerdict {
        var isCertain = true
        for expression in rule.expressions {
            switch expression {
            case .neutral: continue
            case .unknown: isCertain = false
            case .meta(let key, let register): store(packet.meta(key), in: register)
            case .tracking(let key, let register): store(packet.tracking(key), in: register)
            case .payload(let base, let offset, let length, let register):
                // The kernel takes no more than the registers hold, but the message may say anything.
                let length = min(length, registers.count)
                store(packet.payload(base: base, offset: offset, length: length), in: register)
            case .immediate(let register, let bytes): store(bytes, in: register)
            case .bitwise(let source, let destination, let mask, let xor):
                let value = zip(load(source, mask.count), zip(mask, xor)).map { byte, pair in
                    // A byte of which nothing is kept is known, whatever it was.
                    pair.0 == 0 ? pair.1 : byte.map { $0 & pair.0 ^ pair.1 }
                }
                store(value, in: destination)
            case .compare(let register, let operation, let bytes):
                guard let value = known(register, bytes.count) else {
                    isCertain = false
                    continue
                }
                if !Self.holds(value, operation, bytes) { return .next }
            case .range(let register, let isOutside, let from, let to):
                guard let value = known(register, from.count) else {
                    isCertain = false
                    continue
                }
                let isInside = !value.lexicographicallyPrecedes(from) && !to.lexicographicallyPrecedes(value)
                if isInside == isOutside { return .next }
            case .lookup(let name, let register, _, let isOutside, let isVerdict):
                let set = ruleset.sets.first {
                    $0.family == chain.family && $0.table == chain.table && $0.name == name
                }
                guard let set, let value = known(register, set.keyLength) else {
                    if isVerdict { return undecided(.unknown) }
                    isCertain = false
                    continue
                }
                let element = set.element(for: value)
                if (element != nil) == isOutside { return .next }
                if isVerdict, let verdict = element?.verdict { return isCertain ? verdict : undecided(verdict) }
            case .verdict(let verdict): return isCertain ? verdict : undecided(verdict)
            }
        }
        return .next
    }

    /// A rule of which it is not known whether it matches: it is passed over, and remembered if it could have helped.
    private mutating func undecided(_ verdict: FirewallVerdict) -> FirewallVerdict {
        switch verdict {
        case .accept, .jump, .goto, .unknown, .return: mayHavePassed = true
        case .drop, .next: break
        }
        return .next
    }

    private static func holds(_ value: [UInt8], _ operation: UInt32, _ bytes: [UInt8]) -> Bool {
        let isLess = value.lexicographicallyPrecedes(bytes)
        switch operation {
        case 0: return value == bytes
        case 1: return value != bytes
        case 2: return isLess
        case 3: return isLess || value == bytes
        case 4: return !isLess && value != bytes
        default: return !isLess
        }
    }

    /// The place of a register in bytes: 1 to 4 have 16 bytes each, 8 to 23 are the same memory in fours.
    private func place(_ register: UInt32) -> Int {
        register < 8 ? Int(register) * 16 : 16 + Int(register - 8) * 4
    }

    private mutating func store(_ bytes: [UInt8?], in register: UInt32) {
        for (index, byte) in bytes.enumerated() where registers.indices.contains(place(register) + index) {
            registers[place(register) + index] = byte
        }
    }

    private mutating func store(_ bytes: [UInt8], in register: UInt32) { store(bytes.map(Optional.some), in: register) }

    private func load(_ register: UInt32, _ count: Int) -> [UInt8?] {
        (0..<min(count, registers.count)).map { index in
            registers.indices.contains(place(register) + index) ? registers[place(register) + index] : nil
        }
    }

    /// The bytes of a register; nil when one of them is not known.
    private func known(_ register: UInt32, _ count: Int) -> [UInt8]? {
        let bytes = load(register, count).compactMap(\.self)
        return bytes.count == count ? bytes : nil
    }
}
