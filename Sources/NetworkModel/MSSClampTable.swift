/// A table of the firewall that has a name of ours, as the kernel has it.
public struct MSSClampTable: Sendable, Hashable {
    /// The name.
    public var name: FirewallTableName
    /// The comment (NFTA_TABLE_USERDATA); nil when it has none, as on kernels before 5.10.
    public var comment: String?
    /// The clamp that it makes; nil when it holds anything else than exactly what a clamp makes.
    public var clamp: MSSClamp?

    /// Makes the description of a table.
    public init(name: FirewallTableName, comment: String?, clamp: MSSClamp?) {
        self.name = name
        self.comment = comment
        self.clamp = clamp
    }

    /// Whether the comment says that we made it, even if it was changed since.
    public var isOurs: Bool { comment.map { $0.utf8.starts(with: MSSClamp.commentPrefix.utf8) } ?? false }
}
