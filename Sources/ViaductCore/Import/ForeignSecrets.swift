internal import NetworkModel

/// The pre-shared keys of a section `secrets`, and which of them charon takes for whom.
final class ForeignSecrets {
    /// One key.
    struct Entry {
        let section: ForeignSection
        /// Whose it is; empty for everybody's.
        let identities: [String]
        let secret: Secret
        let key: ForeignKey
    }

    let entries: [Entry]
    private let section: ForeignSection?
    private let report: ImportReport
    private var used: Set<String> = []

    /// Reads the keys; those that cannot be decoded are reported when somebody needs them.
    init(_ section: ForeignSection?, report: ImportReport) {
        self.section = section
        self.report = report
        entries = (section?.sections ?? []).filter { $0.name.hasPrefix("ike") }.compactMap { section in
            guard let key = section.take("secret") else { return nil }
            let identities = section.takeAll(beginning: "id").map(\.value)
            return Entry(
                section: section,
                identities: identities.contains { ConnectionImport.anywhere.contains($0) } ? [] : identities,
                secret: Secret(ForeignSecretText.decode(key.value) ?? []), key: key)
        }
    }

    /// The keys that may serve between two ends, the one that charon signs with first.
    ///
    /// Charon prefers the best match of the peer's identity, then of ours. As long as it does not know who the peer is it
    /// can go by ours alone.
    ///
    /// - Parameters:
    ///   - local: our identity, and our address.
    ///   - remote: the peer's identity, or its addresses.
    ///   - isPeerKnown: whether charon knows the peer's identity when it signs.
    /// - Returns: the keys, each with whether charon might as well take it for the first.
    func candidates(
        local: [String], remote: [String], isPeerKnown: Bool
    ) -> [(entry: Entry, isRival: Bool)] {
        let rated = entries.map { entry in
            let mine = rating(entry, of: local), theirs = rating(entry, of: remote)
            return (entry: entry, rank: isPeerKnown ? (theirs, mine) : (mine, theirs))
        }.filter { $0.rank != (0, 0) }
        let sorted = rated.enumerated().sorted { left, right in
            (right.element.rank.0, right.element.rank.1, left.offset)
                < (left.element.rank.0, left.element.rank.1, right.offset)
        }.map(\.element)
        return sorted.map { candidate in
            let isRival = candidate.rank == sorted[0].rank || (!isPeerKnown && candidate.rank.1 == 2)
            return (candidate.entry, isRival)
        }
    }

    func entry(named name: String) -> Entry? { entries.first { $0.section.name == name } }

    /// Notes that a key has gone into a spec, or was told about.
    func use(_ entry: Entry) { used.insert(entry.section.name) }

    /// Tells of the keys that no spec has.
    func tellUnused() {
        for section in section?.sections ?? [] {
            for key in section.untaken {
                report.warn(
                    ImportRemark(
                        key.path, "is not carried into a spec",
                        "leave the section in swanctl.conf if something else needs it", at: key.position))
            }
        }
        for entry in entries where !used.contains(entry.section.name) {
            report.warn(entry.section.remark("is a secret of no connection that is imported", "it is not carried"))
        }
    }

    private func rating(_ entry: Entry, of identities: [String]) -> Int {
        if entry.identities.isEmpty { return 1 }
        let wanted = identities.map(Self.plain)
        return entry.identities.contains { wanted.contains(Self.plain($0)) } ? 2 : 0
    }

    /// An identity in the form in which two that are the same to charon look the same.
    static func plain(_ identity: String) -> String {
        if let address = IPAddress(identity) { return "\(address)" }
        let name = identity.hasPrefix("@") && !identity.hasPrefix("@#") ? identity.dropFirst() : identity[...]
        return name.lowercased()
    }
}

/// The forms in which strongSwan's files write a secret.
enum ForeignSecretText {
    /// The bytes of a secret: as it is, or hexadecimal behind `0x`, or base64 behind `0s`; nil for digits that are none.
    ///
    /// charon reads bad digits as something shorter, and says nothing.
    static func decode(_ text: String) -> [UInt8]? {
        switch text.prefix(2).lowercased() {
        case "0x": hexadecimal(text.utf8.dropFirst(2))
        case "0s": Base64.decode(text.utf8.dropFirst(2))
        default: Array(text.utf8)
        }
    }

    private static func hexadecimal(_ text: Substring.UTF8View) -> [UInt8]? {
        let digits = text.filter { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "_") }
            .map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}

extension Base64 {
    /// The bytes behind a padded text; nil for anything else.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        var bits = 0, count = 0, padding = 0
        for byte in text {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: byte) else { return nil }
            bits = (bits << 6 | value) & 0xff_ffff
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(bits >> count & 0xff))
        }
        return padding <= 2 ? bytes : nil
    }

    private static func value(of byte: UInt8) -> Int? {
        switch byte {
        case 0x41...0x5a: Int(byte) - 0x41
        case 0x61...0x7a: Int(byte) - 0x61 + 26
        case 0x30...0x39: Int(byte) - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
