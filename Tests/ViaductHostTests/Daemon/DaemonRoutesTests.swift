import Foundation
import NetworkModel
import Testing
import ViaductCore

@testable import ViaductHost

@Suite("whether charon acts on its settings") struct DaemonRoutesTests {
    private let off = ["strongswan.d/charon.conf": "charon {\n install_routes = no\n}\n"]

    /// A process that was started some time from now.
    private func process(startedIn offset: Duration) throws -> CharonProcess {
        let folder = NSTemporaryDirectory() + "viaduct-proc-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let uptime = try String(contentsOfFile: "/proc/uptime", encoding: .utf8).split(separator: " ")[0]
        let ticks = Int((try #require(Double(uptime)) + offset / .seconds(1)) * Double(sysconf(Int32(_SC_CLK_TCK))))
        for own in ["self", "9"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(own)/ns", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/\(own)/ns/mnt", withDestinationPath: "mnt:[1]")
        }
        try Data("charon\n".utf8).write(to: URL(fileURLWithPath: folder + "/9/comm"))
        // A name may hold anything; the start is field 22.
        let fields = ["9", "(cha) ron)", "S"] + [String](repeating: "0", count: 18) + ["\(ticks)", "0"]
        try Data((fields.joined(separator: " ") + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/9/stat"))
        return try #require(try CharonProcess.find(processFolder: folder, idFile: "/nowhere"))
    }

    private func route(table: UInt32, origin: UInt8) throws -> Route {
        Route(
            to: try #require(IPPrefix("10.2.0.0/24")), device: try #require(InterfaceName("eth0")), table: table,
            origin: origin)
    }

    @Test("a file that was changed since charon started is not read yet")
    func changed() throws {
        let files = try DebianFiles(off)
        let settings = try files.settings()
        #expect(
            try settings.routeInstallation(process: process(startedIn: .seconds(-5)), routes: [], isProven: false)
                == .notYetRead(
                    evidence: "\(files.root)/strongswan.d/charon.conf was changed after charon had started",
                    restart: "systemctl restart strongswan"))
        #expect(
            try settings.routeInstallation(process: process(startedIn: .seconds(5)), routes: [], isProven: false) == nil
        )
        #expect(
            try settings.routeInstallation(process: process(startedIn: .seconds(-5)), routes: [], isProven: true) == nil
        )
        // Nothing is known of charon's start.
        #expect(try settings.routeInstallation(process: nil, routes: [], isProven: false) == nil)
    }

    @Test("routes in charon's table show that it acts otherwise")
    func acting() throws {
        let files = try DebianFiles(off)
        let settings = try files.settings()
        let started = try process(startedIn: .seconds(5))
        for isProven in [false, true] {
            #expect(
                try settings.routeInstallation(
                    process: started, routes: [route(table: 220, origin: 4)], isProven: isProven)
                    == .notYetRead(
                        evidence: "it has put 10.2.0.0/24 into table 220 although "
                            + "\(files.root)/strongswan.d/charon.conf:2 says no",
                        restart: "systemctl restart strongswan"))
        }
        // Another table, and a route that a person has put there.
        for other in [try route(table: 100, origin: 4), try route(table: 220, origin: 3)] {
            #expect(try settings.routeInstallation(process: started, routes: [other], isProven: false) == nil)
        }
    }

    @Test("settings that say yes have the remedy")
    func configured() throws {
        let settings = try DebianFiles().settings()
        #expect(
            try settings.routeInstallation(process: nil, routes: [], isProven: true)
                == .configured(remedy: "\(settings.remedy(settings.installRoutes, to: "no"))"))
    }

    @Test(
        "a link is left out by bypass-lan when it is ignored, or not among those used",
        arguments: [
            ("", "interfaces_ignore = office"),
            ("interfaces_ignore = lan0 wan0", "interfaces_ignore = lan0, wan0, office"),
            ("interfaces_ignore = lan0,office", nil), ("interfaces_use = lan0", nil),
            ("interfaces_use = lan0, office", "interfaces_use = lan0"),
            ("interfaces_use = office", "interfaces_use = -"),
        ] as [(String, String?)])
    func bypass(_ line: String, _ remedy: String?) throws {
        let files = try DebianFiles(["strongswan.d/charon/bypass-lan.conf": "bypass-lan {\n \(line)\n}\n"])
        let link = try #require(InterfaceName("office"))
        #expect(try files.settings().bypassRemedy(for: link)?.line == remedy)
    }
}
