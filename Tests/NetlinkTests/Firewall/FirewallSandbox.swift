import Glibc
import Netlink
import NetworkModel
import Testing

/// A network namespace that lasts for one test, and a socket to its firewall.
struct FirewallSandbox: ~Copyable {
    let owner: AnonymousNamespace
    let socket: NetlinkSocket

    init() throws {
        // The fields are set last, as a value without copies cannot be half made.
        let owner = try AnonymousNamespace()
        let socket = try NetlinkSocket(.netfilter, in: owner.namespace)
        self.owner = owner
        self.socket = socket
    }

    /// What nft prints in the namespace; fails when it fails.
    @discardableResult
    func nft(_ arguments: [String]) throws -> String {
        try run(["nft"] + arguments)
    }

    /// Runs a command in the namespace, and returns what it prints; fails when it fails.
    @discardableResult
    func run(_ words: [String]) throws -> String {
        let line = words.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
        let (text, status) = try owner.namespace.run { () throws(NetlinkError) -> (String, Int32) in
            // The child is forked from this thread, and so is in its namespace.
            guard let pipe = popen("PATH=$PATH:/usr/sbin:/sbin; \(line) 2>&1", "r") else { return ("", errno) }
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { text += buffer[..<count] }
            return (String(decoding: text, as: UTF8.self), pclose(pipe))
        }
        try #require(status == 0, "\(line): \(text)")
        return text
    }

    /// Everything in the firewall, as nft shows it: as text, and as JSON without the numbers that differ each time.
    func ruleset() throws -> [String] {
        let json = try nft(["-j", "list", "ruleset"])
        return [try nft(["list", "ruleset"]), json.replacing(/"handle": \d+/, with: "")]
    }
}

extension Machine {
    /// Whether the kernel has nf_tables and we may use it.
    static let hasFirewall: Bool = {
        do {
            let sandbox = try FirewallSandbox()
            try sandbox.socket.perform(together: Request.adding(officeClamp(.bytes(1000))))
            return true
        } catch {
            return getenv("VIADUCT_STRICT") != nil
        }
    }()

    static let hasNFT: Bool = {
        do {
            try FirewallSandbox().nft(["--version"])
            return true
        } catch {
            return getenv("VIADUCT_STRICT") != nil
        }
    }()
}

extension Trait where Self == ConditionTrait {
    /// The test works on the firewall of a namespace of its own.
    static var firewall: Self { .enabled(if: Machine.hasFirewall, "needs nf_tables and the right to change it (root)") }
    static var nft: Self { .enabled(if: Machine.hasNFT, "needs the program nft") }
}

/// The clamp of the tunnel `office` on its link `office0`.
func officeClamp(_ size: MSSClamp.Size) throws -> MSSClamp {
    let table = try #require(FirewallTableName(tunnel: "office"))
    return try #require(MSSClamp(table: table, interface: name("office0"), size: size))
}

/// One of each sort.
let clampSizes: [MSSClamp.Size] = [
    .pathMTU(linkMTU: nil), .pathMTU(linkMTU: 1400), .pathMTU(linkMTU: 1279), .bytes(1360),
]
