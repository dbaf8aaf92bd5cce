internal import NetworkModel

/// A tunnel as lines for `ip -batch`; what ip(8) does not do stands in comments.
struct BatchExport {
    private let blueprint: Blueprint

    init(_ blueprint: Blueprint) {
        self.blueprint = blueprint
    }

    var export: Export {
        var lines = ["# Made by `viaduct export ip-batch \(blueprint.name)`: ip -batch \(blueprint.name).batch"]
        var remarks = blueprint.commonRemarks(of: "ip", hasNamespaces: true)
        for change in blueprint.sysctls {
            remarks.append(Export.Remark("ip does not change kernel settings", by: [placed(.setSysctl(change))]))
        }
        remarks.append(blueprint.charonRemark(of: "ip"))
        lines += remarks.map { "# Not here: \($0)" }
        // In the order in which `up` makes them: fences, link, addresses, rules, routes.
        let fences = blueprint.routes.filter { $0.type != .unicast }
        lines += fences.flatMap { self.lines(placed(.addRoute($0))) }
        for link in blueprint.links { lines += self.lines(.addLink(link.bare)) }
        for link in blueprint.links { lines += self.lines(placed(.changeLink(link.settings))) }
        lines += blueprint.addresses.flatMap { self.lines(placed(.addAddress($0))) }
        for link in blueprint.links where link.isUp {
            lines += self.lines(
                placed(
                    .changeLink(LinkChange(link.name, from: LinkSettings(isUp: false), to: LinkSettings(isUp: true)))))
        }
        lines += blueprint.rules.flatMap { self.lines(placed(.addRule($0))) }
        lines += blueprint.routes.filter { $0.type == .unicast }.flatMap { self.lines(placed(.addRoute($0))) }
        return Export(
            files: [Export.File("\(blueprint.name).batch", lines.joined(separator: "\n") + "\n")], remarks: remarks)
    }

    private func placed(_ step: Step) -> Step { blueprint.namespace.map { .within($0, step) } ?? step }

    private func lines(_ step: Step) -> [String] {
        let family: AddressFamily? = if case .addRule(let rule) = step.unwrapped { rule.family } else { nil }
        return step.commands.compactMap { command -> String? in
            guard case .run(let words) = command.body else { return nil }
            var rest = words.dropFirst()
            var prefix: [String] = []
            // A line of a batch has no options: ip runs itself in the namespace, and tells the family by a prefix.
            if rest.first == "-n" {
                prefix = ["netns", "exec", rest.dropFirst().first ?? "", "ip"]
                rest = rest.dropFirst(2)
                return (prefix + rest).joined(separator: " ")
            }
            if rest.first == "-4" || rest.first == "-6" { rest = rest.dropFirst() }
            return rest.map { $0 == "all" ? family.map { "\(IPPrefix.everything($0))" } ?? $0 : $0 }
                .joined(separator: " ")
        }
    }
}

extension Link {
    /// The link as it is created.
    fileprivate var bare: Link { Link(name: name, kind: kind, mtu: mtu, namespace: namespace) }

    /// What is set before it is up.
    fileprivate var settings: LinkChange {
        LinkChange(
            name, from: LinkSettings(),
            to: LinkSettings(
                alias: alias, isMulticast: isMulticast, addressGeneration: addressGeneration,
                master: master.map { .of($0) }))
    }
}
