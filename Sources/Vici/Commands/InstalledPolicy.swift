/// A trap, bypass or drop policy that charon has installed, from `list-policies`.
public struct InstalledPolicy: Sendable, Equatable {
    /// What the policy does with a packet that matches.
    public enum Kind: String, Sendable, CaseIterable {
        /// It makes charon negotiate the SA (`start_action = trap`).
        case trap
        /// It lets the packet through in clear (`mode = pass`).
        case pass
        /// It drops the packet (`mode = drop`).
        case drop
    }

    /// The connection's name; nil when charon does not tell it, as before 5.6.3.
    public let ike: String?
    /// The child's name.
    public let child: String
    /// The mode in charon's word (`mode`), such as `TUNNEL`; nil when not told.
    public let mode: String?
    /// The local traffic selectors (`local-ts`) in charon's spelling.
    public let localSelectors: [String]
    /// The remote traffic selectors (`remote-ts`) in charon's spelling.
    public let remoteSelectors: [String]

    /// Reads the section of one policy, named `CONNECTION/CHILD`.
    package init(name: String, _ content: Message) {
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        child = content.text("child") ?? parts.last ?? name
        ike = content.text("ike") ?? (parts.count == 2 ? parts[0] : nil)
        mode = content.text("mode")
        localSelectors = content.texts("local-ts")
        remoteSelectors = content.texts("remote-ts")
    }
}
