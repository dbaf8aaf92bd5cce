import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelBatchTests {
    @Test func `link, address, route and rule go in one send by a chosen index`() throws {
        let sandbox = try Sandbox()
        var interfaces = try sandbox.interfaces()
        let device = try name("d0")
        let index = interfaces.choose(device)
        let link = Link(name: device, kind: Machine.plainKind, isUp: true)
        let rule = Rule(family: .ipv4, priority: 5000, action: .lookup(table: 70000))
        let route = Route(to: try prefix("10.1.0.0/16"), device: device, table: 70000)
        let requests = try [
            Request.add(link, index: index, interfaces: interfaces),
            .add(InterfaceAddress(interface: device, address: prefix("192.0.2.1/24")), interfaces: interfaces),
            .add(route, interfaces: interfaces),
            .add(rule),
        ]
        for result in sandbox.socket.perform(requests) { try result.get() }
        #expect(try sandbox.interfaces()[device] == index)
        #expect(try sandbox.socket.rules(family: .ipv4).contains(rule))
        #expect(try sandbox.socket.routes(table: 70000, interfaces: interfaces).count == 1)
    }

    @Test func `each failure is found at its request, and the others succeed`() throws {
        let sandbox = try Sandbox()
        try sandbox.makeLink("d0")
        let interfaces = try sandbox.interfaces()
        let good = try Request.add(Route(to: prefix("10.0.0.0/8"), device: name("d0")), interfaces: interfaces)
        let badHop = NextHop(device: try name("d0"), gateway: try address("203.0.113.1"))
        let bad = try Request.add(Route(to: prefix("10.1.0.0/16"), nextHops: [badHop]), interfaces: interfaces)
        let codes = sandbox.socket.perform([good, bad, good, bad]).map { result -> String? in
            if case .failure(let error) = result { error.codeName } else { nil }
        }
        #expect(codes == [nil, "ENETUNREACH", "EEXIST", "ENETUNREACH"])
        #expect(sandbox.socket.perform([]).isEmpty)
        let error = try failure { try sandbox.socket.perform(bad) }
        #expect(error.kernelMessage == "Nexthop has invalid gateway")
        #expect(error.operation == .add && error.object == "route 10.1.0.0/16 dev d0")
    }

    @Test func `more requests than a send holds all get their answers`() throws {
        let sandbox = try Sandbox()
        let rules = (0..<3000).map { Rule(family: .ipv4, priority: 10000 + $0, action: .lookup(table: 100)) }
        let add = try rules.map { try Request.add($0) }
        #expect(sandbox.socket.perform(add).allSatisfy { $0.isSuccess })
        let again = sandbox.socket.perform(add)
        #expect(again.count == 3000 && again.allSatisfy { !$0.isSuccess })
        #expect(try sandbox.socket.rules(family: .ipv4).filter { (10000..<13000).contains($0.priority) }.count == 3000)
        let delete = try rules.map { try Request.delete($0) }
        #expect(sandbox.socket.perform(delete).allSatisfy { $0.isSuccess })
        #expect(try sandbox.socket.rules(family: .ipv4).allSatisfy { $0.origin == 2 })
    }
}

extension Result {
    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}
