internal import NetworkModel

/// A drawing of a tunnel for Graphviz: networks, gateways, the link, and what ties them together.
struct DotExport {
    private let blueprint: Blueprint

    init(_ blueprint: Blueprint) {
        self.blueprint = blueprint
    }

    var export: Export {
        let name = blueprint.name
        let link = blueprint.links.first
        var lines = [
            "// Made by `viaduct export dot \(name)`: dot -Tsvg \(name).dot >\(name).svg",
            "digraph \(Self.quoted(name.text)) {", "  rankdir=LR;", "  node [shape=box, fontname=\"sans-serif\"];",
            "  edge [fontname=\"sans-serif\"];", "  here [label=\(Self.label(["this machine"] + rules))];",
            "  link [shape=ellipse, label=\(Self.label(self.link))];",
            "  here -> link [label=\(Self.label(["routes"] + routes(over: link?.name)))];",
        ]
        let fences = blueprint.routes.filter { $0.type == .unreachable }.map { "\($0.destination)" }
        if !fences.isEmpty {
            lines += [
                "  fence [shape=octagon, label=\(Self.label(["unreachable"] + fences))];",
                "  here -> fence [style=dashed, label=\"when the link is gone\"];",
            ]
        }
        for (index, connection) in blueprint.connections.enumerated() {
            lines += peer(index, connection)
        }
        lines.append("}")
        return Export(files: [Export.File("\(name).dot", lines.joined(separator: "\n") + "\n")], remarks: [])
    }

    private var link: [String] {
        guard let link = blueprint.links.first else { return ["no link"] }
        let number = link.kind.number.map { ["id \($0)"] } ?? []
        return ["\(link.name) (\(link.kind.word))"] + number + (link.mtu.map { ["mtu \($0)"] } ?? [])
            + blueprint.addresses.map { "\($0.address)" } + (blueprint.namespace.map { ["in namespace \($0)"] } ?? [])
    }

    private var rules: [String] { blueprint.rules.isEmpty ? [] : ["\(blueprint.rules.count) rules"] }

    private func routes(over link: InterfaceName?) -> [String] {
        blueprint.routes.filter { $0.type == .unicast }.map { route in
            "\(route.destination)" + (route.table == Route.mainTable ? "" : " table \(route.table)")
        }
    }

    private func peer(_ index: Int, _ connection: Connection) -> [String] {
        let hosts = if case .list(let hosts)? = connection.tree["remote_addrs"] { hosts } else { ["anywhere"] }
        var lines = [
            "  peer\(index) [label=\(Self.label([connection.name] + hosts))];"
        ]
        for child in connection.children {
            let tree = connection.tree.section("children")?.section(child)
            let local = Self.texts(tree?["local_ts"], without: "our address")
            let remote = Self.texts(tree?["remote_ts"], without: "its address")
            let label = [child] + local + ["to"] + remote
            lines.append("  link -> peer\(index) [label=\(Self.label(label)), penwidth=2];")
        }
        return lines
    }

    private static func texts(_ node: SwanctlTree.Node?, without: String) -> [String] {
        if case .list(let texts)? = node { texts } else { [without] }
    }

    /// Lines as a label of Graphviz.
    private static func label(_ lines: [String]) -> String {
        "\"" + lines.map { quoted($0).dropFirst().dropLast() }.joined(separator: "\\n") + "\""
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
