import Glibc

/// One packet to be sent from a host, as an application sends it.
public struct TestPacket: Sendable, CustomStringConvertible {
    /// What sort of packet.
    public enum Kind: String, Sendable {
        case udp, tcp, icmp
    }

    /// What sort of packet.
    public var kind: Kind
    /// Where it goes to.
    public var destination: String
    /// The address its socket is bound to; nil leaves the choice to the kernel.
    public var source: String?
    /// Its mark.
    public var mark: UInt32
    /// The interface or VRF its socket is bound to.
    public var device: String?
    /// Its ports; not for ICMP.
    public var sourcePort: UInt16, destinationPort: UInt16

    /// Describes a packet.
    public init(
        _ kind: Kind, to destination: String, from source: String? = nil, mark: UInt32 = 0, device: String? = nil,
        sourcePort: UInt16 = 40000, destinationPort: UInt16 = 7
    ) {
        self.kind = kind
        self.destination = destination
        self.source = source
        self.mark = mark
        self.device = device
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
    }

    /// The words that ask `viaduct explain` about it.
    public var arguments: [String] {
        var words = [destination, "--proto", kind.rawValue]
        if kind != .icmp { words += ["--sport", "\(sourcePort)", "--dport", "\(destinationPort)"] }
        if let source { words += ["--from", source] }
        if mark != 0 { words += ["--mark", "\(mark)"] }
        if let device { words += ["--oif", device] }
        return words
    }

    /// The words that ask about it.
    public var description: String { arguments.joined(separator: " ") }

    private var isIPv6: Bool { destination.contains(":") }

    /// Sends it from this thread's network.
    ///
    /// - Returns: The errno that the application sees; 0 when it sees none.
    func send() -> Int32 {
        let family = isIPv6 ? AF_INET6 : AF_INET
        let type: Int32 =
            switch kind {
            case .udp: Int32(SOCK_DGRAM.rawValue)
            case .tcp: Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            case .icmp: Int32(SOCK_RAW.rawValue)
            }
        let number = kind == .icmp ? (isIPv6 ? Int32(IPPROTO_ICMPV6) : Int32(IPPROTO_ICMP)) : 0
        let descriptor = socket(family, type | Int32(SOCK_CLOEXEC.rawValue), number)
        guard descriptor >= 0 else { return errno }
        defer {
            // Ends the connecting even while a child that is just being forked has the socket too: the kernel would send
            // the SYN once more a second later.
            shutdown(descriptor, Int32(SHUT_RDWR))
            close(descriptor)
        }
        var value = mark
        if mark != 0, setsockopt(descriptor, SOL_SOCKET, SO_MARK, &value, socklen_t(MemoryLayout<UInt32>.size)) != 0 {
            return errno
        }
        if let device, setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, device, socklen_t(device.utf8.count)) != 0 {
            return errno
        }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        let port = kind == .icmp ? 0 : sourcePort
        if kind != .icmp || source != nil {
            let code = Self.with(source ?? (isIPv6 ? "::" : "0.0.0.0"), port) { bind(descriptor, $0, $1) }
            guard code == 0 else { return errno }
        }
        return transmit(descriptor)
    }

    private func transmit(_ descriptor: Int32) -> Int32 {
        switch kind {
        case .tcp:
            let code = Self.with(destination, destinationPort) { connect(descriptor, $0, $1) }
            return code == 0 || errno == EINPROGRESS ? 0 : errno
        case .udp, .icmp:
            // An echo request with its checksum, which the kernel fills in for IPv6.
            let payload: [UInt8] =
                kind == .udp
                ? Array("viaduct".utf8) : isIPv6 ? [128, 0, 0, 0, 0, 1, 0, 1] : [8, 0, 0xf7, 0xfd, 0, 1, 0, 1]
            let port = kind == .udp ? destinationPort : 0
            let code = Self.with(destination, port) { address, length in
                sendto(descriptor, payload, payload.count, 0, address, length)
            }
            return code < 0 ? errno : 0
        }
    }

    private static func with<Result>(
        _ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        func lend<Address>(_ value: Address) -> Result {
            var value = value
            return withUnsafePointer(to: &value) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
            }
        }
        if address.contains(":") {
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = port.bigEndian
            inet_pton(AF_INET6, address, &value.sin6_addr)
            return lend(value)
        }
        var value = sockaddr_in()
        value.sin_family = sa_family_t(AF_INET)
        value.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &value.sin_addr)
        return lend(value)
    }
}

extension Host {
    /// Sends one packet from this host.
    /// - Parameters:
    ///   - probe: The packet.
    ///   - netns: A named network namespace inside of this host (`ip netns add`) to send it from.
    /// - Returns: The errno that an application would see; 0 when it sees none.
    /// - Throws: ``TestBedError`` when the host's network cannot be entered.
    @discardableResult
    public func send(_ probe: TestPacket, netns: String? = nil) async throws -> Int32 {
        try await inNetwork(netns: netns) { probe.send() }
    }

    /// Runs something of this process on a thread that is in this host's network.
    ///
    /// Sockets opened there, and what is read below /proc/sys/net, are the host's; files are the machine's.
    /// - Parameters:
    ///   - netns: A named network namespace inside of this host to run it in.
    ///   - body: What to do; it must stay on its thread.
    /// - Returns: What it returns.
    /// - Throws: ``TestBedError`` when the host's network cannot be entered, and what `body` throws.
    public func inNetwork<Value: Sendable>(
        netns: String? = nil, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let path = netns.map { "/proc/\(namespaces)/root/run/netns/\($0)" } ?? "/proc/\(namespaces)/ns/net"
        return try await onThread {
            // The thread ends with this; so it need not return to where it came from.
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw TestBedError.system("opening \(path)") }
            defer { close(descriptor) }
            // The Glibc module is built without _GNU_SOURCE, so it lacks setns and CLONE_NEWNET.
            typealias Enter = @convention(c) (Int32, Int32) -> Int32
            guard let symbol = dlsym(nil, "setns"), unsafeBitCast(symbol, to: Enter.self)(descriptor, 0x4000_0000) == 0
            else { throw TestBedError.system("entering \(path)") }
            return try body()
        }
    }
}
