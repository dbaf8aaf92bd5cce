internal import ArgumentParser
internal import NetworkModel
internal import ViaductCore

/// An address on the command line.
struct PacketAddress: ExpressibleByArgument {
    var value: IPAddress

    init?(argument: String) {
        guard let value = IPAddress(argument) else { return nil }
        self.value = value
    }
}

/// A mark on the command line: decimal, or hexadecimal with 0x.
struct PacketMark: ExpressibleByArgument {
    var value: UInt32

    init?(argument: String) {
        guard let value = UInt32(literal: argument) else { return nil }
        self.value = value
    }
}

/// The name of an interface on the command line.
struct PacketInterface: ExpressibleByArgument {
    var value: InterfaceName

    init?(argument: String) {
        guard let value = InterfaceName(argument) else { return nil }
        self.value = value
    }
}

/// The name of a network namespace on the command line.
struct PacketNamespace: ExpressibleByArgument {
    var value: NamespaceName

    init?(argument: String) {
        guard let value = NamespaceName(argument) else { return nil }
        self.value = value
    }
}

/// An IP protocol on the command line: a name or a number.
struct PacketProtocol: ExpressibleByArgument {
    private var name: IPProtocolName

    init?(argument: String) {
        guard let name = IPProtocolName(argument) else { return nil }
        self.name = name
    }

    /// The number in a family; `icmp` means the family's own.
    func number(_ family: AddressFamily) -> UInt8 { name.number == 1 && family == .ipv6 ? 58 : name.number }
}
