internal import Netlink
internal import NetworkModel
internal import ViaductCore

/// Tries what the kernel can do, in a network namespace that is thrown away.
enum KernelTrial {
    /// Tries the link and the algorithms that a tunnel wants; that nothing could be tried is told, too.
    static func support(for tunnel: Tunnel) -> CheckFacts.KernelSupport {
        do throws(NetlinkError) {
            return try trial(for: tunnel)
        } catch {
            var support = CheckFacts.KernelSupport()
            support.obstacle = "\(error)"
            return support
        }
    }

    private static func trial(for tunnel: Tunnel) throws(NetlinkError) -> CheckFacts.KernelSupport {
        var support = CheckFacts.KernelSupport()
        let namespace = try AnonymousNamespace()
        let routing = try NetlinkSocket(.route, in: namespace.namespace)
        support.linkProblem = linkProblem(of: tunnel.interface.kind, routing)
        let suites = Set(tunnel.children.flatMap(\.esp.proposals).flatMap(\.transformSuites))
        guard !suites.isEmpty else { return support }
        let xfrm = try NetlinkSocket(.xfrm, in: namespace.namespace)
        for (index, suite) in suites.enumerated() {
            support.refusedSuites[suite] = refusal { () throws(NetlinkError) in
                try xfrm.perform(Request.tryState(suite, spi: 0x1000 + UInt32(index)))
            }
        }
        guard support.refusedSuites.count == suites.count else { return support }
        // Whether it is ESP itself that is missing is told by the plainest of all suites.
        let plain = TransformSuite(
            cipher: "ecb(cipher_null)", cipherKeyBits: 0,
            integrity: TransformSuite.Integrity("hmac(sha1)", keyBits: 160, checkBits: 96))
        support.espProblem = refusal { () throws(NetlinkError) in
            try xfrm.perform(Request.tryState(plain, spi: 0x2000))
        }
        return support
    }

    private static func linkProblem(of kind: TunnelKind, _ routing: borrowing NetlinkSocket) -> String? {
        func problem(_ kind: TunnelKind) -> String? {
            refusal { () throws(NetlinkError) in try routing.perform(Request.add(link(kind), interfaces: .init())) }
        }
        switch kind {
        case .xfrm: return problem(.xfrm)
        case .vti: return problem(.vti)
        case .automatic: return problem(.xfrm) == nil ? nil : problem(.vti)
        }
    }

    private static func refusal(_ body: () throws(NetlinkError) -> Void) -> String? {
        do throws(NetlinkError) {
            try body()
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func link(_ kind: TunnelKind) -> Link {
        let loopback = IPAddress(bytes: [192, 0, 2, 1]) ?? .any(.ipv4)
        let (name, trial): (String, LinkKind) =
            kind == .vti
            ? ("trial1", .vti(VTILink(local: loopback, remote: nil, inputKey: 1, outputKey: 1)))
            : ("trial0", .xfrm(XFRMLink(ifID: 1)))
        return Link(name: InterfaceName(name) ?? .loopback, kind: trial)
    }
}
