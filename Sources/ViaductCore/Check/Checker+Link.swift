internal import NetworkModel

extension Checker {
    /// The link, what stands in its way, and what differs from the spec.
    mutating func checkLink() {
        if links.isEmpty, tunnel != nil {
            add(.linkMissing, .error, "there is no link of the tunnel", fix: "viaduct up \(facts.name)")
        }
        for link in links where !link.isUp {
            add(
                .linkDown, .error, "the link \(link.name) is down",
                fix: inside("ip link set dev \(link.name) up") + ", then: viaduct up \(facts.name)")
        }
        checkPlan()
        for link in links {
            for family in AddressFamily.allCases {
                let name = family.rawValue
                if facts.settings[SysctlKey("net", name, "conf", link.name.text, "disable_xfrm")] == "1" {
                    addDisabled(link.name, name)
                }
                guard case .vti = link.kind else { continue }
                let key = SysctlKey.disablePolicy(family, link.name)
                if let value = facts.settings[key], value == "0" {
                    add(
                        .vtiPolicyCheck, .error, "\(key) is 0", fix: inside("sysctl -w \(key)=1"))
                }
            }
        }
        for device in underlayDevices {
            for family in underlayFamilies where isOff(device, family) { addDisabled(device, family.rawValue) }
        }
    }

    private func isOff(_ device: InterfaceName, _ family: AddressFamily) -> Bool {
        facts.settings[SysctlKey("net", family.rawValue, "conf", device.text, "disable_xfrm")] == "1"
    }

    private mutating func addDisabled(_ device: InterfaceName, _ family: String) {
        let key = SysctlKey("net", family, "conf", device.text, "disable_xfrm")
        add(.xfrmDisabled, .error, "\(key) is 1", fix: "sysctl -w \(key)=0")
    }

    /// The devices that ESP leaves by.
    var underlayDevices: [InterfaceName] {
        (tunnel?.peers.compactMap { machine.underlays[$0.connection]?.device } ?? []).uniqued
    }

    /// The families of the underlay.
    var underlayFamilies: [AddressFamily] {
        Set(tunnel?.peers.compactMap { machine.underlays[$0.connection]?.local.family } ?? []).sorted()
    }

    /// What `up` would change, when nothing above says it already.
    private mutating func checkPlan() {
        guard let tunnel, facts.machine.charon != nil else { return }
        do throws(PlanError) {
            let options = Planner.Options(withIKE: facts.secretProblem == nil, waits: false)
            let plan = try Planner.up(tunnel, on: machine, options: options)
            note(plan.warnings)
            let lines = Script.commands(plan.steps.filter { !$0.isProof && !$0.isHookRun }).map(\.line)
            guard let first = lines.first, !has(.linkMissing, .linkDown) else { return }
            let more = lines.count > 1 ? " (and \(lines.count - 1) more)" : ""
            add(.drift, .warning, "up would do: \(first)\(more)", fix: "viaduct up \(facts.name)")
        } catch {
            for obstacle in error.obstacles {
                add(.upRefused, .error, "\(obstacle)", fix: "do what it says, then: viaduct up \(facts.name)")
            }
        }
    }

    /// What would keep a tunnel from coming up that is not there now.
    mutating func checkBeforeUp() {
        guard let tunnel, let settled else { return }
        for link in settled.links {
            guard let id = link.kind.number, case .xfrm = link.kind else { continue }
            for stranger in facts.strangers where stranger.ifID == id {
                add(
                    .idElsewhere, .error,
                    "the link \(stranger.link) in the namespace \(stranger.namespace) was born here, and has "
                        + "the if_id \(id) of \(link.name)",
                    fix: "ip -n \(stranger.namespace) link delete dev \(stranger.link), or another interface.id")
            }
        }
        if !isPresent, machine.charon != nil {
            do throws(PlanError) {
                note(try Planner.up(tunnel, on: machine).warnings)
            } catch {
                for obstacle in error.obstacles {
                    add(.upRefused, .error, "\(obstacle)", fix: "do what it says, then: viaduct up \(facts.name)")
                }
            }
        }
    }
}
