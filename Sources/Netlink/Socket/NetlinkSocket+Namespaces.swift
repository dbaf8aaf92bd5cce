internal import CLibnl
internal import Glibc

extension NetlinkSocket {
    /// The id that a network namespace has in the socket's own (RTM_GETNSID), as in `KernelLink.underlayNamespaceID`.
    ///
    /// - Parameter namespace: the namespace.
    /// - Returns: the id; nil when it has none here.
    /// - Throws: `NetlinkError`: ENOENT when there is no such namespace.
    public func identifier(of namespace: NetworkNamespace) throws(NetlinkError) -> Int32? {
        try namespace.withDescriptor { (descriptor) throws(NetlinkError) in
            var message = MessageBuilder(RTM_GETNSID, header: rtgenmsg())
            message.put(Int(NETNSA_FD), UInt32(bitPattern: descriptor))
            let answer = try ask(message.finish(.read, .words("the id of network namespace \(namespace)")))
            let size = MemoryLayout<rtgenmsg>.size
            let id: Int32? = answer.payload.attributes(after: size)[Int(NETNSA_NSID)]?.integer()
            return id.flatMap { $0 < 0 ? nil : $0 }
        }
    }
}
