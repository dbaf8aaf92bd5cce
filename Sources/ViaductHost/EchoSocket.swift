internal import Glibc
internal import Netlink
internal import NetworkModel

/// A raw ICMP socket that is bound to an interface: sends echo requests and waits for the replies.
///
/// Raw, because the kernel lets nobody open its own kind of echo socket until `net.ipv4.ping_group_range` says so.
struct EchoSocket: ~Copyable {
    private let descriptor: Int32
    private let destination: IPAddress
    private let identifier: UInt16
    private var sequence: UInt16 = 0

    /// What came back.
    enum Answer: Equatable {
        /// The echo reply.
        case reply
        /// An ICMP error about the request, in words.
        case objection(String)
    }

    /// Opens a socket in the namespace that the interface is in (CAP_NET_RAW).
    ///
    /// - Throws: `FileError` with the errno: ENODEV when there is no such interface, EADDRNOTAVAIL when the source is not
    ///   this machine's.
    init(
        to destination: IPAddress, from source: IPAddress?, by interface: InterfaceName, in namespace: NamespaceName?
    ) throws {
        let isIPv4 = destination.family == .ipv4
        func open() -> Int32 {
            socket(
                isIPv4 ? AF_INET : AF_INET6, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
                Int32(isIPv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
        }
        var code: Int32 = 0
        let place: NetworkNamespace = namespace.map { .named($0.text) } ?? .current
        let descriptor = try place.run { () throws(NetlinkError) in
            let descriptor = Capabilities.rawSockets.inEffect(open)
            code = errno
            return descriptor
        }
        guard descriptor >= 0 else { throw FileError("open", "an echo socket", code: code) }
        do {
            var name = Array(interface.text.utf8) + [0]
            // Before kernel 5.7 this takes the right to raw sockets as well.
            let bound = Capabilities.rawSockets.inEffect {
                setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, &name, socklen_t(name.count))
            }
            guard bound == 0 else {
                throw FileError("send an echo by", interface.text)
            }
            if let source {
                var address = SocketAddress(source)
                guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
                    throw FileError("send an echo from", "\(source)")
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.destination = destination
        identifier = UInt16.random(in: .min ... .max)
    }

    deinit { close(descriptor) }

    /// Sends one echo request.
    ///
    /// - Parameters:
    ///   - size: the length of the whole IP packet in bytes; nil for a small one.
    ///   - isWhole: whether it must not be fragmented anywhere (DF).
    /// - Returns: the errno, 0 for success.
    mutating func send(size: Int? = nil, isWhole: Bool = false) -> Int32 {
        sequence += 1
        let isIPv4 = destination.family == .ipv4
        if isWhole {
            // IP_PMTUDISC_PROBE: sets DF and does not heed what the path is said to carry.
            var value: Int32 = 3
            let (level, option) = isIPv4 ? (IPPROTO_IP, IP_MTU_DISCOVER) : (IPPROTO_IPV6, IPV6_MTU_DISCOVER)
            setsockopt(descriptor, Int32(level), Int32(option), &value, socklen_t(MemoryLayout<Int32>.size))
        }
        let header = 8 + (isIPv4 ? 20 : 40)
        var packet: [UInt8] = [isIPv4 ? 8 : 128, 0, 0, 0]
        for number in [identifier, sequence] { packet += [UInt8(number >> 8), UInt8(number & 0xff)] }
        packet += [UInt8](repeating: 0x56, count: max(0, (size ?? 64) - header))
        if isIPv4 {
            let sum = Self.checksum(packet)
            (packet[2], packet[3]) = (UInt8(sum >> 8), UInt8(sum & 0xff))
        }
        var address = SocketAddress(destination)
        let count = packet.count
        let sent = address.withPointer { sendto(descriptor, packet, count, 0, $0, $1) }
        return sent < 0 ? errno : 0
    }

    /// Waits for an answer to any of the requests.
    ///
    /// - Returns: the answer; nil when the deadline passed.
    func answer(before deadline: ContinuousClock.Instant) -> Answer? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return nil }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            guard poll(&entry, 1, Int32(clamping: milliseconds + 1)) > 0 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { continue }
            if let answer = answer(in: buffer[..<count]) { return answer }
        }
    }

    /// What a packet says to our requests; nil when it is about something else.
    private func answer(in packet: ArraySlice<UInt8>) -> Answer? {
        switch destination.family {
        case .ipv4:
            // A raw socket of IPv4 gets the IP header, too.
            guard let (source, message) = Self.payload(packet) else { return nil }
            if message.isEcho(type: 0, identifier), source == destination { return .reply }
            guard message.count > 8, let type = message.first, [3, 11, 12].contains(type),
                let (_, quoted) = Self.payload(message.dropFirst(8)), quoted.isEcho(type: 8, identifier)
            else { return nil }
            let what = Self.words(type: type, code: message[message.startIndex + 1])
            return .objection("\(source) says: \(what)")
        case .ipv6:
            if packet.isEcho(type: 129, identifier) { return .reply }
            guard packet.count > 48, let type = packet.first, (1...4).contains(type),
                packet.dropFirst(48).isEcho(type: 128, identifier)
            else { return nil }
            return .objection("an ICMPv6 error came back: type \(type), code \(packet[packet.startIndex + 1])")
        }
    }

    /// The source and payload of an IPv4 packet.
    private static func payload(_ packet: ArraySlice<UInt8>) -> (source: IPAddress, message: ArraySlice<UInt8>)? {
        guard let first = packet.first, packet.count >= 20 else { return nil }
        let length = Int(first & 15) * 4
        let start = packet.startIndex
        guard length >= 20, packet.count > length, let source = IPAddress(bytes: packet[start + 12..<start + 16])
        else { return nil }
        return (source, packet[(start + length)...])
    }

    /// An ICMP error in words (RFC 792, RFC 1812).
    private static func words(type: UInt8, code: UInt8) -> String {
        switch (type, code) {
        case (3, 0): "network unreachable"
        case (3, 1): "host unreachable"
        case (3, 3): "port unreachable"
        case (3, 4): "fragmentation needed"
        case (3, 9), (3, 10), (3, 13): "administratively prohibited"
        case (3, _): "destination unreachable, code \(code)"
        case (11, _): "time exceeded"
        default: "ICMP type \(type), code \(code)"
        }
    }

    /// The Internet checksum (RFC 1071).
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[index]) << 8 + (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
        }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return ~UInt16(sum)
    }
}

extension ArraySlice<UInt8> {
    /// Whether an ICMP message is an echo of a type with an identifier.
    fileprivate func isEcho(type: UInt8, _ identifier: UInt16) -> Bool {
        count >= 8 && first == type
            && UInt16(self[startIndex + 4]) << 8 | UInt16(self[startIndex + 5]) == identifier
    }
}

/// An address as the socket calls take it.
private struct SocketAddress {
    private var storage: sockaddr_in6
    private let length: socklen_t

    init(_ address: IPAddress) {
        switch address.family {
        case .ipv4:
            var inner = sockaddr_in()
            inner.sin_family = sa_family_t(AF_INET)
            withUnsafeMutableBytes(of: &inner.sin_addr) { $0.copyBytes(from: address.bytes) }
            var whole = sockaddr_in6()
            withUnsafeBytes(of: inner) { source in
                withUnsafeMutableBytes(of: &whole) { $0.copyMemory(from: source) }
            }
            storage = whole
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
        case .ipv6:
            var whole = sockaddr_in6()
            whole.sin6_family = sa_family_t(AF_INET6)
            withUnsafeMutableBytes(of: &whole.sin6_addr) { $0.copyBytes(from: address.bytes) }
            storage = whole
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        }
    }

    mutating func withPointer<Answer>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer) -> Answer {
        let length = length
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
