/// Turns swanctl.conf into specs: each connection becomes a route-based tunnel of its own.
///
/// It does no input and output. What a peer would notice stays as it is: addresses, identities, proposals, traffic
/// selectors. Docs/Import.md has the whole mapping.
public enum SwanctlImport {
    /// Imports the connections of a file.
    ///
    /// - Parameters:
    ///   - tree: the file, with all that it includes.
    ///   - options: what is wished, and what the machine knows.
    /// - Returns: the specs, and what a person has to know about them.
    /// - Throws: `ImportError` with all that keeps a spec from being made; then there is none.
    public static func specs(of tree: SettingsTree, options: ImportOptions) throws(ImportError) -> ImportResult {
        let report = ImportReport()
        for warning in tree.warnings {
            report.warn(ImportRemark("", warning.remark, at: warning.position))
        }
        return try specs(
            of: ForeignSection(tree), options: options, report: report, templates: tree.root.referenceNames)
    }

    /// Imports the connections of a configuration that is, or was made to look like, swanctl.conf.
    static func specs(
        of root: ForeignSection, options: ImportOptions, report: ImportReport, templates: Set<String> = []
    ) throws(ImportError) -> ImportResult {
        let secrets = ForeignSecrets(root.section("secrets"), report: report)
        let pools = root.section("pools")?.sections ?? []
        var names: Set<String> = []
        var specs: [ImportedSpec] = []
        for section in wanted(of: root, options: options, report: report) {
            let connection = ConnectionImport(
                section: section, secrets: secrets, pools: pools, options: options, report: report)
            guard let spec = connection.spec(avoiding: names) else { continue }
            names.insert(spec.name.text)
            specs.append(spec)
        }
        tellTheRest(
            of: root, secrets: secrets, templates: templates, isWhole: options.connections.isEmpty, report: report)
        if let error = ImportError(report.problems) { throw error }
        guard !specs.isEmpty else {
            throw ImportError(root.remark("has no connection that carries traffic", "name another file"))
        }
        return ImportResult(specs: specs, warnings: report.warnings.inOrderOfPlaces)
    }

    private static func wanted(
        of root: ForeignSection, options: ImportOptions, report: ImportReport
    ) -> [ForeignSection] {
        let all = root.section("connections")?.sections ?? []
        guard !options.connections.isEmpty else { return all }
        for name in options.connections where !all.contains(where: { $0.name == name }) {
            let known = all.map { Quoted($0.name).description }.joined(separator: ", ")
            report.fail(
                ImportRemark(
                    "connections", "has no connection \(Quoted(name))",
                    known.isEmpty ? "there is none at all" : "there are \(known)"))
        }
        return all.filter { options.connections.contains($0.name) }
    }

    /// Tells of what no connection has asked for.
    private static func tellTheRest(
        of root: ForeignSection, secrets: ForeignSecrets, templates: Set<String>, isWhole: Bool, report: ImportReport
    ) {
        for key in root.untaken { report.warn(key.remark("stands outside of all sections", "swanctl never reads it")) }
        let known = ["connections", "secrets", "pools", "authorities"]
        for section in root.sections where !known.contains(section.name) && !templates.contains(section.name) {
            report.warn(section.remark("is no section of swanctl.conf", "swanctl never reads it"))
        }
        for section in root.sections where known.contains(section.name) {
            for key in section.untaken {
                report.warn(key.remark("stands in no section of its own", "it is not carried"))
            }
        }
        for key in root.repeated {
            let places = key.earlier.map(\.description).joined(separator: ", ")
            report.warn(
                ImportRemark(key.path, "is given again here", "what \(places) says does not count", at: key.position))
        }
        guard isWhole else { return }
        secrets.tellUnused()
        for pool in root.section("pools")?.sections ?? [] {
            for key in pool.untaken { report.warn(Self.unused(key, "no connection that is imported has this pool")) }
        }
        for authority in root.section("authorities")?.sections ?? [] {
            for key in authority.untaken {
                report.warn(
                    Self.unused(key, "leave the section in swanctl.conf, and charon knows the authority as before"))
            }
        }
    }

    private static func unused(_ key: ForeignKey, _ remedy: String) -> ImportRemark {
        key.remark("is not carried into a spec", remedy)
    }
}

extension SettingsSection {
    /// The names from the top of all sections that something inherits from.
    fileprivate var referenceNames: Set<String> {
        Set(references.map(\.name)).union(sections.flatMap(\.referenceNames))
    }
}
