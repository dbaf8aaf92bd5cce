internal import CLibnl
internal import Glibc
internal import NetworkModel

/// An RTM_NEWLINK or RTM_DELLINK as received, before the indexes in it are turned into names.
///
/// Two steps, because a link may name one that comes later in the same dump.
struct LinkMessage {
    let header: ifinfomsg
    let name: InterfaceName
    private let attributes: AttributeReader
    private let kindWord: String
    private let kindData: AttributeReader

    /// Reads a message; nil when it is no link, or its name is none that we could use.
    init?(_ message: Message) {
        guard message.type == RTM_NEWLINK || message.type == RTM_DELLINK,
            let header = message.payload.structure(ifinfomsg()), header.ifi_index > 0,
            // Messages of AF_BRIDGE are about ports, not links.
            header.ifi_family == UInt8(AF_UNSPEC)
        else { return nil }
        let attributes = message.payload.attributes(after: MemoryLayout<ifinfomsg>.size)
        guard let name = attributes[IFLA_IFNAME]?.interfaceName else { return nil }
        let info = attributes[IFLA_LINKINFO]?.attributes()
        self.header = header
        self.name = name
        self.attributes = attributes
        kindWord = info?[IFLA_INFO_KIND]?.text ?? ""
        kindData = (info?[IFLA_INFO_DATA] ?? Bytes([])).attributes()
    }

    var index: UInt32 { UInt32(bitPattern: header.ifi_index) }

    /// The indexes of other links in it: the master, and the link below if that is in the same namespace.
    var references: [UInt32] {
        [attributes[IFLA_MASTER]?.u32, isUnderlayElsewhere ? nil : attributes[IFLA_LINK]?.u32]
            .compactMap { $0 }.filter { $0 != 0 && $0 != index }
    }

    private var isUnderlayElsewhere: Bool { attributes[IFLA_LINK_NETNSID] != nil }

    /// The link, with names for indexes.
    func link(_ interfaces: InterfaceTable) -> KernelLink {
        var link = Link(name: name, kind: kind(interfaces))
        link.isUp = header.ifi_flags & UInt32(IFF_UP) != 0
        link.isMulticast = header.ifi_flags & UInt32(IFF_MULTICAST) != 0
        var result = KernelLink(index: index, link: link)
        result.isRunning = header.ifi_flags & UInt32(IFF_RUNNING) != 0
        result.hardwareType = header.ifi_type
        result.isExternal = kindWord == "xfrm" && kindData[IFLA_XFRM_COLLECT_METADATA] != nil
        for attribute in attributes { result.take(attribute, interfaces) }
        return result
    }

    private func kind(_ interfaces: InterfaceTable) -> LinkKind {
        let elsewhere = isUnderlayElsewhere
        // An index of another namespace would find the wrong name.
        let name = { (index: UInt32) -> InterfaceName? in elsewhere ? nil : interfaces.name(of: index) }
        switch kindWord {
        case "xfrm": return .xfrm(XFRMLink(kindData, name: name))
        case "vti": return .vti(VTILink(kindData, family: .ipv4, name: name))
        case "vti6": return .vti(VTILink(kindData, family: .ipv6, name: name))
        case "vrf": return kindData[IFLA_VRF_TABLE]?.u32.map { .vrf(table: $0) } ?? .other(kindWord)
        default: return .other(kindWord)
        }
    }
}

extension KernelLink {
    /// Takes over one attribute of the message; those that say nothing to us are passed by.
    fileprivate mutating func take(_ attribute: Attribute, _ interfaces: InterfaceTable) {
        let value = attribute.payload
        switch attribute.type {
        case IFLA_MTU: link.mtu = value.u32
        case IFLA_GROUP: link.group = value.u32 ?? 0
        case IFLA_IFALIAS: link.alias = value.text.isEmpty ? nil : value.text
        case IFLA_MASTER: link.master = value.u32.flatMap { $0 == 0 ? nil : interfaces.name(of: $0) }
        case IFLA_OPERSTATE: operationalState = value.u8.flatMap { OperationalState(rawValue: $0) } ?? .unknown
        case IFLA_LINK: underlayIndex = value.u32.flatMap { $0 == 0 ? nil : $0 }
        case IFLA_LINK_NETNSID: underlayNamespaceID = value.integer()
        case IFLA_AF_SPEC:
            let ipv6 = value.attributes()[Int(AF_INET6)]
            let mode = ipv6?.attributes()[IFLA_INET6_ADDR_GEN_MODE]?.u8
            link.addressGeneration = mode.flatMap { AddressGenerationMode(number: $0) }
        default: break
        }
    }
}
