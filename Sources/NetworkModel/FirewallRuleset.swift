/// What nf_tables has of chains, rules and sets, as far as the way of a packet depends on it (`nft list ruleset`).
public struct FirewallRuleset: Sendable, Hashable {
    /// The chains of all tables, those at a hook and those that are jumped to.
    public var chains: [FirewallChain]
    /// The sets and maps that rules look in.
    public var sets: [FirewallSet]

    /// Makes a ruleset.
    public init(chains: [FirewallChain] = [], sets: [FirewallSet] = []) {
        self.chains = chains
        self.sets = sets
    }
}

/// The family of a table (NFPROTO_*), for packets of which it is.
public enum FirewallFamily: UInt8, Sendable, Hashable {
    /// IPv4 and IPv6.
    case inet = 1
    /// IPv4.
    case ipv4 = 2
    /// IPv6.
    case ipv6 = 10

    /// nft's word for it.
    public var word: String {
        switch self {
        case .inet: "inet"
        case .ipv4: "ip"
        case .ipv6: "ip6"
        }
    }

    /// Whether packets of a family pass its tables.
    public func takes(_ family: AddressFamily) -> Bool {
        switch self {
        case .inet: true
        case .ipv4: family == .ipv4
        case .ipv6: family == .ipv6
        }
    }
}

/// Where a packet meets chains (`enum nf_inet_hooks`, linux/netfilter.h).
public enum FirewallHook: UInt32, Sendable, Hashable {
    /// As it comes in.
    case prerouting = 0
    /// On its way to a socket of this machine.
    case input = 1
    /// As it is passed on.
    case forward = 2
    /// As this machine sends it.
    case output = 3
    /// As it goes out.
    case postrouting = 4
}

/// A chain of rules.
public struct FirewallChain: Sendable, Hashable {
    /// The family of its table.
    public var family: FirewallFamily
    /// Its table's name.
    public var table: String
    /// Its name.
    public var name: String
    /// Where packets meet it; nil for one that is only jumped to.
    public var hook: FirewallHook?
    /// Its place among those of the hook, lower first.
    public var priority: Int32
    /// Whether a packet that no rule decides on is dropped.
    public var dropsByDefault: Bool
    /// The rules, in their order.
    public var rules: [FirewallRule]

    /// Makes a chain.
    public init(
        family: FirewallFamily, table: String, name: String, hook: FirewallHook? = nil, priority: Int32 = 0,
        dropsByDefault: Bool = false, rules: [FirewallRule] = []
    ) {
        self.family = family
        self.table = table
        self.name = name
        self.hook = hook
        self.priority = priority
        self.dropsByDefault = dropsByDefault
        self.rules = rules
    }
}

/// A rule: a row of expressions, the first of which that does not match ends it.
public struct FirewallRule: Sendable, Hashable {
    /// Its number in the table.
    public var handle: UInt64
    /// What it does, in order.
    public var expressions: [FirewallExpression]

    /// Makes a rule.
    public init(handle: UInt64, expressions: [FirewallExpression]) {
        self.handle = handle
        self.expressions = expressions
    }
}

/// What becomes of a packet.
public enum FirewallVerdict: Sendable, Hashable {
    /// It passes this chain.
    case accept
    /// It is dropped, with a word to the sender or without.
    case drop
    /// The next rule of this chain is asked after those of another.
    case jump(String)
    /// The rules of another chain are asked, and those of this one no more.
    case goto(String)
    /// The rules of the chain that jumped here go on.
    case `return`
    /// The next rule is asked.
    case next
    /// It is handed to a program (`queue`), and nobody knows.
    case unknown
}

/// A step of a rule (the expressions of nf_tables), as far as it counts for where a packet goes.
public enum FirewallExpression: Sendable, Hashable {
    /// A register gets a property of the packet (NFT_META_*).
    case meta(key: UInt32, register: UInt32)
    /// A register gets bytes of the packet: base 1 is the network header, 2 the transport header.
    case payload(base: UInt32, offset: Int, length: Int, register: UInt32)
    /// A register gets what connection tracking knows (NFT_CT_*).
    case tracking(key: UInt32, register: UInt32)
    /// Goes on if a register compares so with bytes (NFT_CMP_*: 0 equal, 1 not, 2 less, 3 or equal, 4 more, 5 or equal).
    case compare(register: UInt32, operation: UInt32, bytes: [UInt8])
    /// Goes on if a register is in a range, or is not.
    case range(register: UInt32, isOutside: Bool, from: [UInt8], to: [UInt8])
    /// A register gets bits of another: (source & mask) ^ xor.
    case bitwise(source: UInt32, destination: UInt32, mask: [UInt8], xor: [UInt8])
    /// Goes on if a register's value is in a set, or is not; with a map its verdict is taken.
    case lookup(set: String, register: UInt32, length: Int, isOutside: Bool, isVerdict: Bool)
    /// A register gets bytes.
    case immediate(register: UInt32, bytes: [UInt8])
    /// The verdict.
    case verdict(FirewallVerdict)
    /// Something that lets the packet be: a counter, a log line, a note.
    case neutral
    /// Something that decides and is not understood here, by its name.
    case unknown(String)
}

/// A set or map of nf_tables.
public struct FirewallSet: Sendable, Hashable {
    /// The family of its table.
    public var family: FirewallFamily
    /// Its table's name.
    public var table: String
    /// Its name.
    public var name: String
    /// The length of its keys in bytes.
    public var keyLength: Int
    /// Whether its elements are the ends of intervals.
    public var isInterval: Bool
    /// Its elements.
    public var elements: [Element]

    /// An element.
    public struct Element: Sendable, Hashable {
        /// Its key.
        public var key: [UInt8]
        /// The last key of a range, in a set of concatenated keys; nil for none.
        public var lastKey: [UInt8]?
        /// Whether an interval ends before it.
        public var isEnd: Bool
        /// What a map says for it; nil in a set.
        public var verdict: FirewallVerdict?

        /// Makes an element.
        public init(key: [UInt8], lastKey: [UInt8]? = nil, isEnd: Bool = false, verdict: FirewallVerdict? = nil) {
            self.key = key
            self.lastKey = lastKey
            self.isEnd = isEnd
            self.verdict = verdict
        }
    }

    /// Makes a set.
    public init(
        family: FirewallFamily, table: String, name: String, keyLength: Int, isInterval: Bool = false,
        elements: [Element] = []
    ) {
        self.family = family
        self.table = table
        self.name = name
        self.keyLength = keyLength
        self.isInterval = isInterval
        self.elements = elements
    }

    /// The element that a key falls on; nil when it is not in the set.
    public func element(for key: [UInt8]) -> Element? {
        guard isInterval else { return elements.first { $0.key == key } }
        if elements.contains(where: { $0.lastKey != nil }) {
            return elements.first { element in
                !key.lexicographicallyPrecedes(element.key)
                    && !(element.lastKey ?? element.key).lexicographicallyPrecedes(key)
            }
        }
        let before = elements.filter { !key.lexicographicallyPrecedes($0.key) }
        let nearest = before.max { left, right in
            left.key == right.key ? left.isEnd && !right.isEnd : left.key.lexicographicallyPrecedes(right.key)
        }
        return nearest?.isEnd == false ? nearest : nil
    }
}
