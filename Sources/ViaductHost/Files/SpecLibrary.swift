internal import Glibc
internal import Netlink
internal import NetworkModel
public import ViaductCore

/// The folder of specs.
public struct SpecLibrary: Sendable {
    /// Its path.
    public let directory: String

    /// Names a folder of specs.
    public init(directory: String = SpecLocation.usualDirectory) {
        self.directory = directory
    }

    /// Where the spec is that an argument of the command line means.
    ///
    /// - Throws: `SpecError` when no tunnel can have that name.
    public func location(of argument: String) throws(SpecError) -> SpecLocation {
        try SpecLocation(argument: argument, configDirectory: directory, workingDirectory: Self.workingDirectory)
    }

    /// The path of the folder that relative paths start from.
    private static var workingDirectory: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "/"
    }

    /// A path from the root.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return path == "." ? workingDirectory : workingDirectory + "/" + path
    }

    /// Reads a spec.
    ///
    /// - Throws: `SpecError` with all its problems; `FileError`; `SecretError` when it holds a secret and others may
    ///   read it.
    public func tunnel(at location: SpecLocation) throws -> Tunnel { try spec(at: location).tunnel }

    /// A tunnel's spec, and its bytes.
    ///
    /// - Throws: as `tunnel(at:)`.
    func spec(at location: SpecLocation) throws -> (tunnel: Tunnel, bytes: [UInt8]) {
        var status = stat()
        let bytes = try bytes(at: location) { status = $0 }
        let tunnel = try SpecReader.read(
            text: bytes, file: location.path, name: location.name, directory: location.directory,
            tableNames: TableNames.read())
        for authentication in tunnel.authentications {
            if case .psk(.inline) = authentication { try SecretFiles.check(status, path: location.path) }
        }
        return (tunnel, bytes)
    }

    /// The bytes of a spec.
    ///
    /// - Throws: `FileError`; and what `check` throws, which is given the file's status before.
    func bytes(at location: SpecLocation, check: (stat) throws -> Void = { _ in }) throws -> [UInt8] {
        // It may lie in the home of the person who calls us by sudo, which is not root's to look into.
        try Capabilities.readingEverywhere.inEffect { try DiskFile(path: location.path).read(check: check) }
    }

    /// The names of all tunnels in the folder, sorted.
    ///
    /// - Throws: `FileError`.
    public func names() throws -> [TunnelName] {
        try Capabilities.readingEverywhere.inEffect { try Folder(path: directory).names() }.filter {
            $0.hasSuffix(".yaml") && !$0.hasPrefix(".")
        }
        .compactMap { TunnelName($0.dropLast(".yaml".count)) }
    }

    /// The other specs in the folder, as far as ids are concerned; one that cannot be read has no id to respect.
    ///
    /// - Throws: `FileError`.
    func siblings(of tunnel: TunnelName) throws -> [Observed.Sibling] { try siblings(besides: [tunnel]) }

    /// The specs in the folder besides some, as far as ids are concerned.
    ///
    /// - Throws: `FileError`.
    func siblings(besides tunnels: Set<TunnelName>) throws -> [Observed.Sibling] {
        try names().filter { !tunnels.contains($0) }.compactMap { name in
            let location = try location(of: name.text)
            guard case .success(let bytes) = Result(catching: { try bytes(at: location) }) else { return nil }
            // Reading thousands of specs takes its time, and few give an id.
            if !bytes.mayGiveID { return Observed.Sibling(name: name, id: .automatic) }
            guard case .success(let other) = Result(catching: { try self.tunnel(at: location) }) else { return nil }
            return Observed.Sibling(name: name, id: other.interface.id)
        }
    }
}

extension [UInt8] {
    /// Whether a spec of these bytes may have a key `id`: the word is in it, or an escape that may stand for it.
    fileprivate var mayGiveID: Bool {
        for (place, byte) in enumerated() {
            if byte == UInt8(ascii: "\\") { return true }
            guard byte == UInt8(ascii: "d"), place > 0, self[place - 1] == UInt8(ascii: "i") else { continue }
            let isBegun = place > 1 && self[place - 2].isInWord
            let isContinued = place + 1 < count && self[place + 1].isInWord
            if !isBegun, !isContinued { return true }
        }
        return false
    }
}

extension UInt8 {
    /// Whether the byte is of a letter, a digit, or what joins words.
    fileprivate var isInWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// Names of routing tables (/etc/iproute2/rt_tables and rt_tables.d).
enum TableNames {
    static func read() throws -> [String: UInt32] {
        var names: [String: UInt32] = [:]
        for root in ["/usr/share/iproute2", "/etc/iproute2"] {
            let parts = try Folder(path: "\(root)/rt_tables.d").names().filter { $0.hasSuffix(".conf") }
            for path in ["\(root)/rt_tables"] + parts.map({ "\(root)/rt_tables.d/\($0)" }) {
                let bytes: [UInt8]
                do {
                    bytes = try DiskFile(path: path).read()
                } catch let error as FileError where error.isMissing {
                    continue
                }
                for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                    let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
                    if words.count >= 2, let number = UInt32(words[0]) ?? UInt32(words[0].dropFirst(2), radix: 16) {
                        names[String(words[1])] = number
                    }
                }
            }
        }
        return names
    }
}
