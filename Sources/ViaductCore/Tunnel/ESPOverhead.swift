public import NetworkModel

/// What ESP in tunnel mode adds to a packet, as far as the algorithms decide it (RFC 4303 section 2).
///
/// The values were measured against the kernel for each cipher; key size, extended sequence numbers and the family of
/// the inner packet do not change them.
public struct ESPOverhead: Sendable, Hashable {
    /// The bytes of the initialisation vector in each packet: 0, 8 or 16.
    public let vectorLength: Int
    /// The bytes of the integrity check value: 8...32.
    public let checkLength: Int
    /// What the encrypted part is padded to a multiple of, in bytes: the cipher's block, at least 4.
    public let alignment: Int

    /// Makes a description of algorithms.
    ///
    /// - Parameters:
    ///   - vectorLength: bytes of the initialisation vector.
    ///   - checkLength: bytes of the integrity check value.
    ///   - alignment: bytes, a multiple of 4.
    public init(vectorLength: Int, checkLength: Int, alignment: Int) {
        self.vectorLength = vectorLength
        self.checkLength = checkLength
        self.alignment = alignment
    }

    /// The bytes around the encrypted part: outer header, UDP, SPI, sequence number, vector and check value.
    ///
    /// - Parameters:
    ///   - outer: the family of the underlay.
    ///   - isEncapsulated: whether ESP travels in UDP, as behind NAT (RFC 3948).
    /// - Returns: bytes.
    public func fixedLength(outer: AddressFamily, isEncapsulated: Bool) -> Int {
        let header = outer == .ipv4 ? 20 : 40
        return header + (isEncapsulated ? 8 : 0) + 8 + vectorLength + checkLength
    }

    /// The size of the packet on the underlay that carries an inner packet; all in bytes.
    public func packetLength(inner: Int, outer: AddressFamily, isEncapsulated: Bool) -> Int {
        let blocks = (inner + 2 + alignment - 1) / alignment
        return fixedLength(outer: outer, isEncapsulated: isEncapsulated) + blocks * alignment
    }

    /// The largest inner packet that fits; all in bytes, 0 when none does.
    public func innerLength(underlay: Int, outer: AddressFamily, isEncapsulated: Bool) -> Int {
        let room = underlay - fixedLength(outer: outer, isEncapsulated: isEncapsulated)
        return max(0, room / alignment * alignment - 2)
    }

    /// All that a proposal may come to; for `default` all that charon might choose.
    ///
    /// - Parameter proposal: an ESP proposal.
    /// - Returns: one value for each pair of cipher and integrity algorithm that the proposal allows.
    public static func possible(for proposal: Proposal) -> Set<ESPOverhead> {
        let algorithms =
            proposal == .charonDefault ? Array(ProposalAlgorithm.named.values) : proposal.algorithms
        let checks = algorithms.compactMap { if case .integrity(let length) = $0 { length } else { nil } }
        var possible: Set<ESPOverhead> = []
        for case .encryption(let cipher) in algorithms {
            if let length = cipher.checkLength {
                possible.insert(ESPOverhead(cipher, checkLength: length))
            } else {
                possible.formUnion(checks.map { ESPOverhead(cipher, checkLength: $0) })
            }
        }
        return possible
    }

    private init(_ cipher: ProposalAlgorithm.Cipher, checkLength: Int) {
        let (vector, alignment) =
            switch cipher {
            case .chained(let block): (block, block)
            case .counter, .combined, .integrityOnly: (8, 4)
            case .null: (0, 4)
            }
        self.init(vectorLength: vector, checkLength: checkLength, alignment: alignment)
    }
}

extension ProposalAlgorithm.Cipher {
    /// The bytes of the cipher's own check value; nil when an integrity algorithm has to stand beside it.
    fileprivate var checkLength: Int? {
        switch self {
        case .combined(let length): length
        case .integrityOnly: 16
        case .chained, .counter, .null: nil
        }
    }
}
