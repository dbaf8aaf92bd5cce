internal import Glibc

/// Bytes that must not be seen: a pre-shared key, a password or a private key.
///
/// It prints as `<redacted>` everywhere; `reveal` is the one way to the bytes, for use where they leave for charon or
/// its root-only file. It is not Codable, so no journal, log or JSON can hold one by accident. All copies of a value
/// share one piece of memory, which is overwritten when the last is gone.
public struct Secret: Sendable {
    private let storage: Storage

    /// Keeps bytes as a secret.
    public init(_ bytes: some Sequence<UInt8>) {
        storage = Storage(Array(bytes))
    }

    /// Keeps bytes as a secret, and overwrites them where they were.
    public init(wiping bytes: inout [UInt8]) {
        self.init(bytes.map(\.self))
        bytes.wipe()
    }

    /// The number of bytes.
    public var count: Int { reveal { $0.count } }

    /// Lends the bytes; call it only where they leave for charon or its file.
    ///
    /// - Parameter body: what to do with the bytes, which are no longer there when it returns.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public func reveal<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try storage.bytes.withUnsafeBufferPointer(body)
    }

    /// The same without the line ends behind it, as the shell's `$(cat FILE)` has it.
    public var withoutLineEnds: Secret {
        reveal { bytes in
            let end = bytes.lastIndex { $0 != UInt8(ascii: "\n") } ?? -1
            return Secret(bytes[...end])
        }
    }

    /// A check of the bytes, the same in every process, by which a change is noticed.
    ///
    /// Sixteen bits: enough for that, and far too few to find a secret by.
    public var check: UInt16 {
        // FNV-1a, folded.
        let sum = reveal { bytes in
            bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
        return UInt16(truncatingIfNeeded: sum ^ sum >> 16 ^ sum >> 32 ^ sum >> 48)
    }

    /// Whether a byte is among them.
    public func contains(_ byte: UInt8) -> Bool { reveal { $0.contains(byte) } }

    /// The memory of a secret; nobody else has the array, so that overwriting it leaves no copy.
    private final class Storage: Sendable {
        // Changed by the end of the last owner alone, when nobody can look any more.
        nonisolated(unsafe) private(set) var bytes: [UInt8]

        init(_ bytes: consuming [UInt8]) {
            self.bytes = bytes
        }

        deinit {
            bytes.wipe()
        }
    }
}

extension [UInt8] {
    /// Overwrites all bytes with zeros, in a way that no compiler leaves out (explicit_bzero(3)).
    public mutating func wipe() {
        withUnsafeMutableBytes { bytes in
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        }
    }
}

extension Secret: Hashable {
    /// Whether two secrets have the same bytes.
    public static func == (left: Secret, right: Secret) -> Bool {
        left.storage === right.storage || left.reveal { left in right.reveal { left.elementsEqual($0) } }
    }

    /// Feeds the bytes to a hasher.
    public func hash(into hasher: inout Hasher) {
        reveal { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
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
