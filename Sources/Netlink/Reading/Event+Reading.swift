internal import CLibnl
internal import NetworkModel

extension Event {
    /// Reads a notification; nil for one that says nothing to us.
    init?(_ message: Message, _ subsystem: NetlinkSocket.Subsystem, _ interfaces: inout InterfaceTable) {
        switch subsystem {
        case .route: self.init(route: message, &interfaces)
        case .xfrm: self.init(xfrm: message)
        case .netfilter: return nil
        }
    }

    private init?(route message: Message, _ interfaces: inout InterfaceTable) {
        switch message.type {
        case RTM_NEWLINK, RTM_DELLINK:
            guard let received = LinkMessage(message) else { return nil }
            let change = message.type == RTM_NEWLINK ? Change.set : .removed
            if change == .set { interfaces.insert(received.name, index: received.index) }
            self = .link(received.link(interfaces), change)
            if change == .removed { interfaces.remove(index: received.index) }
        case RTM_NEWADDR, RTM_DELADDR:
            guard let address = KernelAddress(message, interfaces: interfaces) else { return nil }
            self = .address(address, message.type == RTM_NEWADDR ? .set : .removed)
        case RTM_NEWROUTE, RTM_DELROUTE:
            guard let route = Route(message, interfaces: interfaces) else { return nil }
            self = .route(route, message.type == RTM_NEWROUTE ? .set : .removed)
        case RTM_NEWRULE, RTM_DELRULE:
            guard let rule = Rule(message) else { return nil }
            self = .rule(rule, message.type == RTM_NEWRULE ? .set : .removed)
        default: return nil
        }
    }

    private init?(xfrm message: Message) {
        switch message.type {
        case XFRM_MSG_NEWPOLICY, XFRM_MSG_UPDPOLICY, XFRM_MSG_DELPOLICY:
            guard let policy = XFRMPolicy(message) else { return nil }
            self = .policy(policy, message.type == XFRM_MSG_DELPOLICY ? .removed : .set)
        case XFRM_MSG_NEWSA, XFRM_MSG_UPDSA, XFRM_MSG_DELSA:
            guard let state = XFRMState(message) else { return nil }
            self = .state(state, message.type == XFRM_MSG_DELSA ? .removed : .set)
        case XFRM_MSG_EXPIRE:
            // struct xfrm_user_expire: the state, then one byte that tells soft from hard.
            let isHard = message.payload.integer(UInt8.self, at: MemoryLayout<xfrm_usersa_info>.stride)
            guard let state = XFRMState(message), let isHard else { return nil }
            self = .stateExpired(state, isHard: isHard != 0)
        case XFRM_MSG_ACQUIRE: self = .stateWanted
        case XFRM_MSG_FLUSHSA, XFRM_MSG_FLUSHPOLICY: self = .flushed
        default: return nil
        }
    }
}
