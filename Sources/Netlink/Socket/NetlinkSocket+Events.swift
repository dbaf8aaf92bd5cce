internal import CLibnl
internal import Glibc

extension NetlinkSocket {
    /// Begins to be told of changes; take a socket for it that does nothing else.
    ///
    /// First subscribe, then read the lists, then take events: so no change goes unseen.
    ///
    /// - Parameter groups: of what; links, addresses, routes and rules on a socket of `.route`, the others on one of
    ///   `.xfrm`.
    /// - Throws: `NetlinkError`: EINVAL for a group of the other subsystem, EPERM without CAP_NET_ADMIN (`.xfrm`).
    public func subscribe(to groups: Set<Event.Group>) throws(NetlinkError) {
        for group in groups {
            let subject = Subject.words("changes of \(group)")
            guard group.subsystem == subsystem else { throw NetlinkError(.subscribe, subject, code: EINVAL) }
            for number in group.numbers {
                errno = 0
                let status = nl_socket_add_membership(handle, number)
                let code = errno
                guard status >= 0 else { throw NetlinkError(.subscribe, subject, code: code == 0 ? EIO : code) }
            }
        }
    }

    /// The descriptor, for poll(2) together with others; it stays this value's.
    package var descriptor: Int32 { nl_socket_get_fd(handle) }

    /// Waits for changes.
    ///
    /// - Parameters:
    ///   - deadline: until when to wait; nil means for ever. One in the past takes what is there.
    ///   - interfaces: the names for indexes; links that come, go or are renamed are brought up to date in it.
    /// - Returns: the changes of one message of the kernel; none when the deadline passed, and just `lost` when some were
    ///   lost.
    /// - Throws: `NetlinkError` when the socket fails.
    public func events(
        before deadline: ContinuousClock.Instant?, interfaces: inout InterfaceTable
    ) throws(NetlinkError) -> [Event] {
        while try waitForInput(before: deadline) {
            switch receive() {
            case .failure(ENOBUFS): return [.lost]
            case .failure(let code): throw NetlinkError(.read, .words("changes"), code: code)
            case .messages(let bytes):
                var events: [Event] = []
                for message in MessageReader(bytes) {
                    if Int32(message.type) == NLMSG_OVERRUN { return [.lost] }
                    if let event = Event(message, subsystem, &interfaces) { events.append(event) }
                }
                if !events.isEmpty { return events }
            }
        }
        return []
    }

    /// Waits until there is something to receive (poll(2)); false when the deadline passed first.
    private func waitForInput(before deadline: ContinuousClock.Instant?) throws(NetlinkError) -> Bool {
        while true {
            var entry = pollfd(fd: nl_socket_get_fd(handle), events: Int16(POLLIN), revents: 0)
            let status = poll(&entry, 1, milliseconds(until: deadline))
            let code = errno
            if status > 0 { return true }
            if status < 0, code != EINTR { throw NetlinkError(.read, .words("changes"), code: code) }
            if let deadline, ContinuousClock.now >= deadline { return false }
        }
    }

    /// The time left for poll(2), rounded up; -1 means for ever.
    private func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return 0 }
        // A wait that is cut short here is taken up again by the caller.
        guard left < .seconds(3600) else { return 3_600_000 }
        return Int32(left.components.seconds) * 1000 + Int32(left.components.attoseconds / 1_000_000_000_000_000) + 1
    }
}

extension Event.Group {
    fileprivate var subsystem: NetlinkSocket.Subsystem {
        switch self {
        case .links, .addresses, .routes, .rules: .route
        case .policies, .states, .expirations, .acquisitions: .xfrm
        }
    }

    /// The numbers of the multicast groups.
    fileprivate var numbers: [Int32] {
        switch self {
        case .links: [RTNLGRP_LINK].map { Int32($0.rawValue) }
        case .addresses: [RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR].map { Int32($0.rawValue) }
        case .routes: [RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE].map { Int32($0.rawValue) }
        case .rules: [RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE].map { Int32($0.rawValue) }
        case .acquisitions: [Int32(XFRMNLGRP_ACQUIRE.rawValue)]
        case .expirations: [Int32(XFRMNLGRP_EXPIRE.rawValue)]
        case .states: [Int32(XFRMNLGRP_SA.rawValue)]
        case .policies: [Int32(XFRMNLGRP_POLICY.rawValue)]
        }
    }
}
