/// How charon fares: the answer to `stats`.
public struct DaemonStatistics: Sendable, Equatable {
    /// How long charon has run, in its words (`uptime.running`), such as `21 seconds`; nil when not told.
    public let running: String?
    /// When charon started, as local time in its words (`uptime.since`); nil when not told.
    public let since: String?
    /// The names of the loaded plugins (`plugins`).
    public let plugins: [String]
    /// Worker threads in all (`workers.total`); nil when not told.
    public let workers: Int?
    /// Worker threads that have nothing to do (`workers.idle`); nil when not told.
    public let idleWorkers: Int?
    /// IKE_SAs in all (`ikesas.total`); nil when not told.
    public let ikeSAs: Int?
    /// IKE_SAs that are being established by a peer (`ikesas.half-open`); nil when not told.
    public let halfOpenIKESAs: Int?

    /// Reads the answer.
    package init(_ answer: Message) {
        running = answer.section("uptime")?.text("running")
        since = answer.section("uptime")?.text("since")
        plugins = answer.texts("plugins")
        workers = answer.section("workers")?.number("total")
        idleWorkers = answer.section("workers")?.number("idle")
        ikeSAs = answer.section("ikesas")?.number("total")
        halfOpenIKESAs = answer.section("ikesas")?.number("half-open")
    }
}
