public import NetworkModel

/// A commented spec to start from.
///
/// A line that begins with `#` and no blank behind it is a setting that is left out; a line that begins with `# ` is prose.
/// With every such `#` taken away the text is a spec as well.
public struct SpecTemplate: Sendable {
    /// The tunnel's name.
    public let name: TunnelName
    /// Our address on the underlay; nil leaves it to the kernel.
    public var local: IPAddress?
    /// Our identity; nil means the address.
    public var identity: String?
    /// The peer; nil leaves a placeholder.
    public var remote: String?
    /// The file with the pre-shared key, as the spec is to name it; nil means NAME.psk beside it.
    public var secretFile: String?
    /// The pre-shared key, when it is written beside the spec.
    public var secret: Secret?
    /// The link's own addresses with their lengths.
    public var addresses: [IPPrefix] = []
    /// What is routed; empty leaves a placeholder.
    public var routes: [IPPrefix] = []
    /// When the tunnel is established; nil means at once.
    public var start: StartMode?

    /// Makes a template with placeholders.
    public init(name: TunnelName) {
        self.name = name
    }

    /// What a person has to write in the text: the placeholders that are left.
    public var placeholders: [String] { (remote == nil ? [Self.peer] : []) + (routes.isEmpty ? [Self.network] : []) }

    private static let peer = "<PEER>"
    private static let network = "<NETWORK>"

    /// The spec.
    ///
    /// - Throws: `SpecError` when what was said does not fit together.
    public func spec() throws(SpecError) -> ImportedSpec {
        let file = secretFile ?? "\(name).psk"
        return try ImportedSpec(
            name: name, origin: "new", text: text(secretFile: file), hasPlaceholders: !placeholders.isEmpty,
            secrets: secret.map { [ImportedSecret(fileName: "\(name).psk", secret: $0)] } ?? [])
    }

    /// A setting: commented out when there is nothing to say.
    private func line(_ key: String, _ value: SpecValue?, example: SpecValue) -> String {
        (value == nil ? "#" : "") + SpecValue.mapping(.init(key, value ?? example)).yaml
    }

    private var localValue: SpecValue? {
        guard let identity else { return local.map { .text("\($0)") } }
        return .mapping(.init("address", ifAny: local.map { .text("\($0)") }), .init("id", identity))
    }

    private func text(secretFile: String) -> String {
        let blanks =
            placeholders.isEmpty ? "" : "# Write what \(placeholders.joined(separator: " and ")) stand for first.\n"
        let link = addresses.isEmpty ? nil : SpecValue.list(addresses.map { .text("\($0)") })
        let linkName = name.linkName.map { "  name: \($0)\n" }
        let hasLink = link != nil || linkName != nil
        let mark = hasLink ? "" : "#"
        return """
            # The tunnel \(name). What is commented out is what holds without it, or an example.
            \(blanks)# Then: viaduct check \(name), and viaduct up \(name).

            # Our end, as the peer knows it. Without it: the address that leads to the peer.
            \(line("local", localValue, example: .mapping(.init("address", exampleAddress), .init("id", "gw1.example.org"))))
            # The peer: its address or name; { address: any, id: NAME } when it calls from anywhere.
            remote: \(remote.map { SpecValue.text($0).yaml } ?? Self.peer + "\n")
            # The pre-shared key, in a file for root alone. The peer has the same one. To make one:
            # umask 077; head -c 32 /dev/urandom | base64 > \(name).psk
            \(SpecValue.mapping(.init("psk", .mapping(.init("file", secretFile)))).yaml)
            # The link. An MTU that is not given is computed; mss: clamp helps where path MTU discovery fails.
            \(mark)interface:
            \(linkName ?? "")\(link == nil ? "#" : "")  addresses: \((link ?? .list([.text("169.254.7.1/30")])).yaml)#  kind: xfrm
            #  mtu: auto
            #  mss: off

            # What lies behind the peer, and is routed into the tunnel; 'default' for everything.
            routes: [\(routes.isEmpty ? Self.network : routes.map { SpecValue.text("\($0)").line }.joined(separator: ", "))]

            # Whether routed packets are dropped (block), or go in clear (allow), when the tunnel cannot carry them.
            #leak: block

            # What the two ends agree to carry. A peer that knows subnets only needs its own here.
            #traffic: { local: [0.0.0.0/0, "::/0"], remote: [0.0.0.0/0, "::/0"] }

            # Algorithms and times. Both ends need a proposal in common.
            #ike: { proposals: [aes256gcm16-prfsha384-ecp384, aes128-sha256-x25519], dpd: 30s, rekey: 4h }
            #esp: { proposals: [aes256gcm16-ecp384, aes128gcm16-x25519], rekey: 1h }

            # up: at once; on-demand: with the first packet; listen: when the peer calls. One end should listen.
            \(line("start", start.map { .text($0.rawValue) }, example: .text("up")))
            """
    }

    /// An address for the example of `local`, of the family that the peer has.
    private var exampleAddress: String {
        let isIPv6 = remote.flatMap { IPAddress($0) }?.family == .ipv6
        return isIPv6 ? "2001:db8::10" : "203.0.113.10"
    }
}
