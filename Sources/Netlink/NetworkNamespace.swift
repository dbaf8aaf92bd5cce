internal import CLibnl
internal import Glibc
internal import NetworkModel

/// A network namespace (network_namespaces(7)), and how to come by it.
public enum NetworkNamespace: Sendable, Hashable {
    /// The one of the calling thread.
    case current
    /// The one that ip-netns(8) knows by this name, `/run/netns/NAME`.
    case named(String)
    /// The one of a file, such as `/proc/1/ns/net`.
    case path(String)
    /// The one of an open descriptor, which stays the caller's.
    case descriptor(Int32)

    /// Opens the namespace and lends its descriptor, for IFLA_NET_NS_FD or setns(2).
    ///
    /// - Parameter body: what to do with the descriptor, which is closed afterwards.
    /// - Returns: what `body` returns.
    /// - Throws: `NetlinkError` ENOENT when there is no such namespace, EINVAL when the name is no file name; and what
    ///   `body` throws.
    public func withDescriptor<Result: ~Copyable>(
        _ body: (Int32) throws(NetlinkError) -> Result
    ) throws(NetlinkError) -> Result {
        if case .descriptor(let descriptor) = self { return try body(descriptor) }
        let descriptor = try open()
        defer { close(descriptor) }
        return try body(descriptor)
    }

    /// Runs something on this thread within the namespace, and returns the thread to its own (setns(2), CAP_SYS_ADMIN).
    ///
    /// Sockets made, and files of `/proc/sys/net` opened by `/proc/thread-self`, belong to the namespace. The process
    /// ends when the thread cannot be returned, as all that it does later would hit the wrong network.
    ///
    /// - Parameter body: what to do; it must stay on this thread.
    /// - Returns: what `body` returns.
    /// - Throws: `NetlinkError` EPERM without the right, ENOENT when there is no such namespace; and what `body` throws.
    public func run<Result: ~Copyable>(
        _ body: () throws(NetlinkError) -> Result
    ) throws(NetlinkError) -> Result {
        if case .current = self { return try body() }
        return try Self.current.withDescriptor { (own) throws(NetlinkError) in
            try withDescriptor { (target) throws(NetlinkError) in
                guard Self.enter(target) == 0 else { throw error(errno) }
                defer { Self.returnHome(own) }
                return try body()
            }
        }
    }

    /// Moves the thread to the namespace of a descriptor.
    ///
    /// - Returns: 0, or -1 with errno.
    static func enter(_ descriptor: Int32) -> Int32 {
        Capabilities.namespaces.inEffect { setns(descriptor, Int32(CNL_CLONE_NEWNET)) }
    }

    /// Moves the thread back to its own namespace.
    static func returnHome(_ own: Int32) {
        guard enter(own) == 0 else {
            fatalError("cannot return to the thread's own network namespace: errno \(errno)")
        }
    }

    private func open() throws(NetlinkError) -> Int32 {
        guard let path else { throw error(EINVAL) }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(errno) }
        return descriptor
    }

    /// The file to open; nil for a name that would lead out of `/run/netns`, and for a descriptor.
    private var path: String? {
        switch self {
        case .current: "/proc/thread-self/ns/net"
        case .named(let name): ["", ".", ".."].contains(name) || name.contains("/") ? nil : "/run/netns/\(name)"
        case .path(let path): path
        case .descriptor: nil
        }
    }

    private func error(_ code: Int32) -> NetlinkError {
        NetlinkError(.open, .words("network namespace \(self)"), code: code)
    }
}

extension NetworkNamespace: CustomStringConvertible {
    /// The name, the path, or words.
    public var description: String {
        switch self {
        case .current: "of this thread"
        case .named(let name): name
        case .path(let path): path
        case .descriptor(let descriptor): "of descriptor \(descriptor)"
        }
    }
}
