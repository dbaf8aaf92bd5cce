import Testing
import Vici

@Suite("EventStream")
struct EventStreamTests {
    private static func line(_ text: String) -> Packet { .event("log", Message([("msg", .text(text))])) }

    @Test("events from before the confirmation on arrive in their order")
    func order() throws {
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(Self.line("1"), .eventConfirmed, Self.line("2"), Self.line("2"))
            while peer.receive() != nil {}
        }
        let stream = try EventStream(path: charon.path, events: [.log], deadline: .soon)
        var texts: [String] = []
        for _ in 0..<3 { texts.append(try #require(try stream.next(deadline: .soon)?.logLine?.text)) }
        #expect(texts == ["1", "2", "2"])
        stream.close()
    }

    @Test("no event before the deadline is nil, and no failure even in the middle of one")
    func patience() throws {
        let bytes = try Self.line("whole").segment()
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(.eventConfirmed)
            peer.send(bytes: Array(bytes.prefix(9)))
            guard peer.receive() != nil else { return }
        }
        let stream = try EventStream(path: charon.path, events: [.log], deadline: .soon)
        for _ in 0..<3 { #expect(try stream.next(deadline: .now + .milliseconds(20)) == nil) }
        #expect(stream.isOpen)
        stream.close()
        #expect(throws: ViciError.sessionClosed(operation: "the wait for events")) { try stream.next(deadline: .now) }
    }

    @Test("an event that comes in pieces over several waits is whole")
    func resumed() throws {
        let bytes = try Self.line("whole").segment()
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(.eventConfirmed)
            for byte in bytes {
                peer.send(bytes: [byte])
                pause(milliseconds: 2)
            }
        }
        let stream = try EventStream(path: charon.path, events: [.log], deadline: .soon)
        var event: Event?
        while event == nil { event = try stream.next(deadline: .now + .milliseconds(5)) }
        #expect(event?.logLine?.text == "whole")
    }

    @Test("a listener slower than charon loses nothing")
    func slow() throws {
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(.eventConfirmed)
            for number in 0..<5000 { peer.send(Self.line("\(number)")) }
        }
        let stream = try EventStream(path: charon.path, events: [.log], deadline: .soon)
        pause(milliseconds: 50)
        for number in 0..<5000 {
            #expect(try stream.next(deadline: .soon)?.logLine?.text == "\(number)")
        }
        #expect(throws: ViciError.closedByDaemon(operation: "the wait for events")) { try stream.next(deadline: .soon) }
        #expect(!stream.isOpen)
    }

    @Test("an event that charon does not know is told by name")
    func unknown() throws {
        let charon = ScriptedCharon(answering: { packet in
            packet == .register("alert") ? [.eventUnknown] : [.eventConfirmed]
        })
        #expect(throws: ViciError.unknownEvent("alert")) {
            try EventStream(path: charon.path, events: [.ikeUpDown, .alert], deadline: .soon)
        }
        #expect(charon.received == [wire("03 05 'alert'")])
    }

    @Test("an answer on a stream of events closes it")
    func answer() throws {
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(.eventConfirmed, .response(Message()))
            while peer.receive() != nil {}
        }
        let stream = try EventStream(path: charon.path, events: [.log], deadline: .soon)
        #expect(throws: ViciError.self) { try stream.next(deadline: .soon) }
        #expect(!stream.isOpen)
    }
}
