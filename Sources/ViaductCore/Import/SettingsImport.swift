/// How values of swanctl.conf are read, and what is said about those that are none.
extension ConnectionImport {
    /// Reads the settings of the IKE connection into entries of a spec's `ike`.
    func ikeEntries() -> [SpecValue.Entry] {
        var entries: [SpecValue.Entry] = []
        func add(_ name: String, _ value: String?) {
            if let value { entries.append(.init(name, value)) }
        }
        add("version", version() == 1 ? "1" : nil)
        entries.append(.init("proposals", .texts(proposals(section.take("proposals"), for: .ike))))
        add("dpd", section.take("dpd_delay").flatMap { duration($0, 1...86_400) })
        add("rekey", section.take("rekey_time").flatMap { duration($0, 10...2_592_000) })
        add("mobike", section.take("mobike").flatMap { boolean($0) })
        add("encap", section.take("encap").flatMap { boolean($0) })
        add("fragmentation", section.take("fragmentation").flatMap { fragmentation($0) })
        add("keyingtries", section.take("keyingtries").flatMap { tries($0) })
        for name in ["local_port", "remote_port"] {
            add(name, section.take(name).flatMap { number($0, 1...65535) }.map { "\($0)" })
        }
        return entries
    }

    /// The IKE version: 1 or 2.
    func version() -> Int {
        let key = section.take("version")
        switch key?.value {
        case "1"?: return 1
        case "2"?: return 2
        default:
            let what = "lets the peer choose the IKE version"
            let remedy = "it is IKEv2 now; for a peer with IKEv1 write 'ike: { version: 1, ... }'"
            report.warn(key?.remark(what, remedy) ?? section.remark("has no 'version', which \(what)", remedy))
            return 2
        }
    }

    /// Reads proposals; without a key they are charon's own.
    func proposals(_ key: ForeignKey?, for use: ProposalUse) -> [String] {
        guard let key else { return [Proposal.charonDefault.text] }
        var found: [String] = []
        for item in key.items {
            var text = item.lowercased()
            if text.hasSuffix("!") { text.removeLast() }
            if text != item {
                report.warn(key.remark(on: item, "is a spelling that charon refuses", "it is '\(text)' now"))
            }
            do throws(ProposalFault) {
                let proposal = try Proposal(text, for: use)
                if found.contains(proposal.text) {
                    report.warn(key.remark(on: item, "is given twice", "it is written once"))
                } else {
                    found.append(proposal.text)
                }
            } catch {
                report.warn(key.remark(on: item, "cannot be said in a spec: \(error.what)", "it is left out"))
            }
        }
        if found.count > 16 {
            report.warn(key.remark("has more than 16 proposals", "the first 16 are kept"))
        }
        if found.isEmpty {
            report.fail(key.remark("has no proposal that a spec can say", "agree on one such as aes256gcm16-ecp384"))
        }
        return Array(found.prefix(16))
    }

    /// Reads a time; 0 means never.
    func duration(_ key: ForeignKey, _ range: ClosedRange<Int>) -> String? {
        guard let seconds = SettingsValue.seconds(key.value) else {
            report.warn(key.remark("is no time", "it is left out, as charon refuses the whole connection for it"))
            return nil
        }
        let count = Int(seconds)
        let nearest = count == 0 ? 0 : min(max(range.lowerBound, count), range.upperBound)
        if nearest != count {
            report.warn(
                key.remark(
                    "is beyond the \(range.lowerBound)...\(range.upperBound) seconds of a spec", "it is \(nearest)s now"
                ))
            return "\(nearest)s"
        }
        let digits = key.value.prefix { $0.isASCII && $0.isNumber }
        let isPlain = ["", "s", "m", "h", "d"].contains(key.value.dropFirst(digits.count)) && !digits.isEmpty
        return isPlain && (digits == "0" || !digits.hasPrefix("0")) ? key.value : "\(count)s"
    }

    /// Reads a number of a range.
    func number(_ key: ForeignKey, _ range: ClosedRange<Int>) -> Int? {
        guard let number = SettingsValue.integer(key.value) else {
            report.warn(key.remark("is no number", "it is left out, as charon refuses the whole connection for it"))
            return nil
        }
        let nearest = min(max(range.lowerBound, number), range.upperBound)
        if nearest != number {
            report.warn(
                key.remark("is beyond the \(range.lowerBound)...\(range.upperBound) of a spec", "it is \(nearest) now"))
        }
        return nearest
    }

    private func boolean(_ key: ForeignKey) -> String? {
        guard let value = SettingsValue.bool(key.value) else {
            report.warn(
                key.remark("is neither yes nor no", "it is left out, as charon refuses the whole connection for it"))
            return nil
        }
        return value ? "true" : "false"
    }

    private func fragmentation(_ key: ForeignKey) -> String? {
        let text = key.value.lowercased()
        if ["accept", "force"].contains(text) { return text }
        return boolean(key).map { $0 == "true" ? "yes" : "no" }
    }

    private func tries(_ key: ForeignKey) -> String? {
        if key.value == "%forever" {
            report.warn(key.remark("is a word that charon refuses here", "it is 0 now, which means the same"))
            return "0"
        }
        return number(key, 0...1000).map { "\($0)" }
    }

    /// Reads the keys of the connection that are passed on.
    func connectionExtras() -> [SpecValue.Entry] {
        SwanctlKeys.connection.compactMap { name in
            guard let key = section.take(name) else { return nil }
            if name == "unique", ["yes", "true"].contains(key.value.lowercased()) {
                report.warn(key.remark("is a word that charon refuses here", "it is 'replace' now"))
                return .init("unique", "replace")
            }
            if name == "ppk_id" {
                report.warn(key.remark("names a key that a spec cannot hold", "leave its section in swanctl.conf"))
            }
            return passed(key)
        }
    }

    /// An entry of a spec's section `swanctl`; nil after a report.
    func passed(_ key: ForeignKey, isList: Bool = false) -> SpecValue.Entry? {
        guard key.value.utf8.count <= 511, key.value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            report.fail(
                key.remark("is longer or odder than what charon takes", "use at most 511 bytes of printable ASCII"))
            return nil
        }
        if key.name == "updown" {
            report.warn(
                key.remark(
                    "is run by charon as before",
                    "see that it makes no routes and no rules that the link makes needless"))
        }
        let items = key.items
        return .init(key.name, isList && !items.isEmpty ? .texts(items) : .text(key.value))
    }
}
