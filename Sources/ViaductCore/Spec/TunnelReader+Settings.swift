extension TunnelReader {
    /// Reads `ike` of a peer, over that of the spec.
    func ike(_ source: PeerSource) -> IKESettings {
        let sections = source.all("ike").compactMap { SpecSection($0, keys: SpecKeys.ike, shorthand: "proposals") }
        var ike = IKESettings()
        for section in sections { read(section, into: &ike) }
        if ike.version == 1, let nearest = sections.last {
            checkOldVersion(ike, nearest, proposals: sections.compactMap { $0["proposals"] }.last)
        }
        return ike
    }

    private func read(_ section: SpecSection, into ike: inout IKESettings) {
        section["version"]?.integer(1...2).map { ike.version = $0 }
        section["proposals"].flatMap { proposals($0, for: .ike) }.map { ike.proposals = $0 }
        section["dpd"].flatMap { duration($0, 1...86_400) }.map { ike.deadPeerDelay = $0 }
        section["rekey"].flatMap { duration($0, 10...2_592_000) }.map { ike.rekeyTime = $0 }
        section["mobike"]?.boolean().map { ike.isMobile = $0 }
        section["encap"]?.boolean().map { ike.isEncapsulated = $0 }
        section["fragmentation"].flatMap { fragmentation($0) }.map { ike.fragmentation = $0 }
        section["keyingtries"]?.integer(0...1000).map { ike.keyingTries = $0 }
        section["local_port"]?.integer(1...65535).map { ike.localPort = $0 }
        section["remote_port"]?.integer(1...65535).map { ike.remotePort = $0 }
    }

    /// IKEv1 has neither MOBIKE nor ciphers with integrity of their own, nor the newer curves.
    private func checkOldVersion(_ ike: IKESettings, _ section: SpecSection, proposals: SpecField?) {
        if ike.isMobile { section["mobike"]?.fail("is for IKEv2 only", "remove it") }
        guard let field = proposals else {
            section.failMissing("proposals", "IKEv1 needs the peer's, such as aes256-sha256-modp2048")
            return
        }
        for proposal in ike.proposals {
            for case .encryption(.combined) in proposal.algorithms {
                field.fail(
                    "\(Quoted(proposal.text)) has a cipher that is for IKEv2 only",
                    "write one such as aes256-sha256-modp2048")
            }
        }
    }

    /// Reads `esp`; what it does not say is as in `base`.
    func esp(_ field: SpecField, base: ESPSettings) -> ESPSettings? {
        guard let section = SpecSection(field, keys: SpecKeys.esp, shorthand: "proposals") else { return nil }
        var esp = base
        section["proposals"].flatMap { proposals($0, for: .esp) }.map { esp.proposals = $0 }
        section["rekey"].flatMap { duration($0, 10...2_592_000) }.map { esp.rekeyTime = $0 }
        section["replay"]?.integer(0...4096, unit: "packets").map { esp.replayWindow = $0 }
        let isExtended = esp.proposals.contains { $0.algorithms.contains(.sequenceNumbers(isExtended: true)) }
        if isExtended, esp.replayWindow == 0 {
            section.field.fail(
                "turns the replay check off, which extended sequence numbers need", "write 'replay: 32' or more")
        }
        return esp
    }

    private func proposals(_ field: SpecField, for use: ProposalUse) -> [Proposal]? {
        guard let items = field.items("a list of proposals") else { return nil }
        guard (1...16).contains(items.count) else {
            field.fail("has \(items.count) proposals", "write 1...16, or remove the key")
            return nil
        }
        var found: [Proposal] = []
        for item in items {
            guard let text = item.text("a proposal such as aes256gcm16-ecp384") else { continue }
            do throws(ProposalFault) {
                let proposal = try Proposal(text, for: use)
                if found.contains(proposal) { item.failValue("is given twice", "keep one") }
                found.append(proposal)
            } catch {
                item.failValue(error.what, error.remedy)
            }
        }
        return found.isEmpty ? nil : found
    }

    private func fragmentation(_ field: SpecField) -> String? {
        field.value("yes, no, accept or force") { text in
            switch text {
            case "yes", "true", "on": "yes"
            case "no", "false", "off": "no"
            case "accept", "force": text
            default: nil
            }
        }
    }

    /// A span of time: a number of seconds, or one with `s`, `m`, `h` or `d` behind it; 0 means never.
    func duration(_ field: SpecField, _ range: ClosedRange<Int>, hasNever: Bool = true) -> Seconds? {
        let limits = "\(hasNever ? "0 or " : "")\(range.lowerBound)...\(range.upperBound) seconds"
        return field.value("a time such as 30s, 5m, 4h or 1d: \(limits)") { text in
            let units: [Character: UInt32] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            let unit = text.last.flatMap { units[$0] }
            guard let number = NumberRange.number(unit == nil ? text[...] : text.dropLast()) else { return nil }
            let seconds = Int(number) * Int(unit ?? 1)
            return (hasNever && seconds == 0) || range.contains(seconds) ? Seconds(seconds) : nil
        }
    }
}
