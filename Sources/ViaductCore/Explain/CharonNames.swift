public import NetworkModel

/// The names that charon has for what is in the kernel.
public struct CharonNames: Sendable, Hashable {
    /// The CHILD_SAs.
    public var children: [Child]
    /// The policies that need no SA: traps, and shunts that pass or drop.
    public var installed: [Installed]
    /// The connections that are loaded, with their children's names.
    public var connections: [String: [String]]

    /// A CHILD_SA.
    public struct Child: Sendable, Hashable {
        /// The connection's name.
        public var connection: String
        /// The child's name.
        public var child: String
        /// The number that ties policies and states to it.
        public var requestID: UInt32

        /// Makes the description of a CHILD_SA.
        public init(connection: String, child: String, requestID: UInt32) {
            self.connection = connection
            self.child = child
            self.requestID = requestID
        }
    }

    /// A policy that charon has installed without an SA.
    public struct Installed: Sendable, Hashable {
        /// The connection's name; nil when charon does not tell it.
        public var connection: String?
        /// The child's name.
        public var child: String
        /// The local selectors, as far as they are plain prefixes.
        public var local: [IPPrefix]
        /// The remote selectors, as far as they are plain prefixes.
        public var remote: [IPPrefix]
        /// Whether packets need an SA, which charon negotiates when the first one comes.
        public var isTrap: Bool

        /// Makes the description of a policy.
        public init(connection: String?, child: String, local: [IPPrefix], remote: [IPPrefix], isTrap: Bool) {
            self.connection = connection
            self.child = child
            self.local = local
            self.remote = remote
            self.isTrap = isTrap
        }
    }

    /// Makes the description.
    public init(children: [Child] = [], installed: [Installed] = [], connections: [String: [String]] = [:]) {
        self.children = children
        self.installed = installed
        self.connections = connections
    }

    /// The name of a policy: `connection/child`; nil when charon does not know it.
    func name(of policy: XFRMPolicy) -> (connection: String, child: String)? {
        if let number = policy.templates.first?.requestID, number != 0,
            let child = children.first(where: { $0.requestID == number })
        {
            return (child.connection, child.child)
        }
        let (local, remote) =
            policy.direction == .output
            ? (policy.selector.source, policy.selector.destination)
            : (policy.selector.destination, policy.selector.source)
        let found = installed.first {
            $0.isTrap == !policy.templates.isEmpty && $0.local.contains(local.network)
                && $0.remote.contains(remote.network)
        }
        return found.map { ($0.connection ?? $0.child, $0.child) }
    }

    /// The name of a state: by the number that ties it to a CHILD_SA.
    func name(of state: XFRMState) -> (connection: String, child: String)? {
        children.first { $0.requestID == state.requestID && state.requestID != 0 }.map { ($0.connection, $0.child) }
    }
}
