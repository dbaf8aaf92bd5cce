import Glibc
import Synchronization
import Vici

/// A peer that plays charon on a Unix socket of its own: a script answers each connection on a thread of its own.
///
/// It ends with the last reference to it, or with `stop()`, which ends all connections and waits for their scripts; a
/// script also ends when its client does not send for ten seconds.
final class ScriptedCharon: Sendable {
    /// The script's side of one connection.
    struct Peer: Sendable {
        fileprivate let descriptor: Int32
        fileprivate let journal: Journal
        /// Which connection this is, counted from 0 in the order of their coming.
        let index: Int

        /// The next packet of the client, or nil when the client is gone.
        func receive() -> Packet? {
            guard let head = read(4) else { return nil }
            let length = head.reduce(0) { $0 << 8 | Int($1) }
            guard let body = read(length) else { return nil }
            journal.segments.withLock { $0.append(body) }
            do {
                return try Packet(decoding: body[...])
            } catch {
                preconditionFailure("the client sent no packet: \(error)")
            }
        }

        /// Sends packets, with names of any kind.
        func send(_ packets: Packet...) {
            for packet in packets {
                do {
                    send(bytes: try packet.segment(names: .any))
                } catch {
                    preconditionFailure("the script's packet cannot be sent: \(error)")
                }
            }
        }

        /// Sends bytes as they are, in pieces of that size; false when the client is gone.
        @discardableResult
        func send(bytes: [UInt8], inPiecesOf size: Int = .max) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(size))
                let sent = Glibc.send(descriptor, piece, piece.count, Int32(MSG_NOSIGNAL))
                guard sent > 0 else { return false }
                rest = rest.dropFirst(sent)
                if !rest.isEmpty { sched_yield() }
            }
            return true
        }

        /// Closes the connection, at once and in both directions.
        func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

        private func read(_ count: Int) -> [UInt8]? {
            var bytes: [UInt8] = []
            while bytes.count < count {
                var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&entry, 1, 10_000) > 0 else { return nil }
                var chunk = [UInt8](repeating: 0, count: count - bytes.count)
                let got = recv(descriptor, &chunk, chunk.count, 0)
                guard got > 0 else { return nil }
                bytes += chunk.prefix(got)
            }
            return bytes
        }
    }

    /// What came in, and the threads that serve it.
    fileprivate final class Journal: Sendable {
        let segments = Mutex<[[UInt8]]>([])
        let threads = Mutex<[pthread_t]>([])
        let open = Mutex<Set<Int32>>([])
        let stopped = Mutex(false)
    }

    /// The socket's path; its folder is removed at the end.
    let path: String
    private let folder: String
    private let listener: Int32
    private let journal = Journal()
    private let acceptor: pthread_t

    /// The segments that clients sent, without their lengths, in the order of their coming.
    var received: [[UInt8]] { journal.segments.withLock { $0 } }

    /// Begins to listen.
    init(_ script: @escaping @Sendable (Peer) -> Void) {
        folder = makeTemporaryFolder()
        path = folder + "/charon.vici"
        listener = listen(at: path, backlog: 16)
        acceptor = startThread { [listener, journal] in
            var index = 0
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                let peer = Peer(descriptor: descriptor, journal: journal, index: index)
                index += 1
                journal.open.withLock { _ = $0.insert(descriptor) }
                let thread = startThread {
                    script(peer)
                    journal.open.withLock { open in
                        open.remove(descriptor)
                        _ = close(descriptor)
                    }
                }
                journal.threads.withLock { $0.append(thread) }
            }
        }
    }

    /// A charon that answers each packet with those the closure returns.
    convenience init(answering answers: @escaping @Sendable (Packet) -> [Packet]) {
        self.init { peer in
            while let packet = peer.receive() {
                for answer in answers(packet) { peer.send(answer) }
            }
        }
    }

    deinit { stop() }

    /// Listens no more, and waits for the scripts to end.
    func stop() {
        let wasStopped = journal.stopped.withLock { stopped in
            defer { stopped = true }
            return stopped
        }
        guard !wasStopped else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        pthread_join(acceptor, nil)
        journal.open.withLock { open in
            for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        for thread in journal.threads.withLock({ $0 }) { pthread_join(thread, nil) }
        close(listener)
        unlink(path)
        rmdir(folder)
    }
}

/// Makes a folder for sockets with a short path.
func makeTemporaryFolder() -> String {
    var template = Array("/tmp/viaduct-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { preconditionFailure("mkdtemp: \(errno)") }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// Opens a Unix socket that listens; connections beyond the backlog fail with EAGAIN.
func listen(at path: String, backlog: Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let bound = withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard bound == 0, Glibc.listen(descriptor, backlog) == 0 else { preconditionFailure("listen: \(errno)") }
    return descriptor
}

/// Closes the only socket in a folder, and removes both.
func remove(_ listener: Int32, in folder: String) {
    close(listener)
    unlink(folder + "/s")
    rmdir(folder)
}

extension ContinuousClock.Instant {
    /// A deadline that only a test that hangs can miss.
    static var soon: Self { .now + .seconds(20) }
}

/// Starts a thread; scripts block, so they must not take threads from the tests' own pool.
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { pointer in
            if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
            return nil
        }, Unmanaged.passRetained(Body(body)).toOpaque())
    guard code == 0 else { preconditionFailure("pthread_create: \(code)") }
    return thread
}

/// Lets the thread rest.
func pause(milliseconds: Int32) {
    poll(nil, 0, milliseconds)
}
