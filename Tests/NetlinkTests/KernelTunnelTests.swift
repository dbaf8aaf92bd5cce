import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelTunnelTests {
    /// Makes a link with its underlay `d0` there, and reads it back.
    private func made(_ kind: LinkKind) throws -> KernelLink? {
        let sandbox = try Sandbox()
        try sandbox.makeLink("d0")
        let link = Link(name: try name("t0"), kind: kind, mtu: 1400, group: 9, isUp: true)
        try sandbox.socket.perform(.add(link, index: 4711, interfaces: sandbox.interfaces()))
        return try sandbox.socket.link(named: link.name)
    }

    @Test(
        .xfrmLinks,
        arguments: [
            XFRMLink(ifID: 1), XFRMLink(ifID: .max, device: InterfaceName("d0")), XFRMLink(ifID: 0x0102_0304),
        ])
    func `an XFRM interface reads as it was made`(link: XFRMLink) throws {
        let read = try made(.xfrm(link))
        #expect(read?.link.kind == .xfrm(link))
        #expect(read?.link.mtu == 1400 && read?.link.group == 9 && read?.index == 4711 && read?.isExternal == false)
    }

    static let pairs = [("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2")]
    static let keys: [(UInt32, UInt32)] = [(1, 2), (0, 5), (5, 0), (0x0102_0304, .max)]

    @Test(.vti, .vti6, arguments: pairs, keys)
    func `a VTI reads as it was made`(ends: (String, String), keys: (UInt32, UInt32)) throws {
        for (remote, device) in [(ends.1, "d0"), (nil, nil)] as [(String?, String?)] {
            let link = VTILink(
                local: try address(ends.0), remote: try remote.map { try address($0) }, inputKey: keys.0,
                outputKey: keys.1, device: device.flatMap { InterfaceName($0) })
            #expect(try made(.vti(link))?.link.kind == .vti(link))
        }
    }

    @Test(.xfrmLinks, .vti, .vti6) func `ip shows the ids, keys and ends that were asked for`() throws {
        let sandbox = try Sandbox()
        try sandbox.makeLink("d0")
        let vti4 = VTILink(
            local: try address("192.0.2.1"), remote: try address("192.0.2.2"), inputKey: 10, outputKey: 11,
            device: try name("d0"))
        let vti6 = VTILink(
            local: try address("2001:db8::1"), remote: try address("2001:db8::2"), inputKey: 0, outputKey: 12)
        let kinds: [(LinkKind, [String])] = [
            (.xfrm(XFRMLink(ifID: 0xffff_fffe, device: try name("d0"))), [#""if_id":"0xfffffffe""#, #""link":"d0""#]),
            (
                .vti(vti4),
                [
                    #""info_kind":"vti""#, #""local":"192.0.2.1""#, #""remote":"192.0.2.2""#, #""ikey":"0.0.0.10""#,
                    #""okey":"0.0.0.11""#, #""link":"d0""#,
                ]
            ),
            (
                .vti(vti6),
                [
                    #""info_kind":"vti6""#, #""local":"2001:db8::1""#, #""remote":"2001:db8::2""#,
                    #""okey":"0.0.0.12""#,
                ]
            ),
        ]
        for (number, (kind, words)) in kinds.enumerated() {
            let link = Link(
                name: try name("t\(number)"), kind: kind, mtu: 1400, alias: "viaduct", group: 9, isUp: true,
                isMulticast: true, addressGeneration: AddressGenerationMode.none)
            for request in try Request.adding(link, interfaces: sandbox.interfaces()) {
                try sandbox.socket.perform(request)
            }
            let text = try sandbox.ip("-d -j link show t\(number)")
            let common = [
                #""mtu":1400"#, #""ifalias":"viaduct""#, #""group":"9""#, #""UP""#, #""MULTICAST""#,
                #""inet6_addr_gen_mode":"none""#,
            ]
            for word in words + common { #expect(text.contains(word), "\(word) in \(text)") }
            #expect(try sandbox.socket.link(named: link.name)?.link == link)
        }
    }

    @Test(.vrf) func `a VRF reads as it was made, and takes links in`() throws {
        let sandbox = try Sandbox()
        let vrf = Link(name: try name("red"), kind: .vrf(table: 70000), isUp: true)
        try sandbox.socket.perform(.add(vrf, interfaces: InterfaceTable()))
        let member = Link(name: try name("d0"), kind: Machine.plainKind, master: vrf.name)
        try sandbox.socket.perform(.add(member, interfaces: sandbox.interfaces()))
        let links = try sandbox.socket.links().map(\.link)
        #expect(links.first { $0.name == vrf.name }?.kind == vrf.kind)
        #expect(links.first { $0.name == member.name }?.master == vrf.name)
    }

    @Test(.xfrmLinks) func `an if_id changes in place, and a taken one is refused with a hint`() throws {
        let sandbox = try Sandbox()
        try sandbox.makeLink("d0")
        let interfaces = try sandbox.interfaces()
        var link = Link(name: try name("x0"), kind: .xfrm(XFRMLink(ifID: 1, device: try name("d0"))))
        try sandbox.socket.perform(.add(link, index: 4711, interfaces: interfaces))
        link.kind = .xfrm(XFRMLink(ifID: 2, device: try name("d0")))
        try sandbox.socket.perform(.changeKind(ofLink: 4711, to: link, interfaces: interfaces))
        #expect(try sandbox.socket.link(index: 4711)?.link.kind == link.kind)
        link.name = try name("x1")
        let error = try failure { try sandbox.socket.perform(.add(link, interfaces: interfaces)) }
        #expect(error.isAlreadyThere && error.hint?.contains("if_id 2") == true)
        link.kind = .xfrm(XFRMLink(ifID: 0))
        #expect(throws: NetlinkError.self) { try Request.add(link, interfaces: interfaces) }
    }

    @Test(.vti, .vti6, arguments: pairs) func `a VTI's remote changes in place`(local: String, remote: String) throws {
        let sandbox = try Sandbox()
        var vti = VTILink(local: try address(local), remote: try address(remote), inputKey: 1, outputKey: 2)
        var link = Link(name: try name("v0"), kind: .vti(vti))
        try sandbox.socket.perform(.add(link, index: 4711, interfaces: InterfaceTable()))
        vti.remote = try address(remote + "9")
        vti.inputKey = 7
        link.kind = .vti(vti)
        try sandbox.socket.perform(.changeKind(ofLink: 4711, to: link, interfaces: InterfaceTable()))
        #expect(try sandbox.socket.link(index: 4711)?.link.kind == link.kind)
    }

    @Test(.xfrmLinks) func `a link moved to another namespace keeps its underlay here`() throws {
        let sandbox = try Sandbox()
        let other = try Sandbox()
        try sandbox.makeLink("d0")
        let link = Link(name: try name("x0"), kind: .xfrm(XFRMLink(ifID: 1, device: try name("d0"))))
        try sandbox.socket.perform(.add(link, interfaces: sandbox.interfaces()))
        try other.owner.namespace.withDescriptor { (descriptor) throws(NetlinkError) in
            try sandbox.socket.perform(.change(.name(link.name), LinkChange(namespace: descriptor)))
        }
        let moved = try #require(try other.socket.link(named: link.name))
        #expect(moved.link.kind == .xfrm(XFRMLink(ifID: 1)))
        #expect(moved.underlayNamespaceID != nil)
        #expect(try moved.underlayIndex == sandbox.interfaces()[name("d0")])
    }
}
