import NetworkModel
import Testing
import ViaductCore

/// The mark by which an edit is told from drift.
@Suite struct SpecStampTests {
    private func stamp(_ text: String, _ secrets: [String]?) -> SpecStamp {
        SpecStamp(
            path: "/etc/viaduct/office.yaml", spec: Array(text.utf8),
            credentials: secrets.map { $0.map { Secret($0.utf8) } })
    }

    @Test func `an edit of the spec or of a secret is seen, and the order of secrets is not`() {
        let own = stamp("remote: 192.0.2.1", ["one", "two"])
        #expect(own.isSame(as: stamp("remote: 192.0.2.1", ["two", "one"])))
        #expect(!own.isSame(as: stamp("remote: 192.0.2.2", ["one", "two"])))
        #expect(!own.isSame(as: stamp("remote: 192.0.2.1", ["one", "three"])))
    }

    @Test func `secrets that were not read are not compared`() {
        #expect(stamp("a", nil).isSame(as: stamp("a", ["one"])))
        #expect(!stamp("a", nil).isSame(as: stamp("b", ["one"])))
    }

    @Test func `what is kept of a secret is too little to find it by`() {
        // Of 2^17 secrets some must share a stamp, whatever the check.
        let stamps = Set((0..<(1 << 17)).map { stamp("", ["\($0)"]) })
        #expect(stamps.count <= 1 << 16)
    }
}
