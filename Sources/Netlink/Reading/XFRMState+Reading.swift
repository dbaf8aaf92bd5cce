internal import CLibnl
internal import Glibc
internal import NetworkModel

extension XFRMState {
    /// Reads XFRM_MSG_NEWSA, UPDSA, EXPIRE or DELSA; nil when it is none of them or too short.
    ///
    /// The message carries the keys; of XFRMA_ALG_* only name and lengths are looked at.
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
            outputMark: outputMark, algorithms: attributes.algorithms,
            selector: AddressFamily(number: state.sel.family).flatMap { _ in XFRMSelector(state.sel) },
            flags: Flags(rawValue: state.flags), encapsulation: encapsulation, byteCount: state.curlft.bytes,
            packetCount: state.curlft.packets, addTime: state.curlft.add_time, useTime: state.curlft.use_time,
            softAddExpiry: state.lft.soft_add_expires_seconds, hardAddExpiry: state.lft.hard_add_expires_seconds,
            lastUse: attributes[Int(XFRMA_LASTUSED.rawValue)]?.integer(UInt64.self).flatMap { $0 == 0 ? nil : $0 },
            softByteLimit: limit(state.lft.soft_byte_limit), hardByteLimit: limit(state.lft.hard_byte_limit),
            softPacketLimit: limit(state.lft.soft_packet_limit), hardPacketLimit: limit(state.lft.hard_packet_limit),
            replayWindow: attributes.replayWindow ?? UInt32(state.replay_window),
            replayWindowCount: state.stats.replay_window, replayCount: state.stats.replay,
            integrityFailureCount: state.stats.integrity_failed)
    }
}

/// A limit of a lifetime; XFRM_INF, and the 0 of a larval state, stand for none.
private func limit(_ value: UInt64) -> UInt64? { value == .max || value == 0 ? nil : value }

extension AttributeReader {
    /// The window of XFRMA_REPLAY_ESN_VAL (`struct xfrm_replay_state_esn`), in packets; nil without that attribute.
    fileprivate var replayWindow: UInt32? {
        self[Int(XFRMA_REPLAY_ESN_VAL.rawValue)]?.structure(xfrm_replay_state_esn())?.replay_window
    }

    /// The algorithms, each once: an authentication comes twice, in an old and a new form.
    fileprivate var algorithms: [XFRMAlgorithm] {
        var found: [XFRMAlgorithm] = []
        for attribute in self {
            guard let algorithm = XFRMAlgorithm(attribute) else { continue }
            if let twin = found.firstIndex(where: { $0.role == algorithm.role && $0.name == algorithm.name }) {
                if found[twin].checkLength == nil { found[twin] = algorithm }
            } else {
                found.append(algorithm)
            }
        }
        return found
    }
}

extension XFRMAlgorithm {
    /// Reads one of XFRMA_ALG_*: name and lengths; the key that follows them is not looked at.
    fileprivate init?(_ attribute: Attribute) {
        // struct xfrm_algo, xfrm_algo_auth and xfrm_algo_aead begin alike: 64 bytes of name, then the key's bits.
        let payload = attribute.payload
        let name = payload.part(from: 0, length: 64).text
        let keyLength = payload.integer(UInt32.self, at: 64).map { Int($0) } ?? 0
        let checkLength = payload.integer(UInt32.self, at: 68).map { Int($0) }
        guard !name.isEmpty else { return nil }
        switch xfrm_attr_type_t(UInt32(attribute.type)) {
        case XFRMA_ALG_AEAD: self.init(.combined, name, keyLength: keyLength, checkLength: checkLength)
        case XFRMA_ALG_AUTH_TRUNC: self.init(.integrity, name, keyLength: keyLength, checkLength: checkLength)
        case XFRMA_ALG_AUTH: self.init(.integrity, name, keyLength: keyLength)
        case XFRMA_ALG_CRYPT: self.init(.encryption, name, keyLength: keyLength)
        case XFRMA_ALG_COMP: self.init(.compression, name, keyLength: keyLength)
        default: return nil
        }
    }
}
