import Glibc
import Synchronization

/// Held between making a descriptor and marking it close-on-exec, and while a child starts.
///
/// Swift does not see `pipe2` and its like; without this a child started by another test at that moment would hold the
/// pipe open, and its reader would wait for that child's end.
let descriptors = Mutex<Void>(())

/// The three pipes to a child: its input, its output, its errors; ours are the ends that do not block.
struct PipeTriple: Sendable {
    /// Write here what the child reads.
    let input: Int32
    /// Read here what the child writes, to standard output and to standard error.
    let output: Int32, error: Int32
    private let childInput: Int32, childOutput: Int32, childError: Int32

    init() throws {
        // A child that does not read its input must not end us.
        _ = signal(SIGPIPE, SIG_IGN)
        func makePipe() throws -> (read: Int32, write: Int32) {
            var ends: [Int32] = [0, 0]
            return try descriptors.withLock { _ in
                guard pipe(&ends) == 0 else { throw TestBedError.system("pipe") }
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                return (ends[0], ends[1])
            }
        }
        (childInput, input) = try makePipe()
        (output, childOutput) = try makePipe()
        (error, childError) = try makePipe()
        for end in [input, output, error] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    /// Starts the child and closes its ends on our side.
    func spawn(_ arguments: [String], environment: [String: String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (ours, number) in [(childInput, 0), (childOutput, 1), (childError, 2)] {
            posix_spawn_file_actions_adddup2(&actions, ours, Int32(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)

        let words = CStrings(arguments), variables = CStrings(Self.environment(adding: environment))
        var processID: pid_t = 0
        let code = descriptors.withLock { _ in
            posix_spawnp(&processID, arguments[0], &actions, &attributes, words.pointers, variables.pointers)
        }
        for end in [childInput, childOutput, childError] { close(end) }
        guard code == 0 else {
            for end in [input, output, error] { close(end) }
            throw TestBedError("starting \(arguments[0]): \(String(cString: strerror(code)))")
        }
        return processID
    }

    /// Our own environment with some variables more or changed.
    private static func environment(adding extra: [String: String]) -> [String] {
        var all: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if extra[String(text.prefix { $0 != "=" })] == nil { all.append(text) }
            next += 1
        }
        return all + extra.map { "\($0.key)=\($0.value)" }
    }
}

/// A null-terminated array of C strings, freed with its owner.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        pointers[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}

/// Moves bytes between a child and its ``Program`` until the child has ended.
struct Pump: Sendable {
    let processID: pid_t
    let input: [UInt8]
    let pipes: PipeTriple
    let deadline: ContinuousClock.Instant

    func run(into program: Program) {
        var inputEnd: Int32 = pipes.input, sent = 0
        var outputEnd = pipes.output, errorEnd = pipes.error
        var status: Int32?
        while true {
            if inputEnd >= 0 { feed(&inputEnd, &sent) }
            // poll() skips negative descriptors.
            var waits = [inputEnd, outputEnd, errorEnd].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            waits[0].events = Int16(POLLOUT)
            // A daemon that inherited the pipes may hold them for ever: so ask now and then whether the child is gone.
            let ready = poll(&waits, 3, outputEnd < 0 && errorEnd < 0 ? 10 : 200)
            if ready > 0 {
                if waits[1].revents != 0 {
                    drain(&outputEnd) { bytes in program.state.withLock { $0.stdout += bytes } }
                }
                if waits[2].revents != 0 { drain(&errorEnd) { bytes in program.state.withLock { $0.stderr += bytes } } }
            }
            let closed = outputEnd < 0 && errorEnd < 0
            if status == nil && (ready <= 0 || closed) { status = reap() }
            if status != nil && (ready <= 0 || closed) { break }
            if status == nil && ContinuousClock.now > deadline {
                program.state.withLock { $0.timedOut = true }
                kill(-processID, SIGKILL)
            }
        }
        for end in [inputEnd, outputEnd, errorEnd] where end >= 0 { close(end) }
        program.end(waitStatus: status ?? 0)
    }

    /// The status with which the child ended, nil while it runs.
    private func reap() -> Int32? {
        var status: Int32 = 0
        return waitpid(processID, &status, WNOHANG) == processID ? status : nil
    }

    private func feed(_ end: inout Int32, _ sent: inout Int) {
        while sent < input.count {
            let count = input[sent...].withUnsafeBytes { write(end, $0.baseAddress, $0.count) }
            if count < 0 && errno == EAGAIN { return }
            guard count > 0 else { break }
            sent += count
        }
        close(end)
        end = -1
    }

    private func drain(_ end: inout Int32, _ take: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(end, &buffer, buffer.count)
        if count > 0 { return take(buffer[..<count]) }
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
        close(end)
        end = -1
    }
}
