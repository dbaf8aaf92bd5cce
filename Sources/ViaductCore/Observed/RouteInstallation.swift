/// Why charon may install routes of its own for policies without an if_id (`charon.install_routes`).
public enum RouteInstallation: Sendable, Hashable {
    /// Its settings say so, or cannot be read: the remedy.
    case configured(remedy: String)
    /// Its settings say no, but it does not act on them, or may not have read them: what shows that, and what to run.
    case notYetRead(evidence: String, restart: String)
}
