import Foundation
import Testing
import ViaductCore

/// The documents of the repository, found from this file's own place.
enum Documents {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Docs").standardizedFileURL

    /// The names of the example specs.
    static func examples() throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "Examples").path)
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }

    /// A YAML block of `Spec.md`.
    struct Block: Sendable, CustomTestStringConvertible {
        let line: Int
        let text: String
        let isFragment: Bool

        var testDescription: String { "Spec.md:\(line)" }

        /// The block as a whole spec: a fragment is given the peer and the secret that it lacks.
        var spec: String {
            guard isFragment else { return text }
            let hasPeer = ["remote:", "peers:"].contains { text.hasPrefix($0) || text.contains("\n\($0)") }
            let hasSecret = text.hasPrefix("auth:") || text.contains("{ auth:")
            return (hasPeer ? "" : "remote: vpn.example.org\n") + (hasSecret ? "" : "psk: { file: a.psk }\n") + text
        }
    }

    /// The YAML blocks of `Spec.md`; those behind a line `<!-- fragment -->` are parts of specs.
    static func blocks() throws -> [Block] {
        let text = try String(contentsOf: folder.appending(path: "Spec.md"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var blocks: [Block] = []
        for (index, line) in lines.enumerated() where line == "```yaml" {
            let body = lines[(index + 1)...].prefix { $0 != "```" }
            let isFragment = index > 0 && lines[index - 1] == "<!-- fragment -->"
            blocks.append(Block(line: index + 1, text: body.joined(separator: "\n"), isFragment: isFragment))
        }
        return blocks
    }
}

@Suite("The documents are true")
struct SpecDocumentsTests {
    @Test("every example is a good spec")
    func examples() throws {
        let files = try Documents.examples()
        #expect(files.count >= 4)
        for file in files {
            let text = try String(contentsOf: Documents.folder.appending(path: "Examples/\(file)"), encoding: .utf8)
            let location = try SpecLocation(argument: file, workingDirectory: "/etc/viaduct")
            #expect(throws: Never.self, "\(file)") {
                try SpecReader.read(text: text, file: file, name: location.name, directory: location.directory)
            }
        }
    }

    @Test("the two ends of an example fit together")
    func ends() throws {
        let files = try Documents.examples().filter { $0.hasPrefix("o") && $0.contains("-") }
        var scenarios: [Substring: [TunnelPeer]] = [:]
        for file in files {
            let text = try String(contentsOf: Documents.folder.appending(path: "Examples/\(file)"), encoding: .utf8)
            let tunnel = try readSpec(text, name: "example")
            scenarios[file.prefix { $0 != "-" }, default: []] += tunnel.peers
        }
        #expect(scenarios.count >= 15)
        for (scenario, peers) in scenarios {
            for peer in peers {
                #expect(peers.contains { peer.isOtherEnd(of: $0) }, "\(scenario): \(peer.connection) \(peer.remote)")
            }
        }
    }

    @Test("every block of Spec.md is a good spec, or a part of one")
    func blocks() throws {
        let blocks = try Documents.blocks()
        #expect(blocks.count >= 10)
        for block in blocks {
            #expect(try specProblems(block.spec).isEmpty, "\(block.testDescription)")
        }
    }

    @Test("every key is in Spec.md, in code quotes")
    func keys() throws {
        let text = try String(contentsOf: Documents.folder.appending(path: "Spec.md"), encoding: .utf8)
        for word in try knownKeys() {
            let isNamed = ["`\(word)`", ".\(word)`", "`\(word):", "`\(word)."].contains { text.contains($0) }
            #expect(isNamed, "\(word)")
        }
    }

    /// All keys, as the reader itself lists them for an unknown one in each section.
    private func knownKeys() throws -> Set<String> {
        let unknown = "{ zzzzzzzzzzzz: 1 }"
        let spec = """
            zzzzzzzzzzzz: 1
            local: \(unknown)
            remote: { auth: { zzzzzzzzzzzz: 1 } }
            psk: \(unknown)
            interface: { addresses: [\(unknown)], id: \(unknown), zzzzzzzzzzzz: 1 }
            routes: [\(unknown)]
            rules: [\(unknown)]
            traffic: \(unknown)
            children: { a: \(unknown) }
            ike: \(unknown)
            esp: \(unknown)
            hooks: { pre-up: [\(unknown)], zzzzzzzzzzzz: 1 }
            swanctl: \(unknown)
            """
        let several = "peers: { north: \(unknown) }"
        let lists = try (specProblems(spec) + specProblems(several)).compactMap(\.remedy).filter {
            $0.hasPrefix("known are ")
        }
        #expect(lists.count >= 16)
        return Set(lists.flatMap { $0.dropFirst("known are ".count).split(separator: ", ").map(String.init) })
    }
}

extension TunnelPeer {
    /// Whether the two can agree: on where and who they are, the secret, the proposals and what they carry.
    func isOtherEnd(of other: TunnelPeer) -> Bool {
        let places = remote.hosts.isEmpty || remote.hosts == other.local.address.map { [.address($0)] }
        let itsPlaces = other.remote.hosts.isEmpty || other.remote.hosts == local.address.map { [.address($0)] }
        let carried = children.map(\.local) == other.children.map(\.remote)
        let itsCarried = children.map(\.remote) == other.children.map(\.local)
        return places && itsPlaces && carried && itsCarried
            && (start == .listen) != (other.start == .listen)
            && remote.identity == other.local.identity && local.identity == other.remote.identity
            && local.authentication == other.remote.authentication && ike.proposals == other.ike.proposals
            && children.map(\.esp.proposals) == other.children.map(\.esp.proposals)
            && pools.isEmpty == other.virtualAddresses.isEmpty
    }
}
