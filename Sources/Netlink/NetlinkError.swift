internal import Glibc
internal import NetworkModel

/// What went wrong between us and the kernel: what was tried, on which object, the errno, and the kernel's own words.
public struct NetlinkError: Error, Sendable, Hashable {
    /// What was tried.
    public let operation: Operation
    /// The object in words, such as `xfrm link office` or `route 10.0.0.0/8 in table 100`.
    public let object: String
    /// The errno (errno(3)), positive.
    public let code: Int32
    /// The kernel's text (NLMSGERR_ATTR_MSG of the extended acknowledgement); nil when it gave none.
    public let kernelMessage: String?
    /// Where in the request the fault lies, in bytes from its start (NLMSGERR_ATTR_OFFS); nil when not told.
    public let offset: Int?
    /// What is probably meant or to be done, in our words; nil where nothing better is known than the code.
    public let hint: String?
    /// True when the request was sent and its answer did not come whole, so that nobody knows what became of it.
    public internal(set) var isUnanswered = false

    /// What was tried.
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        /// Open a socket or a network namespace.
        case open
        /// Make an object that must not exist yet.
        case add
        /// Make an object, or put it in the place of one that exists.
        case replace
        /// Change an object that exists.
        case change
        /// Remove an object.
        case delete
        /// Read objects.
        case read
        /// Ask which route a packet takes.
        case lookUp = "look up"
        /// Join the groups that tell of changes.
        case subscribe = "subscribe to"
    }

    init(
        _ operation: Operation, _ subject: Subject, code: Int32, kernelMessage: String? = nil, offset: Int? = nil,
        hint: String? = nil
    ) {
        self.operation = operation
        self.object = subject.description
        self.code = code
        self.kernelMessage = kernelMessage
        self.offset = offset
        self.hint = hint ?? subject.hint(for: code, operation: operation)
    }

    /// The errno's name, such as `EEXIST`; `E` and the number for one that has no name here.
    public var codeName: String { Self.name(of: code) }

    /// True when an object was to be added that is there already (EEXIST).
    public var isAlreadyThere: Bool { operation == .add && code == EEXIST }

    /// True when an object was to be deleted that is not there.
    ///
    /// The kernel says ENODEV for links, EADDRNOTAVAIL for addresses, ESRCH for routes, ENOENT for rules.
    public var isAlreadyGone: Bool {
        operation == .delete && [ENODEV, EADDRNOTAVAIL, ESRCH, ENOENT].contains(code)
    }

    /// True when the caller lacks the right (EPERM, EACCES), as a rule CAP_NET_ADMIN.
    public var isNotPermitted: Bool { code == EPERM || code == EACCES }

    /// True when the kernel does not know the sort of object or request (EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT).
    public var isNotSupported: Bool { [EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT].contains(code) }
}

extension NetlinkError: CustomStringConvertible {
    /// One line, such as `add xfrm link office: File exists (EEXIST); …`.
    public var description: String {
        var text = "\(operation.rawValue) \(object): \(Self.words(for: code)) (\(codeName))"
        if let kernelMessage { text += ": \(kernelMessage)" }
        if let hint { text += "; \(hint)" }
        return text
    }

    /// The C library's words for an errno (strerror_r(3)).
    private static func words(for code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        // Named so that either of the two functions of this name will do: ours fills the buffer.
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The name of an errno that networking is known to give.
    private static func name(of code: Int32) -> String {
        switch code {
        case EPERM: "EPERM"
        case ENOENT: "ENOENT"
        case ESRCH: "ESRCH"
        case EINTR: "EINTR"
        case EIO: "EIO"
        case ENXIO: "ENXIO"
        case EBADF: "EBADF"
        case EAGAIN: "EAGAIN"
        case ENOMEM: "ENOMEM"
        case EACCES: "EACCES"
        case EBUSY: "EBUSY"
        case EEXIST: "EEXIST"
        case EXDEV: "EXDEV"
        case ENODEV: "ENODEV"
        case EINVAL: "EINVAL"
        case EMFILE: "EMFILE"
        case ENFILE: "ENFILE"
        case ENOSPC: "ENOSPC"
        case ERANGE: "ERANGE"
        case ELOOP: "ELOOP"
        case ENODATA: "ENODATA"
        case EBADMSG: "EBADMSG"
        case EOVERFLOW: "EOVERFLOW"
        case EMSGSIZE: "EMSGSIZE"
        case EPROTONOSUPPORT: "EPROTONOSUPPORT"
        case EOPNOTSUPP: "EOPNOTSUPP"
        case EAFNOSUPPORT: "EAFNOSUPPORT"
        case EADDRINUSE: "EADDRINUSE"
        case EADDRNOTAVAIL: "EADDRNOTAVAIL"
        case ENETDOWN: "ENETDOWN"
        case ENETUNREACH: "ENETUNREACH"
        case EHOSTUNREACH: "EHOSTUNREACH"
        case ENOBUFS: "ENOBUFS"
        case ENOTCONN: "ENOTCONN"
        case ETIMEDOUT: "ETIMEDOUT"
        case ECONNREFUSED: "ECONNREFUSED"
        default: "E\(code)"
        }
    }
}
