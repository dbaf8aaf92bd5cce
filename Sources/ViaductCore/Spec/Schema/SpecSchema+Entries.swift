internal import NetworkModel

extension SpecSchema {
    /// What the schema says of each key of a section.
    static func entries(of section: Section) -> [String: Entry] {
        switch section {
        case .spec: top
        case .peer: top.filter { SpecKeys.peer.contains($0.key) }
        case .end: end
        case .auth: auth
        case .psk: psk
        case .credential: ["credential": Entry(.scalar(), "The name of a credential that systemd hands to the unit.")]
        case .interface: interface
        case .id: id
        case .address: address
        case .route: route
        case .rule: rule
        case .traffic: traffic
        case .child: child
        case .ike: ike
        case .esp: esp
        case .hooks: hooks
        case .hook: hook
        case .swanctl: swanctl
        }
    }

    private static func words<Word: RawRepresentable & CaseIterable>(_: Word.Type) -> SpecShape
    where Word.RawValue == String {
        .words(Word.allCases.map(\.rawValue))
    }

    private static let identifier: ClosedRange<Int> = 1...0xffff_fffd
    private static let number: ClosedRange<Int> = 1...0xffff_ffff
    private static let file = SpecShape.either([.scalar(), .section(.credential)])
    private static let ends = SpecShape.either([.scalar(), .section(.end)])
    private static let proposals = SpecShape.list(.scalar())

    private static let top: [String: Entry] = [
        "local": Entry(
            ends, "Our end: the address on the underlay, or a mapping. Default: the address towards the peer."),
        "remote": Entry(
            .either([.list(.scalar()), .section(.end)]),
            "The peer: its address or name, a list of them, 'any', or a mapping."),
        "psk": Entry(.section(.psk), "Where the pre-shared key of both ends is."),
        "auth": Entry(.section(.auth), "How both ends prove who they are, where it is not 'psk'."),
        "interface": Entry(.section(.interface), "The link."),
        "routes": Entry(
            .list(.either([.scalar(), .section(.route)])),
            "What leads into the tunnel: prefixes, 'default', or mappings. Default: the remote selectors."),
        "rules": Entry(.list(.section(.rule)), "Rules that choose among routing tables."),
        "leak": Entry(
            words(LeakPolicy.self),
            "Whether routed packets are dropped, or go in clear, when the tunnel cannot carry them."),
        "traffic": Entry(.section(.traffic), "What the peers agree to carry. Default: any to any."),
        "children": Entry(.map(.section(.child)), "Several pairs of selectors, by name, instead of 'traffic'."),
        "pools": Entry(.list(.scalar()), "Addresses that are handed out to a peer that calls from anywhere."),
        "virtual": Entry(
            .list(.words(["ipv4", "ipv6", "both"])), "The families of which the peer is asked for an address."),
        "peers": Entry(.map(.section(.peer)), "Several peers on one link, by name, instead of 'remote'."),
        "ike": Entry(.either([.section(.ike), proposals]), "The IKE connection: a mapping, or proposals alone."),
        "esp": Entry(.either([.section(.esp), proposals]), "The CHILD_SAs: a mapping, or proposals alone."),
        "start": Entry(words(StartMode.self), "At once, with the first packet, or when the peer calls."),
        "forwarding": Entry(words(Forwarding.self), "Whether this machine's forwarding is turned on, or left alone."),
        "probe": Entry(
            .either([.scalar(), .words(["off"])]), "The address that must answer through the tunnel, or 'off'."),
        "hooks": Entry(.section(.hooks), "Programs that are run when the tunnel goes up and down."),
        "swanctl": Entry(.section(.swanctl), "Other keys of swanctl.conf, passed on to charon."),
    ]

    private static let end: [String: Entry] = [
        "address": Entry(.list(.scalar()), "Where it is: an address; of the peer also a name, a block, or 'any'."),
        "id": Entry(.scalar(), "Its identity. Default: its address or name."),
        "auth": Entry(.section(.auth), "How this end proves who it is, where the two differ."),
    ]

    private static let auth: [String: Entry] = [
        "psk": Entry(.section(.psk), "Where the pre-shared key is."),
        "certificate": Entry(file, "The end's certificate, PEM or DER."),
        "key": Entry(file, "Our private key, not encrypted."),
        "ca": Entry(file, "The CA of the peer's certificate. Default: those that charon has."),
    ]

    private static let psk: [String: Entry] = [
        "file": Entry(.scalar(), "The file that holds it, for its owner alone; relative to the spec's folder."),
        "credential": Entry(.scalar(), "The name of a credential that systemd hands to the unit."),
        "env": Entry(.scalar(), "The environment variable that holds it."),
        "value": Entry(.scalar(), "The key itself; the spec is a secret then."),
    ]

    private static let interface: [String: Entry] = [
        "kind": Entry(
            words(TunnelKind.self), "The kind of link; 'auto' is a VTI where the kernel has no XFRM interfaces."),
        "name": Entry(
            .scalar(pattern: "^(?!all$|default$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$"),
            "The link's name. Default: the tunnel's."),
        "id": Entry(
            .either([
                .words(["auto"]), .number(identifier), .text(pattern: "^[0-9a-fxA-FX]+/[0-9a-fxA-FX]+$"),
                .section(.id),
            ]),
            "The if_id, or a VTI's mark. Default: chosen from the tunnel's name."),
        "device": Entry(.scalar(), "The underlay's device."),
        "addresses": Entry(.list(.either([.scalar(), .section(.address)])), "Addresses on the link."),
        "mtu": Entry(
            .either([.words(["auto"]), .number(68...65535)]),
            "The link's MTU in bytes. Default: what needs no fragments."),
        "mss": Entry(
            .either([.words(["off", "clamp"]), .number(536...65495)]),
            "What the segments of forwarded TCP connections are lowered to."),
        "multicast": Entry(.boolean, "Whether routing daemons may use multicast on the link."),
        "netns": Entry(.scalar(), "The network namespace of the link, while IKE and ESP stay here."),
        "vrf": Entry(.scalar(), "The VRF that the link belongs to."),
    ]

    private static let mark = SpecShape.either([
        .number(identifier), .text(pattern: "^[0-9a-fxA-FX]+/[0-9a-fxA-FX]+$"),
    ])

    private static let id: [String: Entry] = [
        "in": Entry(mark, "The id of inbound packets."), "out": Entry(mark, "The id of outbound packets."),
    ]

    private static let address: [String: Entry] = [
        "address": Entry(.scalar(), "Our address."), "peer": Entry(.scalar(), "The far end's address."),
    ]

    private static let route: [String: Entry] = [
        "to": Entry(.scalar(), "The destination: a prefix, or 'default'."),
        "table": Entry(.scalar(), "The routing table, by number or name."),
        "metric": Entry(.number(0...0xffff_ffff), "The metric; lower wins."),
        "source": Entry(.scalar(), "The source of this machine's own packets."),
        "mtu": Entry(.number(68...65535), "The MTU of the route in bytes."),
        "advmss": Entry(.number(536...65495), "The TCP segment size that this machine announces, in bytes."),
    ]

    private static let rule: [String: Entry] = [
        "family": Entry(words(AddressFamily.self), "Whose rule it is. Default: as 'from' or 'to', else both."),
        "priority": Entry(.number(number), "Lower is asked first."),
        "not": Entry(.boolean, "Whether it matches when the selectors do not."),
        "from": Entry(.scalar(), "The source."), "to": Entry(.scalar(), "The destination."),
        "fwmark": Entry(.scalar(), "The packet's mark, MARK or MARK/MASK."),
        "iif": Entry(.scalar(), "The device that the packet came in by; lo for this machine's own."),
        "oif": Entry(.scalar(), "The device that its socket is bound to."),
        "ipproto": Entry(.scalar(), "The protocol, by number or name."),
        "sport": Entry(.scalar(), "The source port, or ports N-M."),
        "dport": Entry(.scalar(), "The destination port, or ports N-M."),
        "uidrange": Entry(.scalar(), "The user that sends, or users N-M."),
        "tos": Entry(.number(4...252), "The type of service."),
        "tun_id": Entry(.number(number), "The tunnel id of the packet's metadata."),
        "table": Entry(.scalar(), "Look in this table."),
        "goto": Entry(.number(number), "Go on at the rule of this priority."),
        "action": Entry(.words(["nop", "blackhole", "unreachable", "prohibit"]), "Do this."),
        "suppress_prefixlength": Entry(.number(0...128), "Ignore routes this short or shorter."),
        "suppress_ifgroup": Entry(.number(0...Int(Int32.max)), "Ignore routes over devices of this group."),
    ]

    private static let traffic: [String: Entry] = [
        "local": Entry(.list(.scalar()), "What lies behind us."),
        "remote": Entry(.list(.scalar()), "What lies behind the peer."),
    ]

    private static let child: [String: Entry] = traffic.merging([
        "esp": Entry(.either([.section(.esp), proposals]), "Its settings, where they differ."),
        "swanctl": Entry(.extras, "Further keys of swanctl.conf for this child."),
    ]) { own, _ in own }

    private static let ike: [String: Entry] = [
        "version": Entry(.number(1...2), "The version of IKE."),
        "proposals": Entry(proposals, "Proposals in order of preference, such as aes256gcm16-prfsha384-ecp384."),
        "dpd": Entry(.time, "The time between checks that the peer is alive; 0 is never."),
        "rekey": Entry(.time, "The time until the keys of the IKE_SA are renewed."),
        "mobike": Entry(.boolean, "Whether the SA may follow a change of addresses."),
        "encap": Entry(.boolean, "Whether ESP goes in UDP even without NAT."),
        "fragmentation": Entry(
            .words(["yes", "no", "true", "false", "on", "off", "accept", "force"]),
            "Whether IKE messages are fragmented."),
        "keyingtries": Entry(.number(0...1000), "How often a lost initiation is retried; 0 is for ever."),
        "local_port": Entry(.number(1...65535), "Our IKE port."),
        "remote_port": Entry(.number(1...65535), "The peer's IKE port."),
    ]

    private static let esp: [String: Entry] = [
        "proposals": Entry(proposals, "Proposals in order of preference, such as aes256gcm16-ecp384."),
        "rekey": Entry(.time, "The time until the keys of a CHILD_SA are renewed."),
        "replay": Entry(.number(0...4096), "The replay window in packets; 0 turns the check off."),
    ]

    private static let hooks: [String: Entry] = [
        "pre-up": Entry(programs, "Before anything is changed; a failure keeps the tunnel down."),
        "post-up": Entry(programs, "When the tunnel is up; a failure takes it back."),
        "pre-down": Entry(programs, "Before anything is taken away."),
        "post-down": Entry(programs, "When all is taken away."),
    ]

    private static let programs = SpecShape.list(.either([.list(.scalar()), .section(.hook)]))

    private static let hook: [String: Entry] = [
        "run": Entry(.list(.scalar()), "The program's absolute path, or a list of it and its arguments."),
        "timeout": Entry(.time, "How long it may take before it is killed."),
    ]

    private static let swanctl: [String: Entry] = [
        "connection": Entry(.extras, "Keys of the connection."), "local": Entry(.extras, "Keys of its section local."),
        "remote": Entry(.extras, "Keys of its section remote."), "child": Entry(.extras, "Keys of every child."),
    ]
}
