extension WirePacket {
    /// Tells the kind of an Ethernet frame.
    init(frame: ArraySlice<UInt8>) {
        let bytes = Array(frame)
        guard bytes.count >= 14 else { self = .clear("a frame of \(bytes.count) bytes"); return }
        switch Int(bytes[12]) << 8 | Int(bytes[13]) {
        case 0x0806: self = .housekeeping
        case 0x0800: self = WirePacket.version4(Array(bytes.dropFirst(14)))
        case 0x86dd: self = WirePacket.version6(Array(bytes.dropFirst(14)))
        case let type: self = .clear("ethertype 0x\(String(type, radix: 16))")
        }
    }

    private static func version4(_ packet: [UInt8]) -> WirePacket {
        guard packet.count >= 20 else { return .clear("a cut-off IPv4 packet") }
        func address(_ offset: Int) -> String { packet[offset..<offset + 4].map { "\($0)" }.joined(separator: ".") }
        let what = "IPv4 \(address(12)) > \(address(16)) protocol \(packet[9])"
        // A later fragment has no header of its own; its first one tells.
        let fragmentOffset = Int(packet[6] & 0x1f) << 8 | Int(packet[7])
        let payload = fragmentOffset == 0 ? Array(packet.dropFirst(Int(packet[0] & 0xf) * 4)) : []
        return packet[9] == 2 ? .housekeeping : kind(of: packet[9], payload, what)
    }

    private static func version6(_ packet: [UInt8]) -> WirePacket {
        guard packet.count >= 40 else { return .clear("a cut-off IPv6 packet") }
        func address(_ offset: Int) -> String {
            stride(from: offset, to: offset + 16, by: 2)
                .map { String(Int(packet[$0]) << 8 | Int(packet[$0 + 1]), radix: 16) }.joined(separator: ":")
        }
        var next = packet[6], payload = Array(packet.dropFirst(40))
        // Hop-by-hop options come before multicast listener reports, a fragment header before large packets.
        while (next == 0 || next == 44) && payload.count >= 8 {
            let length = next == 0 ? 8 + Int(payload[1]) * 8 : 8
            next = payload[0]
            payload = Array(payload.dropFirst(length))
        }
        let what = "IPv6 \(address(8)) > \(address(24)) protocol \(next)"
        if next == 58, let type = payload.first, [130, 131, 132, 133, 134, 135, 136, 143].contains(type) {
            return .housekeeping
        }
        return kind(of: next, payload, what)
    }

    private static func kind(of number: UInt8, _ payload: [UInt8], _ what: String) -> WirePacket {
        switch number {
        case 50: return .esp
        case 17 where payload.count >= 8:
            let ports = [0, 2].map { Int(payload[$0]) << 8 | Int(payload[$0 + 1]) }
            if ports.contains(500) { return .ike }
            guard ports.contains(4500) else { return .clear("\(what) ports \(ports)") }
            // Four zero bytes stand where the SPI would: IKE. One byte 0xff: a keep-alive.
            return payload.dropFirst(8).prefix(4).allSatisfy { $0 == 0 } || payload.count == 9 ? .ike : .esp
        default: return .clear(what)
        }
    }
}

/// The packets of a file written by tcpdump, in the byte order of this machine.
struct PacketFile {
    let packets: [ArraySlice<UInt8>]

    init(_ bytes: [UInt8]) throws {
        guard bytes.starts(with: [0xd4, 0xc3, 0xb2, 0xa1]) else { throw TestBedError("not a file of packets") }
        func number(at offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
        guard number(at: 20) == 1 else { throw TestBedError("not a capture of Ethernet frames") }
        var found: [ArraySlice<UInt8>] = [], place = 24
        while place + 16 <= bytes.count, place + 16 + number(at: place + 8) <= bytes.count {
            let end = place + 16 + number(at: place + 8)
            found.append(bytes[(place + 16)..<end])
            place = end
        }
        packets = found
    }
}
