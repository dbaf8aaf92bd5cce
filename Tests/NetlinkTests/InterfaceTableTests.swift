import NetworkModel
import Testing

@testable import Netlink

@Suite struct InterfaceTableTests {
    @Test func `a rename and a reused name leave no stale entry`() throws {
        var table = try goldenInterfaces()
        table.insert(try name("d9"), index: 5)
        #expect(try table[name("d0")] == nil && table[name("d9")] == 5 && table[5] == name("d9"))
        table.insert(try name("d9"), index: 7)
        #expect(try table[5] == nil && table[name("d9")] == 7)
        table.remove(index: 7)
        #expect(try table[name("d9")] == nil)
    }

    @Test func `a chosen index is above all that are known`() throws {
        var table = try goldenInterfaces()
        #expect(try table.choose(name("x0")) == 7 && table.choose(name("x1")) == 8 && table[name("x0")] == 7)
    }

    @Test func `a link that was moved away gets the name of the device below it from where it was made`() throws {
        var moved = KernelLink(
            index: 9, link: Link(name: try name("x0"), kind: .xfrm(XFRMLink(ifID: 42))), underlayIndex: 5,
            underlayNamespaceID: 0)
        let birthplace = try goldenInterfaces()
        #expect(moved.link(madeAmong: birthplace).kind == .xfrm(XFRMLink(ifID: 42, device: try name("d0"))))
        #expect(moved.link(madeAmong: InterfaceTable()).kind == moved.link.kind)
        moved.underlayNamespaceID = nil
        #expect(moved.link(madeAmong: birthplace).kind == moved.link.kind)
    }
}

@Suite struct NetlinkErrorTests {
    @Test func `an error says what, on which object, why, and what to do`() throws {
        let link = try Request.add(
            Link(name: name("office"), kind: .xfrm(XFRMLink(ifID: 42))), interfaces: InterfaceTable())
        #expect(
            link.error(17).description
                == "add xfrm link office: File exists (EEXIST); "
                + "a link named office exists, or if_id 42 is taken: remove it or choose another")
        let route = Route(to: try prefix("10.0.0.0/8"), type: .blackhole, table: 100)
        let error = try Request.delete(route, interfaces: InterfaceTable()).error(3)
        #expect(error.description == "delete blackhole route 10.0.0.0/8 in table 100: No such process (ESRCH)")
        #expect(error.isAlreadyGone && !error.isAlreadyThere && !error.isNotPermitted)
        #expect(link.error(9999).codeName == "E9999")
    }

    @Test(arguments: ["", ".", "..", "a/b", "../1/ns/net"])
    func `a namespace's name cannot lead out of its folder`(text: String) throws {
        #expect(try failure { _ = try NetlinkSocket(.route, in: .named(text)) }.codeName == "EINVAL")
    }

    @Test func `a namespace that is not there is told as such`() throws {
        let error = try failure { _ = try NetlinkSocket(.route, in: .named("no-such-namespace")) }
        #expect(error.codeName == "ENOENT" && error.operation == .open)
    }
}
