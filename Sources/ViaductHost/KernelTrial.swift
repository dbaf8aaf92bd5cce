internal import Netlink
internal import NetworkModel
internal import ViaductCore

/// Tries what the kernel can do, in a network namespace that is thrown away.
enum KernelTrial {
    /// Tries the link and the algorithms that a tunnel wants.
    ///
    /// - Throws: `NetlinkError` for anything but a refusal.
    static func support(for tunnel: Tunnel) throws -> CheckFacts.KernelSupport {
        var support = CheckFacts.KernelSupport()
        let namespace: AnonymousNamespace
        do throws(NetlinkError) {
            namespace = try AnonymousNamespace()
        } catch {
            support.obstacle = "\(error)"
            return support
        }
        let routing = try NetlinkSocket(.route, in: namespace.namespace)
        let hasXFRM = refusal { () throws(NetlinkError) in try routing.perform(Request.add(link(.xfrm), interfaces: .init())) }
        switch tunnel.interface.kind {
        case .xfrm: support.linkProblem = hasXFRM
        case .vti, .automatic:
            if tunnel.interface.kind == .automatic, hasXFRM == nil { break }
            support.linkProblem = refusal { () throws(NetlinkError) in
                try routing.perform(Request.add(link(.vti), interfaces: .init()))
            }
        }
        let suites = tunnel.children.flatMap(\.esp.proposals).flatMap(\.transformSuites)
        guard !suites.isEmpty else { return support }
        let xfrm: NetlinkSocket
        do throws(NetlinkError) {
            xfrm = try NetlinkSocket(.xfrm, in: namespace.namespace)
        } catch {
            support.espProblem = "\(error)"
            return support
        }
        var hasESP = false
        for (index, suite) in Set(suites).enumerated() {
            let problem = refusal { () throws(NetlinkError) in
                try xfrm.perform(Request.tryState(suite, spi: 0x1000 + UInt32(index)))
            }
            if let problem { support.refusedSuites[suite] = problem }
            hasESP = hasESP || problem == nil
        }
        guard !hasESP else { return support }
        // Whether it is ESP itself that is missing is told by the plainest of all suites.
        let plain = TransformSuite(
            cipher: "ecb(cipher_null)", cipherKeyBits: 0,
            integrity: TransformSuite.Integrity("hmac(sha1)", keyBits: 160, checkBits: 96))
        support.espProblem = refusal { () throws(NetlinkError) in
            try xfrm.perform(Request.tryState(plain, spi: 0x2000))
        }
        return support
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
