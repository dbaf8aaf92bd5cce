import Glibc
import TestBed

/// Something that goes wrong, or is changed, at one of the two gateways while traffic passes.
enum Disturbance: String, CaseIterable {
    case charonIsKilled = "charon is killed and restarted"
    case linkIsDeleted = "the link is deleted"
    case linkIsSetDown = "the link is set down"
    case routesOverLinkAreFlushed = "the routes over the link are flushed"
    case allRoutesAreFlushed = "all routes of the tunnels are flushed, fences too"
    case rulesAreFlushed = "the rules of the tunnels are flushed"
    case addressesAreFlushed = "the link's addresses are flushed"
    case saIsTerminated = "the SA is terminated"
    case childIsRekeyed = "the CHILD_SA is rekeyed"
    case ikeIsRekeyed = "the IKE_SA is rekeyed"
    case allIsLoaded = "swanctl --load-all"
    case snippetIsRemoved = "the snippet is removed and swanctl --load-all run"
    case journalIsRemoved = "the journal is removed"
    case statesAreFlushed = "the kernel's SAs are flushed"
    case routeIsEdited = "a route is added to the spec, or taken away"
    case mtuIsEdited = "the MTU is changed in the spec"
    case downAndUp = "down"
    case upIsKilled = "down, and an up that is killed"
    case underlayIsCut = "the underlay is cut for some seconds"

    /// Whether it is a person's to go on with, by `up`; all else `watch` repairs by itself.
    ///
    /// An edit is applied by nobody else, what was taken down stays down, and without its journal nobody knows that a tunnel
    /// was to be up.
    var needsPerson: Bool {
        switch self {
        case .journalIsRemoved, .routeIsEdited, .mtuIsEdited, .downAndUp, .upIsKilled: true
        case .charonIsKilled, .linkIsDeleted, .linkIsSetDown, .routesOverLinkAreFlushed, .allRoutesAreFlushed,
            .rulesAreFlushed, .addressesAreFlushed, .saIsTerminated, .childIsRekeyed, .ikeIsRekeyed, .allIsLoaded,
            .snippetIsRemoved, .statesAreFlushed, .underlayIsCut:
            false
        }
    }

    /// Does it.
    ///
    /// - Parameters:
    ///   - tunnel: The tunnel that it is about.
    ///   - site: Where.
    ///   - net: The network around.
    ///   - dice: Decides what is left open.
    /// - Throws: ``TestBedError`` with the words of the program that failed.
    func happen(to tunnel: SoakTunnel, at site: SiteToSite.Site, in net: SiteToSite, _ dice: inout Dice) async throws {
        let gateway = site.gateway
        let link = tunnel.rawValue
        switch self {
        case .charonIsKilled:
            gateway.killCharon()
            try await gateway.pause(dice.number(0...2000))
            // The socket of the dead one would be taken for that of the new one.
            if try gateway.has("/run/charon.vici") { try gateway.delete("/run/charon.vici") }
            try await gateway.startCharon()
            try await gateway.loadAll()
        case .linkIsDeleted: try await gateway.ip("link delete \(link)")
        case .linkIsSetDown: try await gateway.ip("link set \(link) down")
        case .routesOverLinkAreFlushed:
            for family in ["-4", "-6"] { try await gateway.run("ip", family, "route", "flush", "dev", link) }
        case .allRoutesAreFlushed:
            for family in ["-4", "-6"] {
                try await gateway.run("ip", family, "route", "flush", "table", "all", "proto", "222")
            }
        case .rulesAreFlushed:
            for family in ["-4", "-6"] { try await gateway.run("ip", family, "rule", "flush", "protocol", "222") }
        case .addressesAreFlushed: try await gateway.run("ip", "address", "flush", "dev", link, "scope", "global")
        case .saIsTerminated:
            // There may be none after what was before; and the peer may not answer.
            _ = try await gateway.attempt(["swanctl", "--terminate", "--ike", link, "--timeout", "2"])
        case .childIsRekeyed: _ = try? await gateway.vici("rekey", ["child": link])
        case .ikeIsRekeyed: _ = try? await gateway.vici("rekey", ["ike": link])
        case .allIsLoaded: try await gateway.loadAll()
        case .snippetIsRemoved:
            try gateway.delete("/etc/swanctl/conf.d/viaduct-\(link).conf")
            try await gateway.loadAll()
        case .journalIsRemoved: try await gateway.run("rm", "-rf", "/run/viaduct")
        case .statesAreFlushed: try await gateway.run("ip", "xfrm", "state", "flush")
        case .routeIsEdited: try tunnel.edit(at: site) { $0.hasMoreRoutes.toggle() }
        case .mtuIsEdited: try tunnel.edit(at: site) { $0.hasSmallMTU.toggle() }
        case .downAndUp: try await gateway.down(link)
        case .upIsKilled:
            try await gateway.down(link)
            let program = try gateway.start([Host.viaductBinary, "up", link])
            try await gateway.pause(dice.number(0...1500))
            program.send(signal: SIGKILL)
            _ = await program.outcome()
        case .underlayIsCut:
            try await net.underlay.apply(.dropAll)
            try await gateway.pause(dice.number(500...8000))
            try await net.underlay.heal()
        }
    }
}

extension Host {
    /// Lets some time pass, in milliseconds.
    fileprivate func pause(_ milliseconds: Int) async throws {
        try await Task.sleep(for: .milliseconds(milliseconds))
    }
}
