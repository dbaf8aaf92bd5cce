internal import NetworkModel

/// The marks by which Viaduct knows its own things again, in the kernel and on disk.
public enum Ownership {
    /// The protocol number of our routes and rules (rtm_protocol, FRA_PROTOCOL): free in /etc/iproute2/rt_protos.
    public static let origin: UInt8 = 222

    /// The alias of a tunnel's link.
    public static func alias(_ tunnel: TunnelName) -> String { "viaduct:\(tunnel)" }

    /// The tunnel that an alias names; nil when it is not one of ours.
    public static func tunnel(alias: String?) -> TunnelName? {
        guard let alias, alias.hasPrefix("viaduct:") else { return nil }
        return TunnelName(alias.dropFirst("viaduct:".count))
    }

    /// The metric of a tunnel's fence: behind every other route, and different for each id, so that a fence tells
    /// whose it is.
    public static func fenceMetric(id: UInt32) -> UInt32 { 0xe000_0000 | (id & 0x1fff_ffff) }

    /// Where groups of links come from that are removed at once: far from the numbers people use.
    public static let scratchGroups: Range<UInt32> = 0x4000_0000..<0x7fff_ffff

    /// The tunnel's snippet of swanctl.conf.
    public static func snippet(_ tunnel: TunnelName) -> ConfigurationPath {
        ConfigurationPath(.snippets, "viaduct-\(tunnel).conf")
    }

    /// The copy of a file of certificate authentication for one end of a connection of the tunnel.
    public static func credential(
        _ folder: ConfigurationPath.Folder, _ tunnel: TunnelName, connection: TunnelName, end: String
    ) -> ConfigurationPath {
        ConfigurationPath(folder, "viaduct-\(tunnel)+\(connection)+\(end).pem")
    }

    /// The tunnel that a file below swanctl's folder is of; nil when it is not one of ours.
    public static func tunnel(ofFile path: ConfigurationPath) -> TunnelName? {
        guard path.name.hasPrefix("viaduct-") else { return nil }
        let rest = path.name.dropFirst("viaduct-".count)
        switch path.folder {
        case .snippets: return rest.hasSuffix(".conf") ? TunnelName(rest.dropLast(".conf".count)) : nil
        case .keys, .certificates, .authorities:
            // The tunnel's name, then `+` and a peer's where there are several: no name has a `+`.
            return rest.hasSuffix(".pem") ? rest.firstIndex(of: "+").flatMap { TunnelName(rest[..<$0]) } : nil
        }
    }

    /// The name of a connection's pre-shared key in charon and of its section in the snippet.
    public static func secretName(_ connection: TunnelName) -> String { secretPrefix + connection.text }

    /// What the names of our pre-shared keys begin with.
    static let secretPrefix = "ike-viaduct-"

    /// The routing table of a tunnel's own, for prefixes that hold the peer: far from the numbers people use.
    public static func table(id: UInt32) -> UInt32 { 0x4000_0000 | (id & 0x3fff_ffff) }

    /// The mark on ESP packets of a tunnel that must be kept out of its own table.
    static func outerMark(id: UInt32) -> Mark { Mark(id) }
}
