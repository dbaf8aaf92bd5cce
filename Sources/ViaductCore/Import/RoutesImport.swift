internal import NetworkModel

/// The routes and rules that take the place of a connection's policies.
///
/// A policy chooses packets by both ends; a route by the destination alone. Where that would be too much (everything, or
/// the peer's own address, for some of our networks) the route is in a table of its own, and rules lead there.
struct RoutesImport {
    /// `routes` of the spec; nil when those that follow from the selectors do.
    var routes: [SpecValue]?
    /// `rules` of the spec.
    var rules: [SpecValue] = []

    private var plain: [SpecValue] = []
    private var isSpecial = false
    private let table: String

    init(name: TunnelName) {
        table = "\(100_000 + InterfaceIDs.hash(name.text) % 900_000)"
    }

    /// Adds what a child carries.
    ///
    /// - Parameters:
    ///   - child: the child.
    ///   - isRouted: whether the connection is route-based already, so that its routes are somewhere else.
    mutating func add(_ child: ChildImport, isRouted: Bool) {
        for prefix in child.remote.prefixes.uniqued {
            if prefix.isEverything {
                if !isRouted { addNarrow(prefix, for: child) }
            } else if prefix.isWorthARoute {
                add(&plain, .text("\(prefix)"))
            }
        }
        guard child.remote.holdsOwn, !isRouted else { return }
        for text in child.remote.texts {
            guard let prefix = IPPrefix(String(text.prefix { $0 != "[" })), prefix.isHost,
                !child.remote.prefixes.contains(prefix)
            else { continue }
            addNarrow(prefix, for: child)
        }
    }

    /// Ends the list: routes are written when they are not what the selectors say.
    mutating func finish(always: Bool) {
        routes = isSpecial || always ? plain : nil
    }

    /// A route that holds for some of our networks only.
    private mutating func addNarrow(_ prefix: IPPrefix, for child: ChildImport) {
        isSpecial = true
        let sources = child.local.prefixes.filter { $0.family == prefix.family }
        guard !child.local.texts.contains(where: { $0.hasPrefix("dynamic") }), !sources.isEmpty,
            !sources.contains(where: \.isEverything)
        else { return add(&plain, .text("\(prefix)")) }
        add(&plain, .mapping(.init("to", "\(prefix)"), .init("table", table)))
        for source in sources {
            let isDefault = prefix.isEverything
            add(
                &rules,
                .mapping(
                    .init("from", "\(source)"), isDefault ? nil : .init("to", "\(prefix)"), .init("table", table)))
        }
    }

    private func add(_ list: inout [SpecValue], _ value: SpecValue) {
        if !list.contains(value) { list.append(value) }
    }
}
