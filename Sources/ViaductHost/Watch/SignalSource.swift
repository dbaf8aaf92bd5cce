internal import CLinux
internal import Glibc

/// Signals as something to read (signalfd(2)); they must be held back, as `Interruption.hold` does.
struct SignalSource: ~Copyable {
    let descriptor: Int32

    /// - Throws: `FileError` when no descriptor is left.
    init(_ signals: [Int32]) throws {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else { throw FileError("open", "a descriptor for signals") }
    }

    deinit { close(descriptor) }

    /// The next signal that has come; nil for none.
    func next() -> Int32? {
        var entry = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor, &entry, size) == size else { return nil }
        return Int32(entry.ssi_signo)
    }
}
