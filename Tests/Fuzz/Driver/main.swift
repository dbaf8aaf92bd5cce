// libFuzzer on one target: `fuzz TARGET [ARGUMENT OF LIBFUZZER ...]`; see Docs/Testing.md.
import Foundation

/// libFuzzer's own main, from its library without one.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private enum Chosen {
    static let target = FuzzTarget(rawValue: CommandLine.arguments.dropFirst().first ?? "")
}

guard Chosen.target != nil else {
    print(FuzzTarget.allCases.map(\.rawValue).joined(separator: "\n"))
    exit(64)
}

var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.enumerated()
    .filter { $0.offset != 1 }.map { strdup($0.element) }
var count = CInt(arguments.count)
arguments.append(nil)
let status = arguments.withUnsafeMutableBufferPointer { buffer in
    var base = buffer.baseAddress
    return withUnsafeMutablePointer(to: &base) { place in
        runFuzzer(&count, place) { bytes, count in
            do {
                try Chosen.target?.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
            } catch {
                FileHandle.standardError.write(Data("oracle: \(error)\n".utf8))
                abort()
            }
            return 0
        }
    }
}
exit(status)
