import FoundationEssentials
import TestBed
import Testing

/// What `viaduct explain --json` answers, as far as tests look at it.
struct Explained: Decodable, Sendable {
    struct Verdict: Decodable, Sendable {
        var kind: String
        var name: String?
        var interface: String?
        var reason: String?
        var text: String
    }

    struct Entry: Decodable, Sendable {
        struct SA: Decodable, Sendable {
            var spi: String
            var isInbound: Bool
            var name: String?
        }
        struct Outer: Decodable, Sendable {
            var device: String?
        }
        struct Room: Decodable, Sendable {
            var mtu: Int
        }
        var stage: String
        var outcome: String
        var text: String
        var sa: SA?
        var outer: Outer?
        var room: Room?
    }

    struct Back: Decodable, Sendable {
        var obstacle: String?
    }

    var format: Int
    var verdict: Verdict
    var path: [Entry]
    var wayBack: Back?
    var remedies: [String]

    /// The SPI of the outermost SA.
    var spi: String? { path.last { $0.sa?.isInbound == false && $0.outcome == "taken" }?.sa?.spi }
    /// The interface that the packet, or the outer one, leaves by.
    var device: String? {
        switch verdict.kind {
        case "tunnel", "policy": path.last { $0.outer != nil }?.outer?.device
        default: verdict.interface
        }
    }
}

extension Host {
    /// Asks the program about a packet.
    /// - Parameters:
    ///   - probe: The packet.
    ///   - more: More words.
    /// - Returns: What it answers.
    /// - Throws: ``TestBedError`` with the words of the program.
    func explain(_ probe: TestPacket, _ more: [String] = []) async throws -> Explained {
        let words = [Host.viaductBinary, "explain", "--json"] + probe.arguments + more
        let answer = try await attempt(words).checked()
        return try JSONDecoder().decode(Explained.self, from: Data(answer.stdout.utf8))
    }
}

/// Holds an explanation against what was seen of the packet.
func expectAgreement(
    _ explained: Explained, _ seen: [Crossing], at end: (String) -> String = { "p\($0)" },
    _ words: @autoclosure () -> String, sourceLocation: SourceLocation = #_sourceLocation
) {
    let isTrue: Bool =
        switch explained.verdict.kind {
        case "tunnel", "policy":
            seen.count == 1 && seen[0].spi == explained.spi && seen[0].interface == explained.device.map(end)
        case "clear":
            seen.count == 1 && seen[0].spi == nil && seen[0].interface == explained.device.map(end)
        case "dropped", "local": seen.isEmpty
        default: false
        }
    #expect(
        isTrue,
        "\(explained.verdict.text); SPI \(explained.spi ?? "-"), by \(explained.device ?? "-"); seen: \(seen)\n\(words())",
        sourceLocation: sourceLocation)
}
