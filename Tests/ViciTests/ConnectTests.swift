import Glibc
import Testing
import Vici

@Suite("Connecting")
struct ConnectTests {
    @Test("a socket that does not exist or has lost its daemon says how to start strongSwan")
    func absent() throws {
        let folder = makeTemporaryFolder()
        let path = folder + "/s"
        #expect(throws: ViciError.notRunning(path: path)) { try Session(path: path, deadline: .soon) }
        close(listen(at: path, backlog: 1))
        defer {
            unlink(path)
            rmdir(folder)
        }
        let error = #expect(throws: ViciError.notRunning(path: path)) { try Session(path: path, deadline: .soon) }
        let words = "charon does not answer at \(path): is strongSwan running? systemctl start strongswan"
        #expect("\(try #require(error))" == words)
        #expect(throws: ViciError.notRunning(path: path)) {
            try EventStream(path: path, events: [.log], deadline: .soon)
        }
    }

    @Test("a path that no socket can have is refused", arguments: ["", String(repeating: "x", count: 108), "a\u{0}b"])
    func unusable(path: String) {
        #expect(throws: ViciError.unusablePath(path)) { try Session(path: path, deadline: .soon) }
    }

    @Test("a path of 107 bytes is tried")
    func longestPath() {
        let path = "/" + String(repeating: "x", count: 106)
        #expect(throws: ViciError.notRunning(path: path)) { try Session(path: path, deadline: .soon) }
    }

    @Test("a user without rights is told what is needed")
    func notPermitted() {
        let words = "\(ViciError.notPermitted(path: Session.defaultPath))"
        #expect(words.contains("/var/run/charon.vici"))
        #expect(words.contains("root"))
        #expect(words.contains("group"))
    }

    @Test("a full backlog is tried again, until the deadline")
    func fullBacklog() throws {
        let folder = makeTemporaryFolder()
        let path = folder + "/s"
        let listener = listen(at: path, backlog: 0)
        defer { remove(listener, in: folder) }
        let first = try Session(path: path, deadline: .soon)
        let start = ContinuousClock.now
        let error = #expect(throws: ViciError.self) { try Session(path: path, deadline: start + .milliseconds(60)) }
        guard case .connectTimedOut(path, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(ContinuousClock.now - start >= .milliseconds(60))

        let thread = startThread {
            usleep(50_000)
            close(accept(listener, nil, nil))
        }
        let second = try Session(path: path, deadline: .soon)
        pthread_join(thread, nil)
        #expect(first.isOpen && second.isOpen)
    }
}
