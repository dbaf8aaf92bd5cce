import NetworkModel
import TestBed
import Testing
import ViaductCore
import Vici

/// Every message that the program may end with stands on the page, word for word but for the names in it.
@Suite("Docs/Troubleshooting.md")
struct TroubleshootingTests {
    /// One of each.
    private static let obstacles: [PlanError.Obstacle] = [
        .charonAbsent, .noUnderlay(peer: "PEER"), .nameTaken(interface: "office", kind: "KIND"),
        .idTaken(42, by: "HOLDER"), .noDevice("DEVICE"), .addressInUse("ADDRESS", interface: "INTERFACE"),
        .routeTaken("PREFIX", by: "HOLDER"), .connectionTaken("office"), .mtuTooSmall(530, underlay: 576),
        .mtuTooGreat(65535, most: 65515),
        .noVRF("red"), .ruleTaken(priority: 100, by: "HOLDER"), .routesInstalled("set install_routes = no"),
        .settingsNotRead(evidence: "EVIDENCE", restart: "COMMAND"),
        .noNamespace("blue"), .elsewhere(tunnel: "office", namespace: "blue"),
        .elsewhere(tunnel: "office", namespace: nil), .addressesInstalled("set install_virtual_ip = no"),
    ]

    private static let warnings: [PlanWarning] = [
        .bypassedLAN(network: "NETWORK", interface: "office", remedy: "REMEDY"), .connectionMark(42),
        .missedVTI(kernel: "RELEASE"),
    ]

    @Test("has every warning", arguments: warnings)
    func disturbances(warning: PlanWarning) throws {
        switch warning {
        case .bypassedLAN, .connectionMark, .missedVTI: try expect("\(warning)")
        }
    }

    @Test("has every obstacle to a plan", arguments: obstacles)
    func plans(obstacle: PlanError.Obstacle) throws {
        Self.mustBeKnown(obstacle)
        try expect("\(obstacle)")
    }

    @Test("has every cause that a negotiation fails of")
    func negotiations() throws {
        let line = "LINE"
        let failures: [NegotiationFailure] = [
            .authenticationFailed(line: line), .noSharedKey(identities: "'A' - 'B'", line: line),
            .macMismatch(line: line), .noProposalChosen(line: line), .trafficSelectorsUnacceptable(line: line),
            .peerSilent(line: line), .unresolvable(name: "NAME", line: line),
            .alreadyEstablished(line: line), .other(line: line), .other(line: ""),
        ]
        for failure in failures {
            Self.mustBeKnown(failure)
            try expect("\(failure)")
        }
    }

    @Test("has what keeps us from charon")
    func charon() throws {
        let path = Session.defaultPath
        let errors: [ViciError] = [
            .notRunning(path: path), .notPermitted(path: path), .refused(command: "load-conn", message: "MESSAGE"),
            .closedByDaemon(operation: "load-conn"),
        ]
        for error in errors { try expect("\(error)") }
    }

    @Test("has what a probe that fails may say")
    func probes() throws {
        let probe = Probe(
            to: try #require(IPAddress("192.0.2.99")), by: try #require(InterfaceName("office")),
            connections: ["office"], binding: .interfaceIDs(input: 7, output: 7), isRequired: true)
        let reports = [
            ProbeReport(probe, sent: 0, refusal: "REASON"), ProbeReport(probe, sent: 3),
            ProbeReport(probe, sent: 3, outbound: 3), ProbeReport(probe, sent: 3, outbound: 3, inbound: 3),
            ProbeReport(probe, sent: 1, isAnswered: true),
        ]
        #expect(Set(reports.map(\.verdict)).count == 5)
        for report in reports { try expect(report.description.replacing("192.0.2.99", with: "ADDRESS")) }
    }

    @Test(
        "has what the other rooms say",
        arguments: [
            "needs the capability CAP_NET_ADMIN, which this process lacks: run it as root, as with sudo",
            "may be used by others than its owner: chmod 600", "belongs to another user: chown root",
            "the secret in FILE is empty", "the secret in FILE has a NUL byte",
            "the environment variable NAME, which must hold the key, is not set",
            "the kernel has no XFRM interfaces (module xfrm_interface, kernel 4.19)",
            "a link named office exists, or if_id 42 is taken: remove it or choose another",
            "cannot read /etc/viaduct/office.yaml: No such file or directory", "not supported yet", "left behind:",
            "ended by signal 2", "is a word that charon refuses here",
            "is the value of a key that swanctl.conf does not have", "has another start_action than the other children",
            "has no pre-shared key in the file", "is a policy without IPsec",
            "is route-based already, and swanctl.conf does not tell what is routed",
            "starts by itself, and has no one address to call", "has no counterpart",
            "exists; say --force to replace, or --output FOLDER for another place",
            "overlap, so nobody could tell the two ends apart",
        ])
    func phrases(phrase: String) throws {
        try expect(phrase)
    }

    /// Expects a message on the page, wherever its lines break.
    private func expect(_ message: String) throws {
        let page = try TextFile.page("Docs/Troubleshooting.md")
        let words = { (text: String) in text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        #expect(words(page).contains(words(message)), "\(message)")
    }

    /// Add a case here and a sample of it above.
    private static func mustBeKnown(_ obstacle: PlanError.Obstacle) {
        switch obstacle {
        case .charonAbsent, .noUnderlay, .nameTaken, .idTaken, .noDevice, .addressInUse, .routeTaken, .connectionTaken,
            .mtuTooSmall, .mtuTooGreat, .noVRF, .routesInstalled, .settingsNotRead, .ruleTaken, .noNamespace,
            .elsewhere,
            .addressesInstalled:
            return
        }
    }

    private static func mustBeKnown(_ failure: NegotiationFailure) {
        switch failure {
        case .authenticationFailed, .noSharedKey, .macMismatch, .noProposalChosen, .trafficSelectorsUnacceptable,
            .peerSilent, .alreadyEstablished, .unresolvable, .other:
            return
        }
    }
}
