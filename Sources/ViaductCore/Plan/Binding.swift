public import NetworkModel

/// What ties a link to its policies and SAs: written once here, it reaches all three from here.
public enum Binding: Sendable, Hashable, Codable {
    /// The if_ids of XFRM interfaces, for packets that come in and go out.
    case interfaceIDs(input: UInt32, output: UInt32)
    /// The marks of a VTI, whose values are its keys.
    case marks(input: Mark, output: Mark)

    /// The number that names the tunnel in fences and tables: that of the outbound direction.
    public var number: UInt32 {
        switch self {
        case .interfaceIDs(_, let output): output
        case .marks(_, let output): output.value
        }
    }

    /// The child's keys in swanctl.conf.
    var entries: [SwanctlTree.Entry] {
        switch self {
        case .interfaceIDs(let input, let output):
            [.init("if_id_in", .text("\(input)")), .init("if_id_out", .text("\(output)"))]
        case .marks(let input, let output):
            [.init("mark_in", .text("\(input)")), .init("mark_out", .text("\(output)"))]
        }
    }
}
