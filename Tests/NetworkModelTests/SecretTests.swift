import NetworkModel
import Testing

@Suite("A secret does not print")
struct SecretTests {
    let secret = Secret("hunter2".utf8)

    @Test("not described, debugged, interpolated, reflected or dumped")
    func redacted() {
        var dumped = ""
        dump([secret], to: &dumped)
        let nested = "\(Optional(secret) as Any) \(["key": secret])"
        let texts = [
            "\(secret)", secret.description, secret.debugDescription, String(describing: secret),
            String(reflecting: secret), dumped, nested,
        ]
        for text in texts {
            #expect(text.contains("<redacted>"))
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("104"), "the bytes as numbers")
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test("what it was made of is overwritten when asked, and so is an array that is wiped")
    func wiping() {
        var bytes = Array("hunter2".utf8)
        #expect(Secret(wiping: &bytes) == secret)
        #expect(bytes == [UInt8](repeating: 0, count: 7))
    }

    @Test("line ends behind it do not count", arguments: ["a\n", "a\n\n", "\n", "", "a\nb\n"])
    func lineEnds(text: String) {
        var expected = text
        while expected.hasSuffix("\n") { expected.removeLast() }
        #expect(Secret(text.utf8).withoutLineEnds == Secret(expected.utf8))
    }

    @Test("only reveal() hands it out")
    func reveal() {
        #expect(secret.reveal { Array($0) } == Array("hunter2".utf8))
        #expect(secret.count == 7)
        #expect(secret == Secret(Array("hunter2".utf8)))
    }
}
