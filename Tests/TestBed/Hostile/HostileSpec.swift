/// A spec with hostile text in some of the places where it may have text.
public struct HostileSpec: Sendable, CustomStringConvertible {
    /// The tunnel's name.
    public let name: String
    /// The text, as JSON in lines of YAML.
    public let text: String

    /// Both.
    public var description: String { "tunnel \(Self.json(name)):\n\(text)" }

    /// Makes the next spec.
    /// - Parameters:
    ///   - hostile: Where its text comes from.
    ///   - hook: The path of the program that its hooks run.
    public init(_ hostile: inout HostileText, hook: String = "/bin/note") {
        /// Hostile text now and then, else what is usual.
        func choice(_ usual: String, _ percent: UInt64 = 12) -> String {
            Self.json(hostile.chance(percent) ? hostile.text() : usual)
        }
        func list(_ usual: String..., percent: UInt64 = 12) -> String {
            "[" + usual.map { choice($0, percent) }.joined(separator: ", ") + "]"
        }
        name = hostile.chance(15) ? hostile.text() : "office"
        var lines = [
            "local: { address: 192.0.2.1, id: \(choice("gw1.example.org")) }",
            "remote: { address: \(choice("198.51.100.7", 4)), id: \(choice("gw2.example.org")) }",
        ]
        switch hostile.pick([0, 1, 2, 3, 4, 5]) {
        case 0: lines.append("psk: { env: \(choice("OFFICE_PSK", 40)) }")
        case 1: lines.append("psk: { credential: \(choice("office-psk", 40)) }")
        case 2: lines.append("psk: { value: \(Self.json(hostile.secret())) }")
        case 3:
            let (a, b, c) = (choice("gw.pem", 30), choice("gw.key", 30), choice("ca.pem", 30))
            lines.append("auth: { certificate: \(a), key: \(b), ca: \(c) }")
        case 4: lines.append("auth: { certificate: gw.pem, key: { credential: \(choice("gw-key", 30)) } }")
        default: lines.append("psk: { file: \(choice("office.psk", 40)) }")
        }
        var interface = ["mtu: 1400", "addresses: \(list("169.254.7.1/30", percent: 3))"]
        if hostile.chance(30) { interface.append("name: \(choice("vpn0", 60))") }
        if hostile.chance(15) { interface.append("device: \(choice("eth0", 60))") }
        if hostile.chance(20) {
            interface.append(hostile.chance(50) ? "netns: \(choice("blue", 50))" : "vrf: \(choice("red", 50))")
        }
        lines.append("interface: { \(interface.joined(separator: ", ")) }")
        lines.append("routes: [10.2.0.0/24, { to: 10.3.0.0/24, table: \(choice("100", 8)) }]")
        if hostile.chance(25) {
            lines.append(
                "rules: [{ from: 10.1.0.0/24, table: 100, iif: \(choice("lan0", 50)), oif: \(choice("wan0", 20)) }]")
        }
        if hostile.chance(25) {
            lines.append("children: { \(choice("lan", 60)): { remote: [\(choice("10.2.0.0/15", 5))] } }")
        }
        if hostile.chance(15) { lines.append("esp: { proposals: \(list("aes128gcm16-x25519", percent: 50)) }") }
        if hostile.chance(50) {
            lines.append(
                "hooks: { post-up: [[\(hook), \(choice("a", 90)), \(choice("b", 90))]], pre-up: \(list(hook, percent: 10)) }"
            )
        }
        if hostile.chance(60) {
            let (key, other) = (choice("unique", 20), choice("priority", 20))
            lines.append(
                "swanctl: { connection: { \(key): \(choice("replace", 80)) }, child: { \(other): \(list("1", "2", percent: 60)) } }"
            )
        }
        text = lines.map { $0 + "\n" }.joined()
    }

    /// A text as JSON, which is YAML: quotes, backslashes and controls escaped, all else as it is.
    static func json(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}", "\u{feff}":
                "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
                    + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
