import TestBed
import Testing

@Suite("Without the right to change the network")
struct PrivilegeTests {
    @Test(
        "what looks deep or changes anything is exit 77 and names the capability",
        arguments: [("up", "up"), ("plan", "looking for drift"), ("down", "down")])
    func refused(command: String, action: String) async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            let outcome = try await Viaduct.run(
                [command, "office", "--config-dir", folder.path], isPrivileged: false)
            #expect(outcome.status == 77)
            let expected = "\(action) needs the capability CAP_NET_ADMIN, which this process lacks: run it as root"
            #expect(outcome.stderr.hasPrefix("viaduct: office: \(expected)"), "\(outcome)")
            #expect(outcome.stdout.isEmpty)
        }
    }

    @Test("`commands` prints all the same")
    func commands() async throws {
        try await SpecFolder.with { folder in
            try folder.write(officeSpec, to: "office.yaml")
            let arguments = ["commands", "office", "--config-dir", folder.path]
            let outcome = try await Viaduct.run(arguments, isPrivileged: false)
            #expect(outcome.status == 0)
            #expect(outcome.stdout == (try await Viaduct.run(arguments)).stdout)
        }
    }

    @Test("a bad spec is said before the missing right")
    func badSpecFirst() async throws {
        try await SpecFolder.with { folder in
            try folder.write("remote: nowhere at all\n", to: "office.yaml")
            let outcome = try await Viaduct.run(["up", "office", "--config-dir", folder.path], isPrivileged: false)
            #expect(outcome.status == 65)
        }
    }
}
