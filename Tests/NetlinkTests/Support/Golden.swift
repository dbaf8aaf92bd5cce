import NetworkModel
import Testing

@testable import Netlink

/// Bytes written in hexadecimal; what follows a `#` explains the line.
///
/// The tests are written for little-endian machines, as all are that Swift on Linux runs on.
func bytes(_ text: String) -> [UInt8] {
    text.split(separator: "\n").flatMap { line -> [UInt8] in
        let digits = line.prefix { $0 != "#" }.filter { $0 != " " }
        return stride(from: 0, to: digits.count, by: 2).compactMap { place in
            UInt8(digits.dropFirst(place).prefix(2), radix: 16)
        }
    }
}

/// Expects a request to be these bytes; names the first place that differs.
func expect(_ request: Request, is golden: String, _ location: SourceLocation = #_sourceLocation) {
    let expected = bytes(golden)
    guard request.bytes != expected else { return }
    let place = zip(request.bytes, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let text = request.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    Issue.record(
        "differs at byte \(place ?? min(request.bytes.count, expected.count)) of \(expected.count): \(text)",
        sourceLocation: location)
}

/// `d0` with the index 5, `d1` with 6.
func goldenInterfaces() throws -> InterfaceTable {
    var interfaces = InterfaceTable()
    interfaces.insert(try name("d0"), index: 5)
    interfaces.insert(try name("d1"), index: 6)
    return interfaces
}
