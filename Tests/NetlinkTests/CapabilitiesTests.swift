import NetworkModel
import Testing

@testable import Netlink

@Suite("Capabilities of a thread") struct CapabilitiesTests {
    @Test("what is in effect is permitted, and putting more into effect for a while leaves both as they were")
    func effect() {
        let (permitted, effective) = (Capabilities.permitted, Capabilities.effective)
        #expect(permitted.isSuperset(of: effective))
        let inside = Capabilities.namespaces.inEffect { Capabilities.effective }
        #expect(inside == effective.union(permitted.intersection(.namespaces)))
        #expect(Capabilities.effective == effective)
        #expect(Capabilities.permitted == permitted)
    }

    @Test("an error is handed on, and leaves them as they were")
    func failure() {
        struct Failure: Error {}
        let effective = Capabilities.effective
        #expect(throws: Failure.self) { try Capabilities.rawSockets.inEffect { throw Failure() } }
        #expect(Capabilities.effective == effective)
    }
}
