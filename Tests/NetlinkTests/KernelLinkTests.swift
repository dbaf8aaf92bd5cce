import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelLinkTests {
    @Test func `a link reads as it was made`() throws {
        let sandbox = try Sandbox()
        let link = Link(
            name: try name("d0"), kind: Machine.plainKind, mtu: 1400, alias: "viaduct office", group: 77, isUp: true,
            isMulticast: true, addressGeneration: AddressGenerationMode.none)
        let requests = try Request.adding(link, index: 4711, interfaces: InterfaceTable())
        for result in sandbox.socket.perform(requests) { try result.get() }
        let read = try #require(try sandbox.socket.link(named: link.name))
        #expect(read.link == link)
        #expect(read.index == 4711)
        #expect(read.isRunning)
        #expect(try sandbox.socket.links().filter { $0.index == 4711 } == [read])
        #expect(try sandbox.socket.link(index: 4711) == read)
        // Set before the link came up, so the kernel made no fe80:: address.
        #expect(try sandbox.socket.addresses(family: .ipv6, interfaces: sandbox.interfaces()).isEmpty)
    }

    @Test func `settings change one by one, and an empty alias is none`() throws {
        let sandbox = try Sandbox()
        let index = try sandbox.makeLink("d0", isUp: false)
        try sandbox.socket.perform(.change(.index(index), LinkChange(alias: "a", name: try name("d1"))))
        try sandbox.socket.perform(
            .change(.name(try name("d1")), LinkChange(isUp: true, isMulticast: true, mtu: 1300, group: 5)))
        var link = try #require(try sandbox.socket.link(index: index)).link
        #expect(link.name.text == "d1")
        #expect(link.alias == "a")
        #expect(link.isUp && link.isMulticast && link.mtu == 1300 && link.group == 5)
        try sandbox.socket.perform(.change(.index(index), LinkChange(isUp: false, isMulticast: false, alias: "")))
        link = try #require(try sandbox.socket.link(index: index)).link
        #expect(link.alias == nil && !link.isUp && !link.isMulticast && link.mtu == 1300)
    }

    @Test func `a bridge takes a link in and lets it go`() throws {
        let sandbox = try Sandbox()
        let bridge = Link(name: try name("br0"), kind: .other("bridge"))
        try sandbox.socket.perform(.add(bridge, interfaces: InterfaceTable()))
        let member = Link(name: try name("d0"), kind: Machine.plainKind, master: bridge.name)
        try sandbox.socket.perform(.add(member, interfaces: sandbox.interfaces()))
        #expect(try sandbox.socket.link(named: member.name)?.link.master == bridge.name)
        try sandbox.socket.perform(.change(.name(member.name), LinkChange(master: LinkChange.Master.none)))
        #expect(try sandbox.socket.link(named: member.name)?.link.master == nil)
        let change = LinkChange(master: .interface(bridge.name))
        try sandbox.socket.perform(.change(.name(member.name), change, interfaces: sandbox.interfaces()))
        #expect(try sandbox.socket.link(named: member.name)?.link.master == bridge.name)
    }

    @Test func `a link moves to another namespace`() throws {
        let sandbox = try Sandbox()
        let other = try Sandbox()
        let index = try sandbox.makeLink("d0")
        try other.owner.namespace.withDescriptor { (descriptor) throws(NetlinkError) in
            try sandbox.socket.perform(.change(.index(index), LinkChange(namespace: descriptor)))
            let born = Link(name: InterfaceName.loopback, kind: Machine.plainKind)
            let failure = #expect(throws: NetlinkError.self) {
                try sandbox.socket.perform(.add(born, namespace: descriptor, interfaces: InterfaceTable()))
            }
            #expect(failure?.isAlreadyThere == true)
        }
        #expect(try sandbox.socket.link(index: index) == nil)
        #expect(try other.socket.link(named: name("d0")) != nil)
    }

    @Test func `a link that is not there reads as nil, and its removal says so`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.socket.link(named: name("nobody")) == nil)
        #expect(try sandbox.socket.link(index: 4711) == nil)
        let error = try failure { try sandbox.socket.perform(.deleteLink(index: 4711)) }
        #expect(error.isAlreadyGone && error.codeName == "ENODEV")
    }

    @Test func `a group goes at once, and only it`() throws {
        let sandbox = try Sandbox()
        let links = try (0..<20).map { number in
            Link(name: try name("d\(number)"), kind: Machine.plainKind, group: number % 2 == 0 ? 900 : 0)
        }
        let requests = try links.map { try Request.add($0, interfaces: InterfaceTable()) }
        for result in sandbox.socket.perform(requests) { try result.get() }
        try sandbox.socket.perform(.deleteLinks(group: 900))
        let left = try sandbox.socket.links().filter { $0.link.kind == Machine.plainKind }
        #expect(left.count == 10 && left.allSatisfy { $0.link.group == 0 })
        let error = try failure { try sandbox.socket.perform(.deleteLinks(group: 900)) }
        #expect(error.isAlreadyGone)
        #expect(throws: NetlinkError.self) { try Request.deleteLinks(group: 0) }
    }

    @Test func `a taken name is refused with a hint`() throws {
        let sandbox = try Sandbox()
        try sandbox.makeLink("d0")
        let error = try failure { try sandbox.makeLink("d0") }
        #expect(error.isAlreadyThere)
        #expect(error.hint != nil)
        #expect(error.description.hasPrefix("add \(Machine.plainKind.word) link d0: File exists (EEXIST)"))
    }
}
