internal import ViaductCore
internal import Vici

extension IKEStatus {
    /// What charon tells of an IKE_SA.
    init(_ sa: IKESA) {
        self.init(
            connection: sa.name, uniqueID: sa.uniqueID, version: sa.version, state: sa.state.word,
            local: End(sa.local), remote: End(sa.remote), isInitiator: sa.isInitiator, hasNAT: sa.hasNAT,
            algorithms: sa.algorithms.words, age: sa.established, rekeyIn: sa.rekeyTime, reauthIn: sa.reauthTime,
            children: sa.children.map { ChildStatus($0) })
    }
}

extension IKEStatus.End {
    fileprivate init(_ end: IKESA.Endpoint) {
        func known(_ text: String?) -> String? { text == "%any" ? nil : text }
        self.init(host: known(end.host), port: end.port, identity: known(end.id))
    }
}

extension ChildStatus {
    /// What charon tells of a CHILD_SA.
    fileprivate init(_ child: ChildSA) {
        self.init(
            name: child.name, uniqueID: child.uniqueID, requestID: child.reqID, state: child.state.word,
            mode: child.mode, inputSPI: child.spiIn, outputSPI: child.spiOut, binding: child.binding,
            isEncapsulated: child.isEncapsulated, algorithms: child.algorithms.words, age: child.installTime,
            rekeyIn: child.rekeyTime, expiresIn: child.lifeTime, input: TrafficCount(child.trafficIn),
            output: TrafficCount(child.trafficOut), localSelectors: child.localSelectors,
            remoteSelectors: child.remoteSelectors)
    }
}

extension TrafficCount {
    fileprivate init(_ traffic: ChildSA.Traffic) {
        self.init(bytes: traffic.bytes ?? 0, packets: traffic.packets ?? 0, idle: traffic.lastUse)
    }
}

extension Algorithms {
    /// The algorithms as charon writes them in its log: `AES_GCM_16-256`, `PRF_HMAC_SHA2_384`, `ECP_384`.
    fileprivate var words: [String] {
        let cipher = encryption.map { name in name + (encryptionKeySize.map { "-\($0)" } ?? "") }
        return [cipher, integrity, prf, dh].compactMap(\.self)
    }
}
