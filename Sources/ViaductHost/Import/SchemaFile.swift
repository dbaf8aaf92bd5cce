internal import Glibc
internal import ViaductCore

/// The file with the JSON Schema of a spec, as `make install` puts it beside the program.
public enum SchemaFile {
    /// Its path below the folder that `bin` is in.
    private static let name = "share/viaduct/spec.schema.json"

    /// Its path: for a program in PREFIX/bin that in PREFIX/share, for any other the usual one below /usr/local.
    public static var path: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let program = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = program.folder
        guard folder.hasPrefix("/usr/"), folder.hasSuffix("/bin") || folder.hasSuffix("/sbin") else {
            return "/usr/local/\(name)"
        }
        return "\(folder.folder)/\(name)"
    }
}
