/// Amounts in words for a person.
enum Quantity {
    /// A span of time, such as `3h 20m`, of at most two units.
    static func time(_ seconds: Int) -> String {
        let units = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
        let amount = abs(seconds)
        guard let index = units.firstIndex(where: { amount >= $0.0 }) else { return "0s" }
        let (size, unit) = units[index]
        var text = "\(amount / size)\(unit)"
        if index + 1 < units.count, amount % size / units[index + 1].0 > 0 {
            text += " \(amount % size / units[index + 1].0)\(units[index + 1].1)"
        }
        return text
    }

    /// When something is due, such as `in 3h 20m` or `overdue by 5s`.
    static func due(_ seconds: Int) -> String {
        seconds < 0 ? "overdue by \(time(seconds))" : "in \(time(seconds))"
    }

    /// A number of bytes, such as `1.5 MiB`.
    static func bytes(_ count: Double) -> String {
        var (amount, units) = (count, ["KiB", "MiB", "GiB", "TiB", "PiB"][...])
        guard amount >= 1024 else { return "\(Int(amount)) B" }
        var unit = ""
        while amount >= 1024, let next = units.popFirst() { (amount, unit) = (amount / 1024, next) }
        let tenths = Int((amount * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}
