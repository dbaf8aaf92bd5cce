import Glibc
import Testing
import ViaductHost

/// What systemd is told (sd_notify(3)).
@Suite struct ServiceManagerTests {
    /// A socket that listens as systemd does.
    private struct Listener: ~Copyable {
        let descriptor: Int32

        init(_ name: [UInt8]) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var place = sockaddr_un()
            place.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: name) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
            let status = withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
            }
            try #require(status == 0, "errno \(errno)")
        }

        deinit { close(descriptor) }

        func next() -> String? {
            var bytes = [UInt8](repeating: 0, count: 1000)
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    @Test(arguments: ["@viaduct-test-\(getpid())", "/tmp/viaduct-test-\(getpid())"])
    func `it is told by a datagram, at an abstract address too`(address: String) throws {
        var name = Array(address.utf8)
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        let listener = try Listener(name)
        defer { unlink(address) }
        let manager = ServiceManager(environment: { ["NOTIFY_SOCKET": address][$0] }, processID: 1)
        manager.tell("READY=1", "STATUS=well")
        #expect(listener.next() == "READY=1\nSTATUS=well")
        #expect(manager.watchdog == nil)
    }

    @Test func `nobody is told where nobody asks, or nobody is there`() {
        ServiceManager(environment: { _ in nil }, processID: 1).tell("READY=1")
        ServiceManager(environment: { ["NOTIFY_SOCKET": "/nowhere/at/all"][$0] }, processID: 1).tell("READY=1")
    }

    @Test func `the watchdog is fed twice as often as it asks, by the process that it means`() {
        func watchdog(_ environment: [String: String]) -> Duration? {
            ServiceManager(environment: { environment[$0] }, processID: 7).watchdog
        }
        #expect(watchdog(["WATCHDOG_USEC": "30000000"]) == .seconds(15))
        #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"]) == .seconds(15))
        #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"]) == nil)
        #expect(watchdog(["WATCHDOG_USEC": "soon"]) == nil)
    }
}
