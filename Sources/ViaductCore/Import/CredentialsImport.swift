internal import NetworkModel

/// How a spec says who its two ends are and how they prove it.
struct CredentialsImport {
    /// `psk` or `auth` of the whole spec; nil when each end has its own.
    var shared: SpecValue.Entry?
    var localAuthentication: SpecValue?
    var remoteAuthentication: SpecValue?
    var localIdentity: String?
    var remoteIdentity: String?
    var secrets: [ImportedSecret] = []
    /// Keys of the sections `local` and `remote` that are passed on.
    var localExtras: [SpecValue.Entry] = []
    var remoteExtras: [SpecValue.Entry] = []
}

extension ConnectionImport {
    /// Reads who the ends are and how they prove it; nil after a report.
    func credentials(of ends: EndsImport, name: TunnelName) -> CredentialsImport? {
        guard let localWay = ends.localWay, let remoteWay = ends.remoteWay else { return nil }
        var credentials = CredentialsImport()
        credentials.localIdentity = identity(ends.localSection)
        credentials.remoteIdentity = identity(ends.remoteSection)
        credentials.localExtras = endExtras(ends.localSection)
        credentials.remoteExtras = endExtras(ends.remoteSection)
        var psk: SpecValue?
        if localWay.isPSK || remoteWay.isPSK {
            psk = preSharedKey(of: ends, name: name, credentials: &credentials)
        }
        let ours = localWay.isPSK ? nil : ourCertificate(ends.localSection)
        let theirs = remoteWay.isPSK ? nil : theirCertificate(ends.remoteSection)
        for case (.certificate(let constraint?), let isLocal) in [(localWay, true), (remoteWay, false)] {
            if isLocal {
                credentials.localExtras.append(.init("auth", constraint))
            } else {
                credentials.remoteExtras.append(.init("auth", constraint))
            }
        }
        if !remoteWay.isPSK, credentials.remoteIdentity == nil, !ends.remotes.isEmpty {
            report.warn(
                ends.remoteSection.remark(
                    "names no identity of the peer, and charon took any that a certificate proves",
                    "it is \(ends.remotes[0]) now; write 'remote.id' as the peer's certificate has it"))
        }
        switch (localWay.isPSK, remoteWay.isPSK) {
        case (true, true): credentials.shared = psk.map { .init("psk", $0) }
        case (false, false):
            if let theirs, theirs.contains(where: { $0.key == "certificate" }) {
                credentials.localAuthentication = ours.map { .mapping($0) }
                credentials.remoteAuthentication = .mapping(theirs)
            } else {
                credentials.shared = ours.map { .init("auth", .mapping($0 + (theirs ?? []))) }
            }
        case (true, false):
            credentials.localAuthentication = psk.map { .mapping(.init("psk", $0)) }
            credentials.remoteAuthentication = theirs.map { .mapping($0) }
        case (false, true):
            credentials.localAuthentication = ours.map { .mapping($0) }
            credentials.remoteAuthentication = psk.map { .mapping(.init("psk", $0)) }
        }
        return credentials
    }

    private func endExtras(_ section: ForeignSection) -> [SpecValue.Entry] {
        SwanctlKeys.end.compactMap { name in
            section.take(name).flatMap { passed($0, isList: SwanctlKeys.lists.contains(name)) }
        }
    }

    // MARK: - Pre-shared keys

    private func preSharedKey(
        of ends: EndsImport, name: TunnelName, credentials: inout CredentialsImport
    ) -> SpecValue? {
        let file = SpecValue.mapping(.init("file", "\(name).psk"))
        let local = [credentials.localIdentity ?? ends.local?.description].compactMap { $0 }
        let remote = credentials.remoteIdentity.map { [$0] } ?? ends.remotes + ends.remoteAddresses.map(\.description)
        guard
            let chosen = chosenSecret(
                local: local, remote: remote, isPeerKnown: credentials.remoteIdentity != nil)
        else {
            settleRemoteIdentity(of: ends, owners: [], local: local, in: &credentials)
            guard report.problems.isEmpty else { return nil }
            report.warn(
                section.remark("has no pre-shared key in the file", "write it into \(name).psk, and chmod 600 it"))
            return file
        }
        settleRemoteIdentity(of: ends, owners: chosen.owners, local: local, in: &credentials)
        if ForeignSecretText.decode(chosen.entry.key.value) == nil {
            report.fail(
                ImportRemark(
                    chosen.entry.key.path, "begins with 0x or 0s, and its digits are none",
                    "charon reads something shorter; write the secret as it is, in quotes",
                    at: chosen.entry.key.position))
        } else if let fault = ImportedSecret.fault(of: chosen.entry.secret) {
            report.fail(
                ImportRemark(chosen.entry.key.path, fault, "agree on another secret", at: chosen.entry.key.position))
        }
        credentials.secrets = [ImportedSecret(fileName: "\(name).psk", secret: chosen.entry.secret)]
        return file
    }

    /// The key that serves, and all identities that have it.
    private func chosenSecret(
        local: [String], remote: [String], isPeerKnown: Bool
    ) -> (entry: ForeignSecrets.Entry, owners: [String])? {
        let candidates = secrets.candidates(local: local, remote: remote, isPeerKnown: isPeerKnown)
        let wanted = options.secret.flatMap { secrets.entry(named: $0) }
        if let name = options.secret, wanted == nil {
            report.fail(ImportRemark("secrets", "has no section \(Quoted(name))", "name the section of a key"))
        }
        guard let chosen = wanted ?? candidates.first?.entry else { return nil }
        secrets.use(chosen)
        let same = candidates.map(\.entry).filter { $0.secret == chosen.secret }
        for entry in same { secrets.use(entry) }
        for (other, isRival) in candidates where other.secret != chosen.secret && isRival {
            secrets.use(other)
            guard wanted == nil else { continue }
            report.warn(
                other.section.remark(
                    "is another key than \(Quoted(chosen.section.name)), and the connection does not tell which is meant",
                    "\(Quoted(chosen.section.name)) is taken, with which charon signs when it calls; for this one "
                        + "say --secret \(other.section.name)"))
        }
        return (chosen, (same.isEmpty ? [chosen] : same).flatMap(\.identities))
    }

    /// Writes down who the peer is where the input leaves it open: a spec binds its key to two identities.
    private func settleRemoteIdentity(
        of ends: EndsImport, owners: [String], local: [String], in credentials: inout CredentialsImport
    ) {
        guard credentials.remoteIdentity == nil, let remoteWay = ends.remoteWay, remoteWay.isPSK else { return }
        // An address that is written is what a peer without an identity of its own calls itself.
        guard ends.isByName || ends.remotes.isEmpty else { return }
        let ours = Set(local.map(ForeignSecrets.plain))
        let others = owners.filter { !ours.contains(ForeignSecrets.plain($0)) }.uniqued
        let known = others.first { IPAddress($0) != nil } ?? others.first
        let settled = known ?? (ends.remotes.isEmpty ? nil : ends.remoteAddresses.first?.description)
        credentials.remoteIdentity = settled
        let what = "names no identity of the peer, and charon took any that has the key"
        let remedy = "if charon says that the peer's identity is another, write that into 'remote.id'"
        if let settled {
            let source = known == nil ? "its address now" : "the key's owner"
            report.warn(ends.remoteSection.remark(what, "it is \(settled) now, \(source); \(remedy)"))
        } else if let name = ends.remotes.first {
            report.warn(ends.remoteSection.remark(what, "it is \(name) now, its name; \(remedy)"))
        }
    }

    // MARK: - Certificates

    private func ourCertificate(_ section: ForeignSection) -> [SpecValue.Entry]? {
        guard let certificate = certificate(section, "cert", folder: "x509") else {
            if !hasCertificate(section, "cert") {
                report.fail(
                    section.remark(
                        "names no certificate of ours", "charon looks for one; a spec names it, so write 'certs = FILE'"
                    ))
            }
            return nil
        }
        guard let key = options.key ?? key(for: certificate) else {
            let known = options.keys.isEmpty ? "there is none" : "there are \(options.keys.joined(separator: ", "))"
            report.fail(
                section.remark(
                    "does not tell which private key belongs to \(certificate)",
                    "say --key FILE; in \(options.directory) \(known)"))
            return nil
        }
        return [.init("certificate", certificate), .init("key", key)]
    }

    private func theirCertificate(_ section: ForeignSection) -> [SpecValue.Entry]? {
        [
            SpecValue.Entry(
                "certificate", ifAny: certificate(section, "cert", folder: "x509").map { .text($0) }),
            SpecValue.Entry("ca", ifAny: certificate(section, "cacert", folder: "x509ca").map { .text($0) }),
        ].compactMap { $0 }
    }

    private func hasCertificate(_ section: ForeignSection, _ kind: String) -> Bool {
        section.take(kind + "s") != nil || section.sections.contains { $0.name.hasPrefix(kind) }
    }

    /// The one certificate that a section names, in its list or in sections of their own; nil for none.
    private func certificate(_ section: ForeignSection, _ kind: String, folder: String) -> String? {
        var paths: [String] = []
        if let key = section.take(kind + "s") {
            for item in key.items {
                if ["0x", "0s"].contains(item.prefix(2).lowercased()) {
                    report.fail(key.remark("holds a certificate itself", "write it to a file, and name that"))
                    continue
                }
                if !paths.isEmpty {
                    report.warn(
                        key.remark(on: item, "is a second certificate", "only the first is kept: a spec has one"))
                }
                paths.append(item.hasPrefix("/") ? item : "\(options.directory)/\(folder)/\(item)")
            }
        }
        if let key = section.take("pubkeys") {
            report.fail(key.remark("is a raw public key, which no spec can say", "use certificates or a psk"))
        }
        for inner in section.sections where inner.name.hasPrefix(kind) {
            for name in ["handle", "slot", "module"] {
                guard let key = inner.take(name) else { continue }
                report.fail(key.remark("is a certificate on a token, which no spec can say", "use a file"))
            }
            guard let key = inner.take("file") else { continue }
            if !paths.isEmpty {
                report.warn(key.remark("is a second certificate", "only the first is kept: a spec has one"))
            }
            paths.append(key.value.hasPrefix("/") ? key.value : "\(options.directory)/\(key.value)")
        }
        return paths.first
    }

    /// The private key that belongs to a certificate by its file's name, or the only one that there is.
    private func key(for certificate: String) -> String? {
        if options.keys.count == 1 { return options.keys[0] }
        let stem = Self.stem(certificate)
        let fitting = options.keys.filter { Self.stem($0) == stem }
        return fitting.count == 1 ? fitting[0] : nil
    }

    /// What the names of a certificate and its key have in common, as in moonCert.pem and moonKey.pem.
    private static func stem(_ path: String) -> String {
        let file = path.split(separator: "/").last ?? ""
        var stem = (file.split(separator: ".").dropLast().joined(separator: ".")).lowercased()
        if stem.isEmpty { stem = file.lowercased() }
        for ending in ["cert", "key", "crt"] where stem.hasSuffix(ending) { stem.removeLast(ending.count) }
        return stem.filter { $0 != "-" && $0 != "_" && $0 != "." }
    }
}

extension AuthenticationImport {
    var isPSK: Bool { if case .psk = self { true } else { false } }
}
