/// The keys of swanctl.conf (strongSwan's swanctl.opt, up to version 6.0) that are passed on as they are.
///
/// All others have a word of their own in a spec, or are told about.
enum SwanctlKeys {
    /// Keys of a connection.
    static let connection = [
        "aggressive", "pull", "dscp", "dpd_timeout", "childless", "send_certreq", "send_cert", "ocsp", "ppk_id",
        "ppk_required", "unique", "reauth_time", "over_time", "rand_time",
    ]
    /// Keys of a child.
    static let child = [
        "sha256_96", "life_time", "rand_time", "rekey_bytes", "life_bytes", "rand_bytes", "rekey_packets",
        "life_packets", "rand_packets", "updown", "policies_fwd_out", "ipcomp", "inactivity", "priority",
        "set_mark_in", "set_mark_out", "label", "label_mode", "tfc_padding", "per_cpu_sas", "hw_offload", "copy_df",
        "copy_ecn", "copy_dscp", "icmp",
    ]
    /// Keys of a section `local` or `remote`, beside those that say who the end is.
    static let end = ["groups", "cert_policy", "ca_id", "revocation"]
    /// Those of them whose values are lists.
    static let lists: Set<String> = ["groups", "cert_policy"]

    /// Words of ipsec.conf that stray into swanctl.conf, with what they are called there.
    static let old = [
        "auto": "start_action", "ike": "proposals", "esp": "esp_proposals", "ikelifetime": "rekey_time",
        "lifetime": "life_time", "keylife": "life_time", "dpddelay": "dpd_delay", "dpdaction": "dpd_action",
        "closeaction": "close_action", "leftsubnet": "local_ts", "rightsubnet": "remote_ts", "left": "local_addrs",
        "right": "remote_addrs", "leftid": "id", "rightid": "id", "keyexchange": "version", "forceencaps": "encap",
    ]

    /// All keys that swanctl.opt knows for a connection, a section `local` or `remote`, or a child.
    static let known: Set<String> = Set(
        connection + child + end + Array(ReservedKeys.connection.keys) + Array(ReservedKeys.child.keys) + [
            "round", "certs", "auth", "id", "eap_id", "aaa_id", "xauth_id", "cacerts", "pubkeys", "dpd_action",
            "close_action",
        ])
}
