internal import CLibnl
internal import Glibc
internal import NetworkModel

extension XFRMState {
    /// Reads XFRM_MSG_NEWSA, UPDSA, EXPIRE or DELSA; nil when it is none of them or too short.
    ///
    /// The message carries the keys; of XFRMA_ALG_* only the name is looked at.
    init?(_ message: Message) {
        switch message.type {
        case XFRM_MSG_NEWSA, XFRM_MSG_UPDSA:
            self.init(message.payload, message.payload.attributes(after: MemoryLayout<xfrm_usersa_info>.size))
        case XFRM_MSG_EXPIRE:
            self.init(message.payload, message.payload.attributes(after: MemoryLayout<xfrm_user_expire>.size))
        case XFRM_MSG_DELSA:
            // A removal begins with the state's id; the state itself is an attribute.
            let attributes = message.payload.attributes(after: MemoryLayout<xfrm_usersa_id>.size)
            guard let info = attributes[Int(XFRMA_SA.rawValue)] else { return nil }
            self.init(info, attributes)
        default: return nil
        }
    }

    private init?(_ info: Bytes, _ attributes: AttributeReader) {
        guard let state = info.structure(xfrm_usersa_info()), let family = AddressFamily(number: state.family)
        else { return nil }
        let outputMark = attributes[Int(XFRMA_SET_MARK.rawValue)]?.u32.map { value in
            Mark(value, mask: attributes[Int(XFRMA_SET_MARK_MASK.rawValue)]?.u32 ?? .max)
        }
        let encapsulation = attributes[Int(XFRMA_ENCAP.rawValue)]?.structure(xfrm_encap_tmpl()).map {
            (source: UInt16(bigEndian: $0.encap_sport), destination: UInt16(bigEndian: $0.encap_dport))
        }
        self.init(
            source: xfrmAddress(state.saddr, family), destination: xfrmAddress(state.id.daddr, family),
            spi: UInt32(bigEndian: state.id.spi), ipProtocol: state.id.proto, requestID: state.reqid,
            mode: state.mode, mark: Mark(attributes), ifID: attributes[Int(XFRMA_IF_ID.rawValue)]?.u32 ?? 0,
            outputMark: outputMark, algorithms: attributes.algorithmNames, encapsulation: encapsulation,
            byteCount: state.curlft.bytes, packetCount: state.curlft.packets, addTime: state.curlft.add_time,
            useTime: state.curlft.use_time, softAddExpiry: state.lft.soft_add_expires_seconds,
            hardAddExpiry: state.lft.hard_add_expires_seconds, replayCount: state.stats.replay,
            integrityFailureCount: state.stats.integrity_failed)
    }
}

extension AttributeReader {
    /// The names of the algorithms, each once: an authentication comes twice, in an old and a new form.
    fileprivate var algorithmNames: [String] {
        var names: [String] = []
        for attribute in self {
            switch xfrm_attr_type_t(UInt32(attribute.type)) {
            case XFRMA_ALG_AEAD, XFRMA_ALG_AUTH, XFRMA_ALG_AUTH_TRUNC, XFRMA_ALG_CRYPT, XFRMA_ALG_COMP:
                // alg_name comes first in each of the structures, 64 bytes; the key follows it.
                let name = attribute.payload.part(from: 0, length: 64).text
                if !name.isEmpty, !names.contains(name) { names.append(name) }
            default: break
            }
        }
        return names
    }
}
