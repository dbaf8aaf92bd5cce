/// A file with settings, read by whoever may touch the disk.
public struct SettingsFile: Sendable, Hashable {
    /// The file's path: names it to people, and relative includes start from its folder.
    public let path: String
    /// The file's bytes; nil when it could not be read, which strongSwan only warns of.
    public let bytes: [UInt8]?

    /// Makes a file.
    ///
    /// - Parameters:
    ///   - path: the file's path.
    ///   - bytes: its content; nil when it could not be read.
    public init(path: String, bytes: [UInt8]?) {
        self.path = path
        self.bytes = bytes
    }

    /// Makes a file of a text.
    public init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }
}

/// A line in a file of settings.
public struct SettingsPosition: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The file's path.
    public let file: String
    /// The line, from 1.
    public let line: Int

    /// Makes a position.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// `file:line`.
    public var description: String { "\(Quoted(file, limit: 4096).bare):\(line)" }
}

/// Why a text is not what strongSwan reads.
///
/// It never quotes the text: what the parser stumbles over may be a piece of a secret.
public struct SettingsError: Error, Hashable, CustomStringConvertible {
    /// Where it was noticed.
    public let position: SettingsPosition
    /// What is wrong there.
    public let problem: String

    /// Makes the error.
    public init(_ problem: String, at position: SettingsPosition) {
        self.problem = problem
        self.position = position
    }

    /// The file's path.
    public var file: String { position.file }
    /// The line, from 1.
    public var line: Int { position.line }

    /// File, line and problem in one sentence.
    public var description: String { "\(position): \(problem)" }
}

/// What strongSwan reads in a way that nobody means, or passes over.
public struct SettingsWarning: Sendable, Hashable, CustomStringConvertible {
    /// Where.
    public let position: SettingsPosition
    /// What is odd there, and what strongSwan makes of it.
    public let remark: String

    /// Makes a warning.
    public init(_ remark: String, at position: SettingsPosition) {
        self.remark = remark
        self.position = position
    }

    /// File, line and remark in one sentence.
    public var description: String { "\(position): \(remark)" }
}
