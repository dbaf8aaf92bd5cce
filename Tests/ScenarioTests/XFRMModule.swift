import TestBed
import Testing

/// The kernel's module for XFRM interfaces, taken out and put back: for tests with the trait `.testBedAlone`.
enum XFRMModule {
    /// What keeps modprobe, also when the kernel calls it for a link of that kind, from loading it; all else it loads.
    private static let ban = "/etc/modprobe.d/viaduct-testbed.conf"

    /// Takes it out until the end of the scenario.
    /// - Throws: ``TestBedError``; the test is cancelled outside of a virtual machine.
    static func remove(by host: Host) async throws {
        guard Bed.isVirtualMachine else {
            try Test.cancel("takes a module out of the kernel: only in a virtual machine")
        }
        try Bed.current.atEnd { _ = try? await restore(by: host) }
        try await host.run(
            "sh", "-eu", input: "mkdir -p /etc/modprobe.d; echo 'install xfrm_interface /bin/false' >\(ban)")
        try await host.until("the module is gone") {
            try await $0.attempt(["rmmod", "xfrm_interface"]).succeeded
        }
    }

    /// Puts it back, before the end or at it.
    /// - Throws: ``TestBedError`` with the words of modprobe.
    static func restore(by host: Host) async throws {
        try await host.run("sh", "-eu", input: "rm -f \(ban); modprobe xfrm_interface")
    }
}
