internal import CLibnl
internal import Glibc
public import NetworkModel

extension NetlinkSocket {
    /// Reads addresses (RTM_GETADDR).
    ///
    /// - Parameters:
    ///   - family: of which family; nil means both.
    ///   - interfaces: the names for indexes; an interface that is not in it reads as `if` and its index.
    /// - Returns: the addresses.
    /// - Throws: `NetlinkError`.
    public func addresses(
        family: AddressFamily? = nil, interfaces: InterfaceTable
    ) throws(NetlinkError) -> [KernelAddress] {
        try lists(of: family) { (family) throws(NetlinkError) in
            var header = ifaddrmsg()
            header.ifa_family = family.number
            let request = try MessageBuilder(RTM_GETADDR, header: header).finish(.read, .words("addresses"))
            return try dump(request) { KernelAddress($0, interfaces: interfaces) }
                .filter { $0.address.address.family == family }
        }
    }

    /// Joins the lists of the families; one that the kernel does not have is empty.
    ///
    /// Lists are asked for by family, as the kernel answers for more than IPv4 and IPv6 when none is named, and its
    /// strict checking differs between those.
    func lists<Value>(
        of family: AddressFamily?, _ list: (AddressFamily) throws(NetlinkError) -> [Value]
    ) throws(NetlinkError) -> [Value] {
        var values: [Value] = []
        for family in family.map({ [$0] }) ?? AddressFamily.allCases {
            do throws(NetlinkError) {
                values += try list(family)
            } catch {
                guard error.code == EAFNOSUPPORT else { throw error }
            }
        }
        return values
    }
}
