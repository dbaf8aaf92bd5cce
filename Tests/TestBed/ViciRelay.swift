import Glibc
import Synchronization

/// Stands between a client and charon, and does something behind a certain command of the client's.
///
/// So that "charon dies between load and negotiation" happens then and not about then.
public final class ViciRelay: Sendable {
    /// The path at which clients in the host find it.
    public let path: String
    private let acted = Atomic(false)

    /// True when a client has sent a command after that one.
    public var hasActed: Bool { acted.load(ordering: .acquiring) }

    /// Starts to listen in a host; each connection is handed on to that host's charon.
    /// - Parameters:
    ///   - host: The host, with a charon that runs.
    ///   - command: The command after which to act, as `load-conn`: when the client has its answer and sends another.
    ///   - action: What to do before that other command is handed on.
    /// - Throws: ``TestBedError`` when it cannot listen.
    public init(in host: Host, after command: String, _ action: @escaping @Sendable () -> Void) throws {
        path = "/run/relay.vici"
        let outside = try host.outside(path), charon = host.viciSocket
        let listener = try UnixSocket.make()
        guard UnixSocket.withAddress(outside, { bind(listener, $0, $1) }) == 0, listen(listener, 8) == 0 else {
            throw TestBedError.system("listening at \(outside)")
        }
        try Bed.current.atEnd {
            // Wakes accept(), whose thread then closes it.
            shutdown(listener, Int32(SHUT_RDWR))
            unlink(outside)
        }
        startThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                ViciRelay.join(client, to: charon, after: command) {
                    action()
                    self.acted.store(true, ordering: .releasing)
                }
            }
            close(listener)
        }
    }

    private static func join(
        _ client: Int32, to charon: String, after command: String, _ action: @escaping @Sendable () -> Void
    ) {
        guard let server = try? UnixSocket.connected(to: charon) else {
            close(client)
            return
        }
        let ends = Ends(client: client, server: server)
        startThread {
            var isNext = false
            copy(from: client, to: server) { packet in
                if isNext { action() }
                // A packet is its kind, then for a request the name's length and the name.
                isNext = packet.first == 0 && packet.dropFirst(2).prefix(Int(packet[1])).elementsEqual(command.utf8)
            }
            withExtendedLifetime(ends) {}
        }
        startThread {
            copy(from: server, to: client) { _ in }
            withExtendedLifetime(ends) {}
        }
    }

    /// Both sockets of a connection, closed when neither of its two threads needs them any more.
    private final class Ends: Sendable {
        let client: Int32, server: Int32

        init(client: Int32, server: Int32) {
            (self.client, self.server) = (client, server)
        }

        deinit {
            close(client)
            close(server)
        }
    }

    /// Hands packets on until one side ends, then tells the other.
    private static func copy(from source: Int32, to target: Int32, looking look: ([UInt8]) -> Void) {
        while let packet = try? UnixSocket.receive(source), !packet.isEmpty {
            look(packet)
            guard (try? UnixSocket.send(target, packet)) != nil else { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(target, Int32(SHUT_RDWR))
    }
}
