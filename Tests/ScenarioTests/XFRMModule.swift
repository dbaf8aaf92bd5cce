import TestBed
import Testing

/// The kernel's module for XFRM interfaces, taken out and put back: for tests with the trait `.testBedAlone`.
enum XFRMModule {
    /// Takes it out until the end of the scenario, and sees to it that the kernel does not load it again by itself.
    /// - Throws: ``TestBedError``; the test is cancelled outside of a virtual machine.
    static func remove(by host: Host) async throws {
        guard Bed.isVirtualMachine else {
            try Test.cancel("takes a module out of the kernel: only in a virtual machine")
        }
        let helper = try await host.run("cat", "/proc/sys/kernel/modprobe")
        try Bed.current.atEnd {
            let restore = "echo '\(helper.dropLast())' >/proc/sys/kernel/modprobe; modprobe xfrm_interface"
            _ = try? await host.attempt(["sh", "-eu"], input: restore)
        }
        try await host.run("sh", "-eu", input: "echo /bin/false >/proc/sys/kernel/modprobe")
        try await host.until("the module is gone") {
            try await $0.attempt(["rmmod", "xfrm_interface"]).succeeded
        }
    }

    /// Puts it back before the end.
    /// - Throws: ``TestBedError`` with the words of modprobe.
    static func restore(by host: Host) async throws {
        try await host.run("modprobe", "xfrm_interface")
    }
}
