internal import CLibnl
internal import Glibc

extension NetlinkSocket {
    /// The number by which this socket's namespace knows another one (RTM_GETNSID), as links tell it of the namespace
    /// that their outer side is in (`KernelLink.underlayNamespaceID`).
    ///
    /// - Parameter namespace: the other namespace.
    /// - Returns: the number; nil when it has none, so that no link here refers to it.
    /// - Throws: `NetlinkError`.
    public func id(of namespace: NetworkNamespace) throws(NetlinkError) -> Int32? {
        // linux/net_namespace.h: NETNSA_NSID is 1, NETNSA_FD is 3; NETNSA_NSID_NOT_ASSIGNED is -1.
        // The descriptor has to be open while the kernel looks.
        return try namespace.withDescriptor { (descriptor) throws(NetlinkError) in
            var message = MessageBuilder(Int(RTM_GETNSID), header: rtgenmsg())
            message.put(3, UInt32(bitPattern: descriptor))
            let asked = try message.finish(.read, .words("the id of network namespace \(namespace)"))
            let answer = try ask(asked).payload.attributes(after: MemoryLayout<rtgenmsg>.size)
            guard let id = answer[1]?.integer(Int32.self), id >= 0 else { return nil }
            return id
        }
    }
}
