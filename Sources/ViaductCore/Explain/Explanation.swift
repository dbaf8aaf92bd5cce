public import NetworkModel

/// The way of one packet, and what becomes of it.
public struct Explanation: Sendable, Hashable {
    /// The packet that was asked about.
    public var packet: Packet
    /// Its source: the one asked about, or the one that the kernel chooses; nil when it comes to no choice.
    public var source: IPAddress?
    /// What was found, in the order in which the packet meets it.
    public var waypoints: [Waypoint] = []
    /// What becomes of it.
    public var verdict: Verdict
    /// What would change the verdict, or what to do.
    public var remedies: [String] = []
    /// What the answer meets on its way back; empty when the packet does not get out.
    public var wayBack: [Waypoint] = []
    /// Why the answer would not get back; nil when nothing is in its way, or it was not looked at.
    public var returnObstacle: String?
    /// What this process may not see.
    public var unseen: [String] = []
}
