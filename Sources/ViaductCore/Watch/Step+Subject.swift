internal import NetworkModel

extension Step {
    /// What the step is about, in a few words such as `route 10.2.0.0/24`, for a line that says what was repaired.
    public var subject: String {
        switch self {
        case .within(let namespace, let step): "\(step.subject) in \(namespace)"
        case .addLink(let link), .removeLink(let link): "link \(link.name)"
        case .changeKind(let name, from: _, to: _): "ends of link \(name)"
        case .changeLink(let change): "settings of link \(change.name)"
        case .addAddress(let address), .removeAddress(let address): "address \(address.address)"
        case .addRoute(let route), .removeRoute(let route):
            (route.type == .unreachable ? "fence " : "route ") + "\(route.destination)"
        case .addRule(let rule), .removeRule(let rule): "\(rule.family.rawValue) rule \(rule.priority)"
        case .setSysctl(let change): "\(change.key)"
        case .addClamp(let clamp), .removeClamp(let clamp): "table \(clamp.table)"
        case .writeFile(let file, replacing: _), .removeFile(let file): "\(file.path)"
        case .loadSecret(let secret), .unloadSecret(let secret):
            secret.name.map { "secret \($0)" } ?? "private key"
        case .loadPool(let pool), .unloadPool(let pool): "pool \(pool.name)"
        case .loadConnection(let connection, replacing: _), .unloadConnection(let connection):
            "connection \(connection.name)"
        case .runHooks: "hooks"
        case .endSAs(of: let connection): "SAs of \(connection)"
        case .establish(let wait): "SAs of \(wait.connection)"
        case .probe: "probe"
        }
    }
}
