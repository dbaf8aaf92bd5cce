// cycles COUNT: brings the tunnel `office` up without IKE and down again so often in this one process, by the library, and
// prints from time to time a line `look CYCLE RESIDENT-KIB DESCRIPTORS`; see Docs/Testing.md.
import Foundation
import ViaductCore
import ViaductHost

/// What this process has now.
func look(_ cycle: Int) throws {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }.map { $0.filter(\.isNumber) }
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    // At once, for who watches it for hours.
    FileHandle.standardOutput.write(Data("look \(cycle) \(resident ?? "?") \(descriptors)\n".utf8))
}

guard let count = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }), count > 0 else {
    print("cycles COUNT")
    exit(64)
}
let operations = Operations(library: SpecLibrary(directory: "/etc/viaduct"), viciPath: "/run/charon.vici")
let options = Operations.UpOptions(plan: Planner.Options(withIKE: false))
// Pools, caches and the heap grow to what they need before the first look.
let warmUp = count < 1000 ? 20 : 100
for cycle in 1 - warmUp...count {
    let up = try operations.up("office", options: options)
    let down = try operations.down("office")
    guard !up.isEmpty, !down.isEmpty else {
        print("cycle \(cycle) had nothing to do")
        exit(1)
    }
    if cycle == 0 || cycle == 100 || cycle == count || (cycle > 0 && cycle.isMultiple(of: 1000)) { try look(cycle) }
}
