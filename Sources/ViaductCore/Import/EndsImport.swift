internal import NetworkModel

/// Both ends of a connection of swanctl.conf.
struct EndsImport {
    /// Our address; nil leaves it to the kernel.
    var local: IPAddress?
    /// Where the peer is, as a spec says it; empty for anywhere.
    var remotes: [String] = []
    /// The peer's addresses as far as they are known: written, or those that its name has now.
    var remoteAddresses: [IPAddress] = []
    /// The sections that say who the ends are.
    var localSection: ForeignSection
    var remoteSection: ForeignSection
    /// How they prove it; nil after a report.
    var localWay: AuthenticationImport?
    var remoteWay: AuthenticationImport?

    /// Whether the peer's only place is a name, so that its address is not written.
    var isByName: Bool { !remotes.isEmpty && remotes.allSatisfy { IPAddress($0) == nil && !$0.contains("/") } }
}

/// How one end proves who it is.
enum AuthenticationImport {
    case psk
    /// By a certificate, with a constraint on it where `auth` says more than `pubkey`.
    case certificate(constraint: String?)
}

extension ConnectionImport {
    /// Words of swanctl.conf for any address.
    static let anywhere: Set<String> = ["%any", "%any4", "%any6", "0.0.0.0", "::", "0.0.0.0/0", "::/0", "*"]

    /// Reads where and who the two ends are.
    func readEnds() -> EndsImport {
        let local = endSection("local"), remote = endSection("remote")
        var ends = EndsImport(localSection: local, remoteSection: remote)
        ends.local = localAddress()
        readRemotes(into: &ends)
        ends.localWay = way(local)
        ends.remoteWay = way(remote)
        return ends
    }

    /// The one section of an end; a spec has no further rounds.
    private func endSection(_ prefix: String) -> ForeignSection {
        let rounds = section.sections.filter { $0.name.hasPrefix(prefix) }
        if rounds.count > 1 { for round in rounds { _ = round.take("round") } }
        for extra in rounds.dropFirst() {
            report.fail(
                extra.remark(
                    "is a further round of authentication, which no spec can say",
                    "remove it at both ends, or leave the connection out with --connection"))
        }
        return rounds.first ?? ForeignSection(prefix, path: "\(section.path).\(prefix)", position: section.position)
    }

    private func localAddress() -> IPAddress? {
        guard let key = section.take("local_addrs") else { return nil }
        var found: IPAddress?
        for item in key.items where !Self.anywhere.contains(item) {
            guard let address = IPAddress(item), !address.isAny else {
                report.warn(
                    key.remark(
                        on: item, "is not one address of ours",
                        "it is left out; without 'local.address' our address is the one that leads to the peer"))
                continue
            }
            if let found {
                report.warn(
                    key.remark(
                        on: item, "is a second address of ours", "only \(found) is kept, as charon calls from it"))
            } else {
                found = address
            }
        }
        return found
    }

    private func readRemotes(into ends: inout EndsImport) {
        guard let key = section.take("remote_addrs") else { return }
        var isAnywhere = false
        for item in key.items {
            if Self.anywhere.contains(item) {
                isAnywhere = true
            } else if let address = IPAddress(item) {
                ends.remotes.append("\(address)")
                ends.remoteAddresses.append(address)
            } else if item.contains("-"), let blocks = AddressRange(item)?.blocks {
                ends.remotes += blocks.map(\.description)
            } else if let block = IPPrefix(item), item.contains("/") {
                ends.remotes.append("\(block.network)")
                if !block.isNetwork {
                    report.warn(key.remark(on: item, "has host bits set", "it is \(block.network) now"))
                }
            } else {
                ends.remotes.append(item)
                ends.remoteAddresses += options.resolve(item)
            }
        }
        ends.remotes = ends.remotes.uniqued
        let hasHosts = ends.remotes.contains { !$0.contains("/") }
        if isAnywhere, !ends.remotes.isEmpty {
            report.warn(
                key.remark(
                    "has any address beside others", "the others are kept, and calls from elsewhere not answered"))
        } else if hasHosts, ends.remotes.contains(where: { $0.contains("/") }) {
            // With a block a spec's peer always calls us, but this connection could call it.
            let blocks = ends.remotes.filter { $0.contains("/") }
            ends.remotes.removeAll { $0.contains("/") }
            report.warn(
                key.remark(
                    on: blocks.joined(separator: ", "), "is a block beside addresses to call",
                    "it is left out, and calls from there are not answered"))
        }
    }

    private func way(_ section: ForeignSection) -> AuthenticationImport? {
        let key = section.take("auth")
        let text = key?.value.lowercased() ?? "pubkey"
        switch text {
        case "psk": return .psk
        case "pubkey": return .certificate(constraint: nil)
        default: break
        }
        let kinds = ["pubkey", "rsa", "ecdsa", "ed25519", "ed448", "ike:"]
        if kinds.contains(where: { text.hasPrefix($0) }) { return .certificate(constraint: text) }
        let what = "is a way of authentication that no spec can say"
        report.fail(
            key?.remark(what, "use psk or pubkey, or leave the connection out with --connection")
                ?? section.remark(what))
        return nil
    }

    /// An identity that is somebody's; nil for none, and for those that are everybody's.
    func identity(_ section: ForeignSection) -> String? {
        guard let key = section.take("id"), !Self.anywhere.contains(key.value) else { return nil }
        return key.value
    }
}
