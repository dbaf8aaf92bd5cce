import TestBed
import Testing

/// What a tunnel of a scenario goes through, and what must be so on the way: the laws that hold for all of them.
///
/// * `up` on each machine makes what the scenario says: SAs, links, pings.
/// * Nothing but IKE and ESP crosses the underlay.
/// * A second `up` has nothing to do.
/// * `down` leaves each machine as it was before.
/// * The printed scripts alone make the same on fresh machines, and unmake it.
struct Life: Sendable {
    /// Makes the network and all that is there before the tunnels.
    let scene: @Sendable () async throws -> Scene
    /// The scenario's traffic, which brings its facts about; it must succeed also when scripts made the tunnels.
    let traffic: @Sendable (Scene) async throws -> Void

    /// Describes a life.
    /// - Parameters:
    ///   - scene: Makes the network and all that is there before the tunnels; called twice.
    ///   - traffic: The pings that must be answered, and those that must not.
    init(
        in scene: @escaping @Sendable () async throws -> Scene,
        traffic: @escaping @Sendable (Scene) async throws -> Void
    ) {
        self.scene = scene
        self.traffic = traffic
    }

    /// Lives it: `whenUp` tells what must be so before the first packet, `then` what must be so after the traffic, and what
    /// else the scenario does; in the end all is up as before.
    func live(
        whenUp: (Scene) async throws -> Void = { _ in }, then: (Scene) async throws -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        async let fresh = scene()
        let made = try await scene()
        let before = try await made.dumps()
        let scripts = try await Script.all(for: made)

        let capture = try await made.tap.host.capture(on: made.tap.interface)
        try await made.up()
        try await whenUp(made)
        try await traffic(made)
        let up = try await made.dumps()
        try await then(made)
        try await each(made.gateways) { gateway in
            for tunnel in gateway.tunnels {
                let again = try await gateway.host.viaduct("up", tunnel)
                let isDone = again.status == 0 && again.stdout.contains("nothing to do") && again.steps.isEmpty
                #expect(isDone, "a second up: \(again)", sourceLocation: sourceLocation)
            }
        }
        try await made.down()
        let captured = try await capture.stop()
        #expect(captured.cleartext.isEmpty, "\(captured.cleartext.prefix(3))", sourceLocation: sourceLocation)
        #expect(captured.count(.ike) > 0 && captured.count(.esp) > 0, sourceLocation: sourceLocation)
        expectEqual(before, try await made.dumps(), "left over by down", sourceLocation: sourceLocation)

        // Machines that have the specs' secrets, but on which viaduct never makes anything.
        let typed = try await fresh
        try await scripts.run(.up, on: typed)
        try await traffic(typed)
        expectEqual(up, try await typed.dumps(), "done (-) and typed (+)", sourceLocation: sourceLocation)
        try await scripts.run(.down, on: typed)
        expectEqual(before, try await typed.dumps(), "left over by --down", sourceLocation: sourceLocation)
    }

    /// Fails the test for all that the dumps of some machines differ in, but for viaduct's own record.
    private func expectEqual(_ old: [[Dump]], _ new: [[Dump]], _ what: String, sourceLocation: SourceLocation) {
        for (machine, pair) in zip(old, new).enumerated() {
            for (old, new) in zip(pair.0, pair.1) {
                ScenarioTests.expectEqual(
                    old.withoutJournal, new.withoutJournal, "\(what), machine \(machine)",
                    sourceLocation: sourceLocation)
            }
        }
    }
}

/// What `viaduct commands` prints for a tunnel.
private struct Script: Sendable {
    enum Direction { case up, down }

    let up: String, down: String

    /// The scripts of all tunnels, in the order of machines and tunnels.
    static func all(for scene: Scene) async throws -> [[Script]] {
        try await each(scene.gateways) { gateway in
            var scripts: [Script] = []
            for tunnel in gateway.tunnels {
                let up = try await gateway.host.viaduct("commands", tunnel).checked().stdout
                let down = try await gateway.host.viaduct("commands", tunnel, "--down").checked().stdout
                scripts.append(Script(up: up, down: down))
            }
            return scripts
        }
    }
}

extension [[Script]] {
    /// Runs the scripts that make the tunnels, or from the last to the first those that unmake them.
    fileprivate func run(_ direction: Script.Direction, on scene: Scene) async throws {
        let pairs = zip(scene.gateways, self).flatMap { gateway, scripts in scripts.map { (gateway.host, $0) } }
        switch direction {
        case .up: for (host, script) in pairs { try await host.attempt(["sh", "-eu"], input: script.up).checked() }
        case .down:
            for (host, script) in pairs.reversed() {
                try await host.attempt(["sh", "-eu"], input: script.down).checked()
            }
        }
    }
}
