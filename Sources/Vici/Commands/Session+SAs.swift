extension Session {
    /// Which IKE_SAs to list.
    public struct SAFilter: Sendable, Equatable {
        /// The connection's name (`ike`); nil means any.
        public var ike: String?
        /// The IKE_SA's unique id (`ike-id`); nil means any.
        public var ikeID: UInt32?
        /// The child's name (`child`); nil means any.
        ///
        /// Other children of the same IKE_SA are left out.
        public var child: String?
        /// The CHILD_SA's unique id (`child-id`); nil means any.
        public var childID: UInt32?

        /// Makes a filter; without arguments everything passes.
        public init(ike: String? = nil, ikeID: UInt32? = nil, child: String? = nil, childID: UInt32? = nil) {
            self.ike = ike
            self.ikeID = ikeID
            self.child = child
            self.childID = childID
        }
    }

    /// Lists the IKE_SAs with their CHILD_SAs (`list-sas`).
    ///
    /// The same connection may come more than once, as while it is re-authenticated.
    ///
    /// - Parameters:
    ///   - filter: which to list.
    ///   - skippingBusy: leave out IKE_SAs that charon is working on (`noblock`) instead of waiting for them.
    ///   - deadline: until when to wait for the answer.
    /// - Returns: the IKE_SAs, in charon's order.
    /// - Throws: `ViciError`.
    public func sas(
        _ filter: SAFilter = SAFilter(), skippingBusy: Bool = false, deadline: ContinuousClock.Instant
    ) throws(ViciError) -> [IKESA] {
        var arguments = Message()
        arguments.append(skippingBusy ? "yes" : nil, named: "noblock")
        arguments.append(filter.ike, named: "ike")
        arguments.append(filter.ikeID.map(String.init), named: "ike-id")
        arguments.append(filter.child, named: "child")
        arguments.append(filter.childID.map(String.init), named: "child-id")
        var result: [IKESA] = []
        _ = try stream("list-sas", arguments, event: "list-sa", deadline: deadline) { event in
            result += event.sections.map { IKESA(name: $0.name, $0.content) }
        }
        return result
    }

    /// Lists installed policies that need no SA yet (`list-policies`).
    ///
    /// - Parameters:
    ///   - kinds: which to list; none lists nothing.
    ///   - child: the child's name; nil lists those of all.
    ///   - ike: the connection's name; nil lists those of all.
    ///   - deadline: until when to wait for the answer.
    /// - Returns: the policies, in charon's order.
    /// - Throws: `ViciError`.
    public func policies(
        _ kinds: Set<InstalledPolicy.Kind>, child: String? = nil, ike: String? = nil, deadline: ContinuousClock.Instant
    ) throws(ViciError) -> [InstalledPolicy] {
        var arguments = Message()
        // Mere presence counts, whatever the value.
        for kind in InstalledPolicy.Kind.allCases where kinds.contains(kind) {
            arguments.append("yes", named: kind.rawValue)
        }
        arguments.append(child, named: "child")
        arguments.append(ike, named: "ike")
        var result: [InstalledPolicy] = []
        _ = try stream("list-policies", arguments, event: "list-policy", deadline: deadline) { event in
            result += event.sections.map { InstalledPolicy(name: $0.name, $0.content) }
        }
        return result
    }
}
