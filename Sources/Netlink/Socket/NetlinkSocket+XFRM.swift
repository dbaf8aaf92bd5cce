internal import CLibnl
internal import Glibc
public import NetworkModel

extension NetlinkSocket {
    /// Reads the IPsec policies (XFRM_MSG_GETPOLICY); the socket must be one of `.xfrm`.
    ///
    /// - Parameter includingSocketPolicies: whether those of single sockets are told too, such as IKE daemons set to
    ///   keep their own packets out of IPsec.
    /// - Returns: the policies, in no particular order.
    /// - Throws: `NetlinkError`: EPERM without CAP_NET_ADMIN, EINVAL on a socket of the other kind.
    public func policies(includingSocketPolicies: Bool = false) throws(NetlinkError) -> [XFRMPolicy] {
        try xfrmDump(MessageBuilder(XFRM_MSG_GETPOLICY, header: xfrm_userpolicy_id()), "IPsec policies") {
            XFRMPolicy($0)
        }
        .filter { includingSocketPolicies || $0.direction.rawValue <= XFRMDirection.forward.rawValue }
    }

    /// Reads the IPsec states (XFRM_MSG_GETSA) without their keys; the socket must be one of `.xfrm`.
    ///
    /// - Throws: `NetlinkError`: EPERM without CAP_NET_ADMIN, EINVAL on a socket of the other kind.
    public func states() throws(NetlinkError) -> [XFRMState] {
        // Without a header, behind which the kernel looks for attributes elsewhere: here it takes one for a broken attribute,
        // and says so in its log (`xfrm_dump_sa`, net/xfrm/xfrm_user.c).
        try xfrmDump(MessageBuilder(XFRM_MSG_GETSA, bytes: []), "IPsec states") { XFRMState($0) }
    }

    /// The directions in which a packet that no policy matches is dropped (XFRM_MSG_GETDEFAULT, kernel 5.15); the socket
    /// must be one of `.xfrm`.
    ///
    /// - Returns: the directions; none where the kernel does not know the question, as it then drops nothing.
    /// - Throws: `NetlinkError`: EPERM without CAP_NET_ADMIN.
    public func blockedDirections() throws(NetlinkError) -> Set<XFRMDirection> {
        let words = "the default IPsec policies"
        let header = xfrm_userpolicy_default()
        let request = try MessageBuilder(Int(XFRM_MSG_GETDEFAULT), header: header).finish(.read, .words(words))
        do throws(NetlinkError) {
            guard let answer = try ask(request).payload.structure(xfrm_userpolicy_default()) else {
                throw NetlinkError(.read, .words(words), code: EBADMSG)
            }
            var blocked: Set<XFRMDirection> = []
            if answer.in == UInt8(XFRM_USERPOLICY_BLOCK) { blocked.insert(.input) }
            if answer.fwd == UInt8(XFRM_USERPOLICY_BLOCK) { blocked.insert(.forward) }
            if answer.out == UInt8(XFRM_USERPOLICY_BLOCK) { blocked.insert(.output) }
            return blocked
        } catch {
            if error.isNotSupported || error.code == EINVAL { return [] }
            throw error
        }
    }

    private func xfrmDump<Value>(
        _ request: consuming MessageBuilder, _ words: String, _ parse: @escaping (Message) -> Value?
    ) throws(NetlinkError) -> [Value] {
        guard subsystem == .xfrm else {
            throw NetlinkError(.read, .words(words), code: EINVAL, hint: "this needs a socket of the XFRM subsystem")
        }
        return try dump(request.finish(.read, .words(words)), parse)
    }
}
