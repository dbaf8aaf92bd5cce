import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelAddressTests {
    @Test(arguments: [
        ("192.0.2.1/24", nil), ("10.9.0.1/32", "10.9.0.2"), ("2001:db8::1/64", nil), ("fd00::1/128", "fd00::2"),
    ])
    func `an address reads as it was added, and is gone after its removal`(own: String, peer: String?) throws {
        let sandbox = try Sandbox()
        try sandbox.makeLink("d0")
        let interfaces = try sandbox.interfaces()
        var address = InterfaceAddress(interface: try name("d0"), address: try prefix(own), origin: 155)
        address.peer = try peer.map { try NetlinkTests.address($0) }
        let request = try Request.add(
            address, hasPrefixRoute: false, skipsDuplicateDetection: true, interfaces: interfaces)
        try sandbox.socket.perform(request)
        let read = try sandbox.socket.addresses(interfaces: interfaces).filter {
            !$0.address.address.address.isLinkLocal
        }
        #expect(read.map(\.address) == [address])
        #expect(read.allSatisfy { $0.flags.contains([.noPrefixRoute, .permanent]) && !$0.flags.contains(.tentative) })
        #expect(try failure { try sandbox.socket.perform(request) }.isAlreadyThere)
        let removal = try Request.delete(address, interfaces: interfaces)
        try sandbox.socket.perform(removal)
        let error = try failure { try sandbox.socket.perform(removal) }
        #expect(error.isAlreadyGone && error.codeName == "EADDRNOTAVAIL")
    }

    @Test func `an address makes the route to its prefix unless told not to`() throws {
        let sandbox = try Sandbox()
        try sandbox.makeLink("d0")
        try sandbox.add("192.0.2.1/24", to: "d0")
        let routes = try sandbox.socket.routes(family: .ipv4, table: 254, interfaces: sandbox.interfaces())
        #expect(routes.map(\.destination) == [try prefix("192.0.2.0/24")])
        #expect(routes.first?.scope == .link && routes.first?.origin == 2)
    }

    @Test func `the scope is kept`() throws {
        let sandbox = try Sandbox()
        try sandbox.makeLink("d0")
        let address = InterfaceAddress(interface: try name("d0"), address: try prefix("192.0.2.1/24"), scope: .host)
        try sandbox.socket.perform(.add(address, interfaces: sandbox.interfaces()))
        #expect(
            try sandbox.socket.addresses(family: .ipv4, interfaces: sandbox.interfaces()).map(\.address) == [address])
    }
}
