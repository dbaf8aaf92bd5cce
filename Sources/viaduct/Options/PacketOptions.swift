internal import ArgumentParser
internal import NetworkModel

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
    /// nil for ICMP, whose number depends on the family.
    private var number: UInt8?

    init?(argument: String) {
        if argument == "icmp" { return }
        if argument == "icmpv6" {
            number = 58
        } else if let named = IPProtocolName.numbers[argument] {
            number = named
        } else if let given = UInt8(argument) {
            number = given
        } else {
            return nil
        }
    }

    /// The number in a family; nil for the family's ICMP.
    func number(_ family: AddressFamily) -> UInt8? { number }
}

/// The names of IP protocols, as getprotobyname(3) has them.
enum IPProtocolName {
    /// The numbers of the names.
    static let numbers: [String: UInt8] = [
        "ipip": 4, "tcp": 6, "udp": 17, "dccp": 33, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51, "ipcomp": 108,
        "l2tp": 115, "sctp": 132, "udplite": 136,
    ]

    /// The name of a number; the number itself where it has none here.
    static func text(_ number: UInt8) -> String {
        switch number {
        case 1: "icmp"
        case 58: "icmpv6"
        default: numbers.first { $0.value == number }?.key ?? "\(number)"
        }
    }
}
