extension TunnelReader {
    /// Reads a part of `swanctl` of a peer, over that of the spec.
    func extras(_ source: PeerSource, _ key: String, reserved: [String: String]) -> [ExtraSetting] {
        source.all("swanctl").compactMap { SpecSection($0, keys: SpecKeys.swanctl)?[key] }
            .reduce([]) { $0.overridden(by: extras($1, reserved: reserved)) }
    }

    /// Reads `swanctl.local` or `swanctl.remote` of a peer; `auth` there narrows what a certificate may be.
    func endExtras(_ source: PeerSource, _ key: String, of authentication: Authentication?) -> [ExtraSetting] {
        let settings = extras(source, key, reserved: ReservedKeys.end)
        guard let constraint = settings.first(where: { $0.key == "auth" }), let authentication else { return settings }
        let field = source.all("swanctl").last ?? source.own.field
        guard case .certificate = authentication, case .text(let text) = constraint.value,
            ["pubkey", "rsa", "ecdsa", "ed25519", "ed448", "ike:"].contains(where: { text.hasPrefix($0) })
        else {
            field.fail(
                "has an 'auth' in '\(key)' that is no constraint on a certificate",
                "write one such as rsa-3072-sha256 where the end has a certificate, or remove it")
            return settings
        }
        return settings
    }

    /// Reads keys that are passed on to charon.
    ///
    /// Their values are never quoted, for Viaduct does not know what they are.
    func extras(_ field: SpecField, reserved: [String: String]) -> [ExtraSetting] {
        let entries = field.entries(expected: "a mapping of keys of swanctl.conf") ?? []
        return entries.compactMap { entry in
            guard isKey(entry.key) else {
                let remedy = entry.key.contains("-") ? "swanctl writes '_' for '-'" : "use a-z, 0-9 and _"
                report.add(
                    "is not a key of swanctl.conf", remedy, at: entry.position,
                    path: field.path(of: Quoted(entry.key).bare))
                return nil
            }
            if let remedy = reserved[entry.key] {
                report.add("is not for this section", remedy, at: entry.position, path: field.path(of: entry.key))
                return nil
            }
            let value = SpecField(
                node: entry.value, path: field.path(of: entry.key), isConfidential: true, report: report)
            return extra(value).map { ExtraSetting(entry.key, $0) }
        }
    }

    private func isKey(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f }
    }

    private func extra(_ field: SpecField) -> ExtraSetting.Value? {
        guard case .list = field.node.content else { return plainText(field).map { .text($0) } }
        let items = field.items("a list") ?? []
        guard !items.isEmpty else {
            field.fail("is an empty list", "write its items, or remove the key")
            return nil
        }
        let texts = items.compactMap { item -> String? in
            guard let text = plainText(item) else { return nil }
            guard !text.contains(","), !text.isEmpty, !text.hasPrefix(" "), !text.hasSuffix(" ") else {
                item.fail("cannot be written in swanctl.conf", "an item has no comma, and no blank at its ends")
                return nil
            }
            return text
        }
        return .list(texts)
    }

    private func plainText(_ field: SpecField) -> String? {
        guard let text = field.text("a text or a list of texts") else { return nil }
        guard text.utf8.count <= 511, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            field.fail("has characters that charon refuses", "use at most 511 bytes of printable ASCII")
            return nil
        }
        return text
    }
}

extension [ExtraSetting] {
    /// These settings, but for those that others say as well, and the others.
    func overridden(by others: [ExtraSetting]) -> [ExtraSetting] {
        filter { setting in !others.contains { $0.key == setting.key } } + others
    }
}
