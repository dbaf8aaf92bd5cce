import NetworkModel

@testable import ViaductCore

/// Takes packets through a ruleset that was read; every walk must end.
enum FirewallPassage {
    static func walk(_ ruleset: FirewallRuleset) {
        for family in [AddressFamily.ipv4, .ipv6] {
            let packet = FirewallPacket(
                source: .any(family), destination: .any(family), family: family, ipProtocol: 17, ports: (500, 4500),
                inputInterface: "eth0", outputInterface: "", isEstablished: false)
            let walk = FirewallWalk(ruleset: ruleset, packet: packet)
            for hook in [FirewallHook.prerouting, .input, .forward, .output, .postrouting] {
                _ = walk.drop(at: hook)?.description
            }
        }
    }
}
