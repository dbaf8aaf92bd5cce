internal import NetworkModel

/// The addresses that a connection hands out or asks for.
struct AddressingImport {
    /// The blocks of `pools`.
    var pools: [String] = []
    /// `virtual`: ipv4, ipv6 or both; nil for none.
    var virtual: String?
}

extension ConnectionImport {
    /// Reads `pools` and `vips`.
    func readAddressing() -> AddressingImport {
        var addressing = AddressingImport()
        if let key = section.take("pools") { addressing.pools = key.items.flatMap { blocks(ofPool: $0, key) }.uniqued }
        if let key = section.take("vips") {
            var families: [AddressFamily] = []
            for item in key.items {
                guard let address = IPAddress(item) else {
                    report.warn(key.remark(on: item, "is no address", "it is left out"))
                    continue
                }
                if !address.isAny {
                    report.warn(
                        key.remark(
                            on: item, "is a certain address to ask for", "the peer is asked for any of that family"))
                }
                families.append(address.family)
            }
            addressing.virtual =
                Set(families).count == 2 ? "both" : families.first.map { $0 == .ipv4 ? "ipv4" : "ipv6" }
        }
        return addressing
    }

    private func blocks(ofPool name: String, _ key: ForeignKey) -> [String] {
        guard let pool = pools.first(where: { $0.name == name }), let addresses = pool.take("addrs") else {
            report.fail(key.remark(on: name, "is a pool that the file does not have", "a spec's pools are prefixes"))
            return []
        }
        for attribute in pool.takeAll(beginning: "") where attribute.name != "addrs" {
            report.warn(attribute.remark("is not told to the peers of a spec's pool", "it is left out"))
        }
        if let prefix = IPPrefix(addresses.value) {
            if !prefix.isNetwork {
                report.warn(addresses.remark("has host bits set", "the pool is \(prefix.network) now"))
            }
            return ["\(prefix.network)"]
        }
        if let blocks = AddressRange(addresses.value)?.blocks { return blocks.map(\.description) }
        report.fail(addresses.remark("is neither a prefix nor a range", "write one such as 10.3.0.0/24"))
        return []
    }
}
