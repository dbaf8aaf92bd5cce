internal import CLibnl
internal import Glibc
public import NetworkModel

extension Request {
    /// The request that removes an IPsec policy (XFRM_MSG_DELPOLICY), for a socket of `.xfrm`.
    ///
    /// The kernel finds it by index and direction, and by the mark and if_id that it bears.
    ///
    /// - Parameter policy: the policy as it was read.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` ENOMEM. Sending it fails with ENOENT when the policy is gone.
    public static func delete(_ policy: XFRMPolicy) throws(NetlinkError) -> Request {
        var header = xfrm_userpolicy_id()
        header.index = policy.index
        header.dir = policy.direction.rawValue
        var message = MessageBuilder(XFRM_MSG_DELPOLICY, header: header)
        message.put(mark: policy.mark, ifID: policy.ifID)
        return try message.finish(
            .delete, .words("IPsec policy \(policy.selector.source) - \(policy.selector.destination)"))
    }

    /// The request that removes an IPsec state (XFRM_MSG_DELSA), for a socket of `.xfrm`.
    ///
    /// - Parameter state: the state as it was read.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` ENOMEM. Sending it fails with ESRCH when the state is gone.
    public static func delete(_ state: XFRMState) throws(NetlinkError) -> Request {
        var header = xfrm_usersa_id()
        withUnsafeMutableBytes(of: &header.daddr) { $0.copyBytes(from: state.destination.bytes) }
        header.spi = state.spi.bigEndian
        header.family = UInt16(state.destination.family.number)
        header.proto = state.ipProtocol
        var bytes = withUnsafeBytes(of: header) { Array($0) }
        // Swift neither clears nor copies the padding behind the protocol.
        bytes[bytes.count - 1] = 0
        var message = MessageBuilder(XFRM_MSG_DELSA, bytes: bytes)
        message.put(mark: state.mark, ifID: state.ifID)
        return try message.finish(
            .delete, .words("IPsec state to \(state.destination) spi 0x\(String(state.spi, radix: 16))"))
    }
}

extension MessageBuilder {
    /// Puts what a policy or state bears (XFRMA_MARK, XFRMA_IF_ID).
    fileprivate mutating func put(mark: Mark?, ifID: UInt32) {
        if let mark {
            // struct xfrm_mark: value and mask, host byte order.
            let bytes = [mark.value, mark.mask].flatMap { number in withUnsafeBytes(of: number) { Array($0) } }
            put(Int(XFRMA_MARK.rawValue), bytes)
        }
        if ifID != 0 { put(Int(XFRMA_IF_ID.rawValue), ifID) }
    }
}
