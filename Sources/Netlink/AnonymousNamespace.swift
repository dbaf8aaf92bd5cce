internal import CLibnl
internal import Glibc
internal import NetworkModel

/// A new network namespace without a name, which lasts as long as this value and the sockets and processes in it.
///
/// It has a loopback interface that is down, and nothing else.
public struct AnonymousNamespace: ~Copyable {
    private let descriptor: Int32

    /// The namespace, for a socket or to run something in; valid while this value lives.
    public var namespace: NetworkNamespace { .descriptor(descriptor) }

    /// Makes a namespace (unshare(2), CAP_SYS_ADMIN); the calling thread stays where it is.
    ///
    /// - Throws: `NetlinkError` EPERM without the right, ENOSPC when there are too many namespaces.
    public init() throws(NetlinkError) {
        descriptor = try NetworkNamespace.current.withDescriptor { (own) throws(NetlinkError) in
            guard Capabilities.namespaces.inEffect({ unshare(Int32(CNL_CLONE_NEWNET)) }) == 0 else {
                throw NetlinkError(.open, .words("a new network namespace"), code: errno)
            }
            defer { NetworkNamespace.returnHome(own) }
            return try NetworkNamespace.current.withDescriptor { (new) throws(NetlinkError) in
                // A descriptor of its own, as the lent one is closed.
                let copy = fcntl(new, F_DUPFD_CLOEXEC, 0)
                guard copy >= 0 else { throw NetlinkError(.open, .words("a new network namespace"), code: errno) }
                return copy
            }
        }
    }

    deinit {
        close(descriptor)
    }
}
