import Testing
import Vici

@Suite("Session")
struct SessionTests {
    private static let answer = Message([("conns", .texts(["t", "u"]))])

    /// How the script hands over its bytes.
    enum Pieces: Sendable, CaseIterable {
        case whole, bytewise
        var size: Int { self == .whole ? .max : 1 }
    }

    @Test("an answer is the same however its bytes come", arguments: Pieces.allCases)
    func pieces(pieces: Pieces) throws {
        let bytes = try Packet.response(Self.answer).segment()
        let charon = ScriptedCharon { peer in
            while peer.receive() != nil { peer.send(bytes: bytes, inPiecesOf: pieces.size) }
        }
        let session = try Session(path: charon.path, deadline: .soon)
        for _ in 0..<3 { #expect(try session.connectionNames(deadline: .soon) == ["t", "u"]) }
    }

    @Test("events and an answer are the same split at every place")
    func splits() throws {
        let sa = segment(Recorded.listSA)
        let bytes = sa + (try Packet.response(Message()).segment())
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(.eventConfirmed)
            var split = 1
            while peer.receive() != nil {
                peer.send(bytes: Array(bytes[..<split]))
                peer.send(bytes: Array(bytes[split...]))
                split += 1
            }
        }
        let session = try Session(path: charon.path, deadline: .soon)
        for _ in 1..<bytes.count {
            let sas = try session.sas(deadline: .soon)
            #expect(sas.map(\.name) == ["t"])
        }
    }

    @Test("events come between anything, also before the confirmation, and do not disturb")
    func interleaved() throws {
        let noise = Packet.event("log", Message([("msg", .text("noise"))]))
        let sa = try Packet(decoding: Recorded.listSA[...])
        let charon = ScriptedCharon { peer in
            while let packet = peer.receive() {
                if case .register = packet {
                    peer.send(noise, sa, .eventConfirmed, noise)
                } else {
                    peer.send(noise, sa, noise, sa, noise, .response(Message()), noise)
                }
            }
        }
        let session = try Session(path: charon.path, deadline: .soon)
        // What comes before the request is not part of its answer.
        #expect(try session.sas(deadline: .soon).count == 2)
        #expect(try session.sas(deadline: .soon).count == 2)
        #expect(charon.received.count == 3, "an event is registered only once")
    }

    @Test("a thousand events before one answer all arrive")
    func manyEvents() throws {
        let sa = try Packet(decoding: Recorded.listSA[...])
        let charon = ScriptedCharon { peer in
            while let packet = peer.receive() {
                if case .register = packet {
                    peer.send(.eventConfirmed)
                } else {
                    for _ in 0..<1000 { peer.send(sa) }
                    peer.send(.response(Message()))
                }
            }
        }
        #expect(try Session(path: charon.path, deadline: .soon).sas(deadline: .soon).count == 1000)
    }

    @Test("a timeout names its command and closes the session")
    func timeout() throws {
        let charon = ScriptedCharon { peer in while peer.receive() != nil {} }
        let session = try Session(path: charon.path, deadline: .soon)
        let error = #expect(throws: ViciError.self) {
            try session.version(deadline: .now + .milliseconds(30))
        }
        #expect("\(try #require(error))" == "charon did not answer version within 0.1 s")
        #expect(!session.isOpen)
        #expect(throws: ViciError.sessionClosed(operation: "stats")) { try session.statistics(deadline: .soon) }
    }

    @Test("a late answer never answers the next call")
    func lateAnswer() throws {
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(bytes: wire("000000"))
            while peer.receive() != nil {}
            peer.send(.response(Self.answer), .response(Self.answer))
        }
        let session = try Session(path: charon.path, deadline: .soon)
        #expect(throws: ViciError.self) { try session.sharedIDs(deadline: .now + .milliseconds(30)) }
        #expect(throws: ViciError.sessionClosed(operation: "get-conns")) {
            try session.connectionNames(deadline: .soon)
        }
    }

    @Test("the deadline holds while events never cease")
    func flood() throws {
        let event = try Packet.event("log", Message()).segment()
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            for _ in 0..<100_000_000 where !peer.send(bytes: event) { return }
        }
        let session = try Session(path: charon.path, deadline: .soon)
        let start = ContinuousClock.now
        #expect(throws: ViciError.self) { try session.version(deadline: start + .milliseconds(100)) }
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(!session.isOpen)
    }

    @Test("a second answer to one request is taken for an answer to no other")
    func twoAnswers() throws {
        let bytes = try Packet.response(Self.answer).segment()
        let charon = ScriptedCharon { peer in
            while peer.receive() != nil { peer.send(bytes: bytes + bytes) }
        }
        let session = try Session(path: charon.path, deadline: .soon)
        #expect(try session.connectionNames(deadline: .soon) == ["t", "u"])
        let fault = "an answer that belongs to no request"
        #expect(throws: ViciError.malformed(operation: "get-keys", reason: fault)) {
            try session.keyIDs(deadline: .soon)
        }
        #expect(!session.isOpen)
        #expect(charon.received.count == 1)
    }

    @Test(
        "what is not the protocol closes the session",
        arguments: [
            "00000000", "00080001", "ffffffff",  // empty, and longer than 512 KiB
            "00000001 08", "00000001 ff",  // no such type
            "00000002 00 00", "00000003 03 01 'e'", "00000003 04 01 'e'",  // what only clients send
            "00000001 05", "00000001 06",  // an answer about events to a command
            "00000002 02 00", "00000002 01 02", "00000001 07",
        ])
    func malformed(text: String) throws {
        let charon = ScriptedCharon { peer in
            while peer.receive() != nil { peer.send(bytes: wire(text)) }
        }
        let session = try Session(path: charon.path, deadline: .soon)
        let error = #expect(throws: ViciError.self) { try session.version(deadline: .soon) }
        guard case .malformed("version", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!session.isOpen)
    }

    @Test("an answer of 512 KiB is taken")
    func longest() throws {
        let items = (0..<7).map { _ in [UInt8](repeating: 1, count: 65535) }
        let last = [UInt8](repeating: 1, count: Packet.longestSegment - 1 - 4 - 7 * (3 + 65535) - 3)
        let message = Message([("l", .list(items + [last]))])
        let charon = ScriptedCharon(answering: { _ in [.response(message)] })
        #expect(try Session(path: charon.path, deadline: .soon).request("x", deadline: .soon) == message)
    }

    @Test("a request of 512 KiB is sent in the pieces the socket takes")
    func longRequest() throws {
        let items = (0..<7).map { _ in [UInt8](repeating: 1, count: 65535) }
        let arguments = Message([("l", .list(items))])
        let charon = ScriptedCharon(answering: { packet in
            guard case .request(_, let message) = packet else { return [.unknownCommand] }
            return [.response(message)]
        })
        #expect(try Session(path: charon.path, deadline: .soon).request("x", arguments, deadline: .soon) == arguments)
    }

    @Test("a peer that reads nothing cannot hold a request beyond its deadline")
    func blockedWrite() throws {
        let folder = makeTemporaryFolder()
        let listener = listen(at: folder + "/s", backlog: 1)
        defer { remove(listener, in: folder) }
        let session = try Session(path: folder + "/s", deadline: .soon)
        let items = (0..<7).map { _ in [UInt8](repeating: 1, count: 65535) }
        let error = #expect(throws: ViciError.self) {
            try session.request("x", Message([("l", .list(items))]), deadline: .now + .milliseconds(50))
        }
        guard case .timedOut("x", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!session.isOpen)
    }

    @Test("the end of charon is told as such wherever it comes", arguments: ["", "00", "00000005", "00000005 01 01"])
    func ending(text: String) throws {
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(bytes: wire(text))
        }
        let session = try Session(path: charon.path, deadline: .soon)
        let error = #expect(throws: ViciError.self) {
            try session.initiate(child: "c", patience: .none, deadline: .soon)
        }
        #expect(
            "\(try #require(error))"
                == "charon closed the connection while answering initiate: it ended, or was restarted")
        #expect(!session.isOpen)
    }

    @Test("charon that is gone before a request is told without a signal", arguments: [1, 7])
    func goneBefore(items: Int) throws {
        let charon = ScriptedCharon { peer in
            guard peer.receive() != nil else { return }
            peer.send(.response(Message()))
            peer.close()
        }
        let session = try Session(path: charon.path, deadline: .soon)
        #expect(try session.connectionNames(deadline: .soon) == [])
        charon.stop()
        let arguments = Message([("l", .list((0..<items).map { _ in [UInt8](repeating: 1, count: 65535) }))])
        #expect(throws: ViciError.closedByDaemon(operation: "x")) {
            try session.request("x", arguments, deadline: .soon)
        }
    }

    @Test("what cannot be sent leaves the session as it is")
    func unencodable() throws {
        let charon = ScriptedCharon(answering: { _ in [.response(Self.answer)] })
        let session = try Session(path: charon.path, deadline: .soon)
        let error = #expect(throws: ViciError.self) { try session.loadConnection("ä", Message(), deadline: .soon) }
        #expect("\(try #require(error))" == "load-conn cannot be sent to charon: the name \"ä\" is not printable ASCII")
        #expect(try session.connectionNames(deadline: .soon) == ["t", "u"])
        #expect(charon.received.count == 1)
    }

    @Test("a command or an event that charon does not know is told as such")
    func unknown() throws {
        let charon = ScriptedCharon(answering: { packet in
            if case .register = packet { [.eventUnknown] } else { [.unknownCommand] }
        })
        let session = try Session(path: charon.path, deadline: .soon)
        #expect(throws: ViciError.unknownCommand("version")) { try session.version(deadline: .soon) }
        #expect(throws: ViciError.unknownEvent("list-sa")) { try session.sas(deadline: .soon) }
        #expect(session.isOpen)
    }
}
