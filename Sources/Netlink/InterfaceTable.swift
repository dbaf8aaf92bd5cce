internal import Glibc
public import NetworkModel

/// The names and indexes of a network namespace's interfaces, as of one moment.
///
/// Requests name interfaces by index. With this table many requests are encoded without asking the kernel in between;
/// indexes chosen for links that are yet to be made (`choose(_:)`) let the whole of a tunnel go in one send.
public struct InterfaceTable: Sendable {
    private var indexes: [InterfaceName: UInt32] = [:]
    private var names: [UInt32: InterfaceName] = [:]
    /// Kept, so that choosing thousands of indexes does not search each time.
    private var highest: UInt32 = 0

    /// Makes an empty table.
    public init() {}

    /// Makes the table of a list of links, as `NetlinkSocket.links()` gives it.
    public init(_ links: some Sequence<KernelLink>) {
        for link in links { insert(link.link.name, index: link.index) }
    }

    /// The index of an interface; nil when the table does not know the name.
    public subscript(name: InterfaceName) -> UInt32? { indexes[name] }

    /// The name of an interface; nil when the table does not know the index.
    public subscript(index: UInt32) -> InterfaceName? { names[index] }

    /// Takes in an interface; an older entry of the same name or index goes.
    public mutating func insert(_ name: InterfaceName, index: UInt32) {
        if let old = names[index] { indexes[old] = nil }
        if let old = indexes[name] { names[old] = nil }
        indexes[name] = index
        names[index] = name
        highest = max(highest, index)
    }

    /// Forgets an interface.
    public mutating func remove(index: UInt32) {
        if let old = names.removeValue(forKey: index) { indexes[old] = nil }
    }

    /// Chooses an index for a link that is yet to be made, one above all it has known, and takes it in.
    ///
    /// Somebody else may take the index in the meantime; then making the link fails with EEXIST.
    public mutating func choose(_ name: InterfaceName) -> UInt32 {
        let index = highest + 1
        insert(name, index: index)
        return index
    }

    /// The index of an interface that a request needs.
    func index(
        of name: InterfaceName, for operation: NetlinkError.Operation, _ subject: Subject
    ) throws(NetlinkError) -> UInt32 {
        guard let index = indexes[name] else {
            throw NetlinkError(operation, subject, code: ENODEV, hint: "there is no interface \(name)")
        }
        return index
    }

    /// The name of an interface that the kernel speaks of; `if` and the number when unknown, as ip(8) prints it.
    func name(of index: UInt32) -> InterfaceName? {
        names[index] ?? InterfaceName("if\(index)")
    }
}
