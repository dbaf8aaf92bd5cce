internal import FoundationEssentials

/// An answer for machines; it never holds a secret.
protocol JSONAnswer: Encodable {}

extension JSONAnswer {
    /// The answer as JSON text, laid out for reading, its keys in one order.
    ///
    /// - Returns: the text, with a line end.
    /// - Throws: what the encoder throws.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
