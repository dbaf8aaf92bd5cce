public import NetworkModel

/// A change that the kernel told of.
public enum Event: Sendable, Hashable {
    /// What happened to an object.
    public enum Change: Sendable, Hashable {
        /// It was added or changed.
        case set
        /// It was removed.
        case removed
    }

    /// A link.
    case link(KernelLink, Change)
    /// An address.
    case address(KernelAddress, Change)
    /// A route; IPv6 may tell of several next hops one by one.
    case route(Route, Change)
    /// A rule.
    case rule(Rule, Change)
    /// An IPsec policy.
    case policy(XFRMPolicy, Change)
    /// An IPsec state.
    case state(XFRMState, Change)
    /// An IPsec state came to a limit: the soft one, when it should be renewed, or the hard one, when it ended.
    case stateExpired(XFRMState, isHard: Bool)
    /// A policy wants a state that is not there.
    case stateWanted
    /// All IPsec policies or states were removed at once.
    case flushed
    /// Events were lost, because we did not read fast enough (ENOBUFS): what is known must be read anew.
    case lost

    /// What one may be told of.
    public enum Group: Sendable, Hashable, CaseIterable {
        /// Links (RTNLGRP_LINK).
        case links
        /// Addresses of both families (RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR).
        case addresses
        /// Routes of both families (RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE).
        case routes
        /// Rules of both families (RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE).
        case rules
        /// IPsec policies (XFRMNLGRP_POLICY).
        case policies
        /// IPsec states (XFRMNLGRP_SA). These messages carry keys; they are dropped while reading.
        case states
        /// Limits that states come to (XFRMNLGRP_EXPIRE).
        case expirations
        /// Policies that want a state (XFRMNLGRP_ACQUIRE).
        case acquisitions
    }
}
