import Testing
import Vici

@Suite("Answers")
struct AnswerTests {
    /// A session whose every command is answered with recorded or written bytes, and events before them.
    private func session(_ answer: Packet, events: [Packet] = []) throws -> (ScriptedCharon, Session) {
        let charon = ScriptedCharon(answering: { packet in
            if case .register = packet { [.eventConfirmed] } else { events + [answer] }
        })
        return (charon, try Session(path: charon.path, deadline: .soon))
    }

    @Test(
        "only success=yes is success",
        arguments: [
            ("03 07 'success' 0002 'no' 03 06 'errmsg' 0003 'bad'", "bad"),
            ("03 07 'success' 0002 'no'", "it gave no reason"),
            ("03 07 'success' 0002 'no' 03 06 'errmsg' 0000", "it gave no reason"),
            ("03 07 'success' 0003 'YES'", "it gave no reason"),
            ("03 07 'success' 0000", "it gave no reason"),
            ("04 07 'success' 05 0003 'yes' 06", "it gave no reason"),
            ("", "its answer does not say whether it succeeded"),
        ])
    func refusals(text: String, message: String) throws {
        let (charon, session) = try session(.response(Message(decoding: wire(text)[...])))
        #expect(throws: ViciError.refused(command: "unload-conn", message: message)) {
            try session.unloadConnection("t", deadline: .soon)
        }
        #expect(session.isOpen)
        charon.stop()
    }

    @Test("a refused initiate shows its log and has its cause there")
    func initiateRefused() throws {
        let (charon, session) = try session(
            Packet(decoding: Recorded.initiateRefused[...]), events: [Packet(decoding: Recorded.controlLog[...])])
        defer { charon.stop() }
        var log: [LogLine] = []
        let error = #expect(throws: ViciError.self) {
            try session.initiate(child: "c", patience: .untilDone, deadline: .soon) { log.append($0) }
        }
        #expect("\(try #require(error))" == "charon refused initiate: establishing CHILD_SA 'c' failed")
        #expect(log.map(\.group) == ["IKE"])
        #expect(log.first?.level == 1)
        #expect(log.first?.connection == "t")
        #expect(log.first?.uniqueID == 1)
        guard case .alreadyEstablished = NegotiationFailure(log: log) else {
            Issue.record("\(NegotiationFailure(log: log))")
            return
        }
    }

    @Test("a line of the log cannot move the cursor")
    func logSanitised() throws {
        let line = Message([("group", .text("IKE")), ("msg", .text("a\u{1b}[2J\nb"))])
        let (charon, session) = try session(
            .response(Message([("success", .text("yes"))])), events: [.event("control-log", line)])
        defer { charon.stop() }
        var log: [String] = []
        try session.initiate(child: "c", patience: .untilDone, deadline: .soon) { log.append("\($0)") }
        #expect(log == [#"[IKE] a\u{1b}[2J\u{a}b"#])
    }

    @Test("terminating what is not there is no error, and says so")
    func nothingToTerminate() throws {
        let (charon, session) = try session(Packet(decoding: Recorded.nothingToTerminate[...]))
        defer { charon.stop() }
        let done = try session.terminate(.ike("nope"), patience: .untilDone, deadline: .soon)
        #expect((done.matches, done.terminated) == (0, 0))
    }

    @Test("terminating that fails is an error")
    func terminateFails() throws {
        let answer = Message([
            ("success", .text("no")), ("matches", .text("2")), ("terminated", .text("1")), ("errmsg", .text("timeout")),
        ])
        let (charon, session) = try session(.response(answer))
        defer { charon.stop() }
        #expect(throws: ViciError.refused(command: "terminate", message: "timeout")) {
            try session.terminate(.ike("t"), patience: .upTo(.seconds(1)), deadline: .soon)
        }
    }

    @Test("a timeout that charon would take for another is not sent", arguments: [0, -1, 3_000_000])
    func patience(seconds: Int) throws {
        let (charon, session) = try session(.response(Message()))
        defer { charon.stop() }
        #expect(throws: ViciError.self) {
            try session.initiate(child: "c", patience: .upTo(.seconds(seconds)), deadline: .soon)
        }
        #expect(charon.received == [])
    }

    @Test("a log level that would show keys is not sent", arguments: [-2, 4])
    func logLevel(level: Int) throws {
        let (charon, session) = try session(.response(Message()))
        defer { charon.stop() }
        #expect(throws: ViciError.self) {
            try session.initiate(child: "c", patience: .untilDone, logLevel: level, deadline: .soon)
        }
        #expect(throws: ViciError.self) {
            try session.terminate(.ike("t"), patience: .untilDone, logLevel: level, deadline: .soon)
        }
        #expect(charon.received == [])
    }

    @Test("a secret that would be lost or serve everybody is not sent")
    func secrets() throws {
        let (charon, session) = try session(.response(Message([("success", .text("yes"))])))
        defer { charon.stop() }
        let long = String(repeating: "x", count: 256)
        let bad: [(id: String, data: [UInt8], owners: [String])] = [
            ("", [1], ["a"]), ("ä", [1], ["a"]), (long, [1], ["a"]), ("i", [], ["a"]), ("i", [1], []),
            ("i", [1], [""]), ("i", [1], ["a", long]),
        ]
        for (id, data, owners) in bad {
            #expect(throws: ViciError.self) {
                try session.loadShared(id: id, type: .ike, data: data, owners: owners, deadline: .soon)
            }
        }
        #expect(charon.received == [])
    }

    @Test("version and statistics are read from what charon 5.9.8 sends")
    func daemon() throws {
        let (one, versions) = try session(Packet(decoding: Recorded.version[...]))
        defer { one.stop() }
        let version = try versions.version(deadline: .soon)
        #expect(version.daemon == "charon-systemd")
        #expect(version.version == "5.9.8")
        #expect(version.numbers == [5, 9, 8])
        #expect(version.isAtLeast(5, 9, 8) && version.isAtLeast(5, 9) && !version.isAtLeast(5, 9, 11))
        #expect(!version.isAtLeast(6))
        let newer = DaemonVersion(Message([("version", .text("6.0.1rc1"))]))
        #expect(newer.numbers == [6, 0, 1] && newer.isAtLeast(5, 9, 11))

        let (two, statistics) = try session(Packet(decoding: Recorded.statistics[...]))
        defer { two.stop() }
        let stats = try statistics.statistics(deadline: .soon)
        #expect(stats.running == "25 seconds")
        #expect(stats.plugins.first == "charon-systemd" && stats.plugins.contains("vici"))
        #expect(stats.workers == 16 && stats.idleWorkers == 11 && stats.ikeSAs == 1 && stats.halfOpenIKESAs == 0)
    }

    @Test("connections and policies are read from what charon 5.9.8 sends")
    func lists() throws {
        let (one, connections) = try session(
            .response(Message()), events: [Packet(decoding: Recorded.listConnection[...])])
        defer { one.stop() }
        let connection = try #require(try connections.connections(deadline: .soon).first)
        #expect(connection.name == "t" && connection.version == "IKEv2")
        #expect(connection.localAddresses == ["192.0.2.1"] && connection.remoteAddresses == ["192.0.2.2"])
        #expect(connection.children.map(\.name) == ["c"])
        #expect(connection.children.first?.remoteSelectors == ["10.2.0.0/24"])
        #expect(connection.details.section("remote-1")?.text("id") == "b.example")

        let (two, policies) = try session(.response(Message()), events: [Packet(decoding: Recorded.listPolicy[...])])
        defer { two.stop() }
        let policy = try #require(try policies.policies([.trap], deadline: .soon).first)
        #expect(policy.ike == "t" && policy.child == "c" && policy.mode == "TUNNEL")
        #expect(policy.localSelectors == ["10.1.0.0/24"])
        let old = InstalledPolicy(name: "t/c", Message())
        #expect(old.ike == "t" && old.child == "c")
    }

    @Test("pools and counters are read, also the counters without a name")
    func poolsAndCounters() throws {
        let lease = Message([("address", .text("10.9.0.1")), ("identity", .text("x")), ("status", .text("online"))])
        let pool = Message([
            ("base", .text("10.9.0.0")), ("size", .text("254")), ("online", .text("1")),
            ("leases", .section(Message([("0", .section(lease))]))),
        ])
        let (one, pools) = try session(.response(Message([("p", .section(pool))])))
        defer { one.stop() }
        let read = try #require(try pools.pools(deadline: .soon).first)
        #expect(read.name == "p" && read.base == "10.9.0.0" && read.size == 254 && read.online == 1)
        #expect(read.offline == nil)
        #expect(read.leases.map(\.address) == ["10.9.0.1"] && read.leases.first?.isOnline == true)

        let values = Message([("ike-rekey-init", .text("18446744073709551615"))])
        let (two, counters) = try session(
            .response(
                Message([
                    ("counters", .section(Message([("", .section(values))]))), ("success", .text("yes")),
                ])))
        defer { two.stop() }
        #expect(try counters.counters(deadline: .soon) == ["ike-rekey-init": .max])
    }
}
