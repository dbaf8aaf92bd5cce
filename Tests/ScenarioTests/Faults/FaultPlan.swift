import Glibc
import TestBed

/// Which trials are made: all of them, a part of them, or a sample in which each kind of point has its fault.
struct FaultPlan {
    /// `VIADUCT_FAULTS`: `all` faults at all points, `each` point with one failure and one death, or how many trials for
    /// each command.
    enum Extent: Equatable {
        case all
        case each
        case sample(Int)
    }

    let extent: Extent
    private let seed: UInt64
    /// `SHARD=k/m`: of all points every mth.
    private let shard: (number: Int, of: Int)
    /// `FROM=n`: no point before the nth.
    private let first: Int

    /// Reads the environment.
    init() {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        switch variable("VIADUCT_FAULTS") {
        case "all": extent = .all
        case "each": extent = .each
        case let number: extent = .sample(number.flatMap { Int($0) } ?? 3)
        }
        seed = variable("VIADUCT_SEED").flatMap { UInt64($0) } ?? 1
        let parts = (variable("SHARD") ?? "").split(separator: "/").compactMap { Int($0) }
        shard = parts.count == 2 && parts[1] > 0 ? (parts[0], parts[1]) : (1, 1)
        first = variable("FROM").flatMap { Int($0) } ?? 1
    }

    /// The part of the points, as `2-of-8`; `all` without parts.
    var part: String {
        let part = shard.of == 1 ? "all" : "\(shard.number)-of-\(shard.of)"
        return first == 1 ? part : "\(part)-from-\(first)"
    }

    /// How many networks meet faults at the same time; `VIADUCT_FAULT_WIDTH` in place of three.
    var width: Int {
        getenv("VIADUCT_FAULT_WIDTH").flatMap { Int(String(cString: $0)) } ?? (extent == .sample(3) ? 1 : 3)
    }

    /// The commands that are tried; `VIADUCT_FAULT_COMMANDS` for some of them.
    var commands: [FaultTrial.Command] {
        guard let words = getenv("VIADUCT_FAULT_COMMANDS").map({ String(cString: $0) }), !words.isEmpty else {
            return FaultTrial.Command.allCases
        }
        return words.split(separator: " ").compactMap { FaultTrial.Command(rawValue: String($0)) }
    }

    private func kinds(at point: FaultPoint) -> [Fault.Kind] {
        let isEven = point.number.isMultiple(of: 2)
        let failures = point.failures + [isEven ? .terminate : .interrupt]
        guard extent == .each else { return failures + [.killBefore, .killAfter] }
        // Right behind one point is right before the next.
        return [failures[point.number / 2 % failures.count], .killBefore]
    }

    /// The trials for a command whose points are known.
    func trials(of command: FaultTrial.Command, points: [FaultPoint]) -> [FaultTrial] {
        let all = points.flatMap { point in
            kinds(at: point).map { FaultTrial(command: command, fault: Fault(at: point.number, $0)) }
        }
        switch extent {
        case .all, .each:
            return all.filter { $0.fault.point >= first && $0.fault.point % shard.of == shard.number - 1 }
        case .sample(let size):
            var dice = Dice(seed: seed)
            // By sort of point and kind of fault, so that what is rare is not left out.
            let sorts = Dictionary(grouping: all) { trial in
                "\(points[trial.fault.point - 1].operation) \(trial.fault.kind)"
            }
            return sorts.keys.sorted().shuffled(using: &dice).prefix(size).compactMap { sort in
                sorts[sort].map { dice.pick($0) }
            }
        }
    }
}
