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
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Always `<redacted>`.
    public var debugDescription: String { description }
    /// A mirror without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
