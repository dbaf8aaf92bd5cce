/// A pool of virtual addresses, from `get-pools`.
public struct AddressPool: Sendable, Equatable {
    /// An address given to a peer.
    public struct Lease: Sendable, Equatable {
        /// The address (`address`); empty when not told.
        public let address: String
        /// The peer's identity (`identity`); empty when not told.
        public let identity: String
        /// True while the peer is connected (`status` is `online`).
        public let isOnline: Bool
    }

    /// The pool's name.
    public let name: String
    /// The first address (`base`); nil when not told.
    public let base: String?
    /// The number of addresses (`size`); nil when not told.
    public let size: UInt64?
    /// Leases of connected peers (`online`); nil when not told.
    public let online: UInt64?
    /// Leases kept for peers that are gone (`offline`); nil when not told.
    public let offline: UInt64?
    /// The leases, in charon's order.
    public let leases: [Lease]

    /// Reads the section of one pool.
    package init(name: String, _ content: Message) {
        self.name = name
        base = content.text("base")
        size = content.number("size")
        online = content.number("online")
        offline = content.number("offline")
        leases = (content.section("leases")?.sections ?? []).map { _, lease in
            Lease(
                address: lease.text("address") ?? "", identity: lease.text("identity") ?? "",
                isOnline: lease.text("status") == "online")
        }
    }
}
