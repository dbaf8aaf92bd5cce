internal import CLibnl
internal import Glibc
public import NetworkModel

extension Request {
    /// The request that adds an address (RTM_NEWADDR, ip-address(8) `add`); EEXIST when the interface has it.
    ///
    /// No broadcast address and no label is set.
    ///
    /// - Parameters:
    ///   - address: the address.
    ///   - hasPrefixRoute: whether the kernel makes the route to the prefix; false sends IFA_F_NOPREFIXROUTE.
    ///   - skipsDuplicateDetection: whether an IPv6 address may be used at once (IFA_F_NODAD); no effect on IPv4.
    ///   - interfaces: where the interface is found.
    /// - Returns: the request.
    /// - Throws: `NetlinkError`: ENODEV when the table lacks the interface, EINVAL when the peer is of another family.
    public static func add(
        _ address: InterfaceAddress, hasPrefixRoute: Bool = true, skipsDuplicateDetection: Bool = false,
        interfaces: InterfaceTable
    ) throws(NetlinkError) -> Request {
        var flags: UInt32 = hasPrefixRoute ? 0 : UInt32(IFA_F_NOPREFIXROUTE)
        if skipsDuplicateDetection, address.address.family == .ipv6 { flags |= UInt32(IFA_F_NODAD) }
        return try encode(.add, address, flags: flags, interfaces: interfaces)
    }

    /// The request that removes an address (RTM_DELADDR); EADDRNOTAVAIL when it is not there.
    ///
    /// - Parameters:
    ///   - address: the address; interface, address, prefix length and peer decide which it is.
    ///   - interfaces: where the interface is found.
    /// - Returns: the request.
    /// - Throws: `NetlinkError`, as adding does.
    public static func delete(
        _ address: InterfaceAddress, interfaces: InterfaceTable
    ) throws(NetlinkError) -> Request {
        try encode(.delete, address, flags: 0, interfaces: interfaces)
    }

    private static func encode(
        _ operation: NetlinkError.Operation, _ address: InterfaceAddress, flags: UInt32, interfaces: InterfaceTable
    ) throws(NetlinkError) -> Request {
        let subject = Subject.address(address)
        let local = address.address.address
        guard address.peer.map({ $0.family == local.family }) ?? true else {
            throw NetlinkError(operation, subject, code: EINVAL, hint: "address and peer are of different families")
        }
        var header = ifaddrmsg()
        header.ifa_family = local.family.number
        header.ifa_prefixlen = UInt8(address.address.length)
        header.ifa_scope = address.scope.rawValue
        header.ifa_index = try interfaces.index(of: address.interface, for: operation, subject)
        var message =
            operation == .add
            ? MessageBuilder(RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL, header: header)
            : MessageBuilder(RTM_DELADDR, header: header)
        // IFA_ADDRESS is the peer's where there is one: true for both families, other than libnl-route has it.
        message.put(IFA_LOCAL, local)
        message.put(IFA_ADDRESS, address.peer ?? local)
        if flags != 0 { message.put(IFA_FLAGS, flags) }
        // Kernels before 5.18 do not know who made it, and ignore this.
        if address.origin != 0, operation == .add { message.put(IFA_PROTO, address.origin) }
        return try message.finish(operation, subject)
    }
}
