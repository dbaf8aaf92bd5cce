internal import CLibnl
internal import Glibc

/// A netlink socket: the way to the kernel's links, addresses, routes and rules, to its IPsec policies and states, or to its
/// firewall.
///
/// It has one owner and is closed when that goes. It belongs to the network namespace it was opened in, whatever the
/// thread does later. It is synchronous, and not to be used by two threads at once. Give events a socket of their own:
/// an exchange passes over the notifications that come meanwhile.
public struct NetlinkSocket: ~Copyable {
    /// What a socket speaks about.
    public enum Subsystem: Sendable, Hashable {
        /// Links, addresses, routes and rules (NETLINK_ROUTE, rtnetlink(7)).
        case route
        /// IPsec policies and states (NETLINK_XFRM).
        case xfrm
        /// The firewall, nf_tables (NETLINK_NETFILTER).
        case netfilter

        /// The number of the protocol (NETLINK_*).
        fileprivate var number: Int32 {
            switch self {
            case .route: NETLINK_ROUTE
            case .xfrm: NETLINK_XFRM
            case .netfilter: NETLINK_NETFILTER
            }
        }
    }

    /// What the socket speaks about.
    public let subsystem: Subsystem
    /// Whether the kernel filters dumps and refuses what it does not know (NETLINK_GET_STRICT_CHK, kernel 4.20).
    let isStrict: Bool
    /// The greatest number of requests in a send, whose answers the receive buffer must hold.
    let batchLimit: Int
    /// The greatest number of bytes in a send.
    let sizeLimit: Int
    /// The libnl socket, owned by this value.
    let handle: OpaquePointer

    /// Opens a socket.
    ///
    /// - Parameters:
    ///   - subsystem: what it shall speak about.
    ///   - namespace: the network namespace it shall belong to.
    /// - Throws: `NetlinkError`: ENOENT when there is no such namespace, EPERM without the right to enter it (CAP_SYS_ADMIN),
    ///   EPROTONOSUPPORT when the kernel has no XFRM or no netfilter, EMFILE.
    public init(_ subsystem: Subsystem, in namespace: NetworkNamespace = .current) throws(NetlinkError) {
        let handle = try namespace.run { () throws(NetlinkError) in try Self.connect(subsystem) }
        let descriptor = nl_socket_get_fd(handle)
        setOption(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, 1)
        // Errors then do not echo the request, so a batch needs less room for its answers.
        setOption(descriptor, SOL_NETLINK, NETLINK_CAP_ACK, 1)
        let isStrict = subsystem == .route && setOption(descriptor, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1)
        // All answers of a send queue up before the send returns. The forced kind needs CAP_NET_ADMIN.
        let receive = enlarge(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, to: 4 << 20)
        let send = enlarge(descriptor, SO_SNDBUFFORCE, SO_SNDBUF, to: 1 << 20)
        self.subsystem = subsystem
        self.isStrict = isStrict
        // An error with a text was measured to take 768 bytes of the receive buffer.
        batchLimit = min(2000, max(1, receive / 1024))
        sizeLimit = max(4096, send / 2)
        self.handle = handle
    }

    deinit {
        nl_socket_free(handle)
    }

    private static func connect(_ subsystem: Subsystem) throws(NetlinkError) -> OpaquePointer {
        let subject = Subject.words("a netlink socket (\(subsystem))")
        guard let handle = nl_socket_alloc() else { throw NetlinkError(.open, subject, code: ENOMEM) }
        errno = 0
        let status = nl_connect(handle, subsystem.number)
        let code = errno
        guard status == 0 else {
            nl_socket_free(handle)
            throw NetlinkError(.open, subject, code: code == 0 ? EIO : code)
        }
        // The kernel fills datagrams as large as the buffer it saw; asking for the size first keeps longer ones whole.
        nl_socket_set_msg_buf_size(handle, 32 << 10)
        nl_socket_enable_msg_peek(handle)
        return handle
    }
}

/// Sets a socket option; false when the kernel does not have it or we may not.
@discardableResult
private func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
    var value = value
    return setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
}

/// Makes a buffer as large as wished, or as we may; returns its size in bytes as the kernel counts it.
private func enlarge(_ descriptor: Int32, _ forced: Int32, _ plain: Int32, to size: Int32) -> Int {
    if !setOption(descriptor, SOL_SOCKET, forced, size) { setOption(descriptor, SOL_SOCKET, plain, size) }
    var actual: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, plain, &actual, &length)
    return Int(actual)
}
