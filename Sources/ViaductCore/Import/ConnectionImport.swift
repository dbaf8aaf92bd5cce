internal import NetworkModel

/// One connection of swanctl.conf on its way into a spec.
struct ConnectionImport {
    let section: ForeignSection
    let secrets: ForeignSecrets
    let pools: [ForeignSection]
    let options: ImportOptions
    let report: ImportReport

    /// Makes the spec.
    ///
    /// - Parameter names: tunnels' names that are taken.
    /// - Returns: the spec; nil when something keeps it from being made, which is reported, or when it carries no traffic.
    func spec(avoiding names: Set<String>) -> ImportedSpec? {
        let failures = report.problems.count
        if isMediation() || isBypass() { return nil }
        let ends = readEnds()
        let children = readChildren(ends: ends)
        guard !children.isEmpty else {
            tellUntaken()
            if report.problems.count == failures {
                report.warn(section.remark("has no child that a link can carry", "no spec is made of it"))
            }
            return nil
        }
        guard let name = tunnelName(avoiding: names) else { return nil }
        let link = LinkImport(binding: binding(of: children), entries: linkEntries())
        let ike = ikeEntries()
        let extras = connectionExtras()
        let credentials = credentials(of: ends, name: name)
        let addressing = readAddressing()
        let peer = PeerImport(
            ends: ends, children: children, start: start(of: children), addressing: addressing)
        tellUntaken()
        guard report.problems.count == failures, let credentials else { return nil }
        let document = document(
            name: name, link: link, ike: ike, extras: extras, credentials: credentials, peer: peer)
        return make(name: name, document: document, secrets: credentials.secrets)
    }

    /// Has the spec reader read what was made; what it finds is reported, with the connection's place.
    private func make(name: TunnelName, document: SpecValue, secrets: [ImportedSecret]) -> ImportedSpec? {
        let file = section.position?.file ?? "swanctl.conf"
        do throws(SpecError) {
            return try ImportedSpec(
                name: name, origin: section.name,
                heading: [
                    "Imported from \(file), connection \(section.name).",
                    "That connection has to be gone from charon before `viaduct up \(name)`.",
                ], document: document, secrets: secrets)
        } catch {
            for problem in error.problems {
                let key = problem.path.isEmpty ? "" : "\(problem.path) "
                report.fail(section.remark("cannot be said in a spec: \(key)\(problem.what)", problem.remedy))
            }
            return nil
        }
    }

    /// Whether it is there only for policies without IPsec; then nothing else of it matters.
    private func isBypass() -> Bool {
        let children = section.section("children")?.sections ?? []
        let isBypass = !children.isEmpty && children.allSatisfy { Self.bypasses.contains($0.take("mode")?.value ?? "") }
        guard isBypass else { return false }
        for child in children { tellBypass(child) }
        report.warn(section.remark("has no child that a link can carry", "no spec is made of it"))
        return true
    }

    private func isMediation() -> Bool {
        var isMediation = false
        for name in ["mediation", "mediated_by", "mediation_peer"] {
            guard let key = section.take(name), SettingsValue.bool(key.value) != false else { continue }
            report.fail(
                key.remark("is for mediation, which no spec can say", "name other connections with --connection"))
            isMediation = true
        }
        return isMediation
    }

    /// A name for the tunnel: the connection's, as far as it is one.
    private func tunnelName(avoiding names: Set<String>) -> TunnelName? {
        if let name = TunnelName(section.name), !names.contains(section.name) { return name }
        let letters = section.name.utf8.map { SpecKeys.isWordByte($0) ? $0 : UInt8(ascii: "-") }
        let word = String(decoding: letters.drop { $0 == UInt8(ascii: "-") }.prefix(56), as: UTF8.self)
        let base = word.isEmpty ? "tunnel" : word
        let candidates = [base] + (2...999).map { "\(base)-\($0)" }
        let text = candidates.first { !names.contains($0) } ?? base
        report.warn(
            section.remark(
                "is no name that a tunnel can have", "it is '\(text)' now; take the running SAs down by their old name")
        )
        return TunnelName(text)
    }

    /// Tells of all keys and sections that nobody has looked at.
    private func tellUntaken() {
        for key in section.untaken { report.warn(unknown(key)) }
        for inner in section.sections {
            if inner.name == "children" {
                for key in inner.untaken { report.warn(unknown(key)) }
                for child in inner.sections {
                    for key in child.untaken { report.warn(unknown(key)) }
                    for odd in child.sections { report.warn(odd.remark("is no section of a child", "it is left out")) }
                }
            } else if inner.name.hasPrefix("local") || inner.name.hasPrefix("remote") {
                for key in inner.untaken + inner.sections.flatMap(\.untaken) { report.warn(unknown(key)) }
            } else {
                report.warn(inner.remark("is no section of a connection", "it is left out"))
            }
        }
    }

    private func unknown(_ key: ForeignKey) -> ImportRemark {
        guard !SwanctlKeys.known.contains(key.name) else { return key.remark("has no meaning here", "it is left out") }
        let meant = SwanctlKeys.old[key.name] ?? NearestWord.to(key.name, among: SwanctlKeys.known)
        let nearest = meant.map { "; did it mean '\($0)'?" } ?? ""
        return key.remark(
            "is the value of a key that swanctl.conf does not have",
            "it is left out, as charon refuses the whole connection for it\(nearest)")
    }
}

/// What of a connection ends up in the spec's own words, beside credentials and settings.
struct PeerImport {
    let ends: EndsImport
    let children: [ChildImport]
    let start: StartMode
    let addressing: AddressingImport
}
