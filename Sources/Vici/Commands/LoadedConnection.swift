/// A connection charon knows, from `list-conns`.
public struct LoadedConnection: Sendable, Equatable {
    /// A child of a connection.
    public struct Child: Sendable, Equatable {
        /// The child's name.
        public let name: String
        /// The mode in charon's word (`mode`), such as `TUNNEL`; nil when not told.
        public let mode: String?
        /// The local traffic selectors (`local-ts`) in charon's spelling; `dynamic` stands for the endpoint's address.
        public let localSelectors: [String]
        /// The remote traffic selectors (`remote-ts`) in charon's spelling.
        public let remoteSelectors: [String]
    }

    /// The connection's name.
    public let name: String
    /// The local endpoints (`local_addrs`).
    public let localAddresses: [String]
    /// The remote endpoints (`remote_addrs`).
    public let remoteAddresses: [String]
    /// The IKE version in charon's word (`version`), such as `IKEv2`; nil when not told.
    public let version: String?
    /// The children.
    public let children: [Child]
    /// Everything charon told.
    public let details: Message

    /// Reads the section of one connection.
    package init(name: String, _ content: Message) {
        self.name = name
        localAddresses = content.texts("local_addrs")
        remoteAddresses = content.texts("remote_addrs")
        version = content.text("version")
        children = (content.section("children")?.sections ?? []).map { name, child in
            Child(
                name: name, mode: child.text("mode"), localSelectors: child.texts("local-ts"),
                remoteSelectors: child.texts("remote-ts"))
        }
        details = content
    }
}
