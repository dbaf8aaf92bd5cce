internal import NetworkModel

/// Finds out what is wrong with a tunnel and the machine it is on.
///
/// It decides and looks at nothing: the same facts give the same findings.
public struct Checker {
    let facts: CheckFacts
    let settled: Settled?
    private(set) var findings: [Finding] = []

    /// The findings of several tunnels: causes before their effects, worst first, each once.
    public static func findings(_ facts: [CheckFacts]) -> [Finding] {
        let all = facts.flatMap { facts in
            var checker = Checker(facts)
            checker.checkAll()
            return checker.findings
        }
        let order = Dictionary(uniqueKeysWithValues: FindingKind.allCases.enumerated().map { ($1, $0) })
        return all.uniqued.enumerated().sorted { left, right in
            (left.element.severity, order[left.element.kind] ?? 0, left.offset)
                < (right.element.severity, order[right.element.kind] ?? 0, right.offset)
        }.map(\.element)
    }

    init(_ facts: CheckFacts) {
        self.facts = facts
        settled = facts.spec.tunnel.flatMap { tunnel in
            guard
                case .success(let settled) = Result(catching: { () throws(PlanError) in
                    try Settled(tunnel, on: facts.machine)
                })
            else { return nil }
            return settled
        }
    }

    private mutating func checkAll() {
        checkSpec()
        checkKernel()
        checkCharon()
        checkCertificates()
        checkFirewall()
        checkBeforeUp()
        guard isPresent else { return }
        checkLink()
        checkTransforms()
        checkRouting()
        checkSizes()
        checkPath()
    }

    /// Adds a finding about the tunnel.
    mutating func add(_ kind: FindingKind, _ severity: Finding.Severity, _ evidence: String, fix: String) {
        findings.append(Finding(kind, severity, tunnel: facts.name, evidence: evidence, fix: fix))
    }

    /// Adds a finding about the machine.
    mutating func addForMachine(_ kind: FindingKind, _ severity: Finding.Severity, _ evidence: String, fix: String) {
        findings.append(Finding(kind, severity, tunnel: nil, evidence: evidence, fix: fix))
    }

    /// Whether something of the kinds has been found already, so that what follows from it need not be said.
    func has(_ kinds: FindingKind...) -> Bool { findings.contains { kinds.contains($0.kind) } }

    // MARK: - Short words for what the facts say

    var tunnel: Tunnel? { facts.spec.tunnel }
    var machine: Observed { facts.machine }
    /// Whether something of the tunnel is on the machine, so that it is meant to work now.
    var isPresent: Bool { machine.hasTraces(of: facts.name) }
    /// The tunnel's links as the kernel has them.
    var links: [Link] { machine.links(of: facts.name) }
    /// The tunnel's SAs as charon has them.
    var sas: [IKEStatus] {
        let names = Set(tunnel?.peers.map(\.connection.text) ?? []).union(machine.connections(of: facts.name))
        return (machine.charon?.sas ?? []).filter { names.contains($0.connection) }
    }
    /// Its installed CHILD_SAs.
    var children: [ChildStatus] { sas.flatMap(\.children).filter(\.isInstalled) }

    /// A command in the link's namespace.
    func inside(_ command: String) -> String {
        machine.namespace.map { "ip netns exec \($0) \(command)" } ?? command
    }

    private mutating func checkSpec() {
        switch facts.spec {
        case .read: break
        case .none:
            add(
                .specMissing, .warning, "there is no spec, but something of the tunnel is on this machine",
                fix: "viaduct down \(facts.name), or write its spec again")
        case .unreadable(let problem): add(.specUnreadable, .error, problem, fix: "correct what it says")
        }
        if let problem = facts.secretProblem {
            add(
                .secretUnreadable, problem.isElsewhere ? .note : .error, "\(problem)",
                fix: problem.isElsewhere
                    ? "nothing, when a unit with this credential brings the tunnel up; its snippet was not compared"
                    : "correct what it says, then: viaduct up \(facts.name)")
        }
    }
}
