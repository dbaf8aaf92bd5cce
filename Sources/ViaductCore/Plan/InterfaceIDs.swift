internal import NetworkModel

/// Hands out if_ids to tunnels whose spec gives none.
///
/// The number depends on nothing but the names of the specs and the numbers that others have, so it is the same after
/// a reboot and on every run.
enum InterfaceIDs {
    /// Where automatic numbers begin: those below are people's and charon's (`%unique` counts from 1).
    static let first: UInt32 = 0x100
    /// How many there are; short enough to read, many enough that names seldom collide.
    private static let count: UInt32 = 0x3fff_ff00

    /// The number of one tunnel.
    ///
    /// - Parameters:
    ///   - name: the tunnel.
    ///   - siblings: the other specs.
    ///   - taken: ids that links, policies, SAs and marks have which are not this tunnel's.
    /// - Returns: the id, not among those taken.
    static func automatic(for name: TunnelName, siblings: [Observed.Sibling], taken: Set<UInt32>) -> UInt32 {
        let own = Observed.Sibling(name: name, id: .automatic)
        return automatic(siblings.filter { $0.name != name } + [own], taken: taken)[name] ?? first
    }

    /// The numbers of all tunnels whose specs give none.
    ///
    /// - Parameters:
    ///   - specs: all specs, each once.
    ///   - taken: ids that links, policies, SAs and marks have.
    /// - Returns: the id of each, none of them among those taken.
    static func automatic(_ specs: [Observed.Sibling], taken: Set<UInt32>) -> [TunnelName: UInt32] {
        var taken = taken
        var waiting: [TunnelName] = []
        for spec in specs {
            switch spec.id {
            case .fixed(let id): taken.insert(id)
            case .pair(let input, let output): taken.formUnion([input.value, output.value])
            case .automatic: waiting.append(spec.name)
            }
        }
        var ids: [TunnelName: UInt32] = [:]
        // In the order of names, so that two tunnels whose names collide always come out the same.
        for next in waiting.sorted() {
            var id = first + hash(next.text) % count
            while taken.contains(id) { id = first + (id - first + 1) % count }
            ids[next] = id
            taken.insert(id)
        }
        return ids
    }

    /// FNV-1a over the bytes of a text, 32 bits: the same on every machine and in every version.
    static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}

extension Observed {
    /// The ids that links, policies, SAs and marks have.
    var takenIDs: Set<UInt32> {
        policyIDs.union(marks).union((links + outerLinks).compactMap(\.kind.number))
    }
}
