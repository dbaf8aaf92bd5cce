import NetworkModel
import Testing

@testable import ViaductCore

/// A kernel of plain values: one namespace, whose rules and tables are searched as RuleWalk does.
struct FakeKernel: KernelAnswers {
    var scene = Scene(transforms: Transforms())
    var tables: [UInt32: [Route]] = [:]
    var settings: [SysctlKey: String] = [:]
    var charon: CharonNames?
    var now: UInt64 = 1000
    /// What the kernel says to packets that come in by this interface.
    var filtering: InterfaceName?

    func scene(of place: Place) throws -> Scene? { place == .here ? scene : nil }

    func route(_ query: RouteQuery, in place: Place) throws -> RouteReply {
        if let name = query.inputInterface, name == filtering { return .filtered }
        let flow = RuleFlow(
            destination: query.destination, source: query.source, mark: query.mark,
            arrivals: query.inputInterface.map { [$0] } ?? [.loopback], outputs: [],
            ipProtocol: query.ipProtocol ?? 1, sourcePort: query.sourcePort, destinationPort: query.destinationPort,
            user: 0, vrfTable: nil)
        let reply = RuleWalk.route(scene.rules.filter { $0.family == query.destination.family }, flow, groups: [:]) {
            tables[$0] ?? []
        }
        guard case .found(var answer, let entry) = reply else { return reply }
        if query.source == nil {
            let device = answer.nextHops.first?.device
            answer.source =
                answer.source
                ?? scene.addresses.first {
                    $0.interface == device && $0.address.family == query.destination.family
                }?.address.address
        }
        return .found(answer, entry: entry)
    }

    func routes(table: UInt32, family: AddressFamily, in place: Place) throws -> [Route] {
        (tables[table] ?? []).filter { $0.family == family }
    }

    func setting(_ key: SysctlKey, in place: Place) throws -> String? { settings[key] }

    func names() throws -> CharonNames? { charon }

    /// The verdict on a packet, in words.
    func verdict(_ packet: Packet) throws -> String { "\(try Explanation.of(packet, asking: self).verdict)" }
}

/// The values of a gateway with a tunnel `office` (if_id 42), as the kernel shows them.
enum Gateway {
    static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
    static func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }
    static func name(_ text: String) throws -> InterfaceName { try #require(InterfaceName(text)) }

    /// A policy from one block to another.
    static func policy(
        _ source: String, _ destination: String, _ direction: XFRMDirection = .output, priority: UInt32 = 10,
        index: UInt32 = 1, ifID: UInt32 = 0, mark: Mark? = nil, isAllowed: Bool = true, request: UInt32? = 1,
        isOptional: Bool = false
    ) throws -> XFRMPolicy {
        let (local, remote) = direction == .output ? ("192.0.2.1", "192.0.2.2") : ("192.0.2.2", "192.0.2.1")
        let template = try request.map {
            XFRMTemplate(
                source: try address(local), destination: try address(remote), ipProtocol: 50, mode: 1, requestID: $0,
                spi: 0, isOptional: isOptional)
        }
        return XFRMPolicy(
            selector: XFRMSelector(source: try prefix(source), destination: try prefix(destination)),
            direction: direction, priority: priority, index: index, isAllowed: isAllowed, mark: mark, ifID: ifID,
            templates: template.map { [$0] } ?? [])
    }

    /// An SA towards the peer, or from it.
    static func state(
        spi: UInt32, request: UInt32 = 1, ifID: UInt32 = 0, mark: Mark? = nil, isInbound: Bool = false,
        addTime: UInt64 = 10, isLarval: Bool = false
    ) throws -> XFRMState {
        let (local, remote) = isInbound ? ("192.0.2.2", "192.0.2.1") : ("192.0.2.1", "192.0.2.2")
        return XFRMState(
            source: try address(local), destination: try address(remote), spi: spi, ipProtocol: 50, requestID: request,
            mode: 1, mark: mark, ifID: ifID,
            algorithms: isLarval
                ? [] : [XFRMAlgorithm(.combined, "rfc4106(gcm(aes))", keyLength: 160, checkLength: 128)],
            addTime: addTime)
    }

    /// The gateway: 192.0.2.1 on `wan`, 10.1.0.1 on `lan`, `office` with a route to 10.2.0.0/16, a default route.
    static func kernel(_ transforms: Transforms = Transforms()) throws -> FakeKernel {
        var kernel = FakeKernel()
        let kinds: [(String, LinkKind)] = [
            ("lo", .other("")), ("wan", .other("")), ("lan", .other("")), ("office", .xfrm(XFRMLink(ifID: 42))),
        ]
        kernel.scene.links = try kinds.enumerated().map { index, link in
            SceneLink(
                index: UInt32(index + 1),
                link: Link(
                    name: try name(link.0), kind: link.1, mtu: 1500,
                    alias: link.0 == "office" ? "viaduct:office" : nil, isUp: true))
        }
        for (link, text) in [("wan", "192.0.2.1/24"), ("lan", "10.1.0.1/24"), ("office", "169.254.7.1/30")] {
            kernel.scene.addresses.append(InterfaceAddress(interface: try name(link), address: try prefix(text)))
        }
        for (priority, table) in [(UInt32(0), UInt32(255)), (32766, 254), (32767, 253)] {
            kernel.scene.rules.append(Rule(family: .ipv4, priority: priority, action: .lookup(table: table)))
        }
        kernel.tables[254] = [
            Route(to: try prefix("10.2.0.0/16"), device: try name("office")),
            Route(to: try prefix("192.0.2.0/24"), device: try name("wan")),
            Route(to: try prefix("10.1.0.0/24"), device: try name("lan")),
            Route(to: try prefix("0.0.0.0/0"), device: try name("wan")),
        ]
        kernel.tables[255] = [
            Route(to: try prefix("192.0.2.1/32"), type: .local, nextHops: [NextHop(device: .loopback)], table: 255)
        ]
        kernel.scene.transforms = transforms
        kernel.settings[SysctlKey("net", "ipv4", "conf", "lo", "disable_xfrm")] = "1"
        for name in ["wan", "lan", "office"] {
            kernel.settings[SysctlKey("net", "ipv4", "conf", name, "forwarding")] = "1"
        }
        return kernel
    }
}
