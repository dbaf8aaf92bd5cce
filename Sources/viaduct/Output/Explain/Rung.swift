/// One rung of the ladder: what the packet meets, in words.
struct Rung {
    /// What sort of thing it is, in one word.
    var stage: Stage
    /// What it did to the packet.
    var outcome: Outcome
    /// What it is.
    var text: String
    /// What it did, and more that is worth knowing.
    var details: [String] = []

    /// The sorts of things that a packet meets.
    enum Stage: String {
        case arrival, rule, route, setting, interface, policy, sa, outer, room, note
    }

    /// What a thing did to the packet.
    enum Outcome: String {
        /// The packet took it.
        case taken
        /// It was passed over.
        case passed
        /// It ended the packet's way.
        case stopped
        /// It only tells something.
        case noted
    }
}
