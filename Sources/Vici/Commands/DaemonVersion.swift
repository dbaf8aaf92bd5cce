/// Who answers at the socket: the answer to `version`.
public struct DaemonVersion: Sendable, Equatable {
    /// The daemon's name (`daemon`), such as `charon-systemd`; its section in strongswan.conf has the same name.
    public let daemon: String
    /// strongSwan's version as it writes it (`version`), such as `5.9.8` or `6.0.1rc1`.
    public let version: String
    /// The operating system (`sysname`).
    public let system: String
    /// The kernel's release (`release`).
    public let release: String
    /// The machine's architecture (`machine`).
    public let machine: String

    /// Reads the answer; what is missing is empty.
    package init(_ answer: Message) {
        daemon = answer.text("daemon") ?? ""
        version = answer.text("version") ?? ""
        system = answer.text("sysname") ?? ""
        release = answer.text("release") ?? ""
        machine = answer.text("machine") ?? ""
    }

    /// The numbers of the version, as `[5, 9, 8]`.
    ///
    /// A suffix such as `rc1` is left out.
    public var numbers: [Int] {
        version.split(separator: ".").compactMap { part in Int(part.prefix { $0.isASCII && $0.isNumber }) }
    }

    /// Tells whether the version is the given one or a later one, as in `isAtLeast(5, 9, 11)`.
    public func isAtLeast(_ wanted: Int...) -> Bool {
        !numbers.lexicographicallyPrecedes(wanted)
    }
}
