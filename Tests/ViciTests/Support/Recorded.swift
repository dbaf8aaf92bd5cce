// Packets that charon 5.9.8 sent, recorded from its socket; Debian 12, kernel 6.1.
enum Recorded {
    /// A `list-sa` event: an IKE_SA of a connection with if_ids and marks.
    static let listSA = wire(
        """
        07  07 'list-sa'
            01 01 't'
                03 08 'uniqueid'  0001 '1'
                03 07 'version'  0001 '2'
                03 05 'state'  000b 'ESTABLISHED'
                03 0a 'local-host'  0009 '192.0.2.1'
                03 0a 'local-port'  0004 '4500'
                03 08 'local-id'  0009 'a.example'
                03 0b 'remote-host'  0009 '192.0.2.2'
                03 0b 'remote-port'  0004 '4500'
                03 09 'remote-id'  0009 'b.example'
                03 09 'initiator'  0003 'yes'
                03 0d 'initiator-spi'  0010 '96a2fdfeaf3cff6d'
                03 0d 'responder-spi'  0010 '9bfc1b21c7f3d611'
                03 08 'encr-alg'  0007 'AES_CBC'
                03 0c 'encr-keysize'  0003 '128'
                03 09 'integ-alg'  0011 'HMAC_SHA2_256_128'
                03 07 'prf-alg'  0011 'PRF_HMAC_SHA2_256'
                03 08 'dh-group'  000b 'CURVE_25519'
                03 0b 'established'  0001 '6'
                03 0a 'rekey-time'  0005 '13902'
                01 09 'child-sas'
                    01 03 'c-1'
                        03 04 'name'  0001 'c'
                        03 08 'uniqueid'  0001 '1'
                        03 05 'reqid'  0001 '1'
                        03 05 'state'  0009 'INSTALLED'
                        03 04 'mode'  0006 'TUNNEL'
                        03 08 'protocol'  0003 'ESP'
                        03 06 'spi-in'  0008 'c0aa1ddc'
                        03 07 'spi-out'  0008 'c6f72ded'
                        03 07 'mark-in'  0008 '00000007'
                        03 0c 'mark-mask-in'  0008 '000000ff'
                        03 08 'mark-out'  0008 '00000007'
                        03 08 'if-id-in'  0008 '0000002a'
                        03 09 'if-id-out'  0008 '0000002b'
                        03 08 'encr-alg'  000a 'AES_GCM_16'
                        03 0c 'encr-keysize'  0003 '128'
                        03 08 'bytes-in'  0001 '0'
                        03 0a 'packets-in'  0001 '0'
                        03 09 'bytes-out'  0001 '0'
                        03 0b 'packets-out'  0001 '0'
                        03 0a 'rekey-time'  0004 '3267'
                        03 09 'life-time'  0004 '3954'
                        03 0c 'install-time'  0001 '8'
                        04 08 'local-ts'  05 000b '10.1.0.0/24'  06
                        04 09 'remote-ts'  05 000b '10.2.0.0/24'  06
                    02
                02
            02
        """)

    /// A `list-conn` event.
    static let listConnection = wire(
        """
        07  09 'list-conn'
            01 01 't'
                04 0b 'local_addrs'  05 0009 '192.0.2.1'  06
                04 0c 'remote_addrs'  05 0009 '192.0.2.2'  06
                03 07 'version'  0005 'IKEv2'
                03 0b 'reauth_time'  0001 '0'
                03 0a 'rekey_time'  0005 '14400'
                03 06 'unique'  0009 'UNIQUE_NO'
                01 07 'local-1'
                    03 02 'id'  0009 'a.example'
                    03 05 'class'  000e 'pre-shared key'
                    04 06 'groups'   06
                    04 0b 'cert_policy'   06
                    04 05 'certs'   06
                    04 07 'cacerts'   06
                02
                01 08 'remote-1'
                    03 02 'id'  0009 'b.example'
                    03 05 'class'  000e 'pre-shared key'
                    04 06 'groups'   06
                    04 0b 'cert_policy'   06
                    04 05 'certs'   06
                    04 07 'cacerts'   06
                02
                01 08 'children'
                    01 01 'c'
                        03 04 'mode'  0006 'TUNNEL'
                        03 0a 'rekey_time'  0004 '3600'
                        03 0b 'rekey_bytes'  0001 '0'
                        03 0d 'rekey_packets'  0001 '0'
                        03 0a 'dpd_action'  0004 'none'
                        03 0c 'close_action'  0004 'none'
                        04 08 'local-ts'  05 000b '10.1.0.0/24'  06
                        04 09 'remote-ts'  05 000b '10.2.0.0/24'  06
                    02
                02
            02
        """)

    /// A `list-policy` event for a trap.
    static let listPolicy = wire(
        """
        07  0b 'list-policy'
            01 03 't/c'
                03 05 'child'  0001 'c'
                03 03 'ike'  0001 't'
                03 04 'mode'  0006 'TUNNEL'
                04 08 'local-ts'  05 000b '10.1.0.0/24'  06
                04 09 'remote-ts'  05 000b '10.2.0.0/24'  06
            02
        """)

    /// The answer to `version`.
    static let version = wire(
        """
        01
            03 06 'daemon'  000e 'charon-systemd'
            03 07 'version'  0005 '5.9.8'
            03 07 'sysname'  0005 'Linux'
            03 07 'release'  000e '6.1.0-56-amd64'
            03 07 'machine'  0006 'x86_64'
        """)

    /// The answer to `stats`.
    static let statistics = wire(
        """
        01
            01 06 'uptime'
                03 07 'running'  000a '25 seconds'
                03 05 'since'  0014 'Nov 23 23:02:37 2026'
            02
            01 07 'workers'
                03 05 'total'  0002 '16'
                03 04 'idle'  0002 '11'
                01 06 'active'
                    03 08 'critical'  0001 '4'
                    03 04 'high'  0001 '0'
                    03 06 'medium'  0001 '1'
                    03 03 'low'  0001 '0'
                02
            02
            01 06 'queues'
                03 08 'critical'  0001 '0'
                03 04 'high'  0001 '0'
                03 06 'medium'  0001 '0'
                03 03 'low'  0001 '0'
            02
            03 09 'scheduled'  0001 '2'
            01 06 'ikesas'
                03 05 'total'  0001 '1'
                03 09 'half-open'  0001 '0'
            02
            04 07 'plugins'  05 000e 'charon-systemd' 05 0006 'random' 05 0005 'nonce' 05 0003 'aes'
               05 0004 'sha1' 05 0004 'sha2' 05 0004 'hmac' 05 0003 'kdf' 05 0003 'gcm'
               05 0007 'openssl' 05 0003 'pem' 05 0005 'pkcs1' 05 0005 'pkcs8' 05 0004 'x509'
               05 0006 'pubkey' 05 000e 'kernel-netlink' 05 000e 'socket-default' 05 0004 'vici'
               05 0006 'updown'  06
            01 08 'mallinfo'
                03 04 'sbrk'  0007 '1671168'
                03 04 'mmap'  0001 '0'
                03 04 'used'  0006 '737504'
                03 04 'free'  0006 '933664'
            02
        """)

    /// A `control-log` event about a refused `initiate`.
    static let controlLog = wire(
        """
        07  0b 'control-log'
            03 05 'group'  0003 'IKE'
            03 05 'level'  0001 '1'
            03 0a 'ikesa-name'  0001 't'
            03 0e 'ikesa-uniqueid'  0001 '1'
            03 03 'msg'  007f 'not establishing CHILD_SA c{2} due to existing duplicate {1} with SPIs c0aa1ddc_i c6f72ded_o and TS 10.1.0.0/24 === 10.2.0.0/24'
        """)

    /// The answer to an `initiate` while an equal CHILD_SA is up.
    static let initiateRefused = wire(
        """
        01
            03 07 'success'  0002 'no'
            03 06 'errmsg'  0020 65737461626c697368696e67204348494c445f534120276327206661696c6564
        """)

    /// The answer to a `terminate` that matches nothing.
    static let nothingToTerminate = wire(
        """
        01
            03 07 'success'  0002 'no'
            03 07 'matches'  0001 '0'
            03 0a 'terminated'  0001 '0'
            03 06 'errmsg'  0022 'no matching SAs to terminate found'
        """)
}
