import Testing
import Vici

@Suite("Real charon", .needsCharon, .serialized)
struct RealCharonTests {
    /// A connection to a peer that does not exist.
    private static func configuration(remote: String = "192.0.2.9", child: Message? = nil) -> Message {
        let selectors = Message([
            ("local_ts", .texts(["10.1.0.0/24"])), ("remote_ts", .texts(["10.2.0.0/24"])),
            ("if_id_in", .text("42")), ("if_id_out", .text("42")),
        ])
        return Message([
            ("version", .text("2")), ("local_addrs", .texts(["192.0.2.1"])), ("remote_addrs", .texts([remote])),
            ("local", .section(Message([("auth", .text("psk")), ("id", .text("a.example"))]))),
            ("remote", .section(Message([("auth", .text("psk")), ("id", .text("b.example"))]))),
            ("children", .section(Message([("c", .section(child ?? selectors))]))),
        ])
    }

    @Test("charon tells who it is and what it has loaded")
    func daemon() throws {
        let charon = try RealCharon()
        let session = try Session(path: charon.path, deadline: .soon)
        let version = try session.version(deadline: .soon)
        #expect(version.isAtLeast(5, 9))
        #expect(version.daemon.hasPrefix("charon") && version.system == "Linux")
        let statistics = try session.statistics(deadline: .soon)
        #expect(statistics.plugins.contains("vici"))
        #expect(statistics.workers == 16 && statistics.ikeSAs == 0 && statistics.running != nil)
    }

    @Test("connections are loaded, listed and unloaded, and what is wrong is refused in charon's words")
    func connections() throws {
        let charon = try RealCharon()
        let session = try Session(path: charon.path, deadline: .soon)
        #expect(try session.connectionNames(deadline: .soon) == [])
        #expect(
            throws: ViciError.refused(command: "load-conn", message: "unknown option: remote-addrs, config discarded")
        ) {
            try session.loadConnection("t", Message([("remote-addrs", .texts(["192.0.2.9"]))]), deadline: .soon)
        }
        try session.loadConnection("t", Self.configuration(), deadline: .soon)
        #expect(try session.connectionNames(deadline: .soon) == ["t"])
        let listed = try session.connections(named: "t", deadline: .soon)
        #expect(listed.map(\.remoteAddresses) == [["192.0.2.9"]])
        #expect(listed.first?.children.map(\.remoteSelectors) == [["10.2.0.0/24"]])
        try session.unloadConnection("t", deadline: .soon)
        #expect(try session.connectionNames(deadline: .soon) == [])
        #expect(
            throws: ViciError.refused(command: "unload-conn", message: "unload: connection 't' not found")
        ) { try session.unloadConnection("t", deadline: .soon) }
    }

    @Test("credentials, authorities and pools come and go")
    func credentials() throws {
        let charon = try RealCharon()
        let session = try Session(path: charon.path, deadline: .soon)
        try session.loadShared(
            id: "ike-t", type: .ike, data: [0, 1, 0xff], owners: ["a.example", "b.example"], deadline: .soon)
        #expect(try session.sharedIDs(deadline: .soon) == ["ike-t"])
        try session.unloadShared(id: "ike-t", deadline: .soon)
        try session.unloadShared(id: "ike-t", deadline: .soon)
        #expect(try session.sharedIDs(deadline: .soon) == [])
        #expect(try session.keyIDs(deadline: .soon) == [])
        #expect(throws: ViciError.self) { try session.loadKey(data: [1, 2, 3], deadline: .soon) }
        #expect(throws: ViciError.self) { try session.unloadKey(id: "00", deadline: .soon) }
        #expect(throws: ViciError.self) { try session.loadCertificate(flag: .none, data: [1], deadline: .soon) }
        #expect(try session.authorityNames(deadline: .soon) == [])
        #expect(throws: ViciError.self) { try session.unloadAuthority("z", deadline: .soon) }
        try session.loadPool("p", Message([("addrs", .text("10.9.0.0/24"))]), deadline: .soon)
        #expect(try session.pools(deadline: .soon).map(\.name) == ["p"])
        #expect(try session.pools(deadline: .soon).first?.leases == [])
        try session.unloadPool("p", deadline: .soon)
        #expect(try session.pools(deadline: .soon) == [])
    }

    @Test("without tunnels there are no SAs and no policies, and nothing to close")
    func nothing() throws {
        let charon = try RealCharon()
        let session = try Session(path: charon.path, deadline: .soon)
        #expect(try session.sas(deadline: .soon) == [])
        #expect(try session.policies([.trap, .pass, .drop], deadline: .soon) == [])
        #expect(try session.terminate(.ike("t"), patience: .untilDone, deadline: .soon).matches == 0)
        #expect(try session.rekey(.child("c"), deadline: .soon) == 0)
        #expect(throws: ViciError.self) { try session.uninstall(child: "c", deadline: .soon) }
        #expect(throws: ViciError.self) { try session.install(child: "c", deadline: .soon) }
        #expect(throws: ViciError.self) { try session.counters(deadline: .soon) }
        #expect(throws: ViciError.unknownCommand("make-coffee")) {
            try session.request("make-coffee", deadline: .soon)
        }
        #expect(throws: ViciError.unknownEvent("coffee")) {
            try session.stream("version", event: "coffee", deadline: .soon) { _ in }
        }
        #expect(throws: ViciError.unknownEvent("coffee")) {
            try EventStream(path: charon.path, events: [EventName(rawValue: "coffee")], deadline: .soon)
        }
        #expect(session.isOpen)
    }

    @Test("the initiation of a silent peer ends when charon's patience ends, and can then be cleared away")
    func silentPeer() throws {
        let charon = try RealCharon()
        let session = try Session(path: charon.path, deadline: .soon)
        try session.loadShared(
            id: "k", type: .ike, data: Array("geheim".utf8), owners: ["a.example", "b.example"], deadline: .soon)
        try session.loadConnection("t", Self.configuration(), deadline: .soon)
        var log: [LogLine] = []
        let start = ContinuousClock.now
        #expect(
            throws: ViciError.refused(command: "initiate", message: "CHILD_SA 'c' not established after 500ms")
        ) {
            try session.initiate(
                child: "c", ike: "t", patience: .upTo(.milliseconds(500)), deadline: start + .seconds(20)
            ) { log.append($0) }
        }
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(log.first?.text == "initiating IKE_SA t[1] to 192.0.2.9")
        guard case .peerSilent = NegotiationFailure(log: log) else {
            Issue.record("\(NegotiationFailure(log: log))")
            return
        }
        let sas = try session.sas(Session.SAFilter(ike: "t"), deadline: .soon)
        #expect(sas.map(\.state) == [.connecting])
        #expect(sas.first?.remote.host == "192.0.2.9" && sas.first?.isInitiator == true)
        let done = try session.terminate(.ike("t"), force: true, patience: .upTo(.seconds(2)), deadline: .soon)
        #expect((done.matches, done.terminated) == (1, 1))
        #expect(try session.sas(deadline: .soon) == [])
    }

    @Test("a name without an address is found in the log")
    func unresolvable() throws {
        let charon = try RealCharon()
        let session = try Session(path: charon.path, deadline: .soon)
        try session.loadConnection("t", Self.configuration(remote: "%any"), deadline: .soon)
        var log: [LogLine] = []
        #expect(throws: ViciError.self) {
            try session.initiate(child: "c", patience: .untilDone, deadline: .soon) { log.append($0) }
        }
        let line = "unable to resolve %any, initiate aborted"
        #expect(NegotiationFailure(log: log) == .unresolvable(name: "%any", line: line))
    }

    @Test("a listener hears the log of what another session does, and the end of charon")
    func events() throws {
        let charon = try RealCharon()
        let stream = try EventStream(path: charon.path, events: [.log, .ikeUpDown, .childUpDown], deadline: .soon)
        let session = try Session(path: charon.path, deadline: .soon)
        try session.loadConnection("t", Self.configuration(), deadline: .soon)
        var seen: [String] = []
        while !seen.contains("added vici connection: t") {
            seen.append(try #require(try stream.next(deadline: .soon)?.logLine?.text))
        }
        charon.stop()
        #expect(throws: ViciError.closedByDaemon(operation: "the wait for events")) {
            while try stream.next(deadline: .soon) != nil {}
        }
        #expect(throws: ViciError.closedByDaemon(operation: "version")) { try session.version(deadline: .soon) }
        #expect(throws: ViciError.notRunning(path: charon.path)) { try Session(path: charon.path, deadline: .soon) }
    }
}
