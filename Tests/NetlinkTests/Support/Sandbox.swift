import Glibc
import Netlink
import NetworkModel
import Testing

/// A network namespace that lasts for one test, and a socket in it.
struct Sandbox: ~Copyable {
    let owner: AnonymousNamespace
    let socket: NetlinkSocket

    init() throws {
        // The fields are set last, as a value without copies cannot be half made.
        let owner = try AnonymousNamespace()
        let socket = try NetlinkSocket(.route, in: owner.namespace)
        self.owner = owner
        self.socket = socket
    }

    /// The names and indexes as of now.
    func interfaces() throws -> InterfaceTable {
        try InterfaceTable(socket.links())
    }

    /// Makes a plain link, which leads nowhere, and returns its index.
    @discardableResult
    func makeLink(_ text: String, isUp: Bool = true) throws -> UInt32 {
        let link = Link(name: try name(text), kind: Machine.plainKind, isUp: isUp)
        try socket.perform(.add(link, interfaces: InterfaceTable()))
        return try #require(try interfaces()[link.name])
    }

    /// What `ip` prints in the namespace, as a second opinion.
    func ip(_ arguments: String) throws -> String {
        try owner.namespace.run { () throws(NetlinkError) -> String in
            // The child is forked from this thread, and so is in its namespace.
            guard let pipe = popen("PATH=$PATH:/usr/sbin:/sbin ip \(arguments)", "r") else { return "" }
            defer { pclose(pipe) }
            var text: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { text += buffer[..<count] }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Adds an address without duplicate detection.
    func add(_ address: String, to interface: String) throws {
        let address = InterfaceAddress(interface: try name(interface), address: try prefix(address))
        try socket.perform(.add(address, skipsDuplicateDetection: true, interfaces: interfaces()))
    }
}

/// What this machine can do; each is tried, not guessed.
enum Machine {
    /// Whether we may make network namespaces.
    static let hasNamespaces: Bool = {
        do {
            _ = try Sandbox()
            return true
        } catch {
            return isStrict
        }
    }()

    /// A kind of link that leads nowhere and needs nothing: `dummy`, or `ifb` on kernels without.
    static let plainKind: LinkKind = makes(.other("dummy")) ? .other("dummy") : .other("ifb")

    static let hasXFRMLinks = canMake(.xfrm(XFRMLink(ifID: 1)))
    static let hasVTI = canMakeVTI("192.0.2.1", "192.0.2.2")
    static let hasVTI6 = canMakeVTI("2001:db8::1", "2001:db8::2")
    static let hasVRF = canMake(.vrf(table: 1))

    /// Whether a test that cannot run shall fail instead of being skipped.
    static let isStrict = getenv("VIADUCT_STRICT") != nil

    private static func canMakeVTI(_ local: String, _ remote: String) -> Bool {
        guard let local = IPAddress(local), let remote = IPAddress(remote) else { return false }
        return canMake(.vti(VTILink(local: local, remote: remote, inputKey: 1, outputKey: 1)))
    }

    private static func canMake(_ kind: LinkKind) -> Bool { isStrict || makes(kind) }

    private static func makes(_ kind: LinkKind) -> Bool {
        do {
            let sandbox = try Sandbox()
            let link = Link(name: try name("probe"), kind: kind)
            try sandbox.socket.perform(.add(link, interfaces: InterfaceTable()))
            return true
        } catch {
            return false
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// The test works on real kernel objects in a namespace of its own.
    static var kernel: Self {
        .enabled(if: Machine.hasNamespaces, "needs the right to make network namespaces (root)")
    }
    static var xfrmLinks: Self { .enabled(if: Machine.hasXFRMLinks, "this kernel has no XFRM interfaces") }
    static var vti: Self { .enabled(if: Machine.hasVTI, "this kernel has no VTI") }
    static var vti6: Self { .enabled(if: Machine.hasVTI6, "this kernel has no VTI over IPv6") }
    static var vrf: Self { .enabled(if: Machine.hasVRF, "this kernel has no VRF devices") }
}

func name(_ text: String) throws -> InterfaceName { try #require(InterfaceName(text)) }
func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

/// The error that an operation must fail with.
func failure(_ body: () throws -> Void) throws -> NetlinkError {
    try #require(throws: NetlinkError.self) { try body() }
}
