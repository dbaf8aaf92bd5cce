import Foundation
import TestBed
import Testing

/// What `viaduct explain` says to questions that need no machine of their own.
@Suite struct ExplainCommandTests {
    @Test(arguments: [
        (["999.1.1.1"], "999.1.1.1"), (["10.0.0.1", "--mark", "ten"], "ten"), (["10.0.0.1", "--proto", "nix"], "nix"),
        (["10.0.0.1", "--port", "80"], "ports need a protocol that has them: say --proto tcp or --proto udp"),
        (["10.0.0.1", "--iif", "lo"], "a packet that comes in has a source: say --from ADDRESS with --iif"),
        (["10.0.0.1", "--from", "fd00::1"], "source and destination are of different families"),
        (["10.0.0.1", "--from", "10.0.0.2", "--iif", "lo", "--oif", "lo"], "say --iif or --oif, not both"),
    ])
    func `a question that cannot be asked is the command line's fault`(words: [String], said: String) async throws {
        let outcome = try await Viaduct.run(["explain"] + words)
        #expect(outcome.status == 64 && outcome.stdout.isEmpty)
        #expect(outcome.stderr.contains(said), "\(outcome)")
    }

    @Test func `an interface that is not there is named`() async throws {
        let outcome = try await Viaduct.run("explain", "10.0.0.1", "--oif", "nix0")
        #expect(outcome.status == 1)
        #expect(
            outcome.stderr == "viaduct: explain: there is no interface nix0 here: ip link lists those that there are\n")
    }

    @Test func `the JSON of a packet to this machine itself`() async throws {
        let outcome = try await Viaduct.run("explain", "127.0.0.1", "--json").checked()
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any])
        let verdict = try #require(answer["verdict"] as? [String: Any])
        #expect(answer["format"] as? Int == 1 && verdict["kind"] as? String == "local")
        let path = try #require(answer["path"] as? [[String: Any]])
        #expect(
            path.contains { $0["stage"] as? String == "route" && $0["text"] as? String == "local 127.0.0.1/32 dev lo" })
    }
}
