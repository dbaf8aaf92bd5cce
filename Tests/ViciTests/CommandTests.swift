import Testing
import Vici

@Suite("Commands")
struct CommandTests {
    /// A command as it is called, and what must go over the wire.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: [String]
        let call: @Sendable (Session) throws -> Void

        init(_ name: String, _ expected: String..., call: @escaping @Sendable (Session) throws -> Void) {
            testDescription = name
            self.expected = expected
            self.call = call
        }
    }

    @Test("each command goes over the wire byte for byte", arguments: cases)
    func golden(item: Case) throws {
        let yes = Message([
            ("success", .text("yes")), ("id", .text("k")), ("matches", .text("1")), ("terminated", .text("1")),
        ])
        let charon = ScriptedCharon(answering: { packet in
            if case .register = packet { [.eventConfirmed] } else { [.response(yes)] }
        })
        try item.call(Session(path: charon.path, deadline: .soon))
        #expect(charon.received == item.expected.map { wire($0) })
    }

    private static let body = Message([("a", .text("1")), ("b", .texts(["2"]))])

    private static let cases: [Case] = [
        Case("version", "00 07 'version'") { _ = try $0.version(deadline: .soon) },
        Case("stats", "00 05 'stats'") { _ = try $0.statistics(deadline: .soon) },
        Case("get-counters", "00 0c 'get-counters' 03 04 'name' 0001 't'") {
            _ = try $0.counters(ofConnection: "t", deadline: .soon)
        },
        Case("load-conn", "00 09 'load-conn' 01 01 't' 03 01 'a' 0001 '1' 04 01 'b' 05 0001 '2' 06 02") {
            try $0.loadConnection("t", body, deadline: .soon)
        },
        Case("unload-conn", "00 0b 'unload-conn' 03 04 'name' 0001 't'") {
            try $0.unloadConnection("t", deadline: .soon)
        },
        Case("get-conns", "00 09 'get-conns'") { _ = try $0.connectionNames(deadline: .soon) },
        Case("list-conns", "03 09 'list-conn'", "00 0a 'list-conns'") { _ = try $0.connections(deadline: .soon) },
        Case("list-conns of one", "03 09 'list-conn'", "00 0a 'list-conns' 03 03 'ike' 0001 't'") {
            _ = try $0.connections(named: "t", deadline: .soon)
        },
        Case(
            "load-shared",
            """
            00 0b 'load-shared'  03 02 'id' 0005 'ike-t'  03 04 'type' 0003 'IKE'  03 04 'data' 0003 00ff0a
            04 06 'owners' 05 0001 'a' 05 0001 'b' 06
            """
        ) {
            try $0.loadShared(id: "ike-t", type: .ike, data: [0, 255, 10], owners: ["a", "b"], deadline: .soon)
        },
        Case("unload-shared", "00 0d 'unload-shared' 03 02 'id' 0005 'ike-t'") {
            try $0.unloadShared(id: "ike-t", deadline: .soon)
        },
        Case("get-shared", "00 0a 'get-shared'") { _ = try $0.sharedIDs(deadline: .soon) },
        Case("load-key", "00 08 'load-key' 03 04 'type' 0003 'any' 03 04 'data' 0001 30") {
            let id = try $0.loadKey(data: [0x30], deadline: .soon)
            #expect(id == "k")
        },
        Case("unload-key", "00 0a 'unload-key' 03 02 'id' 0001 'k'") { try $0.unloadKey(id: "k", deadline: .soon) },
        Case("get-keys", "00 08 'get-keys'") { _ = try $0.keyIDs(deadline: .soon) },
        Case(
            "load-cert", "00 09 'load-cert' 03 04 'type' 0004 'X509' 03 04 'flag' 0002 'CA' 03 04 'data' 0001 30"
        ) { try $0.loadCertificate(flag: .ca, data: [0x30], deadline: .soon) },
        Case(
            "load-authority", "00 0e 'load-authority' 01 01 'z' 03 01 'a' 0001 '1' 04 01 'b' 05 0001 '2' 06 02"
        ) { try $0.loadAuthority("z", body, deadline: .soon) },
        Case("unload-authority", "00 10 'unload-authority' 03 04 'name' 0001 'z'") {
            try $0.unloadAuthority("z", deadline: .soon)
        },
        Case("get-authorities", "00 0f 'get-authorities'") { _ = try $0.authorityNames(deadline: .soon) },
        Case("load-pool", "00 09 'load-pool' 01 01 'p' 03 01 'a' 0001 '1' 04 01 'b' 05 0001 '2' 06 02") {
            try $0.loadPool("p", body, deadline: .soon)
        },
        Case("unload-pool", "00 0b 'unload-pool' 03 04 'name' 0001 'p'") { try $0.unloadPool("p", deadline: .soon) },
        Case("get-pools", "00 09 'get-pools' 03 06 'leases' 0003 'yes'") { _ = try $0.pools(deadline: .soon) },
        Case("list-sas", "03 07 'list-sa'", "00 08 'list-sas'") { _ = try $0.sas(deadline: .soon) },
        Case(
            "list-sas with a filter", "03 07 'list-sa'",
            """
            00 08 'list-sas' 03 07 'noblock' 0003 'yes' 03 03 'ike' 0001 't' 03 06 'ike-id' 0001 '7'
            03 05 'child' 0001 'c' 03 08 'child-id' 0001 '8'
            """
        ) {
            let filter = Session.SAFilter(ike: "t", ikeID: 7, child: "c", childID: 8)
            _ = try $0.sas(filter, skippingBusy: true, deadline: .soon)
        },
        Case(
            "list-policies", "03 0b 'list-policy'",
            "00 0d 'list-policies' 03 04 'trap' 0003 'yes' 03 05 'child' 0001 'c'"
        ) { _ = try $0.policies([.trap], child: "c", deadline: .soon) },
        Case(
            "initiate", "03 0b 'control-log'",
            """
            00 08 'initiate' 03 05 'child' 0001 'c' 03 03 'ike' 0001 't' 03 07 'timeout' 0004 '1500'
            03 08 'loglevel' 0001 '1'
            """
        ) { try $0.initiate(child: "c", ike: "t", patience: .upTo(.milliseconds(1500)), deadline: .soon) },
        Case(
            "initiate without waiting",
            "00 08 'initiate' 03 05 'child' 0001 'c' 03 07 'timeout' 0002 '-1' 03 08 'loglevel' 0001 '1'"
        ) { try $0.initiate(child: "c", patience: .none, deadline: .soon) },
        Case(
            "terminate", "03 0b 'control-log'",
            """
            00 09 'terminate' 03 03 'ike' 0001 't' 03 05 'force' 0003 'yes' 03 07 'timeout' 0001 '0'
            03 08 'loglevel' 0001 '1'
            """
        ) {
            let done = try $0.terminate(.ike("t"), force: true, patience: .untilDone, deadline: .soon)
            #expect((done.matches, done.terminated) == (1, 1))
        },
        Case("rekey a child", "00 05 'rekey' 03 05 'child' 0001 'c' 03 03 'ike' 0001 't'") {
            let matches = try $0.rekey(.child("c", ike: "t"), deadline: .soon)
            #expect(matches == 1)
        },
        Case("rekey by id", "00 05 'rekey' 03 06 'ike-id' 0001 '7' 03 06 'reauth' 0003 'yes'") {
            try $0.rekey(.ikeID(7), reauthenticating: true, deadline: .soon)
        },
        Case("install", "00 07 'install' 03 05 'child' 0001 'c'") { try $0.install(child: "c", deadline: .soon) },
        Case("uninstall", "00 09 'uninstall' 03 05 'child' 0001 'c' 03 03 'ike' 0001 't'") {
            try $0.uninstall(child: "c", ike: "t", deadline: .soon)
        },
    ]
}
