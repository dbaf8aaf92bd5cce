import Foundation
import Testing
import ViaductHost

@Suite("charon's process is found in /proc")
struct CharonProcessTests {
    /// A folder that looks like /proc; a process without a namespace has ended, and its parent has not noticed.
    private func folder(_ processes: [(id: Int, name: String, namespace: String, environment: String?)]) throws
        -> String
    {
        let manager = FileManager.default
        let root = NSTemporaryDirectory() + "viaduct-proc-\(UUID().uuidString)"
        for process in processes + [(0, "viaduct", "mnt:[1]", nil)] {
            let folder = "\(root)/\(process.id == 0 ? "self" : "\(process.id)")"
            try manager.createDirectory(atPath: folder + "/ns", withIntermediateDirectories: true)
            if !process.namespace.isEmpty {
                try manager.createSymbolicLink(atPath: folder + "/ns/mnt", withDestinationPath: process.namespace)
            }
            try manager.createSymbolicLink(atPath: folder + "/cwd", withDestinationPath: "/srv")
            try Data((process.name + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/comm"))
            if let environment = process.environment {
                try Data(environment.utf8).write(to: URL(fileURLWithPath: folder + "/environ"))
            }
        }
        return root
    }

    private func find(in folder: String, idFile: String = "/nowhere") throws -> CharonProcess? {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try CharonProcess.find(processFolder: folder, idFile: idFile)
    }

    @Test("the one of our mount namespace is meant, and its environment names its file")
    func environment() throws {
        let found = try find(
            in: folder([
                (7, "bash", "mnt:[1]", ""), (8, "charon-systemd", "mnt:[2]", "STRONGSWAN_CONF=/other"),
                (9, "charon-systemd", "mnt:[1]", "A=1\0XSTRONGSWAN_CONF=/no\0STRONGSWAN_CONF=/etc/my.conf\0B=2\0"),
            ]))
        #expect(found?.id == 9)
        #expect(found?.name == "charon-systemd")
        #expect(found?.configurationFile == "/etc/my.conf")
        #expect(found?.isEnvironmentKnown == true)
    }

    @Test("one that has ended is passed over, though /proc still has it")
    func ended() throws {
        let found = try find(in: folder([(7, "charon", "", nil), (9, "charon", "mnt:[1]", "")]))
        #expect(found?.id == 9)
        #expect(try find(in: folder([(7, "charon", "", nil)])) == nil)
    }

    @Test("a relative path starts from charon's folder")
    func relative() throws {
        let found = try find(in: folder([(9, "charon", "mnt:[1]", "STRONGSWAN_CONF=s.conf\0")]))
        #expect(found?.configurationFile == "/srv/s.conf")
    }

    @Test("an environment that may not be read is said to be unknown")
    func hidden() throws {
        let found = try find(in: folder([(9, "charon", "mnt:[1]", nil)]))
        #expect(found?.isEnvironmentKnown == false)
        #expect(found?.configurationFile == nil)
    }

    @Test("the file with the id decides among several, unless it is stale")
    func idFile() throws {
        let processes =
            [
                (7, "charon", "mnt:[1]", ""), (8, "charon", "mnt:[1]", ""), (9, "bash", "mnt:[1]", ""),
            ] as [(Int, String, String, String?)]
        let idFile = NSTemporaryDirectory() + "viaduct-id-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: idFile) }
        for (written, expected) in [("8\n", 8), ("9\n", 7), ("12345\n", 7), ("", 7)] as [(String, Int32)] {
            try Data(written.utf8).write(to: URL(fileURLWithPath: idFile))
            #expect(try find(in: folder(processes), idFile: idFile)?.id == expected)
        }
    }

    @Test("a process of this machine is found, with its environment")
    func real() throws {
        let folder = NSTemporaryDirectory() + "viaduct-charon-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The program's name is all that makes a charon of it.
        try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: folder + "/charon")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: folder + "/charon")
        process.arguments = ["60"]
        process.environment = ["STRONGSWAN_CONF": "/etc/other.conf"]
        try process.run()
        defer { process.terminate() }
        try Data("\(process.processIdentifier)\n".utf8).write(to: URL(fileURLWithPath: folder + "/id"))
        let found = try CharonProcess.find(idFile: folder + "/id")
        #expect(found?.id == process.processIdentifier)
        #expect(found?.configurationFile == "/etc/other.conf")
        let started = try #require(found?.started)
        let now = Duration.seconds(Date().timeIntervalSince1970)
        #expect((now - .seconds(600)...now).contains(started))
    }

    @Test("no charon is no error")
    func none() throws {
        #expect(try find(in: folder([(9, "bash", "mnt:[1]", "")])) == nil)
    }
}
