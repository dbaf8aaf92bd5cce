/// Bytes that must not be seen: a pre-shared key, a password or a private key.
///
/// It prints as `<redacted>` everywhere; `reveal()` is the one way to the bytes, for use where they leave for charon or
/// its root-only file. It is not Codable, so no journal, log or JSON can hold one by accident.
public struct Secret: Sendable, Hashable {
    private let bytes: [UInt8]

    /// Keeps bytes as a secret.
    public init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The number of bytes.
    public var count: Int { bytes.count }

    /// Hands out the bytes; call it only where they leave for charon or its file.
    public func reveal() -> [UInt8] { bytes }

    /// A check of the bytes, the same in every process, by which a change is noticed.
    ///
    /// Sixteen bits: enough for that, and far too few to find a secret by.
    public var check: UInt16 {
        // FNV-1a, folded.
        let sum = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return UInt16(truncatingIfNeeded: sum ^ sum >> 16 ^ sum >> 32 ^ sum >> 48)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { description }
    /// A mirror without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
