import ViaductCore

extension Tunnel {
    /// The first peer, which is the only one of most specs.
    var peer: TunnelPeer { peers[0] }
    var local: LocalEnd { peer.local }
    var remote: RemoteEnd { peer.remote }
    var ike: IKESettings { peer.ike }
    var start: StartMode { peer.start }
    var connectionExtras: [ExtraSetting] { peer.extras }
}
