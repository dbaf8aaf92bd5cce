extension MSSClamp {
    /// What the comments of our tables begin with.
    static let commentPrefix = "viaduct:"

    /// The table's comment, as `nft list ruleset` shows it: whose the table is, and what it shall hold.
    ///
    /// Such as `viaduct: office0 mss path-mtu link-mtu 1400`, `viaduct: office0 mss path-mtu` or `viaduct: office0 mss
    /// 1360`. At most 128 bytes, and no quotation mark, as nft insists.
    public var comment: String {
        let words =
            switch size {
            case .bytes(let bytes): "\(bytes)"
            case .pathMTU(linkMTU: let mtu?): "path-mtu link-mtu \(mtu)"
            case .pathMTU(linkMTU: nil): "path-mtu"
            }
        return "\(Self.commentPrefix) \(interface) mss \(words)"
    }

    /// Reads a clamp from a table's name and comment; nil when the comment is not one that a clamp has.
    ///
    /// It tells what the table shall hold, not what it does hold.
    public init?(table: FirewallTableName, comment: String) {
        // By bytes: a mark that combines would hide the space before it.
        let words = comment.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map { Substring($0) }
        guard words.count > 3, let interface = InterfaceName(words[1]) else { return nil }
        let size: Size
        switch words[3...].map(String.init) {
        case ["path-mtu"]: size = .pathMTU(linkMTU: nil)
        case let words where words.count == 3 && words[1] == "link-mtu":
            guard let mtu = UInt32(words[2]) else { return nil }
            size = .pathMTU(linkMTU: mtu)
        case let words where words.count == 1:
            guard let bytes = UInt16(words[0]) else { return nil }
            size = .bytes(bytes)
        default: return nil
        }
        self.init(table: table, interface: interface, size: size)
        // One way to write it, so that equal comments and equal clamps are the same.
        guard self.comment == comment else { return nil }
    }
}
