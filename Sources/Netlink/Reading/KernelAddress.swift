internal import CLibnl
internal import Glibc
public import NetworkModel

/// An address as the kernel has it: the address and its state.
public struct KernelAddress: Sendable, Hashable {
    /// The address.
    public var address: InterfaceAddress
    /// Its flags.
    public var flags: Flags

    /// The flags of an address (IFA_FLAGS, IFA_F_* of linux/if_addr.h).
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits, as the kernel has them.
        public let rawValue: UInt32

        /// Makes flags of bits.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// An IPv4 address that is not the first of its prefix; it goes when the first one goes (IFA_F_SECONDARY).
        public static let secondary = Flags(rawValue: 0x01)
        /// Usable without asking whether another host has it (IFA_F_NODAD).
        public static let skipsDuplicateDetection = Flags(rawValue: 0x02)
        /// Not usable: another host has it (IFA_F_DADFAILED).
        public static let isDuplicate = Flags(rawValue: 0x08)
        /// Usable, but not for new connections (IFA_F_DEPRECATED).
        public static let deprecated = Flags(rawValue: 0x20)
        /// Not yet usable: other hosts are being asked (IFA_F_TENTATIVE).
        public static let tentative = Flags(rawValue: 0x40)
        /// Without an end in time (IFA_F_PERMANENT).
        public static let permanent = Flags(rawValue: 0x80)
        /// The kernel made no route to its prefix (IFA_F_NOPREFIXROUTE).
        public static let noPrefixRoute = Flags(rawValue: 0x200)
    }

    /// Makes the description of an address as the kernel has it.
    public init(address: InterfaceAddress, flags: Flags = []) {
        self.address = address
        self.flags = flags
    }
}

extension KernelAddress {
    /// Reads an RTM_NEWADDR or RTM_DELADDR; nil when it is none, or of another family than IPv4 and IPv6.
    ///
    /// A scope that has no name in `RouteScope` reads as `universe`.
    init?(_ message: Message, interfaces: InterfaceTable) {
        guard message.type == RTM_NEWADDR || message.type == RTM_DELADDR,
            let header = message.payload.structure(ifaddrmsg()),
            let family = AddressFamily(number: header.ifa_family),
            let interface = interfaces.name(of: header.ifa_index)
        else { return nil }
        var local: IPAddress?
        var address: IPAddress?
        var origin: UInt8 = 0
        var flags = UInt32(header.ifa_flags)
        for attribute in message.payload.attributes(after: MemoryLayout<ifaddrmsg>.size) {
            switch attribute.type {
            case IFA_LOCAL: local = attribute.payload.address(of: family)
            case IFA_ADDRESS: address = attribute.payload.address(of: family)
            case IFA_PROTO: origin = attribute.payload.u8 ?? 0
            case IFA_FLAGS: flags = attribute.payload.u32 ?? flags
            default: break
            }
        }
        // IPv6 sends IFA_LOCAL only along with a peer.
        guard let own = local ?? address, let prefix = IPPrefix(own, length: Int(header.ifa_prefixlen))
        else { return nil }
        let scope = RouteScope(rawValue: header.ifa_scope) ?? .universe
        let peer = address == own ? nil : address
        self.init(
            address: InterfaceAddress(interface: interface, address: prefix, peer: peer, scope: scope, origin: origin),
            flags: Flags(rawValue: flags))
    }
}
