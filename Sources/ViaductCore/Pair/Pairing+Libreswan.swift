internal import NetworkModel

extension Pairing {
    /// The right end as libreswan has it: a connection for each pair of networks, over one XFRM interface.
    ///
    /// - Throws: `MissingSecret` never, as what the text refers to is given.
    func libreswanEnd(secret: Secret) throws(MissingSecret) -> PairedEnd {
        let heading = "# Made by `viaduct pair` for \(right.name); the other end is \(left.name).\n"
        let connections = pairs(from: right, to: left).enumerated().map { index, pair in
            connection("\(name)-net\(index + 1)", pair)
        }
        let keys: [TextPiece] = [
            .plain("\(heading)\(libreswanIdentity(right)) \(libreswanIdentity(left)) : PSK "), .secret(Self.reference),
            .plain("\n"),
        ]
        return PairedEnd(
            host: right, format: .libreswan,
            drafts: [
                FileDraft(path: "\(name).conf", text: heading + connections.joined()),
                FileDraft(path: "\(name).secrets", bytes: try keys.bytes(secrets: [Self.reference: secret])),
            ],
            steps: ["copy both files to /etc/ipsec.d, for root alone", "ipsec restart"])
    }

    private static let reference = SecretReference.file("psk")

    private func connection(_ connection: String, _ pair: (local: IPPrefix, remote: IPPrefix)) -> String {
        let local = right.address.map(\.description) ?? "%defaultroute"
        let remote = left.host?.description ?? "%any"
        return """

            conn \(connection)
                left=\(local)
                leftid=\(libreswanIdentity(right))
                leftsubnet=\(pair.local)
                right=\(remote)
                rightid=\(libreswanIdentity(left))
                rightsubnet=\(pair.remote)
                authby=secret
                ikev2=insist
                ike=aes_gcm256-sha2_384;dh20
                esp=aes_gcm256;dh20
                pfs=yes
                mobike=no
                ipsec-interface=yes
                auto=\(caller == right ? "start" : "add")

            """
    }

    /// An identity: an address as it is, a name with `@`, so that it is not looked up.
    private func libreswanIdentity(_ end: PairedHost) -> String {
        end.address.map(\.description) ?? "@\(identity(end))"
    }
}
