import Testing
import ViaductCore

@Suite("From when to when a certificate is valid")
struct CertificateValidityTests {
    /// Made by OpenSSL: notBefore 2020-01-01 00:00:00, notAfter 2021-06-01 12:30:45.
    private static let pem = """
        -----BEGIN CERTIFICATE-----
        MIIBGDCBwAIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5ndy5leGFtcGxlLm9y
        ZzAeFw0yMDAxMDEwMDAwMDBaFw0yMTA2MDExMjMwNDVaMBkxFzAVBgNVBAMMDmd3
        LmV4YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsAgP9n8fViLm
        CjFPltrS2H3dQTgFJg/82CDFHn9XGmvUo2NHcZYY2EKjLagv/LWetutOTXh119fW
        M1HPRp9OkzAKBggqhkjOPQQDAgNHADBEAiAx5b8PAlXa/JbzMLyWsprPSZofoCwv
        eMfSuv/4uJ0XiAIgZqiBwJ2d5y6QK4kkXdOEqd5nj+xMN9wMsgMfuyok41s=
        -----END CERTIFICATE-----

        """

    @Test("is read from PEM")
    func pem() {
        let validity = CertificateValidity(certificate: Array(Self.pem.utf8))
        #expect(validity == CertificateValidity(start: 1_577_836_800, end: 1_622_550_645))
    }

    /// A certificate's beginning with a version and two times, the first of which is given.
    private static func der(_ tag: UInt8, _ time: String) -> [UInt8] {
        func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }
        let end = value(0x18, Array("20991231235959Z".utf8))
        let times = value(0x30, value(tag, Array(time.utf8)) + end)
        let body = value(0xa0, value(2, [2])) + value(2, [1]) + value(0x30, []) + value(0x30, []) + times
        return value(0x30, value(0x30, body))
    }

    @Test(
        "the years of two digits are those from 1950 to 2049",
        arguments: [
            (0x17, "500101000000Z", -631_152_000), (0x17, "491231235959Z", 2_524_607_999),
            (0x17, "240229120000Z", 1_709_208_000), (0x18, "20500101000000Z", 2_524_608_000),
        ] as [(UInt8, String, Int64)])
    func years(tag: UInt8, text: String, seconds: Int64) {
        let validity = CertificateValidity(certificate: Self.der(tag, text))
        #expect(validity == CertificateValidity(start: seconds, end: 4_102_444_799))
    }

    @Test("what is none, or is cut anywhere, is not read")
    func damage() {
        #expect(CertificateValidity(certificate: []) == nil)
        #expect(CertificateValidity(certificate: Array("no certificate".utf8)) == nil)
        #expect(CertificateValidity(certificate: Self.der(0x17, "not a time...")) == nil)
        let whole = Self.der(0x17, "240229120000Z")
        for count in 0..<whole.count { #expect(CertificateValidity(certificate: Array(whole[..<count])) == nil) }
    }
}
