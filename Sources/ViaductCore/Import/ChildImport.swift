internal import NetworkModel

/// A child of a connection of swanctl.conf on its way into a spec.
struct ChildImport {
    let section: ForeignSection
    let name: TunnelName
    var local: SelectorsImport
    var remote: SelectorsImport
    /// `proposals`, `rekey` and `replay` of a spec's `esp`.
    var esp: [SpecValue.Entry]
    /// Keys that are passed on.
    var extras: [SpecValue.Entry]
    var startAction: ActionImport?
    var deadPeerAction: ActionImport?
    var closeAction: ActionImport?
    var binding: BindingImport?
}

extension ConnectionImport {
    /// Reads the children that a link can carry.
    func readChildren(ends: EndsImport) -> [ChildImport] {
        var names: Set<String> = []
        return (section.section("children")?.sections ?? []).compactMap { child in
            let mode = child.take("mode")?.value.lowercased() ?? "tunnel"
            if Self.bypasses.contains(mode) {
                tellBypass(child)
                return nil
            }
            guard mode == "tunnel" else {
                _ = child.takeAll(beginning: "")
                report.fail(
                    child.remark(
                        "is of mode \(Quoted(mode)), and a link carries tunnel mode only", "agree on tunnel mode"))
                return nil
            }
            guard let name = childName(child, avoiding: names) else { return nil }
            names.insert(name.text)
            return self.child(child, name: name, ends: ends)
        }
    }

    /// The modes of policies that let packets pass, or drop them.
    static let bypasses: Set<String> = ["pass", "drop"]

    /// Tells of a child that is a policy without IPsec.
    func tellBypass(_ child: ForeignSection) {
        let mode = child.take("mode")?.value ?? ""
        _ = child.takeAll(beginning: "")
        report.warn(
            child.remark(
                "is a policy without IPsec (mode \(mode)), which belongs to no link",
                "it is left out; leave it in swanctl.conf, or use a route"))
    }

    private func childName(_ child: ForeignSection, avoiding names: Set<String>) -> TunnelName? {
        if let name = TunnelName(child.name), !names.contains(child.name) { return name }
        let letters = child.name.utf8.map { SpecKeys.isWordByte($0) ? $0 : UInt8(ascii: "-") }
        let word = String(decoding: letters.prefix(50), as: UTF8.self)
        let base = word.hasPrefix("-") || word.isEmpty ? "child" + word : word
        let text = ([base] + (2...999).map { "\(base)-\($0)" }).first { !names.contains($0) } ?? base
        report.warn(child.remark("is no name that a child can have", "it is '\(text)' now"))
        return TunnelName(text)
    }

    private func child(_ child: ForeignSection, name: TunnelName, ends: EndsImport) -> ChildImport {
        if let key = child.take("ah_proposals") {
            report.fail(key.remark("is for AH, which hides nothing", "agree on ESP with the peer"))
        }
        tellReserved(child)
        let local = selectors(child, "local_ts", ends: ends)
        let remote = selectors(child, "remote_ts", ends: ends)
        return ChildImport(
            section: child, name: name, local: local, remote: remote, esp: espEntries(child),
            extras: SwanctlKeys.child.compactMap { child.take($0).flatMap { passed($0) } },
            startAction: action(child, "start_action"), deadPeerAction: action(child, "dpd_action"),
            closeAction: action(child, "close_action"), binding: binding(child))
    }

    /// Tells of keys that have no meaning beside a link.
    private func tellReserved(_ child: ForeignSection) {
        let keys = [
            (name: "policies", usual: ["yes", "true", "1", "enabled"], why: "a link needs policies"),
            ("hostaccess", ["no", "false", "0", "disabled"], "it is for updown scripts only"),
            ("mark_in_sa", ["no", "false", "0", "disabled"], "it would keep packets from the link"),
            ("reqid", ["0"], "charon counts them itself; rules of a firewall that name it must name the link instead"),
            ("interface", [""], "it would tie the policies to a device of the underlay"),
        ]
        for (name, usual, why) in keys {
            guard let key = child.take(name), !usual.contains(key.value.lowercased()) else { continue }
            report.warn(key.remark("is not carried", why))
        }
    }

    private func espEntries(_ child: ForeignSection) -> [SpecValue.Entry] {
        let life = child.take("life_time")
        var rekey = child.take("rekey_time").flatMap { duration($0, 10...2_592_000) }
        if rekey == nil, let seconds = life.flatMap({ SettingsValue.seconds($0.value) }), seconds > 0 {
            // charon then takes the one from the other; a spec always says when keys are renewed.
            rekey = "\(min(max(10, Int(Double(seconds) / 1.1)), 2_592_000))s"
        }
        let replay = child.take("replay_window").flatMap { number($0, 0...4096) }
        return [
            .init("proposals", .texts(proposals(child.take("esp_proposals"), for: .esp))),
            .init("rekey", ifAny: rekey.map { .text($0) }), .init("replay", ifAny: replay.map { .text("\($0)") }),
        ].compactMap { $0 }
    }
}
