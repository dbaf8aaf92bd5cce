import Testing
import Vici

@Suite("Secrecy")
struct SecrecyTests {
    private static let key = "sehr-geheim"
    private static let message = Message([
        ("id", .text(key)), ("owners", .texts([key, key])), ("s", .section(Message([("data", .text(key))]))),
    ])

    @Test("no way to print a message shows a value")
    func messages() throws {
        let element = Message.Element.text(Self.key)
        var dumped = ""
        dump(Self.message, to: &dumped)
        dump(Packet.request("load-shared", Self.message), to: &dumped)
        dump(element, to: &dumped)
        let texts = [
            "\(Self.message)", String(reflecting: Self.message), "\(Self.message.entries)", "\(element)",
            String(reflecting: element), String(reflecting: Self.message.entries), "\(Self.message.tokens)",
            String(reflecting: Self.message.tokens), "\(Packet.request("load-shared", Self.message))", dumped,
        ]
        for text in texts {
            #expect(!text.contains(Self.key))
            #expect(!text.contains("115, 101, 104, 114"))
        }
        #expect("\(Self.message)" == "{id: 11 bytes, owners: [2 items], s: {data: 11 bytes}}")
    }

    @Test("a message that cannot be sent is refused without its values")
    func faults() {
        let long = Array(repeatElement(Array(Self.key.utf8), count: 6000).joined())
        for element in [Message.Element.value(long), .list([long])] {
            let fault = #expect(throws: CodingFault.self) { try Message([("data", element)]).encoded() }
            #expect(fault?.reason == "the value of data has 66000 bytes, more than 65535")
        }
    }

    @Test("what charon says cannot move the cursor")
    func sanitised() throws {
        let charon = ScriptedCharon(answering: { _ in
            [.response(Message([("success", .text("no")), ("errmsg", .text("\u{1b}[2J\r\nbad\u{202e}ä\u{0}"))]))]
        })
        let session = try Session(path: charon.path, deadline: .soon)
        let error = #expect(throws: ViciError.self) {
            try session.unloadConnection("t", deadline: .soon)
        }
        #expect(error == .refused(command: "unload-conn", message: #"\u{1b}[2J\u{d}\u{a}bad\u{202e}ä\u{0}"#))
    }
}
