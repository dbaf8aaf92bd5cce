internal import Glibc

/// The stream socket to charon: whole packets in and out, each before a deadline.
///
/// It owns its descriptor.
struct Connection: ~Copyable {
    /// Why a packet was not sent or received.
    enum Failure: Error, Equatable {
        case timedOut
        case ended
        case code(Int32)
        case malformed(CodingFault)
    }

    private(set) var descriptor: Int32
    private var buffer: [UInt8] = []

    /// Connects to a Unix socket.
    ///
    /// - Throws: `ViciError`, naming the path.
    static func to(path: String, deadline: ContinuousClock.Instant) throws(ViciError) -> Connection {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, bytes.count < capacity, !bytes.contains(0) else { throw .unusablePath(path) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }

        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .notConnected(path: path, code: errno) }
        let connection = Connection(adopting: descriptor)
        try connection.connect(to: address, at: path, deadline: deadline)
        return connection
    }

    /// Takes over a connected stream socket, and sets it to not block.
    private init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Charon keeps only three clients waiting; while it has them connect(2) says EAGAIN at once, so it is repeated until
    /// the deadline.
    private func connect(
        to address: sockaddr_un, at path: String, deadline: ContinuousClock.Instant
    ) throws(ViciError) {
        let start = ContinuousClock.now
        while true {
            let result = withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            let code = result == 0 ? 0 : errno
            switch code {
            case 0, EISCONN: return
            case EINTR: continue
            case EAGAIN:
                guard ContinuousClock.now < deadline else {
                    throw .connectTimedOut(path: path, after: deadline - start)
                }
                _ = poll(nil, 0, 10)
            case ENOENT, ECONNREFUSED: throw .notRunning(path: path)
            case EACCES, EPERM: throw .notPermitted(path: path)
            default: throw .notConnected(path: path, code: code)
            }
        }
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// False after `close()`.
    var isOpen: Bool { descriptor >= 0 }

    /// Closes the socket and forgets what was received.
    mutating func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        buffer = []
    }

    /// Sends a whole segment, however small the pieces the socket takes.
    func send(_ segment: [UInt8], deadline: ContinuousClock.Instant) throws(Failure) {
        var sent = 0
        while sent < segment.count {
            let count = segment.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            let code = count < 0 ? errno : 0
            switch code {
            case 0: sent += count
            case EINTR: continue
            case EAGAIN: try wait(for: POLLOUT, deadline: deadline)
            case EPIPE, ECONNRESET: throw .ended
            default: throw .code(code)
            }
        }
    }

    /// Receives the next packet; a packet that has come in part is kept for the next call when the deadline passes.
    mutating func receive(deadline: ContinuousClock.Instant) throws(Failure) -> Packet {
        while true {
            if let packet = try takePacket() { return packet }
            try fill(deadline: deadline)
        }
    }

    /// Takes a packet out of the buffer; nil when none is complete.
    private mutating func takePacket() throws(Failure) -> Packet? {
        guard buffer.count >= 4 else { return nil }
        let length = buffer.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard (1...Packet.longestSegment).contains(length) else {
            throw .malformed(CodingFault(reason: "a segment of \(length) bytes"))
        }
        guard buffer.count >= 4 + length else { return nil }
        defer { buffer.removeFirst(4 + length) }
        do {
            return try Packet(decoding: buffer[4..<4 + length])
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func fill(deadline: ContinuousClock.Instant) throws(Failure) {
        while true {
            let (chunk, code) = readChunk()
            switch code {
            case 0:
                guard !chunk.isEmpty else { throw .ended }
                buffer += chunk
                return
            case EINTR: continue
            case EAGAIN: try wait(for: POLLIN, deadline: deadline)
            case ECONNRESET: throw .ended
            default: throw .code(code)
            }
        }
    }

    private func readChunk() -> (bytes: [UInt8], code: Int32) {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 16 * 1024) { space, count in
            let result = recv(descriptor, space.baseAddress, space.count, 0)
            if result < 0 { code = errno }
            count = max(0, result)
        }
        return (bytes, code)
    }

    /// Waits until the socket can be read or written.
    private func wait(for events: Int32, deadline: ContinuousClock.Instant) throws(Failure) {
        while true {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { throw .timedOut }
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&entry, 1, left.milliseconds ?? Int32.max)
            let code = count < 0 ? errno : 0
            if count > 0 { return }
            guard code == 0 || code == EINTR else { throw .code(code) }
        }
    }
}
