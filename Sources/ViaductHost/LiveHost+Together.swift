internal import Glibc
internal import Netlink
internal import NetworkModel
public import ViaductCore

extension LiveHost {
    /// Makes several changes of one manner, what is the kernel's in as few sends as possible.
    ///
    /// - Parameter steps: the changes.
    /// - Returns: what came of each; failures as of `perform`.
    public mutating func perform(together steps: [Step]) -> [Result<Void, any Error>] {
        guard steps.count > 1, let manner = steps.first?.manner else { return oneByOne(steps) }
        return switch manner {
        case .creation: create(steps)
        case .deletion: delete(steps)
        case .routing: route(steps)
        case .waiting: wait(steps)
        case .single: oneByOne(steps)
        }
    }

    private mutating func oneByOne(_ steps: [Step]) -> [Result<Void, any Error>] {
        steps.map { step in Result { try perform(step) } }
    }

    // MARK: - Addresses, routes, rules and settings of links

    /// The request that a step of the manner `routing` makes of the kernel.
    ///
    /// - Throws: `NetlinkError`.
    mutating func request(for step: Step) throws -> Request {
        switch step {
        case .changeLink(let change):
            if case .of(let master)? = change.to.master { try know(master) }
            let settings = Netlink.LinkChange(change.to)
            return try Request.change(.name(change.name), settings, interfaces: interfaces)
        case .addAddress(let address):
            try know(address.interface)
            return try Request.add(address, interfaces: interfaces)
        case .removeAddress(let address):
            try know(address.interface)
            return try Request.delete(address, interfaces: interfaces)
        case .addRoute(let route):
            for hop in route.nextHops { try know(hop.device) }
            return try Request.add(route, interfaces: interfaces)
        case .removeRoute(let route):
            for hop in route.nextHops { try know(hop.device) }
            return try Request.delete(route, interfaces: interfaces)
        case .addRule(let rule): return try Request.add(rule)
        case .removeRule(let rule): return try Request.delete(rule)
        default: preconditionFailure("\(step) is not performed by one request")
        }
    }

    private mutating func route(_ steps: [Step]) -> [Result<Void, any Error>] {
        send(takeReady(steps) ?? routingDraft(steps)) { step, error in
            step.isRemoval && (error.isAlreadyGone || error.isMissingInterface) ? nil : error
        }
    }

    private mutating func routingDraft(_ steps: [Step]) -> Draft {
        draft(steps) { host, step throws in try host.request(for: step) }
    }

    // MARK: - Requests, made before they are sent

    /// The requests of several steps.
    struct Draft {
        /// The steps.
        let steps: [Step]
        /// What is sent.
        fileprivate var parcel: Parcel
        /// Whose request each one is, by the step's place.
        fileprivate var places: [Int] = []
        /// Why there is no request of a step; success where there is one.
        fileprivate var results: [Result<Void, any Error>] = []
        /// Of links that are made: the interfaces as they are before, and with the indexes chosen for new ones.
        fileprivate var known = InterfaceTable(), chosen = InterfaceTable()
    }

    /// Makes the requests of the runs that come first, so that nothing has to be made while a change is under way.
    public mutating func prepare(_ runs: [[Step]]) {
        ready = []
        let leading = runs.prefix { $0.count > 1 && [.routing, .creation].contains($0.first?.manner) }
        guard leading.contains(where: { $0.first?.manner == .creation }) else { return }
        let before = interfaces
        defer { interfaces = before }
        for steps in leading {
            let draft: Draft
            if steps.first?.manner == .creation {
                guard case .success(let made) = Result(catching: { try creationDraft(steps) }) else { break }
                draft = made
            } else {
                draft = routingDraft(steps)
            }
            // Later it may be clearer.
            guard draft.places.count == steps.count else { break }
            ready.append(draft)
        }
        ready.reverse()
    }

    /// The draft that was made of the steps; nil when there is none, or things have gone another way since.
    private mutating func takeReady(_ steps: [Step]) -> Draft? {
        guard let draft = ready.popLast(), draft.steps == steps else {
            ready = []
            return nil
        }
        return draft
    }

    /// Makes a request of each step.
    private mutating func draft(_ steps: [Step], _ request: (inout LiveHost, Step) throws -> Request) -> Draft {
        var requests: [Request] = []
        var places: [Int] = []
        var results: [Result<Void, any Error>] = []
        for (place, step) in steps.enumerated() {
            do {
                requests.append(try request(&self, step))
                places.append(place)
                results.append(.success(()))
            } catch {
                results.append(.failure(error))
            }
        }
        return Draft(steps: steps, parcel: routing.pack(requests), places: places, results: results)
    }

    /// Performs the requests at once.
    ///
    /// - Parameters:
    ///   - draft: the requests.
    ///   - judge: what a failure means for the step; nil when it is none.
    /// - Returns: what came of each step.
    private mutating func send(
        _ draft: Draft, after judge: (Step, NetlinkError) -> NetlinkError?
    ) -> [Result<Void, any Error>] {
        var results = draft.results
        let failures = routing.perform(draft.parcel)
        // What was made ready may have counted on what failed.
        if !failures.isEmpty { ready = [] }
        for (place, error) in failures {
            let place = draft.places[place]
            guard let failure = judge(draft.steps[place], error) else { continue }
            results[place] = .failure(Self.leavesDoubt(failure) ? InDoubt(failure) : failure)
        }
        return results
    }

    // MARK: - Links

    /// Makes links, with indexes of our choice, so that what follows needs no look in between.
    private mutating func create(_ steps: [Step]) -> [Result<Void, any Error>] {
        let draft: Draft
        do {
            draft = try takeReady(steps) ?? creationDraft(steps)
        } catch {
            return steps.map { _ in .failure(error) }
        }
        interfaces = draft.chosen
        let results = send(draft) { _, error in error }
        guard results.contains(where: { if case .failure = $0 { true } else { false } }) else { return results }
        return zip(steps, results).map { step, result in
            guard case .failure(let error) = result, case .addLink(let link) = step else { return result }
            if draft.known[link.name] == nil, let index = interfaces[link.name] { interfaces.remove(index: index) }
            // The index was taken in the meantime, or the name: without a wish for an index the kernel tells.
            guard draft.known[link.name] == nil, (error as? NetlinkError)?.code == EEXIST else { return result }
            return Result { try perform(step) }
        }
    }

    private mutating func creationDraft(_ steps: [Step]) throws -> Draft {
        let known = InterfaceTable(try routing.links())
        interfaces = known
        var draft = draft(steps) { host, step throws in
            guard case .addLink(let link) = step else { preconditionFailure("\(step) makes no link") }
            // The master and the device below are known: they are not made here.
            let index = known[link.name] == nil ? host.interfaces.choose(link.name) : nil
            return try Request.add(link, index: index, interfaces: host.interfaces)
        }
        (draft.known, draft.chosen) = (known, interfaces)
        return draft
    }

    /// Removes links at once: by a group that nobody uses, to which they are moved before.
    ///
    /// The kernel waits after each removal for those who still look at the link; this way it waits once.
    private mutating func delete(_ steps: [Step]) -> [Result<Void, any Error>] {
        do {
            let links = try routing.links()
            interfaces = InterfaceTable(links)
            let present = Dictionary(links.map { ($0.link.name, $0.link) }) { first, _ in first }
            let indexes = steps.compactMap { step -> UInt32? in
                guard case .removeLink(let link) = step, let there = present[link.name],
                    there.kind.isSame(as: link.kind)
                else { return nil }
                return interfaces[link.name]
            }
            guard indexes.count > 1, let group = Self.unusedGroup(among: links) else { return oneByOne(steps) }
            let moves = try indexes.map { index throws(NetlinkError) in
                try Request.change(.index(index), Netlink.LinkChange(group: group), interfaces: interfaces)
            }
            _ = routing.perform(moves)
            // Somebody else may have put a link of theirs there meanwhile, and some of ours may be gone.
            let gathered = try routing.links().filter { $0.link.group == group }.map(\.index)
            if !gathered.isEmpty, Set(gathered).isSubset(of: indexes) {
                try routing.perform(Request.deleteLinks(group: group))
            }
        } catch {
            // One by one it turns out what is still there.
            return oneByOne(steps)
        }
        // Finds those gone that are.
        return stillThere(steps)
    }

    /// Removes one by one what is left of links that were to be removed at once.
    private mutating func stillThere(_ steps: [Step]) -> [Result<Void, any Error>] {
        guard case .success(let links) = Result(catching: { try routing.links() }) else { return oneByOne(steps) }
        interfaces = InterfaceTable(links)
        return steps.map { step in
            guard case .removeLink(let link) = step, interfaces[link.name] == nil else {
                return Result { try perform(step) }
            }
            return .success(())
        }
    }

    /// A group in which no link is; nil in the unlikely case that none was found.
    private static func unusedGroup(among links: [KernelLink]) -> UInt32? {
        let taken = Set(links.map(\.link.group))
        return (0..<16).lazy.map { _ in UInt32.random(in: Ownership.scratchGroups) }.first { !taken.contains($0) }
    }

    // MARK: - SAs

    private mutating func wait(_ steps: [Step]) -> [Result<Void, any Error>] {
        let wanted = steps.compactMap { if case .establish(let wanted) = $0 { wanted } else { nil } }
        var results: [Result<Void, any Error>] = []
        do {
            try aside { host throws in results = try host.establish(wanted) }
            return results
        } catch {
            return steps.map { _ in .failure(error) }
        }
    }
}
