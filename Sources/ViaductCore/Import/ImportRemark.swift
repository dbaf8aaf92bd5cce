/// Something that a person has to know about a configuration that is imported.
///
/// It prints as `home.conf:12: connections.home.version: '0' means either version; ...`, and never holds a secret.
public struct ImportRemark: Sendable, Hashable, CustomStringConvertible {
    /// Where in the input; nil when no single place is meant.
    public let position: SettingsPosition?
    /// The key or section, as the input names it, such as `connections.home.dpd_delay`.
    public let subject: String
    /// The value in question; nil when it may be a secret, or there is none.
    public let value: String?
    /// What is remarkable, as the end of a sentence that begins with the value or the subject.
    public let what: String
    /// What became of it, or what to write or do; nil when `what` says all.
    public let remedy: String?

    /// Makes a remark.
    ///
    /// - Parameters:
    ///   - subject: the key or section.
    ///   - what: what is remarkable.
    ///   - remedy: what became of it, or what to do.
    ///   - value: the value, if it may be shown.
    ///   - position: where.
    public init(
        _ subject: String, _ what: String, _ remedy: String? = nil, value: String? = nil,
        at position: SettingsPosition? = nil
    ) {
        self.position = position
        self.subject = subject
        self.value = value
        self.what = what
        self.remedy = remedy
    }

    /// The remark in one line.
    public var description: String {
        let shown = value.map { "\(Quoted($0)) " } ?? ""
        let text = remedy.map { "\(shown)\(what); \($0)" } ?? shown + what
        return [position?.description, Quoted(subject, limit: 255).bare, text].compactMap { $0 }
            .filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

/// Why a configuration cannot be imported: nothing is written then.
public struct ImportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What no spec can say, or what is missing; never empty.
    public let problems: [ImportRemark]

    /// Makes an error of one problem.
    public init(_ problem: ImportRemark) {
        problems = [problem]
    }

    /// Makes an error of all problems found; nil when there are none.
    init?(_ problems: [ImportRemark]) {
        guard !problems.isEmpty else { return nil }
        self.problems = problems.uniqued.inOrderOfPlaces
    }

    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension [ImportRemark] {
    /// The remarks by their places: files in the order in which they are first mentioned, then lines.
    var inOrderOfPlaces: [ImportRemark] {
        let files = compactMap(\.position?.file).uniqued
        return enumerated().map { index, remark in
            (remark, remark.position.map { (files.firstIndex(of: $0.file) ?? 0, $0.line, index) } ?? (-1, 0, index))
        }.sorted { $0.1 < $1.1 }.map(\.0)
    }
}

/// The remarks made while one configuration is imported.
///
/// It is a reference so that the readers of all sections add to one list; it lives as long as one import.
final class ImportReport {
    /// What a person has to know.
    private(set) var warnings: [ImportRemark] = []
    /// What keeps a spec from being made.
    private(set) var problems: [ImportRemark] = []

    func warn(_ remark: ImportRemark) {
        if !warnings.contains(remark) { warnings.append(remark) }
    }

    func fail(_ remark: ImportRemark) {
        if !problems.contains(remark) { problems.append(remark) }
    }
}
