/// What `check` can find; Docs/Check.md lists each with its cause and fix.
///
/// The order is that of causes before their effects.
public enum FindingKind: String, Sendable, Hashable, CaseIterable {
    /// The spec has errors.
    case specUnreadable = "spec-unreadable"
    /// There is no spec, but something of the tunnel.
    case specMissing = "spec-missing"
    /// A secret cannot be read.
    case secretUnreadable = "secret-unreadable"
    /// The kernel cannot make the link.
    case kernelLink = "kernel-link"
    /// The kernel has no ESP.
    case kernelESP = "kernel-esp"
    /// The kernel lacks algorithms.
    case kernelAlgorithm = "kernel-algorithm"
    /// The kernel is one on which VTIs are reported to fail.
    case kernelVTI = "kernel-vti"
    /// It could not be tried what the kernel can do.
    case kernelUntried = "kernel-untried"
    /// charon does not answer.
    case charonAbsent = "charon-absent"
    /// charon is old.
    case charonOld = "charon-old"
    /// charon installs routes.
    case charonRoutes = "charon-routes"
    /// A plugin of charon's gets in the way.
    case charonPlugin = "charon-plugin"
    /// A certificate is over.
    case certificateExpired = "certificate-expired"
    /// A certificate is not valid yet, or the clock is wrong.
    case certificateFuture = "certificate-future"
    /// A certificate will soon be over.
    case certificateEnds = "certificate-ends"
    /// A certificate cannot be read.
    case certificateUnreadable = "certificate-unreadable"
    /// Another link elsewhere has the id.
    case idElsewhere = "id-elsewhere"
    /// `up` would refuse.
    case upRefused = "up-refused"
    /// The link is gone.
    case linkMissing = "link-missing"
    /// The link is down.
    case linkDown = "link-down"
    /// Ids of link, policies and SAs differ.
    case idMismatch = "id-mismatch"
    /// IPsec is turned off on an interface.
    case xfrmDisabled = "xfrm-disabled"
    /// A VTI asks for a second policy.
    case vtiPolicyCheck = "vti-policy-check"
    /// A policy of someone else's takes the packets.
    case policyShadowed = "policy-shadowed"
    /// The mark is used by another program.
    case markCollision = "mark-collision"
    /// Firewall rules drop IKE.
    case firewallIKE = "firewall-ike"
    /// Firewall rules drop ESP.
    case firewallESP = "firewall-esp"
    /// Firewall rules drop what goes through the tunnel.
    case firewallTraffic = "firewall-traffic"
    /// There are firewall rules that are not seen.
    case firewallUnseen = "firewall-unseen"
    /// IKE goes through the tunnel itself.
    case ikeInTunnel = "ike-in-tunnel"
    /// MOBIKE is on.
    case mobike
    /// There is no SA.
    case saMissing = "sa-missing"
    /// Routes are not covered by the selectors.
    case selectors
    /// The tunnel's packets take another route.
    case routeElsewhere = "route-elsewhere"
    /// Reverse path filtering drops what comes in.
    case rpFilter = "rp-filter"
    /// Nothing is forwarded.
    case forwardingOff = "forwarding-off"
    /// Redirects are sent.
    case redirects = "send-redirects"
    /// The MTU is too large.
    case mtuTooLarge = "mtu-too-large"
    /// The MSS is too large.
    case mssTooLarge = "mss-too-large"
    /// Something differs from the spec.
    case drift
    /// Large packets do not come through.
    case pathMTU = "path-mtu"
    /// A packet did not come back.
    case probeFailed = "probe-failed"
    /// The kernel drops packets.
    case packetsDropped = "packets-dropped"

    /// Why it matters.
    public var why: String {
        switch self {
        case .specUnreadable: "up refuses a spec with errors, and changes nothing"
        case .specMissing: "nobody will bring the tunnel back, and what is left may still take packets"
        case .secretUnreadable: "without the secret the peer cannot be authenticated, and up refuses"
        case .kernelLink: "without the link there is nothing to route packets into"
        case .kernelESP: "without ESP no packet can be encrypted"
        case .kernelAlgorithm: "an SA with an algorithm that the kernel lacks cannot be installed"
        case .kernelVTI: "what comes in may not reach the link, whatever is configured"
        case .kernelUntried: "what the kernel lacks will show only at up"
        case .charonAbsent: "nobody negotiates keys: SAs are not made, and those that are there will expire"
        case .charonOld: "what it does not know it refuses or ignores"
        case .charonRoutes: "its routes lead around the link, or cut this machine off, when selectors take everything"
        case .charonPlugin: "it adds policies or marks that a route-based tunnel does not expect"
        case .certificateExpired: "the peer refuses the certificate, and authentication fails"
        case .certificateFuture: "a certificate is refused before its time, and a wrong clock makes it so"
        case .certificateEnds: "when it is over the peer refuses it, and the tunnel stays down"
        case .certificateUnreadable: "charon cannot use it, and authentication fails"
        case .idElsewhere:
            "an id is unique among all links born in a network namespace, wherever they are now: the kernel refuses a second"
        case .upRefused: "up stops before its first step"
        case .linkMissing: "packets for the tunnel have no link, and those from the peer are dropped"
        case .linkDown: "a link that is down passes nothing, in either direction"
        case .idMismatch:
            "the kernel finds an SA by the id of the link: with another one packets are dropped without a word"
        case .xfrmDisabled: "the kernel does not encrypt what leaves by this interface"
        case .vtiPolicyCheck:
            "VTI has checked the policy by its key; a second check does not know the key, and drops the packet"
        case .policyShadowed: "the kernel takes the first policy that matches, and this one is not the tunnel's"
        case .markCollision: "packets with this mark go where the other program wants them, or into the tunnel"
        case .firewallIKE: "without IKE there are no keys"
        case .firewallESP: "what is encrypted is lost on the way in or out"
        case .firewallTraffic: "what goes through the tunnel is lost at this machine's own firewall"
        case .firewallUnseen: "they may drop packets, and check cannot tell"
        case .ikeInTunnel: "IKE that goes into its own tunnel is lost with it: the SA dies at the next rekey"
        case .mobike: "it can move IKE and ESP to an address of the tunnel itself, which ends it"
        case .saMissing: "without an SA nothing is encrypted, and packets for the tunnel are dropped"
        case .selectors: "the kernel drops what matches no policy of the link"
        case .routeElsewhere: "packets that should be encrypted are not, or are lost"
        case .rpFilter: "strict reverse path filtering drops packets whose sender is routed by another interface"
        case .forwardingOff: "this machine's own packets pass, those of the networks behind it do not"
        case .redirects:
            "this machine tells hosts behind one peer to reach those behind another directly, which they cannot"
        case .mtuTooLarge: "full packets are fragmented after encryption, and lost where fragments are"
        case .mssTooLarge: "segments of this size do not fit, and TCP stalls"
        case .drift: "someone or something has changed the tunnel, or the spec was edited since up"
        case .pathMTU: "small packets pass and large ones vanish: TCP connects, and then stalls"
        case .probeFailed: "SAs alone do not prove that packets pass"
        case .packetsDropped: "the kernel counts what IPsec dropped, and the counter tells why"
        }
    }
}
