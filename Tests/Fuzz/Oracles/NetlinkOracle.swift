internal import CLibnl
import NetworkModel

@testable import Netlink

/// A datagram is read by every reader to its end, and what is asked for an object that was read
/// reads as an object for which the same is asked.
enum NetlinkOracle {
    static func check(_ input: [UInt8]) throws(OracleFailure) {
        var interfaces = InterfaceTable()
        for message in MessageReader(input) {
            _ = Event(message, .route, &interfaces)
            _ = Event(message, .xfrm, &interfaces)
            _ = Acknowledgement(message)
            _ = LinkMessage(message)?.references
            try roundTrip(message, interfaces)
        }
        readFirewall(input)
        try readAnswers(input)
    }

    /// What is asked of the kernel after reading an object reads as one for which the very same is asked.
    private static func roundTrip(_ message: Message, _ interfaces: InterfaceTable) throws(OracleFailure) {
        if let rule = Rule(message), let request = try? Request.add(rule) {
            let again = first(request.bytes).flatMap { Rule($0) }.flatMap { try? Request.add($0) }
            try require(again?.bytes == request.bytes, "the rule \(rule) does not read back")
        }
        var interfaces = interfaces
        if let route = Route(message, interfaces: interfaces) {
            for hop in route.nextHops {
                guard let device = hop.device, interfaces[device] == nil else { continue }
                _ = interfaces.choose(device)
            }
            // A hop that leads nowhere is nothing that the kernel would show.
            guard route.nextHops.allSatisfy({ $0.device != nil || $0.gateway != nil }),
                let request = try? Request.add(route, interfaces: interfaces)
            else { return }
            let again = first(request.bytes).flatMap { Route($0, interfaces: interfaces) }
                .flatMap { try? Request.add($0, interfaces: interfaces) }
            try require(again?.bytes == request.bytes, "the route \(route) does not read back")
        }
    }

    private static func first(_ bytes: [UInt8]) -> Message? {
        var messages = MessageReader(bytes)
        return messages.next()
    }

    private static func readFirewall(_ input: [UInt8]) {
        var chains: [FirewallChain] = []
        var sets: [FirewallSet] = []
        var rules: [FirewallRule] = []
        var elements: [FirewallSet.Element] = []
        var objects: [FirewallObject.Kind: [FirewallObject]] = [:]
        for message in MessageReader(input) {
            if let found = FirewallMessage(NFT_MSG_NEWCHAIN, message) { chains.append(FirewallChain(found)) }
            if let found = FirewallMessage(NFT_MSG_NEWRULE, message) { rules.append(FirewallRule(found)) }
            if let found = FirewallMessage(NFT_MSG_NEWSET, message) { sets.append(FirewallSet(found)) }
            if let found = FirewallMessage(NFT_MSG_NEWSETELEM, message) { elements += [FirewallSet.Element](found) }
            for kind in FirewallObject.Kind.allCases {
                if let object = FirewallObject(kind, message) { objects[kind, default: []].append(object) }
            }
        }
        for index in sets.indices {
            sets[index].elements = elements
            _ = sets[index].element(for: elements.first?.key ?? [])
        }
        for index in chains.indices { chains[index].rules = rules }
        for table in objects[.table] ?? [] {
            guard let name = table.name else { continue }
            _ = MSSClampTable(table, name: name, chains: objects[.chain] ?? [], rules: objects[.rule] ?? [])
        }
        FirewallPassage.walk(FirewallRuleset(chains: chains, sets: sets))
    }

    /// The input as the answer to a dump, to a batch and to a transaction.
    private static func readAnswers(_ input: [UInt8]) throws(OracleFailure) {
        guard let header = first(input)?.header else { return }
        var dump = DumpReader(sequence: header.nlmsg_seq, port: header.nlmsg_pid) { message in message.type }
        _ = dump.take(input)
        guard let request = Rule(family: .ipv4, priority: 1, action: .nop, origin: 0).request else { return }
        var next = header.nlmsg_seq &- 1
        let sequence = { () -> UInt32 in
            next &+= 1
            return next
        }
        var batch = BatchReader([request, request], port: header.nlmsg_pid, nextSequence: sequence)
        _ = batch.take(input)
        try require(
            batch.failures.keys.allSatisfy((0..<2).contains), "a batch of two has failures of \(batch.failures.keys)")
        next = header.nlmsg_seq &- 1
        let transaction = try? TransactionReader([request], port: header.nlmsg_pid, nextSequence: sequence)
        _ = transaction?.take(input)
    }
}

extension Rule {
    fileprivate var request: Request? { try? Request.add(self) }
}
