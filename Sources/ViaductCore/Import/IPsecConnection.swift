internal import NetworkModel

/// A `conn` of ipsec.conf on its way into a connection of swanctl.conf.
struct IPsecConnection {
    let section: IPsecConf.Section
    let setup: IPsecConf.Section?
    let dialect: IPsecDialect
    let report: ImportReport
    private var rest: [ForeignKey]
    private let isLeftLocal: Bool
    private var connection: [ForeignKey] = []
    private var ends: [ForeignSection] = []
    private var endKeys: [ForeignKey] = []
    var children: [ForeignSection] = []
    var pools: [ForeignSection] = []

    init(
        section: IPsecConf.Section, keys: [ForeignKey], setup: IPsecConf.Section?, dialect: IPsecDialect,
        localAddresses: [IPAddress], report: ImportReport
    ) {
        self.section = section
        self.setup = setup
        self.dialect = dialect
        self.report = report
        rest = keys
        let value = { (name: String) in keys.first { $0.name == name }?.value ?? "" }
        let isOurs = { (text: String) in
            text == "%defaultroute" || IPAddress(text).map { localAddresses.contains($0) } ?? false
        }
        // Left is local, unless right is seen to be.
        isLeftLocal = isOurs(value("left")) || !isOurs(value("right"))
    }

    /// The connection as swanctl.conf would have it.
    var foreign: ForeignSection {
        ForeignSection(
            section.name, path: "conn \(section.name)", position: section.position, keys: connection,
            sections: ends + [
                ForeignSection("children", path: "conn \(section.name)", position: section.position, sections: children)
            ])
    }

    /// Whether another connection is with the same peer in the same way, so that both are children of one.
    func isSamePeer(as other: IPsecConnection) -> Bool {
        func shape(_ keys: [ForeignKey]) -> Set<[String]> { Set(keys.map { [$0.name, $0.value] }) }
        return shape(connection) == shape(other.connection) && shape(endKeys) == shape(other.endKeys)
    }

    // MARK: - Translation

    /// Fills in all parts; what has no counterpart is told.
    mutating func translate() {
        let child = childKeys()
        connection += connectionKeys()
        let local = end(isLocal: true), remote = end(isLocal: false)
        let pairs = selectors()
        ends = [local, remote].flatMap { $0 }
        children = pairs.enumerated().map { index, pair in
            let name = pairs.count == 1 ? section.name : "\(section.name)-\(index + 1)"
            return ForeignSection(
                name, path: "conn \(section.name)", position: section.position, keys: child + pair)
        }
        for key in rest { report.warn(key.remark("has no counterpart", Self.advice[key.name] ?? "it is left out")) }
    }

    /// What to do about keys that a spec says in another place.
    private static let advice = [
        "metric": "write the metric of each route in 'routes'",
        "leftvti": "it is the peer's", "rightvti": "it is the peer's",
        "vti-interface": "write 'interface: { kind: vti, name: ... }', and 'routes'",
        "vti-routing": "a spec has 'routes'", "ipsec-interface": "a spec always has an interface",
        "leftfirewall": "let the firewall accept what goes over the link", "pfs": "a group in 'esp.proposals' says it",
        "pfsgroup": "write the group into 'esp.proposals'", "leftnexthop": "the kernel's routes say it",
        "rightnexthop": "the kernel's routes say it",
        "rightfirewall": "let the firewall accept what goes over the link",
        "leftca": "it is not needed where the certificate is named",
    ]

    private mutating func take(_ names: String...) -> ForeignKey? {
        for name in names {
            if let index = rest.firstIndex(where: { $0.name == name }) { return rest.remove(at: index) }
        }
        return nil
    }

    /// A key under another name, with another value if need be.
    private func renamed(_ key: ForeignKey, _ name: String, _ value: String? = nil) -> ForeignKey {
        ForeignKey(
            name: name, path: key.path, value: value ?? key.value, position: key.position, earlier: key.earlier)
    }

    private mutating func connectionKeys() -> [ForeignKey] {
        var keys: [ForeignKey] = []
        let plain = [
            ("mobike", "mobike"), ("fragmentation", "fragmentation"), ("forceencaps", "encap"), ("ikedscp", "dscp"),
            ("keyingtries", "keyingtries"), ("dpddelay", "dpd_delay"), ("dpdtimeout", "dpd_timeout"),
            ("aggressive", "aggressive"), ("aggrmode", "aggressive"), ("mediation", "mediation"),
            ("mediated_by", "mediated_by"), ("me_peerid", "mediation_peer"),
        ]
        for (name, new) in plain {
            guard let key = take(name) else { continue }
            keys.append(renamed(key, new, key.value == "%forever" ? "0" : nil))
        }
        if let version = version() { keys.append(version) }
        if let key = take("encapsulation"), key.value != "auto" { keys.append(renamed(key, "encap")) }
        if let key = take("ike") {
            keys.append(renamed(key, "proposals", IPsecProposals(dialect).text(of: key.value, isIKE: true)))
        }
        if let key = take("mtu") { keys.append(renamed(key, LinkImport.mtu)) }
        if let key = take("\(side(true))vti") { keys.append(renamed(key, LinkImport.address)) }
        if let key = take("modeconfig") { keys.append(renamed(key, "pull", key.value == "push" ? "no" : "yes")) }
        if let key = setup?.keys.first(where: { $0.name == "uniqueids" }) {
            keys.append(renamed(key, "unique", key.value == "yes" ? "replace" : nil))
        }
        keys += lifetimes()
        return keys
    }

    private mutating func version() -> ForeignKey? {
        if let key = take("ikev2") {
            let isOld = ["no", "never"].contains(key.value.lowercased())
            return renamed(key, "version", isOld ? "1" : "2")
        }
        if let key = take("keyexchange") {
            switch key.value.lowercased() {
            case "ikev1": return renamed(key, "version", "1")
            case "ikev2": return renamed(key, "version", "2")
            default: return renamed(key, "version", "0")
            }
        }
        guard dialect == .libreswan else { return nil }
        return ForeignKey(name: "version", path: "conn \(section.name)", value: "2", position: section.position)
    }

    /// When the IKE_SA's keys are renewed: so long before their end as the margin says.
    private mutating func lifetimes() -> [ForeignKey] {
        let margin = marginKept, rekeys = rekeyKept
        var keys: [ForeignKey] = []
        let reauth = take("reauth")
        if let key = take("ikelifetime") {
            let name = reauth?.value == "yes" ? "reauth_time" : "rekey_time"
            keys.append(renamed(key, name, Self.less(key.value, margin?.value)))
        } else if let reauth, reauth.value == "yes" {
            report.warn(
                reauth.remark("asks for another authentication", "it is left out; keys are renewed without one"))
        }
        if let rekeys, rekeys.value == "no" {
            keys.removeAll { $0.name == "rekey_time" }
            keys.append(renamed(rekeys, "rekey_time", "0"))
        }
        return keys
    }

    private static func less(_ life: String, _ margin: String?) -> String {
        guard let life = SettingsValue.seconds(life) else { return life }
        guard let margin = margin.flatMap({ SettingsValue.seconds($0) }), margin < life else { return "\(life)s" }
        return "\(life - margin)s"
    }

    private mutating func childKeys() -> [ForeignKey] {
        var keys: [ForeignKey] = []
        let plain = [
            ("auto", "start_action"), ("dpdaction", "dpd_action"), ("closeaction", "close_action"),
            ("compress", "ipcomp"), ("inactivity", "inactivity"), ("reqid", "reqid"),
            ("replay_window", "replay_window"),
            ("replay-window", "replay_window"), ("mark_in", "mark_in"), ("mark_out", "mark_out"),
            ("mark-in", "mark_in"), ("mark-out", "mark_out"), ("installpolicy", "policies"),
            ("sha256_96", "sha256_96"), ("sha2-truncbug", "sha256_96"), ("lifebytes", "life_bytes"),
            ("lifepackets", "life_packets"), ("priority", "priority"), ("ah", "ah_proposals"),
        ]
        for (name, new) in plain {
            guard let key = take(name) else { continue }
            keys.append(renamed(key, new, Self.actions[new]?[key.value]))
        }
        if let key = take("esp", "phase2alg") {
            keys.append(renamed(key, "esp_proposals", IPsecProposals(dialect).text(of: key.value, isIKE: false)))
        }
        if let key = take("mark") { keys += [renamed(key, "mark_in"), renamed(key, "mark_out")] }
        if let key = take("tfc") { keys.append(renamed(key, "tfc_padding", key.value == "%mtu" ? "mtu" : nil)) }
        if let key = take("type") {
            let modes = ["passthrough": "pass", "reject": "drop"]
            keys.append(renamed(key, "mode", modes[key.value]))
        }
        if let key = take("phase2"), key.value == "ah" { keys.append(renamed(key, "ah_proposals", "default")) }
        let life = take("lifetime", "keylife", "salifetime")
        if let life {
            keys.append(renamed(life, "life_time"))
            let margin = rest.first { $0.name == "margintime" || $0.name == "rekeymargin" }
            if margin != nil { keys.append(renamed(life, "rekey_time", Self.less(life.value, margin?.value))) }
        }
        if let margin = rest.first(where: { $0.name == "margintime" || $0.name == "rekeymargin" }),
            life != nil || rest.contains(where: { $0.name == "ikelifetime" })
        {
            rest.removeAll { $0.name == margin.name }
            marginKept = margin
        }
        if let rekey = take("rekey"), rekey.value == "no" {
            keys.removeAll { $0.name == "rekey_time" }
            keys.append(renamed(rekey, "rekey_time", "0"))
            rekeyKept = rekey
        }
        return keys
    }

    /// Keys that the child has taken and the connection needs as well.
    private var marginKept: ForeignKey?
    private var rekeyKept: ForeignKey?

    /// Words that are right in ipsec.conf, and others in swanctl.conf.
    private static let actions = [
        "start_action": [
            "add": "none", "ignore": "none", "route": "trap", "ondemand": "trap", "up": "start", "keep": "none",
        ],
        "dpd_action": ["hold": "trap", "none": "clear"], "close_action": ["hold": "trap", "clear": "none"],
    ]

    // MARK: - Ends

    private func side(_ isLocal: Bool) -> String { isLocal == isLeftLocal ? "left" : "right" }

    private mutating func end(isLocal: Bool) -> [ForeignSection] {
        let side = side(isLocal), name = isLocal ? "local" : "remote"
        var keys: [ForeignKey] = []
        if let key = take(side) { connection.append(contentsOf: addresses(key, isLocal: isLocal)) }
        if let key = take("\(side)ikeport") { connection.append(renamed(key, "\(name)_port")) }
        if let key = take("\(side)auth") ?? rest.first(where: { $0.name == "authby" }) {
            keys.append(renamed(key, "auth", Self.authentication(key.value)))
        }
        if !isLocal { _ = take("authby") }
        if let key = take("\(side)id") { keys.append(renamed(key, "id")) }
        if let key = take("\(side)cert") {
            keys.append(renamed(key, "certs", key.value.hasPrefix("/") ? key.value : "/etc/ipsec.d/certs/\(key.value)"))
        }
        if let key = take("\(side)groups") { keys.append(renamed(key, "groups")) }
        if let key = take("\(side)certpolicy") { keys.append(renamed(key, "cert_policy")) }
        if !isLocal, let key = take("\(side)ca") {
            if key.value == "%same" {
                report.warn(key.remark("means the CA of our own certificate", "write 'remote.auth.ca' for it"))
            } else {
                keys.append(renamed(key, "ca_id"))
            }
        }
        if isLocal, let key = take("\(side)sendcert") {
            let words = ["yes": "always", "no": "never"]
            connection.append(renamed(key, "send_cert", words[key.value]))
        }
        for (old, new) in [("updown", "updown"), ("hostaccess", "hostaccess")] {
            if isLocal, let key = take(side + old) { childExtras.append(renamed(key, new)) }
        }
        for old in ["sigkey", "rsasigkey", "ecdsakey", "pubkey"] {
            guard let key = take(side + old) else { continue }
            if ["%cert", "%dnsondemand", "%dns"].contains(key.value) { continue }
            keys.append(renamed(key, "pubkeys"))
        }
        var sections = [ForeignSection(name, path: "conn \(section.name)", position: section.position, keys: keys)]
        if let key = take("\(side)auth2") {
            sections.append(
                ForeignSection(
                    "\(name)-2", path: key.path, position: key.position, keys: [renamed(key, "auth")]))
        }
        endKeys += keys
        return sections
    }

    /// Keys of an end that belong to the children.
    private var childExtras: [ForeignKey] = []

    private func addresses(_ key: ForeignKey, isLocal: Bool) -> [ForeignKey] {
        let items = key.items.filter {
            !["%defaultroute", "%any", "%any4", "%any6", "%group", "%opportunistic"].contains($0)
        }
        let hosts = items.map { $0.hasPrefix("%") ? String($0.dropFirst()) : $0 }
        if hosts.isEmpty { return [] }
        return [renamed(key, isLocal ? "local_addrs" : "remote_addrs", hosts.joined(separator: ","))]
    }

    private static func authentication(_ text: String) -> String {
        switch text.lowercased() {
        case "secret", "psk": "psk"
        case "rsasig", "rsa", "rsa-sha2", "rsa-sha1": "pubkey"
        case "ecdsasig", "ecdsa": "ecdsa"
        case "xauthpsk", "xauthrsasig": "xauth"
        default: text.lowercased()
        }
    }

    // MARK: - Selectors

    /// The selectors of each child: one child, or for libreswan's lists one for each pair.
    private mutating func selectors() -> [[ForeignKey]] {
        let locals = sideSelectors(isLocal: true), remotes = sideSelectors(isLocal: false)
        return locals.flatMap { local in
            remotes.map { remote in [local, remote].compactMap { $0 } + childExtras }
        }
    }

    private mutating func sideSelectors(isLocal: Bool) -> [ForeignKey?] {
        let side = side(isLocal), name = isLocal ? "local_ts" : "remote_ts"
        let service = service(take("\(side)protoport"))
        virtualAddress(side, isLocal: isLocal)
        if let key = take("\(side)subnets") {
            let items = key.value.split { " ,{}".contains($0) }.map(String.init)
            return items.map { renamed(key, name, $0 + service) }
        }
        guard let key = take("\(side)subnet", "\(side)subnetwithin") else {
            guard !service.isEmpty else { return [nil] }
            return [
                ForeignKey(
                    name: name, path: "conn \(section.name)", value: "dynamic\(service)", position: section.position)
            ]
        }
        let items = key.items.map { item in
            let plain = item.hasPrefix("vhost:") || item.hasPrefix("vnet:") ? "dynamic" : item
            return plain.contains("[") ? plain : (plain == "%dynamic" ? "dynamic" : plain) + service
        }
        return [renamed(key, name, items.joined(separator: ","))]
    }

    /// `tcp/443` in brackets; nothing for any service.
    private func service(_ key: ForeignKey?) -> String {
        guard let key else { return "" }
        let text = key.value.replacing("%any", with: "any")
        return ["any", "any/any", "0/0"].contains(text) ? "" : "[\(text)]"
    }

    /// `leftsourceip`: an address that is asked for, or a pool that it is handed out of; libreswan's is a source address.
    private mutating func virtualAddress(_ side: String, isLocal: Bool) {
        guard let key = take("\(side)sourceip", "\(side)addresspool") else { return }
        let words = ["%config", "%config4", "%modeconfig", "%modecfg", "%cfg"]
        if isLocal {
            let items = key.items.map { words.contains($0) ? "0.0.0.0" : $0 == "%config6" ? "::" : $0 }
            if dialect == .libreswan, !items.contains("0.0.0.0") {
                report.warn(
                    key.remark(
                        "is the source of this machine's own packets", "Viaduct takes one of its addresses that fits"))
            } else {
                connection.append(renamed(key, "vips", items.joined(separator: ",")))
            }
        } else if dialect == .libreswan, !key.value.contains("-"), !key.value.contains("/") {
            report.warn(key.remark("is the peer's affair", "it is left out"))
        } else {
            let names = key.items.enumerated().map { index, item -> String in
                guard !item.hasPrefix("%") else { return String(item.dropFirst()) }
                let name = "\(section.name)-pool-\(index + 1)"
                pools.append(
                    ForeignSection(name, path: key.path, position: key.position, keys: [renamed(key, "addrs", item)]))
                return name
            }
            connection.append(renamed(key, "pools", names.joined(separator: ",")))
        }
    }
}
