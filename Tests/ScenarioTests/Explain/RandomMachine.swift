import TestBed

/// A random set-up of rules, routes, policies, SAs and settings, and packets to try on it.
struct RandomMachine: CustomStringConvertible {
    /// Commands of ip(8), some of which contradict each other; the first word tells the family where it matters.
    private(set) var commands: [String] = []
    /// Settings below /proc/sys.
    private(set) var settings: [(key: String, value: String)] = []
    /// Packets, and whether the machine passes them on.
    private(set) var probes: [(probe: TestPacket, isForwarded: Bool)] = []
    private var dice: Dice
    private var spi = 0x1000
    /// The tunnels' links that routes lead to.
    private var used: [String] = []

    /// Links that are made once, before any set-up.
    static let links = [
        "link add x42 type xfrm dev wan if_id 42", "link add x43 type xfrm if_id 43",
        "link add v7 type vti local 192.0.2.1 remote 192.0.2.2 key 7",
        "link add v8 type vti local 192.0.2.1 remote 0.0.0.0 key 8",
        "link add v9 type vti6 local 2001:db8:2::1 remote 2001:db8:2::2 key 9", "link add red type vrf table 100",
        "link set red up", "link add x44 type xfrm if_id 44", "link add x45 type xfrm dev wan if_id 45",
        "link set x44 master red", "link set x45 master red", "address add 10.4.0.1/32 dev red",
        "address add fd04::1/128 dev red",
    ]
    private static let tunnels = ["x42", "x43", "v7", "v8", "v9"]

    init(seed: UInt64, probes count: Int) {
        dice = Dice(seed: seed)
        reset()
        let isIPv6 = dice.chance(30)
        if dice.chance(70) {
            let gateway = isIPv6 ? "2001:db8:2::2" : "192.0.2.2"
            commands.append("\(isIPv6 ? "-6" : "-4") route add default via \(gateway) table main metric 3000 proto 99")
        }
        for _ in 0..<dice.number(2...5) { addRoute(isIPv6) }
        if dice.chance(60) { for _ in 0..<dice.number(1...4) { addRule(isIPv6) } }
        for link in used where dice.chance(75) { addPolicy(isIPv6, for: link) }
        for _ in 0..<dice.number(1...5) { addPolicy(isIPv6) }
        if dice.chance(15) { commands.append("link set \(dice.pick(Self.tunnels)) down") }
        addSettings()
        for _ in 0..<count { probes.append(packet(isIPv6)) }
    }

    var description: String {
        commands.map { "ip \($0)" }.joined(separator: "\n") + "\n"
            + settings.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    /// What sets the machine up: each stretch of commands of one family is a batch, which takes no family for each.
    var script: String {
        var script = settings.map { "echo \($0.value) >/proc/sys/\($0.key)\n" }.joined()
        var rest = commands[...]
        while let first = rest.first {
            let family = ["-4", "-6"].first { first.hasPrefix($0) } ?? ""
            let stretch = rest.prefix { family.isEmpty ? !$0.hasPrefix("-") : $0.hasPrefix(family) }
            rest = rest.dropFirst(stretch.count)
            let lines = stretch.map { $0.dropFirst(family.isEmpty ? 0 : 3) + "\n" }.joined()
            script += "ip \(family) -force -batch - <<'END'\n\(lines)END\n"
        }
        return script
    }

    private mutating func reset() {
        commands += ["xfrm policy flush", "xfrm state flush"]
        for family in ["-4", "-6"] {
            commands += ["\(family) rule flush protocol 99", "\(family) route flush table all proto 99"]
        }
        commands += (Self.tunnels + ["x44", "x45"]).map { "link set \($0) up" }
    }

    private mutating func addRoute(_ isIPv6: Bool) {
        let prefix = dice.pick(
            isIPv6
                ? ["default", "fd02::/16", "fd02::/64", "fd02::1/128", "fd03::/16"]
                : ["default", "10.2.0.0/16", "10.2.0.0/24", "10.2.0.1/32", "10.3.0.0/16"])
        let family = isIPv6 ? "-6" : "-4"
        let metric = dice.chance(30) ? " metric \(dice.pick([5, 10, 2000]))" : ""
        let table = dice.pick(["main", "main", "51", "52", "100"])
        if dice.chance(20) {
            let type = dice.pick(["blackhole", "unreachable", "prohibit", "throw"])
            commands.append("\(family) route add \(type) \(prefix) table \(table) proto 99\(metric)")
            return
        }
        let gateways =
            isIPv6
            ? ["via 2001:db8:2::2 dev wan", "via 2001:db8:3::2 dev wan2"]
            : ["via 192.0.2.2 dev wan", "via 198.51.100.2 dev wan2"]
        let devices = table == "100" ? ["x44", "x45"] : Self.tunnels
        let device = dice.pick(devices)
        let isTunnel = dice.chance(65)
        let way = isTunnel ? "dev \(device)" : dice.pick(gateways)
        if isTunnel { used.append(device) }
        let source = dice.chance(25) ? " src \(isIPv6 ? "fd01::1" : "10.1.0.1")" : ""
        commands.append("\(family) route add \(prefix) \(way) table \(table) proto 99\(metric)\(source)")
    }

    private mutating func addRule(_ isIPv6: Bool) {
        let priority = dice.pick([100, 200, 300, 400])
        var selector = dice.chance(15) ? ["not"] : []
        selector += [
            dice.pick(
                isIPv6
                    ? [
                        "from fd01::/64", "from fd01::1", "to fd02::/16", "fwmark 7/0xff", "fwmark 5", "iif lan",
                        "iif lo",
                        "ipproto udp", "from all dport 7",
                    ]
                    : [
                        "from 10.1.0.0/24", "from 192.0.2.1", "to 10.2.0.0/16", "fwmark 7/0xff", "fwmark 5", "iif lan",
                        "iif lo", "ipproto udp", "from all dport 7", "oif wan2",
                    ])
        ]
        let action = dice.pick([
            "lookup 51", "lookup 51", "lookup 52", "lookup main suppress_prefixlength 0",
            "lookup main suppress_prefixlength 16", "lookup 51 suppress_prefixlength 8", "lookup 52", "lookup main",
            "goto \(priority + 100)", dice.pick(["blackhole", "unreachable", "prohibit"]), "nop",
        ])
        commands.append(
            "\(isIPv6 ? "-6" : "-4") rule add pref \(priority) \(selector.joined(separator: " ")) \(action) protocol 99"
        )
    }

    private mutating func addPolicy(_ isIPv6: Bool, for link: String? = nil) {
        let direction = link == nil ? dice.pick(["out", "out", "out", "out", "fwd", "in"]) : "out"
        let sources =
            isIPv6
            ? ["::/0", "::/0", "fd01::/64", "fd01::1/128", "2001:db8:2::1/128"]
            : ["0.0.0.0/0", "0.0.0.0/0", "10.1.0.0/24", "10.1.0.1/32", "192.0.2.1/32"]
        let destinations =
            isIPv6
            ? ["::/0", "::/0", "fd02::/16", "fd02::/64", "fd02::1/128"]
            : ["0.0.0.0/0", "0.0.0.0/0", "10.2.0.0/16", "10.2.0.0/24", "10.2.0.1/32"]
        var selector = "src \(dice.pick(sources)) dst \(dice.pick(destinations))"
        switch dice.number(0...9) {
        case 0, 1: selector += " proto \(dice.pick(["udp", "tcp", isIPv6 ? "ipv6-icmp" : "icmp"]))"
        case 2: selector += " proto udp dport 7"
        default: break
        }
        let scheme = scheme(for: link)
        let mark = scheme.mark
        let bearing = (mark.map { " mark \($0)" } ?? "") + (scheme.ifID == 0 ? "" : " if_id \(scheme.ifID)")
        let head = "xfrm policy add \(selector) dir \(direction)"
        let priority = dice.pick([10, 20, 20, 30])
        if dice.chance(15) {
            let action = dice.pick(["action block ", ""])
            commands.append("\(head) \(action)priority \(priority)\(bearing)")
            return
        }
        let request = dice.number(1...9)
        let level = dice.chance(15) ? " level use" : ""
        let (from, to) = direction == "out" ? scheme.ends : (scheme.ends.1, scheme.ends.0)
        commands.append(
            "\(head) priority \(priority)\(bearing) tmpl src \(from) dst \(to) proto esp reqid \(request) mode tunnel"
                + level)
        if direction == "out", dice.chance(85) { addState(isIPv6, scheme, request) }
    }

    /// What a policy bears, and between which ends its SA is.
    private struct Scheme {
        var ifID = 0
        var mark: String?
        var ends = ("192.0.2.1", "192.0.2.2")
    }

    /// What fits one of the links or none, and sometimes what fits nothing.
    private mutating func scheme(for link: String?) -> Scheme {
        var scheme = Scheme()
        if dice.chance(20) { scheme.ends.1 = "198.51.100.2" }
        if dice.chance(15) { scheme.ends = ("2001:db8:2::1", dice.pick(["2001:db8:2::2", "2001:db8:3::2"])) }
        switch link ?? dice.pick(["plain", "plain", "plain", "marked", "x", "v7", "v8", "v9"]) {
        case "marked": scheme.mark = dice.pick(["7 mask 0xff", "5 mask 0xffffffff", "0 mask 0xf", "0x10 mask 0x10"])
        case "x": scheme.ifID = dice.pick([42, 42, 43, 43, 44, 45])
        case let name where name.count == 3: scheme.ifID = Int(name.dropFirst()) ?? 0
        case "v7": (scheme.mark, scheme.ends) = ("7 mask 0xff", ("192.0.2.1", "192.0.2.2"))
        case "v8": scheme.mark = "8 mask \(dice.pick(["0xff", "0xffffffff"]))"
        case "v9": (scheme.mark, scheme.ends) = ("9", ("2001:db8:2::1", "2001:db8:2::2"))
        default: break
        }
        if dice.chance(10) { scheme.mark = "3" }
        return scheme
    }

    /// An SA that fits a policy, or that fits in all but one respect.
    private mutating func addState(_ isIPv6: Bool, _ scheme: Scheme, _ request: Int) {
        var (id, request, mark) = (scheme.ifID, request, dice.chance(50) ? scheme.mark : nil)
        switch dice.number(0...14) {
        case 0: id = dice.pick([0, 42, 43, 77])
        case 1: request += 10
        case 2: mark = "6 mask 0xff"
        default: break
        }
        spi += 1
        var more = id == 0 ? "" : "if_id \(id) "
        if let mark { more = "mark \(mark) " + more }
        if dice.chance(15) { more += "output-mark \(dice.pick([5, 7])) " }
        let isOuterIPv6 = scheme.ends.0.contains(":")
        var selector = ""
        if dice.chance(10) { selector = isIPv6 ? " sel src fd01::/64 dst ::/0" : " sel src 10.1.0.0/24 dst 0.0.0.0/0" }
        let flag = isOuterIPv6 != isIPv6 && selector.isEmpty ? "flag af-unspec " : ""
        commands.append(
            "xfrm state add src \(scheme.ends.0) dst \(scheme.ends.1) proto esp spi \(spi) reqid \(request) mode tunnel "
                + "\(flag)\(more)aead rfc4106(gcm(aes)) 0x0102030405060708090a0b0c0d0e0f1011121314 128\(selector)")
    }

    private mutating func addSettings() {
        settings = [
            ("net/ipv4/conf/lan/disable_policy", dice.chance(20) ? "1" : "0"),
            ("net/ipv4/conf/lan/rp_filter", dice.pick(["0", "0", "1", "2"])),
            ("net/ipv4/conf/lan/forwarding", dice.chance(90) ? "1" : "0"),
            ("net/ipv4/conf/wan/disable_xfrm", dice.chance(10) ? "1" : "0"),
            ("net/ipv4/conf/v7/disable_xfrm", dice.chance(10) ? "1" : "0"),
        ]
    }

    private mutating func packet(_ isIPv6: Bool) -> (TestPacket, Bool) {
        let destination = dice.pick(
            isIPv6
                ? ["fd02::1", "fd02:1::1", "fd03::1", "2001:db8:2::2"]
                : ["10.2.0.1", "10.2.1.1", "10.3.0.1", "192.0.2.2"])
        let kind = dice.pick([TestPacket.Kind.udp, .udp, .tcp, .icmp])
        if dice.chance(35) {
            let source = isIPv6 ? "fd01::10" : dice.pick(["10.1.0.10", "10.1.0.11"])
            return (TestPacket(kind, to: destination, from: source), true)
        }
        let source = dice.pick(isIPv6 ? [nil, "fd01::1", "2001:db8:2::1"] : [nil, nil, "10.1.0.1", "192.0.2.1"])
        let device = dice.chance(15) ? dice.pick(["red", "wan2"]) : nil
        let mark = dice.pick([0, 0, 0, 5, 7, 0x17])
        return (
            TestPacket(kind, to: destination, from: device == "red" ? nil : source, mark: UInt32(mark), device: device),
            false
        )
    }
}
