internal import NetworkModel

extension Step {
    /// How a host can perform steps of many tunnels at once.
    public enum Manner: Sendable, Hashable {
        /// Links are made together.
        case creation
        /// Links are removed together.
        case deletion
        /// The kernel is told of addresses, routes, rules and settings of links together.
        case routing
        /// SAs are waited for together.
        case waiting
        /// One at a time.
        case single
    }

    /// How this step is performed together with those of other tunnels.
    public var manner: Manner {
        switch self {
        case .addLink(let link): link.namespace == nil ? .creation : .single
        case .removeLink(let link): link.namespace == nil ? .deletion : .single
        case .changeLink, .addAddress, .removeAddress, .addRoute, .removeRoute, .addRule, .removeRule: .routing
        case .establish: .waiting
        case .within, .changeKind, .setSysctl, .addClamp, .removeClamp, .writeFile, .removeFile, .loadSecret,
            .unloadSecret, .loadPool, .unloadPool, .loadConnection, .unloadConnection, .endSAs, .runHooks, .probe:
            .single
        }
    }
}
