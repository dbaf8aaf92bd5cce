import TestBed
import Testing

/// The tunnel and charon: how the ends prove who they are, and what survives when charon is told other things or restarted.
@Suite(.testBed) struct PairingTests {
    /// Makes a CA and a certificate for each end, with its name in it, and puts them where the specs look.
    private func certify(_ net: SiteToSite) async throws {
        let maker = net.a.gateway
        try await maker.run(
            "sh", "-eu",
            input: """
                mkdir -p /run/.testbed/ca && cd /run/.testbed/ca
                openssl ecparam -name prime256v1 -genkey -noout -out ca.key
                openssl req -x509 -new -key ca.key -subj '/O=Viaduct/CN=CA' -days 3650 -out ca.pem
                for name in gw1 gw2; do
                  openssl ecparam -name prime256v1 -genkey -noout -out $name.key
                  openssl req -new -key $name.key -subj "/O=Viaduct/CN=$name" -out $name.csr
                  echo "subjectAltName=DNS:$name.example.org" >$name.ext
                  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 \\
                    -extfile $name.ext -out $name.pem
                done
                """)
        for (site, name) in [(net.a, "gw1"), (net.b, "gw2")] {
            try await site.gateway.run("mkdir", "-p", "/etc/viaduct/certs")
            for (file, mode) in [("ca.pem", UInt32(0o644)), ("\(name).pem", 0o644), ("\(name).key", 0o600)] {
                let text = try maker.read("/run/.testbed/ca/\(file)")
                try site.gateway.write(text, to: "/etc/viaduct/certs/\(file)", mode: mode)
            }
        }
    }

    /// The public certificates that charon keeps in memory after `down`, for VICI cannot take one away.
    private func withoutCertificates(_ dump: Dump) -> Dump {
        dump.without { $0.section == .charon && $0.text.hasPrefix("list-certs") }
    }

    @Test func `ends that prove themselves by certificates; by hand it is the same; down leaves no key`() async throws {
        func prepared() async throws -> SiteToSite {
            let net = try await SiteToSite()
            try await certify(net)
            for (site, own, other) in [(net.a, "gw1", "gw2"), (net.b, "gw2", "gw1")] {
                try site.writeSpec(
                    """
                    local: { address: \(site.outer), id: \(own).example.org }
                    remote: { address: \(site.peer), id: \(other).example.org }
                    auth: { certificate: certs/\(own).pem, key: certs/\(own).key, ca: certs/ca.pem }
                    routes: \(SiteToSite.Site.list(site.peerNetworks))
                    start: \(site.start)

                    """)
            }
            return net
        }
        let net = try await prepared()
        let before = try await net.dumps()
        try await net.up()
        for (path, result) in try await net.pingAll(count: 3) { #expect(result.received == 3, "\(path): \(result)") }
        let again = try await net.a.gateway.viaduct("up", "office").checked()
        #expect(again.steps.isEmpty, "\(again)")
        let up = try await net.dumps()
        #expect(up[0][.charon].contains { $0.hasPrefix("get-keys") && !$0.hasSuffix("[]") }, "\(up[0][.charon])")
        let scripts = try await net.a.gateway.viaduct("commands", "office", "--down").checked().stdout
        #expect(!scripts.contains("PRIVATE KEY"))
        try await net.down()
        for (index, after) in try await net.dumps().enumerated() {
            expectEqual(withoutCertificates(before[index]), withoutCertificates(after), "left over")
        }

        let typed = try await prepared()
        var down: [String] = []
        for index in [1, 0] {
            let gateway = typed.sites[index].gateway
            let script = try await gateway.viaduct("commands", "office").checked().stdout
            #expect(!script.contains("PRIVATE KEY"))
            down.append(try await gateway.viaduct("commands", "office", "--down").checked().stdout)
            try await gateway.attempt(["sh", "-eu"], input: script).checked()
        }
        for (index, dump) in try await typed.dumps().enumerated() {
            // The keys are other ones here.
            func comparable(_ dump: Dump) -> Dump {
                withoutCertificates(dump.withoutJournal).without {
                    $0.section == .file && ($0.text.contains(".pem") || $0.text.contains("/certs/"))
                        || $0.section == .charon && $0.text.hasPrefix("get-keys")
                }
            }
            expectEqual(comparable(up[index]), comparable(dump), "done (-) and typed (+)")
        }
        for (index, script) in zip([1, 0], down) {
            try await typed.sites[index].gateway.attempt(["sh", "-eu"], input: script).checked()
        }
        for dump in try await typed.dumps() {
            #expect(dump[.link].allSatisfy { !$0.hasPrefix("office ") })
            #expect(dump[.charon].allSatisfy { !$0.contains("office") }, "\(dump[.charon])")
            #expect(dump[.charon].allSatisfy { !$0.hasPrefix("get-keys") || $0.hasSuffix("[]") }, "\(dump[.charon])")
            #expect(dump[.file].allSatisfy { !$0.contains("/etc/swanctl") || !$0.contains("viaduct") })
        }
    }

    @Test func `one end proves itself by a certificate, the other by a pre-shared key`() async throws {
        let net = try await SiteToSite()
        try await certify(net)
        for (site, local, remote) in [
            (
                net.a, "certificate: certs/gw1.pem, key: certs/gw1.key", "psk: { file: office.psk }"
            ), (net.b, "psk: { file: office.psk }", "ca: certs/ca.pem"),
        ] {
            let isA = site.outer == net.a.outer
            try site.writeSpec(
                """
                local: { address: \(site.outer), id: \(isA ? "gw1" : "gw2").example.org, auth: { \(local) } }
                remote: { address: \(site.peer), id: \(isA ? "gw2" : "gw1").example.org, auth: { \(remote) } }
                routes: \(SiteToSite.Site.list(site.peerNetworks))
                start: \(site.start)

                """)
        }
        try await net.up()
        for (path, result) in try await net.pingAll(count: 3) { #expect(result.received == 3, "\(path): \(result)") }
        try await net.down()
    }

    @Test func `a reload and a restart of strongSwan keep the tunnel, and nobody else's connection is unloaded`()
        async throws
    {
        let net = try await SiteToSite()
        try net.writeSpecs()
        let gateway = net.a.gateway
        // One that only VICI knows, and one of a file.
        let foreign = """
            connections {
              other {
                remote_addrs = 203.0.113.9
                local {
                  auth = psk
                }
                remote {
                  auth = psk
                }
              }
            }
            secrets {
              ike-other {
                id = 203.0.113.9
                secret = "of somebody else"
              }
            }

            """
        try gateway.write(foreign, to: "/etc/swanctl/conf.d/other.conf", mode: 0o600)
        try await gateway.loadAll()
        try await gateway.vici("load-shared", ["id": "guest", "type": "ike", "data": "x", "owners": "203.0.113.10"])
        let before = try await net.dumps()
        try await net.up()
        let loaded = try await gateway.dump()
        for name in ["other", "guest"] {
            #expect(loaded[.charon].contains { $0.hasPrefix("get-") && $0.contains(name) }, "\(loaded[.charon])")
        }
        try await net.down()
        for (index, after) in try await net.dumps().enumerated() { expectEqual(before[index], after, "left over") }

        try await net.up()
        let spis = try await gateway.childSAs().map(\.spiIn)
        // What `systemctl reload strongswan` does.
        try await gateway.loadAll()
        #expect(try await gateway.childSAs().map(\.spiIn) == spis)
        #expect(try await gateway.viaduct("up", "office").checked().steps.isEmpty)

        try await gateway.stopCharon()
        try await gateway.startCharon()
        // As the service does when it starts; the snippet brings the tunnel back without viaduct.
        try await gateway.loadAll()
        try await gateway.until("the tunnel is back") { try await $0.childSAs().contains { $0.state == "INSTALLED" } }
        for (path, result) in try await net.pingAll(count: 3) { #expect(result.received == 3, "\(path): \(result)") }
        #expect(try await gateway.viaduct("up", "office").checked().steps.isEmpty)
        try await net.down()
    }
}
