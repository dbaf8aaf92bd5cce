internal import CLibnl
internal import Glibc
internal import NetworkModel

extension XFRMPolicy {
    /// Reads XFRM_MSG_NEWPOLICY, UPDPOLICY or DELPOLICY; nil when it is none of them or too short.
    init?(_ message: Message) {
        switch message.type {
        case XFRM_MSG_NEWPOLICY, XFRM_MSG_UPDPOLICY:
            let size = MemoryLayout<xfrm_userpolicy_info>.size
            self.init(message.payload, message.payload.attributes(after: size))
        case XFRM_MSG_DELPOLICY:
            // A removal begins with the policy's id; the policy itself is an attribute.
            let attributes = message.payload.attributes(after: MemoryLayout<xfrm_userpolicy_id>.size)
            guard let info = attributes[Int(XFRMA_POLICY.rawValue)] else { return nil }
            self.init(info, attributes)
        default: return nil
        }
    }

    private init?(_ info: Bytes, _ attributes: AttributeReader) {
        guard let policy = info.structure(xfrm_userpolicy_info()), let selector = XFRMSelector(policy.sel),
            let direction = XFRMDirection(rawValue: policy.dir)
        else { return nil }
        let templates = attributes[Int(XFRMA_TMPL.rawValue)] ?? Bytes([])
        // struct xfrm_userpolicy_type: the type in its first byte.
        let type = attributes[Int(XFRMA_POLICY_TYPE.rawValue)]?.u8 ?? UInt8(XFRM_POLICY_TYPE_MAIN)
        self.init(
            selector: selector, direction: direction, priority: policy.priority, index: policy.index,
            isAllowed: policy.action == UInt8(XFRM_POLICY_ALLOW), mark: Mark(attributes),
            ifID: attributes[Int(XFRMA_IF_ID.rawValue)]?.u32 ?? 0, templates: [XFRMTemplate](templates),
            isSubPolicy: type == UInt8(XFRM_POLICY_TYPE_SUB), addTime: policy.curlft.add_time,
            useTime: policy.curlft.use_time)
    }
}

extension XFRMSelector {
    /// Reads a selector; nil when its prefix lengths are too long for its family.
    ///
    /// A selector without a family, as transport mode states have, reads as one of IPv4.
    init?(_ selector: xfrm_selector) {
        let family = AddressFamily(number: selector.family) ?? .ipv4
        guard let source = IPPrefix(xfrmAddress(selector.saddr, family), length: Int(selector.prefixlen_s)),
            let destination = IPPrefix(xfrmAddress(selector.daddr, family), length: Int(selector.prefixlen_d))
        else { return nil }
        self.init(
            source: source, destination: destination, ipProtocol: selector.proto,
            sourcePort: (UInt16(bigEndian: selector.sport), UInt16(bigEndian: selector.sport_mask)),
            destinationPort: (UInt16(bigEndian: selector.dport), UInt16(bigEndian: selector.dport_mask)),
            interfaceIndex: UInt32(bitPattern: selector.ifindex))
    }
}

extension [XFRMTemplate] {
    /// Reads XFRMA_TMPL, a row of `struct xfrm_user_tmpl`.
    fileprivate init(_ bytes: Bytes) {
        let size = MemoryLayout<xfrm_user_tmpl>.stride
        self = (0..<bytes.count / size).compactMap { number in
            guard let template = bytes.structure(xfrm_user_tmpl(), at: number * size) else { return nil }
            let family = AddressFamily(number: template.family) ?? .ipv4
            return XFRMTemplate(
                source: xfrmAddress(template.saddr, family), destination: xfrmAddress(template.id.daddr, family),
                ipProtocol: template.id.proto, mode: template.mode, requestID: template.reqid,
                spi: UInt32(bigEndian: template.id.spi), isOptional: template.optional != 0)
        }
    }
}

extension Mark {
    /// Reads XFRMA_MARK; nil when there is none, or it lets every packet pass.
    init?(_ attributes: AttributeReader) {
        guard let mark = attributes[Int(XFRMA_MARK.rawValue)]?.structure(xfrm_mark()), mark.v != 0 || mark.m != 0
        else { return nil }
        self.init(mark.v, mask: mark.m)
    }
}

/// The address in an `xfrm_address_t`, whose 16 bytes hold either family.
func xfrmAddress(_ address: xfrm_address_t, _ family: AddressFamily) -> IPAddress {
    withUnsafeBytes(of: address) { Bytes(Array($0)).address(of: family) } ?? .any(family)
}
