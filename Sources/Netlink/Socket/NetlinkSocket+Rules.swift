internal import CLibnl
internal import Glibc
public import NetworkModel

extension NetlinkSocket {
    /// Reads rules (RTM_GETRULE), in the order of their priorities within a family.
    ///
    /// - Parameter family: of which family; nil means both.
    /// - Returns: the rules.
    /// - Throws: `NetlinkError`.
    public func rules(family: AddressFamily? = nil) throws(NetlinkError) -> [Rule] {
        try lists(of: family) { (family) throws(NetlinkError) in
            var header = fib_rule_hdr()
            header.family = family.number
            let request = try MessageBuilder(RTM_GETRULE, header: header).finish(.read, .words("rules"))
            return try dump(request) { Rule($0) }.filter { $0.family == family }
        }
    }
}
