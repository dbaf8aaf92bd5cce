internal import CLibnl
internal import Glibc
public import NetworkModel

/// What the calling thread may do; the kernel keeps it for each thread.
extension Capabilities {
    /// Those that the thread may put into effect.
    public static var permitted: Capabilities { read().map { Capabilities($0, \.permitted) } ?? [] }

    /// Those that are in effect.
    public static var effective: Capabilities { read().map { Capabilities($0, \.effective) } ?? [] }

    /// Gives up all rights of the thread but these, for good, and leaves some of them out of effect.
    ///
    /// Nothing is inherited by programs that are run, unless these get rights by the user they run as or from their file;
    /// the bounding set stays.
    ///
    /// - Parameters:
    ///   - kept: what remains permitted, as far as it is.
    ///   - inEffect: which of them are in effect from now on.
    public static func retain(_ kept: Capabilities, inEffect: Capabilities) {
        let permitted = permitted.intersection(kept)
        set(permitted: permitted, effective: permitted.intersection(inEffect))
    }

    /// Runs something with these rights in effect beside the others, as far as they are permitted.
    ///
    /// - Parameter body: what to do; it must stay on this thread.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public func inEffect<Result: ~Copyable, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let now = Self.read()
        let permitted = now.map { Capabilities($0, \.permitted) } ?? []
        let before = now.map { Capabilities($0, \.effective) } ?? []
        let raised = before.union(intersection(permitted))
        guard raised != before else { return try body() }
        Self.set(permitted: permitted, effective: raised)
        defer { Self.set(permitted: permitted, effective: before) }
        return try body()
    }

    /// The two halves of the kernel's sets, the lower 32 capabilities first.
    private typealias Halves = (__user_cap_data_struct, __user_cap_data_struct)

    private init(_ halves: Halves, _ set: KeyPath<__user_cap_data_struct, UInt32>) {
        self.init(rawValue: UInt64(halves.0[keyPath: set]) | UInt64(halves.1[keyPath: set]) << 32)
    }

    private static var header: __user_cap_header_struct {
        __user_cap_header_struct(version: UInt32(_LINUX_CAPABILITY_VERSION_3), pid: 0)
    }

    private static func read() -> Halves? {
        var header = header
        var halves: Halves = (.init(), .init())
        let code = withUnsafeMutableBytes(of: &halves) {
            capget(&header, $0.baseAddress?.assumingMemoryBound(to: __user_cap_data_struct.self))
        }
        return code == 0 ? halves : nil
    }

    /// Sets what is permitted and in effect to parts of what is permitted now, which the kernel never refuses.
    private static func set(permitted: Capabilities, effective: Capabilities) {
        func half(_ shift: UInt64) -> __user_cap_data_struct {
            __user_cap_data_struct(
                effective: UInt32(truncatingIfNeeded: effective.rawValue >> shift),
                permitted: UInt32(truncatingIfNeeded: permitted.rawValue >> shift), inheritable: 0)
        }
        var header = header
        var halves: Halves = (half(0), half(32))
        let code = withUnsafeMutableBytes(of: &halves) {
            capset(&header, $0.baseAddress?.assumingMemoryBound(to: __user_cap_data_struct.self))
        }
        precondition(code == 0, "cannot give up capabilities: errno \(errno)")
    }
}
