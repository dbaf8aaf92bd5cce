/// Values in an order, found by any of their keys.
struct Catalogue<Value, Key: Hashable> {
    private var values: [Value?] = []
    private var places: [Key: [Int]] = [:]
    private let keys: (Value) -> [Key]

    /// - Parameters:
    ///   - values: the values.
    ///   - keys: what a value is found by.
    init(_ values: [Value], keys: @escaping (Value) -> [Key]) {
        self.keys = keys
        self.values.reserveCapacity(values.count)
        for value in values { append(value) }
    }

    /// All values, in their order.
    var all: [Value] { values.compactMap(\.self) }

    /// The values that have one of some keys, in their order, each once.
    func values(of keys: some Sequence<Key>) -> [Value] {
        Set(keys.flatMap { places[$0] ?? [] }).sorted().compactMap { values[$0] }
    }

    /// Puts a value behind all others.
    mutating func append(_ value: Value) {
        for key in Set(keys(value)) { places[key, default: []].append(values.count) }
        values.append(value)
    }

    /// Takes away the values that have a key and are meant.
    ///
    /// - Returns: what was taken away.
    @discardableResult
    mutating func remove(_ key: Key, where isMeant: (Value) -> Bool = { _ in true }) -> [Value] {
        var removed: [Value] = []
        for place in places[key] ?? [] {
            guard let value = values[place], isMeant(value) else { continue }
            values[place] = nil
            removed.append(value)
            for key in Set(keys(value)) { places[key]?.removeAll { $0 == place } }
        }
        return removed
    }
}
