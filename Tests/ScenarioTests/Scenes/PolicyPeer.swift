import TestBed

/// A peer that knows policies and no links, written by hand for swanctl.
struct PolicyPeer: Sendable {
    /// Its address and the other end's.
    let local: String, remote: String
    /// Its identity and the other end's.
    let localID: String, remoteID: String
    /// What lies behind it, as far as the other end may know; `dynamic` for its own address.
    var localSelector = "dynamic"
    /// What lies behind the other end.
    let remoteSelector: String
    /// The file of the other end's spec that holds the pre-shared key.
    let secretFile: String
    /// The virtual address that it asks for, as `0.0.0.0`.
    var virtual: String?
    /// The proposals for IKE and ESP.
    var proposals = (ike: "aes128-sha256-x25519", esp: "aes128gcm128-x25519")

    /// What stands in swanctl.conf.
    var text: String {
        """
        connections {
          peer {
            version = 2
            local_addrs = \(local)
            remote_addrs = \(remote)
            proposals = \(proposals.ike)
            mobike = no
            \(virtual.map { "vips = \($0)" } ?? "")
            local {
              auth = psk
              id = \(localID)
            }
            remote {
              auth = psk
              id = \(remoteID)
            }
            children {
              peer {
                local_ts = \(localSelector)
                remote_ts = \(remoteSelector)
                esp_proposals = \(proposals.esp)
              }
            }
          }
        }
        secrets {
          ike-peer {
            id-local = \(localID)
            id-remote = \(remoteID)
            secret = "\(Example.secret(secretFile))"
          }
        }

        """
    }

    /// Loads it into the charon of a host.
    func load(on host: Host) async throws {
        try host.write(text, to: "/etc/swanctl/conf.d/peer.conf", mode: 0o600)
        try await host.loadAll()
    }
}
