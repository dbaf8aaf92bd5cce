internal import CLibnl
internal import Glibc
public import NetworkModel

extension Request {
    /// The request that makes an ESP state with algorithms of a suite and a key that is no secret (XFRM_MSG_NEWSA), to
    /// find out whether the kernel has them; for a socket of `.xfrm` in a namespace that is thrown away.
    ///
    /// - Parameters:
    ///   - suite: the algorithms.
    ///   - spi: the state's SPI, one for each trial.
    /// - Returns: the request.
    /// - Throws: `NetlinkError` ENOMEM. Sending it fails with ENOSYS for an algorithm that the kernel lacks, and with
    ///   EPROTONOSUPPORT without ESP.
    public static func tryState(_ suite: TransformSuite, spi: UInt32) throws(NetlinkError) -> Request {
        var info = xfrm_usersa_info()
        let (source, destination): ([UInt8], [UInt8]) = ([192, 0, 2, 1], [192, 0, 2, 2])
        withUnsafeMutableBytes(of: &info.saddr) { $0.copyBytes(from: source) }
        withUnsafeMutableBytes(of: &info.id.daddr) { $0.copyBytes(from: destination) }
        info.id.spi = spi.bigEndian
        info.id.proto = UInt8(IPPROTO_ESP)
        info.family = UInt16(AF_INET)
        // XFRM_MODE_TUNNEL.
        info.mode = 1
        info.lft.soft_byte_limit = .max
        info.lft.hard_byte_limit = .max
        info.lft.soft_packet_limit = .max
        info.lft.hard_packet_limit = .max
        var message = MessageBuilder(XFRM_MSG_NEWSA, flags: NLM_F_CREATE | NLM_F_EXCL, header: info)
        if let bits = suite.checkBits {
            message.put(Int(XFRMA_ALG_AEAD.rawValue), algorithm(suite.cipher, suite.cipherKeyBits, bits))
        } else {
            message.put(Int(XFRMA_ALG_CRYPT.rawValue), algorithm(suite.cipher, suite.cipherKeyBits))
        }
        if let integrity = suite.integrity {
            message.put(
                Int(XFRMA_ALG_AUTH_TRUNC.rawValue),
                algorithm(integrity.name, integrity.keyBits, integrity.checkBits))
        }
        return try message.finish(.add, .words("ESP state with \(suite)"))
    }

    /// `struct xfrm_algo`, `xfrm_algo_auth` or `xfrm_algo_aead`: a name of 64 bytes, lengths in bits, and the key.
    private static func algorithm(_ name: String, _ keyBits: UInt32, _ checkBits: UInt32? = nil) -> [UInt8] {
        var bytes = Array(name.utf8.prefix(63))
        bytes += [UInt8](repeating: 0, count: 64 - bytes.count)
        for number in [keyBits, checkBits].compactMap(\.self) { withUnsafeBytes(of: number) { bytes += Array($0) } }
        // No two parts are the same: a cipher refuses keys that are weak.
        return bytes + (0..<keyBits / 8).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    }
}
