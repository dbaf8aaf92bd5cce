internal import Glibc
public import NetworkModel
public import ViaductCore

extension Operations {
    /// Explains the way of a packet through this machine.
    ///
    /// Nothing is changed, and no packet is sent. Without root the policies and SAs are not seen, and the explanation
    /// says so.
    ///
    /// - Parameters:
    ///   - packet: the packet.
    ///   - namespace: the network namespace it starts in; nil means this process's.
    /// - Returns: its way and what becomes of it.
    /// - Throws: `PacketFault`, `UnknownInterface`, `NetlinkError`, `FileError`, `ViciError`.
    public func explain(_ packet: Packet, in namespace: NamespaceName?) throws -> Explanation {
        if let fault = packet.fault { throw fault }
        return try Explanation.of(
            packet, asking: LiveAnswers(namespace: namespace, viciPath: viciPath), user: getuid())
    }
}
