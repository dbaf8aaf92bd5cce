import NetworkModel
import Testing
import ViaductCore

@Suite("An export") struct ExportTests {
    @Test("says everything of a tunnel, or tells that it does not", arguments: ExportFormat.allCases, 1...UInt64(60))
    func complete(format: ExportFormat, seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        var host = try FakeHost.gateway()
        let plan = try Planner.fromScratch(tunnel, on: host.observe(tunnel.name, spec: tunnel))
        let export = Export(tunnel, as: format, plan: plan)
        let said = export.files.map(\.publicText).joined() + export.remarks.map { "\($0)\n" }.joined()
        for word in Self.words(of: plan.steps, as: format) {
            #expect(said.contains(word), "\(word) is not in \(said)")
        }
        for remark in export.remarks {
            let text = try #require(export.files.first).publicText
            #expect(text.contains("# Not here: \(remark)\n"))
        }
    }

    @Test("for nmstate has only keys that its `libreswan` takes, for it refuses others", arguments: 1...UInt64(60))
    func nmstate(seed: UInt64) throws {
        var generator = TunnelGenerator(seed: seed)
        let tunnel = try generator.tunnel()
        var host = try FakeHost.gateway()
        let plan = try Planner.fromScratch(tunnel, on: host.observe(tunnel.name, spec: tunnel))
        let text = try #require(Export(tunnel, as: .nmstate, plan: plan).files.first).publicText
        let start = try #require(text.firstRange(of: "libreswan: { ")).upperBound
        let keys = text[start...].prefix { $0 != "}" }.replacing(", ", with: "\n").split(separator: "\n").compactMap {
            $0.split(separator: ":").first.map(String.init)
        }
        #expect(keys.contains("right") && Set(keys).isSubset(of: Self.libreswanKeys), "\(keys)")
    }

    /// `LibreswanConfig` of nmstate 2.2.
    private static let libreswanKeys: Set<String> = [
        "right", "rightid", "rightrsasigkey", "left", "leftid", "leftrsasigkey", "leftcert", "ikev2", "psk",
        "ikelifetime", "salifetime", "ike", "esp", "dpddelay", "dpdtimeout", "dpdaction", "ipsec-interface", "authby",
        "rightsubnet", "leftmodecfgclient", "type", "hostaddrfamily", "clientaddrfamily",
    ]

    @Test("never shows a secret", arguments: ExportFormat.allCases)
    func secrets(format: ExportFormat) throws {
        let tunnel = try readSpec(
            "remote: 198.51.100.7\nlocal: 192.0.2.1\npsk: { value: sesame }\nroutes: 10.2.0.0/16\n")
        var host = try FakeHost.gateway()
        let plan = try Planner.fromScratch(tunnel, on: host.observe(tunnel.name, spec: tunnel))
        let export = Export(tunnel, as: format, plan: plan)
        #expect(!"\(export)".contains("sesame"))
        #expect(export.files.allSatisfy { !$0.publicText.contains("sesame") })
        #expect(format == .swanctl ? export.references.count == 1 : export.references.isEmpty)
    }

    private static func number(of link: Link) -> String {
        switch link.kind {
        case .xfrm(let xfrm): "\(xfrm.ifID)"
        case .vti(let vti): "\(vti.outputKey)"
        case .vrf, .other: ""
        }
    }

    /// What of each step must be found again.
    private static func words(of steps: [Step], as format: ExportFormat) -> [String] {
        steps.flatMap { step -> [String] in
            switch step {
            case .within(_, let inner): return words(of: [inner], as: format)
            case .addLink(let link):
                switch format {
                case .networkd, .netplan, .ipBatch, .dot: return [link.name.text, Self.number(of: link)]
                case .nmstate, .swanctl: return []
                }
            case .addAddress(let address): return format == .swanctl ? [] : ["\(address.address.address)"]
            case .addRoute(let route): return format == .swanctl ? [] : ["\(route.destination)"]
            case .addRule(let rule): return format == .swanctl || format == .dot ? [] : ["\(rule.priority)"]
            case .setSysctl(let change): return format == .swanctl || format == .dot ? [] : ["\(change.key)"]
            case .addClamp(let clamp): return format == .swanctl || format == .dot ? [] : [clamp.table.text]
            case .loadConnection(let connection, replacing: _):
                switch format {
                case .swanctl, .dot, .nmstate:
                    return [connection.name] + (format == .nmstate ? [] : connection.children)
                case .networkd, .netplan, .ipBatch: return []
                }
            case .changeKind, .changeLink, .writeFile, .loadSecret, .loadPool, .runHooks, .establish, .probe,
                .removeLink, .removeAddress, .removeRoute, .removeRule, .removeClamp, .removeFile, .unloadSecret,
                .unloadPool, .unloadConnection, .endSAs:
                return []
            }
        }
    }
}
