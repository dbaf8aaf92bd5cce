import Testing
import Vici

@Suite("SAs")
struct SATests {
    /// The IKE_SAs of an event.
    private func sas(_ packet: Packet) -> [IKESA] {
        guard case .event(let name, let message) = packet else { return [] }
        return Event(name: EventName(rawValue: name), message: message).sas
    }

    @Test("an IKE_SA is read from what charon 5.9.8 sends")
    func recordedIKE() throws {
        let sa = try #require(sas(Packet(decoding: Recorded.listSA[...])).first)
        #expect(sa.name == "t" && sa.uniqueID == 1 && sa.version == 2 && sa.state == .established)
        #expect(sa.local.host == "192.0.2.1" && sa.local.port == 4500 && sa.local.id == "a.example")
        #expect(sa.remote.host == "192.0.2.2" && sa.remote.port == 4500 && sa.remote.id == "b.example")
        #expect(sa.isInitiator && !sa.hasNAT && !sa.local.isBehindNAT)
        #expect(sa.initiatorSPI == 0x96a2_fdfe_af3c_ff6d && sa.responderSPI == 0x9bfc_1b21_c7f3_d611)
        #expect(sa.algorithms.encryption == "AES_CBC" && sa.algorithms.encryptionKeySize == 128)
        #expect(sa.algorithms.integrity == "HMAC_SHA2_256_128" && sa.algorithms.prf == "PRF_HMAC_SHA2_256")
        #expect(sa.algorithms.dh == "CURVE_25519")
        #expect(sa.established == 6 && sa.rekeyTime == 13902 && sa.reauthTime == nil)
        #expect(sa.ifIDIn == nil && sa.remoteUser == nil && sa.local.virtualAddresses == [])
    }

    @Test("a CHILD_SA is read from what charon 5.9.8 sends")
    func recordedChild() throws {
        let child = try #require(sas(Packet(decoding: Recorded.listSA[...])).first?.children.first)
        #expect(child.name == "c" && child.uniqueID == 1 && child.reqID == 1 && child.state == .installed)
        #expect(child.mode == "TUNNEL" && child.ipsecProtocol == "ESP" && !child.isEncapsulated)
        #expect(child.spiIn == 0xc0aa_1ddc && child.spiOut == 0xc6f7_2ded)
        #expect(child.markIn?.value == 7 && child.markIn?.mask == 0xff)
        #expect(child.markOut?.value == 7 && child.markOut?.mask == .max)
        #expect(child.ifIDIn == 42 && child.ifIDOut == 43)
        #expect(child.algorithms.encryption == "AES_GCM_16" && child.algorithms.integrity == nil)
        #expect(child.trafficIn.bytes == 0 && child.trafficIn.packets == 0 && child.trafficIn.lastUse == nil)
        #expect(child.localSelectors == ["10.1.0.0/24"] && child.remoteSelectors == ["10.2.0.0/24"])
        #expect(child.lifeTime != nil && child.installTime != nil)
    }

    @Test("what is missing is nil, and what is unknown does no harm")
    func tolerant() {
        let sa = IKESA(name: "(unnamed)", Message([("state", .text("DREAMING")), ("new-key", .texts(["x"]))]))
        #expect(sa.state == .other("DREAMING") && sa.uniqueID == nil && sa.local.host == nil && sa.children == [])
        let child = ChildSA(section: "c-9", Message([("uniqueid", .text("x")), ("spi-in", .text("123456789"))]))
        #expect(child.name == "c-9" && child.uniqueID == nil && child.spiIn == nil && child.state == .other(""))
        #expect(child.markIn == nil && child.trafficOut.bytes == nil)
    }

    @Test("numbers keep their sign, their base and all their bits")
    func numbers() {
        let child = ChildSA(
            section: "c",
            Message([
                ("rekey-time", .text("-3")), ("bytes-in", .text("18446744073709551615")),
                ("packets-out", .text("9007199254740993")), ("use-out", .text("0")), ("if-id-in", .text("00000042")),
                ("if-id-out", .text("fffffffe")), ("esn", .text("1")), ("encap", .text("yes")),
            ]))
        #expect(child.rekeyTime == -3)
        #expect(child.trafficIn.bytes == .max && child.trafficOut.packets == 9_007_199_254_740_993)
        #expect(child.trafficOut.lastUse == 0)
        #expect(child.ifIDIn == 0x42 && child.ifIDOut == 0xffff_fffe)
        #expect(child.hasExtendedSequenceNumbers && child.isEncapsulated)
    }

    @Test("an old child stands beside the new one of the same name")
    func rekeyed() {
        func child(_ id: String, _ state: String) -> (String, Message.Element) {
            ("c-\(id)", .section(Message([("name", .text("c")), ("uniqueid", .text(id)), ("state", .text(state))])))
        }
        let content = Message([("child-sas", .section(Message([child("1", "DELETED"), child("2", "INSTALLED")])))])
        let sa = IKESA(name: "t", content)
        #expect(sa.children.map(\.state) == [.deleted, .installed])
        #expect(sa.children.map(\.uniqueID) == [1, 2])
        #expect(sa.children.map(\.name) == ["c", "c"])
    }

    @Test("rekey events tell the old one and then the new one")
    func rekeyEvents() {
        func pair(_ inner: (String) -> Message) -> Message {
            Message([("old", .section(inner("1"))), ("new", .section(inner("2")))])
        }
        let ids = pair { Message([("uniqueid", .text($0))]) }
        let ike = Event(name: .ikeRekey, message: Message([("t", .section(ids))]))
        #expect(ike.sas.map(\.uniqueID) == [1, 2])
        let children = Message([("uniqueid", .text("7")), ("child-sas", .section(Message([("c", .section(ids))])))])
        let child = Event(name: .childRekey, message: Message([("t", .section(children))]))
        #expect(child.sas.map(\.uniqueID) == [7])
        #expect(child.sas.first?.children.map(\.uniqueID) == [1, 2])
        #expect(child.sas.first?.children.map(\.name) == ["c", "c"])
    }

    @Test("an updown event tells its direction")
    func upDown() {
        let sa: (String, Message.Element) = ("t", .section(Message([("uniqueid", .text("1"))])))
        #expect(Event(name: .ikeUpDown, message: Message([("up", .text("yes")), sa])).isUp)
        let down = Event(name: .ikeUpDown, message: Message([sa]))
        #expect(!down.isUp && down.sas.map(\.name) == ["t"] && down.logLine == nil)
    }
}
