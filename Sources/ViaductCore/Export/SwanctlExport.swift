internal import NetworkModel

/// A tunnel's connections, with the secrets by reference, for /etc/swanctl/conf.d.
struct SwanctlExport {
    private let blueprint: Blueprint

    init(_ blueprint: Blueprint) {
        self.blueprint = blueprint
    }

    var export: Export {
        var remarks = [
            Export.Remark(
                "swanctl.conf makes no link: `viaduct export networkd \(blueprint.name)`, or `ip-batch`, writes that; it has to "
                    + "be there before the connection is loaded")
        ]
        for file in blueprint.credentials {
            remarks.append(
                Export.Remark("\(file.path) has to be there", by: [.writeFile(file, replacing: nil)]))
        }
        if !blueprint.snippet.references.isEmpty {
            remarks.append(
                Export.Remark(
                    "the secret is not shown: write it into the section `secrets` of the file, mode 0600, or use --output "
                        + "with --with-secrets"))
        }
        let heading =
            "# Made by `viaduct export swanctl \(blueprint.name)`, for \(ConfigurationPath.root)/conf.d.\n"
            + remarks.map { "# Not here: \($0)\n" }.joined()
        return Export(
            files: [Export.File(name: "\(blueprint.name).conf", text: ([.plain(heading)] + body).merged)],
            remarks: remarks)
    }

    /// The snippet without its own heading, which speaks of `up` and `down`.
    private var body: [TextPiece] {
        guard case .plain(let first)? = blueprint.snippet.first, let end = first.firstIndex(of: "\n") else {
            return blueprint.snippet
        }
        return [.plain(String(first[first.index(after: end)...]))] + blueprint.snippet.dropFirst()
    }
}
