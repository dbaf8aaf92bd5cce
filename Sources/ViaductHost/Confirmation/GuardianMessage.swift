internal import FoundationEssentials
internal import ViaductCore

/// What `up --confirm` tells its guardian, a line of JSON each, over a pipe: secrets among it are in no argument, and on no
/// disk but where they were.
enum GuardianMessage: Codable {
    /// What has to be known beforehand.
    case begin(Beginning)
    /// A step is about to be performed.
    case step(Step)
    /// It has failed, and a step is about to be taken back.
    case undo(Step)
    /// All is done: the time to confirm begins.
    case done
    /// It failed and was taken back.
    case failed

    /// What has to be known beforehand.
    struct Beginning: Codable {
        var tunnel: String
        var pending: UInt64
        var seconds: Int
        var viciPath: String
        /// What the tunnel was made of before the change; nil when it was not up.
        var stamp: SpecStamp?
        /// What the change shares with other tunnels, and what it leaves to them.
        var joined: [Step], released: [Step]
        /// The tunnel's files before the change, by path.
        var files: [String: Data]
    }

    /// The line.
    func line() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) + [UInt8(ascii: "\n")] }

    /// Reads a line; nil for one that makes no sense.
    init?(line: some Sequence<UInt8>) {
        guard case .success(let message) = Result(catching: { try JSONDecoder().decode(Self.self, from: Data(line)) })
        else { return nil }
        self = message
    }
}
