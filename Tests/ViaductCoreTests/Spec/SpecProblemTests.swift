import Testing
import ViaductCore

@Suite("What is wrong with a spec is said where it stands")
struct SpecProblemTests {
    @Test("all problems come at once, in the order of the text")
    func allAtOnce() throws {
        try FaultySpec(
            """
            remote: ⟨⟩192.0.2.300
            psk: { file: a.psk }
            interface:
              ⟨⟩nmae: vpn0
              mtu: ⟨⟩12
            routes:
              - 10.1.0.0/16
              - { to: ⟨⟩10.0.0.1/8, metric: ⟨⟩-1 }
            start: ⟨⟩onDemand
            """,
            "remote: '192.0.2.300' is neither an address nor a host name; write one such as 192.0.2.2 or vpn.example.org",
            "interface.nmae: is an unknown key; did you mean 'name'?",
            "interface.mtu: '12' is not a number of 68...65535 bytes",
            "routes[1].to: '10.0.0.1/8' has host bits set; write 10.0.0.0/8",
            "routes[1].metric: '-1' is not a number of 0...4294967295",
            "start: 'onDemand' is none of up, on-demand, listen; did you mean 'on-demand'?"
        ).check()
    }

    @Test(
        "a spec needs a peer and a secret",
        arguments: [
            FaultySpec(
                "⟨⟩⟨⟩leak: block",
                "remote: is missing; a spec needs the peer's address or name, such as 'remote: vpn.example.org'",
                "psk: is missing; a spec needs a secret, such as 'psk: { file: NAME.psk }', or 'auth'"),
            FaultySpec(
                "⟨⟩remote: { address: 192.0.2.2, auth: { ca: a.pem } }",
                "psk: is missing; a spec needs a secret for 'local', such as 'psk: { file: NAME.psk }', or 'auth'"),
            FaultySpec(
                "remote: ⟨⟩{ id: a }\npsk: { file: a }", "remote.address: is missing; write the peer's address or name"),
            FaultySpec("remote: ⟨⟩[]\npsk: { file: a }", "remote: is an empty list; write the peer's address or name"),
            FaultySpec("⟨⟩remote:\npsk: { file: a }", "remote: has no value; give it one, or remove the key"),
        ])
    func missing(spec: FaultySpec) throws {
        try spec.check()
    }
}
