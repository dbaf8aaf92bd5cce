internal import NetworkModel

/// Another manager that a tunnel can be written for.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
    /// systemd-networkd: a .netdev and a .network file.
    case networkd
    /// netplan: YAML for /etc/netplan.
    case netplan
    /// nmstate: a state in YAML, whose IPsec is libreswan's.
    case nmstate
    /// Lines for `ip -batch`.
    case ipBatch = "ip-batch"
    /// A file for /etc/swanctl/conf.d.
    case swanctl
    /// A drawing for Graphviz.
    case dot
}

/// A tunnel as another manager takes it.
public struct Export: Sendable, Hashable {
    /// The files; the first is the main one.
    public internal(set) var files: [File]
    /// What the manager cannot say, each with how it is done by hand.
    public internal(set) var remarks: [Remark]

    /// A file for the manager.
    public struct File: Sendable, Hashable {
        /// Its name, with the folder below the manager's where it has one.
        public let name: String
        /// Its text; secrets are references.
        public let text: [TextPiece]
    }

    /// Something of the tunnel that the manager cannot say.
    public struct Remark: Sendable, Hashable, CustomStringConvertible {
        /// What it is, and what to do about it.
        public let what: String
        /// The commands that do it by hand; empty where there are none.
        public let commands: [String]

        /// The remark in one line.
        public var description: String {
            commands.isEmpty ? what : "\(what); by hand: \(commands.joined(separator: "; "))"
        }
    }

    /// Writes a tunnel for another manager.
    ///
    /// - Parameters:
    ///   - tunnel: the tunnel.
    ///   - format: the manager.
    ///   - plan: all that makes the tunnel on a machine that has nothing of it (`Planner.fromScratch`).
    public init(_ tunnel: Tunnel, as format: ExportFormat, plan: Plan) {
        let blueprint = Blueprint(tunnel, plan: plan)
        self =
            switch format {
            case .networkd: NetworkdExport(blueprint).export
            case .netplan: NetplanExport(blueprint).export
            case .nmstate: NmstateExport(blueprint).export
            case .ipBatch: BatchExport(blueprint).export
            case .swanctl: SwanctlExport(blueprint).export
            case .dot: DotExport(blueprint).export
            }
    }

    init(files: [File], remarks: [Remark]) {
        self.files = files
        self.remarks = remarks
    }

    /// The secrets that the files refer to.
    public var references: [SecretReference] { files.flatMap(\.text.references).uniqued }
}

extension Export.Remark {
    init(_ what: String, by steps: [Step] = []) {
        self.init(what: what, commands: steps.flatMap(\.commands).map(\.line))
    }
}

extension Export.File {
    init(_ name: String, _ text: String) {
        self.init(name: name, text: [.plain(text)])
    }

    /// The text for all to see: in the place of each secret stands where it is.
    public var publicText: String {
        text.map { piece in
            switch piece {
            case .plain(let text): text
            case .secret(let reference): "\"\"  # \(reference.place), which is not shown"
            }
        }.joined()
    }
}

extension SecretReference {
    /// Where the secret is, for a person.
    var place: String {
        switch self {
        case .file(let path): "the secret in \(path)"
        case .environment(let name): "the secret in the variable \(name)"
        case .credential(let name): "the credential \(name)"
        case .spec(let tunnel): "the secret in the spec of \(tunnel)"
        }
    }
}
