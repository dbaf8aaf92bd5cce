import Foundation
import TestBed
import Testing

/// What `check` says of machines that are broken in one way each, and of those that are not.
@Suite(.testBed) struct CheckTests {
    /// A finding as `check --json` tells it.
    private struct Finding: CustomStringConvertible {
        let kind: String, severity: String, evidence: String, fix: String
        var description: String { "\(severity) \(kind): \(evidence) | \(fix)" }
    }

    private func findings(on host: TestBed.Host, _ arguments: [String] = []) async throws -> [Finding] {
        let outcome = try await host.attempt([TestBed.Host.viaductBinary, "check", "--json"] + arguments)
        let report = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any]
        #expect(report?["format"] as? Int == 1, "\(outcome)")
        let entries = try #require(report?["findings"] as? [[String: Any]], "\(outcome)")
        #expect(outcome.status == (entries.isEmpty ? 0 : 2), "\(outcome)")
        return try entries.map { entry in
            func text(_ key: String) throws -> String { try #require(entry[key] as? String, "\(key) of \(entry)") }
            #expect(try !text("why").isEmpty)
            return Finding(
                kind: try text("kind"), severity: try text("severity"), evidence: try text("evidence"),
                fix: try text("fix"))
        }
    }

    /// Expects that `check` finds a thing, with words in its evidence and its fix.
    private func expect(
        _ kind: String, on host: TestBed.Host, _ tunnel: String = "office", evidence: String, fix: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await findings(on: host, [tunnel])
        let match = found.first {
            $0.kind == kind && $0.evidence.contains(evidence) && fix.map($0.fix.contains) ?? true
        }
        #expect(match != nil, "no \(kind) with “\(evidence)” in \(found)", sourceLocation: sourceLocation)
    }

    @Test func `a tunnel over an XFRM interface: nothing when healthy, and the cause of each fault`() async throws {
        let net = try await SiteToSite(innerHosts: true)
        let gateway = net.a.gateway
        try net.b.writeSpec()
        // Its own packets come from an address that the far side needs a route for, and the probe is sent to the far LAN.
        let routes = "[{ to: 10.2.0.0/24, source: 10.1.0.1 }, \"fd02::/64\"]"
        try net.a.writeSpec(
            "psk: { file: office.psk }\nstart: up\nprobe: 10.2.0.10\n"
                + net.a.lines(interface: "id: 4711", routes: routes))
        #expect(try await findings(on: gateway).isEmpty, "before up")
        try await net.up()
        #expect(try await findings(on: gateway).isEmpty)
        #expect(try await findings(on: net.b.gateway).isEmpty)

        try await gateway.run("nft", "-f", "-", input: Self.firewall)
        try await expect(
            "firewall-esp", on: gateway, evidence: "chain inet filter input drops ESP",
            fix: "nft delete rule inet filter")
        try await gateway.run("nft", "flush", "ruleset")

        try await gateway.sysctl(["net/ipv4/ip_forward": "0"])
        try await expect("forwarding-off", on: gateway, evidence: "10.1.0.0/24 is on lan", fix: "forwarding: true")
        try await gateway.sysctl(["net/ipv4/ip_forward": "1"])

        // What comes from this half of the far network by the tunnel is answered by another way.
        try await gateway.ip("route add 10.2.0.0/25 via 10.1.0.10")
        try await gateway.sysctl(["net/ipv4/conf/office/rp_filter": "1"])
        try await expect("rp-filter", on: gateway, evidence: "strict on office", fix: "office/rp_filter=2")
        try await expect("route-elsewhere", on: gateway, evidence: "10.2.0.1, which the spec routes into the tunnel")
        try await gateway.ip("route delete 10.2.0.0/25 via 10.1.0.10")

        let policy = "src 0.0.0.0/0 dst 0.0.0.0/0 dir out"
        try await gateway.ip(
            "xfrm policy add \(policy) priority 1 tmpl src 192.0.2.1 dst 192.0.2.9 proto esp mode tunnel")
        try await expect("policy-shadowed", on: gateway, evidence: "dir output priority 1", fix: "dir out")
        try await gateway.ip("xfrm policy delete \(policy)")

        try await net.b.gateway.ip("route delete 10.1.0.0/24 dev office")
        try await expect(
            "probe-failed", on: gateway, evidence: "went out through the SA and nothing came back",
            fix: "a route for 10.1.0.1")
        try await net.b.gateway.viaduct("up", "office").checked()
        #expect(try await findings(on: gateway).isEmpty, "all is mended")

        try await gateway.ip("link set office down")
        try await expect(
            "link-down", on: gateway, evidence: "the link office is down", fix: "ip link set dev office up")
        try await gateway.viaduct("up", "office").checked()

        // The id on one side of the pair: the link has another one than policies and SAs.
        try await gateway.ip(
            "link delete office", "link add office mtu 1446 type xfrm if_id 99",
            "link set office alias viaduct:office", "link set office up")
        try await expect("id-mismatch", on: gateway, evidence: "has if_id 99")
        try await gateway.viaduct("up", "office").checked()
        #expect(try await findings(on: gateway).isEmpty, "up has mended the id")

        try await checkSpecs(of: net)

        try await gateway.stopCharon()
        try await expect("charon-absent", on: gateway, evidence: "charon does not answer", fix: "systemctl start")
    }

    /// Faults that show before a tunnel is up.
    private func checkSpecs(of net: SiteToSite) async throws {
        let gateway = net.a.gateway
        try await gateway.run("ip", "netns", "add", "blue")
        try await gateway.ip("link add other type xfrm if_id 4242", "link set other netns blue")
        try gateway.write(
            "local: 192.0.2.1\nremote: 192.0.2.2\npsk: { file: office.psk }\nroutes: [10.9.0.0/24]\n"
                + "interface: { id: 4242 }\n", to: "/etc/viaduct/second.yaml")
        try await expect(
            "id-elsewhere", on: gateway, "second", evidence: "link other in the namespace blue",
            fix: "ip -n blue link delete dev other")
        try gateway.delete("/etc/viaduct/second.yaml")

        try gateway.write(Self.expired, to: "/etc/viaduct/gw.pem")
        try gateway.write(
            "no key is needed to see that the certificate is over\n", to: "/etc/viaduct/gw.key", mode: 0o600)
        try gateway.write(
            "local: 192.0.2.1\nremote: 192.0.2.2\nauth: { certificate: gw.pem, key: gw.key, ca: gw.pem }\n"
                + "routes: [10.9.0.0/24]\n", to: "/etc/viaduct/third.yaml")
        try await expect(
            "certificate-expired", on: gateway, "third", evidence: "gw.pem was valid until 2021-06-01 12:30 UTC")
        try gateway.delete("/etc/viaduct/third.yaml")
    }

    @Test func `a VTI: nothing when healthy, and the cause of each fault`() async throws {
        let net = try await SiteToSite(innerHosts: true)
        let gateway = net.a.gateway
        for site in net.sites {
            try site.writeSpec(
                "psk: { file: office.psk }\nstart: \(site.start)\n" + site.lines(interface: "kind: vti, id: 42"))
        }
        try await net.up()
        #expect(try await findings(on: gateway).isEmpty)

        try await gateway.sysctl(["net/ipv4/conf/office/disable_policy": "0"])
        try await expect(
            "vti-policy-check", on: gateway, evidence: "office/disable_policy is 0", fix: "disable_policy=1")
        try await gateway.sysctl(["net/ipv4/conf/office/disable_policy": "1"])

        let settings = try gateway.read("/etc/strongswan.conf")
        try gateway.write(
            settings.replacing("install_routes = no", with: "install_routes = yes"), to: "/etc/strongswan.conf")
        try await expect("charon-routes", on: gateway, evidence: "install_routes is on", fix: "install_routes = no")
        try gateway.write(settings, to: "/etc/strongswan.conf")

        // No mark and the lower number: it comes before the tunnel's own policy for every packet.
        let policy = "src 0.0.0.0/0 dst 0.0.0.0/0 dir out"
        try await gateway.ip("xfrm policy add \(policy) priority 1 action block")
        try await expect("policy-shadowed", on: gateway, evidence: "comes before the tunnel's own")
        try await gateway.ip("xfrm policy delete \(policy)")

        // The SA has the mark 42, and the link looks for another.
        try await gateway.ip(
            "link change dev office type vti local 192.0.2.1 remote 192.0.2.2 ikey 42 okey 43")
        try await expect("id-mismatch", on: gateway, evidence: "outbound key 43")
        try await gateway.viaduct("up", "office").checked()
        #expect(try await findings(on: gateway).isEmpty, "up has mended the key")
    }

    @Test func `an MTU that is too large, and selectors that the peer has narrowed`() async throws {
        let net = try await SiteToSite()
        try net.a.writeSpec(
            net.a.spec(routes: net.a.peerNetworks + ["10.77.0.0/16"], mtu: 1500) + "forwarding: false\n")
        try net.b.writeSpec(
            net.b.spec() + "traffic: { local: [10.2.0.0/24, \"fd02::/64\", 169.254.7.0/30] }\n")
        try await net.up()
        let found = try await findings(on: net.a.gateway, ["office"])
        let sizes = try #require(found.first { $0.kind == "mtu-too-large" }, "\(found)")
        #expect(sizes.evidence.contains("has MTU 1500") && sizes.evidence.contains("leaves 1446"), "\(sizes)")
        let selectors = try #require(found.first { $0.kind == "selectors" }, "\(found)")
        #expect(selectors.evidence.contains("10.77.0.0/16 is routed into the link"), "\(selectors)")
        // In words for a person it is the same, and the exit status too.
        let text = try await net.a.gateway.viaduct("check", "office", environment: ["NO_COLOR": "1"])
        #expect(text.status == 2)
        #expect(text.stdout.contains("error: office: ") && text.stdout.contains("\n  fix: "), "\(text)")
        #expect(!text.stdout.contains("\u{1b}"))
    }

    private static let firewall = """
        table inet filter {
          chain input {
            type filter hook input priority 0; policy accept;
            ct state established counter
            meta l4proto esp counter drop
          }
        }

        """

    /// Valid from 2020-01-01 to 2021-06-01.
    private static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBGDCBwAIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5ndy5leGFtcGxlLm9y
        ZzAeFw0yMDAxMDEwMDAwMDBaFw0yMTA2MDExMjMwNDVaMBkxFzAVBgNVBAMMDmd3
        LmV4YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsAgP9n8fViLm
        CjFPltrS2H3dQTgFJg/82CDFHn9XGmvUo2NHcZYY2EKjLagv/LWetutOTXh119fW
        M1HPRp9OkzAKBggqhkjOPQQDAgNHADBEAiAx5b8PAlXa/JbzMLyWsprPSZofoCwv
        eMfSuv/4uJ0XiAIgZqiBwJ2d5y6QK4kkXdOEqd5nj+xMN9wMsgMfuyok41s=
        -----END CERTIFICATE-----

        """
}
