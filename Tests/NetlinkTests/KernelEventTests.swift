import Glibc
import Netlink
import NetworkModel
import Testing

@Suite(.kernel) struct KernelEventTests {
    @Test func `changes are told, with the names of interfaces that came later`() throws {
        let sandbox = try Sandbox()
        let monitor = try NetlinkSocket(.route, in: sandbox.owner.namespace)
        try monitor.subscribe(to: [.links, .addresses, .routes, .rules])
        var interfaces = try sandbox.interfaces()
        try sandbox.makeLink("d0")
        try sandbox.add("192.0.2.1/24", to: "d0")
        let rule = Rule(family: .ipv6, priority: 5000, action: .lookup(table: 100))
        try sandbox.socket.perform(.add(rule))
        try sandbox.socket.perform(.delete(rule))
        var events: [Event] = []
        while true {
            let more = try monitor.events(before: .now, interfaces: &interfaces)
            if more.isEmpty { break }
            events += more
        }
        let device = try name("d0")
        #expect(events.contains { if case .link(let link, .set) = $0 { link.link.name == device } else { false } })
        #expect(
            events.contains { if case .address(let own, .set) = $0 { own.address.interface == device } else { false } })
        #expect(
            events.contains {
                if case .route(let route, .set) = $0 { route.nextHops.first?.device == device } else { false }
            })
        #expect(events.contains(.rule(rule, .set)) && events.contains(.rule(rule, .removed)))
        #expect(interfaces[device] != nil)
    }

    @Test func `the wait ends at the deadline`() throws {
        let sandbox = try Sandbox()
        try sandbox.socket.subscribe(to: [.rules])
        var interfaces = InterfaceTable()
        let start = ContinuousClock.now
        let deadline = start.advanced(by: .milliseconds(30))
        #expect(try sandbox.socket.events(before: deadline, interfaces: &interfaces).isEmpty)
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func `lost events are told as lost`() throws {
        let sandbox = try Sandbox()
        let monitor = try NetlinkSocket(.route, in: sandbox.owner.namespace)
        try monitor.subscribe(to: [.rules])
        // More than the receive buffer holds; few at a time, as the kernel walks along all rules for each.
        let rules = (0..<50).map { Rule(family: .ipv4, priority: 10000 + $0, action: .nop) }
        let requests = try rules.map { try Request.add($0) } + rules.map { try Request.delete($0) }
        for _ in 0..<150 { _ = sandbox.socket.perform(requests) }
        var interfaces = InterfaceTable()
        var wasLost = false
        while true {
            let events = try monitor.events(before: .now, interfaces: &interfaces)
            if events.isEmpty { break }
            if events == [.lost] { wasLost = true }
        }
        #expect(wasLost)
    }

    @Test func `a group of the other subsystem is refused`() throws {
        let sandbox = try Sandbox()
        #expect(throws: NetlinkError.self) { try sandbox.socket.subscribe(to: [.policies]) }
    }
}
