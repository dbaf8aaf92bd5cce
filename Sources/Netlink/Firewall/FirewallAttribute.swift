internal import CLibnl

/// An attribute of nf_tables as a value, which is sent to the kernel and compared with what the kernel shows.
struct FirewallAttribute: Sendable, Hashable {
    /// The type, such as NFTA_RULE_TABLE.
    let type: Int
    let content: Content

    enum Content: Sendable, Hashable {
        case bytes([UInt8])
        case nest([FirewallAttribute])
        /// Any number of NFTA_LIST_ELEM, in an order that counts.
        case list([[FirewallAttribute]])
    }

    static func bytes(_ type: some RawRepresentable<UInt32>, _ bytes: [UInt8]) -> Self {
        Self(type: Int(type.rawValue), content: .bytes(bytes))
    }

    /// A number of 4 bytes in network order, as nf_tables has nearly all of them.
    static func number(_ type: some RawRepresentable<UInt32>, _ value: some BinaryInteger) -> Self {
        bytes(type, UInt32(truncatingIfNeeded: value).networkBytes)
    }

    /// A text with the closing NUL.
    static func text(_ type: some RawRepresentable<UInt32>, _ text: String) -> Self {
        bytes(type, Array(text.utf8) + [0])
    }

    static func nest(_ type: some RawRepresentable<UInt32>, _ attributes: [FirewallAttribute]) -> Self {
        Self(type: Int(type.rawValue), content: .nest(attributes))
    }

    static func list(_ type: some RawRepresentable<UInt32>, _ elements: [[FirewallAttribute]]) -> Self {
        Self(type: Int(type.rawValue), content: .list(elements))
    }
}

extension FixedWidthInteger {
    /// The bytes in network order.
    var networkBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

extension MessageBuilder {
    /// Puts attributes in their order.
    mutating func put(_ attributes: [FirewallAttribute]) {
        for attribute in attributes {
            switch attribute.content {
            case .bytes(let bytes): put(attribute.type, bytes)
            case .nest(let inner): nest(attribute.type) { $0.put(inner) }
            case .list(let elements):
                nest(attribute.type) { message in
                    for element in elements { message.nest(Int(NFTA_LIST_ELEM.rawValue)) { $0.put(element) } }
                }
            }
        }
    }
}

extension AttributeReader {
    /// Whether the attributes that the kernel shows are those that it was told.
    ///
    /// A kernel shows some more that we did not tell it, and newer kernels more of them. As long as they are 0, they have
    /// no say; any other is a difference.
    ///
    /// - Parameters:
    ///   - told: what the kernel was told.
    ///   - ignored: types that are not looked at.
    /// - Returns: whether they are the same.
    func show(_ told: [FirewallAttribute], ignoring ignored: Set<Int> = []) -> Bool {
        let types = Set(told.map(\.type)).union(ignored)
        return told.allSatisfy { self[$0.type]?.show($0.content) ?? false }
            && allSatisfy { types.contains($0.type) || $0.payload.array.allSatisfy { $0 == 0 } }
    }
}

extension Bytes {
    /// Whether the payload of an attribute is what the kernel was told.
    fileprivate func show(_ content: FirewallAttribute.Content) -> Bool {
        switch content {
        case .bytes(let bytes): return array == bytes
        case .nest(let told): return attributes().show(told)
        case .list(let elements):
            let shown = Array(attributes())
            return shown.count == elements.count
                && zip(shown, elements).allSatisfy {
                    $0.type == Int(NFTA_LIST_ELEM.rawValue) && $0.payload.attributes().show($1)
                }
        }
    }
}
