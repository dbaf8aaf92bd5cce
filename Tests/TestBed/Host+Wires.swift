extension Host {
    /// Joins two hosts by a wire (a veth pair), both ends up.
    /// - Parameters:
    ///   - interface: The name of the wire's end in this host.
    ///   - peer: The other host.
    ///   - peerInterface: The name of the wire's end in the other host.
    /// - Throws: ``TestBedError`` with the words of ip(8).
    public func connect(_ interface: String, to peer: Host, _ peerInterface: String) async throws {
        try await ip(
            "link add name \(interface) type veth peer name \(peerInterface) netns \(peer.namespaces)",
            "link set dev \(interface) up")
        try await peer.ip("link set dev \(peerInterface) up")
    }

    /// Adds addresses to an interface.
    /// - Parameters:
    ///   - addresses: With their prefix lengths, of either family.
    ///   - interface: The interface's name.
    /// - Throws: ``TestBedError`` with the words of ip(8).
    public func address(_ addresses: [String], on interface: String) async throws {
        let lines = addresses.map { "address add \($0) dev \(interface)\n" }
        try await run("ip", "-batch", "-", input: lines.joined())
    }

    /// Makes the host forward packets, in both families.
    /// - Throws: ``TestBedError`` when that cannot be set.
    public func forwardPackets() async throws {
        try await sysctl(["net/ipv4/ip_forward": "1", "net/ipv6/conf/all/forwarding": "1"])
    }
}
