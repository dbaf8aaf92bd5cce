internal import ArgumentParser
internal import NetworkModel
internal import ViaductCore
internal import ViaductHost

/// `viaduct explain`.
struct ExplainCommand: ParsableCommand, FileWriting {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Follow one packet through rules, routes, policies and SAs, and say what becomes of it.",
        discussion: "Asks the kernel and sends nothing. It needs no spec, and explains policy-based IPsec as well. "
            + "A packet is a ping unless --proto says otherwise. netfilter's rules are not looked at.")

    @Argument(help: ArgumentHelp("Where the packet goes to.", valueName: "destination"))
    var destination: PacketAddress

    @Option(help: ArgumentHelp("Where it comes from. (default: what the kernel chooses)", valueName: "address"))
    var from: PacketAddress?

    @Option(help: ArgumentHelp("Its mark, such as 0x10.", valueName: "mark"))
    var mark: PacketMark?

    @Option(help: ArgumentHelp("The interface it comes in by; needs --from.", valueName: "interface"))
    var iif: PacketInterface?

    @Option(help: ArgumentHelp("The interface or VRF that its socket is bound to.", valueName: "interface"))
    var oif: PacketInterface?

    @Option(help: ArgumentHelp("The network namespace it starts in.", valueName: "namespace"))
    var inNetns: PacketNamespace?

    @Option(help: ArgumentHelp("Its protocol: tcp, udp, icmp, sctp, esp, gre, or a number.", valueName: "protocol"))
    var proto: PacketProtocol?

    @Option(help: ArgumentHelp("Its source port.", valueName: "port"))
    var sport: UInt16?

    @Option(
        name: [.customLong("dport"), .customLong("port")],
        help: ArgumentHelp("Its destination port.", valueName: "port"))
    var dport: UInt16?

    @Option(
        help: ArgumentHelp("Draw it: as SVG into a file, or with - as text.", valueName: "file"), completion: .file())
    var diagram: String?

    @OptionGroup var common: CommonOptions

    var writesFiles: Bool { diagram != nil && diagram != "-" }

    func run() throws {
        let packet = Packet(
            to: destination.value, from: from?.value, mark: mark?.value ?? 0, arrival: iif?.value, boundTo: oif?.value,
            ipProtocol: proto?.number(destination.value.family), sourcePort: sport, destinationPort: dport)
        do {
            let begin = ContinuousClock.now
            let explanation = try common.operations().explain(packet, in: inNetns?.value)
            Talk.duration(since: begin)
            let picture = ExplanationPicture(explanation, namespace: inNetns?.value)
            if let diagram, diagram != "-" {
                try Privilege.writingEverywhere { try DiagramFile.write(picture.svg, to: diagram) }
            }
            switch (common.json, diagram) {
            case (true, _): Answer.text(try ExplanationReport(explanation, namespace: inNetns?.value).text())
            case (false, "-"?): Answer.text(picture.drawing)
            case (false, _): Answer.text(picture.ladder)
            }
        } catch {
            throw Failure(error, tunnel: "explain")
        }
    }
}
