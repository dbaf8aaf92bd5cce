internal import FoundationEssentials

/// From when to when an X.509 certificate is valid (RFC 5280, section 4.1.2.5), in seconds since 1970.
public struct CertificateValidity: Sendable, Hashable {
    /// The first second.
    public var start: Int64
    /// The last second.
    public var end: Int64

    /// Makes a span.
    public init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    /// Reads a certificate, as DER or as the first block of a PEM file; nil when it is none.
    public init?(certificate bytes: [UInt8]) {
        guard let der = bytes.first == 0x30 ? bytes : Self.decodePEM(bytes) else { return nil }
        // Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version, serialNumber, signature, issuer, validity } }
        guard let certificate = DERValue(der[...]), let body = certificate.children.first, body.tag == 0x30 else {
            return nil
        }
        let fields = body.children.drop { $0.tag == 0xa0 }
        guard fields.count > 3 else { return nil }
        let times = fields[fields.startIndex + 3].children
        guard times.count == 2, let start = times[0].time, let end = times[1].time else { return nil }
        self.init(start: start, end: end)
    }

    private static func decodePEM(_ bytes: [UInt8]) -> [UInt8]? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let start = text.firstRange(of: "-----BEGIN CERTIFICATE-----"),
            let end = text[start.upperBound...].firstRange(of: "-----END CERTIFICATE-----")
        else { return nil }
        let body = text[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
        return Data(base64Encoded: String(body)).map { Array($0) }
    }

    /// A time of day in words, as `2026-11-25 10:04 UTC`.
    static func words(_ seconds: Int64) -> String {
        let (days, rest) = (seconds.floorDivided(by: 86_400), seconds - seconds.floorDivided(by: 86_400) * 86_400)
        let date = CivilDate(days: days)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(rest / 3600)):\(two(rest / 60 % 60)) UTC"
    }
}

/// A value of ASN.1 in DER (X.690), as far as it has to be looked into here.
struct DERValue {
    let tag: UInt8
    let content: ArraySlice<UInt8>
    /// What follows it.
    let rest: ArraySlice<UInt8>

    /// Reads one value; nil when the bytes do not hold all of it.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 2, let tag = bytes.first else { return nil }
        let first = Int(bytes[bytes.startIndex + 1])
        var (length, header) = (first, 2)
        if first & 0x80 != 0 {
            let count = first & 0x7f
            guard (1...4).contains(count), bytes.count >= 2 + count else { return nil }
            length = bytes[(bytes.startIndex + 2)..<(bytes.startIndex + 2 + count)].reduce(0) { $0 << 8 | Int($1) }
            header += count
        }
        guard bytes.count - header >= length else { return nil }
        let start = bytes.startIndex + header
        self.tag = tag
        content = bytes[start..<start + length]
        rest = bytes[(start + length)...]
    }

    /// The values inside.
    var children: [DERValue] {
        var (values, bytes) = ([DERValue](), content)
        while let value = DERValue(bytes) {
            values.append(value)
            bytes = value.rest
        }
        return values
    }

    /// The seconds since 1970 of a UTCTime or GeneralizedTime that ends in Z, as certificates have them.
    var time: Int64? {
        let digits = String(decoding: content, as: UTF8.self)
        let count = tag == 0x17 ? 13 : tag == 0x18 ? 15 : 0
        guard digits.utf8.count == count, digits.hasSuffix("Z"), digits.dropLast().allSatisfy(\.isNumber) else {
            return nil
        }
        let text = tag == 0x17 ? (digits < "50" ? "20" : "19") + digits : digits
        let numbers = stride(from: 4, to: 14, by: 2).compactMap { offset in
            Int64(text.dropFirst(offset).prefix(2))
        }
        guard let year = Int64(text.prefix(4)), numbers.count == 5, (1...12).contains(numbers[0]),
            (1...31).contains(numbers[1])
        else { return nil }
        let days = CivilDate(year: year, month: numbers[0], day: numbers[1]).days
        return days * 86_400 + numbers[2] * 3600 + numbers[3] * 60 + numbers[4]
    }
}

/// A day of the Gregorian calendar.
struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The date that is so many days after 1 January 1970.
    init(days: Int64) {
        // Years begin in March, so that the leap day is the last; an era has 400 of them.
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The number of days since 1 January 1970.
    var days: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.floorDivided(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
    }
}
