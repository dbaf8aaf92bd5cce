import Glibc

/// A connection to charon's control socket: the test's own eyes, apart from those of the program under test.
struct ViciConnection: ~Copyable {
    /// The kinds of packets; see `src/libcharon/plugins/vici/README.md` of strongSwan.
    enum Kind: UInt8 {
        case request = 0, response, unknownCommand, register, unregister, confirm, unknownEvent, event
    }

    let socket: Int32

    init(to path: String) throws {
        socket = try UnixSocket.connected(to: path)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    /// Sends a command and returns its answer, and the events of one kind that came before it.
    func command(_ name: String, _ message: ViciValue = .section([]), streaming event: String? = nil) throws -> (
        answer: ViciValue, events: [ViciValue]
    ) {
        if let event {
            try UnixSocket.send(socket, frame(.register, event))
            guard try receive().kind == .confirm else { throw TestBedError("charon knows no event \(event)") }
        }
        try UnixSocket.send(socket, frame(.request, name) + ViciCoder.encode(message))
        var events: [ViciValue] = []
        while true {
            let packet = try receive()
            switch packet.kind {
            case .response: return (try ViciCoder.decode(packet.body), events)
            case .event:
                let nameLength = Int(packet.body.first ?? 0)
                events.append(try ViciCoder.decode(packet.body.dropFirst(1 + nameLength)))
            default: throw TestBedError("charon answers \(name) with a packet of kind \(packet.kind)")
            }
        }
    }

    private func frame(_ kind: Kind, _ name: String) -> [UInt8] {
        [kind.rawValue, UInt8(name.utf8.count)] + Array(name.utf8)
    }

    private func receive() throws -> (kind: Kind, body: ArraySlice<UInt8>) {
        let packet = try UnixSocket.receive(socket)
        guard let first = packet.first, let kind = Kind(rawValue: first) else {
            throw TestBedError("charon closed the connection")
        }
        return (kind, packet.dropFirst())
    }
}

/// The stream under VICI: packets with their length before them, on a Unix socket.
enum UnixSocket {
    static func make() throws -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let made = socket(AF_UNIX, kind, 0)
        guard made >= 0 else { throw TestBedError.system("socket") }
        return made
    }

    /// A socket connected to one that listens.
    static func connected(to path: String) throws -> Int32 {
        let made = try make()
        guard withAddress(path, { connect(made, $0, $1) }) == 0 else {
            let error = TestBedError.system("connecting to \(path)")
            close(made)
            throw error
        }
        return made
    }

    static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Sends one packet, its length before it.
    static func send(_ socket: Int32, _ packet: [UInt8]) throws {
        let length = UInt32(packet.count)
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } + packet
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestBedError.system("sending to a control socket") }
            sent += count
        }
    }

    /// Receives one packet without its length; empty at the end of the connection.
    static func receive(_ socket: Int32) throws -> [UInt8] {
        func take(_ count: Int) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count), got = 0
            while got < count {
                let n = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress?.advanced(by: got), count - got, 0) }
                guard n >= 0 else { throw TestBedError.system("receiving from a control socket") }
                if n == 0 { return [] }
                got += n
            }
            return bytes
        }
        let length = try take(4).reduce(0) { $0 << 8 | Int($1) }
        return length == 0 ? [] : try take(length)
    }
}
