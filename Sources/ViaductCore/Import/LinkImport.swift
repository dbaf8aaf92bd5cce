internal import NetworkModel

/// What is known of a connection's link.
struct LinkImport {
    /// What ties the children to the link that they have; nil for none.
    let binding: BindingImport?
    /// Further entries of the section `interface`.
    let entries: [SpecValue.Entry]

    /// Keys of libreswan's links on their way through a connection: with a blank, which no key of swanctl.conf has.
    static let mtu = "link mtu"
    static let address = "link address"
}

extension ConnectionImport {
    /// Reads the MTU and the address of a link of libreswan's.
    func linkEntries() -> [SpecValue.Entry] {
        var entries: [SpecValue.Entry] = []
        if let key = section.take(LinkImport.address) {
            if let prefix = IPPrefix(key.value) {
                entries.append(.init("addresses", "\(prefix)"))
            } else {
                report.warn(key.remark("is no prefix", "it is left out"))
            }
        }
        if let key = section.take(LinkImport.mtu), let mtu = number(key, 68...65535) {
            entries.append(.init("mtu", "\(mtu)"))
        }
        return entries
    }
}
