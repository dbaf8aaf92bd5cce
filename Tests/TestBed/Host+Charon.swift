import Glibc
import Synchronization

/// The IKE daemon of a host, as the script `vhost` has started it.
struct Daemon: Sendable {
    let processID: pid_t
}

extension Host {
    /// Where charon listens for VICI, as seen from outside of the host.
    public var viciSocket: String { "\(folder)/run/charon.vici" }

    /// What charon has written to its log.
    public var charonLog: String { (try? Files.text(at: "\(folder)/run/charon.log")) ?? "" }

    /// Gives charon the default that the bed turns off: it installs routes for policies that belong to no link, and the
    /// virtual addresses that it is given.
    ///
    /// To be called before ``startCharon()``.
    /// - Throws: ``TestBedError`` when strongswan.conf cannot be read or written.
    public func letCharonRoute() throws {
        let path = "/etc/strongswan.conf"
        let lines = try read(path).split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.filter { !$0.contains("install_routes") && !$0.contains("install_virtual_ip") }
        try write(kept.joined(separator: "\n"), to: path)
    }

    /// Starts charon and waits until it answers.
    /// - Throws: ``TestBedError`` with what charon wrote when it does not come up.
    public func startCharon() async throws {
        try await Host.script("charon", fullName)
        let text = try Files.text(at: "\(folder)/charon.id").filter(\.isNumber)
        daemon.withLock { $0 = pid_t(text).map(Daemon.init) }
    }

    /// Lets charon end in an orderly way: it tells its peers.
    /// - Throws: ``TestBedError`` when none runs.
    public func stopCharon() async throws {
        try await Host.script("stop", fullName)
        daemon.withLock { $0 = nil }
    }

    /// Kills charon at once, so that all it made in the kernel stays behind.
    public func killCharon() {
        daemon.withLock { running in
            if let running { kill(running.processID, SIGKILL) }
            running = nil
        }
    }

    /// Loads the host's swanctl configuration into charon, as its administrator would.
    /// - Throws: ``TestBedError`` with the words of swanctl.
    public func loadAll() async throws {
        try await run("swanctl", "--load-all")
    }
}
