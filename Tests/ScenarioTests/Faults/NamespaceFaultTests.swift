import TestBed
import Testing

/// A link is made in one namespace and moved to another: in between it is in neither state.
@Suite(.testBed) struct NamespaceFaultTests {
    @Test func `a link that is made and not moved yet is taken back, or found again`() async throws {
        let net = try await SiteToSite(charon: false), gateway = net.a.gateway
        try await gateway.ip("netns add blue")
        try await gateway.run("ip", "-n", "blue", "link", "set", "lo", "up")
        try net.a.writeSpec(
            """
            local: 192.0.2.1
            remote: 192.0.2.2
            psk: { file: office.psk }
            interface: { netns: blue, id: 77, addresses: 169.254.7.1/30 }
            routes: [10.2.0.0/24]

            """)
        func dumps() async throws -> [Dump] {
            [try await gateway.dump().withoutJournal, try await gateway.dump(netns: "blue")]
        }
        func expect(_ wanted: [Dump], _ what: String) async throws {
            for (wanted, found) in zip(wanted, try await dumps()) { expectEqual(wanted, found, what) }
        }
        let up = ["up", "office", "--no-ike"]
        let down = try await dumps()
        let points = try await gateway.viaduct(up, fault: Fault(at: 0, .io)).points
        let done = try await dumps()
        try await gateway.viaduct("down", "office").checked()
        try await expect(down, "left over without a fault")
        let first = try #require(points.firstIndex { $0.object == "RTM_NEWLINK" })
        let last = try #require(points[first...].firstIndex { $0.object == "RTM_SETLINK" })
        // Right behind one point is right before the next.
        for point in points[first...last] {
            let failure: Fault.Kind = point.object.contains("dump") ? .busy : .lost
            for kind in [failure, .killBefore] + (point.number == points[last].number ? [.killAfter] : []) {
                let what = "\(kind) at \(point.number), \(point.object)"
                let outcome = try await gateway.viaduct(up, fault: Fault(at: point.number, kind)).outcome
                if !kind.isDeadly {
                    try await expect(outcome.status == 0 ? done : down, "\(what): \(outcome)")
                    if outcome.status != 0 { continue }
                } else if point.number.isMultiple(of: 2) {
                    try await gateway.viaduct("up", "office", "--no-ike").checked()
                    try await expect(done, "\(what), then up")
                }
                try await gateway.viaduct("down", "office").checked()
                try await expect(down, "\(what), then down")
            }
        }
    }
}
