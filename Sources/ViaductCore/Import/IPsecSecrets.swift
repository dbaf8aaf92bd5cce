/// The secrets of an ipsec.secrets, made to look like those of swanctl.conf.
enum IPsecSecrets {
    /// Reads a file: lines `IDENTITY... : PSK "SECRET"` and those for other kinds of secrets.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - folder: where private keys are that are named without a path.
    /// - Returns: the section `secrets`, and the paths of private keys.
    static func section(_ file: SettingsFile, folder: String) -> (section: ForeignSection, keys: [String]) {
        var sections: [ForeignSection] = []
        var keys: [String] = []
        for (line, text) in lines(file) {
            let position = SettingsPosition(file: file.path, line: line)
            guard let (identities, kind, value) = parts(of: text) else { continue }
            let name = "\(prefix(of: kind))-\(line)"
            let path = "line \(line)"
            func key(_ name: String, _ value: String) -> ForeignKey {
                ForeignKey(name: name, path: "\(path).\(name)", value: value, position: position)
            }
            let owners = identities.enumerated().map { key("id-\($0)", $1) }
            let secret = key(["rsa", "ecdsa", "pkcs8", "p12"].contains(kind) ? "file" : "secret", value)
            if ["rsa", "ecdsa", "pkcs8"].contains(kind) {
                let file = String(value.prefix { $0 != " " })
                keys.append(file.hasPrefix("/") ? file : "\(folder)/private/\(file)")
                continue
            }
            sections.append(ForeignSection(name, path: path, position: position, keys: owners + [secret]))
        }
        let section = ForeignSection("secrets", path: "secrets", position: nil, sections: sections)
        return (section, keys)
    }

    private static func prefix(of kind: String) -> String { kind == "psk" ? "ike" : kind }

    /// The lines with their numbers; one that is indented goes on with the line before.
    private static func lines(_ file: SettingsFile) -> [(line: Int, text: String)] {
        let text = String(decoding: file.bytes ?? [], as: UTF8.self)
        var lines: [(line: Int, text: String)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.hasSuffix("\r") ? line.dropLast() : line
            let content = line.drop { $0 == " " || $0 == "\t" }
            guard !content.isEmpty, !content.hasPrefix("#") else { continue }
            if content.startIndex != line.startIndex, !lines.isEmpty {
                lines[lines.count - 1].text += " \(content)"
            } else {
                lines.append((index + 1, String(content)))
            }
        }
        return lines
    }

    /// The owners, the kind in lower case, and the secret in a form for `ForeignSecretText`.
    private static func parts(of text: String) -> (identities: [String], kind: String, value: String)? {
        let kinds = ["psk", "rsa", "ecdsa", "pkcs8", "p12", "pin", "eap", "xauth", "ntlm"]
        var quoted = false
        for index in text.indices {
            if text[index] == "\"" { quoted.toggle() }
            guard text[index] == ":", !quoted else { continue }
            let rest = text[text.index(after: index)...].drop { $0 == " " || $0 == "\t" }
            let kind = rest.prefix { $0 != " " && $0 != "\t" && $0 != "\"" }.lowercased()
            guard kinds.contains(kind) else { continue }
            let value = rest.dropFirst(kind.count).drop { $0 == " " || $0 == "\t" }
            let owners = text[..<index].split { $0 == " " || $0 == "\t" }
                .map { $0.filter { $0 != "\"" } }.filter { !$0.isEmpty }
            return (owners, kind, encoded(String(value)))
        }
        return nil
    }

    /// A text in quotes is taken as it is, even when it begins with `0x`.
    private static func encoded(_ text: String) -> String {
        for quote in ["\"", "'"] where text.hasPrefix(quote) {
            let inside = text.dropFirst().prefix { String($0) != quote }
            var encoded = Array("0s".utf8)
            Array(inside.utf8).withUnsafeBufferPointer { Base64.encode($0, into: &encoded) }
            return String(decoding: encoded, as: UTF8.self)
        }
        return String(text.prefix { $0 != " " && $0 != "\t" })
    }
}
