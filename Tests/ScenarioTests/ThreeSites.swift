import TestBed
import Testing

/// The two sites, and a third gateway c with the networks 10.3.0.0/24 and fd03::/64 behind it.
struct ThreeSites: Sendable {
    let net: SiteToSite
    let c: Host
    /// The outer addresses of c.
    let outer: (v4: String, v6: String)
    /// The first gateway, which has several tunnels or peers.
    var a: Host { net.a.gateway }
    /// The second one.
    var b: Host { net.b.gateway }
    /// All three.
    var gateways: [Host] { [a, b, c] }

    /// Builds all three, each with a charon that runs.
    init(_ shape: Underlay.Shape = .wire) async throws {
        async let third = Host("c")
        net = try await SiteToSite(shape)
        c = try await third
        outer = try await net.underlay.join(c)
        try await c.ip("link add lan type dummy", "link set lan up")
        try await c.address(["10.3.0.1/24", "fd03::1/64"], on: "lan")
        try await c.startCharon()
    }

    /// Writes a spec of the given name, whose secret is in a file beside it, the same for all.
    func write(_ name: String, on host: Host, _ text: String) throws {
        try host.write("psk: { file: all.psk }\n" + text + "\n", to: "/etc/viaduct/\(name).yaml")
        try writeSecret(on: host)
    }

    /// Writes the file with everybody's secret.
    func writeSecret(on host: Host) throws {
        try host.write(SiteToSite.secret + "\n", to: "/etc/viaduct/all.psk", mode: 0o600)
    }

    /// The state of all three.
    func dumps() async throws -> [Dump] {
        var dumps: [Dump] = []
        for gateway in gateways { dumps.append(try await gateway.dump()) }
        return dumps
    }

    /// All three are as they were.
    func expectLeftover(_ before: [Dump], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for (index, after) in try await dumps().enumerated() {
            expectEqual(before[index], after, "left over at \(gateways[index].name)", sourceLocation: sourceLocation)
        }
    }
}

extension Host {
    /// Runs `up` for tunnels, one after the other, each of which must succeed.
    func up(_ names: String...) async throws {
        for name in names { try await viaduct("up", name).checked() }
    }

    /// Runs `down` for tunnels, one after the other, each of which must succeed.
    func down(_ names: String...) async throws {
        for name in names { try await viaduct("down", name).checked() }
    }

    /// A second `up` finds nothing to do.
    func expectNothingToDo(_ names: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for name in names {
            let again = try await viaduct("up", name)
            #expect(
                again.status == 0 && again.stdout.contains("nothing to do"), "\(again)", sourceLocation: sourceLocation)
        }
    }

    /// Pings arrive.
    func expectPing(
        _ destination: String, source: String? = nil, netns: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let ping = try await ping(destination, source: source, netns: netns)
        #expect(ping.received == 3, "\(name) to \(destination): \(ping)", sourceLocation: sourceLocation)
    }

    /// How many bytes came in by each connection's SAs.
    func bytesIn() async throws -> [String: Int] {
        try await childSAs().reduce(into: [:]) { $0[$1.connection, default: 0] += $1.bytesIn }
    }
}
