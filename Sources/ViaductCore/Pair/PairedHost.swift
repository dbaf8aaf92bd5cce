public import NetworkModel

/// One end of a pair: where it is, and the networks behind it.
public struct PairedHost: Sendable, Hashable {
    /// Where it is; nil for a machine that calls from anywhere.
    public var host: RemoteHost?
    /// The networks behind it; never empty.
    public var networks: [IPPrefix]

    /// Reads an end from one word: `HOST=NETWORK,NETWORK`, where HOST is an address, a name, or `any`.
    ///
    /// - Parameter text: the word, such as `203.0.113.10=10.1.0.0/16,fd01::/64`.
    /// - Throws: `PairError` that tells what does not belong there.
    public init(_ text: String) throws(PairError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw PairError("\(Quoted(text)) names no networks; write one such as 203.0.113.10=10.1.0.0/16,fd01::/64")
        }
        host = try Self.host(String(parts[0]))
        var networks: [IPPrefix] = []
        for word in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
            guard let network = IPPrefix(word) else {
                throw PairError("\(Quoted(word)) is no network; write one such as 10.1.0.0/16")
            }
            guard network.isNetwork, !network.isEverything, network.isWorthARoute else {
                throw PairError(
                    "\(Quoted(word)) is no network behind a gateway"
                        + (network.isNetwork ? "" : "; write \(network.network)"))
            }
            networks.append(network)
        }
        self.networks = networks
    }

    private static func host(_ text: String) throws(PairError) -> RemoteHost? {
        if text == "any" { return nil }
        guard !text.isEmpty, !text.contains("/") else {
            throw PairError("\(Quoted(text)) is neither an address nor a name, nor 'any'")
        }
        // The spec reader has the last word on what is an address or a name.
        return IPAddress(text).map { .address($0) } ?? .name(text)
    }

    /// The end as people call it, which is also the name of its folder.
    public var name: String { host?.description ?? "any" }

    /// Its address, when it is known by one.
    var address: IPAddress? {
        if case .address(let address)? = host { address } else { nil }
    }
}

/// Why no pair of specs can be made.
public struct PairError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for a person.
    public let description: String

    /// Makes an error.
    public init(_ description: String) {
        self.description = description
    }
}
