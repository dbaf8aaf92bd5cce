internal import NetworkModel

extension TunnelReader {
    /// Reads `psk` or `auth` of the whole spec, which both ends share.
    func sharedAuthentication(_ top: SpecSection) -> (local: Authentication?, remote: Authentication?) {
        if top.has("psk"), let auth = top["auth"] {
            auth.fail("is given beside 'psk'", "keep one of the two")
        }
        if let psk = top["psk"] {
            let way = secret(psk).map { Authentication.psk($0) }
            return (way, way)
        }
        guard let auth = top["auth"], let section = authSection(auth) else { return (nil, nil) }
        if let psk = section["psk"] {
            let way = secret(psk).map { Authentication.psk($0) }
            return (way, way)
        }
        let files = certificateSources(section)
        requireOurKey(section)
        return (
            .certificate(CertificateSources(certificate: files.certificate, key: files.key)),
            .certificate(CertificateSources(authority: files.authority))
        )
    }

    /// Reads `auth` of one end.
    func authentication(_ field: SpecField, isOurs: Bool) -> Authentication? {
        guard let section = authSection(field) else { return nil }
        if let psk = section["psk"] { return secret(psk).map { .psk($0) } }
        if isOurs {
            requireOurKey(section)
        } else {
            section["key"]?.fail("is the peer's own", "remove it; only the peer has its key")
            if !section.has("ca"), !section.has("certificate") {
                section.failMissing("ca", "the peer needs a 'ca' or a 'certificate' to be known by")
            }
        }
        return .certificate(certificateSources(section))
    }

    private func authSection(_ field: SpecField) -> SpecSection? {
        let expected = "'psk', or 'certificate' and 'key'"
        guard let section = SpecSection(field, keys: SpecKeys.auth, expected: expected) else { return nil }
        if section.has("psk"), SpecKeys.auth.dropFirst().contains(where: { section.has($0) }) {
            field.fail("has a 'psk' and a certificate", "keep one of the two")
        }
        return section
    }

    private func requireOurKey(_ section: SpecSection) {
        for key in ["certificate", "key"] where !section.has(key) {
            section.failMissing(key, "we prove who we are with 'psk', or with 'certificate' and 'key'")
        }
    }

    private func certificateSources(_ section: SpecSection) -> CertificateSources {
        CertificateSources(
            certificate: section["certificate"].flatMap { source($0) }, key: section["key"].flatMap { source($0) },
            authority: section["ca"].flatMap { source($0) })
    }

    /// Reads a secret's source.
    ///
    /// Nothing of it is quoted in a problem, not even its keys.
    private func secret(_ field: SpecField) -> SecretSource? {
        let remedy =
            "write 'psk: { file: NAME.psk }', or { credential: NAME }, or { env: VARIABLE }, or { value: \"the secret\" }"
        if case .text = field.node.content {
            field.fail("is a bare text", remedy)
            return nil
        }
        let expected = "one of file, credential, env, value"
        guard let section = SpecSection(field, keys: SpecKeys.psk, expected: expected) else { return nil }
        let given = SpecKeys.psk.filter { section.has($0) }
        guard given.count == 1 else {
            field.fail(given.isEmpty ? "names no secret" : "names more than one secret", "write \(expected)")
            return nil
        }
        if let file = section["file"] { return path(file).map { .file($0) } }
        if let name = section["credential"] { return credential(name).map { .credential($0) } }
        if let variable = section["env"] {
            return variable.value("the name of an environment variable") { isVariableName($0) ? $0 : nil }
                .map { .environment($0) }
        }
        return section["value"].flatMap { inlineSecret($0) }
    }

    private func inlineSecret(_ field: SpecField) -> SecretSource? {
        guard let text = field.text("the secret") else { return nil }
        guard (1...4096).contains(text.utf8.count) else {
            field.fail(text.isEmpty ? "is empty" : "is longer than 4096 bytes", "write 1...4096 bytes")
            return nil
        }
        return .inline(Secret(text.utf8))
    }

    private func isVariableName(_ text: String) -> Bool {
        let first = text.utf8.first ?? 0x30
        return text.utf8.count <= 255 && !(0x30...0x39).contains(first)
            && text.utf8.allSatisfy { SpecKeys.isWordByte($0) && $0 != 0x2d }
    }

    /// A certificate or key: the path of a file, or `{ credential: NAME }`.
    private func source(_ field: SpecField) -> FileSource? {
        guard case .mapping = field.node.content else { return path(field).map { .file($0) } }
        guard let section = SpecSection(field, keys: SpecKeys.credential) else { return nil }
        guard let name = section["credential"] else {
            section.failMissing("credential", "write the path of a file, or '{ credential: NAME }'")
            return nil
        }
        return credential(name).map { .credential($0) }
    }

    private func credential(_ field: SpecField) -> CredentialName? {
        field.value("the name of a credential: A-Z a-z 0-9 _ . @ -, at most 255 bytes") { CredentialName($0) }
    }

    /// A file's absolute path.
    private func path(_ field: SpecField) -> String? {
        guard let text = field.text("the path of a file") else { return nil }
        guard !text.isEmpty, text.utf8.last != UInt8(ascii: "/"), text.utf8.count <= 4000, !text.hasInvisibleCharacters
        else {
            field.fail("is not the path of a file")
            return nil
        }
        guard text.utf8.first != UInt8(ascii: "~") else {
            field.fail("begins with '~'", "write the whole path; no shell reads it")
            return nil
        }
        let path =
            text.utf8.first == UInt8(ascii: "/") ? text : directory + (directory.hasSuffix("/") ? "" : "/") + text
        guard report.note(path: path) else {
            field.fail("differs from another path of this spec only in how accents are composed", "rename one of them")
            return nil
        }
        return path
    }
}
