/// What must and must not stand together in a proposal.
///
/// Charon checks some of it when it loads a connection, says yes to the rest, and then fails to negotiate or carries
/// packets without protection; so all of it is checked here.
enum ProposalGrammar {
    static func check(_ text: String, for use: ProposalUse) throws(ProposalFault) {
        let algorithms = try algorithms(of: text)
        try checkEncryption(algorithms, for: use)
        let hasFunction = algorithms.contains(.pseudoRandomFunction)
        switch use {
        case .ike:
            let givesFunction = algorithms.contains { if case .integrity = $0 { true } else { false } }
            guard hasFunction || givesFunction else {
                throw ProposalFault("has no PRF", remedy: "add one, such as prfsha384")
            }
            guard algorithms.contains(.keyExchange) else {
                throw ProposalFault("has no key exchange", remedy: "add one, such as ecp384 or x25519")
            }
            guard !algorithms.contains(where: { if case .sequenceNumbers = $0 { true } else { false } }),
                !algorithms.contains(.noKeyExchange)
            else { throw ProposalFault("has a keyword that is for ESP only", remedy: "leave out esn, noesn and none") }
        case .esp:
            guard !hasFunction else { throw ProposalFault("has a PRF, which is for IKE only", remedy: "leave it out") }
        }
    }

    private static func algorithms(of text: String) throws(ProposalFault) -> [ProposalAlgorithm] {
        guard !text.isEmpty else { throw ProposalFault("is empty", remedy: "write one such as aes256gcm16-ecp384") }
        if text.hasSuffix("!") { throw ProposalFault("ends with '!'", remedy: "leave the '!' out") }
        var algorithms: [ProposalAlgorithm] = []
        var seen: Set<String> = []
        for part in text.split(separator: "-", omittingEmptySubsequences: false) {
            let keyword = String(part)
            if let refusal = ProposalAlgorithm.refusal(of: keyword) { throw refusal }
            guard let algorithm = ProposalAlgorithm.named[keyword] else { throw unknown(keyword) }
            guard seen.insert(keyword).inserted else { throw ProposalFault("names \(Quoted(keyword)) twice") }
            algorithms.append(algorithm)
        }
        return algorithms
    }

    private static func unknown(_ keyword: String) -> ProposalFault {
        let what = "has \(Quoted(keyword)), which is no algorithm"
        if ProposalAlgorithm.named[keyword.lowercased()] != nil {
            return ProposalFault(what, remedy: "write it in lower case")
        }
        let nearest = NearestWord.to(keyword, among: ProposalAlgorithm.named.keys)
        return ProposalFault(what, remedy: nearest.map { "did you mean '\($0)'?" })
    }

    private static func checkEncryption(_ algorithms: [ProposalAlgorithm], for use: ProposalUse) throws(ProposalFault) {
        var ciphers: [ProposalAlgorithm.Cipher] = []
        var hasIntegrity = false
        for algorithm in algorithms {
            switch algorithm {
            case .encryption(let cipher): ciphers.append(cipher)
            case .integrity: hasIntegrity = true
            case .pseudoRandomFunction, .keyExchange, .noKeyExchange, .sequenceNumbers: break
            }
        }
        guard !ciphers.isEmpty else { throw ProposalFault("has no cipher", remedy: "add one, such as aes256gcm16") }
        guard !ciphers.contains(.null), !ciphers.contains(.integrityOnly) else {
            throw ProposalFault("does not encrypt", remedy: "use a cipher such as aes256gcm16")
        }
        let combined = ciphers.filter { if case .combined = $0 { true } else { false } }
        guard combined.isEmpty || combined.count == ciphers.count else {
            throw ProposalFault("mixes ciphers with and without integrity of their own", remedy: "write two proposals")
        }
        if combined.isEmpty, !hasIntegrity {
            throw ProposalFault("has no integrity algorithm", remedy: "add one, such as sha256")
        }
        if !combined.isEmpty, hasIntegrity, use == .esp {
            throw ProposalFault(
                "has an integrity algorithm beside a cipher with integrity of its own", remedy: "leave it out")
        }
    }
}
