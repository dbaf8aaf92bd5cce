import Testing
import ViaductCore

@Suite("What is wrong with the link")
struct SpecLinkProblemTests {
    @Test(
        "the link",
        arguments: [
            .whole("interface: { kind: ⟨⟩gre }", "interface.kind: 'gre' is none of auto, xfrm, vti"),
            .whole(
                "interface: { netns: ⟨⟩a/b }",
                "interface.netns: 'a/b' is not the name of a network namespace: 1...255 of A-Z a-z 0-9 _ . -, not beginning with . or -"
            ),
            .whole(
                "interface: { netns: blue, vrf: ⟨⟩red }",
                "interface.vrf: is given beside 'netns'; keep one; each alone keeps the tunnel's routes apart"),
            .whole(
                "interface: { vrf: ⟨⟩office }",
                "interface.vrf: 'office' is the tunnel's own link; write the name of the VRF"),
            .whole(
                "interface: { mss: ⟨⟩on }",
                "interface.mss: 'on' is not clamp, off, or a number of 536...65495 bytes"),
            .whole(
                "interface: { mss: ⟨⟩535 }",
                "interface.mss: '535' is not clamp, off, or a number of 536...65495 bytes"),
            .whole(
                "interface: { mtu: 1400, mss: ⟨⟩1361 }",
                "interface.mss: '1361' is more than the link's MTU of 1400 allows; write 'clamp'"),
            .whole(
                "interface: { name: ⟨⟩sixteen-bytes-xy }",
                "interface.name: 'sixteen-bytes-xy' is not an interface name: at most 15 of A-Z a-z 0-9 _ . -, not beginning with . or -"
            ),
            .whole(
                "interface: { name: ⟨⟩all }",
                "interface.name: 'all' is not an interface name: at most 15 of A-Z a-z 0-9 _ . -, not beginning with . or -"
            ),
            .whole(
                "interface: { name: ⟨⟩-x }",
                "interface.name: '-x' is not an interface name: at most 15 of A-Z a-z 0-9 _ . -, not beginning with . or -"
            ),
            .whole(
                "interface: { name: ⟨⟩\"a b\" }",
                "interface.name: 'a b' is not an interface name: at most 15 of A-Z a-z 0-9 _ . -, not beginning with . or -"
            ),
            .whole(
                "interface: { name: v0, device: ⟨⟩v0 }",
                "interface.device: 'v0' is the tunnel's own link; write the device of the underlay"),
            .whole("interface: { id: ⟨⟩0 }", "interface.id: '0' is not a number of 1...4294967293"),
            .whole("interface: { id: ⟨⟩4294967294 }", "interface.id: '4294967294' is not a number of 1...4294967293"),
            .whole("interface: { id: ⟨⟩4294967338 }", "interface.id: '4294967338' is not a number of 1...4294967293"),
            .whole("interface: { id: ⟨⟩010 }", "interface.id: '010' is not a number of 1...4294967293"),
            .whole("interface: { id: ⟨⟩-1 }", "interface.id: '-1' is not a number of 1...4294967293"),
            .whole(
                "interface: { kind: vti, id: ⟨⟩0/0xff }",
                "interface.id: '0/0xff' is the mark 0, which means none; write a mark of 1...4294967293"),
            .whole(
                "interface: { kind: vti, id: ⟨⟩7/0 }",
                "interface.id: '7/0' has a mask that hides the whole mark; write the mark alone, or a mask that covers it"
            ),
            .whole(
                "interface: { kind: vti, id: ⟨⟩0x101/0xff }",
                "interface.id: '0x101/0xff' has bits outside its mask, so it never matches; write 0x1/0xff"),
            .whole(
                "interface: { kind: vti, id: { in: 1, out: ⟨⟩0x100/0xff } }",
                "interface.id.out: '0x100/0xff' has bits outside its mask, so it never matches; write a mask that covers the mark"
            ),
            .whole(
                "interface: { kind: vti, id: { in: ⟨⟩0, out: ⟨⟩1/ } }",
                "interface.id.in: '0' is not a number of 1...4294967293",
                "interface.id.out: '1/' is not a mark such as 0x10/0xff"),
            .whole(
                "interface: { kind: vti, id: ⟨⟩0xffffffff/0xffffffff }",
                "interface.id: '0xffffffff/0xffffffff' is a mark that charon keeps for itself; write a mark of 1...4294967293"
            ),
            .whole(
                "interface: { id: ⟨⟩7/0xff }",
                "interface.id: '7/0xff' has a mask, which only a VTI's marks have; write the number alone, or 'kind: vti'"
            ),
            .whole(
                "interface: { kind: auto, id: { in: ⟨⟩7/0xff, out: 8 } }",
                "interface.id.in: '7/0xff' has a mask, which only a VTI's marks have; write the number alone, or 'kind: vti'"
            ),
            .whole(
                "interface: { id: ⟨⟩{ in: 7 } }",
                "interface.id.out: is missing; write both, such as '{ in: 1, out: 2 }', or one number for both directions"
            ),
            .whole("interface: { id: ⟨⟩[7, 8] }", "interface.id: is a list; write a number of 1...4294967293"),
            .whole(
                "interface: { name: ⟨⟩abcdefghijkl-in, id: { in: 7, out: 8 } }",
                "interface.name: 'abcdefghijkl-in' is what the link for packets that come in would be called; write another name"
            ),
            FaultySpec(
                "remote: \"2001:db8::2\"\npsk: { file: a }\nlocal: ⟨⟩192.0.2.1\ninterface: { kind: vti }",
                "local: 192.0.2.1 is of another family than the peer's address 2001:db8::2; write two of one family"),
            .whole("interface: { mtu: ⟨⟩65536 }", "interface.mtu: '65536' is not a number of 68...65535 bytes"),
            .whole("interface: { mtu: ⟨⟩1e3 }", "interface.mtu: '1e3' is not a number of 68...65535 bytes"),
            .whole("interface: { mtu: ⟨⟩0x500 }", "interface.mtu: '0x500' is not a number of 68...65535 bytes"),
            .whole("interface: { mtu: ⟨⟩[1400] }", "interface.mtu: is a list; write a number of 68...65535 bytes"),
            .whole(
                "interface: { mtu: ⟨⟩1279, addresses: [\"fd00::1/64\"] }",
                "interface.mtu: '1279' is less than IPv6 needs; write 1280 or more"),
            .whole(
                "interface: { mtu: ⟨⟩1279 }\nroutes: [\"fd00::/64\"]",
                "interface.mtu: '1279' is less than IPv6 needs; write 1280 or more"),
            .whole("interface: { multicast: ⟨⟩maybe }", "interface.multicast: 'maybe' is not true or false"),
            .whole(
                "interface: { addresses: [10.9.0.1/24, ⟨⟩10.9.0.1/30] }",
                "interface.addresses[1]: gives 10.9.0.1 a second time; keep one"),
            .whole(
                "interface: { addresses: [⟨⟩10.9.0.0/24] }",
                "interface.addresses[0]: '10.9.0.0/24' is the address of the network itself; write that of a host in it"
            ),
            .whole(
                "interface: { addresses: [⟨⟩10.9.0.255/24] }",
                "interface.addresses[0]: '10.9.0.255/24' is the network's broadcast address; write that of a host in it"
            ),
            .whole(
                "interface: { addresses: [⟨⟩127.0.0.2/8] }",
                "interface.addresses[0]: '127.0.0.2/8' is not the address of a host"),
            .whole(
                "interface: { addresses: [⟨⟩10.9.0.1/33] }",
                "interface.addresses[0]: '10.9.0.1/33' is not an address block; write one such as 192.168.88.0/24 or 2001:db8:88::/64"
            ),
            .whole(
                "interface: { addresses: [⟨⟩10.9.0.1/255.255.255.0] }",
                "interface.addresses[0]: '10.9.0.1/255.255.255.0' is not an address block; write one such as 192.168.88.0/24 or 2001:db8:88::/64"
            ),
            .whole(
                "interface: { addresses: [⟨⟩192.0.2.1/24] }",
                "interface.addresses[0]: 192.0.2.1/24 holds the peer's own address 192.0.2.2; write a longer prefix"),
            .whole(
                "interface: { addresses: [⟨⟩192.0.2.2/32] }",
                "interface.addresses[0]: 192.0.2.2 is the peer's address on the underlay; write one that is used inside the tunnel only"
            ),
            .whole(
                "interface: { addresses: [{ address: 10.9.0.1, peer: ⟨⟩fd00::1 }] }",
                "interface.addresses[0].peer: 'fd00::1' is of another family than 10.9.0.1; write two addresses of one family"
            ),
            .whole(
                "interface: { addresses: [{ address: 10.9.0.1, peer: ⟨⟩10.9.0.1 }] }",
                "interface.addresses[0].peer: '10.9.0.1' is our own address; write the far end's"),
            .whole(
                "interface: { addresses: [⟨⟩{ address: 10.9.0.1/24, peer: 192.0.2.77 }] }",
                "interface.addresses[0]: 192.0.2.77/24 holds the peer's own address 192.0.2.2; write a longer prefix"),
            .whole(
                "interface: { addresses: [⟨⟩{ peer: 10.9.0.1 }] }",
                "interface.addresses[0].address: is missing; write our address"),
            .whole("interface: ⟨⟩vpn0", "interface: is a text; write a mapping"),
        ] as [FaultySpec])
    func link(spec: FaultySpec) throws {
        try spec.check()
    }

    @Test(
        "a tunnel whose name is no interface's needs one",
        arguments: [
            ("a-name-of-seventeen", "is longer than 15 bytes"), ("all", "has a meaning of its own"),
            ("lo", "has a meaning of its own"),
        ])
    func longName(name: String, why: String) throws {
        let text = "remote: 192.0.2.2\npsk: { file: a.psk }\n"
        #expect(
            try specProblems(text, name: name).map(\.description) == [
                "office.yaml:1:1: interface.name: is missing; the tunnel's name '\(name)' \(why), so the link needs another, such as 'interface: { name: vpn0 }'"
            ])
        #expect(try specProblems(text + "interface: { name: vpn0 }", name: name).isEmpty)
    }
}
