/// The keys of swanctl.conf that the section `swanctl` of a spec may not give, with what to write instead.
///
/// They are those that Viaduct writes from the spec, so that each thing is said once, and a few that would turn the
/// tunnel into something else.
enum ReservedKeys {
    private static let identifier = "the spec's 'interface.id' says it, once for all"

    /// The keys of a connection.
    static let connection: [String: String] = [
        "version": "write 'ike.version'", "local_addrs": "write 'local'", "remote_addrs": "write 'remote'",
        "local_port": "write 'ike.local_port'", "remote_port": "write 'ike.remote_port'",
        "proposals": "write 'ike.proposals'", "dpd_delay": "write 'ike.dpd'", "rekey_time": "write 'ike.rekey'",
        "mobike": "write 'ike.mobike'", "encap": "write 'ike.encap'",
        "fragmentation": "write 'ike.fragmentation'", "keyingtries": "write 'ike.keyingtries'",
        "if_id_in": identifier, "if_id_out": identifier,
        "vips": "write 'virtual'", "pools": "write 'pools'",
        "children": "write 'children'", "secrets": "write 'psk'", "local": "write 'local'", "remote": "write 'remote'",
        "mediation": "mediation carries no traffic", "mediated_by": "mediation is not supported",
        "mediation_peer": "mediation is not supported",
    ]

    /// The keys of the sections `local` and `remote`.
    static let end: [String: String] = [
        "id": "write 'id' of the spec's 'local' or 'remote'", "round": "a spec has one round of authentication",
        "certs": "write 'auth.certificate'", "cacerts": "write 'auth.ca'", "cert": "write 'auth.certificate'",
        "cacert": "write 'auth.ca'", "pubkeys": "write 'auth.certificate'", "eap_id": "EAP is not supported yet",
        "aaa_id": "EAP is not supported yet", "xauth_id": "XAuth is not supported",
    ]

    /// The keys of a child.
    static let child: [String: String] = [
        "local_ts": "write 'traffic.local'", "remote_ts": "write 'traffic.remote'",
        "esp_proposals": "write 'esp.proposals'", "ah_proposals": "AH carries nothing in secret",
        "rekey_time": "write 'esp.rekey'", "replay_window": "write 'esp.replay'", "start_action": "write 'start'",
        "if_id_in": identifier, "if_id_out": identifier, "mark_in": identifier, "mark_out": identifier,
        "mark_in_sa": "it breaks a tunnel with an interface", "reqid": "charon counts them itself",
        "mode": "the link needs tunnel mode", "policies": "the link needs policies",
        "interface": "it ties the policies to one device of the underlay", "hostaccess": "it is for updown scripts",
    ]
}
