import TestBed

/// Two gateways and one tunnel with all features on, whose first gateway meets the faults.
struct FaultScene: Sendable {
    /// The states that the tunnel can be in at the first gateway.
    enum State: String, Sendable, CaseIterable {
        case down, up, edited
    }

    let net: SiteToSite
    /// The first gateway in each state, as it is without faults.
    private(set) var dumps: [State: Dump] = [:]

    /// The gateway that meets the faults.
    var gateway: Host { net.a.gateway }

    /// Builds the network, makes the peer ready to be called, and takes the tunnel through its states once.
    init() async throws {
        net = try await SiteToSite()
        let gateway = net.a.gateway
        try await gateway.ip("link add red type vrf table 100", "link set red up", "link set lan master red")
        // A link loses its IPv6 addresses when it gets a master.
        try await gateway.address(["\(net.a.v6)/64"], on: "lan")
        try net.b.writeSpec(Self.peerSpec)
        try await net.b.gateway.viaduct("up", "office").checked()
        try write(.up)
        for state in State.allCases {
            try await reach(state)
            dumps[state] = try await settledDump(state)
        }
        try await reach(.down)
    }

    /// The spec of a state; of `down` that of `up`.
    func write(_ state: State) throws {
        switch state {
        case .down, .up: try net.a.writeSpec(Self.spec)
        case .edited: try net.a.writeSpec(Self.editedSpec)
        }
    }

    /// Brings the gateway into a state without faults.
    func reach(_ state: State) async throws {
        try write(state)
        try await gateway.viaduct(state == .down ? "down" : "up", "office").checked()
    }

    /// What differs between the gateway now and in a state; none when it is in that state, or comes to it in a moment.
    ///
    /// charon ends and makes SAs by itself, when it was told to before a fault.
    /// - Parameters:
    ///   - state: The state.
    ///   - path: A folder whose files do not count; nil for none.
    /// - Returns: Lines as of a diff.
    /// - Throws: ``TestBedError`` when there is no dump to be had.
    func difference(to state: State, butFor path: String? = nil) async throws -> [String] {
        guard let wanted = dumps[state] else { return [] }
        func counted(_ dump: Dump) -> Dump {
            dump.without { line in line.section == .file && path.map(line.text.hasPrefix) ?? false }
        }
        var difference: [String] = []
        for _ in 0..<12 {
            difference = counted(wanted).difference(to: counted(try await comparable(state)))
            if difference.isEmpty { return [] }
            try await Task.sleep(for: .milliseconds(500))
        }
        return difference
    }

    private func comparable(_ state: State) async throws -> Dump {
        let all = try await gateway.dump()
        // An IKE_SA that was replaced may stay for a moment, or for long when both ends have made one.
        let dump = all.withoutRepetitions(in: .charon).without { line in
            // Only the first CHILD_SA of an IKE_SA has no group of its own, and which is the first is charon's affair.
            line.section == .file && line.text.hasPrefix("/etc/viaduct/") || line.text.contains(".dh-group = ")
        }
        // What a journal says of its way is its own affair; without a tunnel there is none.
        return state == .down
            ? dump : dump.without { $0.section == .file && $0.text.hasPrefix("/run/viaduct/office.json") }
    }

    private func settledDump(_ state: State) async throws -> Dump {
        var last = try await comparable(state)
        while true {
            let next = try await comparable(state)
            if next == last { return last }
            last = next
        }
    }

    /// Both families, a table, rules, the fence, a VRF, the MSS clamp, multicast, a shared setting, hooks, four children.
    static let spec = """
        local: { address: 192.0.2.1 }
        remote: { address: 192.0.2.2 }
        psk: { file: office.psk }
        interface:
          id: 77
          vrf: red
          mss: clamp
          multicast: true
          addresses: [169.254.7.1/30, "fd00:7::1/64"]
        routes:
          - 10.2.0.0/24
          - "fd02::/64"
          - { to: 10.2.1.0/24, table: 1234, metric: 50, mtu: 1300 }
          - { to: "fd02:1::/64", table: 1234 }
        rules:
          - { from: 10.1.1.0/24, table: 1234, priority: 5210 }
          - { from: "fd01:1::/64", fwmark: 0x10/0xff, table: 1234 }
        children:
          lan: { local: 10.1.0.0/24, remote: 10.2.0.0/24 }
          lan6: { local: "fd01::/64", remote: "fd02::/64" }
          link: { local: 169.254.7.0/30, remote: 169.254.7.0/30 }
          wifi: { local: [10.1.1.0/24, "fd01:1::/64"], remote: [10.2.1.0/24, "fd02:1::/64"] }
        esp: { proposals: [aes256gcm16-ecp384] }
        forwarding: true
        start: up
        hooks: { pre-up: /bin/true, post-up: /bin/true, pre-down: /bin/true, post-down: /bin/true }

        """

    /// The same with changes of every sort, so that what is there is taken away, changed and added to.
    static let editedSpec =
        spec.replacing("multicast: true", with: "multicast: false\n  mtu: 1400")
        .replacing("mss: clamp", with: "mss: 1200")
        .replacing("169.254.7.1/30, ", with: "169.254.7.1/30, 10.77.0.1/32, ")
        .replacing("metric: 50, mtu: 1300", with: "metric: 60")
        .replacing("fwmark: 0x10/0xff", with: "fwmark: 0x20/0xff")
        .replacing("forwarding: true\n", with: "ike: { dpd: 47s }\n")

    private static let peerSpec = """
        local: { address: 192.0.2.2 }
        remote: { address: 192.0.2.1 }
        psk: { file: office.psk }
        interface: { addresses: [169.254.7.2/30, "fd00:7::2/64"] }
        routes: [10.1.0.0/24, 10.1.1.0/24, "fd01::/64", "fd01:1::/64"]
        children:
          lan: { local: 10.2.0.0/24, remote: 10.1.0.0/24 }
          lan6: { local: "fd02::/64", remote: "fd01::/64" }
          link: { local: 169.254.7.0/30, remote: 169.254.7.0/30 }
          wifi: { local: [10.2.1.0/24, "fd02:1::/64"], remote: [10.1.1.0/24, "fd01:1::/64"] }
        esp: { proposals: [aes256gcm16-ecp384] }
        start: listen

        """
}
